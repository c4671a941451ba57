// Blobs as files named by the SHA-256 of their bytes: DIR/ab/cd/<hash>, mode 0640, written in
// DIR/incoming first. put() returns after the bytes, the name and every new directory are synced.
#pragma once

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <set>

#include "ports/blob_store.h"

namespace xunjie::store {

class FileBlobStore final : public ports::BlobStore {
 public:
  explicit FileBlobStore(std::filesystem::path dir) : dir_(std::move(dir)) {}

  Result<domain::BlobId> put(std::span<const std::byte> bytes) override;
  Result<std::vector<std::byte>> get(const domain::BlobId& id) override;
  Result<std::uint64_t> size_of(const domain::BlobId& id) override;
  Result<std::vector<ports::StoredBlob>> list(std::string_view prefix) override;
  Result<bool> remove(const domain::BlobId& id, UtcMicros untouched_since) override;
  Result<std::vector<domain::BlobId>> verify_all(std::int64_t& checked) override;

  // Removes files in DIR/incoming that no living writer holds and that are older than a minute.
  Result<void> remove_leftovers();

 private:
  class Writing;
  [[nodiscard]] std::filesystem::path path_of(const std::string& hash) const;
  Result<void> write_new(const std::string& hash, std::string_view bytes);

  const std::filesystem::path dir_;
  std::mutex mutex_;
  std::condition_variable written_;
  std::set<std::string>
      being_written_;  // guarded by mutex_: nobody returns an id before its first sync
};

}  // namespace xunjie::store
