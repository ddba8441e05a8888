#include "sources/sheet_rows.h"

#include <algorithm>
#include <charconv>

#include "base/plain_line.h"
#include "base/text.h"

namespace weir::sources {
namespace {

// Of a sheet of Excel; a file that says more is none.
constexpr std::uint32_t kMostColumns = 16'384;
constexpr std::uint64_t kMostLines = 1'048'576;
constexpr std::size_t kMostMerged = 10'000;
// Of the rows that wait.
constexpr std::size_t kMostCells = 1 << 18;
constexpr std::uint64_t kMostBytes = 4ULL << 20;

// Most numbers are short and stand as they are meant.
bool IsPlainNumber(std::string_view text) {
  constexpr std::size_t kShort = 15;
  if (text.empty() || text.size() > kShort) return false;
  const std::string_view digits = text.substr(text.front() == '-' ? 1 : 0);
  if (digits.empty() || digits.front() == '.' || (digits.front() == '0' && digits.size() > 1 && digits[1] != '.')) {
    return false;
  }
  bool has_point = false;
  for (const char c : digits) {
    if (c == '.' && !has_point) {
      has_point = true;
    } else if (c < '0' || c > '9') {
      return false;
    }
  }
  return !has_point || (digits.back() != '0' && digits.back() != '.');
}

class MergeReader final : public XmlHandler {
 public:
  explicit MergeReader(std::uint64_t last_line) : last_line_(last_line) {}
  std::vector<MergedCells> merged;

  void Start(std::string_view name, const XmlAttributes& attributes) override {
    if (name != "mergeCell" || merged.size() >= kMostMerged) return;
    const std::string_view range = attributes.Find("ref");
    const std::size_t colon = std::min(range.find(':'), range.size());
    MergedCells cells;
    const bool is_range = colon < range.size() && ReadPlace(range.substr(0, colon), cells.top, cells.left) &&
                          ReadPlace(range.substr(colon + 1), cells.bottom, cells.right);
    if (is_range && cells.top <= last_line_) merged.push_back(cells);
  }
  void End(std::string_view /*name*/) override {}
  void Text(std::string_view /*text*/) override {}

 private:
  std::uint64_t last_line_;
};

}  // namespace

bool ReadPlace(std::string_view text, std::uint64_t& line, std::uint32_t& column) {
  std::uint32_t number = 0;
  std::size_t at = 0;
  for (; at < text.size() && text[at] >= 'A' && text[at] <= 'Z'; ++at) {
    number = number * 26 + static_cast<std::uint32_t>(text[at] - 'A') + 1;
    if (number > kMostColumns) return false;
  }
  if (at == 0 || number == 0) return false;
  const auto [end, error] = std::from_chars(text.data() + at, text.data() + text.size(), line);
  column = number - 1;
  return error == std::errc() && end == text.data() + text.size() && line > 0 && line <= kMostLines;
}

SheetRows::SheetRows(Workbook& workbook, const ReadLimits& limits, std::string title)
    : workbook_(workbook), limits_(limits), title_(std::move(title)) {}

bool SheetRows::IsFull() const {
  return rows_.size() >= goal_ || cells_.size() >= kMostCells || texts_.bytes() >= kMostBytes;
}

void SheetRows::Forget() {
  rows_.clear();
  cells_.clear();
  texts_.Clear();
}

void SheetRows::Start(std::string_view name, const XmlAttributes& attributes) {
  if (!is_in_data_) {
    is_in_data_ = name == "sheetData";
  } else if (name == "c") {
    BeginCell(attributes);
  } else if (name == "v") {
    takes_text_ = is_in_cell_;
  } else if (name == "row") {
    BeginRow(attributes.Find("r"));
  } else if (name == "t") {
    takes_text_ = is_in_cell_ && !is_phonetic_;
  } else if (name == "rPh") {
    is_phonetic_ = true;
  }
}

void SheetRows::End(std::string_view name) {
  if (!is_in_data_) return;
  if (name == "v" || name == "t") {
    takes_text_ = false;
  } else if (name == "c") {
    EndCell();
  } else if (name == "row") {
    if (!IsFull()) return;
    is_full_ = true;
    Pause();
  } else if (name == "rPh") {
    is_phonetic_ = false;
  } else if (name == "sheetData") {
    is_in_data_ = false;
  }
}

void SheetRows::Text(std::string_view text) {
  if (!takes_text_) return;
  if (row_bytes_ + value_.size() + text.size() > limits_.record_bytes) {
    Refuse(TooLarge("the record is longer than {} MiB", limits_.record_bytes >> 20)
               .At(title_, line_)
               .Mend("Check that it is the right file and that it is whole"));
    return;
  }
  value_ += text;
}

Error SheetRows::Broken(Phrase reason) const {
  return BadInput("the sheet is broken: {}", reason)
      .At(title_, line_)
      .Mend("Save it anew with the program that made it");
}

void SheetRows::BeginRow(std::string_view line) {
  std::uint64_t number = line_ + 1;
  if (!line.empty()) {
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number);
    if (error != std::errc() || end != line.data() + line.size()) number = 0;
  }
  if (number <= line_ || number > kMostLines) {
    Refuse(Broken(MakePhrase("after row {} comes one with the number {}", line_, PlainLine(line.substr(0, 20)))));
    return;
  }
  line_ = number;
  row_bytes_ = 0;
  next_column_ = 0;
}

