#include "app/gateway_callbacks.h"

#include <boost/json.hpp>

#include "app/case_records.h"
#include "app/effect_outcome.h"
#include "app/receipts.h"
#include "app/reminder.h"
#include "app/secrets.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

constexpr std::size_t kPictureMax = 8u << 20;

std::string answer(bool applied, bool repeated) {
  return boost::json::serialize(boost::json::object{{"applied", applied}, {"repeated", repeated}});
}

Error not_configured() {
  return make_error(ErrorCode::not_found, "没有配置这个接口");
}

std::string trimmed(const std::string& text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

bool says_corrected(const std::string& text) {
  const std::string words = trimmed(text);
  return words == "1" || words.find("已整改") != std::string::npos;
}

// The four things a team may report; all else of the loop is not city operations' to say.
std::optional<domain::CommandKind> kind_of(const std::string& action) {
  using C = domain::CommandKind;
  for (const C kind : {C::accept, C::return_order, C::start_on_site, C::submit_result}) {
    if (action == name_of(kind)) return kind;
  }
  return std::nullopt;
}

}  // namespace

GatewayCallbacks::GatewayCallbacks(ports::Store& store, ports::BlobStore& blobs,
                                   const ports::Clock& clock, CaseCommands& commands,
                                   ports::MessageGateway* messages, ports::CityOperations* city)
    : store_(store),
      blobs_(blobs),
      clock_(clock),
      commands_(commands),
      messages_(messages),
      city_(city) {}

Result<std::string> GatewayCallbacks::sms_receipt(const Headers& headers, const std::string& body) {
  if (messages_ == nullptr) return not_configured();
  XUNJIE_TRY(receipt, messages_->read_receipt(headers, body));
  std::string id = receipt.message_id;
  if (id.empty()) {
    XUNJIE_TRY(effect, store_.find_effect_by_reference(receipt.reference));
    if (!effect) return answer(false, false);
    id = effect->id;
  }
  XUNJIE_TRY(effect, record_receipt(store_, commands_, id, receipt, clock_.now()));
  return answer(effect == ReceiptEffect::applied, effect == ReceiptEffect::repeated);
}

Result<std::string> GatewayCallbacks::sms_inbound(const Headers& headers, const std::string& body) {
  if (messages_ == nullptr) return not_configured();
  XUNJIE_TRY(message, messages_->read_inbound(headers, body));
  XUNJIE_TRY(phone, store_.find_entity("phone", message.phone));
  if (!phone) return answer(false, false);
  XUNJIE_TRY(current, load_case(store_, domain::CaseId(phone->body)));
  if (!current) return answer(false, false);
  SystemCommand say;
  say.scope = "sms-inbound";
  say.id = domain::CommandId(message.reference);
  say.command.facts.channel = "sms";
  say.command.facts.reference = message.reference;
  if (says_corrected(message.text)) {
    say.command.kind = domain::CommandKind::claim_corrected;
    say.command.actor = {domain::UserId(domain::merchant_user(current->sighting.shop)),
                         domain::Role::merchant,
                         {},
                         {}};
  } else {
    say.command.kind = domain::CommandKind::note;
    say.command.actor = system_actor();
    say.command.facts.text = "商户短信回复：" + message.text;
  }
  const auto applied = commands_.apply(current->id, say);
  if (applied.ok()) return answer(!applied->repeated, applied->repeated);
  // The case has ended: whoever wrote is no longer asked for anything.
  if (is_settled(applied.error().code)) return answer(false, false);
  return applied.error();
}

Result<std::string> GatewayCallbacks::city_update(const Headers& headers, const std::string& body) {
  if (city_ == nullptr) return not_configured();
  XUNJIE_TRY(update, city_->read_update(headers, body));
  const auto kind = kind_of(update.action);
  if (!kind) {
    return make_error(
        ErrorCode::invalid_argument,
        "action：“" + update.action + "” 应为 accept、return_order、start_on_site 或 submit_result",
        "action");
  }
  const domain::CaseId id(update.order_id.substr(0, update.order_id.find('-')));
  XUNJIE_TRY(current, load_case(store_, id));
  if (!current) {
    return make_error(ErrorCode::not_found, "没有工单 “" + update.order_id + "”", "order_id");
  }
  SystemCommand say;
  say.scope = "city-update";
  say.id = domain::CommandId(update.id);
  XUNJIE_TRY(known, store_.find_receipt(say.scope, say.id));
  if (known) return answer(false, true);
  // What is said about an order that was replaced must not move the present one.
  XUNJIE_TRY(order, newest_effect(store_, *current, "create_order"));
  if (!order || order->id != update.order_id) {
    return make_error(ErrorCode::not_allowed_in_state,
                      "工单 “" + update.order_id + "” 已不是本案的现行工单", "order_id");
  }
  say.command.kind = *kind;
  say.command.actor = system_actor();
  say.command.facts.reason = update.reason;
  say.command.facts.text = update.text;
  say.command.facts.reference = update.reference;
  for (const auto& officer : update.officers) say.command.facts.officers.emplace_back(officer);
  XUNJIE_TRY_VOID(keep_pictures(update, say.command.facts));
  XUNJIE_TRY(applied, commands_.apply(id, say));
  return answer(!applied.repeated, applied.repeated);
}

// Bytes first, event second: an event never names a picture that is not there.
Result<void> GatewayCallbacks::keep_pictures(const ports::OrderUpdate& update,
                                             domain::Facts& facts) {
  for (std::size_t i = 0; i < update.pictures.size(); ++i) {
    const auto& [role, base64] = update.pictures[i];
    const std::string path = "pictures[" + std::to_string(i) + "]";
    const auto known = domain::picture_role_from(role);
    if (!known) {
      return make_error(ErrorCode::invalid_argument,
                        path + ".role：不认识的图片用途 “" + role + "”", path + ".role");
    }
    if (base64.size() > kPictureMax / 3 * 4) {
      return make_error(ErrorCode::too_large, path + "：图片超过 8 MiB", path + ".jpeg_base64");
    }
    const auto bytes = from_base64(base64);
    const bool jpeg = bytes && bytes->size() > 3 && (*bytes)[0] == std::byte{0xff} &&
                      (*bytes)[1] == std::byte{0xd8} && (*bytes)[2] == std::byte{0xff};
    if (!jpeg) {
      return make_error(ErrorCode::invalid_argument,
                        path + ".jpeg_base64：不是 base64 的 JPEG 图片", path + ".jpeg_base64");
    }
    XUNJIE_TRY(blob, blobs_.put(*bytes));
    facts.pictures.push_back({*known, blob, std::nullopt, update.at});
  }
  return {};
}

}  // namespace xunjie::app
