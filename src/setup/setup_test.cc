// A company of four deals, asked what to bring next and what it would answer.
#include "setup/setup.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/embedded.h"
#include "metrics/scoped_story.h"

namespace weir::setup {
namespace {

using metrics::testing::Need;
using metrics::testing::Story;
using metrics::testing::StoryContext;
using ::testing::AllOf;
using ::testing::HasSubstr;

const Instant kAsOf = *ParseIsoInstant("2025-06-30T12:00:00Z");

class SetupStory : public ::testing::Test {
 protected:
  SetupStory() {
    story.Run(std::string(*FindEmbedded("models", "scoped/macros.sql")));
    story.Run("SET VARIABLE time_zone = 'UTC'; SET VARIABLE as_of = TIMESTAMP '2025-06-30 12:00:00'");
    for (const char* table :
         {"call (direction VARCHAR, source VARCHAR, \"at\" TIMESTAMP)",
          "tool_usage (source VARCHAR, \"at\" TIMESTAMP)",
          R"(goal (metric VARCHAR, department VARCHAR, team_id VARCHAR, parent_goal_id VARCHAR, period_start DATE,
                   period_end DATE, target DECIMAL(18,4), currency VARCHAR))",
          "forecast_submission (period_start DATE, period_end DATE)",
          "time_entry (a INTEGER)",
          "subscription (a INTEGER)",
          "message (a INTEGER)",
          "calendar (a INTEGER)",
          "survey_answer (a INTEGER)",
          "training (a INTEGER)",
          "tool (a INTEGER)",
          "licence (a INTEGER)",
          "person (phone VARCHAR)",
          "touch (a INTEGER)",
          "member (team_id VARCHAR, department VARCHAR, is_active BOOLEAN, ended_at TIMESTAMP)",
          "account_record (account_id VARCHAR, source VARCHAR)",
          "person_record (person_id VARCHAR, source VARCHAR)",
          "source_rank (source VARCHAR, rank INTEGER)",
          "ticket (a INTEGER)",
          "setting (name VARCHAR, value VARCHAR, decision_id BIGINT)"}) {
      story.Run(fmt::format("CREATE TABLE IF NOT EXISTS scoped.{}", table));
    }
  }

  // Two people, the department of one is guessed.
  static analysis::Analysis People() {
    analysis::Analysis people{.info = {.id = "people"}};
    people.run = [](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
      return analysis::Output{.tables = {{.name = "people",
                                          .columns = {{"department"}, {"department_origin"}},
                                          .rows = {{std::string("sales"), std::string("guess")}, {{}, {}}}}}};
    };
    return people;
  }

  analysis::Output Run(const std::string& id) {
    StoryContext context(story.session(), kAsOf);
    context.analyses =
        Analyses(std::make_shared<const SetupCatalog>(Need(SetupCatalog::Load(BuiltInDefinitions("setup")))));
    context.analyses.push_back(People());
    context.mutable_settings().time_zone = "UTC";
    return Need(context.Run(id, {}));
  }

  // The cell of a row found by its first column.
  static std::string Cell(const analysis::Output& output, const std::string& table, const std::string& key,
                          const std::string& column, std::size_t by = 0) {
    const analysis::Table& from = *output.Find(table);
    for (const auto& row : from.rows) {
      if (store::ToText(row[by]) == key) return store::ToText(row[from.IndexOf(column)]);
    }
    return "(no row)";
  }
  std::string Asked(const std::string& question, const std::string& column) {
    return Cell(Run("setup.questions"), "questions", question, column);
  }

  void Deals() {
    story.Run(R"(INSERT INTO scoped.deal (deal_id, pipeline, status, amount, currency) VALUES
      ('d1', 'Sales', 'won', 100, 'EUR'), ('d2', 'Sales', 'open', 100, 'EUR'), ('d3', 'Renewals', 'won', 50, 'USD'),
      ('d4', 'Hiring', 'won', NULL, 'EUR'))");
    story.Run(
        "INSERT INTO scoped.deal_version (deal_id, version, status, origin) VALUES ('d1', 1, 'open', 'first_sight')");
    story.Run(
        "INSERT INTO scoped.source_freshness VALUES ('salesforce', 'opportunity', 4, 0, TIMESTAMP '2025-06-01', 1)");
  }
  // Calls from nine to six in Berlin, in winter and in summer.
  void Calls(const std::string& zone) {
    story.Run(fmt::format(R"(INSERT INTO scoped.activity (activity_id, kind, direction, member_id, source, "at")
      SELECT CAST(d AS VARCHAR) || ':' || CAST(h AS VARCHAR), 'call', 'out', 'm', 'salesforce',
        CAST((CAST(DATE '2025-01-06' + CAST(d AS INTEGER) AS TIMESTAMP) + to_minutes(540 + 30 * h + 7)) AT TIME ZONE '{}' AS TIMESTAMP)
      FROM range(160) AS days(d), range(18) AS halves(h) WHERE d % 7 < 5)",
                          zone));
  }

  Story story;
};

