// Definitions that departments agree on, and months that are sealed: what is in force, who may, what a later change
// shows, and that each step can be taken back.
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// Won deals: 10.50 and 20.00 in October, 30.25 in November; the data go to the end of November.
constexpr const char* kDeals =
    "key,name,stage,stage_kind,amount,currency,created_at,close_date\n"
    "A,Alpha,Won,won,10.50,EUR,2024-09-01,2024-10-05\nB,Beta,Won,won,20.00,EUR,2024-09-02,2024-10-20\n"
    "C,Gamma,Won,won,30.25,EUR,2024-09-03,2024-11-29\n";

std::string Definition(int version, const std::string& filter, const std::string& owner = "\"sales\"",
                       const std::string& id = "large_won") {
  return fmt::format(
      "[metric.{}]\nversion = {}\ntitle = {{ en = \"Large won\", ru = \"Крупные выигранные\" }}\n"
      "description = {{ en = \"Of won deals.\", ru = \"По выигранным сделкам.\" }}\nowner = {}\n"
      "formula = {{ en = \"see measure\", ru = \"см. меру\" }}\nunit = \"money\"\nbetter = \"up\"\nview = \"deal\"\n"
      "measure = \"sum(amount_reporting)\"\nfilter = \"{}\"\ntime = \"close_date\"\nadditivity = \"additive\"\n",
      id, version, owner, filter);
}

constexpr const char* kAll = "status = 'won'";
constexpr const char* kLarge = "status = 'won' and amount_reporting >= 15";

class AgreementTest : public FreshWorkspace {
 protected:
  void SetUp() override {
    FreshWorkspace::SetUp();
    Import(kDeals, "2024-12-01");
    for (const auto& [name, role, department] : {std::tuple{"olga", "owner", "board"},
                                                 {"ann", "analyst", "sales"},
                                                 {"fin", "analyst", "finance"},
                                                 {"bob", "analyst", "marketing"},
                                                 {"max", "manager", "sales"}}) {
      const auto added = workspace_->engine().Act("user.add",
                                                  {{"name", {name}},
                                                   {"role", {role}},
                                                   {"department", {department}},
                                                   {"email", {std::string(name) + "@we.example"}}},
                                                  "", analysis::Principal::LocalOwner());
      ASSERT_TRUE(added) << added.error().ToString();
    }
  }

  void Import(const std::string& text, const std::string& exported_at) {
    std::ofstream(root_ / "weir-deal.csv", std::ios::binary) << text;
    const auto answer =
        workspace_->Import({.inputs = {{.path = root_ / "weir-deal.csv", .descriptor = -1, .name = "weir-deal.csv"}},
                            .exported_at = exported_at},
                           analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }

  analysis::Principal As(const std::string& user) {
    return workspace_->access().PrincipalOf(*workspace_->access().accounts().Find(user), "test");
  }

  // The number of its decision, or the refusal.
  std::string Do(const std::string& user, const std::string& action, const analysis::RawParams& params,
                 const std::string& reason = "") {
    const auto answer = workspace_->engine().Act(action, params, reason, As(user));
    if (!answer) return answer.error().ToString();
    return store::ToText(answer->output.tables.front().rows.front()[0]);
  }
  std::string Undo(const std::string& user, const std::string& decision) {
    return Do(user, "decisions.undo", {{"decision_id", {decision}}});
  }

  Result<engine::Answer> Ask(const std::string& id, const analysis::RawParams& params,
                             std::optional<std::int64_t> known_at = {}, const std::string& as_of = "2024-11-30",
                             const std::string& user = "olga") {
    engine::Question question;
    question.id = id;
    question.params = params;
    question.as_of = as_of;
    question.known_at = known_at;
    return workspace_->engine().Ask(question, As(user));
  }
  std::string Value(const std::string& metric, analysis::RawParams params = {},
                    std::optional<std::int64_t> known_at = {}) {
    params["metrics"] = {metric};
    const auto answer = Ask("metrics", params, known_at);
    if (!answer) return answer.error().ToString();
    return store::ToText(answer->output.tables.front().rows.at(0).at(1));
  }
  // The columns of every row, with bars between.
  std::vector<std::string> Lines(const Result<engine::Answer>& answer, const std::string& table,
                                 const std::vector<std::string>& columns) {
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().ToString());
    std::vector<std::string> lines;
    if (!answer) return lines;
    const analysis::Table& found = *answer->output.Find(table);
    for (const auto& row : found.rows) {
      std::string line;
      for (const std::string& column : columns)
        line += (line.empty() ? "" : "|") + store::ToText(row[found.IndexOf(column)]);
      lines.push_back(line);
    }
    return lines;
  }
  std::vector<std::string> States() {
    return Lines(Ask("metrics.proposals", {}), "proposals", {"proposal", "metric", "version", "state", "waiting"});
  }
};

