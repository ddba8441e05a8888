#include "journey/log/shown_graph.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace weir::journey {
namespace {

// As many whatever the threads: sums of times depend on the order in which they are added up.
constexpr std::size_t kMostParts = 16;
constexpr std::size_t kStepsAPart = 1U << 16U;
constexpr std::uint32_t kMostDense = 256;
constexpr std::size_t kCasesAPiece = 1U << 14U;

struct Sum {
  std::uint64_t count = 0;
  double micros = 0;

  void Add(std::uint64_t cases, double more) {
    count += cases;
    micros += more;
  }
};

// What goes from place to place; places are those of shown activities, then the outside.
class Flows {
 public:
  explicit Flows(std::uint32_t places) : places_(places) {
    if (places <= kMostDense) dense_.resize(std::size_t{places} * places);
  }

  Sum& At(std::uint32_t from, std::uint32_t to) {
    if (!dense_.empty()) return dense_[std::size_t{from} * places_ + to];
    return sparse_[(std::uint64_t{from} << 32U) | to];
  }
  void AddAll(const Flows& other) {
    for (std::size_t i = 0; i < dense_.size(); ++i) dense_[i].Add(other.dense_[i].count, other.dense_[i].micros);
    for (const auto& [key, sum] : other.sparse_) sparse_[key].Add(sum.count, sum.micros);
  }
  template <typename Take>
  void ForEach(const Take& take) const {
    for (std::size_t i = 0; i < dense_.size(); ++i) {
      if (dense_[i].count > 0) {
        take(static_cast<std::uint32_t>(i / places_), static_cast<std::uint32_t>(i % places_), dense_[i]);
      }
    }
    for (const auto& [key, sum] : sparse_) {
      take(static_cast<std::uint32_t>(key >> 32U), static_cast<std::uint32_t>(key), sum);
    }
  }

 private:
  std::uint32_t places_;
  std::vector<Sum> dense_;
  std::unordered_map<std::uint64_t, Sum> sparse_;
};

struct Part {
  explicit Part(std::uint32_t places) : flows(places) {}
  Flows flows;
  std::uint64_t hidden_cases = 0;
};

// The places of shown activities; kNoValue for the others.
struct Shown {
  std::vector<ShownActivity> activities;
  std::vector<std::uint32_t> place_of;
  std::uint32_t outside() const { return static_cast<std::uint32_t>(activities.size()); }
};

std::size_t ShareOf(double share, std::size_t all) {
  const double wanted = std::ceil(std::clamp(share, 0.0, 1.0) * static_cast<double>(all) - 1e-9);
  return std::min(all, static_cast<std::size_t>(std::max(wanted, 0.0)));
}

Shown ShownActivities(const Variants& variants, double share, ShownGraph* graph) {
  std::vector<std::uint64_t> events(variants.activities, 0);
  for (std::size_t i = 0; i < variants.size(); ++i) {
    for (const ActivityId step : variants.StepsOf(i)) events[step] += variants.cases[i];
  }
  Shown shown{.place_of = std::vector<std::uint32_t>(variants.activities, kNoValue)};
  for (ActivityId id = 0; id < events.size(); ++id) {
    if (events[id] > 0) shown.activities.push_back({.activity = id, .events = events[id]});
  }
  std::sort(shown.activities.begin(), shown.activities.end(), [](const ShownActivity& one, const ShownActivity& other) {
    return one.events != other.events ? one.events > other.events : one.activity < other.activity;
  });
  const std::size_t all = shown.activities.size();
  const std::size_t kept = std::min(all, std::max<std::size_t>(1, ShareOf(share, all)));
  for (std::size_t i = kept; i < all; ++i) graph->hidden_events += shown.activities[i].events;
  graph->hidden_activities = all - kept;
  shown.activities.resize(kept);
  for (std::size_t i = 0; i < kept; ++i) shown.place_of[shown.activities[i].activity] = static_cast<std::uint32_t>(i);
  return shown;
}

void AddVariant(const Variants& variants, const VariantTimes& times, const Shown& shown, std::size_t variant,
                Part* part) {
  const std::uint64_t cases = variants.cases[variant];
  std::uint32_t before = shown.outside();
  double since = 0;
  for (std::uint64_t i = variants.begin[variant]; i < variants.begin[variant + 1]; ++i) {
    const std::uint32_t place = shown.place_of[variants.steps[i]];
    if (place == kNoValue) continue;
    const double at = times.since_begin.empty() ? 0 : times.since_begin[i];
    part->flows.At(before, place).Add(cases, before == shown.outside() ? 0 : at - since);
    before = place;
    since = at;
  }
  if (before == shown.outside()) {
    part->hidden_cases += cases;
  } else {
    part->flows.At(before, shown.outside()).Add(cases, 0);
  }
}

// Where the parts of the variants begin, of about as many steps each.
std::vector<std::size_t> PartsOf(const Variants& variants) {
  const std::size_t parts = std::clamp<std::size_t>(variants.steps.size() / kStepsAPart, 1, kMostParts);
  std::vector<std::size_t> begin{0};
  for (std::size_t part = 1; part < parts; ++part) {
    const auto place =
        std::lower_bound(variants.begin.begin(), variants.begin.end() - 1, variants.steps.size() * part / parts);
    begin.push_back(static_cast<std::size_t>(place - variants.begin.begin()));
  }
  begin.push_back(variants.size());
  return begin;
}

// Of arcs by frequency, those that are shown: the first ones, and of each activity the first way in and out.
void ChooseArcs(double share, ShownGraph* graph) {
  std::sort(graph->arcs.begin(), graph->arcs.end(), [](const ShownArc& one, const ShownArc& other) {
    return std::tuple(other.count, one.from, one.to) < std::tuple(one.count, other.from, other.to);
  });
  const std::size_t wanted = ShareOf(share, graph->arcs.size());
  std::unordered_map<ActivityId, bool> has_way_in;
  std::unordered_map<ActivityId, bool> has_way_out;
  std::size_t kept = 0;
  for (std::size_t i = 0; i < graph->arcs.size(); ++i) {
    const ShownArc arc = graph->arcs[i];
    const bool is_loop = arc.from == arc.to;
    bool& is_entered = has_way_in[arc.to];
    bool& is_left = has_way_out[arc.from];
    const bool is_first = !is_loop && ((arc.to != kOutside && !is_entered) || (arc.from != kOutside && !is_left));
    if (!is_loop) is_entered = is_left = true;
    if (i < wanted || is_first) {
      graph->arcs[kept++] = arc;
    } else {
      ++graph->hidden_arcs;
      graph->hidden_follows += arc.count;
    }
  }
  graph->arcs.resize(kept);
}

}  // namespace

