// The part of CameraRun that asks the detector about candidates and takes its word.
#include "watch/camera_run.h"

namespace xunjie::watch {

// Called while judging. What the queue refuses is answered here as unavailable, so that it is asked
// again at the next looks and in the end decided by the zone's rule alone.
void CameraRun::ask(const Judgement& judged, const FramePtr& frame, const StillPtr& still,
                    std::vector<std::uint64_t>& items) {
  if (judged.candidates.empty()) return;
  DetectTask task;
  task.frame = frame;
  task.candidates = judged.candidates;
  task.done = [weak = weak_from_this(), candidates = judged.candidates,
               still](const std::vector<Recognition>& words) {
    if (const auto self = weak.lock()) self->recognised(candidates, words, still);
  };
  if (shared_.detect != nullptr && shared_.detect->submit(std::move(task))) return;
  for (const auto& candidate : judged.candidates) {
    if (const auto event = street_.answer(candidate.number, {}, still->at))
      note_raised(*event, still, items);
  }
}

// On the queue's thread, with no lock held.
void CameraRun::recognised(const std::vector<Candidate>& candidates,
                           const std::vector<Recognition>& words, const StillPtr& still) {
  std::vector<std::uint64_t> items;
  {
    const std::lock_guard lock(judging_);
    if (stop_) return;
    for (std::size_t i = 0; i < candidates.size(); ++i) {
      if (const auto event = street_.answer(candidates[i].number, words[i], still->at))
        note_raised(*event, still, items);
    }
    if (!items.empty()) save();
  }
  for (const std::uint64_t item : items) shared_.spool.release(item);
}

}  // namespace xunjie::watch
