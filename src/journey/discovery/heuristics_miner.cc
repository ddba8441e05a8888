#include "journey/discovery/heuristics_miner.h"

#include <algorithm>
#include <limits>
#include <string_view>
#include <utility>

#include "journey/discovery/bindings.h"
#include "journey/discovery/dependency_graph.h"

namespace weir::journey {
namespace {

constexpr std::size_t kMostBindings = 64;
constexpr std::uint32_t kNowhere = std::numeric_limits<std::uint32_t>::max();

Status Check(const HeuristicsOptions& options, std::uint32_t activities) {
  const std::pair<std::string_view, double> shares[] = {{"dependency", options.dependency},
                                                        {"loop_one", options.loop_one},
                                                        {"loop_two", options.loop_two},
                                                        {"relative_to_best", options.relative_to_best}};
  for (const auto& [name, value] : shares) {
    if (value >= 0 && value <= 1) continue;
    return Fail(BadUsage("the threshold is from 0 to 1, not {}", value).Field(std::string(name)));
  }
  if (!(options.together >= 0)) {
    return Fail(BadUsage("the threshold is not below 0, as {} is", options.together).Field("together"));
  }
  WEIR_CHECK(options.ranks.empty() || options.ranks.size() == activities);
  return {};
}

// Says of the causes or the results of one activity after another which go together.
class Binder {
 public:
  Binder(const std::vector<Dependency>& measured, const std::vector<Dependency>& chosen, std::uint32_t nodes,
         double together)
      : measured_(&measured), chosen_(&chosen), begin_(nodes + 1), place_(nodes, kNowhere), together_(together) {
    for (const Dependency& arc : measured) ++begin_[arc.from + 1];
    for (std::uint32_t node = 0; node < nodes; ++node) begin_[node + 1] += begin_[node];
  }

  // `counts` says how often each of `others` comes with `node`. The beginning and the end go with nothing: a case that
  // is at its end goes on nowhere else. Nor does a loop.
  FoundBindings Bind(std::uint32_t node, const std::vector<std::uint32_t>& others,
                     const std::vector<std::uint64_t>& counts) {
    const auto nodes = static_cast<std::uint32_t>(place_.size());
    const auto may_join = [&](std::uint32_t other) { return other != node && other + 2 < nodes; };
    for (std::uint32_t i = 0; i < others.size(); ++i) {
      if (may_join(others[i])) place_[others[i]] = i;
    }
    std::vector<std::pair<std::uint32_t, std::uint32_t>> pairs;
    for (std::uint32_t i = 0; i < others.size(); ++i) {
      if (!may_join(others[i])) continue;
      for (std::size_t at = begin_[others[i]]; at < begin_[others[i] + 1]; ++at) {
        const Dependency& arc = (*measured_)[at];
        const std::uint32_t j = place_[arc.to];
        if (j == kNowhere || arc.to == arc.from || !AreTogether(arc, counts[i] + counts[j])) continue;
        pairs.emplace_back(std::min(i, j), std::max(i, j));
      }
    }
    for (const std::uint32_t other : others) place_[other] = kNowhere;
    std::ranges::sort(pairs);
    const auto repeated = std::ranges::unique(pairs);
    pairs.erase(repeated.begin(), repeated.end());
    return BindingsOf(others, pairs, kMostBindings);
  }

 private:
  bool AreTogether(const Dependency& arc, std::uint64_t with_node) const {
    if (FindArc(*chosen_, arc.from, arc.to) != nullptr || FindArc(*chosen_, arc.to, arc.from) != nullptr) return false;
    const Dependency* back = FindArc(*measured_, arc.to, arc.from);
    const std::uint64_t between = arc.count + (back == nullptr ? 0 : back->count);
    return static_cast<double>(between) >= together_ * (static_cast<double>(with_node) + 1);
  }

  const std::vector<Dependency>* measured_;
  const std::vector<Dependency>* chosen_;
  std::vector<std::size_t> begin_;    // of each node, into measured
  std::vector<std::uint32_t> place_;  // of each node among the others
  double together_;
};

struct Sides {
  std::vector<std::uint32_t> others;
  std::vector<std::uint64_t> counts;
};

}  // namespace

Result<CausalNet> MineHeuristics(const Variants& variants, const HeuristicsOptions& options,
                                 const std::stop_token& stop) {
  WEIR_TRY(Check(options, variants.activities));
  const auto stopped = [] { return Fail(Cancelled("the discovery of a model was stopped")); };
  if (stop.stop_requested()) return stopped();
  const std::vector<Dependency> measured = MeasuredArcs(variants);
  const std::vector<Return> returns = Returns(variants);
  if (stop.stop_requested()) return stopped();
  CausalNet causal{.activities = variants.activities};
  causal.arcs = ChosenArcs(measured, returns, variants.activities, options);
  const std::uint32_t nodes = variants.activities + 2;
  std::vector<Sides> causes(nodes);
  std::vector<Sides> results(nodes);
  for (const Dependency& arc : causal.arcs) {
    results[arc.from].others.push_back(arc.to);
    results[arc.from].counts.push_back(arc.count);
    causes[arc.to].others.push_back(arc.from);
    causes[arc.to].counts.push_back(arc.count);
  }
  Binder binder(measured, causal.arcs, nodes, options.together);
  causal.causes.resize(nodes);
  causal.results.resize(nodes);
  for (std::uint32_t node = 0; node < nodes; ++node) {
    if (stop.stop_requested()) return stopped();
    for (const bool is_cause : {true, false}) {
      const Sides& side = is_cause ? causes[node] : results[node];
      FoundBindings found = binder.Bind(node, side.others, side.counts);
      if (!found.is_complete) ++causal.bindings_left_out;
      (is_cause ? causal.causes : causal.results)[node] = std::move(found.bindings);
    }
  }
  return causal;
}

}  // namespace weir::journey
