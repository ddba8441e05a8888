#include "sources/reader.h"

#include <algorithm>
#include <array>
#include <deque>

#include <nlohmann/json.hpp>

#include "base/plain_line.h"
#include "sources/bank_exchange_reader.h"
#include "sources/bytes.h"
#include "sources/calendar_reader.h"
#include "sources/csv_reader.h"
#include "sources/csv_scan.h"
#include "sources/event_log_reader.h"
#include "sources/json_reader.h"
#include "sources/parquet_reader.h"
#include "sources/sheet_reader.h"
#include "sources/text_records.h"
#include "sources/text_stream.h"
#include "sources/workbook.h"

namespace weir::sources {
namespace {

constexpr std::array<std::string_view, 9> kFormats{"csv",       "json", "jsonl", "parquet", "1c_client_bank",
                                                   "queue_log", "xlsx", "ics",   "xes"};

// JSON begins with a bracket; "[x]" may be a CSV header too.
bool LooksLikeJson(std::string_view text) {
  if (text.empty()) return false;
  if (text.front() == '{') return true;
  if (text.front() != '[') return false;
  const std::string_view inner = TrimBlanks(text.substr(1));
  return !inner.empty() && (inner.front() == '{' || inner.front() == ']');
}

Result<std::string> HeadOf(const FileInput& file, const ReadOptions& options) {
  constexpr std::size_t kHead = 4096;
  std::vector<char> bytes;
  ReadLimits limits = options.limits;
  limits.encoding_bytes = kHead;
  WEIR_TRY(TextStream stream, TextStream::Open(file, options.encoding, limits));
  WEIR_TRY(stream.Read(kHead, bytes));
  return std::string(bytes.begin(), bytes.end());
}

// What is neither JSON, nor a statement for 1C, nor of another known form is taken as CSV.
Result<std::unique_ptr<RowReader>> OpenText(const FileInput& file, const ReadOptions& options) {
  WEIR_TRY(const std::string head, HeadOf(file, options));
  const std::string_view text = TrimBlanks(head);
  if (LooksLikeJson(text)) return OpenJson(file, options);
  if (auto form = FormOfText(text)) return OpenTextRecords(file, options, std::move(form));
  if (IsCalendar(text)) return OpenCalendar(file, options);
  if (IsEventLog(text)) return OpenEventLog(file, options);
  return IsBankExchange(text) ? OpenBankExchange(file, options) : OpenCsv(file, options);
}

class KeptRowReader final : public RowReader {
 public:
  KeptRowReader(Reading reading, std::vector<KeptRow> rows)
      : reading_(std::move(reading)), rows_(std::move(rows)), form_(FormOf(reading_.format)) {}

  const Reading& reading() const override { return reading_; }
  std::uint64_t skipped_rows() const override { return 0; }
  std::uint64_t bytes_read() const override { return at_; }
  std::uint64_t bytes_total() const override { return rows_.size(); }

  Result<const RowBlock*> Next() override {
    texts_.clear();
    block_.Clear(reading_.columns.size());
    for (; at_ < rows_.size() && block_.size() < RowBlock::kRows; ++at_) Take(rows_[at_]);
    return block_.size() == 0 ? nullptr : &block_;
  }

 private:
  void Take(const KeptRow& row) {
    const std::span<std::string_view> cells = block_.AddRow(row.line, row.raw);
    std::optional<RowFault> fault = CellsOf(row.raw, cells);
    if (!fault) return;
    std::ranges::fill(cells, std::string_view());
    block_.SetFault(block_.size() - 1, std::move(*fault));
  }

  std::optional<RowFault> CellsOf(const std::string& raw, std::span<std::string_view> cells) {
    if (reading_.format == Format::kCsv) return TakeCsv(raw, cells);
    if (reading_.format == Format::kBankExchange) return CellsOfBankDocument(raw, reading_.columns, texts_, cells);
    if (reading_.format == Format::kWorkbook) return CellsOfSheetRow(raw, texts_, cells);
    if (reading_.format == Format::kCalendar && !raw.starts_with('[')) {
      return RowFault{"bad_event",
                      MakePhrase("the event is not understood; correct it in the calendar and export again"), 0};
    }
    if (form_ == nullptr) return CellsOfJson(raw, reading_.columns, texts_, cells);
    auto fault = FaultOfText(raw, {raw});
    return fault ? fault : form_->Cells(raw, texts_, cells);
  }

  std::optional<RowFault> TakeCsv(const std::string& raw, std::span<std::string_view> cells) {
    CsvRecord record;
    scanner_.Next(raw, true, record, texts_);
    if (record.fault != nullptr) return RowFault{"bad_quote", *record.fault, record.faulty_cell};
    if (auto fault = FaultOfText(raw, record.cells)) return fault;
    if (reading_.fills_short_rows && record.cells.size() < cells.size()) record.cells.resize(cells.size());
    if (auto fault = FaultOfCells(record.cells, cells.size())) return fault;
    std::copy_n(record.cells.begin(), cells.size(), cells.begin());
    return std::nullopt;
  }

