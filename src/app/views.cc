#include "app/views.h"

#include <algorithm>
#include <array>

#include "app/case_records.h"
#include "app/codec.h"
#include "app/reminder.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

using domain::CommandKind;

std::string_view style_of(CommandKind kind) {
  switch (kind) {
    case CommandKind::confirm:
    case CommandKind::uphold_objection:
    case CommandKind::accept:
    case CommandKind::start_on_site:
    case CommandKind::submit_result:
    case CommandKind::pass_technical:
    case CommandKind::pass_legal:
    case CommandKind::pass_verification:
    case CommandKind::approve_extension:
    case CommandKind::resume:
    case CommandKind::transfer_accepted:
      return "primary";
    case CommandKind::reject:
    case CommandKind::return_order:
    case CommandKind::fail_technical:
    case CommandKind::fail_legal:
    case CommandKind::fail_verification:
    case CommandKind::decide_penalty:
    case CommandKind::refuse_extension:
    case CommandKind::transfer_refused:
      return "danger";
    default:
      return "default";
  }
}

// The deciding picture first; older ones stand in when it is missing.
const domain::Picture* cover_of(const domain::Sighting& sighting) {
  for (const auto role : {domain::PictureRole::now, domain::PictureRole::arrival}) {
    for (const auto& picture : sighting.pictures) {
      if (picture.role == role) return &picture;
    }
  }
  return sighting.pictures.empty() ? nullptr : &sighting.pictures.front();
}

std::string_view picture_word(domain::PictureRole role) {
  switch (role) {
    case domain::PictureRole::before:
      return "发生前";
    case domain::PictureRole::arrival:
      return "出现时";
    case domain::PictureRole::now:
      return "判定时";
    case domain::PictureRole::recheck:
      return "复核";
    case domain::PictureRole::handled_before:
      return "处置前";
    case domain::PictureRole::handled_after:
      return "处置后";
    case domain::PictureRole::other:
      break;
  }
  return "其他";
}

json::object picture_view(const domain::Picture& picture, const domain::CaseId& id) {
  json::object view;
  view["role"] = json_text(name_of(picture.role));
  view["role_zh"] = json_text(picture_word(picture.role));
  view["url"] = blob_url(picture.original, id);
  view["thumbnail"] = blob_url(picture.original, id) + "&size=thumbnail";
  view["original_hash"] = picture.original.value;
  view["taken_at"] = to_rfc3339(picture.taken_at);
  view["marked"] = picture.box || picture.marked;
  return view;
}

json::object facts_view(const domain::Facts& facts, const domain::CaseId& id) {
  json::object view = encode(facts);
  view.erase("clip");
  if (facts.span.count != 0) {
    view.erase("span_us");
    view["span_s"] = facts.span.count / 1'000'000;
  }
  if (!facts.pictures.empty()) {
    json::array pictures;
    for (const auto& picture : facts.pictures) pictures.push_back(picture_view(picture, id));
    view["pictures"] = std::move(pictures);
  }
  return view;
}

}  // namespace

std::string masked_phone(const std::string& phone) {
  if (phone.size() < 7) return phone.empty() ? "" : "****";
  return phone.substr(0, 3) + "****" + phone.substr(phone.size() - 4);
}

std::string blob_url(const domain::BlobId& blob, const domain::CaseId& id) {
  return "/api/v1/blobs/" + blob.value + "?case=" + id.value;
}

json::value time_or_null(const std::optional<UtcMicros>& time) {
  return time ? json::value(to_rfc3339(*time)) : json::value();
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value() : json::value(text);
}

Result<std::vector<SeenEvent>> seen_events(ports::Store& store, const domain::CaseId& id) {
  XUNJIE_TRY(stored, store.events_of(id));
  std::vector<SeenEvent> events;
  for (const auto& one : stored) {
    auto event = decode_event(one.payload);
    if (!event.ok()) {
      return make_error(ErrorCode::corrupt, "案件 " + id.value + " 的记录无法读取", {},
                        event.error().message);
    }
    events.push_back({one.sequence, std::move(event).value(), one.hash});
  }
  return events;
}

