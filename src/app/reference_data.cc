#include "app/reference_data.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <functional>
#include <sstream>

#include "app/json_reader.h"
#include "app/reference_files.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;
namespace fs = std::filesystem;

Result<json::value> read_file(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) {
    return make_error(ErrorCode::not_found, "找不到参考数据文件 " + path.filename().string(), {},
                      path.string());
  }
  std::ostringstream text;
  text << in.rdbuf();
  auto parsed = parse_json(text.str(), 8u << 20);
  if (!parsed.ok()) {
    Error error = parsed.error();
    error.message = path.filename().string() + "：" + error.message;
    return error;
  }
  return parsed;
}

// RFC 7396.
void merge_patch(json::value& target, const json::value& patch) {
  const auto* changes = patch.if_object();
  if (changes == nullptr) {
    target = patch;
    return;
  }
  if (!target.is_object()) target = json::object();
  auto& object = target.get_object();
  for (const auto& change : *changes) {
    if (change.value().is_null())
      object.erase(change.key());
    else
      merge_patch(object[change.key()], change.value());
  }
}

// Lists of records are patched by id, since RFC 7396 could only replace the whole list. An id that
// meets nothing is a typing error, not a new record.
Result<void> patch_records(json::value& records, const json::value& patch,
                           const std::string& name) {
  const auto* changes = patch.if_object();
  auto* list = records.if_array();
  if (changes == nullptr || list == nullptr) {
    return make_error(ErrorCode::invalid_argument, "overrides." + name + "：应为以 id 为键的对象",
                      "overrides." + name);
  }
  for (const auto& change : *changes) {
    bool met = false;
    for (auto& record : *list) {
      auto* object = record.if_object();
      if (object == nullptr || !object->contains("id") || object->at("id") != change.key())
        continue;
      merge_patch(record, change.value());
      met = true;
    }
    if (!met) {
      const std::string path = "overrides." + name + "." + std::string(change.key());
      return make_error(ErrorCode::invalid_argument, path + "：没有这个 id", path);
    }
  }
  return {};
}

Result<void> patch_file(json::value& content, const json::value& overrides,
                        const std::string& name) {
  const auto* patches = overrides.if_object();
  if (patches == nullptr) return {};
  const auto* patch = patches->if_contains(name);
  if (patch == nullptr) return {};
  if (content.is_array()) return patch_records(content, *patch, name);
  merge_patch(content, *patch);
  return {};
}

Result<json::value> read_patched(const fs::path& dir, const std::string& name,
                                 const json::value& overrides) {
  XUNJIE_TRY(content, read_file(dir / (name + ".json")));
  XUNJIE_TRY_VOID(patch_file(content, overrides, name));
  return std::move(content);
}

Result<void> load_calendars(const fs::path& dir, domain::Calendar& calendar) {
  std::error_code failure;
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(dir / "calendar", failure)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  if (files.empty()) {
    return make_error(ErrorCode::not_found, "参考数据缺少 calendar/*.json", {}, dir.string());
  }
  std::sort(files.begin(), files.end());
  for (const auto& file : files) {
    XUNJIE_TRY(content, read_file(file));
    XUNJIE_TRY_VOID(read_calendar(content, "calendar/" + file.stem().string(), calendar));
  }
  return {};
}

Result<void> check_overrides(const json::value& overrides) {
  if (overrides.is_null()) return {};
  ObjectReader reader(overrides, "overrides");
  for (const char* name : {"violations", "subdistricts", "departments", "messages", "policy"}) {
    reader.ignore(name);
  }
  return reader.finish();
}

}  // namespace

Result<ReferenceData> load_reference_data(const fs::path& dir, std::string_view overrides_text) {
  json::value overrides;
  if (!overrides_text.empty()) {
    XUNJIE_TRY(parsed, parse_json(overrides_text));
    overrides = std::move(parsed);
    XUNJIE_TRY_VOID(check_overrides(overrides));
  }
  ReferenceData data;
  XUNJIE_TRY(violations, read_patched(dir, "violations", overrides));
  XUNJIE_TRY_VOID(read_violations(violations, data.violations));
  XUNJIE_TRY(subdistricts, read_patched(dir, "subdistricts", overrides));
  XUNJIE_TRY_VOID(read_subdistricts(subdistricts, data.subdistricts));
  XUNJIE_TRY(departments, read_patched(dir, "departments", overrides));
  XUNJIE_TRY_VOID(read_departments(departments, data.departments));
  XUNJIE_TRY(messages, read_patched(dir, "messages", overrides));
  XUNJIE_TRY_VOID(read_messages(messages, data.templates));
  XUNJIE_TRY(policy, read_patched(dir, "policy", overrides));
  XUNJIE_TRY_VOID(read_policy(policy, data.policy));
  XUNJIE_TRY_VOID(load_calendars(dir, data.calendar));
  return data;
}

const RetentionRule& Policy::retention_at(UtcMicros at) const {
  // Days in local time; as text they sort as they follow.
  const auto day = domain::local_day(at);
  std::array<char, 16> today{};
  std::snprintf(today.data(), today.size(), "%04d-%02d-%02d", day.year % 10000, day.month % 100,
                day.day % 100);
  const RetentionRule* found = &retention.front();
  for (const auto& rule : retention) {
    if (rule.effective_from <= today.data()) found = &rule;
  }
  return *found;
}

const domain::ViolationRule* ReferenceData::violation(const domain::ViolationKindId& id,
                                                      UtcMicros at) const {
  // Effective days are local (UTC+8); comparing the text of ISO dates compares the days.
  const std::string day = to_rfc3339(at + hours(8)).substr(0, 10);
  const domain::ViolationRule* newest = nullptr;
  for (const auto& rule : violations) {
    if (rule.id != id) continue;
    const bool begun = rule.effective_from.empty() || rule.effective_from.substr(0, 10) <= day;
    const bool ended = !rule.effective_until.empty() && rule.effective_until.substr(0, 10) <= day;
    if (begun && !ended) return &rule;
    if (newest == nullptr || newest->effective_from < rule.effective_from) newest = &rule;
  }
  return newest;
}

const Subdistrict* ReferenceData::subdistrict(const domain::SubdistrictId& id) const {
  const auto at = std::find_if(subdistricts.begin(), subdistricts.end(),
                               [&id](const Subdistrict& one) { return one.id == id; });
  return at == subdistricts.end() ? nullptr : &*at;
}

std::string ReferenceData::violation_name(const domain::ViolationKindId& id) const {
  const auto at = std::find_if(violations.rbegin(), violations.rend(),
                               [&id](const auto& rule) { return rule.id == id; });
  return at == violations.rend() ? id.value : at->name_zh;
}

std::string ReferenceData::subdistrict_name(const domain::SubdistrictId& id) const {
  const auto* found = subdistrict(id);
  return found == nullptr ? id.value : found->name;
}

const MessageTemplate* ReferenceData::message(const std::string& violation, int round) const {
  const auto find = [this](std::string_view kind, int wanted) -> const MessageTemplate* {
    for (const auto& one : templates) {
      if (one.violation == kind && one.round == wanted) return &one;
    }
    return nullptr;
  };
  for (const std::string_view kind : {std::string_view(violation), std::string_view("*")}) {
    for (const int wanted : {round, 0}) {
      if (const auto* found = find(kind, wanted)) return found;
    }
  }
  return nullptr;
}

}  // namespace xunjie::app
