// What a camera remembers of its street, cell by cell.
//
// The long memory is the empty street. It follows the light and learns slowly, only where the
// street itself is seen: what stands in a cell never teaches it, however long it stands. The short
// memory is the thing seen there now ("standing"), with the time since which it has looked the
// same, and a challenger that has covered it lately. Someone passing or an occlusion becomes a
// challenger and is gone again; only when it has outlasted the dwell does it take the place of what
// stood there. People who stay but move look different every time, so nothing in their cells gets
// older.
//
// A cell is empty again only when the empty street itself was seen there several times, and the
// thing never in between.
// Not thread-safe; a look costs about 3 ms.
#pragma once

#include <cstdint>
#include <vector>

#include <opencv2/core/mat.hpp>

#include "watch/compare.h"
#include "watch/memory_picture.h"
#include "watch/options.h"
#include "watch/picture.h"
#include "watch/shade.h"

namespace xunjie::watch {

enum class Seen : std::uint8_t { street, standing, other };

struct Cell {
  UtcMicros since;  // the standing thing has looked the same since
  UtcMicros challenger_since;
  std::uint16_t same = 0;    // looks that showed the standing thing; 0 = nothing stands here
  std::uint16_t missed = 0;  // looks since then that showed neither it nor the street
  std::uint16_t challenger = 0;
  std::uint8_t street = 0;   // looks that showed the street since the thing was last seen
  Seen seen = Seen::street;  // by the latest look
};

class SceneMemory {
 public:
  explicit SceneMemory(const WatchOptions& options) : options_(options) {}

  // Still learning the empty street from the first looks; judge() must not be called yet.
  [[nodiscard]] bool learning() const { return empty_.empty(); }
  void learn(const Look& look);

  // Compares a look with the empty street in the present light: light(), changed(), changed_hard().
  void compare(const Windows& now);
  // Takes the look last compared in as sound. `dwell` is the span after which a challenger outlasts
  // what stood there.
  void judge(const Look& look, const Windows& now, Micros dwell);
  // After a step of the light: what differs now, where nothing stood before, and goes on to differ,
  // differs by the light, unless it has the shape of a thing or hides the street's pattern as one.
  void accept_light(const Look& look, const Windows& now);

  // Lets go of what compare() worked out of a look, once it is judged: hundreds of cameras wait for
  // their next one.
  void release_look();

  // These cells (CV_8U) belong to the street: as it is seen now in another light, as it is seen now
  // and was never seen before (ghosts), or as the standing thing in them looked (dismissed
  // findings).
  void absorb_light(const cv::Mat& cells, const Look& look);
  void absorb_present(const cv::Mat& cells, const Look& look);
  void absorb_standing(const cv::Mat& cells);
  // What stands in these cells is forgotten without teaching the street.
  void forget_standing(const cv::Mat& cells);

  [[nodiscard]] GridSize grid() const { return grid_; }
  [[nodiscard]] int least_thing_cells() const;
  [[nodiscard]] const Cell& cell(int x, int y) const { return cells_[index_of(x, y)]; }
  // The street in the present light with what stands in `cells` set into it: nobody passing is in
  // it.
  [[nodiscard]] cv::Mat street_with(const cv::Mat& cells) const;
  // Of the look last compared, until it is released: the light, the street in it, the difference to
  // it and its hard part.
  [[nodiscard]] const Light& light() const { return light_; }
  [[nodiscard]] const Windows& street() const { return street_; }
  [[nodiscard]] cv::Mat street_luma() const;
  // How much of the street's own pattern this look shows in these cells (CV_8U): see pattern.h.
  [[nodiscard]] double pattern_kept(const cv::Mat& cells, const Look& look) const;
  [[nodiscard]] const cv::Mat& changed() const { return changed_; }
  [[nodiscard]] const cv::Mat& changed_hard() const { return changed_hard_; }
  // The hard part with neither noise learned nor shade taken out: for telling another view.
  [[nodiscard]] const cv::Mat& hard_in_any_light() const { return hard_in_any_light_; }

  // A plain value for the state file.
  using Picture = MemoryPicture;
  struct Saved {
    GridSize grid;
    Picture empty, standing, challenger;
    std::vector<Cell> cells;
    UtcMicros last;
  };
  [[nodiscard]] Saved save() const;
  // False, and nothing changed, when the parts do not fit together.
  bool restore(Saved saved);

 private:
  [[nodiscard]] std::size_t index_of(int x, int y) const {
    return static_cast<std::size_t>(y) * static_cast<std::size_t>(grid_.width) +
           static_cast<std::size_t>(x);
  }
  void judge_cell(Cell& cell, UtcMicros at, float to_street, float to_standing, float to_challenger,
                  Micros dwell);
  void follow_shade(const Look& look);
  void settle_doubt(const Look& look);
  [[nodiscard]] cv::Mat hiding_things(const cv::Mat& cells, const Look& look) const;
  void teach(const Look& look, bool grey, const cv::Mat& blind, Micros passed);

  WatchOptions options_;
  GridSize grid_;
  std::vector<Look> first_;
  Picture empty_, standing_, challenger_;
  // CV_16U: the empty street's luma once more, which follows no light that lies on a part of it:
  // what was taken over of such a light piece by piece is no pattern of the street.
  cv::Mat pattern_;
  std::vector<Cell> cells_;
  Light light_;
  Light left_;  // what of the light the memories have not followed yet
  Acuity acuity_;
  ShadeMap shade_;
  float known_shade_ = 0;
  cv::Mat shaded_, shaded_looks_;  // CV_8U: in another light at the last look; at so many in a row
  Windows street_;
  cv::Mat changed_, changed_hard_, hard_in_any_light_;
  cv::Mat doubt_;  // CV_8U: may differ by a step of the light; empty: nothing does
  UtcMicros doubt_since_;
  UtcMicros last_;
};

}  // namespace xunjie::watch
