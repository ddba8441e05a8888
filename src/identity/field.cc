#include "identity/field.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <unordered_map>

#include "base/random.h"
#include "identity/cell.h"

namespace weir::identity {
namespace {

constexpr std::array<std::string_view, 7> kKindNames{"name", "text", "code", "date", "number", "email", "numbers"};
constexpr std::array<FieldKind, 7> kKinds{FieldKind::kName,   FieldKind::kText,  FieldKind::kCode,   FieldKind::kDate,
                                          FieldKind::kNumber, FieldKind::kEmail, FieldKind::kNumbers};

std::vector<std::string_view> WordsOf(std::string_view text) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find(' ', at), text.size());
    if (end > at) words.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

bool HasDigit(std::string_view word) {
  return std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
}

// Only the words with digits, in their order, once each.
std::string WordsWithDigits(std::string_view text) {
  std::string out;
  for (const std::string_view word : WordsOf(text)) {
    if (!HasDigit(word)) continue;
    if (!out.empty()) out.push_back(' ');
    out.append(word);
  }
  return out;
}

void FindWords(Field& field) {
  Words& words = field.words;
  Dictionary spelt;
  std::vector<std::uint32_t> here;
  words.begins.assign(2, 0);
  for (std::size_t code = 1; code < field.values.size(); ++code) {
    here.clear();
    for (const std::string_view word : WordsOf(field.values.At(code))) here.push_back(spelt.NumberOf(word));
    std::ranges::sort(here);
    const auto again = std::ranges::unique(here);
    here.erase(again.begin(), again.end());
    words.counts.resize(spelt.size(), 0);
    for (const std::uint32_t word : here) words.counts[word] += field.counts[code];
    words.of_values.insert(words.of_values.end(), here.begin(), here.end());
    words.begins.push_back(static_cast<std::uint32_t>(words.of_values.size()));
  }
  words.texts = std::move(spelt).TakeTexts();
  words.weights.resize(words.texts.size());
  const double records = static_cast<double>(std::max<std::size_t>(field.filled, 2));
  for (std::size_t word = 0; word < words.texts.size(); ++word) {
    words.weights[word] = static_cast<float>(std::log2((records + 1) / (words.counts[word] + 0.5)));
  }
  words.norms.assign(1, 0);
  for (std::size_t code = 1; code < field.values.size(); ++code) {
    const std::span<std::uint32_t> each =
        std::span(words.of_values).subspan(words.begins[code], words.begins[code + 1] - words.begins[code]);
    std::ranges::sort(each, [&](std::uint32_t a, std::uint32_t b) {
      return words.counts[a] != words.counts[b] ? words.counts[a] < words.counts[b] : a < b;
    });
    double norm = 0;
    for (const std::uint32_t word : each) norm += static_cast<double>(words.weights[word]) * words.weights[word];
    words.norms.push_back(static_cast<float>(std::sqrt(norm)));
  }
}

void FindGrams(Field& field) {
  constexpr std::size_t kMostLetters = 400;  // of a value; what comes later says little that is new
  Grams& grams = field.grams;
  std::unordered_map<std::uint32_t, std::uint32_t> numbers;
  std::vector<std::uint32_t> counts;
  grams.begins.assign(2, 0);
  std::vector<std::uint32_t> here;
  std::string text;
  for (std::size_t code = 1; code < field.values.size(); ++code) {
    text.assign(1, ' ');
    text.append(field.values.At(code).substr(0, kMostLetters));
    text.push_back(' ');
    here.clear();
    for (std::size_t i = 0; i + 3 <= text.size(); ++i) {
      std::uint32_t key = 0;
      for (std::size_t letter = i; letter < i + 3; ++letter) key = key << 8 | static_cast<unsigned char>(text[letter]);
      const auto [found, is_new] = numbers.try_emplace(key, static_cast<std::uint32_t>(counts.size()));
      if (is_new) {
        counts.push_back(0);
        grams.keys.push_back(key);
      }
      here.push_back(found->second);
    }
    std::ranges::sort(here);
    const auto again = std::ranges::unique(here);
    here.erase(again.begin(), again.end());
    for (const std::uint32_t gram : here) counts[gram] += field.counts[code];
    grams.of_values.insert(grams.of_values.end(), here.begin(), here.end());
    grams.begins.push_back(static_cast<std::uint32_t>(grams.of_values.size()));
  }
  const auto records = static_cast<double>(std::max<std::size_t>(field.filled, 2));
  grams.weights.reserve(counts.size());
  for (const std::uint32_t count : counts)
    grams.weights.push_back(static_cast<float>(std::log((records + 1) / (count + 1.0)) + 1));
  grams.norms.assign(1, 0);
  for (std::size_t code = 1; code < field.values.size(); ++code) {
    double norm = 0;
    for (const std::uint32_t gram : grams.Of(code))
      norm += static_cast<double>(grams.weights[gram]) * grams.weights[gram];
    grams.norms.push_back(static_cast<float>(std::sqrt(norm)));
  }
}

void FindNumbers(Field& field) {
  field.numbers.assign(field.values.size(), std::numeric_limits<double>::quiet_NaN());
  for (std::size_t code = 1; code < field.values.size(); ++code) {
    if (const std::optional<double> number = ReadNumber(field.values.At(code))) field.numbers[code] = *number;
  }
  // How far apart two records are that have nothing to do with each other: of all pairs where they are few.
  constexpr std::int64_t kPairs = 100'000;
  std::vector<double> apart;
  apart.reserve(kPairs);
  const auto add = [&](std::int64_t i, std::int64_t j) {
    const double a = field.numbers[field.codes[static_cast<std::size_t>(i)]];
    const double b = field.numbers[field.codes[static_cast<std::size_t>(j)]];
    if (!std::isnan(a) && !std::isnan(b)) apart.push_back(std::abs(a - b));
  };
  const auto records = static_cast<std::int64_t>(field.codes.size());
  if (records * (records - 1) / 2 <= kPairs) {
    for (std::int64_t i = 0; i < records; ++i) {
      for (std::int64_t j = i + 1; j < records; ++j) add(i, j);
    }
  } else {
    RandomStream random(0, "identity.number_field");
    for (std::int64_t pair = 0; pair < kPairs; ++pair) {
      const std::int64_t i = random.Integer(0, records - 1);
      const std::int64_t j = random.Integer(0, records - 1);
      if (i != j) add(i, j);
    }
  }
  std::ranges::sort(apart);
  for (std::size_t i = 0; i < field.near.size() && !apart.empty(); ++i) {
    constexpr std::array<double, 4> kShares{0.0005, 0.005, 0.05, 0.2};
    field.near[i] = apart[static_cast<std::size_t>(kShares[i] * static_cast<double>(apart.size() - 1))];
  }
}

Sketch SketchOfDate(std::string_view text) {
  Sketch sketch;
  if (text.size() != 8 || !ReadDate(text)) return sketch;
  for (const char digit : text) sketch.all = sketch.all << 4 | static_cast<std::uint32_t>(digit - '0');
  sketch.length = 8;
  return sketch;
}

Sketch SketchOfNumbers(std::string_view text) {
  Sketch sketch;
  std::size_t letters = 0;
  for (const std::string_view word : WordsOf(text)) {
    sketch.letters |= std::uint64_t{1} << (HashText(word) % 64);
    sketch.has_blank = letters > 0 ? 1 : 0;
    letters += word.size();
    if (word.size() < kLeastWithin) continue;
    const auto size = static_cast<std::uint32_t>(word.size());
    sketch.last = sketch.last == 0 ? size : std::min(sketch.last, size);
  }
  sketch.length = static_cast<std::uint16_t>(letters);
  return sketch;
}

void MakeSketches(Field& field) {
  field.sketches.resize(field.values.size());
  for (std::size_t code = 1; code < field.values.size(); ++code) {
    const std::string_view text = field.values.At(code);
    Sketch& sketch = field.sketches[code];
    switch (field.kind) {
      case FieldKind::kDate:
        sketch = SketchOfDate(text);
        break;
      case FieldKind::kEmail:
        sketch = SketchOf(text.substr(0, text.find('@')));
        break;
      case FieldKind::kNumbers:
        sketch = SketchOfNumbers(text);
        break;
      default:
        sketch = SketchOf(text);
    }
  }
}

// Cells as they stand in a column and the numbers of what they say. A cell that came before is not put into its normal
// form again, unless so few come again that looking them up costs more than it saves.
class CellNumbers {
 public:
  CellNumbers(FieldKind kind, const TextColumn& column) : kind_(kind), column_(column) {
    values_.NumberOf({});  // kNone
  }

