// hygiene.redirty: what was mended and became dirty again, per field and per cause.
//
// A value is unfit where the field is empty, holds a word that stands for nothing ("n/a"), or what the field cannot
// hold (an address without @, a number that nobody outside the country can dial). A fix makes it fit; it comes back
// when it becomes unfit once more. A flip is a value that another writer puts back to what it was, within 90 days. From
// the source's own history of edits where it has one, else from what differs between its exports, of which nobody knows
// who wrote it. Cost: one pass over the edits.
#pragma once

#include <vector>

#include "analysis/declaration.h"

namespace weir::hygiene {

std::vector<analysis::Analysis> RedirtyAnalyses();

}  // namespace weir::hygiene
