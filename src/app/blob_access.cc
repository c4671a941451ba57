#include "app/blob_access.h"

#include <algorithm>
#include <cstring>

#include "app/camera_health.h"
#include "app/case_records.h"
#include "app/command_body.h"
#include "app/page_query.h"
#include "app/registry.h"
#include "app/views.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

bool begins(std::span<const std::byte> bytes, std::string_view magic, std::size_t at = 0) {
  return bytes.size() >= at + magic.size() &&
         std::memcmp(bytes.data() + at, magic.data(), magic.size()) == 0;
}

std::string content_type_of(std::span<const std::byte> bytes) {
  if (begins(bytes, "\xff\xd8\xff")) return "image/jpeg";
  if (begins(bytes, "\x89PNG\r\n\x1a\n")) return "image/png";
  if (begins(bytes, "ftyp", 4)) return "video/mp4";
  return "application/octet-stream";
}

Error no_blob() {
  return make_error(ErrorCode::not_found, "没有这张图片或这段录像");
}

// What a blob is to a case.
struct Found {
  std::optional<domain::Picture> picture;
  bool clip = false;
};

void look_in(const domain::BlobId& blob, const std::vector<domain::Picture>& pictures,
             Found& found) {
  for (const auto& picture : pictures) {
    if (picture.original == blob || (picture.marked && *picture.marked == blob))
      found.picture = picture;
  }
}

void look_in(const domain::BlobId& blob, const domain::Sighting& sighting, Found& found) {
  look_in(blob, sighting.pictures, found);
  if (sighting.clip && sighting.clip->original == blob) found.clip = true;
}

Found find_in(const domain::BlobId& blob, const domain::Case& current,
              const std::vector<SeenEvent>& events) {
  Found found;
  look_in(blob, current.sighting, found);
  for (const auto& seen : events) {
    look_in(blob, seen.event.facts.pictures, found);
    if (seen.event.facts.clip == blob) found.clip = true;
    if (seen.event.sighting) look_in(blob, *seen.event.sighting, found);
  }
  // Earlier versions kept a copy with the box drawn instead of the box.
  if (found.picture && found.picture->marked && !found.picture->box)
    found.picture->box = current.sighting.box;
  return found;
}

// A reason is for whoever reads the log later: a word at least, a paragraph at most.
Result<void> check_reason(const std::string& reason) {
  if (reason.size() >= 2 && reason.size() <= 600) return {};
  return make_error(ErrorCode::invalid_argument,
                    "reason：请写明调阅原始图像的事由（2 到 600 字节）", "reason");
}

}  // namespace

struct BlobAccess::Wanted {
  domain::BlobId blob;
  domain::CaseId case_id;
  domain::CameraId camera;
  std::string reason;
  bool thumbnail = false;
};

BlobAccess::BlobAccess(ports::Store& store, ports::BlobStore& blobs, const ports::Clock& clock,
                       const Registry& registry, CopyDesk& copies, AccessLog& log)
    : store_(store),
      blobs_(blobs),
      clock_(clock),
      registry_(registry),
      copies_(copies),
      log_(log) {}

Result<std::string> BlobAccess::upload(const Principal& writer, std::span<const std::byte> bytes) {
  // Auditors and evaluators read everything and change nothing, so they have nothing to upload for.
  const bool only_reads =
      writer.role == domain::Role::auditor || writer.role == domain::Role::evaluator;
  if (only_reads || !domain::may(writer.role, domain::Duty::read_cases)) {
    return make_error(ErrorCode::forbidden, "您的岗位不能上传图片");
  }
  if (bytes.size() > kUploadMax) {
    return make_error(ErrorCode::too_large, "文件有 " + std::to_string(bytes.size()) +
                                                " 字节，上限为 " + std::to_string(kUploadMax));
  }
  if (content_type_of(bytes) == "application/octet-stream") {
    return make_error(ErrorCode::invalid_argument, "只接受 JPEG、PNG 图片或 MP4 录像");
  }
  XUNJIE_TRY(blob, blobs_.put(bytes));
  // Lets the uploader look at it before a command makes it part of a case.
  ports::Entity entity;
  entity.kind = "upload";
  entity.id = blob.value;
  entity.body = writer.id.value;
  entity.updated_at = clock_.now();
  XUNJIE_TRY(stored, store_.put_entity(entity, std::nullopt));
  (void)stored;
  return json::serialize(json::object{{"blob", blob.value}});
}

