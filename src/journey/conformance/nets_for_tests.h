// For tests: nets written in a line, nets made at random, logs played out from them, and the plainest search for the
// cost of an alignment.
#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <queue>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "base/random.h"
#include "journey/log/variants.h"
#include "journey/model/petri_net.h"

namespace weir::journey::testing {

using Trace = std::vector<ActivityId>;

// "0 > a > 1; 1 > . > 2 3": places by number, activities by letter, a dot for a silent transition. A token in place 0
// at first and one in the last place at the end.
inline PetriNet NetOf(const std::string& text) {
  PetriNet net;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line, ';');) {
    std::istringstream words(line);
    Transition transition;
    int part = 0;
    for (std::string word; words >> word;) {
      if (word == ">") {
        ++part;
      } else if (part == 1) {
        transition.activity = word == "." ? kNoValue : static_cast<ActivityId>(word[0] - 'a');
      } else {
        const auto place = static_cast<std::uint32_t>(std::stoul(word));
        net.places = std::max(net.places, place + 1);
        (part == 0 ? transition.inputs : transition.outputs).push_back(place);
      }
    }
    net.transitions.push_back(transition);
  }
  net.initial.assign(net.places, 0);
  net.initial.front() = 1;
  net.final.assign(net.places, 0);
  net.final.back() = 1;
  return net;
}

inline Trace TraceOf(const std::string& letters) {
  Trace trace;
  for (const char letter : letters) trace.push_back(static_cast<ActivityId>(letter - 'a'));
  return trace;
}

// One variant for each, in this order.
inline Variants VariantsFrom(const std::vector<Trace>& traces, std::uint32_t activities,
                             std::vector<std::uint32_t> cases = {}) {
  Variants variants{.cases = std::move(cases), .activities = activities};
  variants.cases.resize(traces.size(), 1);
  for (const Trace& trace : traces) {
    variants.steps.insert(variants.steps.end(), trace.begin(), trace.end());
    variants.begin.push_back(variants.steps.size());
  }
  return variants;
}

// A sound net of nested sequences, choices, parallels and loops, with silent steps and activities that repeat.
class RandomBlocks {
 public:
  RandomBlocks(std::uint64_t seed, std::uint32_t activities) : random_(1, "blocks", seed), activities_(activities) {}

  PetriNet Make(int depth) {
    const std::uint32_t first = Place();
    const std::uint32_t last = Place();
    Block(first, last, depth);
    net_.initial.assign(net_.places, 0);
    net_.initial[first] = 1;
    net_.final.assign(net_.places, 0);
    net_.final[last] = 1;
    return net_;
  }

 private:
  std::uint32_t Place() { return net_.places++; }

  void Add(ActivityId activity, Trace inputs, Trace outputs) {
    std::ranges::sort(inputs);
    std::ranges::sort(outputs);
    net_.transitions.push_back({.activity = activity, .inputs = std::move(inputs), .outputs = std::move(outputs)});
  }

  void Block(std::uint32_t from, std::uint32_t to, int depth) {
    const std::int64_t kind = random_.Integer(depth > 1 ? 4 : 0, depth == 0 ? 3 : 8);
    if (kind == 0) return Add(kNoValue, {from}, {to});
    if (kind <= 3) return Add(static_cast<ActivityId>(random_.Integer(0, activities_ - 1)), {from}, {to});
    if (kind == 4) {
      Block(from, to, depth - 1);
      return Block(from, to, depth - 1);
    }
    const std::uint32_t middle = Place();
    if (kind == 5) {
      Block(from, middle, depth - 1);
      return Block(middle, to, depth - 1);
    }
    const std::uint32_t other = Place();
    if (kind == 6) {
      Add(kNoValue, {from}, {middle});
      Block(middle, other, depth - 1);
      Block(other, middle, depth - 1);
      return Add(kNoValue, {other}, {to});
    }
    const std::uint32_t third = Place();
    const std::uint32_t fourth = Place();
    Add(kNoValue, {from}, {middle, third});
    Block(middle, other, depth - 1);
    Block(third, fourth, depth - 1);
    Add(kNoValue, {other, fourth}, {to});
  }

  RandomStream random_;
  std::uint32_t activities_;
  PetriNet net_;
};

