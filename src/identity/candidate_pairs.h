// The pairs that blocking proposes: how many have each pattern, and which may become links.
#pragma once

#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

#include "base/executor.h"
#include "identity/blocking.h"
#include "identity/comparer.h"
#include "identity/fellegi_sunter.h"
#include "identity/link.h"
#include "identity/scorer.h"

namespace weir::identity {

struct KeptPair {
  std::uint32_t pattern;  // its place among those counted
  std::uint32_t a;
  std::uint32_t b;
};

struct Compared {
  std::vector<PatternCount> patterns;
  std::vector<KeptPair> pairs;  // by a and b
  std::uint64_t count = 0;      // of pairs compared
};

// What it gives depends on neither threads nor pieces.
class CandidatePairs {
 public:
  // Both are to live as long.
  CandidatePairs(const Blocks& blocks, const Comparer& comparer) : blocks_(blocks), comparer_(comparer) {}

  // Patterns of some million pairs at most, of all of every so many-th few records. They are kept, and not compared
  // again: 16 bytes a pair.
  std::vector<PatternCount> Sample(const Executor& executor);

  // All of them once; kept are those whose weight may make a link. Lets go of what was sampled.
  Compared CompareAll(const Scorer& scorer, const Executor& executor, const std::stop_token& stop);

 private:
  struct Found {
    Pattern pattern;
    std::uint32_t a;
    std::uint32_t b;
  };

  const Blocks& blocks_;
  const Comparer& comparer_;
  std::size_t step_ = 0;                     // of the sample; 0: none was taken
  std::vector<std::vector<Found>> sampled_;  // the pairs of each piece of records that was sampled
};

// Of pairs taken at random; all pairs once where they are few.
std::vector<PatternCount> RandomPatterns(const Table& table, const Comparer& comparer, const Executor& executor);

// The weights of the pairs that were kept.
std::vector<ScoredPair> ScoreAll(const Compared& compared, const Scorer& scorer, const Executor& executor);

// Of each pattern the share of its pairs whose records are in one cluster.
std::vector<double> MatchedShares(const Compared& compared, std::span<const std::uint32_t> clusters,
                                  const Executor& executor);

}  // namespace weir::identity
