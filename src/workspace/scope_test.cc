// Rights below the analyses: a secret is planted in every table in the rows of one team; whoever is of another team
// asks everything there is to ask and must not find it.
#include <filesystem>
#include <fstream>
#include <map>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "access/account.h"
#include "workspace/workspace.h"

namespace weir::workspace {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::Not;

// What belongs to the company and not to a team.
const std::set<std::string>& ForEverybody() {
  static const std::set<std::string> views{
      "agreement", "calendar", "campaign", "content", "goal",    "history_coverage", "custom_column",  "initiative",
      "process",   "product",  "spend",    "stage",   "setting", "source_freshness", "stage_sighting", "tool"};
  return views;
}

// Ids and words that lead to rows: what reads them joins them with a view that asks, and tells nothing else.
const std::set<std::string>& LeadingToRows() {
  static const std::set<std::string> views{"excluded", "record_alias", "record_place", "search_term", "search_word"};
  return views;
}

bool IsOpen(const std::string& view) { return ForEverybody().contains(view) || LeadingToRows().contains(view); }

// One row of each table for the team; `w` stands in each text, `k` in each key.
std::vector<std::pair<std::string, std::string>> RowsOf(const std::string& k, const std::string& w) {
  const std::string mail = w + "@" + w + ".example";
  return {
      {"member", fmt::format("m{0},{1} member,{2},t{0}", k, w, mail)},
      {"account", fmt::format("a{0},{1} account,{1}.example,m{0},2025-01-01,{1} tier", k, w)},
      {"person", fmt::format("p{0},a{0},{1} person,{2},+4930123456{3}", k, w, mail, k.size())},
      {"lead", fmt::format("l{0},{1} lead,{2},{1} company,m{0},2025-01-02", k, w, mail)},
      {"deal",
       fmt::format("d{0},{1} deal,a{0},p{0},Won,won,100,EUR,2025-01-03,2025-02-01,m{0},t{0},{1} step,{1} colour", k,
                   w)},
      {"deal-line", fmt::format("dl{0},d{0},{1} line,1,100,100,EUR", k, w)},
      {"deal-contact", fmt::format("d{0},p{0},{1} role", k, w)},
      {"activity", fmt::format("ac{0},call,out,{1} subject,m{0},p{0},a{0},d{0},2025-01-04T10:00:00Z", k, w)},
      {"touch", fmt::format("to{0},p{0},a{0},{1} channel,visit,2025-01-02T10:00:00Z", k, w)},
      {"ticket", fmt::format("ti{0},a{0},p{0},{1} ticket,open,2025-01-05T10:00:00Z", k, w)},
      {"contract", fmt::format("c{0},a{0},d{0},active,100,EUR,2025-02-01,2026-02-01", k)},
      {"subscription", fmt::format("s{0},a{0},active,1,100,month,EUR,2025-02-01T00:00:00Z,2025-02-01T00:00:00Z", k)},
      {"invoice", fmt::format("i{0},{1} number,a{0},s{0},paid,2025-02-02T00:00:00Z,100,100,EUR", k, w)},
      {"invoice-line", fmt::format("il{0},i{0},s{0},{1} description,1,100,EUR", k, w)},
      {"payment", fmt::format("pa{0},i{0},a{0},2025-02-03T00:00:00Z,100,EUR,{1} status", k, w)},
      {"call",
       fmt::format("ca{0},2025-01-04T11:00:00Z,in,+4930765432{2},600,{1} queue,m{0},a{0},answered", k, w, k.size())},
      {"message", fmt::format("me{0},a{0},p{0},{1} channel,in,2025-01-06T10:00:00Z", k, w)},
      {"survey-answer", fmt::format("sa{0},a{0},p{0},nps,9,{1} comment,2025-02-02T00:00:00Z", k, w)},
  };
}

const std::map<std::string, std::string>& Headers() {
  static const std::map<std::string, std::string> headers{
      {"member", "key,name,email,team_key"},
      {"account", "key,name,domain,owner_key,created_at,Tier"},
      {"person", "key,account_key,full_name,email,phone"},
      {"lead", "key,full_name,email,company,owner_key,created_at"},
      {"deal",
       "key,name,account_key,person_key,stage,stage_kind,amount,currency,created_at,close_date,owner_key,team_key,next_"
       "step,Colour"},
      {"deal-line", "key,deal_key,product_name,quantity,unit_price,amount,currency"},
      {"deal-contact", "deal_key,person_key,role"},
      {"activity", "key,kind,direction,subject,owner_key,person_key,account_key,deal_key,at"},
      {"touch", "key,person_key,account_key,channel,kind,at"},
      {"ticket", "key,account_key,person_key,subject,status,created_at"},
      {"contract", "key,account_key,deal_key,status,amount,currency,start_date,end_date"},
      {"subscription", "key,account_key,status,quantity,unit_price,interval,currency,created_at,started_at"},
      {"invoice", "key,number,account_key,subscription_key,status,issued_at,total,amount_paid,currency"},
      {"invoice-line", "key,invoice_key,subscription_key,description,quantity,amount,currency"},
      {"payment", "key,invoice_key,account_key,at,amount,currency,status"},
      {"call", "key,at,direction,from_number,to_number,queue,member_key,account_key,outcome"},
      {"message", "key,account_key,person_key,channel,direction,at"},
      {"survey-answer", "key,account_key,person_key,kind,score,comment,at"},
  };
  return headers;
}

class ScopeTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    root_ = std::filesystem::path(testing::TempDir()) / "weir-scope";
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "in");
    // Berlin has Spree below it; Paris is beside them.
    std::ofstream(root_ / "in" / "weir-team.csv") << "key,name,parent_key\ntberlin,berlinword team,\n"
                                                     "tspree,spreeword team,tberlin\ntparis,parisword team,\n";
    std::map<std::string, std::string> files;
    for (const char* team : {"berlin", "spree", "paris"}) {
      for (const auto& [table, row] : RowsOf(team, std::string(team) + "word")) files[table] += row + "\n";
    }
    ImportRequest request;
    request.inputs.push_back({.path = root_ / "in", .descriptor = -1, .name = "in"});
    for (const auto& [table, rows] : files) {
      std::ofstream(root_ / "in" / ("weir-" + table + ".csv")) << Headers().at(table) << "\n" << rows;
    }
    auto opened = Workspace::Open(
        {.home = root_ / "home", .create = true, .threads = 1, .accounts = {.cost = access::PasswordCost::Least()}});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
    const auto imported = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(imported) << imported.error().ToString();
    ASSERT_THAT(engine::ToJson(*imported), Not(HasSubstr("\"unrecognised\"")));
  }
  static void TearDownTestSuite() {
    workspace_.reset();
    std::filesystem::remove_all(root_);
  }

  static std::string TeamId(const std::string& team) {
    auto snapshot = *workspace_->Take(std::nullopt, {});
    return store::ToText(*snapshot->session().QueryValue(
        "SELECT max(team_id) FROM model.team_version WHERE name LIKE '" + team + "word%'"));
  }

  static analysis::Principal Of(const std::string& role, const std::vector<std::string>& teams = {},
                                const std::string& rows = {}) {
    access::AccountFields fields{.role = role};
    std::vector<std::string> ids;
    ids.reserve(teams.size());
    for (const std::string& team : teams) ids.push_back(TeamId(team));
    if (!ids.empty()) fields.teams = ids;
    if (!rows.empty()) fields.rows = rows;
    const auto account = access::WithFields({.name = role}, fields, true);
    EXPECT_TRUE(account) << (account ? "" : account.error().ToString());
    return access::PrincipalOf(*account, "test");
  }

  // The rows of a view as one text.
  static std::string Read(const analysis::Principal& principal, const std::string& view) {
    const auto snapshot = *workspace_->Take(std::nullopt, {});
    EXPECT_TRUE(snapshot->Scope(principal, snapshot->newest()));
    const auto rows = snapshot->session().Query("SELECT * FROM scoped." + store::QuoteName(view));
    EXPECT_TRUE(rows) << view << ": " << (rows ? "" : rows.error().ToString());
    std::string text;
    for (const auto& row : rows->rows) {
      for (const store::Value& value : row) text += store::ToText(value) + "|";
    }
    return text;
  }

  static std::vector<std::string> Views() {
    auto snapshot = *workspace_->Take(std::nullopt, {});
    const auto rows = snapshot->session().Query(
        "SELECT table_name FROM information_schema.tables WHERE table_schema = 'scoped' ORDER BY 1");
    std::vector<std::string> names;
    names.reserve(rows->size());
    for (std::size_t i = 0; i < rows->size(); ++i) names.push_back(rows->TextAt(i, 0));
    return names;
  }

  static Result<engine::Answer> Ask(const analysis::Principal& principal, const std::string& id,
                                    const analysis::RawParams& params = {},
                                    std::optional<engine::ExplainRequest> explain = {}) {
    engine::Question question;
    question.id = id;
    question.params = params;
    question.explain = std::move(explain);
    return workspace_->engine().Ask(question, principal);
  }

  static std::filesystem::path root_;
  static std::unique_ptr<Workspace> workspace_;
};

