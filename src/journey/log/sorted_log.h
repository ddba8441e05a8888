// An event log in order: each case's events stand together, by time, and of the same time in the order of the input.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "journey/log/event_log.h"

namespace weir::journey {

struct SortedLog {
  std::vector<std::uint32_t> begin_of_case;  // cases + 1: a case's events are [begin_of_case[c], begin_of_case[c + 1])
  std::vector<ActivityId> activity_of;
  std::vector<Micros> at;
  std::vector<std::uint32_t> event_of;  // its place in the input
  std::uint32_t activities = 0;

  std::size_t size() const { return activity_of.size(); }
  std::size_t cases() const { return begin_of_case.empty() ? 0 : begin_of_case.size() - 1; }
  std::span<const ActivityId> StepsOf(CaseId id) const {
    return std::span(activity_of).subspan(begin_of_case[id], begin_of_case[id + 1] - begin_of_case[id]);
  }
};

// Columns of one length, codes below `cases` and `activities`; too_large above 4,294,967,294 events. O(events), whatever
// their order, but where a case has many events out of order: those are sorted. Same result for any number of threads.
Result<SortedLog> Sorted(std::span<const CaseId> case_of, std::span<const ActivityId> activity_of,
                         std::span<const Micros> at, std::uint32_t cases, std::uint32_t activities,
                         const Executor& executor = Executor(1), const std::stop_token& stop = {});

}  // namespace weir::journey
