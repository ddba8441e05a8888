#include "sources/csv_reader.h"

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>

#include "sources/ahead.h"
#include "sources/csv_dialect.h"
#include "sources/csv_scan.h"

namespace weir::sources {
namespace {

constexpr std::size_t kPiece = 1 << 20;
constexpr std::size_t kDialectSample = 1 << 20;

constexpr std::size_t kLongestFooter = 100;  // records

bool IsBlank(const std::vector<std::string_view>& cells) {
  return std::ranges::all_of(cells, [](std::string_view cell) { return TrimBlanks(cell).empty(); });
}

// A block and all that its cells point into: it stays sound whatever is read after it.
struct CsvBlock {
  RowBlock rows;
  std::shared_ptr<const std::vector<char>> text;
  std::deque<std::string> texts;  // those that had to be written anew
  Status done;
  std::uint64_t skipped = 0;  // rows, up to its end
  std::uint64_t bytes_read = 0;
};

class CsvReader final : public RowReader {
 public:
  static Result<std::unique_ptr<RowReader>> Open(const FileInput& file, const ReadOptions& options) {
    WEIR_TRY(TextStream stream, TextStream::Open(file, options.encoding, options.limits));
    auto reader = std::unique_ptr<CsvReader>(new CsvReader(std::move(stream), options, file.Title()));
    WEIR_TRY(reader->ReadHeader());
    return std::unique_ptr<RowReader>(std::move(reader));
  }

  const Reading& reading() const override { return reading_; }
  std::uint64_t skipped_rows() const override { return current_->skipped; }
  std::uint64_t bytes_read() const override { return current_->bytes_read; }
  std::uint64_t bytes_total() const override { return stream_.bytes_total(); }

  Result<const RowBlock*> Next() override {
    if (!ahead_) {
      current_ = &alone_;
      if (Fill(alone_) && ++filled_alone_ > kAlone) FillAhead();
    } else {
      current_ = &ahead_->Next();
    }
    WEIR_TRY(current_->done);
    return current_->rows.size() == 0 ? nullptr : &current_->rows;
  }

 private:
  // A short record that may turn out to be a footer.
  struct ShortRecord {
    std::uint64_t line;
    std::string raw;
    RowFault fault;
  };

  static constexpr std::size_t kAlone = 16;  // blocks; shorter files are read before a thread has begun

  CsvReader(TextStream stream, const ReadOptions& options, std::string title)
      : stream_(std::move(stream)), options_(options), title_(std::move(title)), scanner_(',') {}

  // The next block; false if it is the last, or failed.
  bool Fill(CsvBlock& block) {
    block.rows.Clear(reading_.columns.size());
    block.text.reset();
    block.texts.clear();
    block_ = &block;
    block.done = {};
    while (block.done && block.rows.size() == 0 && !is_done_) block.done = FillRows();
    block.text = buffer_;
    block.skipped = skipped_;
    block.bytes_read = stream_.bytes_read();
    return block.done && block.rows.size() > 0;
  }

  // Finding where cells begin and end takes about as long as understanding them: of a long file a thread of its own
  // does it. Where the system has none to give, whoever reads goes on.
  void FillAhead() {
    ahead_ = Ahead<CsvBlock>::Start([this](CsvBlock& block) { return Fill(block); });
    if (!ahead_) filled_alone_ = 0;
  }

  std::string_view Pending() const { return {buffer_->data() + begin_, buffer_->size() - begin_}; }

  // What is pending moves into a buffer that no block points into.
  Status ReadMore(std::size_t wanted) {
    auto free = std::ranges::find(buffers_, 1, [](const auto& buffer) { return buffer.use_count(); });
    if (free == buffers_.end()) free = buffers_.insert(free, std::make_shared<std::vector<char>>());
    const std::string_view pending = Pending();
    (*free)->assign(pending.begin(), pending.end());
    buffer_ = *free;
    begin_ = 0;
    const std::size_t before = buffer_->size();
    WEIR_TRY(stream_.Read(wanted, *buffer_));
    is_last_ = buffer_->size() == before;
    return {};
  }

