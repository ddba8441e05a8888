#include "identity/candidate_pairs.h"

#include <algorithm>
#include <atomic>
#include <functional>
#include <optional>
#include <utility>

#include "base/random.h"

namespace weir::identity {
namespace {

constexpr std::size_t kSmallPiece = 256;             // records that are sampled together
constexpr std::size_t kPiece = 8 * kSmallPiece;      // records that a thread takes at once
constexpr std::size_t kPiecePairs = 65'536;          // scored pairs that a thread takes at once
constexpr std::size_t kMostToLearnFrom = 1'000'000;  // pairs
constexpr int kRandomPairs = 200'000;

// How many pairs have each pattern. Open addressing: a pair costs one look-up.
class PatternCounts {
 public:
  struct Slot {
    Pattern pattern = 0;
    double count = 0;
    std::uint32_t number = 0;  // for whoever counts
  };

  // Where it stands now; valid until the next one.
  Slot& Add(Pattern pattern, double count = 1) {
    if (2 * (used_ + 1) > slots_.size()) Grow();
    Slot& slot = Find(slots_, pattern);
    if (slot.count == 0) {
      slot.pattern = pattern;
      ++used_;
    }
    slot.count += count;
    return slot;
  }

  void Add(const PatternCounts& other) {
    for (const Slot& slot : other.slots_) {
      if (slot.count > 0) Add(slot.pattern, slot.count);
    }
  }

  // By pattern.
  std::vector<PatternCount> Sorted() const {
    std::vector<PatternCount> all;
    for (const Slot& slot : slots_) {
      if (slot.count > 0) all.push_back({slot.pattern, slot.count});
    }
    std::ranges::sort(all, {}, &PatternCount::pattern);
    return all;
  }

 private:
  static Slot& Find(std::vector<Slot>& slots, Pattern pattern) {
    const std::size_t mask = slots.size() - 1;
    std::size_t at = (pattern * 0x9e3779b97f4a7c15ULL >> 20) & mask;
    while (slots[at].count > 0 && slots[at].pattern != pattern) at = (at + 1) & mask;
    return slots[at];
  }

  void Grow() {
    std::vector<Slot> slots(slots_.size() * 4);
    for (const Slot& slot : slots_) {
      if (slot.count > 0) Find(slots, slot.pattern) = slot;
    }
    slots_ = std::move(slots);
  }

  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  std::size_t used_ = 0;
};

// Lists the candidates of records and compares them.
class Rounds {
 public:
  Rounds(const Blocks& blocks, const Comparer& comparer) : blocks_(blocks), comparer_(comparer) {}

  // Gives `take` the pairs of the records from `begin` on with their partners, and their patterns.
  template <typename Take>
  void ForEach(std::size_t begin, std::size_t end, const Take& take) {
    for (std::size_t from = begin; from < end; from += kAtOnce) {
      const std::size_t to = std::min(end, from + kAtOnce);
      pairs_.clear();
      for (std::size_t record = from; record < to; ++record) {
        blocks_.AskFor(record, end);
        const auto a = static_cast<std::uint32_t>(record);
        for (const Blocks::Candidate& each : blocks_.CandidatesOf(a, scratch_)) pairs_.push_back({a, each.record});
      }
      patterns_.resize(pairs_.size());
      comparer_.Patterns(pairs_, patterns_);
      for (std::size_t i = 0; i < pairs_.size(); ++i) take(pairs_[i].a, pairs_[i].b, patterns_[i]);
    }
  }

 private:
  static constexpr std::size_t kAtOnce = 64;  // records

