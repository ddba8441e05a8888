// A part of a log that the inductive miner works on: different runs with how many cases took each, over activities
// numbered anew.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "journey/log/variants.h"

namespace weir::journey {

struct SubLog {
  std::vector<ActivityId> activities;   // what a step stands for, in the order of preference
  std::vector<std::uint64_t> begin{0};  // runs + 1, into steps
  std::vector<std::uint32_t> steps;     // places in `activities`
  std::vector<std::uint64_t> cases;     // of each run

  std::size_t size() const { return cases.size(); }
  std::span<const std::uint32_t> RunOf(std::size_t run) const {
    return std::span(steps).subspan(begin[run], begin[run + 1] - begin[run]);
  }
};

// Gathers runs; the same run twice is one with more cases. Runs keep the order in which they first came. O(steps).
class SubLogBuilder {
 public:
  // Steps are places in `activities`; those that no run has are left out of the result.
  explicit SubLogBuilder(std::vector<ActivityId> activities);

  void Push(std::uint32_t step) { log_.steps.push_back(step); }
  // What was pushed since the last end is a run of so many cases; it may be empty.
  void EndRun(std::uint64_t cases);
  bool has_open_run() const { return log_.steps.size() > log_.begin.back(); }
  std::uint64_t cases() const { return cases_; }

  SubLog Build() &&;

 private:
  bool IsOpenRun(std::size_t run) const;
  void Grow();

  SubLog log_;
  std::vector<std::uint64_t> hashes_;
  std::vector<std::uint32_t> slots_;  // run + 1, 0 where free; as many as a power of two
  std::uint64_t cases_ = 0;
};

// All variants, with activities in the order of their ranks (one rank for each activity; of equal rank by id).
SubLog WholeLog(const Variants& variants, std::span<const std::uint32_t> ranks);

}  // namespace weir::journey
