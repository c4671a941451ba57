// The live stream: durable changes, in commit order, to every console that listens.
//
// One thread waits on the store and follows its change log. What a reader may see depends on role
// and scope, so readers of equal rights form a group and each change is rendered once per group,
// however many screens watch. A reader joins at a position: what was missed is read from the log
// (only the last state of each thing), or, when that is too much or unknown, a `reset` event says
// to read everything again. Queues live in the engine's sinks and are bounded there; a full one
// ends that reader's stream.
//
// join() from any thread, never blocks for long.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "app/principal.h"
#include "http/http.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace xunjie::http {

struct RenderedChange {
  std::string event, data;
};

struct EventHubOptions {
  std::size_t readers_max = 1000;
  std::size_t catch_up_max = 5000;  // changes; more → reset
  Micros heartbeat = seconds(15);
  Micros poll = millis(200);  // how long one wait on the store lasts
};

class EventHub {
 public:
  // Renders a change as `reader` may see it; nullopt = not for them.
  using Render = std::function<std::optional<RenderedChange>(const app::Principal& reader,
                                                             const ports::Change& change)>;

  EventHub(ports::Store& store, const ports::Clock& clock, Render render,
           EventHubOptions options = {});
  ~EventHub();  // stop()
  void start();
  void stop();

  struct Reader {
    app::Principal principal;
    std::optional<std::int64_t> resume_after;  // nullopt: from now on
    bool resume_unknown = false;               // the client named a position nobody can read
    std::function<bool()> still_allowed;       // asked at each heartbeat
    std::shared_ptr<StreamSink> sink;
  };
  // False when readers_max is reached; a joined reader's sink is closed by the hub when it ends.
  bool join(Reader reader);
  [[nodiscard]] bool has_room() const { return count_.load() < options_.readers_max; }
  [[nodiscard]] std::size_t count() const { return count_.load(); }

 private:
  using Frame = std::shared_ptr<const std::string>;
  struct Group;
  void run();
  void admit_newcomers();
  void catch_up(const Reader& reader, std::int64_t from);
  void follow();
  void beat();
  Frame render_frame(const app::Principal& reader, const ports::Change& change) const;
  void drop_ended();

  ports::Store& store_;
  const ports::Clock& clock_;
  const Render render_;
  const EventHubOptions options_;
  std::atomic<std::size_t> count_{0};
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::vector<Reader> newcomers_;  // guarded by mutex_
  // The hub thread's own:
  std::int64_t position_ = 0;
  Micros last_beat_;
  std::vector<Reader> readers_;  // sink reset = ended
  std::thread thread_;
};

}  // namespace xunjie::http
