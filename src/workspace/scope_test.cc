// Rights below the analyses: a secret is planted in every table in the rows of one team; whoever is of another team
// asks everything there is to ask and must not find it.
#include "analysis/only_asks.h"
#include "workspace/scope_fixture.h"

#include <algorithm>
#include <thread>

namespace weir::workspace {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

class ScopeTest : public ScopeFixture {};

TEST_F(ScopeTest, EveryViewAsksWhoMaySeeIt) {
  auto snapshot = *workspace_->Take(std::nullopt, {});
  const auto rows = snapshot->session().Query(
      "SELECT view_name, sql FROM duckdb_views() WHERE schema_name = 'scoped' ORDER BY view_name");
  ASSERT_GT(rows->size(), 20U);
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const std::string name = rows->TextAt(i, 0);
    const std::string sql = rows->TextAt(i, 1);
    const std::string body = sql.substr(sql.find(" AS "));
    const bool asks = body.find("is_visible") != std::string::npos || body.find("scoped.") != std::string::npos ||
                      body.find("sees_all_rows") != std::string::npos ||
                      body.find("is_restricted") != std::string::npos;
    // The rows of a campaign are for everybody, its owner for who may see the member.
    EXPECT_NE(asks, IsOpen(name) && name != "campaign") << name;
  }
}

TEST_F(ScopeTest, NoViewShowsRowsOfAnotherTeam) {
  const analysis::Principal member = Of("member", {"berlin"});
  const analysis::Principal manager = Of("manager", {"berlin"});
  const analysis::Principal viewer = Of("viewer", {"spree"});
  const analysis::Principal nobody = Of("member");
  for (const std::string& view : Views()) {
    if (IsOpen(view)) continue;
    EXPECT_THAT(Read(member, view), Not(AnyOf(HasSubstr("paris"), HasSubstr("spree")))) << view;
    EXPECT_THAT(Read(manager, view), Not(HasSubstr("paris"))) << view;
    EXPECT_THAT(Read(viewer, view), Not(AnyOf(HasSubstr("paris"), HasSubstr("berlinword"))))
        << view << ", where a team names the one above it by its id";
    // How full the columns of a source are is told to all; the samples beside it are not.
    if (view == "column_profile") continue;
    EXPECT_EQ(Read(nobody, view), "") << view << ": whoever has no team sees nothing";
  }
}

TEST_F(ScopeTest, TheSecretIsThereForThoseWhoMaySeeIt) {
  const analysis::Principal paris = Of("member", {"paris"});
  const analysis::Principal manager = Of("manager", {"berlin"});
  const analysis::Principal analyst = Of("analyst");
  for (const auto& [table, header] : Headers()) {
    std::string view = table;
    std::ranges::replace(view, '-', '_');
    EXPECT_THAT(Read(paris, view), HasSubstr("paris")) << view;
    EXPECT_THAT(Read(manager, view), AllOf(HasSubstr("berlin"), HasSubstr("spree"))) << view;
    EXPECT_THAT(Read(analyst, view), AllOf(HasSubstr("berlin"), HasSubstr("paris"))) << view;
  }
}

TEST_F(ScopeTest, PersonalDataAreMaskedUnlessAllowed) {
  const analysis::Principal viewer = Of("viewer", {}, "all");
  for (const char* view : {"person", "lead", "activity", "ticket", "survey_answer", "member"}) {
    const std::string seen = Read(viewer, view);
    EXPECT_NE(seen, "") << view;
    EXPECT_THAT(seen, Not(AnyOf(HasSubstr("word@"), HasSubstr("+49"), HasSubstr("word person"), HasSubstr("word lead"),
                                HasSubstr("word subject"), HasSubstr("word comment"), HasSubstr("word ticket"))))
        << view;
  }
}

