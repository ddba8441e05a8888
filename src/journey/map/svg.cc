#include "journey/map/svg.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <string_view>

#include <fmt/format.h>

#include "journey/model/xml_text.h"

namespace weir::journey {
namespace {

constexpr double kMargin = 20;
constexpr double kTitleHeight = 28;
constexpr double kBend = 14;  // how far before a corner a route begins to turn

constexpr std::string_view kStyle = R"(  <style>
    .weir-map { --ground: var(--weir-map-ground, #ffffff); --ink: var(--weir-map-ink, #1c2430);
      --line: var(--weir-map-line, #4a6fa5); --fill: var(--weir-map-fill, #2f6fd0); --back: var(--weir-map-back, #b3541e);
      font: 13px Inter, system-ui, sans-serif; }
    @media (prefers-color-scheme: dark) { .weir-map { --ground: var(--weir-map-ground, #14181f);
      --ink: var(--weir-map-ink, #e6eaf0); --line: var(--weir-map-line, #8fb0e0); --fill: var(--weir-map-fill, #4c8df0);
      --back: var(--weir-map-back, #e89a66); } }
    .weir-map .ground { fill: var(--ground); }
    .weir-map text { fill: var(--ink); text-anchor: middle; }
    .weir-map .heading { font-size: 16px; font-weight: 600; text-anchor: start; }
    .weir-map .said { font-size: 11px; paint-order: stroke; stroke: var(--ground); stroke-width: 4px; stroke-linejoin: round; }
    .weir-map .node rect { fill: var(--fill); stroke: var(--line); }
    .weir-map .node .base { fill: var(--ground); }
    .weir-map .name { font-weight: 600; }
    .weir-map .outside circle { fill: var(--ground); stroke: var(--ink); stroke-width: 2px; }
    .weir-map .outside path { fill: var(--ink); }
    .weir-map .arc path { fill: none; stroke: var(--line); }
    .weir-map .arc.back path { stroke: var(--back); }
    .weir-map .arc path.tip { fill: var(--line); stroke: none; }
    .weir-map .arc.back path.tip { fill: var(--back); }
  </style>
)";

math::Point Toward(math::Point from, math::Point to, double length) {
  const double whole = std::hypot(to.x - from.x, to.y - from.y);
  if (whole <= 0) return from;
  const double share = std::min(.5, length / whole);
  return {from.x + (to.x - from.x) * share, from.y + (to.y - from.y) * share};
}

// Corners are turned in curves that stay within the bend.
std::string PathOf(const std::vector<math::Point>& points) {
  std::string path = fmt::format("M{:.1f} {:.1f}", points.front().x, points.front().y);
  for (std::size_t i = 1; i + 1 < points.size(); ++i) {
    const math::Point before = Toward(points[i], points[i - 1], kBend);
    const math::Point behind = Toward(points[i], points[i + 1], kBend);
    fmt::format_to(std::back_inserter(path), "L{:.1f} {:.1f}Q{:.1f} {:.1f} {:.1f} {:.1f}", before.x, before.y,
                   points[i].x, points[i].y, behind.x, behind.y);
  }
  fmt::format_to(std::back_inserter(path), "L{:.1f} {:.1f}", points.back().x, points.back().y);
  return path;
}

// A triangle whose tip is the end of the route; larger on wider arcs.
std::string TipOf(const std::vector<math::Point>& points, double width) {
  const math::Point tip = points.back();
  const math::Point before = points[points.size() - 2];
  const double whole = std::hypot(tip.x - before.x, tip.y - before.y);
  const double dx = whole > 0 ? (tip.x - before.x) / whole : 0;
  const double dy = whole > 0 ? (tip.y - before.y) / whole : 1;
  const double length = 6 + width * 1.5;
  const double half = 3 + width * .8;
  const math::Point base{tip.x - dx * length, tip.y - dy * length};
  return fmt::format("M{:.1f} {:.1f}L{:.1f} {:.1f}L{:.1f} {:.1f}Z", tip.x, tip.y, base.x - dy * half,
                     base.y + dx * half, base.x + dy * half, base.y - dx * half);
}

std::string NameOf(const MapNode& node, const SvgWords& words) {
  if (node.kind == MapNodeKind::kStart) return words.start;
  if (node.kind == MapNodeKind::kEnd) return words.end;
  std::string name;
  for (const std::string& line : node.lines) {
    if (!name.empty()) name += ' ';
    name += line;
  }
  return name;
}

void WriteArc(const ProcessMap& map, const MapArc& arc, const SvgWords& words, std::string& out) {
  if (arc.points.size() < 2) return;
  const double width = 1 + 5 * arc.strength;
  const std::string name = fmt::format("{} \xE2\x86\x92 {}: {}", NameOf(map.nodes[arc.from], words),
                                       NameOf(map.nodes[arc.to], words), arc.label.empty() ? "" : arc.label);
  fmt::format_to(
      std::back_inserter(out),
      "    <g class=\"arc{}\"><title>{}</title><path d=\"{}\" stroke-width=\"{:.2f}\" stroke-opacity=\"{:.2f}\"/>"
      "<path class=\"tip\" d=\"{}\"/></g>\n",
      arc.is_back ? " back" : "", XmlText(name), PathOf(arc.points), width, .45 + .5 * arc.strength,
      TipOf(arc.points, width));
}

void WriteLabel(const MapArc& arc, std::string& out) {
  if (arc.label.empty()) return;
  fmt::format_to(std::back_inserter(out), "    <text class=\"said\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                 arc.label_centre.x, arc.label_centre.y + 4, XmlText(arc.label));
}

void WriteOutside(const MapNode& node, const SvgWords& words, std::string& out) {
  const double x = node.centre.x;
  const double y = node.centre.y;
  const double radius = node.size.width / 2 - 1;
  const std::string sign = node.kind == MapNodeKind::kStart ? fmt::format("M{:.1f} {:.1f}l14 8l-14 8z", x - 5, y - 8)
                                                            : fmt::format("M{:.1f} {:.1f}h14v14h-14z", x - 7, y - 7);
  fmt::format_to(std::back_inserter(out),
                 "    <g class=\"outside\"><title>{}: {}</title><circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"{:.1f}\"/>"
                 "<path d=\"{}\"/></g>\n",
                 XmlText(NameOf(node, words)), ShortCount(node.count), x, y, radius, sign);
}

void WriteActivity(const MapNode& node, const SvgWords& words, std::string& out) {
  const double left = node.centre.x - node.size.width / 2;
  const double top = node.centre.y - node.size.height / 2;
  const std::string box = fmt::format("x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" rx=\"8\"", left,
                                      top, node.size.width, node.size.height);
  fmt::format_to(
      std::back_inserter(out),
      "    <g class=\"node\"><title>{}: {}</title><rect class=\"base\" {}/><rect {} fill-opacity=\"{:.2f}\"/>\n",
      XmlText(NameOf(node, words)), XmlText(node.label), box, box, .06 + .44 * node.strength);
  double y = top + 22;
  for (const std::string& line : node.lines) {
    fmt::format_to(std::back_inserter(out), "      <text class=\"name\" x=\"{:.1f}\" y=\"{:.1f}\">{}</text>\n",
                   node.centre.x, y, XmlText(line));
    y += 16;
  }
  fmt::format_to(std::back_inserter(out), "      <text x=\"{:.1f}\" y=\"{:.1f}\">{}</text></g>\n", node.centre.x, y,
                 XmlText(node.label));
}

}  // namespace

std::string SvgOf(const ProcessMap& map, const SvgWords& words) {
  const double width = map.size.width + 2 * kMargin;
  const double height = map.size.height + 2 * kMargin + kTitleHeight;
  std::string out;
  fmt::format_to(std::back_inserter(out),
                 "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"weir-map\" role=\"img\" aria-label=\"{0}\" "
                 "viewBox=\"0 0 {1:.0f} {2:.0f}\" width=\"{1:.0f}\" height=\"{2:.0f}\">\n  <title>{0}</title>\n",
                 XmlText(words.title), std::ceil(width), std::ceil(height));
  out += kStyle;
  out += "  <rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n";
  fmt::format_to(std::back_inserter(out), "  <text class=\"heading\" x=\"{0}\" y=\"{0}\" dy=\"8\">{1}</text>\n",
                 kMargin, XmlText(words.title));
  fmt::format_to(std::back_inserter(out), "  <g transform=\"translate({} {})\">\n", kMargin, kMargin + kTitleHeight);
  for (const MapArc& arc : map.arcs) WriteArc(map, arc, words, out);
  for (const MapNode& node : map.nodes) {
    if (node.kind == MapNodeKind::kActivity) {
      WriteActivity(node, words, out);
    } else {
      WriteOutside(node, words, out);
    }
  }
  for (const MapArc& arc : map.arcs) WriteLabel(arc, out);
  out += "  </g>\n</svg>\n";
  return out;
}

}  // namespace weir::journey
