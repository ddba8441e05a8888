#include "workspace/importer.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/russian.h"
#include "lifecycle/notices.h"
#include "sources/discover.h"
#include "sources/known_files.h"
#include "sources/recognise.h"
#include "sources/rejects.h"
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

// A file, or a part of one, and the mapping that it is read with; an empty one is found by its header.
struct MeantFile {
  sources::FileInput file;
  std::string mapping;
};

Result<const sources::Mapping*> FindMapping(const sources::MappingCatalog& mappings, const std::string& name) {
  const std::size_t slash = name.find('/');
  const sources::Mapping* mapping =
      slash == std::string::npos ? nullptr : mappings.Find(name.substr(0, slash), name.substr(slash + 1));
  if (mapping != nullptr) return mapping;
  return Fail(NotFound("there is no mapping '{}'", name)
                  .Field("mapping")
                  .Mend("Write source/object, such as salesforce/opportunity"));
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

// The mapping to read the file with, or nothing with the reason in `outcome`.
Result<const sources::Mapping*> Choose(const MeantFile& meant, const ImportRequest& request, const ImportSetup& setup,
                                       FileOutcome& outcome) {
  if (!meant.mapping.empty()) {
    WEIR_TRY(const sources::Mapping* mapping, FindMapping(setup.mappings, meant.mapping));
    outcome.score = 1.0;
    outcome.reason = request.mapping.empty() ? MakePhrase("as it was asked for") : MakePhrase("chosen by you");
    return mapping;
  }
  const sources::FileInput& file = meant.file;
  WEIR_TRY(sources::Sample sample, sources::TakeSample(file));
  const std::vector<sources::Candidate> candidates = sources::Recognise(setup.mappings, sample);
  if (candidates.empty()) {
    outcome.columns = sources::DescribeSample(sample);
    outcome.reason = MakePhrase(
        "no mapping knows these headers; 'weir propose' proposes a mapping, or name the columns as the generic form "
        "does");
    return nullptr;
  }
  const sources::Candidate& best = candidates.front();
  outcome.source = best.mapping->source;
  outcome.object = best.mapping->object;
  outcome.score = best.score;
  outcome.reason = best.reason;
  if (best.IsAccepted()) return best.mapping;
  outcome.columns = sources::DescribeSample(sample);
  outcome.reason = MakePhrase("nearest: {}", best.reason);
  constexpr double kLikely = 0.8;  // below that the advice would do more harm than good
  if (best.missing.empty() && best.score >= kLikely) {
    Extend(outcome.reason, MakePhrase("; to read it so all the same: --mapping {}/{}", outcome.source, outcome.object));
  }
  return nullptr;
}

Phrase StageOf(const std::string& file, const sources::ImportProgress& at) {
  switch (at.stage) {
    case sources::ImportStage::kLook:
      return MakePhrase("{}: look at {} rows", file, at.rows);
    case sources::ImportStage::kRead:
      return MakePhrase("{}: read {} rows", file, at.rows);
    case sources::ImportStage::kCompare:
      return MakePhrase("{}: compare {} rows", file, at.rows);
    case sources::ImportStage::kAppend:
      break;
  }
  return MakePhrase("{}: append {} rows", file, at.rows);
}

sources::ImportContext ContextFor(const ImportSetup& setup, const FileOutcome& outcome,
                                  const analysis::Progress& progress, std::stop_token stop, std::int64_t version) {
  sources::ImportContext context;
  context.data_version = version;
  context.exported_at = setup.exported_at;
  context.is_whole = setup.is_whole;
  if (auto zone = TimeZone::Find(setup.settings.time_zone)) context.reporting_zone = *zone;
  context.default_region = setup.settings.default_region;
  context.default_currency = setup.settings.currency == kNoCurrency ? "" : setup.settings.currency;
  context.score = outcome.score;
  context.now = setup.now;
  context.stop = std::move(stop);
  context.progress = [&progress, &outcome](const sources::ImportProgress& at) {
    if (progress) progress(StageOf(outcome.file, at), at.fraction);
  };
  return context;
}

// A file without a new row is news all the same where it is newer than all that is known of its object: things still
// stood as they did.
Result<bool> ChangesAnything(store::Connection& connection, const sources::ImportReport& report,
                             std::int64_t new_rejects) {
  if (report.added + report.updated + report.deleted > 0 || new_rejects > 0) return true;
  const std::array<store::Value, 4> file{report.source, report.object, report.file_id, report.observed_at};
  WEIR_TRY(const std::int64_t as_new, connection.QueryInteger(R"(
    SELECT count(*) FROM meta.import_file
    WHERE state = 'committed' AND source = ? AND object = ? AND file_id <> ? AND observed_at >= ?)",
                                                              file));
  return as_new == 0;
}

// Which files came in before, and what is noted of one so that it is known the next time.
struct Known {
  sources::KnownFiles files;
  sources::FileDigests digests = {};
};

// What a run knows of the file before it reads it as a table.
struct Identified {
  sources::FileStamp stamp;
  sources::Basis basis;
};

