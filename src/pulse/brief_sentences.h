// What the brief says in words. Internal to pulse/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/result.h"
#include "pulse/brief_parts.h"

namespace weir::pulse {

struct BriefSums {
  Decimal deals = {0, kAmountScale};
  Decimal won_back = {0, kAmountScale};
  std::int64_t new_leaks = 0;
};
BriefSums SumsOf(const BriefDeals& deals, const std::vector<BriefLeak>& leaks);

struct BriefSaid {
  std::string code = {};
  analysis::Text text = {};
};
// `unowned` is the answer of leaks.unowned, where it was asked.
std::vector<BriefSaid> SayBrief(const BriefScope& scope, const BriefNumbers& numbers, const BriefDeals& deals,
                                const BriefSums& sums, std::size_t leaks,
                                const std::optional<analysis::Output>& unowned);

}  // namespace weir::pulse
