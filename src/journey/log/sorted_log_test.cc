#include "journey/log/sorted_log.h"

#include <algorithm>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "journey/log/log_for_tests.h"

namespace weir::journey {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Columns {
  std::vector<CaseId> case_of;
  std::vector<ActivityId> activity_of;
  std::vector<Micros> at;
};

Columns Random(std::size_t events, std::uint32_t cases, Micros span, std::uint64_t seed) {
  RandomStream random(seed, "log");
  Columns columns;
  for (std::size_t i = 0; i < events; ++i) {
    columns.case_of.push_back(static_cast<CaseId>(random.Integer(0, cases - 1)));
    columns.activity_of.push_back(static_cast<ActivityId>(random.Integer(0, 19)));
    columns.at.push_back(random.Integer(-span, span));
  }
  return columns;
}

SortedLog SortedBy(const Columns& columns, std::uint32_t cases, int threads) {
  auto log = Sorted(columns.case_of, columns.activity_of, columns.at, cases, 20, Executor(threads));
  WEIR_CHECK(log);
  return std::move(*log);
}

TEST(SortedLogTest, ByHand) {
  const Columns columns{.case_of = {1, 0, 1, 1, 3}, .activity_of = {5, 6, 7, 8, 9}, .at = {30, 0, 10, 10, -5}};
  const SortedLog log = SortedBy(columns, 5, 1);
  EXPECT_THAT(log.begin_of_case, ElementsAre(0, 1, 4, 4, 5, 5));
  EXPECT_THAT(log.activity_of, ElementsAre(6, 7, 8, 5, 9));
  EXPECT_THAT(log.at, ElementsAre(0, 10, 10, 30, -5));
  EXPECT_THAT(log.event_of, ElementsAre(1, 2, 3, 0, 4));
  EXPECT_THAT(log.StepsOf(2), IsEmpty());
}

TEST(SortedLogTest, NothingAtAll) {
  const SortedLog none = SortedBy({}, 0, 2);
  EXPECT_EQ(none.cases(), 0U);
  EXPECT_EQ(SortedBy({}, 3, 2).cases(), 3U);
}

// A sort of all events by case, time and place in the input is the plain way to the same; many sizes, one case with
// nearly all events among them, many events at the same time, and any number of threads.
TEST(SortedLogTest, AsAPlainSortOfAllEvents) {
  for (const auto& [events, cases, span] :
       std::vector<std::tuple<std::size_t, std::uint32_t, Micros>>{{1, 1, 5},
                                                                   {100, 7, 3},
                                                                   {5'000, 1, 1'000'000},
                                                                   {70'000, 3'000, 50},
                                                                   {60'000, 100'000, 1'000},
                                                                   {200'000, 65'537, 1'000'000'000}}) {
    Columns columns = Random(events, cases, span, events);
    if (events == 70'000) std::fill_n(columns.case_of.begin() + 100, 60'000, 2U);
    std::vector<std::uint32_t> order(events);
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [&](std::uint32_t one, std::uint32_t other) {
      return std::tuple(columns.case_of[one], columns.at[one], one) <
             std::tuple(columns.case_of[other], columns.at[other], other);
    });
    for (const int threads : {1, 3}) {
      const SortedLog log = SortedBy(columns, cases, threads);
      ASSERT_EQ(log.event_of, order) << events;
      for (std::size_t i = 0; i < events; ++i) {
        ASSERT_EQ(log.at[i], columns.at[order[i]]);
        ASSERT_EQ(log.activity_of[i], columns.activity_of[order[i]]);
      }
      for (CaseId id = 0; id < cases; ++id) {
        for (std::uint32_t i = log.begin_of_case[id]; i < log.begin_of_case[id + 1]; ++i) {
          ASSERT_EQ(columns.case_of[order[i]], id);
        }
      }
    }
    // What is in order stays as it is.
    Columns again;
    for (const std::uint32_t event : order) {
      again.case_of.push_back(columns.case_of[event]);
      again.activity_of.push_back(columns.activity_of[event]);
      again.at.push_back(columns.at[event]);
    }
    EXPECT_EQ(SortedBy(again, cases, 2).activity_of, again.activity_of);
  }
}

TEST(SortedLogTest, StopsWhenAsked) {
  const Columns columns = Random(1'000, 10, 100, 3);
  std::stop_source stop;
  stop.request_stop();
  const auto log = Sorted(columns.case_of, columns.activity_of, columns.at, 10, 20, Executor(1), stop.get_token());
  ASSERT_FALSE(log);
  EXPECT_EQ(log.error().code(), Code::kCancelled);
}

}  // namespace
}  // namespace weir::journey
