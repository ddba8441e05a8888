#include "forecast/deals/isotonic.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "base/result.h"

namespace weir::forecast {
namespace {

struct Block {
  double mean = 0;
  double weight = 0;
  std::size_t size = 0;
};

std::vector<Block> RisingBlocks(std::span<const double> values, std::span<const double> weights) {
  WEIR_CHECK(values.size() == weights.size());
  std::vector<Block> blocks;
  blocks.reserve(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) {
    WEIR_CHECK(weights[i] > 0);
    blocks.push_back({.mean = values[i], .weight = weights[i], .size = 1});
    while (blocks.size() > 1 && blocks[blocks.size() - 2].mean >= blocks.back().mean) {
      const Block last = blocks.back();
      blocks.pop_back();
      Block& into = blocks.back();
      const double weight = into.weight + last.weight;
      into = {.mean = (into.mean * into.weight + last.mean * last.weight) / weight,
              .weight = weight,
              .size = into.size + last.size};
    }
  }
  return blocks;
}

}  // namespace

std::vector<double> RisingFit(std::span<const double> values, std::span<const double> weights) {
  std::vector<double> fit;
  fit.reserve(values.size());
  for (const Block& block : RisingBlocks(values, weights)) fit.insert(fit.end(), block.size, block.mean);
  return fit;
}

IsotonicCalibration::IsotonicCalibration(std::span<const double> said, std::span<const double> counts,
                                         std::span<const double> came) {
  WEIR_CHECK(said.size() == counts.size() && said.size() == came.size());
  std::vector<std::size_t> order;
  order.reserve(said.size());
  for (std::size_t i = 0; i < said.size(); ++i) {
    if (counts[i] > 0) order.push_back(i);
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return said[a] < said[b]; });
  // Cases of which the same was said are one: their order must not matter.
  std::vector<double> at;
  std::vector<double> shares;
  std::vector<double> weights;
  for (std::size_t i = 0; i < order.size();) {
    double all = 0;
    double events = 0;
    const double same = said[order[i]];
    for (; i < order.size() && said[order[i]] == same; ++i) {
      all += counts[order[i]];
      events += came[order[i]];
    }
    at.push_back(same);
    shares.push_back(events / all);
    weights.push_back(all);
  }
  std::size_t first = 0;
  for (const Block& block : RisingBlocks(shares, weights)) {
    double mean = 0;
    for (std::size_t i = first; i < first + block.size; ++i) mean += at[i] * weights[i] / block.weight;
    first += block.size;
    const double share = (block.mean * block.weight + mean) / (block.weight + 1);
    // What is drawn to what was said may fall back a little.
    points_.push_back({.said = mean, .came = points_.empty() ? share : std::max(share, points_.back().came)});
  }
}

double IsotonicCalibration::At(double said) const {
  if (points_.empty()) return said;
  const Point& first = points_.front();
  const Point& last = points_.back();
  if (said <= first.said) return first.said > 0 ? std::min(first.came, said * first.came / first.said) : first.came;
  // Beyond all that was seen nothing is said to be likelier than by the model, or than what was seen: a ratio would
  // lead to certainty.
  if (said >= last.said) {
    return last.came >= last.said ? std::max(last.came, said) : said * last.came / last.said;
  }
  const auto above = std::upper_bound(points_.begin(), points_.end(), said,
                                      [](double value, const Point& point) { return value < point.said; });
  const Point& low = *std::prev(above);
  return low.came + (above->came - low.came) * (said - low.said) / (above->said - low.said);
}

}  // namespace weir::forecast
