#include "store/rows.h"

namespace xunjie::store {

ports::CaseRow read_case(Query& row) {
  ports::CaseRow out;
  int column = 0;
  out.id = domain::CaseId(row.text(column++));
  out.version = row.version(column++);
  out.open = row.boolean(column++);
  for (std::string* field :
       {&out.state, &out.stage, &out.violation, &out.subdistrict, &out.team, &out.shop, &out.camera,
        &out.zone, &out.finding, &out.place_key, &out.department}) {
    *field = row.text(column++);
  }
  out.lon = row.real(column++);
  out.lat = row.real(column++);
  out.reported_at = row.time(column++);
  out.updated_at = row.time(column++);
  for (std::optional<UtcMicros>* time : {&out.due, &out.confirmed_at, &out.told_at,
                                         &out.corrected_at, &out.dispatched_at, &out.ended_at}) {
    *time = row.optional_time(column++);
  }
  out.body = row.text(column);
  return out;
}

std::int64_t effect_position(Query& row) {
  return row.integer(0);
}

ports::EffectRow read_effect(Query& row) {
  ports::EffectRow out;
  out.id = row.text(1);
  out.case_id = domain::CaseId(row.text(2));
  out.kind = row.text(3);
  out.status = row.text(4);
  out.attempts = static_cast<int>(row.integer(5));
  out.created_at = row.time(6);
  out.next_attempt_at = row.time(7);
  out.lease_until = row.optional_time(8);
  out.reference = row.text(9);
  out.last_error = row.text(10);
  out.payload = row.text(11);
  return out;
}

ports::Entity read_entity(Query& row) {
  ports::Entity out;
  out.kind = row.text(0);
  out.id = row.text(1);
  out.version = row.version(2);
  out.subdistrict = row.text(3);
  out.updated_at = row.time(4);
  out.body = row.text(5);
  return out;
}

ports::Change read_change(Query& row) {
  return {row.integer(0), row.text(1), row.text(2), row.version(3), row.time(4)};
}

}  // namespace xunjie::store
