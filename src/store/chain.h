// What makes the log provable: each event's hash covers its predecessor in the case, and one
// running digest covers all events in global order. Checkpoints sign the running digest.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/time.h"
#include "store/digest.h"

namespace xunjie::store {

struct ChainedEvent {
  std::string_view case_id;
  std::int64_t sequence = 0;
  std::string_view kind;
  UtcMicros at;
  std::string_view actor, payload;
};

// SHA-256 over (tag, previous, case, sequence, kind, at, actor, payload), each length-framed. The
// first event's predecessor is 32 zero bytes.
Digest event_hash(const Digest& previous, const ChainedEvent& event);

// The fold over all events in order of position.
struct RunningDigest {
  std::int64_t position = 0;  // of the last event folded
  std::int64_t events = 0;
  Digest digest;
  void fold(std::int64_t event_position, const Digest& hash);
};

}  // namespace xunjie::store
