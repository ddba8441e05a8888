// Sheets made from Weir's own numbers agree everywhere; with one deliberate change of each kind that change is named.
#include "metrics/conflict.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/random.h"
#include "metrics/analyses.h"
#include "metrics/history_story.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using ::testing::HasSubstr;
using testing::HistoryStory;
using testing::Need;

const std::string kNow = "2026-06-30T12:00:00Z";
const std::string kMonths =
    "SELECT strftime(month, '%Y-%m-01'), segment, amount FROM (SELECT date_trunc('month', {0}) AS "
    "month, segment, sum({1}) AS amount FROM scoped.deal WHERE status = 'won' AND {0} BETWEEN "
    "'2026-01-01' AND '2026-06-30' GROUP BY ALL) ORDER BY ALL";

class Conflicts : public ::testing::Test {
 protected:
  Conflicts() {
    story.Run(
        "INSERT INTO told.rate VALUES ('EUR', '1900-01-01', '2100-01-01', 1), ('USD', '1900-01-01', '2100-01-01', "
        "0.9)");
    RandomStream random(11, "company");
    constexpr std::array<const char*, 3> kSegments{"big", "middle", "small"};
    constexpr std::array<const char*, 4> kStatus{"won", "won", "lost", "open"};
    for (int i = 0; i < 60; ++i) {
      const auto pick = [&](int most) { return static_cast<std::size_t>(random.Integer(0, most)); };
      const auto day = [&](CivilDate first) {
        return FormatDate({FromCivil(first).days + static_cast<int>(random.Integer(0, 200))});
      };
      story.Run(fmt::format("INSERT INTO told.deal VALUES ('d{}', 'a1', 'North', '{}', DATE '{}')", i,
                            kSegments.at(pick(2)), day({2025, 11, 1})));
      story.Run(fmt::format(
          "INSERT INTO told.deal_version VALUES ('d{}', 1, TIMESTAMP '2025-11-03', NULL, '{}', {}, '{}', DATE '{}', "
          "NULL)",
          i, kStatus.at(pick(3)), FormatDecimal({random.Integer(100'000, 9'000'000), 2}),
          random.Chance(0.3) ? "USD" : "EUR", day({2025, 12, 1})));
    }
  }
  // The rows of a statement under a header, between tabs.
  std::string Sheet(const std::string& header, const std::string& sql) {
    const auto context = story.At(*ParseIsoInstant(kNow));
    const store::Rows rows = Need(context->session().Query(sql));
    std::string sheet = header + "\n";
    for (const auto& row : rows.rows) {
      for (std::size_t i = 0; i < row.size(); ++i) sheet += (i == 0 ? "" : "\t") + store::ToText(row[i]);
      sheet += "\n";
    }
    return sheet;
  }
  std::string Won(const std::string& day, const std::string& amount) {
    return Sheet("Month\tSegment\tWon amount", fmt::format(fmt::runtime(kMonths), day, amount));
  }
  Result<analysis::Output> Run(const std::string& sheet, const analysis::RawParams& more = {}) {
    const auto context = story.At(*ParseIsoInstant(kNow));
    context->analyses = analyses;
    analysis::RawParams params = more;
    params["sheet"] = {sheet};
    params["name"] = {"board.csv"};
    return context->Run("metrics.conflict", params);
  }
  static std::string Said(const analysis::Output& output, const std::string& column = "said_en") {
    return Cell(output, "answer", 0, column);
  }
  static std::string Cell(const analysis::Output& output, const std::string& table, std::size_t row,
                          const std::string& column) {
    const analysis::Table& found = *output.Find(table);
    return store::ToText(found.rows.at(row).at(found.IndexOf(column)));
  }
  std::string Refusal(const std::string& sheet, const analysis::RawParams& more = {}) {
    auto output = Run(sheet, more);
    return output ? "not refused" : output.error().ToString();
  }

  HistoryStory story;
  std::vector<analysis::Analysis> analyses = Analyses(BuiltIn());
};

TEST_F(Conflicts, ASheetFromWeirAgreesEverywhere) {
  const std::string sheet = Won("close_date", "amount_reporting");
  const analysis::Output output = Need(Run(sheet));
  EXPECT_EQ(Said(output, "differ"), "0");
  EXPECT_EQ(Said(output, "unread"), "0");
  EXPECT_EQ(Said(output, "agree"), Said(output, "compared"));
  EXPECT_EQ(Said(output, "agree"), fmt::format("{}", std::ranges::count(sheet, '\n') - 1));
  EXPECT_THAT(Said(output), HasSubstr("agree with Weir."));
}

TEST_F(Conflicts, EveryAskedGrainAndManyMetricsAgree) {
  for (const std::string grain : {"month", "quarter", "year"}) {
    const auto context = story.At(*ParseIsoInstant(kNow));
    context->analyses = analyses;
    const analysis::Output answer =
        Need(context->Run("metrics", {{"metrics", {"won_amount", "deals_won", "deals_created", "win_rate"}},
                                      {"by", {"segment"}},
                                      {"grain", {grain}},
                                      {"from", {"2026-01-01"}},
                                      {"to", {"2026-06-30"}}}));
    std::string sheet = grain + ";segment;won_amount;Выиграно сделок;Deals created;Win rate\n";
    for (const auto& row : answer.tables.front().rows) {
      for (std::size_t i = 0; i < row.size(); ++i) sheet += (i == 0 ? "" : ";") + store::ToText(row[i]);
      sheet += "\n";
    }
    const analysis::Output output = Need(Run(sheet));
    EXPECT_EQ(Said(output, "differ"), "0") << grain << Said(output);
    EXPECT_GT(std::stoi(Said(output, "agree")), 9) << grain;
  }
}

TEST_F(Conflicts, CreationInsteadOfCloseIsOneReasonForAllCells) {
  const analysis::Output output = Need(Run(Won("created_date", "amount_reporting")));
  EXPECT_GT(std::stoi(Said(output, "differ")), 8);
  EXPECT_EQ(Said(output, "unexplained"), "0");
  EXPECT_THAT(Said(output),
              HasSubstr("differ because the sheet counts otherwise: by creation date instead of close date"));
  EXPECT_THAT(Said(output, "said_ru"), HasSubstr("считается дата создания, а не дата закрытия"));
  EXPECT_EQ(Cell(output, "cells", 0, "kinds"), "date");
}

TEST_F(Conflicts, AmountsThatAreNotConverted) {
  const analysis::Output output = Need(Run(Won("close_date", "amount")));
  EXPECT_THAT(Said(output), HasSubstr("without conversion"));
  EXPECT_EQ(Said(output, "unexplained"), "0");
}

TEST_F(Conflicts, AnotherDefinition) {
  const analysis::Output output = Need(Run(Sheet(
      "Quarter\tWon amount",
      "SELECT strftime(date_trunc('quarter', created_date), '%Y-%m-01'), sum(amount_reporting) FROM scoped.deal WHERE "
      "created_date BETWEEN '2026-01-01' AND '2026-06-30' GROUP BY ALL ORDER BY ALL")));
  EXPECT_THAT(Said(output), HasSubstr("“Amount of deals created” instead of “Won amount”"));
}

TEST_F(Conflicts, MonthsAsColumnsAndMetricsAsRows) {
  const std::string value =
      "SELECT 'Won amount', (SELECT sum(amount_reporting) FROM scoped.deal WHERE status = 'won' AND "
      "close_date BETWEEN '2026-01-01' AND '2026-01-31'), 1.5";
  const analysis::Output output = Need(Run(Sheet("\tянварь 2026\tFeb 2026", value) + "Выручка\t1\t2\n"));
  EXPECT_EQ(Said(output, "agree"), "1");
  EXPECT_EQ(Said(output, "differ"), "1");
  EXPECT_EQ(Cell(output, "columns", 3, "column"), "Выручка");
  EXPECT_EQ(Cell(output, "columns", 3, "role"), "unknown");
}

TEST_F(Conflicts, RecordsAreComparedRowByRow) {
  const std::string all =
      "SELECT name, amount_reporting, close_date FROM scoped.deal WHERE status = 'won' AND close_date "
      "BETWEEN '2026-02-01' AND '2026-03-31' ORDER BY close_date, name";
  const auto context = story.At(*ParseIsoInstant(kNow));
  store::Rows rows = Need(context->session().Query(all));
  ASSERT_GT(rows.size(), 5U);
  std::string text = "Deal;Amount;Date\n";
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i == 1) continue;  // missing there
    text += rows.TextAt(i, 0) + ";" + (i == 2 ? "1.25" : rows.TextAt(i, 1)) + ";" +
            (i == 3 ? "2026-02-01" : rows.TextAt(i, 2)) + "\n";
  }
  text += "Nobody knows it;77;2026-03-01\n";
  const analysis::Output output = Need(Run(text, {{"metric", {"won_amount"}}}));
  std::vector<std::string> kinds;
  kinds.reserve(output.Find("records")->rows.size());
  for (std::size_t i = 0; i < output.Find("records")->rows.size(); ++i)
    kinds.push_back(Cell(output, "records", i, "kind"));
  EXPECT_THAT(kinds, ::testing::UnorderedElementsAre("missing_there", "amount", "date", "missing_here"));
  EXPECT_EQ(Said(output, "agree"), fmt::format("{}", rows.size() - 3));
}

TEST_F(Conflicts, WhatIsNotKnownIsSaidAndMayBeCorrected) {
  EXPECT_THAT(Refusal("Month\tRevenue\n2026-01-01\t5\n"), HasSubstr("no column of the sheet is known to be a metric"));
  const analysis::Output output =
      Need(Run("Month\tRevenue\tMood\n2026-01\t5\tgood\n", {{"match", {"Revenue=won_amount"}}}));
  EXPECT_EQ(Cell(output, "columns", 1, "target"), "won_amount");
  EXPECT_EQ(Cell(output, "columns", 2, "role"), "unknown");
  EXPECT_EQ(Said(output, "differ"), "1");
  const analysis::Output group = Need(Run("Segment\tWon amount\nhuge\t5\n"));
  EXPECT_EQ(Cell(group, "cells", 0, "state"), "unknown_group");
  EXPECT_THAT(Refusal("a\tb\n1\t2\n", {{"match", {"c=won_amount"}}}), HasSubstr("no column 'c'"));
  EXPECT_THAT(Refusal("a\tb\n1\t2\n", {{"match", {"a=nothing such"}}}), HasSubstr("no metric and no dimension"));
}

TEST_F(Conflicts, HostileSheetsAreRefusedWithTheirPlace) {
  EXPECT_THAT(Refusal("a,b\n1,\"2\n3,4\n"), HasSubstr("board.csv:2:2: a quote is opened"));
  EXPECT_THAT(Refusal("a,b\n1,2,3\n"), HasSubstr("board.csv:2:3: the row has 3 cells, the header 2"));
  EXPECT_THAT(Refusal("a,b\n"), HasSubstr("no row below its header"));
  EXPECT_THAT(Refusal(std::string("a,b\n1,\xFF\n")), HasSubstr("board.csv:2:3: the sheet is not text"));
  EXPECT_THAT(Refusal(std::string(kMostSheetBytes + 1, 'a')), HasSubstr("bytes"));
  std::string rows = "a,b\n";
  for (std::size_t i = 0; i <= kMostSheetRows; ++i) rows += "1,2\n";
  EXPECT_THAT(Refusal(rows), HasSubstr("more than 5000 rows"));
}

TEST(SheetPeriods, AreReadInBothLanguages) {
  const auto read = [](std::string_view text, int first_month = 1) {
    const auto period = ReadPeriod(text, first_month);
    return period ? fmt::format("{} {}", FormatDate(period->first), NameOf(period->grain)) : "none";
  };
  EXPECT_EQ(read("2026-03"), "2026-03-01 month");
  EXPECT_EQ(read("03.2026"), "2026-03-01 month");
  EXPECT_EQ(read("Mar 26"), "2026-03-01 month");
  EXPECT_EQ(read("Март 2026 г."), "2026-03-01 month");
  EXPECT_EQ(read("май 2026"), "2026-05-01 month");
  EXPECT_EQ(read("Q1 2026"), "2026-01-01 quarter");
  EXPECT_EQ(read("2 кв. 2026"), "2026-04-01 quarter");
  EXPECT_EQ(read("2026 Q4"), "2026-10-01 quarter");
  EXPECT_EQ(read("Q1 2026", 4), "2025-04-01 quarter");
  EXPECT_EQ(read("2026"), "2026-01-01 year");
  EXPECT_EQ(read("31.03.2026"), "2026-03-31 day");
  EXPECT_EQ(read("03/04/2026"), "none");
  EXPECT_EQ(read("31.02.2026"), "none");
  EXPECT_EQ(read("market 2026"), "none");
  EXPECT_EQ(read("12"), "none");
}

}  // namespace
}  // namespace weir::metrics
