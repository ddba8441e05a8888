// Declarations of the single analyses. Internal to exclusions/.
#pragma once

#include <memory>

#include "exclusions/exclusions.h"

namespace weir::exclusions {

using Catalog = std::shared_ptr<const metrics::MetricCatalog>;

analysis::Analysis RulesAnalysis(Catalog catalog);
analysis::Analysis PreviewAnalysis(Catalog catalog);
analysis::Analysis EffectAnalysis(Catalog catalog);
analysis::Analysis ProposalsAnalysis(Catalog catalog);

}  // namespace weir::exclusions
