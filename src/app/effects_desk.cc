#include "app/effects_desk.h"

#include "app/page_query.h"
#include "app/views.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

std::string_view chinese_of_kind(const std::string& kind) {
  const auto known = domain::effect_kind_from(kind);
  if (known) return domain::chinese_of(*known);
  if (kind == "ask_receipt") return "查询回执";
  if (kind == "dismiss_finding") return "告知探头不再上报";
  return "待办";
}

std::string_view chinese_of_status(const std::string& status) {
  if (status == "pending") return "待处理";
  if (status == "leased") return "处理中";
  if (status == "done") return "已完成";
  return "已搁置";
}

json::object view_of(const ports::EffectRow& effect) {
  json::object view;
  view["id"] = effect.id;
  view["kind"] = effect.kind;
  view["kind_zh"] = json_text(chinese_of_kind(effect.kind));
  view["case"] = effect.case_id.value;
  view["status"] = effect.status;
  view["status_zh"] = json_text(chinese_of_status(effect.status));
  view["attempts"] = effect.attempts;
  view["created_at"] = to_rfc3339(effect.created_at);
  view["next_attempt_at"] = to_rfc3339(effect.next_attempt_at);
  view["reference"] = text_or_null(effect.reference);
  view["last_error"] = text_or_null(effect.last_error);
  return view;
}

}  // namespace

EffectsDesk::EffectsDesk(ports::Store& store, const ports::Clock& clock)
    : store_(store), clock_(clock) {}

Result<std::string> EffectsDesk::list(const Principal& reader, const QueryParameters& parameters) {
  if (!domain::may(reader.role, domain::Duty::read_effects)) {
    return make_error(ErrorCode::forbidden, "您的岗位不能查看待办");
  }
  XUNJIE_TRY(query, PageQuery::read(parameters, {"status"}));
  const std::string status = query.text("status").empty() ? "parked" : query.text("status");
  if (status != "parked" && status != "pending" && status != "leased" && status != "done") {
    return make_error(ErrorCode::invalid_argument,
                      "status：“" + status + "” 应为 parked、pending、leased 或 done", "status");
  }
  XUNJIE_TRY(effects, store_.list_effects(status, {query.limit, query.cursor}));
  json::array items;
  for (const auto& effect : effects.items) items.push_back(view_of(effect));
  return json::serialize(json::object{{"items", std::move(items)},
                                      {"next_cursor", text_or_null(effects.next_cursor)},
                                      {"as_of", to_rfc3339(clock_.now())}});
}

Result<std::string> EffectsDesk::retry(const Principal& writer, const std::string& id) {
  if (!domain::may(writer.role, domain::Duty::retry_effects)) {
    return make_error(ErrorCode::forbidden, "只有值班长和平台管理员可以重试待办");
  }
  XUNJIE_TRY(effect, store_.find_effect(id));
  if (!effect) return make_error(ErrorCode::not_found, "没有待办 “" + id + "”");
  if (effect->status != "parked") {
    return make_error(ErrorCode::not_allowed_in_state, "这件待办没有被搁置，无需重试");
  }
  XUNJIE_TRY_VOID(store_.retry_effect(id, clock_.now(), effect->last_error));
  XUNJIE_TRY(after, store_.find_effect(id));
  return json::serialize(view_of(after ? *after : *effect));
}

}  // namespace xunjie::app
