// Rows of a file as text cells, block by block, whatever the file is: CSV in its dialects and encodings, JSON, JSON
// lines, Parquet, sheets of Excel workbooks, bank statements for 1C, calendars, event logs, the log of telephone
// queues, each also inside gzip or zip. Memory is bounded by a block and by the limits below.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/text.h"
#include "base/time.h"

namespace weir::sources {

// A file, or a part of one. The descriptor, if given, is used in place of the path and stays open and the caller's.
struct FileInput {
  std::string name;  // shown to people; its stem and dates speak for recognition
  std::filesystem::path path;
  int descriptor = -1;
  std::string member;                  // of a zip; empty: the file itself
  std::string sheet;                   // of a workbook; empty: the file is none
  std::string records;                 // path of a nested list in JSON; empty: the main one
  std::optional<Instant> modified_at;  // the file's own time

  std::string Title() const;  // "exports.zip/deals.csv", "deals.xlsx/March" or "invoices.json#lines.data"
};

enum class Format : std::uint8_t {
  kCsv,
  kJson,
  kJsonLines,
  kParquet,
  kBankExchange,
  kQueueLog,
  kWorkbook,
  kCalendar,
  kEventLog
};
std::string_view NameOf(Format format);

struct ReadLimits {
  std::uint64_t record_bytes = 16ULL << 20;  // one row
  std::uint64_t columns = 4096;
  std::uint64_t encoding_bytes = UINT64_MAX;   // read at most to find the encoding of a text that begins in ASCII
  std::uint64_t unpacked_bytes = 64ULL << 30;  // of one packed file
  std::uint64_t unpack_ratio = 1000;           // unpacked to packed, checked beyond 64 MiB
  int json_depth = 64;
};

struct ReadOptions {
  std::optional<Encoding> encoding;  // known beforehand
  char separator = 0;                // known beforehand
  std::vector<std::string> skip;     // globs: rows that are no data
  bool fills_short_rows = false;     // a row of CSV that ends early lacks its last cells; else it is faulty
  ReadLimits limits;
};

struct SourceColumn {
  std::string header;    // as in the file
  std::string name;      // normalised; a repeated name stays the same
  std::string currency;  // ISO code if the header carries a sign
};

// How the file was understood; kept with the import so that rows in quarantine can be read again.
struct Reading {
  Format format = Format::kCsv;
  Encoding encoding = Encoding::kUtf8;
  char separator = ',';
  std::uint64_t header_line = 1;
  bool fills_short_rows = false;
  std::vector<std::string> preamble;  // lines above the header
  std::vector<SourceColumn> columns;
};

// Why a row cannot be read as cells at all; code is empty for a sound row.
struct RowFault {
  std::string_view code;
  Phrase reason;
  std::uint64_t column = 0;  // from 1; 0: the row
};

// At most kRows rows, one cell per column. All views live until the next call of Next().
class RowBlock {
 public:
  static constexpr std::size_t kRows = 2048;

  std::size_t size() const { return lines_.size(); }
  std::size_t column_count() const { return column_count_; }
  std::string_view Cell(std::size_t row, std::size_t column) const { return cells_[row * column_count_ + column]; }
  std::uint64_t LineAt(std::size_t row) const { return lines_[row]; }
  std::string_view RawAt(std::size_t row) const { return raw_[row]; }
  // Null for a sound row. The cells of a faulty one are empty.
  const RowFault* FaultAt(std::size_t row) const;

  void Clear(std::size_t column_count);
  std::span<std::string_view> AddRow(std::uint64_t line, std::string_view raw);
  void SetFault(std::size_t row, RowFault fault);

 private:
  std::size_t column_count_ = 0;
  std::vector<std::string_view> cells_;  // row by row
  std::vector<std::uint64_t> lines_;
  std::vector<std::string_view> raw_;
  std::vector<std::pair<std::size_t, RowFault>> faults_;  // by row
};

class RowReader {
 public:
  virtual ~RowReader() = default;
  virtual const Reading& reading() const = 0;
  const std::vector<SourceColumn>& columns() const { return reading().columns; }
  // The next rows, or nullptr at the end.
  virtual Result<const RowBlock*> Next() = 0;
  // Rows that are no data: blank ones, totals, footers. Complete at the end.
  virtual std::uint64_t skipped_rows() const = 0;
  // Bytes read of those of the (packed) file, for progress; 0 of 0 if unknown.
  virtual std::uint64_t bytes_read() const = 0;
  virtual std::uint64_t bytes_total() const = 0;
};

// Errors: kBadInput for a file of unknown kind, an empty one, or one beyond the limits; kNotFound, kUnavailable.
Result<std::unique_ptr<RowReader>> OpenRows(const FileInput& file, const ReadOptions& options = {});

// Whether a file is JSON or JSON lines, by its beginning. Cost: that of reading its first bytes.
Result<bool> IsJson(const FileInput& file);

// Rows of a file that were kept as raw text, understood as the file was.
struct KeptRow {
  std::uint64_t line = 0;
  std::string raw;
};
std::unique_ptr<RowReader> OpenKeptRows(const Reading& reading, std::vector<KeptRow> rows);

// Reading as JSON text and back, for the import ledger.
std::string ToJson(const Reading& reading);
Result<Reading> ReadingFromJson(std::string_view json);

}  // namespace weir::sources
