#include "identity/cluster.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <queue>
#include <unordered_map>

namespace weir::identity {
namespace {

class Forest {
 public:
  explicit Forest(std::size_t size) : parents_(size) { std::iota(parents_.begin(), parents_.end(), std::uint32_t{0}); }
  std::uint32_t Find(std::uint32_t item) {
    while (parents_[item] != item) item = parents_[item] = parents_[parents_[item]];
    return item;
  }
  void Join(std::uint32_t a, std::uint32_t b) {
    a = Find(a);
    b = Find(b);
    if (a != b) parents_[std::max(a, b)] = std::min(a, b);
  }
  // None is greater than its record.
  std::vector<std::uint32_t> TakeParents() { return std::move(parents_); }

 private:
  std::vector<std::uint32_t> parents_;
};

// What is known of the pairs between two groups.
struct Between {
  double sum = 0;
  double pairs = 0;
  bool is_apart = false;  // somebody said so
};

// One component; records are numbered within it.
class Agglomeration {
 public:
  // Records of `same` are one group from the start.
  Agglomeration(std::size_t records, std::span<const ScoredPair> pairs, std::size_t second,
                const ClusterOptions& options, std::span<const RecordPair> same, std::span<const RecordPair> apart)
      : options_(options),
        near_(records),
        first_(records, 0),
        last_(records, 0),
        sizes_(records, 0),
        ends_(records),
        versions_(records, 0) {
    std::iota(ends_.begin(), ends_.end(), std::uint32_t{0});
    for (const auto& [a, b] : same) {
      const std::uint32_t x = RootOf(a);
      const std::uint32_t y = RootOf(b);
      ends_[std::max(x, y)] = std::min(x, y);
    }
    for (std::uint32_t i = 0; i < records; ++i) {
      const std::uint32_t root = RootOf(i);
      ++sizes_[root];
      ++(i < second ? first_ : last_)[root];
    }
    is_two_ = options.second_begins != SIZE_MAX;
    for (const ScoredPair& pair : pairs) {
      const std::uint32_t x = RootOf(pair.a);
      const std::uint32_t y = RootOf(pair.b);
      if (x == y) continue;
      Between& between = near_[x][y];
      between.sum += std::clamp<double>(pair.weight - options.least, -options.most, options.most);
      ++between.pairs;
      near_[y][x] = between;
    }
    for (const auto& [a, b] : apart) {
      const std::uint32_t x = RootOf(a);
      const std::uint32_t y = RootOf(b);
      if (x != y) near_[x][y].is_apart = near_[y][x].is_apart = true;
    }
  }

  // Of each record its group, by its smallest record.
  std::vector<std::uint32_t> Run() {
    for (std::uint32_t a = 0; a < near_.size(); ++a) {
      for (auto other = near_[a].upper_bound(a); other != near_[a].end(); ++other) Offer(a, other->first);
    }
    while (!queue_.empty()) {
      const Offered best = queue_.top();
      queue_.pop();
      if (best.version_a != versions_[best.a] || best.version_b != versions_[best.b]) continue;
      Merge(best.a, best.b);
    }
    std::vector<std::uint32_t> groups(ends_.size());
    for (std::uint32_t i = 0; i < groups.size(); ++i) groups[i] = RootOf(i);
    return groups;
  }

 private:
  struct Offered {
    double average;
    std::uint32_t a, b;
    std::uint32_t version_a, version_b;
    bool operator<(const Offered& other) const {
      return average != other.average ? average < other.average : a != other.a ? a > other.a : b > other.b;
    }
  };

  std::uint32_t RootOf(std::uint32_t record) {
    while (ends_[record] != record) record = ends_[record] = ends_[ends_[record]];
    return record;
  }

  void Offer(std::uint32_t a, std::uint32_t b) {
    if (a > b) std::swap(a, b);
    const Between& between = near_[a].at(b);
    if (between.is_apart) return;
    const double all = is_two_ ? static_cast<double>(first_[a]) * last_[b] + static_cast<double>(last_[a]) * first_[b]
                               : static_cast<double>(sizes_[a]) * sizes_[b];
    if (all <= 0) return;
    const double average = (between.sum + (all - between.pairs) * options_.unseen) / all;
    if (average > 0) queue_.push({average, a, b, versions_[a], versions_[b]});
  }

  // The smaller number stays.
  void Merge(std::uint32_t a, std::uint32_t b) {
    ends_[b] = a;
    sizes_[a] += sizes_[b];
    first_[a] += first_[b];
    last_[a] += last_[b];
    ++versions_[a];
    ++versions_[b];
    near_[a].erase(b);
    near_[b].erase(a);
    for (const auto& [other, between] : near_[b]) {
      Between& here = near_[a][other];
      here.sum += between.sum;
      here.pairs += between.pairs;
      here.is_apart = here.is_apart || between.is_apart;
      near_[other].erase(b);
      near_[other][a] = here;
    }
    near_[b].clear();
    for (const auto& [other, between] : near_[a]) Offer(a, other);
  }

