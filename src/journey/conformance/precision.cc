#include "journey/conformance/precision.h"

#include <algorithm>
#include <bit>

#include "journey/conformance/variant_pieces.h"

namespace weir::journey {
namespace {

constexpr std::size_t kMostFollowed = 4'096;

using Bits = std::vector<std::uint64_t>;

class Walker {
 public:
  Walker(const NetIndex& net, const StepLimits& limits, MarkingsRead read)
      : steps_(net, limits, read == MarkingsRead::kAll), read_(read) {}

  void MakeRoom() {
    const std::size_t before = steps_.space().size();
    steps_.MakeRoom();
    if (steps_.space().size() < before) path_.clear();
  }

  // The next trace has its first `shared` steps in common with the one before.
  void Turn(std::size_t shared) {
    path_.resize(std::min(path_.size(), shared + 1));
    if (path_.empty()) path_.push_back({{.marking = steps_.space().initial()}});
  }

  // All markings that the first `done` steps can lead to.
  const std::vector<Reached>& After(std::span<const ActivityId> trace, std::size_t done) {
    while (path_.size() <= done) {
      std::vector<Reached> next;
      for (const Reached& here : path_.back()) {
        for (const Reached& reached : steps_.After(here.marking, trace[path_.size() - 1])) {
          next.push_back({.marking = reached.marking, .silent = here.silent + reached.silent});
        }
      }
      std::ranges::sort(next, [](const Reached& a, const Reached& b) {
        return a.marking != b.marking ? a.marking < b.marking : a.silent < b.silent;
      });
      const auto repeated = std::ranges::unique(next, {}, &Reached::marking);
      next.erase(repeated.begin(), repeated.end());
      if (next.size() > kMostFollowed) {
        next.resize(kMostFollowed);
        is_cut_ = true;
      }
      path_.push_back(std::move(next));
    }
    return path_[done];
  }

  void AddEnabled(const std::vector<Reached>& markings, Bits& enabled) {
    const std::uint32_t fewest = std::ranges::min(markings, {}, &Reached::silent).silent;
    for (const Reached& reached : markings) {
      if (read_ == MarkingsRead::kFewestSilent && reached.silent > fewest) continue;
      const std::span<const std::uint64_t> own = steps_.EnabledAfter(reached.marking);
      for (std::size_t word = 0; word < own.size(); ++word) enabled[word] |= own[word];
    }
  }

  bool was_cut() const { return is_cut_ || steps_.was_cut(); }

 private:
  VisibleSteps steps_;
  MarkingsRead read_;
  std::vector<std::vector<Reached>> path_;
  bool is_cut_ = false;
};

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

  void Add(std::size_t at, Walker& walker, Precision& sum) const {
    const std::span<const ActivityId> trace = variants_->StepsOf(pieces_->order[at]);
    for (std::size_t done = FirstOwn(at); done < trace.size(); ++done) {
      Bits happened((std::max(net_->activities, variants_->activities) + 63) / 64);
      const std::uint64_t cases = Through(at, done, happened);
      sum.beginnings += cases;
      const std::vector<Reached>& markings = walker.After(trace, done);
      if (markings.empty()) {
        sum.unfitting_beginnings += cases;
        continue;
      }
      Bits enabled(happened.size());
      walker.AddEnabled(markings, enabled);
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

Result<Precision> PrecisionOf(const PetriNet& net, const Variants& variants, MarkingsRead read,
                              const StepLimits& limits, const Executor& executor, const std::stop_token& stop) {
  WEIR_TRY(const NetIndex index, IndexOf(net, variants.activities));
  const VariantPieces pieces = PiecesOf(variants);
  const Beginnings beginnings(index, variants, pieces);
  std::vector<Precision> sums((variants.size() + pieces.piece - 1) / pieces.piece);
  executor.ForPieces(variants.size(), pieces.piece, [&](std::size_t begin, std::size_t end) {
    Precision& sum = sums[begin / pieces.piece];
    Walker walker(index, limits, read);
    for (std::size_t at = begin; at < end && !stop.stop_requested(); ++at) {
      walker.MakeRoom();
      walker.Turn(at == begin ? 0 : pieces.shared[at]);
      beginnings.Add(at, walker, sum);
    }
    sum.is_cut = walker.was_cut();
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
  std::vector<std::vector<ActivityId>> runs(alignment.variants.size());
  for (std::size_t variant = 0; variant < runs.size(); ++variant) {
    for (const Move& move : alignment.variants[variant].moves) {
      if (move.kind != MoveKind::kLog) runs[variant].push_back(move.activity);
    }
  }
  return VariantsOfRuns(runs, variants.cases, variants.activities);
}

}  // namespace weir::journey
