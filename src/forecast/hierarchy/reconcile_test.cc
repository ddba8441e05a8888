#include "forecast/hierarchy/reconcile.h"

#include <array>
#include <cmath>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::forecast {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

Hierarchy TwoTeams() { return {.leaves = 2, .nodes = {{0, 1}, {0}, {1}}}; }

auto Near(double value) { return DoubleNear(value, 1e-4); }

// By hand, from x~ = S (S' W^-1 S)^-1 S' W^-1 x^.
TEST(ReconcileTest, TotalAndTwoTeamsAreTheKnownOnes) {
  const std::array base{100.0, 60.0, 50.0};
  const auto of = [&](ReconcileBy by) { return Reconciler::Make(TwoTeams(), by).value().Reconcile(base); };
  EXPECT_THAT(of(ReconcileBy::kOrdinary), ElementsAre(Near(103.3333), Near(56.6667), Near(46.6667)));
  EXPECT_THAT(of(ReconcileBy::kStructural), ElementsAre(Near(105), Near(57.5), Near(47.5)));
  const auto weighted = Reconciler::WithVariances(TwoTeams(), std::array{16.0, 4.0, 9.0});
  EXPECT_THAT(weighted.value().Reconcile(base), ElementsAre(Near(105.517241), Near(58.620690), Near(46.896552)));
}

std::vector<std::vector<double>> Errors(std::uint64_t seed, std::size_t steps) {
  RandomStream random(seed, "errors");
  std::vector<std::vector<double>> errors(7);
  for (std::size_t t = 0; t < steps; ++t) {
    const double shared = random.Normal(0, 2);
    for (std::size_t node = 0; node < errors.size(); ++node) {
      errors[node].push_back(shared + random.Normal(0, 1 + static_cast<double>(node)));
    }
  }
  return errors;
}

Hierarchy Crossed() {
  // Two teams by two products: the total, both teams, and the four leaves.
  return {.leaves = 4, .nodes = {{0, 1, 2, 3}, {0, 1}, {2, 3}, {0}, {1}, {2}, {3}}};
}

TEST(ReconcileTest, WhatComesAddsUpAndWhatAddsUpStays) {
  const auto errors = Errors(1, 40);
  for (const ReconcileBy by :
       {ReconcileBy::kOrdinary, ReconcileBy::kStructural, ReconcileBy::kVariance, ReconcileBy::kShrinkage}) {
    const auto reconciler = Reconciler::Make(Crossed(), by, errors);
    ASSERT_TRUE(reconciler) << reconciler.error().message();
    const auto out = reconciler->Reconcile(std::array{100.0, 70.0, 20.0, 30.0, 25.0, 15.0, 12.0});
    EXPECT_NEAR(out[0], out[3] + out[4] + out[5] + out[6], 1e-9);
    EXPECT_NEAR(out[1], out[3] + out[4], 1e-9);
    EXPECT_NEAR(out[2], out[5] + out[6], 1e-9);
    const auto again = reconciler->Reconcile(out);
    for (std::size_t node = 0; node < out.size(); ++node) EXPECT_NEAR(again[node], out[node], 1e-9);
  }
}

// Of unbiased base forecasts the reconciled ones err less, and those that know how they err together least.
TEST(ReconcileTest, ErrsLessThanTheBaseForecasts) {
  const auto errors = Errors(2, 200);
  const auto future = Errors(3, 2000);
  const auto by_shrinkage = Reconciler::Make(Crossed(), ReconcileBy::kShrinkage, errors);
  const auto by_variance = Reconciler::Make(Crossed(), ReconcileBy::kVariance, errors);
  ASSERT_TRUE(by_shrinkage);
  ASSERT_TRUE(by_variance);
  EXPECT_GT(by_shrinkage->kept_correlation(), .5);
  double base = 0;
  double shrunk = 0;
  double scaled = 0;
  for (std::size_t t = 0; t < future.front().size(); ++t) {
    std::vector<double> said;
    said.reserve(future.size());
    for (const auto& series : future) said.push_back(series[t]);
    // The truth is nought everywhere, which adds up.
    const auto one = by_shrinkage->Reconcile(said);
    const auto other = by_variance->Reconcile(said);
    for (std::size_t node = 0; node < said.size(); ++node) {
      base += said[node] * said[node];
      shrunk += one[node] * one[node];
      scaled += other[node] * other[node];
    }
  }
  EXPECT_LT(scaled, base);
  EXPECT_LT(shrunk, scaled);
}

TEST(ReconcileTest, FewOrNoErrorsAreBorne) {
  std::vector<std::vector<double>> errors(3, {0.0, 0.0});
  for (const ReconcileBy by : {ReconcileBy::kVariance, ReconcileBy::kShrinkage}) {
    const auto reconciler = Reconciler::Make(TwoTeams(), by, errors);
    ASSERT_TRUE(reconciler);
    EXPECT_THAT(reconciler->Reconcile(std::array{100.0, 60.0, 50.0}),
                ElementsAre(Near(103.3333), Near(56.6667), Near(46.6667)));
  }
  errors = {{1, kMissing}, {2, -2}, {kMissing, kMissing}};
  for (const double value :
       Reconciler::Make(TwoTeams(), ReconcileBy::kShrinkage, errors).value().Reconcile(std::array{100.0, 60.0, 50.0})) {
    EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(ReconcileTest, WhatDoesNotFitIsRefused) {
  const auto message = [](const Hierarchy& hierarchy, ReconcileBy by, std::span<const std::vector<double>> errors) {
    const auto reconciler = Reconciler::Make(hierarchy, by, errors);
    return reconciler ? std::string() : reconciler.error().message();
  };
  EXPECT_THAT(message({.leaves = 2, .nodes = {{0}}}, ReconcileBy::kOrdinary, {}), HasSubstr("leaf 1 is in no node"));
  EXPECT_THAT(message({.leaves = 1, .nodes = {{1}}}, ReconcileBy::kOrdinary, {}), HasSubstr("names leaf 1"));
  EXPECT_THAT(message({.leaves = 1, .nodes = {{}}}, ReconcileBy::kOrdinary, {}), HasSubstr("sum of nothing"));
  EXPECT_THAT(message({.leaves = 2, .nodes = {{0, 1}}}, ReconcileBy::kOrdinary, {}), HasSubstr("do not tell"));
  EXPECT_THAT(message(TwoTeams(), ReconcileBy::kVariance, {}), HasSubstr("0 series"));
  const std::vector<std::vector<double>> uneven{{1}, {1, 2}, {1}};
  EXPECT_THAT(message(TwoTeams(), ReconcileBy::kShrinkage, uneven), HasSubstr("one length"));
  EXPECT_FALSE(Reconciler::WithVariances(TwoTeams(), std::array{1.0, 0.0, 1.0}));
}

}  // namespace
}  // namespace weir::forecast
