#include "metrics/sheet_table.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

#include "base/decimal.h"
#include "base/text.h"

namespace weir::metrics {
namespace {

class Reader {
 public:
  Reader(std::string_view text, std::string file) : text_(text), file_(std::move(file)) {
    const std::string_view first = text_.substr(0, text_.find('\n'));
    for (const char candidate : {'\t', ';', ','}) {
      if (first.find(candidate) == std::string_view::npos) continue;
      separator_ = candidate;
      break;
    }
  }

  Result<SheetTable> Run() {
    SheetTable table;
    while (at_ < text_.size()) {
      const std::uint64_t line = line_;
      WEIR_TRY(std::vector<std::string> cells, Record());
      if (std::ranges::all_of(cells, &std::string::empty)) continue;
      if (table.header.empty()) {
        if (cells.size() > kMostSheetColumns) {
          return Fail(
              At(BadInput("the sheet has {} columns, and at most {} are compared", cells.size(), kMostSheetColumns),
                 line, kMostSheetColumns + 1)
                  .Mend("Leave out the columns that are not in question"));
        }
        table.header = std::move(cells);
        continue;
      }
      // What a sheet has beyond its header may be empty cells only.
      while (cells.size() > table.header.size() && cells.back().empty()) cells.pop_back();
      if (cells.size() > table.header.size()) {
        return Fail(At(BadInput("the row has {} cells, the header {}", cells.size(), table.header.size()), line,
                       table.header.size() + 1)
                        .Mend("Give each column a header, or put cells with separators into quotes"));
      }
      cells.resize(table.header.size());
      if (table.rows.size() == kMostSheetRows) {
        return Fail(At(BadInput("the sheet has more than {} rows", kMostSheetRows), line, 0)
                        .Mend("Compare a part of it, such as one quarter"));
      }
      table.rows.push_back({line, std::move(cells)});
    }
    if (table.header.empty() || table.rows.empty()) {
      return Fail(At(BadInput("the sheet has no row below its header"), line_, 0)
                      .Mend("The first row names the columns, the others have the figures"));
    }
    return table;
  }

 private:
  Error At(Error error, std::uint64_t line, std::uint64_t column) const {
    return std::move(error).At(file_, line, column);
  }

  Result<std::vector<std::string>> Record() {
    std::vector<std::string> cells;
    while (true) {
      WEIR_TRY(std::string cell, Cell(cells.size() + 1));
      cells.push_back(std::move(cell));
      if (at_ >= text_.size()) return cells;
      const char mark = text_[at_++];
      if (mark == '\n') {
        ++line_;
        return cells;
      }
    }
  }

  Result<std::string> Cell(std::uint64_t column) {
    const std::uint64_t line = line_;
    std::string cell;
    if (at_ < text_.size() && text_[at_] == '"') {
      ++at_;
      while (true) {
        if (at_ >= text_.size()) {
          return Fail(At(BadInput("a quote is opened and never closed"), line, column).Mend("Close the quote"));
        }
        const char mark = text_[at_++];
        if (mark == '"' && at_ < text_.size() && text_[at_] == '"') {
          ++at_;
        } else if (mark == '"') {
          break;
        } else if (mark == '\n') {
          ++line_;
        }
        cell += mark;
      }
    }
    while (at_ < text_.size() && text_[at_] != separator_ && text_[at_] != '\n') cell += text_[at_++];
    return FoldBlanks(cell);
  }

