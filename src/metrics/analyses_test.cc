#include "metrics/analyses.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "metrics/scoped_story.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Need;
using testing::Story;
using testing::StoryContext;

using Line = std::vector<std::string>;

class AnalysesOfMetrics : public ::testing::Test {
 protected:
  AnalysesOfMetrics() {
    story.Run(
        "INSERT INTO scoped.team VALUES ('t0', 'All', NULL, 'sales'), ('t1', 'North', 't0', 'sales'), "
        "('t11', 'Far north', 't1', 'sales'), ('t2', 'South', 't0', 'sales')");
    story.Run(
        R"(INSERT INTO scoped.deal (deal_id, status, amount, amount_reporting, currency, created_at, created_date, close_date, team_id, team, segment) VALUES
        ('d1', 'won',  100, 100,  'EUR', '2024-11-03', '2024-11-03', '2025-01-10', 't1',  'North',     'big'),
        ('d2', 'won',  200, 200,  'EUR', '2024-12-03', '2024-12-03', '2025-02-10', 't11', 'Far north', 'small'),
        ('d3', 'lost', 300, 300,  'EUR', '2025-01-03', '2025-01-03', '2025-02-11', 't2',  'South',     'small'),
        ('d4', 'won',  400, NULL, 'JPY', '2025-01-04', '2025-01-04', '2025-02-12', 't2',  'South',     'small'))");
    story.Run(
        "INSERT INTO scoped.deal_version (deal_id, version, valid_from, status, origin) VALUES "
        "('d1', 1, '2024-11-03', 'open', 'first_sight')");
  }
  const analysis::Analysis& Find(std::string_view id) {
    for (const analysis::Analysis& analysis : analyses) {
      if (analysis.info.id == id) return analysis;
    }
    throw std::runtime_error("no such analysis");
  }
  Result<analysis::Output> Run(std::string_view id, const analysis::RawParams& params) {
    StoryContext context(story.session(), *ParseIsoInstant("2025-02-28T12:00:00Z"));
    context.mutable_settings().fiscal_year_start_month = 2;
    return Find(id).run(params, context);
  }
  std::vector<Line> Lines(std::string_view id, const analysis::RawParams& params, std::string_view table) {
    const analysis::Output output = Need(Run(id, params));
    std::vector<Line> lines;
    for (const auto& row : output.Find(table)->rows) {
      Line& line = lines.emplace_back();
      for (const store::Value& value : row) line.push_back(store::ToText(value));
    }
    return lines;
  }
  Result<analysis::Evidence> Explain(const analysis::RawParams& params, const std::vector<std::string>& key) {
    StoryContext context(story.session(), *ParseIsoInstant("2025-02-28T12:00:00Z"));
    return Find("metrics").explain(params, "metrics", key, context);
  }

  Story story;
  std::vector<analysis::Analysis> analyses = Analyses(BuiltIn());
};

TEST_F(AnalysesOfMetrics, GivePeriodDimensionsAndMetrics) {
  const analysis::RawParams params{{"metrics", {"deals_won,win_rate"}}, {"by", {"segment"}}, {"grain", {"month"}}};
  EXPECT_THAT(Lines("metrics", params, "metrics"),
              ElementsAre(Line{"2025-01-01", "big", "1", "1"}, Line{"2025-01-01", "small", "0", ""},
                          Line{"2025-02-01", "big", "0", ""}, Line{"2025-02-01", "small", "2", "0.666666667"}));
  const analysis::Output output = Need(Run("metrics", params));
  const analysis::Table& table = output.tables.front();
  EXPECT_THAT(table.key, ElementsAre("period", "segment"));
  EXPECT_EQ(table.columns[3].name, "win_rate");
  EXPECT_EQ(table.columns[3].type, analysis::ColumnType::kShare);
  EXPECT_EQ(table.columns[3].title.ru, "Доля выигранных сделок");
  EXPECT_FALSE(output.definition);
}

TEST_F(AnalysesOfMetrics, OneMetricNamesItsDefinition) {
  const analysis::Output output = Need(Run("metrics", {{"metrics", {"won_amount"}}}));
  EXPECT_EQ(output.definition, (std::pair<std::string, std::int64_t>("won_amount", 1)));
  EXPECT_EQ(output.tables.front().columns.back().unit, "EUR");
  EXPECT_EQ(output.tables.front().columns.size(), 2U) << "counts for warnings stay hidden";
  EXPECT_EQ(output.tables.front().rows.front().size(), 2U);
  ASSERT_EQ(output.warnings.size(), 1U);
  EXPECT_EQ(output.warnings.front().code, "no_exchange_rate");
  EXPECT_EQ(output.warnings.front().params.at("count"), "1");
}

