// The link in a merchant's message: a signed, expiring token that opens the page of one case.
//
// The token holds case and expiry under HMAC-SHA256; nothing about it is stored. What it allows is
// small on purpose: see the page, say "put right" (asks for a recheck), object (goes to a person).
// Thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "app/blob_access.h"
#include "app/case_commands.h"
#include "app/reference_data.h"
#include "app/registry.h"
#include "base/result.h"
#include "ports/clock.h"
#include "ports/store.h"

namespace xunjie::app {

class MerchantLinks {
 public:
  // `key` ≥ 32 bytes (see load_or_make_key); `public_url` without a trailing slash.
  MerchantLinks(std::string key, std::string public_url, ports::Store& store,
                const ports::Clock& clock, const ReferenceData& reference, const Registry& registry,
                CaseCommands& commands);

  // {public_url}/m/{token}
  [[nodiscard]] std::string make(const domain::CaseId& case_id, UtcMicros expires) const;

  // GET /merchant/{token}. An expired link still says so ("expired": true, no picture, no buttons).
  // Errors: not_found (not a token of ours).
  Result<std::string> page(std::string_view token);
  // The picture of the notice, to be shown as a copy. Errors: not_found, also when expired.
  Result<LinkedPicture> picture(std::string_view token);
  // {"command_id"} and {"command_id","reason"}; both answer the page again. Errors: not_found,
  // invalid_argument, not_allowed_in_state, command_reused.
  Result<std::string> claim(std::string_view token, std::string_view body);
  Result<std::string> object(std::string_view token, std::string_view body);

 private:
  struct Opened;
  Result<Opened> open_token(std::string_view token) const;
  Result<std::string> say(std::string_view token, domain::CommandKind kind, std::string_view body);

  std::string key_, public_url_;
  ports::Store& store_;
  const ports::Clock& clock_;
  const ReferenceData& reference_;
  const Registry& registry_;
  CaseCommands& commands_;
};

// Signed addresses of pictures handed to city operations: /api/v1/gateways/city/pictures/{signed}.
class PictureLinks {
 public:
  PictureLinks(std::string key, std::string public_url, ports::Store& store,
               const ports::Clock& clock);
  [[nodiscard]] std::string make(const domain::CaseId& case_id, const domain::BlobId& original,
                                 UtcMicros expires) const;
  // A picture of the case's sighting. Errors: not_found (not ours, or expired).
  Result<LinkedPicture> open(std::string_view signed_part) const;

 private:
  std::string key_, public_url_;
  ports::Store& store_;
  const ports::Clock& clock_;
};

// The installation's own secret, made on first use and kept in the store (kind "secret").
Result<std::string> load_or_make_key(ports::Store& store, const std::string& name);

}  // namespace xunjie::app
