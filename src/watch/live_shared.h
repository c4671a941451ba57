// What all cameras of a live watcher share; outlives them.
#pragma once

#include "watch/costs.h"
#include "watch/detect/detect_queue.h"
#include "watch/judge_pool.h"
#include "watch/live_watcher.h"
#include "watch/receive/reactor.h"
#include "watch/spool.h"
#include "watch/time_line.h"
#include "watch/vehicle/track_feed.h"

namespace xunjie::watch {

struct Shared {
  const LiveOptions& options;
  const TimeLine& time;
  ports::BlobStore& blobs;
  ports::FindingSink& sink;
  Spool& spool;
  JudgePool& pool;
  DetectQueue* detect;  // nullptr: no model
  receive::Reactor& reactor;
  CostCounters& costs;
  vehicle::TrackHub& tracks;
};

}  // namespace xunjie::watch
