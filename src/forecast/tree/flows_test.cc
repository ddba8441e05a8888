#include "forecast/tree/flows.h"

#include <array>
#include <cmath>
#include <numeric>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/series/series.h"

namespace weir::forecast {
namespace {

using ::testing::IsEmpty;

constexpr double kReach = 1.2815515655446004;

OwnForecast Around(double mean, double deviation) {
  return {.mean = {mean}, .low = {mean - kReach * deviation}, .high = {mean + kReach * deviation}};
}

// x~ = S (S' W^-1 S)^-1 S' W^-1 x^ of a total of 100 and parts of 60 and 50, with W = diag(16, 4, 9).
TEST(FlowsTest, AgreesByVariances) {
  const std::vector<FlowNode> nodes{{.parent = -1}, {.parent = 0}, {.parent = 0}};
  const TreeForecast tree = AgreeByIntervals(nodes, {Around(100, 4), Around(60, 2), Around(50, 3)}).value();
  EXPECT_NEAR(tree.nodes[0].agreed.mean[0], 105.517241, 1e-5);
  EXPECT_NEAR(tree.nodes[1].agreed.mean[0], 58.620690, 1e-5);
  EXPECT_NEAR(tree.nodes[2].agreed.mean[0], 46.896552, 1e-5);
  // The variance of the total: that of 100 and of 110 (4 + 9) weighed: 1 / (1/16 + 1/13).
  const double deviation = (tree.nodes[0].agreed.high[0] - tree.nodes[0].agreed.mean[0]) / kReach;
  EXPECT_NEAR(deviation * deviation, 1 / (1.0 / 16 + 1.0 / 13), 1e-5);
  EXPECT_EQ(tree.by, ReconcileBy::kVariance);
}

std::vector<FlowNode> SomeTree() {
  return {{.parent = -1}, {.parent = 0}, {.parent = 1}, {.parent = 1}, {.parent = 0}, {.parent = 0}};
}

TEST(FlowsTest, AddsUpToTheCentAndNothingFallsBelowWhatCame) {
  RandomStream random(7, "flows");
  const Rounding cents("EUR");
  for (int run = 0; run < 200; ++run) {
    std::vector<FlowNode> nodes = SomeTree();
    for (const std::size_t leaf : {2, 3, 4, 5}) nodes[leaf].so_far = random.Chance(.5) ? random.Uniform(0, 4e6) : 0;
    for (std::size_t i = nodes.size() - 1; i > 0; --i) {
      nodes[static_cast<std::size_t>(nodes[i].parent)].so_far += nodes[i].so_far;
    }
    std::vector<OwnForecast> alone;
    std::vector<std::vector<double>> errors(nodes.size());
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      alone.push_back(Around(random.Uniform(0, 9e6), random.Uniform(0, 3e6)));
      for (int t = 0; t < 12; ++t) errors[i].push_back(random.Normal(0, 1e6));
    }
    const auto tree = run % 2 == 0 ? Agree(nodes, alone, errors) : Agree(nodes, alone, {});
    ASSERT_TRUE(tree);
    std::vector<double> month;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const OwnForecast& agreed = tree->nodes[i].agreed;
      month.push_back(agreed.mean[0]);
      ASSERT_GE(agreed.mean[0], nodes[i].so_far - 1e-3);
      ASSERT_LE(agreed.low[0], agreed.mean[0] + 1e-3);
      ASSERT_GE(agreed.high[0], agreed.mean[0]);
    }
    ASSERT_NEAR(month[0], month[1] + month[4] + month[5], 1e-3);
    const auto rounded = RoundedMonth(nodes, month, cents);
    ASSERT_EQ(rounded[0], rounded[1] + rounded[4] + rounded[5]);
    ASSERT_EQ(rounded[1], rounded[2] + rounded[3]);
    for (std::size_t i = 0; i < rounded.size(); ++i) {
      ASSERT_EQ(rounded[i] % 100, 0);
      ASSERT_LE(std::abs(static_cast<double>(rounded[i]) - month[i]), 200);
    }
  }
}

TEST(FlowsTest, WhatAddsUpStaysAndTooFewErrorsAreNotUsed) {
  const std::vector<FlowNode> nodes = SomeTree();
  std::vector<OwnForecast> alone;
  for (const double mean : {100.0, 30.0, 10.0, 20.0, 50.0, 20.0}) alone.push_back(Around(mean, 5));
  const TreeForecast tree = Agree(nodes, alone, {}).value();
  EXPECT_EQ(tree.by, ReconcileBy::kStructural);
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    EXPECT_NEAR(tree.nodes[i].agreed.mean[0], alone[i].mean[0], 1e-9);
  }
}

TEST(FlowsTest, TheRestOfAMonthThatHasBegunIsItsPart) {
  std::vector<FlowNode> nodes{{.past = std::vector<double>(24, 80), .so_far = 60, .left = .25},
                              {.past = std::vector<double>(24, 80)}};
  const auto alone = ForecastAlone(nodes, 3, Executor(1), {});
  EXPECT_NEAR(alone[0].mean[0], 60 + 20, 1e-6);
  EXPECT_NEAR(alone[0].mean[1], 80, 1e-6);
  EXPECT_NEAR(alone[1].mean[0], 80, 1e-6);
  EXPECT_GE(alone[0].low[0], 60);
}

TEST(FlowsTest, ErrorsAreThoseOfEarlierMonths) {
  // A level that rises by ten in the last month: all that was said before was right.
  std::vector<FlowNode> nodes{{.past = std::vector<double>(20, 50)}, {.past = std::vector<double>(20, 50)}};
  nodes[0].past.back() = 60;
  for (std::size_t m = 0; m < 5; ++m) nodes[1].past[m] = kMissing;
  const auto errors = PastErrors(nodes, Executor(2), {});
  ASSERT_EQ(errors[0].size(), 9U) << "15 months are known of both, six are learnt from";
  EXPECT_NEAR(errors[0].back(), 10, 1e-6);
  EXPECT_NEAR(errors[0][7], 0, 1e-6);
  EXPECT_NEAR(errors[1].back(), 0, 1e-6);
  for (std::size_t m = 5; m < 8; ++m) nodes[1].past[m] = kMissing;
  EXPECT_THAT(PastErrors(nodes, Executor(1), {}), IsEmpty());
}

}  // namespace
}  // namespace weir::forecast
