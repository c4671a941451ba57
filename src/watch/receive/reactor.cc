#include "watch/receive/reactor.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <condition_variable>
#include <ctime>
#include <optional>
#include <utility>

#include "base/check.h"
#include "watch/backoff.h"
#include "watch/receive/link.h"
#include "watch/receive/opening_gate.h"
#include "watch/receive/resolver.h"

namespace xunjie::watch::receive {
namespace {

constexpr int kMostMoves = 3;
constexpr std::size_t kScratch = 128U << 10U;
constexpr Micros kMindPeriod = millis(500);

// A descriptor that is closed.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) { XUNJIE_CHECK(fd >= 0); }
  ~Descriptor() { ::close(fd_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// One source: where it is, its link while there is one, and when to try again.
struct Source final : LinkEvents {
  enum class State { waiting, resolving, opening, flowing, left };

  Source(std::uint64_t id_, RtspUrl url_, std::shared_ptr<TlsContext> tls_, Follower& follower_)
      : id(id_),
        first_url(std::move(url_)),
        url(first_url),
        tls(std::move(tls_)),
        follower(follower_) {}

  void packet(Packet packet, const StreamInfo& stream, std::uint64_t now) override {
    const bool opened = std::exchange(generation, now) != now;
    follower.packet(std::move(packet), stream, opened);
  }
  void clock_offset(Micros offset) override { follower.clock_offset(offset); }

  const std::uint64_t id;
  const RtspUrl first_url;
  RtspUrl url;  // differs after a redirect
  std::shared_ptr<TlsContext> tls;
  Follower& follower;
  State state = State::waiting;
  std::unique_ptr<Link> link;
  std::uint64_t generation = 0;
  bool watches_write = false;
  int moves = 0;
  unsigned attempt = 0;  // another address of the host each time
  Micros due, begun;
  std::optional<Backoff> backoff;
  std::string gate;  // the host whose place it holds while opening
};

}  // namespace

class Reactor::Body {
 public:
  explicit Body(ReactorOptions options)
      : options_(std::move(options)),
        gate_(options_.opening_most, options_.opening_per_host),
        scratch_(kScratch),
        thread_([this] { run(); }) {}

  ~Body() {
    post([this] { stopping_ = true; });
    thread_.join();
  }

  Result<std::uint64_t> follow(const std::string& text, Follower& follower);
  void leave(std::uint64_t id);
  [[nodiscard]] Micros cpu() const { return Micros{cpu_us_.load(std::memory_order_relaxed)}; }

 private:
  using Command = std::function<void()>;
  void post(Command command);
  Result<std::shared_ptr<TlsContext>> tls_context();
  void run();
  void run_commands();
  void serve_openings(Micros until);
  void read_flowing();
  void mind(Micros now);
  void start_due(Micros now);
  void resolve(Source& source);
  void resolved(std::uint64_t id, Result<std::vector<Address>> found);
  void go_on(Source& source);
  void watch(Source& source);
  void unwatch(Source& source);
  void lose(Source& source, const Error& error);
  bool moved(Source& source);
  void end(Source& source);
  void note_cpu();

  const ReactorOptions options_;
  std::mutex mutex_;
  std::vector<Command> commands_;    // under mutex_
  std::shared_ptr<TlsContext> tls_;  // under mutex_
  std::atomic<std::uint64_t> next_id_{0};
  // From here on the reading thread's own.
  Descriptor opening_set_{epoll_create1(EPOLL_CLOEXEC)};
  Descriptor flowing_set_{epoll_create1(EPOLL_CLOEXEC)};
  Descriptor wake_{eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
  std::map<std::uint64_t, std::unique_ptr<Source>> sources_;
  OpeningGate gate_;
  std::vector<std::uint8_t> scratch_;
  bool stopping_ = false;
  std::atomic<std::int64_t> cpu_us_{0};
  Resolver resolver_;
  std::thread thread_;
};

// --- called from any thread ---------------------------------------------------------------------

void Reactor::Body::post(Command command) {
  {
    const std::lock_guard lock(mutex_);
    commands_.push_back(std::move(command));
  }
  const std::uint64_t one = 1;
  static_cast<void>(!::write(wake_.get(), &one, sizeof one));
}

Result<std::uint64_t> Reactor::Body::follow(const std::string& text, Follower& follower) {
  XUNJIE_TRY(url, parse_rtsp_url(text));
  std::shared_ptr<TlsContext> tls;
  if (url.tls) {
    XUNJIE_TRY(context, tls_context());
    tls = std::move(context);
  }
  const std::uint64_t id = ++next_id_;
  post([this, id, url, tls, &follower] {
    auto source = std::make_unique<Source>(id, url, tls, follower);
    source->backoff.emplace(options_.first_retry, options_.last_retry);
    source->due = steady_now();
    sources_.emplace(id, std::move(source));
  });
  return id;
}

void Reactor::Body::leave(std::uint64_t id) {
  std::mutex mutex;
  std::condition_variable changed;
  bool left = false;
  post([&, id] {
    if (const auto it = sources_.find(id); it != sources_.end()) {
      end(*it->second);
      sources_.erase(it);
    }
    const std::lock_guard lock(mutex);
    left = true;
    changed.notify_one();
  });
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return left; });
}

// One for all sources, made for the first that needs it.
Result<std::shared_ptr<TlsContext>> Reactor::Body::tls_context() {
  const std::lock_guard lock(mutex_);
  if (!tls_) {
    XUNJIE_TRY(context, TlsContext::make(options_.capture.tls));
    tls_ = std::move(context);
  }
  return tls_;
}

// --- the reading thread -------------------------------------------------------------------------

void Reactor::Body::run() {
  pthread_setname_np(pthread_self(), "receive");
  epoll_event wake{.events = EPOLLIN, .data = {.u64 = 0}};
  epoll_ctl(opening_set_.get(), EPOLL_CTL_ADD, wake_.get(), &wake);
  Micros next_tick = steady_now(), next_mind = next_tick;
  while (!stopping_) {
    serve_openings(next_tick);
    run_commands();
    const Micros now = steady_now();
    if (now < next_tick) continue;
    next_tick = now + options_.tick;
    read_flowing();
    start_due(now);
    if (now < next_mind) continue;
    next_mind = now + kMindPeriod;
    mind(now);
    note_cpu();
  }
  for (auto& [id, source] : sources_) end(*source);
  sources_.clear();
}

void Reactor::Body::run_commands() {
  std::vector<Command> commands;
  {
    const std::lock_guard lock(mutex_);
    commands.swap(commands_);
  }
  for (const auto& command : commands) command();
}

// Waits for sources being opened and for commands, until the next tick at most.
void Reactor::Body::serve_openings(Micros until) {
  std::array<epoll_event, 64> events{};
  const auto left = (until - steady_now()).count;
  // Without any source there is nothing to tick for.
  const int wait_ms =
      sources_.empty() ? -1 : static_cast<int>(std::max<std::int64_t>(0, left + 999) / 1000);
  const int ready =
      epoll_wait(opening_set_.get(), events.data(), static_cast<int>(events.size()), wait_ms);
  for (int i = 0; i < ready; ++i) {
    const std::uint64_t id = events[static_cast<std::size_t>(i)].data.u64;
    if (id == 0) {
      std::uint64_t count = 0;
      static_cast<void>(!::read(wake_.get(), &count, sizeof count));
    } else if (const auto it = sources_.find(id); it != sources_.end()) {
      go_on(*it->second);
    }
  }
}

void Reactor::Body::read_flowing() {
  std::array<epoll_event, 256> events{};
  // Level-triggered: what is not reached in these rounds is ready at the next tick as well.
  for (std::size_t rounds = sources_.size() / events.size() + 1; rounds > 0; --rounds) {
    const int ready =
        epoll_wait(flowing_set_.get(), events.data(), static_cast<int>(events.size()), 0);
    for (int i = 0; i < ready; ++i) {
      const auto it = sources_.find(events[static_cast<std::size_t>(i)].data.u64);
      if (it != sources_.end()) go_on(*it->second);
    }
    if (ready < static_cast<int>(events.size())) return;
  }
}

void Reactor::Body::go_on(Source& source) {
  if (!source.link) return;
  const auto went = source.link->ready(scratch_, steady_now());
  if (!went.ok()) return lose(source, went.error());
  if (source.state == Source::State::opening && source.link->flowing()) {
    gate_.leave(source.gate);
    unwatch(source);
    source.state = Source::State::flowing;
    watch(source);
  } else if (source.watches_write != source.link->wants_write()) {
    watch(source);
  }
}

// (Again) into the set its state belongs to, with what it waits for.
void Reactor::Body::watch(Source& source) {
  const Descriptor& set = source.state == Source::State::flowing ? flowing_set_ : opening_set_;
  source.watches_write = source.link->wants_write();
  epoll_event event{.events = EPOLLIN, .data = {.u64 = source.id}};
  if (source.watches_write) event.events |= EPOLLOUT;
  if (epoll_ctl(set.get(), EPOLL_CTL_MOD, source.link->fd(), &event) != 0)
    epoll_ctl(set.get(), EPOLL_CTL_ADD, source.link->fd(), &event);
}

void Reactor::Body::unwatch(Source& source) {
  const Descriptor& set = source.state == Source::State::flowing ? flowing_set_ : opening_set_;
  epoll_ctl(set.get(), EPOLL_CTL_DEL, source.link->fd(), nullptr);
}

void Reactor::Body::mind(Micros now) {
  for (auto& [id, source] : sources_) {
    if (!source->link) continue;
    const auto minded = source->link->mind_time(now);
    if (!minded.ok())
      lose(*source, minded.error());
    else if (source->watches_write != source->link->wants_write())
      watch(*source);
  }
}

void Reactor::Body::start_due(Micros now) {
  // Those that wait longest first: by the order of their due times, not of their ids.
  std::vector<Source*> due;
  for (auto& [id, source] : sources_) {
    if (source->state == Source::State::waiting && source->due <= now) due.push_back(source.get());
  }
  std::sort(due.begin(), due.end(),
            [](const Source* a, const Source* b) { return a->due < b->due; });
  for (Source* source : due) {
    if (gate_.enter(source->url.host)) resolve(*source);
  }
}

void Reactor::Body::resolve(Source& source) {
  source.gate = source.url.host;
  source.state = Source::State::resolving;
  source.begun = steady_now();
  auto numeric = addresses_of(source.url.host, source.url.port, true);
  if (numeric.ok()) return resolved(source.id, std::move(numeric));
  resolver_.ask(source.url.host, source.url.port,
                [this, id = source.id](Result<std::vector<Address>> found) {
                  post([this, id, found = std::move(found)] { resolved(id, found); });
                });
}

void Reactor::Body::resolved(std::uint64_t id, Result<std::vector<Address>> found) {
  const auto it = sources_.find(id);
  if (it == sources_.end() || it->second->state != Source::State::resolving) return;
  Source& source = *it->second;
  source.state = Source::State::opening;
  if (!found.ok() || found->empty())
    return lose(source, found.ok() ? make_error(ErrorCode::unavailable, "the host has no address")
                                   : found.error());
  const Address& address = (*found)[source.attempt++ % found->size()];
  source.generation = 0;
  auto link =
      Link::open(source.url, address, source.tls.get(), options_.capture, source, steady_now());
  if (!link.ok()) return lose(source, link.error());
  source.link = std::move(*link);
  watch(source);
}

// Goes where the source sent us, if that is still allowed.
bool Reactor::Body::moved(Source& source) {
  if (!source.link || !source.link->moved() || source.moves >= kMostMoves) return false;
  auto next = moved_url(source.url, *source.link->moved());
  if (!next.ok()) return false;
  if (next->tls && !source.tls) {
    auto context = tls_context();
    if (!context.ok()) return false;
    source.tls = std::move(*context);
  }
  ++source.moves;
  end(source);
  source.url = std::move(*next);
  source.state = Source::State::waiting;
  source.due = steady_now();
  return true;
}

void Reactor::Body::lose(Source& source, const Error& error) {
  if (moved(source)) return;
  end(source);
  source.url = source.first_url;
  source.moves = 0;
  const Micros now = steady_now();
  source.due = now + source.backoff->after(now - source.begun);
  source.state = source.follower.lost(error) ? Source::State::waiting : Source::State::left;
}

// Closes the link and gives the place at the gate back.
void Reactor::Body::end(Source& source) {
  if (source.state == Source::State::opening || source.state == Source::State::resolving)
    gate_.leave(source.gate);
  if (!source.link) return;
  unwatch(source);
  source.link->close();
  source.link.reset();
}

void Reactor::Body::note_cpu() {
  timespec used{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &used);
  cpu_us_.store(used.tv_sec * 1'000'000 + used.tv_nsec / 1000, std::memory_order_relaxed);
}

Reactor::Reactor(ReactorOptions options) : body_(std::make_unique<Body>(std::move(options))) {}

Reactor::~Reactor() = default;

Result<std::uint64_t> Reactor::follow(const std::string& url, Follower& follower) {
  return body_->follow(url, follower);
}

void Reactor::leave(std::uint64_t source) {
  body_->leave(source);
}

Micros Reactor::cpu() const {
  return body_->cpu();
}

}  // namespace xunjie::watch::receive