TEST_F(AgreementTest, ADefinitionIsInForceOnceItsOwnersHaveApproved) {
  const std::string proposed =
      Do("bob", "metrics.propose",
         {{"text", {Definition(1, kAll, "[\"sales\", \"finance\"]")}}, {"note", {"For the board"}}});
  ASSERT_THAT(proposed, testing::MatchesRegex("[0-9]+"));
  EXPECT_THAT(States(), ElementsAre("1|large_won|1|proposed|sales, finance"));
  EXPECT_THAT(Value("large_won"), HasSubstr("there is no metric 'large_won'"));
  EXPECT_THAT(Do("bob", "metrics.approve", {{"proposal", {"1"}}}), HasSubstr("you are of none of them"));
  EXPECT_THAT(Do("bob", "metrics.approve", {{"proposal", {"1"}}, {"department", {"sales"}}}),
              HasSubstr("nobody speaks for 'sales' but its own people"));
  EXPECT_THAT(Do("ann", "metrics.approve", {{"proposal", {"1"}}, {"department", {"finance"}}}),
              HasSubstr("nobody speaks for 'finance'"));
  const std::string sales = Do("ann", "metrics.approve", {{"proposal", {"1"}}});
  EXPECT_THAT(Do("max", "metrics.approve", {{"proposal", {"1"}}}),
              HasSubstr("'sales' has approved proposal 1 already"));
  EXPECT_THAT(States(), ElementsAre("1|large_won|1|proposed|finance"));
  EXPECT_THAT(Value("large_won"), HasSubstr("there is no metric")) << "one of two owners is not enough";
  // What one has approved one may take back; somebody else's approval not.
  EXPECT_THAT(Undo("bob", sales), HasSubstr("nobody speaks for 'sales'"));
  EXPECT_THAT(Undo("ann", sales), testing::MatchesRegex("[0-9]+"));
  EXPECT_THAT(States(), ElementsAre("1|large_won|1|proposed|sales, finance"));
  EXPECT_THAT(Do("ann", "metrics.approve", {{"proposal", {"1"}}}), testing::MatchesRegex("[0-9]+"));
  const std::string last = Do("fin", "metrics.approve", {{"proposal", {"1"}}});
  ASSERT_THAT(last, testing::MatchesRegex("[0-9]+"));
  EXPECT_EQ(Value("large_won"), "60.75");
  EXPECT_TRUE(std::filesystem::exists(root_ / "home/metrics/large_won.v1.toml"));
  EXPECT_THAT(
      Lines(Ask("metrics.history", {{"metric", {"large_won"}}}), "versions", {"version", "author", "origin", "note"}),
      ElementsAre("1|bob|agreement|For the board"));
  // It stays in force when the workspace is opened again, and nothing is recorded anew.
  const std::int64_t version = Ask("status", {})->data_version;
  workspace_.reset();
  workspace_ = std::move(*Workspace::Open({.home = root_ / "home", .threads = 2}));
  EXPECT_EQ(Ask("status", {})->data_version, version);
  EXPECT_EQ(Value("large_won"), "60.75");
  EXPECT_THAT(Undo("fin", last), testing::MatchesRegex("[0-9]+"));
  EXPECT_THAT(Value("large_won"), HasSubstr("there is no metric"));
  EXPECT_FALSE(std::filesystem::exists(root_ / "home/metrics/large_won.v1.toml"));
  EXPECT_EQ(Value("large_won", {}, version), "60.75") << "as it was known";
  EXPECT_THAT(States(), ElementsAre("1|large_won|1|proposed|finance"));
}

