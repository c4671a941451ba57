// The parts of RTSP without any socket: addresses, messages, sign-in, session descriptions.
#include <gtest/gtest.h>

#include "watch/capture.h"
#include "watch/receive/authentication.h"
#include "watch/receive/link.h"
#include "watch/receive/multipart.h"
#include "watch/receive/rtsp_message.h"
#include "watch/receive/rtsp_url.h"
#include "watch/receive/sdp.h"

namespace xunjie::watch::receive {
namespace {

TEST(RtspUrl, IsTakenApartAndHidesCredentials) {
  const auto url = parse_rtsp_url("rtsp://ad%40min:p%2Fa:ss@10.1.2.3:8554/ch/1?sub=1#x");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->user, "ad@min");
  EXPECT_EQ(url->password, "p/a:ss");
  EXPECT_EQ(url->host, "10.1.2.3");
  EXPECT_EQ(url->port, "8554");
  EXPECT_EQ(url->request, "rtsp://10.1.2.3:8554/ch/1?sub=1");
  const auto six = parse_rtsp_url("rtsps://[fe80::1]/a");
  ASSERT_TRUE(six.ok());
  EXPECT_TRUE(six->tls);
  EXPECT_EQ(six->host, "fe80::1");
  EXPECT_EQ(six->port, "322");
  EXPECT_EQ(parse_rtsp_url("rtsp://host")->request, "rtsp://host/");
}

TEST(RtspUrl, UnusableOnesAreRefusedWithTheField) {
  for (const char* url :
       {"http://h/", "rtsp://", "rtsp://:554/", "rtsp://h:0/", "rtsp://h:70000/", "rtsp://h:5x/",
        "rtsp://h/a b", "rtsp://u%0d%0aX:p@h/", "rtsp://[::1/", "rtsp://h/\r\nEvil: 1"}) {
    const auto parsed = parse_rtsp_url(url);
    ASSERT_FALSE(parsed.ok()) << url;
    EXPECT_EQ(parsed.error().field, "source");
  }
}

TEST(RtspUrl, ControlAddressesAreResolved) {
  EXPECT_EQ(resolve_address("rtsp://h/live", "track1"), "rtsp://h/live/track1");
  EXPECT_EQ(resolve_address("rtsp://h/live/", "track1"), "rtsp://h/live/track1");
  EXPECT_EQ(resolve_address("rtsp://h/live", "/other"), "rtsp://h/other");
  EXPECT_EQ(resolve_address("rtsp://h/live", "*"), "rtsp://h/live");
  EXPECT_EQ(resolve_address("rtsp://h/live", "rtsp://g/x"), "rtsp://g/x");
}

TEST(RtspUrl, WhereWeAreSentKeepsCredentialsOnTheSameHostOnly) {
  const auto from = parse_rtsp_url("rtsp://u:p@cam/a");
  EXPECT_EQ(moved_url(*from, "rtsp://cam/b")->password, "p");
  EXPECT_EQ(moved_url(*from, "rtsp://elsewhere/b")->password, "");
  EXPECT_FALSE(moved_url(*from, "http://cam/b").ok());
  EXPECT_FALSE(moved_url(*parse_rtsp_url("rtsps://cam/a"), "rtsp://cam/b").ok());
}

TEST(RtspMessage, ReadsAnAnswerAndSaysHowLongItIs) {
  const std::string text =
      "RTSP/1.0 200 OK\r\nCSeq: 3\r\nX-Long: a\r\n  b\r\nContent-Length: 4\r\n\r\nbodyREST";
  RtspMessage message;
  const auto used = parse_rtsp_message(text, message);
  ASSERT_TRUE(used.ok() && *used);
  EXPECT_EQ(**used, text.size() - 4);
  EXPECT_EQ(message.status, 200);
  EXPECT_EQ(message.header("cseq"), "3");
  EXPECT_EQ(message.header("x-long"), "a b");
  EXPECT_EQ(message.body, "body");
  for (std::size_t cut = 0; cut < text.size() - 4; ++cut) {
    const auto part = parse_rtsp_message(text.substr(0, cut), message);
    ASSERT_TRUE(part.ok()) << cut;
    EXPECT_FALSE(part->has_value()) << cut;
  }
}

TEST(RtspMessage, RefusesWhatIsNoneOrTooLong) {
  RtspMessage message;
  EXPECT_EQ(parse_rtsp_message("HTTP/1.1 200 OK\r\n\r\n", message).error().code,
            ErrorCode::corrupt);
  EXPECT_FALSE(parse_rtsp_message("RTSP/1.0 abc\r\n\r\n", message).ok());
  EXPECT_FALSE(parse_rtsp_message("RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n", message).ok());
  EXPECT_EQ(parse_rtsp_message("RTSP/1.0 200 OK\r\nContent-Length: 99999999\r\n\r\n", message)
                .error()
                .code,
            ErrorCode::too_large);
  EXPECT_EQ(parse_rtsp_message("RTSP/1.0 200 OK\r\nA: " + std::string(kMaxHead, 'a'), message)
                .error()
                .code,
            ErrorCode::too_large);
}

// The worked example of RFC 7616, 3.9.1.
TEST(Authentication, AnswersAsTheStandardsExample) {
  const std::string offer =
      "realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm=%s, "
      "nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", "
      "opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"";
  const auto answer = [&](const std::string& algorithm) {
    Authentication authentication("Mufasa", "Circle of Life");
    authentication.set_client_nonce("f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ");
    std::string text = "Digest " + offer;
    text.replace(text.find("%s"), 2, algorithm);
    EXPECT_TRUE(authentication.challenged(parse_challenges(text)).ok());
    return authentication.answer("GET", "/dir/index.html");
  };
  EXPECT_NE(answer("MD5").find("response=\"8ca523f5e9506fed4657c9700eebdbec\""), std::string::npos);
  EXPECT_NE(answer("SHA-256").find(
                "response=\"753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1\""),
            std::string::npos);
}

TEST(Authentication, TakesTheStrongestAndGivesUpOnARefusedPassword) {
  Authentication authentication("u", "p");
  const auto offers = parse_challenges(
      "Basic realm=\"a\", Digest realm=\"a, \\\"b\\\"\", nonce=\"1\", Digest realm=\"a\", "
      "nonce=\"2\", algorithm=SHA-256, qop=\"auth\"");
  ASSERT_EQ(offers.size(), 3U);
  EXPECT_EQ(offers[1].realm, "a, \"b\"");
  ASSERT_TRUE(authentication.challenged(offers).ok());
  EXPECT_NE(authentication.answer("PLAY", "x").find("algorithm=SHA-256"), std::string::npos);
  EXPECT_EQ(authentication.challenged(offers).error().code, ErrorCode::unauthenticated);
  authentication.accepted();
  EXPECT_TRUE(authentication.challenged(offers).ok()) << "an outdated nonce is no refusal";
}

TEST(Authentication, NeedsCredentialsAndAKnownScheme) {
  Authentication none("", "");
  EXPECT_FALSE(none.challenged(parse_challenges("Basic realm=\"a\"")).ok());
  Authentication some("u", "secret");
  const auto refused = some.challenged(parse_challenges("Negotiate"));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().message.find("secret"), std::string::npos);
  EXPECT_FALSE(some.challenged(parse_challenges("Digest nonce=\"1\", qop=\"auth-int\"")).ok());
}

