#include "forecast/series/ets.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>
#include <tuple>

#include "forecast/series/ets_fit.h"
#include "forecast/series/ets_recursion.h"

namespace weir::forecast {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

std::string_view PartName(EtsPart part, bool damped) {
  switch (part) {
    case EtsPart::kNone:
      return "N";
    case EtsPart::kAdditive:
      return damped ? "Ad" : "A";
    case EtsPart::kMultiplicative:
      break;
  }
  return damped ? "Md" : "M";
}

// Lets the states run over the series: what was said of each value, by how much it was off, and where the states end.
void FillRun(Values values, EtsModel& model) {
  const ets::Kernel& kernel = ets::KernelOf(model.form);
  std::vector<double> season = model.first.season;
  ets::Running now{.level = model.first.level, .slope = model.first.slope, .season = season.data()};
  now.length = std::max<int>(1, static_cast<int>(season.size()));
  const bool is_relative = model.form.error == EtsPart::kMultiplicative;
  model.fitted.reserve(values.size());
  model.residuals.reserve(values.size());
  for (const double value : values) {
    const ets::Expected next = kernel.expect(now, model.smoothing.phi);
    const double error = IsMissing(value) ? 0 : value - next.mean;
    model.fitted.push_back(next.mean);
    model.residuals.push_back(IsMissing(value) ? kMissing : error / (is_relative ? next.mean : 1));
    kernel.learn(now, next, error, model.smoothing);
  }
  model.last = {.level = now.level, .slope = now.slope, .season = season};
  std::ranges::rotate(model.last.season, model.last.season.begin() + (season.empty() ? 0 : now.at));
}

// The likelihood and what is judged by it.
void FillLikelihood(double scale, int known, EtsModel& model) {
  double squares = 0;
  double log_mean = 0;
  for (std::size_t t = 0; t < model.residuals.size(); ++t) {
    if (IsMissing(model.residuals[t])) continue;
    squares += model.residuals[t] * model.residuals[t];
    if (model.form.error == EtsPart::kMultiplicative) log_mean += std::log(std::abs(model.fitted[t]));
  }
  // A series that is met exactly would have an infinite likelihood: errors below the arithmetic's own count as that.
  const double unit = model.form.error == EtsPart::kMultiplicative ? 1 : scale;
  const double least = known * 1e-24 * unit * unit;
  const int degrees = std::max(1, known - (model.parameters - 1));
  model.sigma2 = squares <= least ? 0 : squares / degrees;
  model.log_likelihood = -known / 2.0 * std::log(std::max(squares, least)) - log_mean;
  const double k = model.parameters;
  model.aic = 2 * k - 2 * model.log_likelihood;
  model.aicc = ets::CorrectedCriterion(-2 * model.log_likelihood, model.parameters, known);
  model.bic = k * std::log(known) - 2 * model.log_likelihood;
}

EtsModel ModelOf(Values values, const ets::Fitter& fitter, const ets::Fit& fit) {
  EtsModel model{.form = fit.form, .smoothing = fitter.Smoothing(fit), .first = fitter.First(fit)};
  model.season = std::max<int>(1, static_cast<int>(model.first.season.size()));
  model.parameters = fit.parameters;
  FillRun(values, model);
  FillLikelihood(fitter.scale(), fitter.known(), model);
  return model;
}

// A level that goes half the way to each value: what can be said of a few values, or of one value again and again.
EtsModel PlainModel(Values values, const ets::Fitter& fitter) {
  EtsModel model{.smoothing = {.alpha = .5}};
  model.first.level = *std::ranges::find_if_not(values, IsMissing);
  model.parameters = ets::ParametersOf(model.form, 1);
  FillRun(values, model);
  FillLikelihood(fitter.scale(), fitter.known(), model);
  return model;
}

// The forms with what they are worth trying first: the sooner a good one is known, the sooner others are given up.
std::vector<EtsForm> FormsToTry(bool has_season, bool is_positive, const EtsOptions& options) {
  std::vector<EtsForm> forms;
  forms.reserve(30);
  const bool multiplicative = options.multiplicative && is_positive;
  for (const EtsPart season : {EtsPart::kMultiplicative, EtsPart::kAdditive, EtsPart::kNone}) {
    if (season != EtsPart::kNone && !has_season) continue;
    if (season == EtsPart::kMultiplicative && !multiplicative) continue;
    for (const EtsPart trend : {EtsPart::kAdditive, EtsPart::kNone, EtsPart::kMultiplicative}) {
      if (trend == EtsPart::kMultiplicative && (!multiplicative || !options.multiplicative_trend)) continue;
      for (const EtsPart error : {EtsPart::kMultiplicative, EtsPart::kAdditive}) {
        if (error == EtsPart::kMultiplicative && !multiplicative) continue;
        const bool has_product = trend == EtsPart::kMultiplicative || season == EtsPart::kMultiplicative;
        if (error == EtsPart::kAdditive && has_product) continue;
        if (trend == EtsPart::kMultiplicative && season == EtsPart::kAdditive) continue;
        forms.push_back({.error = error, .trend = trend, .damped = false, .season = season});
        if (trend != EtsPart::kNone && options.damped) {
          forms.push_back({.error = error, .trend = trend, .damped = true, .season = season});
        }
      }
    }
  }
  return forms;
}

// How far a trend carries forecasts off: none, damped, straight, and by factors the same.
int Reach(const EtsForm& form) {
  if (form.trend == EtsPart::kNone) return 0;
  return (form.damped ? 1 : 2) + (form.trend == EtsPart::kMultiplicative ? 2 : 0);
}

struct Candidate {
  ets::Fit fit;
  double aicc = 0;
};

// Of those up to `most` the one that reaches least far, among equals the likeliest, then the one with fewer parameters.
// There is one at least.
const Candidate& Choose(const std::vector<Candidate>& candidates, double most) {
  return *std::ranges::min_element(candidates, {}, [most](const Candidate& candidate) {
    return std::tuple(candidate.aicc > most, Reach(candidate.fit.form), candidate.aicc, candidate.fit.parameters);
  });
}

}  // namespace

