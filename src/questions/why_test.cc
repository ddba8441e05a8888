#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "questions/decompose.h"
#include "questions/questions_story.h"

namespace weir::questions {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Line;
using testing::QuestionsStory;

class WhyStory : public QuestionsStory {
 protected:
  // First quarter: 4 decided of 5, 2 won for 300. Second: 4 decided of 6, 1 won for 120.
  void TwoQuarters() {
    Add({.id = "w1",
         .status = "won",
         .amount = "100",
         .created = "2024-12-20",
         .closed = "2025-02-01",
         .account = "A"});
    Add({.id = "w2",
         .status = "won",
         .amount = "200",
         .created = "2025-01-05",
         .closed = "2025-03-30",
         .account = "B",
         .seller = "Bob"});
    Add({.id = "l1",
         .status = "lost",
         .amount = "50",
         .created = "2025-01-06",
         .closed = "2025-01-20",
         .account = "C"});
    Add({.id = "l2",
         .status = "lost",
         .amount = "70",
         .created = "2025-01-06",
         .closed = "2025-03-20",
         .account = "C"});
    Add({.id = "w3",
         .status = "won",
         .amount = "120",
         .created = "2025-03-01",
         .closed = "2025-04-11",
         .account = "A",
         .planned = "2025-03-31"});
    Add({.id = "l3",
         .status = "lost",
         .amount = "500",
         .created = "2025-04-02",
         .closed = "2025-05-11",
         .account = "D",
         .planned = "2025-05-11"});
    Add({.id = "l4",
         .status = "lost",
         .amount = "80",
         .created = "2025-04-02",
         .closed = "2025-06-11",
         .account = "D"});
    Add({.id = "l5",
         .status = "lost",
         .amount = "80",
         .created = "2025-04-02",
         .closed = "2025-06-12",
         .account = "D"});
    Add({.id = "o1",
         .status = "open",
         .amount = "90",
         .created = "2025-05-01",
         .closed = "2025-08-01",
         .account = "E"});
    Add({.id = "o2",
         .status = "open",
         .amount = "90",
         .created = "2025-05-01",
         .closed = "2025-06-01",
         .account = "E"});
  }
};

TEST_F(WhyStory, TellsTheChangeApartByItsCauses) {
  TwoQuarters();
  const analysis::Output output = Run("questions.why");
  EXPECT_THAT(
      LinesOf(output, "answer"),
      ElementsAre(ElementsAre(
          "why", "answered",
          "Sales fell by €180 (60%) in Q2 2025 against Q1 2025, from €300 to €120: mostly because fewer of the "
          "decided deals were won. With so few deals it may be chance.",
          "Продажи упали на 180\u00A0€ (60\u00A0%) во II квартале 2025 года против I квартала 2025 года, с "
          "300\u00A0€ до 120\u00A0€: главное — из закрытых сделок выиграна меньшая доля. При таком числе сделок это "
          "может быть случайностью.",
          "120", "300", "2025-04-01", "2025-06-30", "2025-01-01", "2025-03-31")));
  // 5 x 4/5 x 2/4 x 150 = 300; 6 x 4/6 x 1/4 x 120 = 120.
  EXPECT_THAT(
      LinesOf(output, "causes"),
      ElementsAre(
          ElementsAre("start", "start", "Won in Q1 2025", "Выиграно в I квартале 2025 года", "", "", "money", "300"),
          ElementsAre("win_rate", "part", "Win rate", "Доля выигранных", "0.5", "0.25", "share", "-135.75"),
          ElementsAre("size", "part", "Average won deal", "Средняя выигранная сделка", "150", "120", "money", "-45.25"),
          ElementsAre("pool", "part", "Deals to work on", "Сделки в работе", "5", "6", "count", "38.08"),
          ElementsAre("decided", "part", "Share decided in the period", "Доля закрытых за период", "0.8", "0.666667",
                      "share", "-37.08"),
          ElementsAre("end", "end", "Won in Q2 2025", "Выиграно во II квартале 2025 года", "", "", "money", "120")));
}

TEST_F(WhyStory, SaysWhoBoughtAndWhatSlipped) {
  TwoQuarters();
  const analysis::Output output = Run("questions.why");
  EXPECT_THAT(LinesOf(output, "customers"),
              ElementsAre(ElementsAre("more", "Bought in both, more now", "Купили в обоих, теперь больше", "1", "100",
                                      "120", "20"),
                          ElementsAre("not_again", "Bought before, nothing now", "Купили тогда, теперь ничего", "1",
                                      "200", "0", "-200")));
  EXPECT_THAT(Cell(output, "steps", 2, "text_en"),
              HasSubstr("1 who had bought for €200 in Q1 2025 bought nothing this time"));
  // On 1 January only w1 was open and due in its quarter; on 1 April nothing was: w3 was planned for March.
  EXPECT_THAT(LinesOf(output, "due").front(),
              ElementsAre("won", "Won in the period", "Выиграны в этом периоде", "1", "100", "1", "0", "0", ""));
  EXPECT_EQ(Cell(output, "unknown", output.Find("unknown")->rows.size() - 1, "code"), "due");
}

TEST_F(WhyStory, NumbersAreThoseOfTheMetrics) {
  TwoQuarters();
  const analysis::Output output = Run("questions.why");
  auto context = MakeContext();
  const analysis::Output metrics =
      metrics::testing::Need(context.Run("metrics", {{"metrics", {"won_amount", "win_rate", "average_deal_amount"}},
                                                     {"from", {"2025-04-01"}},
                                                     {"to", {"2025-06-30"}}}));
  EXPECT_EQ(Cell(output, "answer", 0, "value"), Cell(metrics, "metrics", 0, "won_amount"));
  EXPECT_EQ(Cell(output, "causes", 1, "now"), Cell(metrics, "metrics", 0, "win_rate"));
  EXPECT_EQ(Cell(output, "causes", 2, "now"), Cell(metrics, "metrics", 0, "average_deal_amount"));
}

TEST_F(WhyStory, HasTheRowsBehindEachFigure) {
  TwoQuarters();
  EXPECT_THAT(Explain("questions.why", "causes", {"end"}).ids, ElementsAre("w3"));
  EXPECT_THAT(Explain("questions.why", "causes", {"start"}).ids, ElementsAre("w2", "w1"));
  EXPECT_THAT(Explain("questions.why", "causes", {"win_rate"}).ids, ElementsAre("l3", "w3", "l4", "l5"));
  EXPECT_THAT(Explain("questions.why", "causes", {"pool"}).ids, ElementsAre("l3", "w3", "o1", "o2", "l4", "l5"));
  EXPECT_THAT(Explain("questions.why", "places", {"owner", "Bob"}).ids, ElementsAre("w2"));
  EXPECT_THAT(Explain("questions.why", "customers", {"not_again"}).ids, ElementsAre("w2"));
  EXPECT_THAT(Explain("questions.why", "due", {"won"}).ids, ElementsAre());
}

TEST_F(WhyStory, OfATeamItCountsThatTeamAlone) {
  TwoQuarters();
  Add({.id = "s1",
       .status = "won",
       .amount = "1000",
       .created = "2025-04-01",
       .closed = "2025-05-01",
       .account = "S",
       .team = "South"});
  story.Run("INSERT INTO scoped.team VALUES ('North', 'North', NULL, NULL), ('South', 'South', NULL, NULL)");
  EXPECT_EQ(Cell(Run("questions.why"), "answer", 0, "value"), "1120");
  EXPECT_EQ(Cell(Run("questions.why", {{"team", {"North"}}}), "answer", 0, "value"), "120");
}

TEST_F(WhyStory, WithoutAPastItSaysSo) {
  EXPECT_EQ(Cell(Run("questions.why"), "answer", 0, "state"), "nothing");
  Add({.id = "w3", .status = "won", .amount = "120", .created = "2025-04-01", .closed = "2025-04-11"});
  const analysis::Output output = Run("questions.why");
  EXPECT_EQ(Cell(output, "answer", 0, "state"), "too_little");
  EXPECT_EQ(Cell(output, "answer", 0, "text_en"),
            "€120 won in Q2 2025, and nothing is known of Q1 2025 to compare with.");
  EXPECT_TRUE(output.Find("causes")->rows.empty());
  EXPECT_EQ(Cell(output, "unknown", 0, "code"), "no_past");
}

TEST_F(WhyStory, RefusesDaysThatEndBeforeTheyBegin) {
  auto context = MakeContext();
  const auto refused = Asked("questions.why").run({{"from", {"2025-05-02"}}, {"to", {"2025-05-01"}}}, context);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().field(), "from");
}

