// What the data are used for. data.use: metrics and fields ranked by decisions that name them and by who asked, the
// unused ones named, and departments by objects; data.asked: the same by person, for whoever may read the audit log.
// Internal to workspace/.
#pragma once

#include "analysis/declaration.h"

namespace weir::workspace {

analysis::Analysis UseAnalysis();
analysis::Analysis AskedAnalysis();

}  // namespace weir::workspace
