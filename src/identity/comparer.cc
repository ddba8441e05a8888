#include "identity/comparer.h"

#include <algorithm>

namespace weir::identity {
namespace {

constexpr std::size_t kAhead = 8;  // between asking for memory and reading it

}  // namespace

Comparer::Comparer(std::span<const Field> fields, std::size_t records, const Executor& executor)
    : fields_(fields), lines_a_record_((10 * fields.size() + sizeof(Line) - 1) / sizeof(Line)) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].swaps == SIZE_MAX) continue;
    given_ = i;
    family_ = fields[i].swaps;
  }
  Grow(records, executor);
}

Comparer::Row Comparer::RowOf(std::uint32_t record) const {
  const std::uint32_t* const codes = lines_[record * lines_a_record_].words.data();
  const std::uint32_t* const letters = codes + fields_.size();
  const auto* const lengths = reinterpret_cast<const std::uint8_t*>(letters + fields_.size());
  return {codes, letters, lengths, lengths + fields_.size()};
}

void Comparer::Grow(std::size_t records, const Executor& executor) {
  const std::size_t before = lines_.size() / lines_a_record_;
  lines_.resize(records * lines_a_record_);
  constexpr std::size_t kPiece = 16'384;  // records
  executor.ForPieces(records - before, kPiece, [&](std::size_t begin, std::size_t end) {
    for (std::size_t record = before + begin; record < before + end; ++record) {
      const std::size_t soon = std::min(record + kAhead, records - 1);
      for (const Field& field : fields_) {
        if (!field.sketches.empty()) __builtin_prefetch(&field.sketches[field.codes[soon]]);
      }
      Lay(record);
    }
  });
}

void Comparer::Lay(std::size_t record) {
  std::uint32_t* const codes = lines_[record * lines_a_record_].words.data();
  std::uint32_t* const letters = codes + fields_.size();
  auto* const lengths = reinterpret_cast<std::uint8_t*>(letters + fields_.size());
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    const Outline outline = OutlineOf(fields_[f], fields_[f].codes[record]);
    codes[f] = fields_[f].codes[record];
    letters[f] = outline.letters;
    lengths[f] = outline.length;
    lengths[fields_.size() + f] = outline.first;
  }
}

void Comparer::AskForRow(std::uint32_t record) const {
  for (std::size_t i = 0; i < lines_a_record_; ++i) __builtin_prefetch(&lines_[record * lines_a_record_ + i]);
}

bool Comparer::HasSwappedNames(const Row& a, const Row& b) const {
  const auto are_alike = [&](const Row& one, std::size_t f, const Row& other, std::size_t g) {
    return one.letters[f] == other.letters[g] && one.lengths[f] == other.lengths[g] && one.firsts[f] == other.firsts[g];
  };
  return are_alike(a, given_, b, family_) && are_alike(a, family_, b, given_) &&
         AreSwapped(fields_[given_], fields_[family_], a.codes[given_], b.codes[given_], a.codes[family_],
                    b.codes[family_]);
}

Pattern Comparer::ByOutlines(const Pair& pair, std::uint32_t number, std::vector<Open>& open) const {
  const Row a = RowOf(pair.a);
  const Row b = RowOf(pair.b);
  Pattern pattern = 0;
  const bool is_swapped = given_ != SIZE_MAX && HasSwappedNames(a, b);
  for (std::size_t f = 0; f < fields_.size(); ++f) {
    if (is_swapped && (f == given_ || f == family_)) {
      pattern |= Pattern{kSwappedNames} << (4 * f);
      continue;
    }
    const std::uint32_t code_a = a.codes[f];
    const std::uint32_t code_b = b.codes[f];
    std::uint8_t level = 0;
    if (code_a == kNone || code_b == kNone) continue;
    if (code_a == code_b) {
      level = TopLevel(fields_[f].kind);
    } else {
      level = LevelByOutline(fields_[f].kind, {a.letters[f], a.lengths[f], a.firsts[f]},
                             {b.letters[f], b.lengths[f], b.firsts[f]});
      if (level == kOpenLevel) {
        open.push_back({number, static_cast<std::uint32_t>(f), code_a, code_b});
        continue;
      }
    }
    pattern |= static_cast<Pattern>(level) << (4 * f);
  }
  return pattern;
}

void Comparer::Patterns(std::span<const Pair> pairs, std::span<Pattern> out) const {
  thread_local std::vector<Open> open;
  open.clear();
  for (std::size_t i = 0; i < pairs.size() + kAhead; ++i) {
    if (i < pairs.size()) {
      if (i == 0 || pairs[i].a != pairs[i - 1].a) AskForRow(pairs[i].a);
      AskForRow(pairs[i].b);
    }
    if (i < kAhead) continue;
    const std::size_t now = i - kAhead;
    out[now] = ByOutlines(pairs[now], static_cast<std::uint32_t>(now), open);
  }
  const auto settle = [&](const Open& each, std::uint8_t level) {
    out[each.pair] |= static_cast<Pattern>(level) << (4 * each.field);
  };
  // By their sketches, which leave fewer open.
  std::size_t left = 0;
  for (std::size_t i = 0; i < open.size() + kAhead; ++i) {
    if (i < open.size() && !fields_[open[i].field].sketches.empty()) {
      __builtin_prefetch(&fields_[open[i].field].sketches[open[i].a]);
      __builtin_prefetch(&fields_[open[i].field].sketches[open[i].b]);
    }
    if (i < kAhead) continue;
    const Open each = open[i - kAhead];
    const std::uint8_t level = LevelBySketch(fields_[each.field], each.a, each.b);
    if (level != kOpenLevel) {
      settle(each, level);
      continue;
    }
    fields_[each.field].values.AskForPlace(each.a);
    fields_[each.field].values.AskForPlace(each.b);
    open[left++] = each;
  }
  open.resize(left);
  for (std::size_t i = 0; i < open.size() + kAhead; ++i) {
    if (i < open.size()) {
      fields_[open[i].field].values.AskFor(open[i].a);
      fields_[open[i].field].values.AskFor(open[i].b);
    }
    if (i < kAhead) continue;
    const Open& each = open[i - kAhead];
    settle(each, LevelOf(fields_[each.field], each.a, each.b));
  }
}

}  // namespace weir::identity
