PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE schema_versions (version integer primary key, name text not null, hash text not null);
INSERT INTO schema_versions VALUES(1,'001_cases','989c84c5c3b0df2479ee6a12ad56e5fbb299b001f8a9cf5ddb5f16bd16541fde');
INSERT INTO schema_versions VALUES(2,'002_outbox','b2fac3b97a8c1643615715dc99b3eab4d1bc42b6025d652b19db0d266d73b564');
INSERT INTO schema_versions VALUES(3,'003_registry','6406efb9026dc42b5e35fcca766fcd2783bbf8f8dac418647e6be98add67f134');
INSERT INTO schema_versions VALUES(4,'004_evidence','247ff217c1f8ecb0e986391f141c50ddc5a897e6330c4171531574a2503affcc');
CREATE TABLE events (
  position integer primary key,
  case_id text not null,
  sequence integer not null,
  kind text not null,
  at integer not null,
  actor text not null,
  hash blob not null,
  payload text not null
);
INSERT INTO events VALUES(1,'C1',1,'kind-1',1772000001000000,'user-1',X'18619e4f9666b60eb5e60c27aae72c07eff5f807adc97adb651847c22641682a','{"n":1}');
INSERT INTO events VALUES(2,'C1',2,'kind-2',1772000002000000,'user-1',X'cec45beb19bd49c5922f380e9d4eacae004da9a59f32fe99c7ad866f1f5c9d94','{"n":2}');
INSERT INTO events VALUES(3,'C2',1,'kind-1',1772000001000000,'user-1',X'bd46a57ba36b97b3915b8a7d0b0dd1723f2cbfae7c3d4f3057174cbefb9f3488','{"n":1}');
INSERT INTO events VALUES(4,'C2',2,'kind-2',1772000002000000,'user-1',X'5730401594d02ef533b96f6259ae9286a2af74b265928af9021da9094512ffed','{"n":2}');
CREATE TABLE cases (
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
  reported_at integer not null,
  updated_at integer not null,
  due integer,
  confirmed_at integer,
  told_at integer,
  corrected_at integer,
  dispatched_at integer,
  ended_at integer,
  head blob not null,
  body text not null
);
INSERT INTO cases VALUES('C1',2,1,'reported','none','store_overflow','310110009','','shop-1','cam-1','zone-1','FC1','place-C1','',122.0,31.25,1772000000000000,1772000002000000,NULL,NULL,NULL,NULL,NULL,NULL,X'cec45beb19bd49c5922f380e9d4eacae004da9a59f32fe99c7ad866f1f5c9d94','{"id":"C1","version":2}');
INSERT INTO cases VALUES('C2',2,0,'closed','none','store_overflow','310110009','','shop-1','cam-1','zone-1','FC2','place-C2','',122.0,31.25,1772000000000000,1772000002000000,NULL,NULL,NULL,NULL,NULL,NULL,X'5730401594d02ef533b96f6259ae9286a2af74b265928af9021da9094512ffed','{"id":"C2","version":2}');
CREATE TABLE receipts (
  scope text not null,
  id text not null,
  body_hash text not null,
  reply text not null,
  at integer not null,
  primary key (scope, id)
);
INSERT INTO receipts VALUES('user-1','command-1','hash','reply',1772000001000000);
CREATE TABLE checkpoints (
  number integer primary key,
  position integer not null,
  events integer not null,
  at integer not null,
  digest blob not null,
  signer blob not null,
  signature blob not null
);
INSERT INTO checkpoints VALUES(1,4,4,1772000002000000,X'5fe048c7204f0d6201d09e71896531570834c3fd94a8e11687d7e0d8a9f20b2d',X'03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8',X'e04fc079fc08feb0b1f93f8edca00f5a2dc30fe0617391638ff86e8a25326fe3497011608a44caf4ab3e6d9fd6011f7cbd9f58fcdd6fabba9e9eb4dd54f00708');
CREATE TABLE effects (
  position integer primary key,
  id text not null,
  case_id text not null,
  kind text not null,
  status text not null,
  attempts integer not null,
  created_at integer not null,
  next_attempt_at integer not null,
  lease_until integer,
  reference text not null,
  last_error text not null,
  payload text not null
);
INSERT INTO effects VALUES(1,'E1','C1','send_reminder','pending',0,1772000001000000,1772000001000000,NULL,'','','{}');
CREATE TABLE timers (
  case_id text not null,
  name text not null,
  due integer not null,
  command text not null,
  primary key (case_id, name)
) without rowid;
INSERT INTO timers VALUES('C1','limit',1772000002000000,'correction_due');
CREATE TABLE entities (
  kind text not null,
  id text not null,
  version integer not null,
  subdistrict text not null,
  updated_at integer not null,
  body text not null,
  primary key (kind, id)
);
INSERT INTO entities VALUES('shop','shop-1',1,'310110009',1772000001000000,'{"name":"面馆"}');
CREATE TABLE changes (
  position integer primary key,
  topic text not null,
  id text not null,
  version integer not null,
  at integer not null
);
INSERT INTO changes VALUES(5,'shop','shop-1',1,1772000001000000);
CREATE TABLE access_log (
  position integer primary key,
  at integer not null,
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
INSERT INTO access_log VALUES(1,1772000001000000,'user-1','','','','','b1','','','',1);
CREATE TABLE evidence_index (
  name text primary key not null,
  position integer not null
);
INSERT INTO evidence_index VALUES('events',4);
CREATE TABLE evidence_cases (
  case_id text primary key not null,
  ended_at integer
);
CREATE TABLE evidence_uses (
  blob text not null,
  case_id text not null,
  primary key (blob, case_id)
) without rowid;
CREATE TABLE copies (
  original text not null,
  recipe text not null,
  copy text not null,
  primary key (original, recipe)
) without rowid;
CREATE TABLE deletions (
  number integer primary key,
  at integer not null,
  cause text not null,
  case_id text not null,
  files integer not null,
  bytes integer not null,
  digest text not null,
  hash blob not null,
  done_at integer
);
INSERT INTO deletions VALUES(1,1772000009000000,'','C2',1,0,'e3f7adc84e7bf2292ab8b0dbad517295aa749abf8df6dc5c28c1a5e72901e7e0',X'83b07eef2cce1f88607b1693321225b2b0bb99794dc01762bb8fad1054333ff5',NULL);
CREATE TABLE deleted_blobs (
  blob text not null,
  number integer not null,
  primary key (blob, number)
) without rowid;
INSERT INTO deleted_blobs VALUES('b1',1);
CREATE UNIQUE INDEX events_of_case on events (case_id, sequence);
CREATE UNIQUE INDEX cases_open_place on cases (place_key, violation) where open;
CREATE INDEX cases_by_time on cases (reported_at, id);
CREATE INDEX cases_by_subdistrict on cases (subdistrict, reported_at, id);
CREATE INDEX cases_open_by_state on cases (state, reported_at, id) where open;
CREATE INDEX cases_open_by_team on cases (team, reported_at, id) where open and team <> '';
CREATE INDEX cases_by_shop on cases (shop, reported_at, id) where shop <> '';
CREATE INDEX cases_by_camera on cases (camera, reported_at, id) where camera <> '';
CREATE INDEX cases_by_finding on cases (finding) where finding <> '';
CREATE UNIQUE INDEX effects_by_id on effects (id);
CREATE INDEX effects_due on effects (next_attempt_at) where status in ('pending', 'leased');
CREATE INDEX effects_parked on effects (position) where status = 'parked';
CREATE INDEX effects_by_reference on effects (reference) where reference <> '';
CREATE INDEX timers_due on timers (due);
CREATE INDEX entities_by_subdistrict on entities (kind, subdistrict, id);
CREATE UNIQUE INDEX changes_by_thing on changes (topic, id);
CREATE INDEX access_log_by_person on access_log (person, position);
CREATE INDEX access_log_by_case on access_log (case_id, position) where case_id <> '';
CREATE INDEX access_log_by_blob on access_log (blob, position);
CREATE INDEX evidence_cases_by_end on evidence_cases (ended_at, case_id) where ended_at is not null;
CREATE INDEX evidence_uses_by_case on evidence_uses (case_id, blob);
CREATE INDEX copies_by_copy on copies (copy);
CREATE INDEX deletions_unfinished on deletions (number) where done_at is null;
COMMIT;
