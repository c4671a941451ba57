// Pictures over the life of a case: what is shown to whom, who is written down, when they go.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <span>

#include "app/codec.h"
#include "app/device_reviews.h"
#include "district.h"

namespace xunjie::testing {
namespace {

using Lane = app::CopyDesk::Lane;
namespace json = boost::json;

std::string text_of(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

struct Evidence : ::testing::Test {
  District d;
  ports::RaisedFinding found = d.finding("fruit-front", "store_overflow");
  domain::CaseId id;

  void SetUp() override {
    const std::string film = "....ftyp a clip";
    found.clip = domain::Clip{
        d.blobs->put(std::as_bytes(std::span(film.data(), film.size()))).value(), found.since,
        found.at, false, domain::Seal{found.camera, std::nullopt, 0, false}};
    id = d.raise(found);
  }
  void make_copies() {
    for (const auto lane : {Lane::pictures, Lane::camera_pictures, Lane::clips}) {
      while (d.parts->copies.step(lane)) {
      }
    }
  }
  Result<app::BlobContent> read(const std::string& role, const domain::BlobId& blob,
                                app::QueryParameters more = {}) {
    more.emplace_back("case", id.value);
    return d.parts->blob_access.read(d.person(role), blob.value, more);
  }
  json::array log(app::QueryParameters query = {}) {
    const auto page = d.parts->access_log.list(d.person("auditor"), query);
    EXPECT_TRUE(page.ok());
    return json::parse(page.value()).as_object().at("items").as_array();
  }
  // Files as old as the fake clock's story is long: the file system's clock is the real one.
  void age_files() {
    const auto long_ago =
        std::filesystem::file_time_type::clock::now() - std::chrono::hours(24 * 3650);
    for (const auto& file : std::filesystem::recursive_directory_iterator(d.folder() / "blobs")) {
      if (file.is_regular_file()) std::filesystem::last_write_time(file.path(), long_ago);
    }
  }
  bool stored(const domain::BlobId& blob) { return d.blobs->size_of(blob).ok(); }
  // Whole rounds: every prefix is swept once.
  void retain() {
    age_files();
    for (int i = 0; i < 300; ++i) d.parts->retention.step(d.clock.now());
  }
  void reject() { ASSERT_TRUE(d.command(id, "reviewer", "reject", R"({"reason":"误报"})").ok()); }
  const domain::BlobId& original() const { return found.pictures[0].original; }
};

TEST_F(Evidence, TheSealIsInTheCasesOwnChain) {
  const auto events = d.store->events_of(id).value();
  const auto reported = app::decode_event(events.at(0).payload);
  ASSERT_TRUE(reported.ok());
  const auto& picture = reported->sighting->pictures.at(0);
  ASSERT_TRUE(picture.seal.has_value());
  EXPECT_EQ(picture.seal->camera.value, "cam-1");
  EXPECT_EQ(picture.seal->clock_offset, millis(40));
  EXPECT_GT(picture.seal->device_version, 0u);  // filled in on arrival, from the registry
  EXPECT_FALSE(picture.seal->device_reviewed);
  EXPECT_EQ(picture.box, found.pictures[0].box);
  EXPECT_EQ(reported->sighting->clip->until, found.at);
}

TEST_F(Evidence, WhateverIsAskedForACopyIsWhatLeaves) {
  make_copies();
  for (const char* role : {"caller", "reviewer", "auditor"}) {
    const auto copy = read(role, original());
    ASSERT_TRUE(copy.ok()) << copy.error().message;
    EXPECT_NE(text_of(copy->bytes).find("copy with box"), std::string::npos) << role;
    EXPECT_NE(copy->etag, original().value);
  }
  EXPECT_EQ(d.redactor.made, 1);
  const auto small = read("caller", original(), {{"size", "thumbnail"}});
  ASSERT_TRUE(small.ok());
  EXPECT_NE(text_of(small->bytes).find("small "), std::string::npos);
  EXPECT_EQ(read("caller", original(), {{"size", "large"}}).error().field, "size");
  EXPECT_EQ(read("data_steward", original()).error().code, ErrorCode::not_found);
}

TEST_F(Evidence, WhatSomebodyLooksAtIsMadeBeforeWhatIsMadeAhead) {
  make_copies();
  app::CopyDesk::Order ahead, asked;
  ahead.original = asked.original = original();
  ahead.box = domain::PictureBox{0.1, 0.1, 0.1, 0.1};
  asked.lane = ahead.lane = Lane::pictures;
  d.parts->copies.prepare(ahead);
  ASSERT_TRUE(d.parts->copies.find(asked).ok());  // waits its moment in vain: nobody makes copies
  ASSERT_TRUE(d.parts->copies.step(Lane::pictures));
  EXPECT_TRUE(d.parts->copies.find(asked).value().has_value());
  EXPECT_TRUE(d.parts->copies.step(Lane::pictures));
  EXPECT_FALSE(d.parts->copies.step(Lane::pictures));
}

TEST_F(Evidence, AClipIsPreparedFirst) {
  EXPECT_TRUE(read("reviewer", found.clip->original).value().preparing);
  make_copies();
  const auto copy = read("reviewer", found.clip->original);
  ASSERT_TRUE(copy.ok());
  EXPECT_FALSE(copy->preparing);
  EXPECT_EQ(copy->content_type, "video/mp4");
  EXPECT_NE(text_of(copy->bytes).find("copy "), std::string::npos);
}

TEST_F(Evidence, AnOriginalNeedsRoleAndReasonAndIsLoggedBeforeItGoes) {
  EXPECT_EQ(read("caller", original(), {{"reason", "想看看"}}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(read("reviewer", original(), {{"reason", "x"}}).error().field, "reason");
  EXPECT_TRUE(log().empty());
  const auto sealed = read("reviewer", original(), {{"reason", "申诉复核"}});
  ASSERT_TRUE(sealed.ok());
  EXPECT_EQ(text_of(sealed->bytes).find("copy"), std::string::npos);
  EXPECT_EQ(sealed->etag, original().value);
  const auto written = log({{"what", "original"}});
  ASSERT_EQ(written.size(), 1u);
  EXPECT_EQ(written[0].at("reason").as_string(), "申诉复核");
  EXPECT_EQ(written[0].at("user").as_string(), "reviewer");
  EXPECT_EQ(written[0].at("case").as_string(), id.value);
}

TEST_F(Evidence, EveryReadingIsInTheLogOncePerMoment) {
  make_copies();
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(read("caller", original()).ok());
  ASSERT_TRUE(read("reviewer", original()).ok());
  const auto all = log();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(log({{"user", "caller"}})[0].at("times").as_int64(), 3);
  EXPECT_EQ(d.parts->access_log.list(d.person("reviewer"), {}).error().code, ErrorCode::forbidden);
  EXPECT_EQ(d.parts->access_log.list(d.person("auditor"), {{"colour", "x"}}).error().field,
            "colour");
}

TEST_F(Evidence, TheLogIsReadBySpanAndASpanEndsAfterItBegins) {
  make_copies();
  ASSERT_TRUE(read("reviewer", original()).ok());
  const std::string at(log()[0].at("at").as_string());
  const std::string later = to_rfc3339(parse_rfc3339(at).value() + seconds(1));
  EXPECT_EQ(log({{"from", at}, {"until", later}}).size(), 1u);
  EXPECT_TRUE(log({{"from", later}}).empty());
  EXPECT_TRUE(log({{"until", at}}).empty()) << "until is the first moment that is not meant";
  const auto auditor = d.person("auditor");
  EXPECT_EQ(d.parts->access_log.list(auditor, {{"from", later}, {"until", at}}).error().field,
            "until");
  EXPECT_EQ(d.parts->access_log.list(auditor, {{"from", at}, {"until", at}}).error().field,
            "until");
}

TEST_F(Evidence, AFullLogSaysHowMuchItMissed) {
  for (int i = 0; i < 5000; ++i) {
    ports::AccessRecord record;
    record.user = "u" + std::to_string(i);
    d.parts->access_log.note(record);
  }
  d.parts->access_log.flush();
  const auto missed = log({{"what", "missed"}});
  ASSERT_EQ(missed.size(), 1u);
  EXPECT_EQ(missed[0].at("times").as_int64(), 5000 - 4096);
}

TEST_F(Evidence, PicturesStayWhileTheCaseIsOpenAndThirtyDaysLong) {
  retain();
  d.clock.advance(days(400));
  retain();
  EXPECT_TRUE(stored(original()));  // open
  reject();
  d.clock.advance(days(89));
  retain();
  EXPECT_TRUE(stored(original()));
}

TEST_F(Evidence, AfterTheirTimePicturesAndCopiesGoOnRecord) {
  make_copies();
  const auto copy = domain::BlobId(read("caller", original())->etag);
  reject();
  d.clock.advance(days(91));
  retain();
  EXPECT_FALSE(stored(original()));
  EXPECT_FALSE(stored(found.clip->original));
  EXPECT_FALSE(stored(copy));
  EXPECT_TRUE(d.ledger->was_deleted(original()).value());
  const auto page = d.parts->access_log.deletions(d.person("auditor"), {});
  const auto items = json::parse(page.value()).as_object().at("items").as_array();
  ASSERT_EQ(items.size(), 1u);
  EXPECT_EQ(items[0].at("case").as_string(), id.value);
  EXPECT_GE(items[0].at("files").as_int64(), 3);
  EXPECT_FALSE(items[0].at("done_at").is_null());
  std::int64_t checked = 0;
  EXPECT_TRUE(d.ledger->check_deletions(checked).value().empty());
}

TEST_F(Evidence, WhatAnotherCaseUsesStaysForIt) {
  auto again = d.finding("plaza", "street_vending");
  again.pictures[0].original = original();
  ASSERT_FALSE(d.raise(again).empty());
  reject();
  d.clock.advance(days(91));
  retain();
  EXPECT_TRUE(stored(original()));
  EXPECT_FALSE(stored(found.clip->original));
}

TEST_F(Evidence, ARelapseKeepsTheEarlierCase) {
  reject();
  d.clock.advance(days(91));
  d.raise(d.finding("fruit-front", "store_overflow"));
  retain();
  EXPECT_TRUE(stored(original()));
}

TEST_F(Evidence, FilesNoCaseNamesGoAfterADay) {
  const std::string lost = "\xff\xd8\xff a last picture";
  const auto picture = d.blobs->put(std::as_bytes(std::span(lost.data(), lost.size()))).value();
  ports::CameraHealth health;
  health.camera = found.camera;
  health.last_picture = picture;
  d.parts->intake.health(health);
  retain();
  EXPECT_TRUE(stored(picture));  // it is on the screen
  d.restart();                   // nobody shows it any more
  retain();
  EXPECT_FALSE(stored(picture));
  EXPECT_TRUE(stored(original()));
  EXPECT_FALSE(d.ledger->was_deleted(picture).value());  // counted and digested, not listed
}

std::string record_with(const domain::BlobId& document) {
  json::array documents{json::object{{"blob", document.value}, {"name", "检定证书"}}};
  return json::serialize(json::object{{"version", 0},
                                      {"device", "球机 A1"},
                                      {"standard", "GA/T 1127"},
                                      {"place", "四平路1号"},
                                      {"published_on", "2026-01-01"},
                                      {"published_where", "公告 3 号"},
                                      {"sign", "立牌"},
                                      {"valid_from", "2026-03-01"},
                                      {"valid_until", "2026-12-31"},
                                      {"documents", std::move(documents)}});
}

TEST_F(Evidence, DocumentsOfADeviceReviewStay) {
  app::DeviceReviews reviews(*d.store, *d.blobs, d.clock, d.parts->registry, d.parts->acts);
  const std::string pdf = "%PDF-1.7 calibration";
  const auto upload = [&](const std::string& text) {
    const auto done = reviews.upload(d.person("data_steward"), found.camera.value,
                                     std::as_bytes(std::span(text.data(), text.size())));
    EXPECT_TRUE(done.ok());
    return domain::BlobId(std::string(json::parse(*done).as_object().at("blob").as_string()));
  };
  const auto named = upload(pdf), forgotten = upload(pdf + " never named");
  const auto put = reviews.put(d.person("data_steward"), found.camera.value, record_with(named));
  ASSERT_TRUE(put.ok()) << put.error().message;
  d.clock.advance(days(400));
  retain();
  EXPECT_TRUE(stored(named));
  EXPECT_FALSE(stored(forgotten));
  d.restart();
  retain();
  EXPECT_TRUE(stored(named));
}

TEST_F(Evidence, AnUploadWaitsForItsCommandSomeDays) {
  const std::string jpeg = "\xff\xd8\xff after";
  const auto uploaded = d.parts->blob_access.upload(
      d.person("officer"), std::as_bytes(std::span(jpeg.data(), jpeg.size())));
  ASSERT_TRUE(uploaded.ok());
  const domain::BlobId blob(std::string(json::parse(*uploaded).as_object().at("blob").as_string()));
  d.clock.advance(days(6));
  retain();
  EXPECT_TRUE(stored(blob));
  d.clock.advance(days(2));
  retain();
  EXPECT_FALSE(stored(blob));
}

TEST_F(Evidence, ADeletionCutShortIsCarriedOutLater) {
  reject();
  d.parts->retention.step(d.clock.now());
  ports::Deletion begun;
  begun.at = d.clock.now();
  begun.cause = "case_ended";
  begun.case_id = id;
  begun.blobs = {original()};
  ASSERT_TRUE(d.ledger->begin_deletion(begun).ok());
  d.restart();  // as after a crash between record and file
  EXPECT_TRUE(stored(original()));
  age_files();
  d.parts->retention.step(d.clock.now());
  EXPECT_FALSE(stored(original()));
  EXPECT_TRUE(d.ledger->unfinished_deletions().value().empty());
}

TEST_F(Evidence, APictureStoredAgainMeanwhileStays) {
  reject();
  d.parts->retention.step(d.clock.now());
  ports::Deletion begun;
  begun.at = UtcMicros{0};  // all files are newer than this decision
  begun.case_id = id;
  begun.blobs = {original()};
  ASSERT_TRUE(d.ledger->begin_deletion(begun).ok());
  d.parts->retention.step(d.clock.now());
  EXPECT_TRUE(stored(original()));
  EXPECT_TRUE(d.ledger->unfinished_deletions().value().empty());
}

TEST(RetentionPolicy, RefusesLessThanThirtyDaysByName) {
  const auto load = [](const std::string& rule) {
    return app::load_reference_data(std::filesystem::path(XUNJIE_SOURCE_DIR) / "data",
                                    R"({"policy":{"retention":[)" + rule + "]}}");
  };
  const auto rule = [](int evidence, int penalty, int log) {
    return R"({"effective_from":"2026-01-01","evidence_days":)" + std::to_string(evidence) +
           R"(,"penalty_days":)" + std::to_string(penalty) + R"(,"access_log_days":)" +
           std::to_string(log) + "}";
  };
  EXPECT_EQ(load(rule(29, 100, 100)).error().field, "policy.retention[0].evidence_days");
  EXPECT_EQ(load(rule(60, 59, 100)).error().field, "policy.retention[0].penalty_days");
  EXPECT_EQ(load(rule(60, 60, 59)).error().field, "policy.retention[0].access_log_days");
  const auto good = load(rule(90, 90, 90) + "," +
                         R"({"effective_from":"2026-06-01","evidence_days":30,"penalty_days":30,)" +
                         R"("access_log_days":30})");
  ASSERT_TRUE(good.ok()) << good.error().message;
  EXPECT_EQ(good->policy.retention_at(UtcMicros{1'772'503'200'000'000}).evidence, days(90));
  EXPECT_EQ(good->policy.retention_at(UtcMicros{1'790'000'000'000'000}).evidence, days(30));
  EXPECT_FALSE(load("").ok());
}

}  // namespace
}  // namespace xunjie::testing
