// A process map as SVG: one file that shows itself in light and in dark.
#pragma once

#include <string>

#include "journey/map/process_map.h"

namespace weir::journey {

struct SvgWords {
  std::string title = "Process map";
  std::string start = "Start";
  std::string end = "End";
};

// Widths of arcs and shades of activities by their strength; colours by the variables --weir-map-ground, -ink, -line,
// -fill and -back, which a page that holds the picture may set. Everything has a title to be read out. Nothing in it is
// run or fetched. Same map, same bytes.
std::string SvgOf(const ProcessMap& map, const SvgWords& words = {});

}  // namespace weir::journey
