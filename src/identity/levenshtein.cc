#include "identity/levenshtein.h"

#include "identity/edit_distance.h"
#include "identity/edit_lanes.h"

namespace weir::identity {

std::uint32_t Levenshtein(std::string_view left, std::string_view right, std::uint32_t limit) {
  return EditDistance<Swaps::kNone>(left, right, LimitFor(left.size(), right.size(), limit));
}

void LevenshteinPairs(std::span<const std::string_view> left, std::span<const std::string_view> right,
                      std::span<std::uint32_t> out, std::uint32_t limit) {
  EditPairs(&LaneKernels::levenshtein, left, right, out, limit, Levenshtein);
}

std::uint32_t LevenshteinQuery::Against(std::string_view other, std::uint32_t limit) const {
  return EditDistance<Swaps::kNone>(query_, other, LimitFor(query_.text.size(), other.size(), limit));
}

void LevenshteinQuery::Against(std::span<const std::string_view> others, std::span<std::uint32_t> out,
                               std::uint32_t limit) const {
  EditAgainst(&LaneKernels::levenshtein, query_.text, others, out, limit,
              [this, limit](std::string_view other) { return Against(other, limit); });
}

}  // namespace weir::identity
