// What a column holds, by its header and a sample of its cells.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "identity/field.h"
#include "identity/table.h"

namespace weir::identity {

struct ColumnProfile {
  std::size_t column = 0;  // of the table
  std::size_t filled = 0;  // cells of the sample with a value
  std::size_t seen = 0;    // cells of the sample
  double distinct = 0;     // share of the values that are there once or first
  double words = 0;        // of a value, on average
  double length = 0;       // in bytes
  double numbers = 0;      // share of values that are numbers, dates, addresses of mail
  double dates = 0;
  double emails = 0;
  double digits = 0;       // share of the characters
  double with_digits = 0;  // share of values that hold a digit in a word
  double bits = 0;         // what a cell tells: the entropy of the values times the share of cells that have one
  bool is_useful = false;  // holds something that may differ and may agree
  // By its header it is about the record, not about whom or what the record is: its state, its day, its owner.
  bool is_of_record = false;
  FieldKind kind = FieldKind::kName;
};

// Reads at most some 20,000 cells, spread over the column.
ColumnProfile Profile(const Table& table, std::size_t column);

}  // namespace weir::identity
