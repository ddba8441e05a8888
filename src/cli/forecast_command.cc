#include "cli/forecast_command.h"

#include <charconv>
#include <chrono>
#include <string_view>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include "base/executor.h"
#include "base/text.h"
#include "cli/forecast_output.h"
#include "cli/progress.h"

namespace weir::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kMostSteps = 10'000;
constexpr int kLongestSeason = 10'000;

double SecondsSince(Clock::time_point since) { return std::chrono::duration<double>(Clock::now() - since).count(); }

// "80,95" as shares, "none" as none; the texts go into the headers of the file.
Status ReadLevels(const std::string& text, ForecastSummary& summary, forecast::SeriesOptions& options) {
  options.levels.clear();
  if (text == "none") return {};
  for (std::size_t start = 0; start <= text.size();) {
    const std::size_t end = std::min(text.find(',', start), text.size());
    const std::string_view level = TrimBlanks(std::string_view(text).substr(start, end - start));
    double percent = 0;
    const auto [stop, error] = std::from_chars(level.data(), level.data() + level.size(), percent);
    if (error != std::errc() || stop != level.data() + level.size() || !(percent > 0 && percent < 100)) {
      return Fail(BadUsage("'{}' is no level of an interval", level)
                      .Field("level")
                      .Mend("Give per cents above 0 and below 100, such as --level 80,95, or --level none"));
    }
    summary.levels.emplace_back(level);
    options.levels.push_back(percent / 100);
    start = end + 1;
  }
  return {};
}

Result<forecast::SeriesOptions> OptionsOf(const ForecastCommandOptions& given, ForecastSummary& summary) {
  forecast::SeriesOptions options;
  if (given.path.empty()) {
    return Fail(
        BadUsage("no file of series is named").Mend("weir forecast SERIES.csv --horizon 12, or weir forecast deals"));
  }
  if (given.horizon < 1 || given.horizon > kMostSteps) {
    return Fail(BadUsage("the horizon has to be from 1 to {} steps", kMostSteps)
                    .Field("horizon")
                    .Mend("Say how many steps to look ahead, such as --horizon 12"));
  }
  if (given.season && (*given.season < 1 || *given.season > kLongestSeason)) {
    return Fail(BadUsage("a season has to be from 1 to {} steps", kLongestSeason)
                    .Field("season")
                    .Mend("1 means none; leave --season out to have it found"));
  }
  const auto method = forecast::MethodNamed(given.method);
  if (!method) {
    const std::vector<std::string> names = forecast::MethodNames();
    return Fail(NotFound("there is no method '{}'", given.method)
                    .Field("method")
                    .Mend("The methods are: {}", fmt::join(names, ", ")));
  }
  options.horizon = summary.horizon = given.horizon;
  options.season = given.season;
  options.method = *method;
  summary.method = given.method;
  summary.out = given.out;
  WEIR_TRY(ReadLevels(given.levels, summary, options));
  return options;
}

Status RunCommand(const Globals& globals, const ForecastCommandOptions& given, ForecastSummary& summary,
                  SeriesInput& input, std::vector<forecast::SeriesForecast>& forecasts) {
  WEIR_TRY(forecast::SeriesOptions options, OptionsOf(given, summary));
  ProgressLine line(globals);
  const analysis::Progress show = line.Callback();
  const Clock::time_point began = Clock::now();
  WEIR_TRY(input, ReadSeries(given.path, given.columns, show));
  summary.read_seconds = SecondsSince(began);
  options.candidates = input.axis.Seasons();
  show(MakePhrase("forecasting {} series", input.values.size()), -1);
  const Clock::time_point read = Clock::now();
  forecasts = forecast::ForecastSeries(input.values, options, Executor(globals.threads));
  summary.seconds = SecondsSince(read);
  const Clock::time_point fitted = Clock::now();
  if (!given.out.empty()) WEIR_TRY(WriteForecasts(given.out, input, forecasts, summary));
  summary.write_seconds = SecondsSince(fitted);
  line.Clear();
  return {};
}

}  // namespace

int RunForecast(const Globals& globals, const ForecastCommandOptions& options) {
  // Said before work is done for nothing.
  if (const Status known = CheckForecastTable(globals.table); !known) return PrintError(globals, known.error());
  ForecastSummary summary;
  SeriesInput input;
  std::vector<forecast::SeriesForecast> forecasts;
  if (const Status done = RunCommand(globals, options, summary, input, forecasts); !done) {
    return PrintError(globals, done.error());
  }
  if (globals.format == "json") {
    fmt::print("{}\n", ForecastJson(input, forecasts, summary));
    return 0;
  }
  return Print(globals, ForecastAnswer(input, forecasts, summary, LanguageNamed(globals.Language())));
}

}  // namespace weir::cli
