// What `weir forecast FILE` gives: a file of forecasts, and its answer for programs and for people.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "cli/forecast_input.h"
#include "engine/engine.h"
#include "forecast/series/forecaster.h"

namespace weir::cli {

struct ForecastSummary {
  int horizon = 0;
  std::string method;               // as --method names it
  std::vector<std::string> levels;  // of intervals, in per cent as they were given: "80"
  double seconds = 0;               // of fitting and foretelling, without reading and writing
  double read_seconds = 0;
  double write_seconds = 0;
  std::string out;  // the file; empty: none is written
};

// A row a series and step: unique_id,ds,mean,lo-80,hi-80,... Under its name once it is whole. Errors: kUnavailable.
Status WriteForecasts(const std::string& path, const SeriesInput& input,
                      const std::vector<forecast::SeriesForecast>& forecasts, const ForecastSummary& summary);

// One JSON document.
std::string ForecastJson(const SeriesInput& input, const std::vector<forecast::SeriesForecast>& forecasts,
                         const ForecastSummary& summary);

// Whether ForecastAnswer will have a table of that name; empty means all. Errors: kNotFound with those that it has.
Status CheckForecastTable(const std::string& name);

// Tables summary, models and forecast, in the language. Of many series the last two show those of the first ones, and
// a notice says so.
engine::Answer ForecastAnswer(const SeriesInput& input, const std::vector<forecast::SeriesForecast>& forecasts,
                              const ForecastSummary& summary, Language language);

}  // namespace weir::cli
