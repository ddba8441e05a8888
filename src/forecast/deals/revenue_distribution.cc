#include "forecast/deals/revenue_distribution.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <complex>
#include <numeric>

#include <boost/math/distributions/normal.hpp>
#include <unsupported/Eigen/FFT>

#include "base/result.h"
#include "forecast/deals/compound_wins.h"
#include "forecast/series/accuracy.h"

namespace weir::forecast {
namespace {

// States of the shared factor: the middles of equal parts of its distribution, where each is as likely as the others.
// With so many the probability of a deal is kept to a few millionths (and exactly, by Keep below).
constexpr int kStates = 31;

// Where amounts lie on the grid.
struct Grid {
  double step = 1;
  bool is_exact = false;
};

// All that may be added to a sum.
struct Parts {
  std::span<const TeamDeals> teams;
  std::span<const CompoundWins> more;
};

// Makes `common` the greatest step of which it and all these amounts, in hundredths of money, are multiples; false
// where there is none to speak of.
bool TakeCommonStep(const std::vector<PossibleAmount>& amounts, std::int64_t* common) {
  constexpr double kSmallest = 100;  // cents
  constexpr double kMost = 1e15;
  for (const PossibleAmount& possible : amounts) {
    const double cents = std::round(possible.amount * kSmallest);
    if (std::abs(cents) > kMost || std::abs(cents - possible.amount * kSmallest) > 1e-6) return false;
    *common = std::gcd(*common, static_cast<std::int64_t>(cents));
  }
  return true;
}

// The greatest step of which all amounts are multiples; 0 where there is none.
double CommonStep(const Parts& parts) {
  std::int64_t common = 0;
  for (const TeamDeals& team : parts.teams) {
    for (const UncertainDeal& deal : team.deals) {
      if (!TakeCommonStep(deal.amounts, &common)) return 0;
    }
  }
  for (const CompoundWins& wins : parts.more) {
    if (!TakeCommonStep(wins.amounts, &common)) return 0;
  }
  return static_cast<double>(common) / 100;
}

// The sum that these wins do not pass but by less than one chance in ten million, even if their number is as skewed as
// an exponential one.
double Top(const CompoundWins& wins) {
  constexpr double kDeviations = 15;
  double mean = 0;
  double square = 0;
  double most = 0;
  for (const PossibleAmount& possible : wins.amounts) {
    WEIR_CHECK(possible.amount >= 0);
    mean += possible.amount * possible.share;
    square += possible.amount * possible.amount * possible.share;
    most = std::max(most, possible.amount);
  }
  const double variance = wins.mean * (square - mean * mean) + std::max(wins.mean, wins.variance) * mean * mean;
  return wins.mean > 0 ? wins.mean * mean + kDeviations * std::sqrt(std::max(variance, 0.0)) + most : 0;
}

// From the least to the greatest sum that the parts can have.
double Range(const Parts& parts) {
  double range = 0;
  for (const TeamDeals& team : parts.teams) {
    for (const UncertainDeal& deal : team.deals) {
      double least = 0;
      double most = 0;
      for (const PossibleAmount& possible : deal.amounts) {
        least = std::min(least, possible.amount);
        most = std::max(most, possible.amount);
      }
      range += most - least;
    }
  }
  for (const CompoundWins& wins : parts.more) range += Top(wins);
  return range;
}

Grid GridOf(const Parts& parts, std::size_t cells) {
  const double range = Range(parts);
  const auto room = static_cast<double>(cells - 1);
  const double common = CommonStep(parts);
  if (common > 0 && range / common <= room) return {.step = common, .is_exact = true};
  return {.step = range > 0 ? range / room : 1, .is_exact = false};
}

// Probabilities of sums on the grid, the first of which is `first` steps from nought.
struct Sums {
  std::int64_t first = 0;
  std::vector<double> probability{1};
};

// What winning a deal adds, in steps: an amount between two points is shared out so that its mean stays.
std::vector<GridJump> JumpsOf(const std::vector<PossibleAmount>& amounts, const Grid& grid) {
  std::vector<GridJump> jumps;
  jumps.reserve(2 * amounts.size());
  for (const PossibleAmount& possible : amounts) {
    const double steps = possible.amount / grid.step;
    const double below = grid.is_exact ? std::round(steps) : std::floor(steps);
    const double above = grid.is_exact ? 0 : steps - below;
    jumps.push_back({static_cast<std::int64_t>(below), possible.share * (1 - above)});
    if (above > 0) jumps.push_back({static_cast<std::int64_t>(below) + 1, possible.share * above});
  }
  return jumps;
}

void AddDeal(const std::vector<GridJump>& jumps, double win, Sums* sums) {
  std::int64_t least = 0;
  std::int64_t most = 0;
  for (const GridJump& jump : jumps) {
    least = std::min(least, jump.steps);
    most = std::max(most, jump.steps);
  }
  const std::size_t size = sums->probability.size();
  std::vector<double> after(size + static_cast<std::size_t>(most - least), 0);
  const auto add = [&](std::int64_t steps, double share) {
    double* to = after.data() + (steps - least);
    for (std::size_t i = 0; i < size; ++i) to[i] += share * sums->probability[i];
  };
  add(0, 1 - win);
  for (const GridJump& jump : jumps) add(jump.steps, win * jump.share);
  sums->first += least;
  sums->probability = std::move(after);
}

const std::array<double, kStates>& States() {
  static const std::array<double, kStates> states = [] {
    std::array<double, kStates> made{};
    for (int i = 0; i < kStates; ++i) {
      made[static_cast<std::size_t>(i)] = boost::math::quantile(boost::math::normal(), (i + .5) / kStates);
    }
    return made;
  }();
  return states;
}

double Below(double z) { return std::erfc(-z / std::sqrt(2.0)) / 2; }

// The probability of a deal in each state, moved so that its mean over all states is the deal's own.
std::array<double, kStates> Given(double probability, double correlation) {
  std::array<double, kStates> given{};
  if (probability <= 0 || probability >= 1) {
    given.fill(std::clamp(probability, 0.0, 1.0));
    return given;
  }
  const double spread = std::sqrt(correlation);
  const double rest = std::sqrt(1 - correlation);
  double threshold = boost::math::quantile(boost::math::normal(), probability);
  // Middles of equal parts have a little less spread than the factor: some steps of Newton take that back.
  for (int pass = 0; pass < 20; ++pass) {
    double mean = 0;
    double slope = 0;
    for (std::size_t i = 0; i < given.size(); ++i) {
      const double z = (threshold + spread * States()[i]) / rest;
      given[i] = Below(z);
      mean += given[i] / kStates;
      slope += std::exp(-z * z / 2) / std::sqrt(2 * M_PI) / rest / kStates;
    }
    if (std::abs(mean - probability) < 1e-14 || slope < 1e-300) break;
    threshold -= (mean - probability) / slope;
  }
  return given;
}

Sums SumOfTeam(const TeamDeals& team, const Grid& grid, const Executor& executor) {
  std::vector<std::vector<GridJump>> jumps;
  std::vector<std::array<double, kStates>> given;
  jumps.reserve(team.deals.size());
  given.reserve(team.deals.size());
  const bool is_shared = team.correlation > 0;
  for (const UncertainDeal& deal : team.deals) {
    WEIR_CHECK(deal.win_probability >= 0 && deal.win_probability <= 1);
    jumps.push_back(JumpsOf(deal.amounts, grid));
    given.push_back(Given(deal.win_probability, is_shared ? team.correlation : 0));
  }
  std::vector<Sums> states(is_shared ? kStates : 1);
  executor.ForEach(states.size(), [&](std::size_t state) {
    for (std::size_t i = 0; i < team.deals.size(); ++i) {
      AddDeal(jumps[i], is_shared ? given[i][state] : team.deals[i].win_probability, &states[state]);
    }
  });
  Sums sums = std::move(states.front());
  for (std::size_t state = 1; state < states.size(); ++state) {
    for (std::size_t i = 0; i < sums.probability.size(); ++i) sums.probability[i] += states[state].probability[i];
  }
  for (double& probability : sums.probability) probability /= static_cast<double>(states.size());
  return sums;
}

Sums Convolved(const Sums& one, const Sums& other) {
  // Short ones directly, which is exact to the last digit.
  constexpr std::size_t kShort = 64;
  Sums sums{.first = one.first + other.first,
            .probability = std::vector<double>(one.probability.size() + other.probability.size() - 1, 0)};
  if (std::min(one.probability.size(), other.probability.size()) <= kShort) {
    for (std::size_t i = 0; i < one.probability.size(); ++i) {
      for (std::size_t j = 0; j < other.probability.size(); ++j) {
        sums.probability[i + j] += one.probability[i] * other.probability[j];
      }
    }
    return sums;
  }
  std::size_t size = 1;
  while (size < sums.probability.size()) size *= 2;
  Eigen::FFT<double> transform;
  const auto spectrum = [&](const std::vector<double>& values) {
    std::vector<double> padded(values);
    padded.resize(size, 0);
    std::vector<std::complex<double>> out;
    transform.fwd(out, padded);
    return out;
  };
  std::vector<std::complex<double>> product = spectrum(one.probability);
  const std::vector<std::complex<double>> factor = spectrum(other.probability);
  for (std::size_t i = 0; i < product.size(); ++i) product[i] *= factor[i];
  std::vector<double> out;
  transform.inv(out, product);
  for (std::size_t i = 0; i < sums.probability.size(); ++i) sums.probability[i] = std::max(out[i], 0.0);
  return sums;
}

}  // namespace

RevenueDistribution::RevenueDistribution(double first, double step, std::vector<double> probability)
    : first_(first), step_(step), probability_(std::move(probability)) {
  const double all = std::accumulate(probability_.begin(), probability_.end(), 0.0);
  WEIR_CHECK(all > 0);
  for (double& each : probability_) each /= all;
}

double RevenueDistribution::Mean() const {
  double mean = 0;
  for (std::size_t i = 0; i < probability_.size(); ++i) mean += static_cast<double>(i) * probability_[i];
  return first_ + step_ * mean;
}

double RevenueDistribution::Variance() const {
  const double mean = (Mean() - first_) / step_;
  double variance = 0;
  for (std::size_t i = 0; i < probability_.size(); ++i) {
    const double beside = static_cast<double>(i) - mean;
    variance += beside * beside * probability_[i];
  }
  return step_ * step_ * variance;
}

double RevenueDistribution::Quantile(double share) const {
  double below = 0;
  for (std::size_t i = 0; i < probability_.size(); ++i) {
    below += probability_[i];
    if (below >= share - 1e-12) return first_ + step_ * static_cast<double>(i);
  }
  return first_ + step_ * static_cast<double>(probability_.size() - 1);
}

double RevenueDistribution::AtLeast(double target) const {
  double above = 0;
  for (std::size_t i = probability_.size(); i-- > 0;) {
    // A sum that is the target but for rounding reaches it.
    if (first_ + step_ * static_cast<double>(i) < target - 1e-9 * step_) break;
    above += probability_[i];
  }
  return std::min(above, 1.0);
}

double RevenueDistribution::Crps(double actual) const {
  std::vector<double> points(probability_.size());
  for (std::size_t i = 0; i < points.size(); ++i) points[i] = first_ + step_ * static_cast<double>(i);
  return DiscreteCrps(points, probability_, actual);
}

RevenueDistribution SumOfDeals(std::span<const TeamDeals> teams, std::span<const CompoundWins> more, double certain,
                               std::size_t cells, const Executor& executor) {
  const Grid grid = GridOf({.teams = teams, .more = more}, std::max<std::size_t>(cells, 2));
  Sums sums;
  for (const TeamDeals& team : teams) sums = Convolved(sums, SumOfTeam(team, grid, executor));
  for (const CompoundWins& wins : more) {
    const auto size = static_cast<std::size_t>(std::ceil(Top(wins) / grid.step)) + 1;
    sums = Convolved(
        sums, {.first = 0, .probability = CompoundSums(wins.mean, wins.variance, JumpsOf(wins.amounts, grid), size)});
  }
  return {certain + static_cast<double>(sums.first) * grid.step, grid.step, std::move(sums.probability)};
}

RevenueDistribution SumOfDeals(std::span<const TeamDeals> teams, double certain, std::size_t cells,
                               const Executor& executor) {
  return SumOfDeals(teams, {}, certain, cells, executor);
}

}  // namespace weir::forecast
