#include "journey/predict/remaining_time.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journey/predict/logs_for_tests.h"

namespace weir::journey {
namespace {

using testing::AllOf;
using ::testing::HasSubstr;
using testing::MarkovLog;
using testing::SortedOf;

constexpr Micros kHour = 3'600'000'000;

// Cases of a, then b after 10 hours or c after 100; what is left hangs on the last step alone.
SortedLog TwoPaces() {
  SortedLog log{.begin_of_case = {0}, .activities = 4};
  for (std::uint32_t id = 0; id < 400; ++id) {
    const bool is_slow = id % 2 == 1;
    const Micros start = id * kHour;
    const Micros wait = (is_slow ? 100 : 10) * kHour + (id % 7) * kHour / 7;
    log.activity_of.insert(log.activity_of.end(), {0, is_slow ? 2U : 1U, 3});
    log.at.insert(log.at.end(), {start, start + kHour, start + kHour + wait});
    log.begin_of_case.push_back(static_cast<std::uint32_t>(log.at.size()));
  }
  log.event_of.resize(log.at.size());
  return log;
}

TEST(RemainingTimeTest, TellsFastFromSlowByTheLastStep) {
  const SortedLog log = TwoPaces();
  const RemainingTimeModel model = *RemainingTimeModel::Fit(log, AllOf(log));
  const std::vector<ActivityId> fast{0, 1};
  const std::vector<ActivityId> slow{0, 2};
  const RemainingTime soon = model.Predict({.steps = fast, .started = 0, .last_at = kHour, .now = kHour});
  const RemainingTime late = model.Predict({.steps = slow, .started = 0, .last_at = kHour, .now = kHour});
  EXPECT_NEAR(static_cast<double>(soon.median), 10.43 * kHour, .2 * kHour);
  EXPECT_NEAR(static_cast<double>(late.median), 100.43 * kHour, 1. * kHour);
  EXPECT_LE(soon.low, soon.median);
  EXPECT_GE(soon.high, soon.median);
  EXPECT_LT(soon.high, late.low);
  EXPECT_GE(soon.samples, 40U);
}

// After 50 hours at the first step a case is none of the fast ones.
TEST(RemainingTimeTest, AWaitSaysWhatItIsNot) {
  SortedLog log{.begin_of_case = {0}, .activities = 2};
  for (std::uint32_t id = 0; id < 400; ++id) {
    const Micros start = id * kHour;
    log.activity_of.insert(log.activity_of.end(), {0, 1});
    log.at.insert(log.at.end(), {start, start + (id % 2 == 0 ? 10 : 100) * kHour});
    log.begin_of_case.push_back(static_cast<std::uint32_t>(log.at.size()));
  }
  log.event_of.resize(log.at.size());
  const RemainingTimeModel model = *RemainingTimeModel::Fit(log, AllOf(log));
  const std::vector<ActivityId> steps{0};
  const RemainingTime waited = model.Predict({.steps = steps, .started = 0, .last_at = 0, .now = 50 * kHour});
  EXPECT_NEAR(static_cast<double>(waited.median), 50. * kHour, .1 * kHour);
  const RemainingTime beyond = model.Predict({.steps = steps, .started = 0, .last_at = 0, .now = 5'000 * kHour});
  EXPECT_EQ(beyond.samples, 0U);
  EXPECT_GE(beyond.low, 0);
}

// Cases to come of the same chain: the interval holds its promise, at each of several widths.
TEST(RemainingTimeTest, IntervalsCoverWhatTheyPromise) {
  const SortedLog past = MarkovLog(1, 4'000);
  const SortedLog future = MarkovLog(2, 3'000);
  for (const double coverage : {.5, .8, .95}) {
    const RemainingTimeModel model = *RemainingTimeModel::Fit(past, AllOf(past), {.coverage = coverage});
    double covered = 0;
    double asked = 0;
    for (CaseId id = 0; id < future.cases(); ++id) {
      const std::uint32_t begin = future.begin_of_case[id];
      const std::uint32_t end = future.begin_of_case[id + 1];
      for (std::uint32_t event = begin; event + 1 < end; ++event) {
        const RemainingTime time = model.Predict({.steps = future.StepsOf(id).first(event + 1 - begin),
                                                  .started = future.at[begin],
                                                  .last_at = future.at[event],
                                                  .now = future.at[event]});
        const Micros truth = future.at[end - 1] - future.at[event];
        covered += time.low <= truth && truth <= time.high ? 1 : 0;
        ++asked;
      }
    }
    EXPECT_NEAR(covered / asked, coverage, .03);
  }
}

TEST(RemainingTimeTest, OrderOfCasesDoesNotShow) {
  const SortedLog log = MarkovLog(3, 500);
  std::vector<CaseId> cases = AllOf(log);
  const RemainingTimeModel one = *RemainingTimeModel::Fit(log, cases);
  std::ranges::reverse(cases);
  const RemainingTimeModel other = *RemainingTimeModel::Fit(log, cases);
  const std::vector<ActivityId> steps{0, 1, 2};
  const RunningCase running{.steps = steps, .started = 0, .last_at = 30 * kHour, .now = 31 * kHour};
  EXPECT_EQ(one.Predict(running).median, other.Predict(running).median);
  EXPECT_EQ(one.Predict(running).high, other.Predict(running).high);
}

TEST(RemainingTimeTest, RefusesWhatItCannotLearnFrom) {
  const SortedLog few = MarkovLog(4, 20);
  EXPECT_EQ(RemainingTimeModel::Fit(few, AllOf(few)).error().code(), Code::kNotEnoughData);
  const SortedLog short_ones = SortedOf(std::vector<std::vector<ActivityId>>(100, {0}), 1);
  EXPECT_THAT(RemainingTimeModel::Fit(short_ones, AllOf(short_ones)).error().message(), HasSubstr("two events"));
  const SortedLog log = MarkovLog(4, 200);
  EXPECT_EQ(RemainingTimeModel::Fit(log, AllOf(log), {.coverage = 1.5}).error().code(), Code::kBadInput);
}

}  // namespace
}  // namespace weir::journey
