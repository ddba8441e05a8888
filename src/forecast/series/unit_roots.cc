#include "forecast/series/unit_roots.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <optional>

#include "forecast/series/decompose.h"

namespace weir::forecast {
namespace {

constexpr int kMostDifferences = 2;

double Mean(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double Variance(std::span<const double> values) {
  const double mean = Mean(values);
  double sum = 0;
  for (const double value : values) sum += (value - mean) * (value - mean);
  return sum / static_cast<double>(values.size());
}

// Differences of rounding alone count as none.
bool IsConstant(std::span<const double> values, double scale) {
  const auto [least, most] = std::minmax_element(values.begin(), values.end());
  return *most - *least <= 1e-12 * scale;
}

std::vector<double> Difference(std::span<const double> values, std::size_t lag) {
  std::vector<double> result(values.size() - lag);
  for (std::size_t i = 0; i < result.size(); ++i) result[i] = values[i + lag] - values[i];
  return result;
}

// On a line between the nearest known values `step` apart; false where one side has none.
bool FillAt(std::span<const double> known, std::size_t at, std::size_t step, double& filled) {
  std::size_t before = at;
  std::size_t after = at;
  while (IsMissing(known[before])) {
    if (before < step) return false;
    before -= step;
  }
  while (IsMissing(known[after])) {
    after += step;
    if (after >= known.size()) return false;
  }
  const double share = static_cast<double>(at - before) / static_cast<double>(after - before);
  filled = known[before] + share * (known[after] - known[before]);
  return true;
}

}  // namespace

std::vector<double> InterpolatePhases(Values values, int season) {
  const auto is_known = [](double value) { return !IsMissing(value); };
  const auto begin = std::find_if(values.begin(), values.end(), is_known);
  const auto end = std::find_if(values.rbegin(), values.rend(), is_known).base();
  if (begin >= end) return {};
  const std::vector<double> known(begin, end);
  std::vector<double> result = known;
  for (std::size_t i = 0; i < known.size(); ++i) {
    if (!IsMissing(known[i])) continue;
    if (season > 1 && FillAt(known, i, static_cast<std::size_t>(season), result[i])) continue;
    FillAt(known, i, 1, result[i]);
  }
  return result;
}

double KpssStatistic(Values values, int lags) {
  std::vector<double> errors;
  errors.reserve(values.size());
  for (const double value : values) {
    if (!IsMissing(value)) errors.push_back(value);
  }
  const auto size = static_cast<double>(errors.size());
  if (errors.size() < 3) return 0;
  double largest = 0;
  for (const double value : errors) largest = std::max(largest, std::abs(value));
  if (IsConstant(errors, largest)) return 0;
  const double mean = Mean(errors);
  // In units of the largest, so that squares of great and small values stay in range.
  for (double& error : errors) error = (error - mean) / largest;
  if (lags < 0) lags = static_cast<int>(3 * std::sqrt(size) / 13);
  double partial = 0;
  double squares = 0;
  double variance = 0;
  for (const double error : errors) {
    partial += error;
    squares += partial * partial;
    variance += error * error;
  }
  for (int lag = 1; lag <= std::min(lags, static_cast<int>(errors.size()) - 1); ++lag) {
    double product = 0;
    for (std::size_t i = static_cast<std::size_t>(lag); i < errors.size(); ++i) {
      product += errors[i] * errors[i - static_cast<std::size_t>(lag)];
    }
    variance += 2 * (1 - lag / (lags + 1.0)) * product;
  }
  return variance > 0 ? squares / (size * variance) : 0;
}

double SeasonalStrength(Values values, int season) {
  std::vector<double> filled = InterpolatePhases(values, season);
  if (season < 2 || filled.size() <= 2 * static_cast<std::size_t>(season)) return 0;
  double largest = 0;
  for (const double value : filled) largest = std::max(largest, std::abs(value));
  if (largest == 0) return 0;
  for (double& value : filled) value /= largest;
  const std::optional<Decomposition> parts = DecomposeStl(filled, season);
  if (!parts) return 0;
  std::vector<double> detrended(filled.size());
  for (std::size_t i = 0; i < filled.size(); ++i) detrended[i] = parts->season[i] + parts->remainder[i];
  const double variance = Variance(detrended);
  return variance > 1e-26 ? std::clamp(1 - Variance(parts->remainder) / variance, 0.0, 1.0) : 0;
}

DifferencesNeeded FindDifferences(Values values, int season) {
  DifferencesNeeded needed;
  std::vector<double> filled = InterpolatePhases(values, season);
  if (filled.size() < 3) return needed;
  double largest = 0;
  for (const double value : filled) largest = std::max(largest, std::abs(value));
  if (IsConstant(filled, largest)) return needed;
  if (season > 1 && SeasonalStrength(filled, season) > kStrongSeason) {
    std::vector<double> differenced = Difference(filled, static_cast<std::size_t>(season));
    needed.seasonal_differences = 1;
    filled = std::move(differenced);
  }
  while (needed.differences < kMostDifferences && filled.size() > 3 && !IsConstant(filled, largest) &&
         KpssStatistic(filled) > kKpssCritical) {
    filled = Difference(filled, 1);
    ++needed.differences;
  }
  return needed;
}

}  // namespace weir::forecast
