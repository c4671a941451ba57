// Cameras as devices: review records and what they allow, health kept, acts written down, live
// views.
#include <gtest/gtest.h>

#include "app/camera_probing.h"
#include "app/device_reviews.h"
#include "app/live_views.h"
#include "app/zone_checks.h"
#include "district.h"

namespace xunjie::testing {
namespace {

namespace json = boost::json;

const domain::CameraId kCamera("cam-1");

json::object read(const Result<std::string>& text) {
  EXPECT_TRUE(text.ok()) << (text.ok() ? "" : text.error().message);
  return text.ok() ? json::parse(*text).as_object() : json::object{};
}

std::string record(std::uint32_t version, const std::string& from, const std::string& until) {
  return json::serialize(json::object{{"version", version},
                                      {"device", "球机 A1"},
                                      {"standard", "GA/T 1127"},
                                      {"place", "四平路1号"},
                                      {"published_on", "2026-01-01"},
                                      {"published_where", "公告 3 号"},
                                      {"sign", "立牌"},
                                      {"valid_from", from},
                                      {"valid_until", until}});
}

std::string verdict(std::uint32_t version, const std::string& part, bool passed = true) {
  return json::serialize(json::object{
      {"version", version}, {"part", part}, {"passed", passed}, {"opinion", "已核对"}});
}

struct Desk {
  explicit Desk(District& d)
      : reviews(*d.store, *d.blobs, d.clock, d.parts->registry, d.parts->acts) {}
  app::DeviceReviews reviews;
};

void pass_both(District& d, Desk& desk, std::uint32_t version) {
  ASSERT_TRUE(
      desk.reviews.decide(d.person("technical_reviewer"), "cam-1", verdict(version, "technical"))
          .ok());
  ASSERT_TRUE(
      desk.reviews.decide(d.person("legal_reviewer"), "cam-1", verdict(version + 1, "legal")).ok());
}

std::string gap_of(District& d, UtcMicros seen_at) {
  domain::Sighting sighting;
  sighting.camera = kCamera;
  sighting.violation = domain::ViolationKindId("store_overflow");
  sighting.seen_at = seen_at;
  domain::Case seen;
  seen.sighting = sighting;
  seen.reported_at = seen_at;
  const auto rules = d.parts->commands.rules_for(seen, d.clock.now());
  EXPECT_TRUE(rules.ok());
  EXPECT_EQ(rules->party.evidence_gate_passed, rules->party.evidence_gap.empty());
  return rules->party.evidence_gap;
}

constexpr const char* kEvidence = R"({"violations":{"store_overflow":{"evidence":true}}})";

TEST(DeviceReview, OpensTheEvidenceGateForWhatWasSeenWhileItHeld) {
  District d(kEvidence);
  Desk desk(d);
  const UtcMicros before = d.clock.now();
  EXPECT_NE(gap_of(d, before).find("没有记录"), std::string::npos);
  const auto steward = d.person("data_steward");
  ASSERT_TRUE(desk.reviews.put(steward, "cam-1", record(0, "2026-03-01", "2026-03-31")).ok());
  EXPECT_NE(gap_of(d, before).find("待技术审核"), std::string::npos);
  d.clock.advance(hours(1));
  pass_both(d, desk, 1);
  EXPECT_EQ(gap_of(d, d.clock.now()), "");
  EXPECT_NE(gap_of(d, before), "") << "seen before the review";
  const UtcMicros seen = d.clock.now();
  d.clock.advance(days(40));
  EXPECT_EQ(gap_of(d, seen), "") << "what was seen in time stays evidence";
  EXPECT_NE(gap_of(d, d.clock.now()).find("过期"), std::string::npos);
  ASSERT_TRUE(
      desk.reviews.decide(d.person("legal_reviewer"), "cam-1", verdict(3, "revoke", false)).ok());
  EXPECT_NE(gap_of(d, seen).find("撤销"), std::string::npos);
}

TEST(DeviceReview, AClueStaysAClueHoweverTheDeviceIsReviewed) {
  District d;
  Desk desk(d);
  ASSERT_TRUE(
      desk.reviews.put(d.person("data_steward"), "cam-1", record(0, "2026-03-01", "2026-12-31"))
          .ok());
  pass_both(d, desk, 1);
  EXPECT_NE(gap_of(d, d.clock.now()).find("线索"), std::string::npos);
}

TEST(DeviceReview, OutlivesRestartAndTheCamerasRemoval) {
  District d(kEvidence);
  {
    Desk desk(d);
    ASSERT_TRUE(
        desk.reviews.put(d.person("data_steward"), "cam-1", record(0, "2026-03-01", "2026-12-31"))
            .ok());
    pass_both(d, desk, 1);
  }
  d.restart();
  EXPECT_EQ(gap_of(d, d.clock.now()), "");
  const auto admin = d.person("admin");
  auto camera = read(d.parts->registry.camera(admin, "cam-1"));
  EXPECT_TRUE(camera.at("evidence_reviewed").as_bool());
  ASSERT_TRUE(d.parts->registry.remove_camera(admin, "cam-1").ok());
  EXPECT_EQ(d.parts->registry.snapshot()->reviews_of(kCamera).records.size(), 1u);
}

TEST(DeviceReview, TwoWritersAtOnceLoseNothing) {
  District d;
  Desk desk(d);
  const auto steward = d.person("data_steward");
  ASSERT_TRUE(desk.reviews.put(steward, "cam-1", record(0, "2026-03-01", "2026-12-31")).ok());
  const auto late = desk.reviews.put(steward, "cam-1", record(0, "2026-03-01", "2026-12-31"));
  EXPECT_EQ(late.error().code, ErrorCode::version_conflict);
}

ports::CameraHealth health(District& d, ports::CameraState state, double period_s = 5) {
  ports::CameraHealth report;
  report.camera = kCamera;
  report.state = state;
  report.at = d.clock.now();
  report.period_s = period_s;
  return report;
}

json::array history(District& d, const app::QueryParameters& parameters = {}) {
  const auto page = d.parts->health.history().page(kCamera, parameters, d.clock.now());
  return read(page).at("items").as_array();
}

TEST(HealthHistory, KeepsStatesWithTimesAndPeriods) {
  District d;
  d.parts->health.record(health(d, ports::CameraState::ok, 10));
  d.clock.advance(minutes(1));
  d.parts->health.record(health(d, ports::CameraState::ok, 2));
  d.clock.advance(minutes(1));
  const UtcMicros lost_at = d.clock.now();
  d.parts->health.record(health(d, ports::CameraState::lost));
  d.clock.advance(minutes(1));
  const auto items = history(d);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].at("state"), "lost");
  EXPECT_TRUE(items[0].at("until").is_null());
  EXPECT_EQ(items[1].at("state"), "ok");
  EXPECT_EQ(items[1].at("until").as_string(), to_rfc3339(lost_at));
  EXPECT_EQ(items[1].at("period_min_s").to_number<double>(), 2);
  EXPECT_EQ(items[1].at("period_max_s").to_number<double>(), 10);
}