TEST(Sdp, FindsTheVideoTrackWithItsParameterSets) {
  const auto parsed = parse_sdp(
      "v=0\r\na=control:rtsp://h/all\r\nm=audio 0 RTP/AVP 8\r\na=control:a\r\n"
      "m=video 0 RTP/AVP 97 98\r\na=rtpmap:97 H264/90000\r\na=framerate:12.5\r\n"
      "a=fmtp:97 packetization-mode=1; sprop-parameter-sets=Z0I=,aM4=;profile-level-id=42\r\n"
      "a=control:trackID=2\r\n");
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->control, "rtsp://h/all");
  EXPECT_EQ(parsed->video.payload_type, 97);
  EXPECT_EQ(parsed->video.control, "trackID=2");
  EXPECT_EQ(parsed->video.fps, 12.5);
  const std::vector<std::uint8_t> sets{0, 0, 0, 1, 0x67, 0x42, 0, 0, 0, 1, 0x68, 0xce};
  EXPECT_EQ(parsed->video.parameter_sets, sets);
}

TEST(Sdp, SaysWhatIsWrong) {
  EXPECT_EQ(parse_sdp("<html>").error().code, ErrorCode::corrupt);
  EXPECT_EQ(parse_sdp("v=0\nm=audio 0 RTP/AVP 8\n").error().code, ErrorCode::unavailable);
  const auto other = parse_sdp("v=0\nm=video 0 RTP/AVP 26\n");
  EXPECT_EQ(other.error().field, "codec");
  EXPECT_TRUE(wants_libav(other.error()));
}

