#include "watch/receive/multipart.h"

#include <algorithm>
#include <utility>

#include "watch/receive/rtsp_message.h"

namespace xunjie::watch::receive {
namespace {

constexpr std::size_t kMaxPartHead = 8U << 10U;

// Where the empty line after a head ends, npos when it is not there.
std::size_t end_of_head(std::string_view text) {
  const auto unix_end = text.find("\n\n"), net_end = text.find("\n\r\n");
  if (unix_end < net_end) return unix_end + 2;
  return net_end == std::string_view::npos ? net_end : net_end + 3;
}

std::optional<std::uint64_t> content_length(std::string_view head) {
  while (!head.empty()) {
    const auto end = std::min(head.find('\n'), head.size());
    const auto line = head.substr(0, end);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos &&
        lower_case(trimmed(line.substr(0, colon))) == "content-length")
      return decimal(trimmed(line.substr(colon + 1)));
    head.remove_prefix(std::min(end + 1, head.size()));
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string> boundary_of(std::string_view content_type) {
  if (lower_case(content_type.substr(0, 10)) != "multipart/") return std::nullopt;
  const auto at = lower_case(content_type).find("boundary=");
  if (at == std::string::npos) return std::nullopt;
  std::string_view value = trimmed(content_type.substr(at + 9));
  if (!value.empty() && value.front() == '"') {
    value.remove_prefix(1);
    value = value.substr(0, value.find('"'));
  } else {
    value = trimmed(value.substr(0, value.find(';')));
  }
  if (value.empty() || value.size() > 200) return std::nullopt;
  return std::string(value);
}

Multipart::Multipart(std::string boundary, std::size_t limit)
    : delimiter_(std::move(boundary)), limit_(limit) {
  // Half of the cameras count the dashes in, half do not.
  if (delimiter_.substr(0, 2) != "--") delimiter_.insert(0, "--");
}

Result<void> Multipart::feed(std::string_view bytes, const TakePart& take) {
  kept_.append(bytes);
  while (!error_ && step(take)) {
  }
  if (error_) return *error_;
  const std::size_t most = state_ == State::sized || state_ == State::open ? limit_ : kMaxPartHead;
  if (kept_.size() > most + delimiter_.size() + kMaxPartHead)
    return make_error(ErrorCode::too_large, "a part of the source's answer is longer than " +
                                                std::to_string(most) + " bytes");
  return {};
}

bool Multipart::step(const TakePart& take) {
  switch (state_) {
    case State::before:
      return find_boundary();
    case State::head:
      return read_head();
    case State::sized:
      if (kept_.size() < size_) return false;
      take(std::string_view(kept_).substr(0, size_));
      drop(size_);
      state_ = State::before;
      return true;
    case State::open:
      return end_open_part(take);
  }
  return false;
}

bool Multipart::find_boundary() {
  const auto at = kept_.find(delimiter_);
  if (at == std::string::npos) {
    if (kept_.size() > kMaxPartHead)
      error_ = make_error(ErrorCode::corrupt, "the source's answer has lost its boundary");
    return false;
  }
  drop(at + delimiter_.size());
  state_ = State::head;
  return true;
}

bool Multipart::read_head() {
  const auto end = end_of_head(kept_);
  if (end == std::string::npos) return false;
  const auto length = content_length(std::string_view(kept_).substr(0, end));
  if (length && *length > limit_) {
    error_ = make_error(ErrorCode::too_large, "the source announces a picture of " +
                                                  std::to_string(*length) + " bytes; at most " +
                                                  std::to_string(limit_) + " are taken");
    return false;
  }
  drop(end);
  state_ = length ? State::sized : State::open;
  size_ = static_cast<std::size_t>(length.value_or(0));
  return true;
}

bool Multipart::end_open_part(const TakePart& take) {
  const auto at = kept_.find("\n" + delimiter_, looked_);
  if (at == std::string::npos) {
    looked_ = kept_.size() - std::min(kept_.size(), delimiter_.size());
    return false;
  }
  std::size_t end = at;
  if (end > 0 && kept_[end - 1] == '\r') --end;
  take(std::string_view(kept_).substr(0, end));
  drop(at);
  state_ = State::before;
  return true;
}

void Multipart::drop(std::size_t count) {
  kept_.erase(0, count);
  looked_ = 0;
}

std::optional<PictureSize> jpeg_size(std::string_view bytes) {
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  if (bytes.size() < 4 || byte(0) != 0xff || byte(1) != 0xd8) return std::nullopt;
  for (std::size_t at = 2; at + 9 <= bytes.size();) {
    if (byte(at) != 0xff) return std::nullopt;
    const int marker = byte(at + 1);
    if (marker == 0xff) {  // fill
      ++at;
      continue;
    }
    const bool frame =
        marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
    if (frame)
      return PictureSize{byte(at + 7) << 8 | byte(at + 8), byte(at + 5) << 8 | byte(at + 6)};
    const std::size_t length = static_cast<std::size_t>(byte(at + 2)) << 8U | byte(at + 3);
    if (length < 2) return std::nullopt;
    at += 2 + length;
  }
  return std::nullopt;
}

}  // namespace xunjie::watch::receive
