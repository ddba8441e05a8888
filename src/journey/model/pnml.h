// Petri nets as PNML (ISO/IEC 15909-2, place/transition nets), as ProM and PM4Py write and read it: names, the marking
// to start in and that to end in, silent transitions by the toolspecific activity $invisible$.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "journey/model/petri_net.h"

namespace weir::journey {

// Characters that XML 1.0 cannot hold are written as U+FFFD. Same net, same bytes.
std::string PnmlOf(const PetriNet& net, const std::vector<std::string>& activity_names, std::string_view name = "net");

struct NamedNet {
  PetriNet net;
  std::vector<std::string> activity_names;  // in the order in which the text has them
};

struct PnmlLimits {
  std::size_t bytes = 64U << 20U;
  std::size_t nodes = 1'000'000;  // places and transitions
  std::size_t arcs = 4'000'000;
};

// The first net of the text, its pages together, and the first of its final markings. A transition without a name, or
// with the activity $invisible$, is silent. Without final markings the net ends in the places that nothing leaves.
// bad_input with the line for what is no XML, has a document type, an arc to nowhere or twice, or a weight other than
// 1; too_large above a limit.
Result<NamedNet> ReadPnml(std::string_view text, const PnmlLimits& limits = {});

}  // namespace weir::journey
