#include "sources/column_producer.h"

#include <algorithm>
#include <array>

#include <nlohmann/json.hpp>

#include "analysis/columns.h"

namespace weir::sources {
namespace {

using analysis::ColumnType;
using analysis::Of;
using store::QuoteName;

constexpr std::size_t kSamples = 3;
constexpr std::int64_t kLookedAt = 200;        // first observations that samples are taken from
constexpr std::int64_t kCountedOne = 100'000;  // rows up to which different values are counted one by one

constexpr std::string_view kTable =
    "CREATE TABLE IF NOT EXISTS model.column_profile (source VARCHAR, object VARCHAR, column_name VARCHAR, row_count "
    "BIGINT, filled_count BIGINT, distinct_count BIGINT, is_distinct_exact BOOLEAN, lowest VARCHAR, highest VARCHAR, "
    "samples VARCHAR); ALTER TABLE model.column_profile ADD COLUMN IF NOT EXISTS longest BIGINT";

struct Observed {
  std::string source;
  std::string object;
  std::string table;  // in schema obs
};

struct ObservedColumn {
  std::string name;
  bool has_order = false;  // numbers and moments: their range says something
  bool is_text = false;
};

// Objects are named <source>__<object>; the ledger knows where one ends.
Result<std::optional<Observed>> ObservedOf(store::Connection& connection, const std::string& table) {
  const std::array<store::Value, 1> name{table};
  WEIR_TRY(store::Rows rows,
           connection.Query("SELECT source, object FROM meta.source_object WHERE table_name = ?", name));
  if (rows.rows.empty()) return std::optional<Observed>{};
  return std::optional(Observed{rows.TextAt(0, 0), rows.TextAt(0, 1), table});
}

Result<std::vector<ObservedColumn>> ColumnsOf(store::Connection& connection, const Observed& observed) {
  const std::array<store::Value, 1> name{observed.table};
  WEIR_TRY(store::Rows rows,
           connection.Query("SELECT column_name, data_type FROM information_schema.columns WHERE "
                            "table_schema = 'obs' AND table_name = ? AND NOT starts_with(column_name, "
                            "'_') ORDER BY column_name NULLS LAST",
                            name));
  std::vector<ObservedColumn> columns;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string type = rows.TextAt(i, 1);
    columns.push_back({rows.TextAt(i, 0), type != "VARCHAR" && type != "BOOLEAN", type == "VARCHAR"});
  }
  return columns;
}

std::string CountedRows(const Observed& observed) {
  return fmt::format(
      "FROM obs.{} WHERE NOT _deleted AND _file NOT IN (SELECT file_id FROM meta.import_file WHERE state "
      "= 'undone')",
      QuoteName(observed.table));
}

// The different values of each column in the first observations; of a column that has none there, its very first value
// wherever that stands.
Result<std::vector<nlohmann::json>> SamplesOf(store::Connection& connection, const Observed& observed,
                                              const std::vector<ObservedColumn>& columns) {
  std::string plain;
  for (const ObservedColumn& column : columns) {
    plain += fmt::format("{}CAST({} AS VARCHAR)", plain.empty() ? "" : ", ", QuoteName(column.name));
  }
  WEIR_TRY(store::Rows head, connection.Query(fmt::format("SELECT {} {} ORDER BY _obs NULLS LAST LIMIT {}", plain,
                                                          CountedRows(observed), kLookedAt)));
  std::vector<nlohmann::json> samples(columns.size(), nlohmann::json::array());
  for (const auto& row : head.rows) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (store::IsNull(row[i]) || samples[i].size() >= kSamples) continue;
      const std::string text = store::ToText(row[i]);
      if (std::find(samples[i].begin(), samples[i].end(), text) == samples[i].end()) samples[i].push_back(text);
    }
  }
  std::string firsts;
  std::vector<std::size_t> late;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (!samples[i].empty()) continue;
    late.push_back(i);
    // min_by passes over nulls; a FILTER would cost each aggregate a buffer as wide as the table.
    firsts +=
        fmt::format("{}CAST(min_by({}, _obs) AS VARCHAR)", firsts.empty() ? "" : ", ", QuoteName(columns[i].name));
  }
  if (late.empty()) return samples;
  WEIR_TRY(store::Rows first, connection.Query(fmt::format("SELECT {} {}", firsts, CountedRows(observed))));
  for (std::size_t i = 0; i < late.size(); ++i) {
    const store::Value& value = first.rows.at(0).at(i);
    if (!store::IsNull(value)) samples[late[i]].push_back(store::ToText(value));
  }
  return samples;
}

