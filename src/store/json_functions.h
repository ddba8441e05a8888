// A function of SQL for lists of pairs in JSON, as the parameters of an event are kept.
//
//   pair_value(pairs VARCHAR, key VARCHAR) -> VARCHAR
//       of [{"key": "source", "value": "news"}, {"key": "session", "value": {"string_value": null, "int_value": 5}}]
//       what stands under a key: the text of its value, or, where the value is an object, of the first member of it
//       that is not null; a list as it stands. Null where the key is not there, or the text is no such list.
//
// It reads up to the key and goes no further: of an event with thirty parameters a mapping asks for a few. Private to
// store/.
#pragma once

#include "store/duckdb_types.h"

namespace weir::store {

// Once a database: its other connections know it too.
void RegisterJsonFunctions(duckdb_connection connection);

}  // namespace weir::store
