#include "sources/import_file.h"

#include <algorithm>
#include <unordered_map>

#include "base/russian.h"
#include "sources/stage.h"

namespace weir::sources {

class FileImport::Steps {
 public:
  Steps(store::Connection& connection, const Mapping& mapping, const ImportJob& job, ImportContext context)
      : connection_(connection), mapping_(mapping), job_(job), context_(std::move(context)) {}

  Status Read() {
    report_.file = job_.title;
    report_.source = mapping_.source;
    report_.object = mapping_.object;
    WEIR_TRY(Prepare());
    WEIR_TRY(bool is_decided, ReadRows());
    if (!is_decided) {
      // Some cell can be understood only from its whole column: look at all of it, then read again.
      WEIR_TRY(NoteEvidence());
      WEIR_TRY(is_decided, ReadRows());
      WEIR_CHECK(is_decided);
    }
    return {};
  }

  Result<ImportReport> Append(std::int64_t import_id, std::int64_t data_version) {
    context_.import_id = import_id;
    context_.data_version = data_version;
    WEIR_TRY(AppendRows());
    WEIR_TRY(FinishReport());
    return std::move(report_);
  }

 private:
  Status CheckStop() const {
    if (context_.stop.stop_requested()) return Fail(Cancelled("the import was stopped").At(job_.title));
    return {};
  }

  void Tell(ImportStage stage, const RowReader* reader, std::uint64_t rows) const {
    if (!context_.progress) return;
    ImportProgress progress;
    progress.stage = stage;
    progress.rows = rows;
    if (reader != nullptr && reader->bytes_total() > 0) {
      progress.fraction = static_cast<double>(reader->bytes_read()) / static_cast<double>(reader->bytes_total());
    }
    context_.progress(progress);
  }

  Status Prepare() {
    WEIR_TRY(const std::unique_ptr<RowReader> reader, job_.open());
    reading_ = reader->reading();
    plan_ = PlanStage(mapping_, reading_.columns);
    report_.format = NameOf(reading_.format);
    report_.encoding = NameOf(reading_.encoding);
    report_.key_kind = NameOf(plan_.key_kind);
    TypingOptions options;
    options.zone = context_.reporting_zone;
    if (!mapping_.time_zone.empty()) {
      WEIR_TRY(options.zone, TimeZone::Find(mapping_.time_zone));
    }
    const bool says_utc = std::ranges::any_of(reading_.columns, [&](const SourceColumn& column) {
      return std::ranges::find(mapping_.utc_if, column.name) != mapping_.utc_if.end();
    });
    if (says_utc) options.zone = TimeZone::Utc();
    options.keeps_clock = mapping_.time_zone.empty() && !says_utc;
    options.repeated_hour = mapping_.repeated_hour;
    options.missing_hour = mapping_.missing_hour;
    options.region = context_.default_region;
    options.default_currency = context_.default_currency;
    options.separator = reading_.format == Format::kCsv ? reading_.separator : ',';
    options.has_iso_dates = reading_.format == Format::kWorkbook;
    keeps_clock_ = options.keeps_clock;
    zone_ = options.keeps_clock ? TimeZone::Utc() : options.zone;
    typer_.emplace(mapping_, plan_.bindings, reading_.columns, options);
    if (job_.evidence) typer_->SetEvidence(*job_.evidence);
    return {};
  }

  // False if the columns must be looked at first.
  Result<bool> ReadRows() {
    stage_.reset();
    WEIR_TRY(Stage stage,
             Stage::Create(connection_, mapping_, plan_, zone_, context_.sample_rows, context_.sample_problems));
    stage_.emplace(std::move(stage));
    WEIR_TRY(const std::unique_ptr<RowReader> reader, job_.open());
    while (true) {
      WEIR_TRY(CheckStop());
      WEIR_TRY(const RowBlock* block, reader->Next());
      if (block == nullptr) break;
      if (!typer_->Type(*block)) return false;
      WEIR_TRY(stage_->Add(*block, *typer_));
      Tell(ImportStage::kRead, reader.get(), stage_->rows());
    }
    report_.skipped = reader->skipped_rows();
    WEIR_TRY(stage_->Close());
    return true;
  }

  Status NoteEvidence() {
    WEIR_TRY(const std::unique_ptr<RowReader> reader, job_.open());
    std::uint64_t rows = 0;
    while (true) {
      WEIR_TRY(CheckStop());
      WEIR_TRY(const RowBlock* block, reader->Next());
      if (block == nullptr) break;
      typer_->Note(*block);
      rows += block->size();
      Tell(ImportStage::kLook, reader.get(), rows);
    }
    typer_->FinishEvidence();
    return {};
  }

  // Whether the stamps of modification are by the clock on the wall: days always are.
  bool AreStampsByClock() const {
    return keeps_clock_ && std::ranges::any_of(plan_.modified, [&](std::size_t index) {
             return StorageOf(mapping_.columns[index].type) == Storage::kDay || typer_->KeptClock(index);
           });
  }

