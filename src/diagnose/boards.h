// Two boards by which the operations teams are judged themselves: diagnose.boards. Internal to diagnose/.
#pragma once

#include "diagnose/examine.h"

namespace weir::diagnose {

analysis::Analysis BoardsAnalysis(const Made& made);

}  // namespace weir::diagnose
