// Queries of people's own: whose rows they read, what they may not read, where they end, and how they are kept.
#include <algorithm>
#include <chrono>
#include <thread>

#include "workspace/scope_fixture.h"

namespace weir::workspace {
namespace {

using ::testing::AllOf;
using ::testing::AnyOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

class QueriesTest : public ScopeFixture {};

TEST_F(QueriesTest, SqlIsForThoseWithTheRight) {
  EXPECT_EQ(Sql(Of("member", {"berlin"}), "SELECT 1").error().code(), Code::kForbidden);
  for (const char* role : {"owner", "admin", "analyst"}) {
    EXPECT_THAT(Told(Of(role), "SELECT name FROM deal"), AllOf(HasSubstr("berlinword"), HasSubstr("parisword")))
        << role;
  }
  for (const char* query : {"SELECT * FROM access.account", "SELECT count(*) FROM model.deal", "SELECT * FROM obs.x",
                            "SELECT * FROM duckdb_tables()", "SELECT * FROM '/etc/passwd'"}) {
    EXPECT_FALSE(Sql(Of("owner"), query)) << query;
  }
}

TEST_F(QueriesTest, QueriesReadTheRowsOfTheCallerAlone) {
  const analysis::Principal manager = Of("manager", {"berlin"});
  const analysis::Principal viewer = Of("viewer", {"spree"});
  std::size_t asked = 0;
  for (const std::string& view : OfferedViews()) {
    if (IsOpen(view) && view != "excluded") continue;
    ++asked;
    const std::string all = "SELECT * FROM " + store::QuoteName(view);
    EXPECT_THAT(Told(manager, all), Not(HasSubstr("paris"))) << view;
    EXPECT_THAT(Told(viewer, all), Not(AnyOf(HasSubstr("paris"), HasSubstr("berlinword")))) << view;
  }
  EXPECT_GT(asked, 30U);
  EXPECT_THAT(Told(manager, "SELECT name FROM deal"), AllOf(HasSubstr("berlinword"), HasSubstr("spreeword")));
  EXPECT_THAT(Told(viewer, "SELECT name FROM deal"), HasSubstr("spreeword"));
  EXPECT_THAT(Told(viewer, "SELECT full_name, email FROM person"), Not(HasSubstr("word")))
      << "a viewer's people are masked";
}

// A condition of the caller must not be tried on rows that are not his: an error, or none, would tell of them.
TEST_F(QueriesTest, ConditionsOfAQueryMeetNoRowOfOthers) {
  const analysis::Principal manager = Of("manager", {"berlin"});
  for (const char* query :
       {"SELECT count(*) FROM deal WHERE CAST(CASE WHEN name LIKE 'paris%' THEN 'x' ELSE '1' END AS INTEGER) = 1",
        "SELECT count(*) FROM scoped.deal WHERE CASE WHEN name LIKE 'paris%' THEN CAST(name AS INTEGER) ELSE 1 END = 1",
        "SELECT count(*) FROM account WHERE CASE WHEN domain LIKE 'paris%' THEN CAST(domain AS INTEGER) ELSE 1 END = 1",
        "SELECT count(*) FROM deal AS d JOIN account AS a ON d.account_id = a.account_id AND CASE WHEN a.name LIKE "
        "'paris%' "
        "THEN CAST(a.name AS INTEGER) ELSE 1 END = 1",
        "SELECT max(CASE WHEN full_name LIKE 'paris%' THEN CAST(full_name AS INTEGER) ELSE 1 END) FROM person",
        "SELECT count(*) FROM activity WHERE CASE WHEN subject LIKE 'paris%' THEN CAST(subject AS INTEGER) ELSE 1 END "
        "= 1",
        "WITH d AS MATERIALIZED (FROM deal) SELECT count(*) FROM d WHERE CASE WHEN name LIKE 'paris%' THEN CAST(name "
        "AS "
        "INTEGER) ELSE 1 END = 1",
        "SELECT count(*) FROM ext_generic__deal__deal WHERE CASE WHEN x_colour LIKE 'paris%' THEN CAST(x_colour AS "
        "INTEGER) "
        "ELSE 1 END = 1"}) {
    const auto answer = Sql(manager, query);
    EXPECT_TRUE(answer) << query << "\n" << (answer ? "" : answer.error().ToString());
    EXPECT_FALSE(Sql(Of("owner"), query)) << "the owner's rows have one that fails: " << query;
  }
}

TEST_F(QueriesTest, EveryOfferedColumnIsThereWithItsType) {
  const auto answer = *Ask(Of("owner"), "sql.views");
  const analysis::Table& columns = *answer.output.Find("columns");
  std::map<std::string, std::map<std::string, std::string>> said;
  for (const auto& row : columns.rows) said[store::ToText(row[0])][store::ToText(row[1])] = store::ToText(row[2]);
  auto snapshot = *workspace_->Take(std::nullopt, {});
  const auto rows = snapshot->session().Query(
      "SELECT table_name, column_name, CASE WHEN data_type = 'VARCHAR' THEN 'text' WHEN data_type = 'BOOLEAN' THEN "
      "'boolean' "
      "WHEN data_type = 'DATE' THEN 'date' WHEN data_type = 'TIMESTAMP' THEN 'instant' WHEN data_type IN ('BIGINT', "
      "'INTEGER') THEN 'integer' ELSE 'decimal' END FROM information_schema.columns WHERE table_schema = 'scoped'");
  std::size_t checked = 0;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    const std::string view = rows->TextAt(i, 0);
    const std::string column = rows->TextAt(i, 1);
    if (!said.contains(view) || column.ends_with("_slot") || view.starts_with("ext_")) continue;
    ASSERT_TRUE(said[view].contains(column))
        << view << "." << column << " is not described in catalog/explore/views.toml";
    std::string type = said[view][column];
    if (type == "money" || type == "share") type = "decimal";
    EXPECT_EQ(type, rows->TextAt(i, 2)) << view << "." << column;
    said[view].erase(column);
    ++checked;
  }
  EXPECT_GT(checked, 500U);
  for (const auto& [view, left] : said) {
    if (view.starts_with("ext_")) continue;
    EXPECT_THAT(left, IsEmpty()) << view;
  }
}

// A view is offered to queries or left out on purpose.
TEST_F(QueriesTest, EveryViewIsOfferedOrLeftOutOnPurpose) {
  const std::set<std::string> inner{"cleaned_value",
                                    "field_fix",
                                    "forecast_word",
                                    "recipe_version",
                                    "data_moment",
                                    "enrichment",
                                    "source_rank",
                                    "column_profile",
                                    "correction",
                                    "custom_column",
                                    "deal_talk",
                                    "department_head",
                                    "diagnosis_seal",
                                    "duplicate_record",
                                    "emptied_field",
                                    "leak_state",
                                    "mart",
                                    "member_decision",
                                    "metric_file",
                                    "metric_proposal",
                                    "metric_seal",
                                    "payer_namesake",
                                    "planned_activity",
                                    "record_alias",
                                    "record_place",
                                    "refusal",
                                    "search_entry",
                                    "search_term",
                                    "search_word",
                                    "setting",
                                    "survey_count",
                                    "account_check",
                                    "account_worth",
                                    "entity_source",
                                    "identity_word",
                                    "identity_contact_host",
                                    "identity_move",
                                    "identity_size",
                                    "identity_source",
                                    "identity_calibration",
                                    "field_sight",
                                    "field_write",
                                    "field_writer",
                                    "lead_check",
                                    "person_check",
                                    "person_worth",
                                    "unread_value",
                                    "identity_pair",
                                    "identity_verdict",
                                    "record_link",
                                    "deal_company_record"};
  const std::vector<std::string> offered = OfferedViews();
  for (const std::string& view : Views()) {
    const bool is_inner = inner.contains(view) || view.ends_with("_brief") || view.starts_with("ext_");
    const bool is_offered = std::ranges::find(offered, view) != offered.end();
    EXPECT_TRUE(is_inner || is_offered) << view << ": describe it in catalog/explore/views.toml";
    if (view.starts_with("ext_")) continue;
    EXPECT_FALSE(is_inner && is_offered) << view;
  }
}

TEST_F(QueriesTest, QueriesAreKeptByDecisions) {
  const auto act = [](const std::string& id, const analysis::RawParams& params, const analysis::Principal& by) {
    return workspace_->engine().Act(id, params, "", by);
  };
  const auto named = [](const std::string& name, const std::string& role) {
    analysis::Principal principal = Of(role, {}, role == "viewer" ? "all" : "");
    principal.user = name;
    return principal;
  };
  const analysis::Principal ann = named("ann", "analyst");
  const analysis::Principal bob = named("bob", "viewer");
  const std::int64_t version = Ask(ann, "status")->data_version;
  const auto saved =
      act("sql.save", {{"name", {" Won by month "}}, {"query", {"SELECT 1"}}, {"chart", {"{\"kind\":\"bar\"}"}}}, ann);
  ASSERT_TRUE(saved) << saved.error().ToString();
  EXPECT_EQ(saved->data_version, version) << "no number changes";
  const std::string subject = store::ToText(saved->output.tables.front().rows.front()[3]);
  ASSERT_TRUE(subject.starts_with("query:"));
  const std::string id = subject.substr(6);
  const auto list = [](const analysis::Principal& by) { return engine::ToJson(*Ask(by, "sql.queries")); };
  EXPECT_THAT(list(ann), AllOf(HasSubstr("\"Won by month\""), HasSubstr("bar")));
  EXPECT_THAT(list(bob), Not(HasSubstr("Won by month"))) << "it is not shared";
  EXPECT_THAT(engine::ToJson(*Ask(Of("owner"), "decisions")), Not(HasSubstr("Won by month")));
  EXPECT_EQ(act("sql.remove", {{"id", {id}}}, bob).error().code(), Code::kNotFound);
  const auto shared =
      act("sql.save", {{"id", {id}}, {"name", {"Won"}}, {"query", {"SELECT 2"}}, {"shared", {"true"}}}, ann);
  ASSERT_TRUE(shared) << shared.error().ToString();
  EXPECT_THAT(list(bob), AllOf(HasSubstr("\"Won\""), HasSubstr("SELECT 2")));
  EXPECT_EQ(act("sql.remove", {{"id", {id}}}, bob).error().code(), Code::kForbidden);
  EXPECT_THAT(engine::ToJson(*Ask(Of("owner"), "decisions")), HasSubstr("SELECT 2"));
  ASSERT_TRUE(act("sql.remove", {{"id", {id}}}, Of("owner"))) << "who may change settings may remove a shared one";
  EXPECT_THAT(list(ann), Not(HasSubstr("\"Won\"")));
  const auto decision_of = [](const engine::Answer& answer) {
    return store::ToText(answer.output.tables.front().rows.front()[0]);
  };
  EXPECT_EQ(act("decisions.undo", {{"decision_id", {decision_of(*shared)}}}, ann).error().code(), Code::kConflict);
  const auto gone = act("sql.save", {{"name", {"Other"}}, {"query", {"SELECT 3"}}}, ann);
  ASSERT_TRUE(act("decisions.undo", {{"decision_id", {decision_of(*gone)}}}, ann));
  EXPECT_THAT(list(ann), Not(HasSubstr("Other")));
  for (const analysis::RawParams& wrong :
       std::vector<analysis::RawParams>{{{"name", {" "}}, {"query", {"SELECT 1"}}},
                                        {{"name", {"x"}}, {"query", {"  "}}},
                                        {{"name", {"x"}}, {"query", {"SELECT 1"}}, {"chart", {"[1]"}}},
                                        {{"name", {"x"}}, {"query", {std::string(20'001, 'x')}}},
                                        {{"name", {std::string(201, 'x')}}, {"query", {"SELECT 1"}}}}) {
    EXPECT_FALSE(act("sql.save", wrong, ann));
  }
  EXPECT_EQ(act("sql.save", {{"name", {"x"}}, {"query", {"SELECT 1"}}}, Of("member")).error().code(), Code::kForbidden);
}

TEST_F(QueriesTest, ViewsAreKeptAsQueriesAre) {
  const auto act = [](const std::string& id, const analysis::RawParams& params, const analysis::Principal& by) {
    return workspace_->engine().Act(id, params, "", by);
  };
  analysis::Principal ann = Of("member", {"berlin"});
  ann.user = "ann";
  const analysis::Principal bob = Of("manager", {"paris"});
  const auto list = [](const analysis::Principal& by) {
    const auto answer = Ask(by, "views.list");
    return answer ? engine::ToJson(*answer) : answer.error().ToString();
  };
  const analysis::RawParams own{{"name", {"My quarter"}}, {"place", {"/catalog/won_amount?period=last_quarter"}}};
  const auto saved = act("views.save", own, ann);
  ASSERT_TRUE(saved) << saved.error().ToString();
  const std::string id = store::ToText(saved->output.tables.front().rows.front()[3]).substr(5);
  EXPECT_THAT(list(ann), AllOf(HasSubstr("My quarter"), HasSubstr("/catalog/won_amount?period=last_quarter")));
  EXPECT_THAT(list(bob), Not(HasSubstr("My quarter"))) << "it is not shared";
  EXPECT_THAT(engine::ToJson(*Ask(Of("owner"), "decisions")), Not(HasSubstr("My quarter")));
  analysis::RawParams shared = own;
  shared["id"] = {id};
  shared["shared"] = {"true"};
  EXPECT_EQ(act("views.save", shared, bob).error().code(), Code::kNotFound);
  ASSERT_TRUE(act("views.save", shared, ann));
  EXPECT_THAT(list(bob), HasSubstr("My quarter"));
  EXPECT_EQ(act("views.remove", {{"id", {id}}}, bob).error().code(), Code::kForbidden);
  EXPECT_THAT(engine::ToJson(*Ask(Of("owner"), "metrics.uses", {{"metric", {"won_amount"}}})), HasSubstr("My quarter"));
  const auto removed = act("views.remove", {{"id", {id}}}, ann);
  ASSERT_TRUE(removed);
  EXPECT_THAT(list(ann), Not(HasSubstr("My quarter")));
  const std::string decision = store::ToText(removed->output.tables.front().rows.front()[0]);
  ASSERT_TRUE(act("decisions.undo", {{"decision_id", {decision}}}, Of("owner")));
  EXPECT_THAT(list(ann), HasSubstr("My quarter"));
  for (const char* elsewhere : {"https://example.com/", "//example.com/x", "/\\example.com", "javascript:alert(1)", "x",
                                "/a b", "/api/v1/metrics", "", "/a#b", "/\xc3\xa9"}) {
    EXPECT_FALSE(act("views.save", {{"name", {"x"}}, {"place", {elsewhere}}}, ann)) << elsewhere;
  }
  EXPECT_FALSE(act("views.save", {{"name", {"x"}}, {"place", {"/" + std::string(8'001, 'x')}}}, ann));
}

TEST_F(QueriesTest, CommentsAreSeenByWhomTheNumberIsSeen) {
  const auto act = [](const std::string& id, const analysis::RawParams& params, const analysis::Principal& by) {
    return workspace_->engine().Act(id, params, "", by);
  };
  const auto named = [](const std::string& name, const std::string& role, const std::vector<std::string>& teams) {
    analysis::Principal principal = Of(role, teams);
    principal.user = name;
    return principal;
  };
  const analysis::Principal ann = named("ann", "manager", {"berlin"});
  const analysis::Principal bob = named("bob", "manager", {"berlin"});
  const analysis::Principal eve = named("eve", "manager", {"paris"});
  const auto list = [](const analysis::Principal& by, const analysis::RawParams& params = {}) {
    return engine::ToJson(*Ask(by, "comments", params));
  };
  const auto cell = [](const engine::Answer& answer, std::size_t column) {
    return store::ToText(answer.output.tables.front().rows.front()[column]);
  };
  const std::int64_t version = Ask(ann, "status")->data_version;
  const auto added = act("comments.add",
                         {{"subject", {"metric:won_amount"}},
                          {"place", {"/catalog/won_amount?period=last_quarter"}},
                          {"text", {" Why so <b>low</b>? "}}},
                         ann);
  ASSERT_TRUE(added) << added.error().ToString();
  EXPECT_EQ(added->data_version, version) << "no number changes";
  ASSERT_TRUE(cell(*added, 3).starts_with("comment:"));
  const std::string id = cell(*added, 3).substr(8);
  EXPECT_THAT(list(bob), AllOf(HasSubstr("Why so <b>low</b>?"), HasSubstr("last_quarter")));
  EXPECT_THAT(list(Of("owner")), HasSubstr("Why so"));
  EXPECT_THAT(list(eve), Not(HasSubstr("Why so"))) << "her rows are others";
  EXPECT_THAT(list(bob, {{"subject", {"metric:win_rate"}}}), Not(HasSubstr("Why so")));
  for (const char* action : {"comments.resolve", "comments.remove"}) {
    EXPECT_EQ(act(action, {{"id", {id}}}, eve).error().code(), Code::kNotFound) << action;
  }
  EXPECT_EQ(act("comments.remove", {{"id", {id}}}, bob).error().code(), Code::kForbidden);
  for (const analysis::Principal& other : {bob, Of("owner")}) {
    EXPECT_EQ(act("comments.edit", {{"id", {id}}, {"text", {"x"}}}, other).error().code(), Code::kForbidden);
  }
  ASSERT_TRUE(act("comments.edit", {{"id", {id}}, {"text", {"Why so low in May?"}}}, ann));
  EXPECT_THAT(list(bob), AllOf(HasSubstr("in May"), Not(HasSubstr("<b>"))));
  EXPECT_EQ(act("decisions.undo", {{"decision_id", {cell(*added, 0)}}}, ann).error().code(), Code::kConflict);
  const auto resolved = act("comments.resolve", {{"id", {id}}}, bob);
  ASSERT_TRUE(resolved) << resolved.error().ToString();
  EXPECT_THAT(list(ann), Not(HasSubstr("in May")));
  EXPECT_THAT(list(ann, {{"all", {"true"}}}), HasSubstr("in May"));
  EXPECT_EQ(act("comments.resolve", {{"id", {id}}}, ann).error().code(), Code::kConflict) << "it is resolved already";
  EXPECT_FALSE(act("decisions.undo", {{"decision_id", {cell(*resolved, 0)}}}, eve));
  ASSERT_TRUE(act("decisions.undo", {{"decision_id", {cell(*resolved, 0)}}}, bob));
  EXPECT_THAT(list(ann), HasSubstr("in May"));
  const auto removed = act("comments.remove", {{"id", {id}}}, ann);
  ASSERT_TRUE(removed) << removed.error().ToString();
  EXPECT_THAT(list(ann, {{"all", {"true"}}}), Not(HasSubstr("in May")));
  ASSERT_TRUE(act("decisions.undo", {{"decision_id", {cell(*removed, 0)}}}, Of("owner")));
  EXPECT_THAT(list(ann), HasSubstr("in May"));
}

TEST_F(QueriesTest, CommentsOfRecordsAreSeenWithTheRecordAlone) {
  const auto deals = Sql(Of("owner"), "SELECT deal_id FROM deal WHERE name LIKE 'paris%' ORDER BY deal_id");
  const std::string deal = store::ToText(deals->output.tables.front().rows.at(0).at(0));
  const auto add = [](const std::string& subject, const std::string& text, const analysis::Principal& by,
                      const std::string& place = "") {
    return workspace_->engine().Act("comments.add", {{"subject", {subject}}, {"text", {text}}, {"place", {place}}}, "",
                                    by);
  };
  const auto named = [](const std::string& name, const std::string& team) {
    analysis::Principal principal = Of("manager", {team});
    principal.user = name;
    return principal;
  };
  const analysis::Principal guesser = named("guesser", "berlin");
  const auto guessed = add("deal:" + deal, "of a foreign deal", guesser);
  ASSERT_FALSE(guessed);
  EXPECT_EQ(guessed.error().code(), Code::kNotFound);
  EXPECT_EQ(add("deal:none", "x", guesser).error().code(), Code::kNotFound)
      << "a foreign deal looks like one of nobody";
  ASSERT_TRUE(add("deal:" + deal, "of +49 30 1234", Of("owner")));
  const auto list = [](const analysis::Principal& by) { return engine::ToJson(*Ask(by, "comments")); };
  EXPECT_THAT(list(named("eve", "paris")), HasSubstr("of +49 30 1234")) << "who sees the deal sees what is said of it";
  EXPECT_THAT(list(guesser), Not(HasSubstr(deal)));
  analysis::Principal masked = named("max", "paris");
  masked.sees_personal_data = false;
  EXPECT_THAT(list(masked), AllOf(HasSubstr(deal), Not(HasSubstr("1234")))) << "free text may hold personal data";
  EXPECT_FALSE(workspace_->engine().Act(
      "comments.add", {{"subject", {"metric:won_amount"}}, {"text", {"@nobody"}}, {"mentions", {"nobody"}}}, "",
      Of("owner")));
  EXPECT_EQ(add("metric:won_amounts", "x", Of("owner")).error().code(), Code::kNotFound);
  for (const char* subject : {"won_amount", "metric:", "ticket:1", ""}) {
    EXPECT_FALSE(add(subject, "x", Of("owner"))) << subject;
  }
  for (const char* place : {"https://example.com", "//example.com", "/a b", "/api/v1/status"}) {
    EXPECT_FALSE(add("metric:won_amount", "x", Of("owner"), place)) << place;
  }
  for (const std::string& text : {std::string(" "), std::string("a\x01"), std::string(4001, 'x')}) {
    EXPECT_FALSE(add("metric:won_amount", text, Of("owner")));
  }
}

TEST_F(QueriesTest, QueriesEndAtTheirLimits) {
  const auto act = [](const std::string& value) {
    return workspace_->engine().Act("settings.set", {{"name", {"sql_seconds"}}, {"value", {value}}}, "",
                                    analysis::Principal::LocalOwner());
  };
  EXPECT_FALSE(act("0"));
  EXPECT_FALSE(act("301"));
  ASSERT_TRUE(act("1"));
  const char* endless = "SELECT count(*) FROM range(10000000) AS a, range(10000000) AS b WHERE a.range + b.range = 7";
  const auto began = std::chrono::steady_clock::now();
  const auto late = Sql(Of("owner"), endless);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), Code::kTooLarge) << late.error().ToString();
  EXPECT_THAT(late.error().ToString(), HasSubstr("sql_seconds"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, std::chrono::seconds(20));
  ASSERT_TRUE(act("60"));
  // Whoever goes away ends it.
  std::stop_source stop;
  const std::jthread leaver([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stop.request_stop();
  });
  engine::Question question;
  question.id = "sql";
  question.params = {{"query", {endless}}};
  const auto left = workspace_->engine().Ask(question, Of("owner"), {}, stop.get_token());
  ASSERT_FALSE(left);
  EXPECT_EQ(left.error().code(), Code::kCancelled) << left.error().ToString();
  const auto cut = Sql(Of("owner"), "SELECT * FROM range(100001)");
  ASSERT_TRUE(cut) << cut.error().ToString();
  EXPECT_EQ(cut->output.tables.front().rows.size(), 100'000U);
  ASSERT_FALSE(cut->output.warnings.empty());
  EXPECT_EQ(cut->output.warnings.front().code, "cut");
  const auto wide = Sql(Of("owner"),
                        "SELECT string_agg(md5(CAST(n AS VARCHAR)), '') AS t FROM range(2000000) AS r(n) GROUP BY n "
                        "// 20000");
  ASSERT_TRUE(wide) << wide.error().ToString();
  EXPECT_LT(wide->output.tables.front().rows.size(), 100U) << "33 million bytes are enough";
  EXPECT_TRUE(Sql(Of("owner"), "SELECT * FROM range(100000)")->output.warnings.empty());
  ASSERT_TRUE(act("30"));
}

TEST_F(QueriesTest, FaultsOfAQueryAreToldAtTheirPlace) {
  const auto told = [](const std::string& query) {
    const auto answer = Sql(Of("owner"), query);
    return answer ? "answered" : answer.error().ToString();
  };
  EXPECT_THAT(told("SELECT amount,\n  naem FROM deal"), HasSubstr("query:2:3: there is no column 'naem' here"));
  EXPECT_THAT(told("SELECT naem FROM deal"), HasSubstr("Did you mean 'name'?"));
  EXPECT_THAT(told("SELECT home_slot FROM deal"), HasSubstr("there is no column 'home_slot'"))
      << "it is not documented";
  EXPECT_THAT(told("SELECT 'é', CAST(name AS DATE) FROM scoped.deal"), HasSubstr("query:1:13: "));
  EXPECT_THAT(told("SELECT sum(name) FROM deal"), HasSubstr("query:1:8: "));
}

TEST_F(QueriesTest, QueriesAreAskedAsOfAMomentAndOfADataVersion) {
  engine::Question question;
  question.id = "sql";
  question.params = {{"query", {"SELECT as_of_date, (SELECT count(*) FROM deal) AS deals FROM moment"}}};
  question.as_of = "2024-06-30";
  const auto before = workspace_->engine().Ask(question, Of("owner"));
  ASSERT_TRUE(before) << before.error().ToString();
  EXPECT_EQ(store::ToText(before->output.tables.front().rows[0][0]), "2024-06-30");
  EXPECT_EQ(store::ToText(before->output.tables.front().rows[0][1]), "0") << "the deals were made later";
  question.as_of.clear();
  EXPECT_EQ(store::ToText(workspace_->engine().Ask(question, Of("owner"))->output.tables.front().rows[0][1]), "3");
  question.known_at = 0;
  const auto unknown = workspace_->engine().Ask(question, Of("owner"));
  ASSERT_TRUE(unknown) << unknown.error().ToString();
  EXPECT_EQ(store::ToText(unknown->output.tables.front().rows[0][1]), "0") << "nothing was known then";
}

}  // namespace
}  // namespace weir::workspace
