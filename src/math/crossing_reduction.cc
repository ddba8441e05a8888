#include <algorithm>
#include <cstdint>
#include <utility>
#include <vector>

#include "math/layered_graph.h"

namespace weir::math::layered {
namespace {

constexpr int kRounds = 16;
constexpr int kExchanges = 6;  // in each round

class Reducer {
 public:
  Reducer(const std::vector<Item>& items, Order order)
      : items_(&items), order_(std::move(order)), at_(items.size(), 0) {
    for (const auto& layer : order_) Number(layer);
  }

  Order Run() {
    Order best = order_;
    std::uint64_t fewest = CrossingsOf(*items_, order_);
    int rounds_without = 0;
    for (int round = 0; round < kRounds && fewest > 0 && rounds_without < 4; ++round) {
      Sweep(round % 2 == 0);
      for (int pass = 0; pass < kExchanges && Exchange(); ++pass) {
      }
      const std::uint64_t crossings = CrossingsOf(*items_, order_);
      ++rounds_without;
      if (crossings >= fewest) continue;
      fewest = crossings;
      best = order_;
      rounds_without = 0;
    }
    return best;
  }

 private:
  void Number(const std::vector<std::uint32_t>& layer) {
    for (std::uint32_t place = 0; place < layer.size(); ++place) at_[layer[place]] = place;
  }

  // Each layer in the order of the middles of its neighbours in the one before; who has none stays where it is.
  void Sweep(bool is_down) {
    for (std::size_t step = 1; step < order_.size(); ++step) {
      auto& layer = order_[is_down ? step : order_.size() - 1 - step];
      std::vector<std::pair<double, std::uint32_t>> keyed;
      std::vector<std::size_t> slots;
      for (std::size_t place = 0; place < layer.size(); ++place) {
        const auto& neighbours = is_down ? (*items_)[layer[place]].up : (*items_)[layer[place]].down;
        if (neighbours.empty()) continue;
        double sum = 0;
        for (const std::uint32_t neighbour : neighbours) sum += at_[neighbour];
        keyed.emplace_back(sum / static_cast<double>(neighbours.size()), layer[place]);
        slots.push_back(place);
      }
      std::ranges::stable_sort(keyed, {}, [](const auto& pair) { return pair.first; });
      for (std::size_t i = 0; i < slots.size(); ++i) layer[slots[i]] = keyed[i].second;
      Number(layer);
    }
  }

  std::uint64_t Pairs(const std::vector<std::uint32_t>& left, const std::vector<std::uint32_t>& right) {
    std::uint64_t crossings = 0;
    first_.clear();
    second_.clear();
    for (const std::uint32_t neighbour : left) first_.push_back(at_[neighbour]);
    for (const std::uint32_t neighbour : right) second_.push_back(at_[neighbour]);
    std::ranges::sort(first_);
    std::ranges::sort(second_);
    std::size_t below = 0;
    for (const std::uint32_t place : first_) {
      while (below < second_.size() && second_[below] < place) ++below;
      crossings += below;
    }
    return crossings;
  }

  // Exchanges neighbours where that takes crossings away; whether any was.
  bool Exchange() {
    bool is_changed = false;
    for (auto& layer : order_) {
      for (std::size_t place = 1; place < layer.size(); ++place) {
        const Item& left = (*items_)[layer[place - 1]];
        const Item& right = (*items_)[layer[place]];
        const std::uint64_t now = Pairs(left.up, right.up) + Pairs(left.down, right.down);
        if (now == 0) continue;
        if (Pairs(right.up, left.up) + Pairs(right.down, left.down) >= now) continue;
        std::swap(layer[place - 1], layer[place]);
        std::swap(at_[layer[place - 1]], at_[layer[place]]);
        is_changed = true;
      }
    }
    return is_changed;
  }

  const std::vector<Item>* items_;
  Order order_;
  std::vector<std::uint32_t> at_;
  std::vector<std::uint32_t> first_;
  std::vector<std::uint32_t> second_;
};

Order FirstOrder(const std::vector<Item>& items, std::uint32_t layers, bool is_backward) {
  Order order(layers);
  std::vector<bool> is_seen(items.size(), false);
  std::vector<std::uint32_t> open;
  const auto visit = [&](std::uint32_t root) {
    open.push_back(root);
    while (!open.empty()) {
      const std::uint32_t item = open.back();
      open.pop_back();
      if (is_seen[item]) continue;
      is_seen[item] = true;
      order[items[item].layer].push_back(item);
      const auto& next = is_backward ? items[item].up : items[item].down;
      open.insert(open.end(), next.rbegin(), next.rend());
    }
  };
  for (std::uint32_t item = 0; item < items.size(); ++item) {
    if ((is_backward ? items[item].down : items[item].up).empty()) visit(item);
  }
  return order;
}

}  // namespace

std::uint64_t CrossingsOf(const std::vector<Item>& items, const Order& order) {
  std::vector<std::uint32_t> at(items.size(), 0);
  for (const auto& layer : order) {
    for (std::uint32_t place = 0; place < layer.size(); ++place) at[layer[place]] = place;
  }
  std::uint64_t crossings = 0;
  for (std::size_t upper = 0; upper + 1 < order.size(); ++upper) {
    // Arcs in the order of their upper ends; a tree of counts says how many lower ends lie further right.
    const std::size_t width = order[upper + 1].size();
    std::vector<std::uint64_t> tree(width + 1, 0);
    std::uint64_t all = 0;
    std::vector<std::uint32_t> ends;
    for (const std::uint32_t item : order[upper]) {
      ends.clear();
      for (const std::uint32_t down : items[item].down) ends.push_back(at[down]);
      for (const std::uint32_t end : ends) {
        std::uint64_t up_to = 0;
        for (std::size_t i = end + 1; i > 0; i &= i - 1) up_to += tree[i];
        crossings += all - up_to;
      }
      for (const std::uint32_t end : ends) {
        for (std::size_t i = end + 1; i <= width; i += i & (~i + 1)) ++tree[i];
      }
      all += ends.size();
    }
  }
  return crossings;
}

Order OrderOf(const std::vector<Item>& items, std::uint32_t layers) {
  Order best;
  std::uint64_t fewest = 0;
  for (const bool is_backward : {false, true}) {
    Order order = Reducer(items, FirstOrder(items, layers, is_backward)).Run();
    const std::uint64_t crossings = CrossingsOf(items, order);
    if (!is_backward || crossings < fewest) {
      fewest = crossings;
      best = std::move(order);
    }
    if (fewest == 0) break;
  }
  return best;
}

}  // namespace weir::math::layered
