// The arcs of a causal net: which activities follow from which. For the heuristics miner.
#pragma once

#include <stop_token>
#include <vector>

#include "journey/discovery/heuristics_miner.h"

namespace weir::journey {

// What follows what, with the beginning (id: number of activities) and the end (one above) as activities. By from, then
// to; each count above nothing.
std::vector<Dependency> MeasuredArcs(const Variants& variants);

// How often a, b and a come in a row, for a and b that differ.
struct Return {
  std::uint32_t a = 0;
  std::uint32_t b = 0;
  std::uint64_t count = 0;  // both ways round: a < b
};
std::vector<Return> Returns(const Variants& variants);

// Those of `measured` that the options let pass, and those that loops of two need.
std::vector<Dependency> ChosenArcs(const std::vector<Dependency>& measured, const std::vector<Return>& returns,
                                   std::uint32_t activities, const HeuristicsOptions& options);

// The arc, or null; `arcs` by from, then to.
const Dependency* FindArc(const std::vector<Dependency>& arcs, std::uint32_t from, std::uint32_t to);

}  // namespace weir::journey
