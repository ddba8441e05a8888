#include <algorithm>
#include <cstdint>
#include <limits>
#include <numeric>
#include <utility>
#include <vector>

#include "math/layered_graph.h"

namespace weir::math::layered {
namespace {

// The order of Eades, Lin and Smyth: sinks to the end, sources to the front, else the node whose ways out outweigh its
// ways in the most; of equal nodes the first.
class GreedyOrder {
 public:
  GreedyOrder(std::uint32_t nodes, const std::vector<DownArc>& arcs)
      : arcs_(&arcs), out_(nodes, 0), in_(nodes, 0), touching_(nodes), is_left_(nodes, true) {
    for (std::uint32_t arc = 0; arc < arcs.size(); ++arc) {
      out_[arcs[arc].from] += arcs[arc].weight;
      in_[arcs[arc].to] += arcs[arc].weight;
      touching_[arcs[arc].from].push_back(arc);
      touching_[arcs[arc].to].push_back(arc);
    }
  }

  std::vector<std::uint32_t> Positions() {
    std::vector<std::uint32_t> positions(out_.size());
    std::uint32_t front = 0;
    auto back = static_cast<std::uint32_t>(out_.size());
    while (front < back) {
      const auto [node, is_sink] = Next();
      positions[node] = is_sink ? --back : front++;
      Remove(node);
    }
    return positions;
  }

 private:
  std::pair<std::uint32_t, bool> Next() const {
    std::uint32_t best = 0;
    std::int64_t best_surplus = std::numeric_limits<std::int64_t>::min();
    for (std::uint32_t node = 0; node < out_.size(); ++node) {
      if (!is_left_[node]) continue;
      if (in_[node] == 0) return {node, false};
      const std::int64_t surplus = out_[node] - in_[node];
      if (surplus <= best_surplus) continue;
      best = node;
      best_surplus = surplus;
    }
    for (std::uint32_t node = 0; node < out_.size(); ++node) {
      if (is_left_[node] && out_[node] == 0) return {node, true};
    }
    return {best, false};
  }

  void Remove(std::uint32_t node) {
    is_left_[node] = false;
    for (const std::uint32_t arc : touching_[node]) {
      const DownArc& touched = (*arcs_)[arc];
      if (touched.from == node && is_left_[touched.to]) in_[touched.to] -= touched.weight;
      if (touched.to == node && is_left_[touched.from]) out_[touched.from] -= touched.weight;
    }
  }

  const std::vector<DownArc>* arcs_;
  std::vector<std::int64_t> out_;
  std::vector<std::int64_t> in_;
  std::vector<std::vector<std::uint32_t>> touching_;
  std::vector<bool> is_left_;
};

// Nodes so that every arc leads to a later one; of those that may come next the first.
std::vector<std::uint32_t> Topological(std::uint32_t nodes, const std::vector<DownArc>& arcs) {
  std::vector<std::uint32_t> open(nodes, 0);
  std::vector<std::vector<std::uint32_t>> next(nodes);
  for (const DownArc& arc : arcs) {
    ++open[arc.to];
    next[arc.from].push_back(arc.to);
  }
  std::vector<std::uint32_t> order;
  for (std::uint32_t node = 0; node < nodes; ++node) {
    if (open[node] == 0) order.push_back(node);
  }
  for (std::size_t at = 0; at < order.size(); ++at) {
    for (const std::uint32_t to : next[order[at]]) {
      if (--open[to] == 0) order.push_back(to);
    }
  }
  WEIR_CHECK(order.size() == nodes);
  return order;
}

// Moves each node as far as its arcs get shorter by it, again and again while one moves.
void Shorten(const std::vector<DownArc>& arcs, const std::vector<std::uint32_t>& order,
             std::vector<std::int64_t>& layers) {
  constexpr std::int64_t kFar = std::numeric_limits<std::int64_t>::max();
  constexpr int kRounds = 40;
  std::vector<std::vector<std::uint32_t>> touching(layers.size());
  for (std::uint32_t arc = 0; arc < arcs.size(); ++arc) {
    touching[arcs[arc].from].push_back(arc);
    touching[arcs[arc].to].push_back(arc);
  }
  bool is_moved = true;
  for (int round = 0; round < kRounds && is_moved; ++round) {
    is_moved = false;
    for (std::size_t i = 0; i < order.size(); ++i) {
      const std::uint32_t node = round % 2 == 0 ? order[order.size() - 1 - i] : order[i];
      std::int64_t first = -kFar;
      std::int64_t last = kFar;
      std::int64_t pull = 0;
      for (const std::uint32_t touched : touching[node]) {
        const DownArc& arc = arcs[touched];
        if (arc.to == node) {
          first = std::max(first, layers[arc.from] + arc.length);
          pull -= arc.weight;
        } else {
          last = std::min(last, layers[arc.to] - arc.length);
          pull += arc.weight;
        }
      }
      const std::int64_t aim = pull > 0 ? last : pull < 0 ? first : layers[node];
      if (aim == layers[node]) continue;
      layers[node] = aim;
      is_moved = true;
    }
  }
}

}  // namespace

void BreakCycles(std::uint32_t nodes, std::vector<DownArc>& arcs) {
  const std::vector<std::uint32_t> positions = GreedyOrder(nodes, arcs).Positions();
  for (DownArc& arc : arcs) {
    if (positions[arc.from] < positions[arc.to]) continue;
    std::swap(arc.from, arc.to);
    arc.is_reversed = true;
  }
}

std::vector<std::uint32_t> LayersOf(std::uint32_t nodes, const std::vector<DownArc>& arcs) {
  const std::vector<std::uint32_t> order = Topological(nodes, arcs);
  std::vector<std::vector<std::uint32_t>> out(nodes);
  for (std::uint32_t arc = 0; arc < arcs.size(); ++arc) out[arcs[arc].from].push_back(arc);
  std::vector<std::int64_t> layers(nodes, 0);
  for (const std::uint32_t node : order) {
    for (const std::uint32_t arc : out[node]) {
      layers[arcs[arc].to] = std::max(layers[arcs[arc].to], layers[node] + arcs[arc].length);
    }
  }
  Shorten(arcs, order, layers);
  // Layers that no node is in and no arc passes are left out.
  const std::int64_t first = layers.empty() ? 0 : *std::ranges::min_element(layers);
  const std::int64_t last = layers.empty() ? 0 : *std::ranges::max_element(layers);
  std::vector<std::int64_t> used(static_cast<std::size_t>(last - first) + 2, 0);
  const auto at = [&](std::int64_t layer) { return static_cast<std::size_t>(layer - first); };
  for (const std::int64_t layer : layers) {
    ++used[at(layer)];
    --used[at(layer) + 1];
  }
  for (const DownArc& arc : arcs) {
    ++used[at(layers[arc.from])];
    --used[at(layers[arc.to])];
  }
  std::vector<std::uint32_t> place(used.size(), 0);
  std::uint32_t next = 0;
  std::int64_t users = 0;
  for (std::size_t layer = 0; layer < used.size(); ++layer) {
    users += used[layer];
    place[layer] = next;
    if (users > 0) ++next;
  }
  std::vector<std::uint32_t> result(nodes);
  for (std::uint32_t node = 0; node < nodes; ++node) result[node] = place[at(layers[node])];
  return result;
}

}  // namespace weir::math::layered
