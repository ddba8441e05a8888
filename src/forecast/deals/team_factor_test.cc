#include "forecast/deals/team_factor.h"

#include <cmath>

#include <gtest/gtest.h>
#include <boost/math/distributions/normal.hpp>

#include "base/random.h"

namespace weir::forecast {
namespace {

// Teams of thirty deals that share a factor of this correlation.
std::vector<TeamPast> Pasts(int count, double correlation, std::uint64_t seed) {
  std::vector<TeamPast> pasts;
  RandomStream random(seed, "pasts");
  for (int i = 0; i < count; ++i) {
    TeamPast past;
    const double factor = random.Normal(0, 1);
    for (int deal = 0; deal < 30; ++deal) {
      const double win = random.Uniform(.05, .6);
      const double amount = std::round(random.LogNormal(10'000, .6));
      past.deals.push_back({.win_probability = win, .amounts = {{.amount = amount, .share = 1}}});
      const double drive = std::sqrt(correlation) * factor + std::sqrt(1 - correlation) * random.Normal(0, 1);
      if (drive < boost::math::quantile(boost::math::normal(), win)) past.came += amount;
    }
    pasts.push_back(past);
  }
  return pasts;
}

double CoverageOf(const std::vector<TeamPast>& pasts, double correlation) {
  double within = 0;
  for (const TeamPast& past : pasts) {
    const TeamDeals team{.deals = past.deals, .correlation = correlation};
    const RevenueDistribution sum = SumOfDeals(std::span(&team, 1), 0, 1024);
    if (past.came >= sum.Quantile(.1) && past.came <= sum.Quantile(.9)) ++within;
  }
  return within / static_cast<double>(pasts.size());
}

TEST(TeamFactorTest, FindsWhatWasPlanted) {
  const TeamFactor shared = FitTeamFactor(Pasts(80, .2, 1));
  EXPECT_NEAR(shared.correlation, .2, 2.5 * shared.deviation);
  EXPECT_GT(shared.correlation, .1);
  EXPECT_LT(shared.correlation, .3);
  EXPECT_LT(shared.deviation, .06);
  EXPECT_GT(shared.score_gain, .05);
  EXPECT_LT(shared.coverage_without, .7);
  EXPECT_EQ(shared.pasts, 80U);
  const TeamFactor alone = FitTeamFactor(Pasts(80, 0, 2));
  EXPECT_LT(alone.correlation, .03);
}

// Intervals of quarters that it has not seen, over six companies: one alone may have had a quiet or a wild past.
TEST(TeamFactorTest, IntervalsCoverWhatTheySay) {
  double with = 0;
  double without = 0;
  constexpr int kCompanies = 6;
  for (std::uint64_t company = 0; company < kCompanies; ++company) {
    const double correlation = FitTeamFactor(Pasts(40, .15, 20 + company), {.cells = 256}).correlation;
    const std::vector<TeamPast> later = Pasts(100, .15, 40 + company);
    with += CoverageOf(later, correlation) / kCompanies;
    without += CoverageOf(later, 0) / kCompanies;
  }
  EXPECT_NEAR(with, .8, .04);
  EXPECT_LT(without, .68);
}

TEST(TeamFactorTest, WithoutPastsItIsThePrior) {
  const TeamFactor factor = FitTeamFactor({});
  EXPECT_NEAR(factor.correlation, .08, .01);
  EXPECT_EQ(factor.pasts, 0U);
  // Deals that are all certain say nothing.
  const std::vector<TeamPast> certain{{.deals = {{.win_probability = 1, .amounts = {{.amount = 5}}}}, .came = 5}};
  EXPECT_EQ(FitTeamFactor(certain).pasts, 0U);
  // A few quarters move it a little.
  const TeamFactor few = FitTeamFactor(Pasts(2, 0, 5));
  EXPECT_GT(few.correlation, .01);
  EXPECT_LT(few.correlation, .1);
}

// Totals that no factor explains raise it to the cap and no further.
TEST(TeamFactorTest, TheCapHolds) {
  std::vector<TeamPast> pasts = Pasts(30, 0, 6);
  for (TeamPast& past : pasts) past.came = 0;
  const TeamFactor factor = FitTeamFactor(pasts, {.cap = .3});
  EXPECT_LE(factor.correlation, .3);
  EXPECT_GT(factor.correlation, .25);
}

// A model that says too much is answered by a wider interval.
TEST(TeamFactorTest, ErrorsOfTheModelWidenIt) {
  std::vector<TeamPast> pasts = Pasts(40, .05, 7);
  const double fair = FitTeamFactor(pasts).correlation;
  for (std::size_t i = 0; i < pasts.size(); ++i) pasts[i].came *= i % 2 == 0 ? .6 : 1.4;
  const TeamFactor off = FitTeamFactor(pasts);
  EXPECT_GT(off.correlation, fair + .05);
  EXPECT_GE(off.coverage, .8 - 1.3 * std::sqrt(.16 / 40) - .5 / 40);
}

TEST(TeamFactorTest, AnyNumberOfThreads) {
  const std::vector<TeamPast> pasts = Pasts(12, .1, 8);
  EXPECT_EQ(FitTeamFactor(pasts, {}, Executor(1)).correlation, FitTeamFactor(pasts, {}, Executor(2)).correlation);
}

}  // namespace
}  // namespace weir::forecast
