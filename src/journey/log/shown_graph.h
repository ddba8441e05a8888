// So much of what follows what as one wants to see: the frequent activities, and of their arcs the frequent ones.
//
// It is made of a summary by variant and never of the events, so that a slider over millions of events answers at once.
// An activity that is not shown is as if it had never come: what stands before it and after it then follow each other,
// and the time between them is whole (as in Disco; arcs are not lost by it). An arc that is not shown is left out, and
// its count with it.
#pragma once

#include <cstdint>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "journey/log/sorted_log.h"
#include "journey/log/variants.h"

namespace weir::journey {

// For each step of each variant, the sum over its cases of the microseconds since the case began.
struct VariantTimes {
  std::vector<double> since_begin;  // as long as Variants::steps
};

// `variants` are those of the log, with its cases. O(events).
Result<VariantTimes> VariantTimesOf(const SortedLog& log, const Variants& variants, const std::stop_token& stop = {});

struct ShownShares {
  double activities = 1;  // 0 .. 1 of the activities that come, rounded up; the most frequent, and at least one
  // 0 .. 1 of the arcs between those, rounded up; the most frequent. Each activity keeps its most frequent way in and
  // way out even so, that nothing stands alone.
  double paths = 1;
};

// The outside: where a case comes from before its first step, and goes to after its last.
inline constexpr ActivityId kOutside = kNoValue;

struct ShownArc {
  ActivityId from = 0;  // kOutside: the beginning
  ActivityId to = 0;    // kOutside: the end
  std::uint64_t count = 0;
  double mean_micros = 0;  // nothing from or to the outside
};

struct ShownActivity {
  ActivityId activity = 0;
  std::uint64_t events = 0;
};

struct ShownGraph {
  std::vector<ShownActivity> activities;  // most frequent first; of as many, by id
  std::vector<ShownArc> arcs;             // most frequent first; of as many, by from and to
  std::uint64_t hidden_activities = 0;
  std::uint64_t hidden_events = 0;  // of hidden activities
  std::uint64_t hidden_cases = 0;   // that have no event of a shown activity
  std::uint64_t hidden_arcs = 0;
  std::uint64_t hidden_follows = 0;  // the counts of hidden arcs
};

// O(steps of variants). `times` may be empty: means are nothing then. Same result for any number of threads.
Result<ShownGraph> ShownGraphOf(const Variants& variants, const VariantTimes& times, const ShownShares& shares,
                                const Executor& executor = Executor(1), const std::stop_token& stop = {});

}  // namespace weir::journey
