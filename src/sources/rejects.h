// Rows in quarantine that several files hold.
#pragma once

#include <cstdint>

#include "base/result.h"
#include "store/database.h"

namespace weir::sources {

// Rows of the import that an earlier one put in quarantine already, for the same reason, are not listed twice; that its
// files hold them too is noted. Gives how many of the import are left.
Result<std::int64_t> KeepNewRejects(store::Connection& connection, std::int64_t import_id);

// The rows in quarantine of an import that was undone go to the first file that still counts and holds them too.
Status PassRejectsOn(store::Connection& connection, std::int64_t import_id, std::int64_t data_version);

}  // namespace weir::sources
