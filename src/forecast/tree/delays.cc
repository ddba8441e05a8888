#include "forecast/tree/delays.h"

#include <algorithm>

namespace weir::forecast {
namespace {

// Waits of more than ten years are not told apart.
constexpr std::int32_t kLongest = 3660;

}  // namespace

DelayCurve DelayCurve::Learn(std::span<const Wait> waits, std::int32_t as_of, const DelayCurve* prior,
                             double prior_count) {
  DelayCurve curve;
  std::vector<double> came(kLongest + 1);
  std::vector<double> seen(kLongest + 1);  // by the last day that they were awaited on
  std::int32_t longest = -1;
  for (const Wait& wait : waits) {
    if (wait.from > as_of || wait.count <= 0) continue;
    const bool has_come = wait.until <= as_of;
    const std::int32_t last = std::clamp((has_come ? wait.until : as_of) - wait.from, 0, kLongest);
    seen[static_cast<std::size_t>(last)] += wait.count;
    if (has_come) came[static_cast<std::size_t>(last)] += wait.count;
    curve.awaited_ += wait.count;
    curve.came_ += has_come ? wait.count : 0;
    longest = std::max(longest, last);
  }
  if (prior != nullptr) longest = std::max(longest, static_cast<std::int32_t>(prior->rate_.size()) - 1);
  double at_risk = curve.awaited_;
  double left = 1;
  for (std::int32_t day = 0; day <= longest; ++day) {
    const auto at = static_cast<std::size_t>(day);
    const double usual = prior != nullptr && at < prior->rate_.size() ? prior->rate_[at] : 0;
    const double awaited = at_risk + (prior != nullptr ? prior_count : 0);
    const double rate = awaited > 0 ? std::clamp((came[at] + prior_count * usual) / awaited, 0.0, 1.0) : 0;
    left *= 1 - rate;
    curve.rate_.push_back(rate);
    curve.by_.push_back(1 - left);
    at_risk -= seen[at];
  }
  return curve;
}

double DelayCurve::By(std::int32_t days) const {
  if (days < 0 || by_.empty()) return 0;
  return by_[std::min(static_cast<std::size_t>(days), by_.size() - 1)];
}

double DelayCurve::Between(std::int32_t waited, std::int32_t days) const {
  const double left = 1 - By(waited);
  if (days <= waited || left <= 1e-12) return 0;
  return (By(days) - By(waited)) / left;
}

std::optional<std::int32_t> DelayCurve::Median() const {
  if (Ever() <= 0) return std::nullopt;
  const auto found = std::ranges::lower_bound(by_, Ever() / 2);
  return static_cast<std::int32_t>(found - by_.begin());
}

double ShareOfEven(const DelayCurve& curve, std::int32_t first, std::int32_t last, std::int32_t from,
                   std::int32_t until) {
  double share = 0;
  for (std::int32_t day = first; day <= last; ++day) share += curve.By(until - day) - curve.By(from - 1 - day);
  return last >= first ? share / (last - first + 1) : 0;
}

}  // namespace weir::forecast
