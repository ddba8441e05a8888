#include "forecast/series/ets_start.h"

#include <algorithm>
#include <cstddef>

namespace weir::forecast::ets {
namespace {

// The moving average of a season's length around `middle`; with an even length both ends count half. Missing values are
// left out; NaN near the ends of the series.
double CentredAverage(Values values, std::size_t middle, int season) {
  const auto half = static_cast<std::size_t>(season / 2);
  if (middle < half || middle + half >= values.size()) return kMissing;
  double sum = 0;
  double weights = 0;
  for (std::size_t t = middle - half; t <= middle + half; ++t) {
    if (IsMissing(values[t])) continue;
    const bool is_end = season % 2 == 0 && (t == middle - half || t == middle + half);
    sum += (is_end ? .5 : 1) * values[t];
    weights += is_end ? .5 : 1;
  }
  return weights > 0 ? sum / weights : kMissing;
}

}  // namespace

std::vector<double> SeasonOfStart(Values values, EtsPart part, int season) {
  const bool is_factor = part == EtsPart::kMultiplicative;
  std::vector<double> mean(season, is_factor ? 1.0 : 0.0);
  std::vector<double> sum(season);
  std::vector<int> count(season);
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double average = CentredAverage(values, t, season);
    if (IsMissing(values[t]) || IsMissing(average)) continue;
    sum[t % season] += is_factor ? values[t] / average : values[t] - average;
    ++count[t % season];
  }
  double total = 0;
  for (int k = 0; k < season; ++k) {
    if (count[k] > 0) mean[k] = sum[k] / count[k];
    if (is_factor) mean[k] = std::max(mean[k], .01);
    total += mean[k];
  }
  for (double& value : mean) {
    if (is_factor) {
      value *= season / total;
    } else {
      value -= total / season;
    }
  }
  return mean;
}

StartLine LineOfStart(Values values, EtsPart part, Values season) {
  const std::size_t most = std::max<std::size_t>(10, 2 * season.size());
  double count = 0;
  double sum_t = 0;
  double sum_y = 0;
  double sum_tt = 0;
  double sum_ty = 0;
  for (std::size_t t = 0; t < values.size() && count < static_cast<double>(most); ++t) {
    if (IsMissing(values[t])) continue;
    double value = values[t];
    if (part == EtsPart::kAdditive) value -= season[t % season.size()];
    if (part == EtsPart::kMultiplicative) value /= season[t % season.size()];
    const auto step = static_cast<double>(t + 1);
    count += 1;
    sum_t += step;
    sum_y += value;
    sum_tt += step * step;
    sum_ty += step * value;
  }
  StartLine line;
  if (count == 0) return line;
  line.mean = sum_y / count;
  const double spread = sum_tt - sum_t * sum_t / count;
  if (spread > 0) line.slope = (sum_ty - sum_t * sum_y / count) / spread;
  line.level = line.mean - line.slope * sum_t / count;
  return line;
}

}  // namespace weir::forecast::ets
