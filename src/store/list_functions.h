// A function of SQL for long lists of numbers.
//
//   is_among(number BIGINT, numbers VARCHAR) -> BOOLEAN
//       whether the number is one of those of the text, which are divided by spaces; null where the number is null.
//       The text is a constant, and fails where it holds anything else.
//
// `IN` with as many values is planned value by value, and joined with the whole table; this is one expression over one
// column, which the store tries while it reads, block by block, so that the other columns are unpacked for those rows
// alone that are among them. A row costs one look into a hash table. Private to store/.
#pragma once

#include "store/duckdb_types.h"

namespace weir::store {

// Once a database: its other connections know it too.
void RegisterListFunctions(duckdb_connection connection);

}  // namespace weir::store
