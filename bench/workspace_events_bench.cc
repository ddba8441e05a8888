// One large file of events (WEIR_BENCH_MB, by default 100) all the way into the canonical table `activity`, against the
// store's own reading of the file into a typed table. `canonical_ratio` and `canonical_cpu_ratio` are of import and
// build until that table stands, and should be at most 3; `whole_` of the whole build, with everything that rests on
// activities.
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "compared_import.h"
#include "events_file.h"
#include "workspace/workspace.h"

namespace weir::workspace {
namespace {

namespace fs = std::filesystem;
using bench::Cost;
using bench::Need;

struct Run {
  Cost canonical;
  Cost whole;
};

Run ImportAndBuild() {
  const fs::path home = fs::temp_directory_path() / "weir-events-bench";
  fs::remove_all(home);
  const std::unique_ptr<Workspace> workspace = Need(
      Workspace::Open({.home = home, .access = Access::kWrite, .create = true, .memory_limit = bench::kMemoryLimit}));
  ImportRequest request;
  request.inputs.push_back({.path = bench::EventsFile(), .descriptor = -1, .name = "weir-activity.csv"});
  request.mapping = "generic/activity";
  // Progress speaks when a step begins: the table stands when the next one does.
  bool is_in_table = false;
  std::optional<Cost> canonical;
  const bench::Meter meter;
  const auto note = [&](const Phrase& stage, double /*fraction*/) {
    if (is_in_table && !canonical) canonical = meter.Read();
    is_in_table = is_in_table || stage.text == "building the model: activity";
  };
  // Tables that rest on activities may want more memory than the import is held to: the figure that has a target is
  // taken.
  const auto imported = workspace->Import(request, analysis::Principal::LocalOwner(), note, {});
  if (!imported) std::fprintf(stderr, "the whole was not built: %s\n", imported.error().ToString().c_str());
  if (!canonical) std::abort();
  return {.canonical = *canonical, .whole = meter.Read()};
}

void Events(benchmark::State& state) {
  std::vector<Cost> theirs;
  std::vector<Cost> canonical;
  std::vector<Cost> whole;
  for (auto _ : state) {
    theirs.push_back(bench::StoreAlone(bench::EventsFile()));
    const Run run = ImportAndBuild();
    canonical.push_back(run.canonical);
    whole.push_back(run.whole);
    state.SetIterationTime(run.canonical.seconds);
  }
  state.counters["store_s"] = bench::Best(theirs, &Cost::seconds);
  bench::CountRatios(state, "canonical_", canonical, theirs);
  bench::CountRatios(state, "whole_", whole, theirs);
  state.counters["peak_mb"] = bench::PeakMegabytes();
}

BENCHMARK(Events)->UseManualTime()->Unit(benchmark::kMillisecond)->Iterations(1);

}  // namespace
}  // namespace weir::workspace
