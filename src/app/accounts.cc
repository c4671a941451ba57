#include "app/accounts.h"

#include <algorithm>

#include "app/command_body.h"
#include "app/json_reader.h"
#include "app/secrets.h"
#include "app/sign_in_limiter.h"
#include "app/user_records.h"
#include "app/views.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kPasswordMax = 256;
constexpr std::size_t kPasswordMin = 8;
constexpr int kRacesMax = 8;
// Being seen is written down this often; a request must not cost a disk sync.
constexpr Micros kSeenEvery = minutes(5);

Error no_session() {
  return make_error(ErrorCode::unauthenticated, "请先登录");
}
Error wrong_password() {
  return make_error(ErrorCode::unauthenticated, "用户名或密码不正确");
}

std::string csrf_of(std::string_view token) {
  return to_base64url(hmac_sha256(token, "xunjie csrf"));
}

// A token is "<user>.<random>": the user tells which list holds the hash.
struct Token {
  domain::UserId user;
  std::string hash;
};
std::optional<Token> read_token(std::string_view text) {
  const auto dot = text.rfind('.');
  if (dot == std::string_view::npos || text.size() > 160) return std::nullopt;
  const std::string_view user = text.substr(0, dot);
  if (!is_operator_id(user)) return std::nullopt;
  return Token{domain::UserId(std::string(user)), sha256_hex(text)};
}

bool is_login(const std::string& text) {
  return text.size() >= 2 && text.size() <= 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-' || c == '@';
         });
}

std::string id_from_login(std::string login) {
  for (char& c : login) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    if (c == '.' || c == '@') c = '-';
  }
  return login;
}

Error wrong(const std::string& field, const std::string& what) {
  return make_error(ErrorCode::invalid_argument, field + "：" + what, field);
}

}  // namespace

struct Accounts::Impl {
  Impl(ports::Store& the_store, const ports::Clock& the_clock, const ReferenceData& the_reference,
       AccountOptions the_options)
      : store(the_store),
        clock(the_clock),
        reference(the_reference),
        options(the_options),
        by_login(options.failures_per_login, options.failure_window),
        by_address(options.failures_per_address, options.failure_window),
        decoy(hash_password(random_bytes(16), options.weak_hash).value_or("")) {}

  bool expired(const SessionRecord& session, UtcMicros now) const {
    return session.created_at + options.absolute <= now || session.seen_at + options.idle <= now;
  }

  // Applies `change` to the user's list until no other request wrote in between.
  template <typename Change>
  Result<void> change_sessions(const domain::UserId& user, const Change& change) {
    const UtcMicros now = clock.now();
    for (int race = 0; race < kRacesMax; ++race) {
      XUNJIE_TRY(list, find_sessions(store, user));
      std::erase_if(list.sessions, [&](const auto& one) { return expired(one, now); });
      change(list.sessions);
      auto written = put_sessions(store, user, list, now);
      if (written.ok()) return {};
      const auto code = written.error().code;
      if (code != ErrorCode::version_conflict && code != ErrorCode::already_exists) return written;
    }
    return make_error(ErrorCode::unavailable, "会话正在变动，请再试一次");
  }

  Result<std::string> open_session(const domain::UserId& user) {
    const std::string token = user.value + "." + to_base64url(random_bytes(32));
    const UtcMicros now = clock.now();
    XUNJIE_TRY_VOID(change_sessions(user, [&](std::vector<SessionRecord>& sessions) {
      if (sessions.size() >= kSessionsPerUser) {
        sessions.erase(
            std::min_element(sessions.begin(), sessions.end(),
                             [](const auto& a, const auto& b) { return a.seen_at < b.seen_at; }));
      }
      sessions.push_back({sha256_hex(token), now, now});
    }));
    return token;
  }

  Result<void> check(const NewUser& user, std::string_view password) const;

  ports::Store& store;
  const ports::Clock& clock;
  const ReferenceData& reference;
  const AccountOptions options;
  SignInLimiter by_login, by_address;
  const std::string decoy;  // verified when the login is unknown, so that both answers take as long
};

