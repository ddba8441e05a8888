// Where time goes and where work comes back: passages of an arc one by one, overtaking, rework, work against waiting,
// work in batches, hand-overs between people.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "journey/log/directly_follows.h"
#include "journey/log/sorted_log.h"

namespace weir::journey {

// A case on its way from one activity to the next: a line of the performance spectrum (Denisov, Fahland, van der Aalst
// 2018).
struct Passage {
  Micros left = 0;
  Micros arrived = 0;
  CaseId of = 0;
};

// All of an arc by when they left, then arrived, then case. O(events + passages log passages).
std::vector<Passage> PassagesOf(const SortedLog& log, ActivityId from, ActivityId to);

// Pairs of which one left earlier and arrived later than the other; of the same moment none overtakes. `passages` as
// PassagesOf orders them. O(passages log passages).
std::uint64_t OvertakesOf(std::span<const Passage> passages);

struct Rework {
  ActivityId activity = 0;
  std::uint64_t cases = 0;            // in which it comes
  std::uint64_t repeating_cases = 0;  // more than once
  std::uint64_t repeats = 0;          // beyond the first of a case
  std::uint64_t direct_repeats = 0;   // of these right after itself
  std::uint64_t ping_pongs = 0;       // a-b-a: back after one step elsewhere
};

// Of each activity, whether it comes or not. O(events).
std::vector<Rework> ReworkOf(const SortedLog& log);

// What an event says of the life cycle of its activity.
enum class LifeCycle : std::uint8_t { kOther, kStart, kComplete };

struct WorkTimes {
  ActivityId activity = 0;
  ArcTimes service;  // from start to completion
  ArcTimes waiting;  // to the start, from the last completion of the case before; of the first step none
  std::uint64_t services = 0;
  std::uint64_t waits = 0;
  std::uint64_t unfinished = 0;  // starts without a completion
  std::uint64_t unstarted = 0;   // completions without a start
};

// Of each activity. `stage_of` is by event in the order of the input. The first start that is open in a case is the one
// that is completed. O(events).
std::vector<WorkTimes> WorkTimesOf(const SortedLog& log, std::span<const LifeCycle> stage_of);

struct BatchWork {
  ActivityId activity = 0;
  std::uint64_t batches = 0;
  std::uint64_t batched_events = 0;
  std::uint64_t largest = 0;  // events of one batch
};

// Events of an activity of which each comes at most `gap` after the one before, `least` or more of them and of
// different cases, are a batch: work that was left to lie and done at once. `done_by` is by event in the order of the
// input; where it is given, a batch is of one person. O(events log events).
std::vector<BatchWork> BatchWorkOf(const SortedLog& log, Micros gap, std::uint64_t least,
                                   std::span<const std::uint32_t> done_by = {});

struct HandOver {
  std::uint32_t from = 0;  // codes of who did the one step and the next
  std::uint32_t to = 0;
  std::uint64_t count = 0;
  std::uint64_t cases = 0;
  ArcTimes waits;
};

// Steps of a case that one did and another the next, or the same: where from and to are equal the case stayed. Events
// of nobody are passed over. By from, then to. O(events + pairs log pairs).
std::vector<HandOver> HandOversOf(const SortedLog& log, std::span<const std::uint32_t> done_by);

}  // namespace weir::journey
