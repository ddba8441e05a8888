#include "metrics/tie_out_numbers.h"

#include <algorithm>
#include <set>

#include "metrics/fraction.h"

namespace weir::metrics {
namespace {

bool Passes(const TieRow& row, const FilterTry& filter) {
  return filter.IsNone() || (row.values[static_cast<std::size_t>(filter.dimension)] == filter.code) == filter.is_kept;
}

}  // namespace

Result<Recipe> RecipeOf(const MetricCatalog& catalog, const Metric& metric, Query query) {
  query.metrics = {metric.id};
  WEIR_TRY(const Plan plan, MakePlan(catalog, query));
  Recipe recipe{.bases = plan.bases};
  WEIR_TRY(recipe.formula, FormulaOf(plan, metric));
  recipe.digits = ScaleOf(metric, recipe.formula);
  recipe.adds_up = std::ranges::all_of(recipe.bases, [](const Metric* base) {
    return base->measure.aggregate == Aggregate::kSum || base->measure.aggregate == Aggregate::kCount;
  });
  return recipe;
}

std::optional<Int128> NumberOf(const Recipe& recipe, const std::vector<std::optional<Int128>>& columns) {
  const Formula& formula = recipe.formula;
  const int shift = recipe.digits - formula.scale;
  if (formula.IsPlain() && formula.numerator.size() == 1 && formula.multiplier == 1 && shift >= 0) {
    const auto& units = columns[formula.numerator.front()];
    return units ? std::optional(*units * PowerOfTen(shift)) : std::nullopt;
  }
  Fraction value(formula.multiplier, formula.divisor);
  for (const std::size_t index : formula.numerator) {
    if (!columns[index]) return std::nullopt;
    value = value * Fraction(*columns[index]);
  }
  for (const std::size_t index : formula.denominator) {
    if (!columns[index] || *columns[index] == 0) return std::nullopt;
    value = value / Fraction(*columns[index]);
  }
  value =
      formula.scale >= 0 ? value / Fraction(PowerOfTen(formula.scale)) : value * Fraction(PowerOfTen(-formula.scale));
  return value.Rounded(recipe.digits);
}

std::optional<Int128> ColumnOf(const Sum& sum, const Metric& base) {
  if (base.measure.aggregate == Aggregate::kCount) return Int128{sum.rows};
  if (sum.rows > 0 && sum.known == 0) return std::nullopt;
  return sum.units;
}

std::optional<Int128> UnitsOf(const TieRow& row, const Mode& mode, const Metric& base) {
  if (mode.kind == Mode::Kind::kConverted) return row.units;
  if (!row.original || (mode.kind == Mode::Kind::kOne && row.currency != mode.currency)) return std::nullopt;
  const auto rescaled = Rescale(*row.original, base.measure.scale);
  return rescaled ? std::optional(rescaled->units) : std::nullopt;
}

std::optional<Int128> WholeColumn(const Chosen& chosen, const std::array<FilterTry, 2>& filters, std::int64_t& rows) {
  Sum sum;
  std::set<int> different;
  std::vector<Int128> values;
  for (const TieRow* row : chosen.rows) {
    if (!Passes(*row, filters[0]) || !Passes(*row, filters[1])) continue;
    sum.Add(row->units);
    if (row->distinct != 0) different.insert(row->distinct);
    if (row->units) values.push_back(*row->units);
  }
  rows = std::max(rows, sum.rows);
  switch (chosen.base->measure.aggregate) {
    case Aggregate::kCountDistinct:
      return static_cast<Int128>(different.size());
    case Aggregate::kMedian: {
      if (values.empty()) return std::nullopt;
      std::ranges::sort(values);
      return values[(values.size() - 1) / 2] + values[values.size() / 2];
    }
    case Aggregate::kCount:
    case Aggregate::kSum:
      return ColumnOf(sum, *chosen.base);
  }
  ThrowBug(__FILE__, __LINE__, "an aggregate without a number");
}

}  // namespace weir::metrics
