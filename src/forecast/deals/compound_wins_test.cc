#include "forecast/deals/compound_wins.h"

#include <array>
#include <cmath>
#include <numeric>

#include <gtest/gtest.h>

#include "forecast/deals/revenue_distribution.h"

namespace weir::forecast {
namespace {

double PoissonOf(double mean, int count) { return std::exp(count * std::log(mean) - mean - std::lgamma(count + 1.0)); }

// By its other definition: the sum over numbers of their probability and the convolution of so many jumps.
TEST(CompoundWinsTest, IsTheMixtureOfItsNumbers) {
  const std::vector<GridJump> jumps{{1, .5}, {3, .3}, {4, .2}};
  const double mean = 2.5;
  const double variance = 6;
  const double shape = mean * mean / (variance - mean);
  const std::size_t cells = 200;
  for (const bool is_mixed : {false, true}) {
    std::vector<double> expected(cells, 0);
    std::vector<double> of_number(cells, 0);
    of_number[0] = 1;
    for (int number = 0; number < 150; ++number) {
      const double chance =
          is_mixed ? std::exp(std::lgamma(number + shape) - std::lgamma(shape) - std::lgamma(number + 1.0) +
                              shape * std::log(shape / (shape + mean)) + number * std::log(mean / (shape + mean)))
                   : PoissonOf(mean, number);
      for (std::size_t i = 0; i < cells; ++i) expected[i] += chance * of_number[i];
      std::vector<double> next(cells, 0);
      for (std::size_t i = 0; i < cells; ++i) {
        for (const GridJump& jump : jumps) {
          const std::size_t to = i + static_cast<std::size_t>(jump.steps);
          if (to < cells) next[to] += of_number[i] * jump.share;
        }
      }
      of_number = next;
    }
    const std::vector<double> sums = CompoundSums(mean, is_mixed ? variance : mean, jumps, cells);
    for (std::size_t i = 0; i < 100; ++i) EXPECT_NEAR(sums[i], expected[i], 1e-11) << i;
  }
}

// Wins of nothing change nothing but how many there are of the others.
TEST(CompoundWinsTest, WinsOfNothingAreThinned) {
  const std::vector<GridJump> with{{0, .75}, {1, .25}};
  const std::vector<GridJump> without{{1, 1}};
  const std::vector<double> thinned = CompoundSums(8, 24, with, 60);
  // A fourth of a negative binomial of shape 4 and mean 8 is one of shape 4 and mean 2, whose variance is 2 + 4 / 4.
  const std::vector<double> plain = CompoundSums(2, 3, without, 60);
  for (std::size_t i = 0; i < plain.size(); ++i) EXPECT_NEAR(thinned[i], plain[i], 1e-12);
  EXPECT_EQ(CompoundSums(0, 0, without, 3), (std::vector<double>{1, 0, 0}));
}

// A number so large that P(0) cannot be said in a double.
TEST(CompoundWinsTest, ManyWinsDoNotVanish) {
  const std::vector<GridJump> jumps{{1, .5}, {2, .5}};
  for (const double variance : {2'000.0, 40'000.0}) {
    const std::vector<double> sums = CompoundSums(2'000, variance, jumps, 12'000);
    double mean = 0;
    double square = 0;
    for (std::size_t i = 0; i < sums.size(); ++i) {
      mean += static_cast<double>(i) * sums[i];
      square += static_cast<double>(i) * static_cast<double>(i) * sums[i];
    }
    EXPECT_NEAR(mean, 3'000, 1e-6 * 3'000);
    EXPECT_NEAR(square - mean * mean, 2'000 * .25 + variance * 1.5 * 1.5, 1e-4 * square);
  }
}

TEST(CompoundWinsTest, AddsToDeals) {
  const std::array teams{TeamDeals{.deals = {{.win_probability = .5, .amounts = {{.amount = 100}}},
                                             {.win_probability = .3, .amounts = {{.amount = 200}}}}}};
  const std::array more{CompoundWins{.mean = 1, .variance = 1, .amounts = {{.amount = 100, .share = 1}}}};
  const RevenueDistribution sum = SumOfDeals(teams, more, 50);
  EXPECT_EQ(sum.step(), 100);
  EXPECT_NEAR(sum.Mean(), 50 + 110 + 100, 1e-6);
  EXPECT_NEAR(sum.Variance(), 2'500 + 8'400 + 10'000, 1e-2);
  // None of the deals, and none of the others.
  EXPECT_NEAR(sum.probability()[0], .35 * std::exp(-1.0), 1e-9);
  EXPECT_NEAR(sum.probability()[1], .35 * std::exp(-1.0) * 2, 1e-9);
  // Amounts that no grid has room for keep the mean.
  const std::array odd{CompoundWins{
      .mean = 7, .variance = 20, .amounts = {{.amount = 1234.567, .share = .6}, {.amount = 9876.543, .share = .4}}}};
  const double mean = 7 * (.6 * 1234.567 + .4 * 9876.543);
  EXPECT_NEAR(SumOfDeals({}, odd, 0, 2048).Mean(), mean, 1e-5 * mean);
}

}  // namespace
}  // namespace weir::forecast
