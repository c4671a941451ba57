#include "app/device_reviews.h"

#include <algorithm>
#include <cstring>
#include <mutex>

#include "app/camera_acts.h"
#include "app/command_body.h"
#include "app/device_review_json.h"
#include "app/registry.h"
#include "app/registry_json.h"
#include "app/views.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;
using domain::Duty;
using domain::ReviewPart;

std::string document_type(std::span<const std::byte> bytes) {
  const auto begins = [bytes](std::string_view magic) {
    return bytes.size() >= magic.size() &&
           std::memcmp(bytes.data(), magic.data(), magic.size()) == 0;
  };
  if (begins("%PDF-")) return "application/pdf";
  if (begins("\xff\xd8\xff")) return "image/jpeg";
  return begins("\x89PNG\r\n\x1a\n") ? "image/png" : "";
}

Duty duty_of(ReviewPart part) {
  if (part == ReviewPart::technical) return Duty::review_device_technically;
  return part == ReviewPart::legal ? Duty::review_device_legally : Duty::revoke_device_review;
}

CameraAct act_of(ReviewPart part) {
  if (part == ReviewPart::technical) return CameraAct::review_technical;
  return part == ReviewPart::legal ? CameraAct::review_legal : CameraAct::review_revoke;
}

Result<void> may(const Principal& person, Duty duty) {
  if (domain::may(person.role, duty)) return {};
  switch (duty) {
    case Duty::review_device_technically:
      return make_error(ErrorCode::forbidden, "只有技术审核员可以作技术审核");
    case Duty::review_device_legally:
      return make_error(ErrorCode::forbidden, "只有法制审核员可以作法制审核");
    case Duty::revoke_device_review:
      return make_error(ErrorCode::forbidden, "只有审核员和平台管理员可以撤销设备审核");
    default:
      return make_error(ErrorCode::forbidden, "只有平台管理员和数据管理员可以登记设备审核");
  }
}

struct Decision {
  std::uint32_t version = 0;
  ReviewPart part = ReviewPart::technical;
  domain::ReviewVerdict verdict;
};

Result<Decision> read_decision(std::string_view body) {
  XUNJIE_TRY(value, parse_json(body));
  ObjectReader from(value, "");
  Decision decision;
  decision.version =
      static_cast<std::uint32_t>(std::clamp<std::int64_t>(from.integer("version"), 0, 0x7fffffff));
  const std::string part = from.text("part", 16);
  const auto known = domain::review_part_from(part);
  if (from.ok() && !known) from.fail("part", "“" + part + "” 应为 technical、legal 或 revoke");
  decision.part = known.value_or(ReviewPart::technical);
  decision.verdict.passed = from.boolean("passed");
  decision.verdict.opinion = from.text("opinion", 8000);
  if (from.ok() && decision.verdict.opinion.find_first_not_of(" \t\r\n") == std::string::npos)
    from.fail("opinion", "请写明审核意见");
  XUNJIE_TRY_VOID(from.finish());
  return decision;
}

}  // namespace

std::string DeviceReviews::view(const Principal& reader, const domain::CameraId& camera) const {
  const UtcMicros now = clock_.now();
  const auto snapshot = registry_.snapshot();
  const auto& list = snapshot->reviews_of(camera);
  const auto& reviews = list.records;
  json::object out = review_summary(reviews, now);
  out["camera"] = camera.value;
  out["version"] = list.version;
  out["allowed"] = review_acts(reader, reviews);
  json::array records;
  for (std::size_t i = reviews.size(); i-- > 0;) {
    json::object record = encode(reviews[i]);
    const auto standing = domain::standing_of(reviews[i], now, now);
    record["number"] = i + 1;
    record["standing"] = json_text(domain::name_of(standing));
    record["standing_zh"] = json_text(domain::chinese_of(standing));
    records.push_back(std::move(record));
  }
  out["records"] = std::move(records);
  out["as_of"] = to_rfc3339(now);
  return json::serialize(out);
}

Result<std::string> DeviceReviews::read(const Principal& reader, const std::string& camera) const {
  XUNJIE_TRY(found, registry_.in_reach(reader, camera));
  return view(reader, found.config.id);
}

// `changing_` is held: what was read of the records is what the store has.
Result<void> DeviceReviews::keep(const Camera& camera, std::vector<domain::DeviceReview> reviews,
                                 std::uint32_t expected) {
  ports::Entity entity;
  entity.kind = "device_review";
  entity.id = camera.config.id.value;
  entity.subdistrict = camera.subdistrict.value;
  entity.body = encode_reviews(reviews);
  entity.updated_at = clock_.now();
  XUNJIE_TRY(stored, store_.put_entity(entity, expected));
  registry_.set_reviews(camera.config.id, {std::move(reviews), stored.version});
  return {};
}

