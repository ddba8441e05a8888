// Did a step get worse after something was mended beside it? The kernel: it knows no store and no clock.
//
// Each side is what was measured in one of two spans of equal length. Shares have beta posteriors (Jeffreys' prior),
// counts gamma ones over what they could have come from, middles of measured values (days, money) that of the sample's
// quantile: of n values the median lies at a quantile that is Beta((n + 1) / 2, (n + 1) / 2). The difference is drawn,
// seeded; its middle 80 % is the range. Where that holds zero nothing can be told. Nothing here says that one thing
// caused the other: two spans differ in more than what was mended.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "leaks/matched.h"

namespace weir::leaks {

enum class Measure { kShare, kRate, kMiddle };

struct EffectSide {
  std::int64_t cases = 0;
  std::int64_t hits = 0;               // of a share and of a rate
  std::vector<double> quantiles = {};  // of a middle: evenly spaced, the least value first, the greatest last
};

inline constexpr std::int64_t kLeastEffectCases = 10;  // on each side: below, nothing is compared

struct Effect {
  double before = 0;
  double after = 0;
  Interval change = {};  // of after - before
};

// Nothing where a side has too few cases.
std::optional<Effect> EffectOf(Measure measure, const EffectSide& before, const EffectSide& after, std::uint64_t seed);

// "better", "worse", or "unknown" where the range holds zero.
std::string_view VerdictOf(const Interval& change, bool is_up_better);

}  // namespace weir::leaks
