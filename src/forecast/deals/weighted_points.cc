#include "forecast/deals/weighted_points.h"

#include <algorithm>
#include <cmath>
#include <cstddef>

#include "base/result.h"

namespace weir::forecast {

std::vector<WeightedPoint> Mixed(std::span<const WeightedPoint> own, std::span<const WeightedPoint> common,
                                 double weight) {
  std::vector<WeightedPoint> mixed(own.begin(), own.end());
  mixed.reserve(own.size() + common.size());
  double all = 0;
  for (const WeightedPoint& point : common) all += point.weight;
  for (const WeightedPoint& point : common) {
    mixed.push_back({.value = point.value, .weight = point.weight / all * weight});
  }
  return mixed;
}

std::vector<PossibleAmount> FewPoints(std::span<const WeightedPoint> points, int parts) {
  WEIR_CHECK(!points.empty() && parts >= 1);
  std::vector<WeightedPoint> sorted(points.begin(), points.end());
  std::sort(sorted.begin(), sorted.end(), [](const WeightedPoint& one, const WeightedPoint& other) {
    return one.value != other.value ? one.value < other.value : one.weight < other.weight;
  });
  double all = 0;
  for (const WeightedPoint& point : sorted) all += point.weight;
  const double room = all / parts;
  std::vector<PossibleAmount> few;
  double sum = 0;
  double weight = 0;
  double least = 0;
  double most = 0;
  const auto add = [&](double value, double taken) {
    if (weight <= 0) least = value;
    most = value;
    sum += taken * value;
    weight += taken;
  };
  const auto close = [&] {
    if (weight <= 0) return;
    // A mean of one value is that value, to the last digit: the grid of sums may be exact then.
    few.push_back({.amount = least == most ? least : sum / weight, .share = weight / all});
    sum = 0;
    weight = 0;
  };
  for (const WeightedPoint& point : sorted) {
    double left = point.weight;
    // A point that reaches into the next part is shared out; what is left over by rounding stays in the last.
    while (few.size() + 1 < static_cast<std::size_t>(parts) && weight + left > room) {
      const double taken = room - weight;
      add(point.value, taken);
      left -= taken;
      close();
    }
    add(point.value, left);
  }
  close();
  std::vector<PossibleAmount> merged;
  for (const PossibleAmount& each : few) {
    if (!merged.empty() && std::abs(merged.back().amount - each.amount) <= 1e-12 * std::abs(each.amount)) {
      merged.back().share += each.share;
    } else {
      merged.push_back(each);
    }
  }
  return merged;
}

}  // namespace weir::forecast
