// Does the log fit the model, and by how much not? Token replay (Rozinat, van der Aalst 2008): each event fires its
// transition; tokens that are not there are put in and counted as missing, tokens left at the end as remaining.
//
// Silent transitions are found by an exact search: while a trace fits, all markings that its events can have led to
// are followed at once, so that a trace of the model is never said to miss anything. Where an event cannot follow in
// any of them, the fewest tokens that let it are put in. Of several ways to a marking the one that takes fewest tokens
// counts.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "journey/conformance/visible_steps.h"
#include "journey/log/variants.h"
#include "journey/model/petri_net.h"

namespace weir::journey {

struct Replay {
  std::uint64_t produced = 0;
  std::uint64_t consumed = 0;
  std::uint64_t missing = 0;
  std::uint64_t remaining = 0;
  bool is_cut = false;  // a limit was met: it may fit better than is said

  bool fits() const { return missing == 0 && remaining == 0; }
};

struct LogReplay {
  std::vector<Replay> variants;
  double fitness = 1;        // 1/2 (1 - missing / consumed) + 1/2 (1 - remaining / produced), sums over cases
  double fitting_share = 1;  // of cases
  double mean_fitness = 1;   // of the cases' own
  std::uint64_t cut_cases = 0;
};

// Of one trace; 1 where nothing is consumed or produced.
double FitnessOf(const Replay& replay);

// Errors: those of IndexOf; cancelled. Activities that the net does not have stand for a token missing and a token
// remaining each. O(steps x markings followed at once); variants are shared out among threads in pieces that do not
// depend on how many there are.
Result<LogReplay> Replayed(const PetriNet& net, const Variants& variants, const StepLimits& limits = {},
                           const Executor& executor = Executor(1), const std::stop_token& stop = {});

}  // namespace weir::journey
