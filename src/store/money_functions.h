// Functions of SQL for money. Written as SQL, the rounding of one amount is an expression of some hundred parts, which
// takes longer to plan than the rows of a customer take to read. Private to store/.
//
//   converted(amount DECIMAL(18,4), rate DECIMAL(18,9), decimals INTEGER) -> DECIMAL(18,4)
//       the amount at a rate, rounded half to even to so many decimals (2 where it is null, 4 at most); the amount
//       itself at a rate of 1; null where either is null; fails where the value has more than 14 digits before the
//       point
#pragma once

#include "store/duckdb_types.h"

namespace weir::store {

// Once a database: its other connections know them too.
void RegisterMoneyFunctions(duckdb_connection connection);

}  // namespace weir::store
