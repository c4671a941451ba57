#include "watch/vehicle/test_car.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <fstream>

#include "watch/test_video.h"
#include "watch/vehicle/mounting.h"

extern "C" {
#include <libavformat/avformat.h>
}

namespace xunjie::watch::vehicle {
namespace {

constexpr int kBits = 9, kSquare = 16;
constexpr int kWidth = 320, kHeight = 240;
using std::chrono::steady_clock;

std::int64_t steady_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(
             steady_clock::now().time_since_epoch())
      .count();
}

// Waits for a moment of a recording, which is the test's subject and no guess; false: stopped.
bool wait_until(std::int64_t us, const std::atomic<bool>& stop) {
  while (!stop && steady_us() < us)
    std::this_thread::sleep_for(
        std::chrono::microseconds(std::min<std::int64_t>(20'000, us - steady_us() + 1)));
  return !stop;
}

bool send_all(int socket, const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const auto n = ::send(socket, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
    if (n <= 0) return false;
    sent += static_cast<std::size_t>(n);
  }
  return true;
}

std::string angle(double value, int degree_digits) {
  const double degrees = std::floor(value);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%0*d%09.6f", degree_digits, static_cast<int>(degrees),
                (value - degrees) * 60);
  return text.data();
}

}  // namespace

double Road::speed(double t) const {
  return t < parked_s || t >= parked_s + moving_s ? 0 : mps;
}

double Road::way(double t) const {
  return mps * std::clamp(t - parked_s, 0.0, moving_s);
}

bool write_drive(const std::string& path, double seconds) {
  const TestVideo video{
      .width = kWidth, .height = kHeight, .fps = kCarFps, .gop = 10, .seconds = seconds};
  return write_video(path, video, [](cv::Mat& frame, double t) {
    const int number = static_cast<int>(std::lround(t * kCarFps));
    // The first square is white and the second black, so that there is something to tell them by.
    for (int i = 0; i < kBits + 2; ++i) {
      const bool white = i == 0 || (i > 1 && (number >> (i - 2)) % 2 == 1);
      frame(cv::Rect(i * kSquare, 0, kSquare, kSquare)).setTo(white ? 235 : 20);
    }
  });
}

std::optional<int> number_in(const ports::PictureView& picture) {
  const auto bright = [&](int i) {
    const auto* row = picture.bgr + picture.row_bytes * (kSquare / 2);
    return row[(i * kSquare + kSquare / 2) * 3] > 128;
  };
  if (picture.width != kWidth || !bright(0) || bright(1)) return std::nullopt;
  int number = 0;
  for (int i = 0; i < kBits; ++i) number |= bright(i + 2) ? 1 << i : 0;
  return number;
}

StallDetector::StallDetector(const Road& road, Metres2 where) : road_(road), where_(where) {
  info_.name = "stall";
  info_.classes = {{"stall",
                    ports::ClassMeaning::violation,
                    {domain::ViolationKindId("street_vending")},
                    false}};
}

Result<std::vector<std::vector<ports::Detection>>> StallDetector::detect(
    std::span<const ports::DetectorAsk> asks) {
  std::vector<std::vector<ports::Detection>> out;
  for (const auto& ask : asks) {
    ++asked;
    out.emplace_back();
    const auto number = number_in(ask.picture);
    if (!number || !there) continue;
    Pose pose;
    pose.position = {0, road_.way(static_cast<double>(*number) / kCarFps)};
    pose.heading_deg = 0;
    const auto view = View::of(kCarMounting, pose, static_cast<double>(kWidth) / kHeight);
    const auto foot = view->picture(where_), top = view->picture(where_, 1.2);
    if (!foot || !top || foot->x < 0.05 || foot->x > 0.95 || foot->y >= 1) continue;
    const bool asked_here = foot->x >= ask.region.x && foot->x <= ask.region.x + ask.region.w;
    if (!asked_here) continue;
    out.back().push_back({{foot->x - 0.03, top->y, 0.06, foot->y - top->y}, 0, 0.9});
  }
  return out;
}

CarVideo::CarVideo(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  const std::string bytes{std::istreambuf_iterator<char>(file), {}};
  AVFormatContext* format = nullptr;
  AVPacket* packet = av_packet_alloc();
  if (avformat_open_input(&format, path.c_str(), nullptr, nullptr) >= 0) {
    std::size_t done = 0;
    double last = 0;
    std::optional<double> first;
    while (av_read_frame(format, packet) >= 0) {
      const auto from = static_cast<std::size_t>(std::max<std::int64_t>(0, packet->pos));
      const double at = static_cast<double>(packet->pts) *
                        av_q2d(format->streams[packet->stream_index]->time_base);
      if (!first) first = at;
      if (from > done) pieces_.push_back({last, bytes.substr(done, from - done)});
      done = std::max(done, from);
      last = at - *first;
      av_packet_unref(packet);
    }
    pieces_.push_back({last, bytes.substr(done)});
    avformat_close_input(&format);
  }
  av_packet_free(&packet);
  thread_ = std::thread([this] { serve(); });
}

CarVideo::~CarVideo() {
  stop_ = true;
  listener_.wake();
  thread_.join();
}

std::optional<double> CarVideo::age() const {
  const std::int64_t begun = begun_us_;
  if (begun == 0) return std::nullopt;
  return static_cast<double>(steady_us() - begun) / 1e6;
}

void CarVideo::serve() {
  while (!stop_) {
    const int caller = listener_.accept();
    if (caller < 0) return;
    const std::int64_t begun = steady_us();
    std::int64_t never = 0;
    begun_us_.compare_exchange_strong(never, begun);
    for (const Piece& piece : pieces_) {
      if (!wait_until(begun + static_cast<std::int64_t>(piece.at * 1e6), stop_)) break;
      if (!send_all(caller, piece.bytes)) break;
    }
    ::close(caller);
  }
}

CarReceiver::CarReceiver(const Road& road, const CarVideo& video, int port)
    : road_(road), video_(video), listener_(port), thread_([this] { serve(); }) {}

CarReceiver::~CarReceiver() {
  stop_ = true;
  listener_.wake();
  thread_.join();
}

std::string CarReceiver::sentence() {
  const double age = video_.age().value_or(0);
  if (held) held_s_ = age;
  const double t = age - held_s_;
  const auto now = std::chrono::system_clock::now() +
                   std::chrono::milliseconds(static_cast<std::int64_t>(ahead_s * 1000));
  const std::time_t whole =
      std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(now));
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(
                      now - std::chrono::floor<std::chrono::seconds>(now))
                      .count();
  std::tm utc{};
  ::gmtime_r(&whole, &utc);
  const auto p = Plane(kRoadBegin).to_world({0, road_.way(t)});
  std::array<char, 160> body{};
  std::snprintf(body.data(), body.size(),
                "GPRMC,%02d%02d%02d.%03d,%c,%s,N,%s,E,%.2f,0.0,%02d%02d%02d,,", utc.tm_hour,
                utc.tm_min, utc.tm_sec, static_cast<int>(ms), no_fix ? 'V' : 'A',
                angle(p.lat, 2).c_str(), angle(p.lon, 3).c_str(), road_.speed(t) * 3600 / 1852,
                utc.tm_mday, utc.tm_mon + 1, utc.tm_year % 100);
  int sum = 0;
  for (const char* c = body.data(); *c != 0; ++c) sum ^= static_cast<unsigned char>(*c);
  std::array<char, 8> check{};
  std::snprintf(check.data(), check.size(), "*%02X\r\n", sum);
  return "$" + std::string(body.data()) + check.data();
}

void CarReceiver::serve() {
  while (!stop_) {
    const int caller = listener_.accept();
    if (caller < 0) return;
    std::int64_t next = steady_us();
    while (wait_until(next, stop_) && send_all(caller, sentence())) {
      ++sent;
      next += 200'000;
    }
    ::close(caller);
  }
}

}  // namespace xunjie::watch::vehicle
