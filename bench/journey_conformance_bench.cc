// Replay, alignments and precision of 2,000 variants of a net of nested choices, parallels and loops with some 200
// transitions: runs of the model, half of them with steps left out and put in. Beside other programs on published logs:
// bench/peers/mine_alignments.py.
#include <benchmark/benchmark.h>

#include "journey/conformance/alignment.h"
#include "journey/conformance/nets_for_tests.h"
#include "journey/conformance/precision.h"
#include "journey/conformance/token_replay.h"

namespace {

using weir::journey::testing::Trace;

constexpr std::uint32_t kActivities = 24;

const weir::journey::PetriNet& Net() {
  static const weir::journey::PetriNet net = weir::journey::testing::RandomBlocks(17, kActivities).Make(6);
  return net;
}

const weir::journey::Variants& Log() {
  static const weir::journey::Variants variants = [] {
    std::vector<Trace> traces;
    for (std::uint64_t run = 0; traces.size() < 2'000; ++run) {
      weir::RandomStream random(1, "bench", run);
      std::optional<Trace> trace = weir::journey::testing::PlayedOut(Net(), random);
      if (!trace || trace->size() > 80) continue;
      for (int change = 0; run % 2 == 1 && change < 3 && !trace->empty(); ++change) {
        const auto at = trace->begin() + random.Integer(0, static_cast<std::int64_t>(trace->size()) - 1);
        if (random.Chance(.5)) {
          trace->erase(at);
        } else {
          trace->insert(at, static_cast<weir::journey::ActivityId>(random.Integer(0, kActivities - 1)));
        }
      }
      traces.push_back(*std::move(trace));
    }
    return weir::journey::testing::VariantsFrom(traces, kActivities);
  }();
  return variants;
}

void Replay(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(weir::journey::Replayed(Net(), Log())->fitness);
}
BENCHMARK(Replay)->Unit(benchmark::kMillisecond);

void Align(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(weir::journey::Aligned(Net(), Log())->fitness);
}
BENCHMARK(Align)->Unit(benchmark::kMillisecond);

void Precision(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(weir::journey::PrecisionOf(Net(), Log())->precision);
}
BENCHMARK(Precision)->Unit(benchmark::kMillisecond);

}  // namespace
