// A Petri net laid out for search: arcs in runs of numbers, and what can be said of it without firing anything.
//
// Made once for each net and read by any number of threads.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "journey/model/petri_net.h"

namespace weir::journey {

// Lists of numbers, one after another.
struct Runs {
  std::vector<std::uint32_t> begin{0};
  std::vector<std::uint32_t> items;

  std::size_t size() const { return begin.size() - 1; }
  std::span<const std::uint32_t> operator[](std::size_t at) const {
    return std::span(items).subspan(begin[at], begin[at + 1] - begin[at]);
  }
  void Close() { begin.push_back(static_cast<std::uint32_t>(items.size())); }
};

// No place may hold more tokens than this: a firing that would put one more there is refused, and said.
inline constexpr std::uint32_t kMostTokens = 250;

struct NetIndex {
  std::uint32_t places = 0;
  std::uint32_t activities = 0;
  std::vector<ActivityId> activity_of;  // for each transition; kNoValue: silent
  Runs inputs;                          // for each transition: places
  Runs outputs;
  Runs consumers;                      // for each place: the transitions whose first input it is
  Runs doing;                          // for each activity: its transitions
  std::vector<std::uint32_t> sources;  // transitions without inputs: always enabled
  std::vector<std::uint32_t> silent;   // all silent transitions
  // For each visible transition the silent ones that can help to enable it: those that fill its inputs, those that
  // fill the inputs of these, and so on. No others need be fired before it, for what they take stands there after it.
  Runs helpers;
  // Whether a helper takes from an input of the transition itself; where none does, nothing is won by firing helpers
  // once the transition is enabled.
  std::vector<bool> has_rival_helper;
  // Silent transitions that alone consume what they take, none of which is in the final marking: tokens there have no
  // other way to go, so firing them as soon as they are enabled loses no run and changes no cost.
  std::vector<bool> is_eager;
  std::vector<std::uint32_t> eager_of_place;  // the one that consumes it, if it is eager; else kNoValue
  std::vector<std::uint8_t> initial;          // tokens of each place
  std::vector<std::uint8_t> final;

  std::size_t transitions() const { return activity_of.size(); }
  bool IsSilent(std::uint32_t transition) const { return activity_of[transition] == kNoValue; }
};

// bad_input where the net contradicts itself: a place that is not there, a marking of another length, an activity of
// `activities` or more; too_large above 60,000 places or transitions, 1,000,000 arcs or kMostTokens at the start or
// the end. O(transitions x silent transitions) at most.
Result<NetIndex> IndexOf(const PetriNet& net, std::uint32_t activities);

}  // namespace weir::journey
