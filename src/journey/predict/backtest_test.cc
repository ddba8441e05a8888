#include "journey/predict/backtest.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/shared_sets_for_tests.h"
#include "base/time.h"
#include "journey/predict/logs_for_tests.h"

namespace weir::journey {
namespace {

using testing::MarkovLog;

TEST(BacktestTest, BeatsTheNaiveOnAChain) {
  const PredictionQuality quality = *Backtested(MarkovLog(1, 6'000));
  EXPECT_GT(quality.learned_cases, 3'500U);
  EXPECT_GT(quality.asked_steps, 3'000U);
  EXPECT_GT(quality.accuracy, quality.naive_accuracy + .05);
  EXPECT_LT(quality.brier, quality.naive_brier);
  EXPECT_LT(quality.log_loss, quality.naive_log_loss);
  EXPECT_LT(quality.mean_error_seconds, quality.naive_mean_error_seconds);
  EXPECT_NEAR(quality.coverage, .8, .04);
}

// What happens after the split changes what is asked, never what was learned.
TEST(BacktestTest, NothingAfterTheSplitIsLearned) {
  const SortedLog log = MarkovLog(2, 2'000);
  const PredictionQuality before = *Backtested(log);
  SortedLog changed = log;
  for (std::size_t event = 0; event < changed.size(); ++event) {
    // Later events of whatever kind become a kind that was never seen before the split.
    if (changed.at[event] >= before.split_at) changed.activity_of[event] = 3;
  }
  const PredictionQuality after = *Backtested(changed);
  EXPECT_EQ(before.learned_cases, after.learned_cases);
  EXPECT_EQ(before.split_at, after.split_at);
  EXPECT_LT(after.accuracy, before.accuracy);
  EXPECT_DOUBLE_EQ(before.naive_mean_error_seconds, after.naive_mean_error_seconds);
}

TEST(BacktestTest, ThreadsDoNotShow) {
  const SortedLog log = MarkovLog(3, 2'000);
  const PredictionQuality one = *Backtested(log);
  const PredictionQuality four = *Backtested(log, {}, Executor(4));
  EXPECT_EQ(one.accuracy, four.accuracy);
  EXPECT_EQ(one.log_loss, four.log_loss);
  EXPECT_EQ(one.mean_error_seconds, four.mean_error_seconds);
}

// Rows of case, activity and time, those of a case together and in order.
SortedLog HelpdeskLog(const std::filesystem::path& path) {
  SortedLog log{.begin_of_case = {0}};
  std::string last;
  const std::vector<std::vector<std::string>> rows = CsvRows(Unzipped(path));
  for (std::size_t row = 1; row < rows.size(); ++row) {
    if (row > 1 && rows[row][0] != last) log.begin_of_case.push_back(static_cast<std::uint32_t>(log.at.size()));
    last = rows[row][0];
    const auto activity = static_cast<ActivityId>(std::stoul(rows[row][1]));
    log.activities = std::max(log.activities, activity + 1);
    log.event_of.push_back(static_cast<std::uint32_t>(log.at.size()));
    log.activity_of.push_back(activity);
    log.at.push_back(ParseIsoInstant(rows[row][2])->micros);
  }
  log.begin_of_case.push_back(static_cast<std::uint32_t>(log.at.size()));
  return log;
}

TEST(BacktestTest, OfARealHelpdesk) {
  const std::filesystem::path path = SharedData() / "eventlogs/helpdesk.csv.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the helpdesk log is not here (WEIR_SHARED_DATA)";
  const SortedLog log = HelpdeskLog(path);
  ASSERT_EQ(log.cases(), 3'804U);
  ASSERT_EQ(log.size(), 13'710U);
  const PredictionQuality quality = *Backtested(log);
  EXPECT_GT(quality.accuracy, .8);
  EXPECT_LT(quality.naive_accuracy, .3);
  EXPECT_LT(quality.brier, .3);
  EXPECT_LT(quality.mean_error_seconds, .9 * quality.naive_mean_error_seconds);
  EXPECT_GT(quality.coverage, .7);
  EXPECT_LT(quality.coverage, .9);
}

TEST(BacktestTest, RefusesWhatItCannotSplit) {
  const SortedLog log = MarkovLog(4, 100);
  EXPECT_EQ(Backtested(log, {.split = 1}).error().code(), Code::kBadInput);
  EXPECT_EQ(Backtested(SortedLog{.begin_of_case = {0}}).error().code(), Code::kNotEnoughData);
  std::stop_source source;
  source.request_stop();
  EXPECT_EQ(Backtested(log, {}, Executor(1), source.get_token()).error().code(), Code::kCancelled);
}

}  // namespace
}  // namespace weir::journey
