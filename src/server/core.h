// The parts every command that touches the data folder needs, wired once: store, blobs, rules,
// registry, accounts and the use cases of a case. Constructed in the order of need, destroyed in
// reverse.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "app/accounts.h"
#include "app/camera_acts.h"
#include "app/camera_health.h"
#include "app/case_commands.h"
#include "app/reference_data.h"
#include "app/registry.h"
#include "base/result.h"
#include "ports/blob_store.h"
#include "ports/evidence_ledger.h"
#include "ports/store.h"
#include "server/system_clock.h"

namespace xunjie::server {

// Loads the rules from `folder`, or from beside the program when it is empty.
Result<app::ReferenceData> load_reference(const std::filesystem::path& folder,
                                          const std::string& overrides);

struct Core {
  SystemClock clock;
  app::ReferenceData reference;
  std::unique_ptr<ports::Store> store;
  std::unique_ptr<ports::EvidenceLedger> ledger;
  std::unique_ptr<ports::BlobStore> blobs;
  app::CameraHealthBook health;
  app::CameraActs acts;
  app::Registry registry;
  app::Accounts accounts;
  app::CaseCommands commands;

  Core(app::ReferenceData rules, std::unique_ptr<ports::Store> open_store,
       std::unique_ptr<ports::BlobStore> open_blobs);
  Core(const Core&) = delete;
  Core& operator=(const Core&) = delete;
};

// Makes the folder when missing and takes the writer's lock.
Result<std::unique_ptr<Core>> open_core(const std::filesystem::path& data,
                                        app::ReferenceData rules);

}  // namespace xunjie::server