// Any net: it may never end, and places may hold several tokens, but no firing makes more tokens than it takes.
inline PetriNet RandomNet(std::uint64_t seed, std::uint32_t activities) {
  RandomStream random(2, "net", seed);
  PetriNet net{.places = static_cast<std::uint32_t>(random.Integer(3, 6))};
  const auto place = [&] { return static_cast<std::uint32_t>(random.Integer(0, net.places - 1)); };
  const auto places = [&](std::int64_t count) {
    Trace made;
    while (static_cast<std::int64_t>(made.size()) < count) {
      const std::uint32_t next = place();
      if (std::ranges::find(made, next) == made.end()) made.push_back(next);
    }
    std::ranges::sort(made);
    return made;
  };
  const std::int64_t count = random.Integer(4, 9);
  for (std::int64_t at = 0; at < count; ++at) {
    const std::int64_t inputs = random.Integer(1, 2);
    const std::int64_t outputs = random.Integer(1, inputs);
    const bool is_silent = random.Chance(.4);
    net.transitions.push_back(
        {.activity = is_silent ? kNoValue : static_cast<ActivityId>(random.Integer(0, activities - 1)),
         .inputs = places(inputs),
         .outputs = places(outputs)});
  }
  net.initial.assign(net.places, 0);
  for (int token = 0; token < 2; ++token) ++net.initial[place()];
  net.final.assign(net.places, 0);
  ++net.final[place()];
  return net;
}

inline bool CanFire(const Transition& transition, const std::vector<std::uint32_t>& tokens) {
  return std::ranges::all_of(transition.inputs, [&tokens](std::uint32_t place) { return tokens[place] > 0; });
}

inline std::vector<std::uint32_t> Fired(const Transition& transition, std::vector<std::uint32_t> tokens) {
  for (const std::uint32_t place : transition.inputs) --tokens[place];
  for (const std::uint32_t place : transition.outputs) ++tokens[place];
  return tokens;
}

// One run to the end, or nothing when the end is not met within 200 steps.
inline std::optional<Trace> PlayedOut(const PetriNet& net, RandomStream& random) {
  Trace trace;
  std::vector<std::uint32_t> tokens = net.initial;
  for (int step = 0; step < 200; ++step) {
    if (tokens == net.final) return trace;
    std::vector<const Transition*> enabled;
    for (const Transition& transition : net.transitions) {
      if (CanFire(transition, tokens)) enabled.push_back(&transition);
    }
    if (enabled.empty()) return std::nullopt;
    const Transition& next =
        *enabled[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(enabled.size()) - 1))];
    if (next.activity != kNoValue) trace.push_back(next.activity);
    tokens = Fired(next, tokens);
  }
  return std::nullopt;
}

// The cost of an optimal alignment by Dijkstra over all pairs of marking and position; nothing where no run ends.
inline std::optional<std::uint32_t> CostByDijkstra(const PetriNet& net, const Trace& trace) {
  using State = std::pair<std::vector<std::uint32_t>, std::size_t>;
  std::map<State, std::uint32_t> best;
  std::priority_queue<std::pair<std::uint32_t, State>, std::vector<std::pair<std::uint32_t, State>>, std::greater<>>
      waiting;
  const auto reach = [&](State state, std::uint32_t cost) {
    const auto [place, is_new] = best.try_emplace(state, cost);
    if (!is_new && place->second <= cost) return;
    place->second = cost;
    waiting.emplace(cost, std::move(state));
  };
  reach({net.initial, 0}, 0);
  while (!waiting.empty()) {
    const auto [cost, state] = waiting.top();
    waiting.pop();
    if (cost > best.at(state)) continue;
    const auto& [tokens, done] = state;
    if (tokens == net.final && done == trace.size()) return cost;
    if (done < trace.size()) reach({tokens, done + 1}, cost + 1);
    for (const Transition& transition : net.transitions) {
      if (!CanFire(transition, tokens)) continue;
      reach({Fired(transition, tokens), done}, cost + (transition.activity == kNoValue ? 0 : 1));
      if (done < trace.size() && transition.activity == trace[done]) reach({Fired(transition, tokens), done + 1}, cost);
    }
  }
  return std::nullopt;
}

// The running example of van der Aalst 2016: register, then checks in parallel with one of two examinations, decide,
// and all of that once more after a reinitiation, until a rejection or a payment. a register, b examine thoroughly,
// c examine casually, d check ticket, e decide, f reinitiate, g pay, h reject.
inline PetriNet RunningExample() {
  return NetOf("0 > a > 1; 1 > . > 2 3; 2 > b > 4; 2 > c > 4; 3 > d > 5; 4 5 > e > 6; 6 > f > 1; 6 > g > 7; 6 > h > 7");
}

inline Variants RunningExampleLog() {
  return VariantsFrom({TraceOf("abdeh"), TraceOf("adceg"), TraceOf("acdefbdeg"), TraceOf("adbeh"),
                       TraceOf("acdefdcefcdeh"), TraceOf("acdeg")},
                      8);
}

}  // namespace weir::journey::testing
