#include "hygiene/survivorship.h"

#include <array>
#include <map>
#include <set>

#include "analysis/columns.h"
#include "analysis/tables.h"
#include "hygiene/recipe.h"
#include "hygiene/ruled_fields.h"
#include "model/expand.h"
#include "model/field_rules.h"
#include "model/records.h"
#include "store/database.h"

namespace weir::hygiene {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::CountOf;
using analysis::Of;
using analysis::Output;
using analysis::TableSpec;
using analysis::TextOf;
using model::FieldRule;
using model::FieldRules;
using model::RecordTable;
using store::Value;

constexpr std::array<std::string_view, 2> kEntities{"account", "person"};
constexpr std::size_t kExamples = 20;

std::string ValuesOf(const std::vector<Field>& fields) {
  std::string values;
  for (const Field& field : fields) {
    values += fmt::format("{}CAST({} AS VARCHAR)", values.empty() ? "" : ", ", store::QuoteName(field.name));
  }
  return values;
}

std::string NamesOf(const std::vector<Field>& fields) {
  std::string names;
  for (const Field& field : fields) names += (names.empty() ? "" : ", ") + store::QuoteText(field.name);
  return names;
}

// The last word of each source on each field, of which the first holds for all the time before it, and what is shown;
// words that differ by case and blanks alone agree.
std::string SaidSql(std::string_view entity, const std::vector<Field>& fields) {
  return fmt::format(
      R"(WITH seen AS (
  SELECT *, row_number() OVER (PARTITION BY {0}_id, source, object, source_key
                               ORDER BY observed_at NULLS LAST, observation NULLS LAST) AS sight
  FROM scoped.{0}_record
),
told AS (
  SELECT {0}_id AS id, source, observed_at, observation, unnest([{1}]) AS field, unnest([{2}]) AS word
  FROM seen
  WHERE observed_at <= getvariable('as_of') OR sight = 1
),
placed AS (
  SELECT id, source, field, lower(trim(word)) AS word, row_number() OVER (
    PARTITION BY id, source, field ORDER BY observed_at DESC NULLS LAST, observation DESC NULLS LAST, word NULLS LAST) AS place
  FROM told
  WHERE word IS NOT NULL AND trim(word) <> ''
),
said AS (
  SELECT id, source, field, word FROM placed WHERE place = 1
),
newest AS (
  SELECT *, row_number() OVER (PARTITION BY {0}_id ORDER BY version DESC) AS from_the_last FROM scoped.{0}_version
),
shown AS (
  SELECT {0}_id AS id, unnest([{1}]) AS field, lower(trim(unnest([{2}]))) AS word FROM newest WHERE from_the_last = 1
),
compared AS (
  SELECT s.id, s.source, s.field, s.word, s.word IS NOT DISTINCT FROM h.word AS is_shown,
    count(*) OVER (PARTITION BY s.id, s.field) AS sources, min(s.word) OVER (PARTITION BY s.id, s.field) AS first_word,
    max(s.word) OVER (PARTITION BY s.id, s.field) AS last_word
  FROM said AS s
  LEFT JOIN shown AS h ON h.id = s.id AND h.field = s.field
)
SELECT field, source, count(*) AS filled, count(*) FILTER (WHERE is_shown) AS shown,
  count(*) FILTER (WHERE sources > 1) AS beside_others, count(*) FILTER (WHERE first_word <> last_word) AS disputed,
  count(*) FILTER (WHERE first_word <> last_word AND is_shown) AS won
FROM compared
GROUP BY field, source
ORDER BY field NULLS LAST, source NULLS LAST)",
      entity, NamesOf(fields), ValuesOf(fields));
}

std::string CountsSql(std::string_view entity, const std::vector<Field>& fields) {
  std::string sql = SaidSql(entity, fields);
  sql.resize(sql.rfind("SELECT field, source, count(*)"));
  return sql +
         "SELECT field, count(DISTINCT id) AS filled, count(DISTINCT id) FILTER (WHERE sources > 1) AS several, "
         "count(DISTINCT id) FILTER (WHERE first_word <> last_word) AS disputed FROM compared GROUP BY field ORDER BY "
         "field NULLS LAST";
}

