#include "watch/receive/rtsp_session.h"

#include <algorithm>
#include <array>
#include <utility>

namespace xunjie::watch::receive {
namespace {

// An empty receiver report with a CNAME: some sources take silence on this channel for a dead
// client. RFC 3550, 6.4.2 and 6.5.
constexpr std::array<std::uint8_t, 24> kReceiverReport{0x80, 201, 0,   1,   'x', 'j', 'i', 'e',
                                                       0x81, 202, 0,   3,   'x', 'j', 'i', 'e',
                                                       1,    5,   'x', 'j', 'i', 'e', '0', 0};

std::string_view text_of(ByteView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

bool is_plain(std::string_view text) {
  return std::none_of(text.begin(), text.end(),
                      [](char c) { return static_cast<unsigned char>(c) <= ' '; });
}

// "interleaved=0-1" within a Transport header.
std::optional<std::pair<int, int>> channels_of(std::string_view transport) {
  const auto at = transport.find("interleaved=");
  if (at == std::string_view::npos) return std::nullopt;
  std::string_view pair = transport.substr(at + 12);
  pair = pair.substr(0, pair.find_first_of(";, "));
  const auto dash = std::min(pair.find('-'), pair.size());
  const auto first = decimal(pair.substr(0, dash));
  if (!first || *first > 254) return std::nullopt;
  auto second = dash < pair.size() ? decimal(pair.substr(dash + 1)) : std::nullopt;
  if (!second || *second > 255) second = *first + 1;
  return std::pair(static_cast<int>(*first), static_cast<int>(*second));
}

Error refusal(int status, const std::string& method) {
  const std::string told = "the source answers " + std::to_string(status) + " to " + method;
  switch (status) {
    case 403:
      return make_error(ErrorCode::forbidden, told + ": not allowed", "source");
    case 404:
    case 410:
      return make_error(ErrorCode::not_found, told + ": no such stream", "source");
    case 461:
      return make_error(ErrorCode::invalid_argument,
                        told + ": it does not send media over TCP; try rtspu:// for UDP",
                        "transport");
    default:
      return make_error(ErrorCode::unavailable, told, "source");
  }
}

}  // namespace

RtspSession::RtspSession(RtspUrl url, SessionEvents& events)
    : url_(std::move(url)), events_(events), authentication_(url_.user, url_.password) {}

void RtspSession::start() {
  phase_ = Phase::options;
  request("OPTIONS", url_.request);
}

void RtspSession::request(const char* method, const std::string& address,
                          const std::string& headers) {
  method_ = method;
  address_ = address;
  headers_ = headers;
  ask_again();
}

void RtspSession::ask_again() {
  output_ += method_ + " " + address_ + " RTSP/1.0\r\nCSeq: " + std::to_string(++sequence_) +
             "\r\nUser-Agent: xunjie\r\n";
  if (!session_.empty()) output_ += "Session: " + session_ + "\r\n";
  if (const std::string answer = authentication_.answer(method_, address_); !answer.empty())
    output_ += "Authorization: " + answer + "\r\n";
  output_ += headers_ + "\r\n";
  waiting_ = true;
}

Result<void> RtspSession::feed(ByteView bytes) {
  // Finish what began in an earlier call, then go on in place.
  while (!rest_.empty() && !bytes.empty()) {
    const std::size_t before = rest_.size();
    // Enough for any frame header to be read; the rest follows once its length is known.
    const std::size_t more = std::min<std::size_t>(bytes.size(), 2048);
    rest_.insert(rest_.end(), bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(more));
    XUNJIE_TRY(used, take_one(rest_));
    if (used == 0) {
      bytes = bytes.subspan(more);
    } else if (used >= before) {
      bytes = bytes.subspan(used - before);
      rest_.clear();
    } else {  // several messages in what was kept: cannot be, but must not loop for ever
      rest_.resize(before);
      rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(used));
    }
  }
  while (!bytes.empty()) {
    XUNJIE_TRY(used, take_one(bytes));
    if (used == 0) break;
    bytes = bytes.subspan(used);
  }
  rest_.insert(rest_.end(), bytes.begin(), bytes.end());
  return {};
}

// One frame or message at the head of `bytes`: its length, 0 when it is not complete.
Result<std::size_t> RtspSession::take_one(ByteView bytes) {
  if (bytes[0] == '$') {
    if (bytes.size() < 4) return std::size_t{0};
    const std::size_t length = static_cast<std::size_t>(bytes[2]) << 8U | bytes[3];
    if (bytes.size() < 4 + length) return std::size_t{0};
    skipped_ = 0;
    XUNJIE_TRY_VOID(take_frame(bytes[1], bytes.subspan(4, length)));
    return 4 + length;
  }
  if (bytes[0] < 'A' || bytes[0] > 'Z') return garbage(bytes);
  RtspMessage message;
  const auto used = parse_rtsp_message(text_of(bytes), message);
  if (!used.ok()) {
    // While media flows a lost byte must not end the session; before, it is another protocol.
    if (!playing() || used.error().code == ErrorCode::too_large) return used.error();
    return garbage(bytes);
  }
  if (!*used) return std::size_t{0};
  skipped_ = 0;
  XUNJIE_TRY_VOID(take_message(message));
  return **used;
}

Result<std::size_t> RtspSession::garbage(ByteView bytes) {
  if (!playing())
    return make_error(ErrorCode::corrupt, "the source's answer is not RTSP/1.0", "source");
  const auto next = std::find(bytes.begin() + 1, bytes.end(), '$');
  const auto skipped = static_cast<std::size_t>(next - bytes.begin());
  skipped_ += skipped;
  if (units_) units_->broken();
  if (skipped_ > kMaxGarbage)
    return make_error(ErrorCode::corrupt, "the source sends no readable media");
  return skipped;
}

Result<void> RtspSession::take_frame(int channel, ByteView frame) {
  if (!units_) return {};
  if (channel == rtp_channel_) {
    const auto packet = parse_rtp(frame);
    if (packet && packet->payload_type == track_.payload_type) units_->push(*packet, *this);
    return {};
  }
  if (channel != rtcp_channel_) return {};
  const RtcpNews news = parse_rtcp(frame);
  if (news.report) events_.report(*news.report);
  if (news.bye) return make_error(ErrorCode::unavailable, "the source has ended the stream");
  return {};
}

Result<void> RtspSession::take_message(const RtspMessage& message) {
  if (message.status != 0) return take_answer(message);
  const std::string_view sequence = message.header("cseq");
  if (!is_plain(sequence) || sequence.size() > 20) return {};
  const bool known = message.method == "OPTIONS" || message.method == "GET_PARAMETER" ||
                     message.method == "SET_PARAMETER";
  // A source that asks faster than its answers can be sent gets none.
  if (output_.size() < kMaxHead)
    output_ += std::string(known ? "RTSP/1.0 200 OK" : "RTSP/1.0 501 Not Implemented") +
               "\r\nCSeq: " + std::string(sequence) + "\r\n\r\n";
  if (message.method == "TEARDOWN")
    return make_error(ErrorCode::unavailable, "the source has ended the stream");
  return {};
}

Result<void> RtspSession::take_answer(const RtspMessage& answer) {
  if (!waiting_ || answer.status < 200) return {};
  // Some sources forget CSeq; one that names another request answers one we gave up.
  if (const auto number = answer.header("cseq"); !number.empty() && decimal(number) != sequence_)
    return {};
  waiting_ = false;
  if (answer.status >= 300) return refused(answer);
  authentication_.accepted();
  note_session(answer);
  switch (phase_) {
    case Phase::options:
      get_parameter_ = answer.header("public").find("GET_PARAMETER") != std::string_view::npos;
      phase_ = Phase::describe;
      request("DESCRIBE", url_.request, "Accept: application/sdp\r\n");
      return {};
    case Phase::describe:
      return described(answer);
    case Phase::setup:
      return set_up(answer);
    case Phase::play:
      phase_ = Phase::play_answered;
      return {};
    default:
      return {};
  }
}

Result<void> RtspSession::refused(const RtspMessage& answer) {
  if (answer.status == 401) {
    std::vector<Challenge> offers;
    for (const auto& [name, value] : answer.headers) {
      if (name != "www-authenticate" || offers.size() > 16) continue;
      for (auto& offer : parse_challenges(value)) offers.push_back(std::move(offer));
    }
    XUNJIE_TRY_VOID(authentication_.challenged(offers));
    ask_again();
    return {};
  }
  if (answer.status < 310 && !playing()) {
    const std::string_view place = answer.header("location");
    if (place.empty() || !is_plain(place))
      return make_error(ErrorCode::unavailable,
                        "the source sends us elsewhere without saying where");
    moved_ = resolve_address(url_.request, place);
    return make_error(ErrorCode::unavailable, "the source has moved");
  }
  if (phase_ == Phase::options) {  // not every source knows it
    phase_ = Phase::describe;
    request("DESCRIBE", url_.request, "Accept: application/sdp\r\n");
    return {};
  }
  if (playing() &&
      answer.status != 454) {  // a keep-alive it does not know keeps alive all the same
    get_parameter_ = false;
    return {};
  }
  return refusal(answer.status, method_);
}

Result<void> RtspSession::described(const RtspMessage& answer) {
  XUNJIE_TRY(description, parse_sdp(answer.body));
  base_ = url_.request;
  for (const auto* name : {"content-base", "content-location"}) {
    const auto value = answer.header(name);
    if (value.empty() || !is_plain(value)) continue;
    base_ = resolve_address(url_.request, value);
    break;
  }
  track_ = std::move(description.video);
  if (!is_plain(track_.control) || !is_plain(description.control))
    return make_error(ErrorCode::corrupt, "the source describes its session unreadably");
  aggregate_ = resolve_address(base_, description.control);
  phase_ = Phase::setup;
  request("SETUP", resolve_address(aggregate_, track_.control),
          "Transport: RTP/AVP/TCP;unicast;interleaved=0-1\r\n");
  return {};
}

Result<void> RtspSession::set_up(const RtspMessage& answer) {
  const auto transport = answer.header("transport");
  if (const auto channels = channels_of(transport)) {
    rtp_channel_ = channels->first;
    rtcp_channel_ = channels->second;
  } else if (transport.find("TCP") == std::string_view::npos) {
    return make_error(ErrorCode::invalid_argument,
                      "the source does not send media over TCP; try rtspu:// for UDP", "transport");
  }
  units_.emplace(track_.codec);
  events_.playing(track_);
  phase_ = Phase::play;
  request("PLAY", aggregate_, "Range: npt=0.000-\r\n");
  return {};
}

void RtspSession::note_session(const RtspMessage& answer) {
  const std::string_view value = answer.header("session");
  if (value.empty()) return;
  const auto end = std::min(value.find(';'), value.size());
  const std::string_view id = trimmed(value.substr(0, end));
  if (is_plain(id) && id.size() <= 256) session_ = id;
  const auto at = value.find("timeout=");
  if (at == std::string_view::npos) return;
  const std::string_view rest = value.substr(at + 8);
  const auto timeout = decimal(rest.substr(0, rest.find_first_not_of("0123456789")));
  // Well before the session would end, and often enough to notice a dead connection.
  if (timeout && *timeout > 0)
    keep_alive_ =
        millis(static_cast<std::int64_t>(std::clamp<std::uint64_t>(*timeout, 2, 60)) * 420);
}

void RtspSession::keep_alive() {
  if (!playing()) return;
  request(get_parameter_ ? "GET_PARAMETER" : "OPTIONS", aggregate_);
  output_.push_back('$');
  output_.push_back(static_cast<char>(rtcp_channel_));
  output_.push_back(0);
  output_.push_back(static_cast<char>(kReceiverReport.size()));
  for (const auto byte : kReceiverReport) output_.push_back(static_cast<char>(byte));
}

void RtspSession::teardown() {
  if (!session_.empty()) request("TEARDOWN", aggregate_);
}

}  // namespace xunjie::watch::receive