TEST_F(AnalysesOfMetrics, WhatCannotBeKnownIsMissingWithItsReason) {
  story.Run(
      "INSERT INTO scoped.lead (lead_id, created_date, source, deal_id, is_deal_unknown) VALUES "
      "('l1', '2025-01-05', 'amocrm', NULL, TRUE), ('l2', '2025-01-06', 'amocrm', NULL, TRUE)");
  const analysis::RawParams params{{"metrics", {"leads,lead_to_deal_rate,lead_to_won_rate"}}};
  EXPECT_THAT(Lines("metrics", params, "metrics"), ElementsAre(Line{"", "2", "", ""})) << "missing, never zero";
  const std::vector<analysis::Warning> warnings = Need(Run("metrics", params)).warnings;
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_EQ(warnings.front().code, "unknown_left_out");
  EXPECT_EQ(
      warnings.front().message.text,
      "Lead to deal rate: 2 (amocrm) are left out. In this source no lead is linked to a deal, so that what became "
      "of its leads is unknown.");
  story.Run(
      "INSERT INTO scoped.lead (lead_id, created_date, source, deal_id) VALUES "
      "('l3', '2025-01-05', 'bitrix24', 'd1'), ('l4', '2025-01-06', 'bitrix24', NULL)");
  EXPECT_THAT(Lines("metrics", params, "metrics"), ElementsAre(Line{"", "4", "0.5", "0.5"}))
      << "leads of other sources do not dilute it";
  EXPECT_EQ(
      Need(Run("metrics", {{"metrics", {"lead_to_deal_rate"}}, {"where", {"system = 'bitrix24'"}}})).warnings.size(),
      0U);
}

TEST_F(AnalysesOfMetrics, CallsWithoutADirectionAreSaidToBeLeftOut) {
  story.Run(
      "INSERT INTO scoped.\"call\" (call_id, day, direction, outcome, source) VALUES "
      "('1', '2025-01-05', 'in', 'answered', 'pbx'), ('2', '2025-01-05', NULL, 'answered', 'pbx'), "
      "('3', '2025-01-06', NULL, 'missed', 'pbx'), ('4', '2025-01-06', 'internal', 'answered', 'pbx')");
  const analysis::RawParams params{{"metrics", {"calls_inbound,calls_answered,call_answer_rate"}}};
  EXPECT_THAT(Lines("metrics", params, "metrics"), ElementsAre(Line{"", "1", "1", "1"}));
  const std::vector<analysis::Warning> warnings = Need(Run("metrics", params)).warnings;
  ASSERT_EQ(warnings.size(), 1U) << "once for the three of them";
  EXPECT_EQ(warnings.front().code, "unknown_left_out");
  EXPECT_THAT(warnings.front().message.text, HasSubstr("Incoming calls: 2 (pbx) are left out."));
  EXPECT_THAT(warnings.front().params.at("reason_ru"), HasSubstr("ни очередь, ни номера"));
}

TEST_F(AnalysesOfMetrics, TeamsHoldThoseBelow) {
  const auto won = [&](const char* team) {
    return Lines("metrics", {{"metrics", {"deals_won"}}, {"team", {team}}}, "metrics").front().back();
  };
  EXPECT_EQ(won("North"), "2");
  EXPECT_EQ(won("t11"), "1");
  EXPECT_EQ(won("All"), "3");
  const auto unknown = Run("metrics", {{"metrics", {"deals_won"}}, {"team", {"Soth"}}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), Code::kNotFound);
  EXPECT_THAT(unknown.error().ToString(), HasSubstr("Did you mean 'South'?"));
}

TEST_F(AnalysesOfMetrics, FiscalCalendarFollowsTheSettings) {
  EXPECT_THAT(
      Lines("metrics", {{"metrics", {"deals_won"}}, {"grain", {"quarter"}}, {"calendar", {"fiscal"}}}, "metrics"),
      ElementsAre(Line{"2024-11-01", "1"}, Line{"2025-02-01", "2"}));
  EXPECT_THAT(Lines("metrics", {{"metrics", {"deals_won"}}, {"grain", {"quarter"}}}, "metrics"),
              ElementsAre(Line{"2025-01-01", "3"}));
}

