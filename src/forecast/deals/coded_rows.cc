#include "forecast/deals/coded_rows.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "base/result.h"

namespace weir::forecast {

CodedRows Merged(const CodedRows& rows) {
  std::vector<std::size_t> order(rows.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t one, std::size_t other) {
    const auto a = rows.CodesOf(one);
    const auto b = rows.CodesOf(other);
    const auto [in_a, in_b] = std::mismatch(a.begin(), a.end(), b.begin());
    return in_a == a.end() ? one < other : *in_a < *in_b;
  });
  CodedRows merged{.groups = rows.groups};
  for (std::size_t i = 0; i < order.size(); ++i) {
    const auto codes = rows.CodesOf(order[i]);
    const OutcomeCounts& counts = rows.counts[order[i]];
    if (i > 0 && std::equal(codes.begin(), codes.end(), rows.CodesOf(order[i - 1]).begin())) {
      OutcomeCounts& last = merged.counts.back();
      last = {.none = last.none + counts.none, .won = last.won + counts.won, .lost = last.lost + counts.lost};
      continue;
    }
    merged.codes.insert(merged.codes.end(), codes.begin(), codes.end());
    merged.counts.push_back(counts);
  }
  return merged;
}

OutcomeCounts TotalOf(const CodedRows& rows) {
  OutcomeCounts total;
  for (const OutcomeCounts& counts : rows.counts) {
    total.none += counts.none;
    total.won += counts.won;
    total.lost += counts.lost;
  }
  return total;
}

double LogLoss(std::span<const OutcomeCounts> counts, std::span<const WeeklyHazard> hazards) {
  WEIR_CHECK(counts.size() == hazards.size());
  constexpr double kLeast = 1e-12;
  const auto log_of = [kLeast](double probability) { return std::log(std::max(probability, kLeast)); };
  double loss = 0;
  double all = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    const WeeklyHazard& hazard = hazards[i];
    if (counts[i].none > 0) loss -= counts[i].none * log_of(1 - hazard.won - hazard.lost);
    if (counts[i].won > 0) loss -= counts[i].won * log_of(hazard.won);
    if (counts[i].lost > 0) loss -= counts[i].lost * log_of(hazard.lost);
    all += counts[i].All();
  }
  return all > 0 ? loss / all : 0;
}

}  // namespace weir::forecast
