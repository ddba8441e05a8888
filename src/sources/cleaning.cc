#include "sources/cleaning.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace weir::sources {
namespace {

constexpr std::array<std::string_view, 4> kCleanable{"account", "person", "lead", "deal"};

// Whether the cell is what a person decided.
std::string IsDecided(const CorrectedField& field) {
  return fmt::format(
      "is_correction(_obs) AND (_source, _object, _key) IN (SELECT (c.source, c.object, c.row_key) FROM rec.correction "
      "AS c WHERE c.entity = {} AND c.field = {} AND (c.state = 'pending' OR c.state = 'taken' AND c.value = ''))",
      store::QuoteText(field.table), store::QuoteText(field.field));
}

}  // namespace

bool CanBeCleaned(std::string_view table) { return std::ranges::find(kCleanable, table) != kCleanable.end(); }

std::string CleanedSelect(std::string_view table, std::string_view from, std::span<const CleaningStep> steps,
                          std::span<const CorrectedField> corrected) {
  std::string select = fmt::format("SELECT * FROM {}", from);
  for (const CleaningStep& step : steps) {
    if (step.table != table) continue;
    std::string replaced;
    std::string marks;
    for (const CleaningStep::Column& column : step.columns) {
      const std::string name = store::QuoteName(column.name);
      const auto decided = std::ranges::find_if(
          corrected, [&](const CorrectedField& one) { return one.table == table && one.column == column.name; });
      const std::string value = decided == corrected.end() ? column.expression
                                                           : fmt::format("CASE WHEN {} THEN {} ELSE {} END",
                                                                         IsDecided(*decided), name, column.expression);
      const std::string mark = store::QuoteText(fmt::format(",{}={}", column.name, step.recipe));
      replaced += fmt::format("{} AS {}, ", value, name);
      marks += fmt::format(
          " || CASE WHEN ({}) IS DISTINCT FROM {} AND NOT contains(coalesce(_cleaned, ''), {}) THEN {} ELSE '' END",
          value, name, mark, mark);
    }
    select = fmt::format("SELECT * REPLACE ({}nullif(coalesce(_cleaned, ''){}, '') AS _cleaned) FROM ({})", replaced,
                         marks, select);
  }
  return select;
}

std::string CleanedView(const std::string& table, std::span<const CleaningStep> steps,
                        std::span<const CorrectedField> corrected) {
  return fmt::format("CREATE OR REPLACE VIEW rec.{} AS\n{}", store::QuoteName(table),
                     CleanedSelect(table, "rec.uncleaned_" + table, steps, corrected));
}

Result<std::vector<CorrectedField>> ListCorrectedFields(store::Connection& connection) {
  WEIR_TRY(const store::Rows rows,
           connection.Query("SELECT DISTINCT entity, field FROM meta.correction ORDER BY entity, field"));
  std::vector<CorrectedField> fields;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string entity = rows.TextAt(i, 0);
    const std::string field = rows.TextAt(i, 1);
    std::string column = field;
    if (field == "owner") column = "owner_key";
    if (field == "lead_source" && entity != "deal") column = "source";
    fields.push_back({.table = entity, .column = std::move(column), .field = field});
  }
  return fields;
}

}  // namespace weir::sources
