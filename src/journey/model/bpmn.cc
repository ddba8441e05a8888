#include "journey/model/bpmn.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "journey/model/xml_text.h"
#include "math/layered_layout.h"

namespace weir::journey {
namespace {

enum class Kind : std::uint8_t { kStart, kEnd, kTask, kExclusive, kParallel };

struct Node {
  Kind kind = Kind::kTask;
  ActivityId activity = kNoValue;
  bool is_split = false;
};

struct Flow {
  std::uint32_t from = 0;
  std::uint32_t to = 0;
};

// The nodes and flows of a tree: each part is appended to the node that it follows, and names the one it ends in.
class Diagram {
 public:
  explicit Diagram(const ProcessTree& tree) {
    const std::uint32_t start = Add({Kind::kStart, kNoValue, false});
    const std::uint32_t last = Part(tree, start);
    Join(last, Add({Kind::kEnd, kNoValue, false}));
  }

  std::vector<Node> nodes;
  std::vector<Flow> flows;

 private:
  std::uint32_t Add(Node node) {
    nodes.push_back(node);
    return static_cast<std::uint32_t>(nodes.size() - 1);
  }
  void Join(std::uint32_t from, std::uint32_t to) { flows.push_back({from, to}); }

  std::uint32_t Part(const ProcessTree& tree, std::uint32_t before) {
    switch (tree.op) {
      case TreeOperator::kActivity: {
        const std::uint32_t task = Add({Kind::kTask, tree.activity, false});
        Join(before, task);
        return task;
      }
      case TreeOperator::kSequence:
        for (const ProcessTree& child : tree.children) before = Part(child, before);
        return before;
      case TreeOperator::kExclusive:
        return Branches(tree, Kind::kExclusive, before);
      case TreeOperator::kParallel:
        return Branches(tree, Kind::kParallel, before);
      case TreeOperator::kLoop:
        return Loop(tree, before);
      default:
        return before;
    }
  }

  std::uint32_t Branches(const ProcessTree& tree, Kind kind, std::uint32_t before) {
    const std::uint32_t split = Add({kind, kNoValue, true});
    Join(before, split);
    std::vector<std::uint32_t> last;
    last.reserve(tree.children.size());
    for (const ProcessTree& child : tree.children) last.push_back(Part(child, split));
    const std::uint32_t join = Add({kind, kNoValue, false});
    for (const std::uint32_t node : last) Join(node, join);
    return join;
  }

