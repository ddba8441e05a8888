#include "leaks/counted.h"

#include <set>

#include "metrics/rule_text.h"

namespace weir::leaks {
namespace {

constexpr std::string_view kSchema = "scoped.";

// The view that is read at this place; nullptr where none is of which something is left out.
const metrics::View* ViewAt(std::string_view sql, std::size_t at, const metrics::MetricCatalog& catalog,
                            const metrics::LeaveOut& leave_out) {
  if (!sql.substr(at).starts_with(kSchema) || (at > 0 && (metrics::IsNameByte(sql[at - 1]) || sql[at - 1] == '.'))) {
    return nullptr;
  }
  const std::size_t begin = at + kSchema.size();
  const metrics::View* view = catalog.FindView(sql.substr(begin, metrics::EndOfName(sql, begin) - begin));
  return view == nullptr || metrics::TakenWith(*view, leave_out).empty() ? nullptr : view;
}

}  // namespace

std::string OverCounted(std::string_view sql, const metrics::MetricCatalog& catalog,
                        const metrics::LeaveOut& leave_out) {
  std::set<std::string> read;
  std::string tables;
  std::string text;
  for (std::size_t at = 0; at < sql.size();) {
    if (const std::size_t end = metrics::EndOfOpaque(sql, at); end > at) {
      text += sql.substr(at, end - at);
      at = end;
      continue;
    }
    const metrics::View* view = ViewAt(sql, at, catalog, leave_out);
    if (view == nullptr) {
      text += sql[at++];
      continue;
    }
    text += "counted_" + view->name;
    at += kSchema.size() + view->name.size();
    if (!read.insert(view->name).second) continue;
    tables += fmt::format("{}counted_{} AS ({})", tables.empty() ? "WITH " : ", ", view->name,
                          metrics::CountedRowsSql(catalog, *view, leave_out));
  }
  return tables.empty() ? text : fmt::format("{}\nSELECT * FROM (\n{}\n) AS found", tables, text);
}

}  // namespace weir::leaks
