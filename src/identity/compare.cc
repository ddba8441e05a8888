#include "identity/compare.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>

#include "base/result.h"
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

std::string InOrder(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  std::ranges::sort(words);
  std::string ordered;
  for (const std::string_view word : words) {
    ordered.append(word);
    ordered.push_back(' ');
  }
  return ordered;
}

// The same words in another order, or parted otherwise.
bool HaveSameWords(std::string_view a, std::string_view b) {
  if (a.find(' ') == std::string_view::npos && b.find(' ') == std::string_view::npos) return false;
  return Joined(a) == Joined(b) || (a.size() == b.size() && InOrder(a) == InOrder(b));
}

// How much alike two different words of a text are; numbers are never nearly the same.
double WordsAlike(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  const auto has_digit = [](std::string_view word) {
    return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
  };
  if (has_digit(a) || has_digit(b)) return 0;
  if (b.starts_with(a)) return a.size() >= 3 ? 0.85 : 0.5;
  return a.size() < 4 ? 0 : JaroWinkler(a, b, 0.88);
}

std::uint8_t NameLevel(std::string_view a, std::string_view b) {
  if (a.size() > b.size() || (a.size() == b.size() && b < a)) std::swap(a, b);
  if (HaveSameWords(a, b)) return 6;
  const std::uint32_t limit = a.size() >= 9 ? 2 : a.size() >= 3 ? 1 : 0;
  if (limit > 0 && b.size() - a.size() <= limit && OptimalStringAlignment(a, b, limit) <= limit) return 5;
  if (b.starts_with(a) && (a.size() == 1 || b[a.size()] == ' ' || a.size() >= 3)) return 4;
  const double alike = JaroWinkler(a, b, 0.8);
  return alike >= 0.9 ? 3 : alike >= 0.8 ? 2 : 1;
}

std::uint8_t CodeLevel(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  const std::uint32_t limit = a.size() >= 5 ? 2 : a.size() >= 3 ? 1 : 0;
  if (limit > 0 && b.size() - a.size() <= limit) {
    const std::uint32_t distance = OptimalStringAlignment(a, b, limit);
    if (distance <= limit) return distance == 1 ? 4 : 3;
  }
  const std::size_t share = (std::max<std::size_t>(b.size(), 2) * 3 + 4) / 5;
  if (a.size() >= share &&
      (a.substr(0, share) == b.substr(0, share) || a.substr(a.size() - share) == b.substr(b.size() - share)))
    return 2;
  return 1;
}

std::uint8_t DateLevel(const Field& field, std::uint32_t a, std::uint32_t b) {
  const double days_a = field.numbers[a];
  const double days_b = field.numbers[b];
  const std::string_view text_a = field.values.At(a);
  const std::string_view text_b = field.values.At(b);
  if (std::isnan(days_a) || std::isnan(days_b)) return OptimalStringAlignment(text_a, text_b, 1) <= 1 ? 5 : 1;
  const bool has_year = text_a.substr(0, 4) == text_b.substr(0, 4);
  const bool has_month = text_a.substr(4, 2) == text_b.substr(4, 2);
  const bool has_day = text_a.substr(6, 2) == text_b.substr(6, 2);
  if (has_year && text_a.substr(4, 2) == text_b.substr(6, 2) && text_a.substr(6, 2) == text_b.substr(4, 2)) return 5;
  if (OptimalStringAlignment(text_a, text_b, 1) <= 1) return 5;
  if (static_cast<int>(has_year) + static_cast<int>(has_month) + static_cast<int>(has_day) >= 2) return 4;
  if (has_year || (std::abs(days_a - days_b) <= 40)) return 3;
  return std::abs(days_a - days_b) <= 3653 ? 2 : 1;
}

std::uint8_t NumberLevel(const Field& field, std::uint32_t a, std::uint32_t b) {
  const double x = field.numbers[a];
  const double y = field.numbers[b];
  if (std::isnan(x) || std::isnan(y)) return 1;
  const double apart = std::abs(x - y);
  if (apart <= field.near[0] || apart <= 0.001 * std::max(std::abs(x), std::abs(y))) return 5;
  return apart <= field.near[1] ? 4 : apart <= field.near[2] ? 3 : apart <= field.near[3] ? 2 : 1;
}

std::uint8_t EmailLevel(std::string_view a, std::string_view b) {
  const std::string_view name_a = a.substr(0, a.find('@'));
  const std::string_view name_b = b.substr(0, b.find('@'));
  if (name_a == name_b) return 4;
  if (std::max(name_a.size(), name_b.size()) >= 4 && OptimalStringAlignment(name_a, name_b, 1) <= 1) return 3;
  return JaroWinkler(name_a, name_b, 0.88) > 0 ? 2 : 1;
}

struct Shared {
  double cosine = 0;
  double contained = 0;
};

