#include "identity/edit_distance.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>
#include <vector>

namespace weir::identity {

namespace {

constexpr std::uint32_t kMuch = 1U << 30;
// Up to here the way along diagonals is the quicker one for long texts, whatever stands in them.
constexpr std::uint32_t kDiagonalLimit = 128;

// Left text of 1 to 64 bytes, by the differences between the cells of a column in the bits of two words.
template <Swaps kSwaps, class Masks>
std::uint32_t DistanceInWord(const Masks& masks, std::size_t left_size, std::string_view right, std::uint32_t limit) {
  std::uint64_t rises = ~std::uint64_t{0};
  std::uint64_t falls = 0;
  std::uint64_t same = 0;  // cells that are equal to the one diagonally before them
  std::uint64_t earlier_matches = 0;
  const auto last = static_cast<unsigned>(left_size - 1);
  std::uint64_t distance = left_size;
  std::uint64_t most = static_cast<std::uint64_t>(limit) + right.size();  // distance that later columns can still mend
  for (const char byte : right) {
    const std::uint64_t matches = masks.Of(byte);
    const std::uint64_t swapped =
        kSwaps == Swaps::kAdjacent ? ((~same & matches) << 1) & earlier_matches : std::uint64_t{0};
    same = (((matches & rises) + rises) ^ rises) | matches | falls | swapped;
    earlier_matches = matches;
    std::uint64_t rises_across = falls | ~(same | rises);
    std::uint64_t falls_across = same & rises;
    distance += (rises_across >> last) & 1;
    distance -= (falls_across >> last) & 1;
    if (distance > --most) return limit + 1;
    rises_across = (rises_across << 1) | 1;
    falls_across <<= 1;
    rises = falls_across | ~(same | rises_across);
    falls = rises_across & same;
  }
  return static_cast<std::uint32_t>(distance);
}

// Longer texts: words one below another, with what goes over from one to the next.
template <Swaps kSwaps>
std::uint32_t DistanceInBlocks(std::string_view left, std::string_view right, std::uint32_t limit) {
  struct Word {
    std::uint64_t rises = ~std::uint64_t{0};
    std::uint64_t falls = 0;
    std::uint64_t same = 0;
    std::uint64_t earlier_matches = 0;
  };
  const std::size_t count = (left.size() + 63) / 64;
  std::vector<std::uint64_t> masks(256 * count);
  for (std::size_t i = 0; i < left.size(); ++i) {
    masks[static_cast<std::uint8_t>(left[i]) * count + i / 64] |= std::uint64_t{1} << (i % 64);
  }
  std::vector<Word> words(count);
  const auto last = static_cast<unsigned>((left.size() - 1) % 64);
  std::uint64_t distance = left.size();
  std::uint64_t most = static_cast<std::uint64_t>(limit) + right.size();
  for (const char byte : right) {
    const std::uint64_t* const matches_of = &masks[static_cast<std::uint8_t>(byte) * count];
    std::uint64_t rise_over = 1;
    std::uint64_t fall_over = 0;
    std::uint64_t swap_over = 0;
    std::uint64_t rises_across = 0;
    std::uint64_t falls_across = 0;
    for (std::size_t w = 0; w < count; ++w) {
      Word& word = words[w];
      const std::uint64_t matches = matches_of[w];
      std::uint64_t swapped = 0;
      if constexpr (kSwaps == Swaps::kAdjacent) {
        const std::uint64_t can_swap = ~word.same & matches;
        swapped = ((can_swap << 1) | swap_over) & word.earlier_matches;
        swap_over = can_swap >> 63;
        word.earlier_matches = matches;
      }
      const std::uint64_t fed = matches | fall_over;
      const std::uint64_t same = (((fed & word.rises) + word.rises) ^ word.rises) | fed | word.falls | swapped;
      rises_across = word.falls | ~(same | word.rises);
      falls_across = same & word.rises;
      const std::uint64_t rises_down = (rises_across << 1) | rise_over;
      const std::uint64_t falls_down = (falls_across << 1) | fall_over;
      rise_over = rises_across >> 63;
      fall_over = falls_across >> 63;
      word.rises = falls_down | ~(same | rises_down);
      word.falls = rises_down & same;
      word.same = same;
    }
    distance += (rises_across >> last) & 1;
    distance -= (falls_across >> last) & 1;
    if (distance > --most) return limit + 1;
  }
  return static_cast<std::uint32_t>(distance);
}

// For each number of edits, how far along each diagonal one gets. Values never fall along a diagonal, so a swap can win
// only from the furthest place: from an earlier one it would end where a replacement gets as well.
template <Swaps kSwaps>
std::uint32_t DistanceAlongDiagonals(std::string_view left, std::string_view right, std::uint32_t limit) {
  using Place = std::int64_t;
  constexpr Place kNowhere = -(Place{1} << 40);
  const auto left_size = static_cast<Place>(left.size());
  const auto right_size = static_cast<Place>(right.size());
  const Place width = limit;
  // Bytes of the left text that are behind us, by diagonal (right minus left), with a border on both sides.
  std::vector<Place> reached(2 * width + 3, kNowhere);
  std::vector<Place> next(reached);
  const auto at = [width](std::vector<Place>& places, Place diagonal) -> Place& {
    return places[diagonal + width + 1];
  };
  const auto slide = [&](Place place, Place diagonal) {
    return place + static_cast<Place>(CommonPrefix(left.substr(place), right.substr(place + diagonal)));
  };
  const Place goal = right_size - left_size;
  at(reached, 0) = slide(0, 0);
  if (goal == 0 && at(reached, 0) == left_size) return 0;
  for (Place edits = 1; edits <= width; ++edits) {
    for (Place diagonal = -edits; diagonal <= edits; ++diagonal) {
      const Place here = at(reached, diagonal);
      Place place = std::max({here + 1, at(reached, diagonal + 1) + 1, at(reached, diagonal - 1)});
      if constexpr (kSwaps == Swaps::kAdjacent) {
        if (here >= 0 && here + 2 <= left_size && here + diagonal + 2 <= right_size &&
            left[here] == right[here + diagonal + 1] && left[here + 1] == right[here + diagonal]) {
          place = std::max(place, here + 2);
        }
      }
      place = std::min({place, left_size, right_size - diagonal});
      if (place >= 0 && place + diagonal >= 0) {
        place = slide(place, diagonal);
        if (diagonal == goal && place == left_size) return static_cast<std::uint32_t>(edits);
      } else {
        place = kNowhere;
      }
      at(next, diagonal) = place;
    }
    std::swap(reached, next);
  }
  return limit + 1;
}

// Both longer than a word.
template <Swaps kSwaps>
std::uint32_t DistanceOfLong(std::string_view left, std::string_view right, std::uint32_t limit) {
  if (limit <= kDiagonalLimit) return DistanceAlongDiagonals<kSwaps>(left, right, limit);
  return DistanceInBlocks<kSwaps>(left, right, limit);
}

}  // namespace

std::size_t CommonPrefix(std::string_view left, std::string_view right) {
  const std::size_t size = std::min(left.size(), right.size());
  std::size_t i = 0;
  for (; i + 8 <= size; i += 8) {
    std::uint64_t of_left = 0;
    std::uint64_t of_right = 0;
    std::memcpy(&of_left, left.data() + i, 8);
    std::memcpy(&of_right, right.data() + i, 8);
    if (of_left != of_right) break;
  }
  while (i < size && left[i] == right[i]) ++i;
  return i;
}

void TrimCommonEnds(std::string_view& left, std::string_view& right) {
  const std::size_t prefix = CommonPrefix(left, right);
  left.remove_prefix(prefix);
  right.remove_prefix(prefix);
  while (!left.empty() && !right.empty() && left.back() == right.back()) {
    left.remove_suffix(1);
    right.remove_suffix(1);
  }
}

template <Swaps kSwaps>
std::uint32_t EditDistance(std::string_view left, std::string_view right, std::uint32_t limit) {
  if (left.size() > right.size()) std::swap(left, right);
  if (IsFarBySize(left.size(), right.size(), limit)) return limit + 1;
  if (left.size() > kWordBytes) {
    TrimCommonEnds(left, right);
    if (left.size() > kWordBytes) return DistanceOfLong<kSwaps>(left, right, limit);
  }
  if (left.empty()) return static_cast<std::uint32_t>(right.size());
  return WithPassingMasks(left,
                          [&](const auto& masks) { return DistanceInWord<kSwaps>(masks, left.size(), right, limit); });
}

template <Swaps kSwaps>
std::uint32_t EditDistance(const EditQuery& left, std::string_view right, std::uint32_t limit) {
  const std::size_t size = left.text.size();
  if (size == 0 || size > kWordBytes) return EditDistance<kSwaps>(std::string_view(left.text), right, limit);
  if (IsFarBySize(size, right.size(), limit)) return limit + 1;
  return DistanceInWord<kSwaps>(left.masks, size, right, limit);
}

template std::uint32_t EditDistance<Swaps::kNone>(std::string_view, std::string_view, std::uint32_t);
template std::uint32_t EditDistance<Swaps::kAdjacent>(std::string_view, std::string_view, std::uint32_t);
template std::uint32_t EditDistance<Swaps::kNone>(const EditQuery&, std::string_view, std::uint32_t);
template std::uint32_t EditDistance<Swaps::kAdjacent>(const EditQuery&, std::string_view, std::uint32_t);

std::uint32_t UnrestrictedDistance(std::string_view left, std::string_view right, std::uint32_t limit) {
  if (IsFarBySize(left.size(), right.size(), limit)) return limit + 1;
  const auto rows = static_cast<std::int64_t>(left.size());
  const auto columns = static_cast<std::int64_t>(right.size());
  const std::int64_t band = std::min<std::int64_t>(limit, rows + columns);
  // Three rows, each with a border on the right; those of short texts need no memory of their own.
  const auto width = static_cast<std::size_t>(columns) + 2;
  std::array<std::uint32_t, 3 * (kWordBytes + 2)> short_rows;
  std::vector<std::uint32_t> long_rows;
  if (right.size() > kWordBytes) long_rows.resize(3 * width);
  std::uint32_t* const cells = right.size() > kWordBytes ? long_rows.data() : short_rows.data();
  std::fill_n(cells, 3 * width, kMuch);
  std::uint32_t* above = cells;            // the row before
  std::uint32_t* current = cells + width;  // two rows before, until it is written over
  // Of a swap whose upper letter is the column's: what it costs up to there, less the row that letter stands in (as
  // unsigned numbers wrap around, so that adding a row gives the cost).
  std::uint32_t* const column_swap_base = cells + 2 * width;
  for (std::int64_t j = 0; j <= std::min(columns, band); ++j) above[j] = static_cast<std::uint32_t>(j);
  for (std::int64_t i = 1; i <= rows; ++i) {
    const std::int64_t first = std::max<std::int64_t>(1, i - band);
    const std::int64_t last = std::min(columns, i + band);
    const char byte = left[i - 1];
    std::uint32_t before = current[first - 1];  // two rows up, one column to the left
    current[first - 1] = first == 1 && i <= band ? static_cast<std::uint32_t>(i) : kMuch;
    std::uint32_t least = current[first - 1];
    // Of a swap whose first letter in the right text is this row's, less the column of that letter.
    std::uint32_t row_swap_base = kMuch;
    for (std::int64_t j = first; j <= last; ++j) {
      const bool equal = byte == right[j - 1];
      std::uint32_t value = std::min({current[j - 1] + 1, above[j] + 1, above[j - 1] + (equal ? 0U : 1U)});
      if (j > 1 && right[j - 2] == byte) {
        value = std::min(value, column_swap_base[j] + static_cast<std::uint32_t>(i));
      }
      if (i > 1 && left[i - 2] == right[j - 1]) {
        value = std::min(value, row_swap_base + static_cast<std::uint32_t>(j));
      }
      if (equal) {
        if (j > 1) column_swap_base[j] = above[j - 2] - static_cast<std::uint32_t>(i);
        row_swap_base = before - static_cast<std::uint32_t>(j);
      }
      before = current[j];
      current[j] = value;
      least = std::min(least, value);
    }
    current[last + 1] = kMuch;
    if (least > limit) return limit + 1;
    std::swap(above, current);
  }
  return std::min(above[columns], limit + 1);
}

}  // namespace weir::identity
