#include "watch/vehicle/drive_shelf.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

namespace xunjie::watch::vehicle {
namespace {

constexpr double kNearM = 22;  // as GoneOptions::reach_m
constexpr double kRim = 0.03;

std::optional<domain::PicturePoint> point_of(const View& view, Metres2 place) {
  if (length(place - view.lens()) > kNearM) return std::nullopt;
  const auto p = view.picture(place);
  const auto in = [](double v) { return v >= kRim && v <= 1 - kRim; };
  return p && in(p->x) && in(p->y) ? p : std::nullopt;
}

}  // namespace

bool shows_place(const View& view, Metres2 place) {
  return point_of(view, place).has_value();
}

void DriveShelf::add(Shown shown) {
  if (!shown_.empty() && shown.at <= shown_.back().at) return;
  shown_bytes_ += shown.picture.original.size();
  shown_.push_back(std::move(shown));
  while (shown_bytes_ > bytes_ && shown_.size() > 1) {
    std::size_t goes = 0;
    Micros least{std::numeric_limits<std::int64_t>::max()};
    for (std::size_t i = 1; i + 1 < shown_.size(); ++i) {
      const Micros gap = shown_[i + 1].at - shown_[i - 1].at;
      if (gap >= least) continue;
      goes = i;
      least = gap;
    }
    shown_bytes_ -= shown_[goes].picture.original.size();
    shown_.erase(shown_.begin() + static_cast<std::ptrdiff_t>(goes));
  }
}

void DriveShelf::add(const std::vector<Packet>& packets, const StreamInfo& stream,
                     std::uint64_t opening) {
  bool started = !kept_.empty() && kept_.back().opening == opening && !packets.empty() &&
                 packets.front().number <= kept_.back().packet.number + 1;
  for (const Packet& packet : packets) {
    const bool here = started && packet.number <= kept_.back().packet.number;
    started = started || packet.key;
    if (here || !started) continue;
    kept_bytes_ += packet.bytes;
    kept_.push_back({packet, stream, opening});
  }
  while (kept_bytes_ > bytes_ && !kept_.empty()) drop_oldest_group();
}

void DriveShelf::drop_oldest_group() {
  do {
    kept_bytes_ -= kept_.front().packet.bytes;
    kept_.pop_front();
  } while (!kept_.empty() && !kept_.front().packet.key);
}

bool DriveShelf::has(UtcMicros at) const {
  return std::any_of(shown_.begin(), shown_.end(), [at](const Shown& s) { return s.at == at; });
}

std::optional<SpoolItem::Picture> DriveShelf::at(
    UtcMicros at, domain::PictureRole role, const std::optional<domain::PictureBox>& box) const {
  const auto found =
      std::find_if(shown_.begin(), shown_.end(), [at](const Shown& s) { return s.at == at; });
  if (found == shown_.end()) return std::nullopt;
  SpoolItem::Picture out = found->picture;
  out.role = role;
  out.box = box;
  return out;
}

std::optional<SpoolItem::Picture> DriveShelf::showing(Metres2 place,
                                                      domain::PictureRole role) const {
  const Shown* best = nullptr;
  double least = 1;
  for (const Shown& shown : shown_) {
    const auto p = shown.view ? point_of(*shown.view, place) : std::nullopt;
    if (!p) continue;
    const double off = std::abs(p->x - 0.5);
    if (off >= least) continue;
    best = &shown;
    least = off;
  }
  return best == nullptr ? std::nullopt : this->at(best->at, role, std::nullopt);
}

DriveShelf::Run DriveShelf::run(UtcMicros from, UtcMicros until) const {
  std::size_t start = kept_.size();
  for (std::size_t i = 0; i < kept_.size(); ++i) {
    if (kept_[i].packet.key && (start == kept_.size() || kept_[i].packet.at <= from)) start = i;
  }
  Run out;
  for (std::size_t i = start; i < kept_.size() && kept_[i].packet.at <= until; ++i) {
    const bool on = i == start || (kept_[i].opening == kept_[i - 1].opening &&
                                   kept_[i].packet.number == kept_[i - 1].packet.number + 1);
    // Damaged packets are in the ring and not here; what hangs on them is cut off.
    if (!on) break;
    out.packets.push_back(kept_[i].packet);
  }
  if (!out.packets.empty()) out.stream = kept_[start].stream;
  return out;
}

void DriveShelf::forget_before(UtcMicros at) {
  std::erase_if(shown_, [&](const Shown& s) {
    if (s.at >= at) return false;
    shown_bytes_ -= s.picture.original.size();
    return true;
  });
  while (!kept_.empty() && kept_.front().packet.at < at) drop_oldest_group();
}

}  // namespace xunjie::watch::vehicle
