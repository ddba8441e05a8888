#include "sources/csv_dialect.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

#include "sources/csv_scan.h"
#include "sources/date_text.h"
#include "sources/number_text.h"

namespace weir::sources {
namespace {

constexpr std::size_t kSampleRecords = 200;
constexpr std::size_t kLongestPreamble = 50;  // records

struct SampleRecord {
  std::size_t offset = 0;
  std::uint64_t line = 1;
};

// The first records of a file that are not blank, and their shapes.
struct SampleRecords {
  std::vector<SampleRecord> records;
  std::vector<RowShape> shapes;
};

bool IsBlankCell(std::string_view cell) { return TrimBlanks(cell).empty(); }

SampleRecords Split(std::string_view sample, bool is_whole, char separator) {
  SampleRecords found;
  const CsvScanner scanner(separator);
  CsvRecord record;
  std::deque<std::string> texts;
  std::size_t offset = 0;
  std::uint64_t line = 1;
  while (offset < sample.size() && found.records.size() < kSampleRecords) {
    if (scanner.Next(sample.substr(offset), is_whole, record, texts) == CsvScanner::Outcome::kNeedsMore) break;
    const auto filled = static_cast<std::size_t>(
        std::ranges::count_if(record.cells, [](std::string_view cell) { return !IsBlankCell(cell); }));
    std::size_t used = record.cells.size();
    while (used > 0 && IsBlankCell(record.cells[used - 1])) --used;
    if (filled > 0 && record.fault == nullptr) {
      found.records.push_back({.offset = offset, .line = line});
      found.shapes.push_back({.filled = filled, .cells = record.cells.size(), .used = used});
    }
    offset += record.size;
    line += record.lines;
  }
  return found;
}

// The number of cells that most records have; one cell counts only if nothing else does.
std::size_t UsualCells(std::span<const RowShape> rows) {
  std::map<std::size_t, std::size_t> counts;
  for (const RowShape& row : rows) ++counts[row.cells];
  std::size_t usual = 1;
  std::size_t most = 0;
  for (const auto& [cells, count] : counts) {
    if (cells > 1 && count >= most) {
      usual = cells;
      most = count;
    }
  }
  return usual;
}

// How well a separator explains the sample: the share of records with the usual number of cells, and the more cells
// the better among equals.
double Fitness(std::span<const RowShape> rows) {
  const std::size_t usual = UsualCells(rows);
  if (usual < 2) return 0;
  const auto same = std::ranges::count(rows, usual, &RowShape::cells);
  const double share = static_cast<double>(same) / static_cast<double>(rows.size());
  return share + std::min<double>(static_cast<double>(usual), 100) / 1'000;
}

// "sep=;" is how spreadsheets are told the separator.
std::optional<char> DeclaredSeparator(std::string_view sample) {
  if (sample.size() < 6 || FoldCase(sample.substr(0, 4)) != "sep=") return std::nullopt;
  if (sample[5] != '\n' && sample[5] != '\r') return std::nullopt;
  return sample[4];
}

char BestSeparator(std::string_view sample, bool is_whole) {
  if (const auto declared = DeclaredSeparator(sample)) return *declared;
  char best = ',';
  double best_fitness = 0;
  for (const char separator : {',', ';', '\t', '|'}) {
    const double fitness = Fitness(Split(sample, is_whole, separator).shapes);
    if (fitness > best_fitness) {
      best = separator;
      best_fitness = fitness;
    }
  }
  return best;
}

bool IsValue(std::string_view cell) {
  return ParseNumber(cell, '.').fault != NumberFault::kNotNumber ||
         ParseDate(cell, nullptr).fault != DateFault::kNotDate;
}

// Three capitals in brackets may be many things ("Created (UTC)"): those in which advertising and shops are billed.
constexpr std::array<std::string_view, 61> kBilledIn{
    "AED", "AMD", "ARS", "AUD", "AZN", "BDT", "BGN", "BOB", "BRL", "BYN", "CAD", "CHF", "CLP", "CNY", "COP", "CRC",
    "CZK", "DKK", "DZD", "EGP", "EUR", "GBP", "GEL", "GTQ", "HKD", "HNL", "HUF", "IDR", "ILS", "INR", "ISK", "JPY",
    "KES", "KRW", "KZT", "MOP", "MXN", "MYR", "NGN", "NIO", "NOK", "NZD", "PEN", "PHP", "PKR", "PLN", "PYG", "QAR",
    "RON", "RSD", "RUB", "SAR", "SEK", "SGD", "THB", "TRY", "TWD", "UAH", "USD", "VND", "ZAR"};

// "Amount spent (USD)": the currency of the amounts, and the header without it.
struct BracketedCurrency {
  std::string_view code;
  std::string_view header;
};

std::optional<BracketedCurrency> CurrencyInBrackets(std::string_view header) {
  constexpr std::size_t kBracketed = 5;  // (USD)
  if (header.size() <= kBracketed || !header.ends_with(')')) return std::nullopt;
  const std::string_view last = header.substr(header.size() - kBracketed);
  const std::string_view code = last.substr(1, 3);
  if (last.front() != '(' || !std::ranges::binary_search(kBilledIn, code)) return std::nullopt;
  return BracketedCurrency{code, TrimBlanks(header.substr(0, header.size() - kBracketed))};
}

// A currency in brackets is no word of a header, unless the same words stand there for another currency too.
void ForgetCurrencies(std::vector<SourceColumn>& columns) {
  std::map<std::string, std::size_t> uses;
  std::vector<std::string> names;
  for (const SourceColumn& column : columns) {
    const auto bracketed = CurrencyInBrackets(column.header);
    names.push_back(bracketed ? NormaliseHeader(bracketed->header) : column.name);
    ++uses[names.back()];
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto bracketed = CurrencyInBrackets(columns[i].header);
    if (!bracketed) continue;
    if (columns[i].currency.empty()) columns[i].currency = bracketed->code;
    if (!names[i].empty() && uses[names[i]] == 1) columns[i].name = names[i];
  }
}

}  // namespace

std::optional<std::size_t> FindHeaderRow(std::span<const RowShape> rows, std::size_t from) {
  const std::size_t usual = UsualCells(rows);
  for (std::size_t i = from; i < std::min(rows.size(), kLongestPreamble); ++i) {
    const RowShape& row = rows[i];
    if (row.filled * 2 < row.cells || (usual > 1 && row.cells == 1)) continue;
    const auto fitting = static_cast<std::size_t>(
        std::ranges::count_if(rows.subspan(i), [&](const RowShape& other) { return other.used <= row.cells; }));
    if (row.cells == usual || fitting * 2 > rows.size() - i + 1) return i;
  }
  return std::nullopt;
}

bool HoldsNames(std::span<const std::string_view> cells) {
  return std::ranges::any_of(cells, [](std::string_view cell) { return !IsBlankCell(cell) && !IsValue(cell); });
}

std::vector<SourceColumn> ColumnsOf(const std::vector<std::string_view>& cells) {
  std::vector<SourceColumn> columns;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    SourceColumn column;
    column.header = TrimBlanks(cells[i]);
    column.name = NormaliseHeader(column.header);
    if (column.name.empty()) column.name = fmt::format("column_{}", i + 1);
    column.currency = CurrencyOfSign(column.header).value_or("");
    columns.push_back(std::move(column));
  }
  ForgetCurrencies(columns);
  return columns;
}

