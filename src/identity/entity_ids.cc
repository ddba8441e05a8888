#include "identity/entity_ids.h"

#include <algorithm>
#include <numeric>
#include <tuple>
#include <unordered_set>

#include "base/result.h"

namespace weir::identity {

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
  std::string_view id;
  bool is_own = false;          // one of the records is called so by its source
  std::int64_t had_others = 0;  // of the records, how many had another id before
};

bool IsCalled(const Record& record, std::string_view id) {
  return id.size() == record.source.size() + 1 + record.key.size() && id.starts_with(record.source) &&
         id[record.source.size()] == ':' && id.ends_with(record.key);
}

// The records of each cluster, clusters in the order of their roots.
class Members {
 public:
  explicit Members(std::span<const std::size_t> roots)
      : begins_(roots.empty() ? 1 : *std::ranges::max_element(roots) + 2), records_(roots.size()) {
    for (const std::size_t root : roots) ++begins_[root + 1];
    for (std::size_t i = 1; i < begins_.size(); ++i) begins_[i] += begins_[i - 1];
    std::vector<std::size_t> next(begins_.begin(), begins_.end() - 1);
    for (std::size_t i = 0; i < roots.size(); ++i) records_[next[roots[i]]++] = i;
  }

  std::size_t size() const { return begins_.size() - 1; }  // roots are below
  // Empty where the number is no root.
  std::span<const std::size_t> Of(std::size_t root) const {
    return std::span(records_).subspan(begins_[root], begins_[root + 1] - begins_[root]);
  }

 private:
  std::vector<std::size_t> begins_;
  std::vector<std::size_t> records_;
};

// The strongest claims first: most records of the id, then the smallest id; of two clusters of one that fell apart
// again, the one whose id it was before they met: it is called so, or had no other.
std::vector<Claim> ClaimsOf(std::span<const Record> records, const Members& members) {
  std::vector<Claim> claims;
  std::vector<std::size_t> of_root;
  for (std::size_t root = 0; root < members.size(); ++root) {
    of_root.clear();
    for (const std::size_t index : members.Of(root)) {
      if (!records[index].previous_id.empty()) of_root.push_back(index);
    }
    std::ranges::stable_sort(of_root, {},
                             [&](std::size_t index) { return std::string_view(records[index].previous_id); });
    for (std::size_t i = 0; i < of_root.size(); ++i) {
      const Record& record = records[of_root[i]];
      if (i == 0 || records[of_root[i - 1]].previous_id != record.previous_id) {
        claims.push_back({.root = root, .id = record.previous_id});
      }
      Claim& claim = claims.back();
      ++claim.records;
      claim.is_own = claim.is_own || IsCalled(record, claim.id);
      claim.had_others += record.former_ids.empty() ? 0 : 1;
    }
  }
  std::ranges::sort(claims, [](const Claim& a, const Claim& b) {
    return std::tuple(-a.records, a.id, !a.is_own, a.had_others, a.root) <
           std::tuple(-b.records, b.id, !b.is_own, b.had_others, b.root);
  });
  return claims;
}

using Ids = std::unordered_set<std::string>;

std::string MintId(std::span<const Record> records, std::span<const std::size_t> indexes, const Ids& taken) {
  const std::size_t first = *std::ranges::min_element(indexes, [&](std::size_t a, std::size_t b) {
    return std::tie(records[a].first_seen, records[a].source, records[a].key) <
           std::tie(records[b].first_seen, records[b].source, records[b].key);
  });
  const std::string base = records[first].source + ":" + records[first].key;
  std::string id = base;
  for (int attempt = 2; taken.contains(id); ++attempt) id = fmt::format("{}~{}", base, attempt);
  return id;
}

// The id that most of the records had once and nobody has now; the newest of each record counts. Empty where there is
// none.
std::string FormerId(std::span<const Record> records, std::span<const std::size_t> indexes, const Ids& taken) {
  std::map<std::string_view, std::size_t> votes;
  for (const std::size_t index : indexes) {
    for (const std::string& id : records[index].former_ids) {
      if (taken.contains(id)) continue;
      ++votes[id];
      break;
    }
  }
  std::string_view best;
  for (const auto& [id, count] : votes) {
    if (best.empty() || count > votes[best]) best = id;
  }
  return std::string(best);
}

}  // namespace

Assignment AssignIds(std::span<const Record> records, std::span<const std::size_t> roots) {
  WEIR_CHECK(records.size() == roots.size());
  const Members members(roots);
  std::vector<std::string> id_of(members.size());  // by root
  Ids taken;
  taken.reserve(members.size());
  Ids earlier;
  for (const Claim& claim : ClaimsOf(records, members)) {
    std::string id(claim.id);
    earlier.insert(id);
    if (!id_of[claim.root].empty() || !taken.insert(id).second) continue;
    id_of[claim.root] = std::move(id);
  }
  taken.merge(earlier);
  Assignment assignment;
  assignment.ids.resize(records.size());
  for (std::size_t root = 0; root < members.size(); ++root) {
    const std::span<const std::size_t> indexes = members.Of(root);
    if (indexes.empty()) continue;
    std::string& id = id_of[root];
    if (id.empty()) {
      id = FormerId(records, indexes, taken);
      if (id.empty()) id = MintId(records, indexes, taken);
      taken.insert(id);
    }
    for (const std::size_t index : indexes) assignment.ids[index] = id;
  }
  if (std::ranges::all_of(records, [](const Record& record) { return record.previous_id.empty(); })) return assignment;
  const std::unordered_set<std::string_view> standing(assignment.ids.begin(), assignment.ids.end());
  for (std::size_t i = 0; i < records.size(); ++i) {
    const std::string& previous = records[i].previous_id;
    if (!previous.empty() && !standing.contains(previous)) assignment.aliases.emplace(previous, assignment.ids[i]);
  }
  return assignment;
}

}  // namespace weir::identity
