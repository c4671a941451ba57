#include "evidence/clip_redactor.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>

#include "evidence/clip_frames.h"
#include "evidence/clip_writer.h"
#include "evidence/head_finder.h"
#include "evidence/motion.h"
#include "evidence/paint.h"

namespace xunjie::evidence {
namespace {

// Detectors look at every fourth picture (two a second), since they cost most of a copy; what
// moves is looked for in each.
constexpr int kSearchEvery = 4;
// A head stays blurred this many pictures before and after it was found, where it was found: what
// lies between two looks is covered by both.
constexpr int kHold = 4;
static_assert(kHold >= kSearchEvery);

struct Pending {
  ClipFrames::Frame frame;
  std::vector<cv::Rect> heads;
};

Micros spent_since(std::chrono::steady_clock::time_point begun) {
  return Micros{std::chrono::duration_cast<std::chrono::microseconds>(
                    std::chrono::steady_clock::now() - begun)
                    .count()};
}

class ClipCopy {
 public:
  ClipCopy(const ports::ClipRecipe& recipe, std::optional<HeadFinder> finder)
      : recipe_(recipe), finder_(std::move(finder)) {}

  Result<void> take(ClipFrames::Frame frame) {
    paint_masks(frame.bgr, recipe_.masks);
    Pending pending{std::move(frame), {}};
    if (finder_) search(pending);
    window_.push_back(std::move(pending));
    if (window_.size() <= 2 * kHold) return {};
    return write_one();
  }

  Result<std::vector<std::byte>> finish() {
    while (written_ < window_.size()) XUNJIE_TRY_VOID(write_one());
    if (!writer_) return make_error(ErrorCode::corrupt, "录像中没有可用的画面");
    return writer_->finish();
  }

 private:
  void search(Pending& pending) {
    pending.heads = motion_.find(pending.frame.bgr);
    if (number_++ % kSearchEvery != 0) return;
    const auto found = finder_->find(pending.frame.bgr);
    pending.heads.insert(pending.heads.end(), found.begin(), found.end());
  }

  // The next picture not yet written, blurred wherever its neighbours in time show a head.
  Result<void> write_one() {
    const std::size_t from = written_ > kHold ? written_ - kHold : 0;
    const std::size_t until = std::min(window_.size(), written_ + kHold + 1);
    cv::Mat& picture = window_[written_].frame.bgr;
    for (std::size_t i = from; i < until; ++i) blur(picture, window_[i].heads);
    if (recipe_.box) draw_box(picture, *recipe_.box);
    if (!writer_) {
      XUNJIE_TRY(writer, ClipWriter::open(picture.size(), recipe_.fps_max));
      size_ = picture.size();
      writer_.emplace(std::move(writer));
    }
    if (picture.size() == size_) {  // a camera that changes its size ends the copy there
      XUNJIE_TRY_VOID(writer_->write(picture, window_[written_].frame.at));
    }
    picture.release();
    if (++written_ > kHold) {
      window_.pop_front();
      --written_;
    }
    return {};
  }

  const ports::ClipRecipe& recipe_;
  std::optional<HeadFinder> finder_;
  MotionHeads motion_;
  std::deque<Pending> window_;
  std::size_t written_ = 0;  // of the window, from its front
  int number_ = 0;
  std::optional<ClipWriter> writer_;
  cv::Size size_;
};

}  // namespace

Result<std::vector<std::byte>> redact_clip(std::span<const std::byte> original,
                                           const ports::ClipRecipe& recipe,
                                           const std::filesystem::path& cascades) {
  const auto begun = std::chrono::steady_clock::now();
  std::optional<HeadFinder> finder;
  if (recipe.blur) {
    XUNJIE_TRY(loaded, HeadFinder::load(cascades, HeadFinder::Effort::brisk));
    finder.emplace(std::move(loaded));
  }
  XUNJIE_TRY(frames, ClipFrames::open(original));
  ClipCopy copy(recipe, std::move(finder));
  const Micros step{static_cast<std::int64_t>(1e6 / std::max(0.5, recipe.fps_max))};
  // A quarter of a step early still counts, or a source of the same rate would lose every other.
  const Micros slack{step.count / 4};
  Micros from = frames.duration() > recipe.longest ? frames.duration() - recipe.longest : Micros{};
  while (spent_since(begun) < recipe.cost_max) {
    auto frame = frames.next(from, recipe.width_max);
    if (!frame) break;
    from = frame->at + step - slack;
    XUNJIE_TRY_VOID(copy.take(std::move(*frame)));
  }
  return copy.finish();
}

}  // namespace xunjie::evidence
