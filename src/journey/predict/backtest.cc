#include "journey/predict/backtest.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace weir::journey {
namespace {

constexpr std::size_t kPiece = 256;  // cases

struct Sums {
  std::uint64_t cases = 0;
  std::uint64_t steps = 0;
  std::uint64_t times = 0;
  std::uint64_t hits = 0;
  std::uint64_t naive_hits = 0;
  std::uint64_t covered = 0;
  double brier = 0;
  double naive_brier = 0;
  double log_loss = 0;
  double naive_log_loss = 0;
  double error = 0;
  double naive_error = 0;
  double width = 0;
};

Micros EndOf(const SortedLog& log, CaseId id) { return log.at[log.begin_of_case[id + 1] - 1]; }

double BrierOf(std::span<const double> shares, ActivityId came) {
  double sum = 0;
  for (std::size_t at = 0; at < shares.size(); ++at) {
    const double miss = shares[at] - (at == came ? 1 : 0);
    sum += miss * miss;
  }
  return sum;
}

std::size_t MostProbable(std::span<const double> shares) {
  return static_cast<std::size_t>(std::ranges::max_element(shares) - shares.begin());
}

class Tester {
 public:
  Tester(const SortedLog& log, std::span<const CaseId> learned, const RemainingTimeModel& times, Micros split)
      : log_(&log),
        steps_(log, learned),
        times_(&times),
        split_(split),
        naive_(NextStepModel(log, learned, 0).Predict({})) {
    double sum = 0;
    std::uint64_t count = 0;
    for (const CaseId id : learned) {
      for (std::uint32_t event = log.begin_of_case[id]; event + 1 < log.begin_of_case[id + 1]; ++event) {
        sum += static_cast<double>(EndOf(log, id) - log.at[event]);
        ++count;
      }
    }
    mean_remaining_ = count > 0 ? sum / static_cast<double>(count) : 0;
  }

  void Ask(CaseId id, Sums& sums) const {
    const std::uint32_t begin = log_->begin_of_case[id];
    const std::uint32_t end = log_->begin_of_case[id + 1];
    ++sums.cases;
    for (std::uint32_t event = begin; event < end; ++event) {
      if (log_->at[event] < split_) continue;
      const std::span<const ActivityId> done = log_->StepsOf(id).first(event + 1 - begin);
      AskStep(done, event + 1 < end ? log_->activity_of[event + 1] : log_->activities, sums);
      if (event + 1 == end) continue;
      AskTime({.steps = done, .started = log_->at[begin], .last_at = log_->at[event], .now = log_->at[event]},
              log_->at[end - 1] - log_->at[event], sums);
    }
  }

 private:
  void AskStep(std::span<const ActivityId> done, ActivityId came, Sums& sums) const {
    const std::vector<double> shares = steps_.Predict(done);
    ++sums.steps;
    sums.hits += MostProbable(shares) == came ? 1 : 0;
    sums.naive_hits += MostProbable(naive_) == came ? 1 : 0;
    sums.brier += BrierOf(shares, came);
    sums.naive_brier += BrierOf(naive_, came);
    sums.log_loss -= std::log(shares[came]);
    sums.naive_log_loss -= std::log(naive_[came]);
  }

  void AskTime(const RunningCase& running, Micros truth, Sums& sums) const {
    const RemainingTime time = times_->Predict(running);
    ++sums.times;
    sums.covered += time.low <= truth && truth <= time.high ? 1 : 0;
    sums.error += std::abs(static_cast<double>(time.median - truth));
    sums.naive_error += std::abs(mean_remaining_ - static_cast<double>(truth));
    sums.width += static_cast<double>(time.high - time.low);
  }

  const SortedLog* log_;
  NextStepModel steps_;
  const RemainingTimeModel* times_;
  Micros split_;
  std::vector<double> naive_;
  double mean_remaining_ = 0;
};

void Add(Sums& whole, const Sums& part) {
  whole.cases += part.cases;
  whole.steps += part.steps;
  whole.times += part.times;
  whole.hits += part.hits;
  whole.naive_hits += part.naive_hits;
  whole.covered += part.covered;
  whole.brier += part.brier;
  whole.naive_brier += part.naive_brier;
  whole.log_loss += part.log_loss;
  whole.naive_log_loss += part.naive_log_loss;
  whole.error += part.error;
  whole.naive_error += part.naive_error;
  whole.width += part.width;
}

PredictionQuality QualityOf(const Sums& sums) {
  const double steps = std::max<double>(static_cast<double>(sums.steps), 1);
  const double times = std::max<double>(static_cast<double>(sums.times), 1);
  return {.asked_cases = sums.cases,
          .asked_steps = sums.steps,
          .accuracy = static_cast<double>(sums.hits) / steps,
          .naive_accuracy = static_cast<double>(sums.naive_hits) / steps,
          .brier = sums.brier / steps,
          .naive_brier = sums.naive_brier / steps,
          .log_loss = sums.log_loss / steps,
          .naive_log_loss = sums.naive_log_loss / steps,
          .asked_times = sums.times,
          .mean_error_seconds = sums.error / times / 1e6,
          .naive_mean_error_seconds = sums.naive_error / times / 1e6,
          .coverage = static_cast<double>(sums.covered) / times,
          .mean_width_seconds = sums.width / times / 1e6};
}

}  // namespace

Result<PredictionQuality> Backtested(const SortedLog& log, const BacktestOptions& options, const Executor& executor,
                                     const std::stop_token& stop) {
  if (!(options.split > 0 && options.split < 1)) {
    return Fail(BadInput("the split of a back-test is a share between 0 and 1, not {}", options.split));
  }
  std::vector<CaseId> cases;
  for (CaseId id = 0; id < log.cases(); ++id) {
    if (!log.StepsOf(id).empty()) cases.push_back(id);
  }
  if (cases.empty()) return Fail(NotEnoughData("the log has no events"));
  std::ranges::sort(cases, [&log](CaseId a, CaseId b) {
    return EndOf(log, a) != EndOf(log, b) ? EndOf(log, a) < EndOf(log, b) : a < b;
  });
  const Micros split = EndOf(log, cases[static_cast<std::size_t>(options.split * static_cast<double>(cases.size()))]);
  const auto asked_from = std::ranges::lower_bound(cases, split, {}, [&log](CaseId id) { return EndOf(log, id); });
  const std::vector<CaseId> learned(cases.begin(), asked_from);
  const std::vector<CaseId> asked(asked_from, cases.end());
  WEIR_TRY(const RemainingTimeModel times, RemainingTimeModel::Fit(log, learned, options.time));
  const Tester tester(log, learned, times, split);
  std::vector<Sums> parts((asked.size() + kPiece - 1) / kPiece);
  executor.ForPieces(asked.size(), kPiece, [&](std::size_t begin, std::size_t end) {
    if (stop.stop_requested()) return;
    for (std::size_t at = begin; at < end; ++at) tester.Ask(asked[at], parts[begin / kPiece]);
  });
  if (stop.stop_requested()) return Fail(Cancelled("the back-test was stopped"));
  Sums whole;
  for (const Sums& part : parts) Add(whole, part);
  PredictionQuality quality = QualityOf(whole);
  quality.split_at = split;
  quality.learned_cases = learned.size();
  return quality;
}

}  // namespace weir::journey
