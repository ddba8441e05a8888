// The inductive miner on 5,000 invented variants of some forty steps, and the layout of a map of 100 activities. Aims:
// a model within 200 ms, a picture within 50 ms.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdint>
#include <vector>

#include "base/random.h"
#include "journey/discovery/heuristics_miner.h"
#include "journey/discovery/inductive_miner.h"
#include "journey/log/variants.h"
#include "math/layered_layout.h"

namespace {

constexpr std::uint32_t kActivities = 24;

weir::journey::Variants Invented() {
  std::vector<std::vector<weir::journey::ActivityId>> runs;
  std::vector<std::uint32_t> cases;
  weir::RandomStream random(1, "bench");
  for (int variant = 0; variant < 5'000; ++variant) {
    std::vector<weir::journey::ActivityId>& run = runs.emplace_back();
    // Forward on the whole, with skips, repeats and now and then a step back.
    for (std::int64_t at = 0; at < kActivities && run.size() < 80;) {
      run.push_back(static_cast<weir::journey::ActivityId>(at));
      if (random.Chance(.3)) run.push_back(static_cast<weir::journey::ActivityId>(at));
      at = std::max<std::int64_t>(0, at + (random.Chance(.2) ? -random.Integer(1, 4) : random.Integer(1, 2)));
    }
    cases.push_back(static_cast<std::uint32_t>(random.Integer(1, 50)));
  }
  return weir::journey::VariantsOfRuns(runs, cases, kActivities);
}

void InductiveMiner(benchmark::State& state) {
  const weir::journey::Variants variants = Invented();
  for (auto _ : state) {
    const auto model = weir::journey::MineInductive(variants, {.noise = static_cast<double>(state.range(0)) / 10});
    benchmark::DoNotOptimize(model->tree.children.size());
  }
}
BENCHMARK(InductiveMiner)->Arg(0)->Arg(2)->Unit(benchmark::kMillisecond);

void HeuristicsMiner(benchmark::State& state) {
  const weir::journey::Variants variants = Invented();
  for (auto _ : state) {
    const auto causal = weir::journey::MineHeuristics(variants);
    benchmark::DoNotOptimize(weir::journey::NetOf(*causal).places);
  }
}
BENCHMARK(HeuristicsMiner)->Unit(benchmark::kMillisecond);

void MapLayout(benchmark::State& state) {
  const auto nodes = state.range(0);
  weir::RandomStream random(1, "bench");
  std::vector<weir::math::LayoutArc> arcs;
  for (std::int64_t arc = 0; arc < nodes * 5 / 2; ++arc) {
    const std::int64_t from = random.Integer(0, nodes - 1);
    const bool is_near = random.Chance(.9);
    const std::int64_t to = is_near ? std::min(nodes - 1, from + random.Integer(1, 8)) : random.Integer(0, nodes - 1);
    arcs.push_back({static_cast<std::uint32_t>(from), static_cast<std::uint32_t>(to), 1, {30, 14}});
  }
  const std::vector<weir::math::Size> sizes(static_cast<std::size_t>(nodes), {100, 40});
  for (auto _ : state) {
    const auto layout = weir::math::LayeredLayout(sizes, arcs);
    state.counters["crossings"] = static_cast<double>(layout->crossings);
  }
}
BENCHMARK(MapLayout)->Arg(30)->Arg(100)->Arg(200)->Unit(benchmark::kMillisecond);

}  // namespace