  const ClusterOptions& options_;
  bool is_two_ = false;
  std::vector<std::map<std::uint32_t, Between>> near_;
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> last_;
  std::vector<std::uint32_t> sizes_;
  std::vector<std::uint32_t> ends_;
  std::vector<std::uint32_t> versions_;
  std::priority_queue<Offered> queue_;
};

}  // namespace

std::vector<std::uint32_t> ClusterPairs(std::size_t records, std::span<const ScoredPair> pairs,
                                        const ClusterOptions& options, const Executor& executor) {
  Forest forest(records);
  for (const ScoredPair& pair : pairs) {
    if (pair.weight > options.least) forest.Join(pair.a, pair.b);
  }
  for (const auto& [a, b] : options.same) forest.Join(a, b);
  // Most records are alone: only those that are not cost more than a look.
  std::vector<std::uint32_t> roots = forest.TakeParents();
  std::vector<std::uint32_t> joined;  // records that are not the first of theirs
  std::vector<std::uint32_t> others(records, 0);
  for (std::uint32_t i = 0; i < records; ++i) {
    if (roots[i] == i) continue;
    // Parents are smaller, and what they lead to is known.
    roots[i] = roots[roots[i]];
    ++others[roots[i]];
    joined.push_back(i);
  }
  std::vector<bool> is_decided(records, false);  // components whose records somebody parted
  for (const auto& [a, b] : options.apart) {
    if (roots[a] == roots[b]) is_decided[roots[a]] = true;
  }
  // Components of two are what they are.
  constexpr std::uint32_t kNoComponent = UINT32_MAX;
  std::vector<std::uint32_t> component(records, kNoComponent);
  std::vector<std::vector<std::uint32_t>> members;
  std::vector<std::uint32_t> place(records, 0);
  for (const std::uint32_t i : joined) {
    const std::uint32_t root = roots[i];
    if (others[root] == 1 && !is_decided[root]) continue;
    if (component[root] == kNoComponent) {
      component[root] = static_cast<std::uint32_t>(members.size());
      members.push_back({root});
    }
    component[i] = component[root];
    place[i] = static_cast<std::uint32_t>(members[component[i]].size());
    members[component[i]].push_back(i);
  }
  std::vector<std::vector<ScoredPair>> pairs_of(members.size());
  std::vector<std::vector<RecordPair>> same_of(members.size());
  std::vector<std::vector<RecordPair>> apart_of(members.size());
  for (const ScoredPair& pair : pairs) {
    const std::uint32_t c = component[pair.a];
    if (c != kNoComponent && c == component[pair.b]) pairs_of[c].push_back({place[pair.a], place[pair.b], pair.weight});
  }
  const auto hand_out = [&](std::span<const RecordPair> decided, std::vector<std::vector<RecordPair>>& of) {
    for (const auto& [a, b] : decided) {
      const std::uint32_t c = component[a];
      if (c != kNoComponent && c == component[b]) of[c].emplace_back(place[a], place[b]);
    }
  };
  hand_out(options.same, same_of);
  hand_out(options.apart, apart_of);
  constexpr std::size_t kPiece = 16;
  executor.ForPieces(members.size(), kPiece, [&](std::size_t begin, std::size_t end) {
    for (std::size_t c = begin; c < end; ++c) {
      const std::vector<std::uint32_t>& of = members[c];
      const auto second = static_cast<std::size_t>(std::ranges::lower_bound(of, options.second_begins) - of.begin());
      Agglomeration agglomeration(of.size(), pairs_of[c], second, options, same_of[c], apart_of[c]);
      const std::vector<std::uint32_t> groups = agglomeration.Run();
      for (std::size_t i = 0; i < groups.size(); ++i) roots[of[i]] = of[groups[i]];
    }
  });
  return roots;
}

namespace {

// What is none, as somebody said.
class Apart {
 public:
  explicit Apart(const ClusterOptions& options) : pairs_(options.apart.begin(), options.apart.end()) {
    for (auto& [a, b] : pairs_) {
      if (a > b) std::swap(a, b);
    }
    std::ranges::sort(pairs_);
  }
  bool Has(const ScoredPair& pair) const {
    return !pairs_.empty() && std::ranges::binary_search(pairs_, RecordPair(pair.a, pair.b));
  }

 private:
  std::vector<RecordPair> pairs_;
};

}  // namespace

std::vector<std::uint32_t> MatchOneToOne(std::size_t records, std::vector<ScoredPair>& pairs,
                                         const ClusterOptions& options) {
  const auto odds = [](double weight) { return std::exp2(std::clamp(weight, -60.0, 60.0)); };
  const Apart apart(options);  // claims nothing
  std::vector<double> claims(records, 0);
  for (const ScoredPair& pair : pairs) {
    if (apart.Has(pair)) continue;
    claims[pair.a] += odds(pair.weight);
    claims[pair.b] += odds(pair.weight);
  }
  for (ScoredPair& pair : pairs) {
    const double own = apart.Has(pair) ? 0 : odds(pair.weight);
    const double others = std::max(0.0, claims[pair.a] - own) + std::max(0.0, claims[pair.b] - own);
    pair.weight -= static_cast<float>(std::log2(1 + others));
  }
  return TakeBest(records, pairs, options);
}

std::vector<std::uint32_t> TakeBest(std::size_t records, std::span<const ScoredPair> pairs,
                                    const ClusterOptions& options) {
  const Apart apart(options);
  std::vector<std::uint32_t> order;
  for (std::uint32_t i = 0; i < pairs.size(); ++i) {
    if (pairs[i].weight > options.least) order.push_back(i);
  }
  std::ranges::sort(order, [&](std::uint32_t x, std::uint32_t y) {
    return pairs[x].weight != pairs[y].weight ? pairs[x].weight > pairs[y].weight : x < y;
  });
  std::vector<std::uint32_t> roots(records);
  std::iota(roots.begin(), roots.end(), std::uint32_t{0});
  std::vector<bool> is_taken(records, false);
  const auto take = [&](std::uint32_t a, std::uint32_t b) {
    if (is_taken[a] || is_taken[b]) return;
    is_taken[a] = is_taken[b] = true;
    roots[std::max(a, b)] = std::min(a, b);
  };
  for (const auto& [a, b] : options.same) take(a, b);
  for (const std::uint32_t i : order) {
    if (!apart.Has(pairs[i])) take(pairs[i].a, pairs[i].b);
  }
  return roots;
}

}  // namespace weir::identity
