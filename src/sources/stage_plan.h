// Which columns an import stores and where each comes from. Private to sources/.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "sources/mapping.h"
#include "sources/reader.h"

namespace weir::sources {

enum class StageSource : std::uint8_t {
  kMapped,    // a column of the mapping
  kKept,      // the text of a contact column that its value does not hold
  kUnmapped,  // a column of the file that the mapping does not name
};

// In it Singer taps say when a record was deleted, whatever the product; where no mapping names it, it is stored as
// kGoneColumn.
inline constexpr std::string_view kGoneHeader = "_sdc_deleted_at";
inline constexpr std::string_view kGoneColumn = "x_sdc_deleted_at";

struct StageColumn {
  std::string name;  // in the observation table
  std::string sql_type;
  StageSource source = StageSource::kMapped;
  std::size_t index = 0;             // of the mapping's column (mapped, kept)
  std::vector<std::size_t> binding;  // columns of the file
  std::string header;                // of the file; empty if it has none
  bool is_hashed = true;             // a change of this column alone is a change of the row
};

enum class KeyKind : std::uint8_t { kKey, kNatural, kContent };
std::string_view NameOf(KeyKind kind);

struct StagePlan {
  std::vector<std::vector<std::size_t>> bindings;  // by column of the mapping
  std::vector<StageColumn> columns;
  KeyKind key_kind = KeyKind::kContent;
  std::vector<std::size_t> key;       // columns of the mapping
  std::vector<std::size_t> modified;  // columns of the mapping that the file has
};

StagePlan PlanStage(const Mapping& mapping, const std::vector<SourceColumn>& columns);

}  // namespace weir::sources
