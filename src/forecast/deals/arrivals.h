// Deals that are not created yet: how many will be, how many of them will be won before the period ends, and at what.
//
// The number of a week has a level (a mean of past weeks in which each 26 weeks back count half), a season by weeks
// left in the quarter as far as the data show one (drawn to none by James and Stein's rule), a spread around both, and
// an error of the level, measured by what earlier levels said of the quarters that followed them. Wins by age are a
// cumulative incidence (Aalen, Johansen 1978) in weeks. Amounts are those of past wins, each as often as a deal created
// on some day of the period is old enough by its end, mixed with all: what is won early is often smaller.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "forecast/deals/deal_history.h"
#include "forecast/deals/levers.h"
#include "forecast/deals/revenue_distribution.h"

namespace weir::forecast {

struct ArrivalOptions {
  Day as_of = 0;
  int history_weeks = 156;            // weeks before as_of that are looked at
  std::vector<Day> quarter_starts{};  // rising; without them there is no season
};

// What is expected of deals created after as_of, within a period.
struct ExpectedArrivals {
  double created = 0;   // mean number
  CompoundWins wins{};  // of those that are won within the period
};

class Arrivals {
 public:
  // By what was known on as_of. Where no deal is known at all, none is expected. O(deals + weeks).
  static Arrivals Fit(std::span<const DealHistory> deals, const ArrivalOptions& options);

  // Won from as_of to the end of `last_day`.
  ExpectedArrivals Until(Day last_day) const;
  // Won from `first_day`, which is after as_of, to the end of `last_day`, if the levers stand so.
  ExpectedArrivals Between(Day first_day, Day last_day, const Levers& levers = {}) const;

  double level() const { return level_; }              // deals a week
  double dispersion() const { return dispersion_; }    // variance of a week's number over its mean, 1 at least
  double level_error() const { return level_error_; }  // relative standard deviation of the level in the next quarter
  // How many times the level come in a week with so many weeks left in the quarter (0 to 13); 1 without a season.
  const std::array<double, 14>& season() const { return season_; }
  // The share of deals that are won within 0, 1, 2 and so on weeks of their creation; rising.
  const std::vector<double>& won_by_age() const { return won_by_age_; }

 private:
  struct Win {
    int age = 0;  // weeks
    double amount = 0;
  };

  double SeasonOf(Day day) const;
  std::vector<double> SeasonsOf(std::size_t weeks) const;  // of weeks before as_of, the latest first
  double WonWithin(double weeks) const;
  std::vector<PossibleAmount> AmountsWithin(double days) const;
  void FitNumbers(const std::vector<double>& counts);
  void FitSeason(const std::vector<double>& counts);
  void FitLevelError(const std::vector<double>& counts);

  ArrivalOptions options_;
  double level_ = 0;
  double dispersion_ = 1;
  double level_error_ = 0;
  std::array<double, 14> season_{};
  std::vector<double> won_by_age_{0};
  std::vector<Win> wins_;
};

}  // namespace weir::forecast
