#include "app/command_body.h"

#include <algorithm>
#include <limits>

#include "app/codec.h"
#include "app/secrets.h"

namespace xunjie::app {
namespace {

bool is_lower_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}

void read_officers(ObjectReader& from, domain::Facts& facts) {
  const auto* list = from.array_if("officers", 16);
  if (list == nullptr) return;
  for (const auto& item : *list) {
    const auto* id = item.if_string();
    if (id == nullptr || id->size() > 64) {
      from.fail("officers", "应为队员 id 的列表");
      return;
    }
    facts.officers.emplace_back(std::string(*id));
  }
}

void read_pictures(ObjectReader& from, domain::Facts& facts, UtcMicros now) {
  const auto* list = from.array_if("pictures", 16);
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->size(); ++i) {
    ObjectReader item((*list)[i], index_path(join_path(from.path(), "pictures"), i));
    const std::string role = item.text("role", 32);
    const std::string blob = item.text("blob", 64);
    const auto known = domain::picture_role_from(role);
    if (item.ok() && !known) item.fail("role", "不认识的图片用途 “" + role + "”");
    if (item.ok() && !is_blob_id(blob)) item.fail("blob", "应为 64 位小写十六进制");
    from.adopt(item.finish());
    facts.pictures.push_back(
        {known.value_or(domain::PictureRole::other), domain::BlobId(blob), std::nullopt, now});
  }
}

Result<domain::Facts> read_facts(const json::value& value, UtcMicros now) {
  ObjectReader from(value, "facts");
  domain::Facts facts;
  facts.reason = from.text_or("reason", {}, 2000);
  facts.text = from.text_or("text", {}, 8000);
  facts.department = from.text_or("department", {}, 64);
  facts.into = domain::CaseId(from.text_or("into", {}, 64));
  facts.team = domain::TeamId(from.text_or("team", {}, 64));
  facts.reference = from.text_or("reference", {}, 256);
  facts.channel = from.text_or("channel", {}, 32);
  read_officers(from, facts);
  read_pictures(from, facts, now);
  facts.amount_fen = from.integer_or("amount_fen", 0);
  const auto span_s = from.integer_or("span_s", 0);
  if (span_s < 0 || span_s > 366LL * 86400)
    from.fail("span_s", "应在 0 到 366 天的秒数之间");
  else
    facts.span = seconds(span_s);
  if (facts.amount_fen < 0) from.fail("amount_fen", "不能为负");
  XUNJIE_TRY_VOID(from.finish());
  return facts;
}

// Pictures count as taken when the command first came; a repetition must not differ by that.
std::string hash_of(const CommandBody& body) {
  domain::Facts facts = body.facts;
  for (auto& picture : facts.pictures) picture.taken_at = UtcMicros{};
  json::object content;
  content["command"] = std::string(name_of(body.kind));
  content["version"] = body.version;
  content["facts"] = encode(facts);
  return sha256_hex(json::serialize(content));
}

}  // namespace

bool is_command_id(std::string_view text) {
  return text.size() >= 8 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return is_lower_or_digit(c) || is_upper(c) || c == '_' || c == '-';
         });
}

bool is_operator_id(std::string_view text) {
  return !text.empty() && text.size() <= 64 && is_lower_or_digit(text.front()) &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return is_lower_or_digit(c) || c == '_' || c == '-'; });
}

bool is_blob_id(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

domain::CommandId read_command_id(ObjectReader& from) {
  const std::string id = from.text("command_id", 64);
  if (from.ok() && !is_command_id(id)) {
    from.fail("command_id", "“" + id + "” 应为 8 到 64 位字母、数字、下划线或连字符");
  }
  return domain::CommandId(id);
}

Result<CommandBody> read_command_body(std::string_view text, UtcMicros now) {
  XUNJIE_TRY(value, parse_json(text, 64u << 10));
  ObjectReader from(value, "");
  CommandBody body;
  body.id = read_command_id(from);
  const auto version = from.integer("version");
  if (from.ok() && (version < 1 || version > std::numeric_limits<std::int32_t>::max())) {
    from.fail("version", "应为所见案件的版本号（正整数）");
  }
  body.version = static_cast<std::uint32_t>(version);
  const std::string command = from.text("command", 64);
  const auto kind = domain::command_kind_from(command);
  if (from.ok() && !kind) from.fail("command", "没有命令 “" + command + "”");
  body.kind = kind.value_or(domain::CommandKind::note);
  if (const auto* facts = from.value_if("facts")) {
    auto read = read_facts(*facts, now);
    if (read.ok())
      body.facts = std::move(read).value();
    else if (from.ok())
      return read.error();
  }
  XUNJIE_TRY_VOID(from.finish());
  body.hash = hash_of(body);
  return body;
}

}  // namespace xunjie::app
