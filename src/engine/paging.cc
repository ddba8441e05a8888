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

Status SortTable(const std::string& sort, Table& table) {
  const bool is_descending = sort.starts_with('-');
  const std::string name = is_descending ? sort.substr(1) : sort;
  const auto found = std::ranges::find(table.columns, name, &analysis::Column::name);
  if (found == table.columns.end()) {
    return Fail(BadUsage("table {} has no column '{}' to sort by", table.name, name).Field("sort"));
  }
  std::vector<Ordering> order{{static_cast<std::size_t>(found - table.columns.begin()), is_descending}};
  for (const std::string& key : table.key) order.push_back({table.IndexOf(key), false});
  std::ranges::stable_sort(table.rows, [&](const auto& a, const auto& b) {
    for (const Ordering& by : order) {
      const int compared = CompareCells(a[by.column], b[by.column], by.is_descending);
      if (compared != 0) return compared < 0;
    }
    return false;
  });
  return {};
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

void CutTable(std::size_t offset, std::size_t limit, Table& table) {
  const std::size_t total = table.rows.size();
  table.total_rows = static_cast<std::int64_t>(total);
  const std::size_t first = std::min(offset, total);
  const std::size_t last = limit == 0 ? total : std::min(total, first + limit);
  std::vector<std::vector<Value>> kept(std::make_move_iterator(table.rows.begin() + static_cast<std::ptrdiff_t>(first)),
                                       std::make_move_iterator(table.rows.begin() + static_cast<std::ptrdiff_t>(last)));
  table.rows = std::move(kept);
  if (last < total) table.next_cursor = fmt::format("{}", last);
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

Status ApplyPage(const Page& page, analysis::Output& output) {
  if (!page.table.empty()) {
    const bool is_known = output.Find(page.table) != nullptr;
    if (!is_known) return Fail(NotFound("the result has no table '{}'", page.table).Field("table"));
    std::erase_if(output.tables, [&](const Table& table) { return table.name != page.table; });
  }
  if (page.limit < 0) return Fail(BadUsage("limit must not be negative").Field("limit"));
  WEIR_TRY(const std::size_t offset, OffsetOf(page.cursor));
  const bool is_cut = page.limit > 0 || offset > 0;
  for (Table& table : output.tables) {
    const bool is_main = &table == &output.tables.front();
    if (!page.sort.empty() && is_main) WEIR_TRY(SortTable(page.sort, table));
    if (is_cut) CutTable(is_main || !page.table.empty() ? offset : 0, static_cast<std::size_t>(page.limit), table);
  }
  return {};
}

}  // namespace weir::engine
