#include "delivery/svg.h"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "delivery/page.h"

namespace weir::delivery {
namespace {

constexpr double kWidth = 720;
constexpr double kHeight = 240;
constexpr double kLeft = 76;
constexpr double kTop = 12;
constexpr double kBottom = 34;
constexpr std::size_t kColours = 6;

std::string Open(const ChartFrame& frame, double height) {
  return fmt::format(
      "<svg viewBox=\"0 0 {0:.0f} {1:.0f}\" role=\"img\" aria-labelledby=\"{2}\">\n<title id=\"{2}\">{3}</title>\n",
      kWidth, height, Escaped(frame.id), Escaped(frame.title));
}

std::string Text(double x, double y, std::string_view kind, std::string_view text) {
  return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" class=\"{}\">{}</text>\n", x, y, kind, Escaped(text));
}

std::string Rule(double y) {
  return fmt::format("<line x1=\"{0:.1f}\" x2=\"{1:.1f}\" y1=\"{2:.1f}\" y2=\"{2:.1f}\" class=\"grid\"/>\n", kLeft,
                     kWidth, y);
}

std::string Figure(const ChartFrame& frame, std::string_view chart, std::string_view legend) {
  return fmt::format("<figure><figcaption>{}</figcaption>\n{}{}</figure>\n", Escaped(frame.title), legend, chart);
}

std::string Nothing(const ChartFrame& frame) {
  return fmt::format("<figure><figcaption>{}</figcaption>\n<p class=\"small\">{}</p></figure>\n", Escaped(frame.title),
                     Escaped(frame.nothing));
}

std::string Legend(const std::vector<Series>& series) {
  std::string legend = "<ul class=\"legend\">";
  for (std::size_t i = 0; i < series.size(); ++i) {
    legend += fmt::format("<li><i class=\"c{}\"></i>{}</li>", i % kColours, Escaped(series[i].name));
  }
  return legend + "</ul>\n";
}

// Where a value stands between the lowest and the highest tick.
class Scale {
 public:
  explicit Scale(const Axis& axis) {
    if (axis.ticks.empty()) return;
    low_ = axis.ticks.front().first;
    high_ = axis.ticks.back().first;
  }
  double At(double value) const {
    const double share = high_ > low_ ? (value - low_) / (high_ - low_) : 0;
    return kHeight - kBottom - share * (kHeight - kBottom - kTop);
  }

 private:
  double low_ = 0;
  double high_ = 1;
};

std::string Ticks(const Axis& axis, const Scale& scale) {
  std::string ticks;
  for (const auto& [value, name] : axis.ticks) {
    ticks += Rule(scale.At(value)) + Text(kLeft - 8, scale.At(value) + 4, "end", name);
  }
  return ticks;
}

double StepOf(const Axis& axis) {
  return (kWidth - kLeft) / static_cast<double>(std::max<std::size_t>(1, axis.names.size()));
}

// Every name where there is room, else every second, third, ...
std::string Names(const Axis& axis) {
  constexpr double kRoom = 56;
  const double step = StepOf(axis);
  const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(kRoom / step)));
  std::string names;
  for (std::size_t i = 0; i < axis.names.size(); i += every) {
    names += Text(kLeft + step * (static_cast<double>(i) + 0.5), kHeight - 12, "mid", axis.names[i]);
  }
  return names;
}

bool IsEmpty(const std::vector<Series>& series) {
  return std::ranges::none_of(series, [](const Series& one) {
    return std::ranges::any_of(one.values, [](const std::optional<double>& value) { return value && *value != 0; });
  });
}

}  // namespace

std::vector<double> RoundTicks(double low, double high) {
  if (!(high > low)) high = low + 1;
  const double raw = (high - low) / 4;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  double step = power * 10;
  for (const double factor : {1.0, 2.0, 2.5, 5.0}) {
    if (power * factor >= raw) {
      step = power * factor;
      break;
    }
  }
  std::vector<double> ticks;
  const auto first = static_cast<int>(std::floor(low / step));
  const auto last = static_cast<int>(std::ceil(high / step));
  for (int at = first; at <= last; ++at) ticks.push_back(at * step);
  return ticks;
}

