#include "analysis/only_asks.h"

#include <algorithm>

namespace weir::analysis {

bool OnlyAsks(const Action& action) {
  return !action.changes_model &&
         std::ranges::none_of(action.info.tables, [](const TableSpec& table) { return table.name == "decision"; });
}

std::string PlainPathOf(std::string_view id) {
  std::string path(id);
  std::ranges::replace(path, '.', '/');
  return path;
}

}  // namespace weir::analysis
