#include "forecast/series/decompose.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>

namespace weir::forecast {
namespace {

struct Smooth {
  int window = 3;
  int degree = 0;
  int jump = 1;
};

int NextOdd(double value) {
  const int above = static_cast<int>(std::ceil(value));
  return above % 2 == 0 ? above + 1 : above;
}

Smooth SmoothOf(int window, int degree) {
  return {.window = window, .degree = degree, .jump = static_cast<int>(std::ceil(window / 10.0))};
}

// The local regression at `at` (1 is the first value) over the values `first` .. `last`, with tricube weights.
double FitAt(std::span<const double> values, double at, int first, int last, const Smooth& smooth,
             std::vector<double>& weights) {
  const int size = static_cast<int>(values.size());
  double reach = std::max(at - first, last - at);
  const int beyond = (smooth.window - size) / 2;  // whole steps, as published
  if (beyond > 0) reach += beyond;
  double total = 0;
  for (int i = first; i <= last; ++i) {
    const double distance = std::abs(i - at);
    double weight = 0;
    if (distance <= .999 * reach) {
      const double part = distance / reach;
      const double cube = 1 - part * part * part;
      weight = distance <= .001 * reach ? 1 : cube * cube * cube;
    }
    weights[static_cast<std::size_t>(i - 1)] = weight;
    total += weight;
  }
  if (!(total > 0)) return values[static_cast<std::size_t>(std::clamp(static_cast<int>(at), 1, size) - 1)];
  double center = 0;
  for (int i = first; i <= last; ++i) center += weights[static_cast<std::size_t>(i - 1)] / total * i;
  double spread = 0;
  for (int i = first; i <= last; ++i) {
    spread += weights[static_cast<std::size_t>(i - 1)] / total * (i - center) * (i - center);
  }
  const bool has_slope = smooth.degree > 0 && std::sqrt(spread) > .001 * (size - 1);
  const double tilt = has_slope ? (at - center) / spread : 0;
  double sum = 0;
  for (int i = first; i <= last; ++i) {
    const auto index = static_cast<std::size_t>(i - 1);
    sum += weights[index] / total * (1 + tilt * (i - center)) * values[index];
  }
  return sum;
}

// At the places 1 - extend .. size + extend; `smoothed` has that many values.
void Loess(std::span<const double> values, const Smooth& smooth, int extend, std::span<double> smoothed,
           std::vector<double>& weights) {
  const int size = static_cast<int>(values.size());
  weights.resize(values.size());
  const int window = std::min(smooth.window, size);
  const auto fit = [&](int at) {
    const int first = std::clamp(at - window / 2, 1, size - window + 1);
    return FitAt(values, at, first, first + window - 1, smooth, weights);
  };
  const auto place = [&](int at) -> double& {
    return smoothed[static_cast<std::size_t>(at) - 1 + static_cast<std::size_t>(extend)];
  };
  const int jump = std::max(1, std::min(smooth.jump, size - 1));
  int before = 1;
  place(1) = fit(1);
  while (before < size) {
    const int next = std::min(before + jump, size);
    place(next) = fit(next);
    const double slope = (place(next) - place(before)) / (next - before);
    for (int at = before + 1; at < next; ++at) place(at) = place(before) + slope * (at - before);
    before = next;
  }
  for (int beyond = 1; beyond <= extend; ++beyond) {
    place(1 - beyond) = fit(1 - beyond);
    place(size + beyond) = fit(size + beyond);
  }
}

void MovingMean(std::vector<double>& values, std::size_t length) {
  double sum = 0;
  for (std::size_t i = 0; i < length; ++i) sum += values[i];
  const std::size_t count = values.size() - length + 1;
  for (std::size_t i = 0; i < count; ++i) {
    const double mean = sum / static_cast<double>(length);
    if (i + 1 < count) sum += values[i + length] - values[i];
    values[i] = mean;
  }
  values.resize(count);
}

// Each phase smoothed by itself, one cycle longer at both ends.
std::vector<double> SmoothPhases(std::span<const double> values, std::size_t season, const Smooth& smooth) {
  std::vector<double> cycles(values.size() + 2 * season);
  std::vector<double> phase_values;
  std::vector<double> smoothed;
  std::vector<double> weights;
  for (std::size_t phase = 0; phase < season; ++phase) {
    phase_values.clear();
    for (std::size_t i = phase; i < values.size(); i += season) phase_values.push_back(values[i]);
    smoothed.resize(phase_values.size() + 2);
    Loess(phase_values, smooth, 1, smoothed, weights);
    for (std::size_t i = 0; i < smoothed.size(); ++i) cycles[phase + i * season] = smoothed[i];
  }
  return cycles;
}

void MakePeriodic(std::vector<double>& seasonal, std::size_t season) {
  for (std::size_t phase = 0; phase < season; ++phase) {
    double sum = 0;
    double count = 0;
    for (std::size_t i = phase; i < seasonal.size(); i += season) sum += seasonal[i], count += 1;
    for (std::size_t i = phase; i < seasonal.size(); i += season) seasonal[i] = sum / count;
  }
}

}  // namespace

std::optional<Decomposition> DecomposeStl(Values values, int season, const StlOptions& options) {
  if (season < 2 || values.size() < 2 * static_cast<std::size_t>(season)) return std::nullopt;
  if (std::any_of(values.begin(), values.end(), [](double value) { return !std::isfinite(value); })) {
    return std::nullopt;
  }
  const std::size_t size = values.size();
  const auto period = static_cast<std::size_t>(season);
  const int seasonal_window =
      options.is_periodic ? 10 * static_cast<int>(size) + 1 : std::max(3, options.seasonal_window | 1);
  const Smooth phases = SmoothOf(seasonal_window, 0);
  const Smooth low_pass = SmoothOf(NextOdd(season), 1);
  const Smooth trend = SmoothOf(NextOdd(1.5 * season / (1 - 1.5 / seasonal_window)), 1);
  Decomposition result;
  result.trend.assign(size, 0.0);
  result.season.assign(size, 0.0);
  result.remainder.assign(size, 0.0);
  std::vector<double> work(size);
  std::vector<double> weights;
  for (int pass = 0; pass < options.inner_passes; ++pass) {
    for (std::size_t i = 0; i < size; ++i) work[i] = values[i] - result.trend[i];
    const std::vector<double> cycles = SmoothPhases(work, period, phases);
    std::vector<double> means = cycles;
    MovingMean(means, period);
    MovingMean(means, period);
    MovingMean(means, 3);
    Loess(means, low_pass, 0, work, weights);
    for (std::size_t i = 0; i < size; ++i) result.season[i] = cycles[i + period] - work[i];
    for (std::size_t i = 0; i < size; ++i) work[i] = values[i] - result.season[i];
    Loess(work, trend, 0, result.trend, weights);
  }
  if (options.is_periodic) MakePeriodic(result.season, period);
  for (std::size_t i = 0; i < size; ++i) result.remainder[i] = values[i] - result.trend[i] - result.season[i];
  return result;
}

}  // namespace weir::forecast
