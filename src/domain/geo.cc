#include "domain/geo.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace xunjie::domain {
namespace {

constexpr double kPi = std::numbers::pi;
constexpr double kEarthRadiusM = 6'371'008.8;
// Krasovsky ellipsoid as used by GCJ-02.
constexpr double kAxisM = 6'378'245.0;
constexpr double kEccentricity2 = 0.00669342162296594323;

constexpr double radians(double degrees) {
  return degrees * kPi / 180;
}
constexpr double degrees(double radians_) {
  return radians_ * 180 / kPi;
}

bool shifted_area(LonLat p) {
  return p.lon >= 72.004 && p.lon <= 137.8347 && p.lat >= 0.8293 && p.lat <= 55.8271;
}

// The published polynomial with its sine terms, in metres; x and y are degrees from 105 E, 35 N.
double waves(double a, double first, double second) {
  return (20 * std::sin(a * kPi) + 40 * std::sin(a / 3 * kPi) + first * std::sin(a / 12 * kPi) +
          second * std::sin(a / 30 * kPi)) *
         2 / 3;
}

double ripple(double x) {
  return (20 * std::sin(6 * x * kPi) + 20 * std::sin(2 * x * kPi)) * 2 / 3;
}

double shift_north_m(double x, double y) {
  return -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * std::sqrt(std::abs(x)) +
         ripple(x) + waves(y, 160, 320);
}

double shift_east_m(double x, double y) {
  return 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * std::sqrt(std::abs(x)) + ripple(x) +
         waves(x, 150, 300);
}

}  // namespace

double distance_m(LonLat a, LonLat b) {
  const double south_north = std::sin(radians(b.lat - a.lat) / 2);
  const double west_east = std::sin(radians(b.lon - a.lon) / 2);
  const double h = south_north * south_north +
                   std::cos(radians(a.lat)) * std::cos(radians(b.lat)) * west_east * west_east;
  return 2 * kEarthRadiusM * std::asin(std::min(1.0, std::sqrt(h)));
}

double bearing_deg(LonLat a, LonLat b) {
  const double east = radians(b.lon - a.lon);
  const double y = std::sin(east) * std::cos(radians(b.lat));
  const double x = std::cos(radians(a.lat)) * std::sin(radians(b.lat)) -
                   std::sin(radians(a.lat)) * std::cos(radians(b.lat)) * std::cos(east);
  const double bearing = degrees(std::atan2(y, x));
  return bearing < 0 ? bearing + 360 : bearing;
}

double angle_between_deg(double a, double b) {
  const double turn = std::fmod(std::abs(a - b), 360.0);
  return turn > 180 ? 360 - turn : turn;
}

LonLat to_gcj02(LonLat wgs84) {
  if (!shifted_area(wgs84)) return wgs84;
  const double x = wgs84.lon - 105, y = wgs84.lat - 35;
  const double sine = std::sin(radians(wgs84.lat));
  const double magic = 1 - kEccentricity2 * sine * sine;
  const double metres_per_radian_north = kAxisM * (1 - kEccentricity2) / (magic * std::sqrt(magic));
  const double metres_per_radian_east = kAxisM / std::sqrt(magic) * std::cos(radians(wgs84.lat));
  return {wgs84.lon + degrees(shift_east_m(x, y) / metres_per_radian_east),
          wgs84.lat + degrees(shift_north_m(x, y) / metres_per_radian_north)};
}

// The shift changes by less than a ten-thousandth over its own length, so each step gains four
// digits.
LonLat from_gcj02(LonLat gcj02) {
  LonLat guess = gcj02;
  for (int step = 0; step < 6; ++step) {
    const LonLat there = to_gcj02(guess);
    guess.lon += gcj02.lon - there.lon;
    guess.lat += gcj02.lat - there.lat;
  }
  return guess;
}

}  // namespace xunjie::domain
