#include "identity/date.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/time.h"
#include "identity/damerau_levenshtein.h"
#include "identity/fold.h"

namespace weir::identity {
namespace {

constexpr int kLastYear4 = 9999;
constexpr int kLastYearOfTwoDigits = 2029;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// By the beginning of its name in English, Russian (folded), German, Spanish or French; 0 for other words.
int MonthNamed(std::string_view word) {
  struct Beginning {
    std::string_view letters;
    int month;
  };
  static constexpr auto kMonths = std::to_array<Beginning>(
      {{"jan", 1},  {"yanv", 1}, {"ene", 1},  {"janv", 1}, {"feb", 2},  {"fev", 2},  {"mar", 3},  {"mrz", 3},
       {"apr", 4},  {"avr", 4},  {"abr", 4},  {"mai", 5},  {"may", 5},  {"maya", 5}, {"jun", 6},  {"juin", 6},
       {"iyun", 6}, {"yun", 6},  {"iyul", 7}, {"jul", 7},  {"juil", 7}, {"yul", 7},  {"aug", 8},  {"avg", 8},
       {"ago", 8},  {"aou", 8},  {"sep", 9},  {"sen", 9},  {"oct", 10}, {"okt", 10}, {"nov", 11}, {"noy", 11},
       {"dec", 12}, {"dek", 12}, {"dez", 12}, {"dic", 12}});
  for (const Beginning& month : kMonths) {
    if (word.starts_with(month.letters)) return month.month;
  }
  return 0;
}

// A number or a word of the date, with what parts it from the one before.
struct Piece {
  std::string_view text;
  char separator = ' ';
};

// The first six; a time ends them.
std::vector<Piece> PiecesOf(std::string_view text) {
  constexpr std::size_t kMostPieces = 6;
  std::vector<Piece> pieces;
  char separator = ' ';
  for (std::size_t at = 0; at < text.size() && pieces.size() < kMostPieces;) {
    const bool is_number = IsDigit(text[at]);
    const bool is_letter = (text[at] >= 'a' && text[at] <= 'z');
    if (!is_number && !is_letter) {
      // Of several signs that which is no blank.
      if (separator == ' ') separator = text[at];
      ++at;
      continue;
    }
    std::size_t end = at;
    while (end < text.size() && (is_number ? IsDigit(text[end]) : text[end] >= 'a' && text[end] <= 'z')) ++end;
    if (end < text.size() && text[end] == ':') break;
    pieces.push_back({text.substr(at, end - at), separator});
    separator = ' ';
    at = end;
  }
  return pieces;
}

int NumberOf(std::string_view digits) {
  int number = 0;
  for (const char digit : digits) number = number * 10 + (digit - '0');
  return number;
}

std::optional<RecordedDate> Checked(int year, int month, int day) {
  if (year < 1 || year > kLastYear4) return std::nullopt;
  if (month == 0 && day == 0) return RecordedDate{year, 0, 0};
  if (month < 1 || month > 12 || day < 0 || day > DaysInMonth(year, month)) return std::nullopt;
  return RecordedDate{year, month, day};
}

int YearOf(std::string_view digits) {
  const int year = NumberOf(digits);
  if (digits.size() > 2) return year;
  const int century = year + 2000 > kLastYearOfTwoDigits ? 1900 : 2000;
  return century + year;
}

std::optional<RecordedDate> FromNumbers(const std::vector<Piece>& pieces, bool is_day_first) {
  const std::string_view first = pieces[0].text;
  if (pieces.size() == 1) {
    if (first.size() == 8)
      return Checked(NumberOf(first.substr(0, 4)), NumberOf(first.substr(4, 2)), NumberOf(first.substr(6)));
    return first.size() == 4 ? Checked(NumberOf(first), 0, 0) : std::nullopt;
  }
  const std::string_view second = pieces[1].text;
  if (first.size() > 4 || second.size() > 4) return std::nullopt;
  if (pieces.size() == 2) {
    if (first.size() == 4 && second.size() <= 2) return Checked(NumberOf(first), NumberOf(second), 0);
    if (second.size() == 4 && first.size() <= 2) return Checked(NumberOf(second), NumberOf(first), 0);
    return std::nullopt;
  }
  const std::string_view third = pieces[2].text;
  if (second.size() > 2 || third.size() > 4) return std::nullopt;
  if (first.size() >= 3) {
    return third.size() <= 2 ? Checked(NumberOf(first), NumberOf(second), NumberOf(third)) : std::nullopt;
  }
  const int a = NumberOf(first);
  const int b = NumberOf(second);
  const int year = YearOf(third);
  const bool month_first = b > 12 || (a <= 12 && pieces[1].separator == '/' && !is_day_first);
  return month_first ? Checked(year, a, b) : Checked(year, b, a);
}

std::optional<RecordedDate> FromWords(const std::vector<Piece>& pieces) {
  int month = 0;
  std::vector<std::string_view> numbers;
  for (const Piece& piece : pieces) {
    if (IsDigit(piece.text.front())) {
      if (piece.text.size() > 4) return std::nullopt;
      numbers.push_back(piece.text);
    } else if (month == 0) {
      month = MonthNamed(piece.text);
      const bool is_ordinal = piece.text == "th" || piece.text == "st" || piece.text == "nd" || piece.text == "rd" ||
                              piece.text == "de" || piece.text == "of";
      if (month == 0 && !is_ordinal) return std::nullopt;
    }
  }
  if (month == 0 || numbers.empty()) return std::nullopt;
  if (numbers.size() == 1) return numbers[0].size() == 4 ? Checked(NumberOf(numbers[0]), month, 0) : std::nullopt;
  const bool year_first = numbers[0].size() > 2;
  const std::string_view year = numbers[year_first ? 0 : 1];
  const std::string_view day = numbers[year_first ? 1 : 0];
  return day.size() <= 2 ? Checked(YearOf(year), month, NumberOf(day)) : std::nullopt;
}

// ASCII letters small and signs kept; other letters folded.
std::string Plain(std::string_view text) {
  std::string plain;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t end = at;
    while (end < text.size() && static_cast<unsigned char>(text[end]) >= 0x80) ++end;
    if (end > at) {
      plain += FoldText(text.substr(at, end - at));
      at = end;
      continue;
    }
    const char c = text[at++];
    plain.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
  }
  return plain;
}

}  // namespace

