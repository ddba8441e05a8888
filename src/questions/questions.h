// Guided questions that end in an answer with its rows: why sales changed, where money is lost, who needs help, what
// the quarter will be. Each answer is a sentence, the steps that lead to it, what is not known, and where to go next.
#pragma once

#include <memory>
#include <vector>

#include "analysis/declaration.h"
#include "metrics/catalog.h"

namespace weir::questions {

std::vector<analysis::Analysis> Analyses(const std::shared_ptr<const metrics::MetricCatalog>& catalog);

}  // namespace weir::questions
