// Batching, order and failure of what live cameras ask, with a detector that can be held up.
#include "watch/detect/detect_queue.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <thread>

extern "C" {
#include <libavutil/frame.h>
}

namespace xunjie::watch {
namespace {

constexpr auto kLong = std::chrono::seconds(60);  // only where something never comes

FramePtr frame(int width = 64, int height = 48) {
  FramePtr out(av_frame_alloc(), [](AVFrame* f) { av_frame_free(&f); });
  out->format = AV_PIX_FMT_GRAY8;
  out->width = width;
  out->height = height;
  EXPECT_EQ(av_frame_get_buffer(out.get(), 0), 0);
  for (int y = 0; y < height; ++y) std::fill_n(out->data[0] + y * out->linesize[0], width, 90);
  return out;
}

// Goods in the left half, a person in the right, each where it is asked.
class FakeDetector final : public ports::Detector {
 public:
  FakeDetector() {
    info_.classes = {{"goods", ports::ClassMeaning::violation, {domain::ViolationKindId("v")}, {}},
                     {"person", ports::ClassMeaning::ignored, {}, {}}};
  }
  Result<std::vector<std::vector<ports::Detection>>> detect(
      std::span<const ports::DetectorAsk> asks) override {
    std::unique_lock lock(mutex_);
    sizes_.push_back(asks.size());
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
    if (failing) return make_error(ErrorCode::unavailable, "model: a run failed");
    std::vector<std::vector<ports::Detection>> out;
    for (const auto& ask : asks) out.push_back({{ask.region, ask.region.x < 0.5 ? 0U : 1U, 0.9}});
    return out;
  }
  [[nodiscard]] const ports::DetectorInfo& info() const override { return info_; }

  void hold(bool held) {
    const std::lock_guard lock(mutex_);
    held_ = held;
    changed_.notify_all();
  }
  void wait_for_calls(std::size_t calls) {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, kLong, [&] { return sizes_.size() >= calls; }));
  }
  std::vector<std::size_t> sizes() {
    const std::lock_guard lock(mutex_);
    return sizes_;
  }
  std::atomic<bool> failing = false;

 private:
  ports::DetectorInfo info_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::size_t> sizes_;  // asks of each call
  bool held_ = false;
};

const Candidate kGoods{1, {0.1, 0.2, 0.2, 0.3}};
const Candidate kPerson{2, {0.6, 0.2, 0.2, 0.3}};

using Words = std::vector<Recognition>;

struct Asked {
  DetectTask task;
  std::future<Words> words;
};

Asked asked(std::vector<Candidate> candidates, FramePtr picture = frame()) {
  auto promise = std::make_shared<std::promise<Words>>();
  Asked out;
  out.words = promise->get_future();
  out.task = {std::move(picture), std::move(candidates),
              [promise](const Words& words) { promise->set_value(words); }};
  return out;
}

Words words_of(Asked& asked) {
  if (asked.words.wait_for(kLong) == std::future_status::ready) return asked.words.get();
  ADD_FAILURE() << "no answer";
  return {};
}

class Queue : public testing::Test {
 protected:
  // Something is being asked and stays so until hold(false): what comes now waits.
  void busy() {
    detector_->hold(true);
    ASSERT_TRUE(queue_->submit(asked({kGoods}).task));
    detector_->wait_for_calls(1);
  }
  std::shared_ptr<FakeDetector> detector_ = std::make_shared<FakeDetector>();
  std::unique_ptr<DetectQueue> queue_ = std::make_unique<DetectQueue>(detector_);
};

TEST_F(Queue, AnswersEachCandidateInItsOrder) {
  Asked one = asked({kPerson, kGoods, kPerson});
  ASSERT_TRUE(queue_->submit(std::move(one.task)));
  const Words words = words_of(one);
  ASSERT_EQ(words.size(), 3U);
  EXPECT_EQ(words[0].kind, Recognised::ignored);
  EXPECT_EQ(words[1].kind, Recognised::violation);
  EXPECT_EQ(words[1].label, "goods");
  EXPECT_EQ(words[2].kind, Recognised::ignored);
}

