// A process tree as a workflow net with the same language: one place to start in, one to end in, sound by construction.
#pragma once

#include "journey/model/petri_net.h"
#include "journey/model/process_tree.h"

namespace weir::journey {

// A parallel node has a silent transition before and one behind it; a loop has one before or behind it only where it
// shares that place with others. The first place is the source, the second the sink. O(nodes of the tree).
PetriNet NetOf(const ProcessTree& tree);

}  // namespace weir::journey
