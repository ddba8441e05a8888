#include "sources/unread_producer.h"

#include <array>
#include <string>
#include <vector>

#include "analysis/columns.h"

namespace weir::sources {
namespace {

using analysis::ColumnType;
using analysis::Of;
using analysis::TextOf;
using store::QuoteName;
using store::QuoteText;

constexpr std::string_view kTable =
    "CREATE OR REPLACE TABLE model.unread_value (entity VARCHAR, entity_id VARCHAR, source VARCHAR, object VARCHAR, "
    "row_key VARCHAR, field VARCHAR, kind VARCHAR, value VARCHAR, valid_from TIMESTAMP, valid_to TIMESTAMP)";

// A header that fills a typed column and whose text is kept beside it.
constexpr std::string_view kColumns = R"(
SELECT DISTINCT o.table_name, c.source, c.object, m.column_name, m.type, c.column_name AS kept
FROM meta.source_column AS c
JOIN meta.source_column AS m ON m.source = c.source AND m.object = c.object AND m.header = c.header
JOIN meta.source_object AS o ON o.source = c.source AND o.object = c.object
JOIN information_schema.columns AS i
  ON i.table_schema = 'obs' AND i.table_name = o.table_name AND i.column_name = c.column_name
JOIN information_schema.columns AS t
  ON t.table_schema = 'obs' AND t.table_name = o.table_name AND t.column_name = m.column_name
WHERE c.mapped_to IS NULL AND starts_with(c.column_name, 'x_') AND m.mapped_to IS NOT NULL
  AND m.type IN ('email', 'phone', 'domain', 'url')
ORDER BY o.table_name NULLS LAST, m.column_name NULLS LAST, c.column_name NULLS LAST)";

Result<bool> Tells(store::Connection& connection, const std::string& entity, const std::string& source,
                   const std::string& object) {
  const std::array<store::Value, 2> values{source, object};
  WEIR_TRY(const store::Rows rows,
           connection.Query(
               fmt::format("SELECT 1 FROM model.{}_sighting WHERE source = ? AND object = ? LIMIT 1", entity), values));
  return rows.size() > 0;
}

// A record is followed by its row key: of two records that are one person each has a word of its own.
std::string InsertOf(const std::string& entity, const store::Rows& columns, std::size_t row) {
  const std::string plain = QuoteName(columns.TextAt(row, 3));
  const std::string kept = QuoteName(columns.TextAt(row, 5));
  return fmt::format(
      R"(INSERT INTO model.unread_value
SELECT {entity}, entity_id, {source}, {object}, row_key, {field}, {kind}, kept, valid_from, valid_to
FROM (
  SELECT s.{id}_id AS entity_id, o._key AS row_key, o.{plain} AS plain, o.{kept} AS kept, s.valid_from,
    lead(s.valid_from) OVER (PARTITION BY s.{id}_id, o._key, s.emit ORDER BY s.place NULLS LAST) AS valid_to
  FROM model.{id}_sighting AS s
  JOIN obs.{table} AS o ON o._obs = s.observation
  WHERE s.source = {source} AND s.object = {object}
) AS told
WHERE plain IS NULL AND kept IS NOT NULL
GROUP BY entity_id, row_key, kept, valid_from, valid_to
ORDER BY entity_id NULLS LAST, row_key NULLS LAST, valid_from NULLS LAST)",
      fmt::arg("entity", QuoteText(entity)), fmt::arg("id", entity),
      fmt::arg("source", QuoteText(columns.TextAt(row, 1))), fmt::arg("object", QuoteText(columns.TextAt(row, 2))),
      fmt::arg("field", QuoteText(columns.TextAt(row, 3))), fmt::arg("kind", QuoteText(columns.TextAt(row, 4))),
      fmt::arg("plain", plain), fmt::arg("kept", kept), fmt::arg("table", QuoteName(columns.TextAt(row, 0))));
}

