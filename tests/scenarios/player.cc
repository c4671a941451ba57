#include "player.h"

#include <charconv>
#include <functional>
#include <map>
#include <sstream>
#include <stdexcept>
#include <vector>

#include "domain/loop.h"
#include "domain/rights.h"

namespace xunjie::scenarios {
namespace {

using namespace domain;  // NOLINT: a test's own vocabulary

constexpr const char* kShop = "tea";
constexpr const char* kSubdistrict = "310110009";

// Words of a line; "…" keeps spaces together.
std::vector<std::string> words_of(const std::string& line) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  for (const char c : line + " ") {
    if (c == '"') {
      quoted = !quoted;
    } else if (c == ' ' && !quoted) {
      if (!word.empty()) words.push_back(std::exchange(word, {}));
    } else {
      word += c;
    }
  }
  if (quoted) throw std::runtime_error("unclosed quote");
  return words;
}

std::int64_t number_of(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size())
    throw std::runtime_error("not a number: " + std::string(text));
  return value;
}

Micros span_of(std::string_view text) {
  if (text.size() < 2) throw std::runtime_error("not a span: " + std::string(text));
  const std::int64_t n = number_of(text.substr(0, text.size() - 1));
  switch (text.back()) {
    case 's':
      return seconds(n);
    case 'm':
      return minutes(n);
    case 'h':
      return hours(n);
    case 'd':
      return days(n);
    default:
      throw std::runtime_error("not a span: " + std::string(text));
  }
}

// "30m" in wall time, "4wh" working hours, "7wd" working days, "3nd" natural days, "2uh" urgent
// hours.
Limit limit_of(std::string_view text) {
  static const std::map<std::string_view, LimitUnit> units{{"wh", LimitUnit::working_hours},
                                                           {"wd", LimitUnit::working_days},
                                                           {"nd", LimitUnit::natural_days},
                                                           {"uh", LimitUnit::urgent_hours}};
  const auto unit = text.size() > 2 ? units.find(text.substr(text.size() - 2)) : units.end();
  if (unit != units.end()) return {unit->second, number_of(text.substr(0, text.size() - 2))};
  return {LimitUnit::seconds, span_of(text).count / 1'000'000};
}

