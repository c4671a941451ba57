// User and session records as stored (entity kinds "user" by id, "login" → id, "sessions" by user).
// Internal to app.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "app/accounts.h"
#include "app/principal.h"
#include "base/result.h"
#include "ports/store.h"

namespace xunjie::app {

struct UserRecord {
  Principal principal;
  std::string password_hash;  // empty: cannot sign in
  std::uint32_t version = 0;
};

struct SessionRecord {
  std::string hash;  // hex SHA-256 of the token
  UtcMicros created_at, seen_at;
};

struct SessionList {
  std::vector<SessionRecord> sessions;
  std::uint32_t version = 0;
};

Result<std::optional<UserRecord>> find_user(ports::Store& store, const domain::UserId& id);
Result<std::optional<UserRecord>> find_user_by_login(ports::Store& store, const std::string& login);
Result<void> put_user_record(ports::Store& store, const UserRecord& user, UtcMicros now);
Result<SessionList> find_sessions(ports::Store& store, const domain::UserId& id);
Result<void> put_sessions(ports::Store& store, const domain::UserId& id, const SessionList& list,
                          UtcMicros now);

boost::json::object user_view(const Principal& principal);

}  // namespace xunjie::app
