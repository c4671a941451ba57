// The legal and technical review of devices: registered by those who keep the cameras, judged by a
// technical and then a legal reviewer, kept for ever. Every step is an act in the camera's log.
// Thread-safe.
#pragma once

#include <cstddef>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "app/blob_access.h"
#include "app/principal.h"
#include "base/result.h"
#include "domain/device_review.h"
#include "ports/blob_store.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace xunjie::app {

class CameraActs;
class Registry;
struct Camera;

class DeviceReviews {
 public:
  static constexpr std::size_t kDocumentMax = 16u << 20;

  DeviceReviews(ports::Store& store, ports::BlobStore& blobs, const ports::Clock& clock,
                Registry& registry, CameraActs& acts)
      : store_(store), blobs_(blobs), clock_(clock), registry_(registry), acts_(acts) {}

  // All answer with the DeviceReview of the contract. Errors: not_found (camera, or out of scope),
  // forbidden, invalid_argument, version_conflict, not_allowed_in_state, full.
  Result<std::string> read(const Principal& reader, const std::string& camera) const;
  Result<std::string> put(const Principal& writer, const std::string& camera,
                          std::string_view body);
  Result<std::string> decide(const Principal& reviewer, const std::string& camera,
                             std::string_view body);

  // {"blob"}. Errors: as above, invalid_argument (not a PDF, JPEG or PNG), too_large.
  Result<std::string> upload(const Principal& writer, const std::string& camera,
                             std::span<const std::byte> bytes);
  // Only what a record of this camera names. Errors: not_found.
  Result<BlobContent> document(const Principal& reader, const std::string& camera,
                               const std::string& blob) const;

 private:
  std::string view(const Principal& reader, const domain::CameraId& camera) const;
  Result<void> keep(const Camera& camera, std::vector<domain::DeviceReview> reviews,
                    std::uint32_t expected);
  Result<void> check_documents(const domain::DeviceReview& review) const;

  ports::Store& store_;
  ports::BlobStore& blobs_;
  const ports::Clock& clock_;
  Registry& registry_;
  CameraActs& acts_;
  std::mutex changing_;  // one change of records at a time
};

}  // namespace xunjie::app
