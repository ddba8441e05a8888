// The duplicates desk: hygiene.duplicates is the queue with the money behind each pair and what merging does to the
// pipeline (duplicate_queue.h, duplicate_effect.h say how); hygiene.duplicate is one pair side by side, with what
// speaks for its being one and the values that would survive. Internal to hygiene/.
#pragma once

#include "analysis/declaration.h"

namespace weir::hygiene {

analysis::Analysis DuplicatesAnalysis();
analysis::Analysis DuplicateAnalysis();

}  // namespace weir::hygiene
