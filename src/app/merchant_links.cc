#include "app/merchant_links.h"

#include <algorithm>

#include "app/case_records.h"
#include "app/command_body.h"
#include "app/secrets.h"
#include "app/signed_token.h"
#include "app/views.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

constexpr std::string_view kPurpose = "merchant";
constexpr std::string_view kPicturePurpose = "picture";

domain::Actor merchant_of(const domain::Case& current) {
  return {
      domain::UserId(domain::merchant_user(current.sighting.shop)), domain::Role::merchant, {}, {}};
}

Error not_ours() {
  return make_error(ErrorCode::not_found, "链接无效，请核对短信中的地址");
}

std::string_view what_to_do(const domain::Case& current, bool expired) {
  using S = domain::CaseState;
  if (domain::is_end(current.state)) return "本次事项已办结，无需再操作。感谢配合。";
  if (expired) return "链接已过期。如需说明情况，请拨打下方电话。";
  switch (current.state) {
    case S::reminding:
    case S::awaiting_correction:
      return "请在期限前自行整改，完成后点“已整改”，我们将远程复核；如认为有误，请点“有异议”并说明"
             "。";
    case S::rechecking:
      return "已收到，正在远程复核，请保持现场整洁。";
    default:
      return "事项已转交执法队现场处理。如已整改或有异议，仍可在此说明。";
  }
}

const domain::Picture* shown_picture(const domain::Case& current) {
  const auto& pictures = current.sighting.pictures;
  const auto marked = [](const domain::Picture& one) { return one.box || one.marked; };
  auto at = std::find_if(pictures.begin(), pictures.end(), [&marked](const auto& one) {
    return one.role == domain::PictureRole::now && marked(one);
  });
  if (at == pictures.end()) at = std::find_if(pictures.begin(), pictures.end(), marked);
  return at == pictures.end() ? nullptr : &*at;
}

}  // namespace

struct MerchantLinks::Opened {
  domain::Case current;
  bool expired = false;
};

MerchantLinks::MerchantLinks(std::string key, std::string public_url, ports::Store& store,
                             const ports::Clock& clock, const ReferenceData& reference,
                             const Registry& registry, CaseCommands& commands)
    : key_(std::move(key)),
      public_url_(std::move(public_url)),
      store_(store),
      clock_(clock),
      reference_(reference),
      registry_(registry),
      commands_(commands) {}

std::string MerchantLinks::make(const domain::CaseId& case_id, UtcMicros expires) const {
  return public_url_ + "/m/" + sign_text(key_, kPurpose, {case_id.value, expires});
}

Result<MerchantLinks::Opened> MerchantLinks::open_token(std::string_view token) const {
  const auto text = open_signed_text(key_, kPurpose, token);
  if (!text) return not_ours();
  XUNJIE_TRY(current, load_case(store_, domain::CaseId(text->subject)));
  if (!current) return not_ours();
  return Opened{*std::move(current), text->expires <= clock_.now()};
}

Result<std::string> MerchantLinks::page(std::string_view token) {
  XUNJIE_TRY(opened, open_token(token));
  const domain::Case& current = opened.current;
  const bool expired = opened.expired;
  XUNJIE_TRY(rules, commands_.rules_for(current, clock_.now()));
  const auto allowed = domain::allowed_commands(current, merchant_of(current), rules);
  const auto may = [&allowed, expired](domain::CommandKind kind) {
    return !expired && std::find(allowed.begin(), allowed.end(), kind) != allowed.end();
  };
  const auto registry = registry_.snapshot();
  const auto shop = registry->shops.find(current.sighting.shop);
  const bool pictured = !expired && shown_picture(current) != nullptr;
  json::object view;
  view["shop"] = shop == registry->shops.end() ? std::string() : shop->second.name;
  view["address"] = current.sighting.address;
  view["violation_zh"] = reference_.violation_name(current.sighting.violation);
  view["seen_at"] = to_rfc3339(current.sighting.seen_at);
  view["deadline"] = current.state == domain::CaseState::awaiting_correction
                         ? time_or_null(current.due)
                         : time_or_null(current.held_due);
  view["picture"] =
      pictured ? json::value("/api/v1/merchant/" + std::string(token) + "/picture") : json::value();
  view["state"] = json_text(name_of(current.state));
  view["state_zh"] = json_text(chinese_of(current.state));
  view["what_to_do"] = json_text(what_to_do(current, expired));
  view["agency"] = reference_.policy.agency;
  view["phone"] = reference_.policy.phone;
  view["can_claim"] = may(domain::CommandKind::claim_corrected);
  view["can_object"] = may(domain::CommandKind::object);
  view["objection_pending"] = current.objection_pending;
  view["expired"] = expired;
  return json::serialize(view);
}

