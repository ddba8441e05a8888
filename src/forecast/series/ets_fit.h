// The most likely parameters of one form of exponential smoothing. For `ets.cc` alone.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "forecast/series/ets.h"
#include "forecast/series/ets_recursion.h"

namespace weir::forecast::ets {

// A point in the space of parameters, by place; what a form lacks stays where it has no effect.
using Point = std::array<double, kMostPlaces>;

struct Fit {
  EtsForm form;
  Point point{};
  double criterion = 0;  // -2 log-likelihood of the scaled series
  int parameters = 0;    // with the variance
};

// Weights, first states and the variance.
int ParametersOf(const EtsForm& form, int season);

// n log(...) of a criterion as AICc; infinite where there are too few values.
double CorrectedCriterion(double criterion, int parameters, int known);

// Fits forms to one series: it is scaled once and the seasons to start from are worked out once.
class Fitter {
 public:
  // A slope learns at most `most_beta_share` of what its level does.
  Fitter(Values values, int season, double most_beta_share);

  int known() const { return known_; }
  double scale() const { return scale_; }
  bool is_positive() const { return is_positive_; }
  bool is_constant() const { return is_constant_; }

  // Searches from several starts: the likelihood may have more than one top. Nothing where the form does not suit the
  // series (see FitEts).
  std::optional<Fit> Run(const EtsForm& form);

  // Searches from the likeliest start alone, and gives up where it is clear on the way that its AICc will not be below
  // `target`: nothing then.
  std::optional<Fit> RunOnce(const EtsForm& form, double target);

  // Searches from the other starts too, after RunOnce.
  Fit RunAgain(const Fit& first);

  // The weights and the first states, the latter in units of the series.
  EtsSmoothing Smoothing(const Fit& fit) const;
  EtsStates First(const Fit& fit) const;

 private:
  bool Suits(const EtsForm& form) const;
  int SeasonOf(const EtsForm& form) const { return form.season == EtsPart::kNone ? 1 : season_; }
  const std::vector<double>& StartSeason(EtsPart part);
  Point StartStates(const EtsForm& form);
  Fit StartAt(const EtsForm& form, double alpha, Point point);
  std::vector<Fit> Starts(const EtsForm& form);
  double CriterionAt(const EtsForm& form, const Point& point);
  void FillNormal(const EtsForm& form, const Point& point);
  Running FirstStates(const EtsForm& form, const Point& point);
  // False where it gave up.
  bool Improve(Fit& fit, double target);

  std::vector<double> values_;  // scaled to a mean size of 1
  int season_ = 1;
  double most_beta_share_ = 1;
  int known_ = 0;
  double scale_ = 1;
  bool is_positive_ = false;
  bool is_constant_ = false;
  std::array<std::vector<double>, 3> start_seasons_;  // by part
  std::vector<double> running_season_;
  Normal normal_;
};

}  // namespace weir::forecast::ets