// Parameters that the analyses need to answer at all.
analysis::RawParams ParamsFor(const std::string& id) {
  if (id == "metrics") return {{"metrics", {"won_amount"}}, {"by", {"owner"}}};
  if (id == "lineage") return {{"entity", {"deal"}}, {"id", {"generic:dparis"}}};
  if (id == "hygiene.duplicate") {
    return {{"entity", {"account"}}, {"id", {"generic:aparis"}}, {"other", {"generic:aparis"}}};
  }
  if (id == "customers.search") return {{"text", {"paris"}}};
  if (id == "customers.account") return {{"id", {"generic:aparis"}}};
  if (id == "customers.person") return {{"id", {"generic:pparis"}}};
  if (id == "customers.deal") return {{"id", {"generic:dparis"}}};
  if (id == "hygiene.trend") return {{"months", {"1"}}};  // each month is asked the same
  if (id == "sql") return {{"query", {"SELECT * FROM scoped.deal"}}};
  return {};
}

TEST_F(ScopeTest, NoAnalysisTellsOfAnotherTeam) {
  for (const analysis::Principal& principal :
       {Of("member", {"berlin"}), Of("manager", {"berlin"}), Of("viewer", {"berlin"}), Of("member")}) {
    for (const analysis::Analysis& analysis : workspace_->engine().catalog().analyses()) {
      const auto answer = Ask(principal, analysis.info.id, ParamsFor(analysis.info.id));
      const std::string told = answer ? engine::ToJson(*answer) : engine::ProblemJson(answer.error());
      // What was asked for is given back; of what stands behind it nothing is.
      EXPECT_THAT(told, Not(HasSubstr("parisword"))) << principal.role << " " << analysis.info.id;
      if (!ParamsFor(analysis.info.id).contains("id")) continue;
      EXPECT_FALSE(answer) << principal.role << " " << analysis.info.id;
    }
  }
}

TEST_F(ScopeTest, AnswersOfOthersDoNotComeFromTheCache) {
  const analysis::RawParams by_team{{"metrics", {"won_amount"}}, {"by", {"team"}}};
  for (const char* by : {"ext.generic.deal.colour", "ext.generic.account.tier"}) {
    const analysis::RawParams by_custom{{"metrics", {"won_amount"}}, {"by", {by}}};
    EXPECT_THAT(engine::ToJson(*Ask(Of("owner"), "metrics", by_custom)), HasSubstr("parisword"));
    EXPECT_THAT(engine::ToJson(*Ask(Of("member", {"berlin"}), "metrics", by_custom)),
                AllOf(HasSubstr("berlinword"), Not(HasSubstr("parisword")), Not(HasSubstr("spreeword"))));
  }
  const std::string everything = engine::ToJson(*Ask(Of("owner"), "metrics", by_team));
  ASSERT_THAT(everything, HasSubstr("parisword"));
  const std::string berlin = engine::ToJson(*Ask(Of("member", {"berlin"}), "metrics", by_team));
  EXPECT_THAT(berlin, AllOf(HasSubstr("berlinword"), Not(HasSubstr("parisword")), Not(HasSubstr("spreeword"))));
  EXPECT_THAT(engine::ToJson(*Ask(Of("manager", {"berlin"}), "metrics", by_team)), HasSubstr("spreeword"));
}

TEST_F(ScopeTest, ExplanationsAndLineageStayWithinTheRows) {
  const analysis::Principal berlin = Of("member", {"berlin"});
  const analysis::RawParams by_team{{"metrics", {"won_amount"}}, {"by", {"team"}}};
  engine::ExplainRequest request{.table = "metrics", .key = {"", "parisword team"}};
  const auto owner = Ask(Of("owner"), "metrics", by_team, request);
  ASSERT_TRUE(owner) << owner.error().ToString();
  EXPECT_THAT(engine::ToJson(*owner), HasSubstr("dparis"));
  const auto answer = Ask(berlin, "metrics", by_team, request);
  EXPECT_THAT(answer ? engine::ToJson(*answer) : std::string(), Not(HasSubstr("dparis")));
  for (const char* table : {"deal", "account", "person", "lead", "activity", "invoice", "team", "member"}) {
    const std::string letter = std::string(table) == "deal" ? "d" : std::string(1, table[0]);
    EXPECT_FALSE(Ask(berlin, "lineage", {{"entity", {table}}, {"id", {"generic:" + letter + "paris"}}})) << table;
  }
  EXPECT_TRUE(Ask(berlin, "lineage", {{"entity", {"deal"}}, {"id", {"generic:dberlin"}}}));
}

