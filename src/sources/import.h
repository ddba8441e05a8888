// Brings a file into the store as observations. Nothing is overwritten; read = new + updated + unchanged + quarantined.
// Everything happens inside the caller's transaction: without its commit nothing has happened (that is a dry run).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "sources/mapping.h"
#include "sources/reader.h"
#include "store/database.h"

namespace weir::sources {

enum class ImportStage : std::uint8_t { kLook, kRead, kCompare, kAppend };

struct ImportProgress {
  ImportStage stage = ImportStage::kRead;
  std::uint64_t rows = 0;
  double fraction = -1;  // of the file; negative if unknown
};

struct ImportContext {
  std::int64_t import_id = 0;
  std::int64_t data_version = 0;
  std::optional<Instant> exported_at;  // said by the user
  TimeZone reporting_zone = TimeZone::Utc();
  std::string default_region;    // ISO 3166, for phone numbers
  std::string default_currency;  // for minor units where no currency is known
  double score = 1.0;            // of the recognition, for the ledger
  Instant now{};                 // the file's time if nothing else is known
  std::function<void(const ImportProgress&)> progress;
  std::stop_token stop;
  std::size_t sample_rows = 5;
  std::size_t sample_problems = 20;
  bool is_whole = false;    // the file holds all that its table has, whatever its mapping says of extents
  bool is_dry_run = false;  // reads and compares, but appends nothing: rows that roll back would leave their traces
};

// Where the time of observation came from.
enum class ObservedFrom : std::uint8_t { kGiven, kModified, kFileName, kFileTime };
std::string_view NameOf(ObservedFrom from);  // "exported_at", "modified", "file_name", "file_time"

struct ColumnReport {
  std::string header;     // of the file; empty: a mapped column that the file lacks
  std::string mapped_to;  // empty: kept as x_...
  std::string stored_as;  // column of the observation table
  std::string type;       // of the mapping, or profiled
  std::uint64_t filled = 0;
  std::vector<std::string> samples;  // as stored
  Phrase note;
};

struct Problem {
  std::uint64_t line = 0;
  std::uint64_t column = 0;
  std::string header;
  std::string code;
  Phrase reason;
  std::string raw;
};

struct ImportReport {
  std::int64_t file_id = 0;
  std::string file;
  std::string source;
  std::string object;
  std::uint64_t read = 0;
  std::uint64_t added = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t quarantined = 0;
  std::uint64_t skipped = 0;       // blank rows, totals, footers: never data
  std::uint64_t deleted = 0;       // known rows that a full file no longer holds
  std::uint64_t softened = 0;      // cells whose contact detail could not be understood: kept as text, row accepted
  bool rests_on_currency = false;  // amounts in minor units of the default currency
  Instant observed_at{};
  ObservedFrom observed_from = ObservedFrom::kFileTime;
  std::string key_kind;  // "key", "natural", "content"
  std::string encoding;
  std::string format;
  std::vector<ColumnReport> columns;
  std::vector<Problem> problems;  // the first ones
};

// Takes the next number and writes the run's row.
Result<std::int64_t> BeginImport(store::Connection& connection, std::string_view kind, std::int64_t data_version,
                                 Instant started_at);
Status FinishImport(store::Connection& connection, std::int64_t import_id, Instant finished_at);

// A file on its way in, in two steps: so files are read side by side and yet come in one after another.
class StagedFile {
 public:
  // Reads, types and keys all rows into temporary tables of the connection, which hold one file at a time. Asks nothing
  // of the store and changes nothing in it, so that no transaction is needed. The mapping must outlive the file.
  static Result<StagedFile> Read(store::Connection& connection, const Mapping& mapping, const FileInput& file,
                                 const ImportContext& context);
  StagedFile(StagedFile&&) noexcept;
  StagedFile& operator=(StagedFile&&) noexcept;
  ~StagedFile();

  // Once, inside the caller's transaction on the same connection.
  Result<ImportReport> Append(std::int64_t import_id, std::int64_t data_version);

 private:
  struct State;
  explicit StagedFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

// Both steps inside the caller's transaction.
Result<ImportReport> ImportFile(store::Connection& connection, const Mapping& mapping, const FileInput& file,
                                const ImportContext& context);

// Reads the quarantined rows of an object again, by file, with the mapping as it is now. Rows that pass become
// observations at the time of their file; the others stay, with their reason renewed.
Result<std::vector<ImportReport>> ReplayRejects(store::Connection& connection, const Mapping& mapping,
                                                const ImportContext& context);

// Takes an import (or a replay) back: its files no longer count. What later files saw unchanged is kept under them.
Status UndoImport(store::Connection& connection, std::int64_t import_id, std::int64_t data_version);
// Several at once, each object of theirs looked at once: none of them keeps anything for another.
Status UndoImports(store::Connection& connection, std::span<const std::int64_t> import_ids, std::int64_t data_version);

}  // namespace weir::sources
