// Why one number is not another: start and end as `metrics` gives them, and named parts that add up to their difference
// in every digit. Two definitions, two periods or two moments; sums, counts, stocks and ratios. How:
// docs/design/metrics.md.
#pragma once

#include <string>
#include <vector>

#include "analysis/result.h"
#include "metrics/bridge_parts.h"

namespace weir::metrics {

// One of the two numbers.
struct Number {
  Int128 units = 0;  // of 10^-digits
  int digits = 0;
  analysis::Column column = {};  // of the result of `metrics`
};

struct BridgePart {
  std::string key = {};
  analysis::Text title = {};
  Int128 units = 0;
  // In units of the last digit of what is counted: for a ratio of its numerator or denominator, not of the ratio
  // itself.
  std::vector<PartRow> rows = {};
  std::uint8_t row_scale = 0;
  std::int64_t row_per_unit = 1;
};

struct Bridge {
  Number start = {};
  Number end = {};
  std::vector<BridgePart> parts = {};  // what they come to is end - start
  std::vector<analysis::Warning> warnings = {};
};

// The metrics of `comparison` are those that are asked for, ratios too. Refuses what cannot be compared, with the
// reason.
Result<Bridge> BuildBridge(const Comparison& comparison);

// So many units of the number's last digit as `metrics` writes them: a count as an integer, all else with its digits.
store::Value Cell(Int128 units, const Number& number);

// The number as `metrics` gives it; kNotEnoughData where it is missing.
Result<Number> NumberOf(const Side& side);

}  // namespace weir::metrics
