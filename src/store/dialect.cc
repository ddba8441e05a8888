#include "store/dialect.h"

#include <fmt/format.h>

namespace weir::store {
namespace {

std::string DuckDbDaysBetween(std::string_view from, std::string_view to) { return fmt::format("({} - {})", to, from); }

// Over dates boundaries and elapsed units are the same: no boundary lies inside a day.
std::string TrinoDaysBetween(std::string_view from, std::string_view to) {
  return fmt::format("date_diff('day', {}, {})", from, to);
}

std::string DuckDbMillisBetween(std::string_view from, std::string_view to) {
  return fmt::format("((epoch_us({}) - epoch_us({})) // 1000)", to, from);
}

// date_diff of Trino counts elapsed units.
std::string TrinoMillisBetween(std::string_view from, std::string_view to) {
  return fmt::format("date_diff('millisecond', {}, {})", from, to);
}

// Two strokes truncate towards zero, so magnitudes are divided and the sign is put back.
std::string DuckDbDivideRounded(std::string_view dividend, std::string_view divisor) {
  return fmt::format(
      "(CASE WHEN ({0} < 0) = ({1} < 0) THEN 1 ELSE -1 END * "
      "((2 * abs({0}) + abs({1})) // (2 * abs(nullif({1}, 0)))))",
      dividend, divisor);
}

// Division of DECIMAL(38,0) rounds half away from zero by itself.
std::string TrinoDivideRounded(std::string_view dividend, std::string_view divisor) {
  return fmt::format("({} / nullif({}, 0))", dividend, divisor);
}

// quantile_disc picks elements ceil(q n) of the sorted rows; a q just above one half picks the upper median of an even
// number of rows and the same row of an odd one, for any number of rows below 5 * 10^9.
std::string DuckDbSumOfMedians(std::string_view value, std::string_view condition) {
  const std::string filter = condition.empty() ? "" : fmt::format(" FILTER (WHERE {})", condition);
  const std::string pair = fmt::format("(quantile_disc({}, [0.5, 0.5000000001]){})", value, filter);
  return fmt::format("({0}[1] + {0}[2])", pair);
}

}  // namespace

const Dialect& DuckDbDialect() {
  static constexpr Dialect kDialect{
      .name = "duckdb",
      .exact_integer = "HUGEINT",
      .days_between = DuckDbDaysBetween,
      .millis_between = DuckDbMillisBetween,
      .divide_rounded = DuckDbDivideRounded,
      .sum_of_medians = DuckDbSumOfMedians,
  };
  return kDialect;
}

const Dialect& TrinoDialect() {
  static constexpr Dialect kDialect{
      .name = "trino",
      .exact_integer = "DECIMAL(38,0)",
      .days_between = TrinoDaysBetween,
      .millis_between = TrinoMillisBetween,
      .divide_rounded = TrinoDivideRounded,
      .sum_of_medians = nullptr,
  };
  return kDialect;
}

std::string DateLiteral(Date date) { return fmt::format("DATE '{}'", FormatDate(date)); }

std::string InstantLiteral(Instant instant) {
  const Date day = DateOf(instant);
  const std::int64_t micros = instant.micros - StartOf(day).micros;
  const std::int64_t seconds = micros / kMicrosPerSecond;
  return fmt::format("TIMESTAMP '{} {:02}:{:02}:{:02}.{:06}'", FormatDate(day), seconds / 3600, seconds / 60 % 60,
                     seconds % 60, micros % kMicrosPerSecond);
}

}  // namespace weir::store
