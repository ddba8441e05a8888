#include "identity/row_order.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/random.h"
#include "identity/key_part.h"

namespace weir::identity {

RowOrder::RowOrder(const Table& table, const LinkSpec& spec) : rows_(table.rows), places_(table.rows) {
  std::vector<const TextColumn*> columns;
  // What is the same everywhere is left out when records are compared, and has no part in the order either.
  const auto differs = [&](const TextColumn& column) {
    for (std::size_t row = 1; row < table.rows; ++row) {
      if (column.At(row) != column.At(0)) return true;
    }
    return false;
  };
  columns.reserve(table.columns.size());
  for (const TextColumn& column : table.columns) {
    const bool is_compared = std::ranges::find(spec.fields, column.name(), &FieldSpec::column) != spec.fields.end();
    if (is_compared && differs(column)) columns.push_back(&column);
  }
  std::vector<std::uint64_t> hashes(table.rows, 1);
  for (const TextColumn* column : columns) {
    for (std::size_t row = 0; row < table.rows; ++row) hashes[row] = MixKeys(hashes[row], HashText(column->At(row)));
  }
  std::iota(rows_.begin(), rows_.end(), std::uint32_t{0});
  const auto before = [&](std::uint32_t a, std::uint32_t b) {
    if (hashes[a] != hashes[b]) return hashes[a] < hashes[b];
    for (const TextColumn* column : columns) {
      if (column->At(a) != column->At(b)) return column->At(a) < column->At(b);
    }
    return a < b;
  };
  const auto second = rows_.begin() + static_cast<std::ptrdiff_t>(std::min(table.second_begins, table.rows));
  std::sort(rows_.begin(), second, before);
  std::sort(second, rows_.end(), before);
  for (std::uint32_t place = 0; place < rows_.size(); ++place) places_[rows_[place]] = place;
}

Table RowOrder::Apply(const Table& table) const {
  Table ordered;
  ordered.rows = table.rows;
  ordered.second_begins = table.second_begins;
  ordered.columns.reserve(table.columns.size());
  for (const TextColumn& column : table.columns) {
    TextColumn& cells = ordered.columns.emplace_back(column.name());
    cells.Reserve(table.rows, column.bytes());
    for (const std::uint32_t row : rows_) cells.Add(column.At(row));
  }
  return ordered;
}

Decisions RowOrder::Apply(const Decisions& decisions) const {
  Decisions ordered = decisions;
  for (auto* pairs : {&ordered.same, &ordered.apart}) {
    for (auto& [a, b] : *pairs) {
      a = places_[a];
      b = places_[b];
    }
  }
  return ordered;
}

void RowOrder::Restore(LinkResult& result) const {
  for (Field& field : result.fields) {
    std::vector<std::uint32_t> codes(field.codes.size());
    for (std::size_t place = 0; place < codes.size(); ++place) codes[rows_[place]] = field.codes[place];
    field.codes = std::move(codes);
  }
  for (ScoredPair& pair : result.pairs) {
    pair.a = rows_[pair.a];
    pair.b = rows_[pair.b];
    if (pair.a > pair.b) std::swap(pair.a, pair.b);
  }
  std::ranges::sort(result.pairs, {}, [](const ScoredPair& pair) { return std::pair(pair.a, pair.b); });
  for (auto& [a, b] : result.equal) {
    a = rows_[a];
    b = rows_[b];
  }
  std::vector<std::uint32_t> first(rows_.size(), UINT32_MAX);  // by the cluster's number in that order
  for (std::uint32_t row = 0; row < rows_.size(); ++row) {
    std::uint32_t& record = first[result.clusters[places_[row]]];
    record = std::min(record, row);
  }
  std::vector<std::uint32_t> clusters(rows_.size());
  for (std::uint32_t row = 0; row < rows_.size(); ++row) clusters[row] = first[result.clusters[places_[row]]];
  result.clusters = std::move(clusters);
}

}  // namespace weir::identity
