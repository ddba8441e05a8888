#include "forecast/series/smoothing.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace weir::forecast {
namespace {

// With e_t = a_t - c_t l: a is smoothing that starts at 0, c what is left of the first level.
struct Sums {
  double aa = 0;
  double ac = 0;
  double cc = 0;
};

Sums SumsAt(Values values, double alpha) {
  Sums sums;
  double level = 0;
  double kept = 1;
  for (const double value : values) {
    const double a = value - level;
    sums.aa += a * a;
    sums.ac += a * kept;
    sums.cc += kept * kept;
    level += alpha * a;
    kept *= 1 - alpha;
  }
  return sums;
}

}  // namespace

double Mean(Values values) {
  if (values.empty()) return kMissing;
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

double LeastBetween(double low, double high, const std::function<double(double)>& loss) {
  constexpr int kGrid = 16;
  constexpr double kGolden = .6180339887498949;
  std::array<double, kGrid + 1> points{};
  std::array<double, kGrid + 1> losses{};
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double share = static_cast<double>(i) / kGrid;
    points[i] = low + (high - low) * share * share;
    losses[i] = loss(points[i]);
  }
  const auto at = static_cast<std::size_t>(std::ranges::min_element(losses) - losses.begin());
  double from = points[at == 0 ? 0 : at - 1];
  double to = points[std::min(at + 1, points.size() - 1)];
  double left = to - kGolden * (to - from);
  double right = from + kGolden * (to - from);
  double left_loss = loss(left);
  double right_loss = loss(right);
  while (to - from > 1e-6) {
    if (left_loss <= right_loss) {
      to = right;
      right = left;
      right_loss = left_loss;
      left = to - kGolden * (to - from);
      left_loss = loss(left);
    } else {
      from = left;
      left = right;
      left_loss = right_loss;
      right = from + kGolden * (to - from);
      right_loss = loss(right);
    }
  }
  // The bounds themselves are points of the grid, and may be where it is least.
  if (losses[at] <= std::min(left_loss, right_loss)) return points[at];
  return left_loss <= right_loss ? left : right;
}

Smoothing FitSmoothing(Values values, double least_alpha, double most_alpha) {
  Smoothing smoothing;
  if (values.empty()) return smoothing;
  // About the mean, so that no digits are lost where values are large beside what they move.
  const double mean = Mean(values);
  std::vector<double> about(values.begin(), values.end());
  for (double& value : about) value -= mean;
  smoothing.alpha = LeastBetween(least_alpha, most_alpha, [&](double alpha) {
    const Sums sums = SumsAt(about, alpha);
    return sums.aa - sums.ac * sums.ac / sums.cc;
  });
  const Sums sums = SumsAt(about, smoothing.alpha);
  smoothing.first_level = mean + sums.ac / sums.cc;
  smoothing.level = smoothing.first_level;
  smoothing.fitted.reserve(values.size());
  for (const double value : values) {
    smoothing.fitted.push_back(smoothing.level);
    const double error = value - smoothing.level;
    smoothing.squares += error * error;
    smoothing.level += smoothing.alpha * error;
  }
  return smoothing;
}

}  // namespace weir::forecast