void SheetRows::BeginCell(const XmlAttributes& attributes) {
  column_ = next_column_;
  kind_ = Kind::kNumber;
  style_ = 0;
  bool is_placed = true;
  attributes.ForEach([&](std::string_view name, std::string_view value) {
    if (name == "r") {
      std::uint64_t line = 0;
      is_placed = ReadPlace(value, line, column_) && line == line_;
    } else if (name == "t") {
      kind_ = value == "s"   ? Kind::kShared
              : value == "b" ? Kind::kBoolean
              : value == "e" ? Kind::kError
              : value == "n" ? Kind::kNumber
                             : Kind::kText;
    } else if (name == "s") {
      std::from_chars(value.data(), value.data() + value.size(), style_);
    }
  });
  if (!is_placed || column_ < next_column_ || column_ >= kMostColumns) {
    Refuse(Broken(MakePhrase("the cells of row {} are not in their order", line_)));
    return;
  }
  next_column_ = column_ + 1;
  is_in_cell_ = true;
  value_.clear();
}

std::string_view SheetRows::TextOfCell() {
  switch (kind_) {
    case Kind::kShared: {
      std::uint64_t number = 0;
      const std::string_view digits = TrimBlanks(value_);
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
      if (error != std::errc() || end != digits.data() + digits.size()) {
        Refuse(Broken(MakePhrase("a shared text has no number")));
        return {};
      }
      auto text = workbook_.SharedText(number);
      if (text) return *text;
      Refuse(std::move(text).error());
      return {};
    }
    case Kind::kText:
      value_ = WithoutEscapes(std::move(value_));
      return TrimBlanks(value_).empty() ? std::string_view() : texts_.Keep(value_);
    case Kind::kBoolean:
      return TrimBlanks(value_) == "1" || value_ == "true" ? "true" : "false";
    case Kind::kError:
      return TrimBlanks(value_) == "#N/A" ? std::string_view() : texts_.Keep(TrimBlanks(value_));
    case Kind::kNumber:
      break;
  }
  const std::string_view number = TrimBlanks(value_);
  const CellStyle style = workbook_.StyleAt(style_);
  if (style == CellStyle::kPlain && IsPlainNumber(number)) return texts_.Keep(number);
  return texts_.Keep(StyledText(number, style, workbook_.is_1904()));
}

void SheetRows::EndCell() {
  is_in_cell_ = false;
  if (value_.empty()) return;
  const std::string_view text = TextOfCell();
  if (TrimBlanks(text).empty()) return;
  row_bytes_ += text.size();
  if (rows_.empty() || rows_.back().line != line_) rows_.push_back({.line = line_, .first = cells_.size()});
  cells_.push_back({.column = column_, .text = text});
  ++rows_.back().count;
  if (row_bytes_ > limits_.record_bytes) {
    Refuse(TooLarge("the record is longer than {} MiB", limits_.record_bytes >> 20)
               .At(title_, line_)
               .Mend("Check that it is the right file and that it is whole"));
  }
}

Result<std::vector<MergedCells>> ReadMergedCells(std::unique_ptr<ByteSource> part, std::uint64_t last_line,
                                                 std::string title) {
  MergeReader reader(last_line);
  WEIR_TRY(XmlStream stream, XmlStream::Open(std::move(part), reader, MakePhrase("the sheet"), std::move(title)));
  WEIR_TRY(stream.ReadAll());
  return std::move(reader.merged);
}

}  // namespace weir::sources
