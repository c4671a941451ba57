#include "http/static_files.h"

#include <openssl/evp.h>

#include <array>
#include <fstream>
#include <iterator>

#include "http/problem.h"
#include "http/security.h"
#include "http/url.h"

namespace xunjie::http {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::pair<std::string_view, std::string_view>, 20> kTypes{{
    {".html", "text/html; charset=utf-8"},
    {".js", "text/javascript; charset=utf-8"},
    {".mjs", "text/javascript; charset=utf-8"},
    {".css", "text/css; charset=utf-8"},
    {".json", "application/json; charset=utf-8"},
    {".geojson", "application/geo+json; charset=utf-8"},
    {".map", "application/json; charset=utf-8"},
    {".webmanifest", "application/manifest+json; charset=utf-8"},
    {".svg", "image/svg+xml"},
    {".png", "image/png"},
    {".jpg", "image/jpeg"},
    {".jpeg", "image/jpeg"},
    {".webp", "image/webp"},
    {".ico", "image/x-icon"},
    {".woff2", "font/woff2"},
    {".woff", "font/woff"},
    {".mp4", "video/mp4"},
    {".wasm", "application/wasm"},
    {".txt", "text/plain; charset=utf-8"},
    {".pbf", "application/x-protobuf"},
}};

std::string type_of(const fs::path& path) {
  const std::string extension = path.extension().string();
  for (const auto& [ending, type] : kTypes) {
    if (extension == ending) return std::string(type);
  }
  return "application/octet-stream";
}

std::string etag_of(const std::string& bytes) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  unsigned int size = 0;
  EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_sha256(), nullptr);
  static constexpr std::string_view kHex = "0123456789abcdef";
  std::string text = "\"";
  for (unsigned int i = 0; i < 16; ++i) {
    text.push_back(kHex[digest[i] >> 4]);
    text.push_back(kHex[digest[i] & 15]);
  }
  return text + "\"";
}

bool is_hidden(const fs::path& relative) {
  for (const auto& part : relative) {
    if (part.string().starts_with('.')) return true;
  }
  return false;
}

}  // namespace

Result<StaticFiles> StaticFiles::load(const fs::path& folder) {
  StaticFiles loaded;
  std::error_code error;
  std::size_t total = 0;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code gone;
    if (it->is_symlink(gone) || !it->is_regular_file(gone)) continue;
    const fs::path relative = it->path().lexically_relative(folder);
    if (is_hidden(relative)) continue;
    const auto size = it->file_size(gone);
    if (gone) {
      return make_error(ErrorCode::unavailable,
                        "控制台文件正在变化，请稍后重试：" + it->path().string(), "web");
    }
    total += size;
    if (size > kFileMax || total > kTotalMax) {
      return make_error(ErrorCode::too_large, "控制台文件过大：" + it->path().string(), "web");
    }
    std::ifstream in(it->path(), std::ios::binary);
    auto bytes = std::make_shared<std::string>(std::istreambuf_iterator<char>(in),
                                               std::istreambuf_iterator<char>());
    const std::string name = "/" + relative.generic_string();
    loaded.files_[name] = {bytes, type_of(it->path()), etag_of(*bytes),
                           name.starts_with("/assets/")};
  }
  if (!loaded.files_.contains("/index.html")) {
    return make_error(ErrorCode::not_found, "目录 " + folder.string() + " 中没有 index.html",
                      "web");
  }
  return loaded;
}

Response StaticFiles::answer(const Request& request) const {
  const auto path = percent_decode(request.path, false);
  if (!path) return problem(400, "invalid_argument", "地址无法解读");
  auto found = files_.find(*path);
  if (found == files_.end()) {
    const std::string last = path->substr(path->rfind('/') + 1);
    if (last.find('.') == std::string::npos) found = files_.find("/index.html");
  }
  if (found == files_.end()) return problem(404, "not_found", "没有这个文件");
  return respond(request, found->second);
}

Response StaticFiles::file(const Request& request, const std::string& name) const {
  const auto found = files_.find("/" + name);
  if (found == files_.end()) return problem(404, "not_found", "没有这个文件");
  return respond(request, found->second);
}

Response StaticFiles::respond(const Request& request, const File& file) {
  Response response;
  response.with("ETag", file.etag);
  response.with("Cache-Control",
                file.immutable ? "public, max-age=31536000, immutable" : "no-cache");
  if (file.type.starts_with("text/html"))
    response.with("Content-Security-Policy", kContentSecurityPolicy);
  const std::string* known = request.header("If-None-Match");
  if (known != nullptr && known->find(file.etag) != std::string::npos) {
    response.status = 304;
    return response;
  }
  response.with("Content-Type", file.type);
  response.shared_body = file.bytes;
  return response;
}

}  // namespace xunjie::http
