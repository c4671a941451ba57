#include "watch/evidence.h"

#include <algorithm>

#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

#include "watch/decode.h"
#include "watch/picture.h"

namespace xunjie::watch {
namespace {

constexpr int kThumbnailWidth = 640;

Result<cv::Mat> picture_of(const Still& still) {
  if (!still.jpeg.empty()) {
    const cv::Mat bytes(1, static_cast<int>(still.jpeg.size()), CV_8U,
                        const_cast<std::byte*>(still.jpeg.data()));
    cv::Mat out = cv::imdecode(bytes, cv::IMREAD_COLOR);
    if (out.empty()) return make_error(ErrorCode::corrupt, "still does not decode");
    return out;
  }
  FramePtr frame = still.frame;
  if (!frame && still.key) {
    XUNJIE_TRY(decoded, decode_still(still.stream, *still.key));
    frame = decoded;
  }
  if (!frame) return make_error(ErrorCode::corrupt, "still holds no picture");
  cv::Mat out = bgr_of(*frame);
  if (out.empty()) return make_error(ErrorCode::corrupt, "still has an unknown pixel format");
  return out;
}

void paint_masks(cv::Mat& picture, const std::vector<ports::Zone>& zones) {
  for (const auto& zone : zones) {
    if (zone.kind != ports::ZoneKind::privacy_mask) continue;
    std::vector<cv::Point> points;
    for (const auto& p : zone.polygon) {
      points.emplace_back(static_cast<int>(std::lround(p.x * picture.cols)),
                          static_cast<int>(std::lround(p.y * picture.rows)));
    }
    cv::fillPoly(picture, std::vector<std::vector<cv::Point>>{points}, cv::Scalar(40, 40, 40));
  }
}

Bytes jpeg_of(const cv::Mat& picture, int quality) {
  std::vector<std::uint8_t> encoded;
  cv::imencode(".jpg", picture, encoded, {cv::IMWRITE_JPEG_QUALITY, quality});
  const auto bytes = std::as_bytes(std::span(encoded));
  return {bytes.begin(), bytes.end()};
}

}  // namespace

std::vector<domain::PicturePolygon> masks_of(const std::vector<ports::Zone>& zones) {
  std::vector<domain::PicturePolygon> masks;
  for (const auto& zone : zones) {
    if (zone.kind == ports::ZoneKind::privacy_mask) masks.push_back(zone.polygon);
  }
  return masks;
}

Result<Bytes> original_of(const Still& still, const std::vector<ports::Zone>& zones) {
  // A picture kept over a restart has the masks of its time; those added since are painted now.
  if (!still.jpeg.empty() && masks_of(zones).empty()) return still.jpeg;
  XUNJIE_TRY(picture, picture_of(still));
  paint_masks(picture, zones);
  return jpeg_of(picture, 90);
}

Bytes thumbnail_of(const AVFrame& frame, const std::vector<ports::Zone>& zones) {
  cv::Mat picture = bgr_of(frame);
  if (picture.empty()) return {};
  paint_masks(picture, zones);
  if (picture.cols > kThumbnailWidth) {
    const int height = std::max(1, picture.rows * kThumbnailWidth / picture.cols);
    cv::resize(picture, picture, cv::Size(kThumbnailWidth, height), 0, 0, cv::INTER_AREA);
  }
  return jpeg_of(picture, 70);
}

}  // namespace xunjie::watch
