#include "journey/log/variants.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "journey/log/directly_follows.h"
#include "journey/log/log_for_tests.h"

namespace weir::journey {
namespace {

using ::testing::ElementsAre;

// Cases of up to `longest` steps among `activities`, an hour or more apart.
SortedLog RandomLog(std::uint32_t cases, int longest, std::uint32_t activities, std::uint64_t seed) {
  RandomStream random(seed, "variants");
  std::vector<CaseId> case_of;
  std::vector<ActivityId> activity_of;
  std::vector<Micros> at;
  for (CaseId id = 0; id < cases; ++id) {
    const auto steps = random.Integer(0, longest);
    Micros now = random.Integer(0, 1'000'000);
    for (std::int64_t step = 0; step < steps; ++step) {
      case_of.push_back(id);
      activity_of.push_back(static_cast<ActivityId>(random.Integer(0, activities - 1)));
      at.push_back(now += random.Integer(1, 5'000));
    }
  }
  auto log = Sorted(case_of, activity_of, at, cases, activities);
  WEIR_CHECK(log);
  return std::move(*log);
}

std::vector<ActivityId> Steps(std::span<const ActivityId> steps) { return {steps.begin(), steps.end()}; }

TEST(VariantsTest, ByHand) {
  const std::vector<std::vector<ActivityId>> runs{{0, 1}, {1}, {0, 1}, {}, {0, 2}, {1}, {0, 1}};
  const std::vector<std::uint32_t> cases{1, 1, 1, 1, 1, 1, 2};
  const Variants variants = VariantsOfRuns(runs, cases, 3);
  ASSERT_EQ(variants.size(), 4U);
  EXPECT_THAT(variants.cases, ElementsAre(4, 2, 1, 1));
  EXPECT_THAT(variants.StepsOf(0), ElementsAre(0, 1));
  EXPECT_THAT(variants.StepsOf(1), ElementsAre(1));
  EXPECT_TRUE(variants.StepsOf(2).empty());  // before what has a step
  EXPECT_THAT(variants.StepsOf(3), ElementsAre(0, 2));
  EXPECT_EQ(VariantsOfRuns({}, {}, 0).size(), 0U);
}

TEST(VariantsTest, AsAMapOfRuns) {
  const SortedLog log = RandomLog(40'000, 5, 4, 1);
  std::map<std::vector<ActivityId>, std::uint32_t> plain;
  for (CaseId id = 0; id < log.cases(); ++id) ++plain[Steps(log.StepsOf(id))];
  for (const int threads : {1, 3}) {
    const auto variants = VariantsOf(log, Executor(threads));
    ASSERT_TRUE(variants);
    ASSERT_EQ(variants->size(), plain.size());
    for (std::size_t i = 0; i < variants->size(); ++i) {
      EXPECT_EQ(variants->cases[i], plain.at(Steps(variants->StepsOf(i))));
      if (i > 0) {
        EXPECT_TRUE(std::pair(-static_cast<int>(variants->cases[i - 1]), Steps(variants->StepsOf(i - 1))) <
                    std::pair(-static_cast<int>(variants->cases[i]), Steps(variants->StepsOf(i))));
      }
    }
    for (CaseId id = 0; id < log.cases(); ++id) {
      ASSERT_EQ(Steps(variants->StepsOf(variants->variant_of[id])), Steps(log.StepsOf(id)));
    }
  }
}

TEST(DirectlyFollowsTest, AsCountedOneByOne) {
  // Few activities are counted in a table of all pairs, many in a hash table.
  for (const std::uint32_t activities : {6U, 2'000U}) {
    const SortedLog log = RandomLog(60'000, 9, activities, activities);
    std::map<std::pair<ActivityId, ActivityId>, std::vector<Micros>> plain;
    std::map<ActivityId, std::uint64_t> starts;
    std::map<ActivityId, std::uint64_t> ends;
    std::uint64_t empty = 0;
    for (CaseId id = 0; id < log.cases(); ++id) {
      const auto steps = log.StepsOf(id);
      if (steps.empty()) {
        ++empty;
        continue;
      }
      ++starts[steps.front()];
      ++ends[steps.back()];
      for (std::uint32_t i = log.begin_of_case[id] + 1; i < log.begin_of_case[id + 1]; ++i) {
        plain[{log.activity_of[i - 1], log.activity_of[i]}].push_back(log.at[i] - log.at[i - 1]);
      }
    }
    const auto graph = DirectlyFollowsOf(log, Executor(3));
    ASSERT_TRUE(graph);
    ASSERT_EQ(graph->arcs.size(), plain.size());
    EXPECT_EQ(graph->empty_cases, empty);
    EXPECT_EQ(graph->starts.size(), starts.size());
    for (const ActivityCount& start : graph->starts) EXPECT_EQ(start.count, starts[start.activity]);
    for (const ActivityCount& end : graph->ends) EXPECT_EQ(end.count, ends[end.activity]);
    const auto times = TimesOf(log, *graph, Executor(2));
    ASSERT_TRUE(times);
    auto expected = plain.begin();
    for (std::size_t i = 0; i < graph->arcs.size(); ++i, ++expected) {
      ASSERT_EQ(std::pair(graph->arcs[i].from, graph->arcs[i].to), expected->first);
      std::vector<Micros>& all = expected->second;
      ASSERT_EQ(graph->arcs[i].count, all.size());
      std::sort(all.begin(), all.end());
      const auto middle = all.size() / 2;
      const double median = all.size() % 2 == 1 ? static_cast<double>(all[middle])
                                                : static_cast<double>(all[middle - 1] + all[middle]) / 2;
      ASSERT_DOUBLE_EQ((*times)[i].median, median);
      ASSERT_EQ((*times)[i].least, all.front());
      ASSERT_EQ((*times)[i].most, all.back());
      double sum = 0;
      for (const Micros one : all) sum += static_cast<double>(one);
      ASSERT_NEAR((*times)[i].sum, sum, 1e-9 * sum);
      const std::size_t cut = all.size() / 10;
      double kept = 0;
      for (std::size_t k = cut; k < all.size() - cut; ++k) kept += static_cast<double>(all[k]);
      ASSERT_NEAR((*times)[i].trimmed_mean, kept / static_cast<double>(all.size() - 2 * cut), 1e-6 * sum);
    }
    const auto variants = VariantsOf(log);
    ASSERT_TRUE(variants);
    const DirectlyFollows by_variant = DirectlyFollowsOf(*variants);
    ASSERT_EQ(by_variant.arcs.size(), graph->arcs.size());
    for (std::size_t i = 0; i < graph->arcs.size(); ++i) EXPECT_EQ(by_variant.arcs[i].count, graph->arcs[i].count);
    EXPECT_EQ(by_variant.events_of, graph->events_of);
  }
}

TEST(DirectlyFollowsTest, QuantilesOfAFewByHand) {
  std::vector<Micros> durations{40, 10, 30, 20};
  const ArcTimes times = SummaryOf(durations);
  EXPECT_DOUBLE_EQ(times.median, 25);
  EXPECT_DOUBLE_EQ(times.p90, 37);
  EXPECT_DOUBLE_EQ(times.p10, 13);
  EXPECT_DOUBLE_EQ(times.mean, 25);
  std::vector<Micros> one{7};
  EXPECT_DOUBLE_EQ(SummaryOf(one).p90, 7);
  EXPECT_EQ(SummaryOf({}).mean, 0);
}

}  // namespace
}  // namespace weir::journey
