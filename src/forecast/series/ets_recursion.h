// How the states of exponential smoothing go from one step to the next, and how they would have gone had a parameter
// been different. For `ets_fit.cc` and `ets_predict.cc` alone.
//
// All forms are one recursion in the error y - mean: one of multiplicative errors says the same of its states as that
// of additive errors (Hyndman et al. 2008, tables 2.2 and 2.3), only the likelihood differs. It is compiled once for
// each trend and season.
#pragma once

#include <cmath>
#include <span>
#include <vector>

#include "forecast/series/ets.h"

namespace weir::forecast::ets {

// Weights never fall below this, so that every state keeps learning.
inline constexpr double kLeastWeight = 1e-4;

// The states while a series runs by. `season` has one value for each step of a season, `at` is that of the next step.
struct Running {
  double level = 0;
  double slope = 0;
  double* season = nullptr;
  int length = 1;
  int at = 0;
};

// What is expected of the next step: the slope that is kept, the level without season, and the value.
struct Expected {
  double slope = 0;
  double base = 0;
  double mean = 0;
};

// Parameters stand in fixed places, whatever the form: weights, then first states. The weights beta and gamma stand as
// shares of what alpha leaves them, which makes the usual region a box.
enum Place : int { kAlpha, kBetaShare, kGammaShare, kPhi, kLevel, kSlope, kSeason };
inline constexpr int kMostPlaces = 32;

// Places are handled four at a time.
inline int PlacesOf(const EtsForm& form, int season) {
  return form.season == EtsPart::kNone ? 8 : (kSeason + season - 1 + 3) / 4 * 4;
}

// What a pass over the series leaves for a step of least squares: with the residuals e and their derivatives J by
// place, J'J (row by row, lower triangle by blocks), J'e, and the sum of the derivatives of log(mean).
struct Normal {
  double squares = 0;
  std::vector<double> jacobian;
  std::vector<double> gram;
  std::vector<double> gradient;
  std::vector<double> log_mean;
  std::vector<double> derivatives;  // of the states: level, slope, then each season
};

struct Box {
  double beta_share = 0;
  double gamma_share = 0;
};

// One form's functions.
struct Kernel {
  // n log(sum of squared errors) + 2 sum log|mean|, which is -2 log-likelihood; infinite where a state leaves what the
  // form can be. Changes the running seasons.
  double (*criterion)(Values, const EtsSmoothing&, Running);
  // The derivatives beside it, at a point that `criterion` found finite.
  void (*normal)(Values, const EtsSmoothing&, const Box&, bool damped, int places, Running, Normal&);
  Expected (*expect)(const Running&, double phi);
  void (*learn)(Running&, const Expected&, double error, const EtsSmoothing&);
};

const Kernel& KernelOf(const EtsForm& form);

// Whether the weights of a form with a season forget the past: all roots of its characteristic equation are within the
// unit circle (Hyndman et al. 2008, section 10.2; with the recursion above, where a damped slope is seen as phi b, beta
// stands there as phi beta), by the recursion of Schur and Cohn.
bool IsAdmissible(const EtsForm& form, const EtsSmoothing& smoothing, int season);

}  // namespace weir::forecast::ets
