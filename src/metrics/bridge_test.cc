// Bridges reckoned by hand, one of each kind, and what is refused.
#include "metrics/bridge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "metrics/analyses.h"
#include "metrics/history_story.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HistoryStory;
using ::testing::IsEmpty;
using testing::Need;
using testing::StoryContext;

using Line = std::vector<std::string>;

class Bridges : public ::testing::Test {
 protected:
  Bridges() {
    story.Run(
        "INSERT INTO told.rate VALUES ('EUR', '1900-01-01', '2100-01-01', 1), ('USD', '1900-01-01', '2026-02-01', "
        "0.9), "
        "('USD', '2026-02-01', '2026-03-01', 0.8), ('USD', '2026-03-01', '2100-01-01', 0.75)");
  }
  // A state that a deal takes.
  struct State {
    std::string since;
    std::string status;
    std::string amount;
    std::string close_date;
    std::string currency = "EUR";
    std::string probability = "NULL";
  };
  void Deal(const std::string& id, const std::string& created, const std::vector<State>& states,
            const std::string& team = "North", const std::string& account = "a1") {
    story.Run(fmt::format("INSERT INTO told.deal VALUES ('{}', {}, '{}', 'big', DATE '{}')", id,
                          account.empty() ? "NULL" : "'" + account + "'", team, created));
    for (std::size_t i = 0; i < states.size(); ++i) {
      const State& state = states[i];
      const std::string until = i + 1 < states.size() ? "TIMESTAMP '" + states[i + 1].since + "'" : "NULL";
      story.Run(
          fmt::format("INSERT INTO told.deal_version VALUES ('{}', {}, TIMESTAMP '{}', {}, '{}', {}, '{}', {}, {})", id,
                      i + 1, state.since, until, state.status, state.amount, state.currency,
                      state.close_date.empty() ? "NULL" : "DATE '" + state.close_date + "'", state.probability));
    }
  }
  Result<analysis::Output> Ask(const analysis::RawParams& params, const std::string& as_of = "2026-03-31T12:00:00Z",
                               const std::string& id = "metrics.explain") {
    const auto context = story.At(*ParseIsoInstant(as_of));
    context->analyses = analyses;
    if (auto& elsewhere = context->elsewhere) {
      elsewhere = [this, inner = elsewhere](Instant moment, std::int64_t version) {
        auto other = inner(moment, version);
        static_cast<StoryContext&>(*other).analyses = analyses;
        return other;
      };
    }
    return context->Run(id, params);
  }
  static std::vector<Line> LinesOf(const analysis::Table& table, const std::vector<std::string>& columns) {
    std::vector<Line> lines;
    for (const auto& row : table.rows) {
      Line& line = lines.emplace_back();
      for (const std::string& column : columns) line.push_back(store::ToText(row[table.IndexOf(column)]));
    }
    return lines;
  }
  std::vector<Line> Parts(const analysis::RawParams& params, const std::string& as_of = "2026-03-31T12:00:00Z") {
    return LinesOf(*Need(Ask(params, as_of)).Find("bridge"), {"part", "value", "row_count"});
  }
  std::string Title(const analysis::RawParams& params, const std::string& part, const std::string& column) {
    const analysis::Output output = Need(Ask(params));
    for (const Line& line : LinesOf(*output.Find("bridge"), {"part", column})) {
      if (line[0] == part) return line[1];
    }
    return "no such part";
  }
  std::vector<std::string> Explained(const analysis::RawParams& params, const std::string& part) {
    const auto context = story.At(*ParseIsoInstant("2026-03-31T12:00:00Z"));
    const auto explain =
        std::ranges::find_if(analyses, [](const auto& one) { return one.info.id == "metrics.explain"; });
    const analysis::Evidence evidence = Need(explain->explain(params, "bridge", {part}, *context));
    std::vector<std::string> found{evidence.table};
    found.insert(found.end(), evidence.ids.begin(), evidence.ids.end());
    return found;
  }
  std::string Refusal(const analysis::RawParams& params) {
    auto output = Ask(params);
    return output ? "not refused" : output.error().ToString();
  }