Accounts::Accounts(ports::Store& store, const ports::Clock& clock, const ReferenceData& reference,
                   AccountOptions options)
    : impl_(std::make_unique<Impl>(store, clock, reference, options)) {}
Accounts::~Accounts() = default;

Result<SignedIn> Accounts::sign_in(std::string_view body, std::string_view address) {
  XUNJIE_TRY(value, parse_json(body, 4096));
  ObjectReader from(value, "");
  const std::string login = from.text("login", 64);
  const std::string password = from.text("password", kPasswordMax);
  XUNJIE_TRY_VOID(from.finish());
  const Micros now = impl_->clock.monotonic();
  if (!impl_->by_address.take(std::string(address), now) || !impl_->by_login.take(login, now)) {
    return make_error(ErrorCode::rate_limited, "登录尝试过于频繁，请稍后再试");
  }
  XUNJIE_TRY(user, find_user_by_login(impl_->store, login));
  const bool has_password = user && !user->password_hash.empty();
  const bool right = verify_password(password, has_password ? user->password_hash : impl_->decoy);
  if (!right || !has_password) return wrong_password();
  impl_->by_login.forgive(login);
  impl_->by_address.forgive(std::string(address));
  XUNJIE_TRY(token, impl_->open_session(user->principal.id));
  return SignedIn{{user->principal, csrf_of(token)}, token};
}

Result<Session> Accounts::find_session(std::string_view cookie) {
  const auto token = read_token(cookie);
  if (!token) return no_session();
  XUNJIE_TRY(list, find_sessions(impl_->store, token->user));
  const UtcMicros now = impl_->clock.now();
  const auto at = std::find_if(
      list.sessions.begin(), list.sessions.end(),
      [&token](const auto& one) { return equal_in_constant_time(one.hash, token->hash); });
  if (at == list.sessions.end() || impl_->expired(*at, now)) return no_session();
  XUNJIE_TRY(user, find_user(impl_->store, token->user));
  if (!user) return no_session();
  if (at->seen_at + kSeenEvery <= now) {
    // Best effort: the session holds without it.
    (void)impl_->change_sessions(token->user, [&](std::vector<SessionRecord>& sessions) {
      for (auto& one : sessions) {
        if (one.hash == token->hash) one.seen_at = now;
      }
    });
  }
  return Session{user->principal, csrf_of(cookie)};
}

void Accounts::sign_out(std::string_view cookie) {
  const auto token = read_token(cookie);
  if (!token) return;
  (void)impl_->change_sessions(token->user, [&token](std::vector<SessionRecord>& sessions) {
    std::erase_if(sessions, [&token](const auto& one) { return one.hash == token->hash; });
  });
}

bool Accounts::csrf_matches(const Session& session, std::string_view header) {
  return equal_in_constant_time(session.csrf, header);
}

std::string Accounts::session_json(const Session& session) const {
  json::array duties;
  for (const auto duty : domain::duties_of(session.principal.role))
    duties.push_back(json_text(domain::name_of(duty)));
  return json::serialize(json::object{{"user", user_view(session.principal)},
                                      {"csrf", session.csrf},
                                      {"duties", std::move(duties)}});
}

