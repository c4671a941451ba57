// From what a receiver writes to where the car was: NMEA, GPX, smoothing, gaps, heading, sockets.
#include "watch/vehicle/track.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmath>
#include <random>
#include <thread>

#include "watch/vehicle/distance_clock.h"
#include "watch/vehicle/gpx.h"
#include "watch/vehicle/nmea.h"
#include "watch/vehicle/track_source.h"

namespace xunjie::watch::vehicle {
namespace {

std::string line(const std::string& body) {
  int sum = 0;
  for (const char c : body) sum ^= static_cast<unsigned char>(c);
  char check[8];
  std::snprintf(check, sizeof check, "*%02X\r\n", sum);
  return "$" + body + check;
}

struct Read {
  std::vector<Fix> fixes;
  NmeaCounts counts;
};
Read read(std::string_view text, std::size_t piece = 7) {
  Read out;
  NmeaReader reader;
  for (; !text.empty(); text.remove_prefix(std::min(piece, text.size())))
    reader.feed(text.substr(0, piece), out.fixes);
  reader.finish(out.fixes);
  out.counts = reader.counts();
  return out;
}

constexpr const char* kPlace = "3116.9500,N,12130.3300,E";

std::string rmc(const std::string& time, const std::string& date = "020326",
                const std::string& motion = "10.0,84.4") {
  return line("GNRMC," + time + ",A," + kPlace + "," + motion + "," + date + ",,,A");
}

TEST(Nmea, ReadsTheExampleOfTheStandard) {
  const auto got = read("$GPRMC,123519,A,4807.038,N,01131.000,E,022.4,084.4,230394,003.1,W*6A\r\n");
  ASSERT_EQ(got.fixes.size(), 1U);
  EXPECT_EQ(to_rfc3339(got.fixes[0].at), "2094-03-23T12:35:19.000Z");  // two-digit years are 20xx
  EXPECT_NEAR(got.fixes[0].position.lat, 48.1173, 1e-9);
  EXPECT_NEAR(got.fixes[0].position.lon, 11.516666667, 1e-9);
  EXPECT_NEAR(*got.fixes[0].speed_mps, 11.5236, 1e-3);
  EXPECT_EQ(got.counts.bad, 0U);
}

TEST(Nmea, OneMomentsSentencesMakeOneFixHoweverTheBytesAreCut) {
  const std::string text = line(std::string("BDGGA,020000.00,") + kPlace + ",1,12,2.5,8,M,8,M,,") +
                           rmc("020000.00") + line("GPVTG,84.4,T,,M,10.0,N,18.5,K,A") +
                           line("GPGSV,1,1,00") + rmc("020001.00");
  for (const std::size_t piece : {1U, 3U, 64U, 4096U}) {
    const auto got = read(text, piece);
    ASSERT_EQ(got.fixes.size(), 2U) << piece;
    EXPECT_EQ(got.fixes[0].hdop, 2.5);
    EXPECT_NEAR(*got.fixes[0].course_deg, 84.4, 1e-9);
    EXPECT_EQ((got.fixes[1].at - got.fixes[0].at).count, 1'000'000);
    EXPECT_EQ(got.counts.unused, 1U);
  }
}

TEST(Nmea, CountsWhatIsWrongAndReadsOn) {
  const std::string good = rmc("020000"), cut = good.substr(0, 30);
  std::string flipped = good;
  flipped[20] = flipped[20] == '1' ? '2' : '1';
  const auto got = read(flipped + std::string(5000, 'x') + "\n" + cut + rmc("020001") +
                        std::string("\x00\xff\x80\n", 4) +
                        line("GNRMC,020002,A,9916.95,N,12130.33,E,1,2,020326,,,A") +
                        line("GNRMC,020003,V,,,,,,,020326,,,N") + rmc("020004") + "$GNRMC,0200");
  ASSERT_EQ(got.fixes.size(), 2U);
  EXPECT_EQ(got.counts.bad, 6U);
  EXPECT_EQ(got.counts.no_fix, 1U);
  EXPECT_EQ(got.counts.lines, 9U);
}

TEST(Nmea, RefusesANumberThatFitsNowhere) {
  const auto got =
      read(line(std::string("GNGGA,020000,") + kPlace + ",4444444444,8,,8,M,,M,,") +
           line(std::string("GNGGA,020001,") + kPlace + ",-1,8,,8,M,,M,,") + rmc("020002"));
  EXPECT_EQ(got.fixes.size(), 1U);
  EXPECT_EQ(got.counts.bad, 2U);
}

TEST(Nmea, NeverTakesAnEstimateForAPlace) {
  EXPECT_TRUE(
      read(line(std::string("GNRMC,020000,A,") + kPlace + ",1,2,020326,,,E")).fixes.empty());
  const auto dead =
      read(line(std::string("GNGGA,020000,") + kPlace + ",6,0,,,M,,M,,") + rmc("020000"));
  EXPECT_TRUE(dead.fixes.empty());
  EXPECT_EQ(dead.counts.no_fix, 1U);
}

TEST(Nmea, CarriesTheDateOverMidnight) {
  const auto gga = [](const std::string& time) {
    return line("GNGGA," + time + "," + kPlace + ",1,12,1,8,M,8,M,,");
  };
  const auto got = read(gga("235957") + rmc("235958") + gga("235959") + gga("000000"));
  EXPECT_EQ(got.counts.undated, 1U);  // before any RMC nobody knows the day
  ASSERT_EQ(got.fixes.size(), 3U);
  EXPECT_EQ(to_rfc3339(got.fixes[2].at), "2026-03-03T00:00:00.000Z");
}

TEST(Gpx, ReadsPointsSegmentsAndExtensions) {
  const auto got = gpx_from_text(R"(<?xml version="1.0"?>
<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1"><trk><trkseg>
<trkpt lat="31.2825" lon="121.5055"><time>2026-03-02T02:00:00Z</time><hdop>1.4</hdop>
<extensions><g:speed xmlns:g="urn:g">7.5</g:speed><g:course xmlns:g="urn:g">90</g:course></extensions></trkpt>
<trkpt lat="91" lon="121.5"><time>2026-03-02T02:00:01Z</time></trkpt>
<trkpt lat="31.2825" lon="121.5056"/></trkseg>
<trkseg><trkpt lat="31.2826" lon="121.5056"><time>2026-03-02T02:00:09.5+00:00</time></trkpt></trkseg>
</trk></gpx>)");
  ASSERT_TRUE(got.ok()) << got.error().message;
  ASSERT_EQ(got->fixes.size(), 2U);
  EXPECT_EQ(got->points, 4U);
  EXPECT_EQ(got->bad, 2U);
  EXPECT_EQ(*got->fixes[0].speed_mps, 7.5);
  EXPECT_EQ(got->fixes[0].hdop, 1.4);
  EXPECT_FALSE(got->fixes[0].after_break);
  EXPECT_TRUE(got->fixes[1].after_break);
}

TEST(Gpx, RefusesEntitiesDepthAndWhatIsNotGpx) {
  const auto message = [](const std::string& text) {
    const auto got = gpx_from_text(text);
    return got.ok() ? std::string("accepted") : got.error().message;
  };
  EXPECT_NE(message("<!DOCTYPE gpx [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><gpx>&a;</gpx>")
                .find("DOCTYPE"),
            std::string::npos);
  std::string deep = "<gpx>";
  for (int i = 0; i < 40; ++i) deep += "<a>";
  EXPECT_NE(message(deep).find("nested"), std::string::npos);
  EXPECT_NE(message("<kml/>").find("<gpx>"), std::string::npos);
  EXPECT_NE(message("<gpx><trk>\n</gpx>").find("line 2"), std::string::npos);
  const auto nested = gpx_from_text(
      "<gpx><trkpt lat='1' lon='2'><trkpt lat='1' lon='2'><time>2026-03-02T02:00:00Z</time>"
      "</trkpt></trkpt></gpx>");
  ASSERT_TRUE(nested.ok());
  EXPECT_EQ(nested->fixes.size() + nested->bad, nested->points);
  EXPECT_NE(message("<gpx/>").find("no track point"), std::string::npos);
}

// A straight drive north-east at 8 m/s with a receiver 8 m off per axis.
std::vector<Fix> drive(const Plane& plane, double seconds_long, unsigned seed, double noise_m = 8) {
  std::mt19937 random(seed);
  std::normal_distribution<double> unit(0, 1);
  const double drift_m = 0.8 * noise_m, white_m = 0.6 * noise_m, keep = std::exp(-1.0 / 30);
  Metres2 drift{drift_m * unit(random), drift_m * unit(random)};
  std::vector<Fix> out;
  for (double t = 0; t <= seconds_long; t += 1) {
    drift =
        drift * keep + Metres2{unit(random), unit(random)} * (drift_m * std::sqrt(1 - keep * keep));
    const Metres2 at =
        towards(45) * (8 * t) + drift + Metres2{unit(random), unit(random)} * white_m;
    Fix fix;
    fix.at = UtcMicros{1'772'416'800'000'000} + seconds(static_cast<std::int64_t>(t));
    fix.position = plane.to_world(at);
    fix.speed_mps = 8 + 0.15 * unit(random);
    fix.course_deg = 45 + unit(random);
    out.push_back(fix);
  }
  return out;
}

TEST(Track, SmoothsTheShapeAndSaysHowSureThePlaceIs) {
  const Plane plane({121.5055, 31.2825});
  double off2 = 0, said2 = 0, shape_off = 0;
  int n = 0;
  for (unsigned seed = 1; seed <= 40; ++seed) {
    const auto fixes = drive(plane, 120, seed);
    const Track track(fixes, plane, {});
    for (double t = 10; t < 110; t += 10) {
      const auto at = [&](double s) {
        return *track.pose_at(fixes.front().at + Micros{static_cast<std::int64_t>(s * 1e6)});
      };
      const Metres2 off = at(t).position - towards(45) * (8 * t);
      off2 += (off.east * off.east + off.north * off.north) / 2;
      said2 += at(t).error_m * at(t).error_m;
      shape_off =
          std::max(shape_off, length(at(t + 3).position - at(t).position - towards(45) * 24));
      EXPECT_NEAR(*at(t).heading_deg, 45, 4);
      ++n;
    }
  }
  EXPECT_LT(std::sqrt(off2 / n), 5.5);  // better than the 8 m it was given
  EXPECT_NEAR(std::sqrt(off2 / n) / std::sqrt(said2 / n), 1, 0.35);  // and honest about it
  EXPECT_LT(shape_off, 1.6);  // over three seconds it is sharp
}

TEST(Track, SaysUnknownInATunnelAndOutsideTheTrack) {
  const Plane plane({121.5055, 31.2825});
  auto fixes = drive(plane, 60, 3);
  const UtcMicros start = fixes.front().at;
  std::erase_if(fixes, [&](const Fix& f) {
    return f.at > start + seconds(20) && f.at < start + seconds(32);
  });
  const Track track(fixes, plane, {});
  EXPECT_TRUE(track.pose_at(start + seconds(20)));
  EXPECT_FALSE(track.pose_at(start + seconds(21)));
  EXPECT_FALSE(track.pose_at(start + seconds(31)));
  EXPECT_TRUE(track.pose_at(start + seconds(33)));
  EXPECT_FALSE(track.pose_at(start - millis(1)));
  EXPECT_FALSE(track.pose_at(start + seconds(61)));
  EXPECT_EQ(track.facts().gaps, 1U);
}

TEST(Track, TheCamerasClockOffsetMovesPoses) {
  const Plane plane({121.5055, 31.2825});
  const auto fixes = drive(plane, 30, 4, 0.1);
  TrackOptions options;
  options.filter.gps_error_m = 0.1;
  options.clock_offset = seconds(5);
  const Track track(fixes, plane, options);
  EXPECT_LT(length(track.pose_at(fixes.front().at + seconds(15))->position - towards(45) * 80),
            0.5);
}

TEST(Track, LeavesOutOutliersAndFixesOutOfOrder) {
  const Plane plane({121.5055, 31.2825});
  auto fixes = drive(plane, 60, 5);
  fixes[30].position = plane.to_world(plane.to_plane(fixes[30].position) + Metres2{300, 0});
  fixes.insert(fixes.begin() + 40, fixes[10]);
  const Track track(fixes, plane, {});
  EXPECT_EQ(track.facts().outliers, 1U);
  EXPECT_EQ(track.facts().out_of_order, 1U);
  EXPECT_LT(length(track.pose_at(fixes.front().at + seconds(30))->position - towards(45) * 240),
            20);
}

TEST(Track, HoldsTheHeadingThroughAStopButNotThroughATurnMadeThere) {
  const Plane plane({121.5055, 31.2825});
  const auto stop_and_go = [&](double after_deg) {
    std::vector<Fix> fixes;
    Metres2 at;
    for (int t = 0; t < 60; ++t) {
      const double speed = t < 20 || t >= 40 ? 8 : 0;
      const double course = t < 30 ? 0 : after_deg;
      at = at + towards(course) * speed;
      Fix fix;
      fix.at = UtcMicros{} + seconds(t);
      fix.position = plane.to_world(at);
      fix.speed_mps = speed;
      fix.course_deg = course;
      fixes.push_back(fix);
    }
    TrackOptions options;
    options.filter.gps_error_m = 1;
    return Track(fixes, plane, options);
  };
  EXPECT_NEAR(std::remainder(*stop_and_go(5).pose_at(UtcMicros{} + seconds(30))->heading_deg, 360),
              0, 6);
  const auto turned = stop_and_go(120).pose_at(UtcMicros{} + seconds(30));
  ASSERT_TRUE(turned);
  EXPECT_FALSE(turned->heading_deg);
}

TEST(DistanceClock, LooksByTheWayAndOnceAMinuteWhenParked) {
  DistanceClock clock({.every_m = 5});
  int looks = 0;
  const auto pass = [&](double t, const std::optional<Pose>& pose) {
    const UtcMicros at{static_cast<std::int64_t>(t * 1e6)};
    if (!clock.due(at, pose)) return;
    clock.looked(at, pose);
    ++looks;
  };
  const auto pose = [](double way) {
    Pose p;
    p.travelled_m = way;
    return p;
  };
  for (double t = 0; t < 100; t += 0.1) pass(t, pose(8 * t));
  EXPECT_NEAR(looks, 143, 2);  // at the first tick (0.8 m) past 5 m, so every 5.6 m
  looks = 0;
  for (double t = 100; t < 3700; t += 0.1) pass(t, pose(800));
  EXPECT_NEAR(looks, 60, 1);
  looks = 0;
  for (double t = 3700; t < 3820; t += 0.1) pass(t, std::nullopt);
  EXPECT_NEAR(looks, 2, 1);
}

TEST(TrackSource, ReadsAStreamUntilItsSenderEndsIt) {
  const int server = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  ASSERT_EQ(::bind(server, reinterpret_cast<sockaddr*>(&address), size), 0);
  ASSERT_EQ(::listen(server, 1), 0);
  ::getsockname(server, reinterpret_cast<sockaddr*>(&address), &size);
  std::thread sender([&] {
    const int peer = ::accept(server, nullptr, nullptr);
    const std::string text = rmc("020000") + rmc("020001") + "$GNRMC,02";
    for (const char c : text) ::send(peer, &c, 1, MSG_NOSIGNAL);
    ::close(peer);
  });
  const std::atomic<bool> never{false};
  const auto got =
      read_track("tcp://127.0.0.1:" + std::to_string(ntohs(address.sin_port)), {}, never);
  sender.join();
  ::close(server);
  ASSERT_TRUE(got.ok()) << got.error().message;
  EXPECT_EQ(got->fixes.size(), 2U);
  EXPECT_EQ(got->nmea.bad, 1U);
}

TEST(TrackSource, NamesWhatIsWrong) {
  const std::atomic<bool> never{false};
  EXPECT_EQ(read_track("/nowhere/x.nmea", {}, never).error().code, ErrorCode::not_found);
  EXPECT_EQ(read_track("http://a/b", {}, never).error().field, "track.source");
  EXPECT_EQ(read_track("tcp://nohost", {}, never).error().code, ErrorCode::invalid_argument);
}

}  // namespace
}  // namespace xunjie::watch::vehicle
