// What each command must carry.
#include <algorithm>
#include <array>

#include "base/check.h"
#include "domain/loop_judge.h"

namespace xunjie::domain {
namespace {

using C = CommandKind;
using Names = std::span<const std::string_view>;

constexpr std::array<std::string_view, 1> kReason{"reason"};
constexpr std::array<std::string_view, 1> kText{"text"};
constexpr std::array<std::string_view, 1> kInto{"into"};
constexpr std::array<std::string_view, 1> kTeam{"team"};
constexpr std::array<std::string_view, 1> kOfficers{"officers"};
constexpr std::array<std::string_view, 1> kReference{"reference"};
constexpr std::array<std::string_view, 2> kTransfer{"department", "reason"};
constexpr std::array<std::string_view, 3> kResult{"text", "officers", "pictures"};
constexpr std::array<std::string_view, 3> kNotice{"text", "officers", "amount_fen"};
constexpr std::array<std::string_view, 2> kService{"text", "officers"};
constexpr std::array<std::string_view, 2> kPenalty{"text", "amount_fen"};
constexpr std::array<std::string_view, 2> kNoPenalty{"reason", "text"};
constexpr std::array<std::string_view, 2> kPayment{"amount_fen", "reference"};
constexpr std::array<std::string_view, 2> kSpan{"reason", "span_s"};

struct Needs {
  C command;
  Names facts;
};

constexpr std::array kNeeds = std::to_array<Needs>({
    {C::reject, kReason},
    {C::merge, kInto},
    {C::transfer, kTransfer},
    {C::object, kReason},
    {C::uphold_objection, kReason},
    {C::dismiss_objection, kReason},
    {C::order_acknowledged, kReference},
    {C::order_failed, kReason},
    {C::return_order, kReason},
    {C::reroute, kTeam},
    {C::start_off_site, kOfficers},
    {C::submit_result, kResult},
    {C::fail_technical, kReason},
    {C::fail_legal, kReason},
    {C::notify_party, kNotice},
    {C::hear_statement, kText},
    {C::decide_penalty, kPenalty},
    {C::decide_no_penalty, kNoPenalty},
    {C::serve_decision, kService},
    {C::record_payment, kPayment},
    {C::fail_verification, kReason},
    {C::request_extension, kSpan},
    {C::refuse_extension, kReason},
    {C::suspend, kSpan},
    {C::transfer_refused, kReason},
    {C::note, kText},
});

// How each fact is found missing, and the bound that keeps one event small.
struct FactCheck {
  std::string_view name;
  bool (*missing)(const Facts&);
  std::size_t (*size)(const Facts&);
  std::size_t size_max;
};

bool blank(const std::string& text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return c == ' ' || c == '\n' || c == '\t' || c == '\r'; });
}

constexpr std::array kChecks = std::to_array<FactCheck>({
    {"reason", [](const Facts& f) { return blank(f.reason); },
     [](const Facts& f) { return f.reason.size(); }, 4096},
    {"text", [](const Facts& f) { return blank(f.text); },
     [](const Facts& f) { return f.text.size(); }, 16384},
    {"department", [](const Facts& f) { return blank(f.department); },
     [](const Facts& f) { return f.department.size(); }, 64},
    {"into", [](const Facts& f) { return f.into.empty(); },
     [](const Facts& f) { return f.into.value.size(); }, 64},
    {"team", [](const Facts& f) { return f.team.empty(); },
     [](const Facts& f) { return f.team.value.size(); }, 64},
    {"reference", [](const Facts& f) { return blank(f.reference); },
     [](const Facts& f) { return f.reference.size(); }, 256},
    {"channel", [](const Facts& f) { return f.channel.empty(); },
     [](const Facts& f) { return f.channel.size(); }, 32},
    {"officers", [](const Facts& f) { return f.officers.empty(); },
     [](const Facts& f) { return f.officers.size(); }, 16},
    {"pictures", [](const Facts& f) { return f.pictures.empty(); },
     [](const Facts& f) { return f.pictures.size(); }, 32},
    {"amount_fen", [](const Facts& f) { return f.amount_fen <= 0; },
     [](const Facts&) { return std::size_t{0}; }, 0},
    {"span_s", [](const Facts& f) { return f.span <= Micros{}; },
     [](const Facts&) { return std::size_t{0}; }, 0},
});

const FactCheck& check_of(std::string_view name) {
  const auto* found = std::find_if(kChecks.begin(), kChecks.end(),
                                   [&](const FactCheck& c) { return c.name == name; });
  XUNJIE_CHECK(found != kChecks.end());
  return *found;
}

}  // namespace

std::span<const std::string_view> required_facts(CommandKind command) {
  for (const auto& needs : kNeeds) {
    if (needs.command == command) return needs.facts;
  }
  return {};
}

std::optional<Error> fault_in_facts(const Command& command) {
  for (const auto name : required_facts(command.kind)) {
    if (!check_of(name).missing(command.facts)) continue;
    return make_error(
        ErrorCode::invalid_argument,
        std::string(name) + "：“" + std::string(chinese_of(command.kind)) + "”必须填写此项",
        std::string(name));
  }
  for (const auto& check : kChecks) {
    if (check.size(command.facts) <= check.size_max) continue;
    return make_error(ErrorCode::invalid_argument,
                      std::string(check.name) + "：超过上限 " + std::to_string(check.size_max),
                      std::string(check.name));
  }
  return std::nullopt;
}

}  // namespace xunjie::domain
