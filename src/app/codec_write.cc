// Domain values as JSON.
#include "app/codec.h"
#include "app/json_text.h"

namespace xunjie::app {
namespace {

// Stored times are whole microseconds, so that a fold of the log is equal to the fold that was
// kept.
void put_time(JsonText& to, const char* field, const std::optional<UtcMicros>& time) {
  if (time) to.number(field, time->count);
}
void put_text(JsonText& to, const char* field, const std::string& text) {
  if (!text.empty()) to.text(field, text);
}
void put_count(JsonText& to, const char* field, std::int64_t count) {
  if (count != 0) to.number(field, count);
}
void put_flag(JsonText& to, const char* field, bool flag) {
  if (flag) to.flag(field, true);
}

void put_box(JsonText& to, const domain::PictureBox& box) {
  to.array("box", [&] {
    for (const double side : {box.x, box.y, box.w, box.h}) to.element(side);
  });
}

void put_seal(JsonText& to, const std::optional<domain::Seal>& seal) {
  if (!seal) return;
  to.object("seal", [&] {
    to.text("camera", seal->camera.value);
    if (seal->clock_offset) to.number("clock_offset_us", seal->clock_offset->count);
    put_count(to, "device_version", seal->device_version);
    put_flag(to, "device_reviewed", seal->device_reviewed);
  });
}

void put_clip(JsonText& to, const domain::Clip& clip) {
  to.object("clip", [&] {
    to.text("original", clip.original.value);
    to.number("from", clip.from.count);
    to.number("until", clip.until.count);
    put_flag(to, "reencoded", clip.reencoded);
    put_seal(to, clip.seal);
  });
}

void put_picture(JsonText& to, const domain::Picture& picture) {
  to.object([&] {
    to.text("role", name_of(picture.role));
    to.text("original", picture.original.value);
    if (picture.marked) to.text("marked", picture.marked->value);
    to.number("taken_at", picture.taken_at.count);
    if (picture.box) put_box(to, *picture.box);
    put_seal(to, picture.seal);
  });
}

void put_pictures(JsonText& to, const std::vector<domain::Picture>& pictures) {
  if (pictures.empty()) return;
  to.array("pictures", [&] {
    for (const auto& picture : pictures) put_picture(to, picture);
  });
}

void put_users(JsonText& to, const char* field, const std::vector<domain::UserId>& users) {
  if (users.empty()) return;
  to.array(field, [&] {
    for (const auto& user : users) to.text(user.value);
  });
}

void put_actor(JsonText& to, const domain::Actor& actor) {
  to.object("actor", [&] {
    to.text("user", actor.user.value);
    to.text("role", name_of(actor.role));
    put_text(to, "subdistrict", actor.subdistrict.value);
    put_text(to, "department", actor.department);
  });
}

bool is_empty(const domain::Facts& facts) {
  return facts.reason.empty() && facts.text.empty() && facts.department.empty() &&
         facts.into.empty() && facts.team.empty() && facts.reference.empty() &&
         facts.channel.empty() && facts.officers.empty() && facts.pictures.empty() && !facts.clip &&
         facts.amount_fen == 0 && facts.span.count == 0;
}

void put_facts(JsonText& to, const domain::Facts& facts) {
  put_text(to, "reason", facts.reason);
  put_text(to, "text", facts.text);
  put_text(to, "department", facts.department);
  put_text(to, "into", facts.into.value);
  put_text(to, "team", facts.team.value);
  put_text(to, "reference", facts.reference);
  put_text(to, "channel", facts.channel);
  put_users(to, "officers", facts.officers);
  put_pictures(to, facts.pictures);
  if (facts.clip) to.text("clip", facts.clip->value);
  put_count(to, "amount_fen", facts.amount_fen);
  put_count(to, "span_us", facts.span.count);
}

void put_sighting(JsonText& to, const domain::Sighting& sighting) {
  to.object("sighting", [&] {
    to.text("finding", sighting.finding.value);
    to.text("camera", sighting.camera.value);
    to.text("zone", sighting.zone.value);
    to.text("violation", sighting.violation.value);
    put_text(to, "shop", sighting.shop.value);
    to.real("shop_confidence", sighting.shop_confidence);
    to.text("subdistrict", sighting.subdistrict.value);
    to.text("place_key", sighting.place_key);
    put_text(to, "address", sighting.address);
    to.real("lon", sighting.position.lon);
    to.real("lat", sighting.position.lat);
    if (sighting.position_error_m > 0) to.real("position_error_m", sighting.position_error_m);
    to.number("since", sighting.since.count);
    to.number("seen_at", sighting.seen_at.count);
    put_box(to, sighting.box);
    put_text(to, "label", sighting.label);
    to.real("score", sighting.score);
    put_pictures(to, sighting.pictures);
    if (sighting.clip) put_clip(to, *sighting.clip);
  });
}

template <typename Body>
std::string written(Body&& body) {
  JsonText to;
  to.object([&] { body(to); });
  return to.take();
}

}  // namespace

std::string text_of(const domain::Facts& facts) {
  return written([&](JsonText& to) { put_facts(to, facts); });
}

json::object encode(const domain::Facts& facts) {
  return json::parse(text_of(facts)).as_object();
}

std::string text_of(const domain::Event& event) {
  return written([&](JsonText& to) {
    to.text("kind", name_of(event.kind));
    to.text("from", name_of(event.from));
    to.text("to", name_of(event.to));
    if (event.stage != domain::PenaltyStage::none) to.text("stage", name_of(event.stage));
    put_actor(to, event.actor);
    to.number("at", event.at.count);
    put_time(to, "due", event.due);
    if (!is_empty(event.facts)) to.object("facts", [&] { put_facts(to, event.facts); });
    if (event.sighting) put_sighting(to, *event.sighting);
  });
}

std::string text_of(const domain::Case& current) {
  return written([&](JsonText& to) {
    to.text("id", current.id.value);
    to.number("version", current.version);
    to.text("state", name_of(current.state));
    to.text("stage", name_of(current.stage));
    to.text("resume_to", name_of(current.resume_to));
    put_sighting(to, current.sighting);
    to.number("reported_at", current.reported_at.count);
    to.number("state_since", current.state_since.count);
    put_time(to, "confirmed_at", current.confirmed_at);
    put_time(to, "told_at", current.told_at);
    put_time(to, "corrected_at", current.corrected_at);
    put_time(to, "dispatched_at", current.dispatched_at);
    put_time(to, "ended_at", current.ended_at);
    put_time(to, "due", current.due);
    put_time(to, "held_due", current.held_due);
    to.number("limit_since", current.limit_since.count);
    to.number("last_at", current.last_at.count);
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
    put_users(to, "handlers", current.handlers);
    put_text(to, "team", current.team.value);
    put_text(to, "order_reference", current.order_reference);
    put_text(to, "department", current.department);
    put_text(to, "merged_into", current.merged_into.value);
  });
}

}  // namespace xunjie::app
