// What the inductive miner does with a log that has no cut: each keeps every run in the language (Leemans 2017, pages
// 194 to 197). Runs are not empty.
#pragma once

#include <cstdint>
#include <optional>
#include <stop_token>
#include <vector>

#include "journey/discovery/follows_graph.h"
#include "journey/discovery/sub_log.h"
#include "journey/model/process_tree.h"

namespace weir::journey {

struct FallThrough {
  TreeOperator op = TreeOperator::kParallel;
  std::vector<SubLog> parts;  // of a loop: what is done; what leads back is silent
};

// An activity that each run has exactly once, parallel to the rest. O(steps).
std::optional<FallThrough> OncePerRun(const SubLog& log);

// The first activity without which there is a cut, parallel to the rest: nullopt where there is none, and once a stop
// is asked for. O(activities * (arcs + cut)), after O(steps log steps).
std::optional<FallThrough> ConcurrentActivity(const SubLog& log, const FollowsGraph& graph,
                                              const std::stop_token& stop = {});

// An upper bound of the steps that ConcurrentActivity takes.
std::uint64_t WorkOfConcurrentActivity(const FollowsGraph& graph);

// A loop that begins again where a start comes right after an end (strict), or at any start. O(steps).
std::optional<FallThrough> SilentLoop(const SubLog& log, const FollowsGraph& graph, bool is_strict);

}  // namespace weir::journey
