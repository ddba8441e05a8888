// Exponential smoothing in state-space form: the next value of a series from a level, a slope and a season that learn
// from each error, with their weights, their first values and the form itself found by likelihood.
//
// Source: Hyndman, Koehler, Ord, Snyder 2008, "Forecasting with Exponential Smoothing: The State Space Approach";
// forms are named as there, ETS(error, trend, season) of N (none), A (additive), Ad (additive, damped), M
// (multiplicative), Md. The weights lie in the usual region (1e-4 <= beta <= alpha, gamma <= 1 - alpha, 0.8 <= phi <=
// 0.98) and, where there is a season, in the admissible one too (section 10.2). A missing value is a step without an
// error: the states go on as they were expected to.
//
// Cost: a fit is O(iterations * values * parameters^2), some 10 iterations; nothing here waits, reads a clock or draws
// unseeded numbers. Threads may fit different series at once.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "forecast/series/series.h"

namespace weir::forecast {

enum class EtsPart : std::uint8_t { kNone, kAdditive, kMultiplicative };

struct EtsForm {
  EtsPart error = EtsPart::kAdditive;  // never none
  EtsPart trend = EtsPart::kNone;
  bool damped = false;  // only with a trend
  EtsPart season = EtsPart::kNone;

  friend bool operator==(const EtsForm&, const EtsForm&) = default;
};

// "ETS(M,Ad,M)".
std::string NameOf(const EtsForm& form);

// The longest season that a form with a season takes; longer ones are taken out before.
inline constexpr int kLongestEtsSeason = 24;

// How fast the states learn and how much of the slope is kept from one step to the next. What a form does not have is
// 0, phi then 1.
struct EtsSmoothing {
  double alpha = 0;
  double beta = 0;
  double gamma = 0;
  double phi = 1;
};

struct EtsStates {
  double level = 0;
  double slope = 0;            // a sum a step, or a factor a step where the trend is multiplicative
  std::vector<double> season;  // of the next step, of the one after that, ...; empty without a season
};

struct EtsModel {
  EtsForm form;
  int season = 1;  // steps; 1 where the form has none
  EtsSmoothing smoothing;
  EtsStates first;     // before the first value
  EtsStates last;      // after the last value
  int parameters = 0;  // that were estimated: weights, first states and the variance

  // Without the constants, so that it compares with published ones: -n/2 log(sum of squared errors) - sum log|mean|,
  // the second for multiplicative errors alone.
  double log_likelihood = 0;
  double aic = 0;
  double aicc = 0;  // infinite where there are too few values for its correction
  double bic = 0;
  double sigma2 = 0;  // variance of the errors, by their degrees of freedom

  std::vector<double> fitted;     // one a value: what was said of it one step ahead
  std::vector<double> residuals;  // one a value: by how much it was more, as a share of `fitted` for multiplicative
                                  // errors; NaN where the value is missing
};

struct EtsOptions {
  bool multiplicative = true;         // errors and seasons that are shares of the level, for positive values
  bool multiplicative_trend = false;  // growth by a factor: rarely better, and its forecasts explode
  bool damped = true;
  // By how much a trend must lower AICc to be believed, and a straight one against a damped one. Differences below 2
  // say little (Burnham, Anderson 2002, section 2.6), and a trend that is not there costs more than one that is missed.
  // 0 takes the least AICc whatever its trend.
  double trend_evidence = 3;
  // Beta at most this share of alpha, 0 to 1. A slope that follows every turn is likely in sample and carries forecasts
  // off; 1 is the whole usual region.
  double most_beta_share = .3;
};

// Fits one form by maximum likelihood. Nothing where the form does not suit: no value is known, a multiplicative part
// meets values that are not positive, there is a season of less than 2 or more than `kLongestEtsSeason` steps, or there
// are not at least three values more than parameters. ETS(A,N,N) suits any series with a value: where there are less
// than five values its alpha is a half and its first level the first value.
std::optional<EtsModel> FitEts(Values values, const EtsForm& form, int season);

// Fits the forms that suit and gives, of those whose AICc is within `trend_evidence` of the least, the one with the
// mildest trend (none, damped, straight), among equals the one with the least AICc. Left out are additive errors with a
// multiplicative part, whose variance is not finite, and multiplicative trends with additive seasons. A season longer
// than `kLongestEtsSeason` is not looked at. Nothing where no value is known.
std::optional<EtsModel> AutoEts(Values values, int season, const EtsOptions& options = {});

// What the model says of the `horizon` steps after the last value. The mean is the path without errors. The deviation
// is exact for additive errors and parts (class 1), for multiplicative errors with additive parts (class 2) and with a
// multiplicative season (class 3; section 6.3 and 6.4, by normal errors); for other forms it is that of 4,000 simulated
// paths, whose seed is fixed.
Outlook Predict(const EtsModel& model, int horizon);

}  // namespace weir::forecast