std::vector<TableSpec> Specs() {
  return {{.name = "fields",
           .title = {"Fields and their rules", "Поля и их правила"},
           .key = {"entity", "field"},
           .columns = {TextOf("entity", "Of", "Чьё"), TextOf("field", "Field", "Поле"),
                       TextOf("rule", "Whose word counts", "Чьё слово важнее"),
                       Of("is_own", ColumnType::kBoolean, "Settled for this field", "Решено для этого поля"),
                       CountOf("filled", "Filled", "Заполнено"),
                       CountOf("several", "By several sources", "Несколькими источниками"),
                       CountOf("disputed", "Sources disagree", "Источники расходятся"),
                       Of("decision_id", ColumnType::kInteger, "Decision", "Решение")}},
          {.name = "sources",
           .title = {"What each source says", "Что говорит каждый источник"},
           .key = {"entity", "field", "source"},
           .columns = {TextOf("entity", "Of", "Чьё"), TextOf("field", "Field", "Поле"),
                       TextOf("source", "Source", "Источник"), CountOf("filled", "Fills", "Заполняет"),
                       CountOf("shown", "Is shown", "Показано"),
                       CountOf("disputed", "Others disagree", "Другие говорят иначе"),
                       CountOf("won", "Shown all the same", "Показано, несмотря на это")}}};
}

Result<Output> Run(const analysis::NoParams&, Context& context) {
  WEIR_TRY(const Settled settled, ReadSettled(context.session()));
  Output output;
  for (const TableSpec& spec : Specs()) output.tables.push_back(analysis::EmptyTable(spec));
  for (const std::string_view entity : kEntities) {
    const RecordTable& table = *model::FindRecordTable(entity);
    WEIR_TRY(const std::vector<Field> fields, FieldsOf(entity, context.session()));
    WEIR_TRY(store::Rows counts, context.session().Query(CountsSql(entity, fields)));
    std::map<std::string, std::vector<Value>> by_field;
    for (auto& row : counts.rows) by_field[store::ToText(row[0])] = row;
    for (const Field& field : fields) {
      const auto counted = by_field.find(field.name);
      const auto count = [&](std::size_t at) {
        return counted == by_field.end() ? Value(std::int64_t{0}) : counted->second[at];
      };
      const FieldRule* rule = settled.rules.Find(table, field.column);
      const std::string name = fmt::format("{}.{}", entity, field.column);
      const auto decision = settled.decisions.find(name);
      output.tables[0].rows.push_back({std::string(entity), field.name,
                                       rule == nullptr ? Value() : Value(model::TextOf(*rule)),
                                       settled.rules.choices.contains(name), count(1), count(2), count(3),
                                       decision == settled.decisions.end() ? Value() : Value(decision->second)});
    }
    WEIR_TRY(store::Rows said, context.session().Query(SaidSql(entity, fields)));
    for (auto& row : said.rows) {
      output.tables[1].rows.push_back({std::string(entity), row[0], row[1], row[2], row[3], row[5], row[6]});
    }
  }
  return output;
}

struct PreviewParams {
  std::string entity = {};
  std::string field = {};
  std::string rule = {};
  void Describe(analysis::ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"Of companies or of people; none: of both", "О компаниях или о людях; без указания — о всех"},
                 .allowed = {"", "account", "person"},
                 .positional = true},
                entity);
    visitor.Add({.name = "field",
                 .help = {"Which field; none: the order of sources for all fields without a rule",
                          "Какое поле; без указания — порядок источников для всех полей без своего правила"},
                 .positional = true},
                field);
    visitor.Add({.name = "rule",
                 .help = {"Sources (salesforce > hubspot), newest, longest or frequent; none: the default",
                          "Источники (salesforce > hubspot), newest, longest или frequent; без правила — по умолчанию"},
                 .positional = true},
                rule);
  }
};

