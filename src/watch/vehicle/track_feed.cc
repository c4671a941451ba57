#include "watch/vehicle/track_feed.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "watch/backoff.h"
#include "watch/receive/link.h"
#include "watch/vehicle/nmea_stream.h"

namespace xunjie::watch::vehicle {
TrackFeed::TrackFeed(std::string source, const FeedOptions& options)
    : source_(std::move(source)), options_(options), thread_([this] { run(); }) {}

TrackFeed::~TrackFeed() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_all();
  thread_.join();
}

void TrackFeed::follow(std::weak_ptr<TrackEar> ear) {
  const std::lock_guard lock(mutex_);
  std::erase_if(ears_, [](const auto& one) { return one.expired(); });
  ears_.push_back(std::move(ear));
}

std::vector<Fix> TrackFeed::take(std::uint64_t& after) const {
  const std::lock_guard lock(mutex_);
  const auto fresh = std::min<std::uint64_t>(newest_ - std::min(after, newest_), fixes_.size());
  after = newest_;
  return {fixes_.end() - static_cast<std::ptrdiff_t>(fresh), fixes_.end()};
}

FeedState TrackFeed::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

bool TrackFeed::pause(Micros span) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, std::chrono::microseconds(span.count), [this] { return stop_.load(); });
  return !stop_;
}

void TrackFeed::become(FeedState state) {
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(state_, state) == state) return;
  }
  tell();
}

void TrackFeed::tell() {
  std::vector<std::weak_ptr<TrackEar>> ears;
  {
    const std::lock_guard lock(mutex_);
    ears = ears_;
  }
  for (const auto& weak : ears) {
    if (const auto ear = weak.lock()) ear->track_changed();
  }
}

void TrackFeed::run() {
  Backoff backoff(options_.first_retry, options_.last_retry);
  bool told = false;  // a car may be out for days: said once, not at every try
  while (!stop_) {
    Micros held;
    auto stream = NmeaStream::open(source_, options_.connect, stop_);
    if (stream.ok()) {
      told = false;
      const Micros begun = receive::steady_now();
      read_from(**stream);
      held = receive::steady_now() - begun;
      stream->reset();
    } else if (!stop_ && !std::exchange(told, true)) {
      spdlog::warn("watch: car's position: {}; tried again and again", stream.error().message);
    }
    become(FeedState::connecting);
    if (!pause(backoff.after(held))) return;
  }
}

void TrackFeed::read_from(NmeaStream& stream) {
  NmeaReader reader;
  become(FeedState::silent);
  while (!stop_) {
    const auto bytes = stream.read(options_.silence, stop_);
    if (!bytes.ok() || bytes->empty()) {
      if (!stop_)
        spdlog::warn("watch: car's position from {}: {}", source_,
                     bytes.ok() ? "the sender hung up" : bytes.error().message);
      return;
    }
    std::vector<Fix> fresh;
    const std::uint64_t without = reader.counts().no_fix;
    reader.feed(*bytes, fresh);
    if (fresh.empty()) {
      if (reader.counts().no_fix > without) become(FeedState::no_fix);
      continue;
    }
    {
      const std::lock_guard lock(mutex_);
      state_ = FeedState::flowing;
      newest_ += fresh.size();
      for (Fix& fix : fresh) fixes_.push_back(std::move(fix));
      while (fixes_.size() > kMostFixes) fixes_.pop_front();
    }
    tell();
  }
}

std::shared_ptr<TrackFeed> TrackHub::feed(const std::string& source) {
  const std::lock_guard lock(mutex_);
  std::erase_if(feeds_, [](const auto& entry) { return entry.second.expired(); });
  auto& known = feeds_[source];
  auto feed = known.lock();
  if (!feed) known = feed = std::make_shared<TrackFeed>(source, options_);
  return feed;
}

}  // namespace xunjie::watch::vehicle
