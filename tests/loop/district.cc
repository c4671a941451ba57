#include "district.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "domain/rights.h"

namespace xunjie::testing {
namespace {

namespace json = boost::json;

constexpr const char* kRegistry = R"({
 "shops":[
  {"id":"shop-fruit","name":"老王水果","business":"水果","address":"四平路100号","phone":"13800001111",
   "contact":"王老板","grade":"yellow","subdistrict":"310110009","position":{"lon":121.50,"lat":31.28},
   "frontage_m":6,"commitment_letter":"CNS-1"},
  {"id":"shop-mute","name":"无名杂货","business":"杂货","address":"四平路102号","grade":"green",
   "subdistrict":"310110009","position":{"lon":121.51,"lat":31.29}}],
 "teams":[{"id":"team-siping","name":"四平路街道综合行政执法队","subdistrict":"310110009"}],
 "users":[
  {"login":"reviewer","name":"李审核","role":"reviewer","password":"correct horse"},
  {"login":"duty","name":"赵值班","role":"duty_officer","password":"correct horse"},
  {"login":"officer-1","name":"钱队员","role":"officer","subdistrict":"310110009","certificate":"09001","password":"correct horse"},
  {"login":"officer-2","name":"孙队员","role":"officer","subdistrict":"310110009","certificate":"09002","password":"correct horse"}],
 "cameras":[{"id":"cam-1","name":"四平路1号探头","kind":"dome","source":"tcp://127.0.0.1:1","subdistrict":"310110009",
  "position":{"lon":121.50,"lat":31.28},
  "zones":[
   {"id":"fruit-front","kind":"shop_front","shop":"shop-fruit","polygon":[[0.1,0.1],[0.4,0.1],[0.4,0.4]],
    "watch":[{"violation":"store_overflow","dwell_s":60}]},
   {"id":"mute-front","kind":"shop_front","shop":"shop-mute","polygon":[[0.1,0.6],[0.4,0.6],[0.4,0.9]],
    "watch":[{"violation":"store_overflow","dwell_s":60}]},
   {"id":"plaza","kind":"no_stall","polygon":[[0.5,0.5],[0.9,0.5],[0.9,0.9]],
    "watch":[{"violation":"street_vending","dwell_s":60}]}]}]})";

Error lost() {
  return make_error(ErrorCode::timeout, "没有应答");
}

}  // namespace

Result<std::string> FakeMessages::send(const ports::OutgoingMessage& message) {
  ++sends;
  const Fault what = fault();
  if (what == Fault::lost_before) return lost();
  phones.try_emplace(message.id, message);
  if (what == Fault::lost_after) return lost();
  return "ref-" + message.id;
}

Result<std::optional<ports::MessageReceipt>> FakeMessages::ask(const std::string& id) {
  if (fault() == Fault::lost_before) return lost();
  if (!phones.contains(id)) return std::optional<ports::MessageReceipt>();
  ports::MessageReceipt known;
  known.reference = "ref-" + id;
  known.message_id = id;
  known.status = fate.contains(id) ? fate.at(id) : ports::ReceiptStatus::accepted;
  return std::optional<ports::MessageReceipt>(known);
}

Result<std::string> FakeCity::create_order(const ports::WorkOrder& order) {
  ++creates;
  const Fault what = fault();
  if (what == Fault::lost_before) return lost();
  orders.try_emplace(order.id, order);
  if (what == Fault::lost_after) return lost();
  return "CY-" + order.id;
}

Result<void> FakeCity::update_order(const ports::WorkOrder& order) {
  if (fault() == Fault::lost_before) return lost();
  orders[order.id] = order;
  return {};
}

Result<void> FakeCity::cancel_order(const std::string& id, const std::string&) {
  if (fault() == Fault::lost_before) return lost();
  cancelled.push_back(id);
  return {};
}

Result<void> FakeWatcher::put_camera(const ports::CameraConfig& camera) {
  cameras[camera.id] = camera;
  return {};
}
Result<void> FakeWatcher::remove_camera(const domain::CameraId& id) {
  cameras.erase(id);
  return {};
}
Result<void> FakeWatcher::request_look(const ports::LookRequest& request) {
  looks.push_back(request);
  return {};
}
Result<void> FakeWatcher::relearn(const domain::CameraId& id) {
  relearned.push_back(id);
  return {};
}
Result<void> FakeWatcher::dismiss(const domain::FindingId& finding) {
  dismissed.push_back(finding);
  return {};
}

