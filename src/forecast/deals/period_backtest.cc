#include "forecast/deals/period_backtest.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <utility>

namespace weir::forecast {
namespace {

constexpr double kLeastProbability = 1e-6;

// One model of one day, and what it says.
struct Origin {
  ForecastPeriod period{};
  Day as_of = 0;
  std::optional<PeriodModel> model{};
  std::optional<PeriodPast> past{};  // what it said of its period, once that was over
};

// The places of origins: by period, those of the warm-up first, then week.
class Origins {
 public:
  Origins(std::span<const DealHistory> deals, const BacktestOptions& options) : deals_(deals), options_(options) {
    periods_ = options.warm_up;
    periods_.insert(periods_.end(), options.periods.begin(), options.periods.end());
    origins_.resize(periods_.size() * options.weeks.size());
    for (std::size_t i = 0; i < origins_.size(); ++i) {
      origins_[i].period = periods_[i / options.weeks.size()];
      origins_[i].as_of = origins_[i].period.first - 1 + 7 * options.weeks[i % options.weeks.size()];
    }
  }

  std::size_t size() const { return origins_.size(); }
  const Origin& at(std::size_t i) const { return origins_[i]; }
  const ForecastPeriod& PeriodOf(std::size_t period) const { return periods_[period]; }

  Status Learn(std::size_t i) {
    Origin& origin = origins_[i];
    const bool is_judged = i / options_.weeks.size() >= options_.warm_up.size();
    const int weeks = (origin.period.last - origin.as_of + 6) / 7;
    Result<PeriodModel> model = PeriodModel::Learn(deals_, {.as_of = origin.as_of,
                                                            .quarter_starts = options_.quarter_starts,
                                                            .period = origin.period,
                                                            .scope = options_.scope,
                                                            .horizon_weeks = std::clamp(weeks, 4, 26),
                                                            .may_boost = options_.may_boost && is_judged,
                                                            .cells = options_.cells});
    if (!model) return model.error().code() == Code::kNotEnoughData ? Status() : Status(Fail(model.error()));
    const std::size_t next = i + options_.weeks.size();
    // The day of the next snapshot from this week, the first that may learn from it.
    const Day known_by = next < origins_.size() ? origins_[next].as_of : options_.known_by;
    WEIR_TRY(origin.past, model->PastOf(deals_, origin.period, known_by));
    origin.model = std::move(*model);
    return {};
  }

  // The model with the factor of the pasts that were over by its day.
  PeriodModel Settled(std::size_t i) const {
    std::vector<PeriodPast> pasts;
    std::size_t before = i;
    while (before >= options_.weeks.size() && std::ssize(pasts) < options_.pasts) {
      before -= options_.weeks.size();
      if (origins_[before].past) pasts.push_back(*origins_[before].past);
    }
    PeriodModel model = *origins_[i].model;
    model.Settle(pasts);
    return model;
  }

 private:
  std::span<const DealHistory> deals_;
  const BacktestOptions& options_;
  std::vector<ForecastPeriod> periods_;
  std::vector<Origin> origins_;
};

// How far the learning is; one thread tells at a time.
class Told {
 public:
  Told(std::size_t all, const std::function<void(double)>& report) : all_(all), report_(report) {}

  void Step() {
    if (!report_) return;
    const std::lock_guard lock(mutex_);
    ++done_;
    report_(static_cast<double>(done_) / static_cast<double>(all_));
  }

