#include "sources/column_profile.h"

#include <limits>

#include "base/decimal.h"
#include "base/time.h"

namespace weir::sources {
namespace {

bool IsInteger(const Decimal& value) {
  return value.scale == 0 && value.units <= std::numeric_limits<std::int64_t>::max() &&
         value.units >= std::numeric_limits<std::int64_t>::min();
}

bool IsTruth(std::string_view text) {
  return text == "true" || text == "false" || text == "True" || text == "False" || text == "TRUE" || text == "FALSE";
}

}  // namespace

void ColumnProfile::Note(std::string_view text) {
  ++filled_;
  if (may_be_decimal_) {
    // Leading zeros are digits of a code, not of a number.
    const bool is_code = text.size() > 1 && text[0] == '0' && text[1] != '.';
    const auto value = is_code ? std::nullopt : ParsePlainDecimal(text);
    may_be_decimal_ = value.has_value();
    may_be_integer_ = may_be_integer_ && value && IsInteger(*value);
  }
  if (may_be_boolean_) may_be_boolean_ = IsTruth(text);
  if (may_be_date_) may_be_date_ = ParseIsoDate(text).has_value();
  if (may_be_instant_) may_be_instant_ = ParseIsoInstant(text).has_value();
}

std::string_view ColumnProfile::type() const {
  if (filled_ == 0) return "text";
  if (may_be_decimal_) return may_be_integer_ ? "integer" : "decimal";
  if (may_be_boolean_) return "boolean";
  if (may_be_date_) return "date";
  return may_be_instant_ ? "instant" : "text";
}

std::string_view CommonType(std::string_view a, std::string_view b) {
  if (a == b) return a;
  const auto are = [&](std::string_view one, std::string_view other) {
    return (a == one && b == other) || (a == other && b == one);
  };
  if (are("integer", "decimal")) return "decimal";
  if (are("date", "instant")) return "instant";
  return "text";
}

}  // namespace weir::sources
