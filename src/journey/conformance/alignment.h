// Where do cases leave the model, and how far? Optimal alignments of all variants (Adriansyah 2014; van Dongen 2018).
//
// Fitness of a variant is 1 - cost / (steps of the trace + steps of the shortest run of the model).
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "journey/conformance/alignment_search.h"
#include "journey/log/variants.h"
#include "journey/model/petri_net.h"

namespace weir::journey {

// What cases do otherwise than the model, gathered: a step of the model left out, or a step that it does not have
// there.
struct Deviation {
  MoveKind kind = MoveKind::kLog;  // kModel: left out; kLog: put in
  ActivityId activity = kNoValue;
  ActivityId after = kNoValue;  // the step of the model that came before; kNoValue: none yet
  std::uint64_t cases = 0;      // in which it happened
  std::uint64_t times = 0;
};

struct LogAlignment {
  std::vector<Alignment> variants;
  std::uint32_t shortest_run = 0;     // visible steps
  double fitness = 1;                 // 1 - sum of costs / sum of (steps + shortest run), over cases
  double mean_fitness = 1;            // of the cases' own
  double fitting_share = 1;           // of cases: cost nothing
  std::uint64_t bounded_cases = 0;    // of variants whose budget ended: they may fit better than is said
  std::vector<Deviation> deviations;  // most cases first
};

double FitnessOf(const Alignment& alignment, std::size_t steps, std::uint32_t shortest_run);

// Where the budget of a variant ends, the trivial alignment stands for it (all steps put in, the shortest run left
// out), with the least that the best one can cost. Errors: those of IndexOf; bad_input where no run of the model leads
// to its end; too_large where none was found within the limits; cancelled. Variants are shared out among threads in
// pieces that do not depend on how many there are; each holds its own space of markings.
Result<LogAlignment> Aligned(const PetriNet& net, const Variants& variants, const SearchLimits& limits = {},
                             const Executor& executor = Executor(1), const std::stop_token& stop = {});

}  // namespace weir::journey
