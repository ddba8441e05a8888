// What past quarters went through on the day that has as many days left, and what that would make of a quarter that
// stands as it does. Internal to questions/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "questions/scope.h"

namespace weir::questions {

// Fewer known quarters than this give no range.
inline constexpr std::size_t kFewestQuarters = 4;
// So many quarters before one are what it is judged by.
inline constexpr std::size_t kMostQuarters = 8;

struct PastQuarter {
  metrics::DayRange days = {};
  Date day = {};  // as many days before its end
  Decimal won_by_then = {0, kAmountScale};
  Decimal open_then = {0, kAmountScale};
  std::int64_t open_deals = 0;
  std::int64_t without_amount = 0;           // of the open ones: nobody recorded what they were worth then
  Decimal won_of_open = {0, kAmountScale};   // from that day to its end
  Decimal won_of_later = {0, kAmountScale};  // of deals that came after that day
  bool is_known = false;                     // what was open on that day can be told

  Decimal won() const { return LedgerAmount(won_by_then.units + won_of_open.units + won_of_later.units); }
};

// The quarter that holds as-of is `scope.now`, to as-of; the newest first, kMostQuarters and as many again.
Result<std::vector<PastQuarter>> ReadQuarters(const Scope& scope, analysis::Context& context);
// WITH then_open: the deals that were open at the end of each of the days.
std::string ThenOpenSql(const Scope& scope, const std::vector<PastQuarter>& quarters);

// How a quarter stands in its middle.
struct Standing {
  Decimal won = {0, kAmountScale};
  Decimal open = {0, kAmountScale};
};

struct Outlook {
  std::vector<Decimal> ends = {};  // where it would end if it went on as each of the quarters did, in their order
  std::optional<Decimal> middle = {};
  std::optional<Decimal> low = {};  // of kFewestQuarters and more
  std::optional<Decimal> high = {};
  // That such a quarter ends between the two: of n + 1 alike, two are at the ends.
  std::optional<Decimal> chance = {};
};

// The part of what is open that was won in each of the known quarters, times what is open now, what came later beside
// it.
Outlook OutlookOf(const Standing& standing, const std::vector<const PastQuarter*>& known);
// The known ones of the kMostQuarters from `first` on.
std::vector<const PastQuarter*> KnownFrom(const std::vector<PastQuarter>& quarters, std::size_t first);

}  // namespace weir::questions