// Who sees one team is told of one team: numbers and the rows behind them.
TEST_F(ScopeTest, TheDiagnosisSpeaksOfVisibleRows) {
  const auto people = [&](const analysis::Principal& principal) {
    engine::Question question;
    question.id = "diagnose.readings";
    const auto answer = workspace_->engine().Ask(question, principal);
    EXPECT_TRUE(answer) << (answer ? "" : answer.error().ToString());
    std::string said;
    for (const auto& row : answer->output.tables.front().rows) {
      if (store::ToText(row[0]) == "outgrown.headcount") said = store::ToText(row[2]);
    }
    question.explain = engine::ExplainRequest{.table = "readings", .key = {"outgrown.headcount"}};
    const auto rows = workspace_->engine().Ask(question, principal);
    EXPECT_TRUE(rows) << (rows ? "" : rows.error().ToString());
    return said + "|" + std::to_string(rows->output.tables.front().rows.size());
  };
  EXPECT_EQ(people(Of("owner")), "3|3");
  EXPECT_EQ(people(Of("manager", {"berlin"})), "2|2");
  EXPECT_EQ(people(Of("member", {"paris"})), "1|1");
}

TEST_F(ScopeTest, RolesMayWhatTheirRightsSay) {
  const auto code = [](const analysis::Principal& principal, const std::string& id) {
    const auto answer = Ask(principal, id);
    return answer ? std::string("answers") : std::string(weir::InfoOf(answer.error().code()).name);
  };
  for (const char* role : {"owner", "admin"}) {
    for (const char* id : {"user.list", "audit", "sources", "decisions"})
      EXPECT_EQ(code(Of(role), id), "answers") << id;
  }
  for (const char* id : {"user.list", "audit"}) EXPECT_EQ(code(Of("analyst"), id), "forbidden") << id;
  for (const char* id : {"user.list", "audit", "sources", "sources.rejects"}) {
    for (const char* role : {"manager", "member"}) EXPECT_EQ(code(Of(role, {"berlin"}), id), "forbidden") << role << id;
  }
  EXPECT_EQ(code(Of("viewer", {}, "all"), "sources.rejects"), "forbidden");
}

TEST_F(ScopeTest, ActionsAskForTheirRight) {
  for (const analysis::Action& action : workspace_->engine().catalog().actions()) {
    for (const analysis::Principal& principal : {Of("member", {"berlin"}), Of("viewer", {"berlin"})}) {
      if (principal.Has(action.info.right)) continue;
      const auto answer = workspace_->engine().Act(action.info.id, {}, "", principal);
      ASSERT_FALSE(answer) << action.info.id;
      EXPECT_EQ(answer.error().code(), Code::kForbidden) << action.info.id;
    }
  }
}

TEST_F(ScopeTest, WhomAnotherTeamKnowsIsKnownAndNothingElseIsTold) {
  const auto asked = [](const analysis::Principal& principal, const analysis::RawParams& params) {
    const auto answer = workspace_->engine().Act("identity.match", params, "", principal);
    return answer ? engine::ToJson(*answer) : answer.error().ToString();
  };
  const analysis::RawParams person{{"email", {"parisword@parisword.example"}}};
  const analysis::RawParams company{{"domain", {"parisword.example"}}};
  EXPECT_THAT(asked(Of("owner"), person), AllOf(HasSubstr(R"("yes","generic:pparis")"), HasSubstr("parisword person")));
  EXPECT_THAT(asked(Of("member", {"paris"}), person), HasSubstr(R"("yes","generic:pparis")"));
  for (const analysis::Principal& principal : {Of("member", {"berlin"}), Of("manager", {"berlin"}), Of("member")}) {
    for (const analysis::RawParams& params : {person, company}) {
      const std::string told = asked(principal, params);
      EXPECT_THAT(told, AllOf(HasSubstr(R"("elsewhere",null,null)"), Not(HasSubstr("paris"))));
    }
    // What is not as good as certain is not told at all.
    EXPECT_THAT(asked(principal, {{"name", {"parisword person"}}}), HasSubstr(R"("no",null,null)"));
  }
  EXPECT_THAT(asked(Of("manager", {"berlin"}), {{"email", {"spreeword@spreeword.example"}}}),
              HasSubstr("generic:pspree"));
  const std::string masked = asked(Of("viewer", {}, "all"), person);
  EXPECT_THAT(masked, AllOf(HasSubstr(R"("yes","generic:pparis")"), Not(HasSubstr("parisword"))));
  for (const analysis::Action& action : workspace_->engine().catalog().actions()) {
    EXPECT_EQ(analysis::OnlyAsks(action), action.info.id == "identity.match") << action.info.id;
  }
}

