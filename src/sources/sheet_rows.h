// The rows of a sheet as its XML gives them, a piece at a time: filled cells only, as text. Private to sources/.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sources/workbook.h"
#include "sources/xml_stream.h"

namespace weir::sources {

struct SheetCell {
  std::uint32_t column = 0;  // from 0
  std::string_view text;     // never blank
};

// Cells of different ranges that stand as one; the first one's text is that of all.
struct MergedCells {
  std::uint64_t top = 0;  // lines, from 1
  std::uint64_t bottom = 0;
  std::uint32_t left = 0;  // columns, from 0
  std::uint32_t right = 0;

  bool Holds(std::uint64_t line, std::uint32_t column) const {
    return top <= line && line <= bottom && left <= column && column <= right;
  }
  bool IsWide() const { return right > left; }
};

// "BC12" is column 54 of line 12; false if it is no such place.
bool ReadPlace(std::string_view text, std::uint64_t& line, std::uint32_t& column);

// Rows that were read and are waiting to be taken.
class SheetRows final : public XmlHandler {
 public:
  // The workbook must outlive the rows.
  SheetRows(Workbook& workbook, const ReadLimits& limits, std::string title);

  std::size_t size() const { return rows_.size(); }
  // The reading pauses once so many rows are waiting, or fewer large ones.
  void SetGoal(std::size_t rows) { goal_ = rows; }
  // Whether it has paused since this was asked last.
  bool TakeFull() { return std::exchange(is_full_, false); }
  std::uint64_t LineAt(std::size_t row) const { return rows_[row].line; }
  std::span<const SheetCell> CellsAt(std::size_t row) const {
    return std::span(cells_).subspan(rows_[row].first, rows_[row].count);
  }
  // Views of the cells end with it.
  void Forget();

  void Start(std::string_view name, const XmlAttributes& attributes) override;
  void End(std::string_view name) override;
  void Text(std::string_view text) override;

 private:
  struct Row {
    std::uint64_t line = 0;
    std::size_t first = 0;
    std::size_t count = 0;
  };
  bool IsFull() const;
  enum class Kind : std::uint8_t { kNumber, kShared, kText, kBoolean, kError };

  void BeginRow(std::string_view line);
  void BeginCell(const XmlAttributes& attributes);
  void EndCell();
  std::string_view TextOfCell();
  Error Broken(Phrase reason) const;

  Workbook& workbook_;
  ReadLimits limits_;
  std::string title_;
  std::size_t goal_ = 0;
  bool is_full_ = false;
  std::vector<Row> rows_;
  std::vector<SheetCell> cells_;
  TextStore texts_;
  bool is_in_data_ = false;
  bool is_in_cell_ = false;
  bool takes_text_ = false;
  bool is_phonetic_ = false;
  std::uint64_t line_ = 0;
  std::uint64_t row_bytes_ = 0;
  std::uint32_t next_column_ = 0;
  std::uint32_t column_ = 0;
  Kind kind_ = Kind::kNumber;
  std::size_t style_ = 0;
  std::string value_;
};

// Ranges of merged cells that begin in the first lines; they stand below all cells, so the whole part is read.
Result<std::vector<MergedCells>> ReadMergedCells(std::unique_ptr<ByteSource> part, std::uint64_t last_line,
                                                 std::string title);

}  // namespace weir::sources
