-- Events, the current row of each case, command receipts, signed checkpoints.
-- `head` is the hash of the case's last event, so that the next one can be chained without reading it.
create table events (
  position bigint primary key,
  case_id text not null,
  sequence integer not null,
  kind text not null,
  at bigint not null,
  actor text not null,
  hash bytea not null,
  payload text not null
);
create unique index events_of_case on events (case_id, sequence);

create table cases (
  id text primary key not null,
  version integer not null,
  open boolean not null,
  state text not null,
  stage text not null,
  violation text not null,
  subdistrict text not null,
  team text not null,
  shop text not null,
  camera text not null,
  zone text not null,
  finding text not null,
  place_key text not null,
  department text not null,
  lon double precision not null,
  lat double precision not null,
  reported_at bigint not null,
  updated_at bigint not null,
  due bigint,
  confirmed_at bigint,
  told_at bigint,
  corrected_at bigint,
  dispatched_at bigint,
  ended_at bigint,
  head bytea not null,
  body text not null
);
-- One open case per place and kind: the last word against duplicates.
create unique index cases_open_place on cases (place_key, violation) where open;
create index cases_by_time on cases (reported_at, id);
create index cases_by_subdistrict on cases (subdistrict, reported_at, id);
create index cases_open_by_state on cases (state, reported_at, id) where open;
create index cases_open_by_team on cases (team, reported_at, id) where open and team <> '';
create index cases_by_shop on cases (shop, reported_at, id) where shop <> '';
create index cases_by_camera on cases (camera, reported_at, id) where camera <> '';
create index cases_by_finding on cases (finding) where finding <> '';

create table receipts (
  scope text not null,
  id text not null,
  body_hash text not null,
  reply text not null,
  at bigint not null,
  primary key (scope, id)
);

create table checkpoints (
  number bigint primary key,
  position bigint not null,
  events bigint not null,
  at bigint not null,
  digest bytea not null,
  signer bytea not null,
  signature bytea not null
);
