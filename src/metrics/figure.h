// A number as people type it into a report: "1 234,5 тыс.", "$1.2M", "(350)", "12.3%". What is typed says how exact it
// is: 1.2M stands for everything from 1.15M to 1.25M.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/decimal.h"
#include "base/result.h"
#include "metrics/catalog.h"

namespace weir::metrics {

// One way to read it. Shares are 0..1: 12.3% is 0.123.
struct Reading {
  Decimal value = {};
  // What is rounded to the typed digits, both ends included; of one scale.
  Decimal low = {};
  Decimal high = {};
};

// From, to in units of 10^-digits; empty (low > high) never: a figure that says more digits than that is rounded.
struct UnitRange {
  Int128 low = 0;
  Int128 high = 0;
  bool Has(Int128 units) const { return low <= units && units <= high; }
};
UnitRange RangeOf(const Reading& reading, int digits);

struct Figure {
  // The likelier first: "1,234" is a thousand, or a number with three decimals.
  std::vector<Reading> readings = {};
  std::string currency = {};      // of a sign or a code; empty: none is given
  std::optional<Unit> unit = {};  // that a sign or a word tells
};

constexpr std::size_t kLongestFigure = 60;
Result<Figure> ParseFigure(std::string_view text);
// The same of a metric: a share may be typed without its sign, as one of a hundred.
Result<Figure> FigureOf(std::string_view text, const Metric& metric);

}  // namespace weir::metrics
