// Charts as SVG that stands inside a page of HTML and takes its colours from it: with a title, units and a legend.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace weir::delivery {

struct ChartFrame {
  std::string id = {};     // unique in the page
  std::string title = {};  // with the unit
  std::string nothing = {};
};

struct Bar {
  std::string name = {};
  double value = 0;
  std::string figure = {};         // as it is written beside the bar
  std::optional<double> low = {};  // an interval around the value
  std::optional<double> high = {};
};
// Bars that lie, one below the other, with their intervals as whiskers.
std::string LyingBars(const ChartFrame& frame, const std::vector<Bar>& bars, const std::string& interval_name);

struct Series {
  std::string name = {};
  std::vector<std::optional<double>> values = {};  // one a name of the axis
};
// A step of the axis: what it is called, and how a height is written.
struct Axis {
  std::vector<std::string> names = {};
  std::vector<std::pair<double, std::string>> ticks = {};  // ascending, the first at the bottom
};
// Columns of parts that stand on each other; parts below zero hang.
std::string StackedColumns(const ChartFrame& frame, const Axis& axis, const std::vector<Series>& series);
std::string Lines(const ChartFrame& frame, const Axis& axis, const std::vector<Series>& series);

// Heights for an axis from `low` to `high`, which it holds: four to six round ones.
std::vector<double> RoundTicks(double low, double high);

}  // namespace weir::delivery
