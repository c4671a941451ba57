// How different two small pictures are, cell by cell, whatever the light did in between.
//
// Structure comes first: the part of one window's contrast that no gain (0.5 to 2) of the other
// window's contrast explains. It survives shadows, exposure and lamps. Colour second, after the
// picture-wide colour drift is taken out. Plain brightness last, and only when large: a grey object
// on grey ground.
#pragma once

#include <opencv2/core/mat.hpp>

#include "watch/picture.h"

namespace xunjie::watch {

// What turns the reference's brightness into the present one's: now ≈ gain × reference + offset,
// and the colour drift to add to the reference.
struct Light {
  double gain = 1, offset = 0, cb = 0, cr = 0;
  double fit = 1;  // share of the cells that follow it
};

// A picture to compare, with its window moments (all CV_32F, one value per cell).
struct Windows {
  GridSize grid;
  cv::Mat luma;  // 4 × grid, shared with the picture and in that picture's own light
  cv::Mat mean, variance;
  cv::Mat cb, cr;
  bool grey = false;  // no colour in it at all: a camera that has switched to infrared
  Light light;        // what mean, variance and colours were relit by since
};

Windows windows_of(const cv::Mat& luma, const cv::Mat& cb, const cv::Mat& cr);

// Robust over cells where use (CV_8U, non-zero) allows; identity when too few of them agree.
Light light_between(const Windows& reference, const Windows& now, const cv::Mat& use);

// The reference seen in the present light.
Windows relit(const Windows& reference, const Light& light);

// Per cell: the contrast of one picture that no gain (0.5 to 2) of the other's explains, and the
// larger contrast of the two (CV_32F, grey levels²). The reference's pixels are in their own light,
// its means in the present one.
struct Structure {
  cv::Mat rest, most;
};
Structure structure_of(const Windows& reference, const Windows& now);

// How finely two pictures may be told apart.
struct Acuity {
  float noise_variance = 30;  // grey levels²: sensor noise and compression after shrinking
  bool colour = true;         // whether colours may be compared
};

// Rain and a sensor at its end make every cell differ a little: what differs nearly everywhere
// where use (CV_8U, non-zero) allows is noise.
Acuity acuity_between(const Windows& reference, const Windows& now, const Structure& structure,
                      const cv::Mat& use);

// CV_32F per cell: 1 is the threshold of "another thing stands here". `hard`, when given, gets the
// part owed to structure and colour, which a shadow on plain ground has only at its rim.
cv::Mat difference(const Windows& reference, const Windows& now, const Structure& structure,
                   const Acuity& acuity, cv::Mat* hard = nullptr);

}  // namespace xunjie::watch
