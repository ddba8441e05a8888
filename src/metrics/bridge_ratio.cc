#include "metrics/bridge_ratio.h"

#include <algorithm>
#include <map>

#include "metrics/bridge_words.h"
#include "metrics/formula.h"
#include "metrics/fraction.h"

namespace weir::metrics {
namespace {

// A ratio of two sums: value = above / below * factor.
struct Shape {
  const Metric* above = nullptr;
  const Metric* below = nullptr;
  Fraction factor = {};
};

Result<Shape> ShapeOf(const Side& side) {
  WEIR_TRY(const Plan plan, MakePlan(*side.catalog, side.query));
  WEIR_TRY(const Formula formula, FormulaOf(plan, *side.metric));
  const bool is_simple = formula.numerator.size() == 1 && formula.denominator.size() == 1;
  const auto adds_up = [&](std::size_t base) {
    const Aggregate aggregate = plan.bases[base]->measure.aggregate;
    return aggregate == Aggregate::kSum || aggregate == Aggregate::kCount;
  };
  if (!is_simple || !adds_up(formula.numerator.front()) || !adds_up(formula.denominator.front())) {
    return Fail(BadUsage("'{}' is no ratio of two sums, so that no parts of it add up", side.metric->id)
                    .Field("metrics")
                    .Mend("Compare what it is made of: {}", fmt::join(side.metric->numerator, ", ")));
  }
  return Shape{.above = plan.bases[formula.numerator.front()],
               .below = plan.bases[formula.denominator.front()],
               .factor = Fraction(formula.multiplier * PowerOfTen(std::max(0, -formula.scale)),
                                  formula.divisor * PowerOfTen(std::max(0, formula.scale)))};
}

Comparison Of(const Comparison& comparison, const Metric* start, const Metric* end) {
  Comparison sums = comparison;
  sums.start.metric = start;
  sums.start.query.metrics = {start->id};
  sums.end.metric = end;
  sums.end.query.metrics = {end->id};
  return sums;
}

Result<Int128> RoundedTo(const Fraction& fraction, int digits) {
  const auto units = fraction.Rounded(digits);
  if (!units) return Fail(BadInput("the factors of the ratio are too large to be exact"));
  return *units;
}

class Ratio {
 public:
  Ratio(const Comparison& comparison, int digits) : comparison_(comparison), digits_(digits) {}

  Result<std::vector<BridgePart>> Run() {
    WEIR_TRY(start_, ShapeOf(comparison_.start));
    WEIR_TRY(end_, ShapeOf(comparison_.end));
    if (!(start_.factor - end_.factor).IsZero() || start_.above->measure.scale != end_.above->measure.scale ||
        start_.below->measure.scale != end_.below->measure.scale) {
      return Fail(BadUsage("'{}' and '{}' are ratios of different things", comparison_.start.metric->id,
                           comparison_.end.metric->id)
                      .Field("metrics"));
    }
    WEIR_TRY(above_, BridgeSums(Of(comparison_, start_.above, end_.above)));
    WEIR_TRY(below_, BridgeSums(Of(comparison_, start_.below, end_.below)));
    WEIR_CHECK(below_.start != 0 && below_.end != 0);  // the ratio is known on both sides
    WEIR_TRY(comparison_.by.empty() ? Effects() : Groups());
    return std::move(parts_);
  }

 private:
  // Of a change of one unit of the numerator, and of one of the denominator.
  Fraction AboveWeight() const {
    return start_.factor * (Fraction(1, below_.start) + Fraction(1, below_.end)) * Fraction(1, 2);
  }
  Fraction BelowWeight() const {
    return Fraction(0) - start_.factor * Fraction(above_.start + above_.end) * Fraction(1, below_.start) *
                             Fraction(1, below_.end) * Fraction(1, 2);
  }

  Status Effects() {
    WEIR_TRY(AddEffects("numerator", {"{}: {}", "{}: {}"}, *end_.above, AboveWeight(), above_));
    return AddEffects("denominator", {"{} (below the line): {}", "{} (в знаменателе): {}"}, *end_.below, BelowWeight(),
                      below_);
  }

