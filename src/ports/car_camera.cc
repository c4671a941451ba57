#include "ports/car_camera.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string_view>

namespace xunjie::ports {
namespace {

constexpr std::size_t kMaxSourceBytes = 300;
constexpr std::string_view kTcp = "tcp://";

Error wrong(const std::string& field, const std::string& message) {
  return make_error(ErrorCode::invalid_argument, field + ": " + message, field);
}

// 0.5, not 0.500000.
std::string shown(double value) {
  std::array<char, 40> text{};
  const auto [end, error] = std::to_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} ? std::string(text.data(), end) : "?";
}

Result<void> within(const std::string& field, double value, double least, double most,
                    const std::string& unit) {
  if (value >= least && value <= most) return {};  // false for NaN as well
  return wrong(field, shown(value) + " 超出范围，应为 " + shown(least) + " 到 " + shown(most) +
                          (unit.empty() ? "" : " " + unit));
}

bool is_port(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  return error == std::errc{} && end == text.data() + text.size() && port >= 1 && port <= 65535;
}

bool is_host(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  const auto in_address = [&](char c) { return plain(c) || c == ':' || c == '%'; };
  if (text.size() > 2 && text.front() == '[' && text.back() == ']')
    return std::all_of(text.begin() + 1, text.end() - 1, in_address);
  return !text.empty() && std::all_of(text.begin(), text.end(), plain);
}

}  // namespace

Result<void> validate(const Mounting& m) {
  XUNJIE_TRY_VOID(within("mounting.height_m", m.height_m, 0.5, 6, "米"));
  XUNJIE_TRY_VOID(within("mounting.yaw_deg", m.yaw_deg, -180, 360, "度"));
  XUNJIE_TRY_VOID(within("mounting.pitch_deg", m.pitch_deg, -20, 60, "度"));
  XUNJIE_TRY_VOID(within("mounting.hfov_deg", m.hfov_deg, 20, 150, "度"));
  XUNJIE_TRY_VOID(within("mounting.forward_m", m.forward_m, -10, 10, "米"));
  return within("mounting.right_m", m.right_m, -3, 3, "米");
}

Result<void> validate(const CarTrack& t) {
  XUNJIE_TRY_VOID(within("track.clock_offset_s", t.clock_offset.seconds(), -86400, 86400, "秒"));
  XUNJIE_TRY_VOID(within("track.gps_error_m", t.gps_error_m, 0.01, 50, "米"));
  return within("track.look_every_m", t.look_every_m, 1, 20, "米");
}

Result<void> validate_track_source(const std::string& source) {
  const std::string field = "track.source";
  const auto form = [&](const std::string& what) {
    return wrong(field, what + "，应为 tcp://主机:端口，例如 tcp://10.0.0.8:10110（NMEA 0183）");
  };
  if (source.size() > kMaxSourceBytes) return form("长于 300 字节");
  if (!source.starts_with(kTcp)) return form("不是 tcp:// 地址");
  const std::string_view address = std::string_view(source).substr(kTcp.size());
  if (address.find('@') != std::string_view::npos) return form("不得带用户名或口令");
  const auto colon = address.rfind(':');
  if (colon == std::string_view::npos || !is_port(address.substr(colon + 1)))
    return form("没有 1 到 65535 的端口");
  if (!is_host(address.substr(0, colon))) return form("主机名不对");
  return {};
}

}  // namespace xunjie::ports
