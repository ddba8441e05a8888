#include "forecast/series/theta.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "forecast/series/smoothing.h"

namespace weir::forecast {
namespace {

// Of the dynamic form, as its authors bound it.
constexpr double kLeastAlpha = .1;
constexpr double kMostAlpha = .99;

// A step of a line fitted to the values so far (Fiorucci et al. 2016, eq. 16 to 18).
struct RunningLine {
  double intercept = 0;
  double slope = 0;
  double mean = 0;
  double count = 0;

  void Take(double value) {
    const double before = mean;
    count += 1;
    mean += (value - mean) / count;
    // Of the first value there is no slope; (t - 2) B + 6 / t (y - mean before), over t + 1.
    slope = count < 2 ? 0 : ((count - 2) * slope + 6 / count * (value - before)) / (count + 1);
    intercept = mean - (count + 1) / 2 * slope;
  }

  // What the line adds to the level at the next value, for a weight of 1: the line, less what smoothing has of it.
  double Beside(double kept, double alpha) const { return kept * intercept + (1 - kept * (1 - alpha)) / alpha * slope; }
};

// What is best at one alpha: the first level, and the weight of the line, within [0, 1].
struct Choice {
  double first_level = 0;
  double weight = 0;
  double squares = 0;
};

// The dynamic form: e_t = a_t - c_t l - g_t w, where a is the smoothing that starts at 0, c what is left of the first
// level l and g what the line adds with its whole weight.
class Problem {
 public:
  explicit Problem(Values values) : values_(values) {
    lines_.reserve(values.size());
    RunningLine line;
    for (const double value : values) {
      lines_.push_back(line);
      line.Take(value);
    }
  }

  Choice At(double alpha) const {
    double level = 0;
    double kept = 1;
    double aa = 0;
    double ac = 0;
    double cc = 0;
    double ag = 0;
    double cg = 0;
    double gg = 0;
    for (std::size_t t = 0; t < values_.size(); ++t) {
      const double a = values_[t] - level;
      const double g = lines_[t].Beside(kept, alpha);
      if (t > 0) {
        aa += a * a;
        ac += a * kept;
        cc += kept * kept;
        ag += a * g;
        cg += kept * g;
        gg += g * g;
      }
      level += alpha * a;
      kept *= 1 - alpha;
    }
    Choice choice;
    const double determinant = cc * gg - cg * cg;
    if (determinant > 1e-12 * cc * gg) choice.weight = std::clamp((cc * ag - cg * ac) / determinant, 0.0, 1.0);
    choice.first_level = (ac - choice.weight * cg) / cc;
    const double l = choice.first_level;
    const double w = choice.weight;
    choice.squares = aa - 2 * l * ac - 2 * w * ag + l * l * cc + 2 * l * w * cg + w * w * gg;
    return choice;
  }

 private:
  Values values_;
  std::vector<RunningLine> lines_;
};

// The slope of the regression on time.
double SlopeOnTime(Values values) {
  const auto n = static_cast<double>(values.size());
  const double middle = (n - 1) / 2;
  double sum = 0;
  for (std::size_t t = 0; t < values.size(); ++t) sum += (static_cast<double>(t) - middle) * values[t];
  return sum / (n * (n * n - 1) / 12);
}

// Fitted values and the state after the last one.
void Run(Values values, double weight, ThetaModel* model) {
  double level = model->first_level;
  double kept = 1;
  double squares = 0;
  RunningLine line;
  model->fitted.reserve(values.size());
  for (std::size_t t = 0; t < values.size(); ++t) {
    double said = level;
    if (model->form == ThetaForm::kClassical) {
      // What smoothing lags behind a drift, which grows to drift / alpha; as of the step that is foretold.
      said += model->drift * (1 - kept) / model->alpha;
    } else if (t > 0) {
      said += weight * line.Beside(kept, model->alpha);
    } else {
      said = kMissing;
    }
    if (!IsMissing(said)) squares += (values[t] - said) * (values[t] - said);
    model->fitted.push_back(model->pattern.With(said, t));
    level += model->alpha * (values[t] - level);
    kept *= 1 - model->alpha;
    line.Take(values[t]);
  }
  model->level = level;
  model->line_intercept = line.intercept;
  model->line_slope = line.slope;
  model->mean = line.mean;
  model->count = values.size();
  const double freedom = std::max(static_cast<double>(values.size()) - 2, 1.0);
  model->sigma2 = squares / freedom;
}

}  // namespace

std::optional<ThetaModel> FitTheta(Values values, int season, ThetaForm form) {
  if (values.size() < 2 || std::ranges::any_of(values, IsMissing)) return std::nullopt;
  ThetaModel model;
  model.form = form;
  model.pattern = FindPattern(values, season);
  const std::vector<double> adjusted = WithoutPattern(values, model.pattern);
  double weight = 0;
  if (form == ThetaForm::kDynamicOptimised) {
    // About the mean, so that no digits are lost; the line rises with it, and so does its part of the level.
    const double mean = Mean(adjusted);
    std::vector<double> about = adjusted;
    for (double& value : about) value -= mean;
    const Problem problem(about);
    model.alpha = LeastBetween(kLeastAlpha, kMostAlpha, [&](double alpha) { return problem.At(alpha).squares; });
    const Choice best = problem.At(model.alpha);
    weight = best.weight;
    model.first_level = best.first_level + mean * (1 - weight);
    model.theta = weight < 1 ? 1 / (1 - weight) : std::numeric_limits<double>::infinity();
  } else {
    const Smoothing smoothing = FitSmoothing(adjusted);
    model.alpha = smoothing.alpha;
    model.first_level = smoothing.first_level;
    model.drift = SlopeOnTime(adjusted) / 2;
  }
  Run(adjusted, weight, &model);
  return model;
}

Outlook Predict(const ThetaModel& model, int horizon) {
  Outlook outlook;
  const auto steps = static_cast<std::size_t>(std::max(horizon, 0));
  outlook.mean.reserve(steps);
  outlook.deviation.reserve(steps);
  const double weight = 1 - 1 / model.theta;
  double level = model.level;
  double kept = std::pow(1 - model.alpha, static_cast<double>(model.count));
  RunningLine line{.intercept = model.line_intercept,
                   .slope = model.line_slope,
                   .mean = model.mean,
                   .count = static_cast<double>(model.count)};
  for (std::size_t h = 0; h < steps; ++h) {
    double said = level;
    if (model.form == ThetaForm::kClassical) {
      said += model.drift * (static_cast<double>(h) + (1 - kept) / model.alpha);
    } else {
      said += weight * line.Beside(kept, model.alpha);
      level += model.alpha * (said - level);
      kept *= 1 - model.alpha;
      line.Take(said);
    }
    const double spread = std::sqrt(model.sigma2 * (1 + static_cast<double>(h) * model.alpha * model.alpha));
    const std::size_t step = model.count + h;
    outlook.mean.push_back(model.pattern.With(said, step));
    outlook.deviation.push_back(model.pattern.is_multiplicative ? spread * model.pattern.At(step) : spread);
  }
  return outlook;
}

}  // namespace weir::forecast
