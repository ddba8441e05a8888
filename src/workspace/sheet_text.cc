#include "workspace/sheet_text.h"

#include "metrics/sheet_table.h"
#include "workspace/proposals.h"

namespace weir::workspace {
namespace {

// A cell as it stands between tabs: in quotes, so that no text of a file is taken for a mark.
void AddCell(std::string_view cell, std::string& text) {
  text += '"';
  for (const char mark : cell) {
    if (mark == '"') text += '"';
    text += mark == '\n' || mark == '\r' ? ' ' : mark;
  }
  text += '"';
}

Error TooLarge(const sources::FileInput& file, std::uint64_t line) {
  return BadInput("the sheet has more than {} rows, or more text than {} bytes", metrics::kMostSheetRows,
                  metrics::kMostSheetBytes)
      .At(file.Title(), line)
      .Mend("Compare a part of it, such as one quarter");
}

}  // namespace

namespace {

Result<std::string> TextOfPart(const sources::FileInput& file, std::string_view part) {
  const std::string named = part.empty() || part.find('/') != std::string_view::npos
                                ? std::string(part)
                                : fmt::format("{}/{}", file.name, part);
  WEIR_TRY(const sources::FileInput one, PartOf(file, named));
  return SheetTextOf(one);
}

}  // namespace

Result<std::string> SheetTextOf(const std::filesystem::path& path, std::string_view part) {
  sources::FileInput file;
  file.name = path.filename().string();
  file.path = path;
  return TextOfPart(file, part);
}

Result<std::string> SheetTextOf(int descriptor, const std::string& name, std::string_view part) {
  sources::FileInput file;
  file.name = name;
  file.descriptor = descriptor;
  return TextOfPart(file, part);
}

Result<std::string> SheetTextOf(const sources::FileInput& file) {
  sources::ReadOptions options{.fills_short_rows = true};
  options.limits.columns = metrics::kMostSheetColumns;
  options.limits.record_bytes = metrics::kMostSheetBytes;
  options.limits.unpacked_bytes = 64ULL << 20U;
  WEIR_TRY(const auto reader, sources::OpenRows(file, options));
  std::string text;
  for (std::size_t i = 0; i < reader->columns().size(); ++i) {
    if (i > 0) text += '\t';
    AddCell(reader->columns()[i].header, text);
  }
  text += '\n';
  std::size_t rows = 0;
  while (true) {
    WEIR_TRY(const sources::RowBlock* block, reader->Next());
    if (block == nullptr) return text;
    for (std::size_t row = 0; row < block->size(); ++row) {
      if (const sources::RowFault* fault = block->FaultAt(row); fault != nullptr) {
        return Fail(Error(Code::kBadInput, fault->reason)
                        .At(file.Title(), block->LineAt(row), fault->column)
                        .Mend("Mend the row in the sheet, or leave it out"));
      }
      if (++rows > metrics::kMostSheetRows) return Fail(TooLarge(file, block->LineAt(row)));
      for (std::size_t column = 0; column < block->column_count(); ++column) {
        if (column > 0) text += '\t';
        AddCell(block->Cell(row, column), text);
      }
      text += '\n';
      if (text.size() > metrics::kMostSheetBytes) return Fail(TooLarge(file, block->LineAt(row)));
    }
  }
}

}  // namespace weir::workspace
