#include "app/json_text.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>

#include <boost/json.hpp>

namespace xunjie::app {

void JsonText::quoted(std::string_view value) {
  constexpr std::string_view digits = "0123456789abcdef";
  out_ += '"';
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && c != '"' && c != '\\') {
      out_ += c;
      continue;
    }
    out_ += '\\';
    switch (c) {
      case '\b':
        out_ += 'b';
        break;
      case '\f':
        out_ += 'f';
        break;
      case '\n':
        out_ += 'n';
        break;
      case '\r':
        out_ += 'r';
        break;
      case '\t':
        out_ += 't';
        break;
      case '"':
      case '\\':
        out_ += c;
        break;
      default:
        out_ += "u00";
        out_ += digits[byte >> 4U];
        out_ += digits[byte & 15U];
    }
  }
  out_ += '"';
}

// Boost's own digits, for a case folded anew from its events must have the text that was stored.
// Its reader may be one unit off in the last place of a long number: digits go until the number is
// read as it was written.
void JsonText::real(double value) {
  std::string text = boost::json::serialize(boost::json::value(value));
  boost::json::error_code unread;
  for (int digits = 15; digits > 0 && boost::json::parse(text, unread) != boost::json::value(value);
       --digits) {
    std::array<char, 40> decimal{};
    std::snprintf(decimal.data(), decimal.size(), "%.*g", digits, value);
    value = std::strtod(decimal.data(), nullptr);
    text = boost::json::serialize(boost::json::value(value));
  }
  out_ += text;
}

}  // namespace xunjie::app
