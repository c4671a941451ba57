#include "http/event_hub.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>

namespace xunjie::http {
namespace {

using testing::HasSubstr;

// The change log alone; everything else of a store is never asked for here.
class ChangeLog : public ports::Store {
 public:
  void add(const std::string& id) {
    const std::lock_guard lock(mutex_);
    const auto position = static_cast<std::int64_t>(changes_.size()) + 1;
    changes_.push_back({position, "case", id, 1, UtcMicros{position}});
    grown_.notify_all();
  }
  Result<std::vector<ports::Change>> changes_after(std::int64_t position, int limit) override {
    const std::lock_guard lock(mutex_);
    std::vector<ports::Change> page;
    for (const auto& change : changes_) {
      if (change.position > position && page.size() < static_cast<std::size_t>(limit))
        page.push_back(change);
    }
    return page;
  }
  Result<std::int64_t> last_change() override {
    const std::lock_guard lock(mutex_);
    return static_cast<std::int64_t>(changes_.size());
  }
  bool wait_for_change(std::int64_t position, Micros wait) override {
    std::unique_lock lock(mutex_);
    return grown_.wait_for(lock, std::chrono::microseconds(wait.count),
                           [&] { return static_cast<std::int64_t>(changes_.size()) > position; });
  }

  Result<ports::Committed> commit(const ports::Batch&) override { return unused(); }
  Result<std::optional<ports::CommandReceipt>> find_receipt(const std::string&,
                                                            const domain::CommandId&) override {
    return unused();
  }
  Result<void> put_receipt(const ports::CommandReceipt&) override { return unused(); }
  Result<std::optional<ports::CaseRow>> find_case(const domain::CaseId&) override {
    return unused();
  }
  Result<std::optional<ports::CaseRow>> find_open_case(const std::string&,
                                                       const std::string&) override {
    return unused();
  }
  Result<ports::PageOf<ports::CaseRow>> list_cases(const ports::CaseFilter&,
                                                   const ports::Page&) override {
    return unused();
  }
  Result<std::int64_t> count_cases(const ports::CaseFilter&) override { return unused(); }
  Result<std::vector<ports::StoredEvent>> events_of(const domain::CaseId&) override {
    return unused();
  }
  Result<std::vector<ports::StoredEvent>> events_after(std::int64_t, int) override {
    return unused();
  }
  Result<ports::Funnel> funnel(UtcMicros, UtcMicros, const std::string&) override {
    return unused();
  }
  Result<int> reminded_cases(const domain::ShopId&, UtcMicros) override { return unused(); }
  Result<std::vector<ports::EffectRow>> claim_effects(UtcMicros, Micros, int) override {
    return unused();
  }
  Result<void> finish_effect(const std::string&, const std::string&) override { return unused(); }
  Result<void> retry_effect(const std::string&, UtcMicros, const std::string&) override {
    return unused();
  }
  Result<void> park_effect(const std::string&, const std::string&) override { return unused(); }
  Result<ports::PageOf<ports::EffectRow>> list_effects(const std::string&,
                                                       const ports::Page&) override {
    return unused();
  }
  Result<std::optional<ports::EffectRow>> find_effect(const std::string&) override {
    return unused();
  }
  Result<std::optional<ports::EffectRow>> find_effect_by_reference(const std::string&) override {
    return unused();
  }
  Result<std::vector<ports::TimerRow>> due_timers(UtcMicros, int) override { return unused(); }
  Result<std::optional<UtcMicros>> next_timer() override { return unused(); }
  Result<ports::Entity> put_entity(const ports::Entity&, std::optional<std::uint32_t>) override {
    return unused();
  }
  Result<std::optional<ports::Entity>> find_entity(const std::string&,
                                                   const std::string&) override {
    return unused();
  }
  Result<ports::PageOf<ports::Entity>> list_entities(const std::string&, const std::string&,
                                                     const ports::Page&) override {
    return unused();
  }
  Result<void> erase_entity(const std::string&, const std::string&) override { return unused(); }
  Result<void> replace_row(const ports::CaseRow&) override { return unused(); }
  Result<std::string> projection_hash() override { return unused(); }
  Result<ports::CheckReport> check() override { return unused(); }

 private:
  static Error unused() { return make_error(ErrorCode::internal, "not part of a change log"); }
  std::mutex mutex_;
  std::condition_variable grown_;
  std::vector<ports::Change> changes_;
};

class SteadyClock final : public ports::Clock {
 public:
  UtcMicros now() const override { return {}; }
  Micros monotonic() const override {
    return {std::chrono::duration_cast<std::chrono::microseconds>(
                std::chrono::steady_clock::now().time_since_epoch())
                .count()};
  }
};

class Collected final : public StreamSink {
 public:
  bool push(std::shared_ptr<const std::string> frame) override {
    const std::lock_guard lock(mutex_);
    if (closed_) return false;
    text_ += *frame;
    changed_.notify_all();
    return true;
  }
  void close() override {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
  }
  // Everything so far, once it holds `part`.
  std::string wait_for(const std::string& part) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::seconds(20),
                      [&] { return text_.find(part) != std::string::npos; });
    return text_;
  }
  bool wait_closed() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), [&] { return closed_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string text_;
  bool closed_ = false;
};

