#include "leaks/said.h"

#include "store/engine.h"

namespace weir::leaks {
namespace {

using store::Value;

constexpr std::string_view kNewest = R"(
SELECT leak, state, assignee, due, note, amount, name, changed_by, changed_at, counted_by, as_of
FROM (SELECT *, row_number() OVER (PARTITION BY leak ORDER BY decision_id DESC NULLS LAST) AS place
      FROM scoped.leak_state) AS said
WHERE place = 1
ORDER BY leak NULLS LAST)";

Value OrNull(const Value& value) { return store::ToText(value).empty() ? Value() : value; }

}  // namespace

Result<std::map<std::string, Said>> ReadSaid(analysis::Context& context) {
  WEIR_TRY(const store::Rows rows, context.session().Query(kNewest));
  std::map<std::string, Said> said;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto& row = rows.rows[i];
    Said& word = said[rows.TextAt(i, 0)];
    word = {.state = rows.TextAt(i, 1),
            .assignee = OrNull(row[2]),
            .due = row[3],
            .note = OrNull(row[4]),
            .amount = row[5],
            .name = OrNull(row[6]),
            .changed_by = row[7],
            .changed_at = row[8],
            .counted_by = OrNull(row[9])};
    if (const auto* as_of = std::get_if<Instant>(&row[10])) word.as_of = *as_of;
  }
  return said;
}

}  // namespace weir::leaks
