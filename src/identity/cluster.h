// Puts together what belongs together. A chain of doubtful links makes no cluster: within each component of pairs that
// speak for a link, the two groups whose records are most alike on average are joined, again and again, until no two
// groups are more likely one than not (average linkage on log-odds).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "base/executor.h"

namespace weir::identity {

struct ScoredPair {
  std::uint32_t a;
  std::uint32_t b;
  float weight;  // log2 of the odds
};

using RecordPair = std::pair<std::uint32_t, std::uint32_t>;

struct ClusterOptions {
  double least = 0;                      // weight from which a pair speaks for a link
  double most = 20;                      // what one pair may say at most, for or against
  double unseen = -5;                    // what a pair says that was never looked at
  std::size_t second_begins = SIZE_MAX;  // of two files, whose own records are not compared
  // What people decided. Records of `same` are together whatever the pairs say, and stay so where `apart` says
  // otherwise; no group has both records of a pair of `apart` besides.
  std::span<const RecordPair> same = {};
  std::span<const RecordPair> apart = {};
};

// Of each record the smallest one of its cluster. Pairs once each, sorted by a, then b, a < b. The same for any number
// of threads. O(pairs * log pairs).
std::vector<std::uint32_t> ClusterPairs(std::size_t records, std::span<const ScoredPair> pairs,
                                        const ClusterOptions& options, const Executor& executor);

// Of two files whose records have at most one partner in the other: the best pair first, then the best of what is left.
// What else a record could be linked to speaks against each of its links, but for what people said is none. Changes the
// weights to what they are then. Of decisions that give a record two partners the first holds.
std::vector<std::uint32_t> MatchOneToOne(std::size_t records, std::vector<ScoredPair>& pairs,
                                         const ClusterOptions& options);
// The same by the weights as they are.
std::vector<std::uint32_t> TakeBest(std::size_t records, std::span<const ScoredPair> pairs,
                                    const ClusterOptions& options);

}  // namespace weir::identity
