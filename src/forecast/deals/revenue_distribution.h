// What a set of uncertain deals may bring in all: the whole distribution, not a mean.
//
// Deals of one team share a factor (a good quarter, a lost product): given it they are independent, and each keeps its
// own probability on average (the one-factor Gaussian copula, Vasicek 1987). Without it intervals are far too narrow,
// since the errors of many deals would cancel. Teams are independent of each other. Sums are taken by convolution on a
// grid of money: exact where all amounts are multiples of a step that the grid has room for, else each amount is shared
// out to the two points beside it so that means stay exact.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "base/executor.h"

namespace weir::forecast {

// An amount that a deal may close at, and how likely that is if it is won.
struct PossibleAmount {
  double amount = 0;
  double share = 1;
};

struct UncertainDeal {
  double win_probability = 0;           // within [0, 1]
  std::vector<PossibleAmount> amounts;  // shares add up to 1; amounts may be below 0
};

struct TeamDeals {
  std::vector<UncertainDeal> deals;
  double correlation = 0;  // of what makes deals win, within [0, 1)
};

// Wins of which only their number is known, and what they may be won at: deals that are not created yet. The number is
// Poisson, or negative binomial where its variance is above its mean; see compound_wins.h.
struct CompoundWins {
  double mean = 0;
  double variance = 0;
  std::vector<PossibleAmount> amounts{};  // of 0 or more; shares add up to 1
};

class RevenueDistribution {
 public:
  // `probability[i]` that the sum is first + i * step; they add up to 1.
  RevenueDistribution(double first, double step, std::vector<double> probability);

  double first() const { return first_; }
  double step() const { return step_; }
  const std::vector<double>& probability() const { return probability_; }

  double Mean() const;
  double Variance() const;
  // The least sum that is reached or missed with a probability of `share` at least; 0 < share < 1.
  double Quantile(double share) const;
  // That the sum is `target` or more.
  double AtLeast(double target) const;
  // The continuous ranked probability score against what came.
  double Crps(double actual) const;

 private:
  double first_;
  double step_;
  std::vector<double> probability_;
};

// The sum of all deals of all teams, of wins that are not among them (independent of those), and of `certain` that is
// won already. O(deals * amounts * cells) for each of 31 states of the factor (1 where the correlation is 0), and
// O(cells log cells) a team.
RevenueDistribution SumOfDeals(std::span<const TeamDeals> teams, std::span<const CompoundWins> more, double certain,
                               std::size_t cells = 8192, const Executor& executor = Executor(1));
RevenueDistribution SumOfDeals(std::span<const TeamDeals> teams, double certain, std::size_t cells = 8192,
                               const Executor& executor = Executor(1));

}  // namespace weir::forecast
