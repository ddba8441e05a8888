// Answers of the setup are settings: they change what is counted, all at once or one by one, and can be taken back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using testing::HasSubstr;

constexpr const char* kDeals =
    "key,name,pipeline,stage,stage_kind,amount,currency,created_at,close_date\n"
    "1,Alpha,Sales,Won,won,100,EUR,2025-01-10,2025-02-10\n"
    "2,Beta,Sales,Won,won,200,EUR,2025-01-11,2025-02-11\n"
    "3,Gamma,Sales,Open,open,300,EUR,2025-01-12,2025-06-30\n"
    "4,Anna,Hiring,Hired,won,50,EUR,2025-01-13,2025-02-12\n";
// A Friday at four in Berlin, answered on Monday at ten; and one late at night, which in UTC is the day before.
constexpr const char* kLeads =
    "key,full_name,created_at,first_response_at\n"
    "1,Ann,2025-01-10T15:00:00Z,2025-01-13T09:00:00Z\n"
    "2,Bob,2025-01-14T23:30:00Z,2025-01-15T09:00:00Z\n";

class SetupTest : public FreshWorkspace {
 protected:
  void SetUp() override {
    FreshWorkspace::SetUp();
    Import("weir-deal.csv", kDeals, "generic/deal");
    Import("weir-lead.csv", kLeads, "generic/lead");
  }