  HistoryStory story;
  std::vector<analysis::Analysis> analyses = Analyses(BuiltIn());
};

TEST_F(Bridges, TwoDefinitionsDifferByTheConditionThatARowMisses) {
  Deal("d1", "2026-01-05", {{"2026-01-05", "won", "100.10", "2026-01-20"}});
  Deal("d2", "2026-01-06", {{"2026-01-06", "lost", "20", "2026-01-21"}});
  Deal("d3", "2026-01-07", {{"2026-01-07", "open", "3", "2026-04-21"}});
  Deal("d4", "2025-12-07", {{"2025-12-07", "won", "7", "2026-01-21"}});
  Deal("d5", "2026-01-08", {{"2026-01-08", "won", "50", "2026-02-03"}});
  const analysis::RawParams params{
      {"metrics", {"created_amount,won_amount"}}, {"from", {"2026-01-01"}}, {"to", {"2026-01-31"}}};
  EXPECT_THAT(
      Parts(params),
      ElementsAre(Line{"start", "173.1", ""}, Line{"start_later", "-50", "1"}, Line{"start_without_1_lost", "-20", "1"},
                  Line{"start_without_1_open", "-3", "1"}, Line{"end_earlier", "7", "1"}, Line{"end", "107.1", ""}));
  EXPECT_EQ(Title(params, "start_without_1_lost", "title_en"), "Only in “Amount of deals created”: status is lost");
  EXPECT_EQ(Title(params, "start_without_1_lost", "title_ru"),
            "Только в «Сумма созданных сделок» — состояние: проиграна");
  EXPECT_EQ(Title(params, "start_later", "title_en"), "In “Won amount” of a later period, by close date");
  EXPECT_EQ(Title(params, "end_earlier", "title_ru"),
            "В «Сумма созданных сделок» — в более раннем периоде (дата создания)");
  EXPECT_THAT(Explained(params, "start_later"), ElementsAre("deal", "d5"));
}

TEST_F(Bridges, WhatRulesExcludeIsInNeitherDefinition) {
  Deal("d1", "2026-01-05", {{"2026-01-05", "won", "100", "2026-01-20"}});
  Deal("d2", "2026-01-06", {{"2026-01-06", "lost", "20", "2026-01-21"}});
  Deal("d3", "2026-01-06", {{"2026-01-06", "lost", "30", "2026-01-21"}});
  story.Run("INSERT INTO scoped.excluded VALUES ('deal', 'd3', 'r1', 'tests', 'deal')");
  EXPECT_THAT(Parts({{"metrics", {"created_amount,won_amount"}}, {"from", {"2026-01-01"}}, {"to", {"2026-01-31"}}}),
              ElementsAre(Line{"start", "120", ""}, Line{"start_without_1_lost", "-20", "1"}, Line{"end", "100", ""}));
}

TEST_F(Bridges, TwoMeasuresOfTheSameRowsDifferByWhatTheyMultiply) {
  Deal("d1", "2026-01-05", {{"2026-01-05", "open", "100.10", "2026-04-20", "EUR", "0.3"}});
  Deal("d2", "2026-01-05", {{"2026-01-05", "open", "50", "2026-04-20"}});
  const analysis::RawParams params{{"metrics", {"pipeline_amount,pipeline_weighted_amount"}}};
  EXPECT_THAT(Parts(params), ElementsAre(Line{"start", "150.1", ""}, Line{"changed_measure", "-70.07", "1"},
                                         Line{"changed_unknown", "-50", "1"}, Line{"end", "30.03", ""}));
  EXPECT_EQ(Title(params, "changed_measure", "title_en"),
            "Measured differently: sum(amount_reporting) → sum(amount_reporting * probability)");
}

