#include "journey/log/directly_follows.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <utility>

namespace weir::journey {
namespace {

constexpr std::size_t kCasesAPiece = 1U << 14U;
// A table of all pairs up to so many activities; beyond that most pairs never come and a hash table is smaller.
constexpr std::uint32_t kMostDense = 512;

// Numbers of pairs of activities.
class PairCounts {
 public:
  explicit PairCounts(std::uint32_t activities) : activities_(activities) {
    if (activities <= kMostDense) dense_.assign(std::size_t{activities} * activities, 0);
  }

  void Add(ActivityId from, ActivityId to, std::uint64_t count = 1) {
    if (activities_ <= kMostDense) {
      dense_[std::size_t{from} * activities_ + to] += count;
    } else {
      sparse_[(std::uint64_t{from} << 32U) | to] += count;
    }
  }
  void AddAll(const PairCounts& other) {
    for (std::size_t i = 0; i < dense_.size(); ++i) dense_[i] += other.dense_[i];
    for (const auto& [pair, count] : other.sparse_) sparse_[pair] += count;
  }
  std::vector<Arc> Arcs() const {
    std::vector<Arc> arcs;
    for (std::size_t i = 0; i < dense_.size(); ++i) {
      if (dense_[i] == 0) continue;
      arcs.push_back({.from = static_cast<ActivityId>(i / activities_),
                      .to = static_cast<ActivityId>(i % activities_),
                      .count = dense_[i]});
    }
    for (const auto& [pair, count] : sparse_) {
      arcs.push_back(
          {.from = static_cast<ActivityId>(pair >> 32U), .to = static_cast<ActivityId>(pair), .count = count});
    }
    std::sort(arcs.begin(), arcs.end(), [](const Arc& one, const Arc& other) {
      return std::pair(one.from, one.to) < std::pair(other.from, other.to);
    });
    return arcs;
  }

 private:
  std::uint32_t activities_;
  std::vector<std::uint64_t> dense_;
  std::unordered_map<std::uint64_t, std::uint64_t> sparse_;
};

struct Counts {
  explicit Counts(std::uint32_t activities)
      : pairs(activities), starts(activities), ends(activities), events(activities) {}

  void Add(std::span<const ActivityId> steps, std::uint64_t cases) {
    if (steps.empty()) {
      empty += cases;
      return;
    }
    starts[steps.front()] += cases;
    ends[steps.back()] += cases;
    events[steps.front()] += cases;
    for (std::size_t i = 1; i < steps.size(); ++i) {
      pairs.Add(steps[i - 1], steps[i], cases);
      events[steps[i]] += cases;
    }
  }
  void AddAll(const Counts& other) {
    pairs.AddAll(other.pairs);
    for (std::size_t i = 0; i < starts.size(); ++i) {
      starts[i] += other.starts[i];
      ends[i] += other.ends[i];
      events[i] += other.events[i];
    }
    empty += other.empty;
  }
  DirectlyFollows Graph() const {
    DirectlyFollows graph{.arcs = pairs.Arcs(), .events_of = events, .empty_cases = empty};
    for (std::uint32_t activity = 0; activity < starts.size(); ++activity) {
      if (starts[activity] > 0) graph.starts.push_back({.activity = activity, .count = starts[activity]});
      if (ends[activity] > 0) graph.ends.push_back({.activity = activity, .count = ends[activity]});
    }
    return graph;
  }

  PairCounts pairs;
  std::vector<std::uint64_t> starts;
  std::vector<std::uint64_t> ends;
  std::vector<std::uint64_t> events;
  std::uint64_t empty = 0;
};

// The place of the arc of two activities in the graph.
class ArcPlaces {
 public:
  ArcPlaces(const std::vector<Arc>& arcs, std::uint32_t activities)
      : arcs_(arcs), begin_(std::size_t{activities} + 1, 0) {
    for (const Arc& arc : arcs) ++begin_[arc.from + 1];
    for (std::size_t i = 1; i < begin_.size(); ++i) begin_[i] += begin_[i - 1];
  }

  std::uint32_t Of(ActivityId from, ActivityId to) const {
    const auto first = arcs_.begin() + begin_[from];
    const auto last = arcs_.begin() + begin_[from + 1];
    const auto found = std::lower_bound(first, last, to, [](const Arc& arc, ActivityId id) { return arc.to < id; });
    WEIR_CHECK(found != last && found->to == to);
    return static_cast<std::uint32_t>(found - arcs_.begin());
  }

