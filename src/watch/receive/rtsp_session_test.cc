// Whole conversations over a socket: our reader, as Capture::open gives it, against a server that
// follows a script.
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "watch/capture.h"
#include "watch/decode.h"
#include "watch/receive/rtsp_capture.h"
#include "watch/receive/rtsp_server_testing.h"
#include "watch/receive/tls_front_testing.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/frame.h>
}

namespace xunjie::watch::receive {
namespace {

const std::atomic<bool> kNever{false};

const Encoded& pattern() {
  static const Encoded encoded = encode_pattern("libx264", 320, 240, 20, 10);
  return encoded;
}

std::vector<std::string> media_of(const Encoded& encoded, std::uint32_t from = 0,
                                  std::uint16_t sequence = 100) {
  std::vector<std::string> out;
  for (const auto& unit : encoded.units) {
    out.push_back(frames_of(unit, false, from, sequence));
    from += 3600;
  }
  return out;
}

Script sound() {
  EXPECT_FALSE(pattern().units.empty()) << "is ffmpeg installed (./dev setup does)?";
  Script script;
  script.sdp = pattern().sdp;
  script.media = media_of(pattern());
  return script;
}

CaptureOptions quick() {
  return {.open_timeout = seconds(5), .read_timeout = seconds(5)};
}

// Reads until an error; returns how many packets came.
int read_out(Capture& capture) {
  int count = 0;
  while (true) {
    const auto read = capture.read();
    if (!read.ok() || !*read) return count;
    ++count;
  }
}

TEST(RtspSession, PacketsComeWithTimesAndDecode) {
  Script script = sound();
  script.media.insert(script.media.begin() + 1, interleaved(1, sender_report(1'700'000'000, 3600)));
  script.hang_up = true;
  ScriptedServer server(script);
  auto capture = Capture::open(server.url(), quick(), kNever);
  ASSERT_TRUE(capture.ok()) << capture.error().message;
  EXPECT_EQ((*capture)->stream().codec->width, 320);
  auto decoder = Decoder::open((*capture)->stream());
  ASSERT_TRUE(decoder.ok());
  for (int i = 0; i < 20; ++i) {
    const auto read = (*capture)->read();
    ASSERT_TRUE(read.ok() && *read) << i;
    EXPECT_EQ((*read)->key, i % 10 == 0) << i;
    EXPECT_EQ((*read)->media, millis(40 * i));
    EXPECT_FALSE((*read)->damaged);
    if (i % 10 != 0) continue;
    const auto frame = decoder->decode_key(**read);
    ASSERT_TRUE(frame.ok());
    EXPECT_EQ((*frame)->width, 320);
  }
  EXPECT_EQ((*capture)->read().error().code, ErrorCode::unavailable);
  ASSERT_TRUE((*capture)->clock_offset());
  EXPECT_LT(*(*capture)->clock_offset(), hours(-1)) << "that report is from 2023";
}

struct SignIn {
  bool basic, sha256;
  int stale_after;
};
class RtspSignIn : public testing::TestWithParam<SignIn> {};

TEST_P(RtspSignIn, GoodCredentialsOpenBadOnesAreNamedAndNeverShown) {
  Script script = sound();
  script.user = "admin";
  script.password = "ge heim";
  script.basic = GetParam().basic;
  script.sha256 = GetParam().sha256;
  script.stale_after = GetParam().stale_after;
  ScriptedServer server(script);
  EXPECT_TRUE(Capture::open(server.url("admin:ge%20heim"), quick(), kNever).ok());
  EXPECT_EQ(server.heard().find("heim"), std::string::npos) << "sent in the open";
  for (const char* wrong : {"", "admin:wr0ng", "other:ge%20heim"}) {
    const auto refused = Capture::open(server.url(wrong), quick(), kNever);
    ASSERT_FALSE(refused.ok());
    EXPECT_EQ(refused.error().code, ErrorCode::unauthenticated);
    EXPECT_EQ(refused.error().message.find("heim"), std::string::npos);
    EXPECT_EQ(refused.error().message.find("wr0ng"), std::string::npos);
    EXPECT_EQ(refused.error().message.find("admin"), std::string::npos);
  }
}

INSTANTIATE_TEST_SUITE_P(Schemes, RtspSignIn,
                         testing::Values(SignIn{false, false, 0}, SignIn{false, true, 0},
                                         SignIn{true, false, 0}, SignIn{false, true, 4}));

TEST(RtspSession, RedirectsAreFollowedAFewTimes) {
  ScriptedServer there(sound());
  Script script = sound();
  script.redirect = there.url();
  ScriptedServer here(script);
  EXPECT_TRUE(Capture::open(here.url(), quick(), kNever).ok());
  Script circle = sound();
  circle.redirect = "/round";
  ScriptedServer round(circle);
  const auto lost = Capture::open(round.url(), quick(), kNever);
  ASSERT_FALSE(lost.ok());
  EXPECT_EQ(round.connections(), 4);
}

TEST(RtspSession, RefusalsAreToldApart) {
  const auto error_of = [](const Script& script) {
    ScriptedServer server(script);
    CaptureOptions options = quick();
    options.open_timeout = millis(700);
    const auto opened = open_rtsp(server.url(), options, kNever);
    EXPECT_FALSE(opened.ok());
    return opened.ok() ? ErrorCode::internal : opened.error().code;
  };
  Script script = sound();
  script.describe_status = 404;
  EXPECT_EQ(error_of(script), ErrorCode::not_found);
  script = sound();
  script.udp_only = true;
  EXPECT_EQ(error_of(script), ErrorCode::invalid_argument);
  script = sound();
  script.silent = true;
  EXPECT_EQ(error_of(script), ErrorCode::timeout);
  script = sound();
  script.describe_raw = "SSH-2.0-OpenSSH_9.2\r\n\r\n";
  EXPECT_EQ(error_of(script), ErrorCode::corrupt);
  script = sound();
  script.describe_raw = "RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Length: 4000000000\r\n\r\n";
  EXPECT_EQ(error_of(script), ErrorCode::too_large);
  script = sound();
  script.sdp = "v=0\r\n";
  EXPECT_EQ(error_of(script), ErrorCode::unavailable);
}

TEST(RtspSession, NobodyListeningIsUnavailable) {
  std::string url;
  {
    ScriptedServer gone(sound());
    url = gone.url();
  }
  const auto opened = Capture::open(url, quick(), kNever);
  ASSERT_FALSE(opened.ok());
  EXPECT_EQ(opened.error().code, ErrorCode::unavailable);
  EXPECT_NE(opened.error().message.find("127.0.0.1"), std::string::npos);
}

TEST(RtspSession, GarbageBetweenFramesIsSkippedAndWhatItHitIsDamaged) {
  Script script = sound();
  script.media.insert(script.media.begin() + 5, std::string(3000, '\x11'));
  script.hang_up = true;
  ScriptedServer server(script);
  auto capture = Capture::open(server.url(), quick(), kNever);
  ASSERT_TRUE(capture.ok());
  int damaged = 0;
  for (int i = 0; i < 20; ++i) {
    const auto read = (*capture)->read();
    ASSERT_TRUE(read.ok()) << i;
    damaged += (*read)->damaged ? 1 : 0;
  }
  EXPECT_EQ(damaged, 5) << "from the gap to the next keyframe";
}

TEST(RtspSession, EndlessGarbageEndsTheSession) {
  Script script = sound();
  script.media.emplace_back(300'000, '\x11');
  ScriptedServer server(script);
  auto capture = Capture::open(server.url(), quick(), kNever);
  ASSERT_TRUE(capture.ok());
  EXPECT_EQ(read_out(**capture), 20);
  EXPECT_EQ((*capture)->read().error().code, ErrorCode::corrupt);
}

TEST(RtspSession, ATruncatedFrameAtTheEndIsNoPicture) {
  Script script = sound();
  script.media.back().resize(script.media.back().size() - 7);
  script.hang_up = true;
  ScriptedServer server(script);
  auto capture = Capture::open(server.url(), quick(), kNever);
  ASSERT_TRUE(capture.ok());
  EXPECT_EQ(read_out(**capture), 19);
}

TEST(RtspSession, ANewPictureSizeBeginsANewStream) {
  const auto larger = encode_pattern("libx264", 640, 480, 10, 10);
  Script script = sound();
  const auto more = media_of(larger, 20 * 3600, 30000);
  script.media.insert(script.media.end(), more.begin(), more.end());
  script.hang_up = true;
  ScriptedServer server(script);
  auto capture = Capture::open(server.url(), quick(), kNever);
  ASSERT_TRUE(capture.ok());
  for (int i = 0; i < 20; ++i) ASSERT_TRUE((*capture)->read().ok());
  EXPECT_EQ((*capture)->generation(), 1U);
  ASSERT_TRUE((*capture)->read().ok());
  EXPECT_EQ((*capture)->generation(), 2U);
  EXPECT_EQ((*capture)->stream().codec->width, 640);
}

TEST(RtspSession, TlsTrustsWhoItShould) {
  ScriptedServer server(sound());
  TlsFront good(server.port(), "127.0.0.1"), other(server.port(), "10.9.8.7");
  const auto open = [](const TlsFront& front, const TlsOptions& tls) {
    CaptureOptions options = quick();
    options.tls = tls;
    return Capture::open("rtsps://127.0.0.1:" + std::to_string(front.port()) + "/live", options,
                         kNever);
  };
  auto trusted = open(good, {.ca_file = good.root_file()});
  ASSERT_TRUE(trusted.ok()) << trusted.error().message;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE((*trusted)->read().ok()) << i;
  const auto unknown_root = open(good, {});
  ASSERT_FALSE(unknown_root.ok());
  EXPECT_EQ(unknown_root.error().field, "tls");
  const auto other_host = open(other, {.ca_file = other.root_file()});
  ASSERT_FALSE(other_host.ok());
  EXPECT_EQ(other_host.error().code, ErrorCode::unauthenticated);
  EXPECT_TRUE(open(other, {.verify = false}).ok());
  EXPECT_EQ(open(good, {.ca_file = "/nowhere"}).error().code, ErrorCode::invalid_argument);
}

TEST(RtspSession, StopEndsAWait) {
  Script script = sound();
  script.silent = true;
  ScriptedServer server(script);
  std::atomic<bool> stop{false};
  std::thread stopper([&] {
    server.await("OPTIONS", 1);
    stop = true;
  });
  const auto opened = Capture::open(server.url(), {.open_timeout = hours(1)}, stop);
  stopper.join();
  EXPECT_FALSE(opened.ok());
}

}  // namespace
}  // namespace xunjie::watch::receive
