#include "watch/scene_memory.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <opencv2/imgproc.hpp>

#include "watch/cell_masks.h"
#include "watch/cell_sums.h"
#include "watch/pattern.h"

namespace xunjie::watch {
namespace {

// Hysteresis: a change starts above 1, the street is seen again only below this.
constexpr float kStreetAgain = 0.8F;
constexpr float kSame = 0.85F;
// The long memory learns with this time constant where the street is seen.
constexpr double kLearnSeconds = 90;
// What differs from so soon after a step of the light differs by it; a minute later nothing does.
constexpr Micros kDoubt = seconds(15), kDoubtEnds = minutes(1);
constexpr double kHidden = 0.2;  // of the street's pattern, that may seem to show through a thing
constexpr std::uint16_t kMost = std::numeric_limits<std::uint16_t>::max() - 1;

void count(std::uint16_t& counter) {
  counter = std::min<std::uint16_t>(kMost, counter + 1);
}

// The part of the light that a memory follows in one look at this rate.
Light followed(const Light& light, double rate) {
  return {1 + rate * (light.gain - 1), rate * light.offset, rate * light.cb, rate * light.cr, 1};
}

// What of the light is left once `done` of it was followed.
Light left_of(const Light& light, const Light& done) {
  const double gain = light.gain / done.gain;
  return {gain, light.offset - gain * done.offset, light.cb - done.cb, light.cr - done.cr,
          light.fit};
}

}  // namespace

void SceneMemory::learn(const Look& look) {
  if (!first_.empty() && !(first_.front().grid == look.grid)) first_.clear();
  first_.push_back(look);
  if (static_cast<int>(first_.size()) < options_.first_looks) return;
  grid_ = look.grid;
  empty_ = {luma_as(median_of(first_, &Look::luma), CV_16U), median_of(first_, &Look::cb),
            median_of(first_, &Look::cr)};
  standing_ = copy_as(CV_16U, empty_);
  challenger_ = copy_as(CV_16U, empty_);
  pattern_ = empty_.luma.clone();
  cells_.assign(static_cast<std::size_t>(grid_.width * grid_.height), Cell{});
  last_ = look.at;
  first_.clear();
}

int SceneMemory::least_thing_cells() const {
  const double share = options_.min_object_area * grid_.width * grid_.height;
  return std::max(6, static_cast<int>(std::lround(share)));
}

void SceneMemory::compare(const Windows& now) {
  cv::Mat use(grid_.height, grid_.width, CV_8U);
  for (int y = 0; y < grid_.height; ++y) {
    for (int x = 0; x < grid_.width; ++x) use.at<std::uint8_t>(y, x) = cell(x, y).same == 0 ? 1 : 0;
  }
  const Windows remembered = windows_of_picture(empty_);
  light_ = light_between(remembered, now, use);
  street_ = relit(remembered, light_);
  const Structure structure = structure_of(street_, now);
  acuity_ = acuity_between(street_, now, structure, use);
  changed_ = difference(street_, now, structure, acuity_, &changed_hard_);
  shade_ = shade_between(street_, now, structure, acuity_, changed_, known_shade_);
  if (shade_.typical > 0) known_shade_ = shade_.typical;
  // Another view differs everywhere too: no noise is learned for telling it.
  difference(street_, now, structure, {.colour = acuity_.colour}, &hard_in_any_light_);
  shaded_ = forgive_shade(shade_, street_, now, acuity_, changed_, &changed_hard_);
  left_ = light_;
}

void SceneMemory::release_look() {
  street_ = {};
  shade_ = {};
  for (cv::Mat* of_look : {&changed_, &changed_hard_, &hard_in_any_light_, &shaded_}) {
    of_look->release();
  }
}

void SceneMemory::judge(const Look& look, const Windows& now, Micros dwell) {
  // What stands there was remembered lately, in nearly this light: memories follow it in teach().
  const auto to = [&](const Picture& picture, bool any) {
    if (!any) return cv::Mat(grid_.height, grid_.width, CV_32F, cv::Scalar(1e6));
    const Windows then = relit(windows_of_picture(picture), light_);
    cv::Mat d = difference(then, now, structure_of(then, now), acuity_);
    forgive_shade(shade_, then, now, acuity_, d, nullptr);
    return d;
  };
  const auto any_cell = [&](auto test) { return std::any_of(cells_.begin(), cells_.end(), test); };
  const cv::Mat to_standing = to(standing_, any_cell([](const Cell& c) { return c.same > 0; }));
  const cv::Mat to_challenger =
      to(challenger_, any_cell([](const Cell& c) { return c.challenger > 0; }));
  const Picture present = picture_of(look);
  const cv::Mat blind = blind_cells(look, now);
  for (int y = 0; y < grid_.height; ++y) {
    for (int x = 0; x < grid_.width; ++x) {
      Cell& it = cells_[index_of(x, y)];
      if (blind.at<std::uint8_t>(y, x) != 0) {
        if (it.same > 0) it.seen = Seen::other;
        continue;
      }
      const Cell before = it;
      judge_cell(it, look.at, changed_.at<float>(y, x), to_standing.at<float>(y, x),
                 to_challenger.at<float>(y, x), dwell);
      if (it.same == 1 && it.since == look.at) copy_cell(present, standing_, x, y);
      if (before.challenger > 0 && it.challenger == 0 && it.since == before.challenger_since &&
          it.same > 0) {
        copy_cell(challenger_, standing_, x, y);
      }
      if (it.challenger == 1) copy_cell(present, challenger_, x, y);
    }
  }
  follow_shade(look);
  settle_doubt(look);
  teach(look, now.grey, blind, look.at - last_);
  last_ = look.at;
}

void SceneMemory::judge_cell(Cell& cell, UtcMicros at, float to_street, float to_standing,
                             float to_challenger, Micros dwell) {
  if (cell.same == 0) {
    cell.seen = to_street >= 1 ? Seen::standing : Seen::street;
    if (cell.seen == Seen::standing) cell = {.since = at, .same = 1, .seen = Seen::standing};
    return;
  }
  if (to_street < kStreetAgain && to_street <= to_standing) {
    cell.seen = Seen::street;
    if (++cell.street >= options_.looks_to_clear) cell = {};
    return;
  }
  if (to_standing < kSame) {
    cell.street = 0;
    cell.seen = Seen::standing;
    cell.challenger = 0;
    count(cell.same);
    return;
  }
  cell.seen = Seen::other;
  count(cell.missed);
  if (cell.same < 2) {  // seen once only: it was passing, and so may this be
    cell = {.since = at, .same = 1, .seen = Seen::standing};
    return;
  }
  if (cell.challenger == 0 || to_challenger >= kSame) {
    cell.challenger = 1;
    cell.challenger_since = at;
    return;
  }
  count(cell.challenger);
  const bool outlasted = at - cell.challenger_since >= dwell || cell.challenger > 2 * cell.same;
  if (cell.challenger >= options_.looks_to_mature && outlasted) {
    cell = {.since = cell.challenger_since, .same = cell.challenger, .seen = Seen::standing};
  }
}

void SceneMemory::teach(const Look& look, bool grey, const cv::Mat& blind, Micros passed) {
  const double rate = 1 - std::exp(-std::clamp(passed.seconds(), 0.0, 60.0) / kLearnSeconds);
  cv::Mat street(grid_.height, grid_.width, CV_8U);
  for (int y = 0; y < grid_.height; ++y) {
    for (int x = 0; x < grid_.width; ++x) {
      const bool bare = cell(x, y).same == 0 && changed_.at<float>(y, x) < kStreetAgain &&
                        blind.at<std::uint8_t>(y, x) == 0;
      street.at<std::uint8_t>(y, x) = bare ? 255 : 0;
    }
  }
  // Neither does the rim of a thing, half street and half thing, teach.
  cv::erode(street, street, cv::Mat::ones(3, 3, CV_8U));
  const Light step = followed(light_, rate);
  for (Picture* picture : {&empty_, &standing_, &challenger_}) relight(*picture, step);
  left_ = left_of(light_, step);
  for (int y = 0; y < grid_.height; ++y) {
    for (int x = 0; x < grid_.width; ++x) {
      if (street.at<std::uint8_t>(y, x) != 0) {
        blend_cell(empty_.luma, look.luma, x, y, kLevelsPerGrey, static_cast<float>(rate));
        if (shaded_.empty() || shaded_.at<std::uint8_t>(y, x) == 0)
          blend_cell(pattern_, look.luma, x, y, kLevelsPerGrey, static_cast<float>(rate));
      }
    }
  }
  if (grey) return;  // by day the colours are still those of yesterday
  // The first colours a street learned in infrared gets to see are taken as they are.
  const double colour_rate = street_.grey ? 1 : rate;
  const auto blend = [&](cv::Mat& memory, const cv::Mat& seen) {
    const cv::Mat mixed = memory * (1 - colour_rate) + seen * colour_rate;
    mixed.copyTo(memory, street);
  };
  blend(empty_.cb, look.cb);
  blend(empty_.cr, look.cr);
}

void SceneMemory::accept_light(const Look& look, const Windows& now) {
  for (Picture* picture : {&empty_, &standing_, &challenger_}) relight(*picture, light_);
  left_ = {};
  cv::Mat hard;
  const Windows street = windows_of_picture(empty_);
  const cv::Mat d = difference(street, now, structure_of(street, now), acuity_, &hard);
  const cv::Mat things = solid_cells(hard >= 1, least_thing_cells());
  doubt_ = (d >= kStreetAgain) & ~things;
  doubt_since_ = look.at;
  for (int y = 0; y < grid_.height; ++y) {
    for (int x = 0; x < grid_.width; ++x) {
      if (cell(x, y).same > 0) doubt_.at<std::uint8_t>(y, x) = 0;
    }
  }
  last_ = look.at;
}

// Wide light and shade that stay are how the street looks now. A car's shadow goes on with it, and
// that of a thing goes with the thing.
void SceneMemory::follow_shade(const Look& look) {
  if (shaded_.empty()) {
    shaded_looks_.release();
    return;
  }
  shaded_ = wide_parts(shaded_);
  if (shaded_looks_.empty()) shaded_looks_ = cv::Mat::zeros(shaded_.size(), CV_8U);
  shaded_looks_.setTo(0, ~shaded_);
  shaded_looks_ += (shaded_ & 1);
  const cv::Mat settled = shaded_looks_ >= options_.looks_to_mature;
  absorb_light(settled, look);
  shaded_looks_.setTo(0, settled);
}

// The groups of these cells that have the shape of a thing and let nothing of the street show.
cv::Mat SceneMemory::hiding_things(const cv::Mat& cells, const Look& look) const {
  cv::Mat labels, out = cv::Mat::zeros(cells.size(), CV_8U);
  const int n = cv::connectedComponents(solid_cells(cells, least_thing_cells()), labels, 8, CV_32S);
  for (int i = 1; i < n; ++i) {
    const cv::Mat thing = (labels == i) & cells;
    if (pattern_kept(thing, look) < kHidden) out |= thing;
  }
  return out;
}

// What has differed ever since the step of the light is how the street looks in the new one; who
// only passed at that moment has gone on meanwhile.
void SceneMemory::settle_doubt(const Look& look) {
  if (doubt_.empty()) return;
  cv::Mat settled = cv::Mat::zeros(doubt_.size(), CV_8U);
  for (int y = 0; y < grid_.height; ++y) {
    for (int x = 0; x < grid_.width; ++x) {
      const Cell& it = cell(x, y);
      std::uint8_t& doubtful = doubt_.at<std::uint8_t>(y, x);
      if (doubtful == 0) continue;
      if (it.same == 0 || it.since > doubt_since_ + kDoubt) doubtful = 0;
      if (doubtful != 0 && it.same >= options_.looks_to_mature)
        settled.at<std::uint8_t>(y, x) = 255;
    }
  }
  doubt_ &= ~settled;
  absorb_light(settled & ~hiding_things(settled, look), look);
  if (look.at > doubt_since_ + kDoubtEnds || cv::countNonZero(doubt_) == 0) doubt_.release();
}

void SceneMemory::absorb_present(const cv::Mat& cells, const Look& look) {
  absorb_light(cells, look);
  copy_cells(empty_.luma, pattern_, cells);
}

void SceneMemory::absorb_light(const cv::Mat& cells, const Look& look) {
  const Picture present = picture_of(look);
  for (int y = 0; y < grid_.height; ++y) {
    for (int x = 0; x < grid_.width; ++x) {
      if (cells.at<std::uint8_t>(y, x) == 0) continue;
      copy_cell(present, empty_, x, y);
      cells_[index_of(x, y)] = {};
    }
  }
}

void SceneMemory::absorb_standing(const cv::Mat& cells) {
  for (int y = 0; y < grid_.height; ++y) {
    for (int x = 0; x < grid_.width; ++x) {
      Cell& it = cells_[index_of(x, y)];
      if (cells.at<std::uint8_t>(y, x) == 0 || it.same == 0) continue;
      copy_cell(standing_, empty_, x, y);
      it = {};
    }
  }
  copy_cells(empty_.luma, pattern_, cells);
}

cv::Mat SceneMemory::street_luma() const {
  cv::Mat out;
  empty_.luma.convertTo(out, CV_32F, left_.gain / kLevelsPerGrey, left_.offset);
  return out;
}

double SceneMemory::pattern_kept(const cv::Mat& cells, const Look& look) const {
  return watch::pattern_kept(luma_as(pattern_, CV_32F), look.luma, cells);
}

cv::Mat SceneMemory::street_with(const cv::Mat& cells) const {
  cv::Mat pixels, standing, out = street_luma();
  cv::resize(cells, pixels, out.size(), 0, 0, cv::INTER_NEAREST);
  standing_.luma.convertTo(standing, CV_32F, left_.gain / kLevelsPerGrey, left_.offset);
  standing.copyTo(out, pixels);
  return out;
}

void SceneMemory::forget_standing(const cv::Mat& cells) {
  for (int y = 0; y < grid_.height; ++y) {
    for (int x = 0; x < grid_.width; ++x) {
      if (cells.at<std::uint8_t>(y, x) != 0) cells_[index_of(x, y)] = {};
    }
  }
}

SceneMemory::Saved SceneMemory::save() const {
  return {grid_,
          copy_as(CV_32F, empty_),
          copy_as(CV_32F, standing_),
          copy_as(CV_32F, challenger_),
          cells_,
          last_};
}

bool SceneMemory::restore(Saved saved) {
  const auto fits = [&](const Picture& picture) {
    const cv::Size cells(saved.grid.width, saved.grid.height);
    return picture.luma.size() == cv::Size(cells.width * kCellPixels, cells.height * kCellPixels) &&
           picture.cb.size() == cells && picture.cr.size() == cells;
  };
  const auto count_of_cells = static_cast<std::size_t>(saved.grid.width * saved.grid.height);
  if (!fits(saved.empty) || !fits(saved.standing) || !fits(saved.challenger)) return false;
  if (saved.cells.size() != count_of_cells) return false;
  grid_ = saved.grid;
  empty_ = copy_as(CV_16U, saved.empty);
  pattern_ = empty_.luma.clone();
  standing_ = copy_as(CV_16U, saved.standing);
  challenger_ = copy_as(CV_16U, saved.challenger);
  cells_ = std::move(saved.cells);
  last_ = saved.last;
  first_.clear();
  return true;
}

}  // namespace xunjie::watch
