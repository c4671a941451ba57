// What may be tuned about watching. Every period scales down with a camera's shortest dwell, so
// that a dwell of 8 s still gets its looks; the values here are the upper ends.
#pragma once

#include <cstddef>

#include "base/time.h"

namespace xunjie::watch {

struct WatchOptions {
  Micros quiet_period = seconds(10);    // between looks when nothing happens
  Micros maturing_period = seconds(2);  // while something stands there, or an answer is awaited
  Micros maturing_period_long = seconds(5);  // the same where the dwell is minutes
  Micros longest_period = minutes(1);   // however overloaded: every camera is looked at this often
  int first_looks = 5;                  // learn the empty street before anything is judged
  bool ask_detector = false;            // candidates wait for Street::answer
  int looks_to_mature = 3;              // the same appearance this often, besides the dwell
  int looks_to_clear = 2;               // the empty street seen this often in a row
  double min_object_area = 0.0014;      // share of the picture
  double sure_score = 0.74;             // of 1: less sure is not said; reviewers raise it (bar.h)
  double foot_share = 0.5;              // of an object's foot that must stand in a zone
  Micros frozen_after = seconds(20);    // identical pictures for so long are a frozen source
  Micros local_offset = hours(8);       // permitted hours are local: UTC+8
  std::size_t ring_bytes = 16U << 20U;  // undecoded packets kept per camera, at most
  Micros pre_roll = seconds(10);        // of an evidence clip
  Micros ring_slack = seconds(4);       // kept beyond the pre-roll, for looks judged late
  Micros clip_longest = seconds(30);    // whatever the distance of keyframes
  std::size_t clip_bytes = 8U << 20U;   // an evidence clip is cut to the GOPs that fit
};

}  // namespace xunjie::watch