 private:
  std::mutex mutex_;
  std::size_t done_ = 0;
  std::size_t all_;
  const std::function<void(double)>& report_;
};

void TellBaselines(std::span<const DealHistory> deals, const BacktestOptions& options,
                   const std::optional<ForecastPeriod>& before, const ForecastPeriod& period,
                   BacktestSnapshot* snapshot) {
  const Day as_of = snapshot->as_of;
  const auto at = [&](Baseline baseline) -> std::optional<double>& {
    return snapshot->baselines[static_cast<std::size_t>(baseline)];
  };
  at(Baseline::kStageWeighted) = StageWeighted(deals, period, as_of, options.scope);
  if (before) at(Baseline::kLastPeriod) = WonIn(deals, *before, as_of, options.scope);
  const double passed = as_of - period.first + 1;
  at(Baseline::kLinear) = WonIn(deals, period, as_of, options.scope) / passed * (period.last - period.first + 1);
}

Status TellModel(std::span<const DealHistory> deals, const BacktestOptions& options, const PeriodModel& model,
                 const ForecastPeriod& period, BacktestSnapshot* snapshot) {
  WEIR_TRY(const PeriodForecast forecast, model.Forecast(deals, period));
  snapshot->is_said = true;
  snapshot->won = forecast.won;
  snapshot->mean = forecast.total.Mean();
  snapshot->p10 = forecast.total.Quantile(.1);
  snapshot->p50 = forecast.total.Quantile(.5);
  snapshot->p90 = forecast.total.Quantile(.9);
  snapshot->crps = forecast.total.Crps(snapshot->actual);
  snapshot->open_said = forecast.open_mean;
  snapshot->arrivals_said = forecast.arrivals_mean;
  snapshot->correlation = model.learnt().factor.correlation;
  snapshot->kind = model.learnt().judgement.kind;
  snapshot->deals.reserve(forecast.open.size());
  for (const DealProspect& deal : forecast.open) {
    const DealState* after = StateAt(deals[deal.deal], options.known_by, options.known_by);
    const bool came = after != nullptr && after->kind == DealKind::kWon && period.Has(CountsOn(*after));
    snapshot->deals.push_back({.probability = deal.probability, .came = came});
    if (came) snapshot->open_came += after->amount;
  }
  snapshot->arrivals_came = snapshot->actual - snapshot->won - snapshot->open_came;
  return {};
}

double Pinball(double said, double came, double share) {
  return came >= said ? share * (came - said) : (1 - share) * (said - came);
}

}  // namespace

std::string_view NameOf(Baseline baseline) {
  switch (baseline) {
    case Baseline::kStageWeighted:
      return "stage_weighted";
    case Baseline::kLastPeriod:
      return "last_period";
    case Baseline::kLinear:
      break;
  }
  return "linear";
}

StageRates StageRates::Fit(std::span<const DealHistory> deals, Day as_of) {
  constexpr double kCommonWeight = 2;
  struct Count {
    double won = 0;
    double all = 0;
  };
  std::map<int, Count> counts;
  Count total;
  for (const DealHistory& deal : deals) {
    const DealState* state = StateAt(deal, as_of, as_of);
    if (state == nullptr || state->kind == DealKind::kOpen) continue;
    const double won = state->kind == DealKind::kWon ? 1 : 0;
    total.won += won;
    ++total.all;
    std::vector<int> seen;
    for (const DealState* past : StatesUntil(deal, as_of, as_of)) {
      if (past->kind == DealKind::kOpen && past->stage >= 0) seen.push_back(past->stage);
    }
    std::sort(seen.begin(), seen.end());
    seen.erase(std::unique(seen.begin(), seen.end()), seen.end());
    for (const int stage : seen) {
      counts[stage].won += won;
      ++counts[stage].all;
    }
  }
  StageRates rates;
  rates.all_ = total.all > 0 ? total.won / total.all : 0;
  rates.rates_.assign(counts.empty() ? 0 : static_cast<std::size_t>(counts.rbegin()->first) + 1, rates.all_);
  for (const auto& [stage, count] : counts) {
    rates.rates_[static_cast<std::size_t>(stage)] =
        (count.won + kCommonWeight * rates.all_) / (count.all + kCommonWeight);
  }
  return rates;
}

double StageRates::Of(int stage) const {
  return stage >= 0 && static_cast<std::size_t>(stage) < rates_.size() ? rates_[static_cast<std::size_t>(stage)] : all_;
}

double StageWeighted(std::span<const DealHistory> deals, const ForecastPeriod& period, Day as_of,
                     const ForecastScope& scope) {
  const StageRates rates = StageRates::Fit(deals, as_of);
  double sum = WonIn(deals, period, as_of, scope);
  for (std::size_t i = 0; i < deals.size(); ++i) {
    const DealState* state = StateAt(deals[i], as_of, as_of);
    if (state == nullptr || state->kind != DealKind::kOpen || !scope.Has(i, *state)) continue;
    if (state->close_day && *state->close_day > period.last) continue;
    sum += state->amount * rates.Of(state->stage);
  }
  return sum;
}

Result<std::vector<BacktestSnapshot>> RunBacktest(std::span<const DealHistory> deals, const BacktestOptions& options,
                                                  const Executor& executor, const std::stop_token& stop,
                                                  const std::function<void(double)>& report) {
  Origins origins(deals, options);
  Told told(origins.size(), report);
  std::vector<Status> learnt(origins.size());
  executor.ForEach(origins.size(), [&](std::size_t i) {
    if (stop.stop_requested()) return;
    learnt[i] = origins.Learn(i);
    told.Step();
  });
  if (stop.stop_requested()) return Fail(Cancelled("stopped before it was done"));
  for (const Status& status : learnt) WEIR_TRY(status);
  const std::size_t weeks = options.weeks.size();
  const std::size_t skipped = options.warm_up.size() * weeks;
  std::vector<BacktestSnapshot> snapshots(origins.size() - skipped);
  std::vector<Status> said(snapshots.size());
  executor.ForEach(snapshots.size(), [&](std::size_t i) {
    const Origin& origin = origins.at(skipped + i);
    const std::size_t place = (skipped + i) / weeks;
    BacktestSnapshot& snapshot = snapshots[i];
    snapshot = {.period = i / weeks, .week = options.weeks[i % weeks], .as_of = origin.as_of};
    snapshot.actual = WonIn(deals, origin.period, options.known_by, options.scope);
    const auto before = place > 0 ? std::optional(origins.PeriodOf(place - 1)) : std::nullopt;
    TellBaselines(deals, options, before, origin.period, &snapshot);
    if (origin.model) said[i] = TellModel(deals, options, origins.Settled(skipped + i), origin.period, &snapshot);
  });
  for (const Status& status : said) WEIR_TRY(status);
  return snapshots;
}

std::optional<BacktestScore> ScoreOf(std::span<const BacktestSnapshot> snapshots, std::optional<Baseline> baseline) {
  BacktestScore score;
  double came = 0;
  double within = 0;
  for (const BacktestSnapshot& snapshot : snapshots) {
    if (!snapshot.is_said) continue;
    double said = snapshot.p50;
    if (baseline) {
      const auto& told = snapshot.baselines[static_cast<std::size_t>(*baseline)];
      if (!told) continue;
      said = *told;
    }
    ++score.snapshots;
    came += snapshot.actual;
    score.wape += std::abs(said - snapshot.actual);
    score.bias += said - snapshot.actual;
    score.pinball[0] += Pinball(snapshot.p10, snapshot.actual, .1);
    score.pinball[1] += Pinball(snapshot.p50, snapshot.actual, .5);
    score.pinball[2] += Pinball(snapshot.p90, snapshot.actual, .9);
    score.crps += snapshot.crps;
    within += snapshot.actual >= snapshot.p10 && snapshot.actual <= snapshot.p90 ? 1 : 0;
  }
  if (score.snapshots == 0 || came <= 0) return std::nullopt;
  score.wape /= came;
  score.bias /= came;
  score.crps /= came;
  for (double& each : score.pinball) each /= came;
  score.coverage = within / static_cast<double>(score.snapshots);
  return score;
}

BacktestCalibration CalibrationOf(std::span<const BacktestSnapshot> snapshots) {
  BacktestCalibration all;
  for (const BacktestSnapshot& snapshot : snapshots) {
    for (const SaidDeal& deal : snapshot.deals) {
      const double came = deal.came ? 1 : 0;
      CalibrationBin& bin = all.bins[std::min<std::size_t>(9, static_cast<std::size_t>(deal.probability * 10))];
      ++bin.deals;
      bin.said += deal.probability;
      bin.came += came;
      ++all.deals;
      all.brier += (deal.probability - came) * (deal.probability - came);
      all.log_loss -= std::log(std::max(kLeastProbability, deal.came ? deal.probability : 1 - deal.probability));
    }
  }
  for (CalibrationBin& bin : all.bins) {
    if (bin.deals == 0) continue;
    bin.said /= static_cast<double>(bin.deals);
    bin.came /= static_cast<double>(bin.deals);
  }
  if (all.deals == 0) return all;
  all.brier /= static_cast<double>(all.deals);
  all.log_loss /= static_cast<double>(all.deals);
  return all;
}

}  // namespace weir::forecast
