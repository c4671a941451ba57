// Per-shop caps and the wording of messages.
#include <algorithm>
#include <array>
#include <cstdio>

#include "app/json_reader.h"
#include "app/reminder_sender.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

constexpr int kRacesMax = 8;

struct Counted {
  std::string id;
  UtcMicros at;
};

Result<std::vector<Counted>> read_counted(const ports::Entity& entity, UtcMicros since) {
  std::vector<Counted> counted;
  XUNJIE_TRY(value, parse_json(entity.body));
  const auto* list = value.if_array();
  if (list == nullptr) return make_error(ErrorCode::corrupt, "提醒计数无法读取", {}, entity.id);
  for (const auto& item : *list) {
    ObjectReader from(item, "sent");
    Counted one{from.text("id"), UtcMicros{from.integer("at")}};
    XUNJIE_TRY_VOID(from.finish());
    if (since < one.at) counted.push_back(std::move(one));
  }
  return counted;
}

std::string write_counted(const std::vector<Counted>& counted) {
  json::array list;
  for (const auto& one : counted) list.push_back({{"id", one.id}, {"at", one.at.count}});
  return json::serialize(list);
}

}  // namespace

Result<bool> count_message(ports::Store& store, const domain::ShopId& shop, const std::string& id,
                           const Policy& policy, UtcMicros now) {
  for (int race = 0; race < kRacesMax; ++race) {
    XUNJIE_TRY(present, store.find_entity("message_count", shop.value));
    std::vector<Counted> counted;
    if (present) {
      XUNJIE_TRY(read, read_counted(*present, now - days(7)));
      counted = std::move(read);
    }
    const auto same = [&id](const Counted& one) { return one.id == id; };
    if (std::any_of(counted.begin(), counted.end(), same)) return true;
    const auto today = std::count_if(counted.begin(), counted.end(),
                                     [now](const Counted& one) { return now - days(1) < one.at; });
    if (today >= policy.per_shop_per_day ||
        static_cast<int>(counted.size()) >= policy.per_shop_per_week) {
      return false;
    }
    counted.push_back({id, now});
    ports::Entity entity;
    entity.kind = "message_count";
    entity.id = shop.value;
    entity.body = write_counted(counted);
    entity.updated_at = now;
    const auto stored = store.put_entity(entity, present ? present->version : 0);
    if (stored.ok()) return true;
    const auto code = stored.error().code;
    if (code != ErrorCode::version_conflict && code != ErrorCode::already_exists) {
      return stored.error();
    }
  }
  return make_error(ErrorCode::unavailable, "提醒计数正在变动");
}

std::string fill_template(std::string_view text,
                          const std::vector<std::pair<std::string_view, std::string>>& values) {
  std::string filled;
  while (!text.empty()) {
    const auto open = text.find('{');
    filled += text.substr(0, open);
    if (open == std::string_view::npos) break;
    text.remove_prefix(open);
    const auto close = text.find('}');
    const auto name = close == std::string_view::npos ? text : text.substr(1, close - 1);
    const auto value = std::find_if(values.begin(), values.end(),
                                    [name](const auto& one) { return one.first == name; });
    if (close == std::string_view::npos || value == values.end()) {
      filled += text.substr(0, 1);
      text.remove_prefix(1);
      continue;
    }
    filled += value->second;
    text.remove_prefix(close + 1);
  }
  return filled;
}

std::string local_time_text(UtcMicros time) {
  const auto day = domain::local_day(time);
  const int minute = domain::local_minute(time);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%d月%d日%02d:%02d", day.month, day.day, minute / 60,
                minute % 60);
  return text.data();
}

}  // namespace xunjie::app
