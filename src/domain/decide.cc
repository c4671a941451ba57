#include "domain/loop.h"
namespace xunjie::domain {
std::span<const Transition> loop_table() { return {}; }
Result<Decision> decide(const std::optional<Case>&, const CaseId&, const Command&, UtcMicros, const Rules&) {
  return make_error(ErrorCode::unavailable, "the loop table is empty");
}
Case evolve(std::optional<Case> current, const CaseId&, const Event&) { return current.value_or(Case{}); }
std::vector<CommandKind> allowed_commands(const Case&, const Actor&, const Rules&) { return {}; }
std::span<const std::string_view> required_facts(CommandKind) { return {}; }
}  // namespace xunjie::domain
