#include "watch/receive/authentication.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "watch/receive/rtsp_message.h"

namespace xunjie::watch::receive {
namespace {

constexpr int kMaxRefusals = 3;  // in a row, each with a fresh nonce
constexpr std::size_t kMaxChallenges = 8;

std::string hex(const unsigned char* bytes, std::size_t size) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (std::size_t i = 0; i < size; ++i) {
    out.push_back(digits[bytes[i] >> 4U]);
    out.push_back(digits[bytes[i] & 15U]);
  }
  return out;
}

std::string hashed(const EVP_MD* algorithm, const std::string& text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> sum{};
  unsigned size = 0;
  if (EVP_Digest(text.data(), text.size(), sum.data(), &size, algorithm, nullptr) != 1) return {};
  return hex(sum.data(), size);
}

std::string base64(const std::string& text) {
  std::string out((text.size() + 2) / 3 * 4 + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  out.resize(static_cast<std::size_t>(std::max(0, size)));
  return out;
}

std::string random_nonce() {
  std::array<unsigned char, 16> bytes{};
  if (RAND_bytes(bytes.data(), static_cast<int>(bytes.size())) != 1) return {};
  return hex(bytes.data(), bytes.size());
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (static_cast<unsigned char>(c) < ' ') continue;
    if (c == '"' || c == '\\') out.push_back('\\');
    out.push_back(c);
  }
  return out + "\"";
}

// Whether "auth" is in a list such as "auth,auth-int".
bool offers_auth(std::string_view list) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    if (trimmed(list.substr(0, end)) == "auth") return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

// How strong an offer is; 0: not known here.
int strength(const Challenge& offer) {
  if (offer.scheme == "basic") return 1;
  if (offer.scheme != "digest" || offer.nonce.empty()) return 0;
  if (!offer.qop.empty() && !offers_auth(offer.qop)) return 0;
  const std::string algorithm = lower_case(offer.algorithm);
  if (algorithm.empty() || algorithm == "md5") return 2;
  return algorithm == "sha-256" ? 3 : 0;
}

// A cursor over "scheme key=value, key="value", scheme …".
class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}
  bool done() {
    while (!text_.empty() &&
           (text_.front() == ',' || static_cast<unsigned char>(text_.front()) <= ' '))
      text_.remove_prefix(1);
    return text_.empty();
  }
  std::string word() {
    const auto end = std::min(text_.find_first_of("=, \t"), text_.size());
    std::string out(text_.substr(0, end));
    text_.remove_prefix(end);
    return out;
  }
  bool equals() {
    const auto at = text_.find_first_not_of(" \t");
    if (at == std::string_view::npos || text_[at] != '=') return false;
    text_.remove_prefix(at + 1);
    return true;
  }
  std::string value() {
    text_ = text_.substr(std::min(text_.find_first_not_of(" \t"), text_.size()));
    if (text_.empty() || text_.front() != '"') {
      const auto end = std::min(text_.find_first_of(", \t"), text_.size());
      std::string out(text_.substr(0, end));
      text_.remove_prefix(end);
      return out;
    }
    std::string out;
    std::size_t at = 1;
    for (; at < text_.size() && text_[at] != '"'; ++at) {
      if (text_[at] == '\\' && at + 1 < text_.size()) ++at;
      out.push_back(text_[at]);
    }
    text_.remove_prefix(std::min(at + 1, text_.size()));
    return out;
  }

 private:
  std::string_view text_;
};

void set(Challenge& challenge, const std::string& key, const std::string& value) {
  if (key == "realm") challenge.realm = value;
  if (key == "nonce") challenge.nonce = value;
  if (key == "opaque") challenge.opaque = value;
  if (key == "algorithm") challenge.algorithm = value;
  if (key == "qop") challenge.qop = lower_case(value);
  if (key == "stale") challenge.stale = lower_case(value) == "true";
}

}  // namespace

std::vector<Challenge> parse_challenges(std::string_view value) {
  std::vector<Challenge> out;
  Reader reader(value);
  while (!reader.done()) {
    std::string word = lower_case(reader.word());
    if (reader.equals()) {
      const std::string text = reader.value();
      if (!out.empty()) set(out.back(), word, text);
    } else {
      if (out.size() >= kMaxChallenges) break;
      out.push_back({.scheme = std::move(word)});
    }
  }
  return out;
}

Result<void> Authentication::challenged(const std::vector<Challenge>& offers) {
  if (user_.empty())
    return make_error(ErrorCode::unauthenticated, "the source asks for a user name and password",
                      "source");
  const auto best = std::max_element(
      offers.begin(), offers.end(),
      [](const Challenge& a, const Challenge& b) { return strength(a) < strength(b); });
  if (best == offers.end() || strength(*best) == 0)
    return make_error(ErrorCode::unauthenticated,
                      "the source offers no sign-in known here (Digest MD5 or SHA-256, Basic)",
                      "source");
  if (refusals_ > 0 && (!best->stale || refusals_ >= kMaxRefusals))
    return make_error(ErrorCode::unauthenticated, "the source refuses this user name and password",
                      "source");
  ++refusals_;
  challenge_ = *best;
  count_ = 0;
  return {};
}

std::string Authentication::answer(std::string_view method, std::string_view address) {
  if (challenge_.scheme.empty()) return {};
  if (challenge_.scheme == "basic") return "Basic " + base64(user_ + ":" + password_);
  return digest_answer(method, address);
}

std::string Authentication::digest_answer(std::string_view method, std::string_view address) {
  const bool sha = lower_case(challenge_.algorithm) == "sha-256";
  const EVP_MD* algorithm = sha ? EVP_sha256() : EVP_md5();
  const std::string secret = hashed(algorithm, user_ + ":" + challenge_.realm + ":" + password_);
  const std::string request = hashed(algorithm, std::string(method) + ":" + std::string(address));
  std::string out = "Digest username=" + quoted(user_) + ", realm=" + quoted(challenge_.realm) +
                    ", nonce=" + quoted(challenge_.nonce) + ", uri=" + quoted(address);
  std::string middle = challenge_.nonce;
  if (!challenge_.qop.empty()) {
    std::array<char, 16> count{};
    std::snprintf(count.data(), count.size(), "%08x", ++count_);
    const std::string nonce = client_nonce_.empty() ? random_nonce() : client_nonce_;
    middle += std::string(":") + count.data() + ":" + nonce + ":auth";
    out += std::string(", qop=auth, nc=") + count.data() + ", cnonce=" + quoted(nonce);
  }
  out += ", response=\"" + hashed(algorithm, secret + ":" + middle + ":" + request) + "\"";
  if (!challenge_.algorithm.empty()) out += ", algorithm=" + std::string(sha ? "SHA-256" : "MD5");
  if (!challenge_.opaque.empty()) out += ", opaque=" + quoted(challenge_.opaque);
  return out;
}

}  // namespace xunjie::watch::receive
