// Analyses of the desk: whose word counts (survivorship.h), what enrichment brought, cleaning recipes.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::hygiene {

std::vector<analysis::Analysis> DeskAnalyses();

}  // namespace weir::hygiene