TEST_F(Bridges, DealsAndInvoicesMeetInTheDealAndInTheCustomer) {
  Deal("d1", "2026-01-01", {{"2026-01-01", "won", "100", "2026-01-20"}}, "North", "a1");         // invoiced in full
  Deal("d2", "2026-01-01", {{"2026-01-01", "won", "200", "2026-01-20"}}, "North", "a2");         // for less
  Deal("d3", "2026-01-01", {{"2026-01-01", "won", "300", "2026-01-20"}}, "North", "a3");         // in February
  Deal("d4", "2026-01-01", {{"2026-01-01", "won", "400", "2026-01-20"}}, "North", "a4");         // a draft alone
  Deal("d5", "2026-01-01", {{"2026-01-01", "won", "500", "2026-01-20"}}, "North", "a5");         // never
  Deal("d6", "2026-01-01", {{"2026-01-01", "won", "600", "2026-01-20"}}, "North", "");           // of nobody
  Deal("d7", "2026-01-01", {{"2026-01-01", "won", "100", "2026-01-20", "USD"}}, "North", "a7");  // 90 in January
  story.Run(
      "INSERT INTO told.invoice VALUES ('i1', 'a1', 'd1', 'paid', '2026-01-25', 100, 'EUR'), "
      "('i2', 'a2', NULL, 'open', '2026-01-25', 150, 'EUR'), ('i3', 'a3', 'd3', 'open', '2026-02-25', 300, 'EUR'), "
      "('i4', 'a4', 'd4', 'draft', '2026-01-25', 400, 'EUR'), ('i7', 'a7', 'd7', 'open', '2026-01-31', 100.5, 'USD'), "
      "('i8', 'a8', NULL, 'open', '2026-01-25', 80, 'EUR')");
  const analysis::RawParams params{
      {"metrics", {"won_amount,invoiced_amount"}}, {"from", {"2026-01-01"}}, {"to", {"2026-01-31"}}};
  EXPECT_THAT(Parts(params),
              ElementsAre(Line{"start", "2190", ""}, Line{"start_unlinked", "-600", "1"},
                          Line{"start_only_account", "-500", "1"}, Line{"start_without_1_draft_deal", "-400", "1"},
                          Line{"start_later_deal", "-300", "1"}, Line{"end_only_account", "80", "1"},
                          Line{"less_account", "-50", "2"}, Line{"more_deal", "0.45", "2"}, Line{"end", "420.45", ""}));
  EXPECT_THAT(Explained(params, "less_account"), ElementsAre("invoice", "i2"));
  EXPECT_THAT(Explained(params, "start_later_deal"), ElementsAre("deal", "d3"));
  EXPECT_EQ(Title(params, "start_without_1_draft_deal", "title_en"),
            "Only in “Won amount”: status is draft (by the same deal)");
  const analysis::Output output = Need(Ask(params));
  const std::vector<Line> rows =
      LinesOf(*output.Find("rows"), {"part", "table", "id", "start_value", "end_value", "change"});
  EXPECT_THAT(rows, ::testing::Contains(Line{"less_account", "deal", "d2", "200", "", "-200"}));
  EXPECT_THAT(rows, ::testing::Contains(Line{"less_account", "invoice", "i2", "", "150", "150"}));
}

TEST_F(Bridges, TheSameAmountAtTheRateOfAnotherDayIsARate) {
  Deal("d1", "2026-01-01", {{"2026-01-01", "won", "100", "2026-01-20", "USD"}});
  story.Run("INSERT INTO told.invoice VALUES ('i1', 'a1', 'd1', 'open', '2026-02-10', 100, 'USD')");
  const analysis::RawParams params{{"metrics", {"won_amount,invoiced_amount"}}};
  EXPECT_THAT(Parts(params),
              ElementsAre(Line{"start", "90", ""}, Line{"rate_deal", "-10", "2"}, Line{"end", "80", ""}));
}

