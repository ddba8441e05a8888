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
  explicit Reducer(PetriNet net)
      : net_(std::move(net)),
        takers_(net_.places),
        givers_(net_.places),
        ways_out_(net_.places),
        ways_in_(net_.places) {
    is_gone_place_.resize(net_.places);
    is_gone_.resize(net_.transitions.size());
    for (std::size_t i = 0; i < net_.transitions.size(); ++i) {
      for (const std::uint32_t place : net_.transitions[i].inputs) takers_[place].push_back(i);
      for (const std::uint32_t place : net_.transitions[i].outputs) givers_[place].push_back(i);
    }
  }

  PetriNet Reduce() {
    for (std::uint32_t place = 0; place < net_.places; ++place) {
      ways_out_[place] = takers_[place].size();
      ways_in_[place] = givers_[place].size();
    }
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
    if (ways_in_[behind] != 1 || ways_out_[behind] == 0 || !IsEmptyAtBothEnds(behind)) return false;
    for (const std::size_t taker : takers_[behind]) {
      if (!is_gone_[taker] && Has(net_.transitions[taker].inputs, before)) return false;
    }
    for (const std::size_t taker : takers_[behind]) {
      if (is_gone_[taker]) continue;
      Replace(net_.transitions[taker].inputs, behind, before);
      takers_[before].push_back(taker);
    }
    ways_out_[before] += ways_out_[behind] - 1;
    Drop(silent, behind);
    return true;
  }

  // What fills the place that only this step takes from fills the place behind it: a step can always come at once.
  bool MergeBack(std::size_t silent) {
    if (!IsStep(silent)) return false;
    const std::uint32_t before = net_.transitions[silent].inputs[0];
    const std::uint32_t behind = net_.transitions[silent].outputs[0];
    if (ways_out_[before] != 1 || ways_in_[before] == 0 || !IsEmptyAtBothEnds(before)) return false;
    for (const std::size_t giver : givers_[before]) {
      if (!is_gone_[giver] && Has(net_.transitions[giver].outputs, behind)) return false;
    }
    for (const std::size_t giver : givers_[before]) {
      if (is_gone_[giver]) continue;
      Replace(net_.transitions[giver].outputs, before, behind);
      givers_[behind].push_back(giver);
    }
    ways_in_[behind] += ways_in_[before] - 1;
    Drop(silent, before);
    return true;
  }

  void Drop(std::size_t silent, std::uint32_t gone) {
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
  // Transitions with the place among their inputs, some of which may be gone, and how many are not.
  std::vector<Owners> takers_;
  std::vector<Owners> givers_;
  std::vector<std::size_t> ways_out_;
  std::vector<std::size_t> ways_in_;
  std::vector<bool> is_gone_place_;
  std::vector<bool> is_gone_;
};

}  // namespace

PetriNet WithoutNeedlessSilent(PetriNet net) { return Reducer(std::move(net)).Reduce(); }

}  // namespace weir::journey
