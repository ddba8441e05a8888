// Where a run of events can have led in a model: all markings at once, as one state of a deterministic automaton that
// is built as it is walked (subset construction), so that traces of a kind cost one look-up an event. A marking that
// another one of them leads to by silent steps is left out: whatever can follow it can follow the other.
//
// For one thread.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>
#include <vector>

#include "journey/conformance/visible_steps.h"

namespace weir::journey {

using FrontierId = std::uint32_t;

struct FrontierStep {
  FrontierId to = 0;
  std::uint32_t consumed = 0;  // tokens taken at least, by the way to some marking of `to`
  std::uint32_t missing = 0;   // tokens put in
  bool is_outside = false;     // the net does not have the activity, or a limit was met: nothing moved
};

class Frontiers {
 public:
  // `counts_tokens`: markings carry what was taken on the way to them beyond the cheapest of the frontier.
  Frontiers(const NetIndex& net, const StepLimits& limits, bool counts_tokens);

  FrontierId initial() const { return 0; }
  bool IsEmpty(FrontierId id) const { return begin_[id] == begin_[id + 1]; }
  std::uint32_t consumed_at_first() const { return steps_.space().consumed_at_first(); }

  // After the activity where it can follow; an empty frontier where it cannot.
  FrontierStep Follow(FrontierId id, ActivityId activity) { return Step(id, activity, false); }
  // After the activity, with the fewest tokens put in that let it follow.
  FrontierStep Force(FrontierId id, ActivityId activity) { return Step(id, activity, true); }
  // The best end: fewest missing and remaining tokens, then fewest taken.
  Ending EndOf(FrontierId id);
  // Which activities can follow, as bits: words of 64.
  std::span<const std::uint64_t> EnabledIn(FrontierId id);

  bool was_cut() const { return was_cut_ || steps_.was_cut(); }
  // Forgets all but the initial frontier when much is kept. No other frontier holds beyond it.
  void MakeRoom();

 private:
  void Start();
  FrontierStep Step(FrontierId id, ActivityId activity, bool is_forced);
  FrontierStep Made(FrontierId id, ActivityId activity, bool is_forced);
  std::span<const Reached> MarkingsOf(FrontierId id) const {
    return std::span(markings_).subspan(begin_[id], begin_[id + 1] - begin_[id]);
  }
  // Each marking once and none that another leads to, by marking; the cheapest at 0, what that takes off is returned.
  std::uint32_t Tidy(std::vector<Reached>& markings);
  void DropLed(std::vector<Reached>& markings);
  FrontierId Intern(std::span<const Reached> markings);

  const NetIndex* net_;
  StepLimits limits_;
  bool counts_tokens_;
  VisibleSteps steps_;
  std::vector<Reached> markings_;  // of all frontiers, one after another
  std::vector<std::size_t> begin_{0};
  std::unordered_multimap<std::uint64_t, FrontierId> by_hash_;
  std::unordered_map<std::uint64_t, FrontierStep> made_;  // by frontier and activity
  std::unordered_map<FrontierId, Ending> endings_;
  std::unordered_map<FrontierId, std::vector<std::uint64_t>> enabled_;
  bool was_cut_ = false;
};

}  // namespace weir::journey