TEST_F(Bridges, TwoPeriodsOfAFlow) {
  Deal("d1", "2026-01-05", {{"2026-01-05", "won", "100", "2026-01-20"}});
  Deal("d2", "2026-01-05", {{"2026-01-05", "won", "30", "2026-02-20"}});
  Deal("d3", "2026-01-05", {{"2026-01-05", "won", "45", "2026-02-21"}}, "South");
  analysis::RawParams params{{"metrics", {"won_amount"}}, {"from", {"2026-02-01"}}, {"to", {"2026-02-28"}}};
  EXPECT_THAT(Parts(params), ElementsAre(Line{"start", "100", ""}, Line{"start_period", "-100", "1"},
                                         Line{"end_period", "75", "2"}, Line{"end", "75", ""}));
  EXPECT_EQ(Title(params, "start", "title_en"), "1 January 2026 – 31 January 2026");
  params["by"] = {"team"};
  EXPECT_THAT(Parts(params), ElementsAre(Line{"start", "100", ""}, Line{"by:North", "-70", "2"},
                                         Line{"by:South", "45", "1"}, Line{"end", "75", ""}));
  params["start_from"] = {"2026-02-01"};
  params["start_to"] = {"2026-02-20"};
  params.erase("by");
  EXPECT_THAT(Parts(params), ElementsAre(Line{"start", "30", ""}, Line{"end_period", "45", "1"}, Line{"end", "75", ""}))
      << "what both periods hold is no difference";
}

TEST_F(Bridges, TwoDaysOfAStock) {
  Deal("won", "2026-01-05", {{"2026-01-05", "open", "100", "2026-02-20"}, {"2026-02-10", "won", "100", "2026-02-10"}});
  Deal("lost", "2026-01-05", {{"2026-01-05", "open", "20", "2026-02-20"}, {"2026-02-11", "lost", "20", "2026-02-11"}});
  Deal("up", "2026-01-05", {{"2026-01-05", "open", "10", "2026-02-20"}, {"2026-02-12", "open", "13.5", "2026-05-20"}});
  Deal("down", "2026-01-05", {{"2026-01-05", "open", "10", "2026-02-20"}, {"2026-02-12", "open", "4", "2026-05-20"}});
  Deal("new", "2026-02-15", {{"2026-02-15", "open", "7", "2026-05-20"}});
  Deal("back", "2026-01-01", {{"2026-01-01", "lost", "5", "2026-01-20"}, {"2026-02-20", "open", "5", "2026-05-20"}});
  Deal("still", "2026-01-01", {{"2026-01-01", "open", "1000", "2026-05-20"}});
  const analysis::RawParams params{{"metrics", {"pipeline_amount"}}, {"from", {"2026-02-01"}}, {"to", {"2026-02-28"}}};
  EXPECT_THAT(Parts(params), ElementsAre(Line{"start", "1140", ""}, Line{"new", "7", "1"},
                                         Line{"entered_1_lost", "5", "1"}, Line{"left_1_won", "-100", "1"},
                                         Line{"left_1_lost", "-20", "1"}, Line{"changed_amount_down", "-6", "1"},
                                         Line{"changed_amount_up", "3.5", "1"}, Line{"end", "1029.5", ""}));
  EXPECT_EQ(Title(params, "left_1_won", "title_ru"), "Ушли: состояние: выиграна");
  EXPECT_EQ(Title(params, "start", "title_en"), "31 January 2026");
}

// Of the weighted pipeline the amount changes first, then the probability.
TEST_F(Bridges, AProductChangesFactorByFactor) {
  Deal("d1", "2026-01-05",
       {{"2026-01-05", "open", "100", "2026-05-20", "EUR", "0.5"},
        {"2026-02-12", "open", "120", "2026-05-20", "EUR", "0.25"}});
  EXPECT_THAT(Parts({{"metrics", {"pipeline_weighted_amount"}}, {"from", {"2026-02-01"}}, {"to", {"2026-02-28"}}}),
              ElementsAre(Line{"start", "50", ""}, Line{"changed_probability_down", "-30", "1"},
                          Line{"changed_amount_up", "10", "1"}, Line{"end", "30", ""}));
}

