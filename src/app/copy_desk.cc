#include "app/copy_desk.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <iterator>

namespace xunjie::app {
namespace {

constexpr std::array<std::size_t, 3> kQueueMax{256, 64, 16};
constexpr std::size_t kFailedMax = 256;
constexpr int kThumbnailWidth = 320;

std::size_t index_of(CopyDesk::Lane lane) {
  return static_cast<std::size_t>(lane);
}

// An original that cannot be read will not become readable.
bool is_final(ErrorCode code) {
  return code == ErrorCode::corrupt || code == ErrorCode::too_large || code == ErrorCode::not_found;
}

}  // namespace

CopyDesk::CopyDesk(ports::EvidenceLedger& ledger, ports::BlobStore& blobs,
                   ports::Redactor& redactor)
    : ledger_(ledger), blobs_(blobs), redactor_(redactor) {}

std::string CopyDesk::recipe_of(const Order& order) const {
  constexpr std::array<const char*, 3> names{"picture", "camera", "clip"};
  std::string recipe = names[index_of(order.lane)];
  if (order.thumbnail) recipe += "-thumbnail";
  recipe += "/" + redactor_.version();
  if (order.box) {
    std::array<char, 96> text{};
    std::snprintf(text.data(), text.size(), "/%.5f,%.5f,%.5f,%.5f", order.box->x, order.box->y,
                  order.box->w, order.box->h);
    recipe += text.data();
  }
  return recipe;
}

Result<std::optional<domain::BlobId>> CopyDesk::stored(const Order& order) {
  XUNJIE_TRY(copy, ledger_.find_copy(order.original, recipe_of(order)));
  if (copy && !blobs_.size_of(*copy).ok()) return std::optional<domain::BlobId>();
  return copy;
}

bool CopyDesk::enqueue(const std::string& key, const Order& order) {
  if (under_way_.contains(key)) return true;
  auto& queue = queues_[index_of(order.lane)].waiting;
  if (queue.size() >= kQueueMax[index_of(order.lane)]) return false;
  queue.emplace_back(key, order);
  under_way_.insert(key);
  changed_.notify_all();
  return true;
}

Result<std::optional<domain::BlobId>> CopyDesk::find(const Order& order) {
  XUNJIE_TRY(ready, stored(order));
  if (ready) return ready;
  const std::string key = order.original.value + recipe_of(order);
  {
    std::unique_lock lock(mutex_);
    if (const auto failure = failed_.find(key); failure != failed_.end()) return failure->second;
    if (!enqueue(key, order))
      return make_error(ErrorCode::unavailable, "正在生成的对外副本过多，请稍后再试");
    // Somebody looks at this one; what is made ahead of need can wait.
    auto& waiting = queues_[index_of(order.lane)].waiting;
    const auto at = std::find_if(waiting.begin(), waiting.end(),
                                 [&](const auto& one) { return one.first == key; });
    if (at != waiting.end()) std::rotate(waiting.begin(), at, std::next(at));
    if (order.lane == Lane::clips || waiters_ >= kWaitersMax)
      return std::optional<domain::BlobId>();
    ++waiters_;
    changed_.wait_for(lock, std::chrono::microseconds(kPatience.count),
                      [&] { return !under_way_.contains(key); });
    --waiters_;
    if (const auto failure = failed_.find(key); failure != failed_.end()) return failure->second;
  }
  return stored(order);
}

void CopyDesk::prepare(const Order& order) {
  const auto ready = stored(order);
  if (!ready.ok() || *ready) return;
  const std::lock_guard lock(mutex_);
  enqueue(order.original.value + recipe_of(order), order);
}

Result<domain::BlobId> CopyDesk::make_full(const Order& order) {
  XUNJIE_TRY(original, blobs_.get(order.original));
  Result<std::vector<std::byte>> copy = make_error(ErrorCode::internal, {});
  if (order.lane == Lane::clips) {
    ports::ClipRecipe recipe;
    recipe.box = order.box;
    copy = redactor_.clip(original, recipe);
  } else {
    ports::PictureRecipe recipe;
    recipe.box = order.box;
    recipe.quick = order.lane == Lane::camera_pictures;
    copy = redactor_.picture(original, recipe);
  }
  if (!copy.ok()) return copy.error();
  XUNJIE_TRY(id, blobs_.put(*copy));
  XUNJIE_TRY_VOID(ledger_.put_copy(order.original, recipe_of(order), id));
  return id;
}

// A thumbnail is made of the full copy, so that heads are looked for once.
Result<domain::BlobId> CopyDesk::make(const Order& order) {
  if (!order.thumbnail) return make_full(order);
  Order full = order;
  full.thumbnail = false;
  XUNJIE_TRY(present, stored(full));
  std::optional<domain::BlobId> base = present;
  if (!base) {
    XUNJIE_TRY(made, make_full(full));
    base = made;
  }
  XUNJIE_TRY(copy, blobs_.get(*base));
  XUNJIE_TRY(small, redactor_.thumbnail(copy, kThumbnailWidth));
  XUNJIE_TRY(id, blobs_.put(small));
  XUNJIE_TRY_VOID(ledger_.put_copy(order.original, recipe_of(order), id));
  return id;
}

bool CopyDesk::step(Lane lane) {
  std::pair<std::string, Order> next;
  {
    const std::lock_guard lock(mutex_);
    auto& queue = queues_[index_of(lane)].waiting;
    if (queue.empty()) return false;
    next = std::move(queue.front());
    queue.pop_front();
  }
  const auto made = make(next.second);
  const std::lock_guard lock(mutex_);
  if (!made.ok() && is_final(made.error().code)) {
    if (failed_.size() >= kFailedMax) failed_.clear();
    failed_.insert_or_assign(next.first, made.error());
  }
  under_way_.erase(next.first);
  changed_.notify_all();
  return true;
}

void CopyDesk::run(Lane lane, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    if (step(lane)) continue;
    std::unique_lock lock(mutex_);
    changed_.wait(lock, stop, [&] { return !queues_[index_of(lane)].waiting.empty(); });
  }
}

}  // namespace xunjie::app
