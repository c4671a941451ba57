#include "http/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include <map>

namespace xunjie::http {
namespace {

const prometheus::Histogram::BucketBoundaries kSeconds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1,
                                                       0.25,  0.5,    1,     2.5,  5,     10};

}  // namespace

struct Metrics::Impl {
  prometheus::Registry registry;
  prometheus::Family<prometheus::Counter>& requests = prometheus::BuildCounter()
                                                          .Name("xunjie_http_requests_total")
                                                          .Help("Requests answered")
                                                          .Register(registry);
  prometheus::Family<prometheus::Histogram>& times =
      prometheus::BuildHistogram()
          .Name("xunjie_http_request_seconds")
          .Help("Time from the complete request to its answer")
          .Register(registry);
};

Metrics::Metrics() : impl_(std::make_unique<Impl>()) {}
Metrics::~Metrics() = default;

void Metrics::observe(std::string_view method, std::string_view route, int status, double seconds) {
  const std::string where(route.empty() ? std::string_view("other") : route);
  impl_->requests
      .Add({{"method", std::string(method)}, {"route", where}, {"status", std::to_string(status)}})
      .Increment();
  impl_->times.Add({{"route", where}}, kSeconds).Observe(seconds);
}

std::string Metrics::text(const std::vector<GaugeReading>& gauges) const {
  auto families = impl_->registry.Collect();
  std::map<std::string, prometheus::MetricFamily> read;
  for (const GaugeReading& gauge : gauges) {
    prometheus::MetricFamily& family = read[gauge.name];
    family.name = gauge.name;
    family.help = gauge.help;
    family.type = prometheus::MetricType::Gauge;
    prometheus::ClientMetric metric;
    for (const auto& [name, value] : gauge.labels) metric.label.push_back({name, value});
    metric.gauge.value = gauge.value;
    family.metric.push_back(std::move(metric));
  }
  for (auto& [name, family] : read) families.push_back(std::move(family));
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace xunjie::http
