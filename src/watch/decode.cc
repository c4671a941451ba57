#include "watch/decode.h"

#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
}

namespace xunjie::watch {
namespace {

void free_context(AVCodecContext* context) {
  avcodec_free_context(&context);
}

using ContextPtr = std::unique_ptr<AVCodecContext, void (*)(AVCodecContext*)>;

// Damaged packets are our business; what libavcodec says about them would fill the log.
void quiet_libav() {
  static const bool done = (av_log_set_level(AV_LOG_FATAL), true);
  static_cast<void>(done);
}

Result<ContextPtr> open_context(const StreamInfo& stream) {
  quiet_libav();
  const AVCodec* codec = avcodec_find_decoder(stream.codec->codec_id);
  if (codec == nullptr) {
    return make_error(ErrorCode::unavailable,
                      std::string("no decoder for ") + avcodec_get_name(stream.codec->codec_id));
  }
  ContextPtr context(avcodec_alloc_context3(codec), &free_context);
  avcodec_parameters_to_context(context.get(), stream.codec.get());
  context->err_recognition = AV_EF_BITSTREAM | AV_EF_BUFFER;
  context->thread_count = 1;  // many cameras side by side use the cores better
  if (avcodec_open2(context.get(), codec, nullptr) < 0) {
    return make_error(ErrorCode::unavailable, std::string("cannot start decoder ") + codec->name);
  }
  return context;
}

// Errors concealed by the decoder look like things on the street.
bool damaged(const AVFrame& frame) {
  return frame.decode_error_flags != 0 || (frame.flags & AV_FRAME_FLAG_CORRUPT) != 0;
}

Error no_picture() {
  return make_error(ErrorCode::corrupt, "packet does not decode to a picture");
}

}  // namespace

Result<Decoder> Decoder::open(const StreamInfo& stream) {
  XUNJIE_TRY(context, open_context(stream));
  return Decoder(std::move(context));
}

FramePtr Decoder::receive_all() {
  FramePtr newest;
  while (true) {
    FramePtr frame(av_frame_alloc(), [](AVFrame* f) { av_frame_free(&f); });
    if (avcodec_receive_frame(context_.get(), frame.get()) < 0) return newest;
    newest = std::move(frame);
  }
}

Result<FramePtr> Decoder::decode_key(const Packet& packet, bool full) {
  avcodec_flush_buffers(context_.get());
  position_ = 0;
  // A lone keyframe is shrunk before it is judged, so its loop filter would be wasted; inside a
  // group the filter of reference frames is needed, or errors pile up.
  context_->skip_loop_filter = full ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
  const int sent = avcodec_send_packet(context_.get(), packet.data.get());
  avcodec_send_packet(context_.get(), nullptr);  // drain: do not wait for later frames
  FramePtr frame = receive_all();
  avcodec_flush_buffers(context_.get());
  if (sent < 0 || !frame || damaged(*frame)) return no_picture();
  return frame;
}

Result<FramePtr> Decoder::decode_run(std::span<const Packet> packets) {
  if (packets.empty()) return no_picture();
  if (packets.front().number != position_ + 1 || position_ == 0) {
    if (!packets.front().key) return no_picture();
    avcodec_flush_buffers(context_.get());
  }
  context_->skip_loop_filter = AVDISCARD_NONREF;
  FramePtr newest;
  for (const Packet& packet : packets) {
    avcodec_send_packet(context_.get(), packet.data.get());  // a damaged one is skipped
    if (FramePtr frame = receive_all()) newest = std::move(frame);
  }
  position_ = packets.back().number;
  if (!newest || damaged(*newest)) return no_picture();
  return newest;
}

Result<FramePtr> decode_still(const StreamInfo& stream, const Packet& packet) {
  XUNJIE_TRY(decoder, Decoder::open(stream));
  return decoder.decode_key(packet, true);
}

}  // namespace xunjie::watch
