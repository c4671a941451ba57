// The live view: packets of a recorded H.264 stream into fragmented MP4 for whoever looks now.
#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "watch/capture.h"
#include "watch/live_fan.h"
#include "watch/test_video.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xunjie::watch {
namespace {

namespace fs = std::filesystem;

struct Recording {
  StreamInfo stream;
  std::vector<Packet> packets;
};

Recording record(const std::string& encoder) {
  const fs::path path =
      fs::temp_directory_path() / ("xunjie-live-view-" + std::to_string(::getpid()) + ".ts");
  const TestVideo video{.gop = 10, .seconds = 4, .encoder = encoder};
  EXPECT_TRUE(write_video(path.string(), video)) << encoder;
  const std::atomic<bool> stop{false};
  Recording out;
  auto capture = Capture::open(path.string(), {}, stop);
  EXPECT_TRUE(capture.ok());
  if (!capture) return out;
  out.stream = (*capture)->stream();
  for (auto read = (*capture)->read(); read.ok() && *read; read = (*capture)->read()) {
    out.packets.push_back(**read);
    out.packets.back().at = UtcMicros{} + out.packets.back().media;
  }
  fs::remove(path);
  return out;
}

const Recording& film() {
  static const Recording once = record("libx264");
  return once;
}

class Viewer final : public ports::VideoSink {
 public:
  bool push(std::shared_ptr<const std::string> bytes) override {
    if (seen.size() >= takes) return false;
    seen += *bytes;
    return true;
  }
  void close() override { closed = true; }
  [[nodiscard]] long fragments() const {
    long found = 0;
    for (auto at = seen.find("moof"); at != std::string::npos; at = seen.find("moof", at + 1))
      ++found;
    return found;
  }
  std::string seen;
  std::size_t takes = SIZE_MAX;
  bool closed = false;
};

// A camera's ring and fan, fed as its receiving thread feeds them.
struct Feed {
  GopRing ring{16U << 20U};
  LiveFan fan;
  void give(std::size_t from, std::size_t until) {
    for (std::size_t i = from; i < std::min(until, film().packets.size()); ++i) {
      ring.push(film().packets[i]);
      fan.push(film().packets[i], film().stream, ring);
    }
  }
};

TEST(LiveFan, BeginsWithTheGroupUnderWayAndFollowsFrameByFrame) {
  ASSERT_GE(film().packets.size(), 30u);
  Feed feed;
  feed.give(0, 25);  // five frames into the third group
  const auto codec = feed.fan.codec(feed.ring);
  ASSERT_TRUE(codec.ok());
  EXPECT_EQ(codec->rfind("avc1.", 0), 0u) << *codec;
  auto viewer = std::make_shared<Viewer>();
  ASSERT_TRUE(feed.fan.join(viewer).ok());
  EXPECT_EQ(viewer->seen, "") << "nothing is muxed by whoever joins";
  feed.give(25, 26);
  EXPECT_EQ(viewer->seen.substr(4, 4), "ftyp");
  EXPECT_NE(viewer->seen.find("avcC"), std::string::npos);
  // The group's six frames; the newest is held until its end is known.
  EXPECT_EQ(viewer->fragments(), 5);
  feed.give(26, 30);
  EXPECT_EQ(viewer->fragments(), 9);
}

TEST(LiveFan, LetsASlowViewerGoAndKeepsTheOthers) {
  Feed feed;
  feed.give(0, 12);
  auto slow = std::make_shared<Viewer>(), good = std::make_shared<Viewer>();
  slow->takes = 1;
  ASSERT_TRUE(feed.fan.join(slow).ok());
  ASSERT_TRUE(feed.fan.join(good).ok());
  feed.give(12, 20);
  EXPECT_TRUE(slow->closed);
  EXPECT_FALSE(good->closed);
  EXPECT_EQ(feed.fan.viewers(), 1u);
}

TEST(LiveFan, IsBoundedAndEndsEveryFilmWhenTheSourceGoes) {
  Feed feed;
  feed.give(0, 5);
  std::vector<std::shared_ptr<Viewer>> viewers;
  for (std::size_t i = 0; i < LiveFan::kViewersMax; ++i) {
    viewers.push_back(std::make_shared<Viewer>());
    ASSERT_TRUE(feed.fan.join(viewers.back()).ok());
    if (i == 3) feed.give(5, 6);  // those that wait and those that look count alike
  }
  EXPECT_EQ(feed.fan.join(std::make_shared<Viewer>()).error().code, ErrorCode::unavailable);
  feed.fan.close();
  for (const auto& viewer : viewers) EXPECT_TRUE(viewer->closed);
  EXPECT_EQ(feed.fan.codec(feed.ring).error().code, ErrorCode::unavailable);
  EXPECT_TRUE(feed.fan.join(std::make_shared<Viewer>()).ok()) << "there is room again";
}

TEST(LiveFilm, FindsTheHeadersInsideTheStreamWhereItAnnouncesNone) {
  StreamInfo bare = film().stream;
  AVCodecParameters* copy = avcodec_parameters_alloc();
  ASSERT_GE(avcodec_parameters_copy(copy, film().stream.codec.get()), 0);
  av_freep(&copy->extradata);
  copy->extradata_size = 0;
  bare.codec = {copy, [](AVCodecParameters* p) { avcodec_parameters_free(&p); }};
  EXPECT_EQ(live_codec_of(bare, nullptr).error().code, ErrorCode::unavailable);
  const Packet& key = film().packets.front();
  ASSERT_TRUE(key.key);
  EXPECT_EQ(*live_codec_of(bare, &key), *live_codec_of(film().stream, &key));
  auto made = LiveFilm::start(bare, key);
  ASSERT_TRUE(made.ok());
  const auto head = (*made)->add(key);
  ASSERT_TRUE(head.ok());
  EXPECT_NE(head->find("avcC"), std::string::npos);
}

TEST(LiveFilm, RefusesWhatBrowsersDoNotPlayInWords) {
  const Recording other = record("mpeg4");
  const auto refused = live_codec_of(other.stream, &other.packets.front());
  EXPECT_EQ(refused.error().code, ErrorCode::not_allowed_in_state);
  EXPECT_NE(refused.error().message.find("H.264"), std::string::npos);
}

}  // namespace
}  // namespace xunjie::watch
