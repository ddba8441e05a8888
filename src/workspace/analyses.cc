#include "workspace/analyses.h"

#include <array>

#include "analysis/columns.h"
#include "base/decimal.h"
#include "model/lineage.h"
#include "store/database.h"
#include "workspace/account_analyses.h"
#include "workspace/comments.h"
#include "workspace/corrections.h"
#include "workspace/data_catalog.h"
#include "workspace/demo_data.h"
#include "workspace/identity_story.h"
#include "workspace/kept_items.h"
#include "workspace/ledger.h"
#include "workspace/mapping_actions.h"
#include "workspace/metric_uses.h"
#include "workspace/pull_analyses.h"
#include "workspace/registers.h"
#include "workspace/setting_values.h"
#include "workspace/status.h"
#include "workspace/subscriptions.h"
#include "workspace/survey_links.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Info;
using analysis::NoParams;
using analysis::Of;
using analysis::Output;
using analysis::ParamVisitor;
using analysis::ReadTable;
using analysis::TableSpec;
using analysis::Text;

const TableSpec& SourcesTable() {
  static const TableSpec table{
      .name = "sources",
      .title = {"Sources", "Источники"},
      .key = {"source", "object"},
      .columns = {Of("source", ColumnType::kText, "Source", "Источник"),
                  Of("object", ColumnType::kText, "Object", "Объект"),
                  Of("title_en", ColumnType::kText, "Title", "Название"),
                  Of("title_ru", ColumnType::kText, "Title (Russian)", "Название по-русски"),
                  Of("files", ColumnType::kInteger, "Files", "Файлов", "count"),
                  Of("rows_read", ColumnType::kInteger, "Rows read", "Прочитано строк", "count"),
                  Of("new_rows", ColumnType::kInteger, "New", "Новых", "count"),
                  Of("updated_rows", ColumnType::kInteger, "Updated", "Изменённых", "count"),
                  Of("unchanged_rows", ColumnType::kInteger, "Unchanged", "Без изменений", "count"),
                  Of("quarantined_rows", ColumnType::kInteger, "In quarantine now", "Сейчас в карантине", "count"),
                  Of("last_observed_at", ColumnType::kInstant, "Last observed", "Последнее наблюдение"),
                  Of("last_imported_version", ColumnType::kInteger, "Data version", "Версия данных"),
                  Of("history", ColumnType::kText, "History", "История")},
      .chart = {}};
  return table;
}

const TableSpec& ImportsTable() {
  static const TableSpec table{
      .name = "imports",
      .title = {"Imports", "Импорты"},
      .key = {"import_id", "file"},
      .columns = {Of("import_id", ColumnType::kInteger, "Import", "Импорт"),
                  Of("data_version", ColumnType::kInteger, "Data version", "Версия данных"),
                  Of("started_at", ColumnType::kInstant, "Started", "Начат"),
                  Of("finished_at", ColumnType::kInstant, "Finished", "Закончен"),
                  Of("file", ColumnType::kText, "File", "Файл"), Of("source", ColumnType::kText, "Source", "Источник"),
                  Of("object", ColumnType::kText, "Object", "Объект"),
                  Of("observed_at", ColumnType::kInstant, "Observed at", "Наблюдалось"),
                  Of("observed_from", ColumnType::kText, "Known from", "Откуда известно"),
                  Of("read", ColumnType::kInteger, "Rows read", "Прочитано строк", "count"),
                  Of("new", ColumnType::kInteger, "New", "Новых", "count"),
                  Of("updated", ColumnType::kInteger, "Updated", "Изменённых", "count"),
                  Of("unchanged", ColumnType::kInteger, "Unchanged", "Без изменений", "count"),
                  Of("quarantined", ColumnType::kInteger, "Quarantined", "В карантине", "count"),
                  Of("score", ColumnType::kShare, "Score", "Оценка", "share"),
                  Of("state", ColumnType::kText, "State", "Состояние")},
      .chart = {}};
  return table;
}

