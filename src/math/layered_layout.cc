#include "math/layered_layout.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <tuple>
#include <utility>

#include "math/layered_graph.h"

namespace weir::math {
namespace {

using layered::DownArc;
using layered::Item;

constexpr std::size_t kMostNodes = 5'000;
constexpr std::size_t kMostArcs = 20'000;
constexpr std::size_t kMostItems = 400'000;
constexpr double kLoopWidth = 18;

// The part of a node's edge, from its middle, that arcs are spread over.
constexpr double kPortShare = .6;

class Drawing {
 public:
  Drawing(std::span<const Size> nodes, std::span<const LayoutArc> arcs, const LayoutOptions& options)
      : nodes_(nodes), arcs_(arcs), options_(options), by_content_(arcs.size()) {
    // What is decided in the order of the arcs is decided in the order of their contents.
    std::iota(by_content_.begin(), by_content_.end(), 0U);
    std::ranges::stable_sort(by_content_, {}, [&](std::uint32_t arc) {
      const LayoutArc& a = arcs_[arc];
      return std::tuple(a.from, a.to, a.weight, a.label.width, a.label.height);
    });
    has_labels_ = std::ranges::any_of(arcs_, [](const LayoutArc& a) { return a.from != a.to && HasLabel(a); });
    if (has_labels_) options_.layer_gap /= 2;
  }

  Result<Layout> Draw() {
    layout_.centres.resize(nodes_.size());
    layout_.routes.resize(arcs_.size());
    AssignLayers();
    WEIR_TRY(MakeItems());
    const layered::Order order = layered::OrderOf(items_, layers_);
    layout_.crossings = layered::CrossingsOf(items_, order);
    const std::vector<double> places = layered::PlacesOf(items_, order, options_);
    PlaceItems(order, places);
    SpreadPorts();
    for (std::size_t at = 0; at < down_.size(); ++at) Route(at);
    RouteLoops();
    Fit();
    return std::move(layout_);
  }

 private:
  static bool HasLabel(const LayoutArc& arc) { return arc.label.width > 0 && arc.label.height > 0; }

  void AssignLayers() {
    for (const std::uint32_t arc : by_content_) {
      const LayoutArc& a = arcs_[arc];
      if (a.from == a.to) {
        loops_.push_back(arc);
        continue;
      }
      // A label stands in a layer of its own, where the arc passes.
      down_.push_back({a.from, a.to, std::max(a.weight, 1U), HasLabel(a) ? 2U : 1U});
      arc_of_.push_back(arc);
    }
    const auto count = static_cast<std::uint32_t>(nodes_.size());
    layered::BreakCycles(count, down_);
    layout_.layers = layered::LayersOf(count, down_);
    for (const std::uint32_t layer : layout_.layers) layers_ = std::max(layers_, layer + 1);
  }

  Status MakeItems() {
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      const double half = nodes_[node].width / 2;
      items_.push_back({half, half, nodes_[node].height, layout_.layers[node], true, {}, {}, {}, {}});
    }
    for (const std::uint32_t loop : loops_) items_[arcs_[loop].from].right += kLoopWidth + arcs_[loop].label.width;
    first_item_.resize(down_.size());
    for (std::size_t at = 0; at < down_.size(); ++at) {
      const DownArc& arc = down_[at];
      const Size& label = arcs_[arc_of_[at]].label;
      const std::uint32_t first = items_[arc.from].layer;
      const std::uint32_t last = items_[arc.to].layer;
      if (items_.size() + (last - first) > kMostItems) {
        return Fail(TooLarge("the picture has more than {} places where arcs pass layers", kMostItems));
      }
      first_item_[at] = static_cast<std::uint32_t>(items_.size());
      std::uint32_t above = arc.from;
      for (std::uint32_t layer = first + 1; layer < last; ++layer) {
        const bool is_label = HasLabel(arcs_[arc_of_[at]]) && layer == (first + last) / 2;
        const double half = is_label ? label.width / 2 : 0;
        items_.push_back({half, half, is_label ? label.height : 0, layer, false, {}, {}, {}, {}});
        Join(above, static_cast<std::uint32_t>(items_.size() - 1), arc.weight);
        above = static_cast<std::uint32_t>(items_.size() - 1);
      }
      Join(above, arc.to, arc.weight);
    }
    return {};
  }

  void Join(std::uint32_t upper, std::uint32_t lower, std::uint32_t weight) {
    items_[upper].down.push_back(lower);
    items_[lower].up.push_back(upper);
    items_[upper].down_weights.push_back(weight);
    items_[lower].up_weights.push_back(weight);
  }

