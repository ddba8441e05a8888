#include "journey/discovery/fall_throughs.h"

#include <algorithm>
#include <compare>
#include <utility>

#include "journey/discovery/cuts.h"

namespace weir::journey {
namespace {

constexpr std::uint32_t kOutside = 0xFFFFFFFF;  // before the start, behind the end

// With `without` left out, what comes before and after it follow each other.
struct Bridge {
  std::uint32_t without = 0;
  std::uint32_t from = kOutside;
  std::uint32_t to = kOutside;

  auto operator<=>(const Bridge&) const = default;
};

// Each once, by the activity left out. Repeats are dropped whenever the list has doubled, so that it holds no more than
// twice what is different.
std::vector<Bridge> BridgesOf(const SubLog& log) {
  std::vector<Bridge> bridges;
  std::size_t drop_at = 1U << 16U;
  const auto drop_repeats = [&] {
    std::ranges::sort(bridges);
    bridges.erase(std::ranges::unique(bridges).begin(), bridges.end());
    drop_at = std::max(drop_at, bridges.size() * 2);
  };
  for (std::size_t i = 0; i < log.size(); ++i) {
    const auto run = log.RunOf(i);
    for (std::size_t first = 0; first < run.size();) {
      std::size_t behind = first + 1;
      while (behind < run.size() && run[behind] == run[first]) ++behind;
      bridges.push_back(
          {run[first], first > 0 ? run[first - 1] : kOutside, behind < run.size() ? run[behind] : kOutside});
      first = behind;
    }
    if (bridges.size() >= drop_at) drop_repeats();
  }
  drop_repeats();
  return bridges;
}

// Only whether there is an arc counts: counts are 1.
FollowsGraph GraphWithout(const FollowsGraph& graph, std::uint32_t without, std::span<const Bridge> bridges) {
  const auto place = [without](std::uint32_t activity) { return activity - (activity > without ? 1U : 0U); };
  const std::uint32_t size = graph.size() - 1;
  std::vector<std::uint64_t> starts(size, 0);
  std::vector<std::uint64_t> ends(size, 0);
  for (std::uint32_t a = 0; a < graph.size(); ++a) {
    if (a == without) continue;
    starts[place(a)] = graph.starts(a);
    ends[place(a)] = graph.ends(a);
  }
  std::vector<FollowsArc> bridged;
  for (const Bridge& bridge : bridges) {
    if (bridge.from == kOutside && bridge.to == kOutside) continue;
    if (bridge.from == kOutside) {
      starts[place(bridge.to)] = 1;
    } else if (bridge.to == kOutside) {
      ends[place(bridge.from)] = 1;
    } else if (!graph.Has(bridge.from, bridge.to)) {
      bridged.push_back({place(bridge.from), place(bridge.to), 1});
    }
  }
  std::vector<FollowsArc> kept;
  kept.reserve(graph.arcs().size());
  for (const FollowsArc& arc : graph.arcs()) {
    if (arc.from != without && arc.to != without) kept.push_back({place(arc.from), place(arc.to), 1});
  }
  // Both lists are in order: bridges by what they leave, then by what they reach.
  std::vector<FollowsArc> arcs(kept.size() + bridged.size());
  std::ranges::merge(
      kept, bridged, arcs.begin(), {}, [](const FollowsArc& arc) { return std::pair(arc.from, arc.to); },
      [](const FollowsArc& arc) { return std::pair(arc.from, arc.to); });
  return {std::move(arcs), std::move(starts), std::move(ends)};
}

FallThrough Beside(const SubLog& log, std::uint32_t activity) {
  SubLogBuilder alone({log.activities[activity]});
  SubLogBuilder rest(log.activities);
  for (std::size_t i = 0; i < log.size(); ++i) {
    for (const std::uint32_t step : log.RunOf(i)) {
      if (step == activity) {
        alone.Push(0);
      } else {
        rest.Push(step);
      }
    }
    alone.EndRun(log.cases[i]);
    rest.EndRun(log.cases[i]);
  }
  FallThrough result;
  result.parts.push_back(std::move(alone).Build());
  result.parts.push_back(std::move(rest).Build());
  return result;
}

}  // namespace

std::optional<FallThrough> OncePerRun(const SubLog& log) {
  std::vector<std::uint32_t> runs_with(log.activities.size(), 0);
  std::vector<bool> is_repeated(log.activities.size(), false);
  std::vector<std::uint32_t> last_run(log.activities.size(), kOutside);
  for (std::uint32_t i = 0; i < log.size(); ++i) {
    for (const std::uint32_t step : log.RunOf(i)) {
      if (last_run[step] == i) {
        is_repeated[step] = true;
      } else {
        last_run[step] = i;
        ++runs_with[step];
      }
    }
  }
  for (std::uint32_t activity = 0; activity < runs_with.size(); ++activity) {
    if (!is_repeated[activity] && runs_with[activity] == log.size()) return Beside(log, activity);
  }
  return std::nullopt;
}

std::uint64_t WorkOfConcurrentActivity(const FollowsGraph& graph) {
  const std::uint64_t size = graph.size();
  return size * (graph.arcs().size() + size) * (1 + size / 64);
}

std::optional<FallThrough> ConcurrentActivity(const SubLog& log, const FollowsGraph& graph,
                                              const std::stop_token& stop) {
  if (graph.size() < 3) return std::nullopt;  // the rest would be one activity, which has no cut
  const std::vector<Bridge> bridges = BridgesOf(log);
  auto first = bridges.begin();
  for (std::uint32_t activity = 0; activity < graph.size(); ++activity) {
    if (stop.stop_requested()) return std::nullopt;
    const auto behind = std::find_if(first, bridges.end(), [&](const Bridge& b) { return b.without != activity; });
    if (FindCut(GraphWithout(graph, activity, {first, behind}))) return Beside(log, activity);
    first = behind;
  }
  return std::nullopt;
}

std::optional<FallThrough> SilentLoop(const SubLog& log, const FollowsGraph& graph, bool is_strict) {
  SubLogBuilder body(log.activities);
  std::uint64_t cases = 0;
  for (std::size_t i = 0; i < log.size(); ++i) {
    const auto run = log.RunOf(i);
    cases += log.cases[i];
    for (std::size_t at = 0; at < run.size(); ++at) {
      const bool begins_again = at > 0 && graph.starts(run[at]) > 0 && (!is_strict || graph.ends(run[at - 1]) > 0);
      if (begins_again) body.EndRun(log.cases[i]);
      body.Push(run[at]);
    }
    body.EndRun(log.cases[i]);
  }
  if (body.cases() == cases) return std::nullopt;
  FallThrough result{.op = TreeOperator::kLoop, .parts = {}};
  result.parts.push_back(std::move(body).Build());
  return result;
}

}  // namespace weir::journey
