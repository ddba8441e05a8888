#include "workspace/importer.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>

#include "base/russian.h"
#include "lifecycle/notices.h"
#include "sources/discover.h"
#include "sources/known_files.h"
#include "workspace/first_screen.h"
#include "workspace/import_run.h"
#include "workspace/ledger.h"

namespace weir::workspace {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::TableSpec;
using store::Value;

FileOutcome OutcomeOf(const Error& problem) {
  FileOutcome outcome;
  outcome.file = problem.place().file;
  outcome.state = "error";
  outcome.error = problem;
  return outcome;
}

// A part of a file that is not meant to be read: nobody has to mend anything.
FileOutcome LeftOut(const Error& part) {
  FileOutcome outcome;
  outcome.file = part.place().file;
  outcome.state = "unrecognised";
  outcome.reason = part.phrase();
  Extend(outcome.reason, AsIs(". "));
  Extend(outcome.reason, part.mend());
  return outcome;
}

Result<std::vector<MeantFile>> Inputs(const ImportRequest& request, const sources::MappingCatalog& mappings,
                                      std::vector<FileOutcome>& outcomes) {
  std::vector<MeantFile> files;
  for (const ImportInput& input : request.inputs) {
    // Whoever knows what it holds names the mappings, and they say which list of it they read.
    for (const std::string& name : input.mappings) {
      WEIR_TRY(const sources::Mapping* mapping, FindMapping(mappings, name));
      files.push_back({.file = {.name = input.name,
                                .path = input.path,
                                .descriptor = input.descriptor,
                                .member = {},
                                .sheet = {},
                                .records = mapping->reading.records,
                                .modified_at = {}},
                       .mapping = name});
    }
    if (!input.mappings.empty()) continue;
    auto found = input.descriptor >= 0
                     ? sources::DiscoverFile({.name = input.name,
                                              .path = input.path,
                                              .descriptor = input.descriptor,
                                              .member = {},
                                              .sheet = {},
                                              .records = {},
                                              .modified_at = {}})
                     : sources::Discover(input.path, {.is_recursive = request.recursive, .max_files = 10'000});
    if (!found) return Fail(std::move(found).error());
    for (sources::FileInput& file : found->files) files.push_back({std::move(file), request.mapping});
    for (const Error& problem : found->problems) outcomes.push_back(OutcomeOf(problem));
    for (const Error& part : found->left_out) outcomes.push_back(LeftOut(part));
  }
  return files;
}

Column Plain(std::string name, ColumnType type, std::string en, std::string ru, std::string unit = "") {
  return {std::move(name), type, std::move(unit), {std::move(en), std::move(ru)}};
}

Value Count(std::uint64_t count) { return static_cast<std::int64_t>(count); }

std::vector<Value> FileRow(const FileOutcome& outcome) {
  const auto score = std::llround(outcome.score * 1000);
  const Phrase reason = outcome.error ? outcome.error->Whole() : outcome.reason;
  std::vector<Value> row{outcome.file,
                         outcome.state,
                         outcome.source.empty() ? Value() : Value(outcome.source),
                         outcome.object.empty() ? Value() : Value(outcome.object),
                         Decimal{score, 3},
                         reason.text,
                         InRussian(reason)};
  if (!outcome.report) {
    row.resize(15);
    return row;
  }
  const sources::ImportReport& report = *outcome.report;
  for (const std::uint64_t count : {report.read, report.added, report.updated, report.unchanged, report.quarantined}) {
    row.push_back(Count(count));
  }
  row.emplace_back(report.observed_at);
  row.emplace_back(std::string(sources::NameOf(report.observed_from)));
  row.emplace_back(outcome.state == "imported" ? Value(outcome.import_id) : Value());
  return row;
}

}  // namespace

Result<ImportedFiles> ImportAll(const store::Database& database, store::Connection& connection,
                                const ImportRequest& request, const ImportSetup& setup,
                                const analysis::Progress& progress, std::stop_token stop) {
  ImportedFiles imported;
  std::vector<MeantFile> files = setup.behind;
  if (request.part != ImportPart::kBehind) {
    WEIR_TRY(files, Inputs(request, setup.mappings, imported.outcomes));
  }
  WEIR_TRY(const sources::KnownFiles known, sources::KnownFiles::Read(connection));
  if (request.part == ImportPart::kFirstScreen) {
    WEIR_TRY(FilesByNeed divided,
             DivideByNeed(std::move(files), known, setup.mappings, request.least_bytes_behind, setup.has_large_model));
    files = std::move(divided.first);
    imported.behind = std::move(divided.behind);
  }
  WEIR_TRY(std::vector<FileOutcome> of_files,
           ImportFiles(database, files, known, request, setup, progress, std::move(stop)));
  std::ranges::move(of_files, std::back_inserter(imported.outcomes));
  return imported;
}

Result<std::optional<Instant>> ParseMoment(const std::string& text, const std::string& zone_name) {
  if (text.empty()) return std::optional<Instant>{};
  WEIR_TRY(const TimeZone zone, TimeZone::Find(zone_name));
  if (const auto date = ParseIsoDate(text)) return std::optional<Instant>(zone.StartOfDay(*date));
  if (const auto instant = ParseIsoInstant(text)) return instant;
  return Fail(BadUsage("'{}' is not a moment", text)
                  .Field("exported_at")
                  .Mend("Use a date (2026-11-23) or an instant (2026-11-23T09:40:00Z)"));
}

Result<bool> NeedsBuild(store::Connection& connection, const std::vector<FileOutcome>& outcomes) {
  if (std::ranges::find(outcomes, "imported", &FileOutcome::state) != outcomes.end()) return true;
  WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
  WEIR_TRY(const std::int64_t built, connection.QueryInteger("SELECT max(data_version) FROM meta.built"));
  return built != newest;
}

std::optional<Error> FailureOfAll(const std::vector<FileOutcome>& outcomes) {
  constexpr std::size_t kNamed = 5;
  if (outcomes.empty()) return std::nullopt;
  if (!std::ranges::all_of(outcomes, [](const FileOutcome& outcome) { return outcome.error.has_value(); })) {
    return std::nullopt;
  }
  if (outcomes.size() == 1) return outcomes.front().error;
  Phrase reasons;
  for (std::size_t i = 0; i < std::min(outcomes.size(), kNamed); ++i) {
    reasons = MakePhrase("{}{}{}", reasons, i == 0 ? "" : "; ", outcomes[i].error->Whole());
  }
  return BadInput("none of the {} files could be read: {}{}", outcomes.size(), reasons,
                  outcomes.size() > kNamed ? "; ..." : "");
}

std::vector<TableSpec> ImportTables() {
  std::vector<TableSpec> tables;
  tables.push_back({.name = "files",
                    .title = {"Files", "Файлы"},
                    .key = {"file"},
                    .columns = {Plain("file", ColumnType::kText, "File", "Файл"),
                                Plain("state", ColumnType::kText, "State", "Состояние"),
                                Plain("source", ColumnType::kText, "Source", "Источник"),
                                Plain("object", ColumnType::kText, "Object", "Объект"),
                                Plain("score", ColumnType::kShare, "Score", "Оценка", "share"),
                                Plain("reason", ColumnType::kText, "Reason", "Причина"),
                                Plain("reason_ru", ColumnType::kText, "Reason (Russian)", "Причина (по-русски)"),
                                Plain("read", ColumnType::kInteger, "Rows read", "Прочитано строк", "count"),
                                Plain("new", ColumnType::kInteger, "New", "Новых", "count"),
                                Plain("updated", ColumnType::kInteger, "Updated", "Изменённых", "count"),
                                Plain("unchanged", ColumnType::kInteger, "Unchanged", "Без изменений", "count"),
                                Plain("quarantined", ColumnType::kInteger, "Quarantined", "В карантине", "count"),
                                Plain("observed_at", ColumnType::kInstant, "Observed at", "Наблюдалось"),
                                Plain("observed_from", ColumnType::kText, "Known from", "Откуда известно"),
                                Plain("import_id", ColumnType::kInteger, "Import", "Импорт")}});
  tables.push_back({.name = "columns",
                    .title = {"Columns", "Столбцы"},
                    .key = {"file", "column", "mapped_to"},
                    .columns = {Plain("file", ColumnType::kText, "File", "Файл"),
                                Plain("column", ColumnType::kText, "Column", "Столбец"),
                                Plain("mapped_to", ColumnType::kText, "Mapped to", "Сопоставлен с"),
                                Plain("type", ColumnType::kText, "Type", "Тип"),
                                Plain("sample", ColumnType::kText, "Sample", "Пример"),
                                Plain("note", ColumnType::kText, "Note", "Примечание"),
                                Plain("note_ru", ColumnType::kText, "Note (Russian)", "Примечание (по-русски)")}});
  tables.push_back({.name = "problems",
                    .title = {"First problems", "Первые ошибки"},
                    .key = {"file", "line", "column", "code"},
                    .columns = {Plain("file", ColumnType::kText, "File", "Файл"),
                                Plain("line", ColumnType::kInteger, "Line", "Строка"),
                                Plain("column", ColumnType::kText, "Column", "Столбец"),
                                Plain("code", ColumnType::kText, "Code", "Код"),
                                Plain("reason", ColumnType::kText, "Reason", "Причина"),
                                Plain("reason_ru", ColumnType::kText, "Reason (Russian)", "Причина (по-русски)"),
                                Plain("raw", ColumnType::kText, "Row as it was", "Строка как была")}});
  tables.push_back(lifecycle::NoticesTable());
  return tables;
}

void AddProblems(const std::vector<Error>& problems, analysis::Output& output) {
  for (analysis::Table& table : output.tables) {
    if (table.name != "files") continue;
    for (const Error& problem : problems) table.rows.push_back(FileRow(OutcomeOf(problem)));
  }
}

engine::Answer ImportAnswer(engine::Snapshot& snapshot, const analysis::Principal& principal, analysis::Output output) {
  return engine::Answer{.analysis = "sources.import",
                        .definition_id = "sources.import",
                        .definition_version = 1,
                        .params = {},
                        .scope = principal.Fingerprint(),
                        .as_of = snapshot.newest(),
                        .known_at = snapshot.known_at(),
                        .data_version = snapshot.data_version(),
                        .currency = snapshot.settings().currency,
                        .seed = 0,
                        .output = std::move(output)};
}

void WarnOfMappings(const std::vector<Error>& problems, analysis::Output& output) {
  for (const Error& problem : problems) {
    output.warnings.push_back({.code = "mapping_left_out",
                               .message = MakePhrase("a mapping of your own is left out: {}", problem.Whole()),
                               .params = {{"file", problem.place().file}}});
  }
}

analysis::Output ImportOutput(const std::vector<FileOutcome>& outcomes) {
  analysis::Output output;
  for (const TableSpec& spec : ImportTables()) {
    output.tables.push_back(
        {.name = spec.name, .key = spec.key, .columns = spec.columns, .rows = {}, .next_cursor = {}, .total_rows = {}});
  }
  for (const FileOutcome& outcome : outcomes) {
    output.tables[0].rows.push_back(FileRow(outcome));
    for (const sources::ColumnReport& column : outcome.report ? outcome.report->columns : outcome.columns) {
      output.tables[1].rows.push_back({outcome.file, column.header.empty() ? Value() : Value(column.header),
                                       column.mapped_to.empty() ? Value() : Value(column.mapped_to), column.type,
                                       column.samples.empty() ? Value() : Value(column.samples.front()),
                                       column.note.text, InRussian(column.note)});
    }
    if (!outcome.report) continue;
    for (const sources::Problem& problem : outcome.report->problems) {
      output.tables[2].rows.push_back({outcome.file, Count(problem.line), problem.header, problem.code,
                                       problem.reason.text, InRussian(problem.reason), problem.raw});
    }
  }
  return output;
}

}  // namespace weir::workspace
