#include "sources/sheet_reader.h"

#include <algorithm>
#include <utility>

#include "base/json_text.h"
#include "base/text.h"
#include "sources/csv_dialect.h"
#include "sources/json_reader.h"
#include "sources/sheet_header.h"
#include "sources/sheet_rows.h"
#include "sources/workbook.h"

namespace weir::sources {
namespace {

constexpr std::size_t kSampleRows = 200;
constexpr std::uint64_t kSampleBytes = 4ULL << 20;
constexpr std::size_t kLongestFooter = 100;  // rows

std::string TitleOf(const FileInput& file, const std::string& sheet) {
  FileInput part = file;
  part.sheet = sheet;
  return part.Title();
}

RowFault BesideTheTable(std::size_t column) {
  return {"column_count",
          MakePhrase("column {} holds something beside the table; give it a name in the header, or clear the cell",
                     column + 1),
          column + 1};
}

class SheetReader final : public RowReader {
 public:
  static Result<std::unique_ptr<SheetReader>> Open(Workbook& workbook, const Sheet& sheet, const ReadOptions& options,
                                                   std::string title) {
    auto reader = std::unique_ptr<SheetReader>(new SheetReader(workbook, sheet, options, std::move(title)));
    WEIR_TRY(auto part, workbook.OpenPart(sheet.part, reader->title_));
    WEIR_TRY(XmlStream stream,
             XmlStream::Open(std::move(part), reader->rows_, MakePhrase("the sheet"), reader->title_));
    reader->stream_.emplace(std::move(stream));
    return reader;
  }

  // Finds the header. What is given instead says why there is no table.
  Result<std::optional<Error>> FindTable() {
    rows_.SetGoal(kSampleRows);
    WEIR_TRY(ReadMore());
    if (rows_.size() == 0) return BadInput("the sheet is empty").At(title_).Mend("Export it again");
    std::size_t width = 0;
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      width = std::max<std::size_t>(width, rows_.CellsAt(row).back().column + 1);
    }
    const auto place = FindSheetHeader(rows_, width);
    if (!place) {
      return BadInput("there is no row of column names")
          .At(title_, rows_.LineAt(0))
          .Mend("Export the table with its header");
    }
    const std::size_t used = rows_.CellsAt(*place).back().column + 1;
    if (used > options_.limits.columns) {
      return Fail(TooLarge("the header has {} columns, {} are the limit", used, options_.limits.columns)
                      .At(title_, rows_.LineAt(*place), options_.limits.columns + 1)
                      .Mend("Export fewer columns, or check the separator"));
    }
    width = std::max<std::size_t>(used, std::min<std::size_t>(width, options_.limits.columns));
    std::vector<MergedCells> merged;
    if (HasGap(rows_, *place, width)) {
      WEIR_TRY(auto part, workbook_.OpenPart(sheet_.part, title_));
      WEIR_TRY(merged, ReadMergedCells(std::move(part), rows_.LineAt(*place), title_));
    }
    return TakeHeader(ReadSheetHeader(rows_, *place, width, merged));
  }

  // The workbook is then the reader's own.
  void Keep(std::unique_ptr<Workbook> workbook) { kept_ = std::move(workbook); }

  const Reading& reading() const override { return reading_; }
  std::uint64_t skipped_rows() const override { return skipped_; }
  std::uint64_t bytes_read() const override { return stream_->bytes_read(); }
  std::uint64_t bytes_total() const override { return stream_->bytes_total(); }

  Result<const RowBlock*> Next() override {
    block_.Clear(reading_.columns.size());
    released_.clear();
    while (block_.size() == 0) {
      if (next_ == rows_.size()) {
        if (is_done_) break;
        rows_.Forget();
        next_ = 0;
        WEIR_TRY(ReadMore());
      }
      // Rows under suspicion may still enter this block.
      while (next_ < rows_.size() && block_.size() + footer_.size() < RowBlock::kRows) Take(next_++);
    }
    if (block_.size() > 0) return &block_;
    skipped_ += footer_.size();
    footer_.clear();
    return nullptr;
  }

