// The value of a metric over folded rows: one column, or an exact ratio of products of columns. Internal to metrics/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/result.h"
#include "metrics/scan.h"

namespace weir::metrics {

// numerator / denominator * multiplier / divisor * 10^-scale, all of it integers: nothing is rounded on the way.
struct Formula {
  std::vector<std::size_t> numerator = {};  // indices of bases; one that stands on both sides is left out of both
  std::vector<std::size_t> denominator = {};
  std::int64_t multiplier = 1;
  std::int64_t divisor = 1;
  int scale = 0;
  bool IsPlain() const { return denominator.empty() && divisor == 1; }
};

Result<Formula> FormulaOf(const Plan& plan, const Metric& metric);

// Digits after the point of a metric's result.
int ScaleOf(const Metric& metric, const Formula& formula);
std::string FormulaSql(const Plan& plan, const Metric& metric, const Formula& formula, const store::Dialect& dialect);
analysis::Column ColumnOf(const Query& query, const Metric& metric, const Formula& formula);

}  // namespace weir::metrics
