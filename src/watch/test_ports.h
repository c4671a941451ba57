// Ports that keep nothing, for tests and benches that want a watcher and nothing behind it.
#pragma once

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "ports/blob_store.h"
#include "ports/clock.h"
#include "ports/redactor.h"

namespace xunjie::watch {

class RealClock final : public ports::Clock {
 public:
  [[nodiscard]] UtcMicros now() const override {
    return UtcMicros{count<std::chrono::system_clock>()};
  }
  [[nodiscard]] Micros monotonic() const override {
    return Micros{count<std::chrono::steady_clock>()};
  }

 private:
  template <typename C>
  static std::int64_t count() {
    return std::chrono::duration_cast<std::chrono::microseconds>(C::now().time_since_epoch())
        .count();
  }
};

class NoBlobs final : public ports::BlobStore {
 public:
  Result<domain::BlobId> put(std::span<const std::byte>) override { return domain::BlobId("none"); }
  Result<std::vector<std::byte>> get(const domain::BlobId&) override {
    return make_error(ErrorCode::not_found, "nothing is kept");
  }
  Result<std::uint64_t> size_of(const domain::BlobId&) override {
    return make_error(ErrorCode::not_found, "nothing is kept");
  }
  Result<std::vector<ports::StoredBlob>> list(std::string_view) override {
    return std::vector<ports::StoredBlob>{};
  }
  Result<bool> remove(const domain::BlobId&, UtcMicros) override { return true; }
  Result<std::vector<domain::BlobId>> verify_all(std::int64_t&) override {
    return std::vector<domain::BlobId>{};
  }
};

// No camera here has privacy masks, so nobody asks.
class NoCopies final : public ports::Redactor {
 public:
  [[nodiscard]] std::string version() const override { return "none"; }
  Result<std::vector<std::byte>> picture(std::span<const std::byte>,
                                         const ports::PictureRecipe&) override {
    return none();
  }
  Result<std::vector<std::byte>> thumbnail(std::span<const std::byte>, int) override {
    return none();
  }
  Result<std::vector<std::byte>> clip(std::span<const std::byte>,
                                      const ports::ClipRecipe&) override {
    return none();
  }

 private:
  static Error none() { return make_error(ErrorCode::unavailable, "no copies are made"); }
};

}  // namespace xunjie::watch
