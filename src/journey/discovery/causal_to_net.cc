#include <cstdint>
#include <map>
#include <utility>

#include "journey/discovery/heuristics_miner.h"
#include "journey/model/net_reduction.h"

namespace weir::journey {
namespace {

// A place for each arc. Each binding of causes takes from the places of its arcs, each binding of results puts into
// those of its own; where an activity has one binding it does so itself.
class Builder {
 public:
  explicit Builder(const CausalNet& causal) : causal_(&causal) {
    const std::uint32_t source = NewPlace();
    const std::uint32_t sink = NewPlace();
    for (const Dependency& arc : causal.arcs) place_of_[{arc.from, arc.to}] = NewPlace();
    const std::uint32_t nodes = causal.activities + 2;
    for (std::uint32_t node = 0; node < nodes; ++node) {
      const bool is_first = node == causal.beginning();
      const bool is_last = node == causal.end();
      if (causal.causes[node].empty() && !is_first) continue;
      if (causal.results[node].empty() && !is_last) continue;
      Add(node, is_first ? Ways{{source}} : Causes(node), is_last ? Ways{{sink}} : Results(node));
    }
    net_.initial.assign(net_.places, 0);
    net_.final.assign(net_.places, 0);
    net_.initial[source] = 1;
    net_.final[sink] = 1;
  }

  PetriNet Take() { return std::move(net_); }

 private:
  using Ways = std::vector<std::vector<std::uint32_t>>;  // places that are taken from, or put into, together

  std::uint32_t NewPlace() { return net_.places++; }

  Ways Causes(std::uint32_t node) {
    Ways ways;
    for (const auto& binding : causal_->causes[node]) {
      auto& way = ways.emplace_back();
      for (const std::uint32_t cause : binding) way.push_back(place_of_.at({cause, node}));
    }
    return ways;
  }
  Ways Results(std::uint32_t node) {
    Ways ways;
    for (const auto& binding : causal_->results[node]) {
      auto& way = ways.emplace_back();
      for (const std::uint32_t result : binding) way.push_back(place_of_.at({node, result}));
    }
    return ways;
  }

  void Add(std::uint32_t node, const Ways& causes, const Ways& results) {
    Transition itself{.activity = node < causal_->activities ? node : kNoValue, .inputs = {}, .outputs = {}};
    if (causes.size() == 1) {
      itself.inputs = causes[0];
    } else {
      const std::uint32_t ready = NewPlace();
      for (const auto& way : causes) net_.transitions.push_back({kNoValue, way, {ready}});
      itself.inputs = {ready};
    }
    if (results.size() == 1) {
      itself.outputs = results[0];
      net_.transitions.push_back(std::move(itself));
    } else {
      const std::uint32_t done = NewPlace();
      itself.outputs = {done};
      net_.transitions.push_back(std::move(itself));
      for (const auto& way : results) net_.transitions.push_back({kNoValue, {done}, way});
    }
  }

  const CausalNet* causal_;
  PetriNet net_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> place_of_;
};

}  // namespace

PetriNet NetOf(const CausalNet& causal) { return WithoutNeedlessSilent(Builder(causal).Take()); }

}  // namespace weir::journey
