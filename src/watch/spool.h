// Findings on their way to the centre, kept on disk until it has taken them.
//
// add() makes an item durable; after release() it is delivered: pictures into the BlobStore, then
// the finding to the FindingSink, in order for each camera, repeated with backoff while the other
// side is away. The sink may see an item again after a crash, under the same finding id. A few
// delivery threads of its own, so that one slow write to disk does not hold up every camera.
//
// Clips of cameras with privacy masks are made anew (ports::Redactor) before they are stored, one
// at a time; findings of other cameras go on meanwhile.
//
// Bounds: `bytes` of evidence on disk and 10,000 items; 4 unmasked clips in memory, the next
// finding goes without one. When the evidence bound is reached new items go without their clip,
// then without pictures, so the oldest evidence is the last to go; a finding itself is only refused
// when there are too many items.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "ports/blob_store.h"
#include "ports/redactor.h"
#include "ports/watching.h"
#include "watch/bytes.h"

namespace xunjie::watch {

struct SpoolItem {
  enum class Kind : std::uint8_t { raised, cleared, looked };
  struct Picture {
    domain::PictureRole role = domain::PictureRole::other;
    UtcMicros taken_at;
    Bytes original;       // JPEG
    domain::BlobId hash;  // of it, taken when it was made
    std::optional<domain::PictureBox> box;
    std::optional<Micros> clock_offset;
  };
  struct Clip {
    Bytes bytes;          // MP4; empty: none
    domain::BlobId hash;  // of it, taken when it was made
    UtcMicros from, until;
    std::optional<Micros> clock_offset;
    // Not empty: `bytes` shows what these cover. Such a clip is never written to disk: it waits in
    // memory until its delivery has burnt them in, and is lost with the process.
    std::vector<domain::PicturePolygon> masks;
  };
  Kind kind = Kind::raised;
  ports::RaisedFinding raised;    // without pictures and clip
  ports::ClearedFinding cleared;  // id, camera, at
  ports::LookAnswer looked;       // id, result, at
  domain::CameraId camera;
  std::vector<Picture> pictures;
  Clip clip;
};

Bytes to_bytes(const SpoolItem& item);
Result<SpoolItem> item_from_bytes(std::span<const std::byte> bytes);
// One picture by itself, as it is kept before it belongs to an item. Errors: corrupt.
Bytes to_bytes(const SpoolItem::Picture& picture);
Result<SpoolItem::Picture> picture_from_bytes(std::span<const std::byte> bytes);

class Spool {
 public:
  struct Options {
    std::filesystem::path dir;
    std::size_t bytes = 512U << 20U;
    int threads = 3;
    Micros first_retry = millis(200);
    Micros last_retry = seconds(10);
    Micros clip_longest = seconds(30);  // of a clip that is made anew
    Micros mask_cost = seconds(20);     // time spent on one at most
  };
  // Reads what an earlier process left; those items wait for release_loaded().
  Spool(Options options, ports::BlobStore& blobs, ports::FindingSink& sink,
        ports::Redactor& redactor);
  ~Spool();  // stops delivery; what is left stays on disk
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;

  // Returns the item's number (rising over restarts). When the disk refuses, the item is kept in
  // memory. Errors: full (too many items).
  Result<std::uint64_t> add(SpoolItem item);
  void release(std::uint64_t number);
  // For one camera after a restart: items its saved state does not know of are dropped (the state
  // will come to the same finding again), the others are delivered.
  void settle(const domain::CameraId& camera, std::uint64_t last_known);

  [[nodiscard]] std::size_t waiting() const;

 private:
  struct Entry {
    std::uint64_t number = 0;
    domain::CameraId camera;
    bool released = false;
    bool under_way = false;  // a thread is delivering it
    std::size_t bytes = 0;
    std::optional<SpoolItem> in_memory;       // when it could not be written
    std::optional<SpoolItem::Clip> unmasked;  // waits for its masks
  };
  void load();
  void deliver_all();
  std::deque<Entry>::iterator next_to_deliver();           // with mutex_ held
  std::deque<Entry>::iterator find(std::uint64_t number);  // with mutex_ held
  Result<void> deliver(SpoolItem& item);
  Result<std::vector<domain::Picture>> store_pictures(const SpoolItem& item);
  Result<std::optional<domain::Clip>> store_clip(SpoolItem& item);
  bool burn_masks(SpoolItem& item);
  [[nodiscard]] std::ptrdiff_t unmasked_waiting() const;  // with mutex_ held
  std::optional<SpoolItem> read(const Entry& entry) const;
  void drop(std::uint64_t number);
  void fit(SpoolItem& item) const;
  [[nodiscard]] std::filesystem::path path_of(std::uint64_t number) const;

  Options options_;
  ports::BlobStore& blobs_;
  ports::FindingSink& sink_;
  ports::Redactor& redactor_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Entry> entries_;
  std::size_t bytes_ = 0;
  std::uint64_t next_ = 1;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace xunjie::watch
