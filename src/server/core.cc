#include "server/core.h"

#include "server/places.h"
#include "store/open.h"

namespace xunjie::server {

Result<app::ReferenceData> load_reference(const std::filesystem::path& folder,
                                          const std::string& overrides) {
  if (!folder.empty()) return app::load_reference_data(folder, overrides);
  XUNJIE_TRY(violations, find_beside_program("data/violations.json"));
  return app::load_reference_data(violations.parent_path(), overrides);
}

Core::Core(app::ReferenceData rules, std::unique_ptr<ports::Store> open_store,
           std::unique_ptr<ports::BlobStore> open_blobs)
    : reference(std::move(rules)),
      store(std::move(open_store)),
      ledger(store::open_evidence_ledger(*store)),
      blobs(std::move(open_blobs)),
      health(*store),
      acts(*store, clock),
      registry(*store, clock, reference, health, acts),
      accounts(*store, clock, reference),
      commands(*store, clock, reference, registry) {}

Result<std::unique_ptr<Core>> open_core(const std::filesystem::path& data,
                                        app::ReferenceData rules) {
  std::error_code error;
  std::filesystem::create_directories(data, error);
  if (error) {
    return make_error(ErrorCode::unavailable,
                      "无法建立数据目录 " + data.string() + ":" + error.message(), "data");
  }
  XUNJIE_TRY(store, store::open_sqlite_store(data));
  XUNJIE_TRY(blobs, store::open_blob_store(data / "blobs"));
  auto core = std::make_unique<Core>(std::move(rules), std::move(store), std::move(blobs));
  XUNJIE_TRY_VOID(core->registry.load());
  return core;
}

}  // namespace xunjie::server