std::string NameOf(const EtsForm& form) {
  std::string name = "ETS(";
  name.append(PartName(form.error, false)).append(",").append(PartName(form.trend, form.damped)).append(",");
  name.append(PartName(form.season, false)).append(")");
  return name;
}

std::optional<EtsModel> FitEts(Values values, const EtsForm& form, int season) {
  ets::Fitter fitter(values, season, 1);
  if (fitter.known() == 0) return std::nullopt;
  if (form == EtsForm{} && (fitter.known() < 5 || fitter.is_constant())) return PlainModel(values, fitter);
  const std::optional<ets::Fit> fit = fitter.Run(form);
  if (!fit) return std::nullopt;
  return ModelOf(values, fitter, *fit);
}

std::optional<EtsModel> AutoEts(Values values, int season, const EtsOptions& options) {
  ets::Fitter fitter(values, season, options.most_beta_share);
  if (fitter.known() == 0) return std::nullopt;
  if (fitter.is_constant()) return PlainModel(values, fitter);
  std::vector<Candidate> candidates;
  double least = kInfinite;
  for (const EtsForm& form : FormsToTry(season > 1, fitter.is_positive(), options)) {
    const std::optional<ets::Fit> fit = fitter.RunOnce(form, least + options.trend_evidence);
    if (!fit) continue;
    candidates.push_back({*fit, ets::CorrectedCriterion(fit->criterion, fit->parameters, fitter.known())});
    least = std::min(least, candidates.back().aicc);
  }
  if (candidates.empty()) return PlainModel(values, fitter);
  const ets::Fit& chosen = Choose(candidates, least + options.trend_evidence).fit;
  return ModelOf(values, fitter, fitter.RunAgain(chosen));
}

}  // namespace weir::forecast
