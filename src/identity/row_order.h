// An order of rows that depends on what they hold and not on how they came, so that what is taken at random, cut off or
// decided by number is the same for the same rows in any order. Rows that hold the same stand as they came.
#pragma once

#include <cstdint>
#include <vector>

#include "identity/link.h"

namespace weir::identity {

class RowOrder {
 public:
  // By the columns that are compared; of two files each by itself. O(bytes).
  RowOrder(const Table& table, const LinkSpec& spec);

  Table Apply(const Table& table) const;
  Decisions Apply(const Decisions& decisions) const;
  // What was found in that order, as the rows came.
  void Restore(LinkResult& result) const;

 private:
  std::vector<std::uint32_t> rows_;    // by place
  std::vector<std::uint32_t> places_;  // by row
};

}  // namespace weir::identity