const TableSpec& ColumnsTable() {
  static const TableSpec table{
      .name = "columns",
      .title = {"Columns", "Столбцы"},
      .key = {"source", "object", "column"},
      .columns = {Of("source", ColumnType::kText, "Source", "Источник"),
                  Of("object", ColumnType::kText, "Object", "Объект"),
                  Of("column", ColumnType::kText, "Column", "Столбец"),
                  Of("header", ColumnType::kText, "Header", "Заголовок"),
                  Of("mapped_to", ColumnType::kText, "Mapped to", "Сопоставлен с"),
                  Of("type", ColumnType::kText, "Type", "Тип"),
                  Of("filled_share", ColumnType::kShare, "Filled", "Заполнен", "share"),
                  Of("distinct", ColumnType::kInteger, "Different values", "Разных значений", "count"),
                  Of("lowest", ColumnType::kText, "Lowest", "Наименьшее"),
                  Of("highest", ColumnType::kText, "Highest", "Наибольшее"),
                  Of("samples", ColumnType::kText, "First values", "Первые значения")},
      .chart = {}};
  return table;
}

constexpr std::string_view kSourcesSql = R"(
SELECT f.source, f.object, max(o.title_en) AS title_en, max(o.title_ru) AS title_ru, count(*) AS files,
  CAST(sum(f.rows_read) AS BIGINT) AS rows_read, CAST(sum(f.rows_new) AS BIGINT) AS new_rows,
  CAST(sum(f.rows_updated) AS BIGINT) AS updated_rows, CAST(sum(f.rows_unchanged) AS BIGINT) AS unchanged_rows,
  (SELECT count(*) FROM meta.reject AS r WHERE r.source = f.source AND r.object = f.object AND r.state = 'open') AS quarantined_rows,
  max(f.observed_at) AS last_observed_at, max(f.data_version) AS last_imported_version,
  CASE WHEN count(DISTINCT f.observed_at) > 1 THEN 'partial' ELSE 'none' END AS history
FROM meta.import_file AS f
LEFT JOIN meta.source_object AS o ON o.source = f.source AND o.object = f.object
WHERE f.state = 'committed' AND f.replay_of IS NULL
GROUP BY f.source, f.object
ORDER BY f.source NULLS LAST, f.object NULLS LAST)";

constexpr std::string_view kImportsSql = R"(
SELECT f.import_id, f.data_version, i.started_at, i.finished_at, f.name AS file, f.source, f.object, f.observed_at, f.observed_from,
  f.rows_read AS read, f.rows_new AS new, f.rows_updated AS updated, f.rows_unchanged AS unchanged,
  f.rows_quarantined AS quarantined, f.score, f.state
FROM meta.import_file AS f
JOIN meta.import_run AS i ON i.import_id = f.import_id
ORDER BY f.import_id DESC NULLS LAST, f.name NULLS LAST)";

constexpr std::string_view kColumnsSql = R"(
SELECT c.source, c.object, c.column_name AS "column", c.header, c.mapped_to, c.type,
  CASE WHEN p.row_count > 0 THEN CAST(CAST(p.filled_count AS DECIMAL(18,6)) / p.row_count AS DECIMAL(9,6))
       WHEN p.row_count IS NULL THEN CAST(0 AS DECIMAL(9,6)) END AS filled_share,
  coalesce(p.distinct_count, 0) AS "distinct", p.lowest, p.highest,
  array_to_string(from_json(p.samples, '["VARCHAR"]'), ', ') AS samples
FROM (SELECT *, row_number() OVER (PARTITION BY source, object, column_name ORDER BY first_version DESC NULLS LAST) AS place
      FROM meta.source_column) AS c
LEFT JOIN scoped.column_profile AS p ON p.source = c.source AND p.object = c.object AND p.column_name = c.column_name
WHERE c.place = 1
ORDER BY c.source NULLS LAST, c.object NULLS LAST, c.column_name NULLS LAST)";

Result<Output> RunSources(const NoParams& /*params*/, Context& context) {
  Output output;
  for (const auto& [spec, sql] :
       {std::pair{&SourcesTable(), kSourcesSql}, {&ImportsTable(), kImportsSql}, {&ColumnsTable(), kColumnsSql}}) {
    WEIR_TRY(analysis::Table table, ReadTable(*spec, context.session(), sql));
    output.tables.push_back(std::move(table));
  }
  output.history = analysis::History::kPartial;
  return output;
}

struct RejectsParams {
  std::string source;
  std::string object;
  std::int64_t import_id = 0;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "source", .help = {"Only this source", "Только этот источник"}}, source);
    visitor.Add({.name = "object", .help = {"Only this object", "Только этот объект"}}, object);
    visitor.Add({.name = "import_id", .help = {"Only this import; 0 is all", "Только этот импорт; 0 — все"}},
                import_id);
  }
};

