// Tables and cells of results, short.
#pragma once

#include <optional>
#include <string>

#include "analysis/declaration.h"

namespace weir::analysis {

// A table as it is declared, without rows yet.
inline Table EmptyTable(const TableSpec& spec) { return {.name = spec.name, .key = spec.key, .columns = spec.columns}; }

// The same with money in the currency of the report.
inline Table EmptyTable(const TableSpec& spec, const std::string& currency) {
  Table table = EmptyTable(spec);
  for (Column& column : table.columns) {
    if (column.type == ColumnType::kMoney) column.unit = currency;
  }
  return table;
}

template <typename T>
store::Value Maybe(const std::optional<T>& value) {
  return value ? store::Value(*value) : store::Value();
}
inline store::Value OrNull(const std::string& text) { return text.empty() ? store::Value() : store::Value(text); }

}  // namespace weir::analysis
