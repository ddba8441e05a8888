#include "forecast/series/accuracy.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

namespace weir::forecast {
namespace {

// The mean of what `loss` says of each step whose value is known.
template <typename Loss>
double MeanOverKnown(Values actual, const Loss& loss) {
  double sum = 0;
  std::size_t known = 0;
  for (std::size_t t = 0; t < actual.size(); ++t) {
    if (IsMissing(actual[t])) continue;
    sum += loss(t);
    ++known;
  }
  return known == 0 ? kMissing : sum / static_cast<double>(known);
}

}  // namespace

double SymmetricPercentageError(Values actual, Values said) {
  return MeanOverKnown(actual, [&](std::size_t t) {
    const double both = std::abs(actual[t]) + std::abs(said[t]);
    return both == 0 ? 0 : 200 * std::abs(said[t] - actual[t]) / both;
  });
}

double SeasonalScale(Values series, int season) {
  const auto lag = static_cast<std::size_t>(season);
  double sum = 0;
  std::size_t pairs = 0;
  for (std::size_t t = lag; t < series.size(); ++t) {
    if (IsMissing(series[t]) || IsMissing(series[t - lag])) continue;
    sum += std::abs(series[t] - series[t - lag]);
    ++pairs;
  }
  return pairs == 0 ? kMissing : sum / static_cast<double>(pairs);
}

double ScaledError(Values actual, Values said, double scale) {
  if (IsMissing(scale) || scale == 0) return kMissing;
  return MeanOverKnown(actual, [&](std::size_t t) { return std::abs(said[t] - actual[t]); }) / scale;
}

double WeightedPercentageError(Values actual, Values said) {
  double errors = 0;
  double values = 0;
  for (std::size_t t = 0; t < actual.size(); ++t) {
    if (IsMissing(actual[t])) continue;
    errors += std::abs(said[t] - actual[t]);
    values += std::abs(actual[t]);
  }
  return values == 0 ? kMissing : errors / values;
}

double PinballLoss(Values actual, Values said, double level) {
  return MeanOverKnown(actual, [&](std::size_t t) {
    const double above = actual[t] - said[t];
    return above >= 0 ? level * above : (level - 1) * above;
  });
}

double ScaledIntervalScore(Values actual, Values low, Values high, double miss, double scale) {
  if (IsMissing(scale) || scale == 0) return kMissing;
  return MeanOverKnown(actual,
                       [&](std::size_t t) {
                         const double below = std::max(low[t] - actual[t], 0.0);
                         const double above = std::max(actual[t] - high[t], 0.0);
                         return high[t] - low[t] + 2 / miss * (below + above);
                       }) /
         scale;
}

double Coverage(Values actual, Values low, Values high) {
  return MeanOverKnown(actual, [&](std::size_t t) { return actual[t] >= low[t] && actual[t] <= high[t] ? 1.0 : 0.0; });
}

double NormalCrps(double mean, double deviation, double actual) {
  if (deviation <= 0) return std::abs(actual - mean);
  const double z = (actual - mean) / deviation;
  const double below = std::erfc(-z / std::numbers::sqrt2) / 2;
  const double density = std::exp(-z * z / 2) * std::numbers::inv_sqrtpi / std::numbers::sqrt2;
  return deviation * (z * (2 * below - 1) + 2 * density - std::numbers::inv_sqrtpi);
}

double SampleCrps(std::span<const double> draws, double actual) {
  if (draws.empty()) return kMissing;
  std::vector<double> sorted(draws.begin(), draws.end());
  std::ranges::sort(sorted);
  // E|X - y| - E|X - X'| / 2; of the sorted draws the second is the sum of (2 i + 1 - n) x_i / n^2.
  const auto n = static_cast<double>(sorted.size());
  double distance = 0;
  double spread = 0;
  for (std::size_t i = 0; i < sorted.size(); ++i) {
    distance += std::abs(sorted[i] - actual);
    spread += (2 * static_cast<double>(i) + 1 - n) * sorted[i];
  }
  return distance / n - spread / (n * n);
}

double DiscreteCrps(std::span<const double> points, std::span<const double> probability, double actual) {
  if (points.empty()) return kMissing;
  // The integral of (F(x) - 1{x >= actual})^2, which is constant between points.
  double score = actual < points.front() ? points.front() - actual : 0;
  double below = 0;
  for (std::size_t i = 0; i + 1 < points.size(); ++i) {
    below += probability[i];
    const double split = std::clamp(actual, points[i], points[i + 1]);
    score += below * below * (split - points[i]) + (1 - below) * (1 - below) * (points[i + 1] - split);
  }
  return score + std::max(actual - points.back(), 0.0);
}

}  // namespace weir::forecast
