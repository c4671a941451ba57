// Tries a source the way the watcher would: knocks, opens, waits for keyframes, decodes one.
//
// Each probe runs on a thread of its own, at most `at_once` of them; the caller waits for it, but
// never longer than `patience`: a thread that hangs in a name server keeps its place until it is
// back. Thread-safe.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>

#include "base/time.h"
#include "ports/probing.h"

namespace xunjie::watch {

struct ProbeOptions {
  int at_once = 2;
  Micros knock = seconds(3);
  Micros open = seconds(6);
  Micros look = seconds(14);  // for two keyframes
  Micros patience = seconds(20);
  Micros keyframes_far = seconds(12);  // further apart the clock cannot look often enough
};

class Prober final : public ports::SourceProbe {
 public:
  explicit Prober(ProbeOptions options = {}) : options_(options) {}
  ~Prober() override;  // stop(), then waits for the threads

  Result<ports::ProbeReport> probe(const ports::ProbeRequest& request) override;
  void stop() override;

 private:
  struct Place {
    std::atomic<bool> done{false};
    std::thread thread;
  };
  // Errors: unavailable.
  Result<void> run(std::function<void()> work);
  void reap();  // with mutex_ held

  const ProbeOptions options_;
  std::atomic<bool> stop_{false};
  std::mutex mutex_;
  std::list<Place> places_;
};

// One probe on the calling thread.
ports::ProbeReport probe_source(const ports::ProbeRequest& request, const ProbeOptions& options,
                                const std::atomic<bool>& stop);

}  // namespace xunjie::watch
