#include "workspace/demo_data.h"

#include <array>
#include <utility>
#include <vector>

#include "analysis/columns.h"
#include "sources/import.h"

namespace weir::workspace {
namespace {

using analysis::ColumnType;
using analysis::Context;
using analysis::Of;
using analysis::Output;
using analysis::TableSpec;

constexpr std::string_view kStanding =
    "SELECT r.import_id FROM meta.import_run AS r JOIN meta.demo_import AS d ON d.import_id = r.import_id WHERE "
    "r.state "
    "= 'committed' ORDER BY r.import_id DESC";

struct NoParams {
  void Describe(analysis::ParamVisitor& /*visitor*/) {}
};

const TableSpec& GoesTable() {
  static const TableSpec table{.name = "goes",
                               .title = {"What goes", "Что уйдёт"},
                               .key = {"source", "object"},
                               .columns = {Of("source", ColumnType::kText, "Source", "Источник"),
                                           Of("object", ColumnType::kText, "Object", "Объект"),
                                           Of("files", ColumnType::kInteger, "Files", "Файлов", "count"),
                                           Of("rows", ColumnType::kInteger, "Rows", "Строк", "count")},
                               .chart = {}};
  return table;
}

const TableSpec& StaysTable() {
  static const TableSpec table{.name = "stays",
                               .title = {"What stays", "Что останется"},
                               .key = {"what"},
                               .columns = {Of("what", ColumnType::kText, "What", "Что"),
                                           Of("count", ColumnType::kInteger, "How many", "Сколько", "count")},
                               .chart = {}};
  return table;
}

Result<Output> RunDemo(const NoParams& /*params*/, Context& context) {
  Output output;
  WEIR_TRY(analysis::Table goes, analysis::ReadTable(GoesTable(), context.session(), R"(
    SELECT f.source, f.object, count(*) AS files, CAST(sum(f.rows_new + f.rows_updated) AS BIGINT) AS rows
    FROM meta.import_file AS f
    JOIN meta.demo_import AS d ON d.import_id = f.import_id
    WHERE f.state = 'committed'
    GROUP BY f.source, f.object
    ORDER BY f.source NULLS LAST, f.object NULLS LAST)"));
  WEIR_TRY(analysis::Table stays, analysis::ReadTable(StaysTable(), context.session(), R"(
    SELECT what, count
    FROM (
      SELECT 1 AS place, 'files' AS what, count(*) AS count FROM meta.import_file
      WHERE state = 'committed' AND import_id NOT IN (SELECT import_id FROM meta.demo_import)
      UNION ALL SELECT 2, 'decisions', count(*) FROM meta.decision
      UNION ALL SELECT 3, 'settings', count(DISTINCT name) FROM meta.setting WHERE value IS NOT NULL
    ) AS kinds
    ORDER BY place)"));
  output.tables.push_back(std::move(goes));
  output.tables.push_back(std::move(stays));
  return output;
}

}  // namespace

Status NoteDemoImport(store::Connection& connection, std::int64_t import_id) {
  const std::array<store::Value, 1> values{import_id};
  WEIR_TRY(connection.Execute("INSERT INTO meta.demo_import VALUES (?)", values));
  return {};
}

Result<Effect> RemoveDemoData(store::Connection& connection, std::int64_t version) {
  WEIR_TRY(const store::Rows imports, connection.Query(kStanding));
  if (imports.size() == 0) return Fail(NotFound("there is no demo data in this workspace"));
  std::vector<std::int64_t> ids;
  ids.reserve(imports.size());
  for (std::size_t i = 0; i < imports.size(); ++i) ids.push_back(imports.IntegerAt(i, 0));
  WEIR_TRY(sources::UndoImports(connection, ids, version));
  return Effect{.kind = "undo",
                .subject = "demo",
                .before = "committed",
                .after = {{"undone_imports", imports.size()}},
                .undoes = {},
                .output = {}};
}

analysis::Analysis DemoAnalysis() {
  return analysis::Declare<NoParams>(
      {.id = "demo",
       .version = 1,
       .title = {"Demo data", "Демонстрационные данные"},
       .help = {"Invented data in this workspace: what its removal (demo.remove) would take out, and what would stay",
                "Придуманные данные в этой рабочей области: что уйдёт, если их убрать (demo.remove), и что останется"},
       .right = "import",
       .tables = {GoesTable(), StaysTable()},
       .is_cacheable = false},
      &RunDemo);
}

}  // namespace weir::workspace