Status ProfileSome(store::Connection& connection, const Observed& observed, const std::vector<ObservedColumn>& columns,
                   std::int64_t rows) {
  const bool is_exact = rows <= kCountedOne;
  std::string list;
  for (const ObservedColumn& column : columns) {
    const std::string name = QuoteName(column.name);
    list += fmt::format("{}count({})", list.empty() ? "" : ", ", name);
    list += fmt::format(", {}({}{})", is_exact ? "count" : "approx_count_distinct", is_exact ? "DISTINCT " : "", name);
    list += column.has_order ? fmt::format(", CAST(min({0}) AS VARCHAR), CAST(max({0}) AS VARCHAR)", name)
                             : std::string(", CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR)");
    list += column.is_text ? fmt::format(", max(strlen({}))", name) : std::string(", CAST(NULL AS BIGINT)");
  }
  WEIR_TRY(store::Rows counted, connection.Query(fmt::format("SELECT {} {}", list, CountedRows(observed))));
  WEIR_TRY(const std::vector<nlohmann::json> samples, SamplesOf(connection, observed, columns));
  WEIR_TRY(store::Appender appender, connection.Append("model", "column_profile"));
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const std::size_t at = i * 5;
    appender.Text(observed.source);
    appender.Text(observed.object);
    appender.Text(columns[i].name);
    appender.Integer(rows);
    appender.Integer(counted.IntegerAt(0, at));
    appender.Integer(std::min(counted.IntegerAt(0, at + 1), counted.IntegerAt(0, at)));
    appender.Boolean(is_exact);
    appender.Add(counted.rows[0][at + 2]);
    appender.Add(counted.rows[0][at + 3]);
    appender.Text(samples[i].dump());
    appender.Add(counted.rows[0][at + 4]);
    WEIR_TRY(appender.EndRow());
  }
  return appender.Close();
}

Status Profile(store::Connection& connection, const Observed& observed) {
  constexpr std::size_t kAtOnce = 256;  // columns a pass: a table may have thousands
  WEIR_TRY(const std::vector<ObservedColumn> columns, ColumnsOf(connection, observed));
  if (columns.empty()) return {};
  WEIR_TRY(const std::int64_t rows, connection.QueryInteger("SELECT count(*) " + CountedRows(observed)));
  for (std::size_t begin = 0; begin < columns.size(); begin += kAtOnce) {
    const std::size_t end = std::min(begin + kAtOnce, columns.size());
    WEIR_TRY(ProfileSome(
        connection, observed,
        {columns.begin() + static_cast<std::ptrdiff_t>(begin), columns.begin() + static_cast<std::ptrdiff_t>(end)},
        rows));
  }
  return {};
}

Status MakeColumnProfile(analysis::ProducerRun& run) {
  WEIR_TRY(run.connection.Execute(kTable));
  constexpr std::string_view kSchema = "obs.";
  std::size_t done = 0;
  for (const std::vector<std::string>* inputs : {&run.gone, &run.changed}) {
    for (const std::string& input : *inputs) {
      if (run.stop.stop_requested()) return Fail(Cancelled("the build was stopped"));
      WEIR_TRY(const std::optional<Observed> observed, ObservedOf(run.connection, input.substr(kSchema.size())));
      if (!observed) continue;
      const std::array<store::Value, 2> key{observed->source, observed->object};
      WEIR_TRY(run.connection.Execute("DELETE FROM model.column_profile WHERE source = ? AND object = ?", key));
      if (inputs == &run.gone) continue;
      if (run.progress) {
        run.progress(MakePhrase("looking at the columns: {} {}", observed->source, observed->object),
                     static_cast<double>(done++) / static_cast<double>(run.changed.size()));
      }
      WEIR_TRY(Profile(run.connection, *observed));
    }
  }
  return {};
}

}  // namespace

analysis::Producer ColumnProfileProducer() {
  analysis::Info info{
      .id = "sources.columns",
      .version = 2,
      .title = {"Profile of columns", "Профиль столбцов"},
      .help = {"What every column of every source holds: share filled, different values, range, samples",
               "Что лежит в каждом столбце источников: заполненность, разные значения, диапазон, примеры"},
      .needs = {"obs.*"}};
  info.tables.push_back(
      {.name = "column_profile",
       .title = {"Columns", "Столбцы"},
       .key = {"source", "object", "column_name"},
       .columns = {Of("source", ColumnType::kText, "Source", "Источник"),
                   Of("object", ColumnType::kText, "Object", "Объект"),
                   Of("column_name", ColumnType::kText, "Column", "Столбец"),
                   Of("row_count", ColumnType::kInteger, "Rows", "Строк", "count"),
                   Of("filled_count", ColumnType::kInteger, "Filled", "Заполнено", "count"),
                   Of("distinct_count", ColumnType::kInteger, "Different values", "Разных значений", "count"),
                   Of("is_distinct_exact", ColumnType::kBoolean, "Counted one by one; else within 2 %",
                      "Подсчитано точно; иначе с точностью 2 %"),
                   Of("lowest", ColumnType::kText, "Lowest", "Наименьшее"),
                   Of("highest", ColumnType::kText, "Highest", "Наибольшее"),
                   Of("samples", ColumnType::kJson, "First values", "Первые значения"),
                   Of("longest", ColumnType::kInteger, "Longest text, bytes", "Самый длинный текст, байт")}});
  return {
      .info = std::move(info),
      .make = &MakeColumnProfile,
      // Samples are cells as they came in: only for those who see every row and personal data.
      .scoped_select =
          "SELECT source, object, column_name, row_count, filled_count, distinct_count, is_distinct_exact, CASE WHEN "
          "sees THEN lowest END AS lowest, CASE WHEN sees THEN highest END AS highest, CASE WHEN sees THEN samples "
          "END AS samples, longest FROM (SELECT *, coalesce(getvariable('sees_all_rows'), FALSE) AND "
          "coalesce(getvariable('sees_personal_data'), FALSE) AS sees FROM model.column_profile) AS profile",
      .can_wait = true};
}

}  // namespace weir::sources
