// The name an original gets the moment it is made: the hash of its bytes, which is also what the
// blob store will call it. Whoever stores it later compares.
#pragma once

#include <cstddef>
#include <span>

#include "domain/ids.h"

namespace xunjie::watch {

// SHA-256 in hex.
domain::BlobId hash_of(std::span<const std::byte> bytes);

}  // namespace xunjie::watch