Result<LinkedPicture> MerchantLinks::picture(std::string_view token) {
  XUNJIE_TRY(opened, open_token(token));
  const auto* picture = shown_picture(opened.current);
  if (opened.expired || picture == nullptr) {
    return make_error(ErrorCode::not_found, "没有可显示的图片");
  }
  const auto& sighting = opened.current.sighting;
  LinkedPicture linked{opened.current.id, *picture, {}};
  if (!linked.picture.box) linked.picture.box = sighting.box;
  linked.by.user = merchant_of(opened.current).user.value;
  linked.by.name = "商户链接";
  linked.by.role = "merchant";
  linked.by.unit = sighting.shop.value;
  return linked;
}

Result<std::string> MerchantLinks::claim(std::string_view token, std::string_view body) {
  return say(token, domain::CommandKind::claim_corrected, body);
}

Result<std::string> MerchantLinks::object(std::string_view token, std::string_view body) {
  return say(token, domain::CommandKind::object, body);
}

Result<std::string> MerchantLinks::say(std::string_view token, domain::CommandKind kind,
                                       std::string_view body) {
  XUNJIE_TRY(opened, open_token(token));
  if (opened.expired) {
    return make_error(ErrorCode::forbidden, "链接已过期，请拨打短信中的电话说明情况");
  }
  XUNJIE_TRY(value, parse_json(body, 16u << 10));
  ObjectReader from(value, "");
  SystemCommand command;
  command.id = read_command_id(from);
  command.command.kind = kind;
  command.command.actor = merchant_of(opened.current);
  command.scope = command.command.actor.user.value;
  if (kind == domain::CommandKind::object) {
    command.command.facts.reason = from.text("reason", 2000);
  }
  XUNJIE_TRY_VOID(from.finish());
  XUNJIE_TRY(applied, commands_.apply(opened.current.id, command));
  (void)applied;
  return page(token);
}

PictureLinks::PictureLinks(std::string key, std::string public_url, ports::Store& store,
                           const ports::Clock& clock)
    : key_(std::move(key)), public_url_(std::move(public_url)), store_(store), clock_(clock) {}

std::string PictureLinks::make(const domain::CaseId& case_id, const domain::BlobId& original,
                               UtcMicros expires) const {
  return public_url_ + "/api/v1/gateways/city/pictures/" +
         sign_text(key_, kPicturePurpose, {case_id.value + "/" + original.value, expires});
}

Result<LinkedPicture> PictureLinks::open(std::string_view signed_part) const {
  const auto invalid = [] { return make_error(ErrorCode::not_found, "图片地址无效或已过期"); };
  const auto text = open_signed_text(key_, kPicturePurpose, signed_part);
  if (!text || text->expires <= clock_.now()) return invalid();
  const auto slash = text->subject.find('/');
  if (slash == std::string::npos) return invalid();
  const domain::BlobId original(text->subject.substr(slash + 1));
  XUNJIE_TRY(current, load_case(store_, domain::CaseId(text->subject.substr(0, slash))));
  if (!current) return invalid();
  for (const auto& picture : current->sighting.pictures) {
    if (picture.original != original) continue;
    LinkedPicture linked{current->id, picture, {}};
    if (!linked.picture.box && picture.marked) linked.picture.box = current->sighting.box;
    linked.by.user = "city_operations";
    linked.by.name = "城运平台链接";
    linked.by.role = "system";
    return linked;
  }
  return invalid();
}

Result<std::string> load_or_make_key(ports::Store& store, const std::string& name) {
  XUNJIE_TRY(present, store.find_entity("secret", name));
  if (!present) {
    ports::Entity entity;
    entity.kind = "secret";
    entity.id = name;
    entity.body = hex_of(random_bytes(32));
    const auto stored = store.put_entity(entity, 0);
    if (stored.ok()) return entity.body;
    // Another process of this installation was quicker; its key is the key.
    XUNJIE_TRY(theirs, store.find_entity("secret", name));
    if (!theirs) return stored.error();
    return theirs->body;
  }
  return present->body;
}

}  // namespace xunjie::app
