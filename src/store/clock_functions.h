// Functions of SQL that know the clocks on the wall of a zone; a name that is none fails the statement. The store's own
// AT TIME ZONE asks its calendar for each row, which takes fifty times longer, and gives a repeated hour its second
// passing alone. Private to store/.
//
//   wall_clock(moment TIMESTAMP, zone VARCHAR) -> TIMESTAMP      what the clock shows at a moment in UTC
//   first_passing(shown TIMESTAMP, zone VARCHAR) -> TIMESTAMP    when it shows it, in UTC: the first time, if there are
//   two; second_passing(shown TIMESTAMP, zone VARCHAR) -> TIMESTAMP   the second time. A missing hour is moved forward.
#pragma once

#include "store/duckdb_types.h"

namespace weir::store {

// Once a database: its other connections know them too.
void RegisterClockFunctions(duckdb_connection connection);

}  // namespace weir::store
