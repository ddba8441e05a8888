#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <numeric>
#include <set>
#include <utility>
#include <vector>

#include "math/layered_graph.h"

namespace weir::math::layered {
namespace {

using Marked = std::set<std::pair<std::uint32_t, std::uint32_t>>;  // upper and lower item

std::vector<std::uint32_t> PositionsOf(std::size_t items, const Order& order) {
  std::vector<std::uint32_t> at(items, 0);
  for (const auto& layer : order) {
    for (std::uint32_t place = 0; place < layer.size(); ++place) at[layer[place]] = place;
  }
  return at;
}

// Arcs that cross an inner piece of a long arc, which is to stay straight (Brandes and Koepf, algorithm 1).
Marked Conflicts(const std::vector<Item>& items, const Order& order) {
  Marked marked;
  const std::vector<std::uint32_t> at = PositionsOf(items.size(), order);
  for (std::size_t upper = 0; upper + 1 < order.size(); ++upper) {
    const auto& layer = order[upper + 1];
    std::uint32_t from = 0;
    std::size_t scanned = 0;
    for (std::size_t place = 0; place < layer.size(); ++place) {
      const Item& item = items[layer[place]];
      const bool is_inner = !item.is_node && !item.up.empty() && !items[item.up.front()].is_node;
      const bool is_last = place + 1 == layer.size();
      if (!is_inner && !is_last) continue;
      const auto width = static_cast<std::uint32_t>(order[upper].size());
      const std::uint32_t to = is_inner ? at[item.up.front()] : width == 0 ? 0 : width - 1;
      for (; scanned <= place; ++scanned) {
        for (const std::uint32_t up : items[layer[scanned]].up) {
          const bool is_piece = !items[layer[scanned]].is_node && !items[up].is_node;
          if ((at[up] < from || at[up] > to) && !is_piece) marked.emplace(up, layer[scanned]);
        }
      }
      from = to;
    }
  }
  return marked;
}

// One of the four alignments: the graph may be seen upside down and mirrored, so that this is always to the upper left.
class Alignment {
 public:
  Alignment(const std::vector<Item>& items, Order order, bool is_down, bool is_mirrored, const Marked& conflicts,
            const LayoutOptions& options)
      : items_(&items),
        options_(&options),
        order_(std::move(order)),
        is_down_(is_down),
        is_mirrored_(is_mirrored),
        root_(items.size()),
        next_(items.size()) {
    std::iota(root_.begin(), root_.end(), 0U);
    std::iota(next_.begin(), next_.end(), 0U);
    if (!is_down) std::ranges::reverse(order_);
    if (is_mirrored) {
      for (auto& layer : order_) std::ranges::reverse(layer);
    }
    at_ = PositionsOf(items.size(), order_);
    Align(conflicts);
  }

  std::vector<double> Places() {
    std::vector<double> places = Compacted();
    if (is_mirrored_) {
      for (double& place : places) place = -place;
    }
    return places;
  }

 private:
  // Each item stands below one of its middle neighbours, or that of an arc that outweighs all others together, if that
  // is free and no straight arc is crossed (algorithm 2).
  void Align(const Marked& conflicts) {
    for (const auto& layer : order_) {
      std::int64_t taken = -1;
      for (const std::uint32_t item : layer) {
        for (const std::uint32_t other : Candidates((*items_)[item])) {
          if (next_[item] != item || taken >= at_[other]) continue;
          if (conflicts.contains(is_down_ ? std::pair(other, item) : std::pair(item, other))) continue;
          next_[other] = item;
          root_[item] = root_[other];
          next_[item] = root_[item];
          taken = at_[other];
        }
      }
    }
  }

  std::vector<std::uint32_t> Candidates(const Item& item) const {
    std::vector<std::uint32_t> above = is_down_ ? item.up : item.down;
    if (above.empty()) return {};
    const auto& weights = is_down_ ? item.up_weights : item.down_weights;
    const std::uint64_t sum = std::accumulate(weights.begin(), weights.end(), std::uint64_t{0});
    const auto heaviest = std::ranges::max_element(weights);
    if (above.size() > 1 && *heaviest > sum - *heaviest) {
      return {above[static_cast<std::size_t>(heaviest - weights.begin())]};
    }
    std::ranges::sort(above, {}, [&](std::uint32_t other) { return at_[other]; });
    return {above[(above.size() - 1) / 2], above[above.size() / 2]};
  }