  std::string_view text_;
  std::string file_;
  char separator_ = '\t';
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
};

constexpr std::array<std::string_view, 12> kEnglish{"jan", "feb", "mar", "apr", "may", "jun",
                                                    "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 12> kRussian{"янв", "фев", "мар", "апр", "ма",  "июн",
                                                    "июл", "авг", "сен", "окт", "ноя", "дек"};
constexpr std::array<std::string_view, 12> kEnglishWhole{"january",   "february", "march",    "april",
                                                         "may",       "june",     "july",     "august",
                                                         "september", "october",  "november", "december"};
constexpr std::array<std::string_view, 12> kRussianWhole{"январ", "феврал", "март",   "апрел", "май",  "июн",
                                                         "июл",   "август", "сентяб", "октяб", "нояб", "декаб"};

// A name of a month, whole or cut short; not any word that begins like one.
std::optional<int> MonthNamed(std::string_view word) {
  for (std::size_t i = 0; i < 12; ++i) {
    const bool is_english = word.size() >= 3 && kEnglishWhole.at(i).starts_with(word);
    const bool is_sept = i == 8 && word == "sept";
    const bool is_russian =
        word == kRussian.at(i) || (i == 4 && (word == "май" || word == "мая")) ||
        (i != 4 && word.starts_with(kRussianWhole.at(i)) && word.size() <= kRussianWhole.at(i).size() + 6);
    if (is_english || is_sept || is_russian || word == kEnglish.at(i)) return static_cast<int>(i + 1);
  }
  return std::nullopt;
}

std::optional<int> Number(std::string_view text, std::size_t least, std::size_t most) {
  if (text.size() < least || text.size() > most) return std::nullopt;
  int number = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (fault != std::errc() || end != text.data() + text.size() || number < 0) return std::nullopt;
  return number;
}

bool IsYear(int year) { return year >= kFirstYear && year <= kLastYear; }

// "march", "2026", "q1": what stands between blanks and marks; digits and letters apart.
std::vector<std::string> Words(std::string_view key) {
  std::vector<std::string> words;
  enum class Kind : std::uint8_t { kNone, kDigit, kLetter } last = Kind::kNone;
  for (const char mark : key) {
    const bool is_digit = mark >= '0' && mark <= '9';
    const bool is_gap = mark == ' ' || mark == '-' || mark == '.' || mark == '/' || mark == '\'' || mark == ',';
    const Kind kind = is_gap ? Kind::kNone : is_digit ? Kind::kDigit : Kind::kLetter;
    if (kind != Kind::kNone && kind != last) words.emplace_back();
    if (kind != Kind::kNone) words.back() += mark;
    last = kind;
  }
  return words;
}

Date StartOfQuarter(int year, int quarter, int first_month) {
  // A year that does not begin in January is named by the one in which it ends.
  const int begins = first_month == 1 ? year : year - 1;
  return AddMonths(FromCivil({begins, first_month, 1}), 3 * (quarter - 1));
}

std::optional<int> YearOf(std::string_view word) {
  const auto year = Number(word, 4, 4);
  if (year && IsYear(*year)) return year;
  const auto brief = Number(word, 2, 2);
  return brief ? std::optional(2000 + *brief) : std::nullopt;
}

std::optional<int> QuarterOf(const std::vector<std::string>& words, std::size_t at) {
  static constexpr std::array<std::string_view, 6> kNames{"q", "кв", "квартал", "quarter", "к", "qtr"};
  if (at + 1 >= words.size()) return std::nullopt;
  const bool is_before = std::ranges::find(kNames, words[at]) != kNames.end();
  const bool is_after = std::ranges::find(kNames, words[at + 1]) != kNames.end();
  if (is_before == is_after) return std::nullopt;
  const auto quarter = Number(words[at + (is_before ? 1 : 0)], 1, 1);
  return quarter && *quarter >= 1 && *quarter <= 4 ? quarter : std::nullopt;
}

}  // namespace

Result<SheetTable> ReadSheet(std::string_view text, const std::string& file) {
  if (text.size() > kMostSheetBytes) {
    return Fail(BadInput("the sheet has {} bytes, and at most {} are compared", text.size(), kMostSheetBytes)
                    .At(file)
                    .Mend("Compare a part of it, such as one quarter"));
  }
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  const std::size_t invalid = FirstInvalidUtf8(text);
  const std::size_t control = text.find('\0');
  if (const std::size_t bad = std::min(invalid, control); bad != std::string_view::npos) {
    const std::string_view before = text.substr(0, bad);
    const auto line = static_cast<std::uint64_t>(std::ranges::count(before, '\n')) + 1;
    return Fail(BadInput("the sheet is not text")
                    .At(file, line, bad - (before.find_last_of('\n') + 1) + 1)
                    .Mend("Give the file, so that its encoding is found, or save it as UTF-8"));
  }
  std::string lines;
  lines.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') lines += text[i];
    if (text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n')) lines += '\n';
  }
  return Reader(lines, file).Run();
}

std::optional<PeriodLabel> ReadPeriod(std::string_view label, int first_month) {
  const std::string key = FoldCase(FoldBlanks(label));
  if (key.size() > 60) return std::nullopt;
  if (key.size() >= 10) {
    const auto day = ParseIsoDate(std::string_view(key).substr(0, 10));
    if (day && (key.size() == 10 || ((key[10] == 't' || key[10] == ' ') && ParseIsoInstant(FoldBlanks(label))))) {
      return PeriodLabel{*day, Grain::kDay};
    }
  }
  std::vector<std::string> words = Words(key);
  while (!words.empty() && (words.back() == "г" || words.back() == "год" || words.back() == "года")) words.pop_back();
  if (!words.empty() && (words.front() == "fy" || words.front() == "year" || words.front() == "год")) {
    words.erase(words.begin());
  }
  if (words.size() == 1) {
    const auto year = Number(words[0], 4, 4);
    if (!year || !IsYear(*year)) return std::nullopt;
    return PeriodLabel{StartOfQuarter(*year, 1, first_month), Grain::kYear};
  }
  if (words.size() == 3) {
    // "q1 2026", "2026 q1", "1 кв 2026".
    for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
      const auto quarter = QuarterOf(words, at);
      const auto year = YearOf(words[at == 0 ? 2 : 0]);
      if (quarter && year) return PeriodLabel{StartOfQuarter(*year, *quarter, first_month), Grain::kQuarter};
    }
    // "31.03.2026": day first where dots stand; with strokes nothing says which is which.
    const auto day = Number(words[0], 1, 2);
    const auto month = Number(words[1], 1, 2);
    const auto year = Number(words[2], 4, 4);
    if (day && month && year && IsYear(*year) && key.find('.') != std::string::npos &&
        IsValidCivil(*year, *month, *day)) {
      return PeriodLabel{FromCivil({*year, *month, *day}), Grain::kDay};
    }
    return std::nullopt;
  }
  if (words.size() != 2) return std::nullopt;
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
    const auto month = MonthNamed(words[at]);
    const auto year = YearOf(words[1 - at]);
    if (month && year) return PeriodLabel{FromCivil({*year, *month, 1}), Grain::kMonth};
  }
  for (const std::size_t at : {std::size_t{0}, std::size_t{1}}) {
    const auto year = Number(words[at], 4, 4);
    const auto month = Number(words[1 - at], 1, 2);
    if (year && IsYear(*year) && month && *month >= 1 && *month <= 12) {
      return PeriodLabel{FromCivil({*year, *month, 1}), Grain::kMonth};
    }
  }
  return std::nullopt;
}