TEST(Multipart, TakesPartsHoweverTheyAreWritten) {
  const std::string with_length =
      "--b\r\nContent-Type: image/jpeg\r\nContent-Length: 3\r\n\r\none\r\n";
  const std::string without = "--b\nContent-Type: image/jpeg\n\ntwo\r\n--b\r\n\r\n";
  const std::string text = "preamble\r\n" + with_length + without;
  for (const std::size_t step : {1UL, 7UL, text.size()}) {
    for (const char* boundary : {"b", "--b"}) {
      Multipart parser(boundary, 1000);
      std::vector<std::string> parts;
      for (std::size_t at = 0; at < text.size(); at += step)
        ASSERT_TRUE(parser
                        .feed(std::string_view(text).substr(at, step),
                              [&](std::string_view body) { parts.emplace_back(body); })
                        .ok());
      EXPECT_EQ(parts, (std::vector<std::string>{"one", "two"})) << step << boundary;
    }
  }
  EXPECT_EQ(boundary_of("multipart/x-mixed-replace; boundary=\"a b\""), "a b");
  EXPECT_EQ(boundary_of("image/jpeg"), std::nullopt);
}

TEST(Multipart, IsBounded) {
  const auto ignore = [](std::string_view) {};
  Multipart announced("b", 100);
  EXPECT_EQ(announced.feed("--b\r\nContent-Length: 101\r\n\r\n", ignore).error().code,
            ErrorCode::too_large);
  Multipart endless("b", 100);
  ASSERT_TRUE(endless.feed("--b\r\n\r\n", ignore).ok());
  EXPECT_FALSE(endless.feed(std::string(20000, 'x'), ignore).ok());
  Multipart lost("b", 1 << 20);
  EXPECT_EQ(lost.feed(std::string(10000, 'x'), ignore).error().code, ErrorCode::corrupt);
}

TEST(Multipart, ReadsAJpegsSize) {
  const std::string head("\xff\xd8\xff\xe0\x00\x04zz\xff\xc0\x00\x11\x08\x02\x40\x02\xc0\x03", 18);
  const auto size = jpeg_size(head);
  ASSERT_TRUE(size);
  EXPECT_EQ(size->width, 704);
  EXPECT_EQ(size->height, 576);
  for (std::size_t cut = 0; cut + 2 < head.size(); ++cut)
    EXPECT_FALSE(jpeg_size(head.substr(0, cut).substr(0, cut > 15 ? 15 : cut)));
  EXPECT_FALSE(jpeg_size("GIF89a"));
}

TEST(Capture, NoAddressShowsItsCredentials) {
  EXPECT_EQ(shown_url("rtsp://u:p@h:1/a?token=x"), "rtsp://h:1/a");
  EXPECT_EQ(told_of({.code = ErrorCode::unauthenticated}), "视频源拒绝登录，请核对用户名和密码");
}

}  // namespace
}  // namespace xunjie::watch::receive
