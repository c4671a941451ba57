#include "watch/vehicle/nmea.h"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace xunjie::watch::vehicle {
namespace {

constexpr std::size_t kMaxLine = 128;  // the standard says 82; makers add fields
constexpr double kMpsPerKnot = 1852.0 / 3600;
constexpr double kMaxSpeedMps = 100;
constexpr std::int64_t kDayMicros = 86'400'000'000;

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

std::optional<int> digits(std::string_view text) {
  int value = 0;
  if (text.empty() || text.front() == '-') return std::nullopt;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole ? std::optional(value) : std::nullopt;
}

// An empty field is "not said"; anything else must be a number within the limits.
struct Field {
  bool sound = true;
  std::optional<double> value;
};
Field optional_number(std::string_view text, double least, double most) {
  if (text.empty()) return {};
  const auto value = number(text);
  return {value && *value >= least && *value <= most, value};
}

// "hhmmss" or "hhmmss.sss" → microseconds of the day.
std::optional<std::int64_t> time_of_day(std::string_view text) {
  if (text.size() < 6 || text.size() > 13) return std::nullopt;
  const auto h = digits(text.substr(0, 2)), m = digits(text.substr(2, 2));
  const auto s = number(text.substr(4));
  if (!h || !m || !s || *h > 23 || *m > 59 || *s < 0 || *s >= 61) return std::nullopt;
  return (*h * 3600LL + *m * 60LL) * 1'000'000 + std::llround(*s * 1e6);
}

// "ddmmyy" → days since 1970. Two-digit years are 2000 to 2099.
std::optional<std::int64_t> day_of(std::string_view text) {
  if (text.size() != 6) return std::nullopt;
  const auto d = digits(text.substr(0, 2)), m = digits(text.substr(2, 2));
  const auto y = digits(text.substr(4, 2));
  if (!d || !m || !y) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{2000 + *y},
                                         std::chrono::month{static_cast<unsigned>(*m)},
                                         std::chrono::day{static_cast<unsigned>(*d)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days(date).time_since_epoch().count();
}

// "ddmm.mmm" with its hemisphere letter → degrees.
std::optional<double> angle(std::string_view text, std::string_view hemisphere, int degree_digits,
                            std::string_view letters) {
  const auto whole = static_cast<std::size_t>(degree_digits);
  if (text.size() < whole + 2 || hemisphere.size() != 1) return std::nullopt;
  const auto degrees = digits(text.substr(0, whole));
  const auto minutes = number(text.substr(whole));
  const auto sign = letters.find(hemisphere.front());
  if (!degrees || !minutes || *minutes < 0 || *minutes >= 60 || sign == std::string_view::npos)
    return std::nullopt;
  const double value = *degrees + *minutes / 60;
  if (value > (degree_digits == 2 ? 90 : 180)) return std::nullopt;
  return sign == 0 ? value : -value;
}

std::optional<domain::LonLat> position(std::string_view lat, std::string_view north,
                                       std::string_view lon, std::string_view east) {
  const auto y = angle(lat, north, 2, "NS"), x = angle(lon, east, 3, "EW");
  if (!x || !y) return std::nullopt;
  return domain::LonLat{*x, *y};
}

bool known_talker(std::string_view talker) {
  for (const std::string_view known : {"GP", "GN", "BD", "GB", "GL", "GA"}) {
    if (talker == known) return true;
  }
  return false;
}

int hex(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// What lies between '$' and '*', when the checksum holds.
std::optional<std::string_view> checked(std::string_view line) {
  const auto star = line.rfind('*');
  if (line.empty() || line.front() != '$' || star == std::string_view::npos) return std::nullopt;
  if (line.size() != star + 3) return std::nullopt;
  int sum = 0;
  for (const char c : line.substr(1, star - 1)) sum ^= static_cast<unsigned char>(c);
  if (hex(line[star + 1]) * 16 + hex(line[star + 2]) != sum) return std::nullopt;
  return line.substr(1, star - 1);
}

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> fields;
  while (true) {
    const auto comma = text.find(',');
    fields.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return fields;
    text.remove_prefix(comma + 1);
  }
}

// N: not valid, E: estimated, S: simulated. Nothing that was not measured becomes a place.
bool measured(std::string_view mode) {
  return mode.empty() || (mode != "N" && mode != "E" && mode != "S");
}

}  // namespace

void NmeaReader::feed(std::string_view bytes, std::vector<Fix>& out) {
  for (const char c : bytes) take(c, out);
}

void NmeaReader::take(char c, std::vector<Fix>& out) {
  if (c == '\r' || c == '\n') {
    line(out);
    return;
  }
  if (c == '$' && !buffer_.empty()) line(out);  // the end of the line before was lost
  if (overlong_) return;
  buffer_ += c;
  overlong_ = buffer_.size() > kMaxLine;
}

void NmeaReader::line(std::vector<Fix>& out) {
  if (buffer_.empty()) return;
  const std::string text = std::exchange(buffer_, {});
  ++counts_.lines;
  const auto body = std::exchange(overlong_, false) ? std::nullopt : checked(text);
  if (!body) {
    ++counts_.bad;
    return;
  }
  const Fields fields = split(*body);
  const std::string_view name = fields.front();
  const bool ours = name.size() == 5 && known_talker(name.substr(0, 2));
  const std::string_view kind = ours ? name.substr(2) : std::string_view();
  if (kind != "RMC" && kind != "GGA" && kind != "VTG") {
    ++counts_.unused;
    return;
  }
  const bool sound = kind == "RMC"   ? rmc(fields, out)
                     : kind == "GGA" ? gga(fields, out)
                                     : vtg(fields);
  if (!sound) ++counts_.bad;
}

// $--RMC,time,status,lat,N,lon,E,knots,course,ddmmyy,variation,E[,mode[,status]]
bool NmeaReader::rmc(const Fields& f, std::vector<Fix>& out) {
  if (f.size() < 10) return false;
  const auto time = time_of_day(f[1]);
  const auto day = day_of(f[9]);
  const Field knots = optional_number(f[7], 0, kMaxSpeedMps / kMpsPerKnot);
  const Field course = optional_number(f[8], 0, 360);
  if (!time) return f[1].empty() && f[2] == "V";  // a receiver that has just been switched on
  const bool valid = f[2] == "A" && measured(f.size() > 12 ? f[12] : "");
  const auto where = position(f[3], f[4], f[5], f[6]);
  if (!knots.sound || !course.sound || (f[2] != "A" && f[2] != "V") || (valid && !(where && day)))
    return false;
  begin(*time, out);
  if (day) now_.day = day;
  now_.refused = now_.refused || !valid;
  if (!valid) return true;
  now_.position = where;
  if (knots.value) now_.speed_mps = *knots.value * kMpsPerKnot;
  now_.course_deg = course.value;
  return true;
}

// $--GGA,time,lat,N,lon,E,quality,satellites,hdop,…
bool NmeaReader::gga(const Fields& f, std::vector<Fix>& out) {
  if (f.size() < 10) return false;
  const auto time = time_of_day(f[1]);
  const auto quality = digits(f[6]);
  const Field hdop = optional_number(f[8], 0, 100);
  if (!time) return f[1].empty() && quality == 0;
  if (!quality || *quality > 8 || !hdop.sound) return false;
  const bool valid = *quality >= 1 && *quality <= 5;  // 6 estimated, 7 by hand, 8 simulated
  const auto where = position(f[2], f[3], f[4], f[5]);
  if (valid && !where) return false;
  begin(*time, out);
  now_.refused = now_.refused || !valid;
  if (valid && !now_.position) now_.position = where;
  if (hdop.value) now_.hdop = *hdop.value;
  return true;
}

// $--VTG,course,T,course,M,knots,N,km/h,K[,mode]; it has no time and belongs to the moment begun.
bool NmeaReader::vtg(const Fields& f) {
  if (f.size() < 9) return false;
  const Field course = optional_number(f[1], 0, 360);
  const Field knots = optional_number(f[5], 0, kMaxSpeedMps / kMpsPerKnot);
  if (!course.sound || !knots.sound) return false;
  if (now_.time_of_day < 0 || !measured(f.size() > 9 ? f[9] : "")) return true;
  if (!now_.course_deg) now_.course_deg = course.value;
  if (!now_.speed_mps && knots.value) now_.speed_mps = *knots.value * kMpsPerKnot;
  return true;
}

void NmeaReader::begin(std::int64_t time, std::vector<Fix>& out) {
  if (time == now_.time_of_day) return;
  flush(out);
  now_.time_of_day = time;
}

void NmeaReader::flush(std::vector<Fix>& out) {
  const Moment moment = std::exchange(now_, {});
  if (moment.time_of_day < 0) return;
  if (moment.day) {
    day_ = moment.day;
  } else if (day_ && moment.time_of_day < day_time_ - kDayMicros / 2) {
    day_ = *day_ + 1;
  }
  day_time_ = moment.time_of_day;
  if (moment.refused || !moment.position) {
    ++counts_.no_fix;
  } else if (!day_) {
    ++counts_.undated;
  } else {
    out.push_back({UtcMicros{*day_ * kDayMicros + moment.time_of_day}, *moment.position,
                   moment.speed_mps, moment.course_deg, moment.hdop, false});
  }
}

void NmeaReader::finish(std::vector<Fix>& out) {
  if (!buffer_.empty()) {
    ++counts_.lines;
    ++counts_.bad;
    buffer_.clear();
    overlong_ = false;
  }
  flush(out);
}

}  // namespace xunjie::watch::vehicle
