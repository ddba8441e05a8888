#include "explore/whole.h"

#include <fmt/format.h>

#include "store/database.h"

namespace weir::explore {
namespace {

// A query of who sees a part of the rows must not see the others by the errors or the time of its conditions: the store
// puts conditions of a query in front of those of a view where that is faster. It never puts one in front of a limit.
constexpr std::string_view kBarrier = " LIMIT 9223372036854775807";

std::string ViewSql(const View& view, bool sees_all_rows) {
  std::string columns;
  for (const analysis::Column& column : view.columns) {
    columns += (columns.empty() ? "" : ", ") + store::QuoteName(column.name);
  }
  const std::string from = view.select.empty() ? "scoped." + store::QuoteName(view.name) : "(" + view.select + ") AS v";
  return fmt::format("SELECT {} FROM {}{}", columns, from, sees_all_rows ? "" : kBarrier);
}

}  // namespace

Ran WholeOf(const Statement& statement, std::string_view moment, bool sees_all_rows) {
  std::string parts;
  if (statement.reads_moment) parts += fmt::format("{} AS NOT MATERIALIZED ({})", kMoment, moment);
  for (const View* view : statement.reads) {
    parts += fmt::format("{}{} AS NOT MATERIALIZED ({})", parts.empty() ? "" : ", ", store::QuoteName(view->name),
                         ViewSql(*view, sees_all_rows));
  }
  Ran ran;
  ran.text = (parts.empty() ? "" : "WITH " + parts + " ") + "SELECT * FROM (\n";
  ran.query_begin = ran.text.size();
  ran.text += fmt::format("{}\n) AS asked LIMIT {}", statement.text, kMostRows + 1);
  return ran;
}

}  // namespace weir::explore
