#include "metrics/mart.h"

#include <algorithm>
#include <array>

#include "metrics/sql_writer.h"

namespace weir::metrics {
namespace {

constexpr std::string_view kAsked = "\x02";  // stands for a day that only a question knows

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

}  // namespace

bool Mart::Has(const ColumnRef& column) const {
  return column.Path() == day || std::ranges::find(keys, column.Path()) != keys.end();
}

std::string ShapeOf(const View& view) {
  std::string shape = view.name;
  for (const Lookup& lookup : view.lookups) {
    shape += fmt::format(";{}={}:{}", lookup.name, lookup.view, lookup.from.Path());
  }
  return shape;
}

std::string SummedText(const MetricCatalog& catalog, const Metric& base) {
  const SqlWriter writer(catalog, store::DuckDbDialect());
  Scope scope{.view = catalog.FindView(base.view), .at = std::string(kAsked), .opening = std::string(kAsked)};
  std::string text = writer.Value(*base.measure.value, scope);
  return text.find(kAsked) == std::string::npos && scope.lookups.empty() ? text : std::string();
}

bool IsAdditive(const Metric& base) {
  const Aggregate aggregate = base.measure.aggregate;
  return !base.IsRatio() && base.time && base.time->type == ValueType::kDate && base.time->lookup.empty() &&
         (aggregate == Aggregate::kCount || aggregate == Aggregate::kSum);
}

Result<std::vector<Mart>> ReadMarts(analysis::Context& context, const LeaveOut& leave_out) {
  std::vector<Mart> marts;
  if (!context.principal().sees_all_rows || !leave_out.rules.empty()) return marts;
  const std::array<store::Value, 4> standing{context.known_at(), context.as_of(), context.settings().Fingerprint(),
                                             Joined(leave_out.entities, ",")};
  WEIR_TRY(const store::Rows rows,
           context.session().Query("SELECT name, view, day, keys, sums, shape FROM scoped.mart WHERE data_version = ? "
                                   "AND newest = ? AND settings = ? AND left_out = ? AND name <> '' "
                                   "ORDER BY rows NULLS LAST, name NULLS LAST",
                                   standing));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    marts.push_back({.name = rows.TextAt(i, 0),
                     .view = rows.TextAt(i, 1),
                     .day = rows.TextAt(i, 2),
                     .keys = LinesOf(rows.TextAt(i, 3)),
                     .sums = LinesOf(rows.TextAt(i, 4)),
                     .shape = rows.TextAt(i, 5)});
  }
  return marts;
}

}  // namespace weir::metrics
