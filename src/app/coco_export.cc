#include "app/coco_export.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <optional>
#include <utility>

#include "app/case_records.h"
#include "app/codec.h"
#include "app/jpeg_size.h"

namespace xunjie::app {
namespace {

constexpr int kCasesPerRead = 200;

struct PictureEntry {
  std::int64_t id = 0;
  PixelSize size;
};

enum class Decision { confirmed, rejected, none };

// An objection that was upheld ends in `rejected` after a confirmation: the last word counts.
Decision decision_of(const domain::Case& current) {
  if (current.state == domain::CaseState::rejected) return Decision::rejected;
  if (current.state == domain::CaseState::merged || !current.confirmed_at) return Decision::none;
  return Decision::confirmed;
}

const domain::Picture* deciding_picture(const domain::Sighting& sighting) {
  const auto it =
      std::find_if(sighting.pictures.begin(), sighting.pictures.end(),
                   [](const auto& each) { return each.role == domain::PictureRole::now; });
  return it == sighting.pictures.end() ? nullptr : &*it;
}

// Tenths of a pixel: more would only claim what a box of cells does not know.
double tenths(double value) {
  return std::round(value * 10) / 10;
}

json::array pixels_of(const domain::PictureBox& box, const PixelSize& size) {
  const double left = std::clamp(box.x, 0.0, 1.0) * size.width;
  const double top = std::clamp(box.y, 0.0, 1.0) * size.height;
  const double right = std::clamp(box.x + box.w, 0.0, 1.0) * size.width;
  const double bottom = std::clamp(box.y + box.h, 0.0, 1.0) * size.height;
  return {tenths(left), tenths(top), tenths(right - left), tenths(bottom - top)};
}

class Builder {
 public:
  Builder(ports::Store& store, ports::BlobStore& blobs, const ReferenceData& reference,
          const WriteFile& write)
      : store_(store), blobs_(blobs), reference_(reference), write_(write) {
    for (const auto& rule : reference.violations) (void)category(rule.id);
  }

  Result<void> add(const domain::Case& current) {
    const Decision decision = decision_of(current);
    if (decision == Decision::none) {
      ++report_.undecided;
      return {};
    }
    const domain::Picture* picture = deciding_picture(current.sighting);
    if (picture == nullptr) {
      ++report_.unreadable;
      return {};
    }
    XUNJIE_TRY(entry, entry_of(*picture, current));
    if (!entry) return {};
    if (decision == Decision::confirmed) return add_annotation(current, *entry);
    return add_rejected(current, *entry);
  }

  Result<CocoReport> finish() {
    json::object all;
    all["info"] = {{"description", "Xunjie: findings decided by reviewers"}, {"version", "1"}};
    all["licenses"] = json::array();
    all["images"] = std::move(images_);
    all["annotations"] = std::move(annotations_);
    all["categories"] = std::move(categories_);
    all["rejected"] = std::move(rejected_);
    const std::string text = json::serialize(all) + "\n";
    XUNJIE_TRY_VOID(write_("annotations.json", std::as_bytes(std::span(text))));
    return report_;
  }

 private:
  std::int64_t category(const domain::ViolationKindId& kind) {
    const auto next = static_cast<std::int64_t>(kinds_.size()) + 1;
    const auto [it, added] = kinds_.try_emplace(kind.value, next);
    if (added) {
      categories_.push_back({{"id", next},
                             {"name", kind.value},
                             {"supercategory", "street"},
                             {"name_zh", reference_.violation_name(kind)}});
    }
    return it->second;
  }

  // Several findings of one look share its picture. nullopt: counted, nothing to add it to.
  Result<std::optional<PictureEntry>> entry_of(const domain::Picture& picture,
                                               const domain::Case& current) {
    const auto known = pictures_.find(picture.original.value);
    if (known != pictures_.end()) return std::optional(known->second);
    if (pictures_.size() == kCocoPicturesMax) {
      ++report_.left_out;
      return std::optional<PictureEntry>();
    }
    auto bytes = blobs_.get(picture.original);
    const bool gone = !bytes.ok() && (bytes.error().code == ErrorCode::not_found ||
                                      bytes.error().code == ErrorCode::corrupt);
    if (!bytes.ok() && !gone) return std::move(bytes).error();
    const auto size = gone ? std::nullopt : jpeg_size(*bytes);
    if (!size) {
      ++report_.unreadable;
      return std::optional<PictureEntry>();
    }
    const std::string file = "images/" + picture.original.value + ".jpg";
    XUNJIE_TRY_VOID(write_(file, *bytes));
    const PictureEntry entry{++report_.pictures, *size};
    pictures_.emplace(picture.original.value, entry);
    images_.push_back({{"id", entry.id},
                       {"file_name", file},
                       {"width", size->width},
                       {"height", size->height},
                       {"date_captured", to_rfc3339(picture.taken_at)},
                       {"camera", current.sighting.camera.value}});
    return std::optional(entry);
  }

  Result<void> add_annotation(const domain::Case& current, const PictureEntry& entry) {
    const auto box = pixels_of(current.sighting.box, entry.size);
    annotations_.push_back({{"id", ++report_.confirmed},
                            {"image_id", entry.id},
                            {"category_id", category(current.sighting.violation)},
                            {"bbox", box},
                            {"area", tenths(box[2].as_double() * box[3].as_double())},
                            {"iscrowd", 0},
                            {"segmentation", json::array()},
                            {"case", current.id.value},
                            {"label", current.sighting.label},
                            {"score", current.sighting.score}});
    return {};
  }

  Result<void> add_rejected(const domain::Case& current, const PictureEntry& entry) {
    XUNJIE_TRY(reason, reason_of(current.id));
    rejected_.push_back({{"id", ++report_.rejected},
                         {"image_id", entry.id},
                         {"category_id", category(current.sighting.violation)},
                         {"bbox", pixels_of(current.sighting.box, entry.size)},
                         {"case", current.id.value},
                         {"label", current.sighting.label},
                         {"score", current.sighting.score},
                         {"reason", reason}});
    return {};
  }

  // Why it was rejected, in the words of who did: goods that may stand there are another lesson
  // than a shadow.
  Result<std::string> reason_of(const domain::CaseId& id) {
    XUNJIE_TRY(events, store_.events_of(id));
    for (auto it = events.rbegin(); it != events.rend(); ++it) {
      XUNJIE_TRY(event, decode_event(it->payload));
      if (event.to == domain::CaseState::rejected && event.from != event.to)
        return event.facts.reason;
    }
    return std::string();
  }

  ports::Store& store_;
  ports::BlobStore& blobs_;
  const ReferenceData& reference_;
  const WriteFile& write_;
  std::map<std::string, std::int64_t> kinds_;
  std::map<std::string, PictureEntry> pictures_;  // at most kCocoPicturesMax
  json::array images_, annotations_, categories_, rejected_;
  CocoReport report_;
};

}  // namespace

Result<CocoReport> export_coco(ports::Store& store, ports::BlobStore& blobs,
                               const ReferenceData& reference, const WriteFile& write) {
  Builder builder(store, blobs, reference, write);
  ports::Page page{kCasesPerRead, {}};
  do {
    XUNJIE_TRY(cases, store.list_cases({}, page));
    for (const ports::CaseRow& row : cases.items) {
      XUNJIE_TRY(current, case_of(store, row));
      XUNJIE_TRY_VOID(builder.add(current));
    }
    page.cursor = cases.next_cursor;
  } while (!page.cursor.empty());
  return builder.finish();
}

}  // namespace xunjie::app