double GramCosine(const Grams& grams, std::uint32_t a, std::uint32_t b) {
  const std::span<const std::uint32_t> of_a = grams.Of(a);
  const std::span<const std::uint32_t> of_b = grams.Of(b);
  double shared = 0;
  for (std::size_t i = 0, j = 0; i < of_a.size() && j < of_b.size();) {
    if (of_a[i] == of_b[j]) {
      shared += static_cast<double>(grams.weights[of_a[i]]) * grams.weights[of_a[i]];
      ++i;
      ++j;
    } else if (of_a[i] < of_b[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return shared / (static_cast<double>(grams.norms[a]) * grams.norms[b]);
}

// The cosine of the weights of the words; words that are nearly the same count for nearly as much.
Shared SharedWords(const Words& words, std::uint32_t a, std::uint32_t b) {
  std::span<const std::uint32_t> of_a = words.Of(a);
  std::span<const std::uint32_t> of_b = words.Of(b);
  if (of_a.empty() || of_b.empty()) return {};
  constexpr std::size_t kMost = 64;
  std::array<std::uint32_t, kMost> left_a{};
  std::array<std::uint32_t, kMost> left_b{};
  std::size_t count_a = 0;
  std::size_t count_b = 0;
  double shared = 0;
  const auto before = [&](std::uint32_t x, std::uint32_t y) {
    return words.counts[x] != words.counts[y] ? words.counts[x] < words.counts[y] : x < y;
  };
  std::size_t i = 0;
  std::size_t j = 0;
  while (i < of_a.size() || j < of_b.size()) {
    if (j == of_b.size() || (i < of_a.size() && before(of_a[i], of_b[j]))) {
      if (count_a < kMost) left_a[count_a++] = of_a[i];
      ++i;
    } else if (i == of_a.size() || before(of_b[j], of_a[i])) {
      if (count_b < kMost) left_b[count_b++] = of_b[j];
      ++j;
    } else {
      shared += static_cast<double>(words.weights[of_a[i]]) * words.weights[of_a[i]];
      ++i;
      ++j;
    }
  }
  if (count_a <= 16 && count_b <= 16) {
    for (std::size_t x = 0; x < count_a; ++x) {
      double best = 0;
      std::size_t which = kMost;
      for (std::size_t y = 0; y < count_b; ++y) {
        if (left_b[y] == UINT32_MAX) continue;
        const double alike = WordsAlike(words.texts.At(left_a[x]), words.texts.At(left_b[y]));
        const double worth = alike * words.weights[left_a[x]] * words.weights[left_b[y]];
        if (worth > best) {
          best = worth;
          which = y;
        }
      }
      if (which == kMost) continue;
      shared += best;
      left_b[which] = UINT32_MAX;
    }
  }
  const double norm_a = words.norms[a];
  const double norm_b = words.norms[b];
  const double less = std::min(norm_a, norm_b);
  return {std::min(1.0, shared / (norm_a * norm_b)), std::min(1.0, shared / (less * less))};
}

std::uint8_t TextLevel(const Field& field, std::uint32_t a, std::uint32_t b) {
  constexpr std::array<double, 8> kFrom{0.15, 0.3, 0.45, 0.55, 0.65, 0.75, 0.85, 0.95};
  const double alike = TextSimilarity(field, a, b);
  std::uint8_t level = 1;
  for (const double from : kFrom) {
    if (alike >= from) ++level;
  }
  return level;
}

std::uint8_t NumbersLevel(const Field& field, std::uint32_t a, std::uint32_t b) {
  const Words& words = field.words;
  const std::span<const std::uint32_t> of_a = words.Of(a);
  const std::span<const std::uint32_t> of_b = words.Of(b);
  std::size_t shared = 0;
  bool is_rare = false;
  const auto has = [&](std::span<const std::uint32_t> in, std::uint32_t code, std::uint32_t word) {
    if (std::ranges::find(in, word) != in.end()) return true;
    const std::string_view text = words.texts.At(word);
    return text.size() >= 4 && Joined(field.values.At(code)).find(text) != std::string::npos;
  };
  const auto rare = [&](std::uint32_t word) { return words.counts[word] <= 2 + field.filled / 500; };
  std::size_t found_a = 0;
  for (const std::uint32_t word : of_a) {
    if (!has(of_b, b, word)) continue;
    ++found_a;
    is_rare = is_rare || rare(word);
  }
  for (const std::uint32_t word : of_b) {
    if (!has(of_a, a, word)) continue;
    ++shared;
    is_rare = is_rare || rare(word);
  }
  if (found_a == 0 && shared == 0) return 1;
  if (found_a == of_a.size() || shared == of_b.size()) return 4;
  return is_rare ? 3 : 2;
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

double TextSimilarity(const Field& field, std::uint32_t a, std::uint32_t b) {
  if (a > b) std::swap(a, b);
  const Shared words = SharedWords(field.words, a, b);
  return (words.cosine + GramCosine(field.grams, a, b) + 0.5 * words.contained) / 2.5;
}

std::uint8_t LevelOf(const Field& field, std::uint32_t a, std::uint32_t b) {
  if (a == kNone || b == kNone) return 0;
  if (a == b) return TopLevel(field.kind);
  const std::string_view text_a = field.values.At(a);
  const std::string_view text_b = field.values.At(b);
  switch (field.kind) {
    case FieldKind::kName:
      return NameLevel(text_a, text_b);
    case FieldKind::kText:
      return TextLevel(field, a, b);
    case FieldKind::kCode:
      return CodeLevel(text_a, text_b);
    case FieldKind::kDate:
      return DateLevel(field, a, b);
    case FieldKind::kNumber:
      return NumberLevel(field, a, b);
    case FieldKind::kEmail:
      return EmailLevel(text_a, text_b);
    case FieldKind::kNumbers:
      return NumbersLevel(field, a, b);
  }
  WEIR_CHECK(false);
}

Pattern PatternOf(std::span<const Field> fields, std::size_t a, std::size_t b) {
  Pattern pattern = 0;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    pattern |= static_cast<Pattern>(LevelOf(fields[i], fields[i].codes[a], fields[i].codes[b])) << (4 * i);
  }
  return pattern;
}

}  // namespace weir::identity
