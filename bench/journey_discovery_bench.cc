// Models of a log of 200,000 cases in some thousand variants: the inductive miner without and with noise, the
// heuristics miner, and the net of each. Cases go along a process of 24 activities with loops and skips.
#include <cstdint>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/random.h"
#include "journey/discovery/heuristics_miner.h"
#include "journey/discovery/inductive_miner.h"
#include "journey/log/variants.h"
#include "journey/model/tree_to_net.h"

namespace weir::journey {
namespace {

constexpr std::uint32_t kActivities = 24;

const Variants& Log() {
  static const Variants log = [] {
    RandomStream random(1, "journey discovery");
    std::vector<std::vector<ActivityId>> runs;
    for (int i = 0; i < 200'000; ++i) {
      auto& run = runs.emplace_back();
      std::uint32_t activity = 0;
      for (int step = 0; step < 60 && activity < kActivities; ++step) {
        run.push_back(activity);
        const double way = random.Uniform();
        if (way > .03) {
          activity += way > .95 ? 3U : 1U;
        } else if (activity > 1) {
          activity -= 2;
        }
      }
    }
    return VariantsOfRuns(runs, std::vector<std::uint32_t>(runs.size(), 1), kActivities);
  }();
  return log;
}

void Inductive(benchmark::State& state) {
  const Variants& log = Log();
  const double noise = static_cast<double>(state.range(0)) / 100;
  for (auto _ : state) {
    const auto model = MineInductive(log, {.noise = noise, .ranks = {}});
    WEIR_CHECK(model.has_value());
    benchmark::DoNotOptimize(NetOf(model->tree));
  }
  state.counters["variants"] = static_cast<double>(log.size());
}
BENCHMARK(Inductive)->Arg(0)->Arg(20)->Unit(benchmark::kMillisecond);

void Heuristics(benchmark::State& state) {
  const Variants& log = Log();
  for (auto _ : state) {
    const auto causal = MineHeuristics(log);
    WEIR_CHECK(causal.has_value());
    benchmark::DoNotOptimize(NetOf(*causal));
  }
  state.counters["variants"] = static_cast<double>(log.size());
}
BENCHMARK(Heuristics)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace weir::journey

BENCHMARK_MAIN();
