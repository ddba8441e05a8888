// Who works here: the analysis `people` lists the members with department, team, function, manager, start and end, each
// with where it is known from: decided, said by a source, or guessed and why; `people.member` tells how that changed.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::people {

std::vector<analysis::Analysis> Analyses();

}  // namespace weir::people
