// How long does an open case still take? The times that finished cases took from a like state: the same last steps and
// a like time since they began, from the closest likeness that enough cases had.
//
// The interval is calibrated by conformalised quantiles (Romano, Patterson, Candes 2019) on the latest of the cases
// given: what the quantiles of the earlier ones missed there widens or narrows all, for cases at an activity by itself
// where there are enough of them. It holds its promise as far as cases to come are like these.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "base/result.h"
#include "journey/log/sorted_log.h"

namespace weir::journey {

struct RemainingTimeOptions {
  double coverage = .8;            // of the interval
  std::size_t least_samples = 40;  // of a likeness that is used
};

// A case that goes on.
struct RunningCase {
  std::span<const ActivityId> steps;  // at least one
  Micros started = 0;
  Micros last_at = 0;  // of its last event
  Micros now = 0;      // not before that
};

struct RemainingTime {
  Micros median = 0;  // from now; low <= median <= high, none below 0
  Micros low = 0;
  Micros high = 0;
  std::uint32_t samples = 0;  // finished cases' states that it rests on
};

class RemainingTimeModel {
 public:
  // Learns from these cases, which have ended, and nothing else. not_enough_data below 30 cases with two events;
  // too_large above 5,000,000 events; bad_input where the coverage is no share. O(events x log events).
  static Result<RemainingTimeModel> Fit(const SortedLog& log, std::span<const CaseId> cases,
                                        const RemainingTimeOptions& options = {});

  RemainingTime Predict(const RunningCase& running) const;

 private:
  struct Sample {
    Micros remaining = 0;  // from its event
    Micros gap = 0;        // to the next event
  };
  struct Raw {
    double median = 0;  // logarithms of 1 + seconds
    double low = 0;
    double high = 0;
    std::uint32_t samples = 0;
  };
  using Likeness = std::array<std::uint32_t, 4>;  // three last steps, time since the beginning; kNoValue: any

  explicit RemainingTimeModel(const RemainingTimeOptions& options) : options_(options) {}
  void Learn(const SortedLog& log, std::span<const CaseId> cases);
  void Calibrate(const SortedLog& log, std::span<const CaseId> cases);
  std::array<Likeness, 6> LikenessesOf(std::span<const ActivityId> steps, Micros elapsed) const;
  Raw RawOf(const RunningCase& running) const;

  RemainingTimeOptions options_;
  std::vector<Micros> borders_;                      // of the times since the beginning
  std::map<Likeness, std::vector<Sample>> samples_;  // by remaining time
  std::map<ActivityId, double> widening_;            // of cases at an activity, in logarithms; may be below 0
  double widening_of_all_ = 0;
};

}  // namespace weir::journey