TEST(HealthHistory, ASilenceIsShownAsSuchAlsoAfterARestart) {
  District d;
  d.parts->health.record(health(d, ports::CameraState::ok));
  d.clock.advance(minutes(11));
  d.parts->health.record(health(d, ports::CameraState::ok));
  const UtcMicros heard = d.clock.now();
  d.restart();
  d.clock.advance(hours(2));
  auto items = history(d);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_EQ(items[0].at("state"), "unknown");
  EXPECT_EQ(items[0].at("from").as_string(), to_rfc3339(heard));
  d.parts->health.record(health(d, ports::CameraState::ok));
  items = history(d);
  ASSERT_EQ(items.size(), 3u);
  EXPECT_EQ(items[0].at("state"), "ok");
  EXPECT_EQ(items[1].at("state"), "unknown");
  EXPECT_FALSE(items[1].at("until").is_null());
}

TEST(HealthHistory, IsBoundedAndPagesWithoutGapOrRepetition) {
  District d;
  constexpr int kChanges = app::HealthHistory::kChangesKept + 40;
  for (int i = 0; i < kChanges; ++i) {
    d.clock.advance(minutes(1));
    d.parts->health.record(
        health(d, i % 2 == 0 ? ports::CameraState::ok : ports::CameraState::dark));
  }
  const auto rows = d.store->list_entities("camera_history/cam-1", "", {.limit = 200});
  EXPECT_FALSE(rows->next_cursor.empty());
  std::vector<std::string> from, until;
  std::string cursor;
  do {
    app::QueryParameters parameters{{"limit", "50"}};
    if (!cursor.empty()) parameters.emplace_back("cursor", cursor);
    const auto page = read(d.parts->health.history().page(kCamera, parameters, d.clock.now()));
    for (const auto& item : page.at("items").as_array()) {
      from.emplace_back(item.at("from").as_string());
      until.emplace_back(item.at("until").is_null() ? "" : item.at("until").as_string());
    }
    const auto& next = page.at("next_cursor");
    cursor = next.is_null() ? "" : std::string(next.as_string());
  } while (!cursor.empty());
  ASSERT_EQ(from.size(), static_cast<std::size_t>(app::HealthHistory::kChangesKept));
  for (std::size_t i = 1; i < from.size(); ++i) EXPECT_EQ(until[i], from[i - 1]) << i;
}

