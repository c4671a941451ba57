// What the store's tests share: a scratch directory, and batches that look like the app's.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "ports/store.h"
#include "store/open.h"

namespace xunjie::store::testing {

// A directory that goes with the object.
class ScratchDir {
 public:
  ScratchDir() {
    std::string name = (std::filesystem::temp_directory_path() / "xunjie-store-XXXXXX").string();
    path_ = ::mkdtemp(name.data());
  }
  ScratchDir(const ScratchDir&) = delete;
  ScratchDir& operator=(const ScratchDir&) = delete;
  ~ScratchDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

inline UtcMicros at(std::int64_t second) {
  return UtcMicros{1'772'000'000'000'000} + seconds(second);
}

inline ports::CaseRow row_of(const std::string& id, std::uint32_t version,
                             const std::string& state = "reported") {
  ports::CaseRow row;
  row.id = domain::CaseId(id);
  row.version = version;
  row.state = state;
  row.stage = "none";
  row.violation = "store_overflow";
  row.subdistrict = "310110009";
  row.shop = "shop-1";
  row.camera = "cam-1";
  row.zone = "zone-1";
  row.finding = "F" + id;
  row.place_key = "place-" + id;
  row.lon = 121.5 + version * 0.25;
  row.lat = 31.25;
  row.reported_at = at(0);
  row.updated_at = at(version);
  row.body = R"({"id":")" + id + R"(","version":)" + std::to_string(version) + "}";
  return row;
}

// The batch that adds event number `version` to the case.
inline ports::Batch step(const std::string& id, std::uint32_t version,
                         const std::string& state = "reported") {
  ports::Batch batch;
  batch.case_id = domain::CaseId(id);
  batch.expected_version = version - 1;
  batch.events.push_back({"kind-" + std::to_string(version), at(version), "user-1",
                          R"({"n":)" + std::to_string(version) + "}"});
  batch.row = row_of(id, version, state);
  return batch;
}

inline ports::CommandReceipt receipt(const std::string& id, const std::string& body,
                                     const std::string& reply) {
  return {domain::CommandId(id), "user-1", body, reply, at(1)};
}

// Unwraps or fails the test with the error.
template <typename T>
T good(Result<T> result) {
  if (!result.ok()) {
    ADD_FAILURE() << name_of(result.error().code) << ": " << result.error().message << " | "
                  << result.error().detail;
    throw std::runtime_error(result.error().message);
  }
  return std::move(result).value();
}
inline void good(const Result<void>& result) {
  if (result.ok()) return;
  ADD_FAILURE() << name_of(result.error().code) << ": " << result.error().message << " | "
                << result.error().detail;
  throw std::runtime_error(result.error().message);
}
template <typename T>
ErrorCode code_of(const Result<T>& result) {
  EXPECT_FALSE(result.ok());
  return result.ok() ? ErrorCode::internal : result.error().code;
}

}  // namespace xunjie::store::testing
