// The Ed25519 key of a data directory and the text its checkpoints sign.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "store/chain.h"

struct evp_pkey_st;

namespace xunjie::store {

class CheckpointKey {
 public:
  // Reads the key, or makes one (mode 0600, synced) when `may_create`. A missing key that may not
  // be made is `corrupt`: a store whose checkpoints nobody can continue must not be written to
  // silently.
  static Result<CheckpointKey> open(const std::filesystem::path& file, bool may_create);

  [[nodiscard]] std::string sign(std::string_view text) const;  // 64 bytes
  [[nodiscard]] bool verifies(std::string_view text, std::string_view signature) const;
  [[nodiscard]] const std::string& public_key() const { return public_key_; }  // 32 bytes

 private:
  struct Free {
    void operator()(evp_pkey_st* key) const;
  };
  using Key = std::unique_ptr<evp_pkey_st, Free>;
  explicit CheckpointKey(Key key);
  Key key_;
  std::string public_key_;
};

// "xunjie checkpoint 1", number, position, events, time and digest, one per line.
std::string checkpoint_text(std::int64_t number, const RunningDigest& log, UtcMicros at);

}  // namespace xunjie::store