TEST_F(ScopeTest, AccountsAreChangedAndUndoneByDecisions) {
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  const auto act = [&](const std::string& id, const analysis::RawParams& params, const analysis::Principal& by) {
    return workspace_->engine().Act(id, params, "because", by);
  };
  const std::int64_t version = Ask(owner, "status")->data_version;
  ASSERT_TRUE(act("user.add", {{"name", {"olga"}}}, owner));
  ASSERT_TRUE(workspace_->access().ResetPassword("olga", "four words in a row", owner));
  ASSERT_TRUE(act("user.add", {{"name", {"max"}}, {"role", {"manager"}}, {"teams", {"x", "y"}}}, owner));
  const auto set = act("user.set", {{"name", {"max"}}, {"role", {"analyst"}}}, owner);
  ASSERT_TRUE(set) << set.error().ToString();
  EXPECT_EQ(set->data_version, version) << "no number changes, so the data version stays";
  EXPECT_EQ(workspace_->access().accounts().Find("max")->role, access::Role::kAnalyst);
  const std::string id = store::ToText(set->output.tables.front().rows.front().front());
  const auto stranger = act("decisions.undo", {{"decision_id", {id}}}, Of("member", {"berlin"}));
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code(), Code::kForbidden);
  ASSERT_TRUE(act("decisions.undo", {{"decision_id", {id}}}, owner));
  EXPECT_EQ(workspace_->access().accounts().Find("max")->role, access::Role::kManager);
  EXPECT_EQ(act("decisions.undo", {{"decision_id", {id}}}, owner).error().code(), Code::kConflict);
  const std::string decisions = engine::ToJson(*Ask(owner, "decisions"));
  EXPECT_THAT(decisions, AllOf(HasSubstr("user:max"), Not(HasSubstr("argon"))));
  EXPECT_THAT(engine::ToJson(*Ask(Of("analyst"), "decisions")), Not(HasSubstr("user:max")));
  EXPECT_THAT(engine::ToJson(*Ask(owner, "audit")), AllOf(HasSubstr("user.set"), HasSubstr("user:max")));
  EXPECT_THAT(engine::ToJson(*Ask(owner, "user.list")), AllOf(HasSubstr("olga"), Not(HasSubstr("argon"))));
}

TEST_F(ScopeTest, DecisionsAreNumberedOnce) {
  const analysis::Principal owner = analysis::Principal::LocalOwner();
  std::vector<std::jthread> threads;
  threads.reserve(4);
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&, i] {
      const analysis::RawParams params{{"name", {fmt::format("both{}", i)}}};
      EXPECT_TRUE(workspace_->engine().Act("user.add", params, "", owner));
      EXPECT_TRUE(workspace_->engine().Act("settings.set", {{"name", {"language"}}, {"value", {i % 2 ? "en" : "ru"}}},
                                           "", owner));
    });
  }
  threads.clear();
  const auto answer = Ask(owner, "decisions");
  std::set<std::string> numbers;
  for (const auto& row : answer->output.tables.front().rows) numbers.insert(store::ToText(row.front()));
  EXPECT_EQ(numbers.size(), answer->output.tables.front().rows.size());
}

}  // namespace
}  // namespace weir::workspace
