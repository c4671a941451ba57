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

enum class Standing { none, shown, sealed };

// What a blob is to a case: shown to whoever may see the case, or a sealed original.
Standing standing_of(const domain::BlobId& blob, const domain::Case& current,
                     const std::vector<SeenEvent>& events) {
  if (current.sighting.clip == blob) return Standing::shown;
  Standing standing = Standing::none;
  const auto look = [&](const domain::Picture& picture) {
    const bool shown = picture.marked ? *picture.marked == blob : picture.original == blob;
    if (shown)
      standing = Standing::shown;
    else if (picture.original == blob && standing == Standing::none)
      standing = Standing::sealed;
  };
  for (const auto& picture : current.sighting.pictures) look(picture);
  for (const auto& seen : events) {
    for (const auto& picture : seen.event.facts.pictures) look(picture);
    if (seen.event.facts.clip == blob) standing = Standing::shown;
  }
  return standing;
}

}  // namespace

BlobAccess::BlobAccess(ports::Store& store, ports::BlobStore& blobs, const ports::Clock& clock,
                       const Registry& registry)
    : store_(store), blobs_(blobs), clock_(clock), registry_(registry) {}

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
  XUNJIE_TRY(query, PageQuery::read(parameters, {"case", "camera", "reason"}));
  const domain::BlobId id(blob);
  const std::string case_id = query.text("case");
  if (!case_id.empty()) {
    XUNJIE_TRY_VOID(judge_case(reader, id, domain::CaseId(case_id), query.text("reason")));
  } else if (!query.text("camera").empty()) {
    XUNJIE_TRY_VOID(judge_camera(reader, id, domain::CameraId(query.text("camera"))));
  } else {
    XUNJIE_TRY(upload, store_.find_entity("upload", blob));
    if (!upload || upload->body != reader.id.value) return no_blob();
  }
  return read_signed(id);
}

Result<void> BlobAccess::judge_case(const Principal& reader, const domain::BlobId& blob,
                                    const domain::CaseId& case_id, const std::string& reason) {
  XUNJIE_TRY(current, load_case(store_, case_id));
  if (!current || !domain::may_read(actor_of(reader), *current)) return no_blob();
  XUNJIE_TRY(events, seen_events(store_, case_id));
  switch (standing_of(blob, *current, events)) {
    case Standing::shown:
      return {};
    case Standing::none:
      return no_blob();
    case Standing::sealed:
      break;
  }
  if (!domain::may(reader.role, domain::Duty::read_originals)) {
    return make_error(ErrorCode::forbidden, "原始图片已封存，您的岗位不能调阅");
  }
  return log_access(reader, blob.value, case_id.value, reason);
}

Result<void> BlobAccess::judge_camera(const Principal& reader, const domain::BlobId& blob,
                                      const domain::CameraId& camera) {
  const auto registry = registry_.snapshot();
  const auto at = registry->cameras.find(camera);
  const bool in_reach = at != registry->cameras.end() &&
                        domain::may(reader.role, domain::Duty::read_cameras) &&
                        domain::in_scope(actor_of(reader), at->second.subdistrict);
  if (!in_reach || !registry_.was_last_picture(camera, blob)) return no_blob();
  return {};
}

Result<BlobContent> BlobAccess::read_signed(const domain::BlobId& blob) {
  XUNJIE_TRY(bytes, blobs_.get(blob));
  BlobContent content;
  content.content_type = content_type_of(bytes);
  content.bytes = std::move(bytes);
  return content;
}

// 《公共安全视频图像信息系统管理条例》: reason, content, unit and name of every access.
Result<void> BlobAccess::log_access(const Principal& reader, const std::string& blob,
                                    const std::string& case_id, const std::string& reason) {
  const UtcMicros now = clock_.now();
  ports::Entity entity;
  entity.kind = "blob_access";
  entity.id = make_ulid(now);
  entity.body = json::serialize(json::object{{"blob", blob},
                                             {"case", case_id},
                                             {"user", reader.id.value},
                                             {"name", reader.name},
                                             {"role", json_text(name_of(reader.role))},
                                             {"reason", reason},
                                             {"at", to_rfc3339(now)}});
  entity.updated_at = now;
  XUNJIE_TRY(stored, store_.put_entity(entity, 0));
  (void)stored;
  return {};
}

}  // namespace xunjie::app
