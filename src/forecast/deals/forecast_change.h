// What changed since an earlier forecast of the same period, and why: lines that add up to the whole change exactly.
//
// All is counted in whole minor units of money (cents). Of a deal that was open then and is open now the change is
// taken apart in this order, each step with all earlier ones done:
//   1. the amount that people say, at the old probability;
//   2. the closing date that people gave, by what the old model says of it with the new date alone;
//   3. stage and age: by what the old model says of the deal as it is now (a stage that changed, else time and
//   conduct);
//   4. the model: by what the new one says.
// A step that the caller does not know falls to the next. Deals that were won, lost, created, opened again or have left
// are one step. Then come the deals that are not created yet, and last the distance of the published figure (a median,
// say) from the mean: what shared factors and spread do to it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "forecast/deals/deal_history.h"

namespace weir::forecast {

// A deal within a forecast.
struct ForecastDeal {
  std::uint64_t id = 0;
  DealKind kind = DealKind::kOpen;
  int stage = -1;
  double amount = 0;       // the mean of what it is won at; of a won deal what it was won at
  double probability = 0;  // that it brings this in within the period; 1 of one that did, 0 of a lost one
  std::optional<Day> close_day{};
  // Of the later forecast, for a deal that is open in both: what the model of the earlier one says of the deal as it
  // was but for its new closing date, and as it is now.
  std::optional<double> old_model_new_date{};
  std::optional<double> old_model_now{};
  // And what the model of the earlier one says it is won at, with the amount that people say now: the rest of the
  // change of `amount` is then of the model.
  std::optional<double> old_model_amount{};
};

struct DealForecast {
  std::vector<ForecastDeal> deals{};  // each id once; in any order
  double arrivals = 0;                // the mean of deals that are not created yet
  std::optional<double> published{};  // the figure that people saw; left out, the mean
};

enum class ChangeKind : std::uint8_t {
  kWon,
  kLost,
  kCreated,   // not there then, whatever has become of it since
  kReopened,  // closed then, open now
  kLeft,      // in no state now: deleted, or out of the scope
  kAmountUp,
  kAmountDown,
  kPulledIn,   // closing date earlier, or given for the first time
  kPushedOut,  // later, or taken away
  kStage,
  kAge,  // time that passed, and all else that people did
  kModel,
  kArrivals,
  kSpread,
};
inline constexpr std::size_t kChangeKinds = 14;

struct ChangeLine {
  ChangeKind kind = ChangeKind::kWon;
  std::int64_t amount = 0;  // minor units
  std::size_t deals = 0;    // that had such a change, be it of 0
};

// One step of one deal.
struct DealChange {
  std::uint64_t id = 0;
  ChangeKind kind = ChangeKind::kWon;
  std::int64_t amount = 0;
};

struct ForecastChange {
  std::int64_t before = 0;  // the published figures, in minor units
  std::int64_t after = 0;
  std::vector<ChangeLine> lines{};  // in the order of ChangeKind, those that happened; before + all of them = after
  std::vector<DealChange> deals{};  // by id, then in the order of the steps; the lines of deals are their sums
};

// Amounts are clamped to 10^17 minor units. O(deals log deals).
ForecastChange ChangeBetween(const DealForecast& earlier, const DealForecast& later, int minor_units = 100);

}  // namespace weir::forecast
