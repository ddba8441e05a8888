// How good forecasts of periods would have been: each made again as on a day of the past, by what was known then alone,
// and held against what came, beside the plain ways that people forecast by.
//
// Origins roll: the model of each snapshot is learnt anew from what came before it, the factor of its teams from the
// periods before, seen from the same week by the models of then.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "forecast/deals/period_forecast.h"

namespace weir::forecast {

struct BacktestOptions {
  Day known_by = 0;                       // what came is what was known on this day
  std::vector<Day> quarter_starts{};      // rising
  std::vector<ForecastPeriod> periods{};  // one after another, each over by known_by; all are judged
  std::vector<ForecastPeriod> warm_up{};  // those before, the oldest first: a factor is learnt from them
  std::vector<int> weeks{1, 5, 9};        // a snapshot at the end of so many weeks of a period, rising
  int pasts = 6;                          // that the factor of a snapshot is learnt from, at most
  ForecastScope scope{};
  bool may_boost = true;
  std::size_t cells = 2048;
};

// What people do without a model. Nothing where it says nothing.
enum class Baseline : std::uint8_t {
  kStageWeighted,  // won, and open deals that are to close in the period by the share that deals of their stage are won
  kLastPeriod,     // what was won in the period before
  kLinear,         // what is won by now, as if the rest came as fast
};
inline constexpr std::size_t kBaselines = 3;
std::string_view NameOf(Baseline baseline);

// The shares by which deals of a stage are won: of those that closed by as_of and had been in it, mixed with two deals
// of the share of all.
class StageRates {
 public:
  static StageRates Fit(std::span<const DealHistory> deals, Day as_of);
  double Of(int stage) const;

 private:
  std::vector<double> rates_;  // by stage, from 0
  double all_ = 0;
};

// Won by `as_of`, and what open deals bring in by the rates of their stages; deals that are to close after the period
// bring in nothing, those without a closing date or with one that has passed count.
double StageWeighted(std::span<const DealHistory> deals, const ForecastPeriod& period, Day as_of,
                     const ForecastScope& scope = {});

// What was said of a deal that was open at a snapshot, and whether it was won within the period.
struct SaidDeal {
  double probability = 0;
  bool came = false;
};

struct BacktestSnapshot {
  std::size_t period = 0;  // its place among those judged
  int week = 0;
  Day as_of = 0;
  bool is_said = false;  // false where there was too little to learn from: what follows but for actual is empty then
  double won = 0;        // by then
  double mean = 0;
  double p10 = 0;
  double p50 = 0;
  double p90 = 0;
  double crps = 0;
  double open_said = 0;
  double open_came = 0;
  double arrivals_said = 0;
  double arrivals_came = 0;
  double correlation = 0;
  HazardKind kind = HazardKind::kLogit;
  std::array<std::optional<double>, kBaselines> baselines{};
  double actual = 0;
  std::vector<SaidDeal> deals{};
};

// `report` is told how far it is, 0 to 1, between the models; it may be called from several threads, one at a time.
// Snapshots by period, then week. Cancelled where `stop` is asked for.
Result<std::vector<BacktestSnapshot>> RunBacktest(std::span<const DealHistory> deals, const BacktestOptions& options,
                                                  const Executor& executor = Executor(1),
                                                  const std::stop_token& stop = {},
                                                  const std::function<void(double)>& report = {});

// The accuracy of one way to forecast over snapshots.
struct BacktestScore {
  std::size_t snapshots = 0;
  double wape = 0;  // sum of |said - came| over sum of came
  double bias = 0;  // sum of said - came over sum of came
  // Of the model alone, over sums of what came, and the share of snapshots within p10 .. p90.
  std::array<double, 3> pinball{};
  double crps = 0;
  double coverage = 0;
};

// Of snapshots that have the method (nothing: the model, by its median) and the model itself.
std::optional<BacktestScore> ScoreOf(std::span<const BacktestSnapshot> snapshots, std::optional<Baseline> baseline);

// Probabilities that were said, in tenths, and how often it came.
struct CalibrationBin {
  std::size_t deals = 0;
  double said = 0;  // mean
  double came = 0;  // share
};
struct BacktestCalibration {
  std::array<CalibrationBin, 10> bins{};
  std::size_t deals = 0;
  double brier = 0;
  double log_loss = 0;
};
BacktestCalibration CalibrationOf(std::span<const BacktestSnapshot> snapshots);

}  // namespace weir::forecast
