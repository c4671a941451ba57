#include "watch/camera_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "watch/clip.h"
#include "watch/item_evidence.h"
#include "watch/state_file.h"

namespace xunjie::watch {
namespace {

using ports::CameraState;
using ports::LookResult;

constexpr std::size_t kMaxAsked = 64;
constexpr int kMaxUndecided = 4;  // looks after which an undecided answer is "cannot see"
constexpr Micros kUndecodableFor = seconds(15);

std::filesystem::path state_path(const LiveOptions& options, const domain::CameraId& id) {
  return options.state_dir / "cameras" / (id.value + ".state");
}

}  // namespace

CameraRun::CameraRun(ports::CameraConfig camera, const Shared& shared)
    : camera_(std::move(camera)),
      shared_(shared),
      source_(camera_, shared, *this),
      health_(camera_.id, shared),
      clock_(shared.options.watch, Street(camera_, shared.options.watch).shortest_dwell()),
      street_(camera_, shared.options.watch),
      book_(camera_.zones.size()) {
  // All cameras of a watcher begin together; looking together for ever would make each wait for
  // all others. Any fixed number of a camera's own will do.
  clock_.stagger(static_cast<double>(std::hash<std::string>{}(camera_.id.value) % 1000) / 1000);
}

CameraRun::~CameraRun() {
  stop();
}

void CameraRun::start(bool fresh) {
  load(fresh);
  last_sound_ = last_save_ = shared_.time.now();
  source_.start();
}

void CameraRun::stop() {
  if (stop_.exchange(true)) return;
  source_.stop();
  const std::lock_guard lock(judging_);
  save();
}

bool CameraRun::misplaced() {
  const auto state = health_.state();
  return state == CameraState::moved || state == CameraState::blocked;
}

// --- receiving ----------------------------------------------------------------------------------

void CameraRun::opened(std::uint64_t) {
  const std::lock_guard lock(clock_mutex_);
  job_.reset();
}

void CameraRun::took(Packet packet, const StreamInfo& stream, std::uint64_t opening) {
  {
    const std::lock_guard lock(clock_mutex_);
    clock_.stretch(shared_.pool.stretch());
    if (!clock_.due(packet)) return;
    job_ = Job{std::move(packet), stream, opening};
  }
  shared_.pool.submit(shared_from_this());
}

// Told by a judge: reporting waits for the store, and who receives must not.
void CameraRun::lost(const std::string& message) {
  {
    const std::lock_guard lock(clock_mutex_);
    lost_ = message;
  }
  shared_.pool.submit(shared_from_this());
}

void CameraRun::report_lost(const std::string& message) {
  source_.close_live();
  health_.say(CameraState::lost, message, shared_.time.now());
  tell();
}

CameraReport CameraRun::report() {
  CameraReport out{.id = camera_.id, .ring_bytes = source_.ring().held_bytes()};
  out.clock_offset = source_.said_offset();
  const std::lock_guard lock(clock_mutex_);
  out.period = clock_.period();
  if (last_look_) out.since_look = shared_.time.now() - *last_look_;
  return out;
}

// --- judging ------------------------------------------------------------------------------------

void CameraRun::judge() {
  std::optional<Job> job;
  std::optional<std::string> lost;
  {
    const std::lock_guard lock(clock_mutex_);
    std::swap(job, job_);
    std::swap(lost, lost_);
  }
  if (stop_) return;
  if (lost) report_lost(*lost);
  if (!job) return;
  const Micros begun = thread_cpu();
  std::vector<std::uint64_t> items;
  {
    const std::lock_guard lock(judging_);
    judge_job(*job, items);
    // The memory knows of an item before the centre does: after a crash nothing is found twice.
    if (!items.empty()) save();
  }
  for (const std::uint64_t item : items) shared_.spool.release(item);
  tell();
  shared_.costs.judge_us += (thread_cpu() - begun).count;
}

// A decoder holds megabytes. Only a camera whose keyframes are too far apart keeps its own, because
// it goes on where it stood; opening one for a keyframe costs little beside decoding it.
Result<FramePtr> CameraRun::decode(const Job& job) {
  if (job.packet.key) {
    decoder_.reset();
    XUNJIE_TRY(decoder, Decoder::open(job.stream));
    return decoder.decode_key(job.packet);
  }
  if (!decoder_ || decoder_opening_ != job.opening) {
    XUNJIE_TRY(decoder, Decoder::open(job.stream));
    decoder_.emplace(std::move(decoder));
    decoder_opening_ = job.opening;
  }
  return decoder_->decode_run(source_.ring().run_after(decoder_->position()));
}

void CameraRun::undecodable(const Job& job) {
  ++shared_.costs.undecodable;
  if (job.packet.at - last_sound_ < kUndecodableFor) return;
  health_.say(CameraState::lost, "收到的视频数据无法解码", job.packet.at);
}

void CameraRun::judge_job(const Job& job, std::vector<std::uint64_t>& items) {
  const Micros begun = thread_cpu();
  const auto frame = decode(job);
  shared_.costs.decode_us += (thread_cpu() - begun).count;
  if (!frame.ok()) return undecodable(job);
  const Look look = look_at(**frame, job.packet.at);
  if (look.grid.width == 0) return undecodable(job);
  last_sound_ = look.at;
  const Judgement judged = street_.judge(look);
  {
    const std::lock_guard lock(clock_mutex_);
    clock_.looked(look.at, judged.maturing || !asked_.empty(), judged.learning);
    if (last_look_) shared_.costs.note_gap(look.at - *last_look_);
    last_look_ = look.at;
  }
  ++shared_.costs.looks;
  auto still = std::make_shared<Still>();
  still->at = look.at;
  still->clock_offset = job.packet.clock_offset;
  still->stream = job.stream;
  if (job.packet.key)
    still->key = job.packet;
  else
    still->frame = *frame;
  const bool sound = judged.verdict.state == CameraState::ok;
  if (sound) book_.add(still, judged.quiet_zones);
  note_events(judged, still, items);
  ask(judged, *frame, still, items);
  if (sound && !judged.learning) answer_looks(judged, still, items);
  health_.looked(judged.verdict, look.at, [&] { return thumbnail_of(**frame, camera_.zones); });
}

void CameraRun::note_events(const Judgement& judged, const StillPtr& still,
                            std::vector<std::uint64_t>& items) {
  for (const auto& event : judged.cleared) {
    SpoolItem item{.kind = SpoolItem::Kind::cleared, .camera = camera_.id};
    item.cleared = {.id = event.id, .camera = camera_.id, .at = shared_.time.to_wall(event.at)};
    add_picture(item, domain::PictureRole::now, still, std::nullopt);
    spool(std::move(item), items);
    spdlog::info("watch: camera {}: {} is gone", camera_.id.value, event.id.value);
  }
  for (const auto& event : judged.raised) note_raised(event, still, items);
}

void CameraRun::note_raised(const RaisedEvent& event, const StillPtr& still,
                            std::vector<std::uint64_t>& items) {
  spool(raised_item(event, still), items);
  spdlog::info("watch: camera {}: {} ({}) found in zone {}", camera_.id.value, event.id.value,
               event.label, camera_.zones[event.zone].id.value);
}

std::uint64_t CameraRun::spool(SpoolItem item, std::vector<std::uint64_t>& items) {
  const auto number = shared_.spool.add(std::move(item));
  if (!number.ok()) {
    spdlog::error("watch: camera {}: {}", camera_.id.value, number.error().message);
    return 0;
  }
  last_item_ = *number;
  items.push_back(*number);
  return *number;
}

SpoolItem CameraRun::raised_item(const RaisedEvent& event, const StillPtr& still) {
  SpoolItem item{.kind = SpoolItem::Kind::raised, .camera = camera_.id};
  item.raised = {.id = event.id,
                 .camera = camera_.id,
                 .zone = camera_.zones[event.zone].id,
                 .violation = event.violation,
                 .since = shared_.time.to_wall(event.since),
                 .at = shared_.time.to_wall(event.at),
                 .box = event.box,
                 .label = event.label,
                 .score = event.score};
  add_picture(item, domain::PictureRole::before, book_.before(event.zone, event.begun),
              std::nullopt);
  add_picture(item, domain::PictureRole::arrival, book_.arrival(event.zone, event.since),
              event.box);
  add_picture(item, domain::PictureRole::now, still, event.box);
  add_clip(item, *still);
  return item;
}

void CameraRun::add_clip(SpoolItem& item, const Still& still) {
  const auto& options = shared_.options.watch;
  const auto kept = source_.ring().clip_from(still.at - options.pre_roll, options.clip_bytes);
  const auto packets = within(kept, options.clip_longest);
  auto clip = clip_item(still.stream, packets, camera_.zones, shared_.time);
  if (clip.ok()) {
    item.clip = std::move(*clip);
  } else {
    spdlog::warn("watch: camera {}: no clip: {}", camera_.id.value, clip.error().message);
  }
}

void CameraRun::add_picture(SpoolItem& item, domain::PictureRole role, const StillPtr& still,
                            const std::optional<domain::PictureBox>& box) {
  if (!still) return;
  auto picture = picture_item(*still, camera_.zones, role, box, shared_.time);
  if (picture) item.pictures.push_back(std::move(*picture));
}

// --- asked looks --------------------------------------------------------------------------------

Result<void> CameraRun::request_look(const ports::LookRequest& request) {
  if (!street_.zone_index(request.zone)) {
    return make_error(ErrorCode::not_found,
                      "camera " + camera_.id.value + " has no zone " + request.zone.value, "zone");
  }
  const std::lock_guard lock(judging_);
  const auto same = [&](const Asked& asked) { return asked.request.id == request.id; };
  if (std::any_of(asked_.begin(), asked_.end(), same)) return {};
  if (asked_.size() >= kMaxAsked)
    return make_error(ErrorCode::unavailable, "too many looks are asked of this camera");
  asked_.push_back({request, shared_.time.now(), 0});
  const std::lock_guard clock_lock(clock_mutex_);
  clock_.soon();
  return {};
}

void CameraRun::answer_looks(const Judgement& judged, const StillPtr& still,
                             std::vector<std::uint64_t>& items) {
  static_cast<void>(judged);
  std::erase_if(asked_, [&](Asked& asked) {
    const auto zone = street_.zone_index(asked.request.zone);
    const auto result = street_.look_result(*zone, asked.request.finding);
    if (!result && ++asked.looks < kMaxUndecided) return false;
    answer(asked, result.value_or(LookResult::cannot_see), still->at, still, items);
    return true;
  });
}

void CameraRun::answer(const Asked& asked, LookResult result, UtcMicros at, const StillPtr& still,
                       std::vector<std::uint64_t>& items) {
  SpoolItem item{.kind = SpoolItem::Kind::looked, .camera = camera_.id};
  item.looked = {.id = asked.request.id, .result = result, .at = shared_.time.to_wall(at)};
  std::optional<domain::PictureBox> box;
  if (result == LookResult::occupied) box = street_.box_of(asked.request.finding);
  add_picture(item, domain::PictureRole::recheck, still, box);
  spool(std::move(item), items);
}

bool CameraRun::dismiss(const domain::FindingId& finding) {
  const std::lock_guard lock(judging_);
  if (!street_.dismiss(finding)) return false;
  save();
  return true;
}

// --- keeping ------------------------------------------------------------------------------------

void CameraRun::keep() {
  std::vector<std::uint64_t> items;
  {
    const std::lock_guard lock(judging_);
    const UtcMicros now = shared_.time.now();
    std::erase_if(asked_, [&](const Asked& asked) {
      if (now - asked.since < shared_.options.look_patience) return false;
      answer(asked, LookResult::cannot_see, now, nullptr, items);
      return true;
    });
    health_.keep(now);
    if (!items.empty() || now - last_save_ >= shared_.options.save_period) save();
  }
  for (const std::uint64_t item : items) shared_.spool.release(item);
  tell();
}

void CameraRun::tell() {
  double period_s = 0;
  {
    const std::lock_guard lock(clock_mutex_);
    period_s = clock_.period().seconds() + shared_.pool.wait_s();
  }
  health_.tell(period_s);
}

void CameraRun::load(bool fresh) {
  const auto path = state_path(shared_.options, camera_.id);
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  auto loaded = load_memory(path, shared_.time.now());
  if (!loaded.ok()) {
    if (loaded.error().code != ErrorCode::not_found) {
      spdlog::warn("watch: camera {}: {}; learning the street anew", camera_.id.value,
                   loaded.error().message);
    }
    shared_.spool.settle(camera_.id, UINT64_MAX);
    return;
  }
  last_item_ = loaded->last_item;
  shared_.spool.settle(camera_.id, last_item_);
  if (fresh) return;
  // Zones are found again by id; findings of zones that are gone are no longer ours.
  std::erase_if(loaded->street.open, [&](OpenFinding& finding) {
    if (finding.zone >= loaded->zones.size()) return true;
    const auto zone = street_.zone_index(loaded->zones[finding.zone]);
    if (zone) finding.zone = *zone;
    return !zone;
  });
  for (std::size_t i = 0; i < loaded->before.size(); ++i) {
    const auto zone = street_.zone_index(loaded->zones[i]);
    if (zone && !loaded->before[i].jpeg.empty()) {
      book_.set_before(*zone, std::make_shared<Still>(std::move(loaded->before[i])));
    }
  }
  if (!street_.restore(std::move(loaded->street))) {
    spdlog::warn("watch: camera {}: saved memory does not fit; learning the street anew",
                 camera_.id.value);
  }
}

void CameraRun::save() {
  auto street = street_.save();
  if (!street) return;
  CameraMemory memory{.street = std::move(*street), .last_item = last_item_};
  const UtcMicros now = shared_.time.now();
  for (std::size_t i = 0; i < camera_.zones.size(); ++i) {
    memory.zones.push_back(camera_.zones[i].id);
    Still kept;
    if (const StillPtr before = book_.to_keep(i)) {
      if (before->jpeg.empty()) {
        if (auto original = original_of(*before, camera_.zones); original.ok()) {
          kept.at = before->at;
          kept.clock_offset = before->clock_offset;
          kept.jpeg = std::move(*original);
          book_.set_before(i, std::make_shared<Still>(kept));
        }
      } else {
        kept = *before;
      }
    }
    memory.before.push_back(std::move(kept));
  }
  last_save_ = now;
  const auto saved = save_memory(state_path(shared_.options, camera_.id), memory);
  if (!saved.ok())
    spdlog::error("watch: camera {}: {} ({})", camera_.id.value, saved.error().message,
                  saved.error().detail);
}

}  // namespace xunjie::watch
