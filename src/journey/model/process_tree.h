// A process tree: a model that cannot be unsound. Leaves are activities or silent, inner nodes say how their children
// go together.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "journey/log/event_log.h"

namespace weir::journey {

enum class TreeOperator : std::uint8_t {
  kActivity,    // a leaf
  kSilent,      // a leaf that nobody sees
  kSequence,    // all children, one after another
  kExclusive,   // one of them
  kParallel,    // all of them, in any mixture
  kLoop,        // the first; then any number of times one of the others and the first again
};

struct ProcessTree {
  TreeOperator op = TreeOperator::kSilent;
  ActivityId activity = kNoValue;  // of a leaf
  std::vector<ProcessTree> children;

  bool operator==(const ProcessTree&) const = default;
};

// As papers write it: ->( 'a', X( 'b', tau ), +( 'c', 'd' ), *( 'e', tau ) ). The inverse reads the same.
std::string TextOf(const ProcessTree& tree, const std::vector<std::string>& activity_names);

// Nested operators of one kind joined, silent children dropped where they change nothing, single children lifted:
// the same language.
ProcessTree Reduced(ProcessTree tree);

}  // namespace weir::journey
