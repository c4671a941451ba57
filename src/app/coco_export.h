// What people have decided about findings, as a COCO data set, so that a district trains a detector
// on its own streets.
//
// A confirmed finding becomes an annotation of its violation kind on the picture that decided, the
// sealed original without any box drawn in. A rejected finding becomes a picture without that
// annotation, which trainers take for "nothing here", and an entry in `rejected` (not COCO's own;
// its readers pass over it). What nobody has decided, and what was merged into another case, is
// left out. docs/ref/coco.md is the format's reference.
//
// Pictures leave as they were taken, with faces: whoever asks for this answers for where they go.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>

#include "app/reference_data.h"
#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/store.h"

namespace xunjie::app {

inline constexpr std::size_t kCocoPicturesMax = 50'000;  // newest first; about 30 MB of JSON

struct CocoReport {
  std::int64_t pictures = 0, confirmed = 0, rejected = 0;
  std::int64_t undecided = 0;   // cases left out because nobody has decided, or they were merged
  std::int64_t unreadable = 0;  // decided, but the deciding picture is gone, broken or no JPEG
  std::int64_t left_out = 0;    // decided, but over kCocoPicturesMax pictures
};

// Writes one file of the data set: its path inside it, and its bytes.
using WriteFile =
    std::function<Result<void>(const std::string& path, std::span<const std::byte> bytes)>;

// Hands `write` each picture once (images/<hash>.jpg) and, at the very end, annotations.json.
// Only reads the store. Errors: corrupt (a case that cannot be read), those of the store and of
// `write`.
Result<CocoReport> export_coco(ports::Store& store, ports::BlobStore& blobs,
                               const ReferenceData& reference, const WriteFile& write);

}  // namespace xunjie::app
