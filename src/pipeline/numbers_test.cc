// Velocity, coverage and pacing: what rests on the governed metrics and on goals.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/embedded.h"
#include "metrics/analyses.h"
#include "metrics/scoped_story.h"
#include "pipeline/pipeline.h"

namespace weir::pipeline {
namespace {

using metrics::testing::BuiltIn;
using metrics::testing::Need;
using metrics::testing::Story;
using metrics::testing::StoryContext;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using Line = std::vector<std::string>;

class NumbersStory : public ::testing::Test, protected metrics::testing::ReadsAnswers {
 protected:
  NumbersStory() {
    story.Run(std::string(*FindEmbedded("models", "scoped/macros.sql")));
    story.Run("SET VARIABLE time_zone = 'UTC'; SET VARIABLE sees_all_rows = TRUE");
    story.Run("INSERT INTO scoped.team VALUES ('T1', 'North', NULL, 'sales')");
  }

  void Deal(const std::string& status, const std::string& amount, const std::string& created, const std::string& close,
            const std::string& seller = "Ann", const std::string& probability = "0.5") {
    const std::string id = fmt::format("d{:03}", ++deals_);
    const bool is_open = status == "open";
    story.Run(fmt::format(
        "INSERT INTO scoped.deal (deal_id, name, status, amount, amount_reporting, currency, created_at, "
        "created_date, close_date, closed_at, owner_id, owner, seller_id, seller, team_id, team, probability) "
        "VALUES ('{0}', '{0}', '{1}', {2}, {2}, 'EUR', '{3}', '{3}', '{4}', {5}, '{6}', '{6}', '{6}', '{6}', "
        "'T1', 'North', {7})",
        id, status, amount, created, close, is_open ? "NULL" : "'" + close + "'", seller, probability));
    const auto version = [&](int number, const std::string& from, const std::string& until,
                             const std::string& standing) {
      story.Run(
          fmt::format("INSERT INTO scoped.deal_version (deal_id, version, valid_from, valid_to, status, amount, "
                      "amount_reporting, currency, close_date, team_id, owner_id, origin) VALUES ('{}', {}, '{}', {}, "
                      "'{}', {}, {}, 'EUR', '{}', 'T1', '{}', 'history')",
                      id, number, from, until, standing, amount, amount, close, seller));
    };
    version(1, created, is_open ? "NULL" : "'" + close + "'", "open");
    if (!is_open) version(2, close, "NULL", status);
  }

  void Goal(const std::string& first, const std::string& last, const std::string& target,
            const std::string& currency = "EUR", const std::string& scope = "", const std::string& scope_of = "") {
    goals_.push_back({"1", "won_amount", scope, scope_of, first, last, target, currency, "active"});
  }

  Result<analysis::Output> Ask(std::string_view id, const analysis::RawParams& params = {}) {
    StoryContext context = MakeContext();
    return context.Run(id, params);
  }
  analysis::Output Run(std::string_view id, const analysis::RawParams& params = {}) { return Need(Ask(id, params)); }
  std::vector<std::string> Behind(std::string_view id, const std::string& table, const std::string& key) {
    return Need(Explain(id, table, {key})).ids;
  }
  Result<analysis::Evidence> Explain(std::string_view id, const std::string& table, const std::vector<std::string>& key,
                                     const analysis::RawParams& params = {}) {
    StoryContext context = MakeContext();
    const auto found =
        std::ranges::find_if(context.analyses, [&](const analysis::Analysis& one) { return one.info.id == id; });
    return found->explain(params, table, key, context);
  }

  Story story;
  std::string plan_won_amount;
  Instant as_of = *ParseIsoInstant("2025-11-14T12:00:00Z");  // the 45th day of 92

 private:
  StoryContext MakeContext() {
    StoryContext context(story.session(), as_of);
    context.mutable_settings().plan_won_amount = plan_won_amount;
    for (const analysis::Analysis& one : metrics::Analyses(BuiltIn())) context.analyses.push_back(one);
    for (const analysis::Analysis& one : pipeline::Analyses(BuiltIn())) context.analyses.push_back(one);
    context.analyses.push_back(metrics::testing::GoalsOf(goals_));
    return context;
  }

