// Back-test of predictions on a log in plain text, a line an event: case, activity, microseconds.
//
//   bench_journey_predict_run LOG [THREADS]
#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <numeric>
#include <string>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "journey/predict/backtest.h"

namespace weir::journey {
namespace {

SortedLog ReadLog(const std::string& path) {
  std::vector<std::tuple<std::uint32_t, Micros, std::size_t, std::uint32_t>> events;
  std::ifstream file(path);
  std::uint32_t id = 0;
  std::uint32_t activity = 0;
  Micros at = 0;
  while (file >> id >> activity >> at) events.emplace_back(id, at, events.size(), activity);
  std::ranges::sort(events);
  SortedLog log;
  for (const auto& [of, when, place, what] : events) {
    while (log.begin_of_case.size() <= of) log.begin_of_case.push_back(static_cast<std::uint32_t>(log.at.size()));
    log.activity_of.push_back(what);
    log.at.push_back(when);
    log.event_of.push_back(static_cast<std::uint32_t>(place));
    log.activities = std::max(log.activities, what + 1);
  }
  log.begin_of_case.push_back(static_cast<std::uint32_t>(log.at.size()));
  return log;
}

int Run(const SortedLog& log, int threads) {
  const auto begin = std::chrono::steady_clock::now();
  const Result<PredictionQuality> quality = Backtested(log, {}, Executor(threads));
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
  if (!quality) {
    fmt::print("{}\n", quality.error().ToString());
    return 1;
  }
  constexpr double kDay = 86'400;
  fmt::print("{} cases learned, {} asked, {:.2f} s\n", quality->learned_cases, quality->asked_cases, taken.count());
  fmt::print("next step: accuracy {:.3f} (naive {:.3f}), Brier {:.3f} ({:.3f}), log loss {:.3f} ({:.3f}), {} asked\n",
             quality->accuracy, quality->naive_accuracy, quality->brier, quality->naive_brier, quality->log_loss,
             quality->naive_log_loss, quality->asked_steps);
  fmt::print("time left: mean error {:.2f} days (naive {:.2f}), 80 % interval covers {:.3f}, {:.2f} days wide\n",
             quality->mean_error_seconds / kDay, quality->naive_mean_error_seconds / kDay, quality->coverage,
             quality->mean_width_seconds / kDay);
  return 0;
}

}  // namespace
}  // namespace weir::journey

int main(int count, char** arguments) {
  if (count < 2) {
    std::cerr << "LOG [THREADS]\n";
    return 2;
  }
  return weir::journey::Run(weir::journey::ReadLog(arguments[1]), count > 2 ? std::stoi(arguments[2]) : 1);
}
