#include "identity/compare.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/result.h"
#include "base/text.h"
#include "identity/compare_text.h"
#include "identity/damerau_levenshtein.h"
#include "identity/jaro_winkler.h"

namespace weir::identity {
namespace {

constexpr std::array<std::string_view, 8> kNameLevels{
    "missing", "differs", "alike", "much alike", "short form", "one letter differs", "same words", "equal"};
constexpr std::array<std::string_view, 11> kTextLevels{"missing", "differs", "0.15", "0.30", "0.45", "0.55",
                                                       "0.65",    "0.75",    "0.85", "0.95", "equal"};
constexpr std::array<std::string_view, 6> kCodeLevels{
    "missing", "differs", "same beginning or end", "two characters differ", "one character differs", "equal"};
constexpr std::array<std::string_view, 7> kDateLevels{"missing",
                                                      "differs",
                                                      "within ten years",
                                                      "same year or day of year",
                                                      "two parts agree",
                                                      "one digit differs or day and month swapped",
                                                      "equal"};
constexpr std::array<std::string_view, 7> kNumberLevels{"missing", "differs",   "not far", "near",
                                                        "nearer",  "very near", "equal"};
constexpr std::array<std::string_view, 6> kEmailLevels{
    "missing", "differs", "name alike", "one letter of the name differs", "same name at another host", "equal"};
constexpr std::array<std::string_view, 6> kNumbersLevels{
    "missing", "none shared", "a common one shared", "a rare one shared", "one has all of the other's", "equal"};

std::string Joined(std::string_view text) {
  std::string joined(text);
  std::erase(joined, ' ');
  return joined;
}

std::vector<std::string_view> WordsInOrder(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::ranges::sort(words);
  return words;
}

// The same words in another order, or parted otherwise.
bool HaveSameWords(std::string_view a, std::string_view b) {
  if (a.find(' ') == std::string_view::npos && b.find(' ') == std::string_view::npos) return false;
  return Joined(a) == Joined(b) || (a.size() == b.size() && WordsInOrder(a) == WordsInOrder(b));
}

// All words of the one, several of them, are among those of the other.
bool HasAllWordsOf(std::string_view of, std::string_view in) {
  const std::vector<std::string_view> words = WordsInOrder(of);
  return words.size() > 1 && std::ranges::includes(WordsInOrder(in), words);
}

constexpr double kMuchAlike = 0.9;

// What two names may have in common, by their sketches.
struct MayOfNames {
  MayOfNames(const Sketch& a, const Sketch& b) {
    const std::uint32_t less = std::min(a.length, b.length);
    limit = EditsOfNames(less);
    be_within = limit > 0 && MayBeWithin(a, b, limit);
    have_words = a.all == b.all && (a.has_blank != 0 || b.has_blank != 0);
    // One is the beginning of the other: all of the shorter one's letters are in the other.
    const std::uint32_t shared = less >= 4 ? UINT32_MAX : (1U << (8 * less)) - 1;
    begin = ((a.first ^ b.first) & shared) == 0 && a.length != b.length;
    const std::uint64_t of_shorter = a.length < b.length ? a.letters : b.letters;
    have_some_words = a.has_blank != 0 && b.has_blank != 0 && (a.letters & b.letters) == of_shorter;
    be_alike = MostJaroWinkler(a, b) >= kNamesAlike;
  }
  bool Any() const { return be_within || have_words || begin || have_some_words || be_alike; }