const TableSpec& RejectsTable() {
  static const TableSpec table{
      .name = "rejects",
      .title = {"Rows in quarantine", "Строки в карантине"},
      .key = {"reject_id"},
      .columns = {Of("reject_id", ColumnType::kInteger, "Number", "Номер"),
                  Of("import_id", ColumnType::kInteger, "Import", "Импорт"),
                  Of("source", ColumnType::kText, "Source", "Источник"),
                  Of("object", ColumnType::kText, "Object", "Объект"), Of("file", ColumnType::kText, "File", "Файл"),
                  Of("line", ColumnType::kInteger, "Line", "Строка"),
                  Of("column", ColumnType::kInteger, "Column", "Столбец"),
                  Of("header", ColumnType::kText, "Header", "Заголовок"), Of("code", ColumnType::kText, "Code", "Код"),
                  Of("reason", ColumnType::kText, "Reason", "Причина"),
                  Of("reason_ru", ColumnType::kText, "Reason (Russian)", "Причина (по-русски)"),
                  Of("raw", ColumnType::kText, "Row as it was", "Строка как была")},
      .chart = {}};
  return table;
}

Result<Output> RunRejects(const RejectsParams& params, Context& context) {
  if (!context.principal().sees_personal_data || !context.principal().sees_all_rows) {
    return Fail(
        Forbidden("rejected rows are shown as they came in, so they need the right to see all rows and personal data"));
  }
  const std::array<store::Value, 6> values{params.source, params.source,    params.object,
                                           params.object, params.import_id, params.import_id};
  WEIR_TRY(analysis::Table table,
           ReadTable(RejectsTable(), context.session(),
                     R"(SELECT reject_id, import_id, source, object, file, line, col AS "column", header, code, reason,
                          coalesce(reason_ru, reason) AS reason_ru, raw
                        FROM meta.reject
                        WHERE state = 'open' AND (? = '' OR source = ?) AND (? = '' OR object = ?) AND (? = 0 OR import_id = ?)
                        ORDER BY reject_id NULLS LAST)",
                     values));
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

const TableSpec& HistoryTable() {
  static const TableSpec table{
      .name = "history",
      .title = {"Where history comes from", "Откуда история"},
      .key = {"entity"},
      .columns = {Of("entity", ColumnType::kText, "Entity", "Сущность"),
                  Of("records", ColumnType::kInteger, "Records", "Записей", "count"),
                  Of("versions", ColumnType::kInteger, "Versions", "Версий", "count"),
                  Of("from_history", ColumnType::kInteger, "From the source's history", "Из истории источника",
                     "count"),
                  Of("from_difference", ColumnType::kInteger, "From differences of imports", "Из разницы импортов",
                     "count"),
                  Of("first_sight_only", ColumnType::kInteger, "Seen once only", "Видели один раз", "count"),
                  Of("coverage", ColumnType::kText, "Coverage", "Полнота"),
                  Of("note_en", ColumnType::kText, "Note", "Примечание"),
                  Of("note_ru", ColumnType::kText, "Note (Russian)", "Примечание по-русски")},
      .chart = {}};
  return table;
}

