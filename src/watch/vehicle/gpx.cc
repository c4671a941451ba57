#include "watch/vehicle/gpx.h"

#include <expat.h>

#include <charconv>
#include <memory>
#include <string>

namespace xunjie::watch::vehicle {
namespace {

constexpr std::size_t kMaxBytes = 64U << 20U;
constexpr std::uint64_t kMaxPoints = 500'000;
constexpr int kMaxDepth = 32;
constexpr std::size_t kMaxText = 64;  // of one element; times and numbers are shorter
constexpr std::size_t kPiece = 1U << 16U;

Error wrong(const std::string& message) {
  return make_error(ErrorCode::invalid_argument, "track: " + message, "track");
}

std::string_view local_name(std::string_view name) {
  const auto colon = name.rfind(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

std::string_view trimmed(std::string_view text) {
  const auto from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

bool number(std::string_view text, double least, double most, double& value) {
  text = trimmed(text);
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() && value >= least &&
         value <= most;
}

class Reader {
 public:
  Reader() : parser_(XML_ParserCreate("UTF-8"), &XML_ParserFree) {
    XML_SetUserData(parser_.get(), this);
    XML_SetElementHandler(parser_.get(), &Reader::on_start, &Reader::on_end);
    XML_SetCharacterDataHandler(parser_.get(), &Reader::on_text);
    XML_SetStartDoctypeDeclHandler(parser_.get(), &Reader::on_doctype);
  }

  Result<GpxTrack> read(std::string_view text) {
    while (true) {
      const auto piece = text.substr(0, kPiece);
      text.remove_prefix(piece.size());
      const auto status = XML_Parse(parser_.get(), piece.data(), static_cast<int>(piece.size()),
                                    text.empty() ? 1 : 0);
      if (!refused_.empty()) return wrong(refused_);
      if (status != XML_STATUS_OK) return malformed();
      if (text.empty()) break;
    }
    if (track_.points == 0) return wrong("holds no track point (<trkpt>)");
    return std::move(track_);
  }

 private:
  static void on_start(void* self, const char* name, const char** attributes) {
    static_cast<Reader*>(self)->start(local_name(name), attributes);
  }
  static void on_end(void* self, const char* name) {
    static_cast<Reader*>(self)->end(local_name(name));
  }
  static void on_text(void* self, const char* text, int size) {
    auto& reader = *static_cast<Reader*>(self);
    const std::string_view piece(text, static_cast<std::size_t>(size));
    reader.text_.append(piece.substr(0, kMaxText - std::min(kMaxText, reader.text_.size())));
  }
  static void on_doctype(void* self, const char*, const char*, const char*, int) {
    static_cast<Reader*>(self)->refuse("has a DOCTYPE; a GPX file needs none and none is read");
  }

  void refuse(std::string why) {
    if (refused_.empty()) refused_ = std::move(why);
    XML_StopParser(parser_.get(), XML_FALSE);
  }

  [[nodiscard]] Error malformed() const {
    return wrong("is not well-formed XML, line " +
                 std::to_string(XML_GetCurrentLineNumber(parser_.get())) + ": " +
                 XML_ErrorString(XML_GetErrorCode(parser_.get())));
  }

  void start(std::string_view name, const char** attributes) {
    text_.clear();
    if (++depth_ > kMaxDepth) return refuse("is nested deeper than 32");
    if (depth_ == 1 && name != "gpx") return refuse("is XML, but its root is not <gpx>");
    if (name == "trkseg") break_ = true;
    if (name == "trkpt") start_point(attributes);
  }

  void start_point(const char** attributes) {
    if (++track_.points > kMaxPoints) return refuse("has more than 500000 points");
    if (inside_) ++track_.bad;  // a point inside a point: the outer one is none
    inside_ = true;
    fix_ = Fix{};
    bool lat = false, lon = false;
    timed_ = false;
    for (; *attributes != nullptr; attributes += 2) {
      const std::string_view key(attributes[0]);
      if (key == "lat") lat = number(attributes[1], -90, 90, fix_.position.lat);
      if (key == "lon") lon = number(attributes[1], -180, 180, fix_.position.lon);
    }
    placed_ = lat && lon;
  }

  void end(std::string_view name) {
    --depth_;
    if (!inside_) return;
    double value = 0;
    if (name == "time") {
      const auto time = parse_rfc3339(trimmed(text_));
      timed_ = time.ok();
      if (timed_) fix_.at = *time;
    } else if (name == "speed" && number(text_, 0, 100, value)) {
      fix_.speed_mps = value;
    } else if (name == "course" && number(text_, 0, 360, value)) {
      fix_.course_deg = value;
    } else if (name == "hdop" && number(text_, 0, 100, value)) {
      fix_.hdop = value;
    } else if (name == "trkpt") {
      end_point();
    }
  }

  void end_point() {
    inside_ = false;
    if (!placed_ || !timed_) {
      ++track_.bad;
      return;
    }
    fix_.after_break = std::exchange(break_, false) && !track_.fixes.empty();
    track_.fixes.push_back(fix_);
  }

  std::unique_ptr<XML_ParserStruct, void (*)(XML_Parser)> parser_;
  GpxTrack track_;
  std::string text_, refused_;
  Fix fix_;
  int depth_ = 0;
  bool inside_ = false, placed_ = false, timed_ = false, break_ = false;
};

}  // namespace

Result<GpxTrack> gpx_from_text(std::string_view text) {
  if (text.size() > kMaxBytes)
    return make_error(ErrorCode::too_large, "track: is over 64 MiB", "track");
  return Reader().read(text);
}

}  // namespace xunjie::watch::vehicle
