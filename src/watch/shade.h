// Light and shade that lie over a part of the street: the sun comes out from behind a roof, a lamp
// goes on. Inside, the ground is what it was, only darker or brighter; at the rim a cell is partly
// in the one light and partly in the other, which looks like structure and is none.
#pragma once

#include <opencv2/core/mat.hpp>

#include "watch/compare.h"

namespace xunjie::watch {

// CV_32F per cell: how many times as bright as in the reference the ground is about here; 0 where
// nothing proves a part in another light. Proof is ground with structure of its own, which goes on
// in the other light; fewer than kLeastProof cells of it prove nothing, or kLeastProofOfKnown where
// they are as bright or dark as a part proven before.
struct ShadeMap {
  static constexpr int kLeastProof = 30, kLeastProofOfKnown = 8;
  cv::Mat level;
  float typical = 0;  // the median level of the proof; 0: too little for one that is not known
  [[nodiscard]] bool empty() const { return level.empty(); }
};

// `d` is their difference(); `known` the typical level of a map of before, 0 when there was none.
ShadeMap shade_between(const Windows& reference, const Windows& now, const Structure& structure,
                       const Acuity& acuity, const cv::Mat& d, float known);

// Takes out of `d` and `hard` (as of difference(); hard may be nullptr) what the map's light and
// shade explain; gives the cells where it did (CV_8U), empty when the map is.
cv::Mat forgive_shade(const ShadeMap& map, const Windows& reference, const Windows& now,
                      const Acuity& acuity, cv::Mat& d, cv::Mat* hard);

}  // namespace xunjie::watch
