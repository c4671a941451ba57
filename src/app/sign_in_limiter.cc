#include "app/sign_in_limiter.h"

#include <algorithm>

namespace xunjie::app {

bool SignInLimiter::take(const std::string& key, Micros now) {
  const std::lock_guard lock(mutex_);
  if (!taken_.contains(key) && taken_.size() >= kKeysMax) make_room();
  auto& taken = taken_[key];
  std::erase_if(taken, [this, now](Micros at) { return at + window_ <= now; });
  if (taken.size() >= static_cast<std::size_t>(failures_max_)) return false;
  taken.push_back(now);
  return true;
}

void SignInLimiter::forgive(const std::string& key) {
  const std::lock_guard lock(mutex_);
  taken_.erase(key);
}

void SignInLimiter::make_room() {
  const auto oldest = std::min_element(
      taken_.begin(), taken_.end(),
      [](const auto& a, const auto& b) { return a.second.back() < b.second.back(); });
  if (oldest != taken_.end()) taken_.erase(oldest);
}

}  // namespace xunjie::app
