// Plan and fact from one number: what is to be won in a fiscal year, spread over its days. Internal to pulse/.
#pragma once

#include <optional>

#include "analysis/settings.h"
#include "base/decimal.h"
#include "pulse/view.h"

namespace weir::pulse {

struct PlanFact {
  metrics::DayRange period = {};              // the whole one
  Decimal plan = {};                          // of the whole period
  Decimal plan_to_date = {};                  // of the days that have passed
  std::optional<Decimal> fact = {};           // won in those days; none: not known
  std::optional<Decimal> share_of_plan = {};  // fact / plan, 6 digits, half away from zero
  std::optional<Decimal> share_of_days = {};  // days that have passed / all days, likewise
  std::optional<Decimal> ahead_of_plan = {};  // fact - plan_to_date
};

// None where no year of the period has a plan, or the view is narrowed to a team or segment, whose part of the plan
// nobody has said.
std::optional<PlanFact> MakePlan(const PulseView& view, const analysis::Settings& settings,
                                 const std::optional<Decimal>& won);

// The plan of a range of days: of each fiscal year the part that its days are, summed and rounded once, half to even.
std::optional<Decimal> PlanOf(const analysis::YearPlan& plan, metrics::DayRange range, int first_month,
                              std::uint8_t decimals);

}  // namespace weir::pulse