// True if the file is in already, as it is and read as it would be now: then nothing is to be done.
Result<bool> IsKnown(const MeantFile& meant, const ImportSetup& setup, Known& known, Identified& identified,
                     FileOutcome& outcome) {
  const sources::FileInput& file = meant.file;
  WEIR_TRY(identified.stamp, sources::StampOf(file));
  identified.basis = sources::BasisOf(setup.mappings, ContextFor(setup, outcome, {}, {}, 0), meant.mapping);
  if (!known.files.HasSize(identified.stamp.bytes)) return false;
  WEIR_TRY(const std::string digest, known.digests.Of(file));
  const sources::KnownFile* found = known.files.Find(file, digest, identified.basis, setup.exported_at);
  if (found == nullptr) return false;
  outcome.state = "imported";
  outcome.source = found->report.source;
  outcome.object = found->report.object;
  outcome.score = found->score;
  outcome.reason = MakePhrase("the same file is in already, by import {}", found->import_id);
  outcome.import_id = found->import_id;
  outcome.report = found->report;
  return true;
}

// Only now, when it is worth its cost. What somebody wrote to meanwhile may not be what was read: it stays unknown.
Status NoteFile(store::Connection& connection, const sources::FileInput& file, const Identified& identified,
                const sources::ImportReport& report, sources::FileDigests& digests) {
  WEIR_TRY(const std::string digest, digests.Of(file));
  WEIR_TRY(const sources::FileStamp stamp, sources::StampOf(file));
  if (stamp != identified.stamp) return {};
  return sources::NoteDigest(connection, report, digest, identified.basis);
}

Status ImportOne(store::Connection& connection, const MeantFile& meant, const ImportRequest& request,
                 const ImportSetup& setup, Known& known, const analysis::Progress& progress,
                 const std::stop_token& stop, FileOutcome& outcome) {
  const sources::FileInput& file = meant.file;
  Identified identified;
  if (!request.dry_run) {
    WEIR_TRY(const bool is_known, IsKnown(meant, setup, known, identified, outcome));
    if (is_known) return {};
  }
  WEIR_TRY(const sources::Mapping* mapping, Choose(meant, request, setup, outcome));
  if (mapping == nullptr) {
    outcome.state = "unrecognised";
    return {};
  }
  outcome.source = mapping->source;
  outcome.object = mapping->object;
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(const std::int64_t newest, NewestVersion(connection));
  sources::ImportContext context = ContextFor(setup, outcome, progress, stop, newest + 1);
  context.is_dry_run = request.dry_run;
  WEIR_TRY(context.import_id, sources::BeginImport(connection, "import", newest + 1, setup.now));
  WEIR_TRY(sources::ImportReport report, sources::ImportFile(connection, *mapping, file, context));
  outcome.report = std::move(report);
  outcome.import_id = context.import_id;
  if (outcome.report->read == 0) Extend(outcome.reason, MakePhrase("; below its header the file holds no rows"));
  if (request.dry_run) {
    outcome.state = "recognised";
    return {};  // the transaction rolls back: nothing has happened
  }
  WEIR_TRY(sources::FinishImport(connection, context.import_id, WallClockNow()));
  WEIR_TRY(NoteFile(connection, file, identified, *outcome.report, known.digests));
  std::int64_t new_rejects = 0;
  if (outcome.report->quarantined > 0) {
    WEIR_TRY(new_rejects, sources::KeepNewRejects(connection, context.import_id));
  }
  WEIR_TRY(const bool changes, ChangesAnything(connection, *outcome.report, new_rejects));
  if (changes) {
    WEIR_TRY(CommitVersion(connection, newest + 1, "import", outcome.file, setup.who, setup.now));
  }
  if (progress) progress(MakePhrase("{}: commit", outcome.file), 1.0);
  WEIR_TRY(transaction.Commit());
  outcome.state = "imported";
  return {};
}

// What is not of this file but of the store, the disk or the question: the next file would fare no better.
bool ConcernsAll(const Error& error) {
  const bool is_of_the_store = error.code() == Code::kUnavailable && error.place().file.empty();
  return is_of_the_store || error.code() == Code::kCancelled || error.code() == Code::kBug ||
         error.code() == Code::kConflict || (error.code() == Code::kNotFound && error.field() == "mapping");
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

Result<std::vector<FileOutcome>> ImportAll(store::Connection& connection, const ImportRequest& request,
                                           const ImportSetup& setup, const analysis::Progress& progress,
                                           std::stop_token stop) {
  std::vector<FileOutcome> outcomes;
  WEIR_TRY(const std::vector<MeantFile> files, Inputs(request, setup.mappings, outcomes));
  WEIR_TRY(sources::KnownFiles files_in, sources::KnownFiles::Read(connection));
  Known known{.files = std::move(files_in)};
  for (std::size_t i = 0; i < files.size(); ++i) {
    if (stop.stop_requested()) return Fail(Cancelled("the import was stopped after {} of {} files", i, files.size()));
    FileOutcome outcome;
    outcome.file = files[i].file.Title();
    const analysis::Progress one = [&](const Phrase& stage, double fraction) {
      if (progress)
        progress(stage, (static_cast<double>(i) + std::max(fraction, 0.0)) / static_cast<double>(files.size()));
    };
    if (auto done = ImportOne(connection, files[i], request, setup, known, one, stop, outcome); !done) {
      if (ConcernsAll(done.error())) return Fail(std::move(done).error());
      outcome.state = "error";
      outcome.report.reset();
      outcome.error = std::move(done).error();
    }
    outcomes.push_back(std::move(outcome));
  }
  return outcomes;
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
