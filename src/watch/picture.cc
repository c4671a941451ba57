#include "watch/picture.h"

#include <algorithm>
#include <cmath>

#include <opencv2/imgproc.hpp>

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
#include <libswscale/swscale.h>
}

namespace xunjie::watch {
namespace {

FramePtr empty_frame(int width, int height, AVPixelFormat format) {
  FramePtr frame(av_frame_alloc(), [](AVFrame* f) { av_frame_free(&f); });
  frame->width = width;
  frame->height = height;
  frame->format = format;
  if (av_frame_get_buffer(frame.get(), 0) < 0) return nullptr;
  return frame;
}

bool scale(const AVFrame& from, std::uint8_t* const* planes, const int* strides, int format) {
  SwsContext* context = sws_getContext(
      from.width, from.height, static_cast<AVPixelFormat>(from.format), from.width, from.height,
      static_cast<AVPixelFormat>(format), SWS_BILINEAR, nullptr, nullptr, nullptr);
  if (context == nullptr) return false;
  const int rows = sws_scale(context, from.data, from.linesize, 0, from.height, planes, strides);
  sws_freeContext(context);
  return rows == from.height;
}

bool is_planar_yuv8(int format) {
  switch (format) {
    case AV_PIX_FMT_YUV420P:
    case AV_PIX_FMT_YUVJ420P:
    case AV_PIX_FMT_YUV422P:
    case AV_PIX_FMT_YUVJ422P:
    case AV_PIX_FMT_YUV444P:
    case AV_PIX_FMT_YUVJ444P:
      return true;
    default:
      return false;
  }
}

cv::Mat shrink(std::uint8_t* data, int stride, int width, int height, cv::Size size) {
  const cv::Mat plane(height, width, CV_8U, data, static_cast<std::size_t>(stride));
  cv::Mat part = plane, small, out;
  // Halving is many times cheaper than any other step; the rest of the way is short, and a few per
  // cent of it may lead upwards.
  while (part.cols / 2 * 20 >= size.width * 19 && part.rows / 2 * 20 >= size.height * 19) {
    cv::Mat half;
    cv::resize(part, half, cv::Size(part.cols / 2, part.rows / 2), 0, 0, cv::INTER_AREA);
    part = half;
  }
  cv::resize(part, small, size, 0, 0, cv::INTER_AREA);
  small.convertTo(out, CV_32F);
  return out;
}

}  // namespace

GridSize grid_for(int width, int height) {
  const double aspect = static_cast<double>(width) / std::max(1, height);
  const int columns =
      std::clamp(static_cast<int>(std::lround(std::sqrt(kCells * aspect))), 24, 340);
  return {columns, std::clamp(static_cast<int>(std::lround(columns / aspect)), 24, 340)};
}

Look look_at(const AVFrame& frame, UtcMicros at) {
  const AVFrame* source = &frame;
  FramePtr converted;
  if (!is_planar_yuv8(frame.format)) {
    converted = empty_frame(frame.width, frame.height, AV_PIX_FMT_YUV420P);
    if (!converted || !scale(frame, converted->data, converted->linesize, AV_PIX_FMT_YUV420P))
      return {};
    source = converted.get();
  }
  const AVPixFmtDescriptor* shape = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(source->format));
  const int chroma_width = AV_CEIL_RSHIFT(source->width, shape->log2_chroma_w);
  const int chroma_height = AV_CEIL_RSHIFT(source->height, shape->log2_chroma_h);
  Look look;
  look.at = at;
  look.grid = grid_for(source->width, source->height);
  const cv::Size cells(look.grid.width, look.grid.height);
  look.luma = shrink(source->data[0], source->linesize[0], source->width, source->height,
                     cv::Size(cells.width * kCellPixels, cells.height * kCellPixels));
  look.cb = shrink(source->data[1], source->linesize[1], chroma_width, chroma_height, cells);
  look.cr = shrink(source->data[2], source->linesize[2], chroma_width, chroma_height, cells);
  return look;
}

cv::Mat bgr_of(const AVFrame& frame) {
  cv::Mat out(frame.height, frame.width, CV_8UC3);
  std::uint8_t* const planes[] = {out.data, nullptr, nullptr, nullptr};
  const int strides[] = {static_cast<int>(out.step), 0, 0, 0};
  if (!scale(frame, planes, strides, AV_PIX_FMT_BGR24)) return {};
  return out;
}

}  // namespace xunjie::watch
