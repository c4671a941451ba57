#include "watch/state_file.h"

#include <algorithm>

#include <opencv2/core.hpp>

namespace xunjie::watch {
namespace {

constexpr std::uint32_t kMagic = 0x534A5857;  // "WXJS"
// 2 added scores and the bar; 1 is still read.
constexpr std::uint32_t kVersion = 2;
constexpr int kMaxGrid = 400;

void put_mat8(ByteWriter& out, const cv::Mat& mat) {
  cv::Mat bytes;
  mat.convertTo(bytes, CV_8U);
  out.put_bytes({reinterpret_cast<const std::byte*>(bytes.data), bytes.total()});
}

cv::Mat get_mat8(ByteReader& in, cv::Size size, int type) {
  const auto bytes = in.get_bytes();
  if (bytes.size() != static_cast<std::size_t>(size.area())) return {};
  const cv::Mat view(size, CV_8U, const_cast<std::byte*>(bytes.data()));
  cv::Mat out;
  view.convertTo(out, type);
  return out.data == view.data ? out.clone() : out;
}

void put_picture(ByteWriter& out, const SceneMemory::Picture& picture) {
  put_mat8(out, picture.luma);
  put_mat8(out, picture.cb);
  put_mat8(out, picture.cr);
}

SceneMemory::Picture get_picture(ByteReader& in, cv::Size cells) {
  SceneMemory::Picture out;
  out.luma = get_mat8(in, {cells.width * kCellPixels, cells.height * kCellPixels}, CV_32F);
  out.cb = get_mat8(in, cells, CV_32F);
  out.cr = get_mat8(in, cells, CV_32F);
  return out;
}

void put_cell(ByteWriter& out, const Cell& cell) {
  out.put(cell.since.count);
  out.put(cell.challenger_since.count);
  out.put(cell.same);
  out.put(cell.missed);
  out.put(cell.challenger);
  out.put(cell.street);
  out.put(static_cast<std::uint8_t>(cell.seen));
}

Cell get_cell(ByteReader& in) {
  Cell cell;
  cell.since.count = in.get<std::int64_t>();
  cell.challenger_since.count = in.get<std::int64_t>();
  cell.same = in.get<std::uint16_t>();
  cell.missed = in.get<std::uint16_t>();
  cell.challenger = in.get<std::uint16_t>();
  cell.street = in.get<std::uint8_t>();
  cell.seen = static_cast<Seen>(std::min<std::uint8_t>(2, in.get<std::uint8_t>()));
  return cell;
}

void move_back(CameraMemory& memory, UtcMicros now) {
  const Micros by = now - memory.street.memory.last;
  if (by >= Micros{}) return;
  const auto shift = [by](UtcMicros& at) { at = at + by; };
  shift(memory.street.memory.last);
  for (Cell& cell : memory.street.memory.cells) {
    shift(cell.since);
    shift(cell.challenger_since);
  }
  for (auto& finding : memory.street.open) {
    shift(finding.since);
    shift(finding.at);
  }
  for (auto& still : memory.before) shift(still.at);
}

void put_open(ByteWriter& out, const OpenFinding& finding) {
  out.put_text(finding.id.value);
  out.put<std::uint32_t>(static_cast<std::uint32_t>(finding.zone));
  out.put_text(finding.violation.value);
  out.put(finding.since.count);
  out.put(finding.at.count);
  put_mat8(out, finding.cells);
  out.put(finding.score);
}

OpenFinding get_open(ByteReader& in, cv::Size cells, std::uint32_t version) {
  OpenFinding finding;
  finding.id = domain::FindingId(in.get_text());
  finding.zone = in.get<std::uint32_t>();
  finding.violation = domain::ViolationKindId(in.get_text());
  finding.since.count = in.get<std::int64_t>();
  finding.at.count = in.get<std::int64_t>();
  finding.cells = get_mat8(in, cells, CV_8U);
  if (version >= 2) finding.score = in.get<double>();
  return finding;
}

}  // namespace

Result<void> save_memory(const std::filesystem::path& path, const CameraMemory& memory) {
  ByteWriter out;
  out.put(kMagic);
  out.put(kVersion);
  out.put(memory.last_item);
  const auto& scene = memory.street.memory;
  out.put<std::int32_t>(scene.grid.width);
  out.put<std::int32_t>(scene.grid.height);
  out.put(scene.last.count);
  put_picture(out, scene.empty);
  put_picture(out, scene.standing);
  put_picture(out, scene.challenger);
  for (const Cell& cell : scene.cells) put_cell(out, cell);
  out.put<std::uint32_t>(static_cast<std::uint32_t>(memory.zones.size()));
  for (const auto& zone : memory.zones) out.put_text(zone.value);
  for (const auto& still : memory.before) {
    out.put(still.at.count);
    out.put_bytes(still.jpeg);
  }
  out.put<std::uint32_t>(static_cast<std::uint32_t>(memory.street.open.size()));
  for (const auto& finding : memory.street.open) put_open(out, finding);
  out.put(memory.street.bar);
  return write_file(path, out.take());
}

Result<CameraMemory> load_memory(const std::filesystem::path& path, UtcMicros now) {
  XUNJIE_TRY(bytes, read_file(path));
  const auto unfit = [] {
    return make_error(ErrorCode::corrupt,
                      "the watcher's memory of this camera is of another version or damaged");
  };
  ByteReader in(bytes);
  if (in.get<std::uint32_t>() != kMagic) return unfit();
  const auto version = in.get<std::uint32_t>();
  if (version < 1 || version > kVersion) return unfit();
  CameraMemory memory;
  memory.last_item = in.get<std::uint64_t>();
  auto& scene = memory.street.memory;
  scene.grid = {in.get<std::int32_t>(), in.get<std::int32_t>()};
  const cv::Size cells(scene.grid.width, scene.grid.height);
  if (cells.width < 1 || cells.height < 1 || cells.width > kMaxGrid || cells.height > kMaxGrid)
    return unfit();
  scene.last.count = in.get<std::int64_t>();
  scene.empty = get_picture(in, cells);
  scene.standing = get_picture(in, cells);
  scene.challenger = get_picture(in, cells);
  for (int i = 0; i < cells.area(); ++i) scene.cells.push_back(get_cell(in));
  const auto zones = std::min<std::uint32_t>(64, in.get<std::uint32_t>());
  for (std::uint32_t i = 0; i < zones; ++i) memory.zones.emplace_back(in.get_text());
  for (std::uint32_t i = 0; i < zones; ++i) {
    Still still;
    still.at.count = in.get<std::int64_t>();
    const auto jpeg = in.get_bytes();
    still.jpeg.assign(jpeg.begin(), jpeg.end());
    memory.before.push_back(std::move(still));
  }
  const auto open = std::min<std::uint32_t>(64, in.get<std::uint32_t>());
  for (std::uint32_t i = 0; i < open; ++i)
    memory.street.open.push_back(get_open(in, cells, version));
  if (version >= 2) memory.street.bar = in.get<double>();
  if (!in.ok() || !in.at_end()) return unfit();
  move_back(memory, now);
  return memory;
}

}  // namespace xunjie::watch
