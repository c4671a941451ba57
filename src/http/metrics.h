// What /metrics tells: requests by route and status with their times, and gauges read when asked.
// Thread-safe.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace xunjie::http {

struct GaugeReading {
  std::string name;  // "xunjie_outbox_effects"
  std::string help;
  std::vector<std::pair<std::string, std::string>> labels;
  double value = 0;
};

class Metrics {
 public:
  Metrics();
  ~Metrics();

  // `route` is the pattern, never the address: labels are bounded and hold no secret.
  void observe(std::string_view method, std::string_view route, int status, double seconds);
  // Prometheus text format, with `gauges` as read now.
  [[nodiscard]] std::string text(const std::vector<GaugeReading>& gauges) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace xunjie::http
