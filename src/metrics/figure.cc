#include "metrics/figure.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace weir::metrics {
namespace {

constexpr std::size_t kMostDigits = 18;

struct Word {
  std::string_view word;
  int power = 0;  // of ten
  std::optional<Unit> unit = {};
};

constexpr std::array kWords{Word{"k", 3},
                            Word{"thousand", 3},
                            Word{"thousands", 3},
                            Word{"т", 3},
                            Word{"тыс", 3},
                            Word{"тысяч", 3},
                            Word{"тысячи", 3},
                            Word{"тысяча", 3},
                            Word{"m", 6},
                            Word{"mm", 6},
                            Word{"mn", 6},
                            Word{"mln", 6},
                            Word{"mio", 6},
                            Word{"million", 6},
                            Word{"millions", 6},
                            Word{"м", 6},
                            Word{"млн", 6},
                            Word{"миллион", 6},
                            Word{"миллиона", 6},
                            Word{"миллионов", 6},
                            Word{"b", 9},
                            Word{"bn", 9},
                            Word{"bln", 9},
                            Word{"billion", 9},
                            Word{"billions", 9},
                            Word{"млрд", 9},
                            Word{"миллиард", 9},
                            Word{"миллиарда", 9},
                            Word{"миллиардов", 9},
                            Word{"tn", 12},
                            Word{"trn", 12},
                            Word{"trillion", 12},
                            Word{"трлн", 12},
                            Word{"%", 0, Unit::kShare},
                            Word{"percent", 0, Unit::kShare},
                            Word{"проц", 0, Unit::kShare},
                            Word{"процент", 0, Unit::kShare},
                            Word{"процента", 0, Unit::kShare},
                            Word{"процентов", 0, Unit::kShare},
                            Word{"d", 0, Unit::kDays},
                            Word{"day", 0, Unit::kDays},
                            Word{"days", 0, Unit::kDays},
                            Word{"дн", 0, Unit::kDays},
                            Word{"день", 0, Unit::kDays},
                            Word{"дня", 0, Unit::kDays},
                            Word{"дней", 0, Unit::kDays},
                            Word{"h", 0, Unit::kHours},
                            Word{"hour", 0, Unit::kHours},
                            Word{"hours", 0, Unit::kHours},
                            Word{"hrs", 0, Unit::kHours},
                            Word{"ч", 0, Unit::kHours},
                            Word{"час", 0, Unit::kHours},
                            Word{"часа", 0, Unit::kHours},
                            Word{"часов", 0, Unit::kHours},
                            Word{"about"},
                            Word{"approx"},
                            Word{"около"},
                            Word{"примерно"},
                            Word{"~"},
                            Word{"≈"},
                            Word{"+"}};

// As they stand after folding; the longer first where one is within another.
constexpr std::array<std::string_view, 20> kSigns{"us$", "r$", "a$", "c$",  "$", "€", "£", "рублей", "рубля", "рубль",
                                                  "руб", "₽",  "zł", "грн", "₸", "₴", "₹", "₺",      "¥",     "р"};
constexpr std::array<std::string_view, 32> kCodes{
    "aed", "aud", "brl", "byn", "cad", "chf", "cny", "czk", "dkk", "eur", "gbp", "gel", "hkd", "huf", "ils", "inr",
    "jpy", "krw", "kzt", "mxn", "nok", "nzd", "pln", "ron", "rsd", "rub", "sek", "sgd", "try", "uah", "usd", "zar"};

Error Unreadable(std::string_view text) {
  return BadUsage("'{}' is not a figure", text)
      .Field("figure")
      .Mend("Write it as in the report: 1 234 567.89, $1.2M, 1,5 млн, 12.3%");
}

bool IsDigit(char character) { return character >= '0' && character <= '9'; }

void ReplaceAll(std::string& text, std::string_view what, std::string_view with) {
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

// Digits and separators apart from what stands before and after them.
struct Split {
  std::string number;
  std::string around;
  bool is_negative = false;
};

std::optional<Split> SplitNumber(std::string text) {
  ReplaceAll(text, "\xE2\x88\x92", "-");  // the sign of minus, and dashes
  ReplaceAll(text, "\xE2\x80\x93", "-");
  ReplaceAll(text, "\xE2\x80\x99", "'");
  const auto first = std::ranges::find_if(text, IsDigit);
  if (first == text.end()) return std::nullopt;
  auto begin = static_cast<std::size_t>(first - text.begin());
  if (begin > 0 && (text[begin - 1] == '.' || text[begin - 1] == ',')) --begin;
  std::size_t end = text.find_last_of("0123456789") + 1;
  Split split{.number = text.substr(begin, end - begin)};
  if (split.number.find_first_not_of("0123456789.,' ") != std::string::npos) return std::nullopt;
  std::string before = text.substr(0, begin);
  std::string after = text.substr(end);
  const std::size_t opened = before.find('(');
  const std::size_t closed = after.find(')');
  if ((opened == std::string::npos) != (closed == std::string::npos)) return std::nullopt;
  if (opened != std::string::npos) {
    split.is_negative = true;
    before.erase(opened, 1);
    after.erase(closed, 1);
  }
  if (const std::size_t minus = before.find('-'); minus != std::string::npos) {
    if (split.is_negative) return std::nullopt;
    split.is_negative = true;
    before.erase(minus, 1);
  }
  split.around = before + " " + after;
  return split;
}

// A number with so many digits after the point.
struct Digits {
  std::string digits;
  int decimals = 0;
};

// Groups of three after one of one to three.
bool IsGrouped(std::string_view number, char separator) {
  std::size_t at = number.find(separator);
  if (at == 0 || at > 3) return false;
  while (at != std::string_view::npos) {
    const std::size_t next = number.find(separator, at + 1);
    const std::size_t length = (next == std::string_view::npos ? number.size() : next) - at - 1;
    if (length != 3) return false;
    at = next;
  }
  return true;
}

std::string Without(std::string_view number, char separator) {
  std::string kept(number);
  std::erase(kept, separator);
  return kept;
}

std::optional<Digits> Plain(std::string_view number, char point) {
  const std::size_t at = number.find(point);
  Digits digits{Without(number, point)};
  if (at != std::string_view::npos) digits.decimals = static_cast<int>(number.size() - at - 1);
  if (digits.digits.empty() || !std::ranges::all_of(digits.digits, IsDigit)) return std::nullopt;
  return digits;
}

// Every way to read it, the likelier first.
std::vector<Digits> WaysToRead(std::string number) {
  for (const char blank : {' ', '\''}) {
    if (number.find(blank) == std::string::npos) continue;
    const std::string whole = number.substr(0, number.find_first_of(".,"));
    if (!IsGrouped(whole, blank) || number.find_last_of(blank) > whole.size()) return {};
    number = Without(number, blank);
    const std::size_t point = number.find_first_of(".,");
    if (point == std::string::npos) return {{number}};
    const auto plain = Plain(number, number[point]);
    return plain && std::ranges::count(number, number[point]) == 1 ? std::vector{*plain} : std::vector<Digits>{};
  }
  const std::size_t last = number.find_last_of(".,");
  if (last == std::string::npos) return {{number}};
  const char point = number[last];
  const char other = point == '.' ? ',' : '.';
  const auto count = std::ranges::count(number, point);
  if (number.find(other) != std::string::npos) {
    if (count != 1 || !IsGrouped(std::string_view(number).substr(0, last), other)) return {};
    const auto plain = Plain(Without(number, other), point);
    return plain ? std::vector{*plain} : std::vector<Digits>{};
  }
  const bool is_grouped = IsGrouped(number, point) && number.front() != '0';
  std::vector<Digits> ways;
  const auto as_decimal = count == 1 ? Plain(number, point) : std::nullopt;
  const auto as_groups = is_grouped ? Plain(Without(number, point), point) : std::nullopt;
  // A comma before three digits groups thousands, a point rather not.
  if (point == ',' && as_groups) ways.push_back(*as_groups);
  if (as_decimal) ways.push_back(*as_decimal);
  if (point == '.' && as_groups) ways.push_back(*as_groups);
  return ways;
}

std::optional<Reading> ReadingOf(const Digits& digits, int power, bool is_negative) {
  if (digits.digits.size() > kMostDigits) return std::nullopt;
  Int128 units = 0;
  for (const char digit : digits.digits) units = units * 10 + (digit - '0');
  if (is_negative) units = -units;
  // Half of the last typed digit is a whole number of units.
  const int scale = digits.decimals - power + 1;
  const Int128 shift = PowerOfTen(std::max(0, -scale));
  const auto kept = static_cast<std::uint8_t>(std::max(0, scale));
  return Reading{.value = {units * 10 * shift, kept},
                 .low = {(units * 10 - 5) * shift, kept},
                 .high = {(units * 10 + 5) * shift, kept}};
}

std::vector<std::string> WordsOf(std::string_view around) {
  std::vector<std::string> words;
  std::string word;
  for (const char character : around) {
    if (character != ' ' && character != '.') {
      word += character;
    } else if (!word.empty()) {
      words.push_back(std::move(word));
      word.clear();
    }
  }
  if (!word.empty()) words.push_back(std::move(word));
  return words;
}

// Takes signs of currencies off; false where two are named.
bool TakeCurrency(std::string& around, std::string& currency) {
  for (const std::string_view sign : kSigns) {
    const std::size_t at = around.find(sign);
    if (at == std::string::npos) continue;
    // A letter alone is the sign of roubles only where it stands alone.
    const bool is_letter = sign == "р";
    const std::size_t end = at + sign.size();
    const auto is_edge = [&](std::size_t place) { return around[place] == ' ' || around[place] == '.'; };
    if (is_letter && !((at == 0 || is_edge(at - 1)) && (end == around.size() || is_edge(end)))) continue;
    if (!currency.empty()) return false;
    std::string shown(sign);
    if (is_letter) shown = "₽";
    for (char& character : shown)
      character = character >= 'a' && character <= 'z' ? static_cast<char>(character - 32) : character;
    const auto code = CurrencyOfSign(sign == "zł" ? std::string_view(sign) : std::string_view(shown));
    if (!code) return false;
    currency = *code;
    around.replace(at, sign.size(), " ");
  }
  return true;
}

}  // namespace

UnitRange RangeOf(const Reading& reading, int digits) {
  const int shift = digits - reading.low.scale;
  if (shift >= 0) return {reading.low.units * PowerOfTen(shift), reading.high.units * PowerOfTen(shift)};
  const Int128 divisor = PowerOfTen(-shift);
  const auto down = [&](Int128 units) { return units / divisor - (units % divisor < 0 ? 1 : 0); };
  const Int128 low = -down(-reading.low.units);
  const Int128 high = down(reading.high.units);
  if (low <= high) return {low, high};
  const Int128 nearest = Rescale(reading.value, static_cast<std::uint8_t>(digits)).value_or(Decimal{low, 0}).units;
  return {nearest, nearest};
}

Result<Figure> ParseFigure(std::string_view text) {
  if (text.size() > kLongestFigure || !IsValidUtf8(text)) {
    return Fail(Unreadable(IsValidUtf8(text) ? text.substr(0, 0) : std::string_view()));
  }
  auto split = SplitNumber(FoldCase(FoldBlanks(text)));
  if (!split) return Fail(Unreadable(text));
  Figure figure;
  if (!TakeCurrency(split->around, figure.currency)) return Fail(Unreadable(text));
  if (!figure.currency.empty()) figure.unit = Unit::kMoney;
  int power = 0;
  for (const std::string& word : WordsOf(split->around)) {
    const auto known = std::ranges::find(kWords, std::string_view(word), &Word::word);
    if (known != kWords.end()) {
      if ((known->power != 0 && power != 0) || (known->unit && figure.unit)) return Fail(Unreadable(text));
      power += known->power;
      if (known->unit) figure.unit = known->unit;
    } else if (std::ranges::find(kCodes, std::string_view(word)) != kCodes.end() && figure.currency.empty() &&
               !figure.unit) {
      figure.currency = word;
      for (char& letter : figure.currency) letter = static_cast<char>(letter - 32);
      figure.unit = Unit::kMoney;
    } else {
      return Fail(Unreadable(text));
    }
  }
  // A hundredth part.
  if (figure.unit == Unit::kShare) power -= 2;
  for (const Digits& way : WaysToRead(split->number)) {
    if (const auto reading = ReadingOf(way, power, split->is_negative)) figure.readings.push_back(*reading);
  }
  if (figure.readings.empty()) return Fail(Unreadable(text));
  return figure;
}

Result<Figure> FigureOf(std::string_view text, const Metric& metric) {
  WEIR_TRY(Figure figure, ParseFigure(text));
  if (metric.unit != Unit::kShare || figure.unit) return figure;
  WEIR_TRY(const Figure percent, ParseFigure(std::string(text) + "%"));
  figure.readings.insert(figure.readings.end(), percent.readings.begin(), percent.readings.end());
  const bool is_small = figure.readings.front().value.units <= PowerOfTen(figure.readings.front().value.scale);
  if (!is_small) std::ranges::rotate(figure.readings, figure.readings.end() - 1);
  return figure;
}

}  // namespace weir::metrics