Result<Output> RunHistory(const NoParams& /*params*/, Context& context) {
  WEIR_TRY(analysis::Table table, ReadTable(HistoryTable(), context.session(), R"(
    SELECT entity, records, versions, from_history, from_difference, first_sight_only, coverage,
      CASE coverage
        WHEN 'complete' THEN 'Every record has its own history'
        WHEN 'partial' THEN 'Some records have a history; of the others only what imports saw is known'
        ELSE 'Seen once: what was before is not known. A second export starts the history' END AS note_en,
      CASE coverage
        WHEN 'complete' THEN 'У каждой записи есть своя история'
        WHEN 'partial' THEN 'У части записей есть история; об остальных известно лишь то, что видели импорты'
        ELSE 'Видели один раз: что было раньше, неизвестно. Вторая выгрузка начнёт историю' END AS note_ru
    FROM scoped.history_coverage
    ORDER BY entity NULLS LAST)"));
  Output output;
  bool has_any = false;
  bool has_missing = false;
  const std::size_t coverage = table.IndexOf("coverage");
  for (const auto& row : table.rows) {
    const std::string known = store::ToText(row[coverage]);
    has_any = has_any || known != "none";
    has_missing = has_missing || known != "complete";
  }
  output.history =
      !has_missing ? analysis::History::kComplete : (has_any ? analysis::History::kPartial : analysis::History::kNone);
  output.tables.push_back(std::move(table));
  return output;
}

const TableSpec& SettingsTable() {
  static const TableSpec table{
      .name = "settings",
      .title = {"Settings", "Настройки"},
      .key = {"name"},
      .columns = {Of("name", ColumnType::kText, "Setting", "Настройка"),
                  Of("value", ColumnType::kText, "Value", "Значение"),
                  Of("is_set", ColumnType::kBoolean, "Set by you", "Задано вами"),
                  Of("default", ColumnType::kText, "Default", "По умолчанию"),
                  Of("description_en", ColumnType::kText, "Meaning", "Смысл"),
                  Of("description_ru", ColumnType::kText, "Meaning (Russian)", "Смысл по-русски")},
      .chart = {}};
  return table;
}

Result<Output> RunSettings(const NoParams& /*params*/, Context& context) {
  analysis::Table table{.name = "settings",
                        .key = SettingsTable().key,
                        .columns = SettingsTable().columns,
                        .rows = {},
                        .next_cursor = {},
                        .total_rows = {}};
  for (const SettingSpec& spec : SettingSpecs()) {
    WEIR_TRY(const std::optional<std::string> set, SetValueAt(context.session(), spec.name, context.known_at()));
    std::string value = set.value_or(std::string(spec.default_value));
    const bool is_set = set.has_value();
    if (spec.name == "currency" && value.empty()) {
      WEIR_TRY(const store::Value found, context.session().QueryValue("SELECT currency FROM meta.built"));
      value = store::ToText(found);
    }
    table.rows.push_back({std::string(spec.name), value, is_set, std::string(spec.default_value),
                          std::string(spec.help_en), std::string(spec.help_ru)});
  }
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

const TableSpec& DecisionsTable() {
  static const TableSpec table{
      .name = "decisions",
      .title = {"Decisions", "Решения"},
      .key = {"decision_id"},
      .columns = {Of("decision_id", ColumnType::kInteger, "Decision", "Решение"),
                  Of("data_version", ColumnType::kInteger, "Data version", "Версия данных"),
                  Of("action", ColumnType::kText, "Action", "Действие"),
                  Of("subject", ColumnType::kText, "What", "Что"), Of("who", ColumnType::kText, "Who", "Кто"),
                  Of("at", ColumnType::kInstant, "When", "Когда"), Of("reason", ColumnType::kText, "Why", "Почему"),
                  Of("before", ColumnType::kJson, "Before", "Было"), Of("after", ColumnType::kJson, "After", "Стало"),
                  Of("undone_by", ColumnType::kInteger, "Undone by", "Отменено решением")},
      .chart = {}};
  return table;
}

// Who sees a part of the rows sees only what he decided himself, since decisions may quote any row; changes of accounts
// are seen by those who may make them, and of queries and views that are kept for oneself by whoever made them.
Result<Output> RunDecisions(const NoParams& /*params*/, Context& context) {
  const analysis::Principal& principal = context.principal();
  const std::array<store::Value, 4> values{principal.sees_all_rows, principal.user, principal.Has("users"),
                                           principal.user};
  WEIR_TRY(analysis::Table table, ReadTable(DecisionsTable(), context.session(), R"(
    SELECT d.decision_id, d.data_version, d.action, d.subject, d.who, d.decided_at AS "at", d.reason, d.before, d.after,
      (SELECT max(u.decision_id) FROM meta.decision AS u WHERE u.undoes = d.decision_id) AS undone_by
    FROM meta.decision AS d
    WHERE (? OR d.who = ?) AND (? OR d.subject NOT LIKE 'user:%')
      AND (d.who = ? OR (d.subject NOT LIKE 'query:%' AND d.subject NOT LIKE 'view:%')
        OR coalesce(json_extract_string(CASE WHEN d.after = 'null' THEN d.before ELSE d.after END, '$.shared') = 'true', FALSE))
    ORDER BY d.decision_id DESC NULLS LAST)",
                                            values));
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

struct LineageParams {
  std::string table;
  std::string id;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "entity",
                 .help = {"Canonical table, such as deal", "Таблица модели, например deal"},
                 .allowed = {},
                 .required = true,
                 .positional = true},
                table);
    visitor.Add({.name = "id",
                 .help = {"Id of the row", "Идентификатор строки"},
                 .allowed = {},
                 .required = true,
                 .positional = true},
                id);
  }
};

