// What makes one doubt that a log was read as it is meant: a wrong case column, times that cannot be.
#pragma once

#include <vector>

#include "base/phrase.h"
#include "journey/log/event_log.h"
#include "journey/log/sorted_log.h"

namespace weir::journey {

// Said, not mended: nothing is left out for it. `sorted` is of the same log. O(events).
std::vector<Phrase> DoubtsOf(const EventLog& log, const SortedLog& sorted);

}  // namespace weir::journey