Result<CsvDialect> FindDialect(std::string_view sample, bool is_whole, const ReadOptions& options,
                               const std::string& title) {
  CsvDialect dialect;
  dialect.separator = options.separator != 0 ? options.separator : BestSeparator(sample, is_whole);
  const auto [records, shapes] = Split(sample, is_whole, dialect.separator);
  const auto place = FindHeaderRow(shapes, DeclaredSeparator(sample).has_value() ? 1 : 0);
  if (!place) {
    if (records.empty() && !is_whole) {
      return Fail(TooLarge("the first line is longer than {} MiB", sample.size() >> 20)
                      .At(title, 1)
                      .Mend("This does not look like a table: check that it is the right file"));
    }
    return Fail(BadInput("there is no row of column names").At(title, 1).Mend("Export the table with its header"));
  }
  const SampleRecord& header = records[*place];
  dialect.header_line = header.line;
  dialect.header_offset = header.offset;
  for (const SampleRecord& record : std::span(records).first(*place)) {
    const std::string_view rest = sample.substr(record.offset, header.offset - record.offset);
    dialect.preamble.emplace_back(TrimBlanks(rest.substr(0, rest.find_first_of("\r\n"))));
  }
  const CsvScanner scanner(dialect.separator);
  CsvRecord record;
  std::deque<std::string> texts;
  scanner.Next(sample.substr(header.offset), is_whole, record, texts);
  if (record.cells.size() > options.limits.columns) {
    return Fail(TooLarge("the header has {} columns, {} are the limit", record.cells.size(), options.limits.columns)
                    .At(title, header.line, options.limits.columns + 1)
                    .Mend("Export fewer columns, or check the separator"));
  }
  if (!HoldsNames(record.cells)) {
    return Fail(BadInput("the first row holds values, not column names")
                    .At(title, header.line, 1)
                    .Mend("Export the table with its header"));
  }
  dialect.columns = ColumnsOf(record.cells);
  for (std::size_t i = 0; i < record.cells.size(); ++i) {
    const std::size_t fault = FirstInvalidUtf8(record.cells[i]);
    if (fault != std::string_view::npos || record.cells[i].find('\0') != std::string_view::npos) {
      return Fail(BadInput("a column name holds bytes that are no text")
                      .At(title, header.line, i + 1)
                      .Mend("Save the file as UTF-8"));
    }
  }
  return dialect;
}

}  // namespace weir::sources
