// For tests: small logs, and logs drawn from a known chain with known times.
#pragma once

#include <cstdint>
#include <numeric>
#include <vector>

#include "base/random.h"
#include "journey/log/sorted_log.h"

namespace weir::journey::testing {

// A case each, an event a second.
inline SortedLog SortedOf(const std::vector<std::vector<ActivityId>>& cases, std::uint32_t activities) {
  SortedLog log{.begin_of_case = {0}, .activities = activities};
  for (const std::vector<ActivityId>& steps : cases) {
    for (std::size_t step = 0; step < steps.size(); ++step) {
      log.event_of.push_back(static_cast<std::uint32_t>(log.activity_of.size()));
      log.activity_of.push_back(steps[step]);
      log.at.push_back(static_cast<Micros>(step) * 1'000'000);
    }
    log.begin_of_case.push_back(static_cast<std::uint32_t>(log.activity_of.size()));
  }
  return log;
}

inline std::vector<CaseId> AllOf(const SortedLog& log) {
  std::vector<CaseId> cases(log.cases());
  std::iota(cases.begin(), cases.end(), 0U);
  return cases;
}

// What follows each of four activities; the fifth place is the end.
inline double ChainShare(ActivityId from, ActivityId to) {
  constexpr double kShares[4][5] = {
      {.1, .6, .2, .1, .0}, {.0, .1, .5, .2, .2}, {.2, .2, .1, .1, .4}, {0, .1, .1, .1, .7}};
  return kShares[from][to];
}

// Cases that begin with the first activity, one an hour, and wait exponential times, longer at some activities.
inline SortedLog MarkovLog(std::uint64_t seed, std::size_t cases) {
  constexpr double kMeanHours[4] = {5, 30, 100, 10};
  SortedLog log{.begin_of_case = {0}, .activities = 4};
  for (std::size_t id = 0; id < cases; ++id) {
    RandomStream random(seed, "chain", id);
    ActivityId at = 0;
    double hours = static_cast<double>(id);
    while (at != 4) {
      log.event_of.push_back(static_cast<std::uint32_t>(log.activity_of.size()));
      log.activity_of.push_back(at);
      log.at.push_back(static_cast<Micros>(hours * 3.6e9));
      hours += random.Exponential(kMeanHours[at]);
      double left = random.Uniform();
      ActivityId next = 0;
      for (; next < 4 && left >= ChainShare(at, next); ++next) left -= ChainShare(at, next);
      at = next;
    }
    log.begin_of_case.push_back(static_cast<std::uint32_t>(log.activity_of.size()));
  }
  return log;
}

}  // namespace weir::journey::testing