std::filesystem::path ScopeTest::root_;
std::unique_ptr<Workspace> ScopeTest::workspace_;

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
                      body.find("sees_all_rows") != std::string::npos;
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
  if (id == "customers.search") return {{"text", {"paris"}}};
  if (id == "customers.account") return {{"id", {"generic:aparis"}}};
  if (id == "customers.person") return {{"id", {"generic:pparis"}}};
  if (id == "customers.deal") return {{"id", {"generic:dparis"}}};
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

TEST_F(ScopeTest, SqlIsForThoseWithTheRightAndReadsNoAccounts) {
  const auto sql = [](const analysis::Principal& principal, const std::string& query) {
    return Ask(principal, "sql", {{"query", {query}}});
  };
  for (const char* role : {"manager", "member"}) {
    EXPECT_EQ(sql(Of(role, {"berlin"}), "SELECT 1").error().code(), Code::kForbidden) << role;
  }
  EXPECT_EQ(sql(Of("viewer", {}, "all"), "SELECT 1").error().code(), Code::kForbidden);
  const analysis::Principal analyst = Of("analyst");
  EXPECT_TRUE(sql(analyst, "WITH won AS (SELECT * FROM scoped.deal) SELECT count(*) FROM won, range(2) AS r"));
  EXPECT_TRUE(sql(analyst, "SELECT count(*) FROM model.deal"));
  for (const char* query :
       {"SELECT * FROM access.account", "SELECT * FROM \"access\".session", "FROM access.audit",
        "SELECT * FROM query('SELECT * FROM access.account')", "SELECT * FROM query_table('access.account')",
        "SELECT (SELECT max(password_hash) FROM access.account)", "SELECT * FROM duckdb_tables()",
        "WITH account AS (SELECT 1) SELECT * FROM access.account", "SELECT * FROM read_csv('/etc/passwd')",
        "SELECT * FROM '/etc/passwd'", "DELETE FROM access.audit", "SELECT 1) AS a; DROP TABLE access.audit; SELECT (1",
        "SELECT 1) AS a, (SELECT * FROM access.account", "DESCRIBE access.account", "SUMMARIZE access.account"}) {
    EXPECT_FALSE(sql(analyst, query)) << query;
    EXPECT_FALSE(sql(Of("owner"), query)) << query;
  }
  analysis::Principal masked = analyst;
  masked.sees_personal_data = false;
  EXPECT_TRUE(sql(masked, "SELECT count(*) FROM scoped.person"));
  EXPECT_FALSE(sql(masked, "SELECT email FROM model.person_version"));
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
