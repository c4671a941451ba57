#include "message/inbound_json.h"

#include <algorithm>
#include <array>
#include <span>

#include <boost/json.hpp>

namespace xunjie::message {
namespace {

namespace json = boost::json;

constexpr std::size_t kOfficersMax = 16;
constexpr std::size_t kPicturesMax = 16;
constexpr std::size_t kPictureBytesMax = 12U << 20U;

// Reads fields one by one and remembers the first failure; `finish` refuses what was not asked for.
class Fields {
 public:
  Fields(const json::object& from, std::string path) : from_(from), path_(std::move(path)) {}

  std::string text(std::string_view name, std::size_t most, bool required = true) {
    const json::value* const value = ask(name, required);
    if (value == nullptr) return {};
    if (!value->is_string() || value->get_string().size() > most) {
      fail(name, "应为不超过 " + std::to_string(most) + " 字节的文字");
      return {};
    }
    return std::string(value->get_string());
  }

  UtcMicros time(std::string_view name) {
    const std::string written = text(name, 64);
    auto parsed = parse_rfc3339(written);
    if (!parsed.ok()) {
      fail(name, "“" + written + "” 不是 RFC 3339 时间，例如 2026-03-01T08:00:00.000Z");
      return {};
    }
    return *parsed;
  }

  const json::array* list(std::string_view name, std::size_t most) {
    const json::value* const value = ask(name, false);
    if (value == nullptr) return nullptr;
    if (!value->is_array() || value->get_array().size() > most) {
      fail(name, "应为不超过 " + std::to_string(most) + " 项的列表");
      return nullptr;
    }
    return &value->get_array();
  }

  void fail(std::string_view name, const std::string& message) {
    if (error_) return;
    const std::string field = path_ + std::string(name);
    error_ = make_error(ErrorCode::invalid_argument, field + "：" + message, field);
  }

  void take(std::optional<Error> other) {
    if (!error_) error_ = std::move(other);
  }

  std::optional<Error> finish() {
    for (const auto& [name, value] : from_) {
      const bool known =
          std::find(asked_.begin(), asked_.end(), std::string_view(name)) != asked_.end();
      if (!known) fail(std::string_view(name), "不认识的字段");
    }
    return std::move(error_);
  }
  std::optional<Error> finish_leniently() { return std::move(error_); }

 private:
  const json::value* ask(std::string_view name, bool required) {
    asked_.push_back(name);
    const json::value* const value = from_.if_contains(name);
    if (value == nullptr && required) fail(name, "缺少");
    return value;
  }

  const json::object& from_;
  std::string path_;
  std::vector<std::string_view> asked_;
  std::optional<Error> error_;
};

Result<json::object> parse_object(std::string_view body) {
  boost::system::error_code code;
  json::value value = json::parse(json::string_view(body.data(), body.size()), code);
  if (code || !value.is_object()) {
    return make_error(ErrorCode::invalid_argument, "正文应为一个 JSON 对象", {}, code.message());
  }
  return std::move(value.get_object());
}

ports::ReceiptStatus receipt_status(Fields& fields, std::string_view name) {
  const std::string word = fields.text(name, 32);
  if (word == "accepted") return ports::ReceiptStatus::accepted;
  if (word == "delivered") return ports::ReceiptStatus::delivered;
  if (word == "failed") return ports::ReceiptStatus::failed;
  fields.fail(name, "“" + word + "” 不是 accepted、delivered 或 failed");
  return ports::ReceiptStatus::unknown;
}

ports::MessageReceipt read_receipt_fields(Fields& fields) {
  ports::MessageReceipt receipt;
  receipt.reference = fields.text("reference", 128);
  receipt.message_id = fields.text("message_id", 128, false);
  receipt.status = receipt_status(fields, "status");
  receipt.at = fields.time("at");
  receipt.detail = fields.text("detail", 512, false);
  return receipt;
}

void read_officers(Fields& fields, ports::OrderUpdate& update) {
  const json::array* const list = fields.list("officers", kOfficersMax);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const json::value& one = (*list)[i];
    if (!one.is_string() || one.get_string().size() > 64) {
      return fields.fail("officers[" + std::to_string(i) + "]", "应为队员编号");
    }
    update.officers.emplace_back(one.get_string());
  }
}

void read_pictures(Fields& fields, ports::OrderUpdate& update) {
  const json::array* const list = fields.list("pictures", kPicturesMax);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    const std::string path = "pictures[" + std::to_string(i) + "]";
    if (!(*list)[i].is_object()) return fields.fail(path, "应为对象");
    Fields picture((*list)[i].get_object(), path + ".");
    std::string role = picture.text("role", 32);
    if (role != "handled_before" && role != "handled_after") {
      picture.fail("role", "“" + role + "” 不是 handled_before 或 handled_after");
    }
    std::string bytes = picture.text("jpeg_base64", kPictureBytesMax);
    fields.take(picture.finish());
    update.pictures.emplace_back(std::move(role), std::move(bytes));
  }
}

