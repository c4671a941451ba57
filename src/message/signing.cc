#include "message/signing.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>

#include "base/check.h"

namespace xunjie::message {
namespace {

constexpr Micros kSkewMax = minutes(5);
constexpr std::size_t kNonceBytesMax = 128;

std::string hex_of(const unsigned char* bytes, std::size_t count) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * count);
  for (std::size_t i = 0; i < count; ++i) {
    out += digits[bytes[i] >> 4];
    out += digits[bytes[i] & 15];
  }
  return out;
}

std::string sha256_hex(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned length = 0;
  XUNJIE_CHECK(
      EVP_Digest(text.data(), text.size(), digest.data(), &length, EVP_sha256(), nullptr) == 1);
  return hex_of(digest.data(), length);
}

std::string make_nonce() {
  std::array<unsigned char, 16> bytes{};
  XUNJIE_CHECK(RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return hex_of(bytes.data(), bytes.size());
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](unsigned char x, unsigned char y) {
    return std::tolower(x) == std::tolower(y);
  });
}

std::string_view header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equal_ignoring_case(key, name)) return value;
  }
  return {};
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

Error refuse(std::string message) {
  return make_error(ErrorCode::unauthenticated, std::move(message));
}

}  // namespace

std::string signature_of(const std::string& secret, const SignedParts& parts) {
  std::string text;
  for (const auto part : {parts.method, parts.path, parts.timestamp, parts.nonce}) {
    text += part;
    text += '\n';
  }
  text += sha256_hex(parts.body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned length = 0;
  XUNJIE_CHECK(HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
                    reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(),
                    &length) != nullptr);
  return hex_of(mac.data(), length);
}

Headers signed_headers(const Credentials& credentials, std::string_view method,
                       std::string_view path, std::string_view body, UtcMicros now) {
  const std::string timestamp = std::to_string(now.count / 1'000'000);
  const std::string nonce = make_nonce();
  return {{"X-Xunjie-Key", credentials.key},
          {"X-Xunjie-Timestamp", timestamp},
          {"X-Xunjie-Nonce", nonce},
          {"X-Xunjie-Signature",
           signature_of(credentials.secret, {method, path, timestamp, nonce, body})}};
}

Result<void> SignatureVerifier::verify(const Headers& headers, std::string_view method,
                                       std::string_view path, std::string_view body) {
  if (!equal_in_constant_time(header(headers, "X-Xunjie-Key"), credentials_.key)) {
    return refuse("X-Xunjie-Key 缺失或不认识");
  }
  const std::string_view timestamp = header(headers, "X-Xunjie-Timestamp");
  std::int64_t stated_s = 0;
  const auto [end, code] =
      std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), stated_s);
  if (timestamp.empty() || timestamp.size() > 12 || code != std::errc{} ||
      end != timestamp.data() + timestamp.size()) {
    return refuse("X-Xunjie-Timestamp 应为 Unix 秒");
  }
  const Micros skew = clock_.now() - UtcMicros{stated_s * 1'000'000};
  if (std::max(skew, Micros{-skew.count}) > kSkewMax)
    return refuse("X-Xunjie-Timestamp 与服务器时间相差超过 300 秒");
  const std::string_view nonce = header(headers, "X-Xunjie-Nonce");
  if (nonce.empty() || nonce.size() > kNonceBytesMax)
    return refuse("X-Xunjie-Nonce 应为 1 至 128 个字符");
  const std::string expected =
      signature_of(credentials_.secret, {method, path, timestamp, nonce, body});
  if (!equal_in_constant_time(expected, header(headers, "X-Xunjie-Signature"))) {
    return refuse("X-Xunjie-Signature 不符");
  }
  return remember(std::string(nonce), clock_.monotonic());
}

Result<void> SignatureVerifier::remember(std::string nonce, Micros now) {
  const std::lock_guard lock(mutex_);
  while (!order_.empty() && now - order_.front().first > kSkewMax * 2) {
    seen_.erase(order_.front().second);
    order_.pop_front();
  }
  if (seen_.contains(nonce)) return refuse("X-Xunjie-Nonce 已经用过");
  if (order_.size() >= kNoncesMax)
    return make_error(ErrorCode::rate_limited, "请求过多，请稍后再试");
  seen_.insert(nonce);
  order_.emplace_back(now, std::move(nonce));
  return {};
}

}  // namespace xunjie::message