std::vector<std::string> parts_of(const std::string& text) {
  std::vector<std::string> parts;
  std::istringstream in(text);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

std::string local(UtcMicros time) {
  return to_rfc3339(time + hours(8)).substr(5, 14).replace(5, 1, " ");
}

Rules default_rules() {
  Rules rules;
  auto& v = rules.violation;
  v.id = ViolationKindId("store_overflow");
  v.correction = Limit{LimitUnit::seconds, 1800};
  v.reminder_rounds = 2;
  v.look_retry = minutes(2);
  v.recheck_silence = minutes(5);
  v.review = v.dispatch = {LimitUnit::seconds, 1800};
  v.acceptance = {LimitUnit::working_hours, 1};
  v.handling = v.verification = {LimitUnit::working_hours, 4};
  v.handling_key_road = Limit{LimitUnit::working_hours, 2};
  rules.party = {.fixed = true, .phone = true};
  return rules;
}

class Player {
 public:
  std::string play(std::string_view commands) {
    std::istringstream in{std::string(commands)};
    int number = 0;
    for (std::string line; std::getline(in, line);) {
      ++number;
      try {
        play_line(line);
      } catch (const std::exception& fault) {
        out_ << "line " << number << ": " << fault.what() << '\n';
        return out_.str();
      }
    }
    finish();
    return out_.str();
  }

 private:
  void play_line(const std::string& line) {
    auto words = words_of(line.substr(0, line.find('#')));
    if (words.empty()) return;
    if (words[0] == "start") return start(words);
    if (words[0] == "rules") return change_rules(words);
    if (words[0].starts_with('+') || words[0].starts_with('-')) {
      const bool back = words[0][0] == '-';
      const Micros span = span_of(std::string_view(words[0]).substr(1));
      now_ = back ? now_ - span : now_ + span;
      words.erase(words.begin());
    }
    if (words.empty()) return;
    if (words[0] == "ring") return ring(words);
    if (words.size() < 2) throw std::runtime_error("expected <who> <command>");
    say(words);
  }

  void start(const std::vector<std::string>& words) {
    const auto time = parse_rfc3339(words.at(1) + "T" + words.at(2) + ":00+08:00");
    if (!time.ok()) throw std::runtime_error(time.error().message);
    now_ = *time;
  }

  void change_rules(const std::vector<std::string>& words) {
    auto& v = rules_.violation;
    auto& party = rules_.party;
    const std::map<std::string, std::function<void(const std::string&)>> fields{
        {"phone", [&](const auto& t) { party.phone = t == "yes"; }},
        {"fixed", [&](const auto& t) { party.fixed = t == "yes"; }},
        {"key_road", [&](const auto& t) { party.key_road = t == "yes"; }},
        {"penalised_6m", [&](const auto& t) { party.penalised_6m = t == "yes"; }},
        {"reminded_30d",
         [&](const auto& t) { party.reminded_30d = static_cast<int>(number_of(t)); }},
        {"evidence", [&](const auto& t) { v.evidence = party.evidence_gate_passed = t == "yes"; }},
        {"reminder_rounds",
         [&](const auto& t) { v.reminder_rounds = static_cast<int>(number_of(t)); }},
        {"correction",
         [&](const auto& t) {
           v.correction = t == "none" ? std::nullopt : std::optional(limit_of(t));
         }},
        {"handling", [&](const auto& t) { v.handling = limit_of(t); }},
        {"holiday",
         [&](const auto& t) {
           rules_.calendar.holidays.insert({static_cast<int>(number_of(t.substr(0, 4))),
                                            static_cast<int>(number_of(t.substr(5, 2))),
                                            static_cast<int>(number_of(t.substr(8, 2)))});
         }},
    };
    for (std::size_t i = 1; i < words.size(); ++i) {
      const auto equals = words[i].find('=');
      const auto field = fields.find(words[i].substr(0, equals));
      if (equals == std::string::npos || field == fields.end())
        throw std::runtime_error("unknown rule " + words[i]);
      field->second(words[i].substr(equals + 1));
    }
  }

  void ring(const std::vector<std::string>& words) {
    if (timers_.empty()) throw std::runtime_error("no wake-up is set");
    auto next = timers_.begin();
    for (auto it = timers_.begin(); it != timers_.end(); ++it) {
      if (it->second.first < next->second.first) next = it;
    }
    const auto [name, wake_up] = *next;
    now_ = std::max(now_, wake_up.first);
    if (words.size() == 3 && words[1] == "late") now_ = now_ + span_of(words[2]);
    timers_.erase(next);
    Command command;
    command.kind = wake_up.second;
    command.actor = actor_of("system");
    give(command, "timer:" + name);
  }

  static Actor actor_of(const std::string& who) {
    const auto at = who.find('@');
    const auto colon = who.find(':');
    const auto role = role_from(who.substr(0, std::min(at, colon)));
    if (!role) throw std::runtime_error("unknown role " + who);
    Actor actor;
    actor.role = *role;
    actor.user = UserId(std::string(name_of(*role)) + (*role == Role::system ? "" : "-1"));
    if (colon != std::string::npos)
      actor.user = UserId(who.substr(colon + 1, at == std::string::npos ? at : at - colon - 1));
    if (at != std::string::npos) actor.subdistrict = SubdistrictId(who.substr(at + 1));
    if (*role == Role::merchant) actor.user = UserId(merchant_user(ShopId(kShop)));
    if (*role == Role::liaison) actor.department = "market";
    return actor;
  }

  void say(const std::vector<std::string>& words) {
    Command command;
    command.actor = actor_of(words[0]);
    const auto kind = command_kind_from(words[1]);
    if (!kind) throw std::runtime_error("unknown command " + words[1]);
    command.kind = *kind;
    for (std::size_t i = 2; i < words.size(); ++i) read_fact(words[i], command.facts);
    if (*kind == CommandKind::report) command.sighting = sighting();
    give(command, words[0]);
  }

  void read_fact(const std::string& word, Facts& facts) const {
    const auto equals = word.find('=');
    if (equals == std::string::npos) throw std::runtime_error("expected field=value: " + word);
    const std::string field = word.substr(0, equals), value = word.substr(equals + 1);
    if (field == "reason")
      facts.reason = value;
    else if (field == "text")
      facts.text = value;
    else if (field == "department")
      facts.department = value;
    else if (field == "into")
      facts.into = CaseId(value);
    else if (field == "team")
      facts.team = TeamId(value);
    else if (field == "reference")
      facts.reference = value;
    else if (field == "span")
      facts.span = span_of(value);
    else if (field == "amount_fen")
      facts.amount_fen = number_of(value);
    else if (field == "officers")
      for (const auto& user : parts_of(value)) facts.officers.emplace_back(user);
    else if (field == "pictures")
      for (const auto& role : parts_of(value)) facts.pictures.push_back(picture(role));
    else
      throw std::runtime_error("unknown field " + field);
  }

  Picture picture(const std::string& word) const {
    const auto role = picture_role_from(word);
    if (!role) throw std::runtime_error("unknown picture " + word);
    return {*role, BlobId(std::string(64, 'a')), std::nullopt, now_};
  }

  Sighting sighting() const {
    Sighting s;
    s.finding = FindingId("F1");
    s.camera = CameraId("dome-1");
    s.zone = ZoneId("front");
    s.violation = rules_.violation.id;
    if (rules_.party.fixed) s.shop = ShopId(kShop);
    s.subdistrict = SubdistrictId(kSubdistrict);
    s.place_key = "place";
    s.since = now_ - minutes(3);
    s.seen_at = now_;
    return s;
  }

  void give(const Command& command, const std::string& who) {
    out_ << local(now_) << ' ' << who << ' ' << name_of(command.kind) << '\n';
    const auto decision = decide(case_, id_, command, now_, rules_);
    if (!decision.ok()) {
      out_ << "  refused " << name_of(decision.error().code);
      if (!decision.error().field.empty()) out_ << " [" << decision.error().field << ']';
      out_ << ' ' << decision.error().message << '\n';
      return;
    }
    for (const auto& event : decision->events) write(event);
    for (const auto& effect : decision->effects) write(effect);
    for (const auto& change : decision->timers) write(change);
  }

  void write(const Event& event) {
    case_ = evolve(case_, id_, event);
    out_ << "  " << case_->version << ' ' << name_of(event.kind) << ": " << name_of(event.from);
    if (event.to != event.from || event.kind == EventKind::penalty_advanced)
      out_ << " -> " << name_of(event.to);
    if (event.stage != PenaltyStage::none) out_ << '/' << name_of(event.stage);
    if (event.due) out_ << ", due " << local(*event.due);
    out_ << '\n';
  }

  void write(const Effect& effect) {
    out_ << "  effect " << name_of(effect.kind);
    if (!effect.facts.channel.empty()) out_ << " by " << effect.facts.channel;
    if (!effect.facts.team.empty()) out_ << " for " << effect.facts.team.value;
    if (!effect.facts.department.empty()) out_ << " to " << effect.facts.department;
    if (effect.delay > Micros{}) out_ << " after " << effect.delay.count / 1'000'000 << " s";
    out_ << '\n';
  }

  void write(const TimerChange& change) {
    if (change.due) {
      timers_[change.name] = {*change.due, change.command};
      out_ << "  timer " << change.name << ' ' << local(*change.due) << ' '
           << name_of(change.command) << '\n';
    } else {
      timers_.erase(change.name);
      out_ << "  timer " << change.name << " off\n";
    }
  }

  void finish() {
    if (!case_) return;
    const Case& c = *case_;
    out_ << "= " << name_of(c.state) << ' ' << chinese_of(c.state) << ", version " << c.version
         << ", rounds " << c.reminder_rounds << ", returns " << c.returns << ", reworks "
         << c.reworks << ", extensions " << c.extensions << ", suspensions " << c.suspensions
         << (c.check_on_spot ? ", check on the spot" : "") << '\n';
  }

  std::ostringstream out_;
  CaseId id_{"C1"};
  UtcMicros now_{1'772'416'800'000'000};  // Monday 2026-03-02 10:00 in Shanghai
  Rules rules_ = default_rules();
  std::optional<Case> case_;
  std::map<std::string, std::pair<UtcMicros, CommandKind>> timers_;
};

}  // namespace

std::string play(std::string_view commands) {
  return Player().play(commands);
}

}  // namespace xunjie::scenarios
