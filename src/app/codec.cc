#include "app/codec.h"

namespace xunjie::app {
namespace {

UtcMicros read_stored_time(ObjectReader& from, const char* field) {
  return UtcMicros{from.integer(field)};
}
std::optional<UtcMicros> read_stored_time_if(ObjectReader& from, const char* field) {
  if (from.value_if(field) == nullptr) return std::nullopt;
  return UtcMicros{from.integer(field)};
}

template <typename E>
E read_word(ObjectReader& from, const char* field, std::optional<E> (*parse)(std::string_view)) {
  const std::string text = from.text(field, 64);
  if (!from.ok()) return E{};
  const auto value = parse(text);
  if (!value) from.fail(field, "不认识的值 “" + text + "”");
  return value.value_or(E{});
}

std::vector<domain::UserId> decode_users(ObjectReader& from, const char* field) {
  std::vector<domain::UserId> users;
  const auto* list = from.array_if(field, 64);
  if (list == nullptr) return users;
  for (const auto& item : *list) {
    if (const auto* id = item.if_string())
      users.emplace_back(std::string(*id));
    else
      from.fail(field, "应为字符串列表");
  }
  return users;
}

domain::PictureBox decode_box(ObjectReader& from, const char* field) {
  const auto& list = from.array(field, 4);
  domain::PictureBox box;
  double* const sides[] = {&box.x, &box.y, &box.w, &box.h};
  if (list.size() != 4) {
    from.fail(field, "应为 4 个数");
    return box;
  }
  for (std::size_t i = 0; i < 4; ++i) {
    if (!list[i].is_number())
      from.fail(field, "应为 4 个数");
    else
      *sides[i] = list[i].to_number<double>();
  }
  return box;
}

std::optional<domain::Seal> decode_seal_if(ObjectReader& parent) {
  const auto* value = parent.value_if("seal");
  if (value == nullptr) return std::nullopt;
  ObjectReader from(*value, join_path(parent.path(), "seal"));
  domain::Seal seal;
  seal.camera = domain::CameraId(from.text("camera", 64));
  if (from.value_if("clock_offset_us") != nullptr)
    seal.clock_offset = Micros{from.integer("clock_offset_us")};
  seal.device_version = static_cast<std::uint32_t>(from.integer_or("device_version", 0));
  seal.device_reviewed = from.boolean_or("device_reviewed", false);
  parent.adopt(from.finish());
  return seal;
}

// Earlier versions stored a clip's hash alone.
std::optional<domain::Clip> decode_clip_if(ObjectReader& parent) {
  const auto* value = parent.value_if("clip");
  if (value == nullptr) return std::nullopt;
  domain::Clip clip;
  if (value->is_string()) {
    clip.original = domain::BlobId(parent.text("clip", 64));
    return clip;
  }
  ObjectReader from(*value, join_path(parent.path(), "clip"));
  clip.original = domain::BlobId(from.text("original", 64));
  clip.from = read_stored_time(from, "from");
  clip.until = read_stored_time(from, "until");
  clip.reencoded = from.boolean_or("reencoded", false);
  clip.seal = decode_seal_if(from);
  parent.adopt(from.finish());
  return clip;
}

domain::Picture decode_picture(ObjectReader& parent, const json::value& value, std::string path) {
  ObjectReader from(value, std::move(path));
  domain::Picture picture;
  picture.role = read_word(from, "role", domain::picture_role_from);
  picture.original = domain::BlobId(from.text("original", 64));
  if (from.value_if("marked") != nullptr) picture.marked = domain::BlobId(from.text("marked", 64));
  picture.taken_at = read_stored_time(from, "taken_at");
  if (from.value_if("box") != nullptr) picture.box = decode_box(from, "box");
  picture.seal = decode_seal_if(from);
  parent.adopt(from.finish());
  return picture;
}

std::vector<domain::Picture> decode_pictures(ObjectReader& from, const char* field) {
  std::vector<domain::Picture> pictures;
  const auto* list = from.array_if(field, 64);
  if (list == nullptr) return pictures;
  for (std::size_t i = 0; i < list->size(); ++i) {
    pictures.push_back(
        decode_picture(from, (*list)[i], index_path(join_path(from.path(), field), i)));
  }
  return pictures;
}

std::optional<domain::BlobId> read_blob_if(ObjectReader& from, const char* field) {
  if (from.value_if(field) == nullptr) return std::nullopt;
  return domain::BlobId(from.text(field, 64));
}

domain::Actor decode_actor(ObjectReader& parent, const char* field) {
  ObjectReader from(parent.value(field), join_path(parent.path(), field));
  domain::Actor actor;
  actor.user = domain::UserId(from.text("user", 128));
  actor.role = read_word(from, "role", domain::role_from);
  actor.subdistrict = domain::SubdistrictId(from.text_or("subdistrict", {}));
  actor.department = from.text_or("department", {});
  parent.adopt(from.finish());
  return actor;
}

}  // namespace

Result<domain::Facts> decode_facts(const json::value& value, const std::string& path) {
  ObjectReader from(value, path);
  domain::Facts facts;
  facts.reason = from.text_or("reason", {});
  facts.text = from.text_or("text", {}, 16384);
  facts.department = from.text_or("department", {});
  facts.into = domain::CaseId(from.text_or("into", {}));
  facts.team = domain::TeamId(from.text_or("team", {}));
  facts.reference = from.text_or("reference", {});
  facts.channel = from.text_or("channel", {});
  facts.officers = decode_users(from, "officers");
  facts.pictures = decode_pictures(from, "pictures");
  facts.clip = read_blob_if(from, "clip");
  facts.amount_fen = from.integer_or("amount_fen", 0);
  facts.span = Micros{from.integer_or("span_us", 0)};
  XUNJIE_TRY_VOID(from.finish());
  return facts;
}

Result<domain::Sighting> decode_sighting(const json::value& value, const std::string& path) {
  ObjectReader from(value, path);
  domain::Sighting sighting;
  sighting.finding = domain::FindingId(from.text("finding"));
  sighting.camera = domain::CameraId(from.text("camera"));
  sighting.zone = domain::ZoneId(from.text("zone"));
  sighting.violation = domain::ViolationKindId(from.text("violation"));
  sighting.shop = domain::ShopId(from.text_or("shop", {}));
  sighting.shop_confidence = from.number("shop_confidence");
  sighting.subdistrict = domain::SubdistrictId(from.text("subdistrict"));
  sighting.place_key = from.text("place_key");
  sighting.address = from.text_or("address", {});
  sighting.position = {from.number("lon"), from.number("lat")};
  sighting.position_error_m = from.number_or("position_error_m", 0);
  sighting.since = read_stored_time(from, "since");
  sighting.seen_at = read_stored_time(from, "seen_at");
  sighting.box = decode_box(from, "box");
  sighting.label = from.text_or("label", {});
  sighting.score = from.number("score");
  sighting.pictures = decode_pictures(from, "pictures");
  sighting.clip = decode_clip_if(from);
  XUNJIE_TRY_VOID(from.finish());
  return sighting;
}

Result<domain::Event> decode_event(std::string_view text) {
  XUNJIE_TRY(value, parse_json(text));
  ObjectReader from(value, "");
  domain::Event event;
  event.kind = read_word(from, "kind", domain::event_kind_from);
  event.from = read_word(from, "from", domain::case_state_from);
  event.to = read_word(from, "to", domain::case_state_from);
  if (from.value_if("stage") != nullptr) {
    event.stage = read_word(from, "stage", domain::penalty_stage_from);
  }
  event.actor = decode_actor(from, "actor");
  event.at = read_stored_time(from, "at");
  event.due = read_stored_time_if(from, "due");
  if (const auto* facts = from.value_if("facts")) {
    XUNJIE_TRY(read, decode_facts(*facts, "facts"));
    event.facts = std::move(read);
  }
  if (const auto* sighting = from.value_if("sighting")) {
    XUNJIE_TRY(read, decode_sighting(*sighting, "sighting"));
    event.sighting = std::move(read);
  }
  XUNJIE_TRY_VOID(from.finish());
  return event;
}

Result<domain::Case> decode_case(std::string_view text) {
  XUNJIE_TRY(value, parse_json(text));
  ObjectReader from(value, "");
  const auto count = [&from](const char* field) {
    return static_cast<int>(from.integer_or(field, 0));
  };
  domain::Case current;
  current.id = domain::CaseId(from.text("id"));
  current.version = static_cast<std::uint32_t>(from.integer("version"));
  current.state = read_word(from, "state", domain::case_state_from);
  current.stage = read_word(from, "stage", domain::penalty_stage_from);
  current.resume_to = read_word(from, "resume_to", domain::case_state_from);
  XUNJIE_TRY(sighting, decode_sighting(from.value("sighting"), "sighting"));
  current.sighting = std::move(sighting);
  current.reported_at = read_stored_time(from, "reported_at");
  current.state_since = read_stored_time(from, "state_since");
  current.confirmed_at = read_stored_time_if(from, "confirmed_at");
  current.told_at = read_stored_time_if(from, "told_at");
  current.corrected_at = read_stored_time_if(from, "corrected_at");
  current.dispatched_at = read_stored_time_if(from, "dispatched_at");
  current.ended_at = read_stored_time_if(from, "ended_at");
  current.due = read_stored_time_if(from, "due");
  current.held_due = read_stored_time_if(from, "held_due");
  current.limit_since = read_stored_time(from, "limit_since");
  current.last_at = read_stored_time(from, "last_at");
  current.reminder_rounds = count("reminder_rounds");
  current.reminders_failed = count("reminders_failed");
  current.cannot_see = count("cannot_see");
  current.reworks = count("reworks");
  current.returns = count("returns");
  current.extensions = count("extensions");
  current.suspensions = count("suspensions");
  current.escalations = count("escalations");
  current.extension_pending = from.boolean_or("extension_pending", false);
  current.objection_pending = from.boolean_or("objection_pending", false);
  current.check_on_spot = from.boolean_or("check_on_spot", false);
  current.order_wanted = from.boolean_or("order_wanted", false);
  current.extension_asked = Micros{from.integer_or("extension_asked_us", 0)};
  current.notified_fen = from.integer_or("notified_fen", 0);
  current.penalty_fen = from.integer_or("penalty_fen", 0);
  current.handlers = decode_users(from, "handlers");
  current.team = domain::TeamId(from.text_or("team", {}));
  current.order_reference = from.text_or("order_reference", {});
  current.department = from.text_or("department", {});
  current.merged_into = domain::CaseId(from.text_or("merged_into", {}));
  XUNJIE_TRY_VOID(from.finish());
  return current;
}

}  // namespace xunjie::app
