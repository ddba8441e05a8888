#include "leaks/effect.h"

#include <algorithm>
#include <cmath>

#include "base/draws.h"

namespace weir::leaks {
namespace {

constexpr double kJeffreys = 0.5;

double AtShare(const std::vector<double>& quantiles, double share) {
  const double place = share * static_cast<double>(quantiles.size() - 1);
  const auto below = static_cast<std::size_t>(std::floor(place));
  const std::size_t above = std::min(below + 1, quantiles.size() - 1);
  return std::lerp(quantiles[below], quantiles[above], place - static_cast<double>(below));
}

double AsItIs(Measure measure, const EffectSide& side) {
  constexpr double kHalf = 0.5;
  if (measure == Measure::kMiddle) return AtShare(side.quantiles, kHalf);
  return static_cast<double>(side.hits) / static_cast<double>(side.cases);
}

double Drawn(Measure measure, const EffectSide& side, Draws& draws) {
  const auto cases = static_cast<double>(side.cases);
  const auto hits = static_cast<double>(side.hits);
  switch (measure) {
    case Measure::kShare:
      return draws.Beta(hits + kJeffreys, cases - hits + kJeffreys);
    case Measure::kRate:
      return draws.Gamma(hits + kJeffreys) / cases;
    case Measure::kMiddle:
      return AtShare(side.quantiles, draws.Beta((cases + 1) / 2, (cases + 1) / 2));
  }
  return 0;
}

}  // namespace

std::optional<Effect> EffectOf(Measure measure, const EffectSide& before, const EffectSide& after, std::uint64_t seed) {
  if (before.cases < kLeastEffectCases || after.cases < kLeastEffectCases) return std::nullopt;
  Draws earlier(seed, "before");
  Draws later(seed, "after");
  std::vector<double> changes(kDraws);
  for (double& change : changes) change = Drawn(measure, after, later) - Drawn(measure, before, earlier);
  return Effect{.before = AsItIs(measure, before), .after = AsItIs(measure, after), .change = *MiddleOf(changes)};
}

std::string_view VerdictOf(const Interval& change, bool is_up_better) {
  if (change.low > 0) return is_up_better ? "better" : "worse";
  if (change.high < 0) return is_up_better ? "worse" : "better";
  return "unknown";
}

}  // namespace weir::leaks
