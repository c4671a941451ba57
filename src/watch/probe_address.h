// The address of a source, looked at before anything is sent to it: does the name resolve, does
// something listen. Says more than a media library does, which only knows "failed".
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "base/time.h"
#include "ports/probing.h"

namespace xunjie::watch {

struct ProbeAddress {
  std::string scheme, host;
  std::string port;       // decimal
  bool connects = false;  // something must listen there (TCP)
};

// nullopt: not an address of a camera on the network (a file, no host, an odd port).
std::optional<ProbeAddress> probe_address(const std::string& url);

// Resolves and, where the scheme connects, opens and closes a connection; nullopt: all is well.
// Link-local addresses (169.254/16, fe80::/10) are bad_address: there live no cameras but the
// services of hosts. Ends within `patience`, or soon after `stop`; only a name server that stays
// silent can make it longer.
std::optional<ports::ProbeFault> knock(const ProbeAddress& address, Micros patience,
                                       const std::atomic<bool>& stop);

}  // namespace xunjie::watch
