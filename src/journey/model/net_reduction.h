// Nets without silent transitions that change nothing.
#pragma once

#include "journey/model/petri_net.h"

namespace weir::journey {

// Leaves out silent transitions from one place to one other where that place has no other way in, or the first no other
// way out, and no token at first or at the end: the same runs lead from the initial to the final marking, and the net
// is as sound as it was. Places that are left keep their order. O(arcs) for each chain of such transitions.
PetriNet WithoutNeedlessSilent(PetriNet net);

}  // namespace weir::journey
