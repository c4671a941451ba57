#include "control.h"

#include <charconv>
#include <cmath>
#include <ctime>

#include <boost/json.hpp>

namespace xunjie::street {
namespace {

namespace json = boost::json;

constexpr size_t kLongestLine = 256;

Error refuse(const std::string& field, const std::string& why) {
  return make_error(ErrorCode::invalid_argument, field + ": " + why, field);
}

std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  std::string word;
  for (const char c : line) {
    if (c == ' ' || c == '\t' || c == '\r') {
      if (!word.empty()) words.push_back(std::move(word));
      word.clear();
    } else {
      word += c;
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

bool is_name(const std::string& word) {
  if (word.empty() || word.size() > 64) return false;
  for (const char c : word) {
    if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_')) return false;
  }
  return true;
}

std::string clock_text(Camera::WallTime start, double media) {
  const auto at = start + std::chrono::milliseconds(std::llround(media * 1000));
  const auto ms =
      std::chrono::duration_cast<std::chrono::milliseconds>(at.time_since_epoch()).count();
  const std::time_t seconds = ms / 1000;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  char text[40];
  const size_t n = std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S", &utc);
  std::string out(text, n);
  const std::string part = std::to_string(ms % 1000);
  return out + "." + std::string(3 - part.size(), '0') + part + "Z";
}

}  // namespace

const char* phase_name(Standing::Phase phase) {
  switch (phase) {
    case Standing::Phase::arriving:
      return "arriving";
    case Standing::Phase::visible:
      return "visible";
    case Standing::Phase::leaving:
      return "leaving";
    case Standing::Phase::cleared:
      return "cleared";
  }
  return "";
}

Result<Command> parse_command(std::string_view line) {
  if (line.size() > kLongestLine) return refuse("line", "is longer than 256 characters");
  const auto words = words_of(line);
  if (words.empty()) return refuse("command", "is missing; use place, remove, event or state");
  Command command;
  const std::string& verb = words[0];
  if (verb == "state") {
    if (words.size() > 1)
      return refuse("state", "takes no further words, got \"" + words[1] + "\"");
    command.state = true;
    return command;
  }
  const bool event = verb == "event";
  if (!event && verb != "place" && verb != "remove") {
    return refuse("command", "\"" + verb + "\" is not known; use place, remove, event or state");
  }
  const size_t expected = event ? 4 : 3;
  const char* form = event ? "event CAMERA EVENT start|stop" : "CAMERA OBJECT";
  if (words.size() != expected) return refuse(verb, std::string("has the form ") + form);
  if (!is_name(words[1])) return refuse("camera", "\"" + words[1] + "\" is not a name");
  if (!is_name(words[2]))
    return refuse(event ? "event" : "object", "\"" + words[2] + "\" is not a name");
  command.camera = words[1];
  command.order.id = words[2];
  if (!event) {
    command.order.kind = verb == "place" ? Order::Kind::place : Order::Kind::remove;
  } else if (words[3] == "start" || words[3] == "stop") {
    command.order.kind = words[3] == "start" ? Order::Kind::start : Order::Kind::stop;
  } else {
    return refuse("action", "\"" + words[3] + "\" must be start or stop");
  }
  return command;
}

Result<std::vector<Timed>> parse_script(std::string_view text) {
  std::vector<Timed> out;
  size_t from = 0;
  while (from < text.size()) {
    const size_t to = std::min(text.find(';', from), text.size());
    std::string_view part = text.substr(from, to - from);
    from = to + 1;
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    if (part.empty()) continue;
    double at = 0;
    const auto [rest, error] = std::from_chars(part.data(), part.data() + part.size(), at);
    if (error != std::errc() || at < 0) {
      return refuse("script", "\"" + std::string(part) +
                                  "\" must begin with seconds, as in \"20 place cam-01 goods-1\"");
    }
    if (!out.empty() && at < out.back().at) return refuse("script", "times must not go back");
    XUNJIE_TRY(command,
               parse_command({rest, static_cast<size_t>(part.data() + part.size() - rest)}));
    if (command.state) return refuse("script", "state has no use in a script");
    out.push_back({at, command});
  }
  return out;
}

std::string error_reply(const Error& error) {
  return json::serialize(
      json::object{{"ok", false}, {"error", error.message}, {"field", error.field}});
}

std::string accepted_reply(const Command& command) {
  return json::serialize(
      json::object{{"ok", true}, {"camera", command.camera}, {"id", command.order.id}});
}

std::string state_reply(const std::vector<CameraState>& cameras, Camera::WallTime start,
                        double now) {
  json::object all;
  for (const auto& camera : cameras) {
    json::array list;
    for (const auto& s : camera.standing) {
      list.push_back(json::object{{"id", s.id},
                                  {"phase", phase_name(s.phase)},
                                  {"visible", s.phase == Standing::Phase::visible},
                                  {"since", clock_text(start, s.since)}});
    }
    all[camera.camera] = std::move(list);
  }
  return json::serialize(
      json::object{{"ok", true}, {"now", clock_text(start, now)}, {"cameras", std::move(all)}});
}

}  // namespace xunjie::street
