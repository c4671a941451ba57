-- Shops, cameras, teams, users, settings; and what of them changed last, for the live stream.
-- A thing keeps one row in `changes`, with the position of its newest change, so the feed stays bounded
-- by the number of things. Changes of cases are the events themselves.
create table entities (
  kind text not null,
  id text not null,
  version integer not null,
  subdistrict text not null,
  updated_at bigint not null,
  body text not null,
  primary key (kind, id)
);
create index entities_by_subdistrict on entities (kind, subdistrict, id);

create table changes (
  position bigint primary key,
  topic text not null,
  id text not null,
  version integer not null,
  at bigint not null
);
create unique index changes_by_thing on changes (topic, id);
