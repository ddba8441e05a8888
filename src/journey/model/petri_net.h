// A Petri net with one marking to start and one to end in. Arcs have weight 1.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "journey/log/event_log.h"

namespace weir::journey {

struct Transition {
  ActivityId activity = kNoValue;     // kNoValue: silent
  std::vector<std::uint32_t> inputs;  // places, rising, each once
  std::vector<std::uint32_t> outputs;
};

struct PetriNet {
  std::uint32_t places = 0;
  std::vector<Transition> transitions;
  std::vector<std::uint32_t> initial;  // tokens of each place: as many as places
  std::vector<std::uint32_t> final;

  std::size_t arcs() const;
};

}  // namespace weir::journey
