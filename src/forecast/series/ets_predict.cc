#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "base/random.h"
#include "forecast/series/ets.h"
#include "forecast/series/ets_recursion.h"

namespace weir::forecast {
namespace {

constexpr int kPaths = 4000;
constexpr std::uint64_t kPathSeed = 2008;
// Factors of growth carry a path beyond any number that a double holds; there it stays.
constexpr double kMost = 1e150;

double Bounded(double value) { return std::clamp(value, -kMost, kMost); }

struct Start {
  std::vector<double> season;
  ets::Running states;
};

void Restart(const EtsModel& model, Start& start) {
  start.season = model.last.season;
  start.states = {.level = model.last.level, .slope = model.last.slope, .season = start.season.data()};
  start.states.length = std::max<int>(1, static_cast<int>(start.season.size()));
}

std::vector<double> PathWithoutErrors(const EtsModel& model, int horizon) {
  const ets::Kernel& kernel = ets::KernelOf(model.form);
  Start start;
  Restart(model, start);
  std::vector<double> mean;
  mean.reserve(horizon);
  for (int h = 0; h < horizon; ++h) {
    const ets::Expected next = kernel.expect(start.states, model.smoothing.phi);
    mean.push_back(Bounded(next.mean));
    kernel.learn(start.states, next, 0, model.smoothing);
  }
  return mean;
}

// By how much an error of 1 moves the value `after` + 1 steps later: its c_j (table 6.1), with or without the season.
std::vector<double> Echoes(const EtsModel& model, int horizon, bool with_season) {
  std::vector<double> echoes;
  echoes.reserve(horizon);
  double kept = 0;
  double power = 1;
  for (int j = 1; j <= horizon; ++j) {
    power *= model.smoothing.phi;
    kept += power;
    double echo = model.smoothing.alpha + model.smoothing.beta * kept;
    if (with_season && model.season > 1 && j % model.season == 0) echo += model.smoothing.gamma;
    echoes.push_back(echo);
  }
  return echoes;
}

// Class 1: the errors of all steps add up (section 6.3, eq. 6.1).
std::vector<double> VarianceOfSums(const EtsModel& model, int horizon) {
  const std::vector<double> echoes = Echoes(model, horizon, true);
  std::vector<double> variance;
  variance.reserve(horizon);
  double sum = 1;
  for (int h = 0; h < horizon; ++h) {
    variance.push_back(model.sigma2 * sum);
    sum += echoes[h] * echoes[h];
  }
  return variance;
}

// Class 2: an error's size goes with the value that it falls on (section 6.4.2).
std::vector<double> VarianceOfShares(const EtsModel& model, const std::vector<double>& mean) {
  const std::vector<double> echoes = Echoes(model, static_cast<int>(mean.size()), true);
  std::vector<double> square;
  std::vector<double> variance;
  square.reserve(mean.size());
  variance.reserve(mean.size());
  for (std::size_t h = 0; h < mean.size(); ++h) {
    double echoed = 0;
    for (std::size_t j = 1; j <= h; ++j) echoed += echoes[j - 1] * echoes[j - 1] * square[h - j];
    square.push_back(mean[h] * mean[h] + model.sigma2 * echoed);
    variance.push_back((1 + model.sigma2) * square[h] - mean[h] * mean[h]);
  }
  return variance;
}

// First and second moments of level and slope, each times the season of the step that is asked for.
struct Moments {
  double level = 0;
  double slope = 0;
  double level_level = 0;
  double level_slope = 0;
  double slope_slope = 0;
};

// One step on, with an error that also moves the season when `gamma` is not 0.
Moments StepOn(const Moments& now, const EtsModel& model, double gamma) {
  const auto [alpha, beta, unused, phi] = model.smoothing;
  const double s2 = model.sigma2;
  const double base = now.level + phi * now.slope;
  const double base_base = now.level_level + 2 * phi * now.level_slope + phi * phi * now.slope_slope;
  const double base_kept = phi * now.level_slope + phi * phi * now.slope_slope;
  const double kept_kept = phi * phi * now.slope_slope;
  // Expectations of products of (1 + alpha e), beta e and (1 + gamma e) for a normal e, whose fourth moment is 3 s2^2.
  const double fourth = 3 * s2 * s2 * gamma * gamma;
  Moments next;
  next.level = base * (1 + alpha * gamma * s2);
  next.slope = phi * now.slope + beta * gamma * s2 * base;
  next.level_level =
      base_base * (1 + s2 * (alpha * alpha + gamma * gamma + 4 * alpha * gamma) + alpha * alpha * fourth);
  next.level_slope = base_kept * (1 + s2 * (gamma * gamma + 2 * alpha * gamma)) +
                     base_base * beta * (s2 * (alpha + 2 * gamma) + alpha * fourth);
  next.slope_slope = kept_kept * (1 + gamma * gamma * s2) + 4 * beta * gamma * s2 * base_kept +
                     beta * beta * base_base * (s2 + fourth);
  return next;
}

// Class 3: the season of a step learns from the errors of the same steps of the seasons before, and only from those
// (section 6.4.3; the moments are taken step by step, which makes them exact for any horizon).
std::vector<double> VarianceOfProducts(const EtsModel& model, int horizon) {
  std::vector<double> variance;
  variance.reserve(horizon);
  const double phi = model.smoothing.phi;
  for (int h = 1; h <= horizon; ++h) {
    const double level = model.last.level;
    const double slope = model.last.slope;
    Moments now{level, slope, level * level, level * slope, slope * slope};
    for (int j = 1; j < h; ++j) now = StepOn(now, model, (h - j) % model.season == 0 ? model.smoothing.gamma : 0);
    const double factor = model.last.season[(h - 1) % model.season];
    const double mean = factor * (now.level + phi * now.slope);
    const double square = factor * factor * (now.level_level + 2 * phi * now.level_slope + phi * phi * now.slope_slope);
    variance.push_back((1 + model.sigma2) * square - mean * mean);
  }
  return variance;
}

// What a simulated path must not leave: a level and factors above nothing.
void Hold(const EtsModel& model, ets::Running& states) {
  if (model.form.trend == EtsPart::kMultiplicative) {
    states.level = std::clamp(states.level, 1e-6 * model.last.level, kMost);
    states.slope = std::clamp(states.slope, 1e-3, 1e3);
  }
  if (model.form.season != EtsPart::kMultiplicative) return;
  for (int k = 0; k < states.length; ++k) states.season[k] = std::clamp(states.season[k], 1e-3, 1e3);
}

std::vector<double> VarianceOfPaths(const EtsModel& model, const std::vector<double>& mean) {
  const ets::Kernel& kernel = ets::KernelOf(model.form);
  const bool is_relative = model.form.error == EtsPart::kMultiplicative;
  const double deviation = std::sqrt(model.sigma2);
  std::vector<double> squares(mean.size());
  Start start;
  RandomStream random(kPathSeed, "forecast.ets");
  for (int path = 0; path < kPaths; ++path) {
    Restart(model, start);
    for (std::size_t h = 0; h < mean.size(); ++h) {
      const ets::Expected next = kernel.expect(start.states, model.smoothing.phi);
      const double draw = random.Normal(0, deviation);
      const double error = is_relative ? Bounded(next.mean) * std::max(draw, -.999) : draw;
      const double off = Bounded(next.mean + error) - mean[h];
      squares[h] += off * off / kPaths;
      // A season cannot learn from a level that is not above nothing.
      const bool learns = model.form.season != EtsPart::kMultiplicative || next.base > 1e-6 * model.last.level;
      kernel.learn(start.states, next, learns ? error : 0, model.smoothing);
      Hold(model, start.states);
    }
  }
  return squares;
}

}  // namespace

Outlook Predict(const EtsModel& model, int horizon) {
  Outlook outlook{.mean = PathWithoutErrors(model, std::max(horizon, 0)), .deviation = {}};
  const bool is_relative = model.form.error == EtsPart::kMultiplicative;
  std::vector<double> variance;
  if (model.form.trend == EtsPart::kMultiplicative || (!is_relative && model.form.season == EtsPart::kMultiplicative)) {
    variance = VarianceOfPaths(model, outlook.mean);
  } else if (!is_relative) {
    variance = VarianceOfSums(model, static_cast<int>(outlook.mean.size()));
  } else if (model.form.season == EtsPart::kMultiplicative) {
    variance = VarianceOfProducts(model, static_cast<int>(outlook.mean.size()));
  } else {
    variance = VarianceOfShares(model, outlook.mean);
  }
  outlook.deviation.reserve(variance.size());
  for (const double value : variance) outlook.deviation.push_back(std::sqrt(std::max(value, 0.0)));
  return outlook;
}

}  // namespace weir::forecast
