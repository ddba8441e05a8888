#include <map>

#include "sources/import.h"
#include "sources/import_file.h"

namespace weir::sources {
namespace {

using store::Value;

struct RejectedFile {
  std::int64_t file_id = 0;
  std::string name;
  Instant observed_at;
  std::string reading;
  std::vector<KeptRow> rows;
  std::vector<std::int64_t> reject_ids;  // of the rows
};

Result<std::vector<RejectedFile>> ListFiles(store::Connection& connection, const Mapping& mapping) {
  const std::vector<Value> key{mapping.source, mapping.object};
  WEIR_TRY(const store::Rows rows,
           connection.Query(
               "SELECT f.file_id, f.name, f.observed_at, f.reading, r.reject_id, r.line, r.raw FROM meta.reject r "
               "JOIN meta.import_file f ON f.file_id = r.file_id WHERE r.source = ? AND r.object = ? AND r.state = "
               "'open' AND f.state = 'committed' ORDER BY f.observed_at, f.file_id, r.reject_id",
               key));
  std::vector<RejectedFile> files;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (files.empty() || files.back().file_id != rows.IntegerAt(i, 0)) {
      files.push_back(
          {rows.IntegerAt(i, 0), rows.TextAt(i, 1), std::get<Instant>(rows.rows[i][2]), rows.TextAt(i, 3), {}, {}});
    }
    files.back().reject_ids.push_back(rows.IntegerAt(i, 4));
    files.back().rows.push_back({static_cast<std::uint64_t>(rows.IntegerAt(i, 5)), rows.TextAt(i, 6)});
  }
  return files;
}

// Rows that passed are closed, those that failed again get their new reason. Row numbers are places in reject_ids.
Status CloseRejects(store::Connection& connection, const RejectedFile& file, const ImportContext& context) {
  WEIR_TRY(connection.Execute("CREATE OR REPLACE TEMP TABLE weir_replayed (place BIGINT, reject_id BIGINT)"));
  WEIR_TRY(store::Appender appender, connection.Append("", "weir_replayed"));
  for (std::size_t i = 0; i < file.reject_ids.size(); ++i) {
    appender.Integer(static_cast<std::int64_t>(i));
    appender.Integer(file.reject_ids[i]);
    WEIR_TRY(appender.EndRow());
  }
  WEIR_TRY(appender.Close());
  WEIR_TRY(
      connection.Execute(fmt::format("UPDATE meta.reject SET col = n.col, header = n.header, code = n.code, reason = "
                                     "n.reason, reason_ru = n.reason_ru, key = n.key, version = {} FROM "
                                     "(SELECT p.reject_id, s.col, s.header, s.code, s.reason, s.reason_ru, s.key FROM "
                                     "temp.weir_replayed p JOIN temp.weir_reject s ON s._row "
                                     "= p.place) n WHERE n.reject_id = meta.reject.reject_id",
                                     context.data_version)));
  WEIR_TRY(
      connection.Execute(fmt::format("UPDATE meta.reject SET state = 'replayed', replayed_by = {}, version = {} WHERE "
                                     "reject_id IN (SELECT reject_id FROM "
                                     "temp.weir_replayed WHERE place NOT IN (SELECT _row FROM temp.weir_reject))",
                                     context.import_id, context.data_version)));
  WEIR_TRY(connection.Execute("DROP TABLE temp.weir_replayed"));
  return {};
}

Result<ImportReport> ReplayFile(store::Connection& connection, const Mapping& mapping, const RejectedFile& file,
                                const ImportContext& context) {
  WEIR_TRY(const ReadingParts parts, SplitReading(file.reading));
  WEIR_TRY(Reading reading, ReadingFromJson(parts.reading));
  reading.fills_short_rows = mapping.reading.fills_short_rows;
  ImportJob job;
  job.title = file.name;
  job.open = [&]() -> Result<std::unique_ptr<RowReader>> { return OpenKeptRows(reading, file.rows); };
  job.evidence = EvidenceFromJson(mapping, parts.evidence);
  job.observed_at = file.observed_at;
  job.observed_from = ObservedFrom::kGiven;
  job.replay_of = file.file_id;
  job.reading = file.reading;
  FileImport rows(connection, mapping, job, context);
  WEIR_TRY(rows.Read());
  WEIR_TRY(ImportReport report, rows.Append(context.import_id, context.data_version));
  WEIR_TRY(CloseRejects(connection, file, context));
  WEIR_TRY(Stage::Drop(connection));
  return report;
}

}  // namespace

Result<std::vector<ImportReport>> ReplayRejects(store::Connection& connection, const Mapping& mapping,
                                                const ImportContext& context) {
  WEIR_TRY(const std::vector<RejectedFile> files, ListFiles(connection, mapping));
  std::vector<ImportReport> reports;
  for (const RejectedFile& file : files) {
    WEIR_TRY(ImportReport report, ReplayFile(connection, mapping, file, context));
    reports.push_back(std::move(report));
  }
  return reports;
}

}  // namespace weir::sources
