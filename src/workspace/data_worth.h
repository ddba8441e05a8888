// data.worth: which fields of a deal tell early whether it will be won. Internal to workspace/.
#pragma once

#include "analysis/declaration.h"

namespace weir::workspace {

analysis::Analysis WorthAnalysis();

}  // namespace weir::workspace
