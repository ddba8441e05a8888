#include "journey/conformance/token_replay.h"

#include "journey/conformance/frontiers.h"
#include "journey/conformance/variant_pieces.h"

namespace weir::journey {
namespace {

class Replayer {
 public:
  Replayer(const NetIndex& net, const StepLimits& limits) : frontiers_(net, limits, true) {
    for (const std::uint8_t count : net.final) last_tokens_ += count;
  }

  Replay Run(std::span<const ActivityId> trace) {
    frontiers_.MakeRoom();
    Replay replay{.consumed = frontiers_.consumed_at_first() + last_tokens_};
    FrontierId at = frontiers_.initial();
    std::uint64_t outside = 0;
    for (const ActivityId activity : trace) {
      const FrontierStep step = frontiers_.Force(at, activity);
      at = step.to;
      replay.consumed += step.consumed;
      replay.missing += step.missing;
      outside += step.is_outside ? 1 : 0;
    }
    const Ending ending = frontiers_.EndOf(at);
    replay.consumed += ending.consumed + outside;
    replay.missing += ending.missing + outside;
    replay.remaining = ending.remaining + outside;
    // What is taken and what remains was there at first, was made, or was put in.
    replay.produced = replay.consumed + replay.remaining - replay.missing;
    replay.is_cut = !replay.fits() && frontiers_.was_cut();
    return replay;
  }

 private:
  Frontiers frontiers_;
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
      const std::uint32_t variant = pieces.order[at];
      log.variants[variant] = replayer.Run(variants.StepsOf(variant));
    }
  });
  if (stop.stop_requested()) return Fail(Cancelled("the replay was stopped"));
  Summarise(variants, log);
  return log;
}

}  // namespace weir::journey
