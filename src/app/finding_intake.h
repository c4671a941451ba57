// From what the watcher saw to a case. A raised finding is matched to a shop (zone first, else
// distance and frontage) and becomes a case, or one more sighting of the case that is open for the
// same place and kind. Repeating a finding id for ever changes nothing.
//
// Thread-safe; called from the watcher's threads. When the store is away the error goes back and
// the watcher keeps the finding.
#pragma once

#include "app/camera_health.h"
#include "app/case_commands.h"
#include "app/copy_desk.h"
#include "app/registry.h"
#include "ports/watching.h"

namespace xunjie::app {

class FindingIntake final : public ports::FindingSink {
 public:
  FindingIntake(ports::Store& store, const ports::Clock& clock, const ReferenceData& reference,
                const Registry& registry, CaseCommands& commands, CameraHealthBook& health);
  // From now on copies of a finding's pictures are made as soon as its case is there.
  void prepare_copies_with(CopyDesk& copies) { copies_ = &copies; }

  Result<void> raised(const ports::RaisedFinding& finding) override;
  Result<void> cleared(const ports::ClearedFinding& finding) override;
  void health(const ports::CameraHealth& health) override;
  Result<void> looked(const ports::LookAnswer& answer) override;

 private:
  Result<domain::Sighting> sighting_of(const ports::RaisedFinding& finding) const;
  void place_by_zone(const ports::Zone& zone, const RegistrySnapshot& registry,
                     domain::Sighting& sighting) const;
  static void place_on_ground(const ports::GroundPlace& place, const ports::Zone& zone,
                              const RegistrySnapshot& registry, domain::Sighting& sighting);
  void seal(std::vector<domain::Picture>& pictures) const;
  void prepare_copies(const std::vector<domain::Picture>& pictures) const;
  Result<void> settle(const domain::Sighting& sighting);
  Result<domain::CaseId> relapse(const domain::Sighting& sighting) const;

  ports::Store& store_;
  const ports::Clock& clock_;
  const ReferenceData& reference_;
  const Registry& registry_;
  CaseCommands& commands_;
  CameraHealthBook& health_;
  CopyDesk* copies_ = nullptr;
};

}  // namespace xunjie::app