Grain GrainOf(std::vector<Date> days, int first_month) {
  std::ranges::sort(days);
  days.erase(std::ranges::unique(days).begin(), days.end());
  const bool are_months = std::ranges::all_of(days, [](Date day) { return ToCivil(day).day == 1; });
  if (!are_months) return Grain::kDay;
  int least = 12;
  for (std::size_t i = 1; i < days.size(); ++i) {
    const CivilDate one = ToCivil(days[i - 1]);
    const CivilDate next = ToCivil(days[i]);
    least = std::min(least, (next.year - one.year) * 12 + next.month - one.month);
  }
  if (days.size() < 2) return Grain::kMonth;
  for (const Grain grain : {Grain::kYear, Grain::kQuarter}) {
    const bool fits =
        std::ranges::all_of(days, [&](Date day) { return PeriodAround(day, grain, first_month).first == day; });
    if (fits && least >= (grain == Grain::kYear ? 12 : 3)) return grain;
  }
  return Grain::kMonth;
}

std::string LabelKey(std::string_view label) {
  std::string key = FoldCase(FoldBlanks(label));
  if (const std::size_t open = key.rfind('('); open != std::string::npos && open > 0 && key.ends_with(')')) {
    std::string inside = key.substr(open + 1, key.size() - open - 2);
    std::ranges::transform(inside, inside.begin(), [](char mark) {
      return mark >= 'a' && mark <= 'z' ? static_cast<char>(mark - 'a' + 'A') : mark;
    });
    if (IsCurrencyCode(inside) || CurrencyOfSign(inside)) key.resize(open);
  }
  for (char& mark : key) {
    if (mark == '_' || mark == '-' || mark == ':' || mark == ',' || mark == '.') mark = ' ';
  }
  return FoldBlanks(key);
}

std::string FoldKey(std::string_view value) { return FoldCase(FoldBlanks(value)); }

bool IsTotalLabel(std::string_view label) {
  static constexpr std::array<std::string_view, 7> kTotals{"total", "grand total", "all",       "итого",
                                                           "всего", "итог",        "общий итог"};
  return std::ranges::find(kTotals, LabelKey(label)) != kTotals.end();
}

}  // namespace weir::metrics
