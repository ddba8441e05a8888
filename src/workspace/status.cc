#include "workspace/status.h"

#include "analysis/columns.h"
#include "store/engine.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::NoParams;
using analysis::Of;
using analysis::Output;
using analysis::ReadTable;
using analysis::TableSpec;

TableSpec StatusTable() {
  return {.name = "status",
          .title = {"Workspace", "Рабочая область"},
          .key = {"data_version"},
          .columns = {Of("data_version", ColumnType::kInteger, "Data version", "Версия данных"),
                      Of("as_of", ColumnType::kInstant, "Newest moment in the data", "Последний момент в данных"),
                      Of("currency", ColumnType::kText, "Currency", "Валюта"),
                      Of("reporting_currency", ColumnType::kText, "Reporting currency", "Валюта отчётов"),
                      Of("currencies", ColumnType::kJson, "May be shown in", "Можно показать в"),
                      Of("time_zone", ColumnType::kText, "Time zone", "Часовой пояс"),
                      Of("sources", ColumnType::kInteger, "Sources", "Источников", "count"),
                      Of("files", ColumnType::kInteger, "Files", "Файлов", "count"),
                      Of("accounts", ColumnType::kInteger, "Accounts", "Компаний", "count"),
                      Of("people", ColumnType::kInteger, "People", "Людей", "count"),
                      Of("leads", ColumnType::kInteger, "Leads", "Лидов", "count"),
                      Of("deals", ColumnType::kInteger, "Deals", "Сделок", "count"),
                      Of("quarantined", ColumnType::kInteger, "Rows in quarantine", "Строк в карантине", "count"),
                      Of("demo_imports", ColumnType::kInteger, "Imports of demo data",
                         "Импортов демонстрационных данных", "count")},
          .chart = {}};
}

TableSpec RecordsTable() {
  return {.name = "records",
          .title = {"Records", "Записи"},
          .key = {},
          .columns = {Of("accounts", ColumnType::kInteger, "Accounts", "Компаний", "count"),
                      Of("people", ColumnType::kInteger, "People", "Людей", "count"),
                      Of("leads", ColumnType::kInteger, "Leads", "Лидов", "count"),
                      Of("deals", ColumnType::kInteger, "Deals", "Сделок", "count")},
          .chart = {}};
}

constexpr std::string_view kRecords = "status.records";

Result<Output> RunRecords(const NoParams& /*params*/, Context& context) {
  WEIR_TRY(analysis::Table table, ReadTable(RecordsTable(), context.session(), R"(
    SELECT (SELECT count(*) FROM scoped.account) AS accounts, (SELECT count(*) FROM scoped.person) AS people,
      (SELECT count(*) FROM scoped.lead) AS leads, (SELECT count(*) FROM scoped.deal) AS deals)"));
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

Result<Output> RunStatus(const NoParams& /*params*/, Context& context) {
  WEIR_TRY(const Output records, context.Run(kRecords, {}));
  std::vector<store::Value> values{context.known_at(), context.as_of(), context.settings().currency,
                                   context.settings().time_zone};
  for (const store::Value& count : records.tables[0].rows.at(0)) values.push_back(count);
  WEIR_TRY(analysis::Table table, ReadTable(StatusTable(), context.session(), R"(
    SELECT CAST(? AS BIGINT) AS data_version, CAST(? AS TIMESTAMP) AS as_of, CAST(? AS VARCHAR) AS currency,
      (SELECT currency FROM meta.built) AS reporting_currency,
      (SELECT CAST(to_json(list(in_currency ORDER BY in_currency)) AS VARCHAR) FROM (SELECT DISTINCT in_currency FROM model.fx) AS shown)
        AS currencies,
      CAST(? AS VARCHAR) AS time_zone,
      (SELECT count(DISTINCT source) FROM meta.import_file WHERE state = 'committed') AS sources,
      (SELECT count(*) FROM meta.import_file WHERE state = 'committed') AS files,
      CAST(? AS BIGINT) AS accounts, CAST(? AS BIGINT) AS people, CAST(? AS BIGINT) AS leads, CAST(? AS BIGINT) AS deals,
      (SELECT count(*) FROM meta.reject WHERE state = 'open') AS quarantined,
      (SELECT count(*) FROM meta.demo_import WHERE import_id IN (SELECT import_id FROM meta.import_run WHERE state = 'committed'))
        AS demo_imports)",
                                            values));
  Output output;
  output.tables.push_back(std::move(table));
  return output;
}

}  // namespace

std::vector<analysis::Analysis> StatusAnalyses() {
  std::vector<analysis::Analysis> both;
  both.push_back(analysis::Declare<NoParams>({.id = "status",
                                              .title = {"Status", "Состояние"},
                                              .help = {"What is in the workspace", "Что есть в рабочей области"},
                                              .asks = {std::string(kRecords)},
                                              .needs = {"meta.import_run"},  // imports that change no model show here
                                              .tables = {StatusTable()}},
                                             &RunStatus));
  both.push_back(analysis::Declare<NoParams>({.id = std::string(kRecords),
                                              .title = {"Records", "Записи"},
                                              .help = {"How many records the model holds", "Сколько записей в модели"},
                                              .tables = {RecordsTable()}},
                                             &RunRecords));
  return both;
}

}  // namespace weir::workspace