  double Apart(std::uint32_t left, std::uint32_t right) const {
    const Item& a = (*items_)[is_mirrored_ ? right : left];
    const Item& b = (*items_)[is_mirrored_ ? left : right];
    const double gap = a.is_node || b.is_node ? options_->node_gap : options_->arc_gap;
    return a.right + gap + b.left;
  }

  // Blocks as far to the left as their left neighbours let them, then back to the right where nothing is in the way:
  // longest paths in the graph of blocks, which has no cycle as blocks do not cross.
  std::vector<double> Compacted() const {
    struct Link {
      std::uint32_t block;
      double apart;
    };
    const std::size_t count = items_->size();
    std::vector<std::vector<Link>> left(count);
    std::vector<std::vector<Link>> right(count);
    std::vector<std::uint32_t> open(count, 0);
    for (const auto& layer : order_) {
      for (std::size_t place = 1; place < layer.size(); ++place) {
        const double apart = Apart(layer[place - 1], layer[place]);
        left[root_[layer[place]]].push_back({root_[layer[place - 1]], apart});
        right[root_[layer[place - 1]]].push_back({root_[layer[place]], apart});
        ++open[root_[layer[place]]];
      }
    }
    std::vector<std::uint32_t> blocks;
    for (std::uint32_t item = 0; item < count; ++item) {
      if (root_[item] == item && open[item] == 0) blocks.push_back(item);
    }
    for (std::size_t at = 0; at < blocks.size(); ++at) {
      for (const Link& link : right[blocks[at]]) {
        if (--open[link.block] == 0) blocks.push_back(link.block);
      }
    }
    std::vector<double> x(count, 0);
    for (const std::uint32_t block : blocks) {
      for (const Link& link : left[block]) x[block] = std::max(x[block], x[link.block] + link.apart);
    }
    for (std::size_t at = blocks.size(); at-- > 0;) {
      const std::uint32_t block = blocks[at];
      double most = std::numeric_limits<double>::infinity();
      for (const Link& link : right[block]) most = std::min(most, x[link.block] - link.apart);
      if (!left[block].empty() && most < std::numeric_limits<double>::infinity()) x[block] = std::max(x[block], most);
    }
    for (std::uint32_t item = 0; item < count; ++item) x[item] = x[root_[item]];
    return x;
  }

  const std::vector<Item>* items_;
  const LayoutOptions* options_;
  Order order_;
  bool is_down_;
  bool is_mirrored_;
  std::vector<std::uint32_t> root_;
  std::vector<std::uint32_t> next_;
  std::vector<std::uint32_t> at_;
};

struct Span {
  double first = 0;
  double last = 0;
};

Span SpanOf(const std::vector<Item>& items, const std::vector<double>& places) {
  Span span{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (std::size_t item = 0; item < items.size(); ++item) {
    span.first = std::min(span.first, places[item] - items[item].left);
    span.last = std::max(span.last, places[item] + items[item].right);
  }
  return span;
}

}  // namespace

std::vector<double> PlacesOf(const std::vector<Item>& items, const Order& order, const LayoutOptions& options) {
  const Marked conflicts = Conflicts(items, order);
  std::array<std::vector<double>, 4> four;
  std::array<Span, 4> spans;
  std::size_t narrowest = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    four[i] = Alignment(items, order, i < 2, i % 2 == 1, conflicts, options).Places();
    spans[i] = SpanOf(items, four[i]);
    if (spans[i].last - spans[i].first < spans[narrowest].last - spans[narrowest].first) narrowest = i;
  }
  // Those to the left begin where the narrowest begins, those to the right end where it ends.
  for (std::size_t i = 0; i < 4; ++i) {
    const double shift = i % 2 == 0 ? spans[narrowest].first - spans[i].first : spans[narrowest].last - spans[i].last;
    for (double& place : four[i]) place += shift;
  }
  std::vector<double> places(items.size());
  for (std::size_t item = 0; item < items.size(); ++item) {
    std::array<double, 4> all{four[0][item], four[1][item], four[2][item], four[3][item]};
    std::ranges::sort(all);
    places[item] = (all[1] + all[2]) / 2;
  }
  return places;
}

}  // namespace weir::math::layered
