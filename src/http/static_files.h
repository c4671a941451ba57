// The built console: every file of one folder, read into memory at start and served from there, so
// that no request ever touches a path. Names with a content hash (under assets/) never change and
// are cached for ever; the rest is revalidated by ETag.
//
// Read-only after load; thread-safe.
#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "http/http.h"

namespace xunjie::http {

class StaticFiles {
 public:
  static constexpr std::size_t kFileMax = 32u << 20;
  static constexpr std::size_t kTotalMax = 256u << 20;

  // Errors: not_found (no index.html in it), too_large. Links and hidden files are left out.
  static Result<StaticFiles> load(const std::filesystem::path& folder);

  // The file at this (still encoded) path; a path without a file but also without a dot in its last
  // segment is a place inside the console and gets index.html; anything else is 404.
  [[nodiscard]] Response answer(const Request& request) const;
  // One file by its name ("m.html").
  [[nodiscard]] Response file(const Request& request, const std::string& name) const;
  [[nodiscard]] std::size_t count() const { return files_.size(); }

 private:
  struct File {
    std::shared_ptr<const std::string> bytes;
    std::string type, etag;
    bool immutable = false;
  };
  static Response respond(const Request& request, const File& file);

  std::map<std::string, File, std::less<>> files_;  // by "/path"
};

}  // namespace xunjie::http
