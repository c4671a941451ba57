// Many sources on one thread: opening, losing, coming back, leaving.
#include "watch/receive/reactor.h"

#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "watch/receive/opening_gate.h"
#include "watch/receive/rtsp_server_testing.h"

namespace xunjie::watch::receive {
namespace {

class Camera final : public Follower {
 public:
  void packet(Packet packet, const StreamInfo&, bool opened) override {
    const std::lock_guard lock(mutex_);
    ++packets;
    keys += packet.key ? 1 : 0;
    openings += opened ? 1 : 0;
    changed_.notify_all();
  }
  bool lost(const Error& error) override {
    const std::lock_guard lock(mutex_);
    errors.push_back(error);
    changed_.notify_all();
    return again;
  }
  void clock_offset(Micros) override {}
  bool wait(const std::function<bool()>& until) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(20), until);
  }

  bool again = true;
  int packets = 0, keys = 0, openings = 0;
  std::vector<Error> errors;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
};

Script pattern_script() {
  static const Encoded encoded = encode_pattern("libx264", 320, 240, 10, 5);
  EXPECT_FALSE(encoded.units.empty()) << "is ffmpeg installed (./dev setup does)?";
  Script script;
  script.sdp = encoded.sdp;
  std::uint16_t sequence = 1;
  std::uint32_t time = 0;
  for (const auto& unit : encoded.units)
    script.media.push_back(frames_of(unit, false, time += 3600, sequence));
  return script;
}

ReactorOptions quick() {
  ReactorOptions out;
  out.tick = millis(5);
  out.first_retry = millis(20);
  out.last_retry = millis(100);
  return out;
}

TEST(Reactor, ReceivesManySourcesAtOnce) {
  ScriptedServer server(pattern_script());
  Reactor reactor(quick());
  std::deque<Camera> cameras(40);
  std::vector<std::uint64_t> sources;
  for (auto& camera : cameras) sources.push_back(*reactor.follow(server.url(), camera));
  for (auto& camera : cameras) {
    EXPECT_TRUE(camera.wait([&] { return camera.packets == 10; }));
    EXPECT_EQ(camera.keys, 2);
    EXPECT_EQ(camera.openings, 1);
  }
  EXPECT_EQ(server.connections(), 40);
  for (const auto source : sources) reactor.leave(source);
}

TEST(Reactor, ALostSourceIsTriedAgainAndOthersDoNotNotice) {
  Script script = pattern_script();
  script.hang_up = true;
  ScriptedServer flaky(script), steady(pattern_script());
  Reactor reactor(quick());
  Camera lost, held;
  const auto one = *reactor.follow(flaky.url(), lost), two = *reactor.follow(steady.url(), held);
  EXPECT_TRUE(lost.wait([&] { return lost.openings >= 3 && lost.errors.size() >= 2; }));
  EXPECT_TRUE(held.wait([&] { return held.packets == 10; }));
  EXPECT_TRUE(held.errors.empty());
  reactor.leave(one);
  reactor.leave(two);
}

TEST(Reactor, WhoWantsNoMoreIsLeftAlone) {
  Script script = pattern_script();
  script.udp_only = true;
  ScriptedServer server(script);
  Reactor reactor(quick());
  Camera camera, other;
  camera.again = false;
  const auto source = *reactor.follow(server.url(), camera);
  EXPECT_TRUE(camera.wait([&] { return !camera.errors.empty(); }));
  EXPECT_TRUE(wants_libav(camera.errors[0]));
  // A second source that fails thrice shows that the first had its chance to be tried again.
  const auto second = *reactor.follow(server.url(), other);
  EXPECT_TRUE(other.wait([&] { return other.errors.size() >= 3; }));
  EXPECT_EQ(camera.errors.size(), 1U);
  reactor.leave(source);
  reactor.leave(second);
}

TEST(Reactor, ANameThatIsNotKnownIsAnErrorLikeAnyOther) {
  Reactor reactor(quick());
  Camera camera;
  const auto source = *reactor.follow("rtsp://no-such-host.invalid/1", camera);
  EXPECT_TRUE(camera.wait([&] { return !camera.errors.empty(); }));
  EXPECT_EQ(camera.errors[0].code, ErrorCode::unavailable);
  reactor.leave(source);
  EXPECT_EQ(reactor.follow("rtsp://", camera).error().code, ErrorCode::invalid_argument);
}

TEST(Reactor, RedirectsAndSignInWorkAsForOneSource) {
  Script script = pattern_script();
  script.user = "u";
  script.password = "p";
  script.sha256 = true;
  ScriptedServer there(script);
  Script sends_on;
  sends_on.redirect = there.url();
  ScriptedServer here(sends_on);
  Reactor reactor(quick());
  Camera camera;
  const auto source = *reactor.follow(here.url("u:p"), camera);
  EXPECT_TRUE(camera.wait([&] { return camera.packets == 10; }));
  EXPECT_TRUE(camera.errors.empty());
  reactor.leave(source);
}

TEST(Reactor, SessionsAreKeptAlive) {
  Script script = pattern_script();
  script.session = "Session: 7;timeout=2";
  ScriptedServer server(script);
  Reactor reactor(quick());
  Camera camera;
  const auto source = *reactor.follow(server.url(), camera);
  EXPECT_TRUE(server.await("GET_PARAMETER", 2));
  EXPECT_TRUE(camera.errors.empty());
  reactor.leave(source);
  EXPECT_TRUE(server.await("TEARDOWN", 1));
}

TEST(OpeningGate, HoldsBothBounds) {
  OpeningGate gate(3, 2);
  EXPECT_TRUE(gate.enter("a"));
  EXPECT_TRUE(gate.enter("a"));
  EXPECT_FALSE(gate.enter("a")) << "two of one host";
  EXPECT_TRUE(gate.enter("b"));
  EXPECT_FALSE(gate.enter("c")) << "three in all";
  gate.leave("a");
  EXPECT_TRUE(gate.enter("c"));
  EXPECT_FALSE(gate.enter("a"));
}

}  // namespace
}  // namespace xunjie::watch::receive
