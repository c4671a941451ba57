// GET /reference: the words the console shows, all from the domain's tables and the data files.
#include <boost/json.hpp>

#include "app/reference_data.h"
#include "app/views.h"
#include "domain/loop.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

// Enumerators run without gaps from the first to the last.
template <typename E>
json::array words(E last) {
  json::array list;
  for (int value = 0; value <= static_cast<int>(last); ++value) {
    const auto one = static_cast<E>(value);
    list.push_back({{"id", json_text(name_of(one))}, {"name_zh", json_text(chinese_of(one))}});
  }
  return list;
}

json::array states() {
  json::array list;
  for (int value = 0; value <= static_cast<int>(domain::CaseState::transferred); ++value) {
    const auto state = static_cast<domain::CaseState>(value);
    list.push_back({{"id", json_text(name_of(state))},
                    {"name_zh", json_text(chinese_of(state))},
                    {"open", !domain::is_end(state)}});
  }
  return list;
}

json::array commands() {
  json::array list;
  for (int value = 0; value <= static_cast<int>(domain::CommandKind::note); ++value) {
    const auto kind = static_cast<domain::CommandKind>(value);
    json::array required;
    for (const auto fact : domain::required_facts(kind)) required.push_back(json_text(fact));
    list.push_back({{"id", json_text(name_of(kind))},
                    {"name_zh", json_text(chinese_of(kind))},
                    {"required", std::move(required)}});
  }
  return list;
}

}  // namespace

std::string reference_json(const ReferenceData& reference) {
  json::array violations, subdistricts, departments;
  for (const auto& rule : reference.violations) {
    violations.push_back({{"id", rule.id.value},
                          {"name_zh", rule.name_zh},
                          {"event_code", rule.event_code},
                          {"dwell_s", rule.dwell.seconds()},
                          {"evidence", rule.evidence},
                          {"effective_from", text_or_null(rule.effective_from)},
                          {"effective_until", text_or_null(rule.effective_until)},
                          {"law",
                           {{"law", rule.law.law},
                            {"article", rule.law.article},
                            {"text", rule.law.text},
                            {"verified", rule.law.verified}}}});
  }
  for (const auto& one : reference.subdistricts) {
    subdistricts.push_back({{"id", one.id.value},
                            {"name_zh", one.name},
                            {"centre", {{"lon", one.centre.lon}, {"lat", one.centre.lat}}}});
  }
  for (const auto& one : reference.departments) {
    departments.push_back({{"id", one.id}, {"name_zh", one.name}});
  }
  json::object view;
  view["violations"] = std::move(violations);
  view["states"] = states();
  view["stages"] = words(domain::PenaltyStage::paid);
  view["roles"] = words(domain::Role::system);
  view["commands"] = commands();
  view["subdistricts"] = std::move(subdistricts);
  view["departments"] = std::move(departments);
  return json::serialize(view);
}

}  // namespace xunjie::app
