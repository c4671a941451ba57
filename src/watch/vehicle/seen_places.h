// Did this pass prove that a thing is gone?
//
// Only when it really saw the place: every point where the thing may stand (its place with the
// uncertainty it has against this pass, and the whole front of its shop) was inside a sound picture
// from several places along the way, near enough, and nothing detected stood before it; and nothing
// of its kind that is not another known thing was seen there even once. Nor may it go by
// another name: something of its kind and like it, farther off than its place allows but not than a
// receiver can err, first noticed since it was last seen or seen by this very pass. Anything less
// says nothing, and the thing stays.
#pragma once

#include "watch/vehicle/known_things.h"

namespace xunjie::watch::vehicle {

struct GoneOptions {
  int views_least = 3;          // of every point
  double baseline_least_m = 4;  // the views of a point lie this far apart at least
  double reach_m = 22;
  double height_m = 0.8;           // of what must have been in view over each point
  double step_m = 1.5;             // between points
  double half_length_most_m = 24;  // along the street; a less certain place proves nothing
  double lane_m = 3.5;             // the car may drive this much nearer or farther than last time
  double margin = 0.02;            // of the picture's width and height, at its rim
  double namesake_m = 30;          // … and one that looks like it, this near, may be it misplaced
  double namesake_unlike = 0.15;
  double kin_m = 3;  // a detection of the kind this near the place may be it
};

// Did the pass see it, under this name?
bool saw(const PassMatch& match, ThingId id);

// Alike, and no farther apart than a receiver can err: maybe one thing under two names. `kin`:
// labels that may be the same thing as `thing`.
bool may_be_one(const KnownThing& thing, const KnownThing& other,
                const std::vector<std::string>& kin, const GoneOptions& options);

// `all`: every known thing after this pass. `half_front_m`: half the width of the shop's front, 0
// where no shop is named. `kin`: labels that may be the same thing.
bool surely_gone(const KnownThing& thing, const std::vector<KnownThing>& all, double half_front_m,
                 const PassSeen& pass, const PassMatch& match, const std::vector<std::string>& kin,
                 const GoneOptions& options);

}  // namespace xunjie::watch::vehicle