// Whatever the deals, every way of telling the change apart adds up to it, to the last digit.
TEST_F(WhyStory, PartsAddUpWhateverTheDeals) {
  std::mt19937 random(20250720);
  const auto pick = [&](int count) { return static_cast<int>(random() % static_cast<unsigned>(count)); };
  for (int round = 0; round < 12; ++round) {
    story.Run("DELETE FROM scoped.deal");
    story.Run("DELETE FROM scoped.deal_version");
    const int deals = 2 + pick(30);
    for (int i = 0; i < deals; ++i) {
      const std::string created = "2025-01-01";
      const Date closed{ParseIsoDate("2025-01-02")->days + pick(180)};
      const std::string status =
          std::vector<std::string>{"won", "won", "lost", "open"}[static_cast<std::size_t>(pick(4))];
      Add({.id = fmt::format("d{}", i),
           .status = status,
           .amount = pick(8) == 0 ? "" : fmt::format("{}.{:02}", pick(100'000), pick(100)),
           .created = created,
           .closed = FormatDate(closed),
           .account = pick(6) == 0 ? "" : fmt::format("A{}", pick(5)),
           .seller = fmt::format("S{}", pick(4)),
           .team = fmt::format("T{}", pick(2))});
    }
    const analysis::Output output = Run("questions.why", {{"against", {"previous"}}});
    if (Cell(output, "answer", 0, "state") != "answered") continue;
    const analysis::Table& causes = *output.Find("causes");
    const std::size_t effect = causes.IndexOf("effect");
    const Int128 start = Rescale(std::get<Decimal>(causes.rows.front()[effect]), kAmountScale)->units;
    const Int128 end = Rescale(std::get<Decimal>(causes.rows.back()[effect]), kAmountScale)->units;
    // The start and its parts are the end, which stands there once more.
    EXPECT_TRUE(SumOf(output, "causes", "effect") == 2 * end) << round;
    if (!output.Find("places")->rows.empty()) {
      EXPECT_TRUE(SumOf(output, "places", "change") == end - start) << round;
    }
    EXPECT_TRUE(SumOf(output, "customers", "change") == end - start) << round;
    EXPECT_TRUE(SumOf(output, "customers", "now") == end) << round;
  }
}

std::vector<std::int64_t> Short(const std::vector<Int128>& effects) { return {effects.begin(), effects.end()}; }

TEST(EffectsTest, AddUpAndFavourNoPlace) {
  // 4 x 5 = 20 becomes 6 x 10 = 60: (2 x 5 + 2 x 10) / 2 and (5 x 4 + 5 x 6) / 2.
  EXPECT_THAT(Short(EffectsOf({{4, 6}, {5, 10}}, 40, 1)), ElementsAre(15, 25));
  EXPECT_THAT(Short(EffectsOf({{5, 10}, {4, 6}}, 40, 1)), ElementsAre(25, 15));
}

TEST(EffectsTest, AFactorThatIsNotDefinedHasNotChanged) {
  // Nothing decided now: that nothing was won is no cause of its own.
  EXPECT_THAT(Short(EffectsOf({{10, 10}, {0.5, 0}, {0.4, std::nullopt}, {100, std::nullopt}}, -200, 1)),
              ElementsAre(0, -200, 0, 0));
}

TEST(EffectsTest, WhatRoundingLeavesIsBorneByTheLargest) {
  std::mt19937 random(7);
  const auto number = [&] { return 0.5 + static_cast<double>(random() % 1000) / 250.0; };
  for (int round = 0; round < 200; ++round) {
    std::vector<Factor> factors;
    factors.reserve(4);
    for (int i = 0; i < 4; ++i) factors.push_back({number(), number()});
    const Int128 change = static_cast<Int128>(random() % 2'000'000) - 1'000'000;
    Int128 sum = 0;
    for (const Int128 effect : EffectsOf(factors, change, 100)) sum += effect;
    EXPECT_TRUE(sum == change) << round;
  }
}

}  // namespace
}  // namespace weir::questions
