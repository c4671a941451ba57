#include "app/camera_probing.h"

#include <algorithm>
#include <array>
#include <cmath>

#include <boost/json.hpp>

#include "app/camera_acts.h"
#include "app/json_reader.h"
#include "app/registry.h"
#include "app/secrets.h"
#include "app/views.h"
#include "domain/rights.h"

namespace xunjie::app {
namespace {

namespace json = boost::json;
using ports::ProbeFault;

struct Words {
  ProbeFault fault;
  std::string_view what, advice;
};

constexpr std::array kWords = std::to_array<Words>({
    {ProbeFault::bad_address, "地址不能用",
     "应是网络视频源，例如 rtsp://用户名:口令@主机:554/路径；不支持本机文件、链路本地地址"},
    {ProbeFault::cannot_resolve, "主机名解析不到", "核对主机名，或直接写 IP 地址"},
    {ProbeFault::refused, "主机在，但端口没有服务", "核对端口；在设备上打开 RTSP 服务"},
    {ProbeFault::unreachable, "主机连不上", "核对 IP 地址，检查网络与防火墙"},
    {ProbeFault::timed_out, "等待超时，没有应答", "检查设备是否通电、网络是否通、端口是否被拦"},
    {ProbeFault::authentication, "用户名或口令不对", "核对设备的用户名和口令，口令中的 @ 写作 %40"},
    {ProbeFault::not_there, "设备应答了，但没有这一路视频", "核对地址中的路径和通道号"},
    {ProbeFault::no_video, "连上了，但没有可读的视频", "核对路径；确认这一路输出的是视频"},
    {ProbeFault::codec_unsupported, "视频编码不支持", "将设备的编码改为 H.264 或 H.265"},
    {ProbeFault::undecodable, "收到的画面不能解码", "检查网络丢包；将编码改为普通 H.264 再试"},
    {ProbeFault::broken_off, "连接中途断开", "检查设备的连接数上限和网络，稍后再试"},
    {ProbeFault::keyframes_far, "关键帧相隔太远，看得不够勤",
     "把设备的 I 帧间隔设为 2 至 10 秒，关闭智能编码"},
    {ProbeFault::dark, "画面很暗", "检查镜头盖、补光和曝光；夜间可忽略"},
    {ProbeFault::small, "画面太小，远处看不清", "改用 704×576 以上的码流"},
});

const Words& words_of(ProbeFault fault) {
  return kWords.at(static_cast<std::size_t>(fault));
}

json::array findings_of(const ports::ProbeReport& report) {
  json::array list;
  for (const auto fault : report.faults) {
    const bool warning = ports::is_warning(fault) && !report.still.empty();
    list.push_back({{"code", json_text(ports::name_of(fault))},
                    {"severity", warning ? "warning" : "error"},
                    {"what", json_text(words_of(fault).what)},
                    {"advice", json_text(words_of(fault).advice)}});
  }
  return list;
}

std::string log_of(const ports::ProbeReport& report) {
  std::string log = "probed " + report.shown + ":";
  for (const auto fault : report.faults) log += " " + std::string(ports::name_of(fault));
  return report.faults.empty() ? log + " sound" : log;
}

json::value rounded(const std::optional<double>& number) {
  return number ? json::value(std::round(*number * 100) / 100) : json::value();
}

domain::PicturePolygon read_mask(const json::value& value, const std::string& path,
                                 ObjectReader& from) {
  domain::PicturePolygon mask;
  const auto* points = value.if_array();
  const bool sized = points != nullptr && points->size() >= 3 && points->size() <= 64;
  if (!sized) from.fail(path, "应有 3 到 64 个点");
  for (std::size_t i = 0; sized && i < points->size(); ++i) {
    const auto* pair = (*points)[i].if_array();
    const bool numbers =
        pair != nullptr && pair->size() == 2 && (*pair)[0].is_number() && (*pair)[1].is_number();
    const domain::PicturePoint p{numbers ? (*pair)[0].to_number<double>() : -1,
                                 numbers ? (*pair)[1].to_number<double>() : -1};
    if (p.x < 0 || p.x > 1 || p.y < 0 || p.y > 1)
      from.fail(index_path(path, i), "应为 [x, y]，都在 0 到 1 之间");
    mask.push_back(p);
  }
  return mask;
}

Error no_picture() {
  return make_error(ErrorCode::not_found, "没有这张探测画面，或已过 15 分钟");
}

}  // namespace

Result<ports::ProbeRequest> CameraProbing::read(const Principal& person, std::string_view body) {
  XUNJIE_TRY(value, parse_json(body));
  ObjectReader from(value, "");
  ports::ProbeRequest request;
  request.source = from.text_or("source", {}, 1024);
  const std::string camera = from.text_or("camera", {}, 64);
  const auto* masks = from.array_if("masks", 64);
  for (std::size_t i = 0; masks != nullptr && i < masks->size(); ++i)
    request.masks.push_back(read_mask((*masks)[i], index_path("masks", i), from));
  if (from.ok() && request.source.empty() == camera.empty())
    from.fail("source", "写视频源地址，或以 camera 指明已登记的探头，二者取一");
  XUNJIE_TRY_VOID(from.finish());
  if (camera.empty()) return request;
  XUNJIE_TRY(found, registry_.in_reach(person, camera));
  if (found.config.source.empty())
    return make_error(ErrorCode::invalid_argument, "camera：此探头没有登记视频源", "camera");
  request.source = found.config.source;
  // Never a still that shows what the camera's own masks cover.
  for (const auto& zone : found.config.zones) {
    if (zone.kind == ports::ZoneKind::privacy_mask) request.masks.push_back(zone.polygon);
  }
  XUNJIE_TRY_VOID(acts_.note(person, found.config.id, CameraAct::probe));
  return request;
}

Result<CameraProbing::Probed> CameraProbing::probe(const Principal& person, std::string_view body) {
  if (!domain::may(person.role, domain::Duty::manage_cameras))
    return make_error(ErrorCode::forbidden, "只有平台管理员和数据管理员可以探测视频源");
  XUNJIE_TRY(request, read(person, body));
  const Micros began = clock_.monotonic();
  if (!minute_.take(person.id.value, began) || !hour_.take(person.id.value, began)) {
    return make_error(ErrorCode::rate_limited, "探测过于频繁：每分钟至多 6 次，每小时至多 60 次");
  }
  XUNJIE_TRY(report, prober_.probe(request));
  const double took = (clock_.monotonic() - began).seconds();
  json::object out;
  out["findings"] = findings_of(report);
  const bool fatal = std::any_of(report.faults.begin(), report.faults.end(),
                                 [](ProbeFault fault) { return !ports::is_warning(fault); });
  out["ok"] = !fatal && !report.still.empty();
  out["source"] = report.shown;
  out["codec"] = text_or_null(report.codec);
  out["width"] = report.width > 0 ? json::value(report.width) : json::value();
  out["height"] = report.height > 0 ? json::value(report.height) : json::value();
  out["frame_rate"] = rounded(report.frame_rate);
  out["keyframe_interval_s"] = rounded(report.keyframe_interval_s);
  out["bits_per_s"] = rounded(report.bits_per_s);
  out["clock_offset_s"] = rounded(report.clock_offset_s);
  out["picture"] = report.still.empty()
                       ? json::value()
                       : json::value("/api/v1/camera-probes/" +
                                     keep(person, std::move(report.still)) + "/picture");
  out["took_s"] = std::round(took * 100) / 100;
  return Probed{json::serialize(out), log_of(report)};
}

std::string CameraProbing::keep(const Principal& person, std::vector<std::byte> jpeg) {
  const std::lock_guard lock(mutex_);
  if (stills_.size() >= kStillsKept) stills_.pop_front();
  stills_.push_back(
      {to_base64url(random_bytes(24)), person.id, clock_.monotonic(), std::move(jpeg)});
  return stills_.back().id;
}

Result<BlobContent> CameraProbing::picture(const Principal& person, const std::string& id) {
  const std::lock_guard lock(mutex_);
  const Micros now = clock_.monotonic();
  std::erase_if(stills_, [now](const Still& still) { return now - still.taken > kStillFor; });
  const auto at = std::find_if(stills_.begin(), stills_.end(), [&](const Still& still) {
    return still.id == id && still.person == person.id;
  });
  if (at == stills_.end()) return no_picture();
  BlobContent content;
  content.bytes = at->jpeg;
  content.content_type = "image/jpeg";
  return content;
}

}  // namespace xunjie::app
