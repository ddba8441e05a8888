#include "hygiene/picklists.h"

#include <algorithm>
#include <array>
#include <map>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "metrics/analyses.h"
#include "metrics/custom_columns.h"
#include "store/database.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Output;
using analysis::Table;
using analysis::TableSpec;
using analysis::TextOf;
using store::QuoteName;
using store::Value;

constexpr std::int64_t kMostValues = 500;                           // of a picklist
constexpr std::string_view kComparedTable = "temp.compared_field";  // of the session, while it is read
constexpr std::int64_t kComparedRows = 50'000;
constexpr std::int64_t kLeastRows = 20;  // that say anything about a pair
constexpr std::int64_t kAgreeing = 98;   // of 100
constexpr std::size_t kMostPairs = 300;  // a kind of record
constexpr std::size_t kMostHolders = 20'000;

std::string IdOf(std::string_view entity) { return fmt::format("{}_id", entity); }

// Values with their numbers of records; of those that differ in spelling alone the most frequent stays, of equally
// frequent ones the first in order.
constexpr std::string_view kSpellings = R"(
WITH said AS (
  SELECT CAST({column} AS VARCHAR) AS value, count(*) AS records FROM scoped.{view} WHERE {column} IS NOT NULL GROUP BY 1
),
counted AS (
  SELECT value, records, name_key(value) AS key, regexp_replace(value, '[^0-9]+', '', 'g') AS digits, length(name_key(value)) AS letters,
    count(*) OVER () AS values, sum(records) OVER () AS whole
  FROM said
),
picklist AS (
  SELECT value, records, key, digits, letters FROM counted WHERE values <= {most} AND values * 3 <= whole AND key IS NOT NULL
),
leaders AS (
  SELECT key, value, records, digits, letters FROM (
    SELECT *, row_number() OVER (PARTITION BY key ORDER BY records DESC NULLS LAST, value NULLS LAST) AS place FROM picklist
  ) AS spelt
  WHERE place = 1
),
typed AS (
  SELECT a.value, b.value AS proposed, b.records AS proposed_records,
    row_number() OVER (PARTITION BY a.value ORDER BY b.records DESC NULLS LAST, b.value NULLS LAST) AS place
  FROM leaders AS a
  JOIN leaders AS b ON b.records >= 5 * a.records AND b.digits = a.digits AND b.key <> a.key AND a.letters >= 5 AND b.letters >= 5
    AND abs(b.letters - a.letters) <= 2
  WHERE damerau_levenshtein(a.key, b.key) <= CASE WHEN least(a.letters, b.letters) >= 10 THEN 2 ELSE 1 END
)
SELECT p.value, p.records, coalesce(t.proposed, l.value) AS proposed, coalesce(t.proposed_records, l.records) AS proposed_records,
  CASE WHEN p.value = l.value THEN 'typo' ELSE 'spelling' END AS reason
FROM picklist AS p
JOIN leaders AS l ON l.key = p.key
LEFT JOIN typed AS t ON t.value = l.value AND t.place = 1
WHERE p.value <> l.value OR t.proposed IS NOT NULL
ORDER BY p.records DESC NULLS LAST, p.value NULLS LAST)";

// A column to compare: of the kind of record itself, or one that no mapping names.
struct Compared {
  std::string name;  // "industry", "ext.hubspot.company.branch"
  std::string title_en;
  std::string title_ru;
  std::string alias;  // in the table of compared rows
};

// Rows with all columns of a kind of record, as many as are compared; a record whose words are several has the last.
Result<std::vector<Compared>> LayDown(const std::string& entity, Context& context) {
  std::vector<Compared> compared;
  std::string columns;
  for (const ValueColumn& column : ValueColumns()) {
    if (column.entity != entity) continue;
    const std::string alias = fmt::format("c{}", compared.size());
    columns += fmt::format(", CAST(e.{} AS VARCHAR) AS {}", QuoteName(std::string(column.column)), alias);
    compared.push_back({std::string(column.field), std::string(column.field), std::string(column.field), alias});
  }
  WEIR_TRY(const std::vector<metrics::CustomColumn> custom, metrics::ReadCustomColumns(context.session()));
  std::map<std::string, std::vector<const metrics::CustomColumn*>> views;
  for (const metrics::CustomColumn& column : custom) {
    if (column.entity == entity && !column.is_personal && column.type == metrics::ValueType::kText)
      views[column.view].push_back(&column);
  }
  std::string joins;
  std::size_t number = 0;
  for (const auto& [view, of_view] : views) {
    std::string folded;
    const std::string alias_of_view = fmt::format("x{}", number++);
    for (const metrics::CustomColumn* column : of_view) {
      const std::string alias = fmt::format("c{}", compared.size());
      const std::string name = QuoteName(column->column);
      folded += fmt::format(", max_by(CAST({0} AS VARCHAR), place) FILTER (WHERE {0} IS NOT NULL) AS {1}", name, alias);
      columns += fmt::format(", {}.{}", alias_of_view, alias);
      const analysis::Text title = column->Title();
      compared.push_back({column->id, title.en, title.ru, alias});
    }
    joins += fmt::format("\nLEFT JOIN (SELECT {0}{1} FROM scoped.{2} GROUP BY {0}) AS {3} ON {3}.{0} = e.{0}",
                         IdOf(entity), folded, QuoteName(view), alias_of_view);
  }
  if (compared.size() < 2) return std::vector<Compared>{};
  WEIR_TRY(
      context.session().Execute(fmt::format("CREATE OR REPLACE TEMP TABLE compared_field AS SELECT {0}{1} FROM (SELECT "
                                            "* FROM scoped.{2} ORDER BY {3} NULLS LAST "
                                            "LIMIT {4}) AS e{5}",
                                            "e." + IdOf(entity), columns, entity, IdOf(entity), kComparedRows, joins)));
  return compared;
}

}  // namespace

