// Declarations of the single analyses. Internal to exclusions/.
#pragma once

#include <memory>

#include "exclusions/exclusions.h"

namespace weir::exclusions {

using Catalog = std::shared_ptr<const metrics::MetricCatalog>;

analysis::Analysis RulesAnalysis(const Catalog& catalog);
analysis::Analysis PreviewAnalysis(const Catalog& catalog);
analysis::Analysis EffectAnalysis(const Catalog& catalog);
analysis::Analysis ProposalsAnalysis(const Catalog& catalog);

}  // namespace weir::exclusions
