// Inductive miner: a process tree of a log, sound by construction (Leemans, Fahland and van der Aalst 2013 and 2014, as
// told in Leemans, "Robust Process Mining with Guarantees", 2017).
//
// A log is cut by its directly-follows graph into exclusive, successive, parallel or looping parts, and each part
// again. Where there is no cut: with noise, arcs that are rare beside the others of their source are left out and it is
// tried again; then an activity once in each run or a concurrent one is set beside the rest, the log is cut at silent
// loops (strict, then any), or all is allowed (flower).
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

#include "base/result.h"
#include "journey/log/variants.h"
#include "journey/model/process_tree.h"

namespace weir::journey {

struct InductiveOptions {
  // 0 to below 1. At 0 every variant is in the language of the tree.
  double noise = 0;
  // Which of two activities that would do equally well is taken: that of lower rank. By id where left out. With ranks
  // by name (RanksByName) the tree does not depend on how activities are numbered, and children stand in the same
  // order.
  std::span<const std::uint32_t> ranks;
  // The search for a concurrent activity is left out where it may take more steps (WorkOfConcurrentActivity): a log of
  // some 1,500 activities or more that all follow one another. The next way is taken, all runs still fit.
  std::uint64_t most_concurrent_work = 4'000'000'000;
};

struct InductiveModel {
  ProcessTree tree;                     // reduced
  std::uint64_t searches_left_out = 0;  // for a concurrent activity
};

// Each level costs O(steps of the variants + arcs); memory O(steps) and two bits for each pair of activities. bad_usage
// where noise is out of range, cancelled on a stop.
Result<InductiveModel> MineInductive(const Variants& variants, const InductiveOptions& options = {},
                                     const std::stop_token& stop = {});

// The place of each name among all, by bytes; of equal names by id.
std::vector<std::uint32_t> RanksByName(std::span<const std::string> names);

}  // namespace weir::journey