std::string LyingBars(const ChartFrame& frame, const std::vector<Bar>& bars, const std::string& interval_name) {
  if (bars.empty()) return Nothing(frame);
  constexpr double kRow = 30;
  constexpr double kNames = 230;
  constexpr double kFigures = 110;
  double most = 0;
  bool has_interval = false;
  for (const Bar& bar : bars) {
    most = std::max({most, bar.value, bar.high.value_or(0)});
    has_interval = has_interval || bar.low.has_value();
  }
  const auto at = [&](double value) { return kNames + (most > 0 ? value / most : 0) * (kWidth - kNames - kFigures); };
  std::string chart = Open(frame, kRow * static_cast<double>(bars.size()) + 6);
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const Bar& bar = bars[i];
    const double y = kRow * static_cast<double>(i) + 6;
    chart += Text(kNames - 10, y + 15, "end", bar.name);
    chart += fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"18\" rx=\"2\" class=\"c0\"/>\n",
                         kNames, y, std::max(1.0, at(bar.value) - kNames));
    if (bar.low && bar.high) {
      chart += fmt::format(
          "<path d=\"M{0:.1f} {2:.1f}V{3:.1f}M{1:.1f} {2:.1f}V{3:.1f}M{0:.1f} {4:.1f}H{1:.1f}\" class=\"range\"/>\n",
          at(*bar.low), at(*bar.high), y + 4, y + 14, y + 9);
    }
    chart += Text(std::max(at(bar.value), bar.high ? at(*bar.high) : 0) + 8, y + 14, "start", bar.figure);
  }
  const std::string legend =
      has_interval
          ? fmt::format("<ul class=\"legend\"><li><i class=\"whisker\"></i>{}</li></ul>\n", Escaped(interval_name))
          : std::string();
  return Figure(frame, chart + "</svg>\n", legend);
}

std::string StackedColumns(const ChartFrame& frame, const Axis& axis, const std::vector<Series>& series) {
  if (axis.names.empty() || IsEmpty(series)) return Nothing(frame);
  const Scale scale(axis);
  const double step = StepOf(axis);
  std::string chart = Open(frame, kHeight) + Ticks(axis, scale) + Names(axis);
  for (std::size_t column = 0; column < axis.names.size(); ++column) {
    double above = 0;
    double below = 0;
    for (std::size_t i = 0; i < series.size(); ++i) {
      const double value = column < series[i].values.size() ? series[i].values[column].value_or(0) : 0;
      if (value == 0) continue;
      double& base = value > 0 ? above : below;
      const double top = scale.At(std::max(base, base + value));
      const double bottom = scale.At(std::min(base, base + value));
      chart += fmt::format(
          "<rect x=\"{:.1f}\" y=\"{:.2f}\" width=\"{:.1f}\" height=\"{:.2f}\" class=\"c{}\"><title>{} · "
          "{}</title></rect>\n",
          kLeft + step * (static_cast<double>(column) + 0.18), top, step * 0.64, std::max(0.0, bottom - top),
          i % kColours, Escaped(axis.names[column]), Escaped(series[i].name));
      base += value;
    }
  }
  return Figure(frame, chart + "</svg>\n", Legend(series));
}

std::string Lines(const ChartFrame& frame, const Axis& axis, const std::vector<Series>& series) {
  if (axis.names.empty() || IsEmpty(series)) return Nothing(frame);
  const Scale scale(axis);
  const double step = StepOf(axis);
  std::string chart = Open(frame, kHeight) + Ticks(axis, scale) + Names(axis);
  for (std::size_t i = 0; i < series.size(); ++i) {
    std::string path;
    bool is_drawing = false;
    for (std::size_t at = 0; at < series[i].values.size(); ++at) {
      const auto& value = series[i].values[at];
      if (value) {
        const double x = kLeft + step * (static_cast<double>(at) + 0.5);
        path += fmt::format("{}{:.1f} {:.2f}", is_drawing ? "L" : "M", x, scale.At(*value));
        chart += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.2f}\" r=\"2.5\" class=\"c{}\"/>\n", x, scale.At(*value),
                             i % kColours);
      }
      is_drawing = value.has_value();
    }
    chart += fmt::format("<path d=\"{}\" class=\"line s{}\"/>\n", path, i % kColours);
  }
  return Figure(frame, chart + "</svg>\n", Legend(series));
}

}  // namespace weir::delivery
