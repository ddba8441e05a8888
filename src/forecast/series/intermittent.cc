#include "forecast/series/intermittent.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "forecast/series/smoothing.h"

namespace weir::forecast {
namespace {

// As Croston proposed; the sizes and intervals of most series are too few to fit them better.
constexpr double kCrostonAlpha = .1;

double SquaredError(Values values, Values fitted) {
  double squares = 0;
  for (std::size_t t = 0; t < values.size(); ++t) squares += (values[t] - fitted[t]) * (values[t] - fitted[t]);
  return squares;
}

struct Arrivals {
  std::vector<double> sizes;
  std::vector<double> intervals;
};

Arrivals ArrivalsOf(Values values) {
  Arrivals arrivals;
  double since = 0;
  for (const double value : values) {
    since += 1;
    if (value <= 0) continue;
    arrivals.sizes.push_back(value);
    arrivals.intervals.push_back(since);
    since = 0;
  }
  return arrivals;
}

// Size over interval as smoothed up to each step; `scale` takes the bias away.
void RunCroston(Values values, const Arrivals& arrivals, double scale, IntermittentModel* model) {
  double size = arrivals.sizes.front();
  double interval = arrivals.intervals.front();
  std::size_t next = 0;
  for (const double value : values) {
    model->fitted.push_back(scale * size / interval);
    if (value <= 0) continue;
    size += kCrostonAlpha * (arrivals.sizes[next] - size);
    interval += kCrostonAlpha * (arrivals.intervals[next] - interval);
    ++next;
  }
  model->rate = scale * size / interval;
}

// One run of TSB: what was said of each step, and the rate after the last.
double RunChance(Values values, const Arrivals& arrivals, double size_alpha, double chance_alpha,
                 std::vector<double>* fitted) {
  double size = arrivals.sizes.front();
  double chance = 1 / arrivals.intervals.front();
  fitted->clear();
  for (const double value : values) {
    fitted->push_back(size * chance);
    if (value > 0) size += size_alpha * (value - size);
    chance += chance_alpha * ((value > 0 ? 1 : 0) - chance);
  }
  return size * chance;
}

// The chance moves slowly: a run of noughts must not make it vanish at once.
void FitChance(Values values, const Arrivals& arrivals, IntermittentModel* model) {
  double least = std::numeric_limits<double>::infinity();
  std::vector<double> fitted;
  fitted.reserve(values.size());
  for (const double size_alpha : {.02, .05, .1, .2, .3}) {
    for (const double chance_alpha : {.01, .02, .05, .1, .2, .3}) {
      const double rate = RunChance(values, arrivals, size_alpha, chance_alpha, &fitted);
      const double squares = SquaredError(values, fitted);
      if (squares >= least) continue;
      least = squares;
      model->rate = rate;
      model->fitted = fitted;
    }
  }
}

// Sums over whole buckets of `length` steps, the last ending with the last value.
std::vector<double> Sums(Values values, std::size_t length) {
  const std::size_t buckets = values.size() / length;
  std::vector<double> sums(buckets, 0);
  const std::size_t skipped = values.size() - buckets * length;
  for (std::size_t t = skipped; t < values.size(); ++t) sums[(t - skipped) / length] += values[t];
  return sums;
}

// The rate of one step, and what was said of each: that of the bucket before it.
void RunSums(Values values, std::size_t length, IntermittentModel* model) {
  const std::vector<double> sums = Sums(values, length);
  const Smoothing smoothing = FitSmoothing(sums);
  const auto steps = static_cast<double>(length);
  const std::size_t skipped = values.size() - sums.size() * length;
  for (std::size_t t = 0; t < values.size(); ++t) {
    const std::size_t bucket = t < skipped ? 0 : (t - skipped) / length;
    model->fitted[t] += smoothing.fitted[bucket] / steps;
  }
  model->rate += smoothing.level / steps;
}

void FitSums(Values values, IntermittentModel* model) {
  const auto most = std::clamp<std::size_t>(static_cast<std::size_t>(std::lround(model->interval)), 1, values.size());
  const std::size_t least = model->method == IntermittentMethod::kImapa ? 1 : most;
  model->fitted.assign(values.size(), 0);
  for (std::size_t length = least; length <= most; ++length) RunSums(values, length, model);
  const auto runs = static_cast<double>(most - least + 1);
  model->rate /= runs;
  for (double& fitted : model->fitted) fitted /= runs;
}

}  // namespace

double MeanInterval(Values values) {
  const auto arrivals = std::ranges::count_if(values, [](double value) { return value > 0; });
  if (arrivals == 0) return std::numeric_limits<double>::infinity();
  std::size_t last = values.size();
  while (!(values[last - 1] > 0)) --last;
  return static_cast<double>(last) / static_cast<double>(arrivals);
}

std::optional<IntermittentModel> FitIntermittent(Values values, IntermittentMethod method) {
  const bool is_fit = std::ranges::all_of(values, [](double value) { return value >= 0; });
  if (values.empty() || !is_fit) return std::nullopt;
  IntermittentModel model;
  model.method = method;
  model.interval = MeanInterval(values);
  const Arrivals arrivals = ArrivalsOf(values);
  if (arrivals.sizes.empty()) {
    model.fitted.assign(values.size(), 0);
    return model;
  }
  model.fitted.reserve(values.size());
  switch (method) {
    case IntermittentMethod::kCroston:
      RunCroston(values, arrivals, 1, &model);
      break;
    case IntermittentMethod::kSyntetosBoylan:
      RunCroston(values, arrivals, 1 - kCrostonAlpha / 2, &model);
      break;
    case IntermittentMethod::kTeunterSyntetosBabai:
      FitChance(values, arrivals, &model);
      break;
    case IntermittentMethod::kAdida:
    case IntermittentMethod::kImapa:
      FitSums(values, &model);
      break;
  }
  model.sigma2 = SquaredError(values, model.fitted) / static_cast<double>(values.size());
  return model;
}

Outlook Predict(const IntermittentModel& model, int horizon) {
  const auto steps = static_cast<std::size_t>(std::max(horizon, 0));
  return {.mean = std::vector<double>(steps, model.rate),
          .deviation = std::vector<double>(steps, std::sqrt(model.sigma2))};
}

}  // namespace weir::forecast
