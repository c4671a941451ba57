// Pictures and clips by the hash of their bytes. Written, synced, renamed: an id that was returned
// will be readable after a crash, and the same bytes are kept once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"

namespace xunjie::ports {

struct StoredBlob {
  domain::BlobId id;
  std::uint64_t size = 0;
  UtcMicros put_at;  // of the newest put() of these bytes, by the file system's clock
};

class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // Errors: full, too_large (over 64 MiB).
  virtual Result<domain::BlobId> put(std::span<const std::byte> bytes) = 0;
  // Errors: not_found, corrupt (bytes do not match the id).
  virtual Result<std::vector<std::byte>> get(const domain::BlobId& id) = 0;
  virtual Result<std::uint64_t> size_of(const domain::BlobId& id) = 0;
  // What is stored under one prefix "00" … "ff" of its id, in id order; unreadable names are left
  // out. Errors: invalid_argument (another prefix).
  virtual Result<std::vector<StoredBlob>> list(std::string_view prefix) = 0;
  // Deletes, unless put() was called for it at or after `untouched_since`. True: it is gone (or was
  // not there). put() and remove() of one id exclude each other, so an id just returned by put()
  // stays.
  virtual Result<bool> remove(const domain::BlobId& id, UtcMicros untouched_since) = 0;
  // Reads everything once; returns ids whose bytes do not match.
  virtual Result<std::vector<domain::BlobId>> verify_all(std::int64_t& checked) = 0;
};

}  // namespace xunjie::ports