Result<void> Accounts::Impl::check(const NewUser& user, std::string_view password) const {
  if (!is_login(user.login)) {
    return wrong("login", "“" + user.login + "” 应为 2 到 64 位字母、数字或 . _ - @");
  }
  if (!user.id.empty() && !is_operator_id(user.id)) {
    return wrong("id", "“" + user.id + "” 应以小写字母或数字开头，只含小写字母、数字、_、-");
  }
  const auto role = domain::role_from(user.role);
  if (!role || *role == domain::Role::system || *role == domain::Role::merchant) {
    return wrong("role", "没有岗位 “" + user.role + "”");
  }
  const domain::SubdistrictId subdistrict(user.subdistrict);
  if (!subdistrict.empty() && reference.subdistrict(subdistrict) == nullptr) {
    return wrong("subdistrict", "没有街道 “" + user.subdistrict + "”");
  }
  if (*role == domain::Role::liaison && user.department.empty()) {
    return wrong("department", "部门联络员必须填写所属部门");
  }
  const auto& departments = reference.departments;
  const bool known = std::any_of(departments.begin(), departments.end(),
                                 [&user](const auto& one) { return one.id == user.department; });
  if (!user.department.empty() && !known) {
    return wrong("department", "没有部门 “" + user.department + "”");
  }
  if (!password.empty() && (password.size() < kPasswordMin || password.size() > kPasswordMax)) {
    return wrong("password", "应为 8 到 256 个字符");
  }
  return {};
}

Result<void> Accounts::check_user(const NewUser& user, std::string_view password) const {
  return impl_->check(user, password);
}

Result<void> Accounts::put_user(const NewUser& user, std::string_view password) {
  XUNJIE_TRY_VOID(impl_->check(user, password));
  UserRecord record;
  record.principal.id = domain::UserId(user.id.empty() ? id_from_login(user.login) : user.id);
  XUNJIE_TRY(by_login, find_user_by_login(impl_->store, user.login));
  if (by_login && user.id.empty()) record.principal.id = by_login->principal.id;
  if (by_login && by_login->principal.id != record.principal.id) {
    return wrong("login", "“" + user.login + "” 已属于用户 “" + by_login->principal.id.value + "”");
  }
  XUNJIE_TRY(present, find_user(impl_->store, record.principal.id));
  if (present) record.password_hash = present->password_hash;
  record.principal.login = user.login;
  record.principal.name = user.name.empty() ? user.login : user.name;
  record.principal.role = *domain::role_from(user.role);
  record.principal.subdistrict = domain::SubdistrictId(user.subdistrict);
  record.principal.department = user.department;
  record.principal.certificate = user.certificate;
  // The same password again keeps its hash: importing a file twice changes nothing.
  const bool same = present && !present->password_hash.empty() && !password.empty() &&
                    verify_password(password, present->password_hash);
  if (!password.empty() && !same) {
    const auto hash = hash_password(password, impl_->options.weak_hash);
    if (!hash) return make_error(ErrorCode::unavailable, "内存不足，无法保存密码");
    record.password_hash = *hash;
  }
  return put_user_record(impl_->store, record, impl_->clock.now());
}

Result<bool> Accounts::has_users() {
  ports::Page one;
  one.limit = 1;
  XUNJIE_TRY(users, impl_->store.list_entities("user", "", one));
  return !users.items.empty();
}

Result<std::string> Accounts::list(const Principal& reader) {
  if (!domain::may(reader.role, domain::Duty::read_users)) {
    return make_error(ErrorCode::forbidden, "只有平台管理员和审计员可以查看用户");
  }
  json::array items;
  ports::Page page;
  page.limit = 200;
  do {
    XUNJIE_TRY(users, impl_->store.list_entities("user", "", page));
    for (const auto& entity : users.items) {
      XUNJIE_TRY(user, find_user(impl_->store, domain::UserId(entity.id)));
      if (user) items.push_back(user_view(user->principal));
    }
    page.cursor = users.next_cursor;
  } while (!page.cursor.empty());
  return json::serialize(json::object{{"items", std::move(items)}});
}

std::string make_password() {
  static constexpr std::string_view kAlphabet =
      "abcdefghjkmnpqrstuvwxyz23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
  std::string password;
  while (password.size() < 20) {
    const auto byte = static_cast<unsigned char>(random_bytes(1)[0]);
    // Bytes beyond the last whole multiple would make the first letters likelier.
    if (byte < 256 / kAlphabet.size() * kAlphabet.size()) {
      password.push_back(kAlphabet[byte % kAlphabet.size()]);
    }
  }
  return password;
}

}  // namespace xunjie::app
