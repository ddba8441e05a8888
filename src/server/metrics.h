// Counts what the server does, for /metrics in the text form of Prometheus. Labels come from fixed lists only (routes,
// methods of HTTP, statuses), so that no request can make the page grow. Safe from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

namespace weir::server {

// A figure that is read when it is asked for.
struct Gauge {
  std::string_view name;
  std::string_view help;
  std::string labels;  // "{state=\"running\"}" or empty
  double value = 0;
  std::string_view type = "gauge";
};

class Metrics {
 public:
  void CountRequest(std::string_view route, std::string_view method, int status, double seconds);
  // A request that was refused before its route was known.
  void CountRefusal(int status);

  std::atomic<std::int64_t> open_connections = 0;
  std::atomic<std::uint64_t> accepted_connections = 0;
  std::atomic<std::uint64_t> refused_connections = 0;
  std::atomic<std::uint64_t> sent_bytes = 0;

  std::string Text(const std::vector<Gauge>& gauges) const;

 private:
  static constexpr std::array<double, 12> kBounds{0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 5};
  struct Histogram {
    std::array<std::uint64_t, kBounds.size() + 1> counts{};
    double sum = 0;
  };

  mutable std::mutex mutex_;
  std::map<std::tuple<std::string, std::string, int>, std::uint64_t> requests_;
  std::map<std::string, Histogram, std::less<>> seconds_;
  std::map<int, std::uint64_t> refusals_;
};

}  // namespace weir::server
