#include "watch/vehicle/first_sights.h"

#include <spdlog/spdlog.h>

#include <charconv>
#include <system_error>
#include <utility>
#include <vector>

namespace xunjie::watch::vehicle {
namespace {

namespace fs = std::filesystem;

constexpr const char* kEnding = ".sight";

std::optional<ThingId> thing_of(const fs::path& file) {
  const std::string name = file.stem().string();
  ThingId thing = 0;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), thing);
  const bool ours = file.extension() == kEnding && error == std::errc{} && thing != 0 &&
                    end == name.data() + name.size();
  return ours ? std::optional(thing) : std::nullopt;
}

}  // namespace

FirstSights::FirstSights(fs::path folder, std::size_t bytes)
    : folder_(std::move(folder)), limit_(bytes) {
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end; at.increment(error)) {
    const auto thing = thing_of(at->path());
    if (!thing) continue;
    std::error_code unread;
    const auto size = at->file_size(unread);
    if (unread) continue;
    sizes_[*thing] = size;
    bytes_ += size;
  }
}

fs::path FirstSights::path_of(ThingId thing) const {
  return folder_ / (std::to_string(thing) + kEnding);
}

void FirstSights::put(ThingId thing, const SpoolItem::Picture& picture) {
  forget(thing);
  const Bytes bytes = to_bytes(picture);
  if (bytes.size() > limit_) return;
  while (bytes_ + bytes.size() > limit_) forget(sizes_.begin()->first);
  std::error_code error;
  fs::create_directories(folder_, error);
  const auto written = write_file(path_of(thing), bytes);
  if (!written.ok()) {
    spdlog::warn("watch: {}: {}", path_of(thing).string(), written.error().message);
    return;
  }
  const auto size = fs::file_size(path_of(thing), error);
  sizes_[thing] = error ? bytes.size() : size;
  bytes_ += sizes_[thing];
}

std::optional<SpoolItem::Picture> FirstSights::get(ThingId thing) const {
  if (!sizes_.contains(thing)) return std::nullopt;
  const auto bytes = read_file(path_of(thing));
  auto picture = bytes.ok() ? picture_from_bytes(*bytes) : bytes.error();
  if (picture.ok()) return std::move(*picture);
  spdlog::warn("watch: {}: {}", path_of(thing).string(), picture.error().message);
  return std::nullopt;
}

void FirstSights::forget(ThingId thing) {
  const auto at = sizes_.find(thing);
  if (at == sizes_.end()) return;
  std::error_code error;
  fs::remove(path_of(thing), error);
  bytes_ -= at->second;
  sizes_.erase(at);
}

void FirstSights::keep_only(const std::function<bool(ThingId)>& wanted) {
  std::vector<ThingId> unwanted;
  for (const auto& [thing, size] : sizes_) {
    if (!wanted(thing)) unwanted.push_back(thing);
  }
  for (const ThingId thing : unwanted) forget(thing);
}

}  // namespace xunjie::watch::vehicle
