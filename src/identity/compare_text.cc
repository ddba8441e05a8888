#include "identity/compare_text.h"

#include <algorithm>
#include <array>
#include <span>
#include <string>
#include <string_view>

#include "identity/compare.h"
#include "identity/jaro_winkler.h"

namespace weir::identity {
namespace {

std::string Joined(std::string_view text) {
  std::string joined(text);
  std::erase(joined, ' ');
  return joined;
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

}  // namespace

double TextSimilarity(const Field& field, std::uint32_t a, std::uint32_t b) {
  if (a > b) std::swap(a, b);
  const Shared words = SharedWords(field.words, a, b);
  return (words.cosine + GramCosine(field.grams, a, b) + 0.5 * words.contained) / 2.5;
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

bool MayShareNumbers(const Sketch& a, const Sketch& b) {
  if ((a.letters & b.letters) != 0) return true;
  // A word within others that are written together: they are longer, or as long and several.
  const auto may_stand_in = [](const Sketch& word, const Sketch& in) {
    return word.last != 0 && (in.length > word.last || (in.length == word.last && in.has_blank != 0));
  };
  return may_stand_in(a, b) || may_stand_in(b, a);
}

std::uint8_t NumbersLevel(const Field& field, std::uint32_t a, std::uint32_t b) {
  if (!MayShareNumbers(field.sketches[a], field.sketches[b])) return 1;
  const Words& words = field.words;
  const std::span<const std::uint32_t> of_a = words.Of(a);
  const std::span<const std::uint32_t> of_b = words.Of(b);
  std::size_t shared = 0;
  bool is_rare = false;
  const auto has = [&](std::span<const std::uint32_t> in, std::uint32_t code, std::uint32_t word) {
    if (std::ranges::find(in, word) != in.end()) return true;
    const std::string_view text = words.texts.At(word);
    return text.size() >= kLeastWithin && Joined(field.values.At(code)).find(text) != std::string::npos;
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

}  // namespace weir::identity
