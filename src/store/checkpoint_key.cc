#include "store/checkpoint_key.h"

#include <openssl/evp.h>

#include <array>

#include "base/check.h"
#include "store/durable_file.h"

namespace xunjie::store {
namespace {

constexpr std::size_t kKeyBytes = 32;

bool from_hex(std::string_view hex, std::array<unsigned char, kKeyBytes>& out) {
  while (!hex.empty() && (hex.back() == '\n' || hex.back() == '\r')) hex.remove_suffix(1);
  if (hex.size() != 2 * kKeyBytes) return false;
  const auto digit = [](char c) {
    return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
  };
  for (std::size_t i = 0; i < kKeyBytes; ++i) {
    const int high = digit(hex[2 * i]);
    const int low = digit(hex[2 * i + 1]);
    if (high < 0 || low < 0) return false;
    out[i] = static_cast<unsigned char>(high * 16 + low);
  }
  return true;
}

Result<std::string> make_key_file(const std::filesystem::path& file) {
  EVP_PKEY* made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  XUNJIE_CHECK(made != nullptr);
  std::array<unsigned char, kKeyBytes> raw{};
  std::size_t size = raw.size();
  const bool read = EVP_PKEY_get_raw_private_key(made, raw.data(), &size) == 1;
  EVP_PKEY_free(made);
  XUNJIE_CHECK(read && size == raw.size());
  std::string text =
      to_hex({reinterpret_cast<const char*>(raw.data()), raw.size()}) + "\n";  // NOLINT
  XUNJIE_TRY_VOID(write_durably(file, text, 0600));
  return text;
}

}  // namespace

void CheckpointKey::Free::operator()(evp_pkey_st* key) const {
  EVP_PKEY_free(key);
}

CheckpointKey::CheckpointKey(Key key) : key_(std::move(key)) {
  std::array<unsigned char, kKeyBytes> raw{};
  std::size_t size = raw.size();
  XUNJIE_CHECK(EVP_PKEY_get_raw_public_key(key_.get(), raw.data(), &size) == 1);
  public_key_.assign(raw.begin(), raw.end());
}

Result<CheckpointKey> CheckpointKey::open(const std::filesystem::path& file, bool may_create) {
  auto text = read_file(file);
  if (!text.ok() && text.error().code == ErrorCode::not_found) {
    if (!may_create) {
      return make_error(ErrorCode::corrupt, "缺少检查点密钥 " + file.string() + "，请从备份恢复");
    }
    text = make_key_file(file);
  }
  if (!text.ok()) return text.error();
  std::array<unsigned char, kKeyBytes> raw{};
  Key key;
  if (from_hex(*text, raw))
    key.reset(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, raw.data(), raw.size()));
  if (key == nullptr) {
    return make_error(ErrorCode::corrupt,
                      "检查点密钥 " + file.string() + " 已损坏，应为 64 位小写十六进制");
  }
  return CheckpointKey(std::move(key));
}

std::string CheckpointKey::sign(std::string_view text) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  std::string out(64, '\0');
  std::size_t size = out.size();
  auto* target = reinterpret_cast<unsigned char*>(out.data());  // NOLINT: bytes as characters
  const auto* source = reinterpret_cast<const unsigned char*>(text.data());  // NOLINT
  const bool done = EVP_DigestSignInit(context, nullptr, nullptr, nullptr, key_.get()) == 1 &&
                    EVP_DigestSign(context, target, &size, source, text.size()) == 1;
  EVP_MD_CTX_free(context);
  XUNJIE_CHECK(done && size == out.size());
  return out;
}

bool CheckpointKey::verifies(std::string_view text, std::string_view signature) const {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  const auto* given = reinterpret_cast<const unsigned char*>(signature.data());  // NOLINT
  const auto* source = reinterpret_cast<const unsigned char*>(text.data());      // NOLINT
  const bool good = EVP_DigestVerifyInit(context, nullptr, nullptr, nullptr, key_.get()) == 1 &&
                    EVP_DigestVerify(context, given, signature.size(), source, text.size()) == 1;
  EVP_MD_CTX_free(context);
  return good;
}

std::string checkpoint_text(std::int64_t number, const RunningDigest& log, UtcMicros at) {
  return "xunjie checkpoint 1\n" + std::to_string(number) + "\n" + std::to_string(log.position) +
         "\n" + std::to_string(log.events) + "\n" + std::to_string(at.count) + "\n" +
         log.digest.hex() + "\n";
}

}  // namespace xunjie::store
