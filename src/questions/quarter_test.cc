#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "questions/questions_story.h"

namespace weir::questions {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Line;
using testing::QuestionsStory;

class QuarterStory : public QuestionsStory {
 protected:
  QuarterStory() {
    others.push_back(Goals());
    as_of = *ParseIsoInstant("2025-11-30T12:00:00Z");  // 31 days left
  }

  analysis::Analysis Goals() {
    analysis::Analysis register_of_goals{.info = {.id = "goals"}};
    register_of_goals.run = [this](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
      analysis::Table goals{.name = "goals", .key = {"id"}};
      for (const char* name :
           {"id", "metric", "scope", "scope_of", "period_start", "period_end", "target", "currency", "state"}) {
        goals.columns.push_back({name});
      }
      for (const Line& line : goals_) {
        std::vector<store::Value>& row = goals.rows.emplace_back();
        for (const std::string& cell : line) row.emplace_back(cell);
      }
      return analysis::Output{.tables = {std::move(goals)}};
    };
    return register_of_goals;
  }

  // In the quarter that begins on the day: 100 won in its first month, 200 open from then on of which `won` is won on
  // its last day but ten, and 10 that come and are won within its last month.
  void Quarter(const std::string& first, const std::string& won) {
    const Date begin = *ParseIsoDate(first);
    const auto day = [&](int months, int days) { return FormatDate({AddMonths(begin, months).days + days}); };
    Add({.id = "s" + first, .status = "won", .amount = "100", .created = day(0, 0), .closed = day(0, 9)});
    Add({.id = "w" + first, .status = "won", .amount = won, .created = day(0, 5), .closed = day(3, -10)});
    Add({.id = "l" + first,
         .status = "lost",
         .amount = std::to_string(200 - std::stoi(won)),
         .created = day(0, 5),
         .closed = day(3, -9)});
    Add({.id = "n" + first, .status = "won", .amount = "10", .created = day(2, 10), .closed = day(2, 20)});
  }

  void Years() {
    Add({.id = "first", .status = "lost", .amount = "1", .created = "2024-01-01", .closed = "2024-01-02"});
    Quarter("2024-07-01", "20");
    Quarter("2024-10-01", "40");
    Quarter("2025-01-01", "60");
    Quarter("2025-04-01", "80");
    Quarter("2025-07-01", "100");
    Add({.id = "now", .status = "won", .amount = "50", .created = "2025-10-01", .closed = "2025-10-20"});
    Add({.id = "open", .status = "open", .amount = "1000", .created = "2025-10-05", .closed = "2025-12-20"});
  }

