#include "store/chain.h"

namespace xunjie::store {

Digest event_hash(const Digest& previous, const ChainedEvent& event) {
  return Sha256()
      .field("xunjie-event-1")
      .raw(previous.view())
      .field(event.case_id)
      .number(event.sequence)
      .field(event.kind)
      .number(event.at.count)
      .field(event.actor)
      .field(event.payload)
      .finish();
}

void RunningDigest::fold(std::int64_t event_position, const Digest& hash) {
  digest = Sha256()
               .field("xunjie-log-1")
               .raw(digest.view())
               .number(event_position)
               .raw(hash.view())
               .finish();
  position = event_position;
  ++events;
}

}  // namespace xunjie::store
