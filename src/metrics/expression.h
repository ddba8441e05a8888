// The small language of metric definitions and of --where. Conditions choose rows, measures aggregate them; both are
// parsed into trees over the columns of one view, so that a mistake is found before any SQL is written.
//
//   status = 'won' and (amount >= 1000 or owner in ('Ann', 'Bo')) and not segment is null
//   sum(amount_reporting * probability)      median(days(created_date, close_date))      count(distinct account_id)
//
// Words are case-insensitive, names are not. A column of a record that a view looks up is written account.segment.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "store/value.h"

namespace weir::metrics {

enum class ValueType : std::uint8_t { kInteger, kDecimal, kText, kDate, kInstant, kBoolean };
std::string_view NameOf(ValueType type);

// Where a name leads: to a column of the view itself, or of the record looked up under the name `lookup`.
struct ColumnRef {
  std::string lookup = {};
  std::string column = {};
  ValueType type = ValueType::kText;
  std::uint8_t scale = 0;  // of decimals

  std::string Path() const { return lookup.empty() ? column : lookup + "." + column; }
  bool operator==(const ColumnRef&) const = default;
};

// The names that an expression may use.
class Names {
 public:
  virtual ~Names() = default;
  virtual std::optional<ColumnRef> Find(std::string_view name) const = 0;
  virtual std::vector<std::string> All() const = 0;  // to suggest from
};

// A day of the question that a date is compared with: that of a stock, or the first one of the period.
enum class AskedDay : std::uint8_t { kNone, kAt, kOpening };

struct Condition {
  enum class Kind : std::uint8_t { kAnd, kOr, kNot, kCompare, kIn, kLike, kIsNull };
  Kind kind = Kind::kAnd;
  std::vector<Condition> children = {};   // and, or, not
  ColumnRef column = {};                  // the others
  std::string comparison = {};            // = <> < <= > >=
  std::vector<store::Value> values = {};  // one, several for `in`, none for `is null` and where a day is asked
  AskedDay day = AskedDay::kNone;         // in place of a value
  bool is_negated = false;                // not in, not like, is not null
  bool operator==(const Condition&) const = default;
};

struct Arithmetic {
  enum class Kind : std::uint8_t { kColumn, kNumber, kAt, kAdd, kSubtract, kMultiply, kDays, kHours };
  Kind kind = Kind::kColumn;
  ColumnRef column = {};
  Decimal number = {};
  std::vector<Arithmetic> children = {};
  bool operator==(const Arithmetic&) const = default;
};

enum class Aggregate : std::uint8_t { kCount, kCountDistinct, kSum, kMedian };

struct Measure {
  Aggregate aggregate = Aggregate::kCount;
  std::optional<Arithmetic> value = {};
  // What one unit of the integer or decimal behind the measure is worth.
  std::uint8_t scale = 0;     // digits after the point
  std::int64_t per_unit = 1;  // 3'600'000 where milliseconds are measured in hours
  bool operator==(const Measure&) const = default;
};

struct ParseOptions {
  // Definitions may say these days, people may not: that of a stock, and the first one of a period.
  bool allows_at = false;
  bool allows_opening = false;
  std::size_t max_length = 4096;
};

// Errors carry the column in the text, counted from 1, and the nearest name where one is unknown.
Result<Condition> ParseCondition(std::string_view text, const Names& names, const ParseOptions& options = {});
Result<Measure> ParseMeasure(std::string_view text, const Names& names);

// Whether every row that meets the first meets the second too. Sees the plain cases only: a false may be a true.
bool Implies(const Condition& first, const Condition& second);

// The columns that an expression reads, in order of appearance.
void CollectColumns(const Condition& condition, std::vector<ColumnRef>& columns);
void CollectColumns(const Arithmetic& arithmetic, std::vector<ColumnRef>& columns);

}  // namespace weir::metrics
