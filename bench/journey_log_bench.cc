// An event log of 10 M events in no order: put in order, what follows what, variants. Cases of 4 to 30 events along a
// process of 24 activities with loops and skips, so that there are many variants; events shuffled over all cases.
#include <algorithm>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/executor.h"
#include "base/random.h"
#include "journey/log/directly_follows.h"
#include "journey/log/shown_graph.h"
#include "journey/log/sorted_log.h"
#include "journey/log/variants.h"

namespace weir::journey {
namespace {

constexpr std::uint32_t kActivities = 24;

struct Columns {
  std::vector<CaseId> case_of;
  std::vector<ActivityId> activity_of;
  std::vector<Micros> at;
  std::uint32_t cases = 0;
};

Columns Shuffled(std::size_t events) {
  RandomStream random(1, "journey log");
  Columns columns;
  struct Event {
    CaseId of;
    ActivityId activity;
    Micros at;
  };
  std::vector<Event> all;
  all.reserve(events + 64);
  while (all.size() < events) {
    Micros now = random.Integer(0, 1'000'000'000'000);
    ActivityId activity = 0;
    for (int step = 0; step < 60 && activity < kActivities; ++step) {
      all.push_back({.of = columns.cases, .activity = activity, .at = now});
      now += random.Integer(1'000'000, 100'000'000'000);
      const double way = random.Uniform();
      if (way > .06) {
        activity += way > .9 ? 3U : 1U;
      } else if (activity > 1) {
        activity -= 2;
      }
    }
    ++columns.cases;
  }
  for (std::size_t i = all.size(); i > 1; --i) {
    std::swap(all[i - 1], all[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(i) - 1))]);
  }
  for (const Event& event : all) {
    columns.case_of.push_back(event.of);
    columns.activity_of.push_back(event.activity);
    columns.at.push_back(event.at);
  }
  return columns;
}

const Columns& TenMillion() {
  static const Columns columns = Shuffled(10'000'000);
  return columns;
}

Result<SortedLog> SortedColumns(const Columns& columns) {
  return Sorted(columns.case_of, columns.activity_of, columns.at, columns.cases, kActivities, Executor(0));
}

void FromUnsorted(benchmark::State& state) {
  const Columns& columns = TenMillion();
  for (auto _ : state) {
    const auto log = SortedColumns(columns);
    const auto graph = DirectlyFollowsOf(*log, Executor(0));
    const auto variants = VariantsOf(*log, Executor(0));
    state.counters["variants"] = static_cast<double>(variants->size());
    state.counters["arcs"] = static_cast<double>(graph->arcs.size());
  }
  state.counters["events"] = static_cast<double>(columns.at.size());
  state.counters["cases"] = columns.cases;
}

void SortAlone(benchmark::State& state) {
  const Columns& columns = TenMillion();
  for (auto _ : state) benchmark::DoNotOptimize(SortedColumns(columns));
}

void Resident(benchmark::State& state) {
  const auto log = SortedColumns(TenMillion());
  for (auto _ : state) {
    benchmark::DoNotOptimize(DirectlyFollowsOf(*log, Executor(0)));
    benchmark::DoNotOptimize(VariantsOf(*log, Executor(0)));
  }
}

void ResidentFollows(benchmark::State& state) {
  const auto log = SortedColumns(TenMillion());
  for (auto _ : state) benchmark::DoNotOptimize(DirectlyFollowsOf(*log, Executor(0)));
}

void ResidentTimes(benchmark::State& state) {
  const auto log = SortedColumns(TenMillion());
  const auto graph = DirectlyFollowsOf(*log, Executor(0));
  for (auto _ : state) benchmark::DoNotOptimize(TimesOf(*log, *graph, Executor(0)));
}

// A move of a slider: the map of half the activities and a fifth of the arcs.
void ResidentSlider(benchmark::State& state) {
  const auto log = SortedColumns(TenMillion());
  const auto variants = VariantsOf(*log, Executor(0));
  const auto times = VariantTimesOf(*log, *variants);
  const ShownShares shares{.activities = .5, .paths = .2};
  for (auto _ : state) benchmark::DoNotOptimize(ShownGraphOf(*variants, *times, shares, Executor(0)));
}

BENCHMARK(FromUnsorted)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(SortAlone)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(Resident)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(ResidentFollows)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(ResidentTimes)->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK(ResidentSlider)->Unit(benchmark::kMillisecond)->UseRealTime();

}  // namespace
}  // namespace weir::journey
