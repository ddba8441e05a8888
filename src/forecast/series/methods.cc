#include "forecast/series/methods.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "forecast/series/arima.h"
#include "forecast/series/ets.h"
#include "forecast/series/intermittent.h"
#include "forecast/series/naive.h"
#include "forecast/series/season.h"
#include "forecast/series/theta.h"

namespace weir::forecast {
namespace {

constexpr std::array<std::pair<Method, std::string_view>, 11> kNames{{
    {Method::kCombination, "combination"},
    {Method::kEts, "ets"},
    {Method::kArima, "arima"},
    {Method::kTheta, "theta"},
    {Method::kDynamicTheta, "dynamic_theta"},
    {Method::kSeasonalNaive, "seasonal_naive"},
    {Method::kCroston, "croston"},
    {Method::kSyntetosBoylan, "sba"},
    {Method::kTeunterSyntetosBabai, "tsb"},
    {Method::kAdida, "adida"},
    {Method::kImapa, "imapa"},
}};

std::optional<IntermittentMethod> IntermittentOf(Method method) {
  switch (method) {
    case Method::kCroston:
      return IntermittentMethod::kCroston;
    case Method::kSyntetosBoylan:
      return IntermittentMethod::kSyntetosBoylan;
    case Method::kTeunterSyntetosBabai:
      return IntermittentMethod::kTeunterSyntetosBabai;
    case Method::kAdida:
      return IntermittentMethod::kAdida;
    case Method::kImapa:
      return IntermittentMethod::kImapa;
    default:
      return std::nullopt;
  }
}

// A series as the models take it: no gaps, and patterns that they have no states for taken away.
struct Prepared {
  std::vector<double> values;
  std::vector<SeasonalPattern> patterns;  // that were taken away, in this order
  int season = 1;                         // that is left for the models
  std::size_t ended = 0;                  // missing steps after the last value
};

Prepared Prepare(Values values, const Seasons& seasons) {
  Prepared prepared;
  const Values known = KnownPart(values);
  if (known.empty()) return prepared;
  prepared.ended = static_cast<std::size_t>(values.data() + values.size() - (known.data() + known.size()));
  prepared.values = FillGaps(known, seasons.empty() ? 1 : seasons.front());
  for (auto season = seasons.rbegin(); season != seasons.rend(); ++season) {
    if (*season <= kLongestState) {
      prepared.season = *season;
      continue;
    }
    prepared.patterns.push_back(FindPattern(prepared.values, *season));
    prepared.values = WithoutPattern(prepared.values, prepared.patterns.back());
  }
  return prepared;
}

void Restore(const Prepared& prepared, Outlook* outlook) {
  for (auto pattern = prepared.patterns.rbegin(); pattern != prepared.patterns.rend(); ++pattern) {
    for (std::size_t h = 0; h < outlook->mean.size(); ++h) {
      const std::size_t step = prepared.values.size() + h;
      outlook->mean[h] = pattern->With(outlook->mean[h], step);
      if (pattern->is_multiplicative) outlook->deviation[h] *= pattern->At(step);
    }
  }
}

bool IsSane(const Outlook& outlook, std::size_t steps) {
  const auto is_finite = [](double value) { return std::isfinite(value); };
  return outlook.mean.size() == steps && outlook.deviation.size() == steps &&
         std::ranges::all_of(outlook.mean, is_finite) && std::ranges::all_of(outlook.deviation, is_finite);
}

Said OfTheta(const Prepared& prepared, ThetaForm form, int horizon) {
  // Its pattern is worth its indices only where the test finds it; longer ones were tested before.
  const int season = IsSeasonal(prepared.values, prepared.season) ? prepared.season : 1;
  const auto model = FitTheta(prepared.values, season, form);
  if (!model) return {};
  return {.outlook = Predict(*model, horizon), .model = form == ThetaForm::kClassical ? "Theta" : "dynamic Theta"};
}

Said OfEts(const Prepared& prepared, int horizon) {
  const auto model = AutoEts(prepared.values, prepared.season);
  if (!model) return {};
  return {.outlook = Predict(*model, horizon), .model = NameOf(model->form)};
}

Said OfArima(const Prepared& prepared, int horizon) {
  const auto model = AutoArima(prepared.values, prepared.season);
  if (!model) return {};
  return {.outlook = Predict(*model, horizon), .model = NameOf(model->order)};
}

Said OfNaive(const Prepared& prepared, int horizon) {
  return {.outlook = SeasonalNaive(prepared.values, prepared.season, horizon),
          .model = prepared.season > 1 ? "seasonal naive" : "naive"};
}

Said OfIntermittent(const Prepared& prepared, IntermittentMethod method, Method name, int horizon) {
  const auto model = FitIntermittent(prepared.values, method);
  if (!model) return {};
  return {.outlook = Predict(*model, horizon), .model = std::string(NameOf(name))};
}

Said RunOne(Method method, const Prepared& prepared, int horizon) {
  if (const auto intermittent = IntermittentOf(method)) return OfIntermittent(prepared, *intermittent, method, horizon);
  switch (method) {
    case Method::kEts:
      return OfEts(prepared, horizon);
    case Method::kArima:
      return OfArima(prepared, horizon);
    case Method::kTheta:
      return OfTheta(prepared, ThetaForm::kClassical, horizon);
    case Method::kDynamicTheta:
      return OfTheta(prepared, ThetaForm::kDynamicOptimised, horizon);
    default:
      return OfNaive(prepared, horizon);
  }
}

double MedianOf(std::vector<double> values) {
  std::ranges::sort(values);
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Step by step the median of all that could be fitted: one that runs away does not draw the others along. The deviation
// is the mean of theirs, as their errors are nearly the same.
Said Combine(std::span<const Method> methods, const Prepared& prepared, int horizon) {
  const auto steps = static_cast<std::size_t>(horizon);
  std::vector<Outlook> outlooks;
  outlooks.reserve(methods.size());
  Said said;
  for (const Method method : methods) {
    Said one = RunOne(method, prepared, horizon);
    if (!IsSane(one.outlook, steps)) continue;
    said.model.append(outlooks.empty() ? "" : " + ").append(one.model);
    outlooks.push_back(std::move(one.outlook));
  }
  if (outlooks.empty()) return {};
  for (std::size_t h = 0; h < steps; ++h) {
    std::vector<double> means;
    double deviation = 0;
    for (const Outlook& outlook : outlooks) {
      means.push_back(outlook.mean[h]);
      deviation += outlook.deviation[h];
    }
    said.outlook.mean.push_back(MedianOf(std::move(means)));
    said.outlook.deviation.push_back(deviation / static_cast<double>(outlooks.size()));
  }
  return said;
}

bool IsIntermittent(Values values) {
  return std::ranges::all_of(values, [](double value) { return value >= 0; }) &&
         MeanInterval(values) >= kIntermittentFrom;
}

}  // namespace

std::string_view NameOf(Method method) {
  return std::ranges::find(kNames, method, &std::pair<Method, std::string_view>::first)->second;
}

std::optional<Method> MethodNamed(std::string_view name) {
  const auto found = std::ranges::find(kNames, name, &std::pair<Method, std::string_view>::second);
  return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

std::vector<std::string> MethodNames() {
  std::vector<std::string> names;
  names.reserve(kNames.size());
  for (const auto& [method, name] : kNames) names.emplace_back(name);
  return names;
}

Said RunMethod(Method method, Values values, const Seasons& seasons, int horizon) {
  const Prepared prepared = Prepare(values, seasons);
  if (prepared.values.empty() || horizon < 1) return {};
  const int steps = horizon + static_cast<int>(prepared.ended);
  Said said;
  if (method == Method::kCombination) {
    constexpr std::array kSmooth{Method::kEts, Method::kTheta, Method::kDynamicTheta, Method::kArima};
    constexpr std::array kSparse{Method::kSyntetosBoylan, Method::kTeunterSyntetosBabai, Method::kAdida};
    const bool is_sparse = seasons.empty() && IsIntermittent(prepared.values);
    said = Combine(is_sparse ? std::span<const Method>(kSparse) : std::span<const Method>(kSmooth), prepared, steps);
  } else {
    said = RunOne(method, prepared, steps);
  }
  if (!IsSane(said.outlook, static_cast<std::size_t>(steps))) said = OfNaive(prepared, steps);
  Restore(prepared, &said.outlook);
  const auto ended = static_cast<std::ptrdiff_t>(prepared.ended);
  said.outlook.mean.erase(said.outlook.mean.begin(), said.outlook.mean.begin() + ended);
  said.outlook.deviation.erase(said.outlook.deviation.begin(), said.outlook.deviation.begin() + ended);
  return said;
}

Seasons FindSeasons(Values values, std::span<const int> candidates) {
  const Values known = KnownPart(values);
  const int first = DetectSeason(known, candidates);
  if (first == 1) return {};
  std::vector<int> others;
  for (const int candidate : candidates) {
    if (candidate > first && candidate % first == 0) others.push_back(candidate);
  }
  if (others.empty()) return {first};
  const std::vector<double> adjusted = WithoutPattern(known, FindPattern(known, first));
  const int second = DetectSeason(adjusted, others);
  return second == 1 ? Seasons{first} : Seasons{first, second};
}

}  // namespace weir::forecast
