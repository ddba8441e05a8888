// What files of enrichment brought: hygiene.enrichment. Internal to hygiene/.
#pragma once

#include "analysis/declaration.h"

namespace weir::hygiene {

// How many rows of each file found whose they are, by what, and which did not. Cost: O(rows of enrichment).
analysis::Analysis EnrichmentAnalysis();

}  // namespace weir::hygiene
