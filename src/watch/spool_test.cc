// What waits on disk and what becomes of it: seals, clips whose masks are not burnt in yet, order.
#include "watch/spool.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <condition_variable>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <mutex>
#include <sstream>

#include "watch/seal.h"

namespace xunjie::watch {
namespace {

namespace fs = std::filesystem;

Bytes bytes_of(std::string_view text) {
  const auto bytes = std::as_bytes(std::span(text));
  return {bytes.begin(), bytes.end()};
}

std::string text_of(std::span<const std::byte> bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

class Blobs final : public ports::BlobStore {
 public:
  Result<domain::BlobId> put(std::span<const std::byte> bytes) override {
    const std::lock_guard lock(mutex_);
    stored[hash_of(bytes)] = text_of(bytes);
    return hash_of(bytes);
  }
  Result<std::vector<std::byte>> get(const domain::BlobId& id) override {
    return bytes_of(stored.at(id));
  }
  Result<std::uint64_t> size_of(const domain::BlobId& id) override { return stored.at(id).size(); }
  Result<std::vector<ports::StoredBlob>> list(std::string_view) override {
    return std::vector<ports::StoredBlob>{};
  }
  Result<bool> remove(const domain::BlobId&, UtcMicros) override { return false; }
  Result<std::vector<domain::BlobId>> verify_all(std::int64_t&) override {
    return std::vector<domain::BlobId>{};
  }
  std::map<domain::BlobId, std::string> stored;

 private:
  std::mutex mutex_;
};

class Sink final : public ports::FindingSink {
 public:
  Result<void> raised(const ports::RaisedFinding& finding) override {
    std::unique_lock lock(mutex_);
    findings.push_back(finding);
    order.push_back(finding.id.value);
    changed_.notify_all();
    lock.unlock();
    const std::lock_guard open(gate);
    return {};
  }
  Result<void> cleared(const ports::ClearedFinding& finding) override {
    const std::lock_guard lock(mutex_);
    order.push_back(finding.id.value + " gone");
    changed_.notify_all();
    return {};
  }
  void health(const ports::CameraHealth&) override {}
  Result<void> looked(const ports::LookAnswer&) override { return {}; }
  bool wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return order.size() >= count; });
  }
  std::vector<ports::RaisedFinding> findings;
  std::vector<std::string> order;
  std::mutex gate;  // who holds it keeps delivery threads waiting

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

class Masker final : public ports::Redactor {
 public:
  [[nodiscard]] std::string version() const override { return "test"; }
  Result<std::vector<std::byte>> picture(std::span<const std::byte>,
                                         const ports::PictureRecipe&) override {
    return make_error(ErrorCode::internal, "not asked for here");
  }
  Result<std::vector<std::byte>> thumbnail(std::span<const std::byte>, int) override {
    return make_error(ErrorCode::internal, "not asked for here");
  }
  Result<std::vector<std::byte>> clip(std::span<const std::byte> original,
                                      const ports::ClipRecipe& recipe) override {
    recipes.push_back(recipe);
    if (fails) return make_error(ErrorCode::unavailable, "no encoder");
    return bytes_of("masked " + std::to_string(original.size()));
  }
  std::vector<ports::ClipRecipe> recipes;  // read after delivery
  bool fails = false;
};

struct SpoolTest : ::testing::Test {
  fs::path dir = fs::temp_directory_path() / ("xunjie-spool-" + std::to_string(::getpid()));
  Blobs blobs;
  Sink sink;
  Masker masker;
  std::unique_ptr<Spool> spool = open();

