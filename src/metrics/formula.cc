#include "metrics/formula.h"

#include <algorithm>

namespace weir::metrics {
namespace {

// The value of a measure: its column in its own unit. A median's column holds twice the median.
Formula FormulaOfBase(const Metric& base, std::size_t index) {
  Formula formula{.numerator = {index}, .divisor = base.measure.per_unit, .scale = base.measure.scale};
  if (base.measure.aggregate == Aggregate::kMedian) formula.divisor *= 2;
  return formula;
}

Status MultiplyInto(std::int64_t& product, std::int64_t factor) {
  if (__builtin_mul_overflow(product, factor, &product)) {
    return Fail(BadInput("the factors of the ratio are too large to be exact"));
  }
  return {};
}

void Cancel(Formula& formula) {
  for (std::size_t i = formula.numerator.size(); i-- > 0;) {
    const auto same = std::ranges::find(formula.denominator, formula.numerator[i]);
    if (same == formula.denominator.end()) continue;
    formula.denominator.erase(same);
    formula.numerator.erase(formula.numerator.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

std::string PowerOfTen(int exponent) { return "1" + std::string(static_cast<std::size_t>(exponent), '0'); }

// The column as an integer in units of its last digit. That of a median is one already.
std::string UnitsSql(const Metric& base, std::size_t index, const store::Dialect& dialect) {
  const bool is_decimal = base.measure.scale > 0 && base.measure.aggregate != Aggregate::kMedian;
  return fmt::format("CAST(b{}{} AS {})", index, is_decimal ? " * " + PowerOfTen(base.measure.scale) : "",
                     dialect.exact_integer);
}

std::string ProductSql(const Plan& plan, const std::vector<std::size_t>& columns, std::int64_t factor, int shift,
                       const store::Dialect& dialect) {
  std::vector<std::string> factors;
  for (const std::size_t index : columns) factors.push_back(UnitsSql(*plan.bases[index], index, dialect));
  if (factor != 1) factors.push_back(fmt::format("{}", factor));
  if (shift > 0) factors.push_back(fmt::format("CAST({} AS {})", PowerOfTen(shift), dialect.exact_integer));
  if (factors.empty()) factors.push_back(fmt::format("CAST(1 AS {})", dialect.exact_integer));
  return factors.size() == 1 ? factors.front() : "(" + Joined(factors, " * ") + ")";
}

}  // namespace

Result<Formula> FormulaOf(const Plan& plan, const Metric& metric) {
  if (!metric.IsRatio()) {
    const auto found = std::ranges::find(plan.bases, &metric);
    WEIR_CHECK(found != plan.bases.end());
    return FormulaOfBase(metric, static_cast<std::size_t>(found - plan.bases.begin()));
  }
  Formula product;
  for (const std::string& id : metric.numerator) {
    WEIR_TRY(Formula factor, FormulaOf(plan, *plan.catalog->FindMetric(id)));
    product.numerator.insert(product.numerator.end(), factor.numerator.begin(), factor.numerator.end());
    product.denominator.insert(product.denominator.end(), factor.denominator.begin(), factor.denominator.end());
    WEIR_TRY(MultiplyInto(product.multiplier, factor.multiplier));
    WEIR_TRY(MultiplyInto(product.divisor, factor.divisor));
    product.scale += factor.scale;
  }
  for (const std::string& id : metric.denominator) {
    WEIR_TRY(Formula factor, FormulaOf(plan, *plan.catalog->FindMetric(id)));
    product.numerator.insert(product.numerator.end(), factor.denominator.begin(), factor.denominator.end());
    product.denominator.insert(product.denominator.end(), factor.numerator.begin(), factor.numerator.end());
    WEIR_TRY(MultiplyInto(product.multiplier, factor.divisor));
    WEIR_TRY(MultiplyInto(product.divisor, factor.multiplier));
    product.scale -= factor.scale;
  }
  Cancel(product);
  return product;
}

int ScaleOf(const Metric& metric, const Formula& formula) {
  switch (metric.unit) {
    case Unit::kShare:
      return 9;
    case Unit::kMoney:
    case Unit::kDays:
    case Unit::kHours:
      return 4;
    case Unit::kCount:
      return formula.IsPlain() && formula.scale == 0 ? 0 : 4;
  }
  ThrowBug(__FILE__, __LINE__, "a unit without digits");
}

std::string FormulaSql(const Plan& plan, const Metric& metric, const Formula& formula, const store::Dialect& dialect) {
  const int scale = ScaleOf(metric, formula);
  if (formula.IsPlain() && formula.numerator.size() == 1 && formula.multiplier == 1) {
    const std::string column = fmt::format("b{}", formula.numerator.front());
    return scale == 0 ? fmt::format("CAST({} AS BIGINT)", column)
                      : fmt::format("CAST({} AS DECIMAL(38,{}))", column, scale);
  }
  // The quotient is an integer in units of the result's last digit.
  const int shift = scale - formula.scale;
  const std::string dividend = ProductSql(plan, formula.numerator, formula.multiplier, shift, dialect);
  const std::string divisor = ProductSql(plan, formula.denominator, formula.divisor, -shift, dialect);
  const std::string quotient = dialect.divide_rounded(dividend, divisor);
  if (scale == 0) return fmt::format("CAST({} AS BIGINT)", quotient);
  return fmt::format("CAST({} AS DECIMAL(38,0)) * CAST(0.{:0>{}} AS DECIMAL({},{}))", quotient, 1, scale, scale, scale);
}

analysis::Column ColumnOf(const Query& query, const Metric& metric, const Formula& formula) {
  using analysis::ColumnType;
  const auto column = [&](ColumnType type, std::string unit) {
    return analysis::Column{.name = metric.id, .type = type, .unit = std::move(unit), .title = metric.title};
  };
  switch (metric.unit) {
    case Unit::kMoney:
      return column(ColumnType::kMoney, query.currency);
    case Unit::kShare:
      return column(ColumnType::kShare, "share");
    case Unit::kDays:
      return column(ColumnType::kDecimal, "days");
    case Unit::kHours:
      return column(ColumnType::kDecimal, "hours");
    case Unit::kCount:
      return column(ScaleOf(metric, formula) == 0 ? ColumnType::kInteger : ColumnType::kDecimal, "count");
  }
  ThrowBug(__FILE__, __LINE__, "a unit without a column");
}

}  // namespace weir::metrics
