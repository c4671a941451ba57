// Pictures and clips through the front door: who may upload, who may see what, and the log of it.
//
// Marked copies may be seen by whoever may see the case; originals only by those who judge
// evidence (domain::Duty::read_originals), and every such access is logged with person, case and
// reason. Thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "app/principal.h"
#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace xunjie::app {

class Registry;

struct BlobContent {
  std::vector<std::byte> bytes;
  std::string
      content_type;  // by the bytes themselves: image/jpeg, image/png, video/mp4, else octets
};

class BlobAccess {
 public:
  static constexpr std::size_t kUploadMax = 16u << 20;

  BlobAccess(ports::Store& store, ports::BlobStore& blobs, const ports::Clock& clock,
             const Registry& registry);

  // {"blob":"<sha256>"}. Errors: invalid_argument (not a JPEG, PNG or MP4), too_large, full.
  Result<std::string> upload(const Principal& writer, std::span<const std::byte> bytes);
  // `parameters`: case=<id> or camera=<id> (its last picture), reason=. Errors: not_found,
  // forbidden, invalid_argument.
  Result<BlobContent> read(const Principal& reader, const std::string& blob,
                           const QueryParameters& parameters);
  // For addresses that carry their own proof (merchant page, city operations): no further check.
  Result<BlobContent> read_signed(const domain::BlobId& blob);

 private:
  Result<void> judge_case(const Principal& reader, const domain::BlobId& blob,
                          const domain::CaseId& case_id, const std::string& reason);
  Result<void> judge_camera(const Principal& reader, const domain::BlobId& blob,
                            const domain::CameraId& camera);
  Result<void> log_access(const Principal& reader, const std::string& blob,
                          const std::string& case_id, const std::string& reason);

  ports::Store& store_;
  ports::BlobStore& blobs_;
  const ports::Clock& clock_;
  const Registry& registry_;
};

}  // namespace xunjie::app
