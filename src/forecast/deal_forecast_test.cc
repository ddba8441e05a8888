#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forecast/deal_story_test.h"

namespace weir::forecast {
namespace {

using testing::DealStory;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

constexpr PlantedCompany kCompany{.deals = 130, .days = 1100, .win = .04, .loss = .06};

TEST_F(DealStory, PartsAddUpAndWhatIsWonIsTheMetric) {
  Company(kCompany);
  const analysis::Output output = Run("forecast.deals", {{"target", {"900000"}}});
  const auto cell = [&](const char* column) { return Money(Cell(output, "forecast", column)); };
  const analysis::Output metric =
      Run("metrics", {{"metrics", {"won_amount"}}, {"from", {"2025-10-01"}}, {"to", {"2025-12-31"}}});
  EXPECT_EQ(cell("won"), Money(Cell(metric, "metrics", "won_amount")));
  EXPECT_GT(cell("won"), 0);
  EXPECT_EQ(cell("mean"), cell("won") + cell("open") + cell("arrivals"));
  EXPECT_EQ(cell("open"), Sum(output, "deals", "expected"));
  EXPECT_LT(cell("p10"), cell("p50"));
  EXPECT_LT(cell("p50"), cell("p90"));
  EXPECT_EQ(cell("gap"), 900'000'0000 - cell("p50"));
  // Owners, teams and stages each make up the whole.
  EXPECT_EQ(Sum(output, "contribution", "won"), 3 * cell("won"));
  EXPECT_EQ(Sum(output, "contribution", "open"), 3 * cell("open"));
  EXPECT_EQ(output.Find("distribution")->rows.size(), 99u);
  EXPECT_EQ(Money(Cell(output, "distribution", "amount", 49)), cell("p50"));
  EXPECT_EQ(output.history, analysis::History::kComplete);
  // Before and all lines but the last are what the last says.
  const std::size_t last = output.Find("changes")->rows.size() - 1;
  EXPECT_EQ(store::ToText(Cell(output, "changes", "kind", last)), "after");
  const std::int64_t after = Money(Cell(output, "changes", "amount", last));
  EXPECT_EQ(Sum(output, "changes", "amount"), 2 * after);
  EXPECT_EQ(after, cell("p50"));
  const std::string why = store::ToText(Cell(output, "deals", "reasons_en"));
  EXPECT_THAT(why, HasSubstr("points)"));
  EXPECT_FALSE(store::ToText(Cell(output, "deals", "reasons_ru")).empty());

  const std::string deal = store::ToText(Cell(output, "deals", "deal_id"));
  EXPECT_THAT(Explain("forecast.deals", "deals", {deal}).ids, ElementsAre(deal));
  const auto open = std::get<std::int64_t>(Cell(output, "forecast", "open_deals"));
  const auto won = std::get<std::int64_t>(Cell(output, "forecast", "won_deals"));
  EXPECT_EQ(Explain("forecast.deals", "forecast", {"2025-10-01"}).total, open + won);
  const std::int64_t of_owners = *Explain("forecast.deals", "contribution", {"owner", "Owner 0"}).total +
                                 *Explain("forecast.deals", "contribution", {"owner", "Owner 1"}).total;
  EXPECT_EQ(of_owners, open + won);
}

TEST_F(DealStory, ATeamIsAPartOfTheCompany) {
  Company(kCompany);
  const analysis::Output north = Run("forecast.period", {{"team", {"North"}}});
  const analysis::Output south = Run("forecast.period", {{"team", {"T1"}}});
  const analysis::Output whole = Run("forecast.period", {});
  EXPECT_EQ(Sum(north, "forecast", "won") + Sum(south, "forecast", "won"), Sum(whole, "forecast", "won"));
  EXPECT_EQ(Sum(north, "forecast", "open") + Sum(south, "forecast", "open"), Sum(whole, "forecast", "open"));
  EXPECT_EQ(north.Find("deals")->rows.size() + south.Find("deals")->rows.size(), whole.Find("deals")->rows.size());
  EXPECT_EQ(Ask("forecast.period", {{"team", {"Nort"}}}).error().code(), Code::kNotFound);
  EXPECT_THAT(Ask("forecast.period", {{"owner", {"Owner 7"}}}).error().ToString(), HasSubstr("no deal is owned by"));
  EXPECT_EQ(Ask("forecast.period", {{"since", {"2025-11-20"}}}).error().code(), Code::kBadUsage);
}

// The amount of every open state is first said by an export after as-of: whatever it is, no forecast may know it.
TEST_F(DealStory, AnAmountThatWasSaidLaterIsNotUsed) {
  Company({.deals = 130, .days = 1100, .win = .04, .loss = .06});
  const analysis::Output known = Run("forecast.period");
  const auto leak = [&](const char* amount) {
    story.Run(
        fmt::format("UPDATE scoped.deal_version SET amount_reporting = {}, amount_recorded_at = '2026-01-15' WHERE "
                    "status = 'open'",
                    amount));
  };
  leak("1");
  const analysis::Output small = Run("forecast.period");
  const analysis::Output past = Run("forecast.backtest", {{"periods", {"1"}}, {"weeks", {"9"}}});
  leak("999999");
  const analysis::Output large = Run("forecast.period");
  EXPECT_EQ(small.Find("forecast")->rows, large.Find("forecast")->rows);
  EXPECT_EQ(past.Find("snapshots")->rows,
            Run("forecast.backtest", {{"periods", {"1"}}, {"weeks", {"9"}}}).Find("snapshots")->rows);
  story.Run("UPDATE scoped.deal_version SET amount_recorded_at = recorded_at");
  EXPECT_GT(Sum(Run("forecast.period"), "forecast", "open"), 2 * Sum(known, "forecast", "open"));
}

TEST_F(DealStory, OddDealsAreToldOf) {
  Company({.deals = 130, .days = 1100, .win = .04, .loss = .06});
  const std::int64_t before = Sum(Run("forecast.period"), "forecast", "won");
  const auto add = [&](const std::string& id, const std::string& cells) {
    story.Run(
        fmt::format("INSERT INTO scoped.deal (deal_id, status, stage, stage_position, amount, amount_reporting, "
                    "currency, created_date, close_date, owner_id, team_id, source, home_slot) VALUES ('{}', {}, "
                    "'crm', 1)",
                    id, cells));
    story.Run(
        fmt::format("INSERT INTO scoped.deal_version SELECT deal_id, 1, CAST('2025-11-01' AS TIMESTAMP), CAST("
                    "'2025-11-01' AS TIMESTAMP), NULL, NULL, stage, status, amount_reporting, close_date, "
                    "owner_id, team_id, 'history', FALSE, NULL, 1 FROM scoped.deal WHERE deal_id = '{}'",
                    id));
  };
  add("e1", "'won', 'Won', 9, 100, NULL, 'QQQ', '2025-10-02', '2025-11-01', 'O1', 'T1'");
  add("e2", "'open', 'Nowhere', NULL, NULL, NULL, 'EUR', '2025-10-02', '2025-09-01', 'O9', NULL");
  add("e3", "'won', 'Won', 9, -50, -50, 'EUR', '2025-10-02', '2025-11-01', 'O1', 'T1'");
  add("e4", "'won', 'Won', 9, 70, 70, 'EUR', '2025-10-02', NULL, 'O1', 'T1'");
  const analysis::Output output = Run("forecast.period");
  EXPECT_THAT(Codes(output), IsSupersetOf({"without_rate", "below_zero", "without_amount", "won_without_date",
                                           "closes_before_creation", "unknown_stage", "no_team"}));
  EXPECT_THAT(output.warnings.front().message.text, HasSubstr("QQQ"));
  EXPECT_EQ(Sum(output, "forecast", "won"), before - 50'0000);
}

TEST_F(DealStory, OneExportWithoutAHistory) {
  Company({.deals = 130, .days = 1100, .win = .04, .loss = .06});
  // Of each deal only its first and last state, as an export of today tells them.
  story.Run("DELETE FROM scoped.deal_version AS v WHERE version > 1 AND status = 'open'");
  story.Run(
      "UPDATE scoped.deal_version SET origin = 'first_sight', recorded_at = '2025-11-20 10:00:00', amount_recorded_at "
      "= "
      "'2025-11-20 10:00:00', close_date_recorded_at = '2025-11-20 10:00:00'");
  const analysis::Output output = Run("forecast.period");
  EXPECT_EQ(output.history, analysis::History::kNone);
  EXPECT_THAT(Codes(output), IsSupersetOf({"no_history"}));
  EXPECT_GT(Sum(output, "forecast", "open"), 0);
  EXPECT_EQ(Sum(output, "forecast", "won"),
            Sum(Run("metrics", {{"metrics", {"won_amount"}}, {"from", {"2025-10-01"}}, {"to", {"2025-12-31"}}}),
                "metrics", "won_amount"));
}

TEST_F(DealStory, TooLittleIsRefusedWithTheReason) {
  Company({.deals = 12, .days = 300});
  const auto refused = Ask("forecast.deals");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), Code::kNotEnoughData);
  EXPECT_EQ(Ask("forecast.backtest").error().code(), Code::kNotEnoughData);
}

TEST_F(DealStory, TheBacktestSaysHowFarOffForecastsWere) {
  Company({.deals = 150, .days = 1100, .win = .04, .loss = .06});
  const analysis::Output output = Run("forecast.backtest", {{"periods", {"2"}}, {"weeks", {"9,1"}}});
  ASSERT_EQ(output.Find("accuracy")->rows.size(), 8u);
  EXPECT_EQ(store::ToText(Cell(output, "accuracy", "method")), "weir");
  EXPECT_EQ(store::ToText(Cell(output, "accuracy", "week")), "1");
  ASSERT_EQ(output.Find("snapshots")->rows.size(), 4u);
  const analysis::Output metric =
      Run("metrics", {{"metrics", {"won_amount"}}, {"from", {"2025-07-01"}}, {"to", {"2025-09-30"}}});
  EXPECT_EQ(Money(Cell(output, "snapshots", "actual", 3)), Money(Cell(metric, "metrics", "won_amount")));
  EXPECT_EQ(Money(Cell(output, "snapshots", "last_period", 3)), Money(Cell(output, "snapshots", "actual", 1)));
  const auto& calibration = output.Find("calibration")->rows;
  EXPECT_EQ(store::ToText(calibration.back().front()), "all");
  EXPECT_GT(Explain("forecast.backtest", "snapshots", {"2025-07-01", "9"}, {{"periods", {"2"}}}).total, 0);
  EXPECT_EQ(Ask("forecast.backtest", {{"weeks", {"0"}}}).error().code(), Code::kBadUsage);
  EXPECT_EQ(Ask("forecast.backtest", {{"periods", {"41"}}}).error().code(), Code::kBadUsage);
}

}  // namespace
}  // namespace weir::forecast