  void PlaceItems(const layered::Order& order, const std::vector<double>& places) {
    std::vector<double> heights(layers_, 0);
    for (const Item& item : items_) heights[item.layer] = std::max(heights[item.layer], item.height);
    at_.resize(items_.size());
    tops_.resize(layers_);
    bottoms_.resize(layers_);
    double y = 0;
    for (std::size_t layer = 0; layer < order.size(); ++layer) {
      tops_[layer] = y;
      bottoms_[layer] = y + heights[layer];
      for (const std::uint32_t item : order[layer]) at_[item] = {places[item], y + heights[layer] / 2};
      y += heights[layer] + options_.layer_gap;
    }
    std::copy_n(at_.begin(), nodes_.size(), layout_.centres.begin());
  }

  // The item that an arc comes to right below its source, or right above its target.
  std::uint32_t Below(std::size_t at) const {
    const DownArc& arc = down_[at];
    return items_[arc.to].layer - items_[arc.from].layer > 1 ? first_item_[at] : arc.to;
  }
  std::uint32_t Above(std::size_t at) const {
    const DownArc& arc = down_[at];
    const std::uint32_t span = items_[arc.to].layer - items_[arc.from].layer;
    return span > 1 ? first_item_[at] + span - 2 : arc.from;
  }

  // Arcs leave and reach a node side by side in the order of where they come from.
  void SpreadPorts() {
    std::vector<std::vector<std::uint32_t>> leaving(nodes_.size());
    std::vector<std::vector<std::uint32_t>> reaching(nodes_.size());
    for (std::uint32_t at = 0; at < down_.size(); ++at) {
      leaving[down_[at].from].push_back(at);
      reaching[down_[at].to].push_back(at);
    }
    leaves_at_.resize(down_.size());
    reaches_at_.resize(down_.size());
    for (std::size_t node = 0; node < nodes_.size(); ++node) {
      std::ranges::stable_sort(leaving[node], {}, [&](std::uint32_t at) { return at_[Below(at)].x; });
      std::ranges::stable_sort(reaching[node], {}, [&](std::uint32_t at) { return at_[Above(at)].x; });
      Spread(node, leaving[node], leaves_at_);
      Spread(node, reaching[node], reaches_at_);
    }
  }

  void Spread(std::size_t node, const std::vector<std::uint32_t>& arcs, std::vector<double>& ports) const {
    const double room = nodes_[node].width * kPortShare;
    for (std::size_t i = 0; i < arcs.size(); ++i) {
      const double share = (static_cast<double>(i) + 1) / (static_cast<double>(arcs.size()) + 1) - .5;
      ports[arcs[i]] = at_[node].x + share * room;
    }
  }

  // Down through its items: at the top and the bottom of each layer, so that no neighbour in it is touched.
  void Route(std::size_t at) {
    const DownArc& arc = down_[at];
    ArcRoute& route = layout_.routes[arc_of_[at]];
    std::vector<Point> points{{leaves_at_[at], at_[arc.from].y + nodes_[arc.from].height / 2}};
    Add(points, {leaves_at_[at], bottoms_[items_[arc.from].layer]});
    const std::uint32_t between = items_[arc.to].layer - items_[arc.from].layer - 1;
    for (std::uint32_t i = 0; i < between; ++i) {
      const std::uint32_t item = first_item_[at] + i;
      Add(points, {at_[item].x, tops_[items_[item].layer]});
      Add(points, {at_[item].x, bottoms_[items_[item].layer]});
      if (items_[item].height > 0) route.label = at_[item];
    }
    Add(points, {reaches_at_[at], tops_[items_[arc.to].layer]});
    Add(points, {reaches_at_[at], at_[arc.to].y - nodes_[arc.to].height / 2});
    route.is_reversed = arc.is_reversed;
    if (route.is_reversed) std::ranges::reverse(points);
    route.points = std::move(points);
    if (!HasLabel(arcs_[arc_of_[at]])) {
      const Point& first = route.points[(route.points.size() - 1) / 2];
      const Point& second = route.points[route.points.size() / 2];
      route.label = {(first.x + second.x) / 2, (first.y + second.y) / 2};
    }
  }

  // Points on a straight line between others say nothing.
  static void Add(std::vector<Point>& points, Point point) {
    if (points.back() == point) return;
    if (points.size() > 1) {
      const Point& a = points[points.size() - 2];
      Point& b = points.back();
      const double turn = (b.x - a.x) * (point.y - a.y) - (b.y - a.y) * (point.x - a.x);
      if (std::abs(turn) < 1e-9) {
        b = point;
        return;
      }
    }
    points.push_back(point);
  }