TEST_F(Bridges, TwoMomentsTellWhatCameLateAndWhatWasChanged) {
  Deal("same", "2026-01-01", {{"2026-01-05", "won", "100", "2026-01-20"}});
  Deal("late", "2026-01-01", {{"2026-02-15", "won", "40", "2026-01-25"}});
  Deal("edited", "2026-01-01", {{"2026-01-05", "won", "10", "2026-01-20"}, {"2026-02-12", "won", "12", "2026-01-20"}});
  Deal("moved", "2026-01-01", {{"2026-01-05", "won", "5", "2026-01-20"}, {"2026-02-12", "won", "5", "2026-02-12"}});
  Deal("undone", "2026-01-01", {{"2026-01-05", "won", "3", "2026-01-20"}, {"2026-02-12", "lost", "3", "2026-01-20"}});
  Deal("brought", "2026-01-01", {{"2026-01-05", "won", "6", "2026-02-20"}, {"2026-02-12", "won", "6", "2026-01-30"}});
  const analysis::RawParams params{
      {"metrics", {"won_amount"}}, {"from", {"2026-01-01"}}, {"to", {"2026-01-31"}}, {"start_as_of", {"2026-01-31"}}};
  EXPECT_THAT(Parts(params),
              ElementsAre(Line{"start", "118", ""}, Line{"late", "40", "1"}, Line{"moved_in_later", "6", "1"},
                          Line{"left_1_lost", "-3", "1"}, Line{"moved_out_later", "-5", "1"},
                          Line{"changed_amount_up", "2", "1"}, Line{"end", "158", ""}));
  const analysis::Output output = Need(Ask(params));
  EXPECT_THAT(LinesOf(*output.Find("rows"), {"part", "id", "start_value", "end_value", "change"}),
              ::testing::Contains(Line{"changed_amount_up", "edited", "10", "12", "2"}));
  EXPECT_THAT(
      LinesOf(*output.Find("sides"), {"side", "as_of", "value"}),
      ElementsAre(Line{"start", "2026-01-31T23:59:59.999999Z", "118"}, Line{"end", "2026-03-31T12:00:00Z", "158"}));
}

TEST_F(Bridges, AnOpenPipelineMovesWithItsRates) {
  Deal("d1", "2026-01-01", {{"2026-01-05", "open", "100", "2026-05-20", "USD"}});
  Deal("d2", "2026-01-01",
       {{"2026-01-05", "open", "200", "2026-05-20", "USD"}, {"2026-02-02", "open", "300", "2026-05-20", "USD"}});
  Deal("d3", "2026-01-01",
       {{"2026-01-05", "open", "33.33", "2026-05-20", "EUR"}, {"2026-02-02", "open", "66.67", "2026-05-20", "EUR"}});
  EXPECT_THAT(Parts({{"metrics", {"pipeline_amount"}}, {"start_as_of", {"2026-01-31"}}}),
              ElementsAre(Line{"start", "303.33", ""}, Line{"changed_amount_up", "123.34", "2"},
                          Line{"changed_rate", "-60", "2"}, Line{"end", "366.67", ""}));
}

// 2 of 4 won, then 4 of 5: (4 - 2) (1/4 + 1/5) / 2 = 0.45 for the won, -(5 - 4) (2 + 4) / (2 * 4 * 5) = -0.15 below.
TEST_F(Bridges, ARatioIsItsNumeratorAndItsDenominator) {
  for (int i = 1; i <= 9; ++i) {
    const bool is_won = i == 1 || i == 2 || i >= 6;
    Deal(fmt::format("d{}", i), "2026-01-01",
         {{"2026-01-05", is_won ? "won" : "lost", "1", i <= 4 ? "2026-01-20" : "2026-02-20"}},
         i % 2 == 0 ? "North" : "South");
  }
  analysis::RawParams params{{"metrics", {"win_rate"}}, {"from", {"2026-02-01"}}, {"to", {"2026-02-28"}}};
  EXPECT_THAT(Parts(params),
              ElementsAre(Line{"start", "0.5", ""}, Line{"numerator.start_period", "-0.45", "2"},
                          Line{"numerator.end_period", "0.9", "4"}, Line{"denominator.start_period", "0.6", "4"},
                          Line{"denominator.end_period", "-0.75", "5"}, Line{"end", "0.8", ""}));
  // South: 1 of 2, then 2 of 3 (d5 lost, d7, d9 won); North: 1 of 2, then 2 of 2. Shares 1/2, 1/2, then 3/5, 2/5.
  params["by"] = {"team"};
  EXPECT_THAT(Parts(params), ElementsAre(Line{"start", "0.5", ""}, Line{"rate:North", "0.225", "3"},
                                         Line{"mix:North", "-0.01", "4"}, Line{"rate:South", "0.091666667", "3"},
                                         Line{"mix:South", "-0.006666667", "5"}, Line{"end", "0.8", ""}));
}