TEST_F(AgreementTest, AChangeOfADefinitionTellsWhatItDoesBeforeItIsMade) {
  Do("olga", "metrics.propose", {{"text", {Definition(1, kAll)}}, {"note", {"First"}}});
  Do("olga", "metrics.approve", {{"proposal", {"1"}}});
  ASSERT_EQ(Value("large_won"), "60.75");
  const std::string text = Definition(2, kLarge, "\"finance\"");
  ASSERT_EQ(Do("ann", "metrics.propose", {{"text", {text}}, {"note", {"Small deals say nothing"}}}).find("error"),
            std::string::npos);
  const auto told = Ask("metrics.proposals", {{"proposal", {"2"}}});
  EXPECT_THAT(Lines(told, "proposals", {"version", "changed_en", "waiting"}),
              ElementsAre("2|Owner: finance instead of sales. Now counts only where amount >= 15|sales, finance"))
      << "nobody takes a metric away from its owners";
  EXPECT_THAT(Lines(told, "effect", {"month", "before", "after", "change"}),
              ElementsAre("2024-11-01|30.25|30.25|0", "2024-10-01|30.5|20|-10.5", "2024-09-01|0|0|0"));
  const auto october = Ask("metrics.proposals", {{"proposal", {"2"}}}, {}, "2024-10-31");
  EXPECT_THAT(Lines(october, "causes", {"kind", "value", "row_count"}),
              ElementsAre("start|30.5|", "part|-10.5|1", "end|20|"));
  EXPECT_THAT(Lines(october, "rows", {"name", "change"}), ElementsAre("Alpha|-10.5"));
  EXPECT_EQ(Value("large_won"), "60.75") << "a proposal changes nothing";
  EXPECT_THAT(Do("ann", "metrics.decline", {{"proposal", {"2"}}}), HasSubstr("this needs a reason"));
  EXPECT_THAT(Do("bob", "metrics.decline", {{"proposal", {"2"}}}, "No"), HasSubstr("you are of none of them"));
  const std::string declined = Do("fin", "metrics.decline", {{"proposal", {"2"}}}, "Not now");
  EXPECT_THAT(States(), testing::Contains("2|large_won|2|declined|sales, finance"));
  EXPECT_THAT(Do("ann", "metrics.approve", {{"proposal", {"2"}}}), HasSubstr("proposal 2 is closed: declined"));
  EXPECT_THAT(Undo("fin", declined), testing::MatchesRegex("[0-9]+"));
  EXPECT_THAT(Do("fin", "metrics.withdraw", {{"proposal", {"2"}}}), HasSubstr("proposal 2 was made by ann"));
  const std::string withdrawn = Do("ann", "metrics.withdraw", {{"proposal", {"2"}}});
  EXPECT_THAT(States(), testing::Contains("2|large_won|2|withdrawn|sales, finance"));
  EXPECT_THAT(Undo("ann", withdrawn), testing::MatchesRegex("[0-9]+"));
  EXPECT_THAT(Do("olga", "metrics.approve", {{"proposal", {"2"}}}), HasSubstr("Name one of: sales, finance"));
  Do("olga", "metrics.approve", {{"proposal", {"2"}}, {"department", {"finance"}}});
  EXPECT_EQ(Value("large_won"), "60.75");
  Do("ann", "metrics.approve", {{"proposal", {"2"}}});
  EXPECT_EQ(Value("large_won"), "50.25");
  EXPECT_EQ(Value("large_won", {{"definition_version", {"1"}}}), "60.75") << "the old report";
  EXPECT_THAT(
      Lines(Ask("metrics.history", {{"metric", {"large_won"}}}), "versions", {"version", "state", "author", "note"}),
      ElementsAre("2|in_force|ann|Small deals say nothing", "1|replaced|olga|First"));
}

