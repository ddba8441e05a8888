// How a table of observations holds the keys of its rows. Private to sources/.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "sources/stage_plan.h"
#include "store/database.h"

namespace weir::sources {

using ColumnTypes = std::map<std::string, std::string>;  // by name
Result<ColumnTypes> ListColumns(store::Connection& connection, const std::string& table);
// Columns of every table: they say where the row is from, not what it says.
bool IsHead(std::string_view column);

// Keys are the largest part of most tables, and nearly all of them say once more what the columns say. So a key that
// `expression` makes of the columns is not stored: `_key` is computed where it is read, and `_kept_key` holds the key
// of every other row. Tables of older workspaces store each key, in `_key` itself.
struct KeyLayout {
  std::string expression;  // over the columns of the table; empty where each key is stored

  // The column that is written.
  std::string Stored() const { return expression.empty() ? "_key" : "_kept_key"; }
  // Of the columns of a new table.
  std::string Definition() const;
};

// Of a table that the first file with this plan makes. What it comes to decides on bytes alone: a key of which it makes
// something else is stored.
KeyLayout PlanKeyLayout(const StagePlan& plan);

// Of a table that is there, which has these columns.
Result<KeyLayout> ReadKeyLayout(store::Connection& connection, const std::string& table, const ColumnTypes& types);

// FROM clause of the staged rows with all that the table stores of their keys.
std::string StageWithKeys(const KeyLayout& layout, const ColumnTypes& types, const StagePlan& plan);

// For rows that say again what another row of the table says.
struct CopiedColumns {
  std::string key;      // the column that it is written to
  std::string columns;  // those beyond the head, for INSERT: ", a, b"
  std::string values;   // the same of the row o: ", o.a, o.b"
};
Result<CopiedColumns> CopyColumns(store::Connection& connection, const std::string& table);

}  // namespace weir::sources
