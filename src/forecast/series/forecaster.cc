#include "forecast/series/forecaster.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "forecast/series/conformal.h"
#include "forecast/series/season.h"

namespace weir::forecast {
namespace {

// Scores of a group of series that are aimed at, and the most earlier forecasts of one of them.
constexpr std::size_t kWantedScores = 400;
constexpr std::size_t kMostOrigins = 20;
// Values before an earlier forecast: fewer tell too little of how a series of full length is foretold.
constexpr std::size_t kFewestBefore = 6;

struct Fitted {
  Said said;
  std::vector<Outlook> earlier;      // what was said from earlier origins
  std::vector<std::size_t> origins;  // how many values each was made of
};

// The numbers of values that earlier forecasts are made of, the longest first; half of the series at least.
std::vector<std::size_t> OriginsOf(std::size_t values, std::size_t horizon, std::size_t wanted) {
  std::vector<std::size_t> origins;
  const std::size_t least = std::max(kFewestBefore, values / 2);
  if (values < 2) return origins;
  // A short series is judged on fewer steps than are foretold.
  const std::size_t first = values > horizon && values - horizon >= least ? values - horizon : least;
  if (first >= values) return origins;
  const std::size_t room = first - least;
  const std::size_t count = std::min(wanted, room + 1);
  const std::size_t apart = count > 1 ? std::max<std::size_t>(1, std::min(horizon, room / (count - 1))) : 1;
  for (std::size_t i = 0; i < count; ++i) origins.push_back(first - i * apart);
  return origins;
}

// Series whose scores are taken together: of one season.
int GroupOf(const Seasons& seasons) { return seasons.empty() ? 1 : seasons.front(); }

// A model that fits its values without an error is too sure: next time it errs by a part of what the series moves from
// step to step, the more so the fewer steps there are.
void BoundDeviations(Values values, Outlook* outlook) {
  constexpr double kLeastShare = .05;
  double squares = 0;
  double changes = 0;
  for (std::size_t t = 1; t < values.size(); ++t) {
    const double change = values[t] - values[t - 1];
    if (IsMissing(change)) continue;
    squares += change * change;
    changes += 1;
  }
  if (changes == 0) return;
  const double least = std::max(kLeastShare, 1 / changes) * std::sqrt(squares / changes);
  for (double& deviation : outlook->deviation) deviation = std::max(deviation, least);
}

SeriesForecast Finish(const Said& said, const ConformalScores& scores, const SeriesOptions& options, bool is_positive) {
  SeriesForecast forecast;
  forecast.model = said.model;
  forecast.mean = said.outlook.mean;
  const std::size_t steps = forecast.mean.size();
  forecast.intervals.resize(options.levels.size());
  for (std::size_t i = 0; i < options.levels.size(); ++i) {
    Interval& interval = forecast.intervals[i];
    for (std::size_t step = 0; step < steps; ++step) {
      const auto reach = scores.At(step, options.levels[i]);
      const double deviation = said.outlook.deviation[step];
      interval.low.push_back(forecast.mean[step] - reach.below * deviation);
      interval.high.push_back(forecast.mean[step] + reach.above * deviation);
      if (is_positive) {
        interval.low.back() = std::max(interval.low.back(), 0.0);
        interval.high.back() = std::max(interval.high.back(), 0.0);
      }
    }
  }
  if (is_positive) {
    for (double& mean : forecast.mean) mean = std::max(mean, 0.0);
  }
  return forecast;
}

class Forecaster {
 public:
  Forecaster(std::span<const std::vector<double>> series, const SeriesOptions& options, const Executor& executor,
             std::stop_token stop)
      : series_(series), options_(options), executor_(executor), stop_(std::move(stop)) {}

  std::vector<SeriesForecast> Run() {
    FindAllSeasons();
    FitAll();
    if (stop_.stop_requested()) return {};
    std::map<int, ConformalScores> scores;
    std::map<int, std::size_t> judged;
    for (std::size_t i = 0; i < series_.size(); ++i) {
      const auto [group, is_new] = scores.try_emplace(GroupOf(seasons_[i]), options_.horizon);
      for (std::size_t k = 0; k < fitted_[i].origins.size(); ++k) {
        group->second.Add(fitted_[i].earlier[k], Values(series_[i]).subspan(fitted_[i].origins[k]));
      }
      judged[group->first] += fitted_[i].origins.empty() ? 0 : 1;
    }
    for (auto& [group, all] : scores) all.Finish();
    std::vector<SeriesForecast> forecasts;
    forecasts.reserve(series_.size());
    for (std::size_t i = 0; i < series_.size(); ++i) {
      const int group = GroupOf(seasons_[i]);
      const bool is_positive = std::ranges::none_of(series_[i], [](double value) { return value < 0; });
      forecasts.push_back(Finish(fitted_[i].said, scores.at(group), options_, is_positive));
      forecasts.back().seasons = seasons_[i];
      if (scores.at(group).count() < ConformalScores::kFewestScores) continue;
      forecasts.back().source = judged[group] > 1 ? IntervalSource::kFile : IntervalSource::kOwn;
    }
    return forecasts;
  }

 private:
  void FindAllSeasons() {
    seasons_.resize(series_.size());
    executor_.ForEach(series_.size(), [&](std::size_t i) {
      if (stop_.stop_requested()) return;
      if (!options_.season) {
        seasons_[i] = FindSeasons(series_[i], options_.candidates);
      } else if (*options_.season > 1) {
        seasons_[i] = {*options_.season};
      }
    });
  }

  void FitAll() {
    std::map<int, std::size_t> in_group;
    for (const Seasons& seasons : seasons_) ++in_group[GroupOf(seasons)];
    fitted_.resize(series_.size());
    const auto horizon = static_cast<std::size_t>(options_.horizon);
    executor_.ForEach(series_.size(), [&](std::size_t i) {
      if (stop_.stop_requested()) return;
      const Values values = series_[i];
      Fitted& fitted = fitted_[i];
      fitted.said = RunMethod(options_.method, values, seasons_[i], options_.horizon);
      BoundDeviations(values, &fitted.said.outlook);
      if (options_.levels.empty()) return;
      const std::size_t scores = in_group.at(GroupOf(seasons_[i])) * horizon;
      const std::size_t wanted = std::clamp<std::size_t>((kWantedScores + scores - 1) / scores, 1, kMostOrigins);
      fitted.origins = OriginsOf(values.size(), horizon, wanted);
      for (const std::size_t origin : fitted.origins) {
        const Values before = values.first(origin);
        fitted.earlier.push_back(RunMethod(options_.method, before, seasons_[i], options_.horizon).outlook);
        BoundDeviations(before, &fitted.earlier.back());
      }
    });
  }

  std::span<const std::vector<double>> series_;
  const SeriesOptions& options_;
  const Executor& executor_;
  std::stop_token stop_;
  std::vector<Seasons> seasons_;
  std::vector<Fitted> fitted_;
};

}  // namespace

std::vector<SeriesForecast> ForecastSeries(std::span<const std::vector<double>> series, const SeriesOptions& options,
                                           const Executor& executor, std::stop_token stop) {
  return Forecaster(series, options, executor, std::move(stop)).Run();
}

}  // namespace weir::forecast