  Reading reading_;
  std::vector<KeptRow> rows_;
  std::unique_ptr<TextForm> form_;
  std::size_t at_ = 0;
  CsvScanner scanner_{reading_.separator};
  std::deque<std::string> texts_;
  RowBlock block_;
};

}  // namespace

std::string FileInput::Title() const {
  std::string title = name.empty() ? path.filename().string() : name;
  if (!member.empty()) title += "/" + member;
  if (!sheet.empty()) title += "/" + sheet;
  if (!records.empty()) title += "#" + records;
  return PlainLine(title);
}

std::string_view NameOf(Format format) { return kFormats.at(static_cast<std::size_t>(format)); }

const RowFault* RowBlock::FaultAt(std::size_t row) const {
  const auto found = std::ranges::lower_bound(faults_, row, {}, &std::pair<std::size_t, RowFault>::first);
  return found != faults_.end() && found->first == row ? &found->second : nullptr;
}

void RowBlock::Clear(std::size_t column_count) {
  column_count_ = column_count;
  cells_.clear();
  cells_.reserve(column_count * kRows);
  lines_.clear();
  raw_.clear();
  faults_.clear();
}

std::span<std::string_view> RowBlock::AddRow(std::uint64_t line, std::string_view raw) {
  WEIR_CHECK(size() < kRows);
  lines_.push_back(line);
  raw_.push_back(raw);
  // Views of earlier rows stay valid only as values: the caller fills its row before it adds another.
  cells_.resize(cells_.size() + column_count_);
  return {cells_.data() + cells_.size() - column_count_, column_count_};
}

void RowBlock::SetFault(std::size_t row, RowFault fault) { faults_.emplace_back(row, std::move(fault)); }

Result<std::unique_ptr<RowReader>> OpenRows(const FileInput& file, const ReadOptions& options) {
  WEIR_TRY(const FileKind kind, KindOf(file));
  switch (kind) {
    case FileKind::kEmpty:
      return Fail(BadInput("the file is empty").At(file.Title()).Mend("Export it again"));
    case FileKind::kWorkbook:
      return Fail(ObjectionToOldDocument(file));
    case FileKind::kZip:
      if (!file.sheet.empty()) return OpenSheet(file, options);
      return Fail(BadInput("a zip within a zip is not opened")
                      .At(file.Title())
                      .Mend("Unpack the outer zip and import the inner one"));
    case FileKind::kWebPage:
      return Fail(BadInput("this is a web page and no table; perhaps the session had ended")
                      .At(file.Title())
                      .Mend("Sign in and export again"));
    case FileKind::kBinary:
      return Fail(
          BadInput("this is no table: Weir reads CSV, TSV, JSON, JSON lines, Parquet, Excel workbooks, iCalendar, "
                   "XES and 1CClientBankExchange, also in gzip and zip")
              .At(file.Title())
              .Mend("Export the data in one of these forms"));
    case FileKind::kParquet:
      return OpenParquet(file, options);
    case FileKind::kText:
    case FileKind::kGzip:
      break;
  }
  return OpenText(file, options);
}

Result<bool> IsJson(const FileInput& file) {
  WEIR_TRY(const FileKind kind, KindOf(file));
  if (kind != FileKind::kText && kind != FileKind::kGzip) return false;
  WEIR_TRY(const std::string head, HeadOf(file, {}));
  return LooksLikeJson(TrimBlanks(head));
}

std::unique_ptr<RowReader> OpenKeptRows(const Reading& reading, std::vector<KeptRow> rows) {
  return std::make_unique<KeptRowReader>(reading, std::move(rows));
}

std::string ToJson(const Reading& reading) {
  nlohmann::ordered_json json;
  json["format"] = NameOf(reading.format);
  json["encoding"] = NameOf(reading.encoding);
  json["separator"] = std::string(1, reading.separator);
  json["header_line"] = reading.header_line;
  json["preamble"] = reading.preamble;
  if (reading.fills_short_rows) json["fills_short_rows"] = true;
  json["columns"] = nlohmann::ordered_json::array();
  for (const SourceColumn& column : reading.columns) {
    json["columns"].push_back({{"header", column.header}, {"name", column.name}, {"currency", column.currency}});
  }
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

Result<Reading> ReadingFromJson(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  const auto broken = [] { return Fail(BadInput("the ledger's note of how a file was read is broken")); };
  if (!json.is_object() || !json.contains("columns") || !json["columns"].is_array()) return broken();
  Reading reading;
  const auto format = std::ranges::find(kFormats, json.value("format", ""));
  const auto encoding = FindEncoding(json.value("encoding", ""));
  const std::string separator = json.value("separator", "");
  if (format == kFormats.end() || !encoding || separator.size() != 1) return broken();
  reading.format = static_cast<Format>(format - kFormats.begin());
  reading.encoding = *encoding;
  reading.separator = separator.front();
  reading.fills_short_rows = json.value("fills_short_rows", false);
  reading.header_line = json.value("header_line", std::uint64_t{1});
  for (const auto& column : json["columns"]) {
    if (!column.is_object()) return broken();
    reading.columns.push_back({column.value("header", ""), column.value("name", ""), column.value("currency", "")});
  }
  return reading;
}

}  // namespace weir::sources