TEST_F(Bridges, AMedianIsOneStepWithItsRows) {
  Deal("d1", "2026-01-01", {{"2026-01-05", "won", "1", "2026-01-11"}});
  Deal("d2", "2026-01-01", {{"2026-01-05", "won", "1", "2026-02-01"}});
  const analysis::RawParams params{
      {"metrics", {"sales_cycle_median_days"}}, {"from", {"2026-02-01"}}, {"to", {"2026-02-28"}}};
  EXPECT_THAT(Parts(params), ElementsAre(Line{"start", "10", ""}, Line{"whole", "21", "2"}, Line{"end", "31", ""}));
  EXPECT_EQ(Need(Ask(params)).warnings.front().code, "not_a_sum");
  analysis::RawParams split = params;
  split["by"] = {"team"};
  EXPECT_THAT(Refusal(split), HasSubstr("does not add up over 'team'"));
}

TEST_F(Bridges, EqualNumbersHaveNoParts) {
  Deal("d1", "2026-01-05", {{"2026-01-05", "won", "100", "2026-01-20"}});
  const analysis::RawParams params{
      {"metrics", {"won_amount"}}, {"from", {"2026-01-01"}}, {"start_as_of", {"2026-02-01"}}};
  EXPECT_THAT(Parts(params), ElementsAre(Line{"start", "100", ""}, Line{"end", "100", ""}));
  EXPECT_THAT(Need(Ask(params)).Find("rows")->rows, IsEmpty());
}

TEST_F(Bridges, RefuseWhatHasNoBridge) {
  Deal("d1", "2026-01-05", {{"2026-01-05", "won", "100", "2026-01-20"}});
  EXPECT_THAT(Refusal({{"metrics", {"won_amount"}}}), HasSubstr("there is nothing to compare with"));
  EXPECT_THAT(Refusal({{"metrics", {"won_amount,deals_won"}}}), HasSubstr("do not measure the same"));
  EXPECT_THAT(Refusal({{"metrics", {"won_amount,pipeline_amount"}}, {"start_as_of", {"2026-01-01"}}}),
              HasSubstr("compared one at a time"));
  EXPECT_THAT(Refusal({{"metrics", {"spend,won_amount"}}}), HasSubstr("belong to nothing in common"));
  EXPECT_THAT(Refusal({{"metrics", {"won_amount"}}, {"from", {"2026-01-01"}}, {"start_as_of", {"soon"}}}),
              HasSubstr("'soon' is not a moment"));
  EXPECT_THAT(Refusal({{"metrics", {"won_amount"}}, {"from", {"2026-01-01"}}, {"by", {"weather"}}}),
              HasSubstr("cannot be split by 'weather'"));
  EXPECT_THAT(Refusal({{"metrics", {"win_rate"}}, {"from", {"2026-02-01"}}, {"to", {"2026-02-28"}}}),
              HasSubstr("'win_rate' is not known for"));
  EXPECT_THAT(Refusal({{"metrics", {"won_amount"}}, {"against", {"previous"}}}), HasSubstr("needs a first day"));
  EXPECT_THAT(Refusal({{"metrics", {"won_amount,win_rate,deals_won"}}}), HasSubstr("one metric or two, not 3"));
}

}  // namespace
}  // namespace weir::metrics
