// The parts of a multipart/x-mixed-replace body (RFC 2046), as MJPEG cameras send it: with or
// without Content-Length, with LF or CRLF, and with the boundary's dashes counted in or not.
//
// Bound: a part is at most `limit` bytes, its head 8 KiB; more is an error.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace xunjie::watch::receive {

// The boundary of a Content-Type value; nothing when it is no multipart or names none.
std::optional<std::string> boundary_of(std::string_view content_type);

class Multipart {
 public:
  using TakePart = std::function<void(std::string_view body)>;  // valid during the call only
  Multipart(std::string boundary, std::size_t limit);

  // Errors: too_large, corrupt (no boundary where one must be). After an error it is of no use.
  Result<void> feed(std::string_view bytes, const TakePart& take);

 private:
  enum class State { before, head, sized, open };
  bool step(const TakePart& take);  // false: more bytes are needed
  bool find_boundary();
  bool read_head();
  bool end_open_part(const TakePart& take);
  void drop(std::size_t count);

  std::string delimiter_;
  std::size_t limit_;
  State state_ = State::before;
  std::string kept_;
  std::size_t looked_ = 0;  // of kept_, already searched
  std::size_t size_ = 0;    // of a part that said so
  std::optional<Error> error_;
};

struct PictureSize {
  int width = 0, height = 0;
};
// From a JPEG's frame header (ITU-T T.81); nothing when it is none.
std::optional<PictureSize> jpeg_size(std::string_view bytes);

}  // namespace xunjie::watch::receive
