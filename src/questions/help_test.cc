#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "questions/questions_story.h"

namespace weir::questions {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::QuestionsStory;

class HelpStory : public QuestionsStory {
 protected:
  HelpStory() { others.push_back(Ledger()); }

  analysis::Analysis Ledger() {
    analysis::Analysis ledger{.info = {.id = "leaks"}};
    ledger.run = [this](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
      analysis::Table leaks{.name = "leaks", .key = {"record_id"}, .columns = {{"record_id"}}};
      for (const std::string& id : stuck) leaks.rows.push_back({id});
      analysis::Table rules{.name = "rules",
                            .key = {"rule"},
                            .columns = {{"rule"}, {"state"}, {"note_en"}, {"note_ru"}},
                            .rows = {{std::string("stuck_deal"), std::string("found"), {}, {}}}};
      return analysis::Output{.tables = {std::move(leaks), std::move(rules)}};
    };
    return ledger;
  }

  // So many closed deals of a seller, so many of them lost; each of 100.
  void Closed(const std::string& seller, int all, int lost, const std::string& day = "2025-05-01") {
    for (int i = 0; i < all; ++i) {
      Add({.id = fmt::format("{}-{}-{:02}", seller, day, i),
           .status = i < lost ? "lost" : "won",
           .amount = "100",
           .created = "2024-01-01",
           .closed = day,
           .seller = seller});
    }
  }

  std::vector<std::string> stuck;
};

TEST_F(HelpStory, NamesWhoLagsByMoreThanChance) {
  Closed("Ann", 30, 28);
  Closed("Bob", 30, 15);
  Closed("Cem", 30, 15);
  const analysis::Output output = Run("questions.help");
  // 28 of 30 against 30 of 60: 43 points of 30 deals at 100 each.
  EXPECT_THAT(LinesOf(output, "people").front(),
              ElementsAre("Ann", "Ann", "lost", "Decided deals that are lost", "Проигранные из закрытых сделок", "all",
                          "0.933333", "0.5", "30", "1300", ::testing::_));
  EXPECT_EQ(output.Find("people")->rows.size(), 1U);
  EXPECT_EQ(Cell(output, "answer", 0, "text_en"),
            "1 of 3 sellers lags by more than chance. Ann: Decided deals that are lost, 93% of 30 against 50% of the "
            "others.");
  EXPECT_EQ(Explain("questions.help", "people", {"Ann", "lost", "all"}).total, 28);
}

TEST_F(HelpStory, NobodyIsNamedByNoise) {
  Closed("Ann", 30, 18);
  Closed("Bob", 30, 15);
  Closed("Cem", 30, 13);
  const analysis::Output output = Run("questions.help");
  EXPECT_THAT(LinesOf(output, "people"), IsEmpty());
  EXPECT_EQ(Cell(output, "answer", 0, "text_en"),
            "Nobody lags by more than chance: 3 of 3 sellers have enough cases to be compared.");
  EXPECT_EQ(Cell(output, "steps", 0, "code"), "closest");
}

TEST_F(HelpStory, TooFewCasesNameNobody) {
  Closed("Ann", 9, 9);
  Closed("Bob", 40, 10);
  const analysis::Output output = Run("questions.help");
  EXPECT_THAT(LinesOf(output, "people"), IsEmpty()) << "nine lost of nine are too few";
  EXPECT_THAT(LinesOf(output, "tested"), ElementsAre(ElementsAre("lost", "Decided deals that are lost",
                                                                 "Проигранные из закрытых сделок", "2", "0", "0")));
  EXPECT_EQ(Cell(output, "answer", 0, "state"), "too_little");
}

TEST_F(HelpStory, ComparesWithTheOwnPast) {
  Closed("Ann", 40, 36);
  Closed("Ann", 40, 8, "2024-05-01");
  const analysis::Output output = Run("questions.help");
  EXPECT_EQ(Cell(output, "people", 0, "basis"), "past");
  EXPECT_EQ(Cell(output, "people", 0, "others"), "0.2");
}

TEST_F(HelpStory, SeesWhatIsStuckSilentAndAnsweredLate) {
  for (const std::string seller : {"Ann", "Bob", "Cem", "Dan"}) {
    for (int i = 0; i < 20; ++i) {
      const std::string id = fmt::format("{}{:02}", seller, i);
      Add({.id = id,
           .status = "open",
           .amount = "10",
           .created = "2025-02-01",
           .closed = "2025-09-01",
           .seller = seller});
      if (seller == "Ann") stuck.push_back(id);
      if (seller != "Bob") {
        story.Run(fmt::format(
            "INSERT INTO scoped.activity (activity_id, deal_id, day) VALUES ('{0}', '{0}', '2025-07-15')", id));
      }
      story.Run(fmt::format(
          "INSERT INTO scoped.lead (lead_id, seller_id, seller, created_at, created_date, answered_at_work) "
          "VALUES ('{0}', '{1}', '{1}', '2025-06-01 09:00:00', '2025-06-01', {2})",
          id, seller, seller == "Cem" ? "NULL" : "'2025-06-01 10:00:00'"));
    }
  }
  const analysis::Output output = Run("questions.help");
  std::vector<std::string> named;
  for (const auto& line : LinesOf(output, "people")) named.push_back(line[1] + " " + line[2]);
  EXPECT_THAT(named, ::testing::UnorderedElementsAre("Ann stuck", "Bob silent", "Cem slow"));
  EXPECT_EQ(Explain("questions.help", "people", {"Cem", "slow", "team"}).table, "lead");
  EXPECT_EQ(Explain("questions.help", "people", {"Cem", "slow", "team"}).total, 20);
  EXPECT_EQ(Explain("questions.help", "people", {"Bob", "silent", "team"}).total, 20);
}

TEST_F(HelpStory, SellersSideBySideAreThoseOfTheMetrics) {
  Closed("Ann", 12, 5);
  Closed("Bob", 7, 1);
  const analysis::Output output = Run("questions.help");
  auto context = MakeContext();
  const analysis::Output metrics =
      metrics::testing::Need(context.Run("metrics", {{"metrics", {"won_amount", "deals_closed"}},
                                                     {"by", {"owner"}},
                                                     {"from", {"2024-07-21"}},
                                                     {"to", {"2025-07-20"}}}));
  for (std::size_t row = 0; row < 2; ++row) {
    EXPECT_EQ(Cell(output, "members", row, "seller"), Cell(metrics, "metrics", row, "owner"));
    EXPECT_EQ(Cell(output, "members", row, "won"), Cell(metrics, "metrics", row, "won_amount"));
    EXPECT_EQ(Cell(output, "members", row, "decided"), Cell(metrics, "metrics", row, "deals_closed"));
  }
  EXPECT_EQ(Cell(output, "unknown", 0, "code"), "no_answers");
}

TEST_F(HelpStory, DealsOfWhoDoesNotSellAreNobodys) {
  Closed("Ann", 12, 5);
  story.Run("UPDATE scoped.deal SET seller_id = NULL, seller = NULL");
  EXPECT_EQ(Cell(Run("questions.help"), "answer", 0, "state"), "nothing");
}

}  // namespace
}  // namespace weir::questions
