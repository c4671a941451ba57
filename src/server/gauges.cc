#include "server/gauges.h"

#include <string>

#include "store/open.h"

namespace xunjie::server {
namespace {

constexpr int kPage = 200;

using Gauges = std::vector<http::GaugeReading>;

void read_writer(const ports::Store& store, Gauges& gauges) {
  const store::WriterStats stats = store::writer_stats(store);
  const auto add = [&](const char* name, const char* help, std::int64_t value) {
    gauges.push_back({name, help, {}, static_cast<double>(value)});
  };
  add("xunjie_store_requests", "Write requests answered since the start", stats.requests);
  add("xunjie_store_transactions", "Transactions committed since the start", stats.transactions);
  add("xunjie_store_refused", "Write requests refused because the queue was full", stats.refused);
}

std::size_t count_effects(ports::Store& store, const std::string& status) {
  std::size_t count = 0;
  ports::Page page{kPage, ""};
  while (count < kEffectsCounted) {
    const auto found = store.list_effects(status, page);
    if (!found) break;
    count += found->items.size();
    if (found->next_cursor.empty()) break;
    page.cursor = found->next_cursor;
  }
  return count;
}

void read_outbox(ports::Store& store, Gauges& gauges) {
  for (const char* status : {"pending", "leased", "parked"}) {
    gauges.push_back({"xunjie_outbox_effects",
                      "Requests to the outside by status (counted up to 2000)",
                      {{"status", status}},
                      static_cast<double>(count_effects(store, status))});
  }
}

void read_cameras(Core& core, Gauges& gauges) {
  const auto snapshot = core.registry.snapshot();
  for (const auto& [id, camera] : snapshot->cameras) {
    const auto health = core.health.find(id);
    const std::string state = health ? std::string(ports::name_of(health->state)) : "unknown";
    gauges.push_back({"xunjie_camera_state",
                      "1 for the state a camera is in",
                      {{"camera", id.value}, {"state", state}},
                      1});
    if (!health) continue;
    gauges.push_back({"xunjie_camera_period_seconds",
                      "Effective seconds between two judgements",
                      {{"camera", id.value}},
                      health->period_s});
  }
}

}  // namespace

Gauges read_gauges(Core& core, std::size_t stream_readers) {
  Gauges gauges;
  read_writer(*core.store, gauges);
  read_outbox(*core.store, gauges);
  read_cameras(core, gauges);
  gauges.push_back(
      {"xunjie_stream_readers", "Open live streams", {}, static_cast<double>(stream_readers)});
  return gauges;
}

}  // namespace xunjie::server
