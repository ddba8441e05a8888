// What a model allows next: the visible steps that can follow a marking with any number of silent ones before them,
// found by an exact search of the silent transitions that can matter (NetIndex::helpers), each answer kept.
//
// For one thread.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "journey/conformance/marking_space.h"

namespace weir::journey {

struct StepLimits {
  std::size_t markings = std::size_t{1} << 20U;  // kept at once
  std::size_t closure = std::size_t{1} << 15U;   // markings that one search through silent transitions may meet
};

struct Reached {
  MarkingId marking = 0;
  std::uint32_t consumed = 0;  // tokens taken on the way
  std::uint32_t silent = 0;    // silent transitions on the way
  std::uint32_t missing = 0;   // tokens that had to be put in
};

struct Ending {
  std::uint32_t consumed = 0;   // tokens taken by silent transitions before the end
  std::uint32_t missing = 0;    // tokens of the final marking that are not there
  std::uint32_t remaining = 0;  // tokens beyond the final marking
};

class VisibleSteps {
 public:
  explicit VisibleSteps(const NetIndex& net, const StepLimits& limits = {});

  const MarkingSpace& space() const { return space_; }
  const NetIndex& net() const { return *net_; }

  // Where the activity leads, each marking once, by the way with fewest silent steps and, of these, tokens taken; empty
  // where it cannot follow. Silent steps that do not help are left for later.
  std::span<const Reached> After(MarkingId marking, ActivityId activity);
  // The same where the activity cannot follow: with the fewest tokens put in that let it, and of such ways the one with
  // the fewest silent steps. Nothing for an activity that the net does not have.
  std::optional<Reached> Forced(MarkingId marking, ActivityId activity);
  // What silent steps alone lead to from here, without here, rising; short of some beyond a limit. Valid until the next
  // call of a member that is not const.
  std::span<const MarkingId> SilentlyAfter(MarkingId marking);
  // How a run ends here: with fewest missing and remaining tokens, then with fewest taken.
  Ending EndOf(MarkingId marking);

  // Whether a limit was met: the answers are then those of the part that was searched.
  bool was_cut() const { return was_cut_ || space_.was_cut(); }
  // Whether more than half of the markings allowed are kept.
  bool IsFull() const {
    return space_.size() * 2 > limits_.markings || kept_.size() + silently_kept_ > limits_.markings * 8;
  }
  // Forgets all but the initial and the final marking.
  void Clear();

 private:
  struct Kept {
    std::size_t begin = 0;
    std::size_t count = 0;
  };
  struct Met {
    MarkingId marking = 0;
    std::uint32_t consumed = 0;
    std::uint32_t silent = 0;
  };

  // The markings that the helpers of `goal` lead to, by breadth, all of them or until one misses at most `enough` of
  // the tokens that `goal` takes.
  void SearchHelpers(MarkingId from, std::uint32_t goal, std::uint32_t enough);
  std::uint32_t MissingAt(MarkingId marking, std::uint32_t transition) const;
  void NoteCut();
  void Add(std::vector<Reached>& to, const Reached& reached) const;

  const NetIndex* net_;
  StepLimits limits_;
  MarkingSpace space_;
  std::unordered_map<std::uint64_t, Kept> after_;  // by marking and activity
  std::vector<Reached> kept_;
  std::unordered_map<MarkingId, std::vector<MarkingId>> silently_;
  std::size_t silently_kept_ = 0;
  std::unordered_map<MarkingId, Ending> endings_;
  std::vector<Met> met_;
  std::vector<std::uint32_t> seen_at_;  // for each marking: in which search it was met last
  std::uint32_t search_ = 0;
  bool was_cut_ = false;
};

}  // namespace weir::journey
