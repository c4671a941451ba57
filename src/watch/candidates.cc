#include "watch/candidates.h"

#include <algorithm>
#include <utility>

#include <opencv2/core.hpp>

namespace xunjie::watch {
namespace {

constexpr double kSameShare = 0.4;  // intersection over union of cells: the same thing
constexpr Micros kAnswerWithin = seconds(30);
constexpr Micros kLongestBackoff = minutes(10);

const ports::WatchRule& shortest(const ports::Zone& zone) {
  return *std::min_element(zone.watch.begin(), zone.watch.end(),
                           [](const auto& a, const auto& b) { return a.dwell < b.dwell; });
}

bool same_thing(const Matured& a, const Matured& b) {
  if (a.zone != b.zone || a.cells.size() != b.cells.size()) return false;
  const double both = cv::countNonZero(a.cells & b.cells);
  return both > kSameShare * cv::countNonZero(a.cells | b.cells);
}

}  // namespace

std::optional<ports::WatchRule> rule_for(const ports::Zone& zone, const Recognition& word) {
  for (const auto& kind : word.violations) {
    for (const auto& rule : zone.watch) {
      if (rule.violation == kind) return rule;
    }
  }
  return std::nullopt;
}

CandidateBook::Waiting& CandidateBook::entry_for(const Matured& object, UtcMicros at) {
  const auto it = std::find_if(waiting_.begin(), waiting_.end(), [&](const Waiting& each) {
    return same_thing(each.object, object);
  });
  if (it != waiting_.end()) return *it;
  if (waiting_.size() == kMostCandidates) {
    waiting_.erase(std::min_element(waiting_.begin(), waiting_.end(),
                                    [](const auto& a, const auto& b) { return a.seen < b.seen; }));
  }
  Waiting fresh;
  fresh.number = ++last_;
  fresh.not_before = at;
  waiting_.push_back(std::move(fresh));
  return waiting_.back();
}

std::optional<Candidate> CandidateBook::offer(const Matured& object, UtcMicros at) {
  Waiting& entry = entry_for(object, at);
  const bool lost =
      entry.asked && at - entry.asked_at > kAnswerWithin;  // nobody will answer any more
  entry.seen = at;
  entry.object = object;
  entry.object.cells = object.cells.clone();
  if ((entry.asked && !lost) || at < entry.not_before) return std::nullopt;
  entry.asked = true;
  entry.asked_at = at;
  return Candidate{entry.number, object.box};
}

std::optional<std::size_t> CandidateBook::zone_of(std::uint64_t number) const {
  for (const auto& each : waiting_) {
    if (each.number == number) return each.object.zone;
  }
  return std::nullopt;
}

std::optional<CandidateBook::Decided> CandidateBook::answer(std::uint64_t number,
                                                            const Recognition& word,
                                                            const ports::Zone& zone, UtcMicros at) {
  const auto it = std::find_if(waiting_.begin(), waiting_.end(),
                               [&](const Waiting& each) { return each.number == number; });
  if (it == waiting_.end() || !it->asked) return std::nullopt;
  it->asked = false;
  const ports::WatchRule& rule = shortest(zone);
  const auto later = [&]() -> std::optional<Decided> {
    it->backoff = std::min(std::max(it->backoff * 2, rule.dwell), kLongestBackoff);
    it->not_before = at + it->backoff;
    return std::nullopt;
  };
  Naming naming{rule.violation, "object", it->object.score};
  switch (word.kind) {
    case Recognised::unavailable:
      if (++it->tries < kMostTries) return std::nullopt;  // asked again at the next look
      break;
    case Recognised::ignored:
      return later();
    case Recognised::nothing:
      if (word.require_class) return later();
      break;
    case Recognised::violation: {
      const auto named = rule_for(zone, word);
      if (!named && word.ignored_elsewhere) return later();
      naming.label = word.label;
      naming.score = word.score;
      if (named) naming.violation = named->violation;
      if (named && at - it->object.since < named->dwell) {  // this kind may stay longer
        it->not_before = it->object.since + named->dwell;
        return std::nullopt;
      }
      break;
    }
  }
  Decided decided{std::move(it->object), std::move(naming)};
  waiting_.erase(it);
  return decided;
}

void CandidateBook::add_settled(cv::Mat& cells, UtcMicros at) const {
  for (const auto& each : waiting_) {
    if (!each.asked && each.not_before > at && each.object.cells.size() == cells.size())
      cv::bitwise_or(cells, each.object.cells, cells);
  }
}

}  // namespace xunjie::watch
