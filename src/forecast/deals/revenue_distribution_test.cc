#include "forecast/deals/revenue_distribution.h"

#include <array>
#include <cmath>
#include <map>
#include <numeric>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::forecast {
namespace {

UncertainDeal Deal(double amount, double probability) {
  return {.win_probability = probability, .amounts = {{.amount = amount}}};
}

TeamDeals ThreeDeals(double correlation) {
  return {.deals = {Deal(100, .5), Deal(200, .3), Deal(50, .8)}, .correlation = correlation};
}

// By hand: the eight outcomes of three independent deals.
TEST(RevenueDistributionTest, ThreeDealsHaveTheirEightOutcomes) {
  const std::array teams{ThreeDeals(0)};
  const RevenueDistribution sum = SumOfDeals(teams, 0);
  EXPECT_EQ(sum.step(), 50);
  const std::array expected{.07, .28, .07, .28, .03, .12, .03, .12};
  ASSERT_EQ(sum.probability().size(), expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(sum.probability()[i], expected[i], 1e-12);
  EXPECT_NEAR(sum.Mean(), 150, 1e-9);
  EXPECT_NEAR(sum.Variance(), 11'300, 1e-6);
  EXPECT_NEAR(sum.AtLeast(200), .3, 1e-12);
  EXPECT_NEAR(sum.AtLeast(200.01), .27, 1e-12);
  EXPECT_EQ(sum.Quantile(.1), 50);
  EXPECT_EQ(sum.Quantile(.5), 150);
  EXPECT_EQ(sum.Quantile(.9), 350);
  // 50 (.07^2 + .35^2 + .42^2 + .3^2 + .27^2 + .15^2 + .12^2).
  EXPECT_NEAR(sum.Crps(150), 25.18, 1e-9);
}

TEST(RevenueDistributionTest, WhatIsWonAlreadyMovesAll) {
  const std::array teams{ThreeDeals(.2)};
  const RevenueDistribution plain = SumOfDeals(teams, 0);
  const RevenueDistribution moved = SumOfDeals(teams, 1000);
  EXPECT_NEAR(moved.Mean(), plain.Mean() + 1000, 1e-9);
  EXPECT_NEAR(moved.Quantile(.9), plain.Quantile(.9) + 1000, 1e-9);
  EXPECT_EQ(SumOfDeals({}, 70).Quantile(.5), 70);
}

// A shared factor widens the sum and leaves its mean.
TEST(RevenueDistributionTest, AFactorWidensTheSumAndKeepsItsMean) {
  TeamDeals team;
  double mean = 0;
  RandomStream random(5, "deals");
  for (int i = 0; i < 60; ++i) {
    team.deals.push_back(Deal(std::round(random.LogNormal(10'000, .6)), random.Uniform(.02, .7)));
    mean += team.deals.back().amounts[0].amount * team.deals.back().win_probability;
  }
  double before = 0;
  for (const double correlation : {0.0, .05, .2, .5}) {
    team.correlation = correlation;
    const RevenueDistribution sum = SumOfDeals(std::span(&team, 1), 0);
    EXPECT_NEAR(sum.Mean(), mean, 1e-6 * mean) << correlation;
    EXPECT_GT(sum.Variance(), before * 1.2) << correlation;
    before = sum.Variance();
  }
}

// Against draws of the factor and of each deal.
TEST(RevenueDistributionTest, IsWhatDrawsSay) {
  const std::array teams{ThreeDeals(.3), TeamDeals{.deals = {Deal(75, .4), Deal(125, .6)}, .correlation = .6}};
  const RevenueDistribution sum = SumOfDeals(teams, 0);
  RandomStream random(9, "draws");
  const auto normal_quantile = [](double p) {
    double low = -10;
    double high = 10;
    for (int i = 0; i < 80; ++i) {
      const double middle = (low + high) / 2;
      (std::erfc(-middle / std::sqrt(2.0)) / 2 < p ? low : high) = middle;
    }
    return low;
  };
  constexpr int kDraws = 200'000;
  std::map<double, int> seen;
  for (int draw = 0; draw < kDraws; ++draw) {
    double total = 0;
    for (const TeamDeals& team : teams) {
      const double factor = random.Normal(0, 1);
      for (const UncertainDeal& deal : team.deals) {
        const double own = random.Normal(0, 1);
        const double drive = std::sqrt(team.correlation) * factor + std::sqrt(1 - team.correlation) * own;
        static std::map<double, double> thresholds;
        const auto [at, is_new] = thresholds.try_emplace(deal.win_probability, 0);
        if (is_new) at->second = normal_quantile(deal.win_probability);
        if (drive < at->second) total += deal.amounts[0].amount;
      }
    }
    ++seen[total];
  }
  for (std::size_t i = 0; i < sum.probability().size(); ++i) {
    const double at = sum.first() + sum.step() * static_cast<double>(i);
    EXPECT_NEAR(sum.probability()[i], static_cast<double>(seen[at]) / kDraws, .004) << at;
  }
}

// Amounts that no grid has room for: means stay exact, quantiles are within a step.
TEST(RevenueDistributionTest, AGridThatIsTooCoarseKeepsTheMean) {
  TeamDeals team{.deals = {}, .correlation = .1};
  double mean = 0;
  RandomStream random(6, "deals");
  for (int i = 0; i < 40; ++i) {
    UncertainDeal deal{.win_probability = random.Uniform(), .amounts = {}};
    const double amount = random.LogNormal(5'000, .5);
    deal.amounts = {
        {.amount = amount * .8, .share = .25}, {.amount = amount, .share = .5}, {.amount = amount * 1.2, .share = .25}};
    mean += amount * deal.win_probability;
    team.deals.push_back(deal);
  }
  const RevenueDistribution coarse = SumOfDeals(std::span(&team, 1), 0, 512);
  const RevenueDistribution fine = SumOfDeals(std::span(&team, 1), 0, 16384);
  EXPECT_NEAR(coarse.Mean(), mean, 1e-9 * mean);
  EXPECT_NEAR(fine.Mean(), mean, 1e-9 * mean);
  for (const double share : {.1, .5, .9}) EXPECT_NEAR(coarse.Quantile(share), fine.Quantile(share), 2 * coarse.step());
}

TEST(RevenueDistributionTest, TeamsInAnyOrderAndAnyNumberOfThreads) {
  std::vector<TeamDeals> teams;
  RandomStream random(7, "teams");
  for (int team = 0; team < 6; ++team) {
    TeamDeals made{.deals = {}, .correlation = .15};
    for (int i = 0; i < 30; ++i) made.deals.push_back(Deal(random.LogNormal(20'000, .8), random.Uniform(0, .6)));
    teams.push_back(made);
  }
  const RevenueDistribution one = SumOfDeals(teams, 0, 4096, Executor(1));
  const RevenueDistribution two = SumOfDeals(teams, 0, 4096, Executor(2));
  EXPECT_EQ(one.probability(), two.probability());
  std::swap(teams[0], teams[5]);
  const RevenueDistribution swapped = SumOfDeals(teams, 0, 4096);
  EXPECT_NEAR(swapped.Quantile(.9), one.Quantile(.9), one.step() * 1.01);
  EXPECT_NEAR(swapped.Mean(), one.Mean(), 1e-6 * one.Mean());
}

TEST(RevenueDistributionTest, CertainAndHopelessDealsAndRefunds) {
  const TeamDeals team{.deals = {Deal(100, 1), Deal(70, 0), Deal(-30, .5)}, .correlation = .4};
  const RevenueDistribution sum = SumOfDeals(std::span(&team, 1), 0);
  EXPECT_NEAR(sum.Mean(), 85, 1e-9);
  EXPECT_NEAR(sum.AtLeast(70), 1, 1e-12);
  EXPECT_NEAR(sum.AtLeast(100), .5, 1e-12);
  EXPECT_EQ(sum.AtLeast(101), 0);
}

}  // namespace
}  // namespace weir::forecast
