#include "workspace/builder.h"

#include <array>
#include <map>
#include <set>

#include "base/decimal.h"
#include "base/embedded.h"
#include "base/random.h"
#include "model/build.h"
#include "model/exact_resolver.h"
#include "sources/records.h"
#include "workspace/ledger.h"

namespace weir::workspace {
namespace {

// Raised when what a build leaves behind changes although no model file does.
constexpr std::string_view kProgram = "1";

// What the observations of each source and object rest on: the last import that brought something, and what was undone.
Result<std::map<std::string, std::string, std::less<>>> ObjectFingerprints(store::Connection& connection) {
  WEIR_TRY(store::Rows rows, connection.Query(R"(
    SELECT source, object,
      max(CASE WHEN rows_new + rows_updated + rows_deleted > 0 THEN data_version END),
      max(undone_version), count(*) FILTER (WHERE state = 'undone')
    FROM meta.import_file
    GROUP BY source, object
    ORDER BY source NULLS LAST, object NULLS LAST)"));
  std::map<std::string, std::string, std::less<>> fingerprints;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    fingerprints[rows.TextAt(i, 0) + "/" + rows.TextAt(i, 1)] =
        rows.TextAt(i, 2) + "," + rows.TextAt(i, 3) + "," + rows.TextAt(i, 4);
  }
  return fingerprints;
}

std::map<std::string, std::string, std::less<>> RecordFingerprints(
    const sources::MappingCatalog& mappings, const std::map<std::string, std::string, std::less<>>& objects) {
  std::map<std::string, std::string, std::less<>> records;
  for (const sources::Mapping& mapping : mappings.mappings) {
    const auto object = objects.find(mapping.source + "/" + mapping.object);
    if (object == objects.end()) continue;
    std::set<std::string, std::less<>> tables;
    for (const sources::Emit& emit : mapping.emits) tables.insert(emit.table);
    for (const std::string& table : tables) {
      records[table] += fmt::format("{}={}@{:x};", object->first, object->second, mapping.fingerprint);
    }
  }
  return records;
}

// Columns that no mapping names, as they stand in the newest observation of each record.
Status CreateExtensionViews(store::Connection& connection) {
  WEIR_TRY(store::Rows objects, connection.Query("SELECT o.source, o.object, o.table_name FROM meta.source_object AS o "
                                                 "WHERE EXISTS (SELECT 1 FROM meta.source_column AS c "
                                                 "WHERE c.source = o.source AND c.object = o.object AND c.mapped_to IS "
                                                 "NULL) ORDER BY 1 NULLS LAST, 2 NULLS LAST"));
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const std::array<store::Value, 2> which{objects.TextAt(i, 0), objects.TextAt(i, 1)};
    WEIR_TRY(store::Rows columns,
             connection.Query("SELECT c.column_name, c.type FROM meta.source_column AS c JOIN "
                              "information_schema.columns AS o ON o.table_schema = "
                              "'obs' AND o.table_name = c.source || '__' || c.object AND o.column_name = c.column_name "
                              "WHERE c.source = ? "
                              "AND c.object = ? AND c.mapped_to IS NULL ORDER BY c.column_name NULLS LAST",
                              which));
    const std::string name = objects.TextAt(i, 0) + "_" + objects.TextAt(i, 1);
    if (columns.rows.empty()) continue;  // all empty so far, and so not kept
    std::string list;
    for (std::size_t j = 0; j < columns.size(); ++j) {
      static const std::map<std::string, std::string, std::less<>> kSqlTypes{{"integer", "BIGINT"},
                                                                             {"decimal", "DECIMAL(38,12)"},
                                                                             {"date", "DATE"},
                                                                             {"instant", "TIMESTAMP"},
                                                                             {"boolean", "BOOLEAN"}};
      const auto type = kSqlTypes.find(columns.TextAt(j, 1));
      const std::string column = store::QuoteName(columns.TextAt(j, 0));
      list +=
          type == kSqlTypes.end() ? ", " + column : fmt::format(", TRY_CAST({0} AS {1}) AS {0}", column, type->second);
    }
    WEIR_TRY(connection.Execute(fmt::format(
        "CREATE OR REPLACE VIEW scoped.{} AS SELECT {} || ':' || _key AS record_id, _observed_at AS recorded_at{} FROM "
        "(SELECT *, "
        "row_number() OVER (PARTITION BY _key ORDER BY _observed_at DESC, _obs DESC) AS from_the_last FROM obs.{} "
        "WHERE "
        "_observed_at <= getvariable('as_of') AND _file NOT IN (SELECT file_id FROM meta.import_file WHERE state = "
        "'undone')) AS "
        "seen WHERE from_the_last = 1 AND NOT _deleted AND coalesce(getvariable('sees_all_rows'), FALSE) AND "
        "coalesce(getvariable('sees_personal_data'), FALSE)",
        store::QuoteName("ext_" + name), store::QuoteText(objects.TextAt(i, 0)), list,
        store::QuoteName(objects.TextAt(i, 2)))));
  }
  return {};
}

constexpr std::string_view kFreshness = R"(
CREATE OR REPLACE VIEW scoped.source_freshness AS
SELECT f.source, f.object, CAST(sum(f.rows_new) AS BIGINT) AS rows,
  (SELECT count(*) FROM meta.reject AS r WHERE r.source = f.source AND r.object = f.object AND r.state = 'open') AS quarantined,
  max(f.observed_at) AS last_observed_at, max(f.data_version) AS last_imported_version
FROM meta.import_file AS f
WHERE f.state = 'committed' AND f.data_version <= (SELECT max(version) FROM meta.data_version)
GROUP BY f.source, f.object)";