  int deals_ = 0;
  std::vector<Line> goals_;
};

class CoverageStory : public NumbersStory {
 protected:
  void Company() {
    Deal("won", "300", "2025-09-01", "2025-10-20");
    Deal("lost", "100", "2025-09-01", "2025-10-21");
    Deal("open", "400", "2025-10-01", "2025-12-20");
    Deal("open", "500", "2025-10-01", "2026-02-01", "Bob", "0.2");
  }
};

TEST_F(CoverageStory, HasEachPublishedVariant) {
  Company();
  Goal("2025-10-01", "2025-12-31", "700");
  const analysis::Output output = Run("pipeline.coverage");
  EXPECT_THAT(Lines(output, "coverage", {"variant", "numerator", "denominator", "coverage", "state"}),
              ElementsAre("open_to_target | 900 | 700 | 1.285714 | told", "closing_to_gap | 400 | 400 | 1 | told",
                          "open_to_gap | 900 | 400 | 2.25 | told", "weighted_to_gap | 300 | 400 | 0.75 | told"));
  // 300 of 400 decided was won: 400 / 0.75 is needed.
  EXPECT_THAT(Lines(output, "needed", {"step", "amount", "share"}),
              ElementsAre("target | 700 | -", "won | 300 | 0.428571", "gap | 400 | 0.571429", "win_rate | - | 0.75",
                          "needed | 533.33 | -", "closing | 400 | -", "short | 133.33 | -"));
  EXPECT_THAT(Codes(output), IsEmpty());
  EXPECT_THAT(Behind("pipeline.coverage", "coverage", "open_to_gap"), ElementsAre("d004", "d003"));
  EXPECT_THAT(Behind("pipeline.coverage", "coverage", "closing_to_gap"), ElementsAre("d003"));
  EXPECT_THAT(Behind("pipeline.coverage", "needed", "won"), ElementsAre("d001"));
  EXPECT_THAT(Behind("pipeline.coverage", "needed", "win_rate"), ElementsAre("d001", "d002"));
}

TEST_F(CoverageStory, TheTargetIsGivenOrAGoalOrThePlan) {
  Company();
  EXPECT_THAT(Codes(Run("pipeline.coverage")), ElementsAre("no_target"));
  EXPECT_THAT(Lines(Run("pipeline.coverage"), "coverage", {"variant", "coverage", "state"}),
              Contains("closing_to_gap | - | no_target"));
  plan_won_amount = "3650";
  EXPECT_THAT(Lines(Run("pipeline.coverage"), "needed", {"step", "amount"}), Contains("target | 920"))
      << "92 days of it";
  Goal("2025-10-01", "2025-12-31", "700");
  EXPECT_THAT(Lines(Run("pipeline.coverage"), "needed", {"step", "amount"}), Contains("target | 700"));
  EXPECT_THAT(Lines(Run("pipeline.coverage", {{"target", {"250.5"}}}), "needed", {"step", "amount"}),
              Contains("target | 250.5"));
  EXPECT_THAT(Lines(Run("pipeline.coverage", {{"target", {"250"}}}), "coverage", {"variant", "state"}),
              Contains("open_to_gap | reached"));
  EXPECT_THAT(Ask("pipeline.coverage", {{"target", {"-5"}}}).error().ToString(), HasSubstr("not an amount above zero"));
  EXPECT_THAT(Codes(Run("pipeline.coverage", {{"team", {"North"}}})), ElementsAre("no_target"))
      << "the company's goal is not that of a team";
  Goal("2025-10-01", "2025-12-31", "100", "EUR", "team", "North");
  EXPECT_THAT(Lines(Run("pipeline.coverage", {{"team", {"North"}}}), "needed", {"step", "amount"}),
              Contains("target | 100"));
  EXPECT_THAT(Lines(Run("pipeline.coverage", {{"target", {"250"}}, {"where", {"owner = 'Bob'"}}}), "coverage",
                    {"variant", "numerator"}),
              Contains("open_to_target | 500"));
}

TEST_F(CoverageStory, AGoalInAnotherCurrencyIsNotCompared) {
  Company();
  Goal("2025-10-01", "2025-12-31", "700", "USD");
  EXPECT_THAT(Codes(Run("pipeline.coverage")), ElementsAre("goal_currency"));
}

TEST_F(CoverageStory, LostDealsWithoutAmountsDoNotMakeEverythingWon) {
  Deal("won", "300", "2025-09-01", "2025-10-20");
  Deal("lost", "NULL", "2025-09-01", "2025-10-21");
  Deal("open", "NULL", "2025-10-01", "2025-12-20");
  const analysis::Output output = Run("pipeline.coverage", {{"target", {"400"}}});
  EXPECT_THAT(Lines(output, "needed", {"step", "amount", "share"}),
              IsSupersetOf({"win_rate | - | 0.5", "needed | 200 | -"}));
  EXPECT_THAT(Codes(output), IsSupersetOf({"lost_without_amount", "without_amount"}));
}

class VelocityStory : public NumbersStory {};

TEST_F(VelocityStory, HasItsPartsAndWhatEachDid) {
  // Before: 2 open, half of two won, 100, 20 days. Now: 4 open, all of two won, 200 each, 10 days.
  Deal("won", "100", "2025-05-01", "2025-05-21");
  Deal("lost", "100", "2025-05-01", "2025-05-21");
  Deal("won", "200", "2025-10-01", "2025-10-11");
  Deal("won", "200", "2025-10-01", "2025-10-11");
  Deal("open", "1", "2025-05-01", "2025-12-20");
  Deal("open", "1", "2025-05-01", "2025-12-20");
  Deal("open", "1", "2025-10-02", "2025-12-20");
  Deal("open", "1", "2025-10-02", "2025-12-20");
  const analysis::Output output = Run("pipeline.velocity");
  EXPECT_THAT(
      Lines(output, "velocity",
            {"velocity", "deals_open", "win_rate", "average_deal_amount", "cycle_days", "velocity_before", "change"}),
      ElementsAre("80 | 4 | 1 | 200 | 10 | 5 | 75"));
  // Each of the four doubles the velocity: each has a quarter of the change.
  EXPECT_THAT(Lines(output, "parts", {"part", "before", "now", "adds"}),
              ElementsAre("deals_open | 2 | 4 | 18.75", "win_rate | 0.5 | 1 | 18.75",
                          "average_deal_amount | 100 | 200 | 18.75", "sales_cycle_median_days | 20 | 10 | 18.75"));
}

TEST_F(VelocityStory, ScopesWithoutWonDealsAreNamed) {
  Deal("won", "200", "2025-10-01", "2025-10-11", "Ann");
  Deal("open", "1", "2025-10-02", "2025-12-20", "Ann");
  Deal("open", "1", "2025-10-02", "2025-12-20", "Bob");
  const analysis::Output output = Run("pipeline.velocity", {{"by", {"owner"}}});
  EXPECT_THAT(Lines(output, "velocity", {"scope", "velocity", "deals_open"}),
              ElementsAre("Ann | 20 | 1", "Bob | - | 1"));
  EXPECT_THAT(Codes(output), Contains("not_enough_won"));
  EXPECT_THAT(Ask("pipeline.velocity", {{"from", {"2025-05-02"}}, {"to", {"2025-05-01"}}}).error().ToString(),
              HasSubstr("before it begins"));
}

TEST_F(VelocityStory, EachPartHasItsDeals) {
  Deal("won", "200", "2025-10-01", "2025-10-11", "Ann");
  Deal("lost", "100", "2025-10-01", "2025-10-11", "Ann");
  Deal("won", "100", "2025-05-01", "2025-05-21", "Ann");  // before the window
  Deal("open", "1", "2025-10-02", "2025-12-20", "Ann");
  Deal("open", "2", "2025-10-02", "2025-12-20", "Bob");
  EXPECT_THAT(Behind("pipeline.velocity", "velocity", ""), ElementsAre("d005", "d004"));
  const auto behind = [&](const std::string& part) {
    return Need(Explain("pipeline.velocity", "parts", {"Ann", part}, {{"by", {"owner"}}})).ids;
  };
  EXPECT_THAT(behind("deals_open"), ElementsAre("d004"));
  EXPECT_THAT(behind("win_rate"), ElementsAre("d001", "d002"));
  EXPECT_THAT(behind("sales_cycle_median_days"), ElementsAre("d001"));
  EXPECT_THAT(Explain("pipeline.velocity", "velocity", {"x"}, {{"by", {"source"}}}).error().ToString(),
              HasSubstr("not listed here"));
  EXPECT_THAT(Explain("pipeline.velocity", "velocity", {""}, {{"to", {"2025-10-12"}}}).error().ToString(),
              HasSubstr("--as-of 2025-10-12"));
}

class PacingStory : public NumbersStory {
 protected:
  // In the quarter: 10 on its first day, `later` on its 50th.
  void Quarter(const std::string& first, const std::string& later) {
    const Date begin = *ParseIsoDate(first);
    Deal("won", "10", first, first);
    Deal("won", later, first, FormatDate({begin.days + 49}));
  }
};

TEST_F(PacingStory, ComparesTheSameDayOfEarlierQuarters) {
  Deal("lost", "1", "2024-01-01", "2024-01-02");
  Quarter("2024-10-01", "40");
  Quarter("2025-01-01", "50");
  Quarter("2025-04-01", "60");
  Quarter("2025-07-01", "90");
  Deal("won", "25", "2025-10-01", "2025-11-14");
  Goal("2025-10-01", "2025-12-31", "184");
  const analysis::Output output = Run("pipeline.pacing", {{"periods", {"4"}}});
  EXPECT_THAT(Lines(output, "periods",
                    {"period", "day", "won_by_then", "deals_by_then", "won", "share_by_then", "first_third",
                     "second_third", "last_third"}),
              ElementsAre("2025-10-01 | 2025-11-14 | 25 | 1 | - | - | - | - | -",
                          "2025-07-01 | 2025-08-14 | 10 | 1 | 100 | 0.1 | 0.1 | 0.9 | 0",
                          "2025-04-01 | 2025-05-15 | 10 | 1 | 70 | 0.142857 | 0.142857 | 0.857143 | 0",
                          "2025-01-01 | 2025-02-14 | 10 | 1 | 60 | 0.166667 | 0.166667 | 0.833333 | 0",
                          "2024-10-01 | 2024-11-14 | 10 | 1 | 50 | 0.2 | 0.2 | 0.8 | 0"));
  EXPECT_THAT(Lines(output, "outlook", {"part", "amount", "share"}),
              ElementsAre("won | 25 | -", "passed | - | 0.48913", "usual | 10 | -", "ahead | 15 | 1.5",
                          "target | 184 | 0.13587", "linear | 90 | -", "ahead_of_linear | -65 | -0.722222",
                          "low | 65 | -", "middle | 80 | -", "high | 115 | -"));
  const auto days = Lines(output, "days", {"number", "won", "before", "usual", "linear"});
  ASSERT_EQ(days.size(), 92U);
  EXPECT_EQ(days[44], "45 | 25 | 10 | 10 | 90");
  EXPECT_EQ(days[45], "46 | - | 10 | 10 | 92");
  EXPECT_EQ(days[91], "92 | - | 100 | 65 | 184");
  EXPECT_THAT(Codes(output), IsEmpty());
  EXPECT_THAT(Behind("pipeline.pacing", "periods", "2025-10-01"), ElementsAre("d010"));
  EXPECT_THAT(Behind("pipeline.pacing", "periods", "2025-07-01"), ElementsAre("d008"));
  EXPECT_THAT(Behind("pipeline.pacing", "days", "44"), IsEmpty());
  EXPECT_THAT(Behind("pipeline.pacing", "days", "45"), ElementsAre("d010"));
}

TEST_F(PacingStory, TooFewPeriodsSayNothingOfTheEnd) {
  Quarter("2025-07-01", "90");
  Deal("won", "NULL", "2025-10-01", "2025-11-01");
  const analysis::Output output = Run("pipeline.pacing");
  EXPECT_THAT(Lines(output, "outlook", {"part"}), ElementsAre("won", "passed"));
  EXPECT_THAT(Codes(output), ElementsAre("no_target", "without_amount", "few_periods"));
  EXPECT_THAT(Lines(output, "periods", {"period", "is_known"}), ElementsAre("2025-10-01 | true", "2025-07-01 | false"));
  EXPECT_THAT(Ask("pipeline.pacing", {{"periods", {"0"}}}).error().ToString(), HasSubstr("not a number of periods"));
}

TEST_F(PacingStory, NoDealsAtAllIsNoFault) {
  EXPECT_THAT(Lines(Run("pipeline.pacing"), "outlook", {"part", "amount"}), ElementsAre("won | 0", "passed | -"));
}

}  // namespace
}  // namespace weir::pipeline
