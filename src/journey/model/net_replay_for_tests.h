// For tests: plain replay of a run on a net, by all markings it may be in. For nets in which silent transitions lead to
// few markings.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <vector>

#include "journey/model/petri_net.h"

namespace weir::journey::testing {

using Marking = std::vector<std::uint32_t>;

inline bool Fire(const Transition& transition, Marking& marking) {
  for (const std::uint32_t place : transition.inputs) {
    if (marking[place] == 0) return false;
  }
  for (const std::uint32_t place : transition.inputs) --marking[place];
  for (const std::uint32_t place : transition.outputs) ++marking[place];
  return true;
}

// All that silent transitions lead to.
inline std::set<Marking> Closure(const PetriNet& net, std::set<Marking> markings) {
  std::vector<Marking> open(markings.begin(), markings.end());
  while (!open.empty()) {
    const Marking from = std::move(open.back());
    open.pop_back();
    for (const Transition& transition : net.transitions) {
      Marking next = from;
      if (transition.activity == kNoValue && Fire(transition, next) && markings.insert(next).second) {
        open.push_back(std::move(next));
      }
    }
  }
  return markings;
}

inline bool Replays(const PetriNet& net, std::span<const ActivityId> run) {
  std::set<Marking> now = Closure(net, {net.initial});
  for (const ActivityId step : run) {
    std::set<Marking> next;
    for (const Marking& marking : now) {
      for (const Transition& transition : net.transitions) {
        Marking after = marking;
        if (transition.activity == step && Fire(transition, after)) next.insert(std::move(after));
      }
    }
    now = Closure(net, std::move(next));
  }
  return now.contains(net.final);
}

}  // namespace weir::journey::testing