TEST(HealthHistory, ForgetsAfterNinetyDays) {
  District d;
  d.parts->health.record(health(d, ports::CameraState::lost));
  d.clock.advance(days(91));
  d.parts->health.record(health(d, ports::CameraState::ok));
  const auto items = history(d);
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].at("state"), "ok");
}

TEST(Relearn, IsPassedToTheWatcherByThoseWhoMayAndWrittenDownFirst) {
  District d;
  auto& registry = d.parts->registry;
  EXPECT_EQ(registry.relearn(d.person("reviewer"), "cam-1").error().code, ErrorCode::forbidden);
  EXPECT_EQ(registry.relearn(d.person("admin"), "none").error().code, ErrorCode::not_found);
  EXPECT_TRUE(d.watcher.relearned.empty());
  ASSERT_TRUE(registry.relearn(d.person("admin"), "cam-1").ok());
  ASSERT_EQ(d.watcher.relearned.size(), 1u);
  const auto acts = read(d.parts->acts.page(kCamera, {})).at("items").as_array();
  ASSERT_EQ(acts.size(), 1u);
  EXPECT_EQ(acts[0].at("act"), "relearn");
  EXPECT_EQ(acts[0].at("user"), "admin");
}

// --- live views ---------------------------------------------------------------------------------

class FakeVideo final : public ports::LiveVideo {
 public:
  Result<std::string> live_codec(const domain::CameraId&) override {
    return std::string("avc1.42c01f");
  }
  Result<void> join_live(const domain::CameraId&, std::shared_ptr<ports::VideoSink> sink) override {
    if (full) return make_error(ErrorCode::unavailable, "full");
    sinks.push_back(std::move(sink));
    return {};
  }
  bool full = false;
  std::vector<std::shared_ptr<ports::VideoSink>> sinks;
};

struct CountingSink final : ports::VideoSink {
  bool push(std::shared_ptr<const std::string>) override {
    ++pushed;
    return true;
  }
  void close() override { closed = true; }
  int pushed = 0;
  bool closed = false;
};

TEST(LiveViews, AskNowAndThenWhetherTheViewerStillMay) {
  District d;
  FakeVideo video;
  app::LiveViews views(d.clock, d.parts->registry, d.parts->acts);
  EXPECT_EQ(views.open(d.person("duty_officer"), "cam-1").error().code,
            ErrorCode::not_allowed_in_state);
  views.attach(&video);
  EXPECT_EQ(views.open(d.person("auditor"), "cam-1").error().code, ErrorCode::forbidden);
  ASSERT_TRUE(views.open(d.person("duty_officer"), "cam-1").ok());
  auto sink = std::make_shared<CountingSink>();
  bool allowed = true;
  views.start("cam-1", sink, [&allowed] { return allowed; });
  ASSERT_EQ(video.sinks.size(), 1u);
  const auto bytes = std::make_shared<const std::string>("frame");
  EXPECT_TRUE(video.sinks[0]->push(bytes));
  allowed = false;
  EXPECT_TRUE(video.sinks[0]->push(bytes)) << "asked only now and then";
  d.clock.advance(app::LiveViews::kAskEvery);
  EXPECT_FALSE(video.sinks[0]->push(bytes));
  EXPECT_EQ(sink->pushed, 2);
  video.sinks.clear();
  EXPECT_TRUE(sink->closed);
  EXPECT_EQ(views.viewers(), 0);
}

TEST(LiveViews, AreBoundedAndARefusedOneIsClosed) {
  District d;
  FakeVideo video;
  app::LiveViews views(d.clock, d.parts->registry, d.parts->acts);
  views.attach(&video);
  for (int i = 0; i < app::LiveViews::kViewersMax; ++i)
    views.start("cam-1", std::make_shared<CountingSink>(), [] { return true; });
  EXPECT_EQ(views.open(d.person("duty_officer"), "cam-1").error().code, ErrorCode::unavailable);
  auto late = std::make_shared<CountingSink>();
  views.start("cam-1", late, [] { return true; });
  EXPECT_TRUE(late->closed);
  video.sinks.clear();
  video.full = true;
  auto refused = std::make_shared<CountingSink>();
  views.start("cam-1", refused, [] { return true; });
  EXPECT_TRUE(refused->closed);
  EXPECT_EQ(views.viewers(), 0);
}

