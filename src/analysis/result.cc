#include "analysis/result.h"

#include <array>

namespace weir::analysis {

std::string_view NameOf(ColumnType type) {
  static constexpr std::array<std::string_view, 10> kNames{"text",   "integer", "decimal", "money",   "share",
                                                           "number", "date",    "instant", "boolean", "json"};
  return kNames.at(static_cast<std::size_t>(type));
}

std::string_view NameOf(History history) {
  static constexpr std::array<std::string_view, 3> kNames{"complete", "partial", "none"};
  return kNames.at(static_cast<std::size_t>(history));
}

std::size_t Table::IndexOf(std::string_view column) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column) return i;
  }
  throw Bug(fmt::format("table {} has no column '{}'", name, column));
}

const Table* Output::Find(std::string_view name) const {
  for (const Table& table : tables) {
    if (table.name == name) return &table;
  }
  return nullptr;
}

}  // namespace weir::analysis
