// Declarations of columns, short. Internal to customers/.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "analysis/result.h"
#include "analysis/settings.h"

namespace weir::customers {

using analysis::Column;
using analysis::ColumnType;
using analysis::Table;

// Filled in the result by Finish: amounts that are in the reporting currency.
inline constexpr std::string_view kReportingUnit = "reporting";

inline Column Of(std::string name, ColumnType type, std::string en, std::string ru, std::string unit = "") {
  return {.name = std::move(name), .type = type, .unit = std::move(unit), .title = {std::move(en), std::move(ru)}};
}
inline Column TextOf(std::string name, std::string en, std::string ru) {
  return Of(std::move(name), ColumnType::kText, std::move(en), std::move(ru));
}
inline Column CountOf(std::string name, std::string en, std::string ru) {
  return Of(std::move(name), ColumnType::kInteger, std::move(en), std::move(ru), "count");
}
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
