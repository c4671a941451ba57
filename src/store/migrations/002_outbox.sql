-- What the outside must be asked to do, and when a case wakes up.
-- A leased effect's next_attempt_at is the end of its lease, so one comparison finds all that is due.
create table effects (
  position bigint primary key,
  id text not null,
  case_id text not null,
  kind text not null,
  status text not null,
  attempts integer not null,
  created_at bigint not null,
  next_attempt_at bigint not null,
  lease_until bigint,
  reference text not null,
  last_error text not null,
  payload text not null
);
create unique index effects_by_id on effects (id);
create index effects_due on effects (next_attempt_at) where status in ('pending', 'leased');
create index effects_parked on effects (position) where status = 'parked';
create index effects_by_reference on effects (reference) where reference <> '';

create table timers (
  case_id text not null,
  name text not null,
  due bigint not null,
  command text not null,
  primary key (case_id, name)
) /*clustered*/;
create index timers_due on timers (due);