  const Blocks& blocks_;
  const Comparer& comparer_;
  Blocks::Scratch scratch_;
  std::vector<Comparer::Pair> pairs_;
  std::vector<Pattern> patterns_;
};

// As many workers as threads, of which each takes the next piece: work(worker, take) calls take() for the number of a
// piece until there is none left.
void ForWorkers(std::size_t workers, std::size_t pieces, const Executor& executor,
                const std::function<void(std::size_t, const std::function<std::optional<std::size_t>()>&)>& work) {
  std::atomic<std::size_t> next = 0;
  const std::function<std::optional<std::size_t>()> take = [&]() -> std::optional<std::size_t> {
    const std::size_t piece = next++;
    return piece < pieces ? std::optional(piece) : std::nullopt;
  };
  executor.ForEach(workers, [&](std::size_t worker) { work(worker, take); });
}

std::vector<PatternCount> Together(std::span<const PatternCounts> counts) {
  PatternCounts all;
  for (const PatternCounts& each : counts) all.Add(each);
  return all.Sorted();
}

}  // namespace

std::vector<PatternCount> CandidatePairs::Sample(const Executor& executor) {
  std::uint64_t in_groups = 0;
  for (const RuleReport& report : blocks_.reports()) in_groups += report.pairs;
  step_ = std::max<std::size_t>(1, in_groups / kMostToLearnFrom);
  const std::size_t pieces = (blocks_.records() + kSmallPiece - 1) / kSmallPiece;
  sampled_.assign((pieces + step_ - 1) / step_, {});
  std::vector<PatternCounts> counts(static_cast<std::size_t>(executor.threads()));
  ForWorkers(counts.size(), sampled_.size(), executor, [&](std::size_t worker, const auto& take) {
    Rounds rounds(blocks_, comparer_);
    while (const std::optional<std::size_t> sample = take()) {
      const std::size_t begin = *sample * step_ * kSmallPiece;
      rounds.ForEach(begin, std::min(blocks_.records(), begin + kSmallPiece),
                     [&](std::uint32_t a, std::uint32_t b, Pattern pattern) {
                       counts[worker].Add(pattern);
                       sampled_[*sample].push_back({pattern, a, b});
                     });
    }
  });
  return Together(counts);
}

Compared CandidatePairs::CompareAll(const Scorer& scorer, const Executor& executor, const std::stop_token& stop) {
  const std::size_t pieces = (blocks_.records() + kPiece - 1) / kPiece;
  std::vector<std::vector<Found>> kept(pieces);
  std::vector<PatternCounts> counts(static_cast<std::size_t>(executor.threads()));
  std::vector<std::uint64_t> compared(counts.size(), 0);
  ForWorkers(counts.size(), pieces, executor, [&](std::size_t worker, const auto& next_piece) {
    Rounds rounds(blocks_, comparer_);
    struct Known {
      Scorer::OfPattern of;
      double most_weight;
    };
    std::vector<Known> known;  // patterns
    while (const std::optional<std::size_t> taken = next_piece()) {
      if (stop.stop_requested()) return;
      const std::size_t piece = *taken;
      const auto take = [&](std::uint32_t a, std::uint32_t b, Pattern pattern) {
        PatternCounts::Slot& slot = counts[worker].Add(pattern);
        ++compared[worker];
        if (slot.count == 1) {
          slot.number = static_cast<std::uint32_t>(known.size());
          const Scorer::OfPattern of = scorer.Prepare(pattern);
          known.push_back({of, scorer.MostWeight(of)});
        }
        const Known& here = known[slot.number];
        if (here.most_weight < kLeastWeight) return;
        if (scorer.Weight(here.of, a, b) >= kLeastWeight) kept[piece].push_back({pattern, a, b});
      };
      const std::size_t end = std::min(blocks_.records(), (piece + 1) * kPiece);
      for (std::size_t begin = piece * kPiece; begin < end; begin += kSmallPiece) {
        const std::size_t small = begin / kSmallPiece;
        if (step_ == 0 || small % step_ != 0) {
          rounds.ForEach(begin, std::min(end, begin + kSmallPiece), take);
          continue;
        }
        for (const Found& each : std::exchange(sampled_[small / step_], {})) take(each.a, each.b, each.pattern);
      }
    }
  });
  Compared all;
  all.patterns = Together(counts);
  for (const std::uint64_t count : compared) all.count += count;
  std::vector<std::size_t> begins;
  std::size_t size = 0;
  for (const std::vector<Found>& each : kept) {
    begins.push_back(size);
    size += each.size();
  }
  all.pairs.resize(size);
  executor.ForPieces(pieces, 16, [&](std::size_t begin, std::size_t end) {
    for (std::size_t piece = begin; piece < end; ++piece) {
      std::size_t at = begins[piece];
      for (const Found& each : kept[piece]) {
        const auto found = std::ranges::lower_bound(all.patterns, each.pattern, {}, &PatternCount::pattern);
        all.pairs[at++] = {static_cast<std::uint32_t>(found - all.patterns.begin()), each.a, each.b};
      }
      kept[piece] = {};
    }
  });
  return all;
}

// Of pairs taken at random; all pairs once where they are few.
std::vector<PatternCount> RandomPatterns(const Table& table, const Comparer& comparer, const Executor& executor) {
  std::vector<Comparer::Pair> pairs;
  const auto rows = static_cast<std::uint32_t>(table.rows);
  const auto first = table.IsTwo() ? static_cast<std::uint32_t>(table.second_begins) : rows;
  const std::uint32_t second = table.IsTwo() ? first : 0;  // where partners begin
  const double possible = static_cast<double>(first) * (rows - second) / (table.IsTwo() ? 1 : 2);
  pairs.reserve(static_cast<std::size_t>(std::min<double>(possible, kRandomPairs)));
  if (possible <= kRandomPairs) {
    for (std::uint32_t a = 0; a < first; ++a) {
      for (std::uint32_t b = table.IsTwo() ? second : a + 1; b < rows; ++b) pairs.push_back({a, b});
    }
  } else {
    RandomStream random(0, "identity.random_pairs");
    for (int i = 0; i < kRandomPairs; ++i) {
      const std::int64_t a = random.Integer(0, std::int64_t{first} - 1);
      const std::int64_t b = random.Integer(second, std::int64_t{rows} - 1);
      if (a != b) pairs.push_back({static_cast<std::uint32_t>(a), static_cast<std::uint32_t>(b)});
    }
  }
  std::vector<Pattern> patterns(pairs.size());
  executor.ForPieces(pairs.size(), kPiece, [&](std::size_t begin, std::size_t end) {
    comparer.Patterns(std::span(pairs).subspan(begin, end - begin), std::span(patterns).subspan(begin, end - begin));
  });
  PatternCounts counts;
  for (const Pattern pattern : patterns) counts.Add(pattern);
  return counts.Sorted();
}

std::vector<ScoredPair> ScoreAll(const Compared& compared, const Scorer& scorer, const Executor& executor) {
  const std::span<const KeptPair> pairs(compared.pairs);
  constexpr std::size_t kPatternsAtOnce = 4096;
  std::vector<Scorer::OfPattern> patterns(compared.patterns.size());
  executor.ForPieces(patterns.size(), kPatternsAtOnce, [&](std::size_t begin, std::size_t end) {
    for (std::size_t n = begin; n < end; ++n) patterns[n] = scorer.Prepare(compared.patterns[n].pattern);
  });
  std::vector<ScoredPair> scored(pairs.size());
  executor.ForPieces(pairs.size(), kPiecePairs, [&](std::size_t begin, std::size_t end) {
    for (std::size_t i = begin; i < end; ++i) {
      const KeptPair& pair = pairs[i];
      scored[i] = {pair.a, pair.b, static_cast<float>(scorer.Weight(patterns[pair.pattern], pair.a, pair.b))};
    }
  });
  return scored;
}

// Of each pattern the share of its pairs whose records are in one cluster.
std::vector<double> MatchedShares(const Compared& compared, std::span<const std::uint32_t> clusters,
                                  const Executor& executor) {
  // Whole numbers: their sums are the same in any order.
  std::vector<std::vector<double>> of_workers(static_cast<std::size_t>(executor.threads()));
  const std::size_t pieces = (compared.pairs.size() + kPiecePairs - 1) / kPiecePairs;
  ForWorkers(of_workers.size(), pieces, executor, [&](std::size_t worker, const auto& take) {
    std::vector<double>& matched = of_workers[worker];
    matched.assign(compared.patterns.size(), 0);
    while (const std::optional<std::size_t> piece = take()) {
      const auto rest = std::span(compared.pairs).subspan(*piece * kPiecePairs);
      for (const KeptPair& pair : rest.first(std::min(rest.size(), kPiecePairs))) {
        if (clusters[pair.a] == clusters[pair.b]) ++matched[pair.pattern];
      }
    }
  });
  std::vector<double> shares(compared.patterns.size(), 0);
  for (std::size_t n = 0; n < shares.size(); ++n) {
    for (const std::vector<double>& matched : of_workers) shares[n] += matched[n];
    shares[n] /= compared.patterns[n].count;
  }
  return shares;
}

}  // namespace weir::identity
