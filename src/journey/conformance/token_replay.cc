#include "journey/conformance/token_replay.h"

#include <algorithm>
#include <atomic>
#include <unordered_map>

#include "journey/conformance/variant_pieces.h"

namespace weir::journey {
namespace {

// All markings that the events so far can have led to. The counts are sums up to here; a marking's own are on top.
struct Frontier {
  std::vector<Reached> markings;  // by marking
  std::uint64_t outside = 0;      // events of activities that the net does not have
  bool is_cut = false;
};

constexpr std::size_t kMostFollowed = 4'096;
constexpr std::size_t kFollowedOnceCut = 16;  // where the exact answer is lost already

void Tidy(Frontier& frontier) {
  std::ranges::sort(frontier.markings, [](const Reached& a, const Reached& b) {
    return a.marking != b.marking ? a.marking < b.marking : a.consumed < b.consumed;
  });
  const auto repeated = std::ranges::unique(frontier.markings, {}, &Reached::marking);
  frontier.markings.erase(repeated.begin(), repeated.end());
  const std::size_t most = frontier.is_cut ? kFollowedOnceCut : kMostFollowed;
  if (frontier.markings.size() > most) {
    frontier.markings.resize(most);
    frontier.is_cut = true;
  }
}

class Replayer {
 public:
  Replayer(const NetIndex& net, const StepLimits& limits) : steps_(net, limits), net_(&net) {
    for (const std::uint8_t count : net.final) last_tokens_ += count;
  }

  void MakeRoom() {
    const std::size_t before = steps_.space().size();
    steps_.MakeRoom();
    if (steps_.space().size() < before) path_.clear();
  }

  // `shared`: how many first steps are those of the variant before.
  Replay Run(std::span<const ActivityId> trace, std::size_t shared) {
    path_.resize(std::min(path_.size(), shared + 1));
    if (path_.empty()) {
      path_.push_back({.markings = {{.marking = steps_.space().initial(),
                                     .consumed = steps_.space().consumed_at_first()}}});
    }
    while (path_.size() <= trace.size()) path_.push_back(Next(path_.back(), trace[path_.size() - 1]));
    return Closed(path_.back());
  }

 private:
  Frontier Next(const Frontier& before, ActivityId activity) {
    if (activity >= net_->activities || net_->doing[activity].empty()) {
      Frontier same = before;
      ++same.outside;
      return same;
    }
    Frontier after{.outside = before.outside, .is_cut = before.is_cut};
    for (const Reached& here : before.markings) {
      for (const Reached& next : steps_.After(here.marking, activity)) {
        after.markings.push_back({.marking = next.marking,
                                  .consumed = here.consumed + next.consumed,
                                  .missing = here.missing});
      }
    }
    if (after.markings.empty()) Force(before, activity, after);
    after.is_cut |= steps_.was_cut();
    Tidy(after);
    return after;
  }

  // All markings followed at once miss as many tokens so far, so that the fewest now are the fewest in all.
  void Force(const Frontier& before, ActivityId activity, Frontier& after) {
    std::uint32_t fewest = kNoValue;
    for (const Reached& here : before.markings) {
      for (const Reached& next : steps_.Forced(here.marking, activity)) {
        if (next.missing > fewest) continue;
        if (next.missing < fewest) after.markings.clear();
        fewest = next.missing;
        after.markings.push_back({.marking = next.marking,
                                  .consumed = here.consumed + next.consumed,
                                  .missing = here.missing + next.missing});
      }
    }
    // Beyond a limit of the space nothing can follow: the event then counts as one that the net does not have.
    if (!after.markings.empty()) return;
    after = before;
    ++after.outside;
    after.is_cut = true;
  }

  Replay Closed(const Frontier& frontier) {
    Replay best;
    bool has_best = false;
    for (const Reached& here : frontier.markings) {
      const Ending ending = steps_.EndOf(here.marking);
      Replay replay{.consumed = here.consumed + ending.consumed + last_tokens_ + frontier.outside,
                    .missing = here.missing + ending.missing + frontier.outside,
                    .remaining = ending.remaining + frontier.outside};
      // What is taken and what remains was there at first, was made, or was put in.
      replay.produced = replay.consumed + replay.remaining - replay.missing;
      const auto faults = [](const Replay& of) { return of.missing + of.remaining; };
      const bool is_better = !has_best || faults(replay) < faults(best) ||
                             (faults(replay) == faults(best) && replay.consumed < best.consumed) ||
                             (faults(replay) == faults(best) && replay.consumed == best.consumed &&
                              replay.missing < best.missing);
      if (is_better) best = replay;
      has_best = true;
    }
    best.is_cut = !best.fits() && (frontier.is_cut || steps_.was_cut());
    return best;
  }

  VisibleSteps steps_;
  const NetIndex* net_;
  std::vector<Frontier> path_;  // after each step of the variant
  std::uint64_t last_tokens_ = 0;
};

void Summarise(const Variants& variants, LogReplay& log) {
  Replay sum;
  double fitness = 0;
  std::uint64_t cases = 0;
  std::uint64_t fitting = 0;
  for (std::size_t at = 0; at < log.variants.size(); ++at) {
    const Replay& replay = log.variants[at];
    const std::uint64_t weight = variants.cases[at];
    sum.produced += weight * replay.produced;
    sum.consumed += weight * replay.consumed;
    sum.missing += weight * replay.missing;
    sum.remaining += weight * replay.remaining;
    fitness += static_cast<double>(weight) * FitnessOf(replay);
    cases += weight;
    fitting += replay.fits() ? weight : 0;
    log.cut_cases += replay.is_cut ? weight : 0;
  }
  if (cases == 0) return;
  log.fitness = FitnessOf(sum);
  log.fitting_share = static_cast<double>(fitting) / static_cast<double>(cases);
  log.mean_fitness = fitness / static_cast<double>(cases);
}

}  // namespace

double FitnessOf(const Replay& replay) {
  const auto kept = [](std::uint64_t faults, std::uint64_t all) {
    return all == 0 ? 1.0 : 1 - static_cast<double>(faults) / static_cast<double>(all);
  };
  return (kept(replay.missing, replay.consumed) + kept(replay.remaining, replay.produced)) / 2;
}

Result<LogReplay> Replayed(const PetriNet& net, const Variants& variants, const StepLimits& limits,
                           const Executor& executor, const std::stop_token& stop) {
  WEIR_TRY(const NetIndex index, IndexOf(net, variants.activities));
  LogReplay log;
  log.variants.resize(variants.size());
  const VariantPieces pieces = PiecesOf(variants);
  executor.ForPieces(variants.size(), pieces.piece, [&](std::size_t begin, std::size_t end) {
    Replayer replayer(index, limits);
    for (std::size_t at = begin; at < end && !stop.stop_requested(); ++at) {
      replayer.MakeRoom();
      const std::uint32_t variant = pieces.order[at];
      log.variants[variant] = replayer.Run(variants.StepsOf(variant), at == begin ? 0 : pieces.shared[at]);
    }
  });
  if (stop.stop_requested()) return Fail(Cancelled("the replay was stopped"));
  Summarise(variants, log);
  return log;
}

}  // namespace weir::journey
