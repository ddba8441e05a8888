// What is here, what it opens, and what to bring next.
#pragma once

#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "setup/catalog.h"

namespace weir::setup {

// Tables next, exports, products, unlocks. The first row of `next` is what Pulse tells.
std::vector<analysis::TableSpec> ChecklistTables();
Result<analysis::Output> MakeChecklist(const SetupCatalog& catalog, analysis::Context& context);

}  // namespace weir::setup