Result<BlobContent> BlobAccess::read(const Principal& reader, const std::string& blob,
                                     const QueryParameters& parameters) {
  if (!is_blob_id(blob)) return no_blob();
  XUNJIE_TRY(query, PageQuery::read(parameters, {"case", "camera", "reason", "size"}));
  const std::string size = query.text("size");
  if (!size.empty() && size != "thumbnail") {
    return make_error(ErrorCode::invalid_argument, "size：“" + size + "” 只能是 thumbnail", "size");
  }
  const Wanted wanted{domain::BlobId(blob), domain::CaseId(query.text("case")),
                      domain::CameraId(query.text("camera")), query.text("reason"), !size.empty()};
  if (!wanted.case_id.empty()) return read_of_case(reader, wanted);
  if (!wanted.camera.empty()) return read_of_camera(reader, wanted);
  return read_upload(reader, wanted);
}

Result<BlobContent> BlobAccess::read_of_case(const Principal& reader, const Wanted& wanted) {
  XUNJIE_TRY(current, load_case(store_, wanted.case_id));
  if (!current || !domain::may_read(actor_of(reader), *current)) return no_blob();
  XUNJIE_TRY(events, seen_events(store_, wanted.case_id));
  const Found found = find_in(wanted.blob, *current, events);
  if (!found.picture && !found.clip) return no_blob();
  if (!wanted.reason.empty()) return read_original(reader, wanted, found.clip);
  CopyDesk::Order order;
  order.original = found.clip ? wanted.blob : found.picture->original;
  order.lane = found.clip ? CopyDesk::Lane::clips : CopyDesk::Lane::pictures;
  order.box = found.clip ? current->sighting.box : found.picture->box;
  order.thumbnail = wanted.thumbnail && !found.clip;
  ports::AccessRecord record = access_by(reader);
  record.what = found.clip ? "clip" : order.thumbnail ? "thumbnail" : "picture";
  record.case_id = wanted.case_id;
  return copy(order, std::move(record));
}

Result<BlobContent> BlobAccess::read_original(const Principal& reader, const Wanted& wanted,
                                              bool clip) {
  if (!domain::may(reader.role, domain::Duty::read_originals)) {
    return make_error(ErrorCode::forbidden, "原始图像已封存，您的岗位不能调阅");
  }
  XUNJIE_TRY_VOID(check_reason(wanted.reason));
  ports::AccessRecord record = access_by(reader);
  record.what = clip ? "original_clip" : "original";
  record.blob = wanted.blob;
  record.case_id = wanted.case_id;
  record.reason = wanted.reason;
  XUNJIE_TRY_VOID(log_.write(std::move(record)));
  return bytes_of(wanted.blob);
}

Result<BlobContent> BlobAccess::read_of_camera(const Principal& reader, const Wanted& wanted) {
  const auto registry = registry_.snapshot();
  const auto at = registry->cameras.find(wanted.camera);
  const bool in_reach = at != registry->cameras.end() &&
                        domain::may(reader.role, domain::Duty::read_cameras) &&
                        domain::in_scope(actor_of(reader), at->second.subdistrict);
  if (!in_reach || !registry_.was_last_picture(wanted.camera, wanted.blob)) return no_blob();
  CopyDesk::Order order;
  order.lane = CopyDesk::Lane::camera_pictures;
  order.original = wanted.blob;
  order.thumbnail = wanted.thumbnail;
  ports::AccessRecord record = access_by(reader);
  record.what = "camera_picture";
  record.camera = wanted.camera;
  return copy(order, std::move(record));
}

// Before it is part of a case, an upload is its uploader's own.
Result<BlobContent> BlobAccess::read_upload(const Principal& reader, const Wanted& wanted) {
  XUNJIE_TRY(upload, store_.find_entity("upload", wanted.blob.value));
  if (!upload || upload->body != reader.id.value) return no_blob();
  ports::AccessRecord record = access_by(reader);
  record.what = "upload";
  record.blob = wanted.blob;
  log_.note(std::move(record));
  return bytes_of(wanted.blob);
}

Result<BlobContent> BlobAccess::read_linked(const LinkedPicture& linked) {
  CopyDesk::Order order;
  order.original = linked.picture.original;
  order.box = linked.picture.box;
  ports::AccessRecord record = linked.by;
  record.what = "picture";
  record.case_id = linked.case_id;
  return copy(order, std::move(record));
}

Result<BlobContent> BlobAccess::copy(const CopyDesk::Order& order, ports::AccessRecord record) {
  XUNJIE_TRY(found, copies_.find(order));
  BlobContent content;
  content.preparing = !found;
  if (!found) return content;
  record.blob = order.original;
  log_.note(std::move(record));
  return bytes_of(*found);
}

Result<BlobContent> BlobAccess::bytes_of(const domain::BlobId& blob) {
  XUNJIE_TRY(bytes, blobs_.get(blob));
  BlobContent content;
  content.content_type = content_type_of(bytes);
  content.bytes = std::move(bytes);
  content.etag = blob.value;
  return content;
}

}  // namespace xunjie::app
