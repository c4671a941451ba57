#include "app/camera_acts.h"

#include <array>

#include <boost/json.hpp>

#include "app/json_reader.h"
#include "app/page_query.h"
#include "app/views.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

struct Name {
  CameraAct act;
  std::string_view name, chinese;
};

constexpr std::array kNames = std::to_array<Name>({
    {CameraAct::put, "put", "登记或修改"},
    {CameraAct::remove, "remove", "移除"},
    {CameraAct::relearn, "relearn", "重新学习街面"},
    {CameraAct::live, "live", "观看直播"},
    {CameraAct::probe, "probe", "探测视频源"},
    {CameraAct::review_register, "review_register", "登记设备审核"},
    {CameraAct::review_technical, "review_technical", "技术审核"},
    {CameraAct::review_legal, "review_legal", "法制审核"},
    {CameraAct::review_revoke, "review_revoke", "撤销设备审核"},
});

const Name& row_of(CameraAct act) {
  return kNames.at(static_cast<std::size_t>(act));
}

}  // namespace

Result<void> CameraActs::note(const Principal& person, const domain::CameraId& camera,
                              CameraAct act, const std::string& words) {
  const UtcMicros now = clock_.now();
  const json::object record{{"at", to_rfc3339(now)},
                            {"act", json_text(row_of(act).name)},
                            {"act_zh", json_text(row_of(act).chinese)},
                            {"user", person.id.value},
                            {"name", person.name},
                            {"role", json_text(domain::name_of(person.role))},
                            {"note", words}};
  return ring_.append(camera.value, json::serialize(record), now);
}

Result<std::string> CameraActs::page(const domain::CameraId& camera,
                                     const QueryParameters& parameters) const {
  XUNJIE_TRY(query, PageQuery::read(parameters, {}));
  XUNJIE_TRY(before, ring_cursor(query.cursor));
  const auto limit = static_cast<std::size_t>(query.limit);
  XUNJIE_TRY(entries, ring_.newest_first(camera.value, before, limit + 1));
  std::string next;
  if (entries.size() > limit) {
    entries.pop_back();
    next = std::to_string(entries.back().number);
  }
  json::array items;
  for (const auto& entry : entries) {
    XUNJIE_TRY(record, parse_json(entry.record));
    items.push_back(std::move(record));
  }
  return json::serialize(json::object{{"items", std::move(items)},
                                      {"next_cursor", text_or_null(next)},
                                      {"as_of", to_rfc3339(clock_.now())}});
}

}  // namespace xunjie::app