  std::uint32_t Loop(const ProcessTree& tree, std::uint32_t before) {
    const std::uint32_t join = Add({Kind::kExclusive, kNoValue, false});
    Join(before, join);
    const std::uint32_t done = Part(tree.children.front(), join);
    const std::uint32_t split = Add({Kind::kExclusive, kNoValue, true});
    Join(done, split);
    for (std::size_t i = 1; i < tree.children.size(); ++i) Join(Part(tree.children[i], split), join);
    return split;
  }
};

std::size_t Characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

math::Size SizeOf(const Node& node, const std::vector<std::string>& names) {
  if (node.kind == Kind::kStart || node.kind == Kind::kEnd) return {36, 36};
  if (node.kind != Kind::kTask) return {50, 50};
  // Tools wrap a name within its task: some 18 characters go into a line.
  const std::size_t lines = node.activity < names.size() ? (Characters(names[node.activity]) + 17) / 18 : 1;
  return {120, std::max(60.0, 24 + 16 * static_cast<double>(std::min<std::size_t>(lines, 12)))};
}

std::string_view ElementOf(Kind kind) {
  switch (kind) {
    case Kind::kStart:
      return "startEvent";
    case Kind::kEnd:
      return "endEvent";
    case Kind::kTask:
      return "task";
    case Kind::kExclusive:
      return "exclusiveGateway";
    default:
      return "parallelGateway";
  }
}

void WriteNodes(const Diagram& diagram, const std::vector<std::string>& names, std::string& out) {
  std::vector<std::vector<std::size_t>> incoming(diagram.nodes.size());
  std::vector<std::vector<std::size_t>> outgoing(diagram.nodes.size());
  for (std::size_t flow = 0; flow < diagram.flows.size(); ++flow) {
    outgoing[diagram.flows[flow].from].push_back(flow);
    incoming[diagram.flows[flow].to].push_back(flow);
  }
  for (std::size_t i = 0; i < diagram.nodes.size(); ++i) {
    const Node& node = diagram.nodes[i];
    fmt::format_to(std::back_inserter(out), "    <{} id=\"node{}\"", ElementOf(node.kind), i);
    if (node.kind == Kind::kTask) {
      const std::string_view name = node.activity < names.size() ? std::string_view(names[node.activity]) : "?";
      fmt::format_to(std::back_inserter(out), " name=\"{}\"", XmlText(name));
    } else if (node.kind == Kind::kExclusive || node.kind == Kind::kParallel) {
      out += node.is_split ? " gatewayDirection=\"Diverging\"" : " gatewayDirection=\"Converging\"";
    }
    out += ">\n";
    for (const std::size_t flow : incoming[i]) {
      fmt::format_to(std::back_inserter(out), "      <incoming>flow{}</incoming>\n", flow);
    }
    for (const std::size_t flow : outgoing[i]) {
      fmt::format_to(std::back_inserter(out), "      <outgoing>flow{}</outgoing>\n", flow);
    }
    fmt::format_to(std::back_inserter(out), "    </{}>\n", ElementOf(node.kind));
  }
  for (std::size_t flow = 0; flow < diagram.flows.size(); ++flow) {
    fmt::format_to(std::back_inserter(out),
                   "    <sequenceFlow id=\"flow{}\" sourceRef=\"node{}\" targetRef=\"node{}\"/>\n", flow,
                   diagram.flows[flow].from, diagram.flows[flow].to);
  }
}

void WritePicture(const Diagram& diagram, const std::vector<math::Size>& sizes, const math::Layout& layout,
                  std::string& out) {
  for (std::size_t i = 0; i < diagram.nodes.size(); ++i) {
    fmt::format_to(std::back_inserter(out),
                   "      <bpmndi:BPMNShape id=\"shape{0}\" bpmnElement=\"node{0}\"{1}>\n        <dc:Bounds "
                   "x=\"{2:.1f}\" y=\"{3:.1f}\" width=\"{4:.1f}\" height=\"{5:.1f}\"/>\n      </bpmndi:BPMNShape>\n",
                   i, diagram.nodes[i].kind == Kind::kExclusive ? " isMarkerVisible=\"true\"" : "",
                   layout.centres[i].x - sizes[i].width / 2, layout.centres[i].y - sizes[i].height / 2, sizes[i].width,
                   sizes[i].height);
  }
  for (std::size_t flow = 0; flow < diagram.flows.size(); ++flow) {
    fmt::format_to(std::back_inserter(out), "      <bpmndi:BPMNEdge id=\"edge{0}\" bpmnElement=\"flow{0}\">\n", flow);
    for (const math::Point& point : layout.routes[flow].points) {
      fmt::format_to(std::back_inserter(out), "        <di:waypoint x=\"{:.1f}\" y=\"{:.1f}\"/>\n", point.x, point.y);
    }
    out += "      </bpmndi:BPMNEdge>\n";
  }
}

}  // namespace

Result<std::string> BpmnOf(const ProcessTree& tree, const std::vector<std::string>& activity_names,
                           std::string_view name) {
  const Diagram diagram(tree);
  std::vector<math::Size> sizes;
  sizes.reserve(diagram.nodes.size());
  for (const Node& node : diagram.nodes) sizes.push_back(SizeOf(node, activity_names));
  std::vector<math::LayoutArc> arcs;
  arcs.reserve(diagram.flows.size());
  for (const Flow& flow : diagram.flows) arcs.push_back({flow.from, flow.to});
  WEIR_TRY(const math::Layout layout,
           math::LayeredLayout(sizes, arcs, {.direction = math::LayoutDirection::kRight, .layer_gap = 50}));
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
      "<definitions xmlns=\"http://www.omg.org/spec/BPMN/20100524/MODEL\" "
      "xmlns:bpmndi=\"http://www.omg.org/spec/BPMN/20100524/DI\" xmlns:dc=\"http://www.omg.org/spec/DD/20100524/DC\" "
      "xmlns:di=\"http://www.omg.org/spec/DD/20100524/DI\" id=\"definitions1\" "
      "targetNamespace=\"http://www.omg.org/spec/BPMN/20100524/MODEL\">\n";
  fmt::format_to(std::back_inserter(out), "  <process id=\"process1\" name=\"{}\" isExecutable=\"false\">\n",
                 XmlText(name));
  WriteNodes(diagram, activity_names, out);
  out +=
      "  </process>\n  <bpmndi:BPMNDiagram id=\"diagram1\">\n"
      "    <bpmndi:BPMNPlane id=\"plane1\" bpmnElement=\"process1\">\n";
  WritePicture(diagram, sizes, layout, out);
  out += "    </bpmndi:BPMNPlane>\n  </bpmndi:BPMNDiagram>\n</definitions>\n";
  return out;
}

}  // namespace weir::journey
