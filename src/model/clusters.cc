#include "model/clusters.h"

#include <algorithm>
#include <numeric>
#include <set>
#include <tuple>

#include "base/result.h"

namespace weir::model {

DisjointSets::DisjointSets(std::size_t size) : parents_(size) {
  std::iota(parents_.begin(), parents_.end(), std::size_t{0});
}

std::size_t DisjointSets::Find(std::size_t item) {
  while (parents_[item] != item) {
    parents_[item] = parents_[parents_[item]];
    item = parents_[item];
  }
  return item;
}

void DisjointSets::Join(std::size_t a, std::size_t b) {
  a = Find(a);
  b = Find(b);
  if (a == b) return;
  parents_[std::max(a, b)] = std::min(a, b);
}

namespace {

struct Claim {
  std::int64_t records = 0;
  std::size_t root = 0;
  std::string id;
};

using Members = std::map<std::size_t, std::vector<std::size_t>>;

// The strongest claims first: most records of the id, then the smallest id, then the smallest cluster.
std::vector<Claim> ClaimsOf(std::span<const Record> records, const Members& members) {
  std::vector<Claim> claims;
  for (const auto& [root, indexes] : members) {
    std::map<std::string_view, std::int64_t> counts;
    for (const std::size_t index : indexes) {
      if (!records[index].previous_id.empty()) ++counts[records[index].previous_id];
    }
    for (const auto& [id, count] : counts) claims.push_back({count, root, std::string(id)});
  }
  std::ranges::sort(claims, [](const Claim& a, const Claim& b) {
    return std::tuple(-a.records, std::string_view(a.id), a.root) <
           std::tuple(-b.records, std::string_view(b.id), b.root);
  });
  return claims;
}

std::string MintId(std::span<const Record> records, const std::vector<std::size_t>& indexes,
                   const std::set<std::string, std::less<>>& taken) {
  const std::size_t first = *std::ranges::min_element(indexes, [&](std::size_t a, std::size_t b) {
    return std::tie(records[a].first_seen, records[a].source, records[a].key) <
           std::tie(records[b].first_seen, records[b].source, records[b].key);
  });
  const std::string base = records[first].source + ":" + records[first].key;
  std::string id = base;
  for (int attempt = 2; taken.contains(id); ++attempt) id = fmt::format("{}~{}", base, attempt);
  return id;
}

}  // namespace

Assignment AssignIds(std::span<const Record> records, std::span<const std::size_t> roots) {
  WEIR_CHECK(records.size() == roots.size());
  Members members;
  for (std::size_t i = 0; i < records.size(); ++i) members[roots[i]].push_back(i);
  std::map<std::size_t, std::string> id_of;
  std::set<std::string, std::less<>> taken;
  std::set<std::string, std::less<>> earlier;
  for (const Claim& claim : ClaimsOf(records, members)) {
    earlier.insert(claim.id);
    if (id_of.contains(claim.root) || taken.contains(claim.id)) continue;
    id_of[claim.root] = claim.id;
    taken.insert(claim.id);
  }
  taken.insert(earlier.begin(), earlier.end());
  Assignment assignment;
  assignment.ids.resize(records.size());
  for (const auto& [root, indexes] : members) {
    if (!id_of.contains(root)) {
      id_of[root] = MintId(records, indexes, taken);
      taken.insert(id_of[root]);
    }
    const std::string& id = id_of[root];
    for (const std::size_t index : indexes) assignment.ids[index] = id;
  }
  std::set<std::string_view> standing(assignment.ids.begin(), assignment.ids.end());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string& previous = records[i].previous_id;
    if (!previous.empty() && !standing.contains(previous)) assignment.aliases.emplace(previous, assignment.ids[i]);
  }
  return assignment;
}

}  // namespace weir::model
