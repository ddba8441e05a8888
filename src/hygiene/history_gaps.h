// history.gaps: where the history of deals has holes. By source and field: deals whose history is whole and those whose
// beginning is lost, whose chain of changes breaks, or whose history ends with another value than the export says, with
// the money that they stand for and the rows. O(deals x fields).
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::hygiene {

std::vector<analysis::Analysis> Analyses();

}  // namespace weir::hygiene
