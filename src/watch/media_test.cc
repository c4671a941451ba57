// Packets, clips, recordings: everything between a file and the street.
#include <gtest/gtest.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>

#include "watch/camera_json.h"
#include "watch/capture.h"
#include "watch/clip.h"
#include "watch/decode.h"
#include "watch/gop_ring.h"
#include "watch/offline.h"
#include "watch/test_video.h"

namespace xunjie::watch {
namespace {

namespace fs = std::filesystem;

const std::atomic<bool> kNever{false};

class Media : public testing::Test {
 protected:
  void SetUp() override { fs::create_directories(dir_); }
  void TearDown() override { fs::remove_all(dir_); }
  [[nodiscard]] std::string file(const std::string& name) const { return (dir_ / name).string(); }
  [[nodiscard]] std::string camera(int dwell) const {
    const std::string path = file("camera.json");
    std::ofstream(path)
        << R"({"id":"t-1","name":"t","kind":"fixed","position":{"lon":121.5,"lat":31.2},
      "zones":[{"id":"z-1","kind":"pavement","polygon":[[0,0],[1,0],[1,1],[0,1]],
      "watch":[{"violation":"goods_on_pavement","dwell_s":)"
        << dwell << "}]}]}";
    return path;
  }
  std::string lines(const std::string& source, int dwell) {
    OfflineOptions options{.camera = camera(dwell), .source = source, .out = file("out.jsonl")};
    const auto done = run_offline(options);
    EXPECT_TRUE(done.ok()) << done.error().message;
    std::ostringstream text;
    text << std::ifstream(options.out).rdbuf();
    return text.str();
  }

 private:
  fs::path dir_ = fs::temp_directory_path() / ("xunjie-media-" + std::to_string(::getpid()));
};

const cv::Rect kBox(140, 110, 60, 50);

TEST_F(Media, OfflineWritesExactlyTheContractsLines) {
  ASSERT_TRUE(write_video(file("v.ts"), {.seconds = 50}, [](cv::Mat& frame, double t) {
    if (t >= 12 && t < 38) put_box(frame, kBox);
  }));
  const std::string text = lines(file("v.ts"), 12);
  const std::regex expected(
      R"x(\{"type":"health","camera":"t-1","state":"ok","at":[0-9.]+\}\n)x"
      R"x(\{"type":"raised","finding":"(F[0-9A-Z]{26})","camera":"t-1","zone":"z-1",)x"
      R"x("violation":"goods_on_pavement","since":1[2-5](\.\d+)?,"at":2[4-8](\.\d+)?,)x"
      R"x("box":\[0\.4\d*,0\.4\d*,0\.[12]\d*,0\.2\d*\],"label":"object","score":[01](\.\d+)?\}\n)x"
      R"x(\{"type":"cleared","finding":"\1","at":4[0-6](\.\d+)?\}\n)x");
  EXPECT_TRUE(std::regex_match(text, expected)) << text;
}

TEST_F(Media, KeyframesFarApartAreBridgedByDecodingOn) {
  ASSERT_TRUE(write_video(file("v.mp4"), {.format = "mp4", .gop = 250, .seconds = 50},
                          [](cv::Mat& frame, double t) {
                            if (t >= 12 && t < 38) put_box(frame, kBox);
                          }));
  const std::string text = lines(file("v.mp4"), 12);
  EXPECT_NE(text.find("\"raised\""), std::string::npos) << text;
  EXPECT_NE(text.find("\"cleared\""), std::string::npos) << text;
}

// As cameras with a "smart codec" send them: 1 to 12 seconds apart, never twice the same.
class SmartCodec : public Media, public testing::WithParamInterface<const char*> {};

TEST_P(SmartCodec, IrregularKeyframesFindAndClearInTime) {
  const TestVideo video{.format = "mp4",
                        .gop = 600,
                        .seconds = 90,
                        .encoder = GetParam(),
                        .keys = {0, 1, 3, 4, 9, 16, 17, 29, 41, 43, 51, 62, 63, 74, 86}};
  ASSERT_TRUE(write_video(file("v.mp4"), video, [](cv::Mat& frame, double t) {
    if (t >= 20 && t < 60) put_box(frame, kBox);
  }));
  const std::string text = lines(file("v.mp4"), 12);
  // Seen at the keyframe after it came at the latest, told a dwell and at most two short periods
  // later.
  EXPECT_TRUE(
      std::regex_search(text, std::regex(R"("since":2\d(\.\d+)?,"at":(3[2-9]|4[0-5])[,.])")))
      << text;
  EXPECT_TRUE(std::regex_search(text, std::regex(R"("cleared".*"at":(6\d|7[0-4])(\.\d+)?\})")))
      << text;
}

INSTANTIATE_TEST_SUITE_P(Each, SmartCodec, testing::Values("mpeg4", "libx264"),
                         [](const auto& each) { return std::string(each.param); });

TEST_F(Media, RealFootageWithNothingPlacedRaisesNothing) {
  const std::string vtest = "/usr/share/doc/opencv-doc/examples/data/vtest.avi";
  ASSERT_TRUE(fs::exists(vtest)) << "install the package opencv-doc (./dev setup does)";
  EXPECT_EQ(lines(vtest, 30).find("raised"), std::string::npos);
}

TEST_F(Media, DamagedPacketsAreSurvived) {
  ASSERT_TRUE(write_video(file("v.ts"), {.seconds = 30}));
  std::fstream damaged(file("v.ts"), std::ios::in | std::ios::out | std::ios::binary);
  const auto size = fs::file_size(file("v.ts"));
  for (std::uintmax_t at = 20000, i = 0; at < size; at += 60013, ++i) {
    damaged.seekp(static_cast<std::streamoff>(at));
    damaged.put(static_cast<char>(i * 37));
  }
  damaged.close();
  EXPECT_EQ(lines(file("v.ts"), 10).find("raised"), std::string::npos);
}

TEST_F(Media, UnreadableSourcesAndFilesAreNamed) {
  const auto missing =
      run_offline({.camera = camera(30), .source = file("none.mp4"), .out = file("o")});
  ASSERT_FALSE(missing.ok());
  EXPECT_EQ(missing.error().field, "source");
  std::ofstream(file("text.mp4")) << "this is no video";
  EXPECT_FALSE(
      run_offline({.camera = camera(30), .source = file("text.mp4"), .out = file("o")}).ok());
  const auto camera_missing =
      run_offline({.camera = file("none.json"), .source = "x", .out = file("o")});
  ASSERT_FALSE(camera_missing.ok());
  EXPECT_EQ(camera_missing.error().code, ErrorCode::not_found);
  EXPECT_FALSE(
      run_offline({.camera = camera(30), .source = "x", .out = "", .start = "25:00"}).ok());
  EXPECT_FALSE(
      run_offline({.camera = camera(30), .source = "concat:/etc/passwd", .out = file("o")}).ok());
}

TEST_F(Media, AClipIsPlayableAndStartsOnAKeyframe) {
  ASSERT_TRUE(write_video(file("v.ts"), {.seconds = 20}));
  auto capture = Capture::open(file("v.ts"), {}, kNever);
  ASSERT_TRUE(capture.ok());
  GopRing ring(64U << 20U);
  while (true) {
    auto packet = (*capture)->read();
    ASSERT_TRUE(packet.ok());
    if (!*packet) break;
    (*packet)->at = UtcMicros{(*packet)->media.count};
    ring.push(std::move(**packet));
  }
  const auto packets = ring.clip_from(UtcMicros{5'500'000}, 64U << 20U);
  ASSERT_FALSE(packets.empty());
  EXPECT_TRUE(packets.front().key);
  EXPECT_EQ(packets.front().at.count, 5'000'000);
  const auto clip = make_clip((*capture)->stream(), packets);
  ASSERT_TRUE(clip.ok()) << clip.error().message;
  std::ofstream(file("clip.mp4"), std::ios::binary)
      .write(reinterpret_cast<const char*>(clip->data()),
             static_cast<std::streamsize>(clip->size()));
  auto again = Capture::open(file("clip.mp4"), {}, kNever);
  ASSERT_TRUE(again.ok());
  auto decoder = Decoder::open((*again)->stream());
  auto first = (*again)->read();
  ASSERT_TRUE(decoder.ok() && first.ok() && *first);
  EXPECT_TRUE((*first)->key);
  EXPECT_TRUE(decoder->decode_key(**first).ok());
  int count = 1;
  while (true) {
    auto next = (*again)->read();
    if (!next.ok() || !*next) break;
    ++count;
  }
  EXPECT_EQ(count, static_cast<int>(packets.size()));
  EXPECT_FALSE(make_clip((*capture)->stream(), std::span(packets).subspan(1)).ok());
}

TEST_F(Media, AClipReachesBackItsPreRollAndNoFurtherThanItsBound) {
  ASSERT_TRUE(write_video(file("v.ts"), {.gop = 40, .seconds = 60}));  // a keyframe every 4 s
  auto capture = Capture::open(file("v.ts"), {}, kNever);
  ASSERT_TRUE(capture.ok());
  GopRing ring(64U << 20U);
  const WatchOptions options;
  UtcMicros now;
  while (true) {
    auto packet = (*capture)->read();
    ASSERT_TRUE(packet.ok());
    if (!*packet) break;
    (*packet)->at = now = UtcMicros{(*packet)->media.count};
    ring.push(std::move(**packet));
    const auto kept = ring.clip_from(now - options.pre_roll, options.clip_bytes);
    const auto clip = within(kept, options.clip_longest);
    ASSERT_FALSE(clip.empty());
    EXPECT_TRUE(clip.front().key);
    EXPECT_EQ(clip.back().at, now);
    EXPECT_LE(now - clip.front().at, options.clip_longest);
    // The pre-roll is there in full as soon as so much was received, and no group more than needed.
    EXPECT_GE(now - clip.front().at, std::min(now - UtcMicros{}, options.pre_roll));
    EXPECT_LT(now - clip.front().at, options.pre_roll + seconds(4));
  }
}

TEST(ClipBound, IsKeptByLeavingOutWholeGroups) {
  std::vector<Packet> packets;
  for (int i = 0; i < 100; ++i) {
    packets.push_back({.at = UtcMicros{i * 1'000'000LL}, .key = i % 20 == 0});
  }
  EXPECT_EQ(within(packets, seconds(30)).front().at, UtcMicros{80'000'000});
  EXPECT_EQ(within(packets, seconds(40)).front().at, UtcMicros{60'000'000});
  EXPECT_EQ(within(packets, seconds(500)).size(), 100U);
  EXPECT_TRUE(within(packets, seconds(10)).empty());  // no group is so short
  EXPECT_TRUE(within({}, seconds(10)).empty());
}

TEST(GopRing, KeepsItsBoundInWholeGroups) {
  GopRing ring(1000);
  for (std::uint64_t n = 1; n <= 100; ++n) {
    ring.push({.number = n,
               .bytes = 50,
               .at = UtcMicros{static_cast<std::int64_t>(n)},
               .key = n % 10 == 1});
    EXPECT_LE(ring.bytes(), 1000U);
  }
  const auto kept = ring.clip_from(UtcMicros{0}, 10000);
  ASSERT_FALSE(kept.empty());
  EXPECT_TRUE(kept.front().key);
  EXPECT_EQ(kept.back().number, 100U);
  const auto small = ring.clip_from(UtcMicros{0}, 600);
  EXPECT_TRUE(small.front().key);
  EXPECT_LE(small.size() * 50, 600U);
  EXPECT_EQ(ring.run_after(97).size(), 3U);          // going on
  EXPECT_EQ(ring.run_after(3).front().number, 91U);  // too old: from the newest keyframe
  GopRing endless(1000);                             // a group that never ends
  for (std::uint64_t n = 1; n <= 100; ++n) endless.push({.number = n, .bytes = 50, .key = n == 1});
  EXPECT_LE(endless.bytes(), 1000U);
  EXPECT_TRUE(endless.clip_from({}, 10000).empty());
}

TEST(ShownUrl, HidesCredentials) {
  EXPECT_EQ(shown_url("rtsp://admin:p%40ss@10.0.0.8:554/ch1?token=x"), "rtsp://10.0.0.8:554/ch1");
  EXPECT_EQ(shown_url("rtsp://a@b:c@host/ch"), "rtsp://host/ch");
  EXPECT_EQ(shown_url("/data/v.mp4"), "/data/v.mp4");
}

TEST(CameraJson, NamesTheWrongField) {
  const auto field_of = [](const std::string& zones, const std::string& more = "") {
    const auto result = camera_from_json(
        R"({"id":"a","name":"n","kind":"fixed","position":{"lon":1,"lat":2},"zones":[)" + zones +
        "]" + more + "}");
    return result.ok() ? std::string("ok") : result.error().field;
  };
  const std::string good =
      R"({"id":"z","kind":"pavement","polygon":[[0,0],[1,0],[1,1]],"watch":[]})";
  EXPECT_EQ(field_of(good), "ok");
  EXPECT_EQ(field_of(good, R"(,"sources":"x")"), "sources");
  EXPECT_EQ(field_of(good + "," + good), "zones[1].id");
  EXPECT_EQ(field_of(R"({"id":"z","kind":"road","polygon":[]})"), "zones[0].kind");
  EXPECT_EQ(field_of(R"({"id":"z","kind":"pavement","polygon":[[0,0],[1,0],["1",1]]})"),
            "zones[0].polygon[2]");
  EXPECT_EQ(
      field_of(
          R"({"id":"z","kind":"pavement","polygon":[[0,0],[1,0],[1,1]],"watch":[{"violation":"x"}]})"),
      "zones[0].watch[0].dwell_s");
  EXPECT_EQ(
      field_of(
          R"({"id":"z","kind":"permitted","polygon":[[0,0],[1,0],[1,1]],"permitted_hours":["9-10"]})"),
      "zones[0].permitted_hours[0]");
  EXPECT_FALSE(camera_from_json("{").ok());
  EXPECT_FALSE(camera_from_json(std::string(5000, '[')).ok());
}

TEST(CameraJson, WritesWhatItReads) {
  const auto camera = camera_from_json(
      R"({"id":"a","name":"四平路","kind":"dome","position":{"lon":121.5,"lat":31.25},"zones":[{"id":"z",
      "kind":"permitted","shop":"s-1","polygon":[[0,0],[1,0],[1,1]],"permitted_hours":["17:00-02:30",{"from":"11:00","until":"24:00"}],"watch":[
      {"violation":"store_overflow","dwell_s":12.5}]}]})");
  ASSERT_TRUE(camera.ok()) << camera.error().message;
  EXPECT_EQ(camera->zones[0].permitted_hours[0].until, 150);
  EXPECT_EQ(camera->zones[0].permitted_hours[1].from, 660);
  EXPECT_EQ(camera->zones[0].permitted_hours[1].until, 1440);
  const auto again = camera_from_json(camera_to_json(*camera));
  ASSERT_TRUE(again.ok()) << again.error().message;
  EXPECT_EQ(camera_to_json(*again), camera_to_json(*camera));
}

}  // namespace
}  // namespace xunjie::watch
