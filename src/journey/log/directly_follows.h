// What follows what: how often one activity comes right after another in a case, and how long that takes.
//
// Times are exact: a median is the middle one of all, or halfway between the two in the middle; a share p of them lies
// at or below the percentile p, taken between neighbours in proportion (as R's type 7 and NumPy do).
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "journey/log/sorted_log.h"
#include "journey/log/variants.h"

namespace weir::journey {

struct ActivityCount {
  ActivityId activity = 0;
  std::uint64_t count = 0;
};

struct Arc {
  ActivityId from = 0;
  ActivityId to = 0;
  std::uint64_t count = 0;
};

struct DirectlyFollows {
  std::vector<Arc> arcs;                 // by from, then to; each count above nothing
  std::vector<ActivityCount> starts;     // by activity; how many cases begin with it
  std::vector<ActivityCount> ends;       // how many end with it
  std::vector<std::uint64_t> events_of;  // of each activity, whether it comes or not
  std::uint64_t empty_cases = 0;         // without any event
};

// O(events), or of variants O(their steps). Same result for any number of threads.
Result<DirectlyFollows> DirectlyFollowsOf(const SortedLog& log, const Executor& executor = Executor(1),
                                          const std::stop_token& stop = {});
DirectlyFollows DirectlyFollowsOf(const Variants& variants);

// How long arcs take, in microseconds.
struct ArcTimes {
  double sum = 0;
  double mean = 0;
  double trimmed_mean = 0;  // without the tenth that took longest and the tenth that took least, rounded down
  double median = 0;
  double p10 = 0;
  double p90 = 0;
  Micros least = 0;
  Micros most = 0;
};

// Of each arc, in the order of `graph`, which is of the same log. O(events): quantiles are selected, not sorted.
Result<std::vector<ArcTimes>> TimesOf(const SortedLog& log, const DirectlyFollows& graph,
                                      const Executor& executor = Executor(1), const std::stop_token& stop = {});

// From the first event of a case to its last, in microseconds; nothing for a case of one event or none.
std::vector<Micros> DurationsOf(const SortedLog& log);

// The same summary of any durations; all nought where there are none. The order of `durations` is lost.
ArcTimes SummaryOf(std::span<Micros> durations);

}  // namespace weir::journey
