// RTP payloads put together, and what a lost packet does to them.
#include "watch/receive/access_units.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "watch/receive/rtsp_server_testing.h"
#include "watch/receive/unit_packets.h"

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xunjie::watch::receive {
namespace {

struct Kept final : UnitSink {
  struct Unit {
    std::string bytes;
    std::uint32_t timestamp;
    bool key, damaged, lost_before;
    std::string sets;
  };
  void unit(const AccessUnit& u) override {
    units.push_back(
        {text(u.bytes), u.timestamp, u.key, u.damaged, u.lost_before, text(u.parameter_sets)});
  }
  static std::string text(ByteView bytes) { return {bytes.begin(), bytes.end()}; }
  std::vector<Unit> units;
};

const std::string kCode("\0\0\0\1", 4);

class H264 : public testing::Test {
 protected:
  void push(int sequence, std::uint32_t timestamp, bool marker, const std::string& payload) {
    const std::string bytes = rtp(static_cast<std::uint16_t>(sequence), timestamp, marker, payload);
    const auto packet =
        parse_rtp({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
    ASSERT_TRUE(packet);
    units_.push(*packet, kept_);
  }
  AccessUnits units_{VideoCodec::h264};
  Kept kept_;
};

const std::string kSps = "\x67sps", kPps = "\x68pps", kIdr = "\x65\x88idr",
                  kSlice = "\x41\x9aslice";

TEST_F(H264, SingleAggregatedAndFragmentedUnitsBecomeOnePicture) {
  push(1, 100, false, std::string("\x78\0\4", 3) + kSps + std::string("\0\4", 2) + kPps);  // STAP-A
  push(2, 100, false, "\x7c\x85\x88i");                                                    // FU-A
  push(3, 100, false,
       "\x7c\x05"
       "d");
  push(4, 100, true, "\x7c\x45r");
  push(5, 3700, true, kSlice);
  ASSERT_EQ(kept_.units.size(), 2U);
  EXPECT_EQ(kept_.units[0].bytes, kCode + kSps + kCode + kPps + kCode + "\x65\x88idr");
  EXPECT_EQ(kept_.units[0].sets, kCode + kSps + kCode + kPps);
  EXPECT_TRUE(kept_.units[0].key);
  EXPECT_FALSE(kept_.units[0].damaged);
  EXPECT_EQ(kept_.units[1].bytes, kCode + kSlice);
  EXPECT_FALSE(kept_.units[1].key);
  EXPECT_FALSE(kept_.units[1].damaged || kept_.units[1].lost_before);
}

TEST_F(H264, ALostPacketDamagesItsOwnPictureOnly) {
  push(1, 100, false, "\x7c\x85\x88i");
  push(3, 100, true, "\x7c\x45r");  // 2 is missing
  push(4, 200, true, kSlice);
  push(6, 300, true, kSlice);  // 5, a whole picture, is missing
  ASSERT_EQ(kept_.units.size(), 2U) << "nothing of the first picture is left to hand on";
  EXPECT_TRUE(kept_.units[0].lost_before);
  EXPECT_FALSE(kept_.units[0].damaged);
  EXPECT_TRUE(kept_.units[1].lost_before);
  EXPECT_FALSE(kept_.units[1].damaged) << "its first slice is there";
}

TEST_F(H264, AMissingHeadOrEndIsNoticed) {
  push(1, 100, true, kSlice);
  push(3, 200, true, "\x41\x1aslice");  // the first slice was in 2
  push(4, 300, false,
       "\x7c\x81\x9a"
       "a");  // no end, no marker
  push(5, 400, true, kSlice);
  ASSERT_EQ(kept_.units.size(), 4U);
  EXPECT_TRUE(kept_.units[1].damaged);
  EXPECT_TRUE(kept_.units[2].damaged);
  EXPECT_FALSE(kept_.units[3].damaged);
}

TEST_F(H264, ParameterSetsWithAMarkerOfTheirOwnJoinTheirPicture) {
  push(1, 100, true, kSps);
  push(2, 100, true, kPps);
  push(3, 100, true, kIdr);
  ASSERT_EQ(kept_.units.size(), 1U);
  EXPECT_EQ(kept_.units[0].bytes, kCode + kSps + kCode + kPps + kCode + kIdr);
}

TEST_F(H264, MarkersOnEverySliceAreFoundOut) {
  push(1, 100, true, kSlice);
  push(2, 100, true, "\x41\x1amore");
  push(3, 200, true, kSlice);
  push(4, 200, true, "\x41\x1amore");
  push(5, 300, true, kSlice);
  ASSERT_EQ(kept_.units.size(), 3U);
  EXPECT_TRUE(kept_.units[1].damaged);
  EXPECT_EQ(kept_.units[2].bytes, kCode + kSlice + kCode + "\x41\x1amore");
  EXPECT_FALSE(kept_.units[2].damaged);
}

TEST_F(H264, AUnitIsBounded) {
  push(0, 100, false, "\x7c\x85" + std::string(60000, 'x'));
  for (int i = 1; i < 200; ++i) push(i, 100, false, "\x7c\x05" + std::string(60000, 'x'));
  push(200, 100, true, "\x7c\x45x");
  ASSERT_EQ(kept_.units.size(), 1U);
  EXPECT_LE(kept_.units[0].bytes.size(), kMaxUnit);
  EXPECT_TRUE(kept_.units[0].damaged);
}

TEST(H265, SingleAggregatedAndFragmentedUnitsBecomeOnePicture) {
  AccessUnits units(VideoCodec::h265);
  Kept kept;
  std::uint16_t sequence = 65534;  // wraps on the way
  const auto push = [&](bool marker, const std::string& payload) {
    const std::string bytes = rtp(sequence++, 9, marker, payload);
    units.push(*parse_rtp({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}),
               kept);
  };
  push(false, std::string("\x60\x01\0\3\x40\x01v\0\3\x42\x01s", 12));  // AP of VPS and SPS
  push(false, std::string("\x44\x01p", 3));
  push(false, std::string("\x62\x01\x93\xaf"
                          "a",
                          5));  // FU of type 19, IDR
  push(true, std::string("\x62\x01\x53"
                         "b",
                         4));
  ASSERT_EQ(kept.units.size(), 1U);
  EXPECT_EQ(kept.units[0].bytes, kCode + "\x40\x01v" + kCode + "\x42\x01s" + kCode + "\x44\x01p" +
                                     kCode +
                                     "\x26\x01\xaf"
                                     "ab");
  EXPECT_TRUE(kept.units[0].key);
  EXPECT_FALSE(kept.units[0].damaged);
}

TEST(Rtp, LengthsThatDoNotFitAreRefused) {
  const auto parse = [](const std::string& bytes) {
    return parse_rtp({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
  };
  std::string packet = rtp(1, 2, false, "ab");
  EXPECT_TRUE(parse(packet));
  EXPECT_FALSE(parse(packet.substr(0, 11)));
  packet[0] = static_cast<char>(0x8f);  // 15 CSRCs
  EXPECT_FALSE(parse(packet));
  packet[0] = static_cast<char>(0xa0);  // padding of 'b' = 98 bytes
  EXPECT_FALSE(parse(packet));
  packet[0] = static_cast<char>(0x90);  // an extension
  EXPECT_FALSE(parse(packet));
  packet[0] = 0x40;
  EXPECT_FALSE(parse(packet));
}

// From real encoders: sizes, keyframes, and damage that lasts until the next sound keyframe.
class RealStream : public testing::TestWithParam<const char*> {};

struct IntoPackets final : UnitSink {
  explicit IntoPackets(const VideoTrack& track) : packets(track) {}
  void unit(const AccessUnit& u) override {
    if (auto packet = packets.take(u)) out.push_back(std::move(*packet));
  }
  UnitPackets packets;
  std::vector<Packet> out;
};

TEST_P(RealStream, DamageLastsUntilTheNextSoundKeyframe) {
  const bool h265 = std::string(GetParam()) == "libx265";
  const auto encoded = encode_pattern(GetParam(), 320, 240, 20, 10);
  ASSERT_EQ(encoded.units.size(), 20U) << "is ffmpeg installed (./dev setup does)?";
  const auto description = parse_sdp(encoded.sdp);
  ASSERT_TRUE(description.ok());
  AccessUnits units(description->video.codec);
  IntoPackets sink(description->video);
  std::uint16_t sequence = 0;
  for (std::size_t i = 0; i < encoded.units.size(); ++i) {
    const std::string frames =
        frames_of(encoded.units[i], h265, static_cast<std::uint32_t>(i * 3600), sequence);
    for (std::size_t at = 0, n = 0; at < frames.size(); ++n) {
      const auto size = static_cast<std::size_t>(static_cast<std::uint8_t>(frames[at + 2])) << 8U |
                        static_cast<std::uint8_t>(frames[at + 3]);
      const ByteView frame(reinterpret_cast<const std::uint8_t*>(frames.data()) + at + 4, size);
      if (!(i == 4 && n == 0)) units.push(*parse_rtp(frame), sink);  // picture 4 loses its first
      at += 4 + size;
    }
  }
  ASSERT_GE(sink.out.size(), 19U);
  EXPECT_EQ(sink.packets.stream().codec->width, 320);
  EXPECT_EQ(sink.packets.stream().codec->height, 240);
  EXPECT_EQ(sink.packets.generation(), 1U);
  EXPECT_TRUE(sink.out.front().key);
  for (const Packet& packet : sink.out) {
    const auto picture = packet.media.count / 40'000;
    EXPECT_EQ(packet.damaged, picture >= 4 && picture < 10) << picture;
    EXPECT_EQ(packet.key, picture % 10 == 0) << picture;
  }
}

INSTANTIATE_TEST_SUITE_P(Codecs, RealStream, testing::Values("libx264", "libx265"));

}  // namespace
}  // namespace xunjie::watch::receive
