#include <map>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "pipeline/pipeline_story_test.h"

namespace weir::pipeline {
namespace {

using testing::Cells;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::PipelineStory;

class WaterfallStory : public PipelineStory {
 protected:
  WaterfallStory() {
    Team("North");
    Team("South");
    Member("Ann", "North");
    Member("Bob", "South");
  }
  static analysis::RawParams Fourth(analysis::RawParams more = {}) {
    more["from"] = {"2025-10-01"};
    return more;
  }
};

TEST_F(WaterfallStory, EveryBarOpensItsDealsWithOldAndNewAndWhoChangedThem) {
  Deal("up", "2025-05-01", {{"amount", "150"}, {"currency", "EUR"}, {"owner_key", "Ann"}, {"stage", "Offer"}});
  Change("up", "2025-05-01", {{"amount", "100"}, {"stage", "New"}, {"owner_key", "Ann"}});
  Change("up", "2025-11-05", {{"amount", "150"}, {"by_key", "Bob"}, {"stage", "Offer"}});
  Deal("won", "2025-05-01",
       {{"amount", "70"},
        {"stage_kind", "won"},
        {"stage", "Won"},
        {"close_date", "2025-11-10"},
        {"currency", "EUR"},
        {"owner_key", "Ann"}});
  Change("won", "2025-05-01", {{"amount", "80"}, {"stage", "New"}, {"close_date", "2025-11-30"}});
  Change("won", "2025-11-10", {{"amount", "70"}, {"stage", "Won"}, {"close_date", "2025-11-10"}, {"by_key", "Ann"}});
  Deal("new", "2025-11-20", {{"amount", "30"}, {"currency", "EUR"}, {"owner_key", "Bob"}, {"stage", "New"}});
  Change("new", "2025-11-20", {{"amount", "30"}, {"stage", "New"}, {"by_key", "Bob"}});
  Build();
  const analysis::Output output = Run("pipeline.waterfall", Fourth());
  EXPECT_THAT(Lines(output, "waterfall", {"part", "amount", "deals", "day"}),
              ElementsAre("start | 180 | 2 | 2025-09-30", "created | 30 | 1 | -", "reopened | 0 | 0 | -",
                          "amount_up | 50 | 1 | -", "amount_down | -10 | 1 | -", "lost | 0 | 0 | -",
                          "won | -70 | 1 | -", "end | 180 | 2 | 2025-12-31"));
  EXPECT_THAT(Lines(output, "deals", {"part", "deal_id", "amount", "old", "new", "changed_at", "changed_by"}),
              ElementsAre("created | test:new | 30 | - | New | 2025-11-20T10:00:00Z | Bob",
                          "amount_up | test:up | 50 | 100 EUR | 150 EUR | 2025-11-05T10:00:00Z | Bob",
                          "amount_down | test:won | -10 | 80 EUR | 70 EUR | 2025-11-10T10:00:00Z | Ann",
                          "won | test:won | -70 | New | Won | 2025-11-10T10:00:00Z | Ann"));
  EXPECT_EQ(output.history, analysis::History::kComplete);
  EXPECT_THAT(Codes(output), IsEmpty());
  EXPECT_THAT(Explain("pipeline.waterfall", "waterfall", {"start"}, Fourth()).ids, ElementsAre("test:up", "test:won"));
  EXPECT_THAT(Explain("pipeline.waterfall", "waterfall", {"end"}, Fourth()).ids, ElementsAre("test:up", "test:new"));
  EXPECT_THAT(Explain("pipeline.waterfall", "waterfall", {"won"}, Fourth()).ids, ElementsAre("test:won"));
  EXPECT_THAT(Explain("pipeline.waterfall", "deals", {"won", "test:won", "EUR"}, Fourth()).ids,
              ElementsAre("test:won"));
}

TEST_F(WaterfallStory, ThePeriodIsOfCloseDates) {
  Deal("in", "2025-05-01", {{"amount", "10"}, {"close_date", "2025-12-20"}, {"stage", "New"}});
  Change("in", "2025-05-01", {{"close_date", "2026-02-01"}, {"stage", "New"}});
  Change("in", "2025-11-01", {{"close_date", "2025-12-20"}});
  Deal("out", "2025-05-01", {{"amount", "20"}, {"close_date", "2026-01-15"}, {"stage", "New"}});
  Change("out", "2025-05-01", {{"close_date", "2025-12-01"}, {"stage", "New"}});
  Change("out", "2025-11-01", {{"close_date", "2026-01-15"}});
  Build();
  const analysis::Output output =
      Run("pipeline.waterfall", Fourth({{"close_from", {"2025-10-01"}}, {"close_to", {"2025-12-31"}}}));
  EXPECT_THAT(Lines(output, "deals", {"part", "deal_id", "amount", "old", "new"}),
              ElementsAre("pulled_in | test:in | 10 | 2026-02-01 | 2025-12-20",
                          "pushed_out | test:out | -20 | 2025-12-01 | 2026-01-15"));
  EXPECT_THAT(Lines(Run("pipeline.waterfall", Fourth()), "deals", {"part"}), IsEmpty()) << "without a period";
}

TEST_F(WaterfallStory, CategoriesMoveToo) {
  Deal("up", "2025-05-01", {{"amount", "10"}, {"forecast_category", "commit"}, {"stage", "New"}});
  Change("up", "2025-05-01", {{"forecast_category", "pipeline"}, {"stage", "New"}});
  Change("up", "2025-11-01", {{"forecast_category", "commit"}});
  Build();
  EXPECT_THAT(
      Lines(Run("pipeline.waterfall", Fourth({{"category", {"commit"}}})), "deals", {"part", "amount", "old", "new"}),
      ElementsAre("moved_in | 10 | pipeline | commit"));
  EXPECT_THAT(Lines(Run("pipeline.waterfall", Fourth({{"category", {"pipeline"}}})), "deals", {"part", "amount"}),
              ElementsAre("moved_out | -10"));
}

TEST_F(WaterfallStory, TheOrganisationIsThatOfThenOrOfNow) {
  Member("Ann", "South", "2025-11-15 00:00:00");
  Deal("stays", "2025-05-01", {{"amount", "10"}, {"owner_key", "Ann"}, {"stage", "New"}});
  Change("stays", "2025-05-01", {{"stage", "New"}});
  Deal("handed", "2025-05-01", {{"amount", "5"}, {"owner_key", "Ann"}, {"stage", "New"}});
  Change("handed", "2025-05-01", {{"stage", "New"}, {"owner_key", "Bob"}});
  Change("handed", "2025-12-01", {{"owner_key", "Ann"}, {"by_key", "Bob"}});
  Build();
  EXPECT_THAT(Lines(Run("pipeline.waterfall", Fourth({{"team", {"North"}}})), "deals",
                    {"part", "deal_id", "amount", "old", "new"}),
              ElementsAre("left_scope | test:stays | -10 | Ann, North | Ann, South"));
  EXPECT_THAT(Lines(Run("pipeline.waterfall", Fourth({{"team", {"South"}}})), "waterfall", {"part", "amount"}),
              ::testing::IsSupersetOf({"start | 5", "joined_scope | 10", "end | 15"}));
  EXPECT_THAT(Lines(Run("pipeline.waterfall", Fourth({{"team", {"South"}}, {"organisation", {"now"}}})), "waterfall",
                    {"part", "amount"}),
              ::testing::IsSupersetOf({"start | 15", "joined_scope | 0", "end | 15"}))
      << "both were South's, as teams stand now";
  EXPECT_THAT(Lines(Run("pipeline.waterfall", Fourth({{"owner", {"Ann"}}})), "deals",
                    {"part", "deal_id", "old", "new", "changed_by"}),
              ElementsAre("joined_scope | test:handed | Bob, South | Ann, South | Bob"));
}

TEST_F(WaterfallStory, RatesMoveAndCurrenciesWithoutOneStandApart) {
  Rate("USD", "2025-01-01", "0.9");
  Rate("USD", "2025-12-01", "0.8");
  Deal("usd", "2025-05-01", {{"amount", "100"}, {"currency", "USD"}, {"stage", "New"}});
  Change("usd", "2025-05-01", {{"stage", "New"}});
  Deal("jpy", "2025-11-01", {{"amount", "5000"}, {"currency", "JPY"}, {"stage", "New"}});
  Change("jpy", "2025-11-01", {{"stage", "New"}});
  Build();
  const analysis::Output output = Run("pipeline.waterfall", Fourth());
  EXPECT_THAT(Lines(output, "deals", {"part", "deal_id", "currency", "amount", "own_amount", "old", "new"}),
              ElementsAre("created | test:jpy | JPY | - | 5000 | - | New",
                          "exchange_rate | test:usd | EUR | -10 | - | 0.9 USD | 0.8 USD"));
  EXPECT_THAT(Lines(output, "own_currency", {"currency", "part", "amount", "deals"}),
              ::testing::IsSupersetOf({"JPY | start | 0 | 0", "JPY | created | 5000 | 1", "JPY | end | 5000 | 1"}));
  EXPECT_THAT(Codes(output), ElementsAre("no_exchange_rate"));
  EXPECT_THAT(Explain("pipeline.waterfall", "own_currency", {"JPY", "end"}, Fourth()).ids, ElementsAre("test:jpy"));
  EXPECT_THAT(Explain("pipeline.waterfall", "waterfall", {"end"}, Fourth()).ids, ElementsAre("test:usd"));
}

TEST_F(WaterfallStory, OneExportTellsWhatItCanAndWhatItCannot) {
  Deal("open", "2025-05-01", {{"amount", "100"}, {"close_date", "2026-02-01"}});
  Deal("won", "2025-05-01", {{"amount", "40"}, {"stage_kind", "won"}, {"close_date", "2025-11-01"}});
  Deal("new", "2025-11-01", {{"amount", "7"}, {"close_date", "2026-02-01"}});
  Build();
  const analysis::Output output = Run("pipeline.waterfall", Fourth());
  EXPECT_THAT(Lines(output, "deals", {"part", "deal_id", "amount"}),
              ElementsAre("created | test:new | 7", "first_known | test:won | 40", "won | test:won | -40"));
  EXPECT_EQ(output.history, analysis::History::kNone);
  EXPECT_THAT(Codes(output), ElementsAre("seen_later", "amount_unknown"));
  EXPECT_THAT(output.warnings.front().message.text,
              HasSubstr("2 of 2 deals open at the start were first seen after it"));
}

TEST_F(WaterfallStory, WhatCannotBeRightIsCountedAndSaid) {
  Member("Cid", "");
  Deal("less", "2025-11-01", {{"amount", "-20"}, {"stage", "New"}});
  Change("less", "2025-11-01", {{"stage", "New"}});
  Deal("none", "2025-11-01", {{"amount", "0"}, {"stage", "New"}, {"close_date", "2025-01-01"}});
  Change("none", "2025-11-01", {{"stage", "New"}});
  Deal("lone", "2025-11-01", {{"amount", "5"}, {"owner_key", "Cid"}, {"stage", "New"}});
  Change("lone", "2025-11-01", {{"stage", "New"}});
  Build();
  const analysis::Output output = Run("pipeline.waterfall", Fourth());
  EXPECT_THAT(Lines(output, "waterfall", {"part", "amount", "deals"}),
              ::testing::IsSupersetOf({"created | -15 | 3", "end | -15 | 3"}));
  EXPECT_THAT(Codes(output), ElementsAre("negative_amount", "closes_before_creation", "owner_without_team"));
}

TEST_F(WaterfallStory, QuestionsThatMakeNoSenseAreRefused) {
  Deal("open", "2025-05-01", {{"amount", "100"}});
  Build();
  const auto refusal = [&](const analysis::RawParams& params) {
    const auto output = Ask("pipeline.waterfall", params);
    return output ? std::string() : output.error().ToString();
  };
  EXPECT_THAT(refusal({{"from", {"2026-03-01"}}}), HasSubstr("the window is empty"));
  EXPECT_THAT(refusal({{"from", {"2025-06-01"}}, {"to", {"2025-05-01"}}}), HasSubstr("the window is empty"));
  EXPECT_THAT(refusal({{"from", {"soon"}}}), HasSubstr("'soon' is not a moment"));
  EXPECT_THAT(refusal({{"close_from", {"2025-06-01"}}, {"close_to", {"2025-05-01"}}}), HasSubstr("before it begins"));
  EXPECT_THAT(refusal({{"team", {"Nort"}}}), HasSubstr("Did you mean 'North'?"));
  EXPECT_THAT(refusal({{"owner", {"Zed"}}}), HasSubstr("no deal is owned by 'Zed'"));
  EXPECT_THAT(Codes(Run("pipeline.waterfall", {{"from", {"2025-01-01"}}, {"to", {"2025-02-01"}}})),
              ElementsAre("no_deals"));
}

// Who may see one team alone: what came from another joined what he sees, and what went to another left it.
TEST_F(WaterfallStory, WhoSeesOneTeamIsToldOfHandovers) {
  Deal("here", "2025-05-01", {{"amount", "10"}, {"owner_key", "Bob"}, {"stage", "New"}});
  Change("here", "2025-05-01", {{"stage", "New"}, {"owner_key", "Ann"}});
  Change("here", "2025-11-01", {{"owner_key", "Bob"}});
  Deal("away", "2025-05-01", {{"amount", "20"}, {"owner_key", "Ann"}, {"stage", "New"}});
  Change("away", "2025-05-01", {{"stage", "New"}, {"owner_key", "Bob"}});
  Change("away", "2025-11-01", {{"owner_key", "Ann"}});
  Build();
  model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = CAST(['test:South'] AS VARCHAR[])");
  const analysis::Output output = Run("pipeline.waterfall", Fourth());
  EXPECT_THAT(Lines(output, "deals", {"part", "deal_id", "amount"}),
              ElementsAre("joined_scope | test:here | 10", "left_scope | test:away | -20"));
  EXPECT_THAT(Lines(output, "waterfall", {"part", "amount"}), ::testing::IsSupersetOf({"start | 20", "end | 10"}));
}

// --- Any history, through the store ---------------------------------------------------------------------------------

class AnyStory : public WaterfallStory, public ::testing::WithParamInterface<int> {
 protected:
  AnyStory() : random_(static_cast<std::uint64_t>(GetParam()), "waterfall") {
    for (int month = 1; month <= 12; ++month) {
      Rate("USD", fmt::format("2025-{:02}-05", month), FormatDecimal({random_.Integer(700'000, 1'200'000), 6}));
    }
    Member("Ann", "South", "2025-08-15 00:00:00");
    for (int deal = 0; deal < 60; ++deal) AddDeal(fmt::format("d{}", deal));
  }

  std::string Day(int day) { return FormatDate({FromCivil({2025, 1, 1}).days + day}); }
  Cells Some(int day) {
    Cells cells;
    if (random_.Chance(.5)) cells["amount"] = FormatDecimal({random_.Integer(-50'000, 9'000'000), 2});
    if (random_.Chance(.4)) cells["close_date"] = Day(day + static_cast<int>(random_.Integer(-20, 150)));
    if (random_.Chance(.3)) cells["owner_key"] = random_.Chance(.5) ? "Ann" : "Bob";
    if (random_.Chance(.3)) cells["forecast_category"] = random_.Chance(.5) ? "commit" : "pipeline";
    return cells;
  }
  void AddDeal(const std::string& key) {
    int day = static_cast<int>(random_.Integer(0, 330));
    const std::string created = Day(day);
    const std::string currency = random_.Chance(.1) ? "JPY" : random_.Chance(.4) ? "USD" : "EUR";
    Cells last = Some(day);
    last["owner_key"] = "Ann";
    last["status"] = "open";
    if (random_.Chance(.8)) Change(key, created, last);
    for (std::int64_t left = random_.Integer(0, 5); left > 0; --left) {
      day += static_cast<int>(random_.Integer(1, 50));
      if (day > 360) break;
      Cells some = Some(day);
      some["status"] = std::array{"open", "open", "won", "lost"}[static_cast<std::size_t>(random_.Integer(0, 3))];
      Change(key, Day(day), some);
      for (const auto& [name, value] : some) last[name] = value;
    }
    last["stage_kind"] = last["status"];
    last.erase("status");
    last["currency"] = currency;
    Deal(key, created, last);
  }

  RandomStream random_;
};

TEST_P(AnyStory, ClosesToTheCentAndIsThePipelineOfBothMoments) {
  Build();
  for (int question = 0; question < 12; ++question) {
    const int from = static_cast<int>(random_.Integer(5, 330));
    const int to = static_cast<int>(random_.Integer(from, 364));
    analysis::RawParams params{{"from", {Day(from)}}, {"to", {Day(to)}}};
    std::string condition = "TRUE";
    if (question % 3 == 1) {
      params["team"] = {"South"};
      condition += " AND team_id = 'test:South'";
    }
    if (question % 2 == 1) {
      params["close_from"] = {Day(from)};
      params["close_to"] = {Day(from + 90)};
      condition += fmt::format(" AND close_date BETWEEN DATE '{}' AND DATE '{}'", Day(from), Day(from + 90));
    }
    if (question % 5 == 4) {
      params["category"] = {"commit"};
      condition += " AND forecast_category = 'commit'";
    }
    const analysis::Output output = Run("pipeline.waterfall", params);
    const auto pipeline = [&](int day) {
      model.AsOf(Day(day) + " 23:59:59.999999");
      return model.Table(
          fmt::format("SELECT coalesce(sum(amount_reporting), CAST(0 AS DECIMAL(18,4))), count(*) FILTER (WHERE "
                      "currency <> 'JPY') FROM scoped.deal WHERE status = 'open' AND is_not_sales IS NULL AND {}",
                      condition));
    };
    const auto bars = Lines(output, "waterfall", {"amount", "deals"});
    const auto as_bar = [](std::string text) {
      return text.replace(text.find(' '), 1, " | ").substr(0, text.size() - 1);
    };
    ASSERT_EQ(bars.front(), as_bar(pipeline(from - 1))) << question;
    ASSERT_EQ(bars.back(), as_bar(pipeline(to))) << question;
    const analysis::Table& table = *output.Find("waterfall");
    const std::size_t amount = table.IndexOf("amount");
    Int128 sum = 0;
    std::map<std::string, Int128> parts;
    for (std::size_t i = 0; i + 1 < table.rows.size(); ++i) {
      const Int128 units = std::get<Decimal>(table.rows[i][amount]).units;
      sum += units;
      if (i > 0 && units != 0) parts[store::ToText(table.rows[i].front())] = units;
    }
    ASSERT_TRUE(sum == std::get<Decimal>(table.rows.back()[amount]).units) << question;
    // The deals of a part are the part.
    const analysis::Table& deals = *output.Find("deals");
    for (const auto& row : deals.rows) {
      const auto* own = std::get_if<Decimal>(&row[deals.IndexOf("amount")]);
      if (own == nullptr) continue;
      Int128& part = parts[store::ToText(row.front())];
      part -= own->units;
    }
    for (const auto& [part, rest] : parts) ASSERT_TRUE(rest == 0) << question << " " << part;
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, AnyStory, ::testing::Range(0, 4));

}  // namespace
}  // namespace weir::pipeline
