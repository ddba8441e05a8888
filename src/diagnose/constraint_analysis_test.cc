// The weakest link from rows of the model: what is read, what is left out, what is said to be missing.
#include "diagnose/constraint_analysis.h"

#include <gmock/gmock.h>

#include "base/embedded.h"
#include "metrics/scoped_story.h"

namespace weir::diagnose {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class ConstraintStory : public ::testing::Test {
 protected:
  ConstraintStory() {
    story.Run(std::string(*FindEmbedded("models", "scoped/macros.sql")));
    story.Run("SET VARIABLE time_zone = 'UTC'");
    story.Run(
        "INSERT INTO scoped.team VALUES ('top', 'Sales', NULL, NULL), ('n', 'North', 'top', NULL), "
        "('s', 'South', 'top', NULL), ('n1', 'North leads', 'n', NULL)");
  }

  // Deals of 2025 that pass one stage or do not, and are won where they do.
  void Deals(const std::string& team, int won, int lost) {
    const auto add = [&](const char* status, int count) {
      const std::string deals = fmt::format(
          "(SELECT '{0}{1}' || i AS id, TIMESTAMP '2025-01-05' + to_days(CAST(i % 100 AS "
          "INTEGER)) AS begun FROM range({2}) AS r(i))",
          team, status, count);
      story.Run(fmt::format(
          "INSERT INTO scoped.deal (deal_id, pipeline, type, status, team_id, owner_id, owner, segment, created_at, "
          "created_date, closed_at, close_date, amount_reporting) SELECT id, '', 'new', '{1}', '{0}', '{0}', '{0}', "
          "'small', begun, CAST(begun AS DATE), begun + to_days(20), CAST(begun + to_days(20) AS DATE), 1000 FROM {2}",
          team, status, deals));
      story.Run(
          fmt::format("INSERT INTO scoped.deal_version (deal_id, version, valid_from, stage, status, origin) "
                      "SELECT id, 1, begun, 'Talk', 'open', 'history' FROM {0} UNION ALL "
                      "SELECT id, 2, begun + to_days(20), 'End', '{1}', 'history' FROM {0}",
                      deals, status));
    };
    add("won", won);
    add("lost", lost);
  }

  analysis::Output Run(const analysis::RawParams& params = {}) {
    metrics::testing::StoryContext context(story.session(), *ParseIsoInstant("2025-06-30T12:00:00Z"));
    return metrics::testing::Need(ConstraintAnalyses(metrics::testing::BuiltIn()).front().run(params, context));
  }
  // The columns of the rows, where the first is the text.
  static std::vector<std::string> Lines(const analysis::Table& table, const std::vector<std::string>& columns,
                                        std::string_view first = "") {
    std::vector<std::string> lines;
    for (const std::vector<store::Value>& row : table.rows) {
      std::string line;
      for (const std::string& column : columns) {
        line += (line.empty() ? "" : " ") + store::ToText(row[table.IndexOf(column)]);
      }
      if (line.starts_with(first)) lines.push_back(std::move(line));
    }
    return lines;
  }

  metrics::testing::Story story;
};

TEST_F(ConstraintStory, EachHasRowsBehindIt) {
  Deals("n1", 30, 5);
  Deals("s", 10, 40);
  metrics::testing::StoryContext context(story.session(), *ParseIsoInstant("2025-06-30T12:00:00Z"));
  const analysis::Analysis asked = ConstraintAnalyses(metrics::testing::BuiltIn()).front();
  const analysis::Output output = metrics::testing::Need(asked.run({}, context));
  const analysis::Table& found = *output.Find("constraints");
  for (const auto& row : found.rows) {
    const std::string id = store::ToText(row[found.IndexOf("constraint")]);
    EXPECT_TRUE(asked.explain({}, "constraints", {id}, context)) << id;
  }
  const auto lost = metrics::testing::Need(asked.explain({}, "constraints", {"conversion:stage:-/Talk"}, context));
  EXPECT_EQ(lost.table, "deal");
  EXPECT_EQ(lost.total, 45);
  EXPECT_THAT(lost.ids.front(), HasSubstr("lost"));
  EXPECT_EQ(metrics::testing::Need(asked.explain({}, "constraints", {"wait:stage:-/Talk"}, context)).total, 85);
  EXPECT_FALSE(asked.explain({}, "constraints", {"conversion:nowhere"}, context));
}

TEST_F(ConstraintStory, StagesAreComparedByUnitsOfTeams) {
  Deals("n", 60, 20);
  Deals("n1", 60, 20);  // belongs to the north
  Deals("s", 40, 120);
  const analysis::Output output = Run();
  EXPECT_THAT(Lines(*output.Find("constraints"), {"constraint", "state", "best_part", "cases"}, "conversion"),
              ElementsAre("conversion:stage:-/Talk measured North 320"));
  EXPECT_THAT(
      Lines(*output.Find("parts"), {"constraint", "part", "cases", "measured", "is_best"}, "conversion"),
      ElementsAre("conversion:stage:-/Talk South 160 0.25 false", "conversion:stage:-/Talk North 160 0.75 true"));
  EXPECT_THAT(Lines(*output.Find("constraints"), {"constraint", "lacks_en"}, "retention"),
              ElementsAre(HasSubstr("there are 0")));
}

TEST_F(ConstraintStory, WithoutStagesAndTeamsHalvesOfAYearAreCompared) {
  Deals("n", 40, 60);
  story.Run("UPDATE scoped.deal_version SET origin = 'first_sight'");
  story.Run("UPDATE scoped.deal SET created_date = DATE '2024-09-01' WHERE deal_id LIKE '%won_'");
  const analysis::Output output = Run();
  EXPECT_EQ(output.history, analysis::History::kPartial);
  EXPECT_THAT(Lines(*output.Find("constraints"), {"constraint", "best_part"}, "conversion"),
              ElementsAre("conversion:deal 2024 H2"));
}

TEST_F(ConstraintStory, WhatIsExcludedOrRenewedDoesNotCount) {
  Deals("n", 60, 20);
  Deals("s", 20, 60);
  story.Run("UPDATE scoped.deal SET type = 'Renewal' WHERE deal_id LIKE 'nwon_'");
  story.Run(
      "INSERT INTO scoped.excluded SELECT 'deal', deal_id, '1', 'tests', 'deal' FROM scoped.deal "
      "WHERE deal_id LIKE 'slost_'");
  EXPECT_THAT(Lines(*Run().Find("parts"), {"constraint", "part", "cases"}, "conversion"),
              ElementsAre("conversion:stage:-/Talk South 70", "conversion:stage:-/Talk North 70"));
}

TEST_F(ConstraintStory, AnEmptyCompanyIsToldWhatItLacks) {
  const analysis::Output output = Run();
  ASSERT_FALSE(output.warnings.empty());
  EXPECT_EQ(output.warnings.front().code, "not_measured");
  for (const std::string& line : Lines(*output.Find("constraints"), {"state"})) EXPECT_EQ(line, "not_measured");
}

}  // namespace
}  // namespace weir::diagnose
