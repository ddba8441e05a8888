// For tests: exponential smoothing as tables 2.2 and 2.3 of Hyndman, Koehler, Ord, Snyder 2008 have it, one equation a
// form and nothing shared between them.
#pragma once

#include <cmath>
#include <deque>
#include <numeric>
#include <vector>

#include "forecast/series/ets.h"

namespace weir::forecast {

struct ReferenceRun {
  std::vector<double> fitted;
  double log_likelihood = 0;
  double level = 0;
  double slope = 0;
  std::deque<double> season;  // of the next step first
};

struct ReferenceStates {
  double level = 0;
  double slope = 0;
  double season = 0;
};

// Table 2.2: additive errors.
inline ReferenceStates AdditiveErrorStep(const EtsForm& form, const EtsSmoothing& by, double l, double b, double s,
                                         double e) {
  const double bf = std::pow(b, by.phi);
  if (form.trend == EtsPart::kNone) {
    if (form.season == EtsPart::kMultiplicative) return {l + by.alpha * e / s, 0, s + by.gamma * e / l};
    return {l + by.alpha * e, 0, s + by.gamma * e};
  }
  if (form.trend == EtsPart::kAdditive) {
    const double q = l + by.phi * b;
    if (form.season != EtsPart::kMultiplicative) return {q + by.alpha * e, by.phi * b + by.beta * e, s + by.gamma * e};
    return {q + by.alpha * e / s, by.phi * b + by.beta * e / s, s + by.gamma * e / q};
  }
  if (form.season != EtsPart::kMultiplicative) return {l * bf + by.alpha * e, bf + by.beta * e / l, s + by.gamma * e};
  return {l * bf + by.alpha * e / s, bf + by.beta * e / (s * l), s + by.gamma * e / (l * bf)};
}

// Table 2.3: multiplicative errors.
inline ReferenceStates RelativeErrorStep(const EtsForm& form, const EtsSmoothing& by, double l, double b, double s,
                                         double e) {
  const double bf = std::pow(b, by.phi);
  if (form.trend == EtsPart::kNone) {
    if (form.season == EtsPart::kNone) return {l * (1 + by.alpha * e), 0, 0};
    if (form.season == EtsPart::kAdditive) return {l + by.alpha * (l + s) * e, 0, s + by.gamma * (l + s) * e};
    return {l * (1 + by.alpha * e), 0, s * (1 + by.gamma * e)};
  }
  if (form.trend == EtsPart::kAdditive) {
    const double q = l + by.phi * b;
    if (form.season != EtsPart::kAdditive) {
      return {q * (1 + by.alpha * e), by.phi * b + by.beta * q * e, s * (1 + by.gamma * e)};
    }
    return {q + by.alpha * (q + s) * e, by.phi * b + by.beta * (q + s) * e, s + by.gamma * (q + s) * e};
  }
  if (form.season != EtsPart::kAdditive)
    return {l * bf * (1 + by.alpha * e), bf * (1 + by.beta * e), s * (1 + by.gamma * e)};
  const double mean = l * bf + s;
  return {l * bf + by.alpha * mean * e, bf + by.beta * mean * e / l, s + by.gamma * mean * e};
}

inline double ReferenceMean(const EtsForm& form, double phi, double l, double b, double s) {
  double mean = l;
  if (form.trend == EtsPart::kAdditive) mean = l + phi * b;
  if (form.trend == EtsPart::kMultiplicative) mean = l * std::pow(b, phi);
  if (form.season == EtsPart::kAdditive) mean += s;
  if (form.season == EtsPart::kMultiplicative) mean *= s;
  return mean;
}

// Goes on by `error`, in the unit of the form's errors.
inline void ReferenceStep(const EtsForm& form, const EtsSmoothing& by, double error, ReferenceRun& run) {
  const double s = run.season.empty() ? 0 : run.season.front();
  const ReferenceStates next = form.error == EtsPart::kMultiplicative
                                   ? RelativeErrorStep(form, by, run.level, run.slope, s, error)
                                   : AdditiveErrorStep(form, by, run.level, run.slope, s, error);
  run.level = next.level;
  run.slope = next.slope;
  if (run.season.empty()) return;
  run.season.pop_front();
  run.season.push_back(next.season);
}

inline ReferenceRun RunReference(Values values, const EtsForm& form, const EtsSmoothing& by, const EtsStates& first) {
  ReferenceRun run{.level = first.level, .slope = first.slope};
  run.season.assign(first.season.begin(), first.season.end());
  double squares = 0;
  double log_means = 0;
  double known = 0;
  for (const double value : values) {
    const double mean = ReferenceMean(form, by.phi, run.level, run.slope, run.season.empty() ? 0 : run.season.front());
    run.fitted.push_back(mean);
    double error = 0;
    if (!IsMissing(value)) {
      error = value - mean;
      if (form.error == EtsPart::kMultiplicative) {
        error /= mean;
        log_means += std::log(std::abs(mean));
      }
      squares += error * error;
      known += 1;
    }
    ReferenceStep(form, by, error, run);
  }
  run.log_likelihood = -known / 2 * std::log(squares) - log_means;
  return run;
}

}  // namespace weir::forecast
