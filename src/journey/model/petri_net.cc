#include "journey/model/petri_net.h"

namespace weir::journey {

std::size_t PetriNet::arcs() const {
  std::size_t count = 0;
  for (const Transition& transition : transitions) count += transition.inputs.size() + transition.outputs.size();
  return count;
}

}  // namespace weir::journey
