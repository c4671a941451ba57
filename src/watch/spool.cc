#include "watch/spool.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

#include "base/crash_point.h"
#include "watch/seal.h"

namespace xunjie::watch {
namespace {

constexpr std::size_t kMaxItems = 10'000;
constexpr std::ptrdiff_t kMaxUnmasked = 4;
constexpr int kMaskedWidth = 1280;
constexpr double kMaskedRate = 10;  // pictures a second

bool worth_retrying(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout ||
         error.code == ErrorCode::full || error.code == ErrorCode::rate_limited ||
         error.code == ErrorCode::internal;
}

}  // namespace

Spool::Spool(Options options, ports::BlobStore& blobs, ports::FindingSink& sink,
             ports::Redactor& redactor)
    : options_(std::move(options)), blobs_(blobs), sink_(sink), redactor_(redactor) {
  std::error_code error;
  std::filesystem::create_directories(options_.dir, error);
  load();
  for (int i = 0; i < std::max(1, options_.threads); ++i)
    threads_.emplace_back([this] { deliver_all(); });
}

Spool::~Spool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (auto& thread : threads_) thread.join();
}

std::filesystem::path Spool::path_of(std::uint64_t number) const {
  std::array<char, 32> name{};
  std::snprintf(name.data(), name.size(), "%016llx.item", static_cast<unsigned long long>(number));
  return options_.dir / name.data();
}

void Spool::load() {
  std::map<std::uint64_t, std::filesystem::path> found;
  std::error_code error;
  for (const auto& file : std::filesystem::directory_iterator(options_.dir, error)) {
    unsigned long long number = 0;
    if (file.path().extension() != ".item") continue;
    if (std::sscanf(file.path().filename().c_str(), "%16llx.item", &number) == 1)
      found[number] = file.path();
  }
  for (const auto& [number, path] : found) {
    next_ = std::max<std::uint64_t>(next_, number + 1);
    Entry entry{.number = number};
    const auto item = read(entry);
    if (!item) {
      spdlog::error("watch: an unsent finding on disk is damaged and was set aside: {}",
                    path.string());
      std::filesystem::rename(path, path.string() + ".damaged", error);
      continue;
    }
    entry.camera = item->camera;
    entry.bytes = std::filesystem::file_size(path, error);
    bytes_ += entry.bytes;
    entries_.push_back(std::move(entry));
  }
}

std::optional<SpoolItem> Spool::read(const Entry& entry) const {
  if (entry.in_memory) return entry.in_memory;
  auto bytes = read_file(path_of(entry.number));
  if (!bytes.ok()) return std::nullopt;
  auto item = item_from_bytes(*bytes);
  if (!item.ok()) return std::nullopt;
  return std::move(*item);
}

void Spool::fit(SpoolItem& item) const {
  const auto size = [&] {
    std::size_t n = item.clip.bytes.size() + 4096;
    for (const auto& p : item.pictures) n += p.original.size();
    return n;
  };
  if (bytes_ + size() > options_.bytes) item.clip = {};
  if (bytes_ + size() > options_.bytes) item.pictures.clear();
}

Result<std::uint64_t> Spool::add(SpoolItem item) {
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    if (entries_.size() >= kMaxItems) {
      return make_error(ErrorCode::full, "too many findings wait for the centre");
    }
    if (!item.clip.masks.empty() && unmasked_waiting() >= kMaxUnmasked) item.clip = {};
    fit(item);
    number = next_++;
  }
  Entry entry{.number = number, .camera = item.camera};
  if (!item.clip.masks.empty()) entry.unmasked = std::exchange(item.clip, {});
  const Bytes bytes = to_bytes(item);
  entry.bytes = bytes.size();
  if (const auto written = write_file(path_of(number), bytes); !written.ok()) {
    spdlog::error("watch: {} ({}); kept in memory", written.error().message,
                  written.error().detail);
    entry.in_memory = std::move(item);
  }
  const std::lock_guard lock(mutex_);
  bytes_ += entry.bytes;
  entries_.insert(std::upper_bound(entries_.begin(), entries_.end(), number,
                                   [](std::uint64_t n, const Entry& e) { return n < e.number; }),
                  std::move(entry));
  return number;
}

void Spool::release(std::uint64_t number) {
  {
    const std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) entry.released = entry.released || entry.number == number;
  }
  changed_.notify_all();
}

void Spool::settle(const domain::CameraId& camera, std::uint64_t last_known) {
  std::vector<std::uint64_t> unknown;
  {
    const std::lock_guard lock(mutex_);
    for (Entry& entry : entries_) {
      if (entry.camera != camera || entry.released) continue;
      if (entry.number <= last_known)
        entry.released = true;
      else
        unknown.push_back(entry.number);
    }
  }
  for (const std::uint64_t number : unknown) drop(number);
  changed_.notify_all();
}

std::deque<Spool::Entry>::iterator Spool::find(std::uint64_t number) {
  return std::find_if(entries_.begin(), entries_.end(),
                      [&](const Entry& entry) { return entry.number == number; });
}

void Spool::drop(std::uint64_t number) {
  std::error_code error;
  std::filesystem::remove(path_of(number), error);
  const std::lock_guard lock(mutex_);
  const auto it = find(number);
  if (it == entries_.end()) return;
  bytes_ -= it->bytes;
  entries_.erase(it);
}

