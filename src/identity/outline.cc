#include "identity/outline.h"

#include <algorithm>
#include <bit>

#include "identity/compare.h"
#include "identity/compare_text.h"
#include "identity/sketch.h"

namespace weir::identity {
namespace {

// Letters of the one that the other has none for. As sketches count them, at least so many are not in the other.
int Without(const Outline& a, const Outline& b) { return std::popcount(a.letters & ~b.letters); }

bool MayBeWithin(const Outline& a, const Outline& b, int edits) {
  return std::abs(a.length - b.length) <= edits && std::popcount(a.letters ^ b.letters) <= 2 * edits;
}

// At least the similarity of Jaro and Winkler: all letters that may be common might be in place. Of long texts it is 1.
double MostJaroWinkler(const Outline& a, const Outline& b) {
  if (a.length == UINT8_MAX || b.length == UINT8_MAX) return 1;
  const int common = std::min(a.length - Without(a, b), b.length - Without(b, a));
  if (common <= 0) return 0;
  return MostJaroWinklerOf(common, a.first == b.first ? 4 : 0, a.length, b.length);
}

std::uint8_t NameLevel(const Outline& a, const Outline& b) {
  const int less = std::min(a.length, b.length);
  const auto limit = static_cast<int>(EditsOfNames(static_cast<std::uint32_t>(less)));
  const Outline& shorter = a.length < b.length ? a : b;
  const Outline& longer = a.length < b.length ? b : a;
  // The same words, parted otherwise: all letters but the blanks.
  constexpr std::uint32_t kBlanks = 1U << 4 | 1U << 20;
  // One is the beginning of the other, or has some of its words, and a blank between them.
  constexpr std::uint8_t kTwoWords = 3;
  const bool may_be_part =
      Without(shorter, longer) == 0 && (a.first == b.first || (less >= kTwoWords && (shorter.letters & kBlanks) != 0));
  const bool may_be = (limit > 0 && MayBeWithin(a, b, limit)) || ((a.letters ^ b.letters) & ~kBlanks) == 0 ||
                      may_be_part || MostJaroWinkler(a, b) >= kNamesAlike;
  return may_be ? kOpenLevel : 1;
}

std::uint8_t CodeLevel(const Outline& a, const Outline& b) {
  const int less = std::min(a.length, b.length);
  const auto limit = static_cast<int>(EditsOfCodes(static_cast<std::uint32_t>(less)));
  // A part that both have: its letters are in both. How many are alike there is more than an outline tells.
  const int most = std::max(a.length, b.length);
  const auto part = static_cast<int>(PartOfCodes(static_cast<std::uint32_t>(most)));
  const bool may_share = less >= part && Without(a, b) <= a.length - part && Without(b, a) <= b.length - part;
  return (limit > 0 && MayBeWithin(a, b, limit)) || may_share ? kOpenLevel : 1;
}

std::uint8_t EmailLevel(const Outline& a, const Outline& b) {
  return MayBeWithin(a, b, 1) || MostJaroWinkler(a, b) >= kAddressesAlike ? kOpenLevel : 1;
}

std::uint8_t NumbersLevel(const Outline& a, const Outline& b) {
  if ((a.letters & b.letters) != 0) return kOpenLevel;
  const auto may_stand_in = [](const Outline& word, const Outline& in) {
    const int size = word.first / 2;
    return size != 0 && (in.length > size || (in.length == size && in.first % 2 != 0));
  };
  return may_stand_in(a, b) || may_stand_in(b, a) ? kOpenLevel : 1;
}

}  // namespace

Outline OutlineOf(const Field& field, std::uint32_t code) {
  Outline outline;
  if (code == kNone || field.sketches.empty()) return outline;
  const Sketch& sketch = field.sketches[code];
  outline.length = static_cast<std::uint8_t>(std::min<int>(sketch.length, UINT8_MAX));
  if (field.kind == FieldKind::kDate) {
    outline.letters = sketch.all;
    return outline;
  }
  outline.letters = static_cast<std::uint32_t>(sketch.letters | sketch.letters >> 32);
  if (field.kind == FieldKind::kNumbers) {
    outline.first = static_cast<std::uint8_t>(2 * std::min<std::uint32_t>(sketch.last, 127) + sketch.has_blank);
  } else {
    outline.first = static_cast<std::uint8_t>(sketch.first);
  }
  return outline;
}

std::uint8_t LevelByOutline(FieldKind kind, const Outline& a, const Outline& b) {
  if (a.length == 0 || b.length == 0) return kOpenLevel;
  switch (kind) {
    case FieldKind::kName:
      return NameLevel(a, b);
    case FieldKind::kCode:
      return CodeLevel(a, b);
    case FieldKind::kEmail:
      return EmailLevel(a, b);
    case FieldKind::kNumbers:
      return NumbersLevel(a, b);
    case FieldKind::kDate:
      return LevelOfDates(a.letters, b.letters);
    case FieldKind::kText:
    case FieldKind::kNumber:
      break;
  }
  return kOpenLevel;
}

}  // namespace weir::identity
