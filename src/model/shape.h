// What the statements of expand.h have in common: the columns that a record table makes in the model, by which slots
// its rows lie, and what it is linked to. Pieces of SQL over `r`, a row of the record table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/records.h"

namespace weir::model {

struct Links {
  std::string tables;   // CTEs, each followed by a comma
  std::string columns;  // of r, each preceded by a comma
  std::string join;
};

// The newest word of each row of rec.link; of several accounts or people the primary one, else the smallest key.
Links LinksOf(const RecordTable& table);

struct OutputColumn {
  std::string name;          // in the model table
  std::string expression;    // over r and its joins
  std::string emptied = {};  // what the expression is where somebody took the value away
  std::string slot = {};     // of the id that the expression is, where it is at hand over r and its joins
};

struct Shape {
  std::vector<OutputColumn> columns;
  std::string joins;
};

Shape ShapeOf(const RecordTable& table);

// By which rows lie together and are found again: small numbers made of the ids that a row refers to (slot_of in
// scoped/macros.sql). `home` is whose the row is: the account, else whatever comes nearest to it, at last `own`, the id
// of the entity itself.
struct Slots {
  std::string columns;  // each preceded by a comma
  std::string order;    // followed by a comma
};

// `is_over_r`: the columns are selected where r and its joins are.
Slots SlotsOf(const RecordTable& table, const Shape& shape, bool is_over_r, std::string_view own = {});

// The columns, each preceded by a comma.
std::string SelectList(const Shape& shape, std::string_view indent);

// Records that the source says were merged into others: a CTE `merged`, followed by a comma, and its join.
std::string MergedOf(std::string_view entity);
inline constexpr std::string_view kMergedJoin =
    "  LEFT JOIN merged ON merged._source = r._source AND merged.from_key = r.key\n";

}  // namespace weir::model
