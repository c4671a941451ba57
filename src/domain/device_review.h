// The legal and technical review of a device (行政处罚法 41): only what a reviewed, marked and
// published device recorded may be evidence. A camera has a list of records, oldest first; a judged
// record never changes, so what held on a day can be said for ever.
//
// An invalid or missing record blocks evidence, never seeing.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "domain/ids.h"
#include "domain/rules.h"

namespace xunjie::domain {

struct ReviewVerdict {
  bool passed = false;
  std::string opinion;
  UtcMicros at;
  UserId by;
  std::string name;
};

struct ReviewDocument {
  BlobId blob;
  std::string name;
};

struct DeviceReview {
  std::string device;                // maker, model, serial number
  std::string standard;              // checked against
  std::string place;                 // where it stands, as published
  CivilDay published_on;             // of the place
  std::string published_where;       // gazette, site
  std::string sign;                  // on the spot
  CivilDay valid_from, valid_until;  // local days, both included
  std::vector<ReviewDocument> documents;
  UtcMicros registered_at;
  UserId registered_by;
  std::string registered_name;
  std::optional<ReviewVerdict> technical, legal, revoked;
};

enum class ReviewStanding {
  none,
  technical_pending,
  legal_pending,
  failed,
  revoked,
  unpublished,
  not_yet_valid,
  expired,
  valid,
};

enum class ReviewPart { technical, legal, revoke };

inline constexpr int kReviewWarningDays = 30;
inline constexpr std::size_t kReviewRecordsMax = 64;

std::string_view name_of(ReviewStanding standing);
std::string_view chinese_of(ReviewStanding standing);
std::string_view name_of(ReviewPart part);
std::optional<ReviewPart> review_part_from(std::string_view name);

// How a record stands at the moment `at`, as known at `now` (≥ at): verdicts count from when they
// were given, a revocation also for the past.
ReviewStanding standing_of(const DeviceReview& review, UtcMicros at, UtcMicros now);
// Of all records: valid when one is, else how the newest stands.
ReviewStanding standing_of(std::span<const DeviceReview> reviews, UtcMicros at, UtcMicros now);
// The last day on which, as known now, the device will have been valid without a gap; nullopt when
// it is not valid now.
std::optional<CivilDay> valid_until(std::span<const DeviceReview> reviews, UtcMicros now);

// Errors: invalid_argument naming the field: days out of order, longer than five years.
Result<void> check_review(const DeviceReview& review);
// Gives the newest record a verdict. Errors: not_allowed_in_state, invalid_argument (passed).
Result<void> judge(std::vector<DeviceReview>& reviews, ReviewPart part,
                   const ReviewVerdict& verdict);
// Registers a record: replaces the newest while it is unjudged. Errors: full.
Result<void> register_review(std::vector<DeviceReview>& reviews, DeviceReview review);

}  // namespace xunjie::domain
