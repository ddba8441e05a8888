// Columns in the reporting currency, beside the short declarations of analysis/columns.h. Internal to customers/.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "analysis/columns.h"
#include "analysis/settings.h"

namespace weir::customers {

using analysis::Column;
using analysis::ColumnType;
using analysis::CountOf;
using analysis::Of;
using analysis::Table;
using analysis::TextOf;

// Filled in the result by Finish: amounts that are in the reporting currency.
inline constexpr std::string_view kReportingUnit = "reporting";

inline Column ReportedOf(std::string name, std::string en, std::string ru) {
  return Of(std::move(name), ColumnType::kMoney, std::move(en), std::move(ru), std::string(kReportingUnit));
}

// Puts the reporting currency where a column asks for it.
inline void Finish(const analysis::Settings& settings, Table& table) {
  for (Column& column : table.columns) {
    if (column.unit == kReportingUnit) column.unit = settings.currency;
  }
}

}  // namespace weir::customers
