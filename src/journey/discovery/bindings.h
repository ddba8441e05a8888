// Which causes of an activity, or which of its results, go together. For the heuristics miner.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "journey/discovery/heuristics_miner.h"

namespace weir::journey {

struct FoundBindings {
  Bindings bindings;
  bool is_complete = true;
};

// The largest sets of `nodes` (rising) of which each two go together, rising; `pairs` are places in `nodes`, the lower
// first, each once. Of nodes that hang together no more than `most` sets, and then as many as it takes to have each
// node in one. O(sets * nodes^2) for nodes that hang together.
FoundBindings BindingsOf(std::span<const std::uint32_t> nodes,
                         std::span<const std::pair<std::uint32_t, std::uint32_t>> pairs, std::size_t most);

}  // namespace weir::journey
