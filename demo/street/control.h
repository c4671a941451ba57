// The line protocol of the director: one command a line, one JSON object a line back.
//
//   place <camera> <object>            remove <camera> <object>
//   event <camera> <event> start|stop  state
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "camera.h"

namespace xunjie::street {

struct Command {
  bool state = false;  // asks what stands where; camera and order are then unused
  std::string camera;
  Order order{};
};

// The error names the word that is wrong.
Result<Command> parse_command(std::string_view line);

// "T command;T command", T in seconds from the start, ascending.
struct Timed {
  double at;
  Command command;
};
Result<std::vector<Timed>> parse_script(std::string_view text);

// Replies, without the line's end.
std::string error_reply(const Error& error);
std::string accepted_reply(const Command& command);

const char* phase_name(Standing::Phase phase);

struct CameraState {
  std::string camera;
  std::vector<Standing> standing;
};
// `start` is the wall-clock time of media time 0.
std::string state_reply(const std::vector<CameraState>& cameras, Camera::WallTime start,
                        double now);

}  // namespace xunjie::street
