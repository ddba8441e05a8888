// What waiting costs, and what to do first: diagnose.plan. Internal to diagnose/.
#pragma once

#include "diagnose/examine.h"

namespace weir::diagnose {

analysis::Analysis PlanAnalysis(const Made& made);

}  // namespace weir::diagnose
