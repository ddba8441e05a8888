#include "engine/render.h"

#include <algorithm>
#include <vector>

#include "base/plain_line.h"
#include "base/russian.h"
#include "base/russian_evidence.h"

namespace weir::engine {
namespace {

using analysis::Column;
using analysis::ColumnType;
using analysis::Table;

bool IsNumeric(ColumnType type) {
  return type == ColumnType::kInteger || type == ColumnType::kDecimal || type == ColumnType::kMoney ||
         type == ColumnType::kShare || type == ColumnType::kNumber;
}

// Characters as a terminal counts them, near enough for Latin and Cyrillic: one per code point.
std::size_t WidthOf(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string Shortened(std::string_view text, std::size_t width) {
  std::string flat = PlainLine(text);
  if (WidthOf(flat) <= width) return flat;
  std::string cut;
  std::size_t count = 0;
  for (std::size_t i = 0; i < flat.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(flat[i]) & 0xC0U) != 0x80U;
    if (starts && ++count >= width) break;
    cut.push_back(flat[i]);
  }
  return cut + "…";
}

std::string Grouped(std::string digits) {
  const std::size_t point = std::min(digits.find('.'), digits.size());
  const std::size_t first = digits.starts_with('-') ? 1 : 0;
  for (std::size_t at = point; at > first + 3;) {
    at -= 3;
    digits.insert(at, ",");
  }
  return digits;
}

std::string ForPeople(const store::Value& value, const Column& column, Language language) {
  if (store::IsNull(value)) return "–";
  const bool is_evidence = column.name == "level" || column.name == "reason";
  if (is_evidence && language == Language::kRussian) return EvidenceInRussian(store::ToText(value));
  if (column.type == ColumnType::kShare) {
    if (const auto* share = std::get_if<Decimal>(&value)) {
      const auto percent = Rescale({share->units * 100, share->scale}, 1);
      if (percent) return FormatDecimalFixed(*percent) + " %";
    }
  }
  if (column.type == ColumnType::kInteger && column.unit.empty()) return store::ToText(value);  // an id
  return IsNumeric(column.type) ? Grouped(store::ToText(value)) : store::ToText(value);
}

std::string TitleOf(const Column& column, std::string_view language) {
  const std::string& title = language == "ru" ? column.title.ru : column.title.en;
  return title.empty() ? column.name : title;
}

constexpr std::size_t kWidestCell = 60;
constexpr std::size_t kMostLines = 8;  // of one cell

// Takes one line off the front of the text: up to the last blank that fits, or as many characters as fit.
std::string TakeLine(std::string& text) {
  std::size_t end = 0;  // of what fits
  std::size_t blank = 0;
  for (std::size_t width = 0; end < text.size(); ++end) {
    const bool starts = (static_cast<unsigned char>(text[end]) & 0xC0U) != 0x80U;
    if (starts && ++width > kWidestCell) break;
    if (text[end] == ' ') blank = end;
  }
  const std::size_t cut = blank > 0 ? blank : end;
  std::string line = text.substr(0, cut);
  text.erase(0, cut + (blank > 0 ? 1 : 0));
  return line;
}

// A long text goes on in further lines; what is longer still ends in "…".
std::vector<std::string> Wrapped(std::string_view text) {
  std::string rest = PlainLine(text);
  std::vector<std::string> lines;
  while (WidthOf(rest) > kWidestCell && lines.size() + 1 < kMostLines) lines.push_back(TakeLine(rest));
  lines.push_back(Shortened(rest, kWidestCell));
  return lines;
}

using Cells = std::vector<std::vector<std::string>>;  // of one row: the lines of each column

// The row as lines of text; numbers stand at the right.
std::string LinesOf(const Cells& cells, const Table& table, const std::vector<std::size_t>& widths) {
  std::size_t height = 0;
  for (const auto& lines : cells) height = std::max(height, lines.size());
  std::string text;
  for (std::size_t at = 0; at < height; ++at) {
    std::string line;
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::string cell = at < cells[i].size() ? cells[i][at] : "";
      const std::string blanks(widths[i] - WidthOf(cell), ' ');
      line += (i == 0 ? "" : "  ") + (IsNumeric(table.columns[i].type) ? blanks + cell : cell + blanks);
    }
    while (!line.empty() && line.back() == ' ') line.pop_back();
    text += line + "\n";
  }
  return text;
}

// The column with the same text in the other language: x_en and x_ru, or x and x_ru. Null where there is none.
const Column* TwinOf(const Column& column, const Table& table) {
  const bool is_russian = column.name.ends_with("_ru");
  const std::string stem =
      is_russian || column.name.ends_with("_en") ? column.name.substr(0, column.name.size() - 3) : column.name;
  const auto twin = std::ranges::find_if(table.columns, [&](const Column& other) {
    return is_russian ? other.name == stem || other.name == stem + "_en" : other.name == stem + "_ru";
  });
  return twin == table.columns.end() ? nullptr : &*twin;
}

// The table as its reader sees it: of twins the one in the language, under the title that names no language.
Table InOneLanguage(const Table& table, Language language) {
  Table seen{.name = table.name, .rows = std::vector<std::vector<store::Value>>(table.rows.size())};
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const Column& column = table.columns[i];
    const Column* twin = TwinOf(column, table);
    if (twin != nullptr && column.name.ends_with("_ru") != (language == Language::kRussian)) continue;
    seen.columns.push_back(column);
    const bool has_longer_title = twin != nullptr && twin->title.ru.size() < column.title.ru.size();
    if (has_longer_title) seen.columns.back().title = twin->title;
    for (std::size_t row = 0; row < table.rows.size(); ++row) seen.rows[row].push_back(table.rows[row][i]);
  }
  return seen;
}

