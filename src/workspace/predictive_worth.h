// How much knowing one value of a record tells of how it ended. A pure kernel: no database, no clock, no chance.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "store/engine.h"

namespace weir::workspace {

struct Case {
  store::Value value;  // null: not told
  bool is_won = false;
};

struct Worth {
  std::int64_t cases = 0;
  std::int64_t won = 0;
  std::int64_t groups = 0;
  // Of the uncertainty about the outcome, the share that the value takes away, less what as many groups of these sizes
  // would take away by chance: 0 where it tells no more than chance would, 1 where it settles the outcome.
  double share = 0;
  // How likely at least so much would be if the value told nothing (G-test).
  double chance = 1;
};

// Numbers, dates and instants fall into at most eight groups of about equal size, whole values each; of texts every
// value that is common enough is a group, and the rarer ones are one together. The missing are a group. So neither the
// order of the cases nor what the values are called matters.
Worth WorthOf(std::span<const Case> cases);

// At least so many are needed, and so many of either outcome.
inline constexpr std::int64_t kLeastCases = 40;
inline constexpr std::int64_t kLeastOfOutcome = 10;

}  // namespace weir::workspace