std::optional<std::int32_t> RecordedDate::Days() const {
  if (day == 0) return std::nullopt;
  return FromCivil({year, month, day}).days;
}

std::optional<RecordedDate> ReadRecordedDate(std::string_view text, bool is_day_first) {
  constexpr std::size_t kLongest = 64;
  const std::string plain = Plain(text.substr(0, kLongest));
  std::vector<Piece> pieces = PiecesOf(plain);
  // "2020-03-31T09:40" and the year's "г."
  while (!pieces.empty() && (pieces.back().text == "t" || pieces.back().text == "g")) pieces.pop_back();
  if (pieces.empty() || pieces.front().separator == '-') return std::nullopt;
  const bool has_words = std::ranges::any_of(pieces, [](const Piece& piece) { return !IsDigit(piece.text.front()); });
  if (has_words) return FromWords(pieces);
  // A fourth number is of a time.
  if (pieces.size() > 3) pieces.resize(3);
  return FromNumbers(pieces, is_day_first);
}

DateAgreement Agree(const RecordedDate& a, const RecordedDate& b) {
  DateAgreement agreement;
  agreement.year = a.year == b.year;
  agreement.month = a.month == b.month && a.month != 0;
  agreement.day = a.day == b.day && a.day != 0;
  const auto days_a = a.Days();
  const auto days_b = b.Days();
  if (!days_a || !days_b) return agreement;
  agreement.days_apart = std::abs(*days_a - *days_b);
  agreement.is_swapped = agreement.year && a != b && a.day == b.month && a.month == b.day;
  const auto written = [](const RecordedDate& date) {
    return fmt::format("{:04}{:02}{:02}", date.year, date.month, date.day);
  };
  // No digit is lost in a form of eight: an edit of length is none of these.
  const std::string first = written(a);
  const std::string second = written(b);
  int differing = 0;
  for (std::size_t i = 0; i < first.size(); ++i) differing += first[i] != second[i] ? 1 : 0;
  agreement.is_one_digit = differing == 1 || (differing == 2 && OptimalStringAlignment(first, second, 1) <= 1);
  return agreement;
}

std::string_view ReasonOf(DateLevel level) {
  switch (level) {
    case DateLevel::kDifferent:
      return "different dates";
    case DateLevel::kYear:
      return "the same year";
    case DateLevel::kTwoParts:
      return "two of day, month and year are the same";
    case DateLevel::kOneDigit:
      return "the same but for a digit";
    case DateLevel::kSwapped:
      return "the same with day and month swapped";
    case DateLevel::kLeftOut:
      return "the same as far as one says it";
    case DateLevel::kExact:
      break;
  }
  return "the same date";
}

DateLevel Compare(const RecordedDate& a, const RecordedDate& b) {
  if (a == b) return DateLevel::kExact;
  const DateAgreement agreement = Agree(a, b);
  if (agreement.is_swapped) return DateLevel::kSwapped;
  const bool says_less = a.month == 0 || b.month == 0 || a.day == 0 || b.day == 0;
  if (says_less) {
    if (!agreement.year) return DateLevel::kDifferent;
    const bool months_agree = agreement.month || a.month == 0 || b.month == 0;
    return months_agree ? DateLevel::kLeftOut : DateLevel::kYear;
  }
  if (agreement.is_one_digit) return DateLevel::kOneDigit;
  const int parts = (agreement.year ? 1 : 0) + (agreement.month ? 1 : 0) + (agreement.day ? 1 : 0);
  if (parts == 2) return DateLevel::kTwoParts;
  return agreement.year ? DateLevel::kYear : DateLevel::kDifferent;
}

}  // namespace weir::identity