void RenderTable(const Table& whole, const RenderOptions& options, std::string& text) {
  const Table table = InOneLanguage(whole, LanguageNamed(options.language));
  std::vector<Cells> rows(1);
  for (const Column& column : table.columns) rows.front().push_back(Wrapped(TitleOf(column, options.language)));
  const std::size_t shown = std::min(table.rows.size(), options.max_rows);
  for (std::size_t row = 0; row < shown; ++row) {
    Cells& cells = rows.emplace_back();
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
      cells.push_back(Wrapped(ForPeople(table.rows[row][i], table.columns[i], LanguageNamed(options.language))));
    }
  }
  std::vector<std::size_t> widths(table.columns.size(), 0);
  for (const Cells& cells : rows) {
    for (std::size_t i = 0; i < cells.size(); ++i) {
      for (const std::string& line : cells[i]) widths[i] = std::max(widths[i], WidthOf(line));
    }
  }
  for (std::size_t row = 0; row < rows.size(); ++row) {
    text += LinesOf(rows[row], table, widths);
    if (row > 0) continue;
    std::size_t total = 0;
    for (const std::size_t width : widths) total += width + 2;
    for (std::size_t i = 2; i < total; ++i) text += "─";
    text += "\n";
  }
  if (shown < table.rows.size()) {
    text += options.language == "ru"
                ? fmt::format("… ещё {} строк (--limit, --format csv)\n", table.rows.size() - shown)
                : fmt::format("… {} more rows (--limit, --format csv)\n", table.rows.size() - shown);
  }
}

std::string NamesOf(const std::vector<Table>& tables) {
  std::string names;
  for (const Table& each : tables) names += (names.empty() ? "" : ", ") + each.name;
  return names;
}

// Null where all are meant.
Result<const Table*> ChosenTable(const Answer& answer, const RenderOptions& options) {
  if (options.table.empty()) return nullptr;
  const Table* table = answer.output.Find(options.table);
  if (table != nullptr) return table;
  return Fail(NotFound("the result has no table '{}'", options.table)
                  .Field("table")
                  .Mend("The tables are: {}", NamesOf(answer.output.tables)));
}

Result<std::string> RenderPeople(const Answer& answer, const RenderOptions& options) {
  WEIR_TRY(const Table* chosen, ChosenTable(answer, options));
  std::string text;
  for (const Table& table : answer.output.tables) {
    if (chosen != nullptr && chosen != &table) continue;
    if (!text.empty()) text += "\n";
    if (chosen == nullptr && answer.output.tables.size() > 1) text += table.name + "\n";
    if (table.rows.empty()) {
      text += options.language == "ru" ? "(пусто)\n" : "(nothing)\n";
      continue;
    }
    RenderTable(table, options, text);
  }
  for (const analysis::Warning& warning : answer.output.warnings) {
    text += fmt::format("! {}\n", SayIn(LanguageNamed(options.language), warning.message));
  }
  if (answer.currency.empty() && answer.known_at == 0) return text;  // it is not about the data
  text += fmt::format(fmt::runtime(options.language == "ru" ? "на {}, версия данных {}, валюта {}\n"
                                                            : "as of {}, data version {}, currency {}\n"),
                      FormatInstant(answer.as_of), answer.known_at, answer.currency);
  return text;
}

Result<std::string> RenderCsv(const Answer& answer, const RenderOptions& options) {
  const auto& tables = answer.output.tables;
  WEIR_TRY(const Table* table, ChosenTable(answer, options));
  if (table == nullptr && tables.size() > 1) {
    return Fail(
        BadUsage("the result has several tables: {}", NamesOf(tables)).Field("table").Mend("Choose one with --table"));
  }
  if (table == nullptr && !tables.empty()) table = &tables.front();
  std::string text;
  if (table == nullptr) return text;
  for (std::size_t i = 0; i < table->columns.size(); ++i)
    text += (i == 0 ? "" : ",") + CsvCell(table->columns[i].name, true);
  text += "\r\n";
  for (const auto& row : table->rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      text += (i == 0 ? "" : ",") + CsvCell(store::ToText(row[i]), !IsNumeric(table->columns[i].type));
    }
    text += "\r\n";
  }
  return text;
}

}  // namespace

Result<Format> ParseFormat(std::string_view name) {
  if (name == "table") return Format::kTable;
  if (name == "json") return Format::kJson;
  if (name == "csv") return Format::kCsv;
  return Fail(BadUsage("'{}' is no format", name).Field("format").Mend("Use table, json or csv"));
}

std::string CsvCell(std::string_view text, bool is_text) {
  std::string cell(text);
  if (is_text && !cell.empty() && std::string_view("=+-@\t\r").find(cell.front()) != std::string_view::npos)
    cell.insert(0, "'");
  if (cell.find_first_of(",\"\r\n") == std::string::npos) return cell;
  std::string quoted = "\"";
  for (const char c : cell) {
    quoted.push_back(c);
    if (c == '"') quoted.push_back('"');
  }
  return quoted + "\"";
}

Result<std::string> Render(const Answer& answer, const RenderOptions& options) {
  switch (options.format) {
    case Format::kJson:
      return ToJson(answer) + "\n";
    case Format::kCsv:
      return RenderCsv(answer, options);
    case Format::kTable:
      return RenderPeople(answer, options);
  }
  return std::string();
}

}  // namespace weir::engine