class EventHubTest : public testing::Test {
 protected:
  void start(EventHubOptions options = {}) {
    auto render = [this](const app::Principal& reader,
                         const ports::Change& change) -> std::optional<RenderedChange> {
      ++rendered_;
      if (reader.role == domain::Role::team_leader) return std::nullopt;
      return RenderedChange{change.topic, "{\"id\":\"" + change.id + "\"}"};
    };
    hub_ = std::make_unique<EventHub>(log_, clock_, render, options);
    hub_->start();
  }
  std::shared_ptr<Collected> join(std::optional<std::int64_t> after = std::nullopt,
                                  domain::Role role = domain::Role::reviewer) {
    auto sink = std::make_shared<Collected>();
    EventHub::Reader reader;
    reader.principal.role = role;
    reader.resume_after = after;
    reader.still_allowed = [this] { return allowed_.load(); };
    reader.sink = sink;
    EXPECT_TRUE(hub_->join(std::move(reader)));
    return sink;
  }
  ChangeLog log_;
  SteadyClock clock_;
  std::atomic<int> rendered_{0};
  std::atomic<bool> allowed_{true};
  std::unique_ptr<EventHub> hub_;
};

TEST_F(EventHubTest, ANewReaderLearnsItsPositionAndWhatComesAfter) {
  log_.add("C1");
  start();
  const auto sink = join();
  sink->wait_for("id: 1\n\n");
  log_.add("C2");
  const std::string text = sink->wait_for("C2");
  EXPECT_THAT(text, HasSubstr("id: 2\nevent: case\ndata: {\"id\":\"C2\"}\n\n"));
  EXPECT_THAT(text, testing::Not(HasSubstr("C1")));
}

TEST_F(EventHubTest, AReturningReaderGetsTheLastOfEachThingItMissed) {
  for (const char* id : {"C1", "C2", "C1", "C3", "C1"}) log_.add(id);
  start();
  const std::string text = join(1)->wait_for("retry:");
  EXPECT_EQ(
      text,
      "id: 2\nevent: case\ndata: {\"id\":\"C2\"}\n\nid: 4\nevent: case\ndata: {\"id\":\"C3\"}\n\n"
      "id: 5\nevent: case\ndata: {\"id\":\"C1\"}\n\nretry: 2000\nid: 5\n\n");
}

TEST_F(EventHubTest, APositionThatIsGoneResets) {
  for (int i = 0; i < 600; ++i) log_.add("C" + std::to_string(i));
  start({.catch_up_max = 100});
  EXPECT_THAT(join(0)->wait_for("reset"), HasSubstr("id: 600\nevent: reset\n"));
  EXPECT_THAT(join(9999)->wait_for("reset"), HasSubstr("event: reset"));
}

TEST_F(EventHubTest, EqualRightsShareOneRendering) {
  start();
  const auto first = join();
  const auto second = join();
  first->wait_for("id: 0");
  second->wait_for("id: 0");
  log_.add("C1");
  first->wait_for("C1");
  second->wait_for("C1");
  EXPECT_EQ(rendered_, 1);
}

TEST_F(EventHubTest, WhoMayNotSeeAThingHearsNothingOfIt) {
  start({.heartbeat = millis(1)});
  const auto blind = join(std::nullopt, domain::Role::team_leader);
  const auto seeing = join();
  seeing->wait_for("id: 0");
  log_.add("C1");
  seeing->wait_for("C1");
  EXPECT_THAT(blind->wait_for("id: 1\n"), testing::Not(HasSubstr("C1")));
}

TEST_F(EventHubTest, ASessionThatEndedEndsItsStream) {
  start({.heartbeat = millis(1)});
  const auto sink = join();
  sink->wait_for("beat");
  allowed_ = false;
  EXPECT_TRUE(sink->wait_closed());
  while (hub_->count() > 0) std::this_thread::yield();
}

TEST_F(EventHubTest, RefusesMoreReadersThanItHolds) {
  start({.readers_max = 1});
  join();
  EXPECT_FALSE(hub_->has_room());
  EventHub::Reader reader;
  reader.sink = std::make_shared<Collected>();
  EXPECT_FALSE(hub_->join(std::move(reader)));
}

TEST_F(EventHubTest, StopEndsEveryStream) {
  start();
  const auto sink = join();
  hub_->stop();
  EXPECT_TRUE(sink->wait_closed());
}

}  // namespace
}  // namespace xunjie::http
