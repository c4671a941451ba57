// The identities of the glossary, each its own type.
#pragma once

#include "base/id.h"

namespace xunjie::domain {

using CaseId = Id<struct CaseTag>;
using FindingId = Id<struct FindingTag>;
using CameraId = Id<struct CameraTag>;
using ZoneId = Id<struct ZoneTag>;
using ShopId = Id<struct ShopTag>;
using TeamId = Id<struct TeamTag>;
using UserId = Id<struct UserTag>;
using CommandId = Id<struct CommandTag>;
using ViolationKindId = Id<struct ViolationKindTag>;  // "store_overflow"
using SubdistrictId = Id<struct SubdistrictTag>;      // 9 digits, "310110009"
using BlobId = Id<struct BlobTag>;                    // lower-case hex SHA-256 of the bytes

}  // namespace xunjie::domain
