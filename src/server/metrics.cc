#include "server/metrics.h"

#include <algorithm>
#include <iterator>

#include <fmt/format.h>

namespace weir::server {
namespace {

constexpr std::array<std::string_view, 5> kMethods{"GET", "HEAD", "POST", "DELETE", "OPTIONS"};

void Describe(std::string& text, std::string_view name, std::string_view help, std::string_view type) {
  fmt::format_to(std::back_inserter(text), "# HELP {} {}\n# TYPE {} {}\n", name, help, name, type);
}

}  // namespace

void Metrics::CountRequest(std::string_view route, std::string_view method, int status, double seconds) {
  const bool is_known = std::ranges::find(kMethods, method) != kMethods.end();
  const auto bucket = static_cast<std::size_t>(std::ranges::lower_bound(kBounds, seconds) - kBounds.begin());
  const std::lock_guard lock(mutex_);
  ++requests_[{std::string(route), std::string(is_known ? method : "other"), status}];
  auto found = seconds_.find(route);
  if (found == seconds_.end()) found = seconds_.emplace(route, Histogram{}).first;
  ++found->second.counts.at(bucket);
  found->second.sum += seconds;
}

void Metrics::CountRefusal(int status) {
  const std::lock_guard lock(mutex_);
  ++refusals_[status];
}

std::string Metrics::Text(const std::vector<Gauge>& gauges) const {
  std::string text;
  const auto out = std::back_inserter(text);
  {
    const std::lock_guard lock(mutex_);
    Describe(text, "weir_http_requests_total", "Requests answered, by route, method and status.", "counter");
    for (const auto& [key, count] : requests_) {
      const auto& [route, method, status] = key;
      fmt::format_to(out, "weir_http_requests_total{{route=\"{}\",method=\"{}\",status=\"{}\"}} {}\n", route, method,
                     status, count);
    }
    Describe(text, "weir_http_refused_total", "Requests refused before their route was known, by status.", "counter");
    for (const auto& [status, count] : refusals_) {
      fmt::format_to(out, "weir_http_refused_total{{status=\"{}\"}} {}\n", status, count);
    }
    Describe(text, "weir_http_request_seconds", "Time from the end of the head to the end of the answer.", "histogram");
    for (const auto& [route, histogram] : seconds_) {
      std::uint64_t below = 0;
      for (std::size_t i = 0; i < kBounds.size(); ++i) {
        below += histogram.counts.at(i);
        fmt::format_to(out, "weir_http_request_seconds_bucket{{route=\"{}\",le=\"{}\"}} {}\n", route, kBounds.at(i),
                       below);
      }
      below += histogram.counts.back();
      fmt::format_to(out, "weir_http_request_seconds_bucket{{route=\"{}\",le=\"+Inf\"}} {}\n", route, below);
      fmt::format_to(out, "weir_http_request_seconds_sum{{route=\"{}\"}} {}\n", route, histogram.sum);
      fmt::format_to(out, "weir_http_request_seconds_count{{route=\"{}\"}} {}\n", route, below);
    }
  }
  const auto one = [&](std::string_view name, std::string_view help, std::string_view type, auto value) {
    Describe(text, name, help, type);
    fmt::format_to(out, "{} {}\n", name, value);
  };
  one("weir_http_connections", "Connections that are open.", "gauge", open_connections.load());
  one("weir_http_connections_accepted_total", "Connections taken.", "counter", accepted_connections.load());
  one("weir_http_connections_refused_total", "Connections over the limit.", "counter", refused_connections.load());
  one("weir_http_sent_bytes_total", "Bytes of answers sent.", "counter", sent_bytes.load());
  std::string_view last;
  for (const Gauge& gauge : gauges) {
    if (gauge.name != last) Describe(text, gauge.name, gauge.help, gauge.type);
    last = gauge.name;
    fmt::format_to(out, "{}{} {}\n", gauge.name, gauge.labels, gauge.value);
  }
  return text;
}

}  // namespace weir::server
