#include "journey/conformance/precision.h"

#include <algorithm>
#include <bit>

#include "journey/conformance/frontiers.h"
#include "journey/conformance/variant_pieces.h"

namespace weir::journey {
namespace {

using Bits = std::vector<std::uint64_t>;

std::uint64_t CountOf(const Bits& bits) {
  std::uint64_t count = 0;
  for (const std::uint64_t word : bits) count += static_cast<std::uint64_t>(std::popcount(word));
  return count;
}

// The beginnings that the variant at `at` is the first to have; each reads on through all variants that share it.
class Beginnings {
 public:
  Beginnings(const NetIndex& net, const Variants& variants, const VariantPieces& pieces)
      : net_(&net), variants_(&variants), pieces_(&pieces) {}

  void Add(std::size_t at, Frontiers& frontiers, Precision& sum) const {
    const std::span<const ActivityId> trace = variants_->StepsOf(pieces_->order[at]);
    const std::size_t first = FirstOwn(at);
    FrontierId frontier = frontiers.initial();
    for (std::size_t done = 0; done < trace.size(); ++done) {
      if (done > 0) frontier = frontiers.Follow(frontier, trace[done - 1]).to;
      if (done < first) continue;
      Bits happened((net_->activities + 63) / 64);
      const std::uint64_t cases = Through(at, done, happened);
      sum.beginnings += cases;
      if (frontiers.IsEmpty(frontier)) {
        sum.unfitting_beginnings += cases;
        continue;
      }
      const std::span<const std::uint64_t> known = frontiers.EnabledIn(frontier);
      Bits enabled(known.begin(), known.end());
      sum.enabled += cases * CountOf(enabled);
      for (std::size_t word = 0; word < enabled.size(); ++word) enabled[word] &= ~happened[word];
      sum.escaping += cases * CountOf(enabled);
    }
  }

 private:
  // A beginning that is a whole trace of the variant before is not one of its beginnings short of the whole.
  std::size_t FirstOwn(std::size_t at) const {
    if (at == 0) return 0;
    const std::size_t shared = pieces_->shared[at];
    return variants_->StepsOf(pieces_->order[at - 1]).size() == shared ? shared : shared + 1;
  }

  std::uint64_t Through(std::size_t at, std::size_t done, Bits& happened) const {
    std::uint64_t cases = 0;
    for (std::size_t other = at; other < pieces_->order.size(); ++other) {
      if (other > at && pieces_->shared[other] < done) break;
      const std::uint32_t variant = pieces_->order[other];
      const ActivityId next = variants_->StepsOf(variant)[done];
      happened[next / 64] |= std::uint64_t{1} << (next % 64);
      cases += variants_->cases[variant];
    }
    return cases;
  }

  const NetIndex* net_;
  const Variants* variants_;
  const VariantPieces* pieces_;
};

}  // namespace

Result<Precision> PrecisionOf(const PetriNet& net, const Variants& variants, const StepLimits& limits,
                              const Executor& executor, const std::stop_token& stop) {
  WEIR_TRY(const NetIndex index, IndexOf(net, variants.activities));
  const VariantPieces pieces = PiecesOf(variants);
  const Beginnings beginnings(index, variants, pieces);
  std::vector<Precision> sums((variants.size() + pieces.piece - 1) / pieces.piece);
  executor.ForPieces(variants.size(), pieces.piece, [&](std::size_t begin, std::size_t end) {
    Precision& sum = sums[begin / pieces.piece];
    Frontiers frontiers(index, limits, false);
    for (std::size_t at = begin; at < end && !stop.stop_requested(); ++at) {
      frontiers.MakeRoom();
      beginnings.Add(at, frontiers, sum);
    }
    sum.is_cut = frontiers.was_cut();
  });
  if (stop.stop_requested()) return Fail(Cancelled("the precision was stopped"));
  Precision whole;
  for (const Precision& sum : sums) {
    whole.enabled += sum.enabled;
    whole.escaping += sum.escaping;
    whole.beginnings += sum.beginnings;
    whole.unfitting_beginnings += sum.unfitting_beginnings;
    whole.is_cut |= sum.is_cut;
  }
  if (whole.enabled > 0) {
    whole.precision = 1 - static_cast<double>(whole.escaping) / static_cast<double>(whole.enabled);
  }
  return whole;
}

Variants RunsOf(const LogAlignment& alignment, const Variants& variants) {
  Variants runs{.cases = variants.cases, .activities = variants.activities};
  for (const Alignment& aligned : alignment.variants) {
    for (const Move& move : aligned.moves) {
      if (move.kind != MoveKind::kLog) runs.steps.push_back(move.activity);
    }
    runs.begin.push_back(runs.steps.size());
  }
  return runs;
}

}  // namespace weir::journey