  std::vector<Line> goals_;
};

TEST_F(QuarterStory, EndsAsPastQuartersDidFromTheSameDayOn) {
  Years();
  goals_ = {{"1", "won_amount", "", "", "2025-10-01", "2025-12-31", "400", "EUR", "active"}};
  const analysis::Output output = Run("questions.quarter");
  // 50 is won, 1000 open; of the open 10% to 50% were won, and 10 came of later deals.
  EXPECT_EQ(Cell(output, "answer", 0, "text_en"),
            "Between €160 and €560 in Q4 2025 if it goes on as past quarters did; €50 is won so far. 2 of those 5 "
            "quarters lead "
            "to the goal of €400.");
  EXPECT_EQ(Cell(output, "answer", 0, "text_ru"),
            "В IV квартале 2025 года — от 160\u00A0€ до 560\u00A0€, если пойдёт как в прошлых кварталах; уже выиграно "
            "50\u00A0€. К цели в 400\u00A0€ ведут 2 из 5 этих кварталов.");
  EXPECT_EQ(Cell(output, "answer", 0, "state"), "answered");
  EXPECT_THAT(LinesOf(output, "quarters").front(),
              ElementsAre("2025-07-01", "2025-08-30", "100", "200", "2", "100", "0.5", "10", "210", "560"));
  EXPECT_EQ(output.Find("quarters")->rows.size(), 5U);
  EXPECT_EQ(Cell(output, "outlook", 3, "amount"), "360");
  // Five like quarters and one more: 4 of 6.
  EXPECT_THAT(Cell(output, "steps", 1, "text_en"), HasSubstr("with a chance of 67%"));
  // The newest of them, judged by the four before: 100 + 10 + 200 x 10% to 40%.
  EXPECT_THAT(LinesOf(output, "backtest").front(),
              ElementsAre("2025-07-01", "4", "130", "160", "190", "210", "-0.238095", "false"));
}

TEST_F(QuarterStory, PastQuartersAddUpToTheMetric) {
  Years();
  const analysis::Output output = Run("questions.quarter");
  auto context = MakeContext();
  const analysis::Output metrics = metrics::testing::Need(
      context.Run("metrics", {{"metrics", {"won_amount"}}, {"from", {"2025-07-01"}}, {"to", {"2025-09-30"}}}));
  EXPECT_EQ(Cell(output, "quarters", 0, "won"), Cell(metrics, "metrics", 0, "won_amount"));
  const analysis::Output then =
      metrics::testing::Need(context.Run("metrics", {{"metrics", {"pipeline_amount"}}, {"to", {"2025-08-30"}}}));
  EXPECT_EQ(Cell(output, "quarters", 0, "open_then"), Cell(then, "metrics", 0, "pipeline_amount"));
  EXPECT_THAT(Explain("questions.quarter", "quarters", {"2025-07-01"}).ids, ElementsAre("l2025-07-01", "w2025-07-01"));
  EXPECT_THAT(Explain("questions.quarter", "outlook", {"open"}).ids, ElementsAre("open"));
  EXPECT_THAT(Explain("questions.quarter", "outlook", {"won"}).ids, ElementsAre("now"));
}

TEST_F(QuarterStory, TooFewQuartersGiveNoRange) {
  Add({.id = "first", .status = "lost", .amount = "1", .created = "2025-01-01", .closed = "2025-01-02"});
  Quarter("2025-04-01", "80");
  Quarter("2025-07-01", "100");
  Add({.id = "open", .status = "open", .amount = "1000", .created = "2025-10-05", .closed = "2025-12-20"});
  const analysis::Output output = Run("questions.quarter");
  EXPECT_EQ(Cell(output, "answer", 0, "state"), "too_little");
  EXPECT_EQ(Cell(output, "answer", 0, "text_en"),
            "About €460 in Q4 2025, by too few past quarters to give a range; €0 is won so far.");
  for (const Line& line : LinesOf(output, "outlook")) EXPECT_THAT(line, ::testing::Not(Contains("low")));
  EXPECT_THAT(Cell(output, "unknown", 0, "text_en"), HasSubstr("it takes 4 quarters"));
}

TEST_F(QuarterStory, AmountsThatNobodyRecordedTeachNothing) {
  Years();
  story.Run(
      "UPDATE scoped.deal_version SET amount = NULL, amount_reporting = NULL WHERE status = 'open' AND valid_from < "
      "'2025-10-01'");
  const analysis::Output output = Run("questions.quarter");
  EXPECT_EQ(Cell(output, "answer", 0, "text_en"),
            "€50 is won so far in Q4 2025; how it will end cannot be told: no past quarter is known on the same day.");
  EXPECT_TRUE(output.Find("quarters")->rows.empty());
  EXPECT_EQ(Cell(output, "unknown", 1, "code"), "untold");
}

TEST_F(QuarterStory, AGoalOfOthersIsNotOurs) {
  Years();
  goals_ = {{"1", "won_amount", "team", "South", "2025-10-01", "2025-12-31", "400", "EUR", "active"},
            {"2", "won_amount", "company", "", "2025-07-01", "2025-09-30", "300", "EUR", "active"},
            {"3", "deals_won", "company", "", "2025-10-01", "2025-12-31", "7", "", "active"}};
  EXPECT_EQ(Cell(Run("questions.quarter"), "answer", 0, "before"), "");
  goals_.push_back({"4", "won_amount", "company", "", "2025-10-01", "2025-12-31", "300", "USD", "active"});
  const analysis::Output output = Run("questions.quarter");
  EXPECT_EQ(Cell(output, "answer", 0, "before"), "") << "of another currency";
  EXPECT_EQ(Cell(output, "unknown", 0, "code"), "goal_currency");
}

TEST_F(QuarterStory, WithoutDealsThereIsNothingToSay) {
  EXPECT_EQ(Cell(Run("questions.quarter"), "answer", 0, "state"), "nothing");
}

}  // namespace
}  // namespace weir::questions
