// Links to the survey of departments: who may answer by one, once; what is refused; what is shown of few answers.
#include <gmock/gmock.h>

#include "workspace/fresh_workspace.h"
#include "workspace/migrations.h"
#include "workspace/survey_links.h"

namespace weir::workspace {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class SurveyLinksTest : public FreshWorkspace {
 protected:
  Result<engine::Answer> Act(const std::string& id, const analysis::RawParams& params) {
    return workspace_->engine().Act(id, params, "", analysis::Principal::LocalOwner());
  }
  static std::string Cell(const Result<engine::Answer>& answer, std::string_view table, std::string_view column,
                          std::size_t row = 0) {
    if (!answer) return answer.error().ToString();
    const analysis::Table& found = *answer->output.Find(table);
    return store::ToText(found.rows.at(row)[found.IndexOf(column)]);
  }
  static std::string TokenOf(const Result<engine::Answer>& answer, std::size_t row = 0) {
    const std::string path = Cell(answer, "links", "path", row);
    return path.substr(path.find('#') + 1);
  }
  std::string Reply(const std::string& token, const std::string& browser,
                    std::map<std::string, std::vector<std::string>, std::less<>> answers = {{"joint_work", {"kpis"}}}) {
    const Status status = workspace_->TakeSurveyReply({token, "browser-number-" + browser, std::move(answers)});
    return status ? "taken" : status.error().message();
  }
  std::vector<std::string> Shown() {
    engine::Question question;
    question.id = "diagnose.survey";
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    if (!answer) return {answer.error().ToString()};
    const analysis::Table& table = *answer->output.Find("answers");
    std::vector<std::string> lines;
    for (const auto& row : table.rows) {
      if (store::ToText(row[table.IndexOf("option")]) != "kpis") continue;
      lines.push_back(fmt::format("{}:{} of {}", store::ToText(row[table.IndexOf("department")]),
                                  store::ToText(row[table.IndexOf("chosen")]),
                                  store::ToText(row[table.IndexOf("respondents")])));
    }
    return lines;
  }
};

TEST_F(SurveyLinksTest, WhoHasALinkAnswersOnce) {
  const auto made = Act("survey.link", {{"department", {"Sales"}}, {"most", {"3"}}});
  const std::string token = TokenOf(made);
  EXPECT_EQ(token.size(), 64U) << token;
  // What is kept of it cannot be used.
  EXPECT_THAT(Cell(made, "decision", "after"), Not(HasSubstr(token)));
  const auto form = workspace_->SurveyForm(token);
  ASSERT_TRUE(form) << form.error().ToString();
  EXPECT_THAT(*form, HasSubstr("\"department\":\"Sales\""));

  EXPECT_EQ(Reply(token, "1"), "taken");
  EXPECT_THAT(Reply(token, "1"), HasSubstr("answered already"));
  EXPECT_THAT(Reply(token, "2", {{"joint_work", {"wrong"}}}), HasSubstr("no answer 'wrong'"));
  EXPECT_THAT(Reply(token, "2", {{"joint_work", {}}}), HasSubstr("nothing is answered"));
  EXPECT_THAT(Reply(token, "2", {{"weather", {"fine"}}}), HasSubstr("no question"));
  EXPECT_EQ(Reply(token, "2"), "taken");
  EXPECT_THAT(Shown(), ElementsAre(":0 of 0"));  // of two nothing is shown, not even in all together
  EXPECT_EQ(Reply(token, "3", {{"joint_work", {"meetings"}}, {"philosophy", {"not_yet"}}}), "taken");
  EXPECT_THAT(Reply(token, "4"), HasSubstr("all 3 answers"));
  EXPECT_THAT(Shown(), ElementsAre(":2 of 3", "Sales:2 of 3"));
}

TEST_F(SurveyLinksTest, StrangersAndLinksThatWereTakenBackAreRefused) {
  EXPECT_THAT(Reply(std::string(64, 'a'), "1"), HasSubstr("leads to no survey"));
  EXPECT_THAT(Reply("' OR TRUE --", "1"), HasSubstr("leads to no survey"));
  const auto made = Act("survey.link", {{"department", {"Sales"}}, {"one_time", {"2"}}});
  const std::string first = TokenOf(made, 0);
  const std::string second = TokenOf(made, 1);
  EXPECT_EQ(Reply(first, "1"), "taken");
  EXPECT_THAT(Reply(first, "2"), HasSubstr("an answer was given already"));
  ASSERT_TRUE(Act("survey.set", {{"link", {Cell(made, "links", "link", 1)}}, {"state", {"revoked"}}}));
  EXPECT_THAT(Reply(second, "2"), HasSubstr("taken back"));
  EXPECT_THAT(Cell(Act("survey.link", {{"department", {"Sales"}}, {"days", {"0"}}}), "links", "path"),
              HasSubstr("not from 1 to 90"));
  EXPECT_THAT(Cell(Act("survey.link", {{"department", {" "}}}), "links", "path"), HasSubstr("has a name"));
  EXPECT_THAT(Cell(Act("survey.link", {{"department", {"*"}}}), "links", "path"), HasSubstr("not '*'"));
}

TEST(SurveyLink, EndsOnItsDay) {
  auto database = store::Database::Open({}, {});
  ASSERT_TRUE(database);
  auto connection = database->Connect();
  ASSERT_TRUE(connection && Migrate(*connection));
  const Instant now = *ParseIsoInstant("2026-03-01T10:00:00Z");
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  const auto made = PerformSurveyAction(*connection, "survey.link", {{"department", {"Sales"}}, {"days", {"2"}}},
                                        {.principal = owner, .reason = "", .now = now});
  ASSERT_TRUE(made) << made.error().ToString();
  const std::string path = store::ToText(made->output.Find("links")->rows[0][2]);
  const auto form = [&](std::string_view day) {
    const auto asked = SurveyFormOf(*connection, path.substr(path.find('#') + 1), *ParseIsoInstant(day));
    return asked ? std::string("open") : asked.error().message();
  };
  EXPECT_EQ(form("2026-03-03T09:59:59Z"), "open");
  EXPECT_EQ(form("2026-03-03T10:00:00Z"), "this survey ended on 2026-03-03");
}

TEST_F(SurveyLinksTest, SmallDepartmentsAreShownTogetherOrNotAtAll) {
  const auto answer = [&](const std::string& department, int times) {
    const std::string token = TokenOf(Act("survey.link", {{"department", {department}}}));
    for (int i = 0; i < times; ++i) EXPECT_EQ(Reply(token, fmt::format("{}{}", department, i)), "taken");
  };
  answer("Sales", 3);
  answer("Finance", 2);
  // Two of one department beside three of another: the whole would tell what the two said.
  EXPECT_THAT(Shown(), ElementsAre(":3 of 3", "Sales:3 of 3"));
  answer("Support", 1);
  EXPECT_THAT(Shown(), ElementsAre(":6 of 6", "*:3 of 3", "Sales:3 of 3"));
}

TEST_F(SurveyLinksTest, DecisionsAreUndoneAndAnswersSurviveABuild) {
  const auto made = Act("survey.link", {{"department", {"Sales"}}});
  const std::string token = TokenOf(made);
  for (const char* browser : {"1", "2", "3"}) EXPECT_EQ(Reply(token, browser), "taken");
  const auto discarded = Act("survey.set", {{"link", {Cell(made, "links", "link")}}, {"state", {"discarded"}}});
  EXPECT_THAT(Shown(), ElementsAre(":0 of 0"));
  ASSERT_TRUE(Act("decisions.undo", {{"decision_id", {Cell(discarded, "decision", "decision_id")}}}));
  EXPECT_THAT(Shown(), ElementsAre(":3 of 3", "Sales:3 of 3"));
  ASSERT_TRUE(Act("settings.set", {{"name", {"currency"}}, {"value", {"EUR"}}}));  // builds the model anew
  EXPECT_THAT(Shown(), ElementsAre(":3 of 3", "Sales:3 of 3"));
  // A link that was never made takes no more answers; those that came by it stay.
  ASSERT_TRUE(Act("decisions.undo", {{"decision_id", {Cell(made, "decision", "decision_id")}}}));
  EXPECT_THAT(Reply(token, "4"), HasSubstr("taken back"));
  EXPECT_THAT(Shown(), ElementsAre(":3 of 3", "Sales:3 of 3"));
}

}  // namespace
}  // namespace weir::workspace
