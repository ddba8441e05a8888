#include "journey/model/net_reduction.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace weir::journey {
namespace {

using Places = std::vector<std::uint32_t>;

bool Has(const Places& places, std::uint32_t place) { return std::ranges::find(places, place) != places.end(); }

// Puts `to` where `from` was, in order.
void Replace(Places& places, std::uint32_t from, std::uint32_t to) {
  std::ranges::replace(places, from, to);
  std::ranges::sort(places);
}

class Reducer {
 public:
  explicit Reducer(PetriNet net) : net_(std::move(net)), takers_(net_.places), givers_(net_.places) {
    is_gone_place_.resize(net_.places);
    is_gone_.resize(net_.transitions.size());
    for (std::size_t i = 0; i < net_.transitions.size(); ++i) {
      for (const std::uint32_t place : net_.transitions[i].inputs) takers_[place].push_back(i);
      for (const std::uint32_t place : net_.transitions[i].outputs) givers_[place].push_back(i);
    }
  }

  PetriNet Reduce() {
    for (bool has_changed = true; has_changed;) {
      has_changed = false;
      for (std::size_t i = 0; i < net_.transitions.size(); ++i) {
        if (!is_gone_[i] && (MergeForward(i) || MergeBack(i))) has_changed = true;
      }
    }
    return Compacted();
  }

 private:
  using Owners = std::vector<std::size_t>;

  bool IsEmptyAtBothEnds(std::uint32_t place) const { return net_.initial[place] == 0 && net_.final[place] == 0; }
  bool IsStep(std::size_t silent) const {
    const Transition& step = net_.transitions[silent];
    return step.activity == kNoValue && step.inputs.size() == 1 && step.outputs.size() == 1 &&
           step.inputs[0] != step.outputs[0];
  }

  // What takes from the place that only this step fills takes from the place before it: a step can always wait until
  // then.
  bool MergeForward(std::size_t silent) {
    if (!IsStep(silent)) return false;
    const std::uint32_t before = net_.transitions[silent].inputs[0];
    const std::uint32_t behind = net_.transitions[silent].outputs[0];
    if (givers_[behind].size() != 1 || takers_[behind].empty() || !IsEmptyAtBothEnds(behind)) return false;
    for (const std::size_t taker : takers_[behind]) {
      if (Has(net_.transitions[taker].inputs, before)) return false;
    }
    for (const std::size_t taker : takers_[behind]) {
      Replace(net_.transitions[taker].inputs, behind, before);
      takers_[before].push_back(taker);
    }
    Drop(silent, before, takers_, behind);
    return true;
  }

  // What fills the place that only this step takes from fills the place behind it: a step can always come at once.
  bool MergeBack(std::size_t silent) {
    if (!IsStep(silent)) return false;
    const std::uint32_t before = net_.transitions[silent].inputs[0];
    const std::uint32_t behind = net_.transitions[silent].outputs[0];
    if (takers_[before].size() != 1 || givers_[before].empty() || !IsEmptyAtBothEnds(before)) return false;
    for (const std::size_t giver : givers_[before]) {
      if (Has(net_.transitions[giver].outputs, behind)) return false;
    }
    for (const std::size_t giver : givers_[before]) {
      Replace(net_.transitions[giver].outputs, before, behind);
      givers_[behind].push_back(giver);
    }
    Drop(silent, behind, givers_, before);
    return true;
  }

  void Drop(std::size_t silent, std::uint32_t kept, std::vector<Owners>& owners, std::uint32_t gone) {
    std::erase(owners[kept], silent);
    takers_[gone].clear();
    givers_[gone].clear();
    is_gone_[silent] = true;
    is_gone_place_[gone] = true;
  }

  PetriNet Compacted() {
    PetriNet small;
    std::vector<std::uint32_t> number(net_.places);
    for (std::uint32_t place = 0; place < net_.places; ++place) {
      if (is_gone_place_[place]) continue;
      number[place] = small.places++;
      small.initial.push_back(net_.initial[place]);
      small.final.push_back(net_.final[place]);
    }
    for (std::size_t i = 0; i < net_.transitions.size(); ++i) {
      if (is_gone_[i]) continue;
      Transition& kept = small.transitions.emplace_back(std::move(net_.transitions[i]));
      for (std::uint32_t& place : kept.inputs) place = number[place];
      for (std::uint32_t& place : kept.outputs) place = number[place];
    }
    return small;
  }

  PetriNet net_;
  std::vector<Owners> takers_;  // transitions with the place among their inputs
  std::vector<Owners> givers_;
  std::vector<bool> is_gone_place_;
  std::vector<bool> is_gone_;
};

}  // namespace

PetriNet WithoutNeedlessSilent(PetriNet net) { return Reducer(std::move(net)).Reduce(); }

}  // namespace weir::journey