namespace {

Result<std::vector<std::byte>> with_word(std::string_view word, std::span<const std::byte> bytes) {
  // The first bytes say what kind of file it is and stay in front.
  const std::size_t head = std::min<std::size_t>(bytes.size(), 8);
  std::vector<std::byte> out(bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(head));
  const auto text = std::as_bytes(std::span(word));
  out.insert(out.end(), text.begin(), text.end());
  out.insert(out.end(), bytes.begin() + static_cast<std::ptrdiff_t>(head), bytes.end());
  return out;
}

}  // namespace

Result<std::vector<std::byte>> FakeRedactor::picture(std::span<const std::byte> original,
                                                     const ports::PictureRecipe& recipe) {
  ++made;
  return with_word(recipe.box ? "copy with box " : "copy ", original);
}
Result<std::vector<std::byte>> FakeRedactor::thumbnail(std::span<const std::byte> copy, int) {
  return with_word("small ", copy);
}
Result<std::vector<std::byte>> FakeRedactor::clip(std::span<const std::byte> original,
                                                  const ports::ClipRecipe&) {
  return with_word("copy ", original);
}

District::Parts::Parts(District& d)
    : health(*d.store),
      acts(*d.store, d.clock),
      registry(*d.store, d.clock, d.reference, health, acts),
      accounts(*d.store, d.clock, d.reference,
               [] {
                 app::AccountOptions options;
                 options.weak_hash = true;
                 return options;
               }()),
      commands(*d.store, d.clock, d.reference, registry, d.blobs.get()),
      queries(*d.store, d.clock, d.reference, registry, commands),
      intake(*d.store, d.clock, d.reference, registry, commands, health),
      links(app::load_or_make_key(*d.store, "merchant").value(), "https://xunjie.example", *d.store,
            d.clock, d.reference, registry, commands),
      pictures(app::load_or_make_key(*d.store, "pictures").value(), "https://xunjie.example",
               *d.store, d.clock),
      outbox(*d.store, d.clock, d.reference, registry, commands, links, pictures,
             {&d.messages, &d.city_operations, &d.watcher}),
      timers(*d.store, d.clock, commands),
      callbacks(*d.store, *d.blobs, d.clock, commands, &d.messages, &d.city_operations),
      access_log(*d.ledger, d.clock),
      copies(*d.ledger, *d.blobs, d.redactor),
      blob_access(*d.store, *d.blobs, d.clock, registry, copies, access_log),
      retention(*d.store, *d.ledger, *d.blobs, d.clock, d.reference,
                [this] { return app::files_beside_cases(health, registry); }),
      effects(*d.store, d.clock) {
  intake.prepare_copies_with(copies);
}

District::District(const std::string& overrides) {
  std::string name = (std::filesystem::temp_directory_path() / "xunjie-loop-XXXXXX").string();
  dir_ = ::mkdtemp(name.data());
  auto loaded =
      app::load_reference_data(std::filesystem::path(XUNJIE_SOURCE_DIR) / "data", overrides);
  if (!loaded.ok()) ADD_FAILURE() << loaded.error().message;
  reference = std::move(loaded).value();
  open();
  const auto imported = parts->registry.import(kRegistry, parts->accounts);
  if (!imported.ok()) ADD_FAILURE() << imported.error().message;
}

District::~District() {
  parts.reset();
  ledger.reset();
  store.reset();
  blobs.reset();
  std::error_code ignored;
  std::filesystem::remove_all(dir_, ignored);
}

void District::open() {
  store = store::open_sqlite_store(dir_).value();
  ledger = store::open_evidence_ledger(*store);
  blobs = store::open_blob_store(dir_ / "blobs").value();
  parts = std::make_unique<Parts>(*this);
  const auto loaded = parts->registry.load();
  if (!loaded.ok()) ADD_FAILURE() << loaded.error().message;
  const auto attached = parts->registry.attach(&watcher);
  if (!attached.ok()) ADD_FAILURE() << attached.error().message;
}

void District::restart() {
  parts.reset();
  ledger.reset();
  store.reset();
  blobs.reset();
  open();
}

void District::settle() {
  for (int round = 0; round < 200; ++round) {
    const int done = parts->timers.step(clock.now()) + parts->outbox.step(clock.now());
    if (done == 0) return;
  }
  ADD_FAILURE() << "timers and outbox never came to rest";
}

void District::pass(Micros span) {
  clock.advance(span);
  settle();
}

app::Principal District::person(const std::string& role) const {
  app::Principal who;
  who.role = domain::role_from(role).value();
  who.id = domain::UserId(role == "duty_officer" ? "duty" : role == "officer" ? "officer-1" : role);
  who.login = who.id.value;
  who.name = role;
  return who;
}

