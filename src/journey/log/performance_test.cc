#include "journey/log/performance.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "journey/log/log_for_tests.h"

namespace weir::journey {
namespace {

using ::testing::ElementsAre;

struct Row {
  CaseId of;
  ActivityId activity;
  Micros at;
};

SortedLog LogOf(const std::vector<Row>& rows, std::uint32_t cases, std::uint32_t activities) {
  EventLog log;
  for (const Row& row : rows) {
    log.case_of.push_back(row.of);
    log.activity_of.push_back(row.activity);
    log.at.push_back(row.at);
  }
  log.case_names.resize(cases);
  log.activity_names.resize(activities);
  return Sorted(log);
}

TEST(PerformanceTest, OvertakesAsCountedPairByPair) {
  const SortedLog log = LogOf(
      {{0, 0, 0}, {0, 1, 10}, {1, 0, 1}, {1, 1, 5}, {2, 0, 2}, {2, 1, 10}, {3, 0, 2}, {3, 1, 3}, {4, 1, 0}, {4, 0, 1}},
      5, 2);
  const auto passages = PassagesOf(log, 0, 1);
  ASSERT_EQ(passages.size(), 4U);
  EXPECT_EQ(passages[2].of, 3U);         // left with case 2, arrived before it
  EXPECT_EQ(OvertakesOf(passages), 3U);  // 1 and 3 before 0, 3 before 1
  RandomStream random(1, "overtakes");
  std::vector<Row> rows;
  for (CaseId id = 0; id < 600; ++id) {
    const Micros left = random.Integer(0, 300);
    rows.push_back({id, 0, left});
    rows.push_back({id, 1, left + random.Integer(0, 200)});
  }
  const auto many = PassagesOf(LogOf(rows, 600, 2), 0, 1);
  std::uint64_t plain = 0;
  for (const Passage& one : many) {
    for (const Passage& other : many) plain += one.left < other.left && one.arrived > other.arrived ? 1 : 0;
  }
  EXPECT_EQ(OvertakesOf(many), plain);
  EXPECT_GT(plain, 1'000U);
  EXPECT_EQ(OvertakesOf({}), 0U);
}

TEST(PerformanceTest, ReworkByHand) {
  // 0 0 1 0 2 0, and 1 1.
  const SortedLog log =
      LogOf({{0, 0, 1}, {0, 0, 2}, {0, 1, 3}, {0, 0, 4}, {0, 2, 5}, {0, 0, 6}, {1, 1, 1}, {1, 1, 2}}, 2, 4);
  const auto all = ReworkOf(log);
  ASSERT_EQ(all.size(), 4U);
  EXPECT_EQ(all[0].cases, 1U);
  EXPECT_EQ(all[0].repeats, 3U);
  EXPECT_EQ(all[0].direct_repeats, 1U);
  EXPECT_EQ(all[0].ping_pongs, 2U);
  EXPECT_EQ(all[0].repeating_cases, 1U);
  EXPECT_EQ(all[1].cases, 2U);
  EXPECT_EQ(all[1].repeating_cases, 1U);
  EXPECT_EQ(all[2].repeats, 0U);
  EXPECT_EQ(all[3].cases, 0U);
}

TEST(PerformanceTest, WorkAndWaitingByHand) {
  constexpr LifeCycle kStart = LifeCycle::kStart;
  constexpr LifeCycle kComplete = LifeCycle::kComplete;
  // 0: start 0 .. complete 10; 1: start 15, start 16, complete 20 (of the first), 25; 0: complete 30 (none), start 40.
  const SortedLog log =
      LogOf({{0, 0, 0}, {0, 0, 10}, {0, 1, 15}, {0, 1, 16}, {0, 1, 20}, {0, 1, 25}, {0, 0, 30}, {0, 0, 40}, {0, 1, 41}},
            1, 2);
  const std::vector<LifeCycle> stages{kStart,    kComplete, kStart, kStart,           kComplete,
                                      kComplete, kComplete, kStart, LifeCycle::kOther};
  const auto all = WorkTimesOf(log, stages);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].services, 1U);
  EXPECT_DOUBLE_EQ(all[0].service.mean, 10);
  EXPECT_EQ(all[0].waits, 1U);
  EXPECT_DOUBLE_EQ(all[0].waiting.mean, 10);
  EXPECT_EQ(all[0].unstarted, 1U);
  EXPECT_EQ(all[0].unfinished, 1U);
  EXPECT_EQ(all[1].services, 2U);
  EXPECT_DOUBLE_EQ(all[1].service.sum, 5 + 9);
  EXPECT_DOUBLE_EQ(all[1].waiting.sum, 5 + 6);
}

TEST(PerformanceTest, BatchesByHand) {
  const std::vector<Row> rows{{0, 0, 0},  {1, 0, 5},  {2, 0, 9},  {3, 0, 50},
                              {4, 0, 52}, {5, 0, 90}, {5, 0, 91}, {5, 0, 92}};
  const SortedLog log = LogOf(rows, 6, 1);
  const auto all = BatchWorkOf(log, 5, 3);
  EXPECT_EQ(all[0].batches, 1U);  // the last three are of one case
  EXPECT_EQ(all[0].batched_events, 3U);
  EXPECT_EQ(BatchWorkOf(log, 5, 2)[0].batches, 2U);
  const std::vector<std::uint32_t> done_by{0, 1, 0, 2, 2, kNoValue, kNoValue, kNoValue};
  const auto by_person = BatchWorkOf(log, 5, 2, done_by);
  EXPECT_EQ(by_person[0].batches, 1U);
  EXPECT_EQ(by_person[0].largest, 2U);
}

TEST(PerformanceTest, HandOversByHand) {
  const SortedLog log = LogOf({{0, 0, 0}, {0, 1, 4}, {0, 2, 5}, {0, 0, 9}, {1, 0, 0}, {1, 1, 2}}, 2, 3);
  const std::vector<std::uint32_t> done_by{7, 8, kNoValue, 7, 7, 7};
  const auto all = HandOversOf(log, done_by);
  std::vector<std::tuple<std::uint32_t, std::uint32_t, std::uint64_t, double>> told;
  told.reserve(all.size());
  for (const HandOver& each : all) told.emplace_back(each.from, each.to, each.count, each.waits.median);
  EXPECT_THAT(told, ElementsAre(std::tuple(7, 7, 1, 2.0), std::tuple(7, 8, 1, 4.0), std::tuple(8, 7, 1, 5.0)));
}

}  // namespace
}  // namespace weir::journey
