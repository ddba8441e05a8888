#include "journey/model/pnml.h"

#include <algorithm>
#include <cstdint>
#include <iterator>

#include <fmt/format.h>

#include "journey/model/xml_text.h"

namespace weir::journey {
namespace {

void WritePlaces(const PetriNet& net, std::string& out) {
  for (std::uint32_t place = 0; place < net.places; ++place) {
    fmt::format_to(std::back_inserter(out), "      <place id=\"p{0}\">\n        <name><text>p{0}</text></name>\n",
                   place);
    if (const std::uint32_t tokens = place < net.initial.size() ? net.initial[place] : 0; tokens > 0) {
      fmt::format_to(std::back_inserter(out), "        <initialMarking><text>{}</text></initialMarking>\n", tokens);
    }
    out += "      </place>\n";
  }
}

void WriteTransitions(const PetriNet& net, const std::vector<std::string>& names, std::string& out) {
  for (std::size_t t = 0; t < net.transitions.size(); ++t) {
    const ActivityId activity = net.transitions[t].activity;
    const bool is_silent = activity >= names.size();
    const std::string name = is_silent ? fmt::format("tau {}", t) : XmlText(names[activity]);
    fmt::format_to(std::back_inserter(out),
                   "      <transition id=\"t{}\">\n        <name><text>{}</text></name>\n{}      </transition>\n", t,
                   name,
                   is_silent ? "        <toolspecific tool=\"ProM\" version=\"6.4\" activity=\"$invisible$\"/>\n" : "");
  }
}

void WriteArcs(const PetriNet& net, std::string& out) {
  std::size_t arc = 0;
  for (std::size_t t = 0; t < net.transitions.size(); ++t) {
    for (const std::uint32_t place : net.transitions[t].inputs) {
      fmt::format_to(std::back_inserter(out), "      <arc id=\"a{}\" source=\"p{}\" target=\"t{}\"/>\n", arc++, place,
                     t);
    }
    for (const std::uint32_t place : net.transitions[t].outputs) {
      fmt::format_to(std::back_inserter(out), "      <arc id=\"a{}\" source=\"t{}\" target=\"p{}\"/>\n", arc++, t,
                     place);
    }
  }
}

}  // namespace

std::string PnmlOf(const PetriNet& net, const std::vector<std::string>& activity_names, std::string_view name) {
  std::string out =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<pnml xmlns=\"http://www.pnml.org/version-2009/grammar/pnml\">\n"
      "  <net id=\"net1\" type=\"http://www.pnml.org/version-2009/grammar/ptnet\">\n";
  fmt::format_to(std::back_inserter(out), "    <name><text>{}</text></name>\n    <page id=\"page1\">\n", XmlText(name));
  WritePlaces(net, out);
  WriteTransitions(net, activity_names, out);
  WriteArcs(net, out);
  out += "    </page>\n    <finalmarkings>\n      <marking>\n";
  for (std::size_t place = 0; place < net.final.size(); ++place) {
    if (net.final[place] == 0) continue;
    fmt::format_to(std::back_inserter(out), "        <place idref=\"p{}\"><text>{}</text></place>\n", place,
                   net.final[place]);
  }
  out += "      </marking>\n    </finalmarkings>\n  </net>\n</pnml>\n";
  return out;
}

}  // namespace weir::journey
