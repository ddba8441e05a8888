// `weir forecast FILE`: what comes next in each series of a file. Needs no workspace. Gives the exit status.
#pragma once

#include <optional>
#include <string>

#include "cli/forecast_input.h"
#include "cli/globals.h"

namespace weir::cli {

struct ForecastCommandOptions {
  std::string path;
  int horizon = 0;
  std::optional<int> season;     // none: found
  std::string levels = "80,95";  // in per cent, with commas
  std::string method = "combination";
  std::string out;  // a file; empty: none is written
  ForecastColumns columns;
};

int RunForecast(const Globals& globals, const ForecastCommandOptions& options);

}  // namespace weir::cli
