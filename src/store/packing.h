// How hard the store packs what it writes: little while its file is small, texts too once it is large. Private to
// store/.
#pragma once

#include "base/result.h"
#include "store/handles.h"

namespace weir::store {

// Of a store that was just opened, before its configuration is locked.
Status PackLittle(Connection& connection);
// Once the file is large, what is written from then on is packed.
void PackWhatIsLarge(Database::Handle& database, Connection& connection);

}  // namespace weir::store