TEST_F(AgreementTest, WrongProposalsAreRefusedWithTheirPlace) {
  const auto refused = [&](const std::string& text, const std::string& note = "Why") {
    return Do("ann", "metrics.propose", {{"text", {text}}, {"note", {note}}});
  };
  EXPECT_THAT(refused("[metric.x]\nversion = "), HasSubstr("proposal:2:"));
  EXPECT_THAT(refused(Definition(1, "state = 'won'")),
              AllOf(HasSubstr("proposal:11:11:"), HasSubstr("no column 'state'")));
  EXPECT_THAT(refused(""), HasSubstr("text"));
  EXPECT_THAT(refused("# nothing"), HasSubstr("this text has 0"));
  EXPECT_THAT(refused(Definition(1, kAll) + Definition(1, kAll, "\"sales\"", "other")), HasSubstr("this text has 2"));
  EXPECT_THAT(refused("[view.deal]\n"), AllOf(HasSubstr("proposal:1:"), HasSubstr("'view'")));
  EXPECT_THAT(refused("metric = 3\n"), HasSubstr("this text has 0"));
  EXPECT_THAT(refused("[metric]\nx = 3\n"), HasSubstr("'x' is not a table"));
  EXPECT_THAT(refused(Definition(1, kAll, "\"sales\"", "\"../../etc\"")), HasSubstr("is not an id"));
  EXPECT_THAT(refused(Definition(1, kAll, "\"sales\"", "won_amount")),
              AllOf(HasSubstr("'won_amount' has had version 1 already"), HasSubstr("proposal:2:"),
                    HasSubstr("Write: version = 2")));
  EXPECT_THAT(refused(Definition(-1, kAll)), HasSubstr("a version counts from 1"));
  EXPECT_THAT(refused(Definition(1, kAll), " "), HasSubstr("the proposal does not say why"));
  EXPECT_THAT(refused(std::string(20'001, '#')), HasSubstr("at most 20000 bytes"));
  EXPECT_THAT(refused(Definition(1, kAll), std::string(2'001, 'x')), HasSubstr("at most 2000 bytes"));
  EXPECT_THAT(refused("[metric.x]\ntitle = \"\xff\xfe\"\n"), HasSubstr("proposal:2:"));
  // A unit that a ratio of the catalogue cannot use any more is refused before anybody is asked.
  EXPECT_THAT(Do("ann", "metrics.approve", {{"proposal", {"77"}}}), HasSubstr("there is no proposal 77"));
  EXPECT_THAT(Do("ann", "metrics.approve", {{"proposal", {"1; DROP TABLE"}}}), HasSubstr("proposal"));
  EXPECT_THAT(States(), IsEmpty()) << "nothing was written";
  EXPECT_THAT(refused(Definition(1, kAll)), testing::MatchesRegex("[0-9]+"));
  EXPECT_THAT(refused(Definition(1, kLarge)), HasSubstr("proposal 1 of 'large_won' is still open"));
  EXPECT_THAT(Do("ann", "metrics.approve", {{"proposal", {"1"}}, {"department", {"bakery"}}}),
              HasSubstr("'bakery' does not own"));
}

// The newest amount of Beta is 27.35 instead of 20.00; the deal was closed in October.
constexpr const char* kLateChange =
    "key,name,stage,stage_kind,amount,currency,created_at,close_date\n"
    "B,Beta,Won,won,27.35,EUR,2024-09-02,2024-10-20\n";

TEST_F(AgreementTest, ALateChangeOfASealedMonthIsAnAdjustmentToTheCent) {
  const std::int64_t before = Ask("status", {})->data_version;
  EXPECT_THAT(Do("bob", "metrics.seal", {{"metric", {"won_amount"}}, {"month", {"2024-10"}}}),
              HasSubstr("'won_amount' is sealed by sales"));
  EXPECT_THAT(Do("max", "metrics.seal", {{"metric", {"won_amount"}}, {"month", {"2024-10"}}}),
              HasSubstr("a sealed number is of all rows"));
  const std::string sealed =
      Do("ann", "metrics.seal", {{"metric", {"won_amount"}}, {"month", {"2024-10"}}, {"note", {"Board"}}});
  ASSERT_THAT(sealed, testing::MatchesRegex("[0-9]+"));
  EXPECT_THAT(Do("ann", "metrics.seal", {{"metric", {"won_amount"}}, {"month", {"2024-10"}}}),
              HasSubstr("is sealed already"));
  const std::vector<std::string> columns{"month", "sealed", "adjustment", "now", "sealed_by", "note"};
  EXPECT_THAT(Lines(Ask("metrics.seals", {}, {}, ""), "seals", columns),
              ElementsAre("2024-10-01|30.5|0|30.5|ann|Board"));
  Import(kLateChange, "2024-12-02");
  EXPECT_THAT(Lines(Ask("metrics.seals", {}, {}, ""), "seals", columns),
              ElementsAre("2024-10-01|30.5|7.35|37.85|ann|Board"));
  // Whoever asks for the month sees both numbers.
  const analysis::RawParams october{{"metrics", {"won_amount"}}, {"from", {"2024-10-01"}}, {"to", {"2024-10-31"}}};
  const auto warned = [&](const analysis::RawParams& params, std::optional<std::int64_t> known_at = {},
                          const std::string& as_of = "", const std::string& user = "olga") {
    std::vector<std::string> said;
    const auto answer = Ask("metrics", params, known_at, as_of, user);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().ToString());
    for (const analysis::Warning& warning : answer->output.warnings) {
      if (warning.code.starts_with("sealed"))
        said.push_back(warning.code + " " + warning.params.at("adjustment") + ": " + warning.message.text);
    }
    return said;
  };
  EXPECT_THAT(
      warned(october),
      ElementsAre("sealed_adjusted 7.35: Won amount, 2024-10: sealed at 30.5; it is 37.85 now, an adjustment of 7.35"));
  EXPECT_EQ(store::ToText(Ask("metrics", october, {}, "")->output.tables.front().rows[0][1]), "37.85")
      << "the value is what the data say";
  EXPECT_THAT(warned({{"metrics", {"won_amount"}}, {"from", {"2024-01-01"}}, {"to", {"2024-12-31"}}}),
              testing::SizeIs(1))
      << "a year that holds it";
  EXPECT_THAT(warned({{"metrics", {"deals_won,won_amount"}}, {"grain", {"month"}}}), testing::SizeIs(1));
  EXPECT_THAT(warned({{"metrics", {"won_amount"}}, {"from", {"2024-11-01"}}, {"to", {"2024-11-30"}}}), IsEmpty());
  EXPECT_THAT(
      warned(
          {{"metrics", {"won_amount"}}, {"from", {"2024-10-01"}}, {"to", {"2024-10-31"}}, {"where", {"amount > 1"}}}),
      IsEmpty());
  EXPECT_THAT(warned(october, {}, "2024-11-15"), IsEmpty()) << "an earlier moment than that of the seal";
  EXPECT_THAT(warned(october, before), IsEmpty()) << "nothing was sealed by then";
  EXPECT_THAT(warned(october, {}, "", "max"), IsEmpty()) << "a sealed number is of all rows";
  EXPECT_THAT(warned(october, before + 1),
              ElementsAre(HasSubstr("sealed 0: Won amount, 2024-10: sealed at 30.5, and so it is")));
  const auto causes = Ask("metrics.seals", {{"metric", {"won_amount"}}, {"month", {"2024-10"}}}, {}, "");
  EXPECT_THAT(Lines(causes, "causes", {"kind", "cause", "value", "row_count"}),
              ElementsAre("start||30.5|", "part|data|7.35|1", "end||37.85|"));
  EXPECT_THAT(Lines(causes, "rows", {"name", "start_value", "end_value", "change"}), ElementsAre("Beta|20|27.35|7.35"));
  const analysis::Table& table = *causes->output.Find("causes");
  engine::Question question;
  question.id = "metrics.seals";
  question.params = {{"metric", {"won_amount"}}, {"month", {"2024-10"}}};
  question.explain =
      engine::ExplainRequest{.table = "causes", .key = {store::ToText(table.rows[1][table.IndexOf("part")])}};
  const auto behind = workspace_->engine().Ask(question, As("olga"));
  EXPECT_THAT(Lines(behind, "canonical", {"name"}), ElementsAre("Beta"));
  EXPECT_THAT(Do("ann", "metrics.unseal", {{"metric", {"won_amount"}}, {"month", {"2024-10"}}}),
              HasSubstr("this needs a reason"));
  const std::string unsealed =
      Do("ann", "metrics.unseal", {{"metric", {"won_amount"}}, {"month", {"2024-10"}}}, "Closed too early");
  EXPECT_THAT(warned(october), IsEmpty());
  EXPECT_THAT(Undo("bob", unsealed), HasSubstr("'won_amount' is sealed by sales"));
  EXPECT_THAT(Undo("ann", sealed), HasSubstr("has been changed since"));
  EXPECT_THAT(Undo("ann", unsealed), testing::MatchesRegex("[0-9]+"));
  EXPECT_THAT(warned(october), testing::SizeIs(1));
  EXPECT_THAT(Undo("ann", sealed), testing::MatchesRegex("[0-9]+"));
  EXPECT_THAT(Lines(Ask("metrics.seals", {}, {}, ""), "seals", columns), IsEmpty());
}

TEST_F(AgreementTest, AnotherDefinitionOfASealedMonthIsAnAdjustmentByDefinition) {
  Do("olga", "metrics.propose", {{"text", {Definition(1, kAll)}}, {"note", {"First"}}});
  Do("olga", "metrics.approve", {{"proposal", {"1"}}});
  ASSERT_THAT(Do("olga", "metrics.seal", {{"metric", {"large_won"}}, {"month", {"2024-10"}}}),
              testing::MatchesRegex("[0-9]+"));
  Do("olga", "metrics.propose", {{"text", {Definition(2, kLarge)}}, {"note", {"Small deals say nothing"}}});
  Do("olga", "metrics.approve", {{"proposal", {"2"}}});
  Import(kLateChange, "2024-12-02");
  const auto causes = Ask("metrics.seals", {{"metric", {"large_won"}}, {"month", {"2024-10"}}}, {}, "");
  EXPECT_THAT(Lines(causes, "seals", {"sealed", "adjustment", "now", "definition_version", "definition_now"}),
              ElementsAre("30.5|-3.15|27.35|1|2"));
  EXPECT_THAT(Lines(causes, "causes", {"kind", "cause", "value"}),
              ElementsAre("start||30.5", "part|data|7.35", "part|definition|-10.5", "end||27.35"));
  EXPECT_THAT(Lines(causes, "rows", {"name", "change"}), ElementsAre("Beta|7.35", "Alpha|-10.5"));
}

TEST_F(AgreementTest, ASealOutlivesItsMetric) {
  Do("olga", "metrics.propose", {{"text", {Definition(1, kAll)}}, {"note", {"First"}}});
  const std::string approved = Do("olga", "metrics.approve", {{"proposal", {"1"}}, {"department", {"Sales"}}});
  ASSERT_THAT(approved, testing::MatchesRegex("[0-9]+")) << "a department by its title";
  ASSERT_THAT(Do("olga", "metrics.seal", {{"metric", {"large_won"}}, {"month", {"2024-10"}}}),
              testing::MatchesRegex("[0-9]+"));
  ASSERT_THAT(Undo("olga", approved), testing::MatchesRegex("[0-9]+"));
  const auto told = Ask("metrics.seals", {{"metric", {"large_won"}}, {"month", {"2024-10"}}}, {}, "");
  EXPECT_THAT(Lines(told, "seals", {"sealed", "adjustment", "now"}), ElementsAre("30.5||"));
  ASSERT_EQ(told->output.warnings.size(), 1U);
  EXPECT_THAT(told->output.warnings[0].message.text, HasSubstr("there is no metric 'large_won'"));
  EXPECT_THAT(Lines(Ask("metrics.history", {{"metric", {"large_won"}}}), "versions", {"version", "state"}),
              ElementsAre("1|removed"));
}

TEST_F(AgreementTest, WrongSealsAreRefused) {
  const auto refused = [&](const std::string& metric, const std::string& month) {
    return Do("olga", "metrics.seal", {{"metric", {metric}}, {"month", {month}}});
  };
  EXPECT_THAT(refused("won_amount", "2024-13"), HasSubstr("'2024-13' is not a month"));
  EXPECT_THAT(refused("won_amount", "2024-10-01"), HasSubstr("is not a month"));
  EXPECT_THAT(refused("won_amount", "24-10"), HasSubstr("is not a month"));
  EXPECT_THAT(refused("won_amount", "2024-12"), HasSubstr("2024-12 is not over"));
  EXPECT_THAT(refused("won_amount", "2199-12"), HasSubstr("is not over"));
  EXPECT_THAT(refused("won_amount,deals_won", "2024-10"), HasSubstr("there is no metric 'won_amount,deals_won'"));
  EXPECT_THAT(refused("x'; DROP TABLE meta.metric_seal; --", "2024-10"), HasSubstr("there is no metric"));
  EXPECT_THAT(refused("average_deal_amount", "2024-08"), HasSubstr("has no value in 2024-08"));
  EXPECT_THAT(Do("olga", "metrics.unseal", {{"metric", {"won_amount"}}, {"month", {"2024-10"}}}, "Why not"),
              HasSubstr("'won_amount' of 2024-10 is not sealed"));
  EXPECT_THAT(Do("olga", "metrics.seal",
                 {{"metric", {"won_amount"}}, {"month", {"2024-10"}}, {"note", {std::string(2'001, 'x')}}}),
              HasSubstr("at most 2000 bytes"));
  EXPECT_THAT(Ask("metrics.seals", {{"metric", {"won_amount"}}, {"month", {"2024-10"}}}).error().ToString(),
              HasSubstr("is not sealed"));
  EXPECT_THAT(Ask("metrics.seals", {{"month", {"2024-10"}}}).error().ToString(),
              HasSubstr("a month is asked of a metric"));
  EXPECT_THAT(Lines(Ask("metrics.seals", {}), "seals", {"metric"}), IsEmpty());
}

TEST_F(AgreementTest, WhoUsesAMetricIsListed) {
  ASSERT_THAT(Do("ann", "sql.save", {{"name", {"Won"}}, {"query", {"SELECT 1 AS won_amount"}}}),
              testing::MatchesRegex("[0-9]+"));
  ASSERT_THAT(Do("ann", "sql.save", {{"name", {"Other"}}, {"query", {"SELECT 1 AS won_amount_of_others"}}}),
              testing::MatchesRegex("[0-9]+"));
  const auto kinds = [&](const std::string& user) {
    return Lines(Ask("metrics.uses", {{"metric", {"won_amount"}}}, {}, "2024-11-30", user), "uses", {"kind", "id"});
  };
  EXPECT_THAT(kinds("ann"), AllOf(testing::Contains("definition|average_deal_amount"), testing::Contains("page|pulse"),
                                  testing::Contains("query|1"), testing::Not(testing::Contains("query|2"))));
  EXPECT_THAT(kinds("bob"), testing::Not(testing::Contains("query|1")))
      << "a query of one's own is nobody else's to see";
  EXPECT_THAT(Ask("metrics.uses", {{"metric", {"won_amout"}}}).error().ToString(),
              HasSubstr("Did you mean 'won_amount'?"));
}

}  // namespace
}  // namespace weir::workspace
