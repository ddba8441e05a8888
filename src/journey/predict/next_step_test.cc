#include "journey/predict/next_step.h"

#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "journey/predict/logs_for_tests.h"

namespace weir::journey {
namespace {

using testing::AllOf;
using testing::MarkovLog;
using testing::SortedOf;

TEST(NextStepTest, SharesAddUpToOne) {
  const SortedLog log = MarkovLog(7, 200);
  const NextStepModel model(log, AllOf(log));
  const std::vector<std::vector<ActivityId>> beginnings{{}, {0}, {1, 2}, {2, 2, 2, 2, 2, 2, 2, 2, 2, 2}, {0, 1, 0, 3}};
  for (const std::vector<ActivityId>& steps : beginnings) {
    const std::vector<double> shares = model.Predict(steps);
    EXPECT_NEAR(std::accumulate(shares.begin(), shares.end(), 0.), 1, 1e-12);
    EXPECT_GT(*std::ranges::min_element(shares), 0);  // nothing is impossible for having never been seen
    const std::vector<double> going_on = model.PredictGoingOn(steps);
    EXPECT_EQ(going_on.back(), 0);
    EXPECT_NEAR(std::accumulate(going_on.begin(), going_on.end(), 0.), 1, 1e-12);
  }
}

// By hand: after a came b three times and c once, after the beginning always a. Of the endings of length 1 two counts
// are 1 and none 2, so that the discount is the largest, .95; at length 0 one of four counts is 1.
TEST(NextStepTest, DiscountsByHand) {
  const SortedLog log = SortedOf({{0, 1}, {0, 1}, {0, 1}, {0, 2}}, 3);
  const NextStepModel model(log, AllOf(log), 1);
  // Order 0: a 4, b 3, c 1, end 4 of 12; one count of 1, none of 2: .95.
  const double base_b = (3 - .95) / 12 + .95 * 4 / 12 / 4;
  const double base_c = (1 - .95) / 12 + .95 * 4 / 12 / 4;
  // Order 1: after a: b 3, c 1; counts of 1: (a, c) and (c, end); none of 2: .95.
  const std::vector<double> shares = model.Predict(std::vector<ActivityId>{0});
  EXPECT_NEAR(shares[1], (3 - .95) / 4 + .95 * 2 / 4 * base_b, 1e-12);
  EXPECT_NEAR(shares[2], (1 - .95) / 4 + .95 * 2 / 4 * base_c, 1e-12);
}

TEST(NextStepTest, LearnsAChainThatItIsGiven) {
  const SortedLog log = MarkovLog(3, 20'000);
  const NextStepModel model(log, AllOf(log));
  const std::vector<double> shares = model.Predict(std::vector<ActivityId>{0, 1});
  for (ActivityId next = 0; next <= 4; ++next) EXPECT_NEAR(shares[next], testing::ChainShare(1, next), .02) << next;
}

TEST(NextStepTest, RemembersMoreThanTheLastStep) {
  // What comes after c hangs on the first step alone.
  std::vector<std::vector<ActivityId>> cases;
  for (int times = 0; times < 50; ++times) {
    cases.push_back({0, 2, 3});
    cases.push_back({1, 2, 4});
  }
  const SortedLog log = SortedOf(cases, 5);
  const NextStepModel model(log, AllOf(log));
  EXPECT_GT(model.Predict(std::vector<ActivityId>{0, 2})[3], .95);
  EXPECT_GT(model.Predict(std::vector<ActivityId>{1, 2})[4], .95);
}

TEST(NextStepTest, OrderOfCasesDoesNotShow) {
  const SortedLog log = MarkovLog(5, 300);
  std::vector<CaseId> cases = AllOf(log);
  const NextStepModel one(log, cases);
  std::ranges::reverse(cases);
  const NextStepModel other(log, cases);
  EXPECT_EQ(one.Predict(std::vector<ActivityId>{0, 1, 2}), other.Predict(std::vector<ActivityId>{0, 1, 2}));
}

TEST(NextStepTest, WithoutCasesAllIsAsProbable) {
  const SortedLog log = SortedOf({}, 3);
  const NextStepModel model(log, {});
  EXPECT_THAT(model.Predict(std::vector<ActivityId>{1}), ::testing::Each(::testing::DoubleEq(.25)));
}

}  // namespace
}  // namespace weir::journey
