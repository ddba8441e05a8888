// Splits a log by a cut of its graph: each group's part of it (Leemans 2017, pages 192 to 194, and for what does not
// fit the cut, as cuts of a filtered graph have it, the infrequent forms).
#pragma once

#include <vector>

#include "journey/discovery/cuts.h"
#include "journey/discovery/sub_log.h"

namespace weir::journey {

// One for each group, over the activities of the group alone. Exclusive: a run goes to the group of most of its events
// (of equal, to that of fewer events in the log, then to that seen first) and loses the rest; a group that no run is
// left to is left out. Sequence: a run is cut where the fewest events are lost.
// Parallel: each group's events. Loop: at each change of group; between two that lead back, and before or behind one,
// what is done is empty. O(steps), of sequences O(steps * groups of a run).
std::vector<SubLog> SplitLog(const SubLog& log, const Cut& cut);

}  // namespace weir::journey