TEST_F(SetupStory, AnEmptyCompanyIsToldWhereToBegin) {
  const analysis::Output checklist = Run("setup.checklist");
  const analysis::Table& next = *checklist.Find("next");
  EXPECT_EQ(Cell(checklist, "next", "1", "unlock"), "pipeline");
  EXPECT_THAT(Cell(checklist, "next", "1", "en"), AllOf(HasSubstr("Salesforce"), HasSubstr("HubSpot")));
  std::set<std::string> exports;
  for (const auto& row : next.rows) {
    exports.insert(store::ToText(row[next.IndexOf("product")]) + "/" + store::ToText(row[next.IndexOf("export")]));
  }
  EXPECT_EQ(exports.size(), next.rows.size()) << "each export is named once";
  EXPECT_EQ(Cell(checklist, "next", "2", "export"), "leads") << "the deals, which the funnel needs too, come before";
  EXPECT_EQ(Cell(checklist, "next", "2", "unlock"), "funnel");
  EXPECT_EQ(Cell(checklist, "products", "salesforce", "state"), "missing");
  EXPECT_EQ(Asked("currency", "state"), "default");
  EXPECT_EQ(Asked("time_zone", "state"), "default") << "twenty countries have the euro";
  EXPECT_EQ(Asked("working_hours", "state"), "default");
}

TEST_F(SetupStory, NextIsAnExportOfAProductThatIsHere) {
  Deals();
  const analysis::Output checklist = Run("setup.checklist");
  EXPECT_EQ(Cell(checklist, "exports", "opportunities", "state", 1), "here");
  EXPECT_EQ(Cell(checklist, "exports", "opportunities", "rows", 1), "4");
  EXPECT_EQ(Cell(checklist, "products", "salesforce", "exports_here"), "1");
  EXPECT_EQ(Cell(checklist, "unlocks", "pipeline", "state"), "open");
  EXPECT_EQ(Cell(checklist, "next", "1", "unlock"), "funnel");
  EXPECT_EQ(Cell(checklist, "next", "1", "product"), "salesforce");
  EXPECT_EQ(Cell(checklist, "next", "1", "export"), "leads");
  EXPECT_EQ(Cell(checklist, "next", "1", "ru"),
            "Загрузите следующим: Лиды (Lead) (Salesforce). Откроется: воронка от лида до сделки.");
  story.Run("INSERT INTO scoped.lead (lead_id) VALUES ('l')");
  EXPECT_EQ(Cell(Run("setup.checklist"), "next", "1", "export"), "opportunity-history");
}

TEST_F(SetupStory, CurrencyIsTheOneOfMostAmounts) {
  Deals();
  EXPECT_EQ(Asked("currency", "proposal"), "EUR");
  EXPECT_EQ(Asked("currency", "evidence_en"), "67% of 3 deals and invoices with an amount are in EUR.");
}

TEST_F(SetupStory, ZoneIsThatOfTheCountryWhoseOfficeHoursFit) {
  story.Run(
      "INSERT INTO scoped.account (account_id, country) VALUES ('a', 'Germany'), ('b', 'DE'), ('c', 'United States')");
  Calls("Europe/Berlin");
  EXPECT_EQ(Asked("time_zone", "proposal"), "Europe/Berlin");
  EXPECT_EQ(Asked("working_hours", "proposal"), "Mo-Fr 09:00-18:00");
  EXPECT_THAT(Asked("working_hours", "evidence_en"), HasSubstr("fall on Mon–Fri, 9:00–18:00 in Europe/Berlin"));
  EXPECT_THAT(Asked("time_zone", "evidence_ru"), HasSubstr("67\u00a0% компаний — Германия"));
  // Customers abroad do not move the office.
  story.Run(
      "INSERT INTO scoped.account (account_id, country) SELECT CAST(i AS VARCHAR), 'United States' FROM range(5) AS "
      "more(i)");
  EXPECT_EQ(Asked("time_zone", "proposal"), "Europe/Berlin");
}

TEST_F(SetupStory, AnOfficeOfTheWestCoastIsNotInNewYork) {
  story.Run("INSERT INTO scoped.account (account_id, country) VALUES ('a', 'US'), ('b', 'US')");
  Calls("America/Los_Angeles");
  EXPECT_EQ(Asked("time_zone", "proposal"), "America/Los_Angeles");
}

