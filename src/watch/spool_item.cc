#include <algorithm>

#include "watch/seal.h"
#include "watch/spool.h"

namespace xunjie::watch {
namespace {

constexpr std::uint32_t kMagic = 0x50534A58;  // "XJSP"
// 3 added places on the ground. Earlier ones are still read: items wait over an update.
constexpr std::uint32_t kVersion = 3;
constexpr std::uint32_t kWithoutPlaces = 2;
constexpr std::uint32_t kWithMarkedCopies = 1;

void put_raised(ByteWriter& out, const ports::RaisedFinding& f) {
  out.put_text(f.id.value);
  out.put_text(f.zone.value);
  out.put_text(f.violation.value);
  out.put(f.since.count);
  out.put(f.at.count);
  out.put(f.box.x);
  out.put(f.box.y);
  out.put(f.box.w);
  out.put(f.box.h);
  out.put_text(f.label);
  out.put(f.score);
  out.put<std::uint8_t>(f.place ? 1 : 0);
  if (!f.place) return;
  out.put(f.place->position.lon);
  out.put(f.place->position.lat);
  out.put(f.place->error_m);
  out.put_text(f.place->shop.value);
  out.put(f.place->shop_confidence);
}

void get_raised(ByteReader& in, ports::RaisedFinding& f, std::uint32_t version) {
  f.id = domain::FindingId(in.get_text());
  f.zone = domain::ZoneId(in.get_text());
  f.violation = domain::ViolationKindId(in.get_text());
  f.since.count = in.get<std::int64_t>();
  f.at.count = in.get<std::int64_t>();
  f.box.x = in.get<double>();
  f.box.y = in.get<double>();
  f.box.w = in.get<double>();
  f.box.h = in.get<double>();
  f.label = in.get_text();
  f.score = in.get<double>();
  if (version <= kWithoutPlaces || in.get<std::uint8_t>() == 0) return;
  ports::GroundPlace place;
  place.position.lon = in.get<double>();
  place.position.lat = in.get<double>();
  place.error_m = in.get<double>();
  place.shop = domain::ShopId(in.get_text());
  place.shop_confidence = in.get<double>();
  f.place = std::move(place);
}

Bytes copy(std::span<const std::byte> from) {
  return {from.begin(), from.end()};
}

// An offset that is not known is told apart from one of zero.
void put_offset(ByteWriter& out, const std::optional<Micros>& offset) {
  out.put<std::uint8_t>(offset ? 1 : 0);
  out.put(offset.value_or(Micros{}).count);
}

std::optional<Micros> get_offset(ByteReader& in) {
  const bool known = in.get<std::uint8_t>() != 0;
  const Micros offset{in.get<std::int64_t>()};
  return known ? std::optional(offset) : std::nullopt;
}

void put_picture(ByteWriter& out, const SpoolItem::Picture& picture) {
  out.put(static_cast<std::uint8_t>(picture.role));
  out.put(picture.taken_at.count);
  out.put_bytes(picture.original);
  out.put_text(picture.hash.value);
  out.put<std::uint8_t>(picture.box ? 1 : 0);
  const auto box = picture.box.value_or(domain::PictureBox{});
  for (const double side : {box.x, box.y, box.w, box.h}) out.put(side);
  put_offset(out, picture.clock_offset);
}

SpoolItem::Picture get_picture(ByteReader& in, std::uint32_t version) {
  SpoolItem::Picture picture;
  picture.role = static_cast<domain::PictureRole>(
      std::min<int>(static_cast<int>(domain::PictureRole::other), in.get<std::uint8_t>()));
  picture.taken_at.count = in.get<std::int64_t>();
  picture.original = copy(in.get_bytes());
  if (version == kWithMarkedCopies) {
    in.get_bytes();  // the marked copy
    picture.hash = hash_of(picture.original);
    return picture;
  }
  picture.hash = domain::BlobId(in.get_text());
  const bool boxed = in.get<std::uint8_t>() != 0;
  domain::PictureBox box;
  for (double* side : {&box.x, &box.y, &box.w, &box.h}) *side = in.get<double>();
  if (boxed) picture.box = box;
  picture.clock_offset = get_offset(in);
  return picture;
}

void put_clip(ByteWriter& out, const SpoolItem::Clip& clip) {
  out.put_bytes(clip.bytes);
  out.put_text(clip.hash.value);
  out.put(clip.from.count);
  out.put(clip.until.count);
  put_offset(out, clip.clock_offset);
}

SpoolItem::Clip get_clip(ByteReader& in, std::uint32_t version) {
  SpoolItem::Clip clip;
  clip.bytes = copy(in.get_bytes());
  if (version == kWithMarkedCopies) {
    clip.hash = hash_of(clip.bytes);
    return clip;
  }
  clip.hash = domain::BlobId(in.get_text());
  clip.from.count = in.get<std::int64_t>();
  clip.until.count = in.get<std::int64_t>();
  clip.clock_offset = get_offset(in);
  return clip;
}

}  // namespace

Bytes to_bytes(const SpoolItem& item) {
  ByteWriter out;
  out.put(kMagic);
  out.put(kVersion);
  out.put(static_cast<std::uint8_t>(item.kind));
  out.put_text(item.camera.value);
  if (item.kind == SpoolItem::Kind::raised) {
    put_raised(out, item.raised);
  } else if (item.kind == SpoolItem::Kind::cleared) {
    out.put_text(item.cleared.id.value);
    out.put(item.cleared.at.count);
  } else {
    out.put_text(item.looked.id);
    out.put(static_cast<std::uint8_t>(item.looked.result));
    out.put(item.looked.at.count);
  }
  out.put<std::uint32_t>(static_cast<std::uint32_t>(item.pictures.size()));
  for (const auto& picture : item.pictures) put_picture(out, picture);
  put_clip(out, item.clip);
  return out.take();
}

Bytes to_bytes(const SpoolItem::Picture& picture) {
  ByteWriter out;
  out.put(kMagic);
  out.put(kVersion);
  put_picture(out, picture);
  return out.take();
}

Result<SpoolItem::Picture> picture_from_bytes(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  const bool ours = in.get<std::uint32_t>() == kMagic;
  const auto version = in.get<std::uint32_t>();
  auto picture = get_picture(in, version);
  // The hash is the one of the moment it was made: a picture that differs from it proves nothing.
  if (!ours || version != kVersion || !in.ok() || !in.at_end() ||
      hash_of(picture.original) != picture.hash)
    return make_error(ErrorCode::corrupt, "a kept picture is damaged or of another version");
  return picture;
}

Result<SpoolItem> item_from_bytes(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  const auto unfit = [] {
    return make_error(ErrorCode::corrupt, "spool item of another version or damaged");
  };
  if (in.get<std::uint32_t>() != kMagic) return unfit();
  const auto version = in.get<std::uint32_t>();
  if (version < kWithMarkedCopies || version > kVersion) return unfit();
  SpoolItem item;
  const auto kind = in.get<std::uint8_t>();
  if (kind > 2) return unfit();
  item.kind = static_cast<SpoolItem::Kind>(kind);
  item.camera = domain::CameraId(in.get_text());
  if (item.kind == SpoolItem::Kind::raised) {
    get_raised(in, item.raised, version);
    item.raised.camera = item.camera;
  } else if (item.kind == SpoolItem::Kind::cleared) {
    item.cleared.id = domain::FindingId(in.get_text());
    item.cleared.camera = item.camera;
    item.cleared.at.count = in.get<std::int64_t>();
  } else {
    item.looked.id = in.get_text();
    item.looked.result = static_cast<ports::LookResult>(std::min<int>(2, in.get<std::uint8_t>()));
    item.looked.at.count = in.get<std::int64_t>();
  }
  const auto pictures = in.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < pictures && in.ok(); ++i) {
    item.pictures.push_back(get_picture(in, version));
  }
  item.clip = get_clip(in, version);
  if (!in.ok() || !in.at_end()) return unfit();
  return item;
}

}  // namespace xunjie::watch