  void Import(const std::string& name, const std::string& text, const std::string& mapping) {
    std::ofstream(root_ / name, std::ios::binary) << text;
    ImportRequest request;
    request.mapping = mapping;
    request.inputs.push_back({.path = root_ / name, .descriptor = -1, .name = name});
    const auto answer = workspace_->Import(request, kOwner, {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }
  std::string Ask(const std::string& id, const std::string& table, const std::string& key, const std::string& column,
                  const analysis::RawParams& params = {}) {
    engine::Question question;
    question.id = id;
    question.params = params;
    const auto answer = workspace_->engine().Ask(question, kOwner);
    if (!answer) return answer.error().ToString();
    const analysis::Table& found = *answer->output.Find(table);
    for (const auto& row : found.rows) {
      if (key.empty() || store::ToText(row.front()) == key) return store::ToText(row[found.IndexOf(column)]);
    }
    return "(no row)";
  }
  std::string Metric(const std::string& id) { return Ask("metrics", "metrics", "", id, {{"metrics", {id}}}); }
  std::string State(const std::string& question) { return Ask("setup.questions", "questions", question, "state"); }
  // The number of the decision, or the error.
  std::string Act(const std::string& action, const analysis::RawParams& params = {}) {
    const auto answer = workspace_->engine().Act(action, params, "", kOwner);
    if (!answer) return answer.error().ToString();
    return store::ToText(answer->output.Find("decision")->rows.front().front());
  }

  const analysis::Principal kOwner = analysis::Principal::LocalOwner();
};

TEST_F(SetupTest, AllProposalsAreAcceptedAndTakenBackAtOnce) {
  EXPECT_EQ(Metric("deals_won"), "3");
  EXPECT_EQ(State("sales_pipelines"), "proposed");
  const std::string decision = Act("setup.accept");
  EXPECT_EQ(State("sales_pipelines"), "accepted");
  EXPECT_EQ(State("currency"), "accepted");
  EXPECT_EQ(Ask("setup.questions", "questions", "currency", "decision_id"), decision);
  EXPECT_EQ(Metric("deals_won"), "2");
  EXPECT_EQ(Metric("won_amount"), "300");
  EXPECT_THAT(Act("setup.accept"), HasSubstr("no answer to accept"));
  Act("decisions.undo", {{"decision_id", {decision}}});
  EXPECT_EQ(State("sales_pipelines"), "proposed");
  EXPECT_EQ(State("currency"), "proposed");
  EXPECT_EQ(Ask("setup.questions", "questions", "currency", "decision_id"), "");
  EXPECT_EQ(Metric("deals_won"), "3");
}

// A plan of two years holds a comma, and so may the name of a pipeline.
TEST_F(SetupTest, AnswersWithCommasAreAcceptedAsTheyAre) {
  Import("weir-goal-1.csv",
         "key,name,metric,department,period_start,period_end,target,unit,currency\n"
         "g1,Won 2024,won_amount,Sales,2024-01-01,2024-12-31,1000,amount,EUR\n"
         "g2,Won 2025 H1,won_amount,Sales,2025-01-01,2025-06-30,700,amount,EUR\n"
         "g3,Won 2025 H2,won_amount,Sales,2025-07-01,2025-12-31,800,amount,EUR\n"
         "g4,Won 2026 Q1,won_amount,Sales,2026-01-01,2026-03-31,500,amount,EUR\n",
         "generic/goal");
  EXPECT_EQ(Ask("setup.questions", "questions", "plan", "proposal"), "2024=1000, 2025=1500");
  EXPECT_EQ(Ask("setup.questions", "questions", "plan", "evidence_en"), "3 goals for the amount won add up to it.");
  const std::string decision = Act("setup.accept");
  EXPECT_EQ(State("plan"), "accepted");
  EXPECT_EQ(Ask("settings", "settings", "plan_won_amount", "value"), "2024=1000, 2025=1500");
  Act("decisions.undo", {{"decision_id", {decision}}});
  Act("setup.accept", {{"answers", {"plan_won_amount=2024=1, 2025=2", "non_sales_pipelines=Trade, export; Hiring"}}});
  EXPECT_EQ(Ask("settings", "settings", "plan_won_amount", "value"), "2024=1, 2025=2");
  EXPECT_EQ(Ask("settings", "settings", "non_sales_pipelines", "value"), "Trade, export; Hiring");
}

TEST_F(SetupTest, UndoLeavesWhatWasChangedSince) {
  const std::string decision = Act("setup.accept", {{"answers", {"currency=EUR", "fiscal_year_start_month=4"}}});
  Act("settings.set", {{"name", {"fiscal_year_start_month"}}, {"value", {"7"}}});
  Act("decisions.undo", {{"decision_id", {decision}}});
  EXPECT_EQ(Ask("settings", "settings", "fiscal_year_start_month", "value"), "7");
  EXPECT_EQ(Ask("settings", "settings", "currency", "is_set"), "false");
}

TEST_F(SetupTest, WorkingHoursAndZoneCount) {
  EXPECT_EQ(Metric("lead_response_hours"), "37.75");
  Act("setup.accept", {{"answers", {"time_zone=Europe/Berlin", "working_hours=Mo-Fr 09:00-18:00"}}});
  // Friday four to six and Monday nine to ten are three hours; Wednesday nine to ten is one.
  EXPECT_EQ(Metric("lead_response_hours"), "2");
  EXPECT_EQ(Metric("lead_response_elapsed_hours"), "37.75");
  EXPECT_EQ(Ask("metrics", "metrics", "2025-01-15", "leads",
                {{"metrics", {"leads"}}, {"grain", {"day"}}, {"from", {"2025-01-10"}}}),
            "1")
      << "half past eleven at night in UTC is the next day in Berlin";
  Act("settings.set", {{"name", {"working_hours"}}, {"value", {""}}});
  EXPECT_EQ(Metric("lead_response_hours"), "37.75");
}

TEST_F(SetupTest, HolidaysAreNoWorkingTimeAndWorkingSaturdaysAre) {
  Act("setup.accept", {{"answers", {"time_zone=Europe/Berlin", "working_hours=Mo-Fr 09:00-18:00"}}});
  EXPECT_EQ(Metric("lead_response_hours"), "2");
  Import("weir-calendar-1.csv",
         "country,day,last_day,is_business,hours,name\n"
         "DE,2025-01-13,2025-01-14,no,,Holiday\n",
         "generic/calendar");
  EXPECT_EQ(Metric("lead_response_hours"), "1.5") << "of three hours the one on Monday is gone, the other lead has one";
  Import("weir-calendar-2.csv",
         "country,day,is_business,hours\n"
         "DE,2025-01-10,yes,8\n"
         "DE,2025-01-11,yes,5\n",
         "generic/calendar");
  EXPECT_EQ(Metric("lead_response_hours"), "3.5") << "Friday ends at five, Saturday has five hours: six and one";
  EXPECT_EQ(Metric("lead_response_elapsed_hours"), "37.75");
  Import("weir-calendar-3.csv",
         "country,day,last_day,is_business\n"
         "US,2025-01-01,2025-01-01,no\n"
         "US,2025-07-01,2025-07-14,no\n",
         "generic/calendar");
  EXPECT_EQ(Metric("lead_response_hours"), "2") << "of two calendars the one that knows most days";
  Act("settings.set", {{"name", {"default_region"}}, {"value", {"DE"}}});
  EXPECT_EQ(Metric("lead_response_hours"), "3.5") << "else that of the company's country";
  Act("settings.set", {{"name", {"working_hours"}}, {"value", {""}}});
  EXPECT_EQ(Metric("lead_response_hours"), "37.75");
}

TEST_F(SetupTest, AnswersAreChecked) {
  EXPECT_THAT(Act("setup.accept", {{"answers", {"working_hours=nine to five"}}}), HasSubstr("Mo-Fr 09:00-18:00"));
  EXPECT_THAT(Act("setup.accept", {{"answers", {"colour=red"}}}), HasSubstr("no setting 'colour'"));
  EXPECT_THAT(Act("setup.accept", {{"answers", {"currency=EUR", "currency=USD"}}}), HasSubstr("twice"));
  EXPECT_EQ(Ask("settings", "settings", "currency", "is_set"), "false") << "a refused set of answers changes nothing";
}

}  // namespace
}  // namespace weir::workspace
