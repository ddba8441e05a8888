// How the store writes: how hard it packs (little while its file is small, texts too once it is large), and when.
// Private to store/.
#pragma once

#include "base/result.h"
#include "store/handles.h"

namespace weir::store {

// Of a store that was just opened, before its configuration is locked.
Status PackLittle(Connection& connection);
// A commit writes what it changed and no more; the tables themselves are brought up to date when so much has gathered,
// and when the store is closed. Until then it is held in memory, and whoever opens the store after a crash reads it
// again.
Status GatherChanges(Connection& connection);
// Once the file is large, what is written from then on is packed.
void PackWhatIsLarge(Database::Handle& database, Connection& connection);

}  // namespace weir::store
