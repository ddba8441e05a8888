// A table as it is declared, without rows yet. Internal to leaks/.
#pragma once

#include <string>

#include "analysis/declaration.h"

namespace weir::leaks {

// Money columns are in the currency of the report.
inline analysis::Table EmptyTable(const analysis::TableSpec& spec, const std::string& currency) {
  analysis::Table table{.name = spec.name, .key = spec.key, .columns = spec.columns};
  for (analysis::Column& column : table.columns) {
    if (column.type == analysis::ColumnType::kMoney) column.unit = currency;
  }
  return table;
}

}  // namespace weir::leaks
