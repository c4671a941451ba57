// Review records of a device ↔ JSON, stored form and what screens get. Internal to app.
#pragma once

#include <span>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "app/json_reader.h"
#include "base/result.h"
#include "domain/device_review.h"

namespace xunjie::app {

std::string day_text(domain::CivilDay day);  // "2026-02-17"
domain::CivilDay read_day(ObjectReader& from, const char* field);

// What a person may write of a record; the rest is the system's.
domain::DeviceReview read_review_fields(ObjectReader& from);
boost::json::object encode(const domain::DeviceReview& review);
Result<std::vector<domain::DeviceReview>> decode_reviews(const std::string& body);
std::string encode_reviews(std::span<const domain::DeviceReview> reviews);

// {"standing","standing_zh","valid_until","warning"}
boost::json::object review_summary(std::span<const domain::DeviceReview> reviews, UtcMicros now);
// Why the pictures of this device are no evidence, for the person who wants to use them; empty when
// they may be. `at`: when they were taken.
std::string evidence_gap_of(std::span<const domain::DeviceReview> reviews, UtcMicros at,
                            UtcMicros now);

}  // namespace xunjie::app