TEST_F(Queue, AsksForAllCamerasThatWaitInOneCall) {
  busy();
  Asked a = asked({kGoods, kPerson}), b = asked({kPerson}, frame(96, 64)), c = asked({kGoods});
  for (Asked* each : {&a, &b, &c}) ASSERT_TRUE(queue_->submit(std::move(each->task)));
  detector_->hold(false);
  EXPECT_EQ(words_of(a)[1].kind, Recognised::ignored);
  EXPECT_EQ(words_of(b)[0].kind, Recognised::ignored);
  EXPECT_EQ(words_of(c)[0].kind, Recognised::violation);
  EXPECT_EQ(detector_->sizes(), (std::vector<std::size_t>{1, 4}));
}

TEST_F(Queue, KeepsACallToABatch) {
  busy();
  std::vector<Asked> all;
  for (int i = 0; i < 10; ++i) {
    all.push_back(asked({kGoods}));
    ASSERT_TRUE(queue_->submit(std::move(all.back().task)));
  }
  detector_->hold(false);
  for (Asked& each : all) EXPECT_EQ(words_of(each).size(), 1U);
  EXPECT_EQ(detector_->sizes(), (std::vector<std::size_t>{1, 8, 2}));
}

TEST_F(Queue, AFailedRunIsNoWordOnAnyOfThem) {
  detector_->failing = true;
  Asked one = asked({kGoods, kPerson});
  ASSERT_TRUE(queue_->submit(std::move(one.task)));
  for (const auto& word : words_of(one)) EXPECT_EQ(word.kind, Recognised::unavailable);
  EXPECT_EQ(queue_->counts().failed, 2U);
}

TEST_F(Queue, AnUnreadablePictureHarmsNoOther) {
  busy();
  FramePtr broken(av_frame_alloc(), [](AVFrame* f) { av_frame_free(&f); });
  broken->format = AV_PIX_FMT_VAAPI;  // of a graphics card: no bytes to read
  broken->width = broken->height = 64;
  Asked bad = asked({kGoods}, broken), good = asked({kPerson});
  ASSERT_TRUE(queue_->submit(std::move(bad.task)));
  ASSERT_TRUE(queue_->submit(std::move(good.task)));
  detector_->hold(false);
  EXPECT_EQ(words_of(bad)[0].kind, Recognised::unavailable);
  EXPECT_EQ(words_of(good)[0].kind, Recognised::ignored);
}

TEST_F(Queue, RefusesWhatIsTooManyAndDropsWhatWaitsWhenItEnds) {
  busy();
  std::vector<Asked> waiting;
  for (std::size_t i = 0; i < DetectQueue::kMostWaiting; ++i) {
    waiting.push_back(asked({kGoods}));
    ASSERT_TRUE(queue_->submit(std::move(waiting.back().task)));
  }
  EXPECT_FALSE(queue_->submit(asked({kGoods}).task));
  EXPECT_EQ(queue_->counts().refused, 1U);
  // Ends while the first call still runs: that one is answered, what waits never is.
  std::thread ending([this] { queue_.reset(); });
  EXPECT_THROW(waiting.back().words.get(), std::future_error);  // dropped with its promise
  detector_->hold(false);
  ending.join();
  EXPECT_EQ(detector_->sizes(), (std::vector<std::size_t>{1}));
}

TEST(AskNow, IsTheSameWithoutAQueue) {
  FakeDetector detector;
  const Words words = ask_now(detector, *frame(), {kGoods, kPerson});
  ASSERT_EQ(words.size(), 2U);
  EXPECT_EQ(words[0].kind, Recognised::violation);
  EXPECT_EQ(words[1].kind, Recognised::ignored);
}

}  // namespace
}  // namespace xunjie::watch
