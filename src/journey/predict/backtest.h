// How good would predictions have been? Models learn from the cases that had ended at a moment of the past, and are
// asked at each event after it what comes next and how long the case still takes.
#pragma once

#include <cstdint>
#include <stop_token>

#include "base/executor.h"
#include "base/result.h"
#include "journey/predict/next_step.h"
#include "journey/predict/remaining_time.h"

namespace weir::journey {

struct BacktestOptions {
  double split = .7;  // the moment before which this share of the cases had ended
  RemainingTimeOptions time;
};

struct PredictionQuality {
  Micros split_at = 0;
  std::uint64_t learned_cases = 0;
  std::uint64_t asked_cases = 0;
  // Next step, the end of the case being one.
  std::uint64_t asked_steps = 0;
  double accuracy = 0;        // share in which the most probable one came
  double naive_accuracy = 0;  // of what came most often
  double brier = 0;           // sum of squares over all steps, mean over questions: 0 is best, 2 worst
  double naive_brier = 0;     // of the shares of all steps
  double log_loss = 0;        // mean of -ln of the probability of what came
  double naive_log_loss = 0;
  // Time until the last event, asked while the case goes on.
  std::uint64_t asked_times = 0;
  double mean_error_seconds = 0;        // mean of |median - truth|
  double naive_mean_error_seconds = 0;  // of the mean of all
  double coverage = 0;                  // share of truths within the interval
  double mean_width_seconds = 0;
};

// Cases that ended at or after the split are asked about at their events from then on; nothing of them is learned.
// Errors: those of RemainingTimeModel::Fit; bad_input where the split is no share; cancelled.
Result<PredictionQuality> Backtested(const SortedLog& log, const BacktestOptions& options = {},
                                     const Executor& executor = Executor(1), const std::stop_token& stop = {});

}  // namespace weir::journey
