// Where the nodes and arcs of a directed graph go in a picture: in layers, arcs leading down, with few crossings
// (Sugiyama, Tagawa and Toda 1981).
//
// Cycles are broken by the heuristic of Eades, Lin and Smyth (1993), which reverses few arcs; layers are those of the
// longest paths, after which nodes move to where their arcs are shorter; crossings are reduced by barycentres and the
// exchange of neighbours; coordinates are those of Brandes and Koepf (2001), the mean of the two middle ones of four
// alignments, compacted along the order of the layers.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"

namespace weir::math {

struct Size {
  double width = 0;
  double height = 0;
};

struct Point {
  double x = 0;
  double y = 0;

  bool operator==(const Point&) const = default;
};

struct LayoutArc {
  std::uint32_t from = 0;  // from == to is a loop, drawn beside its node
  std::uint32_t to = 0;
  // Arcs of higher weight are shorter and straighter, and are not reversed if another will do.
  std::uint32_t weight = 1;
  Size label{};  // kept free around the middle of the arc; nothing where there is none

  bool operator==(const LayoutArc&) const = default;
};

enum class LayoutDirection : std::uint8_t { kDown, kRight };

struct LayoutOptions {
  LayoutDirection direction = LayoutDirection::kDown;
  double node_gap = 24;   // between neighbours of a layer
  double layer_gap = 40;  // between layers
  double arc_gap = 12;    // between arcs that pass side by side
};

struct ArcRoute {
  std::vector<Point> points;  // from the edge of the source to the edge of the target
  Point label;                // its centre
  bool is_reversed = false;   // leads up, against the layers
};

struct Layout {
  std::vector<Point> centres;  // of each node
  std::vector<std::uint32_t> layers;
  std::vector<ArcRoute> routes;  // of each arc
  Size size{};                   // everything lies within 0 .. width, 0 .. height
  std::uint64_t crossings = 0;   // between the arcs of neighbouring layers, as drawn
};

// Nodes by their sizes. Nodes do not overlap; every arc that is not reversed leads to a later layer; the order of the
// arcs does not matter. bad_usage for an arc to no node; too_large above 5,000 nodes or 20,000 arcs. O(rounds * arcs
// log arcs) for nodes and the points where arcs pass layers; some milliseconds for a hundred nodes.
Result<Layout> LayeredLayout(std::span<const Size> nodes, std::span<const LayoutArc> arcs,
                             const LayoutOptions& options = {});

}  // namespace weir::math
