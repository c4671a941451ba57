#include "app/camera_health.h"

#include <algorithm>

#include <boost/json.hpp>

#include "app/views.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;

// A state that flaps is written at most this often; the memory always has the newest.
constexpr Micros kPersistEvery = seconds(5);

json::object encode_health(const ports::CameraHealth& health) {
  return {{"camera", health.camera.value},
          {"state", json_text(ports::name_of(health.state))},
          {"at", to_rfc3339(health.at)},
          {"message", health.message}};
}

}  // namespace

CameraHealthBook::CameraHealthBook(ports::Store& store) : store_(store), history_(store) {}

void CameraHealthBook::record(const ports::CameraHealth& health) {
  history_.note(health);
  {
    const std::lock_guard lock(mutex_);
    const auto [at, first] = latest_.try_emplace(health.camera, health);
    remember_picture(health);
    const bool same_state = !first && at->second.state == health.state;
    if (!first) {
      auto next = health;
      // A report without a picture does not take the last one away.
      if (!next.last_picture) {
        next.last_picture = at->second.last_picture;
        next.last_picture_at = at->second.last_picture_at;
      }
      at->second = std::move(next);
    }
    auto& persisted = persisted_[health.camera];
    const bool written = persisted.state && *persisted.state == health.state;
    if (same_state && written) return;
    if (persisted.state && health.at >= persisted.at && health.at - persisted.at < kPersistEvery)
      return;
    persisted = {health.state, health.at};
  }
  ports::Entity entity;
  entity.kind = "camera_health";
  entity.id = health.camera.value;
  entity.body = json::serialize(encode_health(health));
  entity.updated_at = health.at;
  if (store_.put_entity(entity, std::nullopt).ok()) return;
  const std::lock_guard lock(mutex_);
  persisted_.erase(health.camera);  // the next report tries again
}

void CameraHealthBook::remember_picture(const ports::CameraHealth& health) {
  if (!health.last_picture) return;
  auto& pictures = pictures_[health.camera];
  if (!pictures.empty() && pictures.back() == *health.last_picture) return;
  pictures.push_back(*health.last_picture);
  if (pictures.size() > kPicturesKept) pictures.pop_front();
}

bool CameraHealthBook::was_last_picture(const domain::CameraId& camera,
                                        const domain::BlobId& picture) const {
  const std::lock_guard lock(mutex_);
  const auto at = pictures_.find(camera);
  return at != pictures_.end() &&
         std::find(at->second.begin(), at->second.end(), picture) != at->second.end();
}

std::set<domain::BlobId> CameraHealthBook::pictures() const {
  const std::lock_guard lock(mutex_);
  std::set<domain::BlobId> all;
  for (const auto& [camera, pictures] : pictures_) all.insert(pictures.begin(), pictures.end());
  return all;
}

std::optional<ports::CameraHealth> CameraHealthBook::find(const domain::CameraId& camera) const {
  const std::lock_guard lock(mutex_);
  const auto at = latest_.find(camera);
  if (at == latest_.end()) return std::nullopt;
  return at->second;
}

}  // namespace xunjie::app
