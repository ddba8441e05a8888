#include "forecast/plan/revenue_scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forecast/deal_story_test.h"

namespace weir::forecast {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;

class ScenarioStory : public testing::DealStory {
 protected:
  ScenarioStory() {
    // Nobody is known to work here, so that hires cannot be planned.
    story.Run(
        "CREATE TABLE scoped.member (member_id VARCHAR, name VARCHAR, title VARCHAR, department VARCHAR, function "
        "VARCHAR, team_id VARCHAR, team VARCHAR, is_active BOOLEAN, started_at TIMESTAMP, ended_at TIMESTAMP)");
    Company({.deals = 130, .days = 1100, .win = .04, .loss = .06});
  }

  std::int64_t Of(const analysis::Output& output, const char* column, std::size_t row = 0) const {
    return Money(Cell(output, "scenario", column, row));
  }
};

TEST_F(ScenarioStory, WithoutALeverNothingMoves) {
  const analysis::Output output = Run("forecast.scenario", {{"quarters", {"0"}}, {"target", {"900000"}}});
  const analysis::Output deals = Run("forecast.period", {{"target", {"900000"}}});
  EXPECT_EQ(output.Find("scenario")->rows.size(), 1U);
  for (const char* column : {"p10", "p50", "p90", "mean"}) {
    EXPECT_EQ(Of(output, column), Of(output, fmt::format("base_{}", column).c_str()));
    EXPECT_EQ(Of(output, column), Money(Cell(deals, "forecast", column))) << column;
  }
  EXPECT_EQ(Cell(output, "scenario", "probability"), Cell(output, "scenario", "base_probability"));
  EXPECT_EQ(Of(output, "change"), 0);
  EXPECT_EQ(output.Find("steps")->rows.size(), 2U);
  EXPECT_THAT(output.Find("sensitivity")->rows, ::testing::SizeIs(4));
}

TEST_F(ScenarioStory, StepsAddUpAndEachLeverGoesItsWay) {
  const analysis::Output output =
      Run("forecast.scenario",
          {{"quarters", {"1"}}, {"win_rate", {"20"}}, {"price", {"10"}}, {"volume", {"15"}}, {"cycle", {"-10"}}});
  // Two quarters and both together.
  ASSERT_EQ(output.Find("scenario")->rows.size(), 3U);
  for (std::size_t row = 0; row < 3; ++row) EXPECT_GT(Of(output, "change", row), 0);
  const std::size_t last = output.Find("steps")->rows.size() - 1;
  ASSERT_EQ(last, 5U);
  const std::int64_t then = Money(Cell(output, "steps", "amount", last));
  EXPECT_EQ(Sum(output, "steps", "amount"), 2 * then);
  EXPECT_EQ(then, Of(output, "p50", 2));
  for (std::size_t row = 1; row < last; ++row) EXPECT_GT(Money(Cell(output, "steps", "amount", row)), 0) << row;
  // Less of what helps is less, and a shorter cycle is more.
  for (std::size_t row = 0; row < 4; ++row) {
    const bool is_cycle = store::ToText(Cell(output, "sensitivity", "lever", row)) == "cycle";
    const std::int64_t more = Money(Cell(output, "sensitivity", "more_change", row));
    EXPECT_TRUE(is_cycle ? more < 0 : more > 0) << row;
  }
  EXPECT_FALSE(Explain("forecast.scenario", "scenario", {"2025-10-01", "2025-12-31"}).ids.empty());
}

TEST_F(ScenarioStory, WhatCannotBeIsRefused) {
  const auto said = [&](const analysis::RawParams& params) {
    const auto output = Ask("forecast.scenario", params);
    return output ? std::string() : output.error().ToString();
  };
  EXPECT_THAT(said({{"price", {"-95"}}}), HasSubstr("-90 to 300"));
  EXPECT_THAT(said({{"quarters", {"9"}}}), HasSubstr("from 0 to 4"));
  EXPECT_THAT(said({{"from", {"soon"}}}), HasSubstr("not a month"));
  EXPECT_THAT(said({{"from", {"2031-01"}}}), HasSubstr("after all that is foretold"));
  EXPECT_THAT(Codes(Run("forecast.scenario", {{"quarters", {"0"}}, {"hires", {"2025-12:2"}}})),
              Contains("no_capacity"));
}

}  // namespace
}  // namespace weir::forecast
