// What differs between the SQL engines that Weir speaks to. Everything else keeps to the common subset written down in
// docs/design/store.md, so that one text runs on all of them. Functions take and give SQL text.
#pragma once

#include <string>
#include <string_view>

#include "base/time.h"

namespace weir::store {

struct Dialect {
  std::string_view name;
  // The widest exact integer type.
  std::string_view exact_integer;

  // Whole days from one DATE to another, negative if it is earlier.
  std::string (*days_between)(std::string_view from, std::string_view to);
  // Elapsed milliseconds from one TIMESTAMP to another: elapsed time, not crossed boundaries.
  std::string (*millis_between)(std::string_view from, std::string_view to);
  // Quotient of two integers of type exact_integer, rounded half away from zero; null where the divisor is 0 or null.
  std::string (*divide_rounded)(std::string_view dividend, std::string_view divisor);
  // An aggregate: the sum of the lower and the upper median of an integer expression, exact, over the rows that meet
  // `condition` (empty: all). Null where the engine has no exact quantiles: number the rows instead.
  std::string (*sum_of_medians)(std::string_view value, std::string_view condition);
};

const Dialect& DuckDbDialect();
const Dialect& TrinoDialect();

// Literals that all engines read alike.
std::string DateLiteral(Date date);           // DATE '2026-11-23'
std::string InstantLiteral(Instant instant);  // TIMESTAMP '2026-11-23 09:40:00.000000'

}  // namespace weir::store
