#include "watch/receive/rtsp_message.h"

#include <algorithm>
#include <charconv>

namespace xunjie::watch::receive {
namespace {

constexpr std::size_t kMaxHeaders = 64;

Error not_rtsp() {
  return make_error(ErrorCode::corrupt, "the source's answer is not RTSP/1.0");
}

bool take_start_line(std::string_view line, RtspMessage& out) {
  if (line.substr(0, 7) == "RTSP/1.") {
    const auto status = decimal(line.substr(std::min<std::size_t>(9, line.size()), 3));
    if (!status || *status < 100) return false;
    out.status = static_cast<int>(*status);
    return true;
  }
  const auto space = line.find(' ');
  if (space == std::string_view::npos || space > 32) return false;
  if (line.find(" RTSP/1.") == std::string_view::npos) return false;
  out.method = line.substr(0, space);
  return std::all_of(out.method.begin(), out.method.end(),
                     [](char c) { return (c >= 'A' && c <= 'Z') || c == '_'; });
}

bool take_header(std::string_view line, RtspMessage& out) {
  if (line.front() == ' ' || line.front() == '\t') {  // continues the line before
    if (out.headers.empty()) return false;
    out.headers.back().second += " " + std::string(trimmed(line));
    return true;
  }
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return true;  // some cameras write notes here
  if (out.headers.size() >= kMaxHeaders) return false;
  out.headers.emplace_back(lower_case(trimmed(line.substr(0, colon))),
                           std::string(trimmed(line.substr(colon + 1))));
  return true;
}

bool take_head(std::string_view head, RtspMessage& out) {
  bool first = true;
  while (!head.empty()) {
    const auto end = std::min(head.find('\n'), head.size());
    std::string_view line = head.substr(0, end);
    head.remove_prefix(std::min(end + 1, head.size()));
    if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    if (line.empty()) continue;
    if (!(first ? take_start_line(line, out) : take_header(line, out))) return false;
    first = false;
  }
  return !first;
}

// Where the empty line ends, or nothing. Line ends may be CRLF or LF.
std::optional<std::size_t> end_of_head(std::string_view bytes) {
  for (std::size_t at = bytes.find('\n'); at != std::string_view::npos;
       at = bytes.find('\n', at + 1)) {
    if (bytes.substr(at + 1, 1) == "\n") return at + 2;
    if (bytes.substr(at + 1, 2) == "\r\n") return at + 3;
  }
  return std::nullopt;
}

}  // namespace

std::string_view RtspMessage::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return {};
}

Result<std::optional<std::size_t>> parse_rtsp_message(std::string_view bytes, RtspMessage& out) {
  const auto head = end_of_head(bytes.substr(0, kMaxHead));
  if (!head) {
    if (bytes.size() < kMaxHead) return std::optional<std::size_t>{};
    return make_error(ErrorCode::too_large, "the source's answer has more than 16 KiB of headers");
  }
  RtspMessage message;
  if (!take_head(bytes.substr(0, *head), message)) return not_rtsp();
  std::size_t body = 0;
  if (const auto text = message.header("content-length"); !text.empty()) {
    const auto length = decimal(text);
    if (!length) return not_rtsp();
    if (*length > kMaxBody)
      return make_error(ErrorCode::too_large, "the source's answer is longer than 64 KiB");
    body = static_cast<std::size_t>(*length);
  }
  if (bytes.size() - *head < body) return std::optional<std::size_t>{};
  message.body = bytes.substr(*head, body);
  out = std::move(message);
  return std::optional<std::size_t>(*head + body);
}

std::optional<std::uint64_t> decimal(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size())
    return std::nullopt;
  return value;
}

std::string lower_case(std::string_view text) {
  std::string out(text);
  for (char& c : out) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return out;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

}  // namespace xunjie::watch::receive
