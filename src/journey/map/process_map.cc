#include "journey/map/process_map.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>
#include <unordered_map>
#include <utility>

#include <fmt/format.h>

namespace weir::journey {
namespace {

constexpr std::size_t kLineCharacters = 22;
constexpr std::size_t kMostLines = 3;
constexpr double kCharacterWidth = 7.2;
constexpr double kLabelCharacterWidth = 6.2;
constexpr double kLineHeight = 16;
constexpr double kLabelHeight = 16;

// Bytes of the first so many characters.
std::size_t Bytes(std::string_view text, std::size_t characters) {
  std::size_t at = 0;
  while (at < text.size()) {
    const bool is_first = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80;
    if (is_first && characters-- == 0) break;
    ++at;
  }
  return at;
}

std::size_t Characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80; }));
}

// Broken at spaces where there are some, within a word where it is longer than a line.
std::vector<std::string> LinesOf(std::string_view name) {
  std::vector<std::string> lines;
  while (!name.empty() && lines.size() < kMostLines) {
    const std::size_t room = Bytes(name, kLineCharacters);
    std::size_t end = room;
    if (room < name.size()) {
      const std::size_t space = name.rfind(' ', room);
      if (space != std::string_view::npos && space > 0) end = space;
    }
    lines.emplace_back(name.substr(0, end));
    name.remove_prefix(end);
    while (name.starts_with(' ')) name.remove_prefix(1);
  }
  if (!name.empty()) {
    std::string& last = lines.back();
    last.resize(Bytes(last, kLineCharacters - 1));
    last += "\xE2\x80\xA6";
  }
  if (lines.empty()) lines.emplace_back();
  return lines;
}

// Two digits at least and one behind the point below ten: 9.5, 12, 950.
std::string ShortNumber(double value) {
  const double tenths = std::round(value * 10) / 10;
  return tenths < 10 && tenths != std::floor(tenths) ? fmt::format("{:.1f}", tenths) : fmt::format("{:.0f}", value);
}

std::string Scaled(double value) {
  constexpr std::array<std::pair<double, std::string_view>, 3> kScales{{{1e9, " G"}, {1e6, " M"}, {1e3, " k"}}};
  for (const auto& [scale, mark] : kScales) {
    // What would round to a thousand of the lower scale is one of this.
    if (value >= scale * .9995) return fmt::format("{:.{}f}{}", value / scale, value < scale * 99.95 ? 1 : 0, mark);
  }
  return fmt::format("{:.0f}", value);
}

class Mapper {
 public:
  Mapper(const ShownGraph& graph, std::span<const std::string> names, const MapOptions& options, const MapMoney& money)
      : graph_(&graph), names_(names), options_(options), money_(&money) {}

  Result<ProcessMap> Map() {
    AddNodes();
    WEIR_TRY(AddArcs());
    Strengthen();
    std::vector<math::Size> sizes;
    for (const MapNode& node : map_.nodes) sizes.push_back(node.size);
    std::vector<math::LayoutArc> arcs;
    std::uint64_t most = 1;
    for (const MapArc& arc : map_.arcs) most = std::max(most, arc.count);
    for (const MapArc& arc : map_.arcs) {
      // Frequent arcs are the straight ones, whatever the mode shows: the picture keeps its shape between modes.
      const double share = static_cast<double>(arc.count) / static_cast<double>(most);
      arcs.push_back({arc.from, arc.to, 1 + static_cast<std::uint32_t>(std::lround(share * 1000)), arc.label_size});
    }
    WEIR_TRY(math::Layout layout,
             math::LayeredLayout(sizes, arcs, {.direction = options_.direction, .node_gap = 32, .layer_gap = 56}));
    for (std::size_t node = 0; node < sizes.size(); ++node) map_.nodes[node].centre = layout.centres[node];
    for (std::size_t arc = 0; arc < arcs.size(); ++arc) {
      map_.arcs[arc].points = std::move(layout.routes[arc].points);
      map_.arcs[arc].label_centre = layout.routes[arc].label;
      map_.arcs[arc].is_back = layout.routes[arc].is_reversed;
    }
    map_.size = layout.size;
    return std::move(map_);
  }

 private:
  void AddNodes() {
    for (const MapNodeKind kind : {MapNodeKind::kStart, MapNodeKind::kEnd}) {
      MapNode node{.kind = kind, .lines = {}, .size = {36, 36}};
      for (const ShownArc& arc : graph_->arcs) {
        if ((kind == MapNodeKind::kStart ? arc.from : arc.to) == kOutside) node.count += arc.count;
      }
      map_.nodes.push_back(std::move(node));
    }
    for (std::size_t i = 0; i < graph_->activities.size(); ++i) {
      const ShownActivity& shown = graph_->activities[i];
      MapNode node{.activity = shown.activity, .lines = LinesOf(NameOf(shown.activity)), .count = shown.events};
      const bool has_money = options_.mode == MapMode::kMoney && !money_->of_activities.empty();
      node.label = has_money ? ShortMoney(money_->of_activities[i], money_->decimals, money_->currency)
                             : ShortCount(shown.events);
      std::size_t longest = Characters(node.label);
      for (const std::string& line : node.lines) longest = std::max(longest, Characters(line));
      node.size = {std::max(96.0, 24 + kCharacterWidth * static_cast<double>(longest)),
                   18 + kLineHeight * static_cast<double>(node.lines.size() + 1)};
      place_of_.emplace(shown.activity, static_cast<std::uint32_t>(map_.nodes.size()));
      map_.nodes.push_back(std::move(node));
    }
  }

