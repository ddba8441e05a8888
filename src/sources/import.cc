#include "sources/import.h"

#include <array>

#include "sources/bytes.h"
#include "sources/import_file.h"
#include "sources/partition.h"

namespace weir::sources {
namespace {

using store::Value;

Status Run(store::Connection& connection, std::string_view sql, const std::vector<Value>& values = {}) {
  WEIR_TRY(connection.Execute(sql, values));
  return {};
}

}  // namespace

std::string_view NameOf(ObservedFrom from) {
  static constexpr std::array<std::string_view, 4> kNames{"exported_at", "modified", "file_name", "file_time"};
  return kNames.at(static_cast<std::size_t>(from));
}

Result<std::int64_t> BeginImport(store::Connection& connection, std::string_view kind, std::int64_t data_version,
                                 Instant started_at) {
  WEIR_TRY(const std::int64_t import_id,
           connection.QueryInteger("SELECT coalesce(max(import_id), 0) + 1 FROM meta.import_run"));
  const std::vector<Value> values{import_id, std::string(kind), data_version, started_at};
  WEIR_TRY(Run(connection, "INSERT INTO meta.import_run VALUES (?, ?, ?, ?, NULL, 'committed', NULL)", values));
  return import_id;
}

Status FinishImport(store::Connection& connection, std::int64_t import_id, Instant finished_at) {
  return Run(connection, "UPDATE meta.import_run SET finished_at = ? WHERE import_id = ?", {finished_at, import_id});
}

Result<ImportReport> ImportFile(store::Connection& connection, const Mapping& chosen, const FileInput& file,
                                const ImportContext& context) {
  std::optional<Mapping> other_extent;
  // What one piece of a table lacks may be in another.
  if (context.is_whole || IsPartOfTable(file)) {
    other_extent = chosen;
    other_extent->extent = context.is_whole ? Extent::kFull : Extent::kDelta;
    other_extent->window.clear();
    other_extent->window_by.clear();
  }
  const Mapping& mapping = other_extent ? *other_extent : chosen;
  FileInput input = file;
  input.records = mapping.reading.records;
  const ReadOptions options = ReadOptionsOf(mapping);
  ImportJob job;
  job.title = input.Title();
  job.open = [&input, &options] { return OpenRows(input, options); };
  job.observed_at = context.exported_at;
  job.observed_from = ObservedFrom::kGiven;
  job.name_for_date = job.title;
  job.file_time = TimeOf(file);
  WEIR_TRY(ImportReport report, RunImport(connection, mapping, job, context));
  if (report.quarantined > 0 && !context.is_dry_run) {
    WEIR_TRY(WriteRejects(connection, mapping, context, report.file_id, report.file));
  }
  WEIR_TRY(Stage::Drop(connection));
  return report;
}

}  // namespace weir::sources