  void FindObservationTime() {
    if (job_.observed_at) {
      report_.observed_at = *job_.observed_at;
      report_.observed_from = job_.observed_from;
      return;
    }
    // A stamp of the day after tomorrow is a typing error, not the time of an export.
    const bool has_clock = context_.now.micros != 0;
    const Instant latest = has_clock ? Instant{context_.now.micros + kMicrosPerDay} : Instant{INT64_MAX};
    if (const auto modified = stage_->newest_modified(latest)) {
      report_.observed_at = *modified;
      report_.observed_from = ObservedFrom::kModified;
      if (AreStampsByClock()) {
        report_.observed_at = context_.reporting_zone.FromLocalMicros(modified->micros);
        observed_by_ = context_.reporting_zone.name();
      }
    } else if (const auto named = DateInName(job_.name_for_date, context_.reporting_zone)) {
      report_.observed_at = *named;
      report_.observed_from = ObservedFrom::kFileName;
      observed_by_ = context_.reporting_zone.name();
    } else {
      report_.observed_at = job_.file_time.value_or(context_.now);
      report_.observed_from = ObservedFrom::kFileTime;
    }
  }

  Status AppendRows() {
    Tell(ImportStage::kCompare, nullptr, stage_->staged());
    WEIR_TRY(const NextNumbers next, TakeNumbers(connection_));
    report_.file_id = next.file_id;
    FindObservationTime();
    if (stage_->content_keyed() > 0) WEIR_TRY(NumberContentKeys(connection_));
    Duplicates duplicates;
    if (stage_->may_repeat_keys()) {
      WEIR_TRY(duplicates, TakeDuplicates(connection_));
    }
    WEIR_TRY(RefuseDuplicates(duplicates));
    CompareInput input;
    input.mapping = &mapping_;
    input.plan = &plan_;
    for (std::size_t i = 0; i < plan_.columns.size(); ++i) input.is_stored.push_back(IsStored(i));
    input.file_id = next.file_id;
    input.data_version = context_.data_version;
    input.first_obs = next.first_obs;
    input.rows = stage_->rows();
    input.observed_at = report_.observed_at;
    // A refused row without a key may be any of the known ones; rows out of quarantine are never the whole file; and a
    // header alone is a failed export rather than the end of everything.
    input.may_delete = stage_->rows() > 0 && !stage_->has_refused_without_key() && job_.replay_of == 0;
    input.is_dry_run = context_.is_dry_run;
    WEIR_TRY(PrepareTable(connection_, mapping_, plan_, input.is_stored, context_.data_version));
    WEIR_TRY(CheckStop());
    Tell(ImportStage::kAppend, nullptr, stage_->staged());
    WEIR_TRY(compared_, CompareAndAppend(connection_, input));
    report_.read = stage_->rows();
    report_.added = compared_.added;
    report_.updated = compared_.updated;
    report_.unchanged = compared_.unchanged + duplicates.identical;
    report_.quarantined = stage_->refused() + duplicates.different.size();
    report_.deleted = compared_.deleted;
    report_.softened = stage_->softened();
    report_.rests_on_currency = typer_->rests_on_currency();
    WEIR_CHECK(report_.read == report_.added + report_.updated + report_.unchanged + report_.quarantined);
    first_obs_ = next.first_obs;
    return {};
  }

  bool IsStored(std::size_t column) const {
    const bool is_mapped = plan_.columns[column].source == StageSource::kMapped;
    return is_mapped ? !plan_.columns[column].binding.empty() || IsFilled(column) : IsFilled(column);
  }
  // A currency that stood with its amount fills a column that the file does not have.
  bool IsFilled(std::size_t column) const { return stage_->columns()[column].filled > 0; }

  // Puts the losers of repeated keys into quarantine. Their text is read again: it is not kept for all rows.
  Status RefuseDuplicates(const Duplicates& duplicates) {
    if (duplicates.different.empty()) return {};
    std::unordered_map<std::int64_t, const DuplicateRow*> wanted;
    for (const DuplicateRow& row : duplicates.different) wanted.emplace(row.row, &row);
    WEIR_TRY(store::Appender rejects, connection_.Append("", "weir_reject"));
    WEIR_TRY(const std::unique_ptr<RowReader> reader, job_.open());
    std::int64_t number = 0;
    while (true) {
      WEIR_TRY(CheckStop());
      WEIR_TRY(const RowBlock* block, reader->Next());
      if (block == nullptr) break;
      for (std::size_t row = 0; row < block->size(); ++row, ++number) {
        const auto found = wanted.find(number);
        if (found == wanted.end()) continue;
        WEIR_TRY(RefuseDuplicate(*found->second, RawOf(*block, row), rejects));
      }
    }
    return rejects.Close();
  }

