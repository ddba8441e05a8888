// Cuts of a directly-follows graph into groups of activities that go together by one operator (Leemans, "Robust Process
// Mining with Guarantees", 2017, pages 188 to 190 and 233).
//
// Each cut is maximal: no other of its kind has more groups. Activities are nodes 0 .. size - 1; lower numbers break
// ties. A graph of one node or none has no cut.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "journey/discovery/follows_graph.h"
#include "journey/model/process_tree.h"

namespace weir::journey {

struct Cut {
  TreeOperator op = TreeOperator::kExclusive;
  std::vector<std::vector<std::uint32_t>> groups;  // at least two, rising within; of a loop, the first is what is done

  bool operator==(const Cut&) const = default;
};

// The first that there is of the four below, in their order.
std::optional<Cut> FindCut(const FollowsGraph& graph);

// Parts that no arc joins. O(arcs).
std::optional<Cut> ExclusiveCut(const FollowsGraph& graph);

// Groups one after another, so joined that what can be skipped only together is one group. Needs two bits for each pair
// of strongly connected components (25 MB for 10,000 activities), O(components * arcs / 64).
std::optional<Cut> SequenceCut(const FollowsGraph& graph);

// Groups with arcs both ways between all of their members, each with a start and an end. O(arcs log arcs).
std::optional<Cut> ParallelCut(const FollowsGraph& graph);

// What is done, with all starts and ends, and groups that lead back from every end to every start.
// O(arcs log arcs + starts and ends for each arc that touches them).
std::optional<Cut> LoopCut(const FollowsGraph& graph);

}  // namespace weir::journey
