#include "journey/conformance/alignment.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "journey/conformance/frontiers.h"
#include "journey/conformance/variant_pieces.h"

namespace weir::journey {
namespace {

constexpr std::size_t kPiece = 32;

Alignment Trivial(std::span<const ActivityId> trace, const Alignment& shortest, const AlignmentSearch& search) {
  Alignment trivial{.cost = static_cast<std::uint32_t>(trace.size()) + shortest.cost, .states = search.StatesSeen()};
  trivial.least_cost = std::min(search.LeastCost(), trivial.cost);
  for (const ActivityId activity : trace) trivial.moves.push_back({.kind = MoveKind::kLog, .activity = activity});
  trivial.moves.insert(trivial.moves.end(), shortest.moves.begin(), shortest.moves.end());
  return trivial;
}

Result<Alignment> ShortestRun(const NetIndex& net, const SearchLimits& limits, const std::stop_token& stop) {
  AlignmentSearch search(net, limits);
  std::optional<Alignment> shortest = search.Run({}, stop);
  if (shortest) return *std::move(shortest);
  if (stop.stop_requested()) return Fail(Cancelled("the alignment was stopped"));
  if (search.WasExhausted()) return Fail(BadInput("no run of the model leads to its end"));
  return Fail(TooLarge("no run of the model to its end was found among {} states", search.StatesSeen()));
}

// Whether each variant is a run of the model: no search is needed for these, all their moves are of both.
std::vector<std::uint8_t> FittingOf(const NetIndex& net, const Variants& variants, const VariantPieces& pieces,
                                    const SearchLimits& limits, const Executor& executor, const std::stop_token& stop) {
  std::vector<std::uint8_t> fitting(variants.size(), 0);
  executor.ForPieces(variants.size(), pieces.piece, [&](std::size_t begin, std::size_t end) {
    Frontiers frontiers(net, {.markings = limits.markings}, false);
    for (std::size_t at = begin; at < end && !stop.stop_requested(); ++at) {
      frontiers.MakeRoom();
      FrontierId frontier = frontiers.initial();
      for (const ActivityId activity : variants.StepsOf(pieces.order[at])) {
        if (frontiers.IsEmpty(frontier)) break;
        frontier = frontiers.Follow(frontier, activity).to;
      }
      if (frontiers.IsEmpty(frontier)) continue;
      const Ending ending = frontiers.EndOf(frontier);
      fitting[pieces.order[at]] = ending.missing + ending.remaining == 0 ? 1 : 0;
    }
  });
  return fitting;
}

Alignment Fitting(std::span<const ActivityId> trace) {
  Alignment alignment;
  for (const ActivityId activity : trace) alignment.moves.push_back({.activity = activity});
  return alignment;
}

void Gather(const Variants& variants, LogAlignment& log) {
  using Key = std::tuple<MoveKind, ActivityId, ActivityId>;
  struct Count {
    std::uint64_t cases = 0;
    std::uint64_t times = 0;
    std::size_t last_variant = 0;  // plus one
  };
  std::map<Key, Count> counts;
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    ActivityId after = kNoValue;
    for (const Move& move : log.variants[variant].moves) {
      if (move.kind != MoveKind::kBoth) {
        Count& count = counts[{move.kind, move.activity, after}];
        count.times += variants.cases[variant];
        if (count.last_variant != variant + 1) count.cases += variants.cases[variant];
        count.last_variant = variant + 1;
      }
      if (move.kind != MoveKind::kLog) after = move.activity;
    }
  }
  for (const auto& [key, count] : counts) {
    const auto [kind, activity, after] = key;
    log.deviations.push_back(
        {.kind = kind, .activity = activity, .after = after, .cases = count.cases, .times = count.times});
  }
  std::ranges::stable_sort(log.deviations, std::greater<>{}, &Deviation::cases);
}

void Summarise(const Variants& variants, LogAlignment& log) {
  std::uint64_t cost = 0;
  std::uint64_t most = 0;
  std::uint64_t cases = 0;
  std::uint64_t fitting = 0;
  double fitness = 0;
  for (std::size_t variant = 0; variant < variants.size(); ++variant) {
    const Alignment& alignment = log.variants[variant];
    const std::uint64_t weight = variants.cases[variant];
    const std::size_t steps = variants.StepsOf(variant).size();
    cost += weight * alignment.cost;
    most += weight * (steps + log.shortest_run);
    cases += weight;
    fitting += alignment.cost == 0 ? weight : 0;
    fitness += static_cast<double>(weight) * FitnessOf(alignment, steps, log.shortest_run);
    log.bounded_cases += alignment.is_optimal() ? 0 : weight;
  }
  if (most > 0) log.fitness = 1 - static_cast<double>(cost) / static_cast<double>(most);
  if (cases > 0) {
    log.mean_fitness = fitness / static_cast<double>(cases);
    log.fitting_share = static_cast<double>(fitting) / static_cast<double>(cases);
  }
}

}  // namespace

double FitnessOf(const Alignment& alignment, std::size_t steps, std::uint32_t shortest_run) {
  const std::size_t most = steps + shortest_run;
  return most == 0 ? 1 : 1 - static_cast<double>(alignment.cost) / static_cast<double>(most);
}

Result<LogAlignment> Aligned(const PetriNet& net, const Variants& variants, const SearchLimits& limits,
                             const Executor& executor, const std::stop_token& stop) {
  WEIR_TRY(const NetIndex index, IndexOf(net, variants.activities));
  WEIR_TRY(const Alignment shortest, ShortestRun(index, limits, stop));
  LogAlignment log{.shortest_run = shortest.cost};
  log.variants.resize(variants.size());
  const VariantPieces pieces = PiecesOf(variants);
  const std::vector<std::uint8_t> fitting = FittingOf(index, variants, pieces, limits, executor, stop);
  std::vector<std::uint32_t> order;
  for (const std::uint32_t variant : pieces.order) {
    if (fitting[variant] == 0) {
      order.push_back(variant);
    } else {
      log.variants[variant] = Fitting(variants.StepsOf(variant));
    }
  }
  executor.ForPieces(order.size(), kPiece, [&](std::size_t begin, std::size_t end) {
    AlignmentSearch search(index, limits);
    for (std::size_t at = begin; at < end && !stop.stop_requested(); ++at) {
      const std::uint32_t variant = order[at];
      const std::span<const ActivityId> trace = variants.StepsOf(variant);
      std::optional<Alignment> found = search.Run(trace, stop);
      log.variants[variant] = found ? *std::move(found) : Trivial(trace, shortest, search);
    }
  });
  if (stop.stop_requested()) return Fail(Cancelled("the alignment was stopped"));
  Gather(variants, log);
  Summarise(variants, log);
  return log;
}

}  // namespace weir::journey
