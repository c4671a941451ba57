// Counts failed sign-ins per key (a login, an address) in a sliding window. Bounded: when the table
// is full the key that failed longest ago is forgotten. Thread-safe. Internal to app.
#pragma once

#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "base/time.h"

namespace xunjie::app {

class SignInLimiter {
 public:
  static constexpr std::size_t kKeysMax = 10'000;

  SignInLimiter(int failures_max, Micros window) : failures_max_(failures_max), window_(window) {}

  // Times are monotonic. Takes one of the key's attempts; false: it has none left.
  bool take(const std::string& key, Micros now);
  // A sign-in that succeeded was no attack: its attempts do not count.
  void forgive(const std::string& key);

 private:
  void make_room();

  const int failures_max_;
  const Micros window_;
  std::mutex mutex_;
  std::map<std::string, std::vector<Micros>> taken_;
};

}  // namespace xunjie::app
