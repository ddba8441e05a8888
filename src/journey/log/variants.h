// The ways that cases take: exact runs of activities, each with how many cases took it.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "journey/log/sorted_log.h"

namespace weir::journey {

// Most frequent first; of as many cases, the one whose activities come first.
struct Variants {
  std::vector<std::uint64_t> begin{0};      // variants + 1, into steps
  std::vector<ActivityId> steps;            // all of them, one after another
  std::vector<std::uint32_t> cases;         // how many took each
  std::vector<std::uint32_t> variant_of;    // for each case; empty where variants were made without cases
  std::uint32_t activities = 0;             // how many there are in the log

  std::size_t size() const { return cases.size(); }
  std::span<const ActivityId> StepsOf(std::size_t variant) const {
    return std::span(steps).subspan(begin[variant], begin[variant + 1] - begin[variant]);
  }
};

// By hash, and by comparison where hashes are equal. O(events). Same result for any number of threads.
Result<Variants> VariantsOf(const SortedLog& log, const Executor& executor = Executor(1),
                            const std::stop_token& stop = {});

// From runs in any order, repeated or not, each with so many cases: for logs that are split or made by hand.
Variants VariantsOfRuns(std::span<const std::vector<ActivityId>> runs, std::span<const std::uint32_t> cases,
                        std::uint32_t activities);

}  // namespace weir::journey
