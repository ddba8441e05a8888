// Which periods a forecast of a book is of, and which it learns from.
#include <algorithm>

#include "forecast/deal_book.h"

namespace weir::forecast {

std::vector<ForecastPeriod> PeriodsBefore(const ForecastPeriod& period, metrics::Grain grain, int first_month,
                                          Day first_known, std::size_t most) {
  std::vector<ForecastPeriod> periods;
  metrics::DayRange days{{period.first}, {period.last}};
  while (periods.size() < most) {
    days = metrics::PeriodAround(metrics::AddDays(days.first, -1), grain, first_month);
    if (days.first.days < first_known) break;
    periods.push_back({.first = days.first.days, .last = days.last.days});
  }
  return periods;
}

LearnOptions OptionsOf(const DealBook& book, Day as_of, const ForecastPeriod& period, metrics::Grain grain,
                       int first_month) {
  constexpr std::size_t kPasts = 4;
  constexpr int kLeastWeeks = 14;
  constexpr int kMostWeeks = 53;
  LearnOptions options{.as_of = as_of,
                       .quarter_starts = book.quarter_starts,
                       .period = period,
                       .past_periods = PeriodsBefore(period, grain, first_month, book.first_known, kPasts + 1),
                       .scope = book.scope};
  std::erase_if(options.past_periods, [&](const ForecastPeriod& past) { return past.last > as_of; });
  if (options.past_periods.size() > kPasts) options.past_periods.resize(kPasts);
  options.horizon_weeks = std::clamp((period.last - as_of + 6) / 7, kLeastWeeks, kMostWeeks);
  return options;
}

}  // namespace weir::forecast
