#include "workspace/register_sheet.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace weir::workspace {
namespace {

using nlohmann::json;

constexpr std::size_t kLongestSheet = 400'000;  // bytes
constexpr std::size_t kMostLines = 2'000;
constexpr std::string_view kPeriod = "period";
constexpr std::array<std::string_view, 2> kPeriodHeaders{"period", "Период"};

struct Record {
  std::int64_t line = 0;
  std::vector<std::string> cells;
};

// After RFC 4180; a quote that is never closed takes the rest.
std::vector<Record> SplitSheet(std::string_view text, char separator) {
  std::vector<Record> records;
  Record record{.line = 1, .cells = {""}};
  std::int64_t line = 1;
  bool is_quoted = false;
  const auto close = [&] {
    const bool is_blank =
        std::ranges::all_of(record.cells, [](const std::string& cell) { return TrimBlanks(cell).empty(); });
    if (!is_blank) records.push_back(std::move(record));
    record = {.line = line, .cells = {""}};
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    std::string& cell = record.cells.back();
    if (c == '\n') ++line;
    if (is_quoted) {
      if (c != '"') {
        cell += c;
      } else if (i + 1 < text.size() && text[i + 1] == '"') {
        cell += text[++i];
      } else {
        is_quoted = false;
      }
    } else if (c == '"' && TrimBlanks(cell).empty()) {
      cell.clear();
      is_quoted = true;
    } else if (c == separator) {
      record.cells.emplace_back();
    } else if (c == '\n') {
      close();
    } else if (c != '\r') {
      cell += c;
    }
  }
  close();
  return records;
}

// The one that the header has most often.
char SeparatorOf(std::string_view text) {
  const std::string_view header = text.substr(0, text.find('\n'));
  char best = ',';
  std::ptrdiff_t most = 0;
  for (const char candidate : {'\t', ';', ','}) {
    const std::ptrdiff_t count = std::ranges::count(header, candidate);
    if (count > most) {
      most = count;
      best = candidate;
    }
  }
  return best;
}

struct SheetColumn {
  std::string header;
  const RegisterField* field = nullptr;
  bool is_period = false;
  bool is_known() const { return field != nullptr || is_period; }
};

SheetColumn ColumnOf(const RegisterKind& kind, const std::string& header) {
  SheetColumn column{.header = std::string(TrimBlanks(header))};
  const std::string key = NameKey(header);
  const auto is = [&](std::string_view name) { return NameKey(name) == key; };
  // A name of a field goes before a title: "Target" may be both.
  for (const bool by_title : {false, true}) {
    for (const RegisterField& field : kind.fields) {
      const bool is_it = by_title ? is(field.title.en) || is(field.title.ru) || std::ranges::any_of(field.headers, is)
                                  : is(field.name);
      if (!is_it) continue;
      column.field = &field;
      return column;
    }
  }
  column.is_period = &kind == &Goals() && std::ranges::any_of(kPeriodHeaders, is);
  return column;
}

std::vector<std::string> ItemsOf(const std::string& cell) {
  std::vector<std::string> items{""};
  for (const char c : cell) {
    if (c == ',' || c == ';' || c == '\n') {
      items.emplace_back();
    } else {
      items.back() += c;
    }
  }
  return items;
}

Result<json> FieldsOf(const std::vector<SheetColumn>& columns, const std::vector<std::string>& cells) {
  if (cells.size() > columns.size()) {
    return Fail(BadInput("the line has {} cells and the header {}", cells.size(), columns.size()));
  }
  json fields = json::object();
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (columns[i].is_period && !TrimBlanks(cells[i]).empty()) {
      WEIR_TRY(const auto days, DaysOfPeriod(cells[i]));
      fields["period_start"] = days.first;
      fields["period_end"] = days.second;
    } else if (columns[i].field != nullptr && IsSeveral(columns[i].field->kind)) {
      fields[std::string(columns[i].field->name)] = ItemsOf(cells[i]);
    } else if (columns[i].field != nullptr) {
      fields[std::string(columns[i].field->name)] = cells[i];
    }
  }
  return fields;
}