 private:
  // A row with a single cell below a blank one, which may turn out to be a footer.
  struct FooterRow {
    std::uint64_t line = 0;
    std::vector<std::pair<std::uint32_t, std::string>> cells;
  };

  SheetReader(Workbook& workbook, const Sheet& sheet, const ReadOptions& options, std::string title)
      : workbook_(workbook),
        sheet_(sheet),
        options_(options),
        title_(std::move(title)),
        rows_(workbook, options.limits, title_) {
    reading_.format = Format::kWorkbook;
  }

  Status ReadMore() {
    while (!is_done_ && !rows_.TakeFull()) {
      WEIR_TRY(const bool goes_on, stream_->Step());
      is_done_ = !goes_on;
      // Blank rows without end must not be read to see the header: the next row will do.
      if (!has_header_ && rows_.size() > 0 && stream_->bytes_read() > kSampleBytes) rows_.SetGoal(1);
    }
    return {};
  }

  std::optional<Error> TakeHeader(SheetHeader header) {
    header_.assign(header.names.begin(), header.names.end());
    std::vector<std::string_view> names(header_.begin(), header_.end());
    reading_.header_line = rows_.LineAt(header.row);
    if (!HoldsNames(names)) {
      return BadInput("the first row holds values, not column names")
          .At(title_, reading_.header_line, 1)
          .Mend("Export the table with its header");
    }
    reading_.preamble = std::move(header.preamble);
    reading_.columns = ColumnsOf(names);
    next_ = header.row + 1;
    last_line_ = reading_.header_line;
    rows_.SetGoal(RowBlock::kRows);
    has_header_ = true;
    return std::nullopt;
  }

  void Take(std::size_t row) {
    const std::uint64_t line = rows_.LineAt(row);
    const std::span<const SheetCell> cells = rows_.CellsAt(row);
    skipped_ += line - last_line_ - 1;
    after_blank_ = after_blank_ || line > last_line_ + 1;
    last_line_ = line;
    constexpr std::size_t kFewestColumns = 3;  // of a table in which a single cell is odd
    if (after_blank_ && cells.size() == 1 && reading_.columns.size() >= kFewestColumns) {
      footer_.push_back({.line = line, .cells = {{cells[0].column, std::string(cells[0].text)}}});
      if (footer_.size() == kLongestFooter) ReleaseFooter();
      return;
    }
    ReleaseFooter();
    if (IsHeaderAgain(cells) || IsNoData(cells[0].text)) {
      ++skipped_;
      return;
    }
    Add(line, cells);
  }

  // A full row follows: what looked like a footer is data.
  void ReleaseFooter() {
    after_blank_ = false;
    for (const FooterRow& row : footer_) {
      if (IsNoData(row.cells[0].second)) {
        ++skipped_;
        continue;
      }
      const SheetCell cell{.column = row.cells[0].first, .text = released_.emplace_back(row.cells[0].second)};
      Add(row.line, {&cell, 1});
    }
    footer_.clear();
  }

  bool IsHeaderAgain(std::span<const SheetCell> cells) const {
    return std::ranges::all_of(cells, [&](const SheetCell& cell) {
      return cell.column < header_.size() && TrimBlanks(cell.text) == header_[cell.column];
    });
  }

  // Rows that the mapping calls no data.
  bool IsNoData(std::string_view first) const {
    return std::ranges::any_of(options_.skip,
                               [&](const std::string& glob) { return MatchesGlob(glob, TrimBlanks(first)); });
  }

