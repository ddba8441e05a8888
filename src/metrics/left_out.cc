#include "metrics/left_out.h"

#include <algorithm>

#include "metrics/sql_writer.h"
#include "store/database.h"

namespace weir::metrics {

Result<LeaveOut> ReadLeaveOut(store::Session& session) {
  WEIR_TRY(const store::Rows rows,
           session.Query("SELECT DISTINCT entity FROM scoped.excluded ORDER BY entity NULLS LAST"));
  LeaveOut leave_out;
  leave_out.entities.reserve(rows.size());
  for (std::size_t i = 0; i < rows.size(); ++i) leave_out.entities.push_back(rows.TextAt(i, 0));
  return leave_out;
}

std::string IsLeftOut(const LeaveOut& leave_out, std::string_view entity, std::string_view id) {
  std::string by;
  if (!leave_out.rules.empty()) {
    std::vector<std::string> rules;
    rules.reserve(leave_out.rules.size());
    for (const std::string& rule : leave_out.rules) rules.push_back(store::QuoteText(rule));
    by = fmt::format(" AND left_out.rule IN ({})", Joined(rules, ", "));
  }
  return fmt::format(
      "EXISTS (SELECT 1 FROM scoped.excluded AS left_out WHERE left_out.entity = '{}' AND left_out.entity_id = {}{})",
      entity, id, by);
}

std::vector<const Described*> TakenWith(const View& view, const LeaveOut& leave_out) {
  std::vector<const Described*> taken;
  const bool is_own = std::ranges::find(kExcludable, view.entity) != kExcludable.end();
  for (const std::vector<Described>* some : {&view.described, &view.belongs}) {
    for (const Described& one : *some) {
      if (is_own && one.entity != view.entity) continue;
      if (std::ranges::find(leave_out.entities, one.entity) != leave_out.entities.end()) taken.push_back(&one);
    }
  }
  return taken;
}

std::string CountedRowsSql(const MetricCatalog& catalog, const View& view, const LeaveOut& leave_out) {
  SqlWriter writer(catalog, store::DuckDbDialect());
  Scope scope{.view = &view};
  std::vector<std::string> terms{"TRUE"};
  for (const Described* taken : TakenWith(view, leave_out)) {
    terms.push_back("NOT " + IsLeftOut(leave_out, taken->entity, writer.Column(taken->id, scope)));
  }
  return fmt::format("SELECT {}.* {} WHERE {}", Name(view.name), writer.From(scope), Joined(terms, " AND "));
}

Result<std::string> CountedSql(const MetricCatalog& catalog, std::string_view view, store::Session& session) {
  WEIR_TRY(const LeaveOut leave_out, ReadLeaveOut(session));
  std::string rows = CountedRowsSql(catalog, *catalog.FindView(view), leave_out);
  return view == "deal" ? fmt::format("SELECT * FROM ({}) WHERE is_not_sales IS NULL", rows) : rows;
}

std::vector<analysis::Warning> WarnOfLeftOut(const std::vector<LeftOut>& left_out) {
  std::vector<analysis::Warning> warnings;
  warnings.reserve(left_out.size());
  for (const LeftOut& one : left_out) {
    warnings.push_back(
        {.code = "left_out",
         .message = MakePhrase("exclusion rules ({}) leave out {} rows of {}", one.rules, one.rows, one.entity),
         .params = {
             {"entity", one.entity}, {"rows", fmt::format("{}", one.rows)}, {"rules", fmt::format("{}", one.rules)}}});
  }
  return warnings;
}

}  // namespace weir::metrics
