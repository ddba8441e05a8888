#include "journey/model/pnml.h"

#include <cstdint>

#include <fmt/format.h>

#include "journey/model/xml_text.h"

namespace weir::journey {
namespace {

// A net of no more than these tags is what both ProM and PM4Py read; a namespace would make older readers miss them.
constexpr std::string_view kHead =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pnml>\n  <net id=\"net\" "
    "type=\"http://www.pnml.org/version-2009/grammar/pnmlcoremodel\">\n";
constexpr std::string_view kFoot = "  </net>\n</pnml>\n";

void AddNodes(std::string& out, const PetriNet& net, const std::vector<std::string>& names) {
  for (std::uint32_t place = 0; place < net.places; ++place) {
    out += fmt::format("      <place id=\"p{0}\"><name><text>p{0}</text></name>", place);
    if (net.initial[place] > 0) {
      out += fmt::format("<initialMarking><text>{}</text></initialMarking>", net.initial[place]);
    }
    out += "</place>\n";
  }
  for (std::size_t i = 0; i < net.transitions.size(); ++i) {
    const ActivityId activity = net.transitions[i].activity;
    if (activity == kNoValue) {
      out += fmt::format("      <transition id=\"t{0}\"><name><text>tau {0}</text></name>", i);
      out += "<toolspecific tool=\"ProM\" version=\"6.4\" activity=\"$invisible$\"/></transition>\n";
    } else {
      out += fmt::format("      <transition id=\"t{}\"><name><text>{}</text></name></transition>\n", i,
                         XmlText(names[activity]));
    }
  }
}

void AddArcs(std::string& out, const PetriNet& net) {
  std::size_t arc = 0;
  for (std::size_t i = 0; i < net.transitions.size(); ++i) {
    for (const std::uint32_t place : net.transitions[i].inputs) {
      out += fmt::format("      <arc id=\"a{}\" source=\"p{}\" target=\"t{}\"/>\n", arc++, place, i);
    }
    for (const std::uint32_t place : net.transitions[i].outputs) {
      out += fmt::format("      <arc id=\"a{}\" source=\"t{}\" target=\"p{}\"/>\n", arc++, i, place);
    }
  }
}

}  // namespace

std::string PnmlOf(const PetriNet& net, const std::vector<std::string>& activity_names, std::string_view name) {
  std::string out(kHead);
  out += fmt::format("    <name><text>{}</text></name>\n    <page id=\"page\">\n", XmlText(name));
  AddNodes(out, net, activity_names);
  AddArcs(out, net);
  out += "    </page>\n    <finalmarkings>\n      <marking>\n";
  for (std::uint32_t place = 0; place < net.places; ++place) {
    if (net.final[place] == 0) continue;
    out += fmt::format("        <place idref=\"p{}\"><text>{}</text></place>\n", place, net.final[place]);
  }
  out += "      </marking>\n    </finalmarkings>\n";
  out += kFoot;
  return out;
}

}  // namespace weir::journey