  Status ReadHeader() {
    while (buffer_->size() < kDialectSample && !is_last_) WEIR_TRY(ReadMore(kDialectSample - buffer_->size()));
    if (TrimBlanks(Pending().substr(0, 4096)).empty() && is_last_) {
      return Fail(BadInput("the file is empty").At(title_).Mend("Export it again"));
    }
    WEIR_TRY(CsvDialect dialect, FindDialect(Pending(), is_last_, options_, title_));
    reading_.format = Format::kCsv;
    reading_.encoding = stream_.encoding();
    reading_.separator = dialect.separator;
    reading_.header_line = dialect.header_line;
    reading_.fills_short_rows = options_.fills_short_rows;
    reading_.preamble = std::move(dialect.preamble);
    reading_.columns = std::move(dialect.columns);
    scanner_ = CsvScanner(reading_.separator);
    begin_ = dialect.header_offset;
    line_ = dialect.header_line;
    scanner_.Next(Pending(), is_last_, record_, alone_.texts);
    header_raw_ = record_.raw;
    Advance();
    return {};
  }

  void Advance() {
    begin_ += record_.size;
    line_ += record_.lines;
  }

  // Adds records until the block is full or the buffer holds no whole record.
  Status FillRows() {
    // Short records under suspicion may still enter this block.
    while (block_->rows.size() + short_records_.size() < RowBlock::kRows) {
      const std::string_view pending = Pending();
      if (pending.empty() && is_last_) {
        FinishFooter();
        is_done_ = true;
        return {};
      }
      if (pending.empty() ||
          scanner_.Next(pending, is_last_, record_, block_->texts) == CsvScanner::Outcome::kNeedsMore) {
        // Views of this block point into the buffer, so it may not move before the block is used.
        if (block_->rows.size() > 0) return {};
        WEIR_TRY(ReadLongRecord(pending));
        continue;
      }
      TakeRecord();
    }
    return {};
  }

  // More text for a record that the buffer does not hold whole.
  Status ReadLongRecord(std::string_view pending) {
    if (pending.size() <= options_.limits.record_bytes) return ReadMore(std::max(kPiece, pending.size()));
    // Nothing but an open quote explains a record of this size, unless its first line alone is that long.
    if (pending.find_first_of("\r\n") > options_.limits.record_bytes) {
      return Fail(TooLarge("the line is longer than {} MiB", options_.limits.record_bytes >> 20)
                      .At(title_, line_)
                      .Mend("This does not look like a table: check that it is the right file"));
    }
    scanner_.Next(pending, true, record_, block_->texts);
    TakeRecord();
    return {};
  }

  void TakeRecord() {
    const std::uint64_t line = line_;
    if (IsBlank(record_.cells)) {
      ++skipped_;
      after_blank_ = true;
      Advance();
      return;
    }
    const bool is_header = IsHeaderAgain();
    std::optional<RowFault> fault = is_header ? std::nullopt : Judge();
    Advance();
    const bool is_short = fault && fault->code == "column_count" && record_.cells.size() < reading_.columns.size();
    if (is_short && after_blank_) {
      short_records_.push_back({line, std::string(record_.raw), std::move(*fault)});
      if (short_records_.size() == kLongestFooter) ReleaseShortRecords();
      return;
    }
    ReleaseShortRecords();
    if (is_header || ((!fault || is_short) && IsNoData())) {
      ++skipped_;
      return;
    }
    const std::span<std::string_view> cells = block_->rows.AddRow(line, record_.raw);
    if (fault) {
      block_->rows.SetFault(block_->rows.size() - 1, std::move(*fault));
    } else {
      std::copy_n(record_.cells.begin(), cells.size(), cells.begin());
    }
  }

  std::optional<RowFault> Judge() {
    if (record_.fault != nullptr) {
      return RowFault{"bad_quote", MakePhrase("cell {}: {}", record_.faulty_cell, *record_.fault), record_.faulty_cell};
    }
    std::optional<RowFault> fault = FaultOfText(record_.raw, record_.cells);
    // After a blank line a short record may be a footer, and one cell alone is no row.
    const bool is_filled = reading_.fills_short_rows && !after_blank_ && record_.cells.size() > 1 &&
                           record_.cells.size() < reading_.columns.size();
    if (is_filled) record_.cells.resize(reading_.columns.size());
    if (!fault) fault = FaultOfCells(record_.cells, reading_.columns.size());
    if (fault && fault->code == "column_count" && record_.lines > 1) {
      // A stray quote has swallowed line breaks: only the first line is lost.
      const std::string_view pending = Pending();
      const std::size_t end = pending.find_first_of("\r\n");
      const bool is_pair = pending[end] == '\r' && end + 1 < pending.size() && pending[end + 1] == '\n';
      record_.raw = pending.substr(0, end);
      record_.size = end + (is_pair ? 2 : 1);
      record_.lines = 1;
    }
    return fault;
  }

