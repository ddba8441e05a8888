// The log of one record over all sources: what happened with it, newest first. Internal to customers/.
#pragma once

#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "customers/facts.h"

namespace weir::customers {

// Kinds of the timeline: activities by their own kind, the rest by what they are.
const std::vector<std::string>& TimelineKinds();
const analysis::TableSpec& TimelineSpec();

// Only the kinds named; all where none is. O(rows log rows).
analysis::Table MakeTimeline(const Facts& facts, const std::vector<std::string>& kinds, Instant as_of);

}  // namespace weir::customers
