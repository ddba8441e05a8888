// Why records are one, and what became of them: identity.explain weighs two records or entities field by field,
// identity.trail tells what an entity took in and what left it.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::workspace {

std::vector<analysis::Analysis> IdentityAnalyses();

}  // namespace weir::workspace
