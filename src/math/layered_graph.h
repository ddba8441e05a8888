// What the steps of the layered layout hand to one another. For layered_layout.cc alone.
#pragma once

#include <cstdint>
#include <vector>

#include "math/layered_layout.h"

namespace weir::math::layered {

// An arc without a loop, turned so that it leads down.
struct DownArc {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
  std::uint32_t weight = 1;
  std::uint32_t length = 1;  // layers it must span at least
  bool is_reversed = false;
};

// Turns those arcs that the order of Eades, Lin and Smyth has leading up. O(nodes^2 + arcs).
void BreakCycles(std::uint32_t nodes, std::vector<DownArc>& arcs);

// A layer for each node, from 0 without a gap, so that every arc spans its length at least. Arcs have no cycle.
std::vector<std::uint32_t> LayersOf(std::uint32_t nodes, const std::vector<DownArc>& arcs);

// A node, or the place where an arc passes a layer.
struct Item {
  double left = 0;  // how far it reaches from its middle
  double right = 0;
  double height = 0;
  std::uint32_t layer = 0;
  bool is_node = true;
  std::vector<std::uint32_t> up;  // neighbours in the layer before, repeated for parallel arcs
  std::vector<std::uint32_t> down;
  std::vector<std::uint32_t> up_weights;  // of each of `up`
  std::vector<std::uint32_t> down_weights;
};

using Order = std::vector<std::vector<std::uint32_t>>;  // items of each layer, from left to right

// Items in an order with few crossings; the first order is by the search in depth from the items of lowest number.
Order OrderOf(const std::vector<Item>& items, std::uint32_t layers);
std::uint64_t CrossingsOf(const std::vector<Item>& items, const Order& order);

// The middle of each item, in the order of its layer, at least the gaps apart.
std::vector<double> PlacesOf(const std::vector<Item>& items, const Order& order, const LayoutOptions& options);

}  // namespace weir::math::layered
