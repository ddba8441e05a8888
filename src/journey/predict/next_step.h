// What comes next in an open case? Shares of what followed the same last steps in finished cases, from the longest
// ending that was seen down to single steps, each shrunk towards the shorter one by absolute discounting (Ney, Essen,
// Kneser 1994), so that a rare ending says little and an unseen one nothing.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "journey/log/sorted_log.h"

namespace weir::journey {

class NextStepModel {
 public:
  // Learns from these cases alone. O(events x longest). The beginning of a case is part of an ending, and its end is a
  // step of its own.
  NextStepModel(const SortedLog& log, std::span<const CaseId> cases, std::size_t longest = 6);

  // For each activity, and at the last place for the end of the case, its probability: they add up to 1.
  std::vector<double> Predict(std::span<const ActivityId> steps) const;
  // The same for a case that is known to go on.
  std::vector<double> PredictGoingOn(std::span<const ActivityId> steps) const;

 private:
  struct Ending {
    std::uint32_t depth = 0;
    std::vector<std::pair<ActivityId, std::uint32_t>> counts;  // of what followed, by activity
  };

  std::uint32_t activities_;
  std::size_t longest_;
  std::vector<Ending> endings_;
  std::unordered_map<std::uint64_t, std::uint32_t> longer_;  // by ending and the step before it
  std::vector<double> discount_;                             // by depth
};

}  // namespace weir::journey
