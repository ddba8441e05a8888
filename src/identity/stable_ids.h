// Ids of clusters that keep their meaning while records come and clusters join and part.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace weir::identity {

inline constexpr std::uint32_t kNoCluster = UINT32_MAX;

// The ids of records that were put together anew. `groups` numbers the groups of records, `previous` gives the ids that
// they had (kNoCluster: none), of which all records are among these. A group keeps the id that most of its records
// have (ties: the smallest); an id that two groups claim stays with the one that has more of its records (ties: the
// group with the smaller number). The other groups, by their numbers, get new ids from `next` on, which is never given
// twice. As AssignIds (entity_ids.h) does for texts. O(n log n).
std::vector<std::uint32_t> KeepIds(std::span<const std::uint32_t> groups, std::span<const std::uint32_t> previous,
                                   std::uint32_t& next);

}  // namespace weir::identity
