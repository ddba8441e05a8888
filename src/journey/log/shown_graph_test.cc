#include "journey/log/shown_graph.h"

#include <algorithm>
#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "journey/log/directly_follows.h"
#include "journey/log/log_for_tests.h"

namespace weir::journey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Ends = std::pair<ActivityId, ActivityId>;

SortedLog RandomLog(std::uint32_t cases, int longest, std::uint32_t activities, std::uint64_t seed) {
  RandomStream random(seed, "shown");
  EventLog log;
  log.activity_names.resize(activities);
  log.case_names.resize(cases);
  for (CaseId id = 0; id < cases; ++id) {
    Micros now = random.Integer(0, 1'000'000);
    for (std::int64_t step = random.Integer(0, longest); step > 0; --step) {
      log.case_of.push_back(id);
      // Low ones are more frequent.
      log.activity_of.push_back(static_cast<ActivityId>(random.Uniform() * random.Uniform() * activities));
      log.at.push_back(now += random.Integer(1, 5'000));
    }
  }
  return Sorted(log);
}

ShownGraph Shown(const SortedLog& log, const ShownShares& shares, int threads = 1) {
  const auto variants = VariantsOf(log);
  WEIR_CHECK(variants);
  const auto times = VariantTimesOf(log, *variants);
  WEIR_CHECK(times);
  auto graph = ShownGraphOf(*variants, *times, shares, Executor(threads));
  WEIR_CHECK(graph);
  return std::move(*graph);
}

TEST(ShownGraphTest, WhatIsHiddenIsPassedOver) {
  // Activity 2 comes once, between 0 and 1.
  const std::vector<std::vector<ActivityId>> runs{{0, 1}, {0, 2, 1}, {2}};
  const std::vector<std::uint32_t> cases{3, 1, 1};
  const Variants variants = VariantsOfRuns(runs, cases, 3);
  const auto graph = ShownGraphOf(variants, {}, {.activities = .6});
  ASSERT_TRUE(graph);
  ASSERT_EQ(graph->activities.size(), 2U);
  EXPECT_EQ(graph->hidden_activities, 1U);
  EXPECT_EQ(graph->hidden_events, 2U);
  EXPECT_EQ(graph->hidden_cases, 1U);
  std::vector<std::tuple<ActivityId, ActivityId, std::uint64_t>> arcs;
  for (const ShownArc& arc : graph->arcs) arcs.emplace_back(arc.from, arc.to, arc.count);
  EXPECT_THAT(arcs, ElementsAre(std::tuple(0, 1, 4), std::tuple(1, kOutside, 4), std::tuple(kOutside, 0, 4)));
}

// The plain way: take the events of hidden activities out of the log and count anew.
TEST(ShownGraphTest, AsTheLogWithoutTheHiddenEvents) {
  for (const std::uint32_t activities : {7U, 600U}) {
    const SortedLog log = RandomLog(20'000, 8, activities, activities);
    for (const double share : {0.0, .3, .55, 1.0}) {
      const ShownGraph graph = Shown(log, {.activities = share}, 3);
      std::set<ActivityId> shown;
      for (const ShownActivity& activity : graph.activities) shown.insert(activity.activity);
      std::map<Ends, std::pair<std::uint64_t, double>> plain;
      for (CaseId id = 0; id < log.cases(); ++id) {
        ActivityId before = kOutside;
        Micros since = 0;
        for (std::uint32_t i = log.begin_of_case[id]; i < log.begin_of_case[id + 1]; ++i) {
          if (!shown.contains(log.activity_of[i])) continue;
          auto& [count, micros] = plain[{before, log.activity_of[i]}];
          ++count;
          micros += before == kOutside ? 0 : static_cast<double>(log.at[i] - since);
          before = log.activity_of[i];
          since = log.at[i];
        }
        if (before != kOutside) ++plain[{before, kOutside}].first;
      }
      ASSERT_EQ(graph.arcs.size(), plain.size());
      for (const ShownArc& arc : graph.arcs) {
        const auto& [count, micros] = plain.at({arc.from, arc.to});
        ASSERT_EQ(arc.count, count);
        ASSERT_NEAR(arc.mean_micros, micros / static_cast<double>(count), 1e-6);
      }
    }
  }
}

TEST(ShownGraphTest, EachActivityKeepsAWayInAndAWayOut) {
  const SortedLog log = RandomLog(5'000, 8, 12, 3);
  const ShownGraph whole = Shown(log, {});
  const ShownGraph least = Shown(log, {.paths = 0});
  EXPECT_LT(least.arcs.size(), whole.arcs.size());
  EXPECT_EQ(least.arcs.size() + least.hidden_arcs, whole.arcs.size());
  const auto sum = [](const ShownGraph& graph) {
    std::uint64_t follows = graph.hidden_follows;
    for (const ShownArc& arc : graph.arcs) follows += arc.count;
    return follows;
  };
  EXPECT_EQ(sum(least), sum(whole));
  for (const ShownActivity& activity : least.activities) {
    const auto enters = [&](const ShownArc& arc) { return arc.to == activity.activity && arc.from != arc.to; };
    const auto leaves = [&](const ShownArc& arc) { return arc.from == activity.activity && arc.from != arc.to; };
    EXPECT_TRUE(std::ranges::any_of(least.arcs, enters));
    EXPECT_TRUE(std::ranges::any_of(least.arcs, leaves));
  }
  std::size_t before = 0;
  for (const double paths : {0.0, .2, .5, .8, 1.0}) {
    const std::size_t arcs = Shown(log, {.paths = paths}).arcs.size();
    EXPECT_GE(arcs, before);
    before = arcs;
  }
}

TEST(ShownGraphTest, TheSameForAnyNumberOfThreads) {
  const SortedLog log = RandomLog(60'000, 12, 20, 5);
  const ShownGraph one = Shown(log, {.activities = .7, .paths = .5}, 1);
  const ShownGraph other = Shown(log, {.activities = .7, .paths = .5}, 4);
  ASSERT_EQ(one.arcs.size(), other.arcs.size());
  for (std::size_t i = 0; i < one.arcs.size(); ++i) {
    EXPECT_EQ(std::tuple(one.arcs[i].from, one.arcs[i].to, one.arcs[i].count, one.arcs[i].mean_micros),
              std::tuple(other.arcs[i].from, other.arcs[i].to, other.arcs[i].count, other.arcs[i].mean_micros));
  }
}

TEST(ShownGraphTest, NothingAtAll) {
  const ShownGraph graph = Shown(SortedLog{.begin_of_case = {0}}, {});
  EXPECT_THAT(graph.arcs, IsEmpty());
  EXPECT_EQ(Shown(SortedLog{.begin_of_case = {0, 0}, .activities = 3}, {}).hidden_cases, 1U);
}

}  // namespace
}  // namespace weir::journey