  void Add(std::uint64_t line, std::span<const SheetCell> found) {
    const std::size_t width = reading_.columns.size();
    if (found.back().column < width) {
      const std::span<std::string_view> cells = block_.AddRow(line, {});
      for (const SheetCell& cell : found) cells[cell.column] = cell.text;
      return;
    }
    std::vector<std::string_view> all(found.back().column + 1);
    for (const SheetCell& cell : found) all[cell.column] = cell.text;
    const auto beside = std::ranges::find_if(found, [&](const SheetCell& cell) { return cell.column >= width; });
    block_.AddRow(line, released_.emplace_back(JsonOfCells(all)));
    block_.SetFault(block_.size() - 1, BesideTheTable(beside->column));
  }

  std::unique_ptr<Workbook> kept_;  // before what refers to it
  Workbook& workbook_;
  Sheet sheet_;
  ReadOptions options_;
  std::string title_;
  SheetRows rows_;
  std::optional<XmlStream> stream_;
  Reading reading_;
  std::vector<std::string> header_;
  std::size_t next_ = 0;  // of the waiting rows
  std::uint64_t last_line_ = 0;
  bool has_header_ = false;
  bool is_done_ = false;
  bool after_blank_ = false;
  std::uint64_t skipped_ = 0;
  std::vector<FooterRow> footer_;
  std::deque<std::string> released_;  // texts of this block that no waiting row holds
  RowBlock block_;
};

}  // namespace

Result<std::vector<ListedSheet>> ListSheets(const FileInput& file, const ReadLimits& limits) {
  WEIR_TRY(const std::unique_ptr<Workbook> workbook, Workbook::Open(file, limits));
  std::vector<ListedSheet> listed;
  ReadOptions options;
  options.limits = limits;
  for (const Sheet& sheet : workbook->sheets()) {
    const std::string title = TitleOf(file, sheet.name);
    ListedSheet found{.name = sheet.name, .lack = {}};
    if (sheet.is_hidden) {
      found.lack = BadInput("the sheet is hidden").At(title).Mend("Show it in Excel and save, if it is to be read");
    } else if (sheet.part.empty()) {
      found.lack = BadInput("the sheet is a chart or the like, no table").At(title).Mend("Nothing is to be done");
    } else {
      // What is broken is said when the sheet is read.
      auto reader = SheetReader::Open(*workbook, sheet, options, title);
      if (reader) {
        if (auto lack = (*reader)->FindTable(); lack) found.lack = std::move(*lack);
      }
    }
    listed.push_back(std::move(found));
  }
  return listed;
}

Result<std::unique_ptr<RowReader>> OpenSheet(const FileInput& file, const ReadOptions& options) {
  WEIR_TRY(std::unique_ptr<Workbook> workbook, Workbook::Open(file, options.limits));
  const auto sheet = std::ranges::find(workbook->sheets(), file.sheet, &Sheet::name);
  if (sheet == workbook->sheets().end() || sheet->part.empty()) {
    return Fail(NotFound("the workbook holds no such sheet").At(file.Title()).Mend("Check its name"));
  }
  WEIR_TRY(std::unique_ptr<SheetReader> reader, SheetReader::Open(*workbook, *sheet, options, file.Title()));
  WEIR_TRY(std::optional<Error> lack, reader->FindTable());
  if (lack) return Fail(std::move(*lack));
  reader->Keep(std::move(workbook));
  return std::unique_ptr<RowReader>(std::move(reader));
}

std::optional<RowFault> CellsOfSheetRow(std::string_view row, std::deque<std::string>& texts,
                                        std::span<std::string_view> cells) {
  std::size_t column = 0;
  std::optional<RowFault> beside;
  constexpr int kDepth = 2;
  JsonWalker walker(row, kDepth);
  const auto fault = walker.WalkList([&](const JsonValue& value) {
    if (column < cells.size()) {
      cells[column] = texts.emplace_back(value.text);
    } else if (!value.text.empty() && !beside) {
      beside = BesideTheTable(column);
    }
    ++column;
  });
  if (fault)
    return RowFault{"bad_json",
                    MakePhrase("byte {} of the record: {}; export it again", fault->offset + 1, fault->reason), 0};
  return beside;
}

}  // namespace weir::sources
