#include <algorithm>
#include <bit>
#include <limits>
#include <numeric>
#include <utility>

#include "journey/discovery/cuts.h"

namespace weir::journey {
namespace {

using Nodes = std::vector<std::uint32_t>;

// Rows of bits, one row for each component.
class BitRows {
 public:
  explicit BitRows(std::size_t rows) : words_((rows + 63) / 64), bits_(rows * words_, 0) {}
  std::size_t words() const { return words_; }
  std::uint64_t* Row(std::size_t row) { return bits_.data() + row * words_; }
  const std::uint64_t* Row(std::size_t row) const { return bits_.data() + row * words_; }
  void Set(std::size_t row, std::size_t column) { Row(row)[column / 64] |= 1ULL << (column % 64); }
  bool Has(std::size_t row, std::size_t column) const { return ((Row(row)[column / 64] >> (column % 64)) & 1U) != 0; }
  void Add(std::size_t into, std::size_t from) {
    std::uint64_t* to = Row(into);
    const std::uint64_t* add = Row(from);
    for (std::size_t word = 0; word < words_; ++word) to[word] |= add[word];
  }

 private:
  std::size_t words_;
  std::vector<std::uint64_t> bits_;
};

// Strongly connected components (Tarjan 1972), without recursion. A component has a lower number than those that lead
// to it.
class Components {
 public:
  explicit Components(const FollowsGraph& graph)
      : of(graph.size(), kNone), graph_(&graph), index_(graph.size(), kNone), low_(graph.size(), 0) {
    for (std::uint32_t node = 0; node < graph.size(); ++node) {
      if (index_[node] == kNone) Walk(node);
    }
  }

  Nodes of;  // the component of each node
  std::uint32_t count = 0;

 private:
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  struct Frame {
    std::uint32_t node = 0;
    std::size_t next = 0;
  };

  void Open(std::uint32_t node) {
    index_[node] = low_[node] = clock_++;
    open_.push_back(node);
    frames_.push_back({node, 0});
  }

  void Walk(std::uint32_t root) {
    Open(root);
    while (!frames_.empty()) {
      const std::uint32_t node = frames_.back().node;
      const auto out = graph_->From(node);
      if (frames_.back().next < out.size()) {
        const std::uint32_t to = out[frames_.back().next++].to;
        if (index_[to] == kNone) {
          Open(to);
        } else if (of[to] == kNone) {
          low_[node] = std::min(low_[node], index_[to]);
        }
        continue;
      }
      frames_.pop_back();
      if (!frames_.empty()) low_[frames_.back().node] = std::min(low_[frames_.back().node], low_[node]);
      if (low_[node] == index_[node]) Close(node);
    }
  }

  void Close(std::uint32_t root) {
    for (std::uint32_t node = kNone; node != root;) {
      node = open_.back();
      open_.pop_back();
      of[node] = count;
    }
    ++count;
  }

  const FollowsGraph* graph_;
  Nodes index_;
  Nodes low_;
  Nodes open_;
  std::vector<Frame> frames_;
  std::uint32_t clock_ = 0;
};

// Components that do not reach one another either way are one group; what is left has one order.
std::vector<Nodes> GroupsOfComponents(const BitRows& reach, const BitRows& reached, std::uint32_t count) {
  std::vector<std::uint64_t> left(reach.words(), ~0ULL);
  if (count % 64 != 0) left.back() = (1ULL << (count % 64)) - 1;
  std::vector<Nodes> groups;
  for (std::uint32_t first = 0; first < count; ++first) {
    if (((left[first / 64] >> (first % 64)) & 1U) == 0) continue;
    left[first / 64] &= ~(1ULL << (first % 64));
    Nodes group{first};
    for (std::size_t at = 0; at < group.size(); ++at) {
      const std::uint64_t* after = reach.Row(group[at]);
      const std::uint64_t* before = reached.Row(group[at]);
      for (std::size_t word = 0; word < left.size(); ++word) {
        std::uint64_t apart = left[word] & ~after[word] & ~before[word];
        left[word] &= ~apart;
        for (; apart != 0; apart &= apart - 1) {
          group.push_back(static_cast<std::uint32_t>(word * 64 + static_cast<std::size_t>(std::countr_zero(apart))));
        }
      }
    }
    groups.push_back(std::move(group));
  }
  std::ranges::sort(groups, [&](const Nodes& a, const Nodes& b) { return reach.Has(a.front(), b.front()); });
  return groups;
}

std::vector<Nodes> OrderedGroups(const FollowsGraph& graph) {
  const Components components(graph);
  if (components.count < 2) return {};
  BitRows reach(components.count);
  BitRows reached(components.count);
  std::vector<Nodes> members(components.count);
  for (std::uint32_t node = 0; node < graph.size(); ++node) members[components.of[node]].push_back(node);
  for (std::uint32_t from = 0; from < components.count; ++from) {
    for (const std::uint32_t node : members[from]) {
      for (const FollowsArc& arc : graph.From(node)) {
        const std::uint32_t to = components.of[arc.to];
        if (to == from || reach.Has(from, to)) continue;
        reach.Set(from, to);
        reach.Add(from, to);
      }
    }
  }
  for (std::uint32_t from = components.count; from-- > 0;) {
    for (const std::uint32_t node : members[from]) {
      for (const FollowsArc& arc : graph.From(node)) {
        const std::uint32_t to = components.of[arc.to];
        if (to == from || reached.Has(to, from)) continue;
        reached.Set(to, from);
        reached.Add(to, from);
      }
    }
  }
  std::vector<Nodes> groups;
  for (const Nodes& parts : GroupsOfComponents(reach, reached, components.count)) {
    Nodes& group = groups.emplace_back();
    for (const std::uint32_t part : parts) group.insert(group.end(), members[part].begin(), members[part].end());
    std::ranges::sort(group);
  }
  return groups;
}

// Joins what can be skipped only together (page 233).
class StrictGroups {
 public:
  StrictGroups(const FollowsGraph& graph, std::vector<Nodes> groups)
      : graph_(&graph), groups_(std::move(groups)), at_(graph.size()) {
    for (std::uint32_t group = 0; group < groups_.size(); ++group) {
      for (const std::uint32_t node : groups_[group]) at_[node] = group;
    }
    FindReach();
    FindSkippable();
  }