Result<BuildOutcome> BuildWithin(store::Connection& connection, const sources::MappingCatalog& mappings,
                                 const analysis::Progress& progress, std::stop_token stop) {
  WEIR_TRY(const std::int64_t version, NewestVersion(connection));
  WEIR_TRY(auto objects, ObjectFingerprints(connection));
  model::BuildRequest request{
      .data_version = version, .settings = {}, .record_fingerprints = RecordFingerprints(mappings, objects)};
  const auto macros = FindEmbedded("models", "scoped/macros.sql");
  WEIR_CHECK(macros.has_value());
  WEIR_TRY(connection.Execute(*macros));
  WEIR_TRY(sources::CreateSourceFunctions(connection));
  WEIR_TRY(sources::RecordSchema records, sources::LoadRecordSchema());
  WEIR_TRY(auto views, sources::RecordViewStatements(connection, mappings, records));
  for (const std::string& view : views) WEIR_TRY(connection.Execute(view));
  WEIR_TRY(request.settings, ReadSettings(connection, version));
  WEIR_TRY(SetVariables(connection, request.settings));
  model::ExactResolver resolver;
  WEIR_TRY(model::BuildReport report, model::BuildModel(connection, request, resolver, progress, stop));
  WEIR_TRY(model::CreateScopedViews(connection));
  WEIR_TRY(CreateExtensionViews(connection));
  WEIR_TRY(connection.Execute(kFreshness));
  WEIR_TRY(const Instant newest, model::NewestMoment(connection));
  const std::array<store::Value, 4> built{version, newest, request.settings.currency, std::string(kProgram)};
  WEIR_TRY(connection.Execute("DELETE FROM meta.built"));
  WEIR_TRY(connection.Execute("INSERT INTO meta.built VALUES (?, ?, ?, ?)", built));
  return BuildOutcome{.changed = report.built > 0, .data_version = version};
}

}  // namespace

Status SetVariables(store::Session& session, const analysis::Settings& settings) {
  const std::string sql = fmt::format(
      "SET VARIABLE currency = {}; SET VARIABLE time_zone = {}; SET VARIABLE currency_decimals = {}",
      store::QuoteText(settings.currency), store::QuoteText(settings.time_zone), CurrencyDecimals(settings.currency));
  WEIR_TRY(session.Execute(sql));
  return {};
}

Result<BuildOutcome> BuildStore(store::Connection& connection, const sources::MappingCatalog& mappings,
                                const analysis::Progress& progress, std::stop_token stop) {
  const store::StopGuard interrupt(stop, [&] { connection.Interrupt(); });
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(BuildOutcome outcome, BuildWithin(connection, mappings, progress, stop));
  WEIR_TRY(transaction.Commit());
  return outcome;
}

}  // namespace weir::workspace
