#include "app/json_text.h"

#include <array>

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

// Boost's own digits: a case folded anew must have the text that was stored.
void JsonText::real(double value) {
  const boost::json::value number(value);
  boost::json::serializer writer;
  writer.reset(&number);
  std::array<char, 64> digits{};
  while (!writer.done()) out_ += std::string_view(writer.read(digits.data(), digits.size()));
}

}  // namespace xunjie::app
