// Users, passwords and sessions.
//
// Passwords are argon2id hashes (libsodium). A session token is 256 random bits; only its SHA-256
// is stored, together with idle and absolute expiry, at most kSessionsPerUser per user (the oldest
// goes). The CSRF token is derived from the session token, so it needs no storage. Failed sign-ins
// are counted per login and per address in a bounded in-memory table.
//
// Thread-safe. sign_in() is slow on purpose (tens of milliseconds of CPU): call it off the I/O
// threads.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "app/principal.h"
#include "app/reference_data.h"
#include "base/result.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace xunjie::app {

struct Session {
  Principal principal;
  std::string csrf;
};

struct SignedIn {
  Session session;
  std::string token;  // the cookie's value; [A-Za-z0-9._-]
};

struct NewUser {
  std::string id;  // empty = the login
  std::string login;
  std::string name;
  std::string role;
  std::string subdistrict, department, certificate;
};

struct AccountOptions {
  Micros idle = hours(8);
  Micros absolute = hours(24);
  int failures_per_login = 8;  // within the window
  int failures_per_address = 40;
  Micros failure_window = minutes(5);
  bool weak_hash = false;  // tests only: argon2id with the least cost
};

class Accounts {
 public:
  static constexpr int kSessionsPerUser = 8;
  static constexpr int kRetryAfterS = 60;  // for the Retry-After header of rate_limited

  Accounts(ports::Store& store, const ports::Clock& clock, const ReferenceData& reference,
           AccountOptions options = {});
  ~Accounts();

  // `body` is {"login","password"}. Errors: invalid_argument, unauthenticated, rate_limited.
  Result<SignedIn> sign_in(std::string_view body, std::string_view address);
  // Errors: unauthenticated (unknown, expired, signed out, user gone).
  Result<Session> find_session(std::string_view cookie);
  void sign_out(std::string_view cookie);
  // Constant-time.
  static bool csrf_matches(const Session& session, std::string_view header);
  // {"user":{…},"csrf":"…","duties":[…]} as POST and GET /session answer.
  std::string session_json(const Session& session) const;

  // Adds the user, or replaces it when the login exists. An empty password keeps the present one.
  // Errors: invalid_argument.
  Result<void> put_user(const NewUser& user, std::string_view password);
  // What put_user would refuse, without writing.
  Result<void> check_user(const NewUser& user, std::string_view password) const;
  Result<bool> has_users();
  // GET /users, admin only.
  Result<std::string> list(const Principal& reader);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// 20 random characters without look-alikes, for a first password.
std::string make_password();

}  // namespace xunjie::app