Result<Output> RunLineage(const LineageParams& params, Context& context) {
  WEIR_TRY(std::unique_ptr<store::RowStream> probe,
           context.session().Stream("SELECT * FROM scoped." + store::QuoteName(params.table) + " LIMIT 0"));
  const std::string id_column = store::QuoteName(probe->columns().front().name);
  probe.reset();
  const std::array<store::Value, 1> id{params.id};
  WEIR_TRY(
      const std::int64_t visible,
      context.session().QueryInteger(
          fmt::format("SELECT count(*) FROM scoped.{} WHERE {} = ?", store::QuoteName(params.table), id_column), id));
  if (visible == 0) return Fail(NotFound("there is no row '{}' in {}", params.id, params.table).Field("id"));
  WEIR_TRY(analysis::Table records, model::RecordsBehind(context.session(), params.table, {params.id}));
  Output output;
  output.tables.push_back(std::move(records));
  return output;
}

Info InfoOf(std::string id, Text title, Text help, std::vector<TableSpec> tables) {
  Info info;
  info.id = std::move(id);
  info.title = std::move(title);
  info.help = std::move(help);
  info.tables = std::move(tables);
  info.is_cacheable = false;  // imports that change nothing still show here
  return info;
}

}  // namespace

std::vector<analysis::Analysis> WorkspaceAnalyses(std::shared_ptr<const sources::MappingCatalog> mappings) {
  std::vector<analysis::Analysis> all;
  all.push_back(UsesAnalysis());
  all.push_back(analysis::Declare<NoParams>(InfoOf("sources", {"Sources", "Источники"},
                                                   {"Health of every source: files, rows, rejects, freshness",
                                                    "Состояние источников: файлы, строки, отказы, свежесть"},
                                                   {SourcesTable(), ImportsTable(), ColumnsTable()}),
                                            &RunSources));
  all.push_back(analysis::Declare<RejectsParams>(
      InfoOf("sources.rejects", {"Rows in quarantine", "Карантин"},
             {"Rows that were not accepted, with line, column and reason", "Непринятые строки: где и почему"},
             {RejectsTable()}),
      &RunRejects));
  all.push_back(analysis::Declare<NoParams>(
      InfoOf("history", {"History", "История"},
             {"Which history is the source's own, which comes from comparing imports, and where it is missing",
              "Какая история взята из источника, какая получена сравнением импортов и где её нет"},
             {HistoryTable()}),
      &RunHistory));
  all.push_back(analysis::Declare<NoParams>(
      InfoOf("settings", {"Settings", "Настройки"},
             {"What gives numbers their meaning", "То, что придаёт числам смысл"}, {SettingsTable()}),
      &RunSettings));
  all.push_back(analysis::Declare<NoParams>(
      InfoOf("decisions", {"Decisions", "Решения"}, {"What was changed, by whom and why", "Что, кем и почему изменено"},
             {DecisionsTable()}),
      &RunDecisions));
  for (analysis::Analysis& status : StatusAnalyses()) all.push_back(std::move(status));
  all.push_back(DemoAnalysis());
  all.push_back(analysis::Declare<LineageParams>(
      InfoOf("lineage", {"Lineage", "Происхождение"},
             {"Files and lines behind a canonical row", "Файлы и строки, из которых взята строка модели"},
             {{.name = "records",
               .title = {"Records", "Записи"},
               .key = {},
               .columns = {},
               .chart = {},
               .is_open = true}}),
      &RunLineage));
  all.push_back(CommentsAnalysis());
  for (analysis::Analysis& data : DataAnalyses()) all.push_back(std::move(data));
  for (analysis::Analysis& analysis : RegisterAnalyses()) all.push_back(std::move(analysis));
  for (analysis::Analysis& kept : KeptAnalyses()) all.push_back(std::move(kept));
  for (analysis::Analysis& correction : CorrectionAnalyses(std::move(mappings))) all.push_back(std::move(correction));
  for (analysis::Analysis& story : IdentityAnalyses()) all.push_back(std::move(story));
  all.push_back(SurveyLinksAnalysis());
  for (analysis::Analysis& one : DeliveryAnalyses()) all.push_back(std::move(one));
  for (analysis::Analysis& pull : PullAnalyses()) all.push_back(std::move(pull));
  all.push_back(MappingsAnalysis());
  for (analysis::Analysis& analysis : AccountAnalyses()) all.push_back(std::move(analysis));
  for (analysis::Analysis& analysis : all) {
    if (analysis.info.id == "sources" || analysis.info.id == "sources.rejects") analysis.info.right = "import";
    if (analysis.info.id != "sources") continue;
    analysis.info.is_cacheable = true;
    analysis.info.needs.emplace_back("meta.import_run");  // what shows here changes with imports that change no model
  }
  return all;
}

}  // namespace weir::workspace
