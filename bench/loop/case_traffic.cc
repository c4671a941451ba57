#include "bench/loop/case_traffic.h"

#include <algorithm>
#include <atomic>
#include <charconv>
#include <chrono>
#include <thread>

#include "app/camera_acts.h"
#include "app/camera_health.h"
#include "app/case_commands.h"
#include "app/registry.h"
#include "bench/loop/recording_store.h"
#include "ports/clock.h"
#include "store/open.h"

namespace xunjie::bench {
namespace {

using domain::CommandKind;
using domain::Role;
using Steady = std::chrono::steady_clock;

constexpr int kShops = 100;

class SystemClock final : public ports::Clock {
 public:
  [[nodiscard]] UtcMicros now() const override {
    return {std::chrono::duration_cast<std::chrono::microseconds>(
                std::chrono::system_clock::now().time_since_epoch())
                .count()};
  }
  [[nodiscard]] Micros monotonic() const override {
    return {std::chrono::duration_cast<std::chrono::microseconds>(Steady::now().time_since_epoch())
                .count()};
  }
};

std::string shop_id(int number) {
  return "shop-" + std::to_string(number % kShops);
}

Result<void> register_shops(app::Registry& registry, const app::ReferenceData& reference) {
  app::Principal steward;
  steward.id = domain::UserId("admin");
  steward.role = Role::admin;
  for (int i = 0; i < kShops; ++i) {
    const auto& subdistrict =
        reference.subdistricts[static_cast<std::size_t>(i) % reference.subdistricts.size()];
    const std::string id = shop_id(i);
    const std::string body =
        R"({"id":")" + id + R"(","version":0,"name":"面馆 )" + std::to_string(i) +
        R"(","business":"餐饮","address":"国和路 )" + std::to_string(i) +
        R"( 号","phone":"13800000000","contact":"店主","grade":"green","subdistrict":")" +
        subdistrict.id.value + R"(","position":{"lon":121.52,"lat":31.3}})";
    const auto put = registry.put_shop(steward, id, body);
    if (!put.ok()) return put.error();
  }
  return {};
}

// One client: opens cases and leads each to an end, half by self-correction, half through dispatch.
class Client {
 public:
  Client(app::CaseCommands& commands, const app::ReferenceData& reference,
         const ports::Clock& clock, int number)
      : commands_(commands), reference_(reference), clock_(clock), number_(number) {
    reviewer_.id = domain::UserId("reviewer-" + std::to_string(number));
    reviewer_.name = "审核员";
    reviewer_.role = Role::reviewer;
  }

  Result<void> give_next() {
    if (state_ == "reported") return person(CommandKind::confirm);
    if (state_ == "reminding") return system(CommandKind::reminder_delivered, Role::system);
    if (state_ == "awaiting_correction")
      return system(CommandKind::claim_corrected, Role::merchant);
    if (state_ == "rechecking") {
      return system(cases_ % 2 == 0 ? CommandKind::recheck_clear : CommandKind::recheck_still_there,
                    Role::system);
    }
    if (state_ == "awaiting_dispatch") return system(CommandKind::order_acknowledged, Role::system);
    if (state_ == "dispatched") return system(CommandKind::accept, Role::system);
    if (state_ == "accepted") return system(CommandKind::start_on_site, Role::system);
    if (state_ == "on_site") return system(CommandKind::submit_result, Role::system);
    if (state_ == "awaiting_verification") return person(CommandKind::pass_verification);
    return report();
  }

 private:
  domain::CommandId next_id() {
    return domain::CommandId("bench-" + std::to_string(number_) + "-" + std::to_string(++given_));
  }

  domain::Sighting sighting() {
    domain::Sighting seen;
    const UtcMicros now = clock_.now();
    shop_ = number_ * 31 + cases_;
    seen.finding = domain::FindingId("F" + make_ulid(now));
    seen.camera = domain::CameraId("cam-" + std::to_string(number_));
    seen.zone = domain::ZoneId("zone-" + std::to_string(cases_ % 8));
    seen.violation = reference_.violations.front().id;
    seen.shop = domain::ShopId(shop_id(shop_));
    seen.shop_confidence = 1;
    seen.subdistrict =
        reference_
            .subdistricts[static_cast<std::size_t>(shop_ % kShops) % reference_.subdistricts.size()]
            .id;
    seen.place_key = "client-" + std::to_string(number_) + "/" + std::to_string(cases_);
    seen.address = "国和路 " + std::to_string(shop_) + " 号";
    seen.position = {121.52, 31.3};
    seen.since = now - seconds(90);
    seen.seen_at = now - seconds(1);
    seen.box = {0.31, 0.42, 0.2, 0.11};
    seen.label = "goods";
    seen.score = 0.87;
    const domain::BlobId blob("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    for (const auto role :
         {domain::PictureRole::before, domain::PictureRole::arrival, domain::PictureRole::now}) {
      seen.pictures.push_back({role, blob, blob, now});
    }
    seen.clip = domain::Clip{blob, now - seconds(20), now, false, std::nullopt};
    return seen;
  }

  Result<void> report() {
    ++cases_;
    id_ = domain::CaseId("C" + make_ulid(clock_.now()));
    app::SystemCommand say;
    say.scope = "watcher";
    say.id = next_id();
    say.command.kind = CommandKind::report;
    say.command.actor.user = domain::UserId("system");
    say.command.sighting = sighting();
    return keep(commands_.open(id_, say));
  }