CaseViews::CaseViews(ports::Store& store, const ReferenceData& reference, const Registry& registry,
                     UtcMicros now)
    : store_(store), reference_(reference), registry_(registry.snapshot()), now_(now) {}

json::object CaseViews::summary(const domain::Case& current) const {
  const auto& sighting = current.sighting;
  json::object view;
  view["id"] = current.id.value;
  view["version"] = current.version;
  view["state"] = json_text(name_of(current.state));
  view["state_zh"] = json_text(chinese_of(current.state));
  view["stage"] = json_text(name_of(current.stage));
  view["stage_zh"] = json_text(chinese_of(current.stage));
  view["violation"] = sighting.violation.value;
  view["violation_zh"] = reference_.violation_name(sighting.violation);
  view["subdistrict"] = sighting.subdistrict.value;
  view["subdistrict_zh"] = reference_.subdistrict_name(sighting.subdistrict);
  const auto camera = registry_->cameras.find(sighting.camera);
  const bool known = camera != registry_->cameras.end();
  view["camera"] = {{"id", sighting.camera.value},
                    {"name", known ? camera->second.config.name : sighting.camera.value}};
  view["zone"] = sighting.zone.value;
  view["shop"] = nullptr;
  if (const auto shop = registry_->shops.find(sighting.shop); shop != registry_->shops.end()) {
    view["shop"] = {
        {"id", shop->second.id.value}, {"name", shop->second.name}, {"grade", shop->second.grade}};
  }
  view["address"] = sighting.address;
  view["position"] = {{"lon", sighting.position.lon}, {"lat", sighting.position.lat}};
  view["position_error_m"] =
      sighting.position_error_m > 0 ? json::value(sighting.position_error_m) : json::value();
  view["since"] = to_rfc3339(sighting.since);
  view["seen_at"] = to_rfc3339(sighting.seen_at);
  view["reported_at"] = to_rfc3339(current.reported_at);
  view["updated_at"] = to_rfc3339(current.last_at);
  view["due"] = time_or_null(current.due);
  view["overdue"] = current.due && *current.due < now_ && !domain::is_end(current.state);
  const auto* cover = cover_of(sighting);
  view["picture"] =
      cover == nullptr ? json::value() : json::value(blob_url(cover->original, current.id));
  view["thumbnail"] = cover == nullptr
                          ? json::value()
                          : json::value(blob_url(cover->original, current.id) + "&size=thumbnail");
  view["box"] = json::array{sighting.box.x, sighting.box.y, sighting.box.w, sighting.box.h};
  view["label"] = sighting.label;
  view["score"] = sighting.score;
  view["shop_confidence"] = sighting.shop_confidence;
  return view;
}

json::array CaseViews::pictures(const domain::Case& current,
                                const std::vector<SeenEvent>& events) const {
  json::array list;
  for (const auto& picture : current.sighting.pictures) {
    list.push_back(picture_view(picture, current.id));
  }
  for (const auto& seen : events) {
    for (const auto& picture : seen.event.facts.pictures) {
      list.push_back(picture_view(picture, current.id));
    }
  }
  return list;
}

json::array CaseViews::allowed(const Principal& reader, const domain::Case& current,
                               const domain::Rules& rules) const {
  json::array list;
  for (const auto kind : domain::allowed_commands(current, actor_of(reader), rules)) {
    json::array required;
    for (const auto fact : domain::required_facts(kind)) required.push_back(json_text(fact));
    list.push_back({{"command", json_text(name_of(kind))},
                    {"command_zh", json_text(chinese_of(kind))},
                    {"required", std::move(required)},
                    {"style", json_text(style_of(kind))}});
  }
  return list;
}