  void NumbersOf(std::span<const std::string_view> cells, std::span<std::uint32_t> codes) {
    constexpr std::size_t kEnough = 16'384;
    if (is_anew_) {
      AskAnew(cells, codes);
      return;
    }
    looked_up_ += cells.size();
    for (std::size_t i = 0; i < cells.size(); ++i) {
      const std::uint32_t cell = cells_.NumberOf(cells[i]);
      if (cell == codes_.size()) codes_.push_back(values_.NumberOf(Normal(cells[i])));
      codes[i] = codes_[cell];
    }
    if (looked_up_ < kEnough || 2 * codes_.size() < looked_up_) return;
    is_anew_ = true;
    cells_ = {};
    // Most are different, as it seems.
    values_.Reserve(column_.size() / looked_up_ * codes_.size(), column_.bytes());
  }

  std::size_t size() const { return values_.size(); }
  Texts TakeTexts() && { return std::move(values_).TakeTexts(); }

 private:
  void AskAnew(std::span<const std::string_view> cells, std::span<std::uint32_t> codes) {
    texts_.resize(std::max(texts_.size(), cells.size()));
    for (std::size_t i = 0; i < cells.size(); ++i) texts_[i] = Normal(cells[i]);
    values_.NumbersOf(std::span(texts_).first(cells.size()), codes);
  }

