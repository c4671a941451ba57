// The fine pattern of a surface: joints, grain, print, whatever is smaller than a thing. Light and
// shade change how bright it is; only what hides it makes it go away.
#pragma once

#include <opencv2/core/mat.hpp>

namespace xunjie::watch {

// How much of the pattern that `then` shows in these cells (CV_8U) is there in `now`: of each cell
// and its neighbours the correlation (-1 to 1) once brightness and contrast are taken out, and of
// these the median, for a thing may have gaps. About 0 for another surface, and for one without a
// pattern. Both pictures CV_32F, 4 × the cells.
double pattern_kept(const cv::Mat& then, const cv::Mat& now, const cv::Mat& cells);

}  // namespace xunjie::watch
