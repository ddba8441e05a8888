#include "identity/field_growth.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace weir::identity {
namespace {

double Square(double number) { return number * number; }

// Words of `fresh` as the field numbers them.
std::vector<std::uint32_t> NumberWords(const Field& fresh, Field& field, TextSlots& slots) {
  Words& words = field.words;
  const auto records = static_cast<double>(std::max<std::size_t>(field.filled, 2));
  const auto weight = static_cast<float>(std::log2((records + 1) / 1.5));
  std::vector<std::uint32_t> numbers(fresh.words.texts.size());
  for (std::uint32_t word = 0; word < numbers.size(); ++word) {
    numbers[word] = slots.NumberOf(fresh.words.texts.At(word), words.texts);
    if (numbers[word] < words.counts.size()) continue;
    words.counts.push_back(0);
    words.weights.push_back(weight);
  }
  return numbers;
}

std::vector<std::uint32_t> NumberGrams(const Field& fresh, Field& field,
                                       std::unordered_map<std::uint32_t, std::uint32_t>& known) {
  Grams& grams = field.grams;
  const auto records = static_cast<double>(std::max<std::size_t>(field.filled, 2));
  const auto weight = static_cast<float>(std::log((records + 1) / 2) + 1);
  std::vector<std::uint32_t> numbers(fresh.grams.keys.size());
  for (std::uint32_t gram = 0; gram < numbers.size(); ++gram) {
    const std::uint32_t key = fresh.grams.keys[gram];
    const auto [found, is_new] = known.try_emplace(key, static_cast<std::uint32_t>(grams.keys.size()));
    numbers[gram] = found->second;
    if (!is_new) continue;
    grams.keys.push_back(key);
    grams.weights.push_back(weight);
  }
  return numbers;
}

void AppendWords(const Words& from, std::uint32_t code, std::span<const std::uint32_t> numbers, Words& words) {
  const auto begin = static_cast<std::ptrdiff_t>(words.of_values.size());
  double norm = 0;
  for (const std::uint32_t word : from.Of(code)) {
    words.of_values.push_back(numbers[word]);
    norm += Square(words.weights[numbers[word]]);
  }
  std::sort(words.of_values.begin() + begin, words.of_values.end(), [&](std::uint32_t a, std::uint32_t b) {
    return words.counts[a] != words.counts[b] ? words.counts[a] < words.counts[b] : a < b;
  });
  words.begins.push_back(static_cast<std::uint32_t>(words.of_values.size()));
  words.norms.push_back(static_cast<float>(std::sqrt(norm)));
}

void AppendGrams(const Grams& from, std::uint32_t code, std::span<const std::uint32_t> numbers, Grams& grams) {
  const auto begin = static_cast<std::ptrdiff_t>(grams.of_values.size());
  double norm = 0;
  for (const std::uint32_t gram : from.Of(code)) {
    grams.of_values.push_back(numbers[gram]);
    norm += Square(grams.weights[numbers[gram]]);
  }
  std::sort(grams.of_values.begin() + begin, grams.of_values.end());
  grams.begins.push_back(static_cast<std::uint32_t>(grams.of_values.size()));
  grams.norms.push_back(static_cast<float>(std::sqrt(norm)));
}

}  // namespace

FieldGrowth::FieldGrowth(const Field& field) : values_(field.values), words_(field.words.texts) {
  grams_.reserve(field.grams.keys.size());
  for (std::uint32_t gram = 0; gram < field.grams.keys.size(); ++gram) grams_.emplace(field.grams.keys[gram], gram);
}

void FieldGrowth::Append(const Field& fresh, Field& field) {
  const bool has_words = !field.words.begins.empty();
  const bool has_grams = !field.grams.begins.empty();
  std::vector<std::uint32_t> words;
  std::vector<std::uint32_t> grams;
  if (has_words) words = NumberWords(fresh, field, words_);
  if (has_grams) grams = NumberGrams(fresh, field, grams_);
  std::vector<std::uint32_t> codes(fresh.values.size());
  for (std::uint32_t code = 0; code < codes.size(); ++code) {
    codes[code] = values_.NumberOf(fresh.values.At(code), field.values);
    if (codes[code] < field.counts.size()) continue;
    field.counts.push_back(0);
    if (!field.sketches.empty()) field.sketches.push_back(fresh.sketches[code]);
    if (!field.numbers.empty()) field.numbers.push_back(fresh.numbers[code]);
    if (has_words) AppendWords(fresh.words, code, words, field.words);
    if (has_grams) AppendGrams(fresh.grams, code, grams, field.grams);
  }
  const std::size_t before = field.codes.size();
  field.codes.resize(before + fresh.codes.size());
  for (std::size_t i = 0; i < fresh.codes.size(); ++i) field.codes[before + i] = codes[fresh.codes[i]];
}

}  // namespace weir::identity
