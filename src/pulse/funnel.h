// From lead to cash: what entered each step in the period, what share of those that entered the step before went on to
// it, and how long that took. Internal to pulse/.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "analysis/context.h"
#include "analysis/result.h"
#include "pulse/knowledge.h"
#include "pulse/view.h"

namespace weir::pulse {

struct Transition {
  std::int64_t entered = 0;              // entered the step before, in the period
  std::int64_t went_on = 0;              // of them, by the cut
  std::optional<Decimal> Share() const;  // 9 digits, half away from zero
};

struct FunnelStep {
  std::string_view name;
  std::optional<std::int64_t> count = {};     // none: the data know nothing of this step
  std::optional<Transition> transition = {};  // from the step before
  std::optional<Decimal> median_days = {};    // 1 digit
  std::int64_t untold = 0;  // of the step before, and nobody can say whether they went on: not in the transition
};

// What entered in a range of days, and the last day on which going on still counts.
struct FunnelSpan {
  metrics::DayRange days;
  Date cut;
};

using Funnel = std::vector<FunnelStep>;

// One funnel a span, all of them in one pass over the data.
Result<std::vector<Funnel>> MakeFunnels(const PulseView& view, const std::vector<FunnelSpan>& spans,
                                        const Knowledge& knowledge, analysis::Context& context);

// Ids of what is counted in a step over the view's period, for drilling.
Result<analysis::Evidence> RowsOfStep(const PulseView& view, std::string_view step, analysis::Context& context);

}  // namespace weir::pulse
