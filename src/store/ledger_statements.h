// The SQL of the evidence ledger, in the words SQLite and PostgreSQL share.
#pragma once

#include <string_view>

namespace xunjie::store::sql {

// ---- who looked
#define XUNJIE_ACCESS_COLUMNS \
  "position, at, person, name, role, unit, what, blob, case_id, camera, reason, times"
inline constexpr std::string_view kLastAccess = "select coalesce(max(position), 0) from access_log";
inline constexpr std::string_view kInsertAccess =
    "insert into access_log (" XUNJIE_ACCESS_COLUMNS
    ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)";
inline constexpr std::string_view kAccessColumns = XUNJIE_ACCESS_COLUMNS;
inline constexpr std::string_view kEraseAccesses =
    "delete from access_log where position in "
    "(select position from access_log where position < coalesce((select position from access_log "
    "where at >= $1 order by position limit 1), 9223372036854775807) order by position limit $2)";

// ---- which case uses which
inline constexpr std::string_view kIndexedTo =
    "select position from evidence_index where name = 'events'";
inline constexpr std::string_view kSetIndexedTo =
    "insert into evidence_index (name, position) values ('events', $1) "
    "on conflict (name) do update set position = excluded.position";
inline constexpr std::string_view kPutUse =
    "insert into evidence_uses (blob, case_id) values ($1, $2) on conflict (blob, case_id) do "
    "nothing";
inline constexpr std::string_view kPutCaseUse =
    "insert into evidence_cases (case_id, ended_at) values ($1, $2) "
    "on conflict (case_id) do update set ended_at = excluded.ended_at";
inline constexpr std::string_view kCasesEnded =
    "select case_id, ended_at from evidence_cases c where ended_at < $1 "
    "and (ended_at, case_id) > ($2, $3) "
    "and exists (select 1 from evidence_uses u where u.case_id = c.case_id) "
    "order by ended_at, case_id limit $4";
inline constexpr std::string_view kBlobsOfCase =
    "select blob from evidence_uses where case_id = $1 order by blob";
inline constexpr std::string_view kUsedBesides =
    "select 1 from evidence_uses where blob = $1 and case_id <> $2 limit 1";
inline constexpr std::string_view kOriginalInUse =
    "select 1 from copies c join evidence_uses u on u.blob = c.original "
    "where c.copy = $1 and u.case_id <> $2 limit 1";
inline constexpr std::string_view kForgetUses = "delete from evidence_uses where case_id = $1";
inline constexpr std::string_view kForgetCase = "delete from evidence_cases where case_id = $1";

// ---- copies
inline constexpr std::string_view kFindCopy =
    "select copy from copies where original = $1 and recipe = $2";
inline constexpr std::string_view kPutCopy =
    "insert into copies (original, recipe, copy) values ($1, $2, $3) "
    "on conflict (original, recipe) do update set copy = excluded.copy";
inline constexpr std::string_view kCopiesOf =
    "select copy from copies where original = $1 order by copy";
inline constexpr std::string_view kForgetCopies =
    "delete from copies where original = $1 or copy = $1";

// ---- deletions
#define XUNJIE_DELETION_COLUMNS "number, at, cause, case_id, files, bytes, digest, hash, done_at"
inline constexpr std::string_view kLastDeletion =
    "select number, hash from deletions order by number desc limit 1";
inline constexpr std::string_view kInsertDeletion =
    "insert into deletions (" XUNJIE_DELETION_COLUMNS
    ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
inline constexpr std::string_view kInsertDeletedBlob =
    "insert into deleted_blobs (blob, number) values ($1, $2)";
// What no event names needs no list once it is gone; the digest stays.
inline constexpr std::string_view kForgetUnnamed =
    "delete from deleted_blobs where number = $1 and number in "
    "(select number from deletions where case_id = '')";
inline constexpr std::string_view kFinishDeletion =
    "update deletions set done_at = $2 where number = $1";
inline constexpr std::string_view kUnfinishedDeletions =
    "select " XUNJIE_DELETION_COLUMNS " from deletions where done_at is null order by number";
inline constexpr std::string_view kListDeletions =
    "select " XUNJIE_DELETION_COLUMNS
    " from deletions where number < $1 order by number desc limit $2";
inline constexpr std::string_view kAllDeletions =
    "select " XUNJIE_DELETION_COLUMNS " from deletions order by number";
inline constexpr std::string_view kDeletedBlobs =
    "select blob from deleted_blobs where number = $1 order by blob";
inline constexpr std::string_view kWasDeleted =
    "select 1 from deleted_blobs where blob = $1 limit 1";

}  // namespace xunjie::store::sql
