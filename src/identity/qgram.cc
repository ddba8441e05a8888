#include "identity/qgram.h"

#include <algorithm>
#include <cmath>

#include "base/result.h"

namespace weir::identity {

namespace {

// The bytes in order, under their number: no two pieces of different sizes have one code.
std::uint32_t CodeOf(std::string_view piece) {
  std::uint32_t code = 0;
  for (const char byte : piece) code = code << 8 | static_cast<std::uint8_t>(byte);
  return code | static_cast<std::uint32_t>(piece.size()) << 24;
}

// Where the run of pieces that are equal to the one at `at` ends.
std::size_t EndOfRun(std::span<const std::uint32_t> pieces, std::size_t at) {
  std::size_t end = at + 1;
  while (end < pieces.size() && pieces[end] == pieces[at]) ++end;
  return end;
}

}  // namespace

QgramProfile::QgramProfile(std::string_view text, int q) {
  WEIR_CHECK(q >= 1 && q <= 3);
  if (text.empty()) return;
  const auto size = std::min(static_cast<std::size_t>(q), text.size());
  pieces_.reserve(text.size() - size + 1);
  for (std::size_t at = 0; at + size <= text.size(); ++at) pieces_.push_back(CodeOf(text.substr(at, size)));
  std::ranges::sort(pieces_);
  double squares = 0;
  for (std::size_t at = 0; at < pieces_.size();) {
    const std::size_t end = EndOfRun(pieces_, at);
    squares += static_cast<double>(end - at) * static_cast<double>(end - at);
    at = end;
  }
  norm_ = std::sqrt(squares);
}

std::size_t CommonPieces(const QgramProfile& left, const QgramProfile& right) {
  const std::span<const std::uint32_t> of_left = left.pieces();
  const std::span<const std::uint32_t> of_right = right.pieces();
  std::size_t i = 0;
  std::size_t j = 0;
  std::size_t common = 0;
  // Which of the two is behind is anybody's guess: without a branch on it.
  while (i < of_left.size() && j < of_right.size()) {
    const std::uint32_t a = of_left[i];
    const std::uint32_t b = of_right[j];
    common += a == b ? 1 : 0;
    i += a <= b ? 1 : 0;
    j += b <= a ? 1 : 0;
  }
  return common;
}

double QgramJaccard(const QgramProfile& left, const QgramProfile& right) {
  const std::size_t common = CommonPieces(left, right);
  if (common == 0) return 0;
  return static_cast<double>(common) / static_cast<double>(left.pieces().size() + right.pieces().size() - common);
}

double QgramDice(const QgramProfile& left, const QgramProfile& right) {
  const std::size_t common = CommonPieces(left, right);
  if (common == 0) return 0;
  return static_cast<double>(2 * common) / static_cast<double>(left.pieces().size() + right.pieces().size());
}

double QgramCosine(const QgramProfile& left, const QgramProfile& right) {
  const std::span<const std::uint32_t> of_left = left.pieces();
  const std::span<const std::uint32_t> of_right = right.pieces();
  std::size_t i = 0;
  std::size_t j = 0;
  double product = 0;
  while (i < of_left.size() && j < of_right.size()) {
    if (of_left[i] == of_right[j]) {
      const std::size_t left_end = EndOfRun(of_left, i);
      const std::size_t right_end = EndOfRun(of_right, j);
      product += static_cast<double>(left_end - i) * static_cast<double>(right_end - j);
      i = left_end;
      j = right_end;
    } else if (of_left[i] < of_right[j]) {
      ++i;
    } else {
      ++j;
    }
  }
  return product == 0 ? 0 : std::min(1.0, product / (left.norm() * right.norm()));
}

}  // namespace weir::identity
