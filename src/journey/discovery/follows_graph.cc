#include "journey/discovery/follows_graph.h"

#include <algorithm>
#include <utility>

namespace weir::journey {
namespace {

constexpr std::size_t kDenseActivities = 512;

std::vector<FollowsArc> DenseArcs(const SubLog& log) {
  const std::size_t n = log.activities.size();
  std::vector<std::uint64_t> table(n * n, 0);
  for (std::size_t run = 0; run < log.size(); ++run) {
    const auto steps = log.RunOf(run);
    for (std::size_t i = 1; i < steps.size(); ++i) table[steps[i - 1] * n + steps[i]] += log.cases[run];
  }
  std::vector<FollowsArc> arcs;
  for (std::uint32_t from = 0; from < n; ++from) {
    for (std::uint32_t to = 0; to < n; ++to) {
      if (const std::uint64_t count = table[from * n + to]; count > 0) arcs.push_back({from, to, count});
    }
  }
  return arcs;
}

std::vector<FollowsArc> SortedArcs(const SubLog& log) {
  std::vector<FollowsArc> all;
  all.reserve(log.steps.size());
  for (std::size_t run = 0; run < log.size(); ++run) {
    const auto steps = log.RunOf(run);
    for (std::size_t i = 1; i < steps.size(); ++i) all.push_back({steps[i - 1], steps[i], log.cases[run]});
  }
  std::ranges::sort(all, {}, [](const FollowsArc& arc) { return std::pair(arc.from, arc.to); });
  std::vector<FollowsArc> arcs;
  for (const FollowsArc& arc : all) {
    if (!arcs.empty() && arcs.back().from == arc.from && arcs.back().to == arc.to) {
      arcs.back().count += arc.count;
    } else {
      arcs.push_back(arc);
    }
  }
  return arcs;
}

}  // namespace

FollowsGraph::FollowsGraph(std::vector<FollowsArc> arcs, std::vector<std::uint64_t> starts,
                           std::vector<std::uint64_t> ends)
    : arcs_(std::move(arcs)), begin_(starts.size() + 1, 0), starts_(std::move(starts)), ends_(std::move(ends)) {
  const auto place = [](const FollowsArc& arc) { return std::pair(arc.from, arc.to); };
  if (!std::ranges::is_sorted(arcs_, {}, place)) std::ranges::sort(arcs_, {}, place);
  for (const FollowsArc& arc : arcs_) ++begin_[arc.from + 1];
  for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
}

bool FollowsGraph::Has(std::uint32_t from, std::uint32_t to) const {
  const auto out = From(from);
  const auto found = std::ranges::lower_bound(out, to, {}, &FollowsArc::to);
  return found != out.end() && found->to == to;
}

FollowsGraph GraphOf(const SubLog& log) {
  std::vector<std::uint64_t> starts(log.activities.size(), 0);
  std::vector<std::uint64_t> ends(log.activities.size(), 0);
  for (std::size_t run = 0; run < log.size(); ++run) {
    const auto steps = log.RunOf(run);
    if (steps.empty()) continue;
    starts[steps.front()] += log.cases[run];
    ends[steps.back()] += log.cases[run];
  }
  auto arcs = log.activities.size() <= kDenseActivities ? DenseArcs(log) : SortedArcs(log);
  return {std::move(arcs), std::move(starts), std::move(ends)};
}

FollowsGraph WithoutNoise(const FollowsGraph& graph, double noise) {
  std::vector<std::uint64_t> starts(graph.size());
  std::vector<std::uint64_t> ends(graph.size());
  std::vector<FollowsArc> kept;
  for (std::uint32_t activity = 0; activity < graph.size(); ++activity) {
    starts[activity] = graph.starts(activity);
    ends[activity] = graph.ends(activity);
    std::uint64_t most = ends[activity];
    for (const FollowsArc& arc : graph.From(activity)) most = std::max(most, arc.count);
    const double least = noise * static_cast<double>(most);
    for (const FollowsArc& arc : graph.From(activity)) {
      if (static_cast<double>(arc.count) > least) kept.push_back(arc);
    }
  }
  return {std::move(kept), std::move(starts), std::move(ends)};
}

}  // namespace weir::journey
