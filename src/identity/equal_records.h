// Records that hold the same in all fields.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/executor.h"
#include "identity/cluster.h"
#include "identity/field.h"
#include "identity/link.h"
#include "identity/scorer.h"

namespace weir::identity {

// Those that are more than are surely compared with one another: the many that are all "test".
class EqualRecords {
 public:
  // Without groups of which somebody said that two are apart. O(records * fields).
  EqualRecords(std::span<const Field> fields, std::size_t records, std::span<const RecordPair> apart,
               const Executor& executor);

  // Each with the first of its group, where their weight is more than `least`.
  std::vector<RecordPair> LinksBy(const Scorer& scorer, double least) const;

 private:
  std::span<const Field> fields_;
  std::vector<std::vector<std::uint32_t>> groups_;
};

// Of a table with nothing to learn from: equal records are one, and others are not. Sets pairs (each record with one of
// its group, of two files one of the other; one to one the first with the first, and so on), `equal` and clusters.
void JoinEqual(const Table& table, bool is_one_to_one, ClusterOptions options, const Executor& executor,
               LinkResult& result);

}  // namespace weir::identity
