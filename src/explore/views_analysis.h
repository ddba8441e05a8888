// sql.views: what a query may read and call, with types, units and meanings. The completion of the editor reads it.
#pragma once

#include <memory>

#include "analysis/declaration.h"
#include "explore/views.h"

namespace weir::explore {

analysis::Analysis ViewsAnalysis(std::shared_ptr<const Offer> offer);

}  // namespace weir::explore
