// The teams that an account is given, by id or by name, and the member that it is of.
#pragma once

#include <vector>

#include "access/access.h"
#include "analysis/params.h"
#include "analysis/result.h"
#include "base/result.h"
#include "people/directory.h"
#include "store/database.h"

namespace weir::workspace {

struct AccountTeams {
  analysis::RawParams params;  // with ids in the place of names
  std::vector<analysis::Warning> warnings;
};

// A name that several teams have is refused. What means no team stays as it was written, with a warning: accounts may
// be made before the export that names the teams, and see nothing until it is there.
Result<AccountTeams> ResolveTeams(analysis::RawParams params, const people::Directory& directory);

// The same by the people of the model; before any export has named some, the teams stay as they were written.
Result<AccountTeams> TeamsMeant(analysis::RawParams params, store::Connection& connection);

// Ties accounts to the members of the model that stands: as of the newest moment in the data.
Status TieAccounts(const store::Database& database, access::Access& access);

}  // namespace weir::workspace
