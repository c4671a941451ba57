#include "http/event_hub.h"

#include <algorithm>
#include <map>
#include <utility>

namespace xunjie::http {
namespace {

constexpr int kPage = 256;

// Readers with the same key see the same.
std::string rights_of(const app::Principal& reader) {
  return std::string(domain::name_of(reader.role)) + "|" + reader.subdistrict.value + "|" +
         reader.department;
}

std::shared_ptr<const std::string> frame_of(std::string text) {
  return std::make_shared<const std::string>(std::move(text));
}

std::string position_frame(std::int64_t position) {
  return "retry: 2000\nid: " + std::to_string(position) + "\n\n";
}

std::string reset_frame(std::int64_t position) {
  return "id: " + std::to_string(position) + "\nevent: reset\ndata: {}\n\n";
}

}  // namespace

EventHub::EventHub(ports::Store& store, const ports::Clock& clock, Render render,
                   EventHubOptions options)
    : store_(store), clock_(clock), render_(std::move(render)), options_(options) {}

EventHub::~EventHub() {
  stop();
}

void EventHub::start() {
  const auto last = store_.last_change();
  position_ = last ? *last : 0;
  last_beat_ = clock_.monotonic();
  thread_ = std::thread([this] { run(); });
}

void EventHub::stop() {
  stopping_ = true;
  if (thread_.joinable()) thread_.join();
}

bool EventHub::join(Reader reader) {
  if (stopping_ || count_.fetch_add(1) >= options_.readers_max) {
    count_.fetch_sub(1);
    return false;
  }
  const std::lock_guard lock(mutex_);
  newcomers_.push_back(std::move(reader));
  return true;
}

void EventHub::run() {
  while (!stopping_) {
    admit_newcomers();
    store_.wait_for_change(position_, options_.poll);
    follow();
    if (clock_.monotonic() - last_beat_ >= options_.heartbeat) beat();
    drop_ended();
  }
  admit_newcomers();
  for (const Reader& reader : readers_) reader.sink->close();
}

void EventHub::admit_newcomers() {
  std::vector<Reader> arrived;
  {
    const std::lock_guard lock(mutex_);
    arrived.swap(newcomers_);
  }
  for (Reader& reader : arrived) {
    const std::int64_t from = reader.resume_after.value_or(position_);
    if (reader.resume_unknown || from > position_ || from < 0) {
      reader.sink->push(frame_of(reset_frame(position_)));
    } else if (from < position_) {
      catch_up(reader, from);
    } else {
      reader.sink->push(frame_of(position_frame(position_)));
    }
    readers_.push_back(std::move(reader));
  }
}

void EventHub::catch_up(const Reader& reader, std::int64_t from) {
  std::map<std::pair<std::string, std::string>, ports::Change> latest;
  std::size_t read = 0;
  for (std::int64_t at = from; at < position_;) {
    const auto changes = store_.changes_after(at, kPage);
    if (!changes || read > options_.catch_up_max) {
      reader.sink->push(frame_of(reset_frame(position_)));
      return;
    }
    if (changes->empty()) break;
    for (const ports::Change& change : *changes) {
      if (change.position <= position_) latest[{change.topic, change.id}] = change;
    }
    read += changes->size();
    at = changes->back().position;
  }
  std::vector<ports::Change> ordered;
  ordered.reserve(latest.size());
  for (auto& [key, change] : latest) ordered.push_back(std::move(change));
  std::sort(ordered.begin(), ordered.end(),
            [](const auto& a, const auto& b) { return a.position < b.position; });
  for (const ports::Change& change : ordered) {
    if (const Frame frame = render_frame(reader.principal, change)) {
      if (!reader.sink->push(frame)) return;
    }
  }
  reader.sink->push(frame_of(position_frame(position_)));
}

void EventHub::follow() {
  while (!stopping_) {
    const auto changes = store_.changes_after(position_, kPage);
    if (!changes || changes->empty()) return;
    for (const ports::Change& change : *changes) {
      std::map<std::string, Frame> rendered;
      for (Reader& reader : readers_) {
        if (!reader.sink) continue;
        const std::string rights = rights_of(reader.principal);
        auto known = rendered.find(rights);
        if (known == rendered.end()) {
          known = rendered.emplace(rights, render_frame(reader.principal, change)).first;
        }
        if (known->second && !reader.sink->push(known->second)) reader.sink.reset();
      }
      position_ = change.position;
    }
    if (changes->size() < kPage) return;
  }
}

void EventHub::beat() {
  last_beat_ = clock_.monotonic();
  // With the position, so that a reader whose scope is quiet does not fall behind.
  const Frame frame = frame_of(": beat\n" + position_frame(position_));
  for (Reader& reader : readers_) {
    if (!reader.sink) continue;
    if (!reader.still_allowed()) reader.sink->close();
    if (!reader.sink->push(frame)) reader.sink.reset();
  }
}

EventHub::Frame EventHub::render_frame(const app::Principal& reader,
                                       const ports::Change& change) const {
  const auto rendered = render_(reader, change);
  if (!rendered) return nullptr;
  return frame_of("id: " + std::to_string(change.position) + "\nevent: " + rendered->event +
                  "\ndata: " + rendered->data + "\n\n");
}

void EventHub::drop_ended() {
  count_.fetch_sub(static_cast<std::size_t>(
      std::erase_if(readers_, [](const Reader& reader) { return !reader.sink; })));
}

}  // namespace xunjie::http
