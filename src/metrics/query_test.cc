#include "metrics/query.h"
#include "metrics/custom_columns.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/embedded.h"
#include "metrics/scoped_story.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Need;
using testing::Story;

// Set WEIR_UPDATE_GOLDEN=1 to write the files anew; then read the difference.
void ExpectGolden(const std::string& name, const std::string& text) {
  const char* root = std::getenv("WEIR_SOURCE_DIR");
  const std::filesystem::path path =
      std::filesystem::path(root == nullptr ? "." : root) / "src/metrics/golden" / (name + ".txt");
  if (std::getenv("WEIR_UPDATE_GOLDEN") != nullptr) std::ofstream(path) << text << "\n";
  std::ifstream file(path);
  const std::string expected((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(text + "\n", expected) << path;
}

using Line = std::vector<std::string>;

const Instant kAsOf = *ParseIsoInstant("2025-06-30T18:00:00Z");

// Two teams, two channels, three won and one lost deal, two open ones, one of which was open for ever.
class SmallCompany : public ::testing::Test {
 protected:
  SmallCompany() {
    story.Run(R"(INSERT INTO scoped.deal (deal_id, status, amount, amount_reporting, currency, probability, stage, type,
                   created_date, close_date, created_at, team_id, team, owner, segment, channel, lead_source) VALUES
        ('d1', 'won',  1000, 1000, 'EUR', 1,    'Won',      'new',     '2025-01-10', '2025-02-09', '2025-01-10', 't1', 'North', 'Ann', 'big',   'paid',    'Ads'),
        ('d2', 'won',  2500, 2500, 'EUR', 1,    'Won',      'new',     '2025-01-20', '2025-02-24', '2025-01-20', 't2', 'South', 'Bo',  'small', 'paid',    'Ads'),
        ('d3', 'won',  NULL, NULL, 'EUR', 1,    'Won',      'renewal', '2025-03-01', '2025-04-05', '2025-03-01', 't1', 'North', 'Ann', 'big',   'organic', 'Web'),
        ('d4', 'lost', 700,  700,  'EUR', 0,    'Lost',     'new',     '2025-02-01', '2025-02-11', '2025-02-01', 't1', 'North', 'Cy',  'small', 'organic', 'Web'),
        ('d5', 'open', 4000, 4000, 'EUR', 0.25, 'Proposal', 'new',     '2025-05-01', '2025-06-15', '2025-05-01', 't2', 'South', 'Bo',  'big',   'paid',    'Ads'),
        ('d6', 'open', 900,  NULL, 'JPY', 0.5,  'Demo',     'new',     '2025-06-20', '2025-09-01', '2025-06-20', NULL, NULL,    NULL,  NULL,    NULL,      NULL))");
    story.Run("UPDATE scoped.deal SET seller = owner");
    story.Run(
        R"(INSERT INTO scoped.deal_version (deal_id, version, valid_from, valid_to, status, amount, amount_reporting, close_date, probability, stage, origin) VALUES
        ('d1', 1, '2025-01-10', '2025-02-09', 'open', 800,  800,  '2025-03-01', 0.5,  'Demo', 'history'),
        ('d1', 2, '2025-02-09', NULL,         'won',  1000, 1000, '2025-02-09', 1,    'Won', 'history'),
        ('d2', 1, '2025-01-20', '2025-02-24', 'open', 2500, 2500, '2025-02-24', 0.5,  'Demo', 'history'),
        ('d2', 2, '2025-02-24', NULL,         'won',  2500, 2500, '2025-02-24', 1,    'Won', 'history'),
        ('d3', 1, '2025-03-01', '2025-04-05', 'open', NULL, NULL, '2025-04-05', 0.5,  'Demo', 'history'),
        ('d3', 2, '2025-04-05', NULL,         'won',  NULL, NULL, '2025-04-05', 1,    'Won', 'history'),
        ('d4', 1, '2025-02-01', '2025-02-11', 'open', 700,  700,  '2025-02-11', 0.5,  'Demo', 'history'),
        ('d4', 2, '2025-02-11', NULL,         'lost', 700,  700,  '2025-02-11', 0,    'Lost', 'history'),
        ('d5', 1, '2025-05-01', '2025-06-01', 'open', 3000, 3000, '2025-05-31', 0.25, 'Demo', 'difference'),
        ('d5', 2, '2025-06-01', NULL,         'open', 4000, 4000, '2025-06-15', 0.25, 'Proposal', 'difference'),
        ('d6', 1, '2025-06-20', NULL,         'open', 900,  NULL, '2025-09-01', 0.5,  'Demo', 'first_sight'))");
    story.Run(
        R"(INSERT INTO scoped.lead (lead_id, created_date, created_at, first_response_at, is_qualified, deal_id, channel, team_id, team, segment) VALUES
        ('l1', '2025-01-05', '2025-01-05 08:00:00', '2025-01-05 09:30:00', TRUE,  'd1', 'paid',    't1', 'North', 'big'),
        ('l2', '2025-01-06', '2025-01-06 08:00:00', '2025-01-06 18:00:00', TRUE,  'd4', 'organic', 't1', 'North', 'small'),
        ('l3', '2025-02-06', '2025-02-06 08:00:00', '2025-02-06 08:15:00', FALSE, NULL, 'paid',    't2', 'South', 'small'),
        ('l4', '2025-03-07', '2025-03-07 08:00:00', NULL,                  FALSE, NULL, NULL,      't2', 'South', 'small'))");
    story.Run("UPDATE scoped.lead SET answered_at_work = first_response_at");
    story.Run(
        R"(INSERT INTO scoped.spend (spend_id, channel, campaign, day, cost, cost_reporting, impressions, clicks) VALUES
        ('s1', 'paid', 'spring', '2025-01-05', 30.25, 30.25, 1000, 10),
        ('s2', 'paid', 'spring', '2025-01-06', 20.25, 20.25, 500, 5),
        ('s3', 'paid', 'summer', '2025-05-01', 49.50, 49.50, 100, 0))");
    query.as_of = kAsOf;
    query.currency = "EUR";
  }

  std::vector<Line> Ask(const Query& asked, const store::Dialect& dialect = store::DuckDbDialect()) {
    const Compiled compiled = Need(Compile(*BuiltIn(), asked, dialect));
    sql = compiled.sql;
    const store::Rows rows = Need(story.session().Query(compiled.sql, compiled.parameters));
    std::vector<Line> lines;
    for (const auto& row : rows.rows) {
      Line line;
      for (std::size_t i = 0; i + compiled.hidden_columns < row.size(); ++i) line.push_back(store::ToText(row[i]));
      lines.push_back(std::move(line));
    }
    return lines;
  }
  std::vector<Line> Ask(std::vector<std::string> metrics, std::vector<std::string> by = {}) {
    Query asked = query;
    asked.metrics = std::move(metrics);
    asked.by = std::move(by);
    return Ask(asked);
  }
  std::string One(const std::string& metric) { return Ask({metric}).front().back(); }
  std::string ErrorOf(const Query& asked) {
    const auto compiled = Compile(*BuiltIn(), asked, store::DuckDbDialect());
    return compiled ? "" : compiled.error().ToString();
  }

  Story story;
  Query query;
  std::string sql;
};

TEST_F(SmallCompany, CountsByHand) {
  EXPECT_EQ(One("deals_created"), "6");
  EXPECT_EQ(One("deals_won"), "3");
  EXPECT_EQ(One("deals_lost"), "1");
  EXPECT_EQ(One("deals_closed"), "4");
  EXPECT_EQ(One("deals_open"), "2");
  EXPECT_EQ(One("won_amount"), "3500");
  EXPECT_EQ(One("lost_amount"), "700");
  EXPECT_EQ(One("created_amount"), "8200");
  EXPECT_EQ(One("pipeline_created_amount"), "7000");
  EXPECT_EQ(One("win_rate"), "0.75");
  EXPECT_EQ(One("win_rate_amount"), "0.833333333");
  EXPECT_EQ(One("close_rate"), "0.5");
  EXPECT_EQ(One("average_deal_amount"), "1750");
  EXPECT_EQ(One("sales_cycle_median_days"), "35");
  EXPECT_EQ(One("sales_cycle_mean_days"), "33.3333");
  EXPECT_EQ(One("pipeline_amount"), "4000");
  EXPECT_EQ(One("pipeline_weighted_amount"), "1000");
  EXPECT_EQ(One("deals_past_close_date"), "1");
  EXPECT_EQ(One("pipeline_past_close_date_amount"), "4000");
  EXPECT_EQ(One("average_open_age_days"), "35");
  // 2 open x 1750 x 0.75 / 35
  EXPECT_EQ(One("sales_velocity"), "75");
  EXPECT_EQ(One("leads"), "4");
  EXPECT_EQ(One("leads_qualified"), "2");
  EXPECT_EQ(One("lead_to_deal_rate"), "0.5");
  EXPECT_EQ(One("lead_to_won_rate"), "0.25");
  EXPECT_EQ(One("lead_response_hours"), "1.5");
  EXPECT_EQ(One("lead_unanswered_share"), "0.25");
  EXPECT_EQ(One("spend"), "100");
  EXPECT_EQ(One("cost_per_lead"), "25");
  EXPECT_EQ(One("cost_per_click"), "6.6667");
  EXPECT_EQ(One("click_through_rate"), "0.009375");
}

TEST_F(SmallCompany, EveryDefinitionRuns) {
  for (const Metric& metric : BuiltIn()->metrics()) {
    Query asked = query;
    asked.metrics = {metric.id};
    EXPECT_EQ(Ask(asked).size(), 1U) << metric.id;
    asked.by = metric.dimensions;
    Ask(asked);
    const bool has_past = std::ranges::all_of(BuiltIn()->BasesOf(metric), [](const Metric* base) {
      return !base->IsStock() || BuiltIn()->FindView(base->view)->history.has_value();
    });
    if (!has_past) continue;
    asked.by = {};
    asked.grain = Grain::kMonth;
    asked.from = FromCivil({2025, 1, 1});
    EXPECT_EQ(Ask(asked).size(), 6U) << metric.id;
    asked.is_running = true;
    EXPECT_EQ(Ask(asked).size(), 6U) << metric.id;
  }
}

TEST_F(SmallCompany, GapsShow) {
  query.metrics = {"deals_won", "won_amount", "win_rate", "sales_cycle_median_days"};
  query.grain = Grain::kMonth;
  query.from = FromCivil({2025, 1, 1});
  query.to = FromCivil({2025, 5, 31});
  EXPECT_THAT(Ask(query),
              ElementsAre(Line{"2025-01-01", "0", "0", "", ""}, Line{"2025-02-01", "2", "3500", "0.666666667", "32.5"},
                          Line{"2025-03-01", "0", "0", "", ""},
                          Line{"2025-04-01", "1", "", "1", "35"},  // its amount is unknown, not nothing
                          Line{"2025-05-01", "0", "0", "", ""}));
}

TEST_F(SmallCompany, AStockOverTimeReadsHistory) {
  query.metrics = {"deals_open", "pipeline_amount", "deals_past_close_date", "average_open_age_days"};
  query.grain = Grain::kMonth;
  query.from = FromCivil({2025, 1, 1});
  EXPECT_THAT(Ask(query),
              ElementsAre(Line{"2025-01-01", "2", "3300", "0", "16"}, Line{"2025-02-01", "0", "0", "0", ""},
                          Line{"2025-03-01", "1", "", "0", "30"}, Line{"2025-04-01", "0", "0", "0", ""},
                          Line{"2025-05-01", "1", "3000", "0", "30"}, Line{"2025-06-01", "2", "4000", "1", "35"}));
  // The last point of the series is the stock of today.
  query.grain = Grain::kNone;
  query.from.reset();
  EXPECT_THAT(Ask({"deals_open", "pipeline_amount"}), ElementsAre(Line{"", "2", "4000"}));
}

TEST_F(SmallCompany, AStockAtAPastDay) {
  query.metrics = {"deals_open", "pipeline_amount"};
  query.to = FromCivil({2025, 2, 8});
  EXPECT_THAT(Ask(query), ElementsAre(Line{"", "3", "4000"}));
}

TEST_F(SmallCompany, RunningPeriodsHoldAllSoFar) {
  query.metrics = {"won_amount", "win_rate", "sales_cycle_median_days"};
  query.grain = Grain::kMonth;
  query.is_running = true;
  query.from = FromCivil({2025, 1, 1});
  query.to = FromCivil({2025, 4, 30});
  EXPECT_THAT(Ask(query),
              ElementsAre(Line{"2025-01-01", "0", "", ""}, Line{"2025-02-01", "3500", "0.666666667", "32.5"},
                          Line{"2025-03-01", "3500", "0.666666667", "32.5"}, Line{"2025-04-01", "3500", "0.75", "35"}));
}

TEST_F(SmallCompany, SplitsByDimensionsNullLast) {
  EXPECT_THAT(Ask({"deals_created", "win_rate"}, {"team"}),
              ElementsAre(Line{"", "North", "3", "0.666666667"}, Line{"", "South", "2", "1"}, Line{"", "", "1", ""}));
  query.grain = Grain::kQuarter;
  query.from = FromCivil({2025, 1, 1});
  query.metrics = {"deals_lost"};
  query.by = {"team"};
  EXPECT_THAT(Ask(query), ElementsAre(Line{"2025-01-01", "North", "1"}, Line{"2025-04-01", "North", "0"}));
}

// Two facts of different multiplicity side by side give each what it has alone.
TEST_F(SmallCompany, NothingFansOut) {
  const auto both = Ask({"spend", "leads", "cost_per_lead", "deals_won"}, {"channel"});
  EXPECT_THAT(both, ElementsAre(Line{"", "organic", "0", "1", "0", "1"}, Line{"", "paid", "100", "2", "50", "2"},
                                Line{"", "", "0", "1", "0", "0"}));
  EXPECT_THAT(Ask({"spend"}, {"channel"}), ElementsAre(Line{"", "paid", "100"}));
  EXPECT_THAT(Ask({"leads"}, {"channel"}),
              ElementsAre(Line{"", "organic", "1"}, Line{"", "paid", "2"}, Line{"", "", "1"}));
  // Many activities of one deal do not multiply the deal.
  story.Run(
      "INSERT INTO scoped.activity (activity_id, deal_id, day) SELECT 'a' || i, 'd1', DATE '2025-02-01' "
      "FROM range(9) AS t(i)");
  EXPECT_THAT(Ask({"activities", "deals_won", "won_amount", "activities_per_won_deal"}),
              ElementsAre(Line{"", "9", "3", "3500", "3"}));
}

TEST_F(SmallCompany, FiltersByWhereTeamAndSegment) {
  query.metrics = {"deals_created"};
  query.where = "amount >= 900 and not (team = 'North') or segment is null";
  EXPECT_THAT(Ask(query), ElementsAre(Line{"", "3"}));
  EXPECT_THAT(sql, HasSubstr("deal.amount >= ?"));
  query.where = "owner like 'A%' or source in ('Ads', 'x''y') and created_date < '2025-02-01'";
  EXPECT_THAT(Ask(query), ElementsAre(Line{"", "3"}));
  query.metrics = {"activities"};
  query.where = "at > '2025-01-01T00:00:00Z'";
  EXPECT_THAT(Ask(query), ElementsAre(Line{"", "0"}));
  query.metrics = {"deals_created"};
  query.where = "";
  query.team_ids = {"t2"};
  EXPECT_THAT(Ask(query), ElementsAre(Line{"", "2"}));
  query.segment = "big";
  EXPECT_THAT(Ask(query), ElementsAre(Line{"", "1"}));
}

TEST_F(SmallCompany, AValueOfTheWhereIsNeverSql) {
  query.metrics = {"deals_created"};
  query.where = "owner = 'x''; DROP TABLE scoped.deal; --'";
  EXPECT_THAT(Ask(query), ElementsAre(Line{"", "0"}));
  query.where = "";
  EXPECT_EQ(One("deals_created"), "6");
}

TEST_F(SmallCompany, FiscalQuartersBeginWithTheirMonth) {
  query.metrics = {"deals_created"};
  query.grain = Grain::kQuarter;
  query.first_month = 2;
  query.from = FromCivil({2025, 1, 1});
  EXPECT_THAT(Ask(query), ElementsAre(Line{"2024-11-01", "2"}, Line{"2025-02-01", "2"}, Line{"2025-05-01", "2"}));
  query.grain = Grain::kYear;
  EXPECT_THAT(Ask(query), ElementsAre(Line{"2024-02-01", "2"}, Line{"2025-02-01", "4"}));
}

TEST_F(SmallCompany, WeeksBeginOnMonday) {
  query.metrics = {"leads"};
  query.grain = Grain::kWeek;
  query.from = FromCivil({2025, 1, 5});  // a Sunday
  query.to = FromCivil({2025, 1, 13});
  EXPECT_THAT(Ask(query), ElementsAre(Line{"2024-12-30", "1"}, Line{"2025-01-06", "1"}, Line{"2025-01-13", "0"}));
}

TEST_F(SmallCompany, NothingAfterAsOfCounts) {
  query.metrics = {"deals_created", "deals_won"};
  query.as_of = *ParseIsoInstant("2025-02-10T00:00:00Z");
  EXPECT_THAT(Ask(query), ElementsAre(Line{"", "3", "1"}));
  query.from = FromCivil({2025, 3, 1});
  EXPECT_TRUE(Need(Compile(*BuiltIn(), query, store::DuckDbDialect())).is_empty);
}

TEST_F(SmallCompany, LargeAmountsStayExact) {
  story.Run(
      "UPDATE scoped.deal SET amount = 98765432109876.5432, amount_reporting = 98765432109876.5432, probability = "
      "0.123456789");
  EXPECT_EQ(One("pipeline_weighted_amount"), "24386526224965.7064");
  EXPECT_EQ(One("won_amount"), "296296296329629.6296");
  EXPECT_EQ(One("average_deal_amount"), "98765432109876.5432");
  EXPECT_EQ(One("win_rate_amount"), "0.75");
  EXPECT_EQ(One("sales_velocity"), "4232804233280.4233");
}

TEST_F(SmallCompany, MediansOfMoney) {
  const std::vector<DefinitionFile> files{{"views.toml", std::string(*FindEmbedded("catalog", "metrics/views.toml"))},
                                          {"mine.toml", R"toml([metric.median_deal_amount]
version = 1
title = { en = "Median deal", ru = "Медиана сделки" }
description = { en = "Median.", ru = "Медиана." }
owner = "sales"
formula = { en = "median", ru = "медиана" }
unit = "money"
better = "up"
view = "deal"
measure = "median(amount_reporting)"
time = "created_date"
additivity = "non_additive"
)toml"}};
  const MetricCatalog own = Need(MetricCatalog::Load(files));
  story.Run("UPDATE scoped.deal SET amount_reporting = 12345678901.2301 WHERE deal_id IN ('d1', 'd2')");
  query.metrics = {"median_deal_amount"};
  const Compiled compiled = Need(Compile(own, query, store::DuckDbDialect()));
  // 700, 4000, 12345678901.2301 twice
  EXPECT_EQ(Need(story.session().Query(compiled.sql, compiled.parameters)).TextAt(0, 1), "6172841450.6151");
}

TEST_F(SmallCompany, WithoutDataThereIsOneRow) {
  story.Run("DELETE FROM scoped.deal");
  EXPECT_THAT(Ask({"deals_won", "won_amount", "win_rate", "sales_cycle_median_days", "deals_open"}),
              ElementsAre(Line{"", "0", "0", "", "", "0"}));
  EXPECT_TRUE(Ask({"deals_won"}, {"team"}).empty());
}

TEST_F(SmallCompany, FirstDayIsThatOfTheFirstRow) {
  query.metrics = {"deals_won", "leads"};
  const auto first = Need(FirstDay(*BuiltIn(), query, store::DuckDbDialect(), story.session()));
  EXPECT_EQ(first, FromCivil({2025, 1, 5}));
  query.metrics = {"deals_open"};
  EXPECT_EQ(Need(FirstDay(*BuiltIn(), query, store::DuckDbDialect(), story.session())), FromCivil({2025, 1, 10}));
}

TEST_F(SmallCompany, ListsTheRowsBehind) {
  query.metrics = {"win_rate"};
  query.by = {"team"};
  const auto behind = [&](const std::vector<std::string>& values) {
    const Behind compiled = Need(CompileBehind(*BuiltIn(), query, values, 2, store::DuckDbDialect()));
    EXPECT_EQ(compiled.entity, "deal");
    const store::Rows rows = Need(story.session().Query(compiled.sql, compiled.parameters));
    Line ids;
    for (std::size_t i = 0; i < rows.size(); ++i) ids.push_back(rows.TextAt(i, 0));
    ids.push_back(rows.size() == 0 ? "0" : rows.TextAt(0, 1));
    return ids;
  };
  EXPECT_THAT(behind({"North"}), ElementsAre("d1", "d3", "3"));  // won ones first; d4 is beyond the limit
  EXPECT_THAT(behind({""}), ElementsAre("0"));
  query.metrics = {"won_amount"};
  query.by = {};
  EXPECT_THAT(behind({}), ElementsAre("d2", "d1", "3"));  // the largest first
  query.metrics = {"pipeline_amount"};
  query.to = FromCivil({2025, 2, 8});
  EXPECT_THAT(behind({}), ElementsAre("d2", "d1", "3"));
}

TEST_F(SmallCompany, ErrorsNameTheMend) {
  query.metrics = {"win_rat"};
  EXPECT_THAT(ErrorOf(query), HasSubstr("Did you mean 'win_rate'?"));
  query.metrics = {"win_rate", "spend"};
  query.by = {"team"};
  EXPECT_THAT(ErrorOf(query), AllOf(HasSubstr("'spend' cannot be split by 'team'"), HasSubstr("channel, campaign")));
  query.by = {};
  query.team_ids = {"t1"};
  EXPECT_THAT(ErrorOf(query), HasSubstr("'spend' knows no team"));
  query.team_ids = {};
  query.where = "teem = 'North'";
  query.metrics = {"win_rate"};
  EXPECT_THAT(ErrorOf(query), AllOf(HasSubstr("at character 1 of the condition: there is no column 'teem'"),
                                    HasSubstr("Did you mean 'team'?")));
  query.where = "";
  query.metrics = {"overdue_amount"};
  query.to = FromCivil({2025, 1, 1});
  EXPECT_THAT(ErrorOf(query), HasSubstr("the past of invoice is not kept"));
  query.from = FromCivil({2025, 2, 1});
  EXPECT_THAT(ErrorOf(query), HasSubstr("before it begins"));
  query.metrics = {"deals_won"};
  query.from = FromCivil({1900, 1, 1});
  query.grain = Grain::kDay;
  query.to.reset();
  EXPECT_THAT(ErrorOf(query), HasSubstr("more than 4000 periods"));
}

// The other way to a median, for engines without exact quantiles, gives the same.
TEST_F(SmallCompany, RankedMediansAgree) {
  store::Dialect without = store::DuckDbDialect();
  without.sum_of_medians = nullptr;
  query.metrics = {"sales_cycle_median_days", "deals_won", "lead_response_hours", "sales_velocity"};
  for (const auto& by : {std::vector<std::string>{}, {"segment"}, {"team", "channel"}}) {
    for (const Grain grain : {Grain::kNone, Grain::kMonth}) {
      query.by = by;
      query.grain = grain;
      query.from = FromCivil({2025, 1, 1});
      const auto expected = Ask(query);
      EXPECT_EQ(Ask(query, without), expected);
    }
  }
}

// The text for columns that no mapping names: folded to one row an entity before they are joined, as they stood then
// where the stock is of the past, and only those that are asked for.
TEST_F(SmallCompany, GoldenSqlOfCustomColumns) {
  const auto column = [](const std::string& name, const std::string& entity, ValueType type) {
    return CustomColumn{.id = fmt::format("ext.crm.{}.{}", entity, name),
                        .source = "crm",
                        .object = entity,
                        .header = name,
                        .entity = entity,
                        .view = fmt::format("ext_crm__{0}__{0}", entity),
                        .column = "x_" + name,
                        .type = type};
  };
  const MetricCatalog wider =
      BuiltIn()->With({column("budget", "deal", ValueType::kText), column("Seats\"; --", "deal", ValueType::kInteger),
                       column("tier", "account", ValueType::kText)});
  query.metrics = {"won_amount", "pipeline_amount"};
  query.by = {"ext.crm.deal.budget", "ext.crm.account.tier"};
  query.grain = Grain::kMonth;
  query.from = FromCivil({2025, 5, 1});
  ExpectGolden("custom_columns", Need(Compile(wider, query, store::DuckDbDialect())).sql);
  query = {.metrics = {"won_amount"}, .by = {"ext.crm.deal.Seats\"; --"}, .as_of = kAsOf};
  ExpectGolden("custom_column_quoted", Need(Compile(wider, query, store::DuckDbDialect())).sql);
}

TEST_F(SmallCompany, GoldenSql) {
  query.metrics = {"win_rate", "pipeline_amount"};
  query.by = {"team"};
  query.grain = Grain::kMonth;
  query.from = FromCivil({2025, 5, 1});
  query.where = "amount > 10";
  ExpectGolden("win_rate_and_pipeline_by_team", Need(Compile(*BuiltIn(), query, store::DuckDbDialect())).sql);
  query = {.metrics = {"cost_per_lead"}, .as_of = kAsOf};
  ExpectGolden("cost_per_lead", Need(Compile(*BuiltIn(), query, store::DuckDbDialect())).sql);
  query = {.metrics = {"sales_velocity"}, .as_of = kAsOf};
  ExpectGolden("sales_velocity_trino", Need(Compile(*BuiltIn(), query, store::TrinoDialect())).sql);
}

}  // namespace
}  // namespace weir::metrics
