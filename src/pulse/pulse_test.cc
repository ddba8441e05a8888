#include "pulse/pulse.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/analyses.h"
#include "pulse/headline.h"
#include "pulse/pulse_story.h"
#include "pulse/sentences.h"
#include "pulse/words.h"

namespace weir::pulse {
namespace {

using metrics::testing::BuiltIn;
using metrics::testing::StoryContext;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::kAsOf;
using testing::Line;
using testing::LinesOf;
using testing::PulseStory;

TEST_F(PulseStory, ComparesWithTheSameDayOfTheLastQuarter) {
  Deals();
  // 1 April to 20 May against 1 January to 19 February: 50 days each.
  const analysis::Output output = Run();
  const auto headline = LinesOf(output, "headline");
  ASSERT_EQ(headline.size(), 5U);
  EXPECT_THAT(headline[0], ElementsAre("won_amount", "450", "money", "EUR", "100", "3.5", "up", ""));
  EXPECT_THAT(headline[1], ElementsAre("pipeline_amount", "500", "money", "EUR", "500", "0", "up", ""));
  EXPECT_THAT(headline[2], ElementsAre("win_rate", "1", "share", "", "0.5", "0.5", "up", "2"));
  EXPECT_THAT(headline[3], ElementsAre("sales_cycle_median_days", "50", "days", "", "30", "0.666667", "down", "2"));
  EXPECT_THAT(headline[4], ElementsAre("deals_won", "2", "count", "", "1", "1", "up", "")) << "there are no leads";
  EXPECT_EQ(output.history, analysis::History::kPartial);

  const auto trend = LinesOf(output, "trend");
  EXPECT_EQ(trend.size(), 5U * 8U);
  EXPECT_THAT(trend[0], ElementsAre("won_amount", "2025-04-01", "0", "0"));
  EXPECT_THAT(trend[1], ElementsAre("won_amount", "2025-04-08", "150", "0"));
  EXPECT_THAT(trend[4], ElementsAre("won_amount", "2025-04-29", "150", "100"));
  EXPECT_THAT(trend[7], ElementsAre("won_amount", "2025-05-20", "450", "100"));
}

TEST_F(PulseStory, HoldsTheFactAgainstThePlan) {
  Deals();
  EXPECT_TRUE(Run().Find("plan")->rows.empty()) << "nobody has said a plan";
  plan_won_amount = "2024=1, 2025=3650";
  // The second quarter has 91 days of 365, 50 of them have passed; 450 are won.
  EXPECT_THAT(LinesOf(Run(), "plan"), ElementsAre(Line{"won_amount", "2025-04-01", "2025-06-30", "910", "450", "500",
                                                       "-50", "0.494505", "0.549451"}));
  EXPECT_EQ(LinesOf(Run(), "sentences")[0][2],
            "€450 won in 2 deals this quarter, 49% of the plan with 55% of the days gone.");
  EXPECT_EQ(LinesOf(Run(), "sentences")[0][3],
            "В этом квартале выиграны 2 сделки на 450\u00A0€, 49\u00A0% плана, а дней прошло 55\u00A0%.");
  EXPECT_TRUE(Run({{"segment", {"big"}}}).Find("plan")->rows.empty()) << "the plan is of the whole company";
}

TEST_F(PulseStory, ShowsWhereMoneyLeaks) {
  Deals();
  EXPECT_EQ(Run({{"segment", {"big"}}}).warnings.back().code, "leaks_left_out")
      << "what the ledger leaves out, Pulse says as well";
  EXPECT_THAT(
      LinesOf(Run(), "leaks"),
      ElementsAre(Line{"stuck", "Stuck", "Стоит", "sales", "probable", "found", "1", "12.5", "50", "10", "", ""},
                  Line{"billing", "Billing", "Счета", "finance", "certain", "not_measured", "", "", "", "",
                       "needs invoices", "нужны счета"}));
  EXPECT_THAT(Explain("leaks", {"stuck"}).ids, ElementsAre("d1"));
  EXPECT_EQ(Explain("leaks", {"stuck"}).table, "deal");
}

TEST_F(PulseStory, SaysOneThingToBringNext) {
  Deals();
  EXPECT_THAT(LinesOf(Run(), "next"),
              ElementsAre(Line{"billing", "stripe", "invoices", "Bring invoices", "Загрузите счета"}));
}

TEST_F(PulseStory, LeavesOutDealsOfOtherPipelines) {
  Deals();
  const std::string won = LinesOf(Run(), "funnel")[3][2];
  story.Run(
      "INSERT INTO scoped.deal (deal_id, status, created_date, close_date, is_not_sales) VALUES "
      "('hired', 'won', DATE '2025-05-02', DATE '2025-05-03', TRUE)");
  EXPECT_EQ(LinesOf(Run(), "funnel")[3][2], won);
  EXPECT_EQ(LinesOf(Run(), "funnel")[2][2], "2");
}

TEST_F(PulseStory, WithoutLeadsTheFunnelBeginsWithDeals) {
  Deals();
  EXPECT_THAT(LinesOf(Run(), "funnel"), ElementsAre(Line{"leads", "1", "", "", ""}, Line{"qualified", "2", "", "", ""},
                                                    Line{"opportunities", "3", "2", "", ""},
                                                    Line{"won", "4", "2", "0.5", "10"}, Line{"paid", "5", "", "", ""}));
}

TEST_F(PulseStory, SaysThatNothingIsThere) {
  const analysis::Output output = Run();
  const auto headline = LinesOf(output, "headline");
  ASSERT_EQ(headline.size(), 5U);
  for (const Line& line : headline) EXPECT_EQ(line[1], "") << line[0];
  EXPECT_TRUE(output.Find("trend")->rows.empty());
  const auto sentences = LinesOf(output, "sentences");
  ASSERT_EQ(sentences.size(), 1U);
  EXPECT_EQ(sentences[0][1], "empty");
  EXPECT_THAT(sentences[0][2], HasSubstr("Nothing has been imported yet"));
}

TEST_F(PulseStory, SaysWhatWasWonAndWhatIsStale) {
  Deals();
  story.Run(R"(INSERT INTO scoped.source_freshness VALUES
      ('crm', 'deal', 100, 3, '2025-05-20 06:00', 2), ('crm', 'lead', 50, 0, '2025-05-19 12:00', 2),
      ('ads', 'spend', 7, 0, '2025-05-10 12:00', 1))");
  const analysis::Output output = Run();
  EXPECT_THAT(LinesOf(output, "freshness"), ElementsAre(Line{"ads", "2025-05-10T12:00:00Z", "7", "0", "10"},
                                                        Line{"crm", "2025-05-20T06:00:00Z", "150", "3", "0.25"}));
  const auto sentences = LinesOf(output, "sentences");
  EXPECT_THAT(
      sentences[0],
      ElementsAre("1", "lead", "€450 won in 2 deals this quarter, 4.5 times as much as at this point of last quarter.",
                  "В этом квартале выиграны 2 сделки на 450\u00A0€, в 4,5 раза больше, чем к этому дню прошлого "
                  "квартала."));
  EXPECT_THAT(sentences, Contains(ElementsAre("3", "stale_source", "The newest record of Our ads is 10 days old.",
                                              "Самой новой записи 10 дней: Наша реклама.")));
  EXPECT_EQ(sentences[1][1], "short_past");
  EXPECT_THAT(sentences.back()[3], HasSubstr("При загрузке отложены 3 строки"));
  EXPECT_THAT(LinesOf(Run({{"from", {"2025-05-12"}}}), "sentences")[0][2],
              "Nothing is won yet from 12 May 2025 to 20 May 2025.");
  EXPECT_THAT(LinesOf(Run({{"from", {"2025-04-01"}}, {"to", {"2025-04-30"}}}), "sentences")[0][2],
              "€150 won in 1 deal last month, 25% less than in the month before.");
  EXPECT_THAT(LinesOf(Run({{"from", {"2025-03-01"}}, {"to", {"2025-03-31"}}}), "sentences")[0][3],
              "В марте 2025 года выиграна 1 сделка на 200\u00A0€, в 2 раза больше, чем в предыдущем месяце.");
  EXPECT_THAT(LinesOf(Run({{"from", {"2025-02-02"}}, {"to", {"2025-03-20"}}}), "sentences")[0][2],
              "Nothing was won from 2 February 2025 to 20 March 2025.");
}

TEST_F(PulseStory, NamesTheLinkThatWeakened) {
  story.Run(
      "INSERT INTO scoped.lead (lead_id, created_at, created_date, is_qualified, qualified_at) "
      "SELECT 'a' || i, '2025-01-05', '2025-01-05', i < 20, CASE WHEN i < 20 THEN TIMESTAMP '2025-01-06' END FROM "
      "range(40) AS t(i) "
      "UNION ALL SELECT 'b' || i, '2025-04-05', '2025-04-05', i < 10, CASE WHEN i < 10 THEN TIMESTAMP '2025-04-06' END "
      "FROM range(40) AS t(i)");
  const auto sentences = LinesOf(Run(), "sentences");
  EXPECT_THAT(sentences,
              Contains(ElementsAre(
                  "1", "lead", "This quarter, fewer leads qualify, 25% instead of 50% at this point of last quarter.",
                  "В этом квартале лиды реже квалифицируются: 25\u00A0% вместо 50\u00A0% к этому дню "
                  "прошлого квартала.")));
}

TEST_F(PulseStory, AFallWithinChanceIsNotSaid) {
  story.Run(
      "INSERT INTO scoped.lead (lead_id, created_at, created_date, is_qualified, qualified_at) "
      "SELECT 'a' || i, '2025-01-05', '2025-01-05', i < 8, CASE WHEN i < 8 THEN TIMESTAMP '2025-01-06' END FROM "
      "range(40) AS t(i) "
      "UNION ALL SELECT 'b' || i, '2025-04-05', '2025-04-05', i < 5, CASE WHEN i < 5 THEN TIMESTAMP '2025-04-06' END "
      "FROM range(40) AS t(i)");
  EXPECT_EQ(LinesOf(Run(), "sentences")[0][1], "funnel_steady") << "8 of 40 against 5 of 40 may be luck";
}

TEST_F(PulseStory, SaysThatTheWinRateFell) {
  story.Run(
      "INSERT INTO scoped.deal (deal_id, account_id, status, amount, amount_reporting, created_at, created_date, "
      "close_date) SELECT 'a' || i, 'A', CASE WHEN i < 20 THEN 'won' ELSE 'lost' END, 10, 10, '2024-12-01', "
      "'2024-12-01', '2025-01-20' FROM range(40) AS t(i) UNION ALL "
      "SELECT 'b' || i, 'A', CASE WHEN i < 20 THEN 'won' ELSE 'lost' END, 10, 10, '2025-03-01', '2025-03-01', "
      "'2025-04-20' FROM range(80) AS t(i)");
  const auto sentences = LinesOf(Run(), "sentences");
  EXPECT_EQ(
      sentences[0][2],
      "€200 won in 20 deals this quarter, as much as at this point of last quarter; the win rate fell from 50% to "
      "25%.");
  EXPECT_EQ(sentences[0][3],
            "В этом квартале выиграно 20 сделок на 200\u00A0€, столько же, сколько к этому дню прошлого квартала; доля "
            "выигранных упала с 50\u00A0% до 25\u00A0%.");
}

TEST_F(PulseStory, TellsWhichPeriodIsComparedWithWhich) {
  Deals();
  EXPECT_THAT(LinesOf(Run(), "period"), ElementsAre(Line{"2025-04-01", "2025-05-20", "2025-01-01", "2025-02-19",
                                                         "quarter", "true", "true", "50"}));
  EXPECT_THAT(
      LinesOf(Run({{"from", {"2025-03-01"}}, {"to", {"2025-03-31"}}}), "period"),
      ElementsAre(Line{"2025-03-01", "2025-03-31", "2025-02-01", "2025-02-28", "month", "false", "false", "31"}));
  EXPECT_THAT(LinesOf(Run({{"from", {"2025-04-21"}}}), "period"),
              ElementsAre(Line{"2025-04-21", "2025-05-20", "2025-03-22", "2025-04-20", "", "false", "true", "30"}));
}

TEST_F(PulseStory, KeepsToTheTeamAndTheSegment) {
  Deals();
  story.Run(
      "INSERT INTO scoped.team VALUES ('t0', 'All', NULL, 'sales'), ('t1', 'North', 't0', 'sales'), "
      "('t2', 'South', 't0', 'sales')");
  EXPECT_EQ(LinesOf(Run({{"team", {"South"}}}), "headline")[0][1], "300");
  EXPECT_EQ(LinesOf(Run({{"team", {"t0"}}}), "headline")[0][1], "450");
  EXPECT_EQ(LinesOf(Run({{"segment", {"small"}}}), "headline")[0][1], "0");
  EXPECT_EQ(LinesOf(Run({{"team", {"t2"}}, {"segment", {"big"}}}), "funnel")[3][2], "1");
  StoryContext context(story.session(), kAsOf);
  const auto unknown = pulse::Analyses(BuiltIn()).front().run({{"team", {"Nort"}}}, context);
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().ToString(), HasSubstr("Did you mean 'North'?"));
}

TEST_F(PulseStory, AnyPeriodHasOneBefore) {
  Deals();
  const auto previous = [&](const analysis::RawParams& params) { return LinesOf(Run(params), "headline")[0][4]; };
  EXPECT_EQ(previous({{"from", {"2025-02-01"}}, {"to", {"2025-02-28"}}}), "0");    // January
  EXPECT_EQ(previous({{"from", {"2025-03-01"}}, {"to", {"2025-03-31"}}}), "100");  // February
  EXPECT_EQ(previous({{"from", {"2025-04-01"}}, {"to", {"2025-06-30"}}}), "100");  // as many days of the first quarter
  EXPECT_EQ(previous({{"from", {"2025-01-01"}}}), "");                             // last year is not known
}

TEST_F(PulseStory, APeriodAfterAsOfHasNothing) {
  Deals();
  const analysis::Output output = Run({{"from", {"2026-01-01"}}, {"to", {"2026-03-31"}}});
  for (const Line& line : LinesOf(output, "headline")) EXPECT_TRUE(line[1].empty() || line[1] == "0") << line[0];
  EXPECT_EQ(LinesOf(output, "funnel")[3][2], "0");
}

TEST_F(PulseStory, AmountsThatNobodyKnowsAreNotShown) {
  Deals();
  story.Run("UPDATE scoped.deal SET amount = NULL, amount_reporting = NULL WHERE status = 'open'");
  story.Run("UPDATE scoped.deal_version SET amount = NULL, amount_reporting = NULL WHERE status = 'open'");
  const auto headline = LinesOf(Run(), "headline");
  EXPECT_EQ(headline[0][0], "won_amount");
  EXPECT_EQ(headline[1][0], "win_rate");
  EXPECT_THAT(headline[4], ElementsAre("deals_open", "1", "count", "", "2", "-0.5", "up", ""));
}

TEST_F(PulseStory, TellsTheFirstNewStagesAndHowManyThereAre) {
  Deals();
  appeared_stages = 5;
  std::vector<std::string> told;
  for (const Line& line : LinesOf(Run(), "sentences")) {
    if (line[1] == "stage_appeared") told.push_back(line[2]);
  }
  EXPECT_THAT(told, ElementsAre("Stage 1 is new", "Stage 2 is new", "Stage 3 is new", "Stage 5 is new"))
      << "the last line is the sum";
}

TEST_F(PulseStory, WonDealsWithoutAmountsAreSaid) {
  Deals();
  story.Run("UPDATE scoped.deal SET amount = NULL, amount_reporting = NULL");
  const analysis::Output output = Run();
  EXPECT_EQ(LinesOf(output, "headline")[0][0], "pipeline_amount");
  EXPECT_EQ(LinesOf(output, "sentences")[0][3], "В этом квартале выиграны 2 сделки, их суммы неизвестны.");
}

TEST(Change, IsExact) {
  const auto change = [](const char* now, const char* before, bool is_share) {
    const auto found = ChangeOf(*ParsePlainDecimal(now), *ParsePlainDecimal(before), is_share);
    return found ? FormatDecimal(*found) : "";
  };
  EXPECT_EQ(change("110", "100", false), "0.1");
  EXPECT_EQ(change("90", "100", false), "-0.1");
  EXPECT_EQ(change("1", "3", false), "-0.666667");
  EXPECT_EQ(change("5", "-10", false), "1.5");
  EXPECT_EQ(change("5", "0", false), "");
  EXPECT_EQ(change("0.25", "0.5", true), "-0.25");
  EXPECT_EQ(ChangeOf({}, std::int64_t{1}, false), std::nullopt);
}

TEST(Numbers, AreShortWhenSaid) {
  const auto money = [](Decimal value, const char* currency) {
    const analysis::Text text = ShortMoney(value, currency);
    return text.en + " | " + text.ru;
  };
  EXPECT_EQ(money({158607494, 2}, "EUR"), "€1.59M | 1,59\u00A0млн\u00A0€");
  EXPECT_EQ(money({9999, 0}, "USD"), "$9,999 | 9\u202F999\u00A0$");
  EXPECT_EQ(money({99960, 0}, "CHF"), "CHF\u00A0100K | 100\u00A0тыс.\u00A0CHF");
  EXPECT_EQ(money({999600, 0}, "RUB"), "₽1M | 1\u00A0млн\u00A0₽");
  EXPECT_EQ(money({-1250000, 0}, "XXX"), "-1.25M | -1,25\u00A0млн");
  EXPECT_EQ(PercentOf({-1234, 4}).en, "12%");
  EXPECT_EQ(PercentOf({123, 4}).ru, "1,2\u00A0%");
}

TEST(Numbers, AreGroupedByLanguage) {
  EXPECT_EQ(GroupedEn({123456789, 2}), "1,234,568");
  EXPECT_EQ(GroupedEn({999, 0}), "999");
  EXPECT_EQ(GroupedEn({-123456, 0}), "-123,456");
  EXPECT_EQ(GroupedRu({1000, 0}), "1\u202F000");
}

}  // namespace
}  // namespace weir::pulse
