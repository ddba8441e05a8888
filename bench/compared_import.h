// What an import costs, and what the store's own reading of the same file into a typed table costs.
#pragma once

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "events_file.h"
#include "store/database.h"

namespace weir::bench {

struct Cost {
  double seconds = 0;
  double cpu_seconds = 0;
};

// From the moment that it is made.
class Meter {
 public:
  Cost Read() const {
    return {std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count(),
            static_cast<double>(std::clock() - cpu_) / CLOCKS_PER_SEC};
  }

 private:
  std::chrono::steady_clock::time_point start_ = std::chrono::steady_clock::now();
  std::clock_t cpu_ = std::clock();
};

Cost CostOf(const auto& run) {
  const Meter meter;
  run();
  return meter.Read();
}

// Of this process, from its start on.
inline double PeakMegabytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

template <typename T>
T Need(Result<T> result) {
  if (result) return std::move(*result);
  fmt::print(stderr, "{}\n", result.error().ToString());
  std::abort();
}
inline void Need(const Status& status) {
  if (status) return;
  fmt::print(stderr, "{}\n", status.error().ToString());
  std::abort();
}

// Of this process, empty, and gone with it.
inline std::filesystem::path NewStore() {
  struct Scratch {
    std::filesystem::path path =
        std::filesystem::temp_directory_path() / fmt::format("weir-bench-{}.duckdb", ::getpid());
    Scratch() = default;
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() { Remove(); }
    void Remove() const {
      std::error_code ignored;
      std::filesystem::remove(path, ignored);
      std::filesystem::remove(path.string() + ".wal", ignored);
    }
  };
  static const Scratch scratch;
  scratch.Remove();
  return scratch.path;
}

// Memory of both as in a small server, so that neither wins by holding the file.
constexpr const char* kMemoryLimit = "1200MiB";

inline store::OpenOptions StoreOptions() {
  store::OpenOptions options;
  options.external_access = true;
  options.memory_limit = kMemoryLimit;
  return options;
}

// As whoever calls the library by itself finds it: it packs texts harder than Weir asks it to.
inline store::Connection PlainConnection(const store::Database& database) {
  store::Connection connection = Need(database.Connect());
  Need(connection.Execute("SET GLOBAL disabled_compression_methods = ''"));
  return connection;
}

inline Cost StoreAlone(const std::filesystem::path& file) {
  const store::Database database = Need(store::Database::Open(NewStore(), StoreOptions()));
  store::Connection connection = PlainConnection(database);
  return CostOf([&] {
    Need(connection.Execute(fmt::format("CREATE TABLE t AS SELECT * FROM read_csv({}, types = {})",
                                        store::QuoteText(file.string()), kEventTypes)));
  });
}

inline double Best(const std::vector<Cost>& costs, double Cost::* part) {
  return std::ranges::min(costs, {}, part).*part;
}

// The counters `name`ratio and `name`cpu_ratio.
inline void CountRatios(benchmark::State& state, const std::string& name, const std::vector<Cost>& ours,
                        const std::vector<Cost>& theirs) {
  state.counters[name + "ratio"] = Best(ours, &Cost::seconds) / Best(theirs, &Cost::seconds);
  state.counters[name + "cpu_ratio"] = Best(ours, &Cost::cpu_seconds) / Best(theirs, &Cost::cpu_seconds);
}

}  // namespace weir::bench