Result<VariantTimes> VariantTimesOf(const SortedLog& log, const Variants& variants, const std::stop_token& stop) {
  WEIR_CHECK(variants.variant_of.size() == log.cases());
  VariantTimes times{.since_begin = std::vector<double>(variants.steps.size(), 0)};
  for (std::size_t id = 0; id < log.cases(); ++id) {
    if (id % kCasesAPiece == 0 && stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
    const std::size_t first = log.begin_of_case[id];
    const std::size_t steps = log.begin_of_case[id + 1] - first;
    double* sums = times.since_begin.data() + variants.begin[variants.variant_of[id]];
    for (std::size_t i = 1; i < steps; ++i) sums[i] += static_cast<double>(log.at[first + i] - log.at[first]);
  }
  return times;
}

Result<ShownGraph> ShownGraphOf(const Variants& variants, const VariantTimes& times, const ShownShares& shares,
                                const Executor& executor, const std::stop_token& stop) {
  WEIR_CHECK(times.since_begin.empty() || times.since_begin.size() == variants.steps.size());
  ShownGraph graph;
  const Shown shown = ShownActivities(variants, shares.activities, &graph);
  const std::vector<std::size_t> begin = PartsOf(variants);
  std::vector<Part> parts(begin.size() - 1, Part(shown.outside() + 1));
  executor.ForEach(parts.size(), [&](std::size_t part) {
    for (std::size_t i = begin[part]; i < begin[part + 1]; ++i) {
      if (i % kCasesAPiece == 0 && stop.stop_requested()) return;
      AddVariant(variants, times, shown, i, &parts[part]);
    }
  });
  if (stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
  for (std::size_t part = 1; part < parts.size(); ++part) parts[0].flows.AddAll(parts[part].flows);
  for (const Part& part : parts) graph.hidden_cases += part.hidden_cases;
  graph.activities = shown.activities;
  const auto activity_at = [&](std::uint32_t place) {
    return place == shown.outside() ? kOutside : shown.activities[place].activity;
  };
  parts[0].flows.ForEach([&](std::uint32_t from, std::uint32_t to, const Sum& sum) {
    graph.arcs.push_back({.from = activity_at(from),
                          .to = activity_at(to),
                          .count = sum.count,
                          .mean_micros = sum.micros / static_cast<double>(sum.count)});
  });
  ChooseArcs(shares.paths, &graph);
  return graph;
}

}  // namespace weir::journey
