-- Beside the log: who looked at which picture, which case uses which, copies made, and deletions.
-- evidence_* is an index over the log, written behind it by position; it can be built anew.
create table access_log (
  position bigint primary key,
  at bigint not null,
  person text not null,
  name text not null,
  role text not null,
  unit text not null,
  what text not null,
  blob text not null,
  case_id text not null,
  camera text not null,
  reason text not null,
  times integer not null
);
create index access_log_by_person on access_log (person, position);
create index access_log_by_case on access_log (case_id, position) where case_id <> '';
create index access_log_by_blob on access_log (blob, position);

create table evidence_index (
  name text primary key not null,
  position bigint not null
);
create table evidence_cases (
  case_id text primary key not null,
  ended_at bigint
);
create index evidence_cases_by_end on evidence_cases (ended_at, case_id) where ended_at is not null;
create table evidence_uses (
  blob text not null,
  case_id text not null,
  primary key (blob, case_id)
) /*clustered*/;
create index evidence_uses_by_case on evidence_uses (case_id, blob);

create table copies (
  original text not null,
  recipe text not null,
  copy text not null,
  primary key (original, recipe)
) /*clustered*/;
create index copies_by_copy on copies (copy);

-- Chained like the events of a case, so that a deletion cannot be taken out of the log again.
create table deletions (
  number bigint primary key,
  at bigint not null,
  cause text not null,
  case_id text not null,
  files integer not null,
  bytes bigint not null,
  digest text not null,
  hash bytea not null,
  done_at bigint
);
create index deletions_unfinished on deletions (number) where done_at is null;
create table deleted_blobs (
  blob text not null,
  number bigint not null,
  primary key (blob, number)
) /*clustered*/;
