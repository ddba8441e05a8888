// Sets of nodes that are joined by and by.
#pragma once

#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace weir::journey {

// Union by the lower number, with path halving. O(log nodes) for each call at most, near O(1) as a rule.
class NodeSets {
 public:
  explicit NodeSets(std::uint32_t nodes) : parent_(nodes) { std::iota(parent_.begin(), parent_.end(), 0U); }

  std::uint32_t Find(std::uint32_t node) {
    while (parent_[node] != node) node = parent_[node] = parent_[parent_[node]];
    return node;
  }
  void Join(std::uint32_t a, std::uint32_t b) {
    a = Find(a);
    b = Find(b);
    if (a > b) std::swap(a, b);
    parent_[b] = a;
  }
  // By their lowest nodes, rising within.
  std::vector<std::vector<std::uint32_t>> Groups() {
    std::vector<std::uint32_t> place(parent_.size());
    std::vector<std::vector<std::uint32_t>> groups;
    for (std::uint32_t node = 0; node < parent_.size(); ++node) {
      const std::uint32_t root = Find(node);
      if (root == node) {
        place[node] = static_cast<std::uint32_t>(groups.size());
        groups.emplace_back();
      }
      groups[place[root]].push_back(node);
    }
    return groups;
  }

 private:
  std::vector<std::uint32_t> parent_;
};

}  // namespace weir::journey