Status MakeUnread(analysis::ProducerRun& run) {
  WEIR_TRY(run.connection.Execute(kTable));
  WEIR_TRY(const store::Rows columns, run.connection.Query(kColumns));
  for (std::size_t row = 0; row < columns.size(); ++row) {
    if (run.stop.stop_requested()) return Fail(Cancelled("the build was stopped"));
    bool is_of_people = false;
    for (const std::string entity : {"person", "lead", "account"}) {
      if (entity == "account" && is_of_people) continue;
      WEIR_TRY(const bool tells, Tells(run.connection, entity, columns.TextAt(row, 1), columns.TextAt(row, 2)));
      if (!tells) continue;
      is_of_people = true;
      WEIR_TRY(run.connection.Execute(InsertOf(entity, columns, row)));
    }
  }
  return {};
}

}  // namespace

analysis::Producer UnreadValueProducer() {
  analysis::Info info{
      .id = "sources.unread",
      .title = {"What cells said that could not be read", "Что в ячейках прочитать не удалось"},
      .help = {"Telephone numbers, addresses and sites that are written in a form nobody can use, by the "
               "record that they are about",
               "Телефоны, адреса и сайты, записанные так, что ими нельзя воспользоваться, — по записям"},
      .needs = {"obs.*", "model.account_sighting", "model.person_sighting", "model.lead_sighting"}};
  info.tables.push_back(
      {.name = "unread_value",
       .title = {"Not read", "Не прочитано"},
       .key = {"entity", "entity_id", "source", "object", "row_key", "field", "valid_from"},
       .columns = {TextOf("entity", "Kind", "Вид"), TextOf("entity_id", "Record", "Запись"),
                   TextOf("source", "Source", "Источник"), TextOf("object", "Object", "Объект"),
                   TextOf("row_key", "Id in the source", "Id в источнике"), TextOf("field", "Field", "Поле"),
                   TextOf("kind", "Form: email, phone, domain, url", "Форма: email, phone, domain, url"),
                   TextOf("value", "What the cell says", "Что в ячейке"),
                   Of("valid_from", ColumnType::kInstant, "Since", "С"),
                   Of("valid_to", ColumnType::kInstant, "Until", "До")}});
  return {.info = std::move(info),
          .make = &MakeUnread,
          .scoped_select =
              R"(SELECT u.entity, u.entity_id, u.source, u.object, u.row_key, u.field, u.kind,
  CASE WHEN u.entity = 'account' THEN u.value ELSE personal(u.value) END AS value, u.valid_from, u.valid_to
FROM model.unread_value AS u
LEFT JOIN model.person_version AS p ON is_restricted() AND p.person_id = CASE u.entity WHEN 'person' THEN u.entity_id END
  AND p.valid_from <= getvariable('as_of') AND (p.valid_to IS NULL OR p.valid_to > getvariable('as_of'))
LEFT JOIN state.account AS a ON is_restricted() AND a.account_id = CASE u.entity WHEN 'account' THEN u.entity_id ELSE p.account_id END
LEFT JOIN model.lead_version AS l ON is_restricted() AND l.lead_id = CASE u.entity WHEN 'lead' THEN u.entity_id END
  AND l.valid_from <= getvariable('as_of') AND (l.valid_to IS NULL OR l.valid_to > getvariable('as_of'))
LEFT JOIN state.member AS m ON is_restricted() AND m.member_id = l.owner_id
WHERE u.valid_from <= getvariable('as_of') AND (u.valid_to IS NULL OR u.valid_to > getvariable('as_of'))
  -- What somebody corrected is read.
  AND NOT EXISTS (
    SELECT 1 FROM model.correction AS c
    WHERE c.source = u.source AND c.object = u.object AND c.row_key = u.row_key AND c.field = u.field AND c.state IN ('pending', 'taken'))
  AND is_visible(CASE u.entity WHEN 'lead' THEN m.team_id ELSE a.team_id END))",
          .reads_scoped = true,  // its view asks who may see whom
          .can_wait = true};
}

}  // namespace weir::sources