  Result<void> system(CommandKind kind, Role role) {
    app::SystemCommand say;
    say.scope = role == Role::merchant ? "merchant" : "city";
    say.id = next_id();
    say.command.kind = kind;
    say.command.actor.user =
        domain::UserId(role == Role::merchant ? "merchant:" + shop_id(shop_) : "system");
    say.command.actor.role = role;
    domain::Facts& facts = say.command.facts;
    facts.reference = "R" + std::to_string(given_);
    facts.channel = "sms";
    if (kind == CommandKind::submit_result) {
      facts.text = "现场劝导，当事人已将物品移入店内";
      facts.officers = {domain::UserId("officer-1"), domain::UserId("officer-2")};
      const domain::BlobId blob("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
      facts.pictures = {{domain::PictureRole::handled_before, blob, std::nullopt, clock_.now()},
                        {domain::PictureRole::handled_after, blob, std::nullopt, clock_.now()}};
    }
    return keep(commands_.apply(id_, say));
  }

  Result<void> keep(const Result<app::Applied>& applied) {
    if (!applied.ok()) return applied.error();
    state_ = name_of(applied->after.state);
    version_ = applied->after.version;
    return {};
  }

  Result<void> person(CommandKind kind) {
    const std::string body = R"({"command_id":")" + next_id().value + R"(","version":)" +
                             std::to_string(version_) + R"(,"command":")" +
                             std::string(name_of(kind)) + R"(","facts":{}})";
    const auto reply = commands_.execute({reviewer_, id_, body});
    if (!reply.ok()) return reply.error();
    // {"case":{…,"version":n,"state":"…",…}}: the first of each is the case's.
    state_ = after(reply->reply_json, R"("state":")");
    version_ = 0;
    const std::string number = after(reply->reply_json, R"("version":)");
    std::from_chars(number.data(), number.data() + number.size(), version_);
    return {};
  }

  static std::string after(const std::string& text, std::string_view mark) {
    const auto start = text.find(mark);
    if (start == std::string::npos) return {};
    const auto from = start + mark.size();
    return text.substr(from, text.find_first_of(",\"}", from) - from);
  }

  app::CaseCommands& commands_;
  const app::ReferenceData& reference_;
  const ports::Clock& clock_;
  const int number_;
  app::Principal reviewer_;
  int cases_ = 0, given_ = 0, shop_ = 0;
  domain::CaseId id_;
  std::string state_;
  std::uint32_t version_ = 0;
};

// Runs until `seconds` have passed; the first error ends all.
Result<double> drive(std::vector<Client>& clients, double seconds) {
  std::atomic<std::int64_t> given{0};
  std::atomic<bool> stop{false};
  std::mutex mutex;
  std::optional<Error> failed;
  std::vector<std::jthread> threads;
  const auto start = Steady::now();
  const auto end =
      start + std::chrono::duration_cast<Steady::duration>(std::chrono::duration<double>(seconds));
  for (Client& client : clients) {
    threads.emplace_back([&] {
      while (!stop.load(std::memory_order_relaxed) && Steady::now() < end) {
        const auto done = client.give_next();
        if (!done.ok()) {
          const std::lock_guard lock(mutex);
          failed = done.error();
          stop = true;
          return;
        }
        given.fetch_add(1, std::memory_order_relaxed);
      }
    });
  }
  threads.clear();  // joins
  const std::chrono::duration<double> took = Steady::now() - start;
  if (failed) return *failed;
  return static_cast<double>(given.load()) / took.count();
}

// Rather too much: at 20,000 commands of 3 kB a second by many clients, 4,000 by one.
std::size_t tape_bytes(int clients, double seconds) {
  const double rate = clients > 1 ? 20'000 : 4'000;
  return static_cast<std::size_t>(std::min(1e9, rate * 3'000 * seconds));
}

}  // namespace

Result<Traffic> run_traffic(const std::filesystem::path& dir, const app::ReferenceData& reference,
                            int clients, double seconds) {
  XUNJIE_TRY(store, store::open_sqlite_store(dir));
  RecordingStore recording(*store, tape_bytes(clients, seconds));
  const SystemClock clock;
  app::CameraHealthBook health(recording);
  app::CameraActs acts(recording, clock);
  app::Registry registry(recording, clock, reference, health, acts);
  XUNJIE_TRY_VOID(registry.load());
  XUNJIE_TRY_VOID(register_shops(registry, reference));
  app::CaseCommands commands(recording, clock, reference, registry);
  std::vector<Client> all;
  for (int i = 0; i < clients; ++i) all.emplace_back(commands, reference, clock, i);
  const store::WriterStats before = store::writer_stats(*store);
  XUNJIE_TRY(rate, drive(all, seconds));
  const store::WriterStats after = store::writer_stats(*store);
  Traffic traffic;
  traffic.commands_per_s = rate;
  traffic.per_transaction =
      static_cast<double>(after.requests - before.requests) /
      static_cast<double>(std::max<std::int64_t>(1, after.transactions - before.transactions));
  traffic.committed = recording.take();
  return traffic;
}

}  // namespace xunjie::bench
