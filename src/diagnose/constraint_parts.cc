#include "diagnose/constraint_parts.h"

#include <algorithm>
#include <cmath>

#include "base/log_gamma.h"

namespace weir::diagnose {
namespace {

constexpr int kGrid = 24;
// Of the square root of the correlation within a part: parts of one company seldom differ by more.
constexpr double kUsualSpread = 0.15;
constexpr double kWidest = 4;  // of the grid, in usual spreads
constexpr double kPartsPerLeader = 10;

double LogHalfNormal(double spread, double usual) { return -spread * spread / (2 * usual * usual); }

// Middles of equal steps: zero itself is not among them, but the first is close to it.
double GridPoint(int index, double usual) { return (index + 0.5) / kGrid * kWidest * usual; }

}  // namespace

void PartPosterior::Weigh(std::span<const double> log_weights) {
  const double most = *std::ranges::max_element(log_weights);
  double sum = 0;
  for (const double weight : log_weights) cumulative_.push_back(sum += std::exp(weight - most));
  for (double& weight : cumulative_) weight /= sum;
}

PartPosterior PartPosterior::OfShares(std::span<const ShareOfPart> parts) {
  PartPosterior made;
  made.is_of_shares_ = true;
  constexpr double kLeast = 1e-4;
  for (ShareOfPart part : parts) {
    part.expected = std::clamp(part.expected, kLeast, 1 - kLeast);
    part.good = std::clamp(part.good, 0.0, part.cases);
    made.shares_.push_back(part);
  }
  std::vector<double> log_weights;
  for (int i = 0; i < kGrid; ++i) {
    const double spread = GridPoint(i, kUsualSpread);
    const double strength = 1 / (spread * spread) - 1;
    double weight = LogHalfNormal(spread, kUsualSpread);
    for (const ShareOfPart& part : made.shares_) {
      const double good = part.expected * strength;
      const double bad = (1 - part.expected) * strength;
      weight += LogBeta(good + part.good, bad + part.cases - part.good) - LogBeta(good, bad);
    }
    made.grid_.push_back(strength);
    log_weights.push_back(weight);
  }
  made.Weigh(log_weights);
  for (const ShareOfPart& part : made.shares_) {
    double mean = 0;
    double before = 0;
    for (std::size_t i = 0; i < made.grid_.size(); ++i) {
      const double strength = made.grid_[i];
      const double share = (part.expected * strength + part.good) / (strength + part.cases);
      mean += (made.cumulative_[i] - before) * (share - part.expected);
      before = made.cumulative_[i];
    }
    made.means_.push_back(mean);
  }
  return made;
}

PartPosterior PartPosterior::OfMeans(std::span<const MeanOfPart> parts, double usual_spread) {
  PartPosterior made;
  made.residuals_.assign(parts.begin(), parts.end());
  std::vector<double> log_weights;
  for (int i = 0; i < kGrid; ++i) {
    const double spread = GridPoint(i, usual_spread);
    const double between = spread * spread;
    double weight = LogHalfNormal(spread, usual_spread);
    for (const MeanOfPart& part : made.residuals_) {
      const double variance = between + part.variance;
      weight -= (std::log(variance) + part.residual * part.residual / variance) / 2;
    }
    made.grid_.push_back(between);
    log_weights.push_back(weight);
  }
  made.Weigh(log_weights);
  for (const MeanOfPart& part : made.residuals_) {
    double mean = 0;
    double before = 0;
    for (std::size_t i = 0; i < made.grid_.size(); ++i) {
      mean += (made.cumulative_[i] - before) * part.residual * made.grid_[i] / (made.grid_[i] + part.variance);
      before = made.cumulative_[i];
    }
    made.means_.push_back(mean);
  }
  return made;
}

void PartPosterior::Draw(Draws& draws, std::vector<double>& into) const {
  into.resize(means_.size());
  const auto at = std::ranges::lower_bound(cumulative_, draws.Uniform());
  const double spread = grid_[std::min(static_cast<std::size_t>(at - cumulative_.begin()), grid_.size() - 1)];
  for (std::size_t j = 0; j < into.size(); ++j) {
    if (is_of_shares_) {
      const ShareOfPart& part = shares_[j];
      into[j] = draws.Beta(part.expected * spread + part.good, (1 - part.expected) * spread + part.cases - part.good) -
                part.expected;
      continue;
    }
    const MeanOfPart& part = residuals_[j];
    const double kept = spread / (spread + part.variance);
    into[j] = kept * part.residual + std::sqrt(kept * part.variance) * draws.Normal();
  }
}

std::optional<std::size_t> BestOf(std::span<const double> values, std::span<const double> cases, double least) {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (cases[i] >= least) order.push_back(i);
  }
  if (order.size() < 2) return std::nullopt;
  std::ranges::stable_sort(order, std::ranges::greater{}, [&](std::size_t i) { return values[i]; });
  return order[static_cast<std::size_t>(static_cast<double>(order.size()) / kPartsPerLeader)];
}

}  // namespace weir::diagnose