TEST_F(AnalysesOfMetrics, PastStocksSayHowMuchIsHistory) {
  EXPECT_EQ(Need(Run("metrics", {{"metrics", {"deals_open"}}, {"grain", {"month"}}})).history,
            analysis::History::kNone);
  EXPECT_EQ(Need(Run("metrics", {{"metrics", {"deals_open"}}})).history, analysis::History::kComplete);
}

TEST_F(AnalysesOfMetrics, RowsExplainThemselves) {
  const analysis::RawParams params{{"metrics", {"win_rate,deals_won"}}, {"by", {"segment"}}, {"grain", {"month"}}};
  const auto evidence = Need(Explain(params, {"2025-02-01", "small"}));
  EXPECT_EQ(evidence.table, "deal");
  EXPECT_THAT(evidence.ids, ElementsAre("d2", "d4", "d3"));  // what was won before what was only closed
  EXPECT_EQ(evidence.total, 3);
  EXPECT_THAT(Need(Explain({{"metrics", {"won_amount"}}}, {""})).ids, ElementsAre("d2", "d1", "d4"));
  EXPECT_THAT(Explain(params, {"2025-02-01"}).error().ToString(), HasSubstr("the key has 1 values, the table 2"));
  EXPECT_THAT(Explain(params, {"Feb", "small"}).error().ToString(), HasSubstr("not the first day of a period"));
}

TEST_F(AnalysesOfMetrics, APeriodAfterAsOfIsEmpty) {
  const analysis::Output output = Need(Run("metrics", {{"metrics", {"deals_won"}}, {"from", {"2025-03-01"}}}));
  EXPECT_TRUE(output.tables.front().rows.empty());
  EXPECT_EQ(output.warnings.front().code, "after_as_of");
}

TEST_F(AnalysesOfMetrics, WithoutIdsTheCatalogueIsListed) {
  const analysis::Output output = Need(Run("metrics", {}));
  EXPECT_EQ(output.tables.front().name, "definitions");
  const analysis::Output catalog = Need(Run("metrics.catalog", {}));
  EXPECT_EQ(catalog.tables.front().rows, output.tables.front().rows);
  const auto lines = Lines("metrics.catalog", {}, "definitions");
  const auto line = std::ranges::find(lines, "cost_per_lead", [](const Line& one) { return one.front(); });
  ASSERT_NE(line, lines.end());
  EXPECT_THAT(*line, Contains("scoped.spend, scoped.lead"));
  EXPECT_THAT(*line, Contains(HasSubstr(R"({"id":"channel","en":"Channel","ru":"Канал"})")));
  EXPECT_EQ(std::ranges::find(lines, "closed_amount", [](const Line& one) { return one.front(); }), lines.end());
}

TEST_F(AnalysesOfMetrics, DeclareWhatMayBeAsked) {
  for (const analysis::ParamSpec& spec : Find("metrics").params) {
    if (spec.info.name == "metrics") {
      EXPECT_THAT(spec.info.allowed, Contains("win_rate"));
      EXPECT_TRUE(spec.info.positional);
    }
    if (spec.info.name == "by") {
      EXPECT_THAT(spec.info.allowed, Contains("team"));
    }
  }
  EXPECT_TRUE(Find("metrics").info.tables.front().is_open);
}

TEST_F(AnalysesOfMetrics, FiltersOfferTeamsSegmentsAndRange) {
  EXPECT_THAT(Lines("filters", {}, "teams"),
              ElementsAre(Line{"t0", "All"}, Line{"t11", "Far north"}, Line{"t1", "North"}, Line{"t2", "South"}));
  EXPECT_THAT(Lines("filters", {}, "segments"), ElementsAre(Line{"big"}, Line{"small"}));
  EXPECT_THAT(Lines("filters", {}, "range"), ElementsAre(Line{"2024-11-03T00:00:00Z", "2025-02-28T12:00:00Z"}));
  story.Run("DELETE FROM scoped.deal");
  EXPECT_TRUE(Lines("filters", {}, "range").empty());
}

}  // namespace
}  // namespace weir::metrics
