// What the metric layer costs over the SQL that a person would write for the same numbers, on a million deals and as
// many leads, in memory, two threads. The time is that of compiling and running a question; `bare_ms` is the bare SQL,
// `ratio` the first over the second (the best of runs taken in turns). Aim: at most 1.2.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "metrics/query.h"
#include "metrics/scoped_story.h"

namespace {

using weir::metrics::Query;
using weir::metrics::testing::BuiltIn;
using weir::metrics::testing::Need;
using weir::metrics::testing::Story;

Story& Company() {
  static Story* story = [] {
    auto* made = new Story(2);
    made->Run(
        "INSERT INTO scoped.deal (deal_id, status, amount, amount_reporting, team_id, team, segment, channel, "
        "created_date, "
        "close_date) SELECT 'd' || i, CASE hash(i) % 3 WHEN 0 THEN 'won' WHEN 1 THEN 'lost' ELSE 'open' END, "
        "CAST(hash(i + 1) % 1000000 AS DECIMAL(18,4)), CAST(hash(i + 1) % 1000000 AS DECIMAL(18,4)), "
        "'t' || (hash(i + 2) % 20), 'Team ' || (hash(i + 2) % 20), 'S' || (hash(i + 5) % 4), 'C' || (hash(i + 6) % 8), "
        "DATE '2023-01-01' + CAST(hash(i + 3) % 1000 AS INTEGER), "
        "DATE '2023-01-01' + CAST(hash(i + 3) % 1000 + hash(i + 4) % 90 AS INTEGER) FROM range(1000000) AS t(i)");
    made->Run(
        "INSERT INTO scoped.lead (lead_id, created_date, channel, is_qualified) SELECT 'l' || i, "
        "DATE '2023-01-01' + CAST(hash(i + 3) % 1000 AS INTEGER), 'C' || (hash(i + 6) % 8), hash(i) % 4 = 0 "
        "FROM range(1000000) AS t(i)");
    return made;
  }();
  return *story;
}

double Seconds(const auto& run) {
  const auto start = std::chrono::steady_clock::now();
  run();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void Compare(benchmark::State& state, Query query, const char* bare) {
  query.as_of = *weir::ParseIsoInstant("2026-12-31T00:00:00Z");
  Story& story = Company();
  std::vector<double> ours;
  std::vector<double> theirs;
  for (auto _ : state) {
    ours.push_back(Seconds([&] {
      const auto compiled = Need(weir::metrics::Compile(*BuiltIn(), query, weir::store::DuckDbDialect()));
      benchmark::DoNotOptimize(Need(story.session().Query(compiled.sql, compiled.parameters)));
    }));
    theirs.push_back(Seconds([&] { benchmark::DoNotOptimize(Need(story.session().Query(bare))); }));
    state.SetIterationTime(ours.back());
  }
  state.counters["bare_ms"] = std::ranges::min(theirs) * 1e3;
  state.counters["ratio"] = std::ranges::min(ours) / std::ranges::min(theirs);
}

const weir::Date kFirst = weir::FromCivil({2023, 1, 1});

void WonAmount(benchmark::State& state) {
  Compare(state, {.metrics = {"won_amount"}},
          "SELECT sum(amount_reporting) FROM scoped.deal WHERE status = 'won' AND close_date <= DATE '2026-12-31'");
}

void WonAmountByMonth(benchmark::State& state) {
  Compare(state, {.metrics = {"won_amount"}, .grain = weir::metrics::Grain::kMonth, .from = kFirst},
          "SELECT date_trunc('month', close_date), sum(amount_reporting) FROM scoped.deal WHERE status = 'won' "
          "AND close_date BETWEEN DATE '2023-01-01' AND DATE '2026-12-31' GROUP BY 1 ORDER BY 1 NULLS LAST");
}

void WinRateByTeamAndMonth(benchmark::State& state) {
  Compare(state, {.metrics = {"win_rate"}, .by = {"team"}, .grain = weir::metrics::Grain::kMonth, .from = kFirst},
          "SELECT date_trunc('month', close_date), team, count(*) FILTER (WHERE status = 'won') / count(*) "
          "FROM scoped.deal WHERE status IN ('won', 'lost') "
          "AND close_date BETWEEN DATE '2023-01-01' AND DATE '2026-12-31' GROUP BY 1, 2 ORDER BY 1 NULLS LAST, 2 NULLS "
          "LAST");
}

void MedianCycleByTeam(benchmark::State& state) {
  Compare(state, {.metrics = {"sales_cycle_median_days"}, .by = {"team"}},
          "SELECT team, median(close_date - created_date) FROM scoped.deal WHERE status = 'won' "
          "AND close_date <= DATE '2026-12-31' GROUP BY 1 "
          "ORDER BY 1 NULLS LAST");
}

void FiveNumbersBySegment(benchmark::State& state) {
  Compare(
      state,
      {.metrics = {"deals_won", "won_amount", "win_rate", "average_deal_amount", "sales_cycle_median_days"},
       .by = {"segment"}},
      "SELECT segment, count(*) FILTER (WHERE status = 'won'), sum(amount_reporting) FILTER (WHERE status = 'won'), "
      "count(*) FILTER (WHERE status = 'won') / count(*), "
      "sum(amount_reporting) FILTER (WHERE status = 'won') / count(amount_reporting) FILTER (WHERE status = 'won'), "
      "median(close_date - created_date) FILTER (WHERE status = 'won') FROM scoped.deal "
      "WHERE status IN ('won', 'lost') AND close_date <= DATE '2026-12-31' GROUP BY 1 ORDER BY 1 NULLS LAST");
}

// Two facts: the bare SQL aggregates each by itself and joins the aggregates, as is right.
void LeadsAndDealsByChannel(benchmark::State& state) {
  Compare(state, {.metrics = {"leads", "deals_created"}, .by = {"channel"}},
          "SELECT coalesce(l.channel, d.channel) AS channel, l.n, d.n FROM "
          "(SELECT channel, count(*) AS n FROM scoped.lead WHERE created_date <= DATE '2026-12-31' GROUP BY 1) AS l "
          "FULL JOIN "
          "(SELECT channel, count(*) AS n FROM scoped.deal WHERE created_date <= DATE '2026-12-31' GROUP BY 1) AS d ON "
          "l.channel IS NOT DISTINCT FROM d.channel "
          "ORDER BY 1 NULLS LAST");
}

// No bare counterpart: only the text.
void CompileAlone(benchmark::State& state) {
  Query query{.metrics = {"sales_velocity", "win_rate", "cost_per_lead"},
              .by = {"channel"},
              .grain = weir::metrics::Grain::kWeek,
              .from = kFirst};
  query.as_of = *weir::ParseIsoInstant("2025-12-31T00:00:00Z");
  for (auto _ : state) {
    benchmark::DoNotOptimize(weir::metrics::Compile(*BuiltIn(), query, weir::store::DuckDbDialect()));
  }
}

BENCHMARK(WonAmount)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(1.0);
BENCHMARK(WonAmountByMonth)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(1.0);
BENCHMARK(WinRateByTeamAndMonth)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(1.0);
BENCHMARK(MedianCycleByTeam)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(1.0);
BENCHMARK(FiveNumbersBySegment)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(1.0);
BENCHMARK(LeadsAndDealsByChannel)->UseManualTime()->Unit(benchmark::kMillisecond)->MinTime(1.0);
BENCHMARK(CompileAlone)->Unit(benchmark::kMicrosecond);

}  // namespace