  std::string Normal(std::string_view cell) const {
    if (cell.empty()) return {};
    if (kind_ == FieldKind::kNumbers) return WordsWithDigits(NormalCell(cell, FieldKind::kText));
    return NormalCell(cell, kind_);
  }

  FieldKind kind_;
  const TextColumn& column_;
  Dictionary values_;
  Dictionary cells_;
  std::vector<std::uint32_t> codes_;  // of cells_
  std::size_t looked_up_ = 0;
  bool is_anew_ = false;
  std::vector<std::string> texts_;
};

}  // namespace

std::string_view NameOf(FieldKind kind) { return kKindNames[static_cast<std::size_t>(kind)]; }

const FieldKind* FindFieldKind(std::string_view name) {
  const auto found = std::ranges::find(kKindNames, name);
  return found == kKindNames.end() ? nullptr : &kKinds[static_cast<std::size_t>(found - kKindNames.begin())];
}

Field PrepareField(const TextColumn& column, FieldKind kind) {
  Field field;
  field.column = column.name();
  field.kind = kind;
  field.codes.resize(column.size());
  CellNumbers values(kind, column);
  constexpr std::size_t kAtOnce = 256;  // rows
  std::array<std::string_view, kAtOnce> cells;
  for (std::size_t begin = 0; begin < column.size(); begin += kAtOnce) {
    const std::size_t count = std::min(kAtOnce, column.size() - begin);
    for (std::size_t i = 0; i < count; ++i) cells[i] = column.At(begin + i).substr(0, kMostBytes);
    values.NumbersOf(std::span(cells).first(count), std::span(field.codes).subspan(begin, count));
  }
  field.counts.assign(values.size(), 0);
  for (const std::uint32_t code : field.codes) {
    ++field.counts[code];
    field.filled += code == kNone ? 0 : 1;
  }
  field.values = std::move(values).TakeTexts();
  if (kind == FieldKind::kText || kind == FieldKind::kNumbers) FindWords(field);
  if (kind == FieldKind::kText) FindGrams(field);
  if (kind != FieldKind::kText && kind != FieldKind::kNumber) MakeSketches(field);
  if (kind == FieldKind::kNumber) FindNumbers(field);
  return field;
}

}  // namespace weir::identity