std::vector<TableSpec> PreviewSpecs() {
  return {
      {.name = "effect",
       .title = {"What would change", "Что изменится"},
       .key = {"entity", "field"},
       .columns = {TextOf("entity", "Of", "Чьё"), TextOf("field", "Field", "Поле"),
                   CountOf("records", "Companies or people", "Компаний или людей"),
                   CountOf("changed", "Would change", "Изменится"), CountOf("filled", "Would be filled", "Заполнится"),
                   CountOf("emptied", "Would be empty", "Опустеет")}},
      {.name = "examples",
       .title = {"The first of them", "Первые из них"},
       .key = {"entity", "field", "id"},
       .columns = {TextOf("entity", "Of", "Чьё"), TextOf("field", "Field", "Поле"), TextOf("id", "Record", "Запись"),
                   TextOf("before", "Now", "Сейчас"), TextOf("after", "Then", "Станет")}}};
}

// The SELECT that makes the versions of an entity by these rules.
std::string VersionsBy(const RecordTable& table, const FieldRules& rules) {
  const std::string sql = model::EntityVersions(table, rules).sql;
  constexpr std::string_view kMakes = " AS\n";
  return sql.substr(sql.find(kMakes) + kMakes.size());
}

std::string ModelColumn(const std::string& column) {
  if (column == "source") return "source_name";
  if (!column.ends_with("_key")) return column;
  return column.substr(0, column.size() - std::string_view("_key").size()) + "_id";
}

// Each field of each company or person that the caller may see, as it stands and as it would by the rules.
std::string PairsSql(const RecordTable& table, const std::vector<Field>& fields, const FieldRules& rules) {
  std::string before;
  std::string after;
  for (const Field& field : fields) {
    const std::string name = store::QuoteName(ModelColumn(field.column));
    const std::string_view comma = before.empty() ? "" : ", ";
    before += fmt::format("{}CAST(w.{} AS VARCHAR)", comma, name);
    after += fmt::format("{}CAST(n.{} AS VARCHAR)", comma, name);
  }
  return fmt::format(
      R"(WITH made AS ({made}),
pairs AS (
  SELECT w.{entity}_id AS id, unnest([{names}]) AS field, unnest([{before}]) AS before, unnest([{after}]) AS after
  FROM {stands} AS w
  JOIN made AS n ON n.{entity}_id = w.{entity}_id
  WHERE w.valid_to IS NULL AND NOT w.is_deleted AND n.valid_to IS NULL
    AND w.{entity}_id IN (SELECT seen.{entity}_id FROM scoped.{entity} AS seen)
)
)",
      fmt::arg("made", VersionsBy(table, rules)), fmt::arg("entity", table.entity), fmt::arg("names", NamesOf(fields)),
      fmt::arg("before", before), fmt::arg("after", after),
      fmt::arg("stands", fmt::format("model.{}_version", table.entity)));
}

constexpr std::string_view kEffect =
    R"(SELECT field, count(*) AS records, count(*) FILTER (WHERE before IS DISTINCT FROM after) AS changed,
  count(*) FILTER (WHERE before IS NULL AND after IS NOT NULL) AS filled,
  count(*) FILTER (WHERE before IS NOT NULL AND after IS NULL) AS emptied
FROM pairs
GROUP BY field
HAVING {} count(*) FILTER (WHERE before IS DISTINCT FROM after) > 0
ORDER BY field NULLS LAST)";

constexpr std::string_view kPairs = R"(SELECT field, id,
  CASE WHEN field IN ('email', 'phone', 'mobile', 'full_name', 'first_name', 'last_name') THEN personal(before) ELSE before END AS before,
  CASE WHEN field IN ('email', 'phone', 'mobile', 'full_name', 'first_name', 'last_name') THEN personal(after) ELSE after END AS after
FROM pairs
WHERE before IS DISTINCT FROM after
ORDER BY field NULLS LAST, id NULLS LAST
LIMIT {})";

