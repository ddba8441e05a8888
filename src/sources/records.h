// The views rec.<table>: what sources say of accounts, deals, ..., one row an observation.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "sources/mapping.h"
#include "sources/record_schema.h"
#include "store/database.h"

namespace weir::sources {

// CREATE OR REPLACE VIEW rec.<table> for every record table, over the observation tables that exist. Columns: _source,
// _object, _key (row key of the observation), _emit (INTEGER: which [[emit]] of the mapping, from 0), _obs, _version, _observed_at, _recorded_at (when the source knew it), _file, _line, _deleted, then those of
// models/records.toml. All observations of imports that are not undone, not only the newest.
Result<std::vector<std::string>> RecordViewStatements(store::Connection& connection, const MappingCatalog& catalog,
                                                      const RecordSchema& records);

// name_key(text) and email_domain(text) as SQL macros, with the lists that they need. Run once a database; running it
// again renews the lists.
Status CreateSourceFunctions(store::Connection& connection);

// Checks the SQL of a mapping's emits against its own columns; names file, line and emit.
Status CheckEmits(const Mapping& mapping, const RecordSchema& records);

}  // namespace weir::sources
