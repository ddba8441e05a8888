// Figures of reports that count otherwise, one of each kind, and what is refused; and that every answer is true.
#include "metrics/tie_out.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/random.h"
#include "metrics/analyses.h"
#include "metrics/history_story.h"
#include "metrics/tie_out_subset.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::HistoryStory;
using ::testing::IsEmpty;
using testing::Need;

const std::string kNow = "2026-06-30T12:00:00Z";

struct Answered {
  std::string verdict;
  std::string said_en;
  std::vector<std::string> kinds;
  std::vector<std::string> why;
  std::vector<std::string> why_ru;
  std::vector<std::string> rows;
  analysis::Output output;
};

class TieOuts : public ::testing::Test {
 protected:
  TieOuts() {
    story.Run(
        "INSERT INTO told.rate VALUES ('EUR', '1900-01-01', '2100-01-01', 1), ('USD', '1900-01-01', '2026-02-15', "
        "0.9), "
        "('USD', '2026-02-15', '2100-01-01', 0.8)");
  }
  void Deal(const std::string& id, const std::string& status, const std::string& amount, const std::string& close,
            const std::string& segment = "big", const std::string& team = "North", const std::string& currency = "EUR",
            const std::string& created = "2025-11-03", const std::string& known = "2025-11-03") {
    story.Run(
        fmt::format("INSERT INTO told.deal VALUES ('{}', 'a1', '{}', '{}', DATE '{}')", id, team, segment, created));
    story.Run(fmt::format(
        "INSERT INTO told.deal_version VALUES ('{}', 1, TIMESTAMP '{}', NULL, '{}', {}, '{}', DATE '{}', NULL)", id,
        known, status, amount, currency, close));
  }
  // A company of uneven amounts: 60 deals from December to June.
  void Company() {
    RandomStream random(11, "company");
    constexpr std::array<const char*, 3> kSegments{"big", "middle", "small"};
    constexpr std::array<const char*, 3> kTeams{"North", "South", "West"};
    constexpr std::array<const char*, 4> kStatus{"won", "won", "lost", "open"};
    for (int i = 0; i < 60; ++i) {
      const auto pick = [&](int most) { return static_cast<std::size_t>(random.Integer(0, most)); };
      Deal(fmt::format("d{}", i), kStatus.at(pick(3)), FormatDecimal({random.Integer(100'000, 9'000'000), 2}),
           FormatDate({FromCivil({2025, 12, 1}).days + static_cast<int>(random.Integer(0, 200))}),
           kSegments.at(pick(2)), kTeams.at(pick(2)), random.Chance(0.3) ? "USD" : "EUR",
           FormatDate({FromCivil({2025, 10, 1}).days + static_cast<int>(random.Integer(0, 200))}));
    }
  }
  std::string Value(const std::string& sql) {
    auto context = story.At(*ParseIsoInstant(kNow));
    return store::ToText(Need(context->session().Query(sql)).rows.at(0).at(0));
  }
  Result<analysis::Output> Run(const std::string& id, const analysis::RawParams& params) {
    const auto context = story.At(*ParseIsoInstant(kNow));
    context->analyses = analyses;
    return context->Run(id, params);
  }
  Answered Ask(const analysis::RawParams& params) {
    Answered answered{.output = Need(Run("metrics.reconcile", params))};
    const analysis::Table& figure = *answered.output.Find("figure");
    answered.verdict = store::ToText(figure.rows[0][figure.IndexOf("verdict")]);
    answered.said_en = store::ToText(figure.rows[0][figure.IndexOf("said_en")]);
    const analysis::Table& answers = *answered.output.Find("answers");
    for (const auto& row : answers.rows) {
      answered.kinds.push_back(store::ToText(row[answers.IndexOf("kinds")]));
      answered.why.push_back(store::ToText(row[answers.IndexOf("why_en")]));
      answered.why_ru.push_back(store::ToText(row[answers.IndexOf("why_ru")]));
    }
    const analysis::Table& rows = *answered.output.Find("rows");
    for (const auto& row : rows.rows) {
      if (store::ToText(row[0]) == "1") answered.rows.push_back(store::ToText(row[rows.IndexOf("id")]));
    }
    return answered;
  }
  // The won amount of the first quarter, against this figure.
  Answered Quarter(const std::string& figure, const std::string& metric = "won_amount") {
    return Ask({{"figure", {figure}}, {"metric", {metric}}, {"from", {"2026-01-01"}}, {"to", {"2026-03-31"}}});
  }
  std::string Refusal(const analysis::RawParams& params) {
    auto output = Run("metrics.reconcile", params);
    return output ? "not refused" : output.error().ToString();
  }

  HistoryStory story;
  std::vector<analysis::Analysis> analyses = Analyses(BuiltIn());
};

const std::string kWon = "SELECT sum(amount_reporting) FROM scoped.deal WHERE status = 'won' AND ";
const std::string kInQuarter = "close_date BETWEEN '2026-01-01' AND '2026-03-31'";

TEST_F(TieOuts, TheSameNumberIsTheSame) {
  Company();
  const Answered answered = Quarter(Value(kWon + kInQuarter));
  EXPECT_EQ(answered.verdict, "match");
  EXPECT_EQ(answered.kinds.front(), "same");
  EXPECT_THAT(answered.said_en, HasSubstr("Weir says the same."));
}

TEST_F(TieOuts, AnotherDefinition) {
  Company();
  const Answered answered = Quarter(
      Value("SELECT sum(amount_reporting) FROM scoped.deal WHERE created_date BETWEEN '2026-01-01' AND '2026-03-31'"));
  EXPECT_EQ(answered.kinds.front(), "definition");
  EXPECT_EQ(answered.why.front(), "“Amount of deals created” instead of “Won amount”");
  EXPECT_EQ(answered.why_ru.front(), "«Сумма созданных сделок» вместо «Сумма выигранных сделок»");
}

TEST_F(TieOuts, AnotherDate) {
  Company();
  const Answered answered = Quarter(Value(kWon + "created_date BETWEEN '2026-01-01' AND '2026-03-31'"));
  EXPECT_EQ(answered.kinds.front(), "date");
  EXPECT_EQ(answered.why.front(), "by creation date instead of close date");
}

TEST_F(TieOuts, APeriodThatIsOffByADay) {
  Company();
  Deal("edge", "won", "12345.67", "2026-03-31");
  Deal("next", "won", "777.77", "2026-04-01");
  const Answered without = Quarter(Value(kWon + "close_date BETWEEN '2026-01-01' AND '2026-03-30'"));
  EXPECT_EQ(without.kinds.front(), "period");
  EXPECT_THAT(without.why.front(), HasSubstr("without the last day: 1 January 2026 – 30 March 2026"));
  const Answered with = Quarter(Value(kWon + "close_date BETWEEN '2026-01-01' AND '2026-04-01'"));
  EXPECT_THAT(with.why.front(), HasSubstr("with a day after the end"));
  const Answered last = Quarter(Value(kWon + "close_date BETWEEN '2026-01-01' AND '2026-01-31'"));
  EXPECT_THAT(last.why.front(), HasSubstr("month"));
}

TEST_F(TieOuts, AFilterThatLeavesASegmentOut) {
  Company();
  const Answered answered = Quarter(Value(kWon + kInQuarter + " AND segment <> 'middle'"));
  EXPECT_EQ(answered.kinds.front(), "filter");
  EXPECT_EQ(answered.why.front(), "without “Segment: middle”");
  EXPECT_EQ(answered.why_ru.front(), "без «Сегмент: middle»");
  Deal("both", "won", "1313.17", "2026-02-02", "middle", "South");
  const Answered two = Quarter(Value(kWon + kInQuarter + " AND segment <> 'middle' AND team = 'South'"));
  EXPECT_THAT(two.why.front(), HasSubstr("“Segment: middle”"));
  EXPECT_THAT(two.why.front(), HasSubstr("only “Team: South”"));
}

TEST_F(TieOuts, ACurrencyThatIsNotConverted) {
  Company();
  const std::string sum = "SELECT sum(amount) FROM scoped.deal WHERE status = 'won' AND ";
  const Answered mixed = Quarter(Value(sum + kInQuarter));
  EXPECT_EQ(mixed.kinds.front(), "currency");
  EXPECT_EQ(mixed.why.front(), "amounts of different currencies added up without conversion");
  const Answered one = Quarter("$" + Value(sum + kInQuarter + " AND currency = 'USD'"));
  EXPECT_EQ(one.kinds.front(), "currency");
  EXPECT_EQ(one.why.front(), "only what is in USD, not converted");
}

TEST_F(TieOuts, ATimeZone) {
  const auto leads = [&](const std::string& id, const std::string& moment, int count) {
    story.Run(
        fmt::format("INSERT INTO scoped.lead (lead_id, created_at, created_date) SELECT concat('{}', i), moment, "
                    "CAST(moment AS DATE) FROM (SELECT i, {} AS moment FROM range({}) AS t(i))",
                    id, moment, count));
  };
  leads("even", "TIMESTAMP '2025-12-10' + to_hours(CAST(6 + i * 13 AS INTEGER))", 400);
  // In New York these 17 still belong to March, those 5 to December; three more do so only further west.
  leads("march", "TIMESTAMP '2026-04-01 03:30:00'", 17);
  leads("december", "TIMESTAMP '2026-01-01 03:30:00'", 5);
  leads("west", "TIMESTAMP '2026-04-01 06:30:00'", 3);
  const Answered answered =
      Quarter(Value("SELECT count(*) FROM scoped.lead WHERE created_at >= '2026-01-01 05:00:00' AND "
                    "created_at < '2026-04-01 04:00:00'"),
              "leads");
  EXPECT_EQ(answered.kinds.front(), "zone");
  EXPECT_THAT(answered.why.front(), HasSubstr("America/New_York"));
}

TEST_F(TieOuts, RowsThatAreMissingOrCountedAsWell) {
  Company();
  Deal("gone", "won", "8123.45", "2026-02-03");
  Deal("lost_too", "won", "11017.31", "2026-02-04", "middle", "South");
  const Answered missing = Quarter(Value(kWon + kInQuarter + " AND deal_id NOT IN ('gone', 'lost_too')"));
  EXPECT_EQ(missing.kinds.front(), "rows");
  EXPECT_THAT(missing.rows, ElementsAre("gone", "lost_too"));
  EXPECT_THAT(missing.why.front(), HasSubstr("exactly these rows are missing there (2): GONE, LOST_TOO"));
  Deal("early", "open", "3210.98", "2026-03-20");
  const Answered extra = Quarter(Value("SELECT sum(amount_reporting) FROM scoped.deal WHERE (status = 'won' AND " +
                                       kInQuarter + ") OR deal_id = 'early'"));
  EXPECT_EQ(extra.kinds.front(), "rows");
  EXPECT_THAT(extra.rows, ElementsAre("early"));
  EXPECT_THAT(extra.why_ru.front(), HasSubstr("там учтены ещё именно эти строки (1): EARLY"));
}

TEST_F(TieOuts, AMomentBeforeWhatCameLate) {
  Company();
  const std::string before = Value(kWon + kInQuarter);
  Deal("late", "won", "4321.09", "2026-03-20", "big", "North", "EUR", "2026-01-02", "2026-04-12");
  Deal("later", "won", "5321.19", "2026-02-20", "small", "South", "EUR", "2026-01-02", "2026-04-20");
  Deal("latest", "won", "6321.29", "2026-01-20", "middle", "West", "EUR", "2026-01-02", "2026-04-20");
  const Answered answered = Quarter(before);
  EXPECT_EQ(answered.kinds.front(), "moment");
  EXPECT_EQ(answered.why.front(), "as things stood at the end of 31 March 2026");
}

TEST_F(TieOuts, WhatRulesExcludeIsCountedElsewhere) {
  Company();
  const std::string all = Value(kWon + kInQuarter);
  story.Run(
      "INSERT INTO scoped.excluded SELECT 'deal', deal_id, 'r1', 'tests', 'deal' FROM told.deal WHERE deal_id LIKE "
      "'d%1'");
  const Answered answered = Quarter(all);
  EXPECT_EQ(answered.kinds.front(), "excluded");
  EXPECT_EQ(answered.why.front(), "with what exclusion rules leave out");
}

TEST_F(TieOuts, ARoundedFigureAndAShare) {
  Company();
  const auto won = *ParsePlainDecimal(Value(kWon + kInQuarter));
  const std::string rounded = fmt::format("{:.0f}k", ToDouble(won) / 1000);
  EXPECT_EQ(Quarter(rounded).kinds.front(), "same") << rounded;
  const Answered share =
      Quarter(Value("SELECT round(100.0 * count(*) FILTER (WHERE status = 'won') / count(*), 1) FROM scoped.deal "
                    "WHERE status <> 'open' AND " +
                    kInQuarter),
              "win_rate");
  EXPECT_EQ(share.kinds.front(), "same");
}

TEST_F(TieOuts, SayWhenAMatchIsWorthLittle) {
  Company();
  const Answered guessed = Ask({{"figure", {"7"}}, {"from", {"2026-01-01"}}, {"to", {"2026-03-31"}}});
  EXPECT_EQ(guessed.verdict, "doubtful");
  EXPECT_THAT(guessed.said_en, HasSubstr("may well be a coincidence"));
}

TEST_F(TieOuts, NameTheNearestWhereNothingFits) {
  Company();
  const Answered answered = Quarter("98765432.10");
  EXPECT_EQ(answered.verdict, "none");
  EXPECT_FALSE(answered.kinds.empty());
  const analysis::Table& answers = *answered.output.Find("answers");
  for (const auto& row : answers.rows) EXPECT_EQ(store::ToText(row[answers.IndexOf("is_match")]), "false");
}

TEST_F(TieOuts, AnEmptyCompanyHasNoAnswer) {
  EXPECT_EQ(Quarter("123.45").verdict, "none");
  EXPECT_EQ(Ask({{"figure", {"123.45"}}}).verdict, "none");
}

TEST_F(TieOuts, RefuseWhatIsNoQuestion) {
  EXPECT_THAT(Refusal({{"figure", {"many"}}}), HasSubstr("'many' is not a figure"));
  EXPECT_THAT(Refusal({{"figure", {"12%"}}, {"metric", {"won_amount"}}}), HasSubstr("is no number of 'won_amount'"));
  EXPECT_THAT(Refusal({{"figure", {"12"}}, {"metric", {"won_amounts"}}}), HasSubstr("won_amount"));
  EXPECT_THAT(Refusal({{"figure", {"12"}}, {"versions", {"9"}}}), HasSubstr("there is no data version '9'"));
  EXPECT_THAT(
      Refusal({{"figure", {"12"}}, {"from", {"2026-03-01"}}, {"to", {"2026-01-01"}}, {"metric", {"won_amount"}}}),
      HasSubstr("before it begins"));
}

// Whatever question gives a figure, it is found again, and every answer that can be asked gives what it says.
TEST_F(TieOuts, AnyQuestionIsFoundAgain) {
  Company();
  RandomStream random(3, "questions");
  constexpr std::array<const char*, 4> kMetrics{"won_amount", "lost_amount", "created_amount", "average_deal_amount"};
  const std::vector<std::string> filters{"", "segment = 'big'", "team = 'South'", "(team != 'West' or team is null)",
                                         "currency = 'EUR'"};
  const std::vector<std::pair<std::string, std::string>> periods{{"2026-01-01", "2026-03-31"},
                                                                 {"2026-01-01", "2026-03-30"},
                                                                 {"2025-10-01", "2025-12-31"},
                                                                 {"2026-03-01", "2026-03-31"}};
  int found = 0;
  constexpr int kRounds = 10;
  for (int round = 0; round < kRounds; ++round) {
    const auto pick = [&](std::size_t size) {
      return static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(size) - 1));
    };
    const std::string metric = kMetrics.at(pick(kMetrics.size()));
    const auto& [from, to] = periods[pick(periods.size())];
    analysis::RawParams question{
        {"metrics", {metric}}, {"from", {from}}, {"to", {to}}, {"where", {filters[pick(filters.size())]}}};
    const auto value_of = [](const analysis::Output& output) {
      return store::ToText(output.tables.front().rows.at(0).at(1));
    };
    const std::string figure = value_of(Need(Run("metrics", question)));
    if (figure.empty() || figure == "0") {
      ++found;
      continue;
    }
    const analysis::Output output =
        Need(Run("metrics.reconcile",
                 {{"figure", {figure}}, {"metric", {metric}}, {"from", {"2026-01-01"}}, {"to", {"2026-03-31"}}}));
    const analysis::Table& answers = *output.Find("answers");
    bool is_found = false;
    for (const auto& row : answers.rows) {
      const auto cell = [&](const char* column) { return store::ToText(row[answers.IndexOf(column)]); };
      if (cell("is_askable") != "true" || !cell("as_of").empty()) continue;
      const analysis::RawParams again{
          {"metrics", {cell("metric")}}, {"from", {cell("from")}}, {"to", {cell("to")}}, {"where", {cell("where")}}};
      analysis::RawParams asked;
      for (const auto& [name, value] : again) {
        if (!value.front().empty()) asked[name] = value;
      }
      EXPECT_EQ(value_of(Need(Run("metrics", asked))), cell("value")) << figure << " " << cell("why_en");
      is_found = is_found || (cell("is_match") == "true" && cell("value") == figure);
    }
    found += is_found ? 1 : 0;
  }
  EXPECT_EQ(found, kRounds);
}

TEST(Subsets, AreTheSmallest) {
  const std::vector<Int128> amounts{7, 100, 23, 41, 5, 64, 900};
  const auto of = [&](Int128 low, Int128 high) { return SmallestSubset(amounts, low, high, {}); };
  EXPECT_THAT(of(64, 64), ElementsAre(5));
  EXPECT_THAT(of(105, 105), ElementsAre(1, 4));
  EXPECT_THAT(of(71, 71), ElementsAre(0, 5));
  EXPECT_THAT(of(7 + 23 + 41, 7 + 23 + 41), ElementsAre(0, 5));
  EXPECT_THAT(of(7 + 23 + 100, 7 + 23 + 100), ElementsAre(0, 1, 2));
  EXPECT_THAT(of(5000, 6000), IsEmpty());
  EXPECT_THAT(of(-3, 3), IsEmpty());
  EXPECT_THAT(SmallestSubset({}, 1, 2, {}), IsEmpty());
}

}  // namespace
}  // namespace weir::metrics
