// Pictures and clips.
#include <span>

#include "app/blob_access.h"
#include "http/api.h"
#include "http/byte_range.h"
#include "http/reply.h"

namespace xunjie::http {
namespace {

Response upload(const Services& services, const Call& call) {
  const auto bytes = std::as_bytes(std::span(call.request.body));
  return reply(services.blobs->upload(call.principal(), bytes), 201);
}

Response read(const Services& services, const Call& call) {
  const std::string& id = call.parameter("sha256");
  auto content = services.blobs->read(call.principal(), id, call.query);
  if (!content) return problem(content.error());
  if (content->preparing) return being_prepared();
  const std::string etag = "\"" + content->etag + "\"";
  const std::string* known = call.request.header("If-None-Match");
  Response response;
  if (known != nullptr && *known == etag) {
    response.status = 304;
  } else {
    response = ranged_response(call.request, content->bytes, content->content_type);
  }
  // What has this address never changes; only this reader's own cache may keep it, and not for
  // longer than a sitting: each reading is to be in the log. An original is not kept at all.
  const bool original = content->etag == id;
  return std::move(response)
      .with("ETag", etag)
      .with("Cache-Control", original ? "no-store" : "private, max-age=3600, immutable");
}

}  // namespace

void add_blob_routes(Router& router, const Services& services) {
  router.add({Method::post, "/api/v1/blobs", Access::session, Body::media,
              app::BlobAccess::kUploadMax,
              [&services](const Call& call) { return upload(services, call); }});
  router.get("/api/v1/blobs/{sha256}", Access::session,
             [&services](const Call& call) { return read(services, call); });
}

}  // namespace xunjie::http
