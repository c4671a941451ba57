// All SQL of the store, once, in the words SQLite and PostgreSQL share. Lists with optional
// conditions are put together in case_list.cc from the pieces given there; everything else is here
// as it runs.
#pragma once

#include <string_view>

namespace xunjie::store::sql {

// ---- events
inline constexpr std::string_view kInsertEvent =
    "insert into events (position, case_id, sequence, kind, at, actor, hash, payload) "
    "values ($1, $2, $3, $4, $5, $6, $7, $8)";
inline constexpr std::string_view kEventsOfCase =
    "select position, case_id, sequence, kind, at, actor, payload, hash from events "
    "where case_id = $1 order by sequence";
inline constexpr std::string_view kEventsAfter =
    "select e.position, e.case_id, e.sequence, e.kind, e.at, e.actor, e.payload, e.hash, p.hash "
    "from events e left join events p on p.case_id = e.case_id and p.sequence = e.sequence - 1 "
    "where e.position > $1 order by e.position limit $2";
inline constexpr std::string_view kHashesAfter =
    "select position, hash, at from events where position > $1 order by position";
inline constexpr std::string_view kHeadOfCase =
    "select sequence, hash from events where case_id = $1 order by sequence desc limit 1";
inline constexpr std::string_view kLastPosition =
    "select coalesce(max(position), 0) from (select max(position) as position from events "
    "union all select max(position) from changes) as both_tables";

// ---- cases
#define XUNJIE_CASE_COLUMNS                                                                      \
  "id, version, open, state, stage, violation, subdistrict, team, shop, camera, zone, finding, " \
  "place_key, department, lon, lat, reported_at, updated_at, due, confirmed_at, told_at, "       \
  "corrected_at, dispatched_at, ended_at, body"
inline constexpr std::string_view kCaseColumns = XUNJIE_CASE_COLUMNS;
inline constexpr std::string_view kInsertCase =
    "insert into cases (" XUNJIE_CASE_COLUMNS
    ", head) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, "
    "$11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24, $25, $26)";
// What the writer needs to know of a case before it adds to it.
inline constexpr std::string_view kCaseBefore =
    "select version, head, open, team, department, violation, subdistrict, shop, camera, zone, "
    "finding, "
    "place_key, lon, lat, reported_at from cases where id = $1";
// Three updates, because an engine rewrites every index whose columns are named: most commands
// touch only the state's; some also open, team and department; hardly any the rest.
inline constexpr std::string_view kUpdateCaseState =
    "update cases set version = $2, state = $3, stage = $4, updated_at = $5, due = $6, "
    "confirmed_at = $7, "
    "told_at = $8, corrected_at = $9, dispatched_at = $10, ended_at = $11, head = $12, body = $13 "
    "where id = $1";
inline constexpr std::string_view kUpdateCaseRoute =
    "update cases set version = $2, state = $3, stage = $4, updated_at = $5, due = $6, "
    "confirmed_at = $7, "
    "told_at = $8, corrected_at = $9, dispatched_at = $10, ended_at = $11, head = $12, body = $13, "
    "open = $14, team = $15, department = $16 where id = $1";
inline constexpr std::string_view kUpdateCaseAll =
    "update cases set version = $2, state = $3, stage = $4, updated_at = $5, due = $6, "
    "confirmed_at = $7, "
    "told_at = $8, corrected_at = $9, dispatched_at = $10, ended_at = $11, head = $12, body = $13, "
    "open = $14, team = $15, department = $16, violation = $17, subdistrict = $18, shop = $19, "
    "camera = $20, zone = $21, finding = $22, place_key = $23, lon = $24, lat = $25, reported_at = "
    "$26 "
    "where id = $1";
inline constexpr std::string_view kFindCase =
    "select " XUNJIE_CASE_COLUMNS " from cases where id = $1";
inline constexpr std::string_view kFindOpenCase =
    "select " XUNJIE_CASE_COLUMNS " from cases where place_key = $1 and violation = $2 and open";
inline constexpr std::string_view kOpenCaseAt =
    "select id from cases where place_key = $1 and violation = $2 and open and id <> $3";
inline constexpr std::string_view kAllCases =
    "select " XUNJIE_CASE_COLUMNS " from cases order by id";
inline constexpr std::string_view kFunnel =
    "select count(*), count(confirmed_at), count(told_at), count(corrected_at), "
    "count(dispatched_at), "
    "coalesce(sum(case when state = 'closed' then 1 else 0 end), 0), "
    "coalesce(sum(case when state = 'rejected' then 1 else 0 end), 0) "
    "from cases where reported_at >= $1 and reported_at < $2";
inline constexpr std::string_view kFunnelOfSubdistrict =
    "select count(*), count(confirmed_at), count(told_at), count(corrected_at), "
    "count(dispatched_at), "
    "coalesce(sum(case when state = 'closed' then 1 else 0 end), 0), "
    "coalesce(sum(case when state = 'rejected' then 1 else 0 end), 0) "
    "from cases where subdistrict = $3 and reported_at >= $1 and reported_at < $2";
inline constexpr std::string_view kRemindedCases =
    "select count(*) from cases where shop = $1 and shop <> '' and told_at >= $2";

// ---- receipts
inline constexpr std::string_view kInsertReceipt =
    "insert into receipts (scope, id, body_hash, reply, at) values ($1, $2, $3, $4, $5) "
    "on conflict (scope, id) do nothing";
inline constexpr std::string_view kFindReceipt =
    "select body_hash, reply, at from receipts where scope = $1 and id = $2";

// ---- outbox
#define XUNJIE_EFFECT_COLUMNS                                                                 \
  "position, id, case_id, kind, status, attempts, created_at, next_attempt_at, lease_until, " \
  "reference, last_error, payload"
inline constexpr std::string_view kInsertEffect =
    "insert into effects (" XUNJIE_EFFECT_COLUMNS
    ") "
    "values ($1, $2, $3, $4, 'pending', 0, $5, $6, null, '', '', $7)";
inline constexpr std::string_view kAnyDueEffect =
    "select 1 from effects where status in ('pending', 'leased') and next_attempt_at <= $1 limit 1";
inline constexpr std::string_view kClaimEffects =
    "update effects set status = 'leased', attempts = attempts + 1, lease_until = $2, "
    "next_attempt_at = $2 "
    "where position in (select position from effects where status in ('pending', 'leased') "
    "and next_attempt_at <= $1 order by next_attempt_at, position limit $3) "
    "returning " XUNJIE_EFFECT_COLUMNS;
inline constexpr std::string_view kFinishEffect =
    "update effects set status = 'done', lease_until = null, last_error = '', "
    "reference = case when $2 = '' then reference else $2 end where id = $1";
inline constexpr std::string_view kFinishEffectInCommit =
    "update effects set status = 'done', lease_until = null, last_error = '' where id = $1";
inline constexpr std::string_view kRetryEffect =
    "update effects set status = 'pending', lease_until = null, next_attempt_at = $2, last_error = "
    "$3 "
    "where id = $1 and status <> 'done'";
inline constexpr std::string_view kParkEffect =
    "update effects set status = 'parked', lease_until = null, last_error = $2 "
    "where id = $1 and status <> 'done'";
inline constexpr std::string_view kFindEffect =
    "select " XUNJIE_EFFECT_COLUMNS " from effects where id = $1";
inline constexpr std::string_view kFindEffectByReference =
    "select " XUNJIE_EFFECT_COLUMNS
    " from effects where reference = $1 and reference <> '' "
    "order by position desc limit 1";
inline constexpr std::string_view kListEffects =
    "select " XUNJIE_EFFECT_COLUMNS
    " from effects where position < $1 order by position desc limit $2";
inline constexpr std::string_view kListParkedEffects =
    "select " XUNJIE_EFFECT_COLUMNS
    " from effects where status = 'parked' and position < $1 "
    "order by position desc limit $2";
inline constexpr std::string_view kListEffectsOfStatus =
    "select " XUNJIE_EFFECT_COLUMNS
    " from effects where status = $3 and position < $1 "
    "order by position desc limit $2";
inline constexpr std::string_view kLastEffect = "select coalesce(max(position), 0) from effects";

// ---- timers
inline constexpr std::string_view kSetTimer =
    "insert into timers (case_id, name, due, command) values ($1, $2, $3, $4) "
    "on conflict (case_id, name) do update set due = excluded.due, command = excluded.command";
inline constexpr std::string_view kCancelTimer =
    "delete from timers where case_id = $1 and name = $2";
inline constexpr std::string_view kCancelTimers = "delete from timers where case_id = $1";
inline constexpr std::string_view kDueTimers =
    "select case_id, name, command, due from timers where due <= $1 order by due, case_id, name "
    "limit $2";
inline constexpr std::string_view kNextTimer = "select due from timers order by due limit 1";

// ---- registry and changes
#define XUNJIE_ENTITY_COLUMNS "kind, id, version, subdistrict, updated_at, body"
inline constexpr std::string_view kFindEntity =
    "select " XUNJIE_ENTITY_COLUMNS " from entities where kind = $1 and id = $2";
inline constexpr std::string_view kEntityVersion =
    "select version from entities where kind = $1 and id = $2";
inline constexpr std::string_view kPutEntity =
    "insert into entities (" XUNJIE_ENTITY_COLUMNS
    ") values ($1, $2, $3, $4, $5, $6) "
    "on conflict (kind, id) do update set version = excluded.version, subdistrict = "
    "excluded.subdistrict, "
    "updated_at = excluded.updated_at, body = excluded.body";
inline constexpr std::string_view kEraseEntity =
    "delete from entities where kind = $1 and id = $2 returning version, updated_at";
inline constexpr std::string_view kListEntities =
    "select " XUNJIE_ENTITY_COLUMNS
    " from entities where kind = $1 and id > $2 order by id limit $3";
inline constexpr std::string_view kListEntitiesOfSubdistrict =
    "select " XUNJIE_ENTITY_COLUMNS
    " from entities where kind = $1 and id > $2 and subdistrict = $4 "
    "order by id limit $3";
inline constexpr std::string_view kPutChange =
    "insert into changes (position, topic, id, version, at) values ($1, $2, $3, $4, $5) "
    "on conflict (topic, id) do update set position = excluded.position, version = "
    "excluded.version, "
    "at = excluded.at";
inline constexpr std::string_view kChangesAfter =
    "select position, topic, id, version, at from ("
    "select * from (select position, 'case' as topic, case_id as id, sequence as version, at from "
    "events "
    "where position > $1 order by position limit $2) as new_events "
    "union all "
    "select * from (select position, topic, id, version, at from changes "
    "where position > $1 order by position limit $2) as new_changes) as both_tables "
    "order by position limit $2";

// ---- checkpoints
inline constexpr std::string_view kInsertCheckpoint =
    "insert into checkpoints (number, position, events, at, digest, signer, signature) "
    "values ($1, $2, $3, $4, $5, $6, $7)";
inline constexpr std::string_view kLastCheckpoint =
    "select number, position, events, digest from checkpoints order by number desc limit 1";
inline constexpr std::string_view kAllCheckpoints =
    "select number, position, events, at, digest, signer, signature from checkpoints order by "
    "number";

// ---- schema
inline constexpr std::string_view kInsertSchemaVersion =
    "insert into schema_versions (version, name, hash) values ($1, $2, $3)";
inline constexpr std::string_view kSchemaVersions =
    "select version, name, hash from schema_versions order by version";

// ---- checks; each row found is a fault
inline constexpr std::string_view kEventsInCaseOrder =
    "select case_id, sequence, kind, at, actor, payload, hash from events order by case_id, "
    "sequence";
inline constexpr std::string_view kHeads = "select id, version, head from cases order by id";
inline constexpr std::string_view kDoubleOpen =
    "select place_key, violation, count(*) from cases where open group by place_key, violation "
    "having count(*) > 1 order by place_key, violation";
inline constexpr std::string_view kOrphanEffects =
    "select id, case_id from effects e where case_id <> '' "
    "and not exists (select 1 from cases c where c.id = e.case_id) order by id";
inline constexpr std::string_view kOddEffects =
    "select id, status from effects where status not in ('pending', 'leased', 'done', 'parked') "
    "order by id";
inline constexpr std::string_view kOrphanTimers =
    "select case_id, name from timers t "
    "where not exists (select 1 from cases c where c.id = t.case_id and c.open) order by case_id, "
    "name";
inline constexpr std::string_view kCounts =
    "select (select count(*) from cases), (select count(*) from events), "
    "(select count(*) from effects where status = 'parked')";

}  // namespace xunjie::store::sql
