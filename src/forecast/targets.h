// What is to be won in each month of a plan. Internal to forecast/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "metrics/ask.h"

namespace weir::forecast {

struct MonthlyTargets {
  std::vector<std::optional<Decimal>> months = {};  // of the ledger's scale
  std::vector<std::string> sources = {};            // given, goal, plan; "" where there is none
  std::vector<analysis::Warning> warnings = {};

  // The sum; none where a month has none.
  std::optional<Decimal> Sum() const;
};

// Of so many months from `first` on. `given` is for all of them together. Else each month has its goal of won_amount,
// that of its quarter or year by the days in it, or the plan. What is spread over days adds up to the whole.
Result<MonthlyTargets> TargetsByMonth(const std::string& given, int first, int months,
                                      const metrics::WhoseParams& whose, analysis::Context& context);

}  // namespace weir::forecast
