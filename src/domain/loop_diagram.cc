#include "domain/loop_diagram.h"

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "domain/loop.h"

namespace xunjie::domain {
namespace {

using Keep = std::function<bool(const Transition&)>;

void append(std::string& list, std::string_view word, std::string_view between) {
  if (!list.empty()) list += between;
  list += word;
}

bool is_objection(const Transition& row) {
  return row.command == CommandKind::object || row.command == CommandKind::uphold_objection ||
         row.command == CommandKind::dismiss_objection;
}

bool is_pause(CaseState state) {
  return state == CaseState::suspended || state == CaseState::transferring;
}

bool is_aside(const Transition& row) {
  return is_pause(row.from) || is_pause(row.to);
}

std::string guards_of(const Transition& row) {
  std::string text;
  for (const Guard guard : row.guards) append(text, chinese_of(guard), "、");
  return text;
}

std::string label_of(const Transition& row) {
  std::string label(chinese_of(row.command));
  const std::string guards = guards_of(row);
  return guards.empty() ? label : label + "（" + guards + "）";
}

struct Edge {
  std::string from, to, label;
};

// Rows between the same two nodes share one edge.
void add_edge(std::vector<Edge>& edges, std::string from, std::string to,
              const std::string& label) {
  for (auto& edge : edges) {
    if (edge.from != from || edge.to != to) continue;
    if (("·" + edge.label + "·").find("·" + label + "·") == std::string::npos)
      append(edge.label, label, "·");
    return;
  }
  edges.push_back({std::move(from), std::move(to), label});
}

std::string drawn(const std::vector<std::pair<std::string, std::string>>& nodes,
                  const std::vector<Edge>& edges) {
  std::string text = "```mermaid\nstateDiagram-v2\n";
  for (const auto& [id, words] : nodes) text += "  state \"" + words + "\" as " + id + "\n";
  for (const auto& edge : edges) {
    text += "  " + edge.from + " --> " + edge.to + (edge.label.empty() ? "" : " : " + edge.label) +
            "\n";
  }
  return text + "```\n\n";
}

std::string states_drawn(const Keep& keep) {
  std::vector<std::pair<std::string, std::string>> nodes;
  std::vector<Edge> edges;
  const auto node = [&nodes](CaseState state) {
    std::string id(name_of(state));
    const bool known =
        std::any_of(nodes.begin(), nodes.end(), [&](const auto& n) { return n.first == id; });
    if (!known) nodes.emplace_back(id, std::string(chinese_of(state)) + " " + id);
    return id;
  };
  for (const auto& row : loop_table()) {
    if (!keep(row)) continue;
    const bool first = row.command == CommandKind::report;
    add_edge(edges, first ? "[*]" : node(row.from), node(row.to), label_of(row));
  }
  const auto states = nodes;
  for (const auto& [id, words] : states) {
    if (is_end(*case_state_from(id))) edges.push_back({id, "[*]", ""});
  }
  return drawn(nodes, edges);
}

std::string penalty_drawn() {
  std::vector<std::pair<std::string, std::string>> nodes;
  std::vector<Edge> edges;
  for (int i = static_cast<int>(PenaltyStage::technical_review);
       i <= static_cast<int>(PenaltyStage::paid); ++i) {
    const auto stage = static_cast<PenaltyStage>(i);
    nodes.emplace_back(name_of(stage),
                       std::string(chinese_of(stage)) + " " + std::string(name_of(stage)));
  }
  for (const CaseState state :
       {CaseState::accepted, CaseState::on_site, CaseState::awaiting_verification}) {
    nodes.emplace_back(name_of(state),
                       std::string(chinese_of(state)) + " " + std::string(name_of(state)));
  }
  for (const auto& row : loop_table()) {
    const bool enters =
        row.from != CaseState::off_site && row.to == CaseState::off_site && !is_pause(row.from);
    if (!enters && row.stage == PenaltyStage::none) continue;
    const std::string from(enters ? name_of(row.from) : name_of(row.stage));
    const bool staged = row.stage_to != PenaltyStage::none;
    add_edge(edges, from, std::string(staged ? name_of(row.stage_to) : name_of(row.to)),
             label_of(row));
    if (staged && row.to != CaseState::off_site)
      add_edge(edges, std::string(name_of(row.stage_to)), std::string(name_of(row.to)), "");
  }
  return drawn(nodes, edges);
}

std::string place_of(CaseState state, PenaltyStage stage) {
  std::string text(chinese_of(state));
  if (stage != PenaltyStage::none) text += "·" + std::string(chinese_of(stage));
  return text;
}

std::string row_written(const Transition& row) {
  std::string roles, effects, facts;
  for (const Role role : row.roles) append(roles, chinese_of(role), "、");
  for (const EffectKind effect : row.effects) append(effects, chinese_of(effect), "、");
  for (const auto fact : required_facts(row.command)) append(facts, fact, ", ");
  const bool stays = row.from == row.to && row.stage_to == PenaltyStage::none;
  return "| " + place_of(row.from, row.stage) + " | " + std::string(chinese_of(row.command)) +
         " `" + std::string(name_of(row.command)) + "` | " + roles + " | " + facts + " | " +
         guards_of(row) + " | " + (stays ? "—" : place_of(row.to, row.stage_to)) + " | " +
         std::string(name_of(row.limit)) + " | " + effects + " |\n";
}

std::string table_written() {
  std::string text =
      "| state | command | who may | must carry | if | next | limit | effects "
      "|\n|---|---|---|---|---|---|---|---|\n";
  for (const auto& row : loop_table()) text += row_written(row);
  return text + "\n";
}

std::string limits_written() {
  std::string text = "| state | when the limit passes | wake-up |\n|---|---|---|\n";
  for (const auto& passing : limit_passings()) {
    const std::string what =
        passing.command
            ? "the system says " + std::string(chinese_of(*passing.command)) + " `" +
                  std::string(name_of(*passing.command)) + "`"
            : "a person stays responsible; the duty officer is told near its end and far beyond it";
    text += "| " + std::string(chinese_of(passing.state)) + " `" +
            std::string(name_of(passing.state)) + "` | " + what + " | " +
            std::string(passing.command ? passing.timer : "escalate") + " |\n";
  }
  return text + "\n";
}

}  // namespace

std::string loop_document() {
  const Keep main_line = [](const Transition& row) {
    const bool moves = row.from != row.to || row.command == CommandKind::report;
    return moves && !is_aside(row) && !is_objection(row);
  };
  const Keep aside = [](const Transition& row) { return is_aside(row) && row.from != row.to; };
  std::string text = "# The loop of a case\n\n";
  text +=
      "Written by `xunjie-loop-diagram` from the table in `src/domain/loop_table.cc`; a test holds "
      "the two together.\n"
      "Change the table, run the program, commit both.\n\n";
  text +=
      "## The main line\n\nRows of one command are tried from top to bottom; the conditions of the "
      "first that holds are in brackets.\n\n";
  text += states_drawn(main_line);
  text += "## Off-site enforcement 非现场执法\n\n" + penalty_drawn();
  text +=
      "## Put aside: suspension 挂账 and transfer 移送\n\nBoth come back to where the case was, "
      "with the time its limit had left.\n\n";
  text += states_drawn(aside);
  text +=
      "## Objections 异议\n\nFrom reminding until verification a case may be objected to once at a "
      "time. Upheld it ends as "
      "rejected 作废 and its order is called back; nothing is decided or closed while one is "
      "open.\n\n";
  text +=
      "## Limits\n\nEvery open state has one, computed from the log and the calendar; wake-ups "
      "decide nothing.\n\n" +
      limits_written();
  text +=
      "## Every row\n\nA dash means the command leaves the state as it is.\n\n" + table_written();
  while (text.ends_with("\n\n")) text.pop_back();
  return text;
}

}  // namespace xunjie::domain