Result<void> DeviceReviews::check_documents(const domain::DeviceReview& review) const {
  for (std::size_t i = 0; i < review.documents.size(); ++i) {
    const std::string field = "documents[" + std::to_string(i) + "].blob";
    // Stored again, so that retention, which spares what is new, cannot take it just before the
    // record names it.
    const auto& blob = review.documents[i].blob;
    const auto bytes =
        is_blob_id(blob.value) ? blobs_.get(blob) : make_error(ErrorCode::not_found, {});
    if (!bytes.ok() || !blobs_.put(*bytes).ok()) {
      return make_error(ErrorCode::invalid_argument, field + "：没有上传过这份材料", field);
    }
  }
  return {};
}

Result<std::string> DeviceReviews::put(const Principal& writer, const std::string& camera,
                                       std::string_view body) {
  XUNJIE_TRY(found, registry_.in_reach(writer, camera));
  XUNJIE_TRY_VOID(may(writer, Duty::register_device_review));
  XUNJIE_TRY(value, parse_json(body));
  ObjectReader from(value, "");
  const auto version =
      static_cast<std::uint32_t>(std::clamp<std::int64_t>(from.integer("version"), 0, 0x7fffffff));
  domain::DeviceReview review = read_review_fields(from);
  XUNJIE_TRY_VOID(from.finish());
  XUNJIE_TRY_VOID(check_documents(review));
  review.registered_at = clock_.now();
  review.registered_by = writer.id;
  review.registered_name = writer.name;
  const domain::CameraId& id = found.config.id;
  const std::lock_guard changing(changing_);
  auto reviews = registry_.snapshot()->reviews_of(id).records;
  XUNJIE_TRY_VOID(domain::register_review(reviews, std::move(review)));
  XUNJIE_TRY_VOID(keep(found, std::move(reviews), version));
  XUNJIE_TRY_VOID(acts_.note(writer, id, CameraAct::review_register));
  return view(writer, id);
}

Result<std::string> DeviceReviews::decide(const Principal& reviewer, const std::string& camera,
                                          std::string_view body) {
  XUNJIE_TRY(found, registry_.in_reach(reviewer, camera));
  XUNJIE_TRY(decision, read_decision(body));
  XUNJIE_TRY_VOID(may(reviewer, duty_of(decision.part)));
  decision.verdict.at = clock_.now();
  decision.verdict.by = reviewer.id;
  decision.verdict.name = reviewer.name;
  const domain::CameraId& id = found.config.id;
  const std::lock_guard changing(changing_);
  auto reviews = registry_.snapshot()->reviews_of(id).records;
  XUNJIE_TRY_VOID(domain::judge(reviews, decision.part, decision.verdict));
  XUNJIE_TRY_VOID(keep(found, std::move(reviews), decision.version));
  XUNJIE_TRY_VOID(
      acts_.note(reviewer, id, act_of(decision.part),
                 (decision.verdict.passed ? "通过：" : "不通过：") + decision.verdict.opinion));
  return view(reviewer, id);
}

Result<std::string> DeviceReviews::upload(const Principal& writer, const std::string& camera,
                                          std::span<const std::byte> bytes) {
  XUNJIE_TRY(found, registry_.in_reach(writer, camera));
  (void)found;
  XUNJIE_TRY_VOID(may(writer, Duty::register_device_review));
  if (bytes.size() > kDocumentMax) return make_error(ErrorCode::too_large, "材料超过上限 16 MiB");
  if (document_type(bytes).empty())
    return make_error(ErrorCode::invalid_argument, "只接受 PDF、JPEG 或 PNG");
  XUNJIE_TRY(blob, blobs_.put(bytes));
  return json::serialize(json::object{{"blob", blob.value}});
}

Result<BlobContent> DeviceReviews::document(const Principal& reader, const std::string& camera,
                                            const std::string& blob) const {
  XUNJIE_TRY(found, registry_.in_reach(reader, camera));
  const auto snapshot = registry_.snapshot();
  const auto& reviews = snapshot->reviews_of(found.config.id).records;
  const bool named = std::any_of(reviews.begin(), reviews.end(), [&blob](const auto& review) {
    return std::any_of(review.documents.begin(), review.documents.end(),
                       [&blob](const auto& document) { return document.blob.value == blob; });
  });
  if (!named) return make_error(ErrorCode::not_found, "审核记录中没有这份材料");
  XUNJIE_TRY(bytes, blobs_.get(domain::BlobId(blob)));
  BlobContent content;
  content.content_type = document_type(bytes);
  content.bytes = std::move(bytes);
  return content;
}

}  // namespace xunjie::app
