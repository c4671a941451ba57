#include "watch/spool.h"

namespace xunjie::watch {
namespace {

constexpr std::uint32_t kMagic = 0x50534A58;  // "XJSP"
constexpr std::uint32_t kVersion = 1;

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
}

void get_raised(ByteReader& in, ports::RaisedFinding& f) {
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
  for (const auto& picture : item.pictures) {
    out.put(static_cast<std::uint8_t>(picture.role));
    out.put(picture.taken_at.count);
    out.put_bytes(picture.original);
    out.put_bytes(picture.marked);
  }
  out.put_bytes(item.clip);
  return out.take();
}

Result<SpoolItem> item_from_bytes(std::span<const std::byte> bytes) {
  ByteReader in(bytes);
  const auto unfit = [] {
    return make_error(ErrorCode::corrupt, "spool item of another version or damaged");
  };
  if (in.get<std::uint32_t>() != kMagic || in.get<std::uint32_t>() != kVersion) return unfit();
  SpoolItem item;
  const auto kind = in.get<std::uint8_t>();
  if (kind > 2) return unfit();
  item.kind = static_cast<SpoolItem::Kind>(kind);
  item.camera = domain::CameraId(in.get_text());
  if (item.kind == SpoolItem::Kind::raised) {
    get_raised(in, item.raised);
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
  const auto copy = [](std::span<const std::byte> from) { return Bytes(from.begin(), from.end()); };
  const auto pictures = in.get<std::uint32_t>();
  for (std::uint32_t i = 0; i < pictures && in.ok(); ++i) {
    SpoolItem::Picture picture;
    picture.role = static_cast<domain::PictureRole>(
        std::min<int>(static_cast<int>(domain::PictureRole::other), in.get<std::uint8_t>()));
    picture.taken_at.count = in.get<std::int64_t>();
    picture.original = copy(in.get_bytes());
    picture.marked = copy(in.get_bytes());
    item.pictures.push_back(std::move(picture));
  }
  item.clip = copy(in.get_bytes());
  if (!in.ok() || !in.at_end()) return unfit();
  return item;
}

}  // namespace xunjie::watch