TEST_F(SetupStory, StampsWithoutAZoneAreToldOf) {
  story.Run("INSERT INTO scoped.person (phone) VALUES ('+74951234567'), ('+79161234567')");
  Calls("UTC");
  EXPECT_EQ(Asked("time_zone", "proposal"), "Europe/Moscow");
  EXPECT_EQ(Asked("working_hours", "proposal"), "Mo-Fr 09:00-18:00");
  EXPECT_THAT(Asked("working_hours", "note_ru"), HasSubstr("нет часового пояса"));
}

TEST_F(SetupStory, PipelinesThatSellNothingAreNamed) {
  Deals();
  EXPECT_EQ(Asked("sales_pipelines", "proposal"), "Hiring");
  EXPECT_EQ(Asked("sales_pipelines", "proposal_ru"), "Все, кроме: Hiring");
  story.Run("DELETE FROM scoped.deal WHERE pipeline = 'Hiring'");
  EXPECT_EQ(Asked("sales_pipelines", "proposal"), "");
  EXPECT_EQ(Asked("sales_pipelines", "state"), "proposed");
  story.Run(
      "INSERT INTO scoped.deal (deal_id, pipeline, status) SELECT CAST(i AS VARCHAR), 'Partners', 'open' FROM "
      "range(20) AS many(i)");
  EXPECT_EQ(Asked("sales_pipelines", "proposal"), "Partners") << "twenty deals, no amount, none won";
}

TEST_F(SetupStory, FiscalYearAndPlanFollowGoals) {
  EXPECT_EQ(Asked("fiscal_year", "proposal"), "1");
  EXPECT_EQ(Asked("plan", "state"), "default");
  story.Run(R"(INSERT INTO scoped.goal (metric, department, period_start, period_end, target, currency) VALUES
    ('won_amount', 'Sales', '2025-02-01', '2025-04-30', 100, 'EUR'), ('won_amount', 'Sales', '2025-05-01', '2025-07-31', 200, 'EUR'),
    ('won_amount', 'Sales', '2025-08-01', '2025-10-31', 300, 'EUR'), ('won_amount', 'Sales', '2025-11-01', '2026-01-31', 400, 'EUR'),
    ('won_amount', 'Sales', '2026-02-01', '2026-04-30', 500, 'EUR'))");
  EXPECT_EQ(Asked("fiscal_year", "proposal"), "2");
  EXPECT_EQ(Asked("plan", "proposal"), "2025=1000") << "of the year after there is one quarter only";
  story.Run("INSERT INTO scoped.setting VALUES ('fiscal_year_start_month', '1', 3)");
  EXPECT_EQ(Asked("fiscal_year", "state"), "answered");
  EXPECT_EQ(Asked("fiscal_year", "decision_id"), "3");
  EXPECT_EQ(Asked("plan", "state"), "default") << "no year from January is covered";
}

TEST_F(SetupStory, DepartmentsAreSettledOnAPageOfTheirOwn) {
  EXPECT_EQ(Asked("departments", "state"), "elsewhere");
  EXPECT_EQ(Asked("departments", "evidence_ru"), "Отдел известен у 1 из 2 сотрудников; у 1 из них — по догадке.");
}

TEST_F(SetupStory, ThereAreNeverMoreThanSevenQuestions) {
  const analysis::Output all = Run("setup");
  EXPECT_EQ(all.Find("questions")->rows.size(), 7U);
  EXPECT_FALSE(all.Find("exports")->rows.empty());
}

TEST_F(SetupStory, TheOrderOfSourcesIsProposedWhereAnythingIsKnownFromSeveral) {
  const analysis::Output asked = Run("setup.questions");
  for (const auto& row : asked.Find("questions")->rows) {
    EXPECT_NE(std::get<std::string>(row[0]), "source_order") << "every record is known from one source";
  }
  story.Run("INSERT INTO scoped.source_rank VALUES ('salesforce', 1), ('stripe', 3)");
  story.Run(
      "INSERT INTO scoped.account_record VALUES ('a', 'stripe'), ('a', 'salesforce'), ('b', 'stripe'), ('b', "
      "'stripe'), ('c', "
      "'zoom')");
  story.Run("INSERT INTO scoped.person_record VALUES ('p', 'salesforce')");
  EXPECT_EQ(Asked("source_order", "state"), "proposed");
  EXPECT_EQ(Asked("source_order", "proposal"), "salesforce > stripe > zoom");
  EXPECT_EQ(Asked("source_order", "evidence_en"),
            "1 of 4 companies and people are known from several sources: in each field one of them wins.");
  const analysis::Output all = Run("setup.questions");
  EXPECT_EQ(Cell(all, "options", "stripe > salesforce > zoom", "note_en", 2), "2 companies and people");
}

}  // namespace
}  // namespace weir::setup
