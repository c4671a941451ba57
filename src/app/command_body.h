// The body of a person's command, read strictly. Internal to app.
#pragma once

#include <string>
#include <string_view>

#include "app/json_reader.h"
#include "base/result.h"
#include "domain/case.h"

namespace xunjie::app {

struct CommandBody {
  domain::CommandId id;
  std::uint32_t version = 0;
  domain::CommandKind kind = domain::CommandKind::note;
  domain::Facts facts;
  std::string hash;  // of the canonical content: what "the same body" means
};

// `now` is when handed-in pictures count as taken. Errors: invalid_argument with field.
Result<CommandBody> read_command_body(std::string_view text, UtcMicros now);

// 8..64 of [A-Za-z0-9_-]
bool is_command_id(std::string_view text);
// [a-z0-9][a-z0-9_-]{0,63}
bool is_operator_id(std::string_view text);
// 64 lower-case hex digits
bool is_blob_id(std::string_view text);

// Reads "command_id" of any body.
domain::CommandId read_command_id(ObjectReader& from);

}  // namespace xunjie::app
