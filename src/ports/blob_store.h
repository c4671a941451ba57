// Pictures and clips by the hash of their bytes. Written, synced, renamed: an id that was returned
// will be readable after a crash, and the same bytes are kept once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "domain/ids.h"

namespace xunjie::ports {

class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // Errors: full, too_large (over 64 MiB).
  virtual Result<domain::BlobId> put(std::span<const std::byte> bytes) = 0;
  // Errors: not_found, corrupt (bytes do not match the id).
  virtual Result<std::vector<std::byte>> get(const domain::BlobId& id) = 0;
  virtual Result<std::uint64_t> size_of(const domain::BlobId& id) = 0;
  // Reads everything once; returns ids whose bytes do not match.
  virtual Result<std::vector<domain::BlobId>> verify_all(std::int64_t& checked) = 0;
};

}  // namespace xunjie::ports