constexpr std::array<std::string_view, 4> kActions{"accept", "return_order", "start_on_site",
                                                   "submit_result"};

}  // namespace

Result<ports::MessageReceipt> read_receipt_json(std::string_view body) {
  XUNJIE_TRY(object, parse_object(body));
  Fields fields(object, "");
  ports::MessageReceipt receipt = read_receipt_fields(fields);
  if (auto error = fields.finish()) return *std::move(error);
  return receipt;
}

Result<ports::MessageReceipt> read_status_answer(std::string_view body,
                                                 const std::string& message_id) {
  XUNJIE_TRY(object, parse_object(body));
  Fields fields(object, "");
  ports::MessageReceipt receipt = read_receipt_fields(fields);
  if (auto error = fields.finish_leniently()) return *std::move(error);
  receipt.message_id = message_id;
  return receipt;
}

Result<ports::InboundMessage> read_inbound_json(std::string_view body) {
  XUNJIE_TRY(object, parse_object(body));
  Fields fields(object, "");
  ports::InboundMessage message;
  message.reference = fields.text("reference", 128);
  message.phone = fields.text("phone", 32);
  message.text = fields.text("text", 2000);
  message.at = fields.time("at");
  if (auto error = fields.finish()) return *std::move(error);
  return message;
}

Result<ports::OrderUpdate> read_update_json(std::string_view body) {
  XUNJIE_TRY(object, parse_object(body));
  Fields fields(object, "");
  ports::OrderUpdate update;
  update.id = fields.text("id", 128);
  update.order_id = fields.text("order_id", 128);
  update.reference = fields.text("reference", 128, false);
  update.action = fields.text("action", 32);
  if (std::find(kActions.begin(), kActions.end(), update.action) == kActions.end()) {
    fields.fail("action", "“" + update.action +
                              "” 不是 accept、return_order、start_on_site 或 submit_result");
  }
  update.reason = fields.text("reason", 2000, false);
  update.text = fields.text("text", 2000, false);
  read_officers(fields, update);
  read_pictures(fields, update);
  update.at = fields.time("at");
  if (auto error = fields.finish()) return *std::move(error);
  return update;
}

Result<std::string> read_reference(std::string_view body) {
  XUNJIE_TRY(object, parse_object(body));
  Fields fields(object, "");
  std::string reference = fields.text("reference", 128);
  if (reference.empty()) fields.fail("reference", "不能为空");
  if (auto error = fields.finish_leniently()) return *std::move(error);
  return reference;
}

std::string to_json(const ports::OutgoingMessage& message) {
  return json::serialize(
      json::object{{"id", message.id}, {"phone", message.phone}, {"text", message.text}});
}

std::string to_json(const ports::WorkOrder& order) {
  json::array pictures;
  for (const auto& url : order.picture_urls) pictures.emplace_back(url);
  json::object out{{"id", order.id},
                   {"case_id", order.case_id.value},
                   {"violation", order.violation},
                   {"violation_zh", order.violation_zh},
                   {"event_code", order.event_code},
                   {"subdistrict", order.subdistrict},
                   {"team", order.team},
                   {"address", order.address},
                   {"description", order.description},
                   {"lon", order.lon},
                   {"lat", order.lat},
                   {"due", nullptr},
                   {"picture_urls", std::move(pictures)},
                   {"check_on_spot", order.check_on_spot},
                   {"revision", order.revision}};
  if (order.due) out["due"] = to_rfc3339(*order.due);
  return json::serialize(out);
}

}  // namespace xunjie::message
