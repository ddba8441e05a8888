// Heuristics miner: what most likely causes what, as a causal net, which noise hardly changes (Weijters, van der Aalst
// and Alves de Medeiros 2006; Weijters and Ribeiro, "Flexible Heuristics Miner", 2011).
//
// How sure it is that b follows from a, in -1 .. 1, where |ab| is how often b comes right after a:
//   a => b   (|ab| - |ba|) / (|ab| + |ba| + 1)
//   a => a   |aa| / (|aa| + 1)                          a loop of one
//   a <> b   (|aba| + |bab|) / (|aba| + |bab| + 1)      a loop of two
// Loops of two are also found where one of them is a loop of one: of logs that return to a state, the net then replays
// more. The beginning and the end of cases count as activities. Unlike a mined process tree, the net may be unsound and
// need not replay every case.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/result.h"
#include "journey/log/variants.h"
#include "journey/model/petri_net.h"

namespace weir::journey {

struct HeuristicsOptions {
  double dependency = .5;  // the least a => b
  double loop_one = .5;
  double loop_two = .5;
  // Two causes or two results of an activity go together where (|bc| + |cb|) / (|ab| + |ac| + 1) is at least this and
  // neither is a result of the other.
  double together = .65;
  // Arcs so little below the best of their source or target that they are taken as well.
  double relative_to_best = .05;
  std::uint64_t positive_observations = 1;  // the least |ab| of an arc that is not needed to connect
  // Every activity has at least its best cause and its best result.
  bool connects_all = true;
  // Which of two as good ones is best: of lower rank; by id where left out.
  std::span<const std::uint32_t> ranks;
};

enum class DependencyKind : std::uint8_t { kDirect, kLoopOne, kLoopTwo };

struct Dependency {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint64_t count = 0;  // |ab|
  double value = 0;
  DependencyKind kind = DependencyKind::kDirect;

  bool operator==(const Dependency&) const = default;
};

// Each binding is a set of activities, rising, that cause the activity together, or result from it together; one
// binding of each side holds each time.
using Bindings = std::vector<std::vector<std::uint32_t>>;

struct CausalNet {
  std::uint32_t activities = 0;  // ids from here on: activities is the beginning, activities + 1 the end
  std::vector<Dependency> arcs;  // by from, then to
  std::vector<Bindings> causes;  // of each activity, the beginning and the end
  std::vector<Bindings> results;
  std::uint64_t bindings_left_out = 0;  // of activities with more than 64 that overlap

  std::uint32_t beginning() const { return activities; }
  std::uint32_t end() const { return activities + 1; }
};

// O(steps of the variants + arcs * the most arcs of one activity). bad_usage for a threshold out of range, cancelled on
// a stop. Activities that are in no case are in no arc.
Result<CausalNet> MineHeuristics(const Variants& variants, const HeuristicsOptions& options = {},
                                 const std::stop_token& stop = {});

// A workflow net that does what the bindings say (van der Aalst, Adriansyah and van Dongen 2011), without the silent
// transitions that change nothing. The first place is the source, the second the sink.
PetriNet NetOf(const CausalNet& causal);

}  // namespace weir::journey