  ~SpoolTest() override {
    spool.reset();
    fs::remove_all(dir);
  }
  std::unique_ptr<Spool> open(int threads = 3) {
    return std::make_unique<Spool>(Spool::Options{.dir = dir, .threads = threads}, blobs, sink,
                                   masker);
  }
  std::string on_disk() const {
    std::ostringstream all;
    for (const auto& file : fs::directory_iterator(dir)) all << std::ifstream(file.path()).rdbuf();
    return all.str();
  }
};

SpoolItem raised(const std::string& id, const std::string& camera = "cam-1") {
  SpoolItem item{.kind = SpoolItem::Kind::raised, .camera = domain::CameraId(camera)};
  item.raised.id = domain::FindingId(id);
  item.raised.camera = item.camera;
  const Bytes original = bytes_of("original of " + id);
  item.pictures.push_back({.role = domain::PictureRole::now,
                           .taken_at = UtcMicros{5},
                           .original = original,
                           .hash = hash_of(original),
                           .box = domain::PictureBox{0.1, 0.2, 0.3, 0.4},
                           .clock_offset = millis(-1500)});
  item.clip = {.bytes = bytes_of("clip of " + id),
               .hash = hash_of(bytes_of("clip of " + id)),
               .from = UtcMicros{1},
               .until = UtcMicros{9},
               .clock_offset = millis(-1500),
               .masks = {}};
  return item;
}

SpoolItem unmasked(const std::string& id, const std::string& camera = "cam-1") {
  SpoolItem item = raised(id, camera);
  item.clip.masks = {{{0, 0}, {1, 0}, {1, 1}}};
  item.clip.hash = {};
  return item;
}

TEST_F(SpoolTest, TheSealTravelsWithTheFindingOverARestart) {
  ASSERT_TRUE(spool->add(raised("F1")).ok());
  spool = open();
  spool->settle(domain::CameraId("cam-1"), UINT64_MAX);
  ASSERT_TRUE(sink.wait_for(1));
  const auto& picture = sink.findings[0].pictures.at(0);
  EXPECT_EQ(picture.original, hash_of(bytes_of("original of F1")));
  EXPECT_EQ(picture.box, (domain::PictureBox{0.1, 0.2, 0.3, 0.4}));
  EXPECT_EQ(picture.taken_at, UtcMicros{5});
  ASSERT_TRUE(picture.seal.has_value());
  EXPECT_EQ(picture.seal->camera.value, "cam-1");
  EXPECT_EQ(picture.seal->clock_offset, millis(-1500));
  const auto& clip = sink.findings[0].clip;
  ASSERT_TRUE(clip.has_value());
  EXPECT_EQ(clip->original, hash_of(bytes_of("clip of F1")));
  EXPECT_EQ(clip->from, UtcMicros{1});
  EXPECT_EQ(clip->until, UtcMicros{9});
  EXPECT_FALSE(clip->reencoded);
}

TEST_F(SpoolTest, APictureThatIsNotWhatWasTakenIsLeftOut) {
  SpoolItem item = raised("F1");
  item.pictures[0].hash = hash_of(bytes_of("something else"));
  item.clip.hash = item.pictures[0].hash;
  spool->release(*spool->add(item));
  ASSERT_TRUE(sink.wait_for(1));
  EXPECT_TRUE(sink.findings[0].pictures.empty());
  EXPECT_FALSE(sink.findings[0].clip.has_value());
}

TEST_F(SpoolTest, WhatMasksCoverIsNeverOnDiskAndTheMaskedClipIsSealed) {
  const auto number = *spool->add(unmasked("F1"));
  EXPECT_NE(on_disk().find("original of F1"), std::string::npos);
  EXPECT_EQ(on_disk().find("clip of F1"), std::string::npos);
  spool->release(number);
  ASSERT_TRUE(sink.wait_for(1));
  const auto& clip = sink.findings[0].clip;
  ASSERT_TRUE(clip.has_value());
  EXPECT_TRUE(clip->reencoded);
  EXPECT_EQ(clip->original, hash_of(bytes_of("masked 10")));
  EXPECT_EQ(blobs.stored.at(clip->original), "masked 10");
  ASSERT_EQ(masker.recipes.size(), 1U);
  EXPECT_EQ(masker.recipes[0].masks.size(), 1U);
  EXPECT_FALSE(masker.recipes[0].blur);
}

TEST_F(SpoolTest, WithoutAnEncoderOrAfterARestartTheFindingGoesWithoutItsUnmaskedClip) {
  masker.fails = true;
  spool->release(*spool->add(unmasked("F1")));
  ASSERT_TRUE(sink.wait_for(1));
  EXPECT_FALSE(sink.findings[0].clip.has_value());
  EXPECT_EQ(sink.findings[0].pictures.size(), 1U);
  masker.fails = false;
  ASSERT_TRUE(spool->add(unmasked("F2")).ok());
  spool = open();
  spool->settle(domain::CameraId("cam-1"), UINT64_MAX);
  ASSERT_TRUE(sink.wait_for(2));
  EXPECT_FALSE(sink.findings[1].clip.has_value());
}

TEST_F(SpoolTest, NoMoreThanFourUnmaskedClipsWait) {
  std::vector<std::uint64_t> numbers;
  for (int i = 1; i <= 6; ++i) numbers.push_back(*spool->add(unmasked("F" + std::to_string(i))));
  for (const auto number : numbers) spool->release(number);
  ASSERT_TRUE(sink.wait_for(6));
  int with_clip = 0;
  for (const auto& finding : sink.findings) with_clip += finding.clip ? 1 : 0;
  EXPECT_EQ(with_clip, 4);
}

TEST_F(SpoolTest, ASlowCameraHoldsUpOnlyItself) {
  std::unique_lock busy(sink.gate);
  spool->release(*spool->add(raised("F0", "slow")));
  ASSERT_TRUE(sink.wait_for(1));  // F0 is being taken
  spool->release(*spool->add(raised("F1", "slow")));
  spool->release(*spool->add(raised("F2", "other")));
  ASSERT_TRUE(sink.wait_for(2));
  busy.unlock();
  ASSERT_TRUE(sink.wait_for(3));
  EXPECT_EQ(sink.order, (std::vector<std::string>{"F0", "F2", "F1"}));
}

TEST_F(SpoolTest, OtherCamerasGoFirstAndOneCamerasOrderStays) {
  spool.reset();
  spool = open(1);
  std::unique_lock busy(sink.gate);
  spool->release(*spool->add(raised("F0", "busy")));
  ASSERT_TRUE(sink.wait_for(1));  // F0 is being taken: all that follows waits
  std::vector<std::uint64_t> numbers{*spool->add(unmasked("F1", "masked")),
                                     *spool->add(unmasked("F2", "masked"))};
  SpoolItem gone{.kind = SpoolItem::Kind::cleared, .camera = domain::CameraId("masked")};
  gone.cleared.id = domain::FindingId("F1");
  numbers.push_back(*spool->add(gone));
  numbers.push_back(*spool->add(raised("F3", "open")));
  for (const auto number : numbers) spool->release(number);
  busy.unlock();
  ASSERT_TRUE(sink.wait_for(5));
  EXPECT_EQ(sink.order, (std::vector<std::string>{"F0", "F3", "F1", "F2", "F1 gone"}));
}

TEST(SpoolItemBytes, ItemsOfTheVersionBeforeAreStillRead) {
  SpoolItem item = raised("F1");
  ByteWriter old;
  old.put<std::uint32_t>(0x50534A58);
  old.put<std::uint32_t>(1);
  old.put<std::uint8_t>(1);  // cleared
  old.put_text("cam-1");
  old.put_text("F1");
  old.put<std::int64_t>(7);
  old.put<std::uint32_t>(1);
  old.put<std::uint8_t>(static_cast<std::uint8_t>(domain::PictureRole::now));
  old.put<std::int64_t>(5);
  old.put_bytes(item.pictures[0].original);
  old.put_bytes(bytes_of("marked"));
  old.put_bytes({});
  const auto read = item_from_bytes(old.take());
  ASSERT_TRUE(read.ok()) << read.error().message;
  ASSERT_EQ(read->pictures.size(), 1U);
  EXPECT_EQ(read->pictures[0].hash, item.pictures[0].hash);
  EXPECT_TRUE(read->clip.bytes.empty());
}

TEST(SpoolItemBytes, DamagedItemsAreRefusedAtEveryLength) {
  const Bytes whole = to_bytes(raised("F1"));
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_FALSE(item_from_bytes(std::span(whole).first(size)).ok()) << size;
  }
  EXPECT_TRUE(item_from_bytes(whole).ok());
}

}  // namespace
}  // namespace xunjie::watch
