// The parts of hygiene.fields that look into values. Internal to hygiene/.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"

namespace weir::hygiene {

// A column of scoped.* that a correction can change.
struct ValueColumn {
  std::string_view entity;
  std::string_view field;   // as corrections name it
  std::string_view column;  // of scoped.<entity>
};
std::span<const ValueColumn> ValueColumns();

analysis::TableSpec ValuesTable();
// Spellings of one another in columns with few values.
Result<analysis::Table> FindSpellings(const std::string& entity, analysis::Context& context);

analysis::TableSpec PairsTable();
Result<analysis::Table> FindPairs(const std::string& entity, analysis::Context& context);

analysis::Analysis HoldersAnalysis();

}  // namespace weir::hygiene
