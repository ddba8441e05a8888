// Accounts and the audit log as analyses, for those who have the right.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::workspace {

std::vector<analysis::Analysis> AccountAnalyses();

}  // namespace weir::workspace
