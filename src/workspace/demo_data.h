// Invented data in a workspace: which imports brought it, and how it is taken out again. What people decided meanwhile,
// and what they brought in themselves, stays.
#pragma once

#include <cstdint>
#include <string_view>

#include "analysis/declaration.h"
#include "base/result.h"
#include "store/database.h"
#include "workspace/effect.h"

namespace weir::workspace {

inline constexpr std::string_view kRemoveDemo = "demo.remove";

// Inside the transaction of the import.
Status NoteDemoImport(store::Connection& connection, std::int64_t import_id);

// Takes back every import of invented files that still counts. Fails where there is none.
Result<Effect> RemoveDemoData(store::Connection& connection, std::int64_t version);

// What would go and what would stay.
analysis::Analysis DemoAnalysis();

}  // namespace weir::workspace