  std::string_view NameOf(ActivityId activity) const {
    return activity < names_.size() ? std::string_view(names_[activity]) : std::string_view("?");
  }

  Status AddArcs() {
    for (std::size_t i = 0; i < graph_->arcs.size(); ++i) {
      const ShownArc& shown = graph_->arcs[i];
      const auto from = place_of_.find(shown.from);
      const auto to = place_of_.find(shown.to);
      const bool is_known =
          (shown.from == kOutside || from != place_of_.end()) && (shown.to == kOutside || to != place_of_.end());
      if (!is_known) return Fail(BadUsage("an arc of the map joins an activity that is not shown"));
      MapArc arc{.from = shown.from == kOutside ? 0 : from->second,
                 .to = shown.to == kOutside ? 1 : to->second,
                 .count = shown.count,
                 .mean_micros = shown.mean_micros,
                 .money_minor = money_->of_arcs.empty() ? 0 : money_->of_arcs[i],
                 .label = {},
                 .points = {}};
      arc.label = LabelOf(arc);
      if (!arc.label.empty()) {
        arc.label_size = {10 + kLabelCharacterWidth * static_cast<double>(Characters(arc.label)), kLabelHeight};
      }
      map_.arcs.push_back(std::move(arc));
    }
    return {};
  }

  std::string LabelOf(const MapArc& arc) const {
    switch (options_.mode) {
      case MapMode::kTime:
        return IsOutside(arc) ? std::string() : ShortTime(arc.mean_micros);
      case MapMode::kMoney:
        return money_->of_arcs.empty() ? std::string()
                                       : ShortMoney(arc.money_minor, money_->decimals, money_->currency);
      default:
        return ShortCount(arc.count);
    }
  }

  static bool IsOutside(const MapArc& arc) { return arc.from == 0 || arc.to == 1; }

  double ValueOf(const MapArc& arc) const {
    switch (options_.mode) {
      case MapMode::kTime:
        return IsOutside(arc) ? 0 : arc.mean_micros;
      case MapMode::kMoney:
        return std::abs(static_cast<double>(arc.money_minor));
      default:
        return static_cast<double>(arc.count);
    }
  }

  void Strengthen() {
    std::uint64_t most_events = 0;
    for (std::size_t node = 2; node < map_.nodes.size(); ++node) {
      most_events = std::max(most_events, map_.nodes[node].count);
    }
    for (MapNode& node : map_.nodes) {
      const bool is_activity = node.kind == MapNodeKind::kActivity && most_events > 0;
      node.strength = is_activity ? static_cast<double>(node.count) / static_cast<double>(most_events) : 0;
    }
    double most = 0;
    for (const MapArc& arc : map_.arcs) most = std::max(most, ValueOf(arc));
    for (MapArc& arc : map_.arcs) arc.strength = most > 0 ? std::max(0.0, ValueOf(arc) / most) : 0;
  }

  const ShownGraph* graph_;
  std::span<const std::string> names_;
  MapOptions options_;
  const MapMoney* money_;
  ProcessMap map_;
  std::unordered_map<ActivityId, std::uint32_t> place_of_;
};

}  // namespace

std::string ShortCount(std::uint64_t count) { return Scaled(static_cast<double>(count)); }

std::string ShortTime(double micros) {
  const double seconds = std::abs(micros) / 1e6;
  const std::string_view sign = micros < 0 ? "-" : "";
  constexpr std::array<std::pair<double, std::string_view>, 4> kUnits{
      {{604'800, "wk"}, {86'400, "d"}, {3'600, "h"}, {60, "min"}}};
  for (const auto& [unit, mark] : kUnits) {
    // Weeks are said from two on: up to there days say more.
    if (seconds >= (unit == 604'800 ? 2 * unit : unit))
      return fmt::format("{}{} {}", sign, ShortNumber(seconds / unit), mark);
  }
  return fmt::format("{}{} s", sign, ShortNumber(seconds));
}

std::string ShortMoney(std::int64_t minor, int decimals, const std::string& currency) {
  const double value = static_cast<double>(minor) / std::pow(10, decimals);
  return fmt::format("{}{} {}", value < 0 ? "-" : "", Scaled(std::abs(value)), currency);
}

Result<ProcessMap> ProcessMapOf(const ShownGraph& graph, std::span<const std::string> activity_names,
                                const MapOptions& options, const MapMoney& money) {
  const bool fits = (money.of_activities.empty() || money.of_activities.size() == graph.activities.size()) &&
                    (money.of_arcs.empty() || money.of_arcs.size() == graph.arcs.size());
  if (!fits) return Fail(BadUsage("the money of a map is not of its activities and arcs"));
  if (money.decimals < 0 || money.decimals > 4) return Fail(BadUsage("a currency has 0 to 4 decimals"));
  return Mapper(graph, activity_names, options, money).Map();
}

}  // namespace weir::journey
