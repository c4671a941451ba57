#include "watch/vehicle/car_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <utility>

#include "watch/evidence.h"
#include "watch/picture.h"
#include "watch/vehicle/appearance.h"
#include "watch/vehicle/picture_parts.h"

extern "C" {
#include <libavcodec/packet.h>
#include <libavutil/frame.h>
}

namespace xunjie::watch::vehicle {
namespace {

using ports::CameraState;

constexpr double kMovesMps = 0.5;
constexpr std::size_t kDecodedKept = 256;  // a codec's delay is far below
constexpr Micros kUndecodableFor = seconds(15);
constexpr Micros kClipBack = seconds(4);  // of the ring, kept with a picture worth keeping

DistanceClockOptions clock_options(const ports::CarTrack& track) {
  DistanceClockOptions out;
  out.every_m = track.look_every_m;
  return out;
}

}  // namespace

CarRun::CarRun(ports::CameraConfig camera, const Shared& shared)
    : camera_(std::move(camera)),
      shared_(shared),
      source_(camera_, shared, *this),
      health_(camera_.id, shared),
      clock_(clock_options(camera_.car->track)) {}

CarRun::~CarRun() {
  stop();
}

void CarRun::start(bool fresh) {
  {
    const std::lock_guard lock(judging_);
    load(fresh);
    TrackOptions options;
    options.clock_offset = camera_.car->track.clock_offset;
    options.filter.gps_error_m = camera_.car->track.gps_error_m;
    track_.emplace(drive_->plane(), options);
    begun_ = last_sound_ = shared_.time.now();
    // Without a detector no position is needed: nothing is judged.
    if (shared_.detect != nullptr) {
      feed_ = shared_.tracks.feed(camera_.car->track.source);
      feed_->follow(weak_from_this());
    }
  }
  source_.start();
}

void CarRun::stop() {
  if (stop_.exchange(true)) return;
  source_.stop();
  std::shared_ptr<TrackFeed> feed;  // ends outside the lock: it waits for its thread
  Items numbers;
  {
    const std::lock_guard lock(judging_);
    if (!drive_) return;  // never started
    feed = std::move(feed_);
    take_answers();
    put_out(drive_->finish(*track_), numbers);
    save();
  }
  release(numbers);
}

// --- receiving ----------------------------------------------------------------------------------

void CarRun::opened(std::uint64_t opening) {
  const std::lock_guard lock(incoming_mutex_);
  opening_ = opening;
  pending_.clear();
}

void CarRun::took(Packet packet, const StreamInfo& stream, std::uint64_t opening) {
  const std::lock_guard lock(incoming_mutex_);
  lost_.clear();
  flowing_ = true;
  stream_ = stream;
  if (shared_.detect == nullptr) return;
  pending_.push_back({packet.number, opening, packet.data->pts, packet.at, packet.key});
  if (pending_.size() > kMostPending) pending_.pop_front();
}

// Told by a judge: reporting waits for the store, and who receives must not.
void CarRun::lost(const std::string& message) {
  {
    const std::lock_guard lock(incoming_mutex_);
    lost_ = message;
    flowing_ = false;
  }
  source_.close_live();
  shared_.pool.submit(shared_from_this());
}

void CarRun::track_changed() {
  shared_.pool.submit(shared_from_this());
}

// --- judging ------------------------------------------------------------------------------------

void CarRun::judge() {
  if (stop_) return;
  const Micros begun = thread_cpu();
  Items numbers;
  double period_s = 0;
  {
    const std::lock_guard lock(judging_);
    if (stop_ || !drive_) return;
    const UtcMicros now = shared_.time.now();
    const std::uint64_t passes = drive_->passes();
    read_track(now);
    take_answers();
    look_at_due(now);
    put_out(drive_->advance(*track_, now), numbers);
    put_out(drive_->overdue(now), numbers);
    // The memory knows of an item before the centre does: after a crash nothing is found twice.
    if (!numbers.empty() || drive_->passes() != passes) save();
    if (const auto verdict = trouble(now)) health_.say(verdict->state, verdict->message, now);
    health_.keep(now);
    period_s = last_gap_.seconds();
  }
  release(numbers);
  health_.tell(period_s);
  shared_.costs.judge_us += (thread_cpu() - begun).count;
}

// Everything a second may bring is judged like what a packet or a fix brings.
void CarRun::keep() {
  shared_.pool.submit(shared_from_this());
}

void CarRun::read_track(UtcMicros now) {
  if (!feed_) return;
  auto fixes = feed_->take(fixes_taken_);
  // Onto the watcher's own time, which a stepped wall clock does not move.
  const Micros stepped = shared_.time.to_wall(now) - now;
  for (Fix& fix : fixes) fix.at = fix.at - stepped;
  track_->take(fixes, now);
}

void CarRun::look_at_due(UtcMicros now) {
  std::deque<Pending> pending;
  {
    const std::lock_guard lock(incoming_mutex_);
    std::swap(pending, pending_);
  }
  const auto ends = track_->ends();
  while (!pending.empty()) {
    const Pending& packet = pending.front();
    const bool told = ends && packet.at <= *ends;
    if (!told && now - packet.at < shared_.options.car.track_stale) break;
    const auto pose = track_->pose_at(packet.at);
    const bool moves = pose && pose->speed_mps > kMovesMps;
    clock_.stretch(shared_.pool.stretch());
    if (moves && clock_.due(packet.at, pose) && !drive_->full()) look_at(packet, *pose);
    if (!moves) decoder_.reset();  // it holds megabytes
    pending.pop_front();
  }
  const std::lock_guard lock(incoming_mutex_);
  // Another connection may have begun meanwhile: those before it are no longer in the ring.
  if (!pending.empty() && pending.front().opening == opening_)
    pending_.insert(pending_.begin(), pending.begin(), pending.end());
}

Result<FramePtr> CarRun::decode(const Pending& packet) {
  StreamInfo stream;
  {
    const std::lock_guard lock(incoming_mutex_);
    if (packet.opening != opening_)
      return make_error(ErrorCode::unavailable, "another connection has begun");
    stream = stream_;
  }
  if (!decoder_ || decoder_opening_ != packet.opening) {
    XUNJIE_TRY(decoder, Decoder::open(stream));
    decoder_.emplace(std::move(decoder));
    decoder_opening_ = packet.opening;
    decoded_.clear();
  }
  const auto run = source_.ring().run_to(decoder_->position(), packet.number);
  for (const Packet& one : run)
    decoded_.push_back({one.number, packet.opening, one.data->pts, one.at, one.key});
  while (decoded_.size() > kDecodedKept) decoded_.pop_front();
  return decoder_->decode_run(run);
}

// A decoder may be some pictures behind; at 10 m/s a tenth of a second is a metre.
UtcMicros CarRun::shown_at(const AVFrame& frame, const Pending& packet) const {
  const auto at = std::find_if(decoded_.rbegin(), decoded_.rend(),
                               [&](const Pending& known) { return known.pts == frame.pts; });
  return at == decoded_.rend() ? packet.at : at->at;
}

void CarRun::look_at(const Pending& packet, const Pose& pose) {
  const Micros begun = thread_cpu();
  const auto frame = decode(packet);
  shared_.costs.decode_us += (thread_cpu() - begun).count;
  const UtcMicros at = frame.ok() ? shown_at(**frame, packet) : packet.at;
  const Look small = frame.ok() ? watch::look_at(**frame, at) : Look{};
  if (small.grid.width == 0) {
    ++shared_.costs.undecodable;
    undecodable_ = packet.at - last_sound_ > kUndecodableFor;
    return;
  }
  undecodable_ = false;
  last_sound_ = packet.at;
  clock_.looked(packet.at, pose);
  if (last_look_ && at <= *last_look_) return;
  if (last_look_) {
    last_gap_ = at - *last_look_;
    shared_.costs.note_gap(last_gap_);
  }
  last_look_ = at;
  ++shared_.costs.looks;
  const Verdict verdict = guards_.judge(small, pose);
  health_.looked(verdict, at, [&] { return thumbnail_of(**frame, camera_.zones); });
  const double aspect = static_cast<double>((*frame)->width) / (*frame)->height;
  const bool sound = verdict.state == CameraState::ok;
  const std::uint64_t look = drive_->expect({at, aspect, sound, {}}, shared_.time.now());
  if (sound) ask(*frame, look, at);
}

// --- what the detector says ---------------------------------------------------------------------

void CarRun::ask(const FramePtr& frame, std::uint64_t look, UtcMicros at) {
  DetectTask task;
  task.frame = frame;
  task.parts = parts_of(static_cast<double>(frame->width) / frame->height, shared_.detect->info());
  task.seen = [weak = weak_from_this(), look, frame, at,
               offset = source_.said_offset()](auto boxes) {
    const auto self = weak.lock();
    if (!self) return;
    {
      const std::lock_guard lock(self->incoming_mutex_);
      self->answers_.push_back({look, frame, at, offset, std::move(boxes)});
    }
    self->shared_.pool.submit(self);
  };
  // Full: nobody looks at this picture, and it proves nothing.
  if (!shared_.detect->submit(std::move(task))) drive_->answer(look, std::nullopt);
}

void CarRun::take_answers() {
  std::vector<Answer> answers;
  {
    const std::lock_guard lock(incoming_mutex_);
    std::swap(answers, answers_);
  }
  for (const Answer& answer : answers) take(answer);
}

void CarRun::take(const Answer& answer) {
  const cv::Mat bgr = answer.boxes ? bgr_of(*answer.frame) : cv::Mat();
  if (bgr.empty()) return drive_->answer(answer.look, std::nullopt);
  const double aspect = static_cast<double>(bgr.cols) / bgr.rows;
  const auto& info = shared_.detect->info();
  auto detections = put_together(info, parts_of(aspect, info), *answer.boxes);
  const cv::Scalar cast = cast_of(bgr);
  for (Detection& d : detections) d.appearance = appearance_of(bgr, d.box, cast);
  const auto pose = track_->pose_at(answer.at);
  const auto view = pose ? View::of(camera_.car->mounting, *pose, aspect) : std::nullopt;
  if (drive_->worth_keeping(detections, view)) keep_evidence(answer, view);
  drive_->answer(answer.look, std::move(detections));
}

void CarRun::keep_evidence(const Answer& answer, const std::optional<View>& view) {
  Still still;
  still.at = answer.at;
  still.clock_offset = answer.clock_offset;
  still.frame = answer.frame;
  auto picture =
      picture_item(still, camera_.zones, domain::PictureRole::now, std::nullopt, shared_.time);
  if (picture) drive_->shelf().add({answer.at, std::move(*picture), view});
  StreamInfo stream;
  std::uint64_t opening = 0;
  {
    const std::lock_guard lock(incoming_mutex_);
    stream = stream_;
    opening = opening_;
  }
  const auto& options = shared_.options.watch;
  drive_->shelf().add(source_.ring().clip_from(answer.at - kClipBack, options.clip_bytes), stream,
                      opening);
}

// --- what goes out ------------------------------------------------------------------------------

void CarRun::put_out(std::vector<SpoolItem> items, Items& numbers) {
  for (SpoolItem& item : items) {
    const bool raised = item.kind == SpoolItem::Kind::raised;
    const auto finding = item.raised.id;
    const auto number = shared_.spool.add(std::move(item));
    if (number.ok()) {
      last_item_ = *number;
      numbers.push_back(*number);
      continue;
    }
    spdlog::error("watch: camera {}: {}", camera_.id.value, number.error().message);
    if (raised) drive_->retract(finding);
  }
}

void CarRun::release(const Items& numbers) {
  for (const std::uint64_t number : numbers) shared_.spool.release(number);
}

Result<void> CarRun::request_look(const ports::LookRequest& request) {
  const auto& zones = camera_.zones;
  const bool zone = std::any_of(zones.begin(), zones.end(),
                                [&](const auto& one) { return one.id == request.zone; });
  if (!zone) {
    return make_error(ErrorCode::not_found,
                      "camera " + camera_.id.value + " has no zone " + request.zone.value, "zone");
  }
  const std::lock_guard lock(judging_);
  return drive_->ask(request, shared_.time.now());
}

bool CarRun::dismiss(const domain::FindingId& finding) {
  const std::lock_guard lock(judging_);
  if (!drive_->dismiss(finding)) return false;
  save();
  return true;
}

bool CarRun::adopt(const ports::CameraConfig& changed) {
  if (!changed.car) return false;
  ports::CameraConfig same = changed;
  same.car->frontages = camera_.car->frontages;
  if (!(same == camera_)) return false;
  const std::lock_guard lock(judging_);
  drive_->set_frontages(changed.car->frontages);
  camera_.car->frontages = changed.car->frontages;
  return true;
}

void CarRun::limit_ring(std::size_t bytes) {
  source_.ring().limit(bytes);
  const std::lock_guard lock(judging_);
  drive_->shelf().limit(bytes);
}

CameraReport CarRun::report() {
  CameraReport out{.id = camera_.id, .ring_bytes = source_.ring().held_bytes()};
  out.clock_offset = source_.said_offset();
  const std::lock_guard lock(judging_);
  out.period = last_gap_;
  if (last_look_) out.since_look = shared_.time.now() - *last_look_;
  return out;
}

}  // namespace xunjie::watch::vehicle