  std::uint32_t limit = 0;
  bool be_within = false;
  bool have_words = false;
  bool begin = false;
  bool have_some_words = false;
  bool be_alike = false;
};

std::uint8_t NameLevel(const Field& field, std::uint32_t code_a, std::uint32_t code_b) {
  const MayOfNames may(field.sketches[code_a], field.sketches[code_b]);
  if (!may.Any()) return 1;
  std::string_view a = field.values.At(code_a);
  std::string_view b = field.values.At(code_b);
  if (a.size() > b.size() || (a.size() == b.size() && b < a)) std::swap(a, b);
  if (may.have_words && HaveSameWords(a, b)) return 6;
  if (may.be_within && OptimalStringAlignment(a, b, may.limit) <= may.limit) return 5;
  if (may.begin && b.starts_with(a) && (a.size() == 1 || b[a.size()] == ' ' || a.size() >= 3)) return 4;
  if (may.have_some_words && HasAllWordsOf(a, b)) return 4;
  if (!may.be_alike) return 1;
  const double alike = JaroWinkler(a, b, kNamesAlike);
  return alike >= kMuchAlike ? 3 : alike >= kNamesAlike ? 2 : 1;
}

std::uint8_t NameLevelBySketch(const Field& field, std::uint32_t a, std::uint32_t b) {
  return MayOfNames(field.sketches[a], field.sketches[b]).Any() ? kOpenLevel : 1;
}

// What two codes may have in common, by their sketches.
struct MayOfCodes {
  MayOfCodes(const Sketch& a, const Sketch& b) {
    const std::uint32_t less = std::min(a.length, b.length);
    limit = EditsOfCodes(less);
    be_within = limit > 0 && MayBeWithin(a, b, limit);
    part = PartOfCodes(std::max(a.length, b.length));
    const std::uint32_t shared = part >= 4 ? UINT32_MAX : (1U << (8 * part)) - 1;
    share = less >= part && (((a.first ^ b.first) & shared) == 0 || ((a.last ^ b.last) & shared) == 0);
  }

