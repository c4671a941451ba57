// The session cookie and the headers every answer carries.
#pragma once

#include <string>
#include <string_view>

#include "http/http.h"

namespace xunjie::http {

inline constexpr std::string_view kSessionCookie = "xunjie_session";

// Everything from our own origin; pictures may also be made in the page. Styles may be inline
// because the component library and the map write style attributes.
inline constexpr const char* kContentSecurityPolicy =
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; "
    "style-src 'self' 'unsafe-inline'; script-src 'self'; worker-src 'self'; connect-src 'self'; "
    "font-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors "
    "'none'";

// `secure` forbids the browser to send it without TLS.
std::string session_cookie(std::string_view token, bool secure);
std::string cleared_session_cookie(bool secure);

// Adds what the response does not set itself. Answers are not to be cached unless they say so.
void add_security_headers(Response& response);

// The client's address: a proxy on this machine is believed about it, nobody else is.
std::string client_address(const Request& request);

}  // namespace xunjie::http