std::string HeaderOf(const std::vector<SheetColumn>& columns, const std::string& field) {
  for (const SheetColumn& column : columns) {
    if (column.field != nullptr && column.field->name == field) return column.header;
    if (column.is_period && (field == kPeriod || field.starts_with("period_"))) return column.header;
  }
  return field;
}

bool IsSameEntry(const RegisterKind& kind, const RegisterEntry& one, const RegisterEntry& other) {
  return std::ranges::all_of(kind.key, [&](std::string_view field) { return one.Text(field) == other.Text(field); });
}

// The entry that the line changes keeps what the sheet does not speak of.
Result<SheetLine> Judge(const RegisterKind& kind, const std::vector<SheetColumn>& columns, const Record& record,
                        const std::vector<RegisterEntry>& known, const RegisterCheck& check) {
  SheetLine line{.line = record.line};
  WEIR_TRY(json said, FieldsOf(columns, record.cells));
  WEIR_TRY(line.after.fields, CheckFields(kind, said, check));
  const auto found = std::ranges::find_if(
      known, [&](const RegisterEntry& entry) { return !entry.is_retired && IsSameEntry(kind, entry, line.after); });
  line.verdict = SheetLine::Verdict::kNew;
  if (found != known.end()) {
    line.before = *found;
    json whole = found->fields;
    for (const auto& [name, value] : line.after.fields.items()) whole[name] = value;
    line.after = {.number = found->number, .fields = std::move(whole), .is_retired = false};
    line.verdict = line.after == *found ? SheetLine::Verdict::kSame : SheetLine::Verdict::kChanged;
  }
  WEIR_TRY(CheckParent(line.after, known));
  return line;
}

}  // namespace

std::string_view NameOf(SheetLine::Verdict verdict) {
  switch (verdict) {
    case SheetLine::Verdict::kNew:
      return "new";
    case SheetLine::Verdict::kChanged:
      return "changed";
    case SheetLine::Verdict::kSame:
      return "same";
    case SheetLine::Verdict::kRefused:
      return "refused";
  }
  return "refused";
}

bool HasSheet(const RegisterKind& kind) { return !kind.key.empty(); }

Result<std::vector<SheetLine>> ReadSheet(const RegisterKind& kind, std::string_view text,
                                         const std::vector<RegisterEntry>& known, const RegisterCheck& check) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (text.starts_with('\n') || text.starts_with('\r')) text.remove_prefix(1);
  if (text.size() > kLongestSheet) {
    return Fail(TooLarge("a sheet has at most {} bytes, this one has {}", kLongestSheet, text.size()).Field("text"));
  }
  const std::vector<Record> records = SplitSheet(text, SeparatorOf(text));
  if (records.size() < 2) {
    return Fail(BadInput("the sheet has no lines below its header").Field("text").Mend("Paste the header as well"));
  }
  if (records.size() > kMostLines) {
    return Fail(TooLarge("a sheet has at most {} lines, this one has {}", kMostLines, records.size()).Field("text"));
  }
  std::vector<SheetColumn> columns;
  for (const std::string& header : records.front().cells) columns.push_back(ColumnOf(kind, header));
  if (std::ranges::none_of(columns, &SheetColumn::is_known)) {
    return Fail(BadInput("no header of the sheet is known")
                    .Field("text")
                    .Mend("Name the columns as 'weir {} set --help' names its fields", kind.plural));
  }
  std::vector<SheetLine> lines;
  for (std::size_t i = 1; i < records.size(); ++i) {
    SheetLine line{.line = records[i].line};
    auto judged = Judge(kind, columns, records[i], known, check);
    if (!judged) {
      line.column = HeaderOf(columns, judged.error().field());
      line.why = judged.error();
      lines.push_back(std::move(line));
      continue;
    }
    const auto twin = std::ranges::find_if(lines, [&](const SheetLine& one) {
      return one.verdict != SheetLine::Verdict::kRefused && IsSameEntry(kind, one.after, judged->after);
    });
    if (twin != lines.end()) {
      line.why = BadInput("line {} says the same entry already", twin->line);
    } else {
      line = *std::move(judged);
    }
    lines.push_back(std::move(line));
  }
  return lines;
}

}  // namespace weir::workspace
