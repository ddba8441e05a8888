#include "forecast/series/season.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace weir::forecast {
namespace {

constexpr double kTestLevel = 1.6448536269514722;  // of the normal distribution, 90 % on both sides
constexpr double kLeastIndex = .01;
// The F statistic from which a pattern is taken to be there: by chance a thousandth of series reach it, and on M3 and
// M4 Weekly forecasts are best between 3 and 4.
constexpr double kLeastF = 3.5;

// The mean over one whole season around each value: of an even season the ends count half. Missing at the ends and
// where a value within it is.
std::vector<double> MovingMean(Values values, int season) {
  const auto m = static_cast<std::size_t>(season);
  const std::size_t half = m / 2;
  std::vector<double> mean(values.size(), kMissing);
  if (values.size() < 2 * half + 1) return mean;
  for (std::size_t t = half; t + half < values.size(); ++t) {
    double sum = 0;
    for (std::size_t i = t - half; i <= t + half; ++i) {
      const bool is_end = m % 2 == 0 && (i == t - half || i == t + half);
      sum += is_end ? values[i] / 2 : values[i];
    }
    mean[t] = sum / static_cast<double>(m);
  }
  return mean;
}

// What `values` are beside `mean`, averaged by step of the season; empty where a step has none.
std::vector<double> MeanByStep(Values values, Values mean, int season, bool is_multiplicative) {
  const auto m = static_cast<std::size_t>(season);
  std::vector<double> sum(m, 0);
  std::vector<int> count(m, 0);
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double beside = is_multiplicative ? values[t] / mean[t] : values[t] - mean[t];
    if (!std::isfinite(beside)) continue;
    sum[t % m] += beside;
    ++count[t % m];
  }
  double all = 0;
  for (std::size_t step = 0; step < m; ++step) {
    if (count[step] == 0) return {};
    sum[step] /= count[step];
    all += sum[step];
  }
  all /= static_cast<double>(m);
  if (is_multiplicative && all <= 0) return {};
  for (double& index : sum) index = is_multiplicative ? index / all : index - all;
  return sum;
}

// The share of the variance about the moving mean that the pattern explains, and the F statistic of that.
struct Explained {
  double share = 0;  // adjusted for the number of indices
  double f = 0;
};

Explained Explain(Values values, int season) {
  const std::vector<double> mean = MovingMean(values, season);
  const std::vector<double> index = MeanByStep(values, mean, season, false);
  if (index.empty()) return {};
  double before = 0;
  double after = 0;
  double known = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const double beside = values[t] - mean[t];
    if (IsMissing(beside)) continue;
    const double left = beside - index[t % index.size()];
    before += beside * beside;
    after += left * left;
    known += 1;
  }
  const double indices = season;
  const double freedom = known - indices;
  if (before <= 0 || freedom < 1) return {};
  const double noise = std::max(after / freedom, 1e-12 * before);
  return {.share = 1 - noise / (before / (known - 1)), .f = (before - after) / (indices - 1) / noise};
}

}  // namespace

std::vector<double> Autocorrelation(Values values, int lags) {
  double sum = 0;
  std::size_t known = 0;
  for (const double value : values) {
    if (IsMissing(value)) continue;
    sum += value;
    ++known;
  }
  if (known < 2) return {};
  const double mean = sum / static_cast<double>(known);
  std::vector<double> about(values.size());
  double variance = 0;
  for (std::size_t t = 0; t < values.size(); ++t) {
    about[t] = IsMissing(values[t]) ? 0 : values[t] - mean;
    variance += about[t] * about[t];
  }
  if (variance <= 1e-24 * mean * mean * static_cast<double>(known) || variance == 0) return {};
  std::vector<double> correlation(static_cast<std::size_t>(lags), 0);
  for (std::size_t lag = 1; lag <= correlation.size() && lag < about.size(); ++lag) {
    double product = 0;
    for (std::size_t t = lag; t < about.size(); ++t) product += about[t] * about[t - lag];
    correlation[lag - 1] = product / variance;
  }
  return correlation;
}

bool IsSeasonal(Values values, int season) {
  if (season < 2 || values.size() <= 2 * static_cast<std::size_t>(season)) return false;
  const std::vector<double> correlation = Autocorrelation(values, season);
  if (correlation.empty()) return false;
  double squares = 0;
  for (std::size_t i = 0; i + 1 < correlation.size(); ++i) squares += correlation[i] * correlation[i];
  const double error = std::sqrt((1 + 2 * squares) / static_cast<double>(values.size()));
  return std::abs(correlation.back()) > kTestLevel * error;
}

SeasonalPattern FindPattern(Values values, int season, bool may_be_multiplicative) {
  SeasonalPattern none{.season = 1, .is_multiplicative = false, .index = {0}};
  if (season < 2 || values.size() < static_cast<std::size_t>(season)) return none;
  const std::vector<double> mean = MovingMean(values, season);
  const bool is_positive = std::ranges::all_of(values, [](double value) { return IsMissing(value) || value > 0; });
  if (may_be_multiplicative && is_positive) {
    std::vector<double> index = MeanByStep(values, mean, season, true);
    if (!index.empty() && std::ranges::min(index) >= kLeastIndex) {
      return {.season = season, .is_multiplicative = true, .index = std::move(index)};
    }
  }
  std::vector<double> index = MeanByStep(values, mean, season, false);
  if (index.empty()) return none;
  return {.season = season, .is_multiplicative = false, .index = std::move(index)};
}

std::vector<double> WithoutPattern(Values values, const SeasonalPattern& pattern) {
  std::vector<double> without(values.begin(), values.end());
  for (std::size_t t = 0; t < without.size(); ++t) without[t] = pattern.Without(without[t], t);
  return without;
}

std::vector<double> FillGaps(Values values, int season) {
  std::vector<double> filled(values.begin(), values.end());
  if (std::ranges::none_of(values, IsMissing)) return filled;
  const SeasonalPattern pattern = FindPattern(values, season);
  filled = WithoutPattern(values, pattern);
  std::size_t before = filled.size();  // the last known step; none yet
  for (std::size_t t = 0; t < filled.size(); ++t) {
    if (IsMissing(filled[t])) continue;
    if (before < t) {
      for (std::size_t gap = before + 1; gap < t; ++gap) {
        const double share = static_cast<double>(gap - before) / static_cast<double>(t - before);
        filled[gap] = filled[before] + share * (filled[t] - filled[before]);
      }
    }
    before = t;
  }
  for (std::size_t t = 0; t < filled.size(); ++t) {
    filled[t] = IsMissing(values[t]) ? pattern.With(filled[t], t) : values[t];
  }
  return filled;
}

Values KnownPart(Values values) {
  std::size_t begin = 0;
  std::size_t end = values.size();
  while (begin < end && IsMissing(values[begin])) ++begin;
  while (end > begin && IsMissing(values[end - 1])) --end;
  return values.subspan(begin, end - begin);
}

int DetectSeason(Values values, std::span<const int> candidates) {
  int best = 1;
  Explained most;
  for (const int season : candidates) {
    if (season < 2 || values.size() < 3 * static_cast<std::size_t>(season)) continue;
    const Explained explained = Explain(values, season);
    // A multiple of the season explains as much as the season itself: it has to be clearly better.
    if (explained.share > most.share + .01 && explained.f > kLeastF) {
      most = explained;
      best = season;
    }
  }
  return best;
}

}  // namespace weir::forecast
