#include "domain/device_review.h"

#include <algorithm>
#include <array>
#include <utility>

namespace xunjie::domain {
namespace {

constexpr std::int64_t kLongestDays = 5 * 366;

struct StandingName {
  ReviewStanding standing;
  std::string_view name, chinese;
};

constexpr std::array kStandings = std::to_array<StandingName>({
    {ReviewStanding::none, "none", "没有审核记录"},
    {ReviewStanding::technical_pending, "technical_pending", "待技术审核"},
    {ReviewStanding::legal_pending, "legal_pending", "待法制审核"},
    {ReviewStanding::failed, "failed", "审核未通过"},
    {ReviewStanding::revoked, "revoked", "审核已撤销"},
    {ReviewStanding::unpublished, "unpublished", "设置地点尚未公布"},
    {ReviewStanding::not_yet_valid, "not_yet_valid", "有效期尚未开始"},
    {ReviewStanding::expired, "expired", "审核已过期"},
    {ReviewStanding::valid, "valid", "审核有效"},
});

struct PartName {
  ReviewPart part;
  std::string_view name;
};

constexpr std::array kParts = std::to_array<PartName>({
    {ReviewPart::technical, "technical"},
    {ReviewPart::legal, "legal"},
    {ReviewPart::revoke, "revoke"},
});

const StandingName& row_of(ReviewStanding standing) {
  return *std::find_if(kStandings.begin(), kStandings.end(),
                       [standing](const auto& row) { return row.standing == standing; });
}

Error wrong(const char* field, const std::string& what) {
  return make_error(ErrorCode::invalid_argument, std::string(field) + "：" + what, field);
}

Error not_now(const std::string& what) {
  return make_error(ErrorCode::not_allowed_in_state, what);
}

bool given(const std::optional<ReviewVerdict>& verdict, UtcMicros at) {
  return verdict && verdict->at <= at;
}

// nullopt: both verdicts are there and good.
std::optional<ReviewStanding> verdict_gap(const DeviceReview& review, UtcMicros at) {
  if (!given(review.technical, at)) return ReviewStanding::technical_pending;
  if (!review.technical->passed) return ReviewStanding::failed;
  if (!given(review.legal, at)) return ReviewStanding::legal_pending;
  if (!review.legal->passed) return ReviewStanding::failed;
  return std::nullopt;
}

CivilDay day_after(CivilDay day) {
  return civil_from_days(days_from_civil(day) + 1);
}

}  // namespace

std::string_view name_of(ReviewStanding standing) {
  return row_of(standing).name;
}

std::string_view chinese_of(ReviewStanding standing) {
  return row_of(standing).chinese;
}

std::string_view name_of(ReviewPart part) {
  return std::find_if(kParts.begin(), kParts.end(),
                      [part](const auto& row) { return row.part == part; })
      ->name;
}

std::optional<ReviewPart> review_part_from(std::string_view name) {
  for (const auto& row : kParts) {
    if (row.name == name) return row.part;
  }
  return std::nullopt;
}

ReviewStanding standing_of(const DeviceReview& review, UtcMicros at, UtcMicros now) {
  if (given(review.revoked, now)) return ReviewStanding::revoked;
  if (const auto gap = verdict_gap(review, at)) return *gap;
  const CivilDay day = local_day(at);
  if (day > review.valid_until) return ReviewStanding::expired;
  if (day < review.published_on) return ReviewStanding::unpublished;
  if (day < review.valid_from) return ReviewStanding::not_yet_valid;
  return ReviewStanding::valid;
}

ReviewStanding standing_of(std::span<const DeviceReview> reviews, UtcMicros at, UtcMicros now) {
  if (reviews.empty()) return ReviewStanding::none;
  const bool valid = std::any_of(reviews.begin(), reviews.end(), [&](const auto& review) {
    return standing_of(review, at, now) == ReviewStanding::valid;
  });
  return valid ? ReviewStanding::valid : standing_of(reviews.back(), at, now);
}

std::optional<CivilDay> valid_until(std::span<const DeviceReview> reviews, UtcMicros now) {
  std::optional<CivilDay> until;
  // Each round takes a record that holds on the day after what is covered so far; a record is taken
  // at most once, for its end moves the day.
  CivilDay wanted = local_day(now);
  for (bool longer = true; longer;) {
    longer = false;
    for (const auto& review : reviews) {
      if (given(review.revoked, now) || verdict_gap(review, now)) continue;
      const CivilDay from = std::max(review.valid_from, review.published_on);
      if (wanted < from || wanted > review.valid_until) continue;
      until = review.valid_until;
      wanted = day_after(review.valid_until);
      longer = true;
    }
  }
  return until;
}

Result<void> check_review(const DeviceReview& review) {
  const auto from = days_from_civil(review.valid_from), until = days_from_civil(review.valid_until);
  if (until < from) return wrong("valid_until", "不能早于 valid_from");
  if (until - from > kLongestDays) return wrong("valid_until", "有效期至多五年");
  if (review.published_on > review.valid_until) {
    return wrong("published_on", "公布日期不能晚于有效期的最后一天");
  }
  return {};
}

Result<void> judge(std::vector<DeviceReview>& reviews, ReviewPart part,
                   const ReviewVerdict& verdict) {
  if (reviews.empty()) return not_now("还没有登记送审的内容");
  DeviceReview& newest = reviews.back();
  if (newest.revoked) return not_now("最近一份审核已撤销，请先登记新的");
  if (part == ReviewPart::revoke) {
    if (verdict.passed) return wrong("passed", "撤销时应为 false");
    newest.revoked = verdict;
    return {};
  }
  auto& slot = part == ReviewPart::technical ? newest.technical : newest.legal;
  if (slot) return not_now("这一项已有审核结论，不能更改；可撤销后重新登记");
  if (part == ReviewPart::legal && (!newest.technical || !newest.technical->passed)) {
    return not_now("技术审核通过之后才能作法制审核");
  }
  slot = verdict;
  return {};
}

Result<void> register_review(std::vector<DeviceReview>& reviews, DeviceReview review) {
  XUNJIE_TRY_VOID(check_review(review));
  const bool judged = reviews.empty() || reviews.back().technical || reviews.back().revoked;
  if (!judged) {
    reviews.back() = std::move(review);
    return {};
  }
  if (reviews.size() >= kReviewRecordsMax) {
    return make_error(ErrorCode::full, "一个探头至多保存 64 份审核记录");
  }
  reviews.push_back(std::move(review));
  return {};
}

}  // namespace xunjie::domain
