// What the demonstration's director makes happen: somebody brings an object and leaves, somebody
// takes it away, a van stops at the kerb and drives off, a group gathers and parts, a lamp comes
// on. Nothing ever fades in or out.
#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "atlas.h"
#include "base/result.h"
#include "figure.h"
#include "scene.h"
#include "stage.h"
#include "traffic.h"

namespace xunjie::street {

// One object or event by name. `since` is media time in seconds.
struct Standing {
  // cleared: the thing is gone, the one who took it is still walking off.
  enum class Phase { arriving, visible, leaving, cleared };
  std::string id;
  Phase phase;
  double since;
};

class Plot {
 public:
  Plot(const Scene& scene, const Atlas& atlas, Stage& stage, unsigned seed);

  // Orders; refused with the reason when the thing is unknown or already so. `now` is media time.
  Result<void> place(const std::string& id, double now);
  Result<void> remove(const std::string& id, double now);
  Result<void> start(const std::string& event, double now);
  Result<void> stop(const std::string& event, double now);

  // Moves everything on to `now`; adds the people and things in motion to `figures`.
  void step(double now, double dt, std::vector<Figure>& figures);

  [[nodiscard]] std::vector<Standing> standing() const;
  [[nodiscard]] Obstacles obstacles() const;
  // Media time of the last lamp switch and which way; negative time = never.
  [[nodiscard]] std::pair<double, bool> lamp() const { return {lamp_at_, lamp_on_}; }

 private:
  struct Play {  // an object coming, standing or going
    Standing::Phase phase;
    double since;
    cv::Point2d from;  // where the porter comes from and goes to
    bool switched = false;
  };
  struct Member {  // one of the crowd
    cv::Point2d at, goal, home, outside;
    double heading, walked, next;
    int pose;
    const Sheet* sheet;
    cv::Vec3f tone;
  };
  [[nodiscard]] cv::Point2d entry(cv::Point2d to, double sign, double reach = 1.2) const;
  void step_porter(const SceneObject& o, Play& p, double now, std::vector<Figure>& figures);
  void step_wheeled(const SceneObject& o, Play& p, double now, std::vector<Figure>& figures);
  void step_crowd(double now, double dt, std::vector<Figure>& figures);
  void gather(double now);
  void settle(const std::string& id, Play& p, double now);

  const Scene& scene_;
  const Atlas& atlas_;
  Stage& stage_;
  std::mt19937 random_;
  std::map<std::string, Play> plays_;
  std::vector<Member> crowd_;
  Standing::Phase crowd_phase_ = Standing::Phase::arriving;
  double crowd_since_ = 0;
  double lamp_at_ = -1;
  bool lamp_on_ = false;
};

}  // namespace xunjie::street
