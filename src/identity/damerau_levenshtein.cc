#include "identity/damerau_levenshtein.h"

#include <algorithm>

#include "identity/edit_distance.h"
#include "identity/edit_lanes.h"

namespace weir::identity {

namespace {

// See the header for why an alignment says so much. `Left` is a text, or an EditQuery with its masks.
template <class Left>
std::uint32_t DistanceByAlignment(const Left& masked, std::string_view left, std::string_view right,
                                  std::uint32_t limit) {
  const std::uint32_t alignment_limit = limit > kNoLimit / 2 ? kNoLimit : limit + limit / 2;
  const std::uint32_t alignment = EditDistance<Swaps::kAdjacent>(masked, right, alignment_limit);
  if (alignment > alignment_limit) return limit + 1;
  if (alignment <= 2) return std::min(alignment, limit + 1);
  TrimCommonEnds(left, right);
  // The table is asked only whether there is something better than the alignment.
  return UnrestrictedDistance(left, right, std::min(limit, alignment - 1));
}

}  // namespace

std::uint32_t DamerauLevenshtein(std::string_view left, std::string_view right, std::uint32_t limit) {
  return DistanceByAlignment(left, left, right, LimitFor(left.size(), right.size(), limit));
}

std::uint32_t OptimalStringAlignment(std::string_view left, std::string_view right, std::uint32_t limit) {
  return EditDistance<Swaps::kAdjacent>(left, right, LimitFor(left.size(), right.size(), limit));
}

void DamerauLevenshteinPairs(std::span<const std::string_view> left, std::span<const std::string_view> right,
                             std::span<std::uint32_t> out, std::uint32_t limit) {
  EditPairs(&LaneKernels::damerau_levenshtein, left, right, out, limit, DamerauLevenshtein);
}

void OptimalStringAlignmentPairs(std::span<const std::string_view> left, std::span<const std::string_view> right,
                                 std::span<std::uint32_t> out, std::uint32_t limit) {
  EditPairs(&LaneKernels::optimal_string_alignment, left, right, out, limit, OptimalStringAlignment);
}

std::uint32_t DamerauLevenshteinQuery::Against(std::string_view other, std::uint32_t limit) const {
  return DistanceByAlignment(query_, query_.text, other, LimitFor(query_.text.size(), other.size(), limit));
}

void DamerauLevenshteinQuery::Against(std::span<const std::string_view> others, std::span<std::uint32_t> out,
                                      std::uint32_t limit) const {
  EditAgainst(&LaneKernels::damerau_levenshtein, query_.text, others, out, limit,
              [this, limit](std::string_view other) { return Against(other, limit); });
}

std::uint32_t OptimalStringAlignmentQuery::Against(std::string_view other, std::uint32_t limit) const {
  return EditDistance<Swaps::kAdjacent>(query_, other, LimitFor(query_.text.size(), other.size(), limit));
}

void OptimalStringAlignmentQuery::Against(std::span<const std::string_view> others, std::span<std::uint32_t> out,
                                          std::uint32_t limit) const {
  EditAgainst(&LaneKernels::optimal_string_alignment, query_.text, others, out, limit,
              [this, limit](std::string_view other) { return Against(other, limit); });
}

}  // namespace weir::identity