  Status RefuseDuplicate(const DuplicateRow& duplicate, const std::string& raw, store::Appender& rejects) {
    const Phrase reason = duplicate.has_stamp
                              ? MakePhrase("line {} has the same key and was modified later", duplicate.kept_line)
                              : MakePhrase(
                                    "line {} has the same key and other values, and nothing says which is newer; "
                                    "export the time of modification too, or remove one of them in the source",
                                    duplicate.kept_line);
    const std::string header = plan_.key.empty() ? "" : plan_.columns[plan_.key[0]].header;
    const std::size_t column =
        plan_.key.empty() || plan_.bindings[plan_.key[0]].empty() ? 0 : plan_.bindings[plan_.key[0]].back() + 1;
    rejects.Integer(duplicate.row);
    rejects.Integer(duplicate.line);
    rejects.Integer(static_cast<std::int64_t>(column));
    if (header.empty())
      rejects.Null();
    else
      rejects.Text(header);
    rejects.Text("duplicate_key");
    rejects.Text(reason.text);
    rejects.Text(InRussian(reason));
    rejects.Text(raw);
    rejects.Null();
    if (duplicate_problems_.size() < context_.sample_problems) {
      duplicate_problems_.push_back(
          {static_cast<std::uint64_t>(duplicate.line), column, header, "duplicate_key", reason, raw});
    }
    return rejects.EndRow();
  }

  Status FinishReport() {
    report_.problems = stage_->problems();
    report_.problems.insert(report_.problems.end(), duplicate_problems_.begin(), duplicate_problems_.end());
    std::ranges::stable_sort(report_.problems, {}, &Problem::line);
    if (report_.problems.size() > context_.sample_problems) report_.problems.resize(context_.sample_problems);
    for (std::size_t i = 0; i < plan_.columns.size(); ++i) {
      const StageColumn& column = plan_.columns[i];
      const StagedColumn& staged = stage_->columns()[i];
      if (column.source == StageSource::kKept && staged.filled == 0) continue;
      report_.columns.push_back(Describe(column, staged));
    }
    if (context_.is_dry_run) return {};
    WEIR_TRY(WriteColumns(connection_, mapping_, plan_, *stage_, context_.data_version));
    FileEntry entry;
    entry.mapping = &mapping_;
    entry.context = &context_;
    entry.report = &report_;
    entry.compared = &compared_;
    entry.reading =
        job_.replay_of == 0 ? JoinReading(ToJson(reading_), ToJson(mapping_, typer_->evidence())) : job_.reading;
    entry.first_obs = first_obs_;
    entry.replay_of = job_.replay_of;
    WEIR_TRY(WriteFile(connection_, entry));
    std::vector<std::string> clocks;
    for (std::size_t i = 0; i < mapping_.columns.size(); ++i) {
      if (typer_->KeptClock(i)) clocks.push_back(mapping_.columns[i].name);
    }
    return WriteClocks(connection_, entry, clocks, observed_by_);
  }

  ColumnReport Describe(const StageColumn& column, const StagedColumn& staged) const {
    ColumnReport described;
    described.header = column.header;
    described.stored_as = column.name;
    described.filled = staged.filled;
    described.samples = staged.samples;
    switch (column.source) {
      case StageSource::kMapped:
        described.mapped_to = column.name;
        described.type = NameOf(mapping_.columns[column.index].type);
        if (typer_->KeptClock(column.index)) {
          for (std::string& sample : described.samples) sample.resize(sample.find_last_not_of('Z') + 1);  // no UTC
        }
        if (column.binding.empty()) described.note = MakePhrase("not in this file");
        Extend(described.note, RepeatedNote(column));
        break;
      case StageSource::kKept:
        described.type = "text";
        described.note =
            MakePhrase("texts that hold more than one {}, or none", NameOf(mapping_.columns[column.index].type));
        break;
      case StageSource::kUnmapped:
        described.type = staged.profile.type();
        described.note = RepeatedNote(column);
        if (!described.note.text.empty()) Extend(described.note, AsIs("; "));
        Extend(described.note,
               staged.filled == 0 ? MakePhrase("empty") : MakePhrase("no mapping names it: kept as it is"));
        break;
    }
    return described;
  }

  static Phrase RepeatedNote(const StageColumn& column) {
    if (column.binding.size() < 2) return {};
    std::string numbers;
    for (const std::size_t place : column.binding)
      numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", place + 1);
    return MakePhrase("columns {} have this header: the last filled cell counts", numbers);
  }

  store::Connection& connection_;
  const Mapping& mapping_;
  const ImportJob& job_;
  ImportContext context_;
  ImportReport report_;
  Reading reading_;
  StagePlan plan_;
  TimeZone zone_ = TimeZone::Utc();  // of days that are stamps of modification
  bool keeps_clock_ = false;
  std::optional<std::string> observed_by_;  // the zone that the time of the observation rests on
  std::optional<BlockTyper> typer_;
  std::optional<Stage> stage_;
  CompareResult compared_;
  std::int64_t first_obs_ = 0;
  std::vector<Problem> duplicate_problems_;
};

FileImport::FileImport(store::Connection& connection, const Mapping& mapping, const ImportJob& job,
                       ImportContext context)
    : steps_(std::make_unique<Steps>(connection, mapping, job, std::move(context))) {}
FileImport::~FileImport() = default;

Status FileImport::Read() { return steps_->Read(); }

Result<ImportReport> FileImport::Append(std::int64_t import_id, std::int64_t data_version) {
  return steps_->Append(import_id, data_version);
}

}  // namespace weir::sources
