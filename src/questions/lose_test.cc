#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "questions/exact.h"
#include "questions/questions_story.h"

namespace weir::questions {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::QuestionsStory;

class LoseStory : public QuestionsStory {
 protected:
  LoseStory() { others.push_back(Ledger()); }

  // One stuck deal, and a rule that lacks its data.
  static analysis::Analysis Ledger() {
    analysis::Analysis ledger{.info = {.id = "leaks"}};
    ledger.run = [](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
      const auto text = [](const char* words) { return store::Value(std::string(words)); };
      analysis::Table leaks{.name = "leaks", .key = {"leak"}};
      for (const char* name : {"leak", "rule", "name", "account", "since", "exposed", "owner", "detail_en", "detail_ru",
                               "counted_by", "entity", "record_id"}) {
        leaks.columns.push_back({name});
      }
      leaks.rows = {{text("stuck_deal:o1"),
                     text("stuck_deal"),
                     text("o1"),
                     text("E"),
                     *ParseIsoDate("2025-06-01"),
                     Decimal{9000, 2},
                     text("Ann"),
                     text("49 days"),
                     text("49 дн."),
                     {},
                     text("deal"),
                     text("o1")}};
      analysis::Table rules{.name = "rules", .key = {"rule"}};
      for (const char* name : {"rule", "title_en", "title_ru", "department", "certainty", "state", "count", "amount",
                               "exposed", "note_en", "note_ru"}) {
        rules.columns.push_back({name});
      }
      rules.rows = {{text("stuck_deal"),
                     text("Stuck deal"),
                     text("Застрявшая сделка"),
                     text("sales"),
                     text("probable"),
                     text("found"),
                     std::int64_t{1},
                     Decimal{3000, 2},
                     Decimal{9000, 2},
                     {},
                     {}},
                    {text("overdue"),
                     text("Overdue"),
                     text("Просрочка"),
                     text("finance"),
                     text("certain"),
                     text("not_measured"),
                     {},
                     {},
                     {},
                     text("needs invoices"),
                     text("нужны счета")}};
      return analysis::Output{.tables = {std::move(leaks), std::move(rules)}};
    };
    return ledger;
  }

  // A year with `lost` of 40 deals lost from Proposal, the rest won out of it; each of 10.
  void Year(const std::string& day, int lost, const std::string& prefix) {
    for (int i = 0; i < 40; ++i) {
      Add({.id = fmt::format("{}{:02}", prefix, i),
           .status = i < lost ? "lost" : "won",
           .amount = "10",
           .created = "2023-01-01",
           .closed = day,
           .loss_reason = i < lost && i % 2 == 0 ? "Price" : ""});
    }
  }
};

TEST_F(LoseStory, NamesTheStageThatLosesMoreThanChance) {
  Year("2024-03-01", 8, "a");
  Year("2025-03-01", 24, "b");
  Add({.id = "q1",
       .status = "lost",
       .amount = "500",
       .created = "2025-01-01",
       .closed = "2025-02-01",
       .stage = "Call"});
  Add({.id = "o1", .status = "open", .amount = "90", .created = "2025-05-01", .closed = "2025-06-01", .account = "E"});
  const analysis::Output output = Run("questions.lose");
  EXPECT_EQ(
      Cell(output, "answer", 0, "text_en"),
      "€740 was lost in 25 deals in the last twelve months, 82% of the amount that was decided; most of it at the "
      "stage “Call”, €500. Open leaks hold another €30.");
  // 24 of 40 instead of 8 of 40: 40 points of 400.
  EXPECT_THAT(LinesOf(output, "stages"),
              ElementsAre(ElementsAre("Sales", "Call", "500", "1", "1", "1", "", "false", ""),
                          ElementsAre("Sales", "Proposal", "240", "24", "40", "0.6", "0.2", "true", "160")));
  EXPECT_THAT(LinesOf(output, "reasons"), ElementsAre(ElementsAre("", "620", "13", "0.837838", "40"),
                                                      ElementsAre("Price", "120", "12", "0.162162", "40")));
  EXPECT_THAT(LinesOf(output, "still"),
              ElementsAre(ElementsAre("o1", "o1", "E", "Ann", "90", "2025-06-01", "49 days", "49 дн.")));
  EXPECT_EQ(Cell(output, "steps", 3, "text_en"),
            "Longer in their stage than nine of ten won ones were: 1 deal; open past their close date: 1 deal, €90.");
  EXPECT_EQ(Cell(output, "unknown", 0, "text_ru"), "Утечка «Просрочка»: нужны счета");
}

TEST_F(LoseStory, CallsNoStageWorseByNoise) {
  Year("2024-03-01", 8, "a");
  Year("2025-03-01", 11, "b");
  const analysis::Output output = Run("questions.lose");
  EXPECT_EQ(Cell(output, "stages", 0, "is_clearly_worse"), "false");
  EXPECT_THAT(Cell(output, "steps", 0, "text_en"), HasSubstr("No stage is worse than before by more than chance."));
}

TEST_F(LoseStory, EveryLostDealStandsInOneStage) {
  Year("2025-03-01", 11, "b");
  Add({.id = "n1", .status = "lost", .amount = "77.7", .created = "2025-01-01", .closed = "2025-02-01", .stage = ""});
  const analysis::Output output = Run("questions.lose");
  auto context = MakeContext();
  const analysis::Output metrics = metrics::testing::Need(
      context.Run("metrics", {{"metrics", {"lost_amount"}}, {"from", {"2024-07-21"}}, {"to", {"2025-07-20"}}}));
  EXPECT_EQ(Cell(metrics, "metrics", 0, "lost_amount"), "187.7");
  EXPECT_EQ(Cell(output, "answer", 0, "value"), "187.7");
  EXPECT_TRUE(SumOf(output, "stages", "lost_amount") == 1'877'000);
  EXPECT_TRUE(SumOf(output, "reasons", "amount") == 1'877'000);
  EXPECT_EQ(Cell(output, "unknown", 0, "text_en"),
            "Where 1 deal stood before the loss: their history of stages is not there.");
  EXPECT_THAT(Explain("questions.lose", "stages", {"Sales", ""}).ids, ElementsAre("n1"));
  EXPECT_EQ(Explain("questions.lose", "stages", {"Sales", "Proposal"}).total, 11);
  EXPECT_EQ(Explain("questions.lose", "reasons", {"Price"}).total, 6);
  EXPECT_THAT(Explain("questions.lose", "leaks", {"stuck_deal"}).ids, ElementsAre("o1"));
}

TEST(ExactTest, IsThatOfFisher) {
  // The lady tasting tea: 3 of 4 right, 1 of 4 wrong; and all of 4 right.
  EXPECT_NEAR(ChanceOfWorse({3, 4}, {1, 4}), 17.0 / 70, 1e-12);
  EXPECT_NEAR(ChanceOfWorse({4, 4}, {0, 4}), 1.0 / 70, 1e-12);
  EXPECT_NEAR(ChanceOfWorse({0, 10}, {3, 90}), 1, 1e-12);
  // By summation with exact integers: 60 of 100 against 450 of 1,000.
  EXPECT_NEAR(ChanceOfWorse({60, 100}, {450, 1000}), 0.0028756, 1e-6);
}

TEST(ExactTest, ManyTestsAreAdjustedByHolm) {
  EXPECT_THAT(AdjustedForMany({0.01, 0.04, 0.03, 0.5}),
              ElementsAre(::testing::DoubleEq(0.04), ::testing::DoubleEq(0.09), ::testing::DoubleEq(0.09),
                          ::testing::DoubleEq(0.5)));
}

}  // namespace
}  // namespace weir::questions
