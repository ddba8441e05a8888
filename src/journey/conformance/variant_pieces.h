// How variants are shared out: in the order of their steps, so that those with a beginning in common stand together,
// and in pieces whose size depends on their number alone, so that no result depends on the number of threads. Pieces
// are large: what one learns of a model, which is most of the work, another would learn again.
#pragma once

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <span>
#include <vector>

#include "journey/log/variants.h"

namespace weir::journey {

struct VariantPieces {
  std::vector<std::uint32_t> order;   // variants by their steps
  std::vector<std::uint32_t> shared;  // for each place in `order`: steps in common with the one before
  std::size_t piece = 1;              // variants in each
};

inline VariantPieces PiecesOf(const Variants& variants, std::size_t most_pieces = 8, std::size_t least = 16'384) {
  VariantPieces pieces;
  pieces.order.resize(variants.size());
  std::iota(pieces.order.begin(), pieces.order.end(), 0U);
  std::ranges::sort(pieces.order, [&variants](std::uint32_t a, std::uint32_t b) {
    const std::span<const ActivityId> left = variants.StepsOf(a);
    const std::span<const ActivityId> right = variants.StepsOf(b);
    return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end());
  });
  pieces.shared.resize(variants.size());
  for (std::size_t at = 1; at < pieces.order.size(); ++at) {
    const std::span<const ActivityId> left = variants.StepsOf(pieces.order[at - 1]);
    const std::span<const ActivityId> right = variants.StepsOf(pieces.order[at]);
    pieces.shared[at] = static_cast<std::uint32_t>(std::ranges::mismatch(left, right).in1 - left.begin());
  }
  pieces.piece = std::max((variants.size() + most_pieces - 1) / most_pieces, least);
  return pieces;
}

}  // namespace weir::journey
