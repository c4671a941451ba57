#include "base/id.h"

#include <random>

namespace xunjie {

std::string make_ulid(UtcMicros now) {
  constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  thread_local std::random_device entropy;
  std::string out(26, '0');
  auto ms = static_cast<std::uint64_t>(now.count / 1000);
  for (std::size_t i = 10; i-- > 0; ms >>= 5) out[i] = alphabet[ms & 31];
  for (std::size_t i = 10; i < 26; ++i) out[i] = alphabet[entropy() & 31];
  return out;
}

}  // namespace xunjie
