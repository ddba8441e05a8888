#include "forecast/deals/team_factor.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/result.h"

namespace weir::forecast {
namespace {

constexpr std::size_t kSteps = kCorrelations;

// Correlations that are tried, dense where most companies are; shares of the cap.
constexpr std::array<double, kSteps> kShares{0, .01, .02, .04, .06, .09, .12, .16, .22, .3, .4, .55, .75, 1};

// The log of the density at `came`, up to a constant, smoothed by a normal of this width.
double LogDensity(const RevenueDistribution& sum, double came, double width) {
  constexpr double kLeast = 1e-9;
  double density = 0;
  for (std::size_t i = 0; i < sum.probability().size(); ++i) {
    const double z = (came - sum.first() - sum.step() * static_cast<double>(i)) / width;
    if (std::abs(z) < 9) density += sum.probability()[i] * std::exp(-z * z / 2);
  }
  // What no distribution can bring in must not decide alone.
  return std::log(std::max(density, kLeast));
}

bool IsUncertain(const TeamPast& past) {
  return std::any_of(past.deals.begin(), past.deals.end(),
                     [](const UncertainDeal& deal) { return deal.win_probability > 0 && deal.win_probability < 1; });
}

// The posterior on the steps: each stands for the correlations that are nearer to it than to any other.
std::array<double, kSteps> PosteriorOf(std::span<const FactorScore> scores, const FactorOptions& options) {
  std::array<double, kSteps> log{};
  for (std::size_t i = 0; i < kSteps; ++i) {
    const double below = i == 0 ? kShares[0] : (kShares[i - 1] + kShares[i]) / 2;
    const double above = i + 1 == kSteps ? kShares[i] : (kShares[i] + kShares[i + 1]) / 2;
    log[i] = std::log(above - below) - kShares[i] * options.cap / options.prior_mean;
    for (const FactorScore& score : scores) log[i] += score.log_density[i];
  }
  const double top = *std::max_element(log.begin(), log.end());
  double all = 0;
  for (double& each : log) {
    each = std::exp(each - top);
    all += each;
  }
  for (double& each : log) each /= all;
  return log;
}

double CoverageAt(std::span<const FactorScore> scores, std::size_t step) {
  const auto within =
      std::count_if(scores.begin(), scores.end(), [&](const FactorScore& s) { return s.is_within[step]; });
  return static_cast<double>(within) / static_cast<double>(scores.size());
}

std::size_t NearestStep(double correlation, double cap) {
  std::size_t nearest = 0;
  for (std::size_t i = 1; i < kSteps; ++i) {
    if (std::abs(kShares[i] * cap - correlation) < std::abs(kShares[nearest] * cap - correlation)) nearest = i;
  }
  return nearest;
}

}  // namespace

std::optional<FactorScore> ScoreOf(const TeamPast& past, const FactorOptions& options) {
  if (!IsUncertain(past)) return std::nullopt;
  FactorScore score;
  double width = 0;
  for (std::size_t i = 0; i < kSteps; ++i) {
    const TeamDeals team{.deals = past.deals, .correlation = kShares[i] * options.cap};
    const RevenueDistribution sum = SumOfDeals(std::span(&team, 1), 0, options.cells);
    if (i == 0) width = std::max(std::sqrt(sum.Variance()) / 4, sum.step() / 2);
    score.log_density[i] = LogDensity(sum, past.came, width);
    const double edge = sum.step() / 2;
    score.is_within[i] = past.came >= sum.Quantile(.1) - edge && past.came <= sum.Quantile(.9) + edge;
  }
  return score;
}

TeamFactor FitTeamFactor(std::span<const TeamPast> pasts, const FactorOptions& options, const Executor& executor) {
  std::vector<std::optional<FactorScore>> each(pasts.size());
  executor.ForEach(pasts.size(), [&](std::size_t i) { each[i] = ScoreOf(pasts[i], options); });
  std::vector<FactorScore> scores;
  scores.reserve(each.size());
  for (const std::optional<FactorScore>& score : each) {
    if (score) scores.push_back(*score);
  }
  return FactorOf(scores, options);
}

TeamFactor FactorOf(std::span<const FactorScore> scores, const FactorOptions& options) {
  WEIR_CHECK(options.cap > 0 && options.cap < 1 && options.prior_mean > 0);
  const std::array<double, kSteps> posterior = PosteriorOf(scores, options);
  double mean = 0;
  double square = 0;
  for (std::size_t i = 0; i < kSteps; ++i) {
    const double correlation = kShares[i] * options.cap;
    mean += posterior[i] * correlation;
    square += posterior[i] * correlation * correlation;
  }
  TeamFactor factor{
      .correlation = mean, .deviation = std::sqrt(std::max(0.0, square - mean * mean)), .pasts = scores.size()};
  if (scores.empty()) return factor;
  const auto count = static_cast<double>(scores.size());
  // What an interval that is right is below once in ten times.
  const double enough = .8 - 1.2816 * std::sqrt(.8 * .2 / count) - .5 / count;
  std::size_t step = NearestStep(mean, options.cap);
  while (CoverageAt(scores, step) < enough && step + 1 < kSteps) {
    ++step;
    factor.correlation = kShares[step] * options.cap;
  }
  factor.coverage = CoverageAt(scores, step);
  factor.coverage_without = CoverageAt(scores, 0);
  for (const FactorScore& score : scores) factor.score_gain += (score.log_density[step] - score.log_density[0]) / count;
  return factor;
}

}  // namespace weir::forecast
