#include "journey/discovery/cuts.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "journey/discovery/node_sets.h"

namespace weir::journey {
namespace {

using Groups = std::vector<std::vector<std::uint32_t>>;

std::optional<Cut> CutOf(TreeOperator op, Groups groups) {
  if (groups.size() < 2) return std::nullopt;
  return Cut{.op = op, .groups = std::move(groups)};
}

// Components of the graph that joins two nodes where an arc between them is missing in one direction. The nodes not
// reached yet are walked once for each node: those that have both arcs stay, and each that stays is paid by an arc.
Groups NotBothWays(const FollowsGraph& graph) {
  std::vector<std::uint32_t> left(graph.size());
  std::iota(left.begin(), left.end(), 0U);
  Groups groups;
  while (!left.empty()) {
    std::vector<std::uint32_t> group{left.front()};
    left.erase(left.begin());
    for (std::size_t at = 0; at < group.size() && !left.empty(); ++at) {
      const std::uint32_t node = group[at];
      std::erase_if(left, [&](std::uint32_t other) {
        if (graph.Has(node, other) && graph.Has(other, node)) return false;
        group.push_back(other);
        return true;
      });
    }
    std::ranges::sort(group);
    groups.push_back(std::move(group));
  }
  return groups;
}

void Join(std::vector<std::uint32_t>& into, const std::vector<std::uint32_t>& from) {
  into.insert(into.end(), from.begin(), from.end());
}

// Groups without a start join those without an end, and what is left over joins a whole one: as many whole groups as
// there can be. Smaller groups are joined first, and into the largest that is no larger than they are.
Groups WholeGroups(const FollowsGraph& graph, Groups groups) {
  std::ranges::stable_sort(groups, {}, [](const auto& group) { return group.size(); });
  Groups whole;
  Groups starting;
  Groups ending;
  Groups neither;
  for (auto& group : groups) {
    const bool starts = std::ranges::any_of(group, [&](std::uint32_t a) { return graph.starts(a) > 0; });
    const bool ends = std::ranges::any_of(group, [&](std::uint32_t a) { return graph.ends(a) > 0; });
    Groups& kind = starts && ends ? whole : starts ? starting : ends ? ending : neither;
    kind.push_back(std::move(group));
  }
  const std::size_t pairs = std::min(starting.size(), ending.size());
  for (std::size_t i = 0; i < pairs; ++i) {
    Join(starting[i], ending[i]);
    whole.push_back(std::move(starting[i]));
  }
  std::ranges::stable_sort(whole, {}, [](const auto& group) { return group.size(); });
  Groups rest;
  std::move(starting.begin() + static_cast<long>(pairs), starting.end(), std::back_inserter(rest));
  std::move(ending.begin() + static_cast<long>(pairs), ending.end(), std::back_inserter(rest));
  std::ranges::move(neither, std::back_inserter(rest));
  if (whole.empty()) return {};
  std::vector<std::size_t> sizes;
  for (const auto& group : whole) sizes.push_back(group.size());
  for (const auto& group : rest) {
    const auto above = std::ranges::upper_bound(sizes, group.size());
    Join(whole[above == sizes.begin() ? 0 : static_cast<std::size_t>(above - sizes.begin()) - 1], group);
  }
  return whole;
}

// For each node outside of what is done whether it belongs to it all the same (page 190).
std::vector<bool> BelongsToBody(const FollowsGraph& graph, const std::vector<bool>& is_body) {
  std::vector<bool> belongs(graph.size(), false);
  std::vector<std::uint32_t> to_starts(graph.size(), 0);
  std::vector<std::uint32_t> from_ends(graph.size(), 0);
  std::uint32_t starts = 0;
  std::uint32_t ends = 0;
  for (std::uint32_t a = 0; a < graph.size(); ++a) {
    starts += graph.starts(a) > 0 ? 1U : 0U;
    ends += graph.ends(a) > 0 ? 1U : 0U;
  }
  for (const FollowsArc& arc : graph.arcs()) {
    if (is_body[arc.from] && !is_body[arc.to]) {
      // A way out of a start that is no end, or out of some ends only, is not the way back.
      if (graph.ends(arc.from) == 0) belongs[arc.to] = true;
      if (graph.ends(arc.from) > 0) ++from_ends[arc.to];
    } else if (!is_body[arc.from] && is_body[arc.to]) {
      if (graph.starts(arc.to) == 0) belongs[arc.from] = true;
      if (graph.starts(arc.to) > 0) ++to_starts[arc.from];
    }
  }
  for (std::uint32_t a = 0; a < graph.size(); ++a) {
    if (to_starts[a] > 0 && to_starts[a] < starts) belongs[a] = true;
    if (from_ends[a] > 0 && from_ends[a] < ends) belongs[a] = true;
  }
  return belongs;
}

}  // namespace

std::optional<Cut> ExclusiveCut(const FollowsGraph& graph) {
  NodeSets sets(graph.size());
  for (const FollowsArc& arc : graph.arcs()) sets.Join(arc.from, arc.to);
  return CutOf(TreeOperator::kExclusive, sets.Groups());
}

std::optional<Cut> ParallelCut(const FollowsGraph& graph) {
  Groups groups = NotBothWays(graph);
  if (groups.size() < 2) return std::nullopt;
  groups = WholeGroups(graph, std::move(groups));
  for (auto& group : groups) std::ranges::sort(group);
  std::ranges::sort(groups);
  return CutOf(TreeOperator::kParallel, std::move(groups));
}

std::optional<Cut> LoopCut(const FollowsGraph& graph) {
  if (graph.arcs().empty()) return std::nullopt;
  std::vector<bool> is_body(graph.size());
  for (std::uint32_t a = 0; a < graph.size(); ++a) is_body[a] = graph.starts(a) > 0 || graph.ends(a) > 0;
  const std::vector<bool> belongs = BelongsToBody(graph, is_body);
  NodeSets sets(graph.size());
  for (const FollowsArc& arc : graph.arcs()) {
    if (!is_body[arc.from] && !is_body[arc.to]) sets.Join(arc.from, arc.to);
  }
  std::vector<std::uint32_t> body;
  Groups redo;
  for (auto& group : sets.Groups()) {
    if (std::ranges::any_of(group, [&](std::uint32_t a) { return is_body[a] || belongs[a]; })) {
      Join(body, group);
    } else {
      redo.push_back(std::move(group));
    }
  }
  if (body.empty() || redo.empty()) return std::nullopt;
  std::ranges::sort(body);
  redo.insert(redo.begin(), std::move(body));
  return CutOf(TreeOperator::kLoop, std::move(redo));
}

std::optional<Cut> FindCut(const FollowsGraph& graph) {
  if (graph.size() < 2) return std::nullopt;
  if (auto cut = ExclusiveCut(graph)) return cut;
  if (auto cut = SequenceCut(graph)) return cut;
  if (auto cut = ParallelCut(graph)) return cut;
  return LoopCut(graph);
}

}  // namespace weir::journey
