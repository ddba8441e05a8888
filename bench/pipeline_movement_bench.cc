// The parts by which the pipeline changed between two moments, over a million states of 250,000 deals: 40 % of them in
// a currency whose rate changes daily, and a period in which deals are to close. Aim: under 300 ms.
#include <benchmark/benchmark.h>

#include <vector>

#include "base/random.h"
#include "pipeline/movement.h"
#include "pipeline/movement_story.h"

namespace {

using weir::pipeline::Rate;
using weir::pipeline::Standing;
using weir::pipeline::Window;
using weir::pipeline::testing::State;
using weir::pipeline::testing::States;

constexpr std::int64_t kDay = 86'400'000'000;
constexpr Window kYear{.start = 365 * kDay,
                       .end = 730 * kDay,
                       .start_day = 365,
                       .end_day = 730,
                       .has_period = true,
                       .first_close_day = 365,
                       .last_close_day = 900};

const States& Million() {
  static const States* states = [] {
    std::vector<State> made;
    made.reserve(1'000'000);
    for (std::int32_t deal = 0; deal < 250'000; ++deal) {
      weir::RandomStream random(1, "bench", static_cast<std::uint64_t>(deal));
      State state{.deal = deal,
                  .since = random.Integer(0, 700) * kDay,
                  .amount = random.Integer(100'000, 5'000'000'000),
                  .close_day = static_cast<std::int32_t>(random.Integer(300, 1000)),
                  .currency = static_cast<std::uint16_t>(random.Chance(.4) ? 1 : 0)};
      for (int version = 0; version < 4; ++version) {
        made.push_back(state);
        state.since += random.Integer(1, 60) * kDay;
        if (random.Chance(.5)) state.amount = random.Integer(100'000, 5'000'000'000);
        if (random.Chance(.5)) state.close_day += static_cast<std::int32_t>(random.Integer(-30, 90));
        if (version == 2) state.standing = static_cast<Standing>(random.Integer(0, 2));
      }
    }
    return new States(made, kYear);
  }();
  return *states;
}

void MillionStates(benchmark::State& state) {
  std::vector<Rate> rates{{0, -100'000, 100'000, 1'000'000'000}};
  for (std::int32_t day = 0; day < 1500; ++day) rates.push_back({1, day, day + 1, 900'000'000 + day * 1'371});
  const States& states = Million();
  for (auto _ : state) {
    const auto movement = weir::pipeline::MovementOf(states.columns(), states.scope(), rates, kYear);
    state.counters["parts"] = static_cast<double>(movement.parts.size());
    benchmark::DoNotOptimize(movement.totals.front().end);
  }
}
BENCHMARK(MillionStates)->Unit(benchmark::kMillisecond);

}  // namespace
