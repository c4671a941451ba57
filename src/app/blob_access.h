// Pictures and clips through the front door: who may upload, who may see what, and the log of it.
//
// What leaves is a copy (copy_desk.h: faces blurred, box drawn), whoever asks and under whichever
// id they name it. The sealed original itself is handed out only to those who judge evidence
// (domain::Duty::read_originals: reviewer, duty officer, technical and legal reviewer, approver,
// auditor) who say why, and that is in the access log before the first byte goes. Thread-safe.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "app/access_log.h"
#include "app/copy_desk.h"
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
      content_type;        // by the bytes themselves: image/jpeg, image/png, video/mp4, else octets
  std::string etag;        // the hash of these very bytes
  bool preparing = false;  // no bytes yet: a copy is being made, ask again
};

// A picture behind an address that carries its own proof, and who holds that address.
struct LinkedPicture {
  domain::CaseId case_id;
  domain::Picture picture;
  ports::AccessRecord by;  // user, name, role, unit
};

class BlobAccess {
 public:
  static constexpr std::size_t kUploadMax = 16u << 20;

  BlobAccess(ports::Store& store, ports::BlobStore& blobs, const ports::Clock& clock,
             const Registry& registry, CopyDesk& copies, AccessLog& log);

  // {"blob":"<sha256>"}. Errors: invalid_argument (not a JPEG, PNG or MP4), too_large, full.
  Result<std::string> upload(const Principal& writer, std::span<const std::byte> bytes);
  // `parameters`: case=<id> or camera=<id> (its last picture), size=thumbnail, reason= (asks for
  // the original). Errors: not_found, forbidden, invalid_argument, unavailable, corrupt.
  Result<BlobContent> read(const Principal& reader, const std::string& blob,
                           const QueryParameters& parameters);
  // The copy, for addresses that carry their own proof (merchant page, city operations).
  Result<BlobContent> read_linked(const LinkedPicture& linked);

 private:
  struct Wanted;
  Result<BlobContent> read_of_case(const Principal& reader, const Wanted& wanted);
  Result<BlobContent> read_of_camera(const Principal& reader, const Wanted& wanted);
  Result<BlobContent> read_upload(const Principal& reader, const Wanted& wanted);
  Result<BlobContent> read_original(const Principal& reader, const Wanted& wanted, bool clip);
  Result<BlobContent> copy(const CopyDesk::Order& order, ports::AccessRecord record);
  Result<BlobContent> bytes_of(const domain::BlobId& blob);

  ports::Store& store_;
  ports::BlobStore& blobs_;
  const ports::Clock& clock_;
  const Registry& registry_;
  CopyDesk& copies_;
  AccessLog& log_;
};

}  // namespace xunjie::app