  Status AddEffects(const std::string& side, const Text& pattern, const Metric& metric, const Fraction& weight,
                    SumBridge& sums) {
    for (SumPart& part : sums.parts) {
      WEIR_TRY(const Int128 units, RoundedTo(Fraction(part.change) * weight, digits_));
      parts_.push_back({.key = side + "." + part.key,
                        .title = Fill(pattern, {metric.title, part.title}),
                        .units = units,
                        .rows = std::move(part.rows),
                        .row_scale = sums.scale,
                        .row_per_unit = sums.per_unit});
    }
    return {};
  }

  // A value of the dimension on both sides.
  struct Group {
    Int128 above_start = 0;
    Int128 above_end = 0;
    Int128 below_start = 0;
    Int128 below_end = 0;
    std::vector<PartRow> above_rows = {};
    std::vector<PartRow> below_rows = {};
  };

  Status Groups() {
    std::map<std::string, Group> groups;
    for (auto& [value, sum] : above_.groups) {
      groups[value].above_start = sum.start;
      groups[value].above_end = sum.end;
    }
    for (auto& [value, sum] : below_.groups) {
      groups[value].below_start = sum.start;
      groups[value].below_end = sum.end;
    }
    for (SumPart& part : above_.parts) groups[part.group].above_rows = std::move(part.rows);
    for (SumPart& part : below_.parts) groups[part.group].below_rows = std::move(part.rows);
    for (auto& [value, group] : groups) WEIR_TRY(AddGroup(value, group));
    return {};
  }

  // What a group adds to the ratio is its weight times its own ratio. Where one side has none of it, its ratio is taken
  // to have been the same, and all is mix; where it has a numerator without a denominator, nothing can be told apart.
  Status AddGroup(const std::string& value, Group& group) {
    const Text name = value.empty() ? Text{"Not said", "Не указано"} : Text{value, value};
    const Fraction& factor = start_.factor;
    const bool is_odd =
        (group.below_start == 0 && group.above_start != 0) || (group.below_end == 0 && group.above_end != 0);
    // A group counts for as much as it differs from the mean of all; weights add up to 1, so that this changes no sum.
    const Fraction half(1, 2);
    const Fraction mean = (Fraction(above_.start, below_.start) + Fraction(above_.end, below_.end)) * half;
    const Fraction weight_start(group.below_start, below_.start);
    const Fraction weight_end(group.below_end, below_.end);
    if (is_odd || (group.below_start == 0 && group.below_end == 0)) {
      const Fraction whole = factor * (Fraction(group.above_end, below_.end) -
                                       Fraction(group.above_start, below_.start) - mean * (weight_end - weight_start));
      return AddPart("whole:" + value, Fill({"{}: in all", "{}: всего"}, {name}), whole, group.above_rows, above_);
    }
    const Fraction ratio_start = group.below_start == 0 ? Fraction(group.above_end, group.below_end)
                                                        : Fraction(group.above_start, group.below_start);
    const Fraction ratio_end = group.below_end == 0 ? ratio_start : Fraction(group.above_end, group.below_end);
    const Fraction mix = factor * (weight_end - weight_start) * ((ratio_start + ratio_end) * half - mean);
    const Fraction rate = factor * (ratio_end - ratio_start) * (weight_start + weight_end) * half;
    WEIR_TRY(AddPart("rate:" + value, Fill({"{}: its own ratio", "{}: собственное значение"}, {name}), rate,
                     group.above_rows, above_));
    return AddPart("mix:" + value, Fill({"{}: its share of the whole", "{}: доля в целом"}, {name}), mix,
                   group.below_rows, below_);
  }

  Status AddPart(std::string key, Text title, const Fraction& effect, std::vector<PartRow>& rows,
                 const SumBridge& sums) {
    if (effect.IsZero() && rows.empty()) return {};
    WEIR_TRY(const Int128 units, RoundedTo(effect, digits_));
    parts_.push_back({.key = std::move(key),
                      .title = std::move(title),
                      .units = units,
                      .rows = std::move(rows),
                      .row_scale = sums.scale,
                      .row_per_unit = sums.per_unit});
    return {};
  }

  const Comparison& comparison_;
  int digits_;
  Shape start_;
  Shape end_;
  SumBridge above_;
  SumBridge below_;
  std::vector<BridgePart> parts_;
};

}  // namespace

Result<std::vector<BridgePart>> RatioParts(const Comparison& comparison, int digits) {
  return Ratio(comparison, digits).Run();
}

}  // namespace weir::metrics
