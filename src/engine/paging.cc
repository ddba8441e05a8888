#include "engine/paging.h"

#include <algorithm>
#include <charconv>

namespace weir::engine {
namespace {

using analysis::Table;
using store::Value;

// -1, 0, 1 for two decimals of any scale.
int CompareDecimals(const Decimal& a, const Decimal& b) {
  const std::uint8_t scale = std::max(a.scale, b.scale);
  const auto left = Rescale(a, scale);
  const auto right = Rescale(b, scale);
  if (left && right) return left->units < right->units ? -1 : (left->units > right->units ? 1 : 0);
  const double x = ToDouble(a);
  const double y = ToDouble(b);
  return x < y ? -1 : (x > y ? 1 : 0);
}

struct Ordering {
  std::size_t column = 0;
  bool is_descending = false;
};

// Nulls stay last in both directions.
int CompareCells(const Value& a, const Value& b, bool is_descending) {
  if (store::IsNull(a) || store::IsNull(b))
    return static_cast<int>(store::IsNull(a)) - static_cast<int>(store::IsNull(b));
  if (CellLess(a, b)) return is_descending ? 1 : -1;
  if (CellLess(b, a)) return is_descending ? -1 : 1;
  return 0;
}

using Row = std::vector<Value>;

// The rows in the order that is asked for.
Result<std::vector<const Row*>> Sorted(const std::string& sort, const Table& table) {
  const bool is_descending = sort.starts_with('-');
  const std::string name = is_descending ? sort.substr(1) : sort;
  const auto found = std::ranges::find(table.columns, name, &analysis::Column::name);
  if (found == table.columns.end()) {
    return Fail(BadUsage("table {} has no column '{}' to sort by", table.name, name).Field("sort"));
  }
  std::vector<Ordering> order{{static_cast<std::size_t>(found - table.columns.begin()), is_descending}};
  for (const std::string& key : table.key) order.push_back({table.IndexOf(key), false});
  std::vector<const Row*> rows;
  rows.reserve(table.rows.size());
  for (const Row& row : table.rows) rows.push_back(&row);
  std::ranges::stable_sort(rows, [&](const Row* a, const Row* b) {
    for (const Ordering& by : order) {
      const int compared = CompareCells((*a)[by.column], (*b)[by.column], by.is_descending);
      if (compared != 0) return compared < 0;
    }
    return false;
  });
  return rows;
}

Result<std::size_t> OffsetOf(const std::string& cursor) {
  if (cursor.empty()) return std::size_t{0};
  std::size_t offset = 0;
  const auto [end, error] = std::from_chars(cursor.data(), cursor.data() + cursor.size(), offset);
  if (error != std::errc{} || end != cursor.data() + cursor.size()) {
    return Fail(BadUsage("'{}' is no cursor of an earlier page", cursor).Field("cursor"));
  }
  return offset;
}

// Which rows of so many a page shows.
struct Span {
  std::size_t first = 0;
  std::size_t last = 0;
};

Span SpanOf(std::size_t offset, std::int64_t limit, std::size_t total) {
  const std::size_t first = std::min(offset, total);
  return {first, limit <= 0 ? total : std::min(total, first + static_cast<std::size_t>(limit))};
}

}  // namespace

bool CellLess(const Value& a, const Value& b) {
  if (store::IsNull(a) || store::IsNull(b)) return !store::IsNull(a) && store::IsNull(b);
  if (a.index() != b.index()) return a.index() < b.index();
  if (const auto* decimal = std::get_if<Decimal>(&a)) return CompareDecimals(*decimal, std::get<Decimal>(b)) < 0;
  return std::visit(
      [&]<typename T>(const T& left) {
        if constexpr (std::is_same_v<T, std::monostate> || std::is_same_v<T, Decimal>) {
          return false;
        } else {
          return left < std::get<T>(b);
        }
      },
      a);
}

Result<analysis::Output> PageOf(const Page& page, const analysis::Output& whole) {
  if (!page.table.empty() && whole.Find(page.table) == nullptr) {
    return Fail(NotFound("the result has no table '{}'", page.table).Field("table"));
  }
  if (page.limit < 0) return Fail(BadUsage("limit must not be negative").Field("limit"));
  WEIR_TRY(const std::size_t offset, OffsetOf(page.cursor));
  const bool is_cut = page.limit > 0 || offset > 0;
  analysis::Output part{
      .tables = {}, .warnings = whole.warnings, .history = whole.history, .definition = whole.definition};
  for (const Table& table : whole.tables) {
    if (!page.table.empty() && table.name != page.table) continue;
    const bool is_main = part.tables.empty();
    const std::size_t total = table.rows.size();
    const Span span = SpanOf(is_main ? offset : 0, page.limit, total);
    Table& shown = part.tables.emplace_back(Table{.name = table.name,
                                                  .key = table.key,
                                                  .columns = table.columns,
                                                  .rows = {},
                                                  .next_cursor = table.next_cursor,
                                                  .total_rows = table.total_rows});
    if (is_main && !page.sort.empty()) {
      WEIR_TRY(const std::vector<const Row*> rows, Sorted(page.sort, table));
      for (std::size_t i = span.first; i < span.last; ++i) shown.rows.push_back(*rows[i]);
    } else {
      shown.rows.assign(table.rows.begin() + static_cast<std::ptrdiff_t>(span.first),
                        table.rows.begin() + static_cast<std::ptrdiff_t>(span.last));
    }
    if (!is_cut) continue;
    shown.total_rows = static_cast<std::int64_t>(total);
    if (span.last < total) shown.next_cursor = fmt::format("{}", span.last);
  }
  return part;
}

std::size_t CellsOfPage(const Page& page, const analysis::Output& whole) {
  std::size_t cells = 0;
  bool is_main = true;
  for (const Table& table : whole.tables) {
    if (!page.table.empty() && table.name != page.table) continue;
    const bool is_sorted = is_main && !page.sort.empty();
    const Span span = SpanOf(0, is_sorted ? 0 : page.limit, table.rows.size());
    cells += (span.last - span.first) * table.columns.size();
    is_main = false;
  }
  return cells;
}

}  // namespace weir::engine
