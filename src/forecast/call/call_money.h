// What deals say of the lines of the call: won in the period, and open by forecast category. Internal to call/.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "analysis/context.h"
#include "analysis/result.h"
#include "forecast/call/call_tree.h"
#include "forecast/call/call_words.h"
#include "metrics/catalog.h"
#include "metrics/period.h"

namespace weir::forecast {

inline constexpr std::int32_t kWonBand = -1;
inline constexpr std::int32_t kOmittedBand = -2;

// Deals of one seller, team and day that stand alike.
struct DealMoney {
  std::string seller_id = {};
  std::string team_id = {};
  Date day = {};          // of closing
  std::int32_t band = 0;  // place in kCallCategories, or one of the two above
  Int128 amount = 0;      // in the currency of reports, with kAmountScale
  std::int64_t deals = 0;
  std::int64_t by_probability = 0;  // of these, put there by their probability
  std::int64_t without_rate = 0;    // of these, in a currency without a rate; they add nothing
};

// Closed or to close within the days; won ones alone where only they are asked for.
Result<std::vector<DealMoney>> ReadDealMoney(const std::string& counted_sql, metrics::DayRange days, bool only_won,
                                             analysis::Context& context);

struct OpenDealLine {
  std::string id = {};
  std::string seller_id = {};
  std::string team_id = {};
};
// Every open deal, whenever it is to close.
Result<std::vector<OpenDealLine>> ReadOpenDealLines(const std::string& counted_sql, analysis::Context& context);

struct LineMoney {
  Int128 won = 0;
  std::array<Int128, kCallCategoryCount> open = {};  // of the category alone
  // What the source's own categories promise: won, and what is open up to this category.
  Int128 Promised(std::size_t category) const;
};
// By line: of a member what he sells, of a team the deals that stand under it, of the company all.
std::vector<LineMoney> MoneyByLine(const CallTree& tree, const std::vector<DealMoney>& deals);
// The lines that a deal counts in.
std::vector<std::size_t> LinesOf(const CallTree& tree, const std::string& seller_id, const std::string& team_id);

// The deals of a line that are won, or also open, in the period: the largest first.
Result<analysis::Evidence> DealsBehind(const std::string& counted_sql, const std::string& node,
                                       metrics::DayRange period, bool only_won, analysis::Context& context);

}  // namespace weir::forecast
