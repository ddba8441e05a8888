// How much does the model allow that never happens? ETC precision (Munoz-Gama, Carmona 2010): for each beginning of a
// trace, which activities the model lets follow and which of them did.
//
// Precision is 1 - sum of n x escaping / sum of n x enabled over all beginnings short of whole traces, n being the
// cases that go through. What follows is read in all markings that the beginning can have led to, and after all silent
// transitions from there, by an exact search: the figure is the same for all nets of a language. Beginnings that the
// model does not have are left out and counted. No choice among optimal alignments is made; for traces that do not fit,
// the model's own side of their alignments can be given in their place (RunsOf).
#pragma once

#include <cstdint>
#include <stop_token>

#include "base/executor.h"
#include "base/result.h"
#include "journey/conformance/alignment.h"
#include "journey/conformance/visible_steps.h"
#include "journey/log/variants.h"
#include "journey/model/petri_net.h"

namespace weir::journey {

struct Precision {
  double precision = 1;
  std::uint64_t enabled = 0;     // over all beginnings and cases
  std::uint64_t escaping = 0;    // of these, what no case did
  std::uint64_t beginnings = 0;  // times cases
  std::uint64_t unfitting_beginnings = 0;
  bool is_cut = false;  // a limit of the search was met
};

// Errors: those of IndexOf; cancelled. O(steps x markings followed at once).
Result<Precision> PrecisionOf(const PetriNet& net, const Variants& variants, const StepLimits& limits = {},
                              const Executor& executor = Executor(1), const std::stop_token& stop = {});

// The runs of the model that alignments found, in place of the traces, in their order: some may be the same.
Variants RunsOf(const LogAlignment& alignment, const Variants& variants);

}  // namespace weir::journey
