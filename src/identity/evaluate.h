// How good clusters are against a truth: by pairs of records, and by records (B-cubed).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "identity/cluster.h"

namespace weir::identity {

// Shares; 0 where there is nothing to take a share of.
struct Quality {
  double precision = 0;
  double recall = 0;
  double f1 = 0;  // their harmonic mean
};

struct PairQuality : Quality {
  std::uint64_t found = 0;  // pairs within clusters
  std::uint64_t truth = 0;  // true pairs
  std::uint64_t right = 0;  // those of them that are found
};

// `clusters`: of each record the first record of its cluster (LinkResult). Of two files, whose second begins at
// `second_begins`, only pairs of one of each count; SIZE_MAX where there is one. O(records).
std::uint64_t PairsWithin(std::span<const std::uint32_t> clusters, std::size_t second_begins = SIZE_MAX);

// All true pairs count, those that were never compared as missed. A pair that comes twice, in whatever order, counts
// once; a record with itself is none. O(records + pairs * log pairs).
PairQuality EvaluatePairs(std::span<const std::uint32_t> clusters, std::span<const RecordPair> truth,
                          std::size_t second_begins = SIZE_MAX);

// B-cubed (Bagga and Baldwin 1998): the mean over records of the share of their cluster that is theirs, and of theirs
// that is in their cluster. What is connected by true pairs is one thing. F1 is that of the two means. O(records *
// log records + pairs).
Quality EvaluateClusters(std::span<const std::uint32_t> clusters, std::span<const RecordPair> truth);

}  // namespace weir::identity