Result<Output> RunPreview(const PreviewParams& params, Context& context) {
  store::Session& session = context.session();
  if (params.entity.empty() && !params.field.empty()) {
    return Fail(BadUsage("a field is of companies or of people").Field("entity").Mend("Give account or person"));
  }
  FieldRule rule;
  if (!params.rule.empty()) {
    WEIR_TRY(rule, model::ParseFieldRule(params.rule));
    if (params.field.empty() && rule.choice != model::Choice::kRanked) {
      return Fail(BadUsage("for all fields at once only an order of sources can be settled").Field("rule"));
    }
  }
  WEIR_TRY(const Settled settled, ReadSettled(session));
  Output output;
  for (const TableSpec& spec : PreviewSpecs()) output.tables.push_back(analysis::EmptyTable(spec));
  for (const std::string_view entity : kEntities) {
    if (!params.entity.empty() && params.entity != entity) continue;
    const RecordTable& table = *model::FindRecordTable(entity);
    WEIR_TRY(std::vector<Field> fields, FieldsOf(entity, session));
    FieldRules rules = settled.rules;
    WEIR_TRY(rules.defaults, ReadDefaults(session));
    if (params.field.empty()) {
      rules.order = rule;
    } else {
      const std::string column = model::RuledColumn(table, params.field);
      std::erase_if(fields, [&](const Field& field) { return field.column != column; });
      if (fields.empty()) {
        return Fail(
            NotFound("{} has no field '{}' of which it could be settled whose word counts", params.entity, params.field)
                .Field("field")
                .Mend("weir hygiene survivorship lists the fields"));
      }
      const std::string name = fmt::format("{}.{}", entity, column);
      if (params.rule.empty()) {
        rules.choices.erase(name);
      } else {
        rules.choices[name] = rule;
      }
    }
    WEIR_TRY(const std::int64_t enriched,
             session.QueryInteger(fmt::format("SELECT count(*) FROM {}", fmt::format("model.{}_enrichment", entity))));
    if (enriched > 0) rules.enriched.insert(std::string(entity));
    const std::string pairs = PairsSql(table, fields, rules);
    WEIR_TRY(store::Rows effect,
             session.Query(pairs + fmt::format(fmt::runtime(kEffect), params.field.empty() ? "" : "TRUE OR")));
    for (auto& row : effect.rows) {
      row.insert(row.begin(), std::string(entity));
      output.tables[0].rows.push_back(std::move(row));
    }
    WEIR_TRY(store::Rows examples, session.Query(pairs + fmt::format(fmt::runtime(kPairs), kExamples)));
    for (auto& row : examples.rows) {
      row.insert(row.begin(), std::string(entity));
      output.tables[1].rows.push_back(std::move(row));
    }
  }
  return output;
}

}  // namespace

analysis::Analysis SurvivorshipAnalysis() {
  return analysis::Declare<analysis::NoParams>(
      {.id = "hygiene.survivorship",
       .title = {"Whose word counts", "Чьё слово важнее"},
       .help = {"Which source wins for each field of companies and people, how much each of them fills, and how often "
                "they disagree",
                "Какой источник побеждает в каждом поле компаний и людей, сколько заполняет каждый и как часто они "
                "расходятся"},
       .needs = {"account_record", "account_version", "person_record", "person_version", "setting"},
       .tables = Specs()},
      &Run);
}

analysis::Analysis SurvivorshipPreview() {
  return analysis::Declare<PreviewParams>(
      {.id = "hygiene.survivorship.preview",
       .title = {"What another rule would change", "Что изменит другое правило"},
       .help =
           {"How many companies and people would show another value if another source won, with examples; nothing "
            "is changed",
            "У скольких компаний и людей будет показано другое значение, если победит другой источник, с примерами; "
            "ничего не меняется"},
       .right = "settings",
       .needs = {"account", "account_version", "person", "person_version", "setting"},
       .tables = PreviewSpecs()},
      &RunPreview);
}

}  // namespace weir::hygiene