  void RouteLoops() {
    std::vector<double> used(nodes_.size(), 0);
    for (const std::uint32_t loop : loops_) {
      const std::uint32_t node = arcs_[loop].from;
      const Point& middle = at_[node];
      const double edge = middle.x + nodes_[node].width / 2;
      const double turn = edge + used[node] + kLoopWidth * .7;
      const double rise = nodes_[node].height / 4;
      layout_.routes[loop].points = {
          {edge, middle.y - rise}, {turn, middle.y - rise}, {turn, middle.y + rise}, {edge, middle.y + rise}};
      layout_.routes[loop].label = {turn + kLoopWidth * .15 + arcs_[loop].label.width / 2, middle.y};
      used[node] += kLoopWidth + arcs_[loop].label.width;
    }
  }

  // Moves all so that it begins at nought, and turns it where it is to lead to the right.
  void Fit() {
    Point least{};
    Point most{};
    bool is_first = true;
    const auto take = [&](Point centre, Size size) {
      const Point low{centre.x - size.width / 2, centre.y - size.height / 2};
      const Point high{centre.x + size.width / 2, centre.y + size.height / 2};
      least = is_first ? low : Point{std::min(least.x, low.x), std::min(least.y, low.y)};
      most = is_first ? high : Point{std::max(most.x, high.x), std::max(most.y, high.y)};
      is_first = false;
    };
    for (std::size_t node = 0; node < nodes_.size(); ++node) take(layout_.centres[node], nodes_[node]);
    for (std::size_t arc = 0; arc < arcs_.size(); ++arc) {
      for (const Point& point : layout_.routes[arc].points) take(point, {});
      if (HasLabel(arcs_[arc])) take(layout_.routes[arc].label, arcs_[arc].label);
    }
    const bool is_right = options_.direction == LayoutDirection::kRight;
    const auto move = [&](Point& point) {
      point = {point.x - least.x, point.y - least.y};
      if (is_right) std::swap(point.x, point.y);
    };
    for (Point& centre : layout_.centres) move(centre);
    for (ArcRoute& route : layout_.routes) {
      for (Point& point : route.points) move(point);
      move(route.label);
    }
    layout_.size = {most.x - least.x, most.y - least.y};
    if (is_right) std::swap(layout_.size.width, layout_.size.height);
  }

  std::span<const Size> nodes_;
  std::span<const LayoutArc> arcs_;
  LayoutOptions options_;
  std::vector<std::uint32_t> by_content_;
  std::vector<std::uint32_t> loops_;
  std::vector<DownArc> down_;
  std::vector<std::uint32_t> arc_of_;      // of each of down_
  std::vector<std::uint32_t> first_item_;  // where it passes its first layer
  std::vector<Item> items_;
  std::vector<Point> at_;
  std::vector<double> tops_;
  std::vector<double> bottoms_;
  std::vector<double> leaves_at_;
  std::vector<double> reaches_at_;
  std::uint32_t layers_ = 0;
  bool has_labels_ = false;
  Layout layout_;
};

bool IsSize(const Size& size) {
  return std::isfinite(size.width) && std::isfinite(size.height) && size.width >= 0 && size.height >= 0;
}

}  // namespace

Result<Layout> LayeredLayout(std::span<const Size> nodes, std::span<const LayoutArc> arcs,
                             const LayoutOptions& options) {
  if (nodes.size() > kMostNodes || arcs.size() > kMostArcs) {
    return Fail(TooLarge("a picture has at most {} nodes and {} arcs", kMostNodes, kMostArcs));
  }
  if (!std::ranges::all_of(nodes, IsSize)) return Fail(BadUsage("the size of a node is no size"));
  for (const LayoutArc& arc : arcs) {
    if (arc.from >= nodes.size() || arc.to >= nodes.size()) return Fail(BadUsage("an arc leads to no node"));
    if (!IsSize(arc.label)) return Fail(BadUsage("the size of a label is no size"));
  }
  if (nodes.empty()) return Layout{};
  if (options.direction == LayoutDirection::kDown) return Drawing(nodes, arcs, options).Draw();
  std::vector<Size> turned;
  for (const Size& size : nodes) turned.push_back({size.height, size.width});
  std::vector<LayoutArc> turned_arcs(arcs.begin(), arcs.end());
  for (LayoutArc& arc : turned_arcs) std::swap(arc.label.width, arc.label.height);
  return Drawing(turned, turned_arcs, options).Draw();
}

}  // namespace weir::math
