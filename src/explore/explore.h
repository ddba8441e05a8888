// Questions of people's own: `sql` and `sql.views`.
#pragma once

#include <vector>

#include "analysis/declaration.h"
#include "base/definitions.h"
#include "base/result.h"

namespace weir::explore {

Result<std::vector<analysis::Analysis>> Analyses(const std::vector<DefinitionFile>& files);

}  // namespace weir::explore
