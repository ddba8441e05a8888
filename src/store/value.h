// One value of the store, for parameters, small results and checked appends. Large reads use Chunk (chunk.h).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/decimal.h"
#include "base/time.h"

namespace weir::store {

enum class Type : std::uint8_t { kNull, kBoolean, kInteger, kDecimal, kDouble, kText, kDate, kInstant };

std::string_view NameOf(Type type);

using Value = std::variant<std::monostate, bool, std::int64_t, Decimal, double, std::string, Date, Instant>;

inline bool IsNull(const Value& value) { return std::holds_alternative<std::monostate>(value); }
Type TypeOf(const Value& value);

// Plain text of a value: decimals exact, instants RFC 3339, null empty.
std::string ToText(const Value& value);

struct ColumnHeader {
  std::string name;
  Type type = Type::kNull;
  std::uint8_t scale = 0;  // of decimals
};

// A small result held in memory, row by row.
struct Rows {
  std::vector<ColumnHeader> columns;
  std::vector<std::vector<Value>> rows;

  std::size_t size() const { return rows.size(); }
  // Index of a column by name; a bug if absent.
  std::size_t IndexOf(std::string_view name) const;
  std::int64_t IntegerAt(std::size_t row, std::size_t column) const;  // null is 0
  std::string TextAt(std::size_t row, std::size_t column) const;      // null is empty
};

}  // namespace weir::store