  std::vector<Nodes> Joined() && {
    const auto count = static_cast<std::int64_t>(groups_.size());
    for (std::int64_t p = 0; p < count; ++p) {
      if (!skippable_[static_cast<std::size_t>(p)]) continue;
      bool is_changed = false;
      for (std::int64_t q = p - 1; q >= 0 && to_[static_cast<std::size_t>(q)] <= p; --q) is_changed |= Move(q, p);
      for (std::int64_t q = p + 1; q < count && from_[static_cast<std::size_t>(q)] >= p; ++q) is_changed |= Move(q, p);
      if (is_changed) FindSkippable();
    }
    std::erase_if(groups_, [](const Nodes& group) { return group.empty(); });
    for (Nodes& group : groups_) std::ranges::sort(group);
    return std::move(groups_);
  }

 private:
  static constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();

  // How far arcs come from and lead to, by group; the start lies before all, the end behind.
  void FindReach() {
    from_.assign(groups_.size(), kFar);
    to_.assign(groups_.size(), -kFar);
    for (std::uint32_t node = 0; node < at_.size(); ++node) {
      if (graph_->starts(node) > 0) from_[at_[node]] = -kFar;
      if (graph_->ends(node) > 0) to_[at_[node]] = kFar;
    }
    for (const FollowsArc& arc : graph_->arcs()) {
      from_[at_[arc.to]] = std::min<std::int64_t>(from_[at_[arc.to]], at_[arc.from]);
      to_[at_[arc.from]] = std::max<std::int64_t>(to_[at_[arc.from]], at_[arc.to]);
    }
  }

  // A group can be skipped where an arc, a start or an end goes over it.
  void FindSkippable() {
    std::vector<std::int64_t> change(groups_.size() + 2, 0);
    const auto cover = [&](std::size_t first, std::size_t behind) {
      if (first >= behind) return;
      ++change[first];
      --change[behind];
    };
    for (const FollowsArc& arc : graph_->arcs()) cover(at_[arc.from] + 1, at_[arc.to]);
    for (std::uint32_t node = 0; node < at_.size(); ++node) {
      if (graph_->starts(node) > 0) cover(0, at_[node]);
      if (graph_->ends(node) > 0) cover(at_[node] + 1, groups_.size());
    }
    skippable_.assign(groups_.size(), false);
    std::int64_t covers = 0;
    for (std::size_t group = 0; group < groups_.size(); ++group) {
      covers += change[group];
      skippable_[group] = covers > 0;
    }
  }

  bool Move(std::int64_t from, std::int64_t to) {
    Nodes& moved = groups_[static_cast<std::size_t>(from)];
    Nodes& into = groups_[static_cast<std::size_t>(to)];
    for (const std::uint32_t node : moved) at_[node] = static_cast<std::uint32_t>(to);
    into.insert(into.end(), moved.begin(), moved.end());
    const bool is_changed = !moved.empty();
    moved.clear();
    return is_changed;
  }

  const FollowsGraph* graph_;
  std::vector<Nodes> groups_;
  Nodes at_;  // the group of each node now
  std::vector<std::int64_t> from_;
  std::vector<std::int64_t> to_;
  std::vector<bool> skippable_;
};

}  // namespace

std::optional<Cut> SequenceCut(const FollowsGraph& graph) {
  std::vector<Nodes> groups = OrderedGroups(graph);
  if (groups.size() < 2) return std::nullopt;
  groups = StrictGroups(graph, std::move(groups)).Joined();
  if (groups.size() < 2) return std::nullopt;
  return Cut{.op = TreeOperator::kSequence, .groups = std::move(groups)};
}

}  // namespace weir::journey