std::ptrdiff_t Spool::unmasked_waiting() const {
  return std::count_if(entries_.begin(), entries_.end(),
                       [](const Entry& entry) { return entry.unmasked.has_value(); });
}

std::size_t Spool::waiting() const {
  const std::lock_guard lock(mutex_);
  return entries_.size();
}

// In order for each camera; a clip that still has to be made anew holds up its own camera only, and
// waits until nothing else does.
std::deque<Spool::Entry>::iterator Spool::next_to_deliver() {
  std::set<domain::CameraId> held_up;
  auto unmasked = entries_.end();
  bool masking = false;
  for (auto it = entries_.begin(); it != entries_.end(); ++it) {
    if (!it->released) continue;
    const bool next_of_camera = held_up.insert(it->camera).second;
    masking = masking || (it->under_way && it->unmasked);
    if (!next_of_camera || it->under_way) continue;
    if (!it->unmasked) return it;
    if (unmasked == entries_.end()) unmasked = it;
  }
  return masking ? entries_.end() : unmasked;
}

void Spool::deliver_all() {
  Micros retry = options_.first_retry;
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const auto it = next_to_deliver();
    if (it == entries_.end()) {
      changed_.wait(lock);
      continue;
    }
    it->under_way = true;
    const Entry entry = *it;
    lock.unlock();
    std::optional<SpoolItem> item = read(entry);
    if (item && entry.unmasked) item->clip = *entry.unmasked;
    const Result<void> delivered = item ? deliver(*item) : Result<void>{};
    if (delivered.ok() || !worth_retrying(delivered.error())) {
      if (!delivered.ok()) {
        spdlog::error("watch: the centre refuses an item of camera {}: {}", item->camera.value,
                      delivered.error().message);
      }
      drop(entry.number);
      retry = options_.first_retry;
      lock.lock();
      continue;
    }
    lock.lock();
    if (const auto again = find(entry.number); again != entries_.end()) again->under_way = false;
    changed_.wait_for(lock, std::chrono::microseconds(retry.count), [this] { return stopping_; });
    retry = std::min(retry * 2, options_.last_retry);
  }
}

Result<std::vector<domain::Picture>> Spool::store_pictures(const SpoolItem& item) {
  std::vector<domain::Picture> out;
  for (const auto& picture : item.pictures) {
    XUNJIE_TRY(original, blobs_.put(picture.original));
    if (original != picture.hash) {
      spdlog::error("watch: camera {}: a picture has changed since it was taken and is left out",
                    item.camera.value);
      continue;
    }
    domain::Picture stored{
        .role = picture.role, .original = original, .taken_at = picture.taken_at};
    stored.box = picture.box;
    stored.seal = domain::Seal{.camera = item.camera, .clock_offset = picture.clock_offset};
    out.push_back(std::move(stored));
  }
  return out;
}

// False: the clip is left out.
bool Spool::burn_masks(SpoolItem& item) {
  ports::ClipRecipe recipe;
  recipe.masks = std::exchange(item.clip.masks, {});
  recipe.blur = false;  // this is the original; copies of it are blurred when they leave
  recipe.width_max = kMaskedWidth;
  recipe.fps_max = kMaskedRate;
  recipe.longest = options_.clip_longest;
  recipe.cost_max = options_.mask_cost;
  auto masked = redactor_.clip(item.clip.bytes, recipe);
  if (!masked.ok()) {
    spdlog::warn("watch: camera {}: no clip, its masks cannot be burnt in: {}", item.camera.value,
                 masked.error().message);
    return false;
  }
  item.clip.bytes = std::move(*masked);
  item.clip.hash = hash_of(item.clip.bytes);
  return true;
}

Result<std::optional<domain::Clip>> Spool::store_clip(SpoolItem& item) {
  const std::optional<domain::Clip> none;
  const bool masked = !item.clip.masks.empty();
  if (item.clip.bytes.empty() || (masked && !burn_masks(item))) return none;
  XUNJIE_TRY(original, blobs_.put(item.clip.bytes));
  if (original != item.clip.hash) {
    spdlog::error("watch: camera {}: a clip has changed since it was made and is left out",
                  item.camera.value);
    return none;
  }
  domain::Clip clip{.original = original, .from = item.clip.from, .until = item.clip.until};
  clip.reencoded = masked;
  clip.seal = domain::Seal{.camera = item.camera, .clock_offset = item.clip.clock_offset};
  return std::optional(std::move(clip));
}

Result<void> Spool::deliver(SpoolItem& item) {
  XUNJIE_TRY(pictures, store_pictures(item));
  if (item.kind == SpoolItem::Kind::cleared) {
    ports::ClearedFinding cleared = item.cleared;
    cleared.pictures = std::move(pictures);
    return sink_.cleared(cleared);
  }
  if (item.kind == SpoolItem::Kind::looked) {
    ports::LookAnswer answer = item.looked;
    answer.pictures = std::move(pictures);
    return sink_.looked(answer);
  }
  ports::RaisedFinding finding = item.raised;
  finding.pictures = std::move(pictures);
  XUNJIE_TRY(clip, store_clip(item));
  finding.clip = std::move(clip);
  crash_point("watch.after_evidence");
  return sink_.raised(finding);
}

}  // namespace xunjie::watch
