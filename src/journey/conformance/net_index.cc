#include "journey/conformance/net_index.h"

#include <algorithm>

namespace weir::journey {
namespace {

constexpr std::size_t kMostNodes = 60'000;
constexpr std::size_t kMostArcs = 1'000'000;

Status CheckPlaces(std::span<const std::uint32_t> places, std::uint32_t count, std::size_t transition) {
  for (std::size_t at = 0; at < places.size(); ++at) {
    if (places[at] >= count) return Fail(BadInput("transition {} has an arc to no place: {}", transition, places[at]));
    if (at > 0 && places[at] <= places[at - 1]) {
      return Fail(BadInput("the places of transition {} are not in order, each once", transition));
    }
  }
  return {};
}

Status CheckMarking(std::span<const std::uint32_t> tokens, std::uint32_t places) {
  if (tokens.size() != places) {
    return Fail(BadInput("a marking names {} places, the net has {}", tokens.size(), places));
  }
  for (const std::uint32_t count : tokens) {
    if (count > kMostTokens)
      return Fail(TooLarge("a marking has {} tokens in one place, above {}", count, kMostTokens));
  }
  return {};
}

Status Check(const PetriNet& net, std::uint32_t activities) {
  if (net.places > kMostNodes || net.transitions.size() > kMostNodes) {
    return Fail(
        TooLarge("the net has {} places and {} transitions, above {}", net.places, net.transitions.size(), kMostNodes));
  }
  WEIR_TRY(CheckMarking(net.initial, net.places));
  WEIR_TRY(CheckMarking(net.final, net.places));
  std::size_t arcs = 0;
  for (std::size_t at = 0; at < net.transitions.size(); ++at) {
    const Transition& transition = net.transitions[at];
    WEIR_TRY(CheckPlaces(transition.inputs, net.places, at));
    WEIR_TRY(CheckPlaces(transition.outputs, net.places, at));
    arcs += transition.inputs.size() + transition.outputs.size();
    if (transition.activity != kNoValue && transition.activity >= activities) {
      return Fail(BadInput("transition {} has no known activity: {}", at, transition.activity));
    }
  }
  if (arcs > kMostArcs) return Fail(TooLarge("the net has {} arcs, above {}", arcs, kMostArcs));
  return {};
}

// Which of `of` hold each number below `count`.
Runs Inverse(const Runs& of, std::size_t count) {
  Runs inverse;
  inverse.begin.assign(count + 1, 0);
  for (const std::uint32_t item : of.items) ++inverse.begin[item + 1];
  for (std::size_t at = 0; at < count; ++at) inverse.begin[at + 1] += inverse.begin[at];
  inverse.items.resize(of.items.size());
  std::vector<std::uint32_t> next(inverse.begin.begin(), inverse.begin.end() - 1);
  for (std::size_t holder = 0; holder < of.size(); ++holder) {
    for (const std::uint32_t item : of[holder]) inverse.items[next[item]++] = static_cast<std::uint32_t>(holder);
  }
  return inverse;
}

void SetHelpers(NetIndex& index, const Runs& producers) {
  std::vector<std::uint32_t> met(index.transitions(), kNoValue);
  std::vector<std::uint32_t> waiting;
  for (std::uint32_t goal = 0; goal < index.transitions(); ++goal) {
    bool has_rival = false;
    if (!index.IsSilent(goal)) {
      const std::size_t first = index.helpers.items.size();
      waiting.assign(1, goal);
      while (!waiting.empty()) {
        const std::uint32_t transition = waiting.back();
        waiting.pop_back();
        for (const std::uint32_t place : index.inputs[transition]) {
          for (const std::uint32_t producer : producers[place]) {
            if (!index.IsSilent(producer) || met[producer] == goal) continue;
            met[producer] = goal;
            index.helpers.items.push_back(producer);
            waiting.push_back(producer);
          }
        }
      }
      std::sort(index.helpers.items.begin() + static_cast<std::ptrdiff_t>(first), index.helpers.items.end());
      const std::span<const std::uint32_t> own = index.inputs[goal];
      for (std::size_t at = first; at < index.helpers.items.size() && !has_rival; ++at) {
        const std::span<const std::uint32_t> taken = index.inputs[index.helpers.items[at]];
        has_rival = std::any_of(taken.begin(), taken.end(), [&own](std::uint32_t place) {
          return std::binary_search(own.begin(), own.end(), place);
        });
      }
    }
    index.helpers.Close();
    index.has_rival_helper.push_back(has_rival);
  }
}

void SetEager(NetIndex& index) {
  const Runs takers = Inverse(index.inputs, index.places);
  index.is_eager.assign(index.transitions(), false);
  index.eager_of_place.assign(index.places, kNoValue);
  for (const std::uint32_t transition : index.silent) {
    const std::span<const std::uint32_t> taken = index.inputs[transition];
    index.is_eager[transition] = !taken.empty() && std::all_of(taken.begin(), taken.end(), [&](std::uint32_t place) {
      return takers[place].size() == 1 && index.final[place] == 0;
    });
    if (!index.is_eager[transition]) continue;
    for (const std::uint32_t place : taken) index.eager_of_place[place] = transition;
  }
}

}  // namespace

Result<NetIndex> IndexOf(const PetriNet& net, std::uint32_t activities) {
  WEIR_TRY(Check(net, activities));
  NetIndex index;
  index.places = net.places;
  index.activities = activities;
  Runs firsts;
  Runs done;
  for (const Transition& transition : net.transitions) {
    const auto id = static_cast<std::uint32_t>(index.activity_of.size());
    index.activity_of.push_back(transition.activity);
    index.inputs.items.insert(index.inputs.items.end(), transition.inputs.begin(), transition.inputs.end());
    index.inputs.Close();
    index.outputs.items.insert(index.outputs.items.end(), transition.outputs.begin(), transition.outputs.end());
    index.outputs.Close();
    if (transition.inputs.empty()) {
      index.sources.push_back(id);
    } else {
      firsts.items.push_back(transition.inputs.front());
    }
    firsts.Close();
    if (transition.activity == kNoValue) {
      index.silent.push_back(id);
    } else {
      done.items.push_back(transition.activity);
    }
    done.Close();
  }
  index.consumers = Inverse(firsts, net.places);
  index.doing = Inverse(done, activities);
  index.initial.assign(net.initial.begin(), net.initial.end());
  index.final.assign(net.final.begin(), net.final.end());
  SetHelpers(index, Inverse(index.outputs, net.places));
  SetEager(index);
  return index;
}

}  // namespace weir::journey
