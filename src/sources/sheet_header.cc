#include "sources/sheet_header.h"

#include <algorithm>
#include <map>

#include "base/text.h"
#include "sources/csv_dialect.h"

namespace weir::sources {
namespace {

std::size_t WidthOf(std::span<const SheetCell> cells) { return cells.empty() ? 0 : cells.back().column + 1; }

std::string_view TextAt(std::span<const SheetCell> cells, std::size_t column) {
  const auto found = std::ranges::lower_bound(cells, column, {}, &SheetCell::column);
  return found != cells.end() && found->column == column ? TrimBlanks(found->text) : std::string_view();
}

// The first column of the table: a title may stand before it.
std::size_t FirstColumn(const SheetRows& rows, std::size_t width) {
  std::size_t first = width;
  for (std::size_t row = 0; row < rows.size(); ++row) {
    if (rows.CellsAt(row).size() > 1) first = std::min<std::size_t>(first, rows.CellsAt(row).front().column);
  }
  return first == width ? 0 : first;
}

class HeaderReader {
 public:
  HeaderReader(const SheetRows& rows, std::size_t width, const std::vector<MergedCells>& merged)
      : rows_(rows), width_(width), merged_(merged) {}

  SheetHeader Read(std::size_t row) {
    SheetHeader header;
    header.row = row;
    header.names = NamesAt(row);
    if (auto below = NamesBelow(row, header.names)) {
      header.names = std::move(*below);
      header.row = row + 1;
    }
    PutGroupsBefore(header);
    for (std::size_t above = 0; above < row; ++above) header.preamble.push_back(LineOf(above));
    return header;
  }

 private:
  // The range of merged cells that holds a cell, if it has others in it.
  const MergedCells* RangeAt(std::uint64_t line, std::size_t column) const {
    const auto found = std::ranges::find_if(
        merged_, [&](const MergedCells& range) { return range.Holds(line, static_cast<std::uint32_t>(column)); });
    return found == merged_.end() ? nullptr : &*found;
  }

  std::string_view TextOf(const MergedCells& range) const {
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      if (rows_.LineAt(row) == range.top) return TextAt(rows_.CellsAt(row), range.left);
    }
    return {};
  }

  std::vector<std::string> NamesAt(std::size_t row) const {
    std::vector<std::string> names(width_);
    for (std::size_t column = 0; column < width_; ++column) {
      names[column] = TextAt(rows_.CellsAt(row), column);
      const MergedCells* range = names[column].empty() ? RangeAt(rows_.LineAt(row), column) : nullptr;
      if (range != nullptr) names[column] = TextOf(*range);
    }
    return names;
  }

  // Names in the row below groups: nothing unless that row holds names and each stands below a group, or below no name.
  std::optional<std::vector<std::string>> NamesBelow(std::size_t row, const std::vector<std::string>& above) const {
    const std::uint64_t line = rows_.LineAt(row);
    if (row + 1 >= rows_.size() || rows_.LineAt(row + 1) != line + 1) return std::nullopt;
    std::vector<std::string> names = above;
    bool has_group = false;
    for (std::size_t column = 0; column < width_; ++column) {
      const std::string_view below = TextAt(rows_.CellsAt(row + 1), column);
      const MergedCells* range = RangeAt(line, column);
      const bool is_group = range != nullptr && range->IsWide() && range->bottom == line;
      if (below.empty()) continue;
      if (!HoldsNames({&below, 1}) || (!is_group && !above[column].empty())) return std::nullopt;
      has_group = has_group || is_group;
      names[column] = below;
    }
    if (!has_group) return std::nullopt;
    return names;
  }

  void PutGroupsBefore(SheetHeader& header) const {
    const std::uint64_t line = rows_.LineAt(header.row);
    std::map<std::string, int> counts;
    for (const std::string& name : header.names) ++counts[NormaliseHeader(name)];
    for (std::size_t column = 0; line > 1 && column < width_; ++column) {
      std::string& name = header.names[column];
      const MergedCells* range = RangeAt(line - 1, column);
      if (name.empty() || counts[NormaliseHeader(name)] < 2 || range == nullptr || !range->IsWide()) continue;
      if (range->bottom != line - 1) continue;
      const std::string_view group = TextOf(*range);
      if (!group.empty()) name = fmt::format("{} {}", group, name);
    }
  }

  std::string LineOf(std::size_t row) const {
    std::string line;
    for (const SheetCell& cell : rows_.CellsAt(row)) {
      if (!line.empty()) line += ' ';
      line += TrimBlanks(cell.text);
    }
    return line;
  }

  const SheetRows& rows_;
  std::size_t width_;
  const std::vector<MergedCells>& merged_;
};

}  // namespace

std::optional<std::size_t> FindSheetHeader(const SheetRows& rows, std::size_t width) {
  const std::size_t first = FirstColumn(rows, width);
  std::vector<RowShape> shapes;
  for (const bool is_padded : {true, false}) {
    shapes.clear();
    for (std::size_t row = 0; row < rows.size(); ++row) {
      const std::size_t used = WidthOf(rows.CellsAt(row));
      const std::size_t cells = used > first ? used - first : 1;
      shapes.push_back({.filled = rows.CellsAt(row).size(), .cells = is_padded ? width - first : cells, .used = cells});
    }
    // A cell far beside the table makes all rows look empty: then each is as wide as it is.
    if (const auto found = FindHeaderRow(shapes, 0)) return found;
  }
  return std::nullopt;
}

bool HasGap(const SheetRows& rows, std::size_t row, std::size_t width) {
  return rows.CellsAt(row).size() < width - FirstColumn(rows, width);
}

SheetHeader ReadSheetHeader(const SheetRows& rows, std::size_t row, std::size_t width,
                            const std::vector<MergedCells>& merged) {
  return HeaderReader(rows, width, merged).Read(row);
}

}  // namespace weir::sources
