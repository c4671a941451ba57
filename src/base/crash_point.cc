#include "base/crash_point.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>

#include "base/check.h"

namespace xunjie {
namespace {

constexpr std::array<std::string_view, 13> kNames{
    "store.before_commit",     "store.after_commit",   "store.before_fsync_blob",
    "store.after_rename_blob", "outbox.after_claim",   "outbox.after_send",
    "timers.before_fire",      "intake.before_commit", "intake.after_commit",
    "http.before_command",     "http.before_reply",    "watch.after_evidence",
    "retention.after_record"};

struct Plan {
  std::string name;
  int pass = 1;
};

Plan read_plan() {
  const char* text = std::getenv("XUNJIE_CRASH_AT");
  if (text == nullptr) return {};
  const std::string_view plan(text);
  const auto colon = plan.find(':');
  if (colon == std::string_view::npos) return {std::string(plan), 1};
  return {std::string(plan.substr(0, colon)), std::atoi(text + colon + 1)};
}

}  // namespace

std::span<const std::string_view> crash_point_names() {
  return kNames;
}

void crash_point(std::string_view name) {
  static const Plan plan = read_plan();
  if (plan.name.empty()) return;
  XUNJIE_CHECK(std::find(kNames.begin(), kNames.end(), name) != kNames.end());
  if (plan.name != name) return;
  static std::atomic<int> passes{0};
  if (passes.fetch_add(1) + 1 == plan.pass) std::raise(SIGKILL);
}

}  // namespace xunjie
