// The map of a process: the activities and arcs that are shown, each with its place in a picture and what it says.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "journey/log/shown_graph.h"
#include "math/layered_layout.h"

namespace weir::journey {

enum class MapMode : std::uint8_t { kFrequency, kTime, kMoney };

// Money of one activity or arc, in minor units of one currency. Arcs from or to the outside may have some as well.
struct MapMoney {
  std::vector<std::int64_t> of_activities;  // as many as ShownGraph::activities, or none
  std::vector<std::int64_t> of_arcs;        // as many as ShownGraph::arcs, or none
  std::string currency;                     // EUR
  int decimals = 2;                         // of the currency: 0 to 4
};

struct MapOptions {
  MapMode mode = MapMode::kFrequency;
  math::LayoutDirection direction = math::LayoutDirection::kDown;
};

enum class MapNodeKind : std::uint8_t { kStart, kEnd, kActivity };

struct MapNode {
  MapNodeKind kind = MapNodeKind::kActivity;
  ActivityId activity = kNoValue;  // of an activity
  std::vector<std::string> lines;  // its name in lines that fit; a name that is cut ends in an ellipsis
  std::string label;               // what it says in this mode
  std::uint64_t count = 0;         // events; of the start and the end, cases
  double strength = 0;             // 0 .. 1: events beside those of the most frequent activity
  math::Point centre;
  math::Size size;
};

struct MapArc {
  std::uint32_t from = 0;  // places in ProcessMap::nodes
  std::uint32_t to = 0;
  std::uint64_t count = 0;
  double mean_micros = 0;
  std::int64_t money_minor = 0;
  std::string label;
  double strength = 0;  // 0 .. 1 beside the strongest arc in this mode: its cases, its mean time, its money
  std::vector<math::Point> points;
  math::Point label_centre;
  math::Size label_size;
  bool is_back = false;  // leads back, against the layers
};

struct ProcessMap {
  std::vector<MapNode> nodes;  // the start, the end, then activities as in the graph
  std::vector<MapArc> arcs;    // as in the graph
  math::Size size;
};

// bad_usage where money is of other lengths than the graph; too_large as the layout (math/layered_layout.h) says. The
// order of nodes and arcs is the graph's, so that a map of the same graph is the same bytes.
Result<ProcessMap> ProcessMapOf(const ShownGraph& graph, std::span<const std::string> activity_names,
                                const MapOptions& options = {}, const MapMoney& money = {});

// Short and plain: 950, 12.3 k, 4.5 M.
std::string ShortCount(std::uint64_t count);
// In the largest unit of which there is one: 45 s, 12 min, 3.5 h, 2.1 d, 6 wk.
std::string ShortTime(double micros);
// 12.3 k EUR; -450 EUR.
std::string ShortMoney(std::int64_t minor, int decimals, const std::string& currency);

}  // namespace weir::journey