ports::RaisedFinding District::finding(const std::string& zone, const std::string& violation) {
  ports::RaisedFinding found;
  found.id = domain::FindingId("F" + make_ulid(clock.now()));
  found.camera = domain::CameraId("cam-1");
  found.zone = domain::ZoneId(zone);
  found.violation = domain::ViolationKindId(violation);
  found.since = clock.now() - minutes(3);
  found.at = clock.now();
  found.box = {0.2, 0.2, 0.1, 0.1};
  found.label = "goods";
  found.score = 0.875;
  const std::string jpeg = "\xff\xd8\xff picture " + std::to_string(++counter_);
  const auto put = [this](const std::string& bytes) {
    return blobs->put(std::as_bytes(std::span(bytes.data(), bytes.size()))).value();
  };
  domain::Picture picture{domain::PictureRole::now, put(jpeg), std::nullopt, clock.now()};
  picture.box = found.box;
  picture.seal = domain::Seal{found.camera, millis(40), 0, false};
  found.pictures.push_back(std::move(picture));
  return found;
}

domain::CaseId District::raise(const ports::RaisedFinding& found) {
  const auto raised = parts->intake.raised(found);
  if (!raised.ok()) {
    ADD_FAILURE() << raised.error().message;
    return {};
  }
  ports::CaseFilter filter;
  filter.finding = found.id.value;
  const auto rows = store->list_cases(filter, {});
  if (!rows.ok() || rows->items.empty()) return {};
  return rows->items.front().id;
}

domain::CaseId District::raise(const std::string& zone, const std::string& violation) {
  return raise(finding(zone, violation));
}

json::object District::detail(const domain::CaseId& id, const std::string& role) {
  const auto text = parts->queries.detail(person(role), id);
  if (!text.ok()) {
    ADD_FAILURE() << text.error().message;
    return {};
  }
  return json::parse(*text).as_object();
}

std::string District::state(const domain::CaseId& id) {
  return std::string(detail(id).at("state").as_string());
}

std::uint32_t District::version(const domain::CaseId& id) {
  return store->find_case(id).value().value().version;
}

Result<app::ExecuteReply> District::command(const domain::CaseId& id, const std::string& role,
                                            const std::string& kind, const std::string& facts,
                                            const std::string& command_id) {
  json::object body;
  body["command_id"] = command_id.empty() ? "command-" + std::to_string(++counter_) : command_id;
  body["version"] = version(id);
  body["command"] = kind;
  body["facts"] = json::parse(facts);
  return parts->commands.execute({person(role), id, json::serialize(body)});
}

Result<std::string> District::receipt(const std::string& message_id, ports::ReceiptStatus status) {
  messages.receipt = {"ref-" + message_id, message_id, status, clock.now(), ""};
  return parts->callbacks.sms_receipt({}, "");
}

Result<std::string> District::city(const std::string& action, const std::string& order,
                                   const std::string& update_id) {
  auto& update = city_operations.update;
  update = {};
  update.id = update_id.empty() ? "update-" + std::to_string(++counter_) : update_id;
  update.order_id = order;
  update.action = action;
  update.at = clock.now();
  if (action == "return_order") update.reason = "不在本队辖区";
  if (action == "submit_result") {
    update.text = "已清理";
    update.officers = {"officer-1", "officer-2"};
    update.pictures = {{"handled_before", "/9j/AAAA"}, {"handled_after", "/9j/BBBB"}};
  }
  return parts->callbacks.city_update({}, "");
}

Result<void> District::answer_look(ports::LookResult result) {
  if (watcher.looks.empty()) return make_error(ErrorCode::not_found, "no look was asked for");
  ports::LookAnswer answer;
  answer.id = watcher.looks.back().id;
  answer.result = result;
  answer.at = clock.now();
  return parts->intake.looked(answer);
}

std::string District::newest_message() const {
  std::string newest;
  for (const auto& [id, message] : messages.phones) newest = std::max(newest, id);
  return newest;
}

std::string District::newest_order() const {
  std::string newest;
  for (const auto& [id, order] : city_operations.orders) newest = std::max(newest, id);
  return newest;
}

std::string District::newest_link() const {
  const std::string& text = messages.phones.at(newest_message()).text;
  const auto begin = text.find("/m/") + 3;
  const auto end = text.find_first_not_of(
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-", begin);
  return text.substr(begin, end - begin);
}

int District::events_of(const domain::CaseId& id, const std::string& kind) {
  int count = 0;
  const auto events = store->events_of(id).value();
  for (const auto& event : events) count += event.kind == kind ? 1 : 0;
  return count;
}

}  // namespace xunjie::testing
