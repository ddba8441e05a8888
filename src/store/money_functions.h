// Functions of SQL for money. Written as SQL, the rounding of one amount is an expression of some hundred parts, which
// takes longer to plan than the rows of a customer take to read. Private to store/.
//
//   converted(amount DECIMAL(18,4), rate DECIMAL(18,9), decimals INTEGER) -> DECIMAL(18,4)
//       the amount at a rate, rounded half to even to so many decimals (2 where it is null, 4 at most); the amount
//       itself at a rate of 1; null where either is null; fails where the value has more than 14 digits before the
//       point
//   monthly_value(quantity DECIMAL(38,12), unit_price DECIMAL(38,12), periods INTEGER, months INTEGER) -> DECIMAL(18,4)
//       quantity * unit_price * periods / months: what is paid in `periods` equal periods that together are `months`
//       months, for one of these; exact, then rounded half to even to 4 decimals; null where any is null, where
//       `periods` or `months` is not positive, and where the value has more than 14 digits before the point
//   in_own_decimals(amount DECIMAL(18,4), currency VARCHAR) -> DECIMAL(18,4)
//       rounded half to even to as many decimals as the currency has (ISO 4217); null where either is null
#pragma once

#include "store/duckdb_types.h"

namespace weir::store {

// Once a database: its other connections know them too.
void RegisterMoneyFunctions(duckdb_connection connection);

}  // namespace weir::store
