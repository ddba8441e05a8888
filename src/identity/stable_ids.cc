#include "identity/stable_ids.h"

#include <algorithm>
#include <tuple>
#include <unordered_set>

#include "base/result.h"

namespace weir::identity {
namespace {

struct Claim {
  std::uint32_t records;
  std::uint32_t id;
  std::uint32_t group;
};

}  // namespace

std::vector<std::uint32_t> KeepIds(std::span<const std::uint32_t> groups, std::span<const std::uint32_t> previous,
                                   std::uint32_t& next) {
  WEIR_CHECK(groups.size() == previous.size());
  std::vector<std::pair<std::uint32_t, std::uint32_t>> held;  // group, id
  held.reserve(groups.size());
  std::uint32_t count = 0;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    count = std::max(count, groups[i] + 1);
    if (previous[i] != kNoCluster) held.emplace_back(groups[i], previous[i]);
  }
  std::ranges::sort(held);
  std::vector<Claim> claims;
  claims.reserve(held.size());
  for (const auto& [group, id] : held) {
    if (!claims.empty() && claims.back().group == group && claims.back().id == id) {
      ++claims.back().records;
    } else {
      claims.push_back({1, id, group});
    }
  }
  std::ranges::sort(claims, [](const Claim& a, const Claim& b) {
    return std::tuple(b.records, a.id, a.group) < std::tuple(a.records, b.id, b.group);
  });
  std::vector<std::uint32_t> id_of(count, kNoCluster);
  std::unordered_set<std::uint32_t> taken;
  for (const Claim& claim : claims) {
    if (id_of[claim.group] == kNoCluster && taken.insert(claim.id).second) id_of[claim.group] = claim.id;
  }
  std::vector<bool> is_there(count, false);
  for (const std::uint32_t group : groups) is_there[group] = true;
  for (std::uint32_t group = 0; group < count; ++group) {
    if (!is_there[group] || id_of[group] != kNoCluster) continue;
    WEIR_CHECK(next != kNoCluster);
    id_of[group] = next++;
  }
  std::vector<std::uint32_t> ids(groups.size());
  for (std::size_t i = 0; i < groups.size(); ++i) ids[i] = id_of[groups[i]];
  return ids;
}

}  // namespace weir::identity
