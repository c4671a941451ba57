// The JSON that screens get for a case (api/openapi.yaml: CaseSummary, CaseDetail). Internal to
// app.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "app/principal.h"
#include "app/reference_data.h"
#include "app/registry.h"
#include "base/result.h"
#include "domain/loop.h"
#include "ports/store.h"

namespace xunjie::app {

struct SeenEvent {
  std::uint32_t sequence = 0;
  domain::Event event;
  std::string hash;  // empty: not committed yet
};

Result<std::vector<SeenEvent>> seen_events(ports::Store& store, const domain::CaseId& id);

std::string masked_phone(const std::string& phone);  // "138****1234"

std::string blob_url(const domain::BlobId& blob, const domain::CaseId& id);
boost::json::value time_or_null(const std::optional<UtcMicros>& time);
inline boost::json::string json_text(std::string_view text) {
  return boost::json::string(text.data(), text.size());
}
boost::json::value text_or_null(const std::string& text);

// Builds answers of one request: one registry snapshot, one "now", names looked up once.
class CaseViews {
 public:
  CaseViews(ports::Store& store, const ReferenceData& reference, const Registry& registry,
            UtcMicros now);

  boost::json::object summary(const domain::Case& current) const;
  // Summary plus pictures, clip and allowed commands: what the review screen needs of each case.
  boost::json::object review_item(const Principal& reader, const domain::Case& current,
                                  const std::vector<SeenEvent>& events, const domain::Rules& rules);
  boost::json::object detail(const Principal& reader, const domain::Case& current,
                             const std::vector<SeenEvent>& events, const domain::Rules& rules);
  boost::json::object event(const domain::CaseId& id, const SeenEvent& seen);

 private:
  boost::json::array pictures(const domain::Case& current,
                              const std::vector<SeenEvent>& events) const;
  boost::json::array reminders(const Principal& reader, const domain::Case& current);
  boost::json::array allowed(const Principal& reader, const domain::Case& current,
                             const domain::Rules& rules) const;
  boost::json::object actor(const domain::Actor& who);
  std::string user_name(const domain::UserId& user);

  ports::Store& store_;
  const ReferenceData& reference_;
  std::shared_ptr<const RegistrySnapshot> registry_;
  UtcMicros now_;
  std::map<domain::UserId, std::string> names_;
};

}  // namespace xunjie::app
