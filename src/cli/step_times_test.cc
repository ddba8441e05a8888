#include "cli/step_times.h"

#include <algorithm>
#include <chrono>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::cli {
namespace {

TEST(StepTimes, AddsUpWhatIsOneStepAndTellsTheLongestFirst) {
  StepTimes times;
  times.Begin("a-2026.csv: read 10 rows");
  times.Begin("building the model: deal");
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  times.Begin("a-2026.csv: read 20 rows");
  std::this_thread::sleep_for(std::chrono::milliseconds(30));
  times.Begin("a-2026.csv: read 3000 rows");
  std::istringstream lines(times.End());
  std::string line;
  std::getline(lines, line);
  EXPECT_EQ(line, "  seconds processor  step");
  std::vector<double> seconds;
  std::vector<std::string> names;
  while (std::getline(lines, line)) {
    seconds.push_back(std::stod(line));
    names.push_back(line.substr(21));
  }
  EXPECT_THAT(names, testing::UnorderedElementsAre("opening", "a-2026.csv: read rows", "building the model: deal"));
  EXPECT_TRUE(std::ranges::is_sorted(seconds, std::ranges::greater{}));
  EXPECT_GE(seconds[1], 0.03);
}

}  // namespace
}  // namespace weir::cli
