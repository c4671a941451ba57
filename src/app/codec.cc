#include "app/codec.h"

namespace xunjie::app {
namespace {

// Stored times are whole microseconds, so that a fold of the log is equal to the fold that was
// kept.
void put_time(json::object& to, const char* field, const std::optional<UtcMicros>& time) {
  if (time) to[field] = time->count;
}
void put_text(json::object& to, const char* field, const std::string& text) {
  if (!text.empty()) to[field] = text;
}
void put_count(json::object& to, const char* field, std::int64_t count) {
  if (count != 0) to[field] = count;
}
void put_flag(json::object& to, const char* field, bool flag) {
  if (flag) to[field] = true;
}
json::string word(std::string_view text) {
  return json::string(text.data(), text.size());
}

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

json::array encode_pictures(const std::vector<domain::Picture>& pictures) {
  json::array list;
  for (const auto& picture : pictures) list.push_back(encode(picture));
  return list;
}

json::array encode_users(const std::vector<domain::UserId>& users) {
  json::array list;
  for (const auto& user : users) list.push_back(json::value(user.value));
  return list;
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

json::array encode_box(const domain::PictureBox& box) {
  return {box.x, box.y, box.w, box.h};
}

json::object encode(const domain::Seal& seal) {
  json::object to;
  to["camera"] = seal.camera.value;
  if (seal.clock_offset) to["clock_offset_us"] = seal.clock_offset->count;
  put_count(to, "device_version", seal.device_version);
  put_flag(to, "device_reviewed", seal.device_reviewed);
  return to;
}

json::object encode(const domain::Clip& clip) {
  json::object to;
  to["original"] = clip.original.value;
  to["from"] = clip.from.count;
  to["until"] = clip.until.count;
  put_flag(to, "reencoded", clip.reencoded);
  if (clip.seal) to["seal"] = encode(*clip.seal);
  return to;
}

}  // namespace

json::object encode(const domain::Picture& picture) {
  json::object to;
  to["role"] = word(name_of(picture.role));
  to["original"] = picture.original.value;
  if (picture.marked) to["marked"] = picture.marked->value;
  to["taken_at"] = picture.taken_at.count;
  if (picture.box) to["box"] = encode_box(*picture.box);
  if (picture.seal) to["seal"] = encode(*picture.seal);
  return to;
}

json::object encode(const domain::Actor& actor) {
  json::object to;
  to["user"] = actor.user.value;
  to["role"] = word(name_of(actor.role));
  put_text(to, "subdistrict", actor.subdistrict.value);
  put_text(to, "department", actor.department);
  return to;
}

json::object encode(const domain::Facts& facts) {
  json::object to;
  put_text(to, "reason", facts.reason);
  put_text(to, "text", facts.text);
  put_text(to, "department", facts.department);
  put_text(to, "into", facts.into.value);
  put_text(to, "team", facts.team.value);
  put_text(to, "reference", facts.reference);
  put_text(to, "channel", facts.channel);
  if (!facts.officers.empty()) to["officers"] = encode_users(facts.officers);
  if (!facts.pictures.empty()) to["pictures"] = encode_pictures(facts.pictures);
  if (facts.clip) to["clip"] = facts.clip->value;
  put_count(to, "amount_fen", facts.amount_fen);
  put_count(to, "span_us", facts.span.count);
  return to;
}

json::object encode(const domain::Sighting& sighting) {
  json::object to;
  to["finding"] = sighting.finding.value;
  to["camera"] = sighting.camera.value;
  to["zone"] = sighting.zone.value;
  to["violation"] = sighting.violation.value;
  put_text(to, "shop", sighting.shop.value);
  to["shop_confidence"] = sighting.shop_confidence;
  to["subdistrict"] = sighting.subdistrict.value;
  to["place_key"] = sighting.place_key;
  put_text(to, "address", sighting.address);
  to["lon"] = sighting.position.lon;
  to["lat"] = sighting.position.lat;
  to["since"] = sighting.since.count;
  to["seen_at"] = sighting.seen_at.count;
  to["box"] = encode_box(sighting.box);
  put_text(to, "label", sighting.label);
  to["score"] = sighting.score;
  if (!sighting.pictures.empty()) to["pictures"] = encode_pictures(sighting.pictures);
  if (sighting.clip) to["clip"] = encode(*sighting.clip);
  return to;
}

json::object encode(const domain::Event& event) {
  json::object to;
  to["kind"] = word(name_of(event.kind));
  to["from"] = word(name_of(event.from));
  to["to"] = word(name_of(event.to));
  if (event.stage != domain::PenaltyStage::none) to["stage"] = word(name_of(event.stage));
  to["actor"] = encode(event.actor);
  to["at"] = event.at.count;
  put_time(to, "due", event.due);
  auto facts = encode(event.facts);
  if (!facts.empty()) to["facts"] = std::move(facts);
  if (event.sighting) to["sighting"] = encode(*event.sighting);
  return to;
}

json::object encode(const domain::Case& current) {
  json::object to;
  to["id"] = current.id.value;
  to["version"] = current.version;
  to["state"] = word(name_of(current.state));
  to["stage"] = word(name_of(current.stage));
  to["resume_to"] = word(name_of(current.resume_to));
  to["sighting"] = encode(current.sighting);
  to["reported_at"] = current.reported_at.count;
  to["state_since"] = current.state_since.count;
  put_time(to, "confirmed_at", current.confirmed_at);
  put_time(to, "told_at", current.told_at);
  put_time(to, "corrected_at", current.corrected_at);
  put_time(to, "dispatched_at", current.dispatched_at);
  put_time(to, "ended_at", current.ended_at);
  put_time(to, "due", current.due);
  put_time(to, "held_due", current.held_due);
  to["limit_since"] = current.limit_since.count;
  to["last_at"] = current.last_at.count;
  put_count(to, "reminder_rounds", current.reminder_rounds);
  put_count(to, "reminders_failed", current.reminders_failed);
  put_count(to, "cannot_see", current.cannot_see);
  put_count(to, "reworks", current.reworks);
  put_count(to, "returns", current.returns);
  put_count(to, "extensions", current.extensions);
  put_count(to, "suspensions", current.suspensions);
  put_count(to, "escalations", current.escalations);
  put_flag(to, "extension_pending", current.extension_pending);
  put_flag(to, "objection_pending", current.objection_pending);
  put_flag(to, "check_on_spot", current.check_on_spot);
  put_flag(to, "order_wanted", current.order_wanted);
  put_count(to, "extension_asked_us", current.extension_asked.count);
  put_count(to, "notified_fen", current.notified_fen);
  put_count(to, "penalty_fen", current.penalty_fen);
  if (!current.handlers.empty()) to["handlers"] = encode_users(current.handlers);
  put_text(to, "team", current.team.value);
  put_text(to, "order_reference", current.order_reference);
  put_text(to, "department", current.department);
  put_text(to, "merged_into", current.merged_into.value);
  return to;
}

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
