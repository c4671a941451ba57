// Opening the durable store: the one header of this module that others include.
//
// What lives behind it. One data directory holds everything:
//
//   DIR/store.sqlite(-wal,-shm)  events, case rows, outbox, timers, receipts, registry
//   DIR/checkpoint.key           Ed25519 private key (raw, hex, mode 0600) that signs checkpoints
//   DIR/store.lock               held by the one process that may write
//   DIR/blobs/ab/cd/<sha256>     pictures and clips
//
// Writing. There is one writer at a time. Callers queue; the one at the front becomes the leader,
// takes everybody who waits (up to `group_max`) into one transaction, commits it with one fsync
// and answers all of them. A lone caller therefore pays no hand-over and no waiting window, and a
// crowd shares its fsyncs. When `queue_max` callers already wait, the next is refused with
// `unavailable` at once.
//
// Reading. A pool of `readers` connections on WAL snapshots: readers never wait for the writer,
// only for each other when all are in use.
//
// Proof. Every event carries SHA-256 over its predecessor in the case; every `checkpoint_every`
// events, and on close, a signature over all events so far is stored. Store::check() recomputes
// all of it.
//
// Assumptions: a local file system with working fsync and flock; one writing process per directory
// (a second is refused); reading processes (`xunjie check`) may come and go.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/evidence_ledger.h"
#include "ports/store.h"

namespace xunjie::store {

struct StoreOptions {
  bool read_only = false;       // no lock, no migration, every write answers `unavailable`
  int readers = 8;              // reading connections, 1..64
  int queue_max = 1024;         // callers waiting to write; the next gets `unavailable`
  int group_max = 256;          // requests in one transaction
  int checkpoint_every = 1000;  // events between two signed checkpoints
  std::int64_t pages_max =
      0;  // 4 KiB pages the database may take; beyond it `full`; 0 = the disk's size
};

// Opens or creates DIR/store.sqlite, migrates it to the newest schema and takes the writer's lock.
// Errors: unavailable (another process writes here; the message names its pid), corrupt (not a
// store, a newer schema, a lost checkpoint key), full, internal. The store may be used from any
// thread; destroy it after the last call has returned.
Result<std::unique_ptr<ports::Store>> open_sqlite_store(const std::filesystem::path& data_dir,
                                                        const StoreOptions& options = {});

// Opens or creates the blob directory, usually DIR/blobs; removes what an earlier crash left
// half-written.
Result<std::unique_ptr<ports::BlobStore>> open_blob_store(const std::filesystem::path& dir);

// The evidence ledger of a store opened by open_sqlite_store(), which must outlive it; nullptr for
// any other.
std::unique_ptr<ports::EvidenceLedger> open_evidence_ledger(ports::Store& store);

// What the writer did since opening, for metrics and the bench.
struct WriterStats {
  std::int64_t requests = 0;      // accepted and answered, failures included
  std::int64_t transactions = 0;  // COMMITs, hence fsyncs
  std::int64_t refused = 0;       // turned away because the queue was full
};

// Of a store opened by open_sqlite_store(); zeros for any other.
WriterStats writer_stats(const ports::Store& store);

}  // namespace xunjie::store