// --- probing ------------------------------------------------------------------------------------

class FakeProbe final : public ports::SourceProbe {
 public:
  Result<ports::ProbeReport> probe(const ports::ProbeRequest& request) override {
    requests.push_back(request);
    ports::ProbeReport report;
    report.shown = "rtsp://host/live";
    report.still = {std::byte{0xff}, std::byte{0xd8}};
    return report;
  }
  void stop() override {}
  std::vector<ports::ProbeRequest> requests;
};

TEST(Probing, AddsTheCamerasOwnMasksAndShowsTheStillToTheAskerAlone) {
  District d;
  FakeProbe prober;
  app::CameraProbing probing(prober, d.clock, d.parts->registry, d.parts->acts);
  const auto admin = d.person("admin");
  const std::string body = R"({"source":"tcp://x:1","masks":[[[0,0],[1,0],[1,1]]]})";
  EXPECT_EQ(probing.probe(d.person("reviewer"), body).error().code, ErrorCode::forbidden);
  const auto probed = probing.probe(admin, body);
  ASSERT_TRUE(probed.ok());
  EXPECT_EQ(probed->log, "probed rtsp://host/live: sound");
  const auto found = json::parse(probed->json).as_object();
  EXPECT_TRUE(found.at("ok").as_bool());
  ASSERT_EQ(prober.requests.size(), 1u);
  EXPECT_EQ(prober.requests[0].masks.size(), 1u);
  const std::string url(found.at("picture").as_string());
  const std::string prefix = "/api/v1/camera-probes/";
  const std::string id = url.substr(prefix.size(), url.rfind('/') - prefix.size());
  EXPECT_TRUE(probing.picture(admin, id).ok());
  EXPECT_FALSE(probing.picture(d.person("data_steward"), id).ok());
  d.clock.advance(minutes(16));
  EXPECT_FALSE(probing.picture(admin, id).ok());
}

TEST(Probing, IsLimitedPerPersonAndRefusesNonsenseByName) {
  District d;
  FakeProbe prober;
  app::CameraProbing probing(prober, d.clock, d.parts->registry, d.parts->acts);
  const auto admin = d.person("admin");
  EXPECT_EQ(probing.probe(admin, "{}").error().field, "source");
  EXPECT_EQ(probing.probe(admin, R"({"source":"x","camera":"cam-1"})").error().field, "source");
  EXPECT_EQ(probing.probe(admin, R"({"source":"x","masks":[[[0,0],[2,0],[1,1]]]})").error().field,
            "masks[0][1]");
  for (int i = 0; i < app::CameraProbing::kPerMinute; ++i)
    EXPECT_TRUE(probing.probe(admin, R"({"source":"tcp://x:1"})").ok());
  EXPECT_EQ(probing.probe(admin, R"({"source":"tcp://x:1"})").error().code,
            ErrorCode::rate_limited);
  EXPECT_TRUE(probing.probe(d.person("data_steward"), R"({"source":"tcp://x:1"})").ok());
  d.clock.advance(minutes(1));
  EXPECT_TRUE(probing.probe(admin, R"({"source":"tcp://x:1"})").ok());
}

// --- zones --------------------------------------------------------------------------------------

ports::Zone square(const std::string& id, ports::ZoneKind kind, double left, double size) {
  ports::Zone zone;
  zone.id = domain::ZoneId(id);
  zone.kind = kind;
  zone.polygon = {{left, 0.1}, {left + size, 0.1}, {left + size, 0.1 + size}, {left, 0.1 + size}};
  return zone;
}

TEST(Zones, MasksMayTouchButNotOverlapNorHideAZone) {
  using K = ports::ZoneKind;
  const auto mask = square("m", K::privacy_mask, 0.1, 0.2);
  EXPECT_TRUE(app::check_zones({mask, square("n", K::privacy_mask, 0.3, 0.2)}).ok());
  EXPECT_EQ(app::check_zones({mask, square("n", K::privacy_mask, 0.2, 0.2)}).error().field,
            "zones[1].polygon");
  EXPECT_EQ(app::check_zones({mask, mask}).error().field, "zones[1].polygon");
  EXPECT_EQ(app::check_zones({square("z", K::pavement, 0.15, 0.1), mask}).error().field,
            "zones[0].polygon");
  EXPECT_TRUE(app::check_zones({square("z", K::pavement, 0.05, 0.6), mask}).ok());
  EXPECT_TRUE(app::check_zones({square("z", K::pavement, 0.2, 0.3), mask}).ok());
}

}  // namespace
}  // namespace xunjie::testing