  // Files that were put together hold the header once more, perhaps behind a byte order mark.
  bool IsHeaderAgain() const {
    constexpr std::string_view kMark = "\xEF\xBB\xBF";
    std::string_view raw = record_.raw;
    if (raw.starts_with(kMark)) raw.remove_prefix(kMark.size());
    return raw == header_raw_;
  }

  // Rows that the mapping calls no data.
  bool IsNoData() const {
    if (options_.skip.empty()) return false;
    const auto filled =
        std::ranges::find_if(record_.cells, [](std::string_view cell) { return !TrimBlanks(cell).empty(); });
    return std::ranges::any_of(options_.skip,
                               [&](const std::string& glob) { return MatchesGlob(glob, TrimBlanks(*filled)); });
  }

  // A full row follows: what looked like a footer is faulty data.
  void ReleaseShortRecords() {
    if (short_records_.empty() && !after_blank_) return;
    after_blank_ = false;
    for (ShortRecord& record : short_records_) {
      const std::string& raw = block_->texts.emplace_back(std::move(record.raw));
      block_->rows.AddRow(record.line, raw);
      block_->rows.SetFault(block_->rows.size() - 1, std::move(record.fault));
    }
    short_records_.clear();
  }

  void FinishFooter() {
    skipped_ += short_records_.size();
    short_records_.clear();
  }

  TextStream stream_;
  ReadOptions options_;
  std::string title_;
  Reading reading_;
  CsvScanner scanner_;
  CsvRecord record_;
  std::string header_raw_;
  std::vector<std::shared_ptr<std::vector<char>>> buffers_;  // of blocks that are in use, and some to be used again
  std::shared_ptr<std::vector<char>> buffer_ = std::make_shared<std::vector<char>>();
  std::size_t begin_ = 0;
  std::uint64_t line_ = 1;
  bool is_last_ = false;
  bool is_done_ = false;
  bool after_blank_ = false;
  std::uint64_t skipped_ = 0;
  std::vector<ShortRecord> short_records_;
  CsvBlock* block_ = nullptr;  // under way

  CsvBlock alone_;
  const CsvBlock* current_ = &alone_;
  std::size_t filled_alone_ = 0;
  std::unique_ptr<Ahead<CsvBlock>> ahead_;  // ends before what it reads
};

}  // namespace

std::optional<RowFault> FaultOfCells(const std::vector<std::string_view>& cells, std::size_t columns) {
  if (cells.size() == columns) return std::nullopt;
  const bool has_only_blanks_more =
      cells.size() > columns && std::all_of(cells.begin() + static_cast<std::ptrdiff_t>(columns), cells.end(),
                                            [](std::string_view cell) { return TrimBlanks(cell).empty(); });
  if (has_only_blanks_more) return std::nullopt;
  return RowFault{"column_count",
                  MakePhrase("the row has {} cells, the header has {}; put a cell that holds the separator or a line "
                             "break in quotes, or export the file again if it is cut",
                             cells.size(), columns),
                  std::min(cells.size(), columns) + 1};
}

std::optional<RowFault> FaultOfText(std::string_view raw, const std::vector<std::string_view>& cells) {
  unsigned odd_bytes = 0;
  for (const char c : raw) odd_bytes |= static_cast<unsigned>(c <= 0);
  if (odd_bytes == 0) return std::nullopt;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (cells[i].find('\0') != std::string_view::npos) {
      return RowFault{"zero_byte",
                      MakePhrase("cell {} holds a zero byte; correct it in the source and export again", i + 1), i + 1};
    }
    const std::size_t fault = FirstInvalidUtf8(cells[i]);
    if (fault != std::string_view::npos) {
      return RowFault{"bad_encoding",
                      MakePhrase("cell {} is not UTF-8 from its byte {} on; save the file as UTF-8, or say encoding = "
                                 "\"...\" under [read] in the mapping",
                                 i + 1, fault + 1),
                      i + 1};
    }
  }
  return std::nullopt;
}

Result<std::unique_ptr<RowReader>> OpenCsv(const FileInput& file, const ReadOptions& options) {
  return CsvReader::Open(file, options);
}

}  // namespace weir::sources