  std::uint32_t limit = 0;
  std::size_t part = 0;
  bool be_within = false;
  bool share = false;
};

std::uint8_t CodeLevel(const Field& field, std::uint32_t code_a, std::uint32_t code_b) {
  const MayOfCodes may(field.sketches[code_a], field.sketches[code_b]);
  if (!may.be_within && !may.share) return 1;
  const std::string_view a = field.values.At(code_a);
  const std::string_view b = field.values.At(code_b);
  if (may.be_within) {
    const std::uint32_t distance = OptimalStringAlignment(a, b, may.limit);
    if (distance <= may.limit) return distance == 1 ? 4 : 3;
  }
  const bool has_share = may.share && (a.substr(0, may.part) == b.substr(0, may.part) ||
                                       a.substr(a.size() - may.part) == b.substr(b.size() - may.part));
  return has_share ? 2 : 1;
}

std::uint8_t CodeLevelBySketch(const Field& field, std::uint32_t a, std::uint32_t b) {
  const MayOfCodes may(field.sketches[a], field.sketches[b]);
  return may.be_within || may.share ? kOpenLevel : 1;
}

// How many digits of two dates differ; two that are swapped with each other count as one.
int DigitsApart(std::uint32_t a, std::uint32_t b) {
  const std::uint32_t differs = a ^ b;
  int count = 0;
  for (int i = 0; i < 8; ++i) count += (differs >> (4 * i) & 15) != 0 ? 1 : 0;
  if (count != 2) return count;
  const int at = std::countr_zero(differs) / 4;
  const auto digit = [](std::uint32_t of, int place) { return of >> (4 * place) & 15; };
  const bool is_swap = at < 7 && digit(a, at) == digit(b, at + 1) && digit(a, at + 1) == digit(b, at);
  return is_swap ? 1 : 2;
}

// Since the year 0, near enough: typing errors make dates that no calendar has.
std::uint32_t DaysOf(std::uint32_t date) {
  std::uint32_t number = 0;
  for (int i = 7; i >= 0; --i) number = number * 10 + (date >> (4 * i) & 15);
  const std::uint32_t year = number / 10000;
  const std::uint32_t month = number / 100 % 100;
  return static_cast<std::uint32_t>(year * 365.2425 + month * 30.436875 + number % 100);
}

std::uint8_t DateLevel(const Field& field, std::uint32_t code_a, std::uint32_t code_b) {
  const Sketch& a = field.sketches[code_a];
  const Sketch& b = field.sketches[code_b];
  if (a.length != 0 && b.length != 0) return LevelOfDates(a.all, b.all);
  return OptimalStringAlignment(field.values.At(code_a), field.values.At(code_b), 1) <= 1 ? 5 : 1;
}

std::uint8_t NumberLevel(const Field& field, std::uint32_t a, std::uint32_t b) {
  const double x = field.numbers[a];
  const double y = field.numbers[b];
  if (std::isnan(x) || std::isnan(y)) return 1;
  const double apart = std::abs(x - y);
  if (apart <= field.near[0] || apart <= 0.001 * std::max(std::abs(x), std::abs(y))) return 5;
  return apart <= field.near[1] ? 4 : apart <= field.near[2] ? 3 : apart <= field.near[3] ? 2 : 1;
}

// By the name before the @, of which the sketch is.
std::uint8_t EmailLevel(const Field& field, std::uint32_t code_a, std::uint32_t code_b) {
  const Sketch& sketch_a = field.sketches[code_a];
  const Sketch& sketch_b = field.sketches[code_b];
  const bool may_be_within = MayBeWithin(sketch_a, sketch_b, 1);
  const bool may_be_alike = MostJaroWinkler(sketch_a, sketch_b) >= kAddressesAlike;
  if (!may_be_within && !may_be_alike) return 1;
  const auto name_of = [&](std::uint32_t code) {
    const std::string_view address = field.values.At(code);
    return address.substr(0, address.find('@'));
  };
  const std::string_view a = name_of(code_a);
  const std::string_view b = name_of(code_b);
  if (a == b) return 4;
  if (may_be_within && std::max(a.size(), b.size()) >= 4 && OptimalStringAlignment(a, b, 1) <= 1) return 3;
  return may_be_alike && JaroWinkler(a, b, kAddressesAlike) > 0 ? 2 : 1;
}

std::uint8_t EmailLevelBySketch(const Field& field, std::uint32_t code_a, std::uint32_t code_b) {
  const Sketch& a = field.sketches[code_a];
  const Sketch& b = field.sketches[code_b];
  return MayBeWithin(a, b, 1) || MostJaroWinkler(a, b) >= kAddressesAlike ? kOpenLevel : 1;
}

}  // namespace

std::span<const std::string_view> LevelsOf(FieldKind kind) {
  switch (kind) {
    case FieldKind::kName:
      return kNameLevels;
    case FieldKind::kText:
      return kTextLevels;
    case FieldKind::kCode:
      return kCodeLevels;
    case FieldKind::kDate:
      return kDateLevels;
    case FieldKind::kNumber:
      return kNumberLevels;
    case FieldKind::kEmail:
      return kEmailLevels;
    case FieldKind::kNumbers:
      return kNumbersLevels;
  }
  WEIR_CHECK(false);
}

std::uint8_t LevelOfDates(std::uint32_t a, std::uint32_t b) {
  if (DigitsApart(a, b) == 1) return 5;
  const bool has_year = a >> 16 == b >> 16;
  const bool has_month = ((a ^ b) >> 8 & 0xff) == 0;
  const bool has_day = ((a ^ b) & 0xff) == 0;
  const bool is_swapped = has_year && (a >> 8 & 0xff) == (b & 0xff) && (a & 0xff) == (b >> 8 & 0xff);
  if (is_swapped) return 5;
  if (static_cast<int>(has_year) + static_cast<int>(has_month) + static_cast<int>(has_day) >= 2) return 4;
  constexpr std::uint32_t kFewDays = 40;
  constexpr std::uint32_t kTenYears = 3653;
  const std::uint32_t days_a = DaysOf(a);
  const std::uint32_t days_b = DaysOf(b);
  const std::uint32_t apart = std::max(days_a, days_b) - std::min(days_a, days_b);
  if (has_year || apart <= kFewDays) return 3;
  return apart <= kTenYears ? 2 : 1;
}

std::uint8_t LevelOf(const Field& field, std::uint32_t a, std::uint32_t b) {
  if (a == kNone || b == kNone) return 0;
  if (a == b) return TopLevel(field.kind);
  switch (field.kind) {
    case FieldKind::kName:
      return NameLevel(field, a, b);
    case FieldKind::kText:
      return TextLevel(field, a, b);
    case FieldKind::kCode:
      return CodeLevel(field, a, b);
    case FieldKind::kDate:
      return DateLevel(field, a, b);
    case FieldKind::kNumber:
      return NumberLevel(field, a, b);
    case FieldKind::kEmail:
      return EmailLevel(field, a, b);
    case FieldKind::kNumbers:
      return NumbersLevel(field, a, b);
  }
  WEIR_CHECK(false);
}

std::uint8_t LevelBySketch(const Field& field, std::uint32_t a, std::uint32_t b) {
  if (a == kNone || b == kNone) return 0;
  if (a == b) return TopLevel(field.kind);
  switch (field.kind) {
    case FieldKind::kName:
      return NameLevelBySketch(field, a, b);
    case FieldKind::kCode:
      return CodeLevelBySketch(field, a, b);
    case FieldKind::kEmail:
      return EmailLevelBySketch(field, a, b);
    case FieldKind::kNumbers:
      return MayShareNumbers(field.sketches[a], field.sketches[b]) ? kOpenLevel : 1;
    case FieldKind::kDate:
      return field.sketches[a].length != 0 && field.sketches[b].length != 0
                 ? LevelOfDates(field.sketches[a].all, field.sketches[b].all)
                 : kOpenLevel;
    case FieldKind::kNumber:
      return NumberLevel(field, a, b);
    case FieldKind::kText:
      return kOpenLevel;
  }
  WEIR_CHECK(false);
}

void FindSwaps(std::span<Field> fields) {
  const auto mentions = [](const std::string& header, std::initializer_list<std::string_view> words) {
    return std::ranges::any_of(words, [&](std::string_view word) { return header.find(word) != std::string::npos; });
  };
  std::size_t given = fields.size();
  std::size_t family = fields.size();
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].kind != FieldKind::kName) continue;
    const std::string header = NormaliseHeader(fields[i].column);
    const bool is_given = mentions(header, {"first", "given", "forename", "имя"});
    const bool is_family = mentions(header, {"last", "surname", "family", "фамили"});
    if (is_given == is_family) continue;
    std::size_t& which = is_given ? given : family;
    which = std::min(which, i);
  }
  if (given < fields.size() && family < fields.size()) fields[given].swaps = family;
}

bool AreSwapped(const Field& given, const Field& family, std::uint32_t given_a, std::uint32_t given_b,
                std::uint32_t family_a, std::uint32_t family_b) {
  if (given_a == given_b || family_a == family_b) return false;
  if (given_a == kNone || given_b == kNone || family_a == kNone || family_b == kNone) return false;
  return given.values.At(given_a) == family.values.At(family_b) &&
         given.values.At(given_b) == family.values.At(family_a);
}

Pattern PatternOf(std::span<const Field> fields, std::size_t a, std::size_t b) {
  Pattern pattern = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    pattern |= static_cast<Pattern>(LevelOf(fields[i], fields[i].codes[a], fields[i].codes[b])) << (4 * i);
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const std::size_t other = fields[i].swaps;
    if (other == SIZE_MAX) continue;
    const Field& family = fields[other];
    if (!AreSwapped(fields[i], family, fields[i].codes[a], fields[i].codes[b], family.codes[a], family.codes[b]))
      continue;
    for (const std::size_t field : {i, other}) {
      pattern &= ~(Pattern{15} << (4 * field));
      pattern |= Pattern{kSwappedNames} << (4 * field);
    }
  }
  return pattern;
}

}  // namespace weir::identity