json::object CaseViews::review_item(const Principal& reader, const domain::Case& current,
                                    const std::vector<SeenEvent>& events,
                                    const domain::Rules& rules) {
  json::object view = summary(current);
  view["pictures"] = pictures(current, events);
  view["clip"] = current.sighting.clip
                     ? json::value(blob_url(current.sighting.clip->original, current.id))
                     : json::value();
  view["allowed"] = allowed(reader, current, rules);
  return view;
}

json::object CaseViews::detail(const Principal& reader, const domain::Case& current,
                               const std::vector<SeenEvent>& events, const domain::Rules& rules) {
  json::object view = review_item(reader, current, events, rules);
  json::array list;
  for (const auto& seen : events) list.push_back(event(current.id, seen));
  view["events"] = std::move(list);
  view["reminders"] = reminders(reader, current);
  view["order_reference"] = text_or_null(current.order_reference);
  const auto team = registry_->teams.find(current.team);
  view["team"] = current.team.empty()
                     ? json::value()
                     : json::value{{"id", current.team.value},
                                   {"name", team == registry_->teams.end() ? current.team.value
                                                                           : team->second.name}};
  view["department"] = text_or_null(current.department);
  view["merged_into"] = text_or_null(current.merged_into.value);
  view["reworks"] = current.reworks;
  view["extensions"] = current.extensions;
  view["escalations"] = current.escalations;
  view["check_on_spot"] = current.check_on_spot;
  view["objection_pending"] = current.objection_pending;
  return view;
}

json::object CaseViews::event(const domain::CaseId& id, const SeenEvent& seen) {
  const auto& event = seen.event;
  json::object view;
  view["sequence"] = seen.sequence;
  view["kind"] = json_text(name_of(event.kind));
  view["kind_zh"] = json_text(chinese_of(event.kind));
  view["from"] = json_text(name_of(event.from));
  view["to"] = json_text(name_of(event.to));
  view["from_zh"] = json_text(chinese_of(event.from));
  view["to_zh"] = json_text(chinese_of(event.to));
  view["at"] = to_rfc3339(event.at);
  view["actor"] = actor(event.actor);
  view["due"] = time_or_null(event.due);
  view["facts"] = facts_view(event.facts, id);
  view["hash"] = text_or_null(seen.hash);
  return view;
}

json::object CaseViews::actor(const domain::Actor& who) {
  json::object view;
  view["id"] = who.user.value;
  view["name"] = user_name(who.user);
  view["role"] = json_text(name_of(who.role));
  view["role_zh"] = json_text(chinese_of(who.role));
  return view;
}

std::string CaseViews::user_name(const domain::UserId& user) {
  constexpr std::string_view kMerchant = "merchant:";
  if (user.value == "system") return "系统";
  if (user.value.starts_with(kMerchant)) {
    const auto shop = registry_->shops.find(domain::ShopId(user.value.substr(kMerchant.size())));
    return shop == registry_->shops.end() ? "商户" : shop->second.name;
  }
  const auto [at, added] = names_.try_emplace(user, user.value);
  if (!added) return at->second;
  const auto entity = store_.find_entity("user", user.value);
  if (!entity.ok() || !entity->has_value()) return at->second;
  const auto body = parse_json((*entity)->body);
  if (body.ok() && body->is_object()) {
    const auto* name = body->get_object().if_contains("name");
    if (name != nullptr && name->is_string()) at->second = std::string(name->get_string());
  }
  return at->second;
}

json::array CaseViews::reminders(const Principal& reader, const domain::Case& current) {
  json::array list;
  for (std::uint32_t version = 1; version <= current.version; ++version) {
    const std::string id = effect_id(current.id, version, "send_reminder");
    const auto effect = store_.find_effect(id);
    if (!effect.ok() || !effect->has_value()) continue;
    list.push_back(
        reminder_view(store_, **effect, domain::may(reader.role, domain::Duty::read_phones)));
  }
  return list;
}

}  // namespace xunjie::app