std::span<const ValueColumn> ValueColumns() {
  static constexpr std::array<ValueColumn, 15> kColumns{{{"account", "industry", "industry"},
                                                         {"account", "country", "country"},
                                                         {"account", "region", "region"},
                                                         {"account", "city", "city"},
                                                         {"account", "type", "type"},
                                                         {"person", "title", "title"},
                                                         {"person", "country", "country"},
                                                         {"deal", "type", "type"},
                                                         {"deal", "lead_source", "lead_source"},
                                                         {"deal", "loss_reason", "loss_reason"},
                                                         {"deal", "next_step", "next_step"},
                                                         {"lead", "lead_source", "source_name"},
                                                         {"lead", "medium", "medium"},
                                                         {"lead", "country", "country"},
                                                         {"lead", "status", "status"}}};
  return kColumns;
}

TableSpec ValuesTable() {
  return {.name = "values",
          .title = {"Spellings of one value", "Написания одного значения"},
          .key = {"entity", "field", "value"},
          .columns = {TextOf("entity", "Records", "Записи"), TextOf("field", "Field", "Поле"),
                      TextOf("value", "Value", "Значение"), CountOf("records", "Records", "Записей"),
                      TextOf("proposed", "Should be", "Должно быть"),
                      CountOf("proposed_records", "Records that say so", "Записей с ним"),
                      TextOf("reason", "Why: spelling, typo", "Почему: spelling — написание, typo — опечатка")}};
}

Result<Table> FindSpellings(const std::string& entity, Context& context) {
  Table table = analysis::EmptyTable(ValuesTable());
  for (const ValueColumn& column : ValueColumns()) {
    if (!entity.empty() && column.entity != entity) continue;
    const std::string sql = fmt::format(kSpellings, fmt::arg("column", QuoteName(std::string(column.column))),
                                        fmt::arg("view", column.entity), fmt::arg("most", kMostValues));
    WEIR_TRY(const store::Rows rows, context.session().Query(sql));
    for (const auto& row : rows.rows) {
      table.rows.push_back(
          {std::string(column.entity), std::string(column.field), row[0], row[1], row[2], row[3], row[4]});
    }
  }
  return table;
}

TableSpec PairsTable() {
  return {.name = "pairs",
          .title = {"Fields that say the same", "Поля об одном и том же"},
          .key = {"entity", "field", "other"},
          .columns = {
              TextOf("entity", "Records", "Записи"), TextOf("field", "Field", "Поле"),
              TextOf("other", "Another field", "Другое поле"), TextOf("title_en", "Title", "Название"),
              TextOf("title_ru", "Title (Russian)", "Название по-русски"),
              TextOf("other_en", "Title of the other", "Название другого"),
              TextOf("other_ru", "Title of the other (Russian)", "Название другого по-русски"),
              CountOf("both", "Records that have both", "Записей с обоими"),
              Of("equal_share", ColumnType::kShare, "The same in", "Совпадает", "share"),
              TextOf("kind", "How: equal, renamed", "Как: equal — одинаковы, renamed — те же под другими именами")}};
}

