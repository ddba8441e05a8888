// New records join those that are linked: 10,000 at a time are added to an index of a million made-up people (one in
// five has a second record with errors). Bar: 2 s. `index_s` is what the index itself takes after the full run
// (`link_s`, the bare cost of doing it all anew each time); `as_full_f1` is how far the clusters at the end are those
// of a full run over the same records, by pairs of records, and `f1` against the truth of both. WEIR_BENCH_PEOPLE sets
// another number.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <span>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/executor.h"
#include "base/result.h"
#include "identity/link_index.h"
#include "identity/spec.h"
#include "identity/test_records.h"

namespace weir::identity {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kAtOnce = 10'000;
constexpr std::size_t kTimes = 3;

double SecondsSince(Clock::time_point began) { return std::chrono::duration<double>(Clock::now() - began).count(); }

Table RowsOf(const Table& table, std::size_t begin, std::size_t end) {
  Table rows;
  rows.rows = rows.second_begins = end - begin;
  for (const TextColumn& column : table.columns) {
    rows.columns.emplace_back(column.name());
    for (std::size_t row = begin; row < end; ++row) rows.columns.back().Add(column.At(row));
  }
  return rows;
}

double PairsWithin(std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> sizes) {
  double pairs = 0;
  for (const auto& [key, count] : sizes) pairs += static_cast<double>(count) * static_cast<double>(count - 1) / 2;
  return pairs;
}

double F1Of(std::span<const std::uint32_t> a, std::span<const std::uint32_t> b) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> of_a;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> of_b;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint64_t> both;
  for (std::size_t i = 0; i < a.size(); ++i) {
    ++of_a[{a[i], 0}];
    ++of_b[{b[i], 0}];
    ++both[{a[i], b[i]}];
  }
  return 2 * PairsWithin(std::move(both)) / (PairsWithin(std::move(of_a)) + PairsWithin(std::move(of_b)));
}

LinkResult FullRun(const Table& table, const Executor& executor) {
  Result<LinkResult> linked = Link(table, ChooseSpec(table, executor), {}, executor, {});
  WEIR_CHECK(linked.has_value());
  return *std::move(linked);
}

void AddTenThousand(benchmark::State& state) {
  const char* const asked = std::getenv("WEIR_BENCH_PEOPLE");
  const std::size_t before = asked == nullptr ? 1'000'000 : static_cast<std::size_t>(std::atoll(asked));
  const Executor executor;
  const People people = MakePeople(before + kTimes * kAtOnce, 1);
  auto began = Clock::now();
  LinkResult linked = FullRun(RowsOf(people.table, 0, before), executor);
  state.counters["link_s"] = SecondsSince(began);
  began = Clock::now();
  Result<LinkIndex> index = LinkIndex::Make(std::move(linked), {}, executor);
  WEIR_CHECK(index.has_value());
  state.counters["index_s"] = SecondsSince(began);
  std::size_t from = before;
  double slowest = 0;
  for (auto _ : state) {
    state.PauseTiming();
    const Table rows = RowsOf(people.table, from, from + kAtOnce);
    from += kAtOnce;
    state.ResumeTiming();
    began = Clock::now();
    const Result<AddedRecords> added = index->Add(rows, {}, executor, {});
    slowest = std::max(slowest, SecondsSince(began));
    WEIR_CHECK(added.has_value());
  }
  state.counters["slowest_s"] = slowest;
  const LinkResult full = FullRun(RowsOf(people.table, 0, from), executor);
  const std::span<const std::uint32_t> truth = std::span(people.persons).first(from);
  state.counters["as_full_f1"] = F1Of(index->clusters(), full.clusters);
  state.counters["f1"] = F1Of(index->clusters(), truth);
  state.counters["full_f1"] = F1Of(full.clusters, truth);
}
BENCHMARK(AddTenThousand)->Iterations(kTimes)->Unit(benchmark::kMillisecond)->MeasureProcessCPUTime()->UseRealTime();

}  // namespace
}  // namespace weir::identity
