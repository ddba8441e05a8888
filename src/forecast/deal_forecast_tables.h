// The tables of forecast.deals, from what was made. Internal to forecast/.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "analysis/declaration.h"
#include "analysis/result.h"
#include "forecast/deal_book.h"
#include "forecast/deals/forecast_change.h"
#include "forecast/deals/period_forecast.h"
#include "metrics/ask.h"
#include "metrics/period.h"

namespace weir::forecast {

// A forecast as of one day.
struct MadeForecast {
  PeriodModel model;
  PeriodForecast forecast;
};

struct DealForecastFacts {
  DealBook book = {};
  metrics::DayRange days = {};
  ForecastPeriod period = {};
  std::optional<MadeForecast> now = {};
  std::optional<MadeForecast> then = {};     // of the day since which changes are told
  std::vector<analysis::Text> reasons = {};  // of the open deals of `now`
  std::optional<ForecastChange> change = {};
  metrics::Target target = {};
  std::string currency = {};
};

// Amounts of a forecast in whole minor units of the currency, of which all sums are made.
int MinorUnitsOf(const std::string& currency);
std::int64_t ToMinor(double amount, const std::string& currency);

// The deals of a forecast, numbered by their place in the book, for what changed between two.
DealForecast DealForecastOf(const DealBook& book, const MadeForecast& made, double published);

// Won deals of the period that are asked for, by their place in the book.
std::vector<std::size_t> WonDeals(const DealBook& book, const ForecastPeriod& period);

std::vector<analysis::TableSpec> DealForecastSpecs();
std::vector<analysis::Table> DealForecastTables(const DealForecastFacts& facts);

}  // namespace weir::forecast
