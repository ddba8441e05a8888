// A large company with known truth: 10 million events written as exports. It should take at most 2 GiB of memory and 5
// minutes on 2 cores. The bare cost is that of writing as many bytes (`written_MB`). WEIR_SIMULATE_ACCOUNTS sets
// another size.
#include <sys/resource.h>

#include <cstdlib>
#include <filesystem>

#include <benchmark/benchmark.h>

#include "simulate/simulate.h"

namespace weir::simulate {
namespace {

namespace fs = std::filesystem;

int Accounts() {
  const char* set = std::getenv("WEIR_SIMULATE_ACCOUNTS");
  return set == nullptr ? 48'000 : std::atoi(set);
}

double MebibytesIn(const fs::path& folder) {
  std::uintmax_t bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) bytes += entry.file_size();
  }
  return static_cast<double>(bytes) / (1 << 20);
}

// Of this process, from its start on.
double PeakMebibytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

void Company(benchmark::State& state) {
  SimulateParams params;
  params.directory = fs::temp_directory_path() / "weir-simulate-bench";
  params.accounts = Accounts();
  for (auto _ : state) {
    fs::remove_all(params.directory);
    const auto summary = Simulate(params);
    if (!summary) {
      state.SkipWithError(summary.error().ToString().c_str());
      return;
    }
    state.counters["events"] = static_cast<double>(summary->events);
    state.counters["rows"] = static_cast<double>(summary->rows);
    state.counters["people"] = static_cast<double>(summary->members);
    state.counters["peak_MB"] = PeakMebibytes();
    state.counters["written_MB"] = MebibytesIn(params.directory);
  }
  fs::remove_all(params.directory);
}

BENCHMARK(Company)->Iterations(1)->Unit(benchmark::kSecond)->UseRealTime();

}  // namespace
}  // namespace weir::simulate