Result<Table> FindPairs(const std::string& entity, Context& context) {
  Table table = analysis::EmptyTable(PairsTable());
  for (const std::string of : {"account", "person", "deal", "lead"}) {
    if (!entity.empty() && entity != of) continue;
    WEIR_TRY(const std::vector<Compared> compared, LayDown(of, context));
    std::vector<std::int64_t> distinct;
    for (const Compared& column : compared) {
      WEIR_TRY(const std::int64_t count, context.session().QueryInteger(fmt::format("SELECT count(DISTINCT {}) FROM {}",
                                                                                    column.alias, kComparedTable)));
      distinct.push_back(count);
    }
    std::size_t tried = 0;
    for (std::size_t i = 0; i < compared.size(); ++i) {
      for (std::size_t j = i + 1; j < compared.size() && tried < kMostPairs; ++j) {
        // What has one value says nothing, and what says the same has about as many.
        const auto [less, more] = std::minmax(distinct[i], distinct[j]);
        if (less < 2 || more > 2 * less) continue;
        ++tried;
        WEIR_TRY(const store::Rows counted,
                 context.session().Query(fmt::format(
                     "SELECT count(*), count(*) FILTER (WHERE name_key({0}) IS NOT DISTINCT FROM name_key({1})), "
                     "count(DISTINCT {0}), count(DISTINCT {1}), count(DISTINCT ({0}, {1})) FROM {2} WHERE {0} IS "
                     "NOT NULL AND {1} IS NOT NULL",
                     compared[i].alias, compared[j].alias, kComparedTable)));
        const std::int64_t both = counted.IntegerAt(0, 0);
        const std::int64_t equal = counted.IntegerAt(0, 1);
        const std::int64_t pairs = counted.IntegerAt(0, 4);
        if (both < kLeastRows) continue;
        const bool is_equal = equal * 100 >= kAgreeing * both;
        // Values that hardly any two records share go with one another by chance.
        const bool is_renamed =
            pairs == counted.IntegerAt(0, 2) && pairs == counted.IntegerAt(0, 3) && pairs > 1 && pairs * 4 <= both;
        if (!is_equal && !is_renamed) continue;
        table.rows.push_back({of, compared[i].name, compared[j].name, compared[i].title_en, compared[i].title_ru,
                              compared[j].title_en, compared[j].title_ru, both,
                              static_cast<double>(equal) / static_cast<double>(both),
                              std::string(is_equal ? "equal" : "renamed")});
      }
    }
    if (!compared.empty()) WEIR_TRY(context.session().Execute(fmt::format("DROP TABLE {}", kComparedTable)));
  }
  return table;
}

namespace {

struct HoldersParams {
  std::string entity;
  std::string field;
  std::string value;
  std::string source;
  std::string team;
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"Kind of records", "Вид записей"},
                 .allowed = {"account", "person", "deal", "lead"},
                 .required = true,
                 .positional = true},
                entity);
    visitor.Add({.name = "field", .help = {"Field", "Поле"}, .required = true, .positional = true}, field);
    visitor.Add({.name = "value",
                 .help = {"Value, as it is written", "Значение, как оно записано"},
                 .required = true,
                 .positional = true},
                value);
    visitor.Add({.name = "source", .help = {"Only records of this source", "Только записи этого источника"}}, source);
    visitor.Add({.name = "team", .help = {"Only this team and those below it", "Только эта команда и входящие в неё"}},
                team);
  }
};

TableSpec HoldersTable() {
  return {.name = "holders",
          .title = {"Records with the value", "Записи с этим значением"},
          .key = {"record_id"},
          .columns = {TextOf("record_id", "Record", "Запись"), TextOf("entity", "Kind", "Вид"),
                      TextOf("field", "Field", "Поле"), TextOf("name", "Name", "Название")}};
}

Result<Output> RunHolders(const HoldersParams& params, Context& context) {
  const auto column = std::ranges::find_if(
      ValueColumns(), [&](const ValueColumn& one) { return one.entity == params.entity && one.field == params.field; });
  if (column == ValueColumns().end()) {
    std::vector<std::string_view> known;
    for (const ValueColumn& one : ValueColumns()) {
      if (one.entity == params.entity) known.push_back(one.field);
    }
    return Fail(NotFound("'{}' is no field whose values are compared", params.field)
                    .Field("field")
                    .Mend("Known are {}", fmt::join(known, ", ")));
  }
  WEIR_TRY(const std::vector<std::string> teams, metrics::TeamsUnder(params.team, context.session()));
  std::vector<Value> values{params.value, params.source};
  const bool is_person = params.entity == "person";
  std::string sql = fmt::format(
      "SELECT e.{0} AS record_id, '{1}' AS entity, '{2}' AS field, e.{3} AS name FROM scoped.{1} AS e {4} WHERE e.{5} "
      "= ? AND ({6} = "
      "? OR ? = '')",
      IdOf(params.entity), params.entity, column->field, is_person || params.entity == "lead" ? "full_name" : "name",
      is_person ? "LEFT JOIN scoped.account AS a ON a.account_id = e.account_id" : "",
      QuoteName(std::string(column->column)),
      params.entity == "deal" || params.entity == "lead"
          ? "e.source"
          : fmt::format("split_part(e.{}, ':', 1)", IdOf(params.entity)));
  values.emplace_back(params.source);
  if (!teams.empty()) {
    std::vector<std::string> quoted;
    for (const std::string& id : teams) quoted.push_back(store::QuoteText(id));
    sql += fmt::format(" AND {}.team_id IN ({})", is_person ? "a" : "e", fmt::join(quoted, ", "));
  }
  sql += " ORDER BY record_id NULLS LAST";
  Table table = analysis::EmptyTable(HoldersTable());
  WEIR_TRY(store::Rows rows, context.session().Query(sql, values, kMostHolders));
  table.rows = std::move(rows.rows);
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

}  // namespace

analysis::Analysis HoldersAnalysis() {
  return analysis::Declare<HoldersParams>(
      {.id = "hygiene.holders",
       .title = {"Records that hold a value", "Записи со значением"},
       .help = {"The records whose field holds one value of a picklist, as it is written",
                "Записи, в поле которых стоит одно значение справочника, как оно записано"},
       .needs = {"account", "person", "deal", "lead"},
       .tables = {HoldersTable()}},
      &RunHolders);
}

}  // namespace weir::hygiene
