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

struct StagedFile::State {
  store::Connection& connection;
  const Mapping& chosen;
  std::optional<Mapping> other_extent;
  FileInput input;
  ReadOptions options;
  ImportContext context;
  ImportJob job;
  std::optional<FileImport> import;

  const Mapping& mapping() const { return other_extent ? *other_extent : chosen; }
};

StagedFile::StagedFile(std::unique_ptr<State> state) : state_(std::move(state)) {}
StagedFile::StagedFile(StagedFile&&) noexcept = default;
StagedFile& StagedFile::operator=(StagedFile&&) noexcept = default;
StagedFile::~StagedFile() = default;

Result<StagedFile> StagedFile::Read(store::Connection& connection, const Mapping& mapping, const FileInput& file,
                                    const ImportContext& context) {
  std::unique_ptr<State> state(new State{.connection = connection,
                                         .chosen = mapping,
                                         .other_extent = {},
                                         .input = file,
                                         .options = {},
                                         .context = context,
                                         .job = {},
                                         .import = {}});
  // What one piece of a table lacks may be in another.
  if (context.is_whole || IsPartOfTable(file)) {
    state->other_extent = mapping;
    state->other_extent->extent = context.is_whole ? Extent::kFull : Extent::kDelta;
    state->other_extent->window.clear();
    state->other_extent->window_by.clear();
  }
  state->input.records = mapping.reading.records;
  state->options = ReadOptionsOf(mapping);
  ImportJob& job = state->job;
  job.title = state->input.Title();
  // A table of plain letters is read to its end for its encoding: once.
  job.open = [here = state.get()]() -> Result<std::unique_ptr<RowReader>> {
    WEIR_TRY(std::unique_ptr<RowReader> reader, OpenRows(here->input, here->options));
    if (reader->reading().format == Format::kCsv) here->options.encoding = reader->reading().encoding;
    return reader;
  };
  job.observed_at = context.exported_at;
  job.observed_from = ObservedFrom::kGiven;
  job.name_for_date = job.title;
  job.file_time = TimeOf(file);
  state->import.emplace(connection, state->mapping(), job, context);
  WEIR_TRY(state->import->Read());
  return StagedFile(std::move(state));
}

Result<ImportReport> StagedFile::Append(std::int64_t import_id, std::int64_t data_version) {
  ImportContext& context = state_->context;
  context.import_id = import_id;
  context.data_version = data_version;
  store::Connection& connection = state_->connection;
  WEIR_TRY(ImportReport report, state_->import->Append(import_id, data_version));
  if (report.quarantined > 0 && !context.is_dry_run) {
    WEIR_TRY(WriteRejects(connection, state_->mapping(), context, report.file_id, report.file));
  }
  WEIR_TRY(Stage::Drop(connection));
  return report;
}

Result<ImportReport> ImportFile(store::Connection& connection, const Mapping& mapping, const FileInput& file,
                                const ImportContext& context) {
  WEIR_TRY(StagedFile staged, StagedFile::Read(connection, mapping, file, context));
  return staged.Append(context.import_id, context.data_version);
}

}  // namespace weir::sources
