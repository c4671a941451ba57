#include "app/device_review_json.h"

#include <array>
#include <cstdio>

#include "app/views.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;
using domain::ReviewStanding;

json::value encode(const std::optional<domain::ReviewVerdict>& verdict) {
  if (!verdict) return {};
  return json::object{{"passed", verdict->passed},
                      {"opinion", verdict->opinion},
                      {"at", to_rfc3339(verdict->at)},
                      {"by", verdict->by.value},
                      {"name", verdict->name}};
}

std::optional<domain::ReviewVerdict> read_verdict(ObjectReader& from, const char* field) {
  const json::value* value = from.value_if(field);
  if (value == nullptr) return std::nullopt;
  ObjectReader inner(*value, join_path(from.path(), field));
  domain::ReviewVerdict verdict;
  verdict.passed = inner.boolean("passed");
  verdict.opinion = inner.text("opinion", 8192);
  verdict.at = inner.time("at");
  verdict.by = domain::UserId(inner.text("by", 64));
  verdict.name = inner.text("name", 256);
  from.adopt(inner.finish());
  return verdict;
}

domain::DeviceReview read_stored(ObjectReader& from) {
  domain::DeviceReview review = read_review_fields(from);
  review.registered_at = from.time("registered_at");
  review.registered_by = domain::UserId(from.text("registered_by", 64));
  review.registered_name = from.text("registered_name", 256);
  review.technical = read_verdict(from, "technical");
  review.legal = read_verdict(from, "legal");
  review.revoked = read_verdict(from, "revoked");
  return review;
}

}  // namespace

std::string day_text(domain::CivilDay day) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02d", day.year, day.month, day.day);
  return text.data();
}

domain::CivilDay read_day(ObjectReader& from, const char* field) {
  const std::string text = from.text(field, 10);
  domain::CivilDay day;
  char rest = 0;
  const bool read =
      std::sscanf(text.c_str(), "%4d-%2d-%2d%c", &day.year, &day.month, &day.day, &rest) == 3;
  // A day that does not exist comes back as another one.
  const bool exists = read && day.year >= 1990 && day.year <= 2200 && day.month >= 1 &&
                      day.month <= 12 && day.day >= 1 && day.day <= 31 &&
                      domain::civil_from_days(domain::days_from_civil(day)) == day;
  if (from.ok() && !exists) from.fail(field, "“" + text + "” 不是日期，例如 2026-03-01");
  return day;
}

domain::DeviceReview read_review_fields(ObjectReader& from) {
  const auto words = [&from](const char* field, std::size_t most) {
    std::string text = from.text(field, most);
    if (from.ok() && text.find_first_not_of(" \t\r\n") == std::string::npos)
      from.fail(field, "不能为空");
    return text;
  };
  domain::DeviceReview review;
  review.device = words("device", 512);
  review.standard = words("standard", 1024);
  review.place = words("place", 1024);
  review.published_on = read_day(from, "published_on");
  review.published_where = words("published_where", 2048);
  review.sign = words("sign", 1024);
  review.valid_from = read_day(from, "valid_from");
  review.valid_until = read_day(from, "valid_until");
  const auto* documents = from.array_if("documents", 16);
  for (std::size_t i = 0; documents != nullptr && i < documents->size(); ++i) {
    ObjectReader item((*documents)[i], index_path(join_path(from.path(), "documents"), i));
    domain::ReviewDocument document{domain::BlobId(item.text("blob", 64)), item.text("name", 512)};
    from.adopt(item.finish());
    review.documents.push_back(std::move(document));
  }
  return review;
}

json::object encode(const domain::DeviceReview& review) {
  json::array documents;
  for (const auto& document : review.documents) {
    documents.push_back({{"blob", document.blob.value}, {"name", document.name}});
  }
  return {{"device", review.device},
          {"standard", review.standard},
          {"place", review.place},
          {"published_on", day_text(review.published_on)},
          {"published_where", review.published_where},
          {"sign", review.sign},
          {"valid_from", day_text(review.valid_from)},
          {"valid_until", day_text(review.valid_until)},
          {"documents", std::move(documents)},
          {"registered_at", to_rfc3339(review.registered_at)},
          {"registered_by", review.registered_by.value},
          {"registered_name", review.registered_name},
          {"technical", encode(review.technical)},
          {"legal", encode(review.legal)},
          {"revoked", encode(review.revoked)}};
}

Result<std::vector<domain::DeviceReview>> decode_reviews(const std::string& body) {
  XUNJIE_TRY(value, parse_json(body, 8u << 20));
  ObjectReader from(value, "device_review");
  std::vector<domain::DeviceReview> reviews;
  const auto& list = from.array("records", domain::kReviewRecordsMax);
  for (std::size_t i = 0; i < list.size(); ++i) {
    ObjectReader item(list[i], index_path("device_review.records", i));
    reviews.push_back(read_stored(item));
    from.adopt(item.finish());
  }
  XUNJIE_TRY_VOID(from.finish());
  return reviews;
}

std::string encode_reviews(std::span<const domain::DeviceReview> reviews) {
  json::array list;
  for (const auto& review : reviews) list.push_back(encode(review));
  return json::serialize(json::object{{"records", std::move(list)}});
}

json::object review_summary(std::span<const domain::DeviceReview> reviews, UtcMicros now) {
  const ReviewStanding standing = domain::standing_of(reviews, now, now);
  const auto until = domain::valid_until(reviews, now);
  json::value warning;
  if (until) {
    const auto left =
        domain::days_from_civil(*until) - domain::days_from_civil(domain::local_day(now));
    if (left == 0) warning = "设备审核今天到期";
    if (left > 0 && left <= domain::kReviewWarningDays)
      warning = "设备审核将于 " + day_text(*until) + " 到期，还有 " + std::to_string(left) + " 天";
  }
  return {{"standing", json_text(domain::name_of(standing))},
          {"standing_zh", json_text(domain::chinese_of(standing))},
          {"valid_until", until ? json::value(day_text(*until)) : json::value()},
          {"warning", std::move(warning)}};
}

std::string evidence_gap_of(std::span<const domain::DeviceReview> reviews, UtcMicros at,
                            UtcMicros now) {
  const ReviewStanding standing = domain::standing_of(reviews, at, now);
  if (standing == ReviewStanding::valid) return {};
  return "画面拍摄当日（" + day_text(domain::local_day(at)) + "）探头的设备审核" +
         (standing == ReviewStanding::none
              ? std::string("没有记录")
              : "不成立：" + std::string(domain::chinese_of(standing))) +
         "，画面只能作线索";
}

}  // namespace xunjie::app