 private:
  const std::vector<Arc>& arcs_;
  std::vector<std::uint32_t> begin_;
};

// Between neighbours of the sorted values in proportion. What lies before the place may be in any order afterwards.
double QuantileOf(std::span<Micros> values, double share) {
  const double place = share * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const auto nth = values.begin() + static_cast<std::ptrdiff_t>(below);
  std::nth_element(values.begin(), nth, values.end());
  const auto low = static_cast<double>(*nth);
  const double part = place - static_cast<double>(below);
  if (part <= 0) return low;
  return low + part * (static_cast<double>(*std::min_element(nth + 1, values.end())) - low);
}

}  // namespace

Result<DirectlyFollows> DirectlyFollowsOf(const SortedLog& log, const Executor& executor, const std::stop_token& stop) {
  // A table each for as many threads as there are: cases are dealt out in pieces of one size, and sums have no order.
  const std::size_t parts =
      std::clamp<std::size_t>(log.cases() / kCasesAPiece, 1, static_cast<std::size_t>(executor.threads()));
  std::vector<Counts> counts(parts, Counts(log.activities));
  executor.ForEach(parts, [&](std::size_t part) {
    const std::size_t end = log.cases() * (part + 1) / parts;
    for (std::size_t id = log.cases() * part / parts; id < end; ++id) {
      if (id % kCasesAPiece == 0 && stop.stop_requested()) return;
      counts[part].Add(log.StepsOf(static_cast<CaseId>(id)), 1);
    }
  });
  if (stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
  for (std::size_t part = 1; part < parts; ++part) counts[0].AddAll(counts[part]);
  return counts[0].Graph();
}

DirectlyFollows DirectlyFollowsOf(const Variants& variants) {
  Counts counts(variants.activities);
  for (std::size_t i = 0; i < variants.size(); ++i) counts.Add(variants.StepsOf(i), variants.cases[i]);
  return counts.Graph();
}

ArcTimes SummaryOf(std::span<Micros> durations) {
  if (durations.empty()) return {};
  ArcTimes times;
  const auto [least, most] = std::minmax_element(durations.begin(), durations.end());
  times.least = *least;
  times.most = *most;
  for (const Micros duration : durations) times.sum += static_cast<double>(duration);
  times.mean = times.sum / static_cast<double>(durations.size());
  times.p10 = QuantileOf(durations, .1);
  times.median = QuantileOf(durations, .5);
  times.p90 = QuantileOf(durations, .9);
  const std::size_t cut = durations.size() / 10;
  const auto first = durations.begin() + static_cast<std::ptrdiff_t>(cut);
  const auto last = durations.end() - static_cast<std::ptrdiff_t>(cut);
  std::nth_element(durations.begin(), first, durations.end());
  if (last != durations.end()) std::nth_element(first, last, durations.end());
  double kept = 0;
  for (auto it = first; it != last; ++it) kept += static_cast<double>(*it);
  times.trimmed_mean = kept / static_cast<double>(last - first);
  return times;
}

Result<std::vector<ArcTimes>> TimesOf(const SortedLog& log, const DirectlyFollows& graph, const Executor& executor,
                                      const std::stop_token& stop) {
  const ArcPlaces places(graph.arcs, log.activities);
  std::vector<std::size_t> begin(graph.arcs.size() + 1, 0);
  for (std::size_t i = 0; i < graph.arcs.size(); ++i) begin[i + 1] = begin[i] + graph.arcs[i].count;
  std::vector<Micros> durations(begin.back());
  std::vector<std::size_t> next(begin.begin(), begin.end() - 1);
  for (std::size_t id = 0; id < log.cases(); ++id) {
    if (id % kCasesAPiece == 0 && stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
    const std::size_t end = log.begin_of_case[id + 1];
    for (std::size_t i = log.begin_of_case[id] + 1; i < end; ++i) {
      durations[next[places.Of(log.activity_of[i - 1], log.activity_of[i])]++] = log.at[i] - log.at[i - 1];
    }
  }
  std::vector<ArcTimes> times(graph.arcs.size());
  executor.ForEach(times.size(), [&](std::size_t i) {
    if (stop.stop_requested()) return;
    times[i] = SummaryOf(std::span(durations).subspan(begin[i], begin[i + 1] - begin[i]));
  });
  if (stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
  return times;
}

std::vector<Micros> DurationsOf(const SortedLog& log) {
  std::vector<Micros> durations(log.cases(), 0);
  for (std::size_t id = 0; id < log.cases(); ++id) {
    const std::size_t begin = log.begin_of_case[id];
    const std::size_t end = log.begin_of_case[id + 1];
    if (begin < end) durations[id] = log.at[end - 1] - log.at[begin];
  }
  return durations;
}

}  // namespace weir::journey
