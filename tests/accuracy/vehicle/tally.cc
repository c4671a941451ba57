#include "tally.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace xunjie::accuracy {
namespace {

using watch::vehicle::PassReport;
using watch::vehicle::PassSeen;
using watch::vehicle::PassThing;
using watch::vehicle::Stillness;

constexpr int kPlainLooks = 4;  // detected so often in one drive: plainly to be seen

double median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

double share(int part, int all) {
  return all == 0 ? 1 : static_cast<double>(part) / all;
}

}  // namespace

void Figures::add(const Figures& o) {
  passes += o.passes, looks += o.looks, way_m += o.way_m;
  chances += o.chances, recognised += o.recognised;
  merges += o.merges, wrong_merges += o.wrong_merges;
  visible += o.visible, stood += o.stood;
  raised += o.raised, raised_nothing += o.raised_nothing, raised_moving += o.raised_moving;
  duplicates += o.duplicates, cleared += o.cleared, false_clears += o.false_clears;
  removed += o.removed, named += o.named, named_right += o.named_right;
  place_error_m.insert(place_error_m.end(), o.place_error_m.begin(), o.place_error_m.end());
  ground_sigma.insert(ground_sigma.end(), o.ground_sigma.begin(), o.ground_sigma.end());
}

std::string Figures::json() const {
  std::array<char, 900> text{};
  std::snprintf(
      text.data(), text.size(),
      "{\"passes\":%d,\"looks\":%d,\"km\":%.2f,\"chances\":%d,\"recognised\":%d,"
      "\"reidentification\":%.5f,\"merges\":%d,\"wrong_merges\":%d,\"wrong_merge_rate\":%.5f,"
      "\"visible\":%d,\"found_standing\":%d,\"standing_recall\":%.5f,\"raised\":%d,"
      "\"raised_nothing_there\":%d,\"raised_moving\":%d,\"duplicates\":%d,\"removed\":%d,"
      "\"cleared\":%d,\"false_clears\":%d,\"shops_named\":%d,\"shops_named_right\":%d,"
      "\"place_error_m_median\":%.2f,\"place_error_said_m_median\":%.2f}",
      passes, looks, way_m / 1000, chances, recognised, share(recognised, chances), merges,
      wrong_merges, merges == 0 ? 0.0 : share(wrong_merges, merges), visible, stood,
      share(stood, visible), raised, raised_nothing, raised_moving, duplicates, removed, cleared,
      false_clears, named, named_right, median(place_error_m), median(ground_sigma));
  return text.data();
}

void Tally::look(UtcMicros at, std::vector<int> truth, const std::vector<TrueBox>& picture) {
  ++figures_.looks;
  for (const TrueBox& box : picture) {
    const bool detected = std::find(truth.begin(), truth.end(), box.thing) != truth.end();
    if (box.thing != 0 && detected && box.distance_m < 20) ++plainly_[box.thing];
  }
  truth_[at.count] = std::move(truth);
}

// The thing most of its sightings show; 0: something else.
int Tally::truth_of(const PassSeen& seen, const PassThing& thing) const {
  std::map<int, std::size_t> votes;
  for (const auto& s : thing.sightings)
    ++votes[truth_.at(seen.looks[s.look].at.count)[s.detection]];
  const auto most = std::max_element(
      votes.begin(), votes.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  return 2 * most->second > thing.sightings.size() ? most->first : 0;
}

void Tally::things(const PassReport& report) {
  std::set<int> fresh;
  for (const auto& r : report.things) {
    const PassThing& seen = report.seen.things[r.seen];
    const int truth = truth_of(report.seen, seen);
    const bool still = seen.motion.stillness == Stillness::still;
    if (still && truth != 0) stood_.insert(truth);
    const bool itself = r.thing != 0 && !r.fresh && identity_[r.thing] == truth && truth != 0;
    if (still && truth != 0 && known_.contains(truth)) {
      ++figures_.chances;
      figures_.recognised += itself ? 1 : 0;
    }
    if (r.thing != 0 && !r.fresh) {
      ++figures_.merges;
      figures_.wrong_merges += itself ? 0 : 1;
      identity_[r.thing] = truth;  // one mistake is counted once
    }
    if (r.fresh) {
      identity_[r.thing] = truth;
      fresh.insert(truth);
    }
  }
  known_.insert(fresh.begin(), fresh.end());
  known_.erase(0);
}

void Tally::findings(const PassReport& report, int round) {
  for (const auto& raised : report.raised) {
    ++figures_.raised;
    int truth = 0;
    bool moving = false;
    for (const auto& r : report.things) {
      const PassThing& seen = report.seen.things[r.seen];
      const bool its = std::any_of(
          seen.sightings.begin(), seen.sightings.end(),
          [&](const auto& s) { return s.seen.at == raised.pictured_at && s.box == raised.box; });
      if (!its) continue;
      truth = truth_of(report.seen, seen);
      moving = truth == 0 && seen.label == "goods";
    }
    if (truth == 0) {
      ++(moving ? figures_.raised_moving : figures_.raised_nothing);
      continue;
    }
    const Thing& thing = world_.things()[static_cast<std::size_t>(truth) - 1];
    for (const auto& [id, open] : open_) figures_.duplicates += open == truth ? 1 : 0;
    open_[raised.id.value] = truth;
    const auto at = world_.plane().to_plane(raised.position);
    figures_.place_error_m.push_back(watch::vehicle::length(at - thing.at));
    figures_.ground_sigma.push_back(raised.error_m);
    if (raised.shop.empty()) continue;
    ++figures_.named;
    figures_.named_right += raised.shop.value == thing.shop ? 1 : 0;
  }
  for (const auto& cleared : report.cleared) {
    ++figures_.cleared;
    const auto open = open_.find(cleared.id.value);
    if (open == open_.end()) continue;
    const Thing& thing = world_.things()[static_cast<std::size_t>(open->second) - 1];
    figures_.false_clears += thing.stands(round) ? 1 : 0;
    open_.erase(open);
  }
}

void Tally::report(const PassReport& report, int round) {
  ++figures_.passes;
  things(report);
  findings(report, round);
}

// The camera looks to the right: on the way out it sees the right side of the street.
void Tally::begin(int round, bool back) {
  for (const auto& [id, truth] : open_) {
    const Thing& thing = world_.things()[static_cast<std::size_t>(truth) - 1];
    figures_.removed += !thing.stands(round) && (thing.side > 0) != back ? 1 : 0;
  }
}

void Tally::end(double way_m) {
  figures_.way_m += way_m;
  for (const auto& [thing, looks] : plainly_) {
    if (looks < kPlainLooks) continue;
    ++figures_.visible;
    figures_.stood += stood_.contains(thing) ? 1 : 0;
  }
  plainly_.clear();
  stood_.clear();
  truth_.clear();
}

}  // namespace xunjie::accuracy
