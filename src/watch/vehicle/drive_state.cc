#include "watch/vehicle/drive_state.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

#include "watch/bytes.h"
#include "watch/vehicle/appearance.h"

namespace xunjie::watch::vehicle {
namespace {

constexpr std::uint32_t kMagic = 0x564A5857;  // "WXJV"
constexpr std::uint32_t kVersion = 1;
constexpr std::size_t kMostGoneThings = 1000;  // of one finding

void put_place(ByteWriter& out, const Place& place) {
  for (const double v :
       {place.at.east, place.at.north, place.spread.ee, place.spread.en, place.spread.nn})
    out.put(v);
}

Place get_place(ByteReader& in) {
  Place place;
  for (double* v :
       {&place.at.east, &place.at.north, &place.spread.ee, &place.spread.en, &place.spread.nn})
    *v = in.get<double>();
  return place;
}

void put_thing(ByteWriter& out, const KnownThing& thing) {
  out.put(thing.id);
  out.put_text(thing.label);
  put_place(out, thing.place);
  put_place(out, thing.ground);
  out.put(thing.frame_error_m);
  out.put(static_cast<std::uint8_t>(thing.appearance.size()));
  for (const float v : thing.appearance) out.put(v);
  out.put(thing.first_seen.count);
  out.put(thing.last_seen.count);
  out.put(static_cast<std::int32_t>(thing.passes));
  out.put(thing.heading_deg);
  out.put(thing.side_m);
  out.put_text(thing.finding.value);
}

KnownThing get_thing(ByteReader& in) {
  KnownThing thing;
  thing.id = in.get<std::uint64_t>();
  thing.label = in.get_text();
  thing.place = get_place(in);
  thing.ground = get_place(in);
  thing.frame_error_m = in.get<double>();
  const auto numbers = in.get<std::uint8_t>();
  for (int i = 0; i < numbers; ++i) thing.appearance.push_back(in.get<float>());
  thing.first_seen.count = in.get<std::int64_t>();
  thing.last_seen.count = in.get<std::int64_t>();
  thing.passes = in.get<std::int32_t>();
  thing.heading_deg = in.get<double>();
  thing.side_m = in.get<double>();
  thing.finding = domain::FindingId(in.get_text());
  return thing;
}

bool sound(const Place& place) {
  return std::isfinite(place.at.east) && std::isfinite(place.at.north) && place.spread.ee > 0 &&
         place.spread.nn > 0 && std::isfinite(place.spread.ee) && std::isfinite(place.spread.nn) &&
         std::isfinite(place.spread.en);
}

bool sound(const KnownThing& thing) {
  const bool numbers = thing.appearance.empty() || thing.appearance.size() == kAppearanceNumbers;
  return thing.id != 0 && numbers && sound(thing.place) && sound(thing.ground) &&
         std::isfinite(thing.heading_deg) && std::isfinite(thing.side_m) &&
         std::isfinite(thing.frame_error_m);
}

bool unique_ids(const std::vector<KnownThing>& things) {
  std::set<ThingId> ids;
  return std::all_of(things.begin(), things.end(),
                     [&](const KnownThing& thing) { return ids.insert(thing.id).second; });
}

template <typename T, typename Get>
bool get_list(ByteReader& in, std::size_t most, std::vector<T>& into, const Get& get) {
  const auto count = in.get<std::uint32_t>();
  if (count > most) return false;
  for (std::uint32_t i = 0; i < count && in.ok(); ++i) into.push_back(get(in));
  return in.ok();
}

void move_back(DriveMemory& memory, UtcMicros now) {
  UtcMicros newest;
  for (const auto& thing : memory.things) newest = std::max(newest, thing.last_seen);
  const Micros by = now - newest;
  if (memory.things.empty() || by >= Micros{}) return;
  for (auto& thing : memory.things) {
    thing.first_seen = thing.first_seen + by;
    thing.last_seen = thing.last_seen + by;
  }
}

}  // namespace

Result<void> save_drive(const std::filesystem::path& path, const DriveMemory& memory) {
  ByteWriter out;
  out.put(kMagic);
  out.put(kVersion);
  out.put(memory.last_item);
  out.put(memory.origin.lon);
  out.put(memory.origin.lat);
  const auto size = [&out](std::size_t n) { out.put(static_cast<std::uint32_t>(n)); };
  size(memory.things.size());
  for (const auto& thing : memory.things) put_thing(out, thing);
  size(memory.open.size());
  for (const auto& finding : memory.open) {
    out.put_text(finding.id.value);
    out.put_text(finding.violation.value);
    out.put_text(finding.shop.value);
    out.put(finding.place.east);
    out.put(finding.place.north);
  }
  size(memory.gone.size());
  for (const auto& finding : memory.gone) {
    out.put_text(finding.id.value);
    size(finding.things.size());
    for (const auto& thing : finding.things) put_thing(out, thing);
  }
  return write_file(path, out.take());
}

Result<DriveMemory> load_drive(const std::filesystem::path& path, UtcMicros now,
                               const DriveOptions& limits) {
  XUNJIE_TRY(bytes, read_file(path));
  const auto unfit = [](const std::string& why) {
    return make_error(ErrorCode::corrupt, "what this car's camera knew is " + why);
  };
  ByteReader in(bytes);
  if (in.get<std::uint32_t>() != kMagic) return unfit("no file of ours");
  if (const auto version = in.get<std::uint32_t>(); version != kVersion)
    return unfit("of version " + std::to_string(version) + ", read is 1");
  DriveMemory memory;
  memory.last_item = in.get<std::uint64_t>();
  memory.origin = {in.get<double>(), in.get<double>()};
  bool fits = std::abs(memory.origin.lon) <= 180 && std::abs(memory.origin.lat) <= 90;
  fits = fits && get_list(in, limits.recognise.max_things, memory.things, get_thing);
  fits = fits && get_list(in, limits.max_findings, memory.open, [](ByteReader& from) {
           OpenDriveFinding finding;
           finding.id = domain::FindingId(from.get_text());
           finding.violation = domain::ViolationKindId(from.get_text());
           finding.shop = domain::ShopId(from.get_text());
           finding.place = {from.get<double>(), from.get<double>()};
           return finding;
         });
  bool parts = true;
  fits = fits && get_list(in, limits.max_gone, memory.gone, [&parts](ByteReader& from) {
           GoneDriveFinding finding;
           finding.id = domain::FindingId(from.get_text());
           parts = get_list(from, kMostGoneThings, finding.things, get_thing) && parts;
           return finding;
         });
  const auto all_sound = [](const auto& things) {
    return std::all_of(things.begin(), things.end(),
                       [](const KnownThing& thing) { return sound(thing); });
  };
  fits = fits && parts && in.ok() && in.at_end() && all_sound(memory.things) &&
         unique_ids(memory.things) &&
         std::all_of(memory.gone.begin(), memory.gone.end(),
                     [&](const auto& finding) { return all_sound(finding.things); });
  if (!fits) return unfit("damaged or more than a drive may know");
  move_back(memory, now);
  return memory;
}

}  // namespace xunjie::watch::vehicle
