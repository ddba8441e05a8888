#include "explore/statement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/database.h"

namespace weir::explore {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class StatementTest : public ::testing::Test {
 protected:
  StatementTest() : database_(*store::Database::Open({}, {.threads = 1})), connection_(*database_.Connect()) {}

  Result<Statement> Check(std::string_view text) { return CheckStatement(connection_, text, offer_); }
  std::vector<std::string> Reads(std::string_view text) {
    const auto statement = Check(text);
    if (!statement) return {statement.error().ToString()};
    std::vector<std::string> names;
    for (const View* view : statement->reads) names.push_back(view->name);
    return names;
  }
  // "2:15 there is no view 'dael'. Did you mean 'deal'?"
  std::string Refusal(std::string_view text) {
    const auto statement = Check(text);
    if (statement) return "taken";
    const Error& error = statement.error();
    std::string told = error.place().line == 0 ? "" : fmt::format("{}:{} ", error.place().line, error.place().column);
    told += error.message();
    return error.hint().empty() ? told : told + ". " + error.hint();
  }

  Offer offer_ = *Offer::BuiltIn();
  store::Database database_;
  store::Connection connection_;
};

TEST_F(StatementTest, TakesWhatPeopleAsk) {
  for (const char* query : {
           "SELECT 1",
           "SELECT * FROM deal",
           "SELECT * FROM scoped.deal;",
           "select Deal_Id from DEAL where Status = 'won'",
           "FROM deal SELECT stage, count(*) GROUP BY ALL ORDER BY ALL",
           "SELECT owner, sum(amount_reporting) AS won FROM deal WHERE status = 'won' GROUP BY 1 HAVING won > 10 LIMIT "
           "5",
           "WITH won AS (SELECT * FROM deal WHERE status = 'won'), big AS (SELECT * FROM won WHERE amount > 10) SELECT "
           "count(*) FROM big JOIN account USING (account_id)",
           "WITH RECURSIVE t(id, depth) AS (SELECT team_id, 0 FROM team WHERE parent_team_id IS NULL UNION ALL SELECT "
           "c.team_id, depth + 1 FROM team AS c JOIN t ON c.parent_team_id = t.id) SELECT * FROM t",
           "SELECT date_trunc('month', close_date), count(*) FILTER (WHERE status = 'won') FROM deal GROUP BY 1",
           "SELECT stage, row_number() OVER (PARTITION BY pipeline ORDER BY amount DESC) AS place FROM deal QUALIFY "
           "place = 1",
           "SELECT sum(amount) OVER w FROM deal WINDOW w AS (ORDER BY created_at ROWS BETWEEN 1 PRECEDING AND CURRENT "
           "ROW)",
           "SELECT CASE WHEN amount > 1 THEN 'a' ELSE 'b' END, coalesce(stage, '-'), amount::DECIMAL(10,2) FROM deal",
           "SELECT * EXCLUDE (name) REPLACE (amount * 2 AS amount) FROM deal",
           "SELECT COLUMNS('amount.*') FROM deal",
           "SELECT name FROM deal WHERE name ILIKE '%a%' AND name SIMILAR TO '[a-z]+' AND stage IN ('x') AND amount "
           "BETWEEN "
           "1 AND 2 AND EXISTS (SELECT 1 FROM account WHERE account.account_id = deal.account_id)",
           "SELECT extract(year FROM close_date), close_date + INTERVAL 3 MONTH, DATE '2026-01-01' - close_date FROM "
           "deal",
           "SELECT created_at AT TIME ZONE 'UTC' FROM deal",
           "SELECT stage, pipeline, count(*) FROM deal GROUP BY GROUPING SETS ((stage), (pipeline), ())",
           "SELECT 1 UNION ALL SELECT 2 EXCEPT SELECT 3",
           "VALUES (1, 'a'), (2, 'b')",
           "SELECT n FROM generate_series(1, 10) AS g(n), LATERAL (SELECT n + 1) AS m",
           "SELECT unnest([1, 2, 3])",
           "SELECT list_transform(list(stage), lambda x: upper(x))::VARCHAR FROM deal",
           "SELECT d.name FROM deal AS d ASOF JOIN activity AS a ON d.deal_id = a.deal_id AND d.created_at >= a.\"at\"",
           "SELECT as_of_date - created_date FROM deal, moment",
           "SELECT DISTINCT ON (account_id) name FROM deal ORDER BY account_id, amount DESC",
           "SELECT trim(BOTH ' ' FROM name), substring(name FROM 1 FOR 2), position('a' IN name), name LIKE 'a!%' "
           "ESCAPE '!' "
           "FROM deal",
           "SELECT x, y FROM (SELECT 1 AS x) AS a CROSS JOIN (SELECT 2 AS y) AS b",
           "SELECT 'it''s; fine' -- a remark; with a semicolon\n;",
           "SELECT amount // 2, amount % 2, amount ^ 2, -amount, amount || '' FROM deal",
           "SELECT count(DISTINCT account_id), string_agg(name, ', ' ORDER BY name), quantile_cont(amount, 0.9) FROM "
           "deal",
           "SELECT local_date(created_at) FROM deal",
           "TABLE deal",
           "(SELECT 1)",
       }) {
    const auto statement = Check(query);
    EXPECT_TRUE(statement) << query << "\n" << (statement ? "" : statement.error().ToString());
  }
}

// Each must be refused with words of ours and a way out; whatever it would do is never tried.
TEST_F(StatementTest, RefusesEverythingElse) {
  for (const char* query : {
           // Statements that are no SELECT.
           "INSERT INTO deal VALUES (1)",
           "UPDATE deal SET name = 'x'",
           "DELETE FROM deal",
           "DROP VIEW deal",
           "CREATE TABLE t AS SELECT 1",
           "CREATE MACRO m() AS 1",
           "ALTER TABLE deal ADD COLUMN x INT",
           "TRUNCATE deal",
           "COPY (SELECT 1) TO '/tmp/x.csv'",
           "COPY deal FROM '/tmp/x.csv'",
           "EXPORT DATABASE '/tmp/x'",
           "IMPORT DATABASE '/tmp/x'",
           "ATTACH '/tmp/x.db'",
           "DETACH weir",
           "INSTALL httpfs",
           "LOAD httpfs",
           "SET memory_limit = '1TB'",
           "RESET memory_limit",
           "SET VARIABLE sees_all_rows = TRUE",
           "PRAGMA database_list",
           "PRAGMA version",
           "CALL pragma_version()",
           "CHECKPOINT",
           "VACUUM",
           "ANALYZE",
           "BEGIN",
           "COMMIT",
           "ROLLBACK",
           "PREPARE p AS SELECT 1",
           "EXECUTE p",
           "DEALLOCATE p",
           "EXPLAIN SELECT 1",
           "EXPLAIN ANALYZE SELECT 1",
           "DESCRIBE deal",
           "SHOW TABLES",
           "SHOW ALL TABLES",
           "SUMMARIZE deal",
           "SELECT * FROM (DESCRIBE deal)",
           "SELECT * FROM (SHOW TABLES)",
           "SELECT * FROM (SUMMARIZE deal)",
           "USE weir",
           "COMMENT ON TABLE deal IS 'x'",
           "CREATE SECRET s (TYPE s3)",
           "PIVOT deal ON stage USING sum(amount)",
           "UNPIVOT deal ON amount INTO NAME n VALUE v",
           // More than one, or none.
           "SELECT 1; SELECT 2",
           "SELECT 1; DROP TABLE meta.setting",
           "",
           "  ",
           "-- nothing",
           "SELECT",
           "SELEC 1",
           "SELECT 1) AS a; DROP TABLE access.audit; SELECT (1",
           "SELECT 1) AS a, (SELECT * FROM access.account",
           "SELECT 'unfinished",
           "SELECT /* unfinished",
           "WITH t AS (DELETE FROM deal RETURNING *) SELECT * FROM t",
           // Files and the network.
           "SELECT * FROM '/etc/passwd'",
           "SELECT * FROM 'https://example.com/a.csv'",
           "SELECT * FROM \"/tmp/a.parquet\"",
           "SELECT * FROM read_csv('/etc/passwd')",
           "SELECT * FROM read_text('/etc/passwd')",
           "SELECT * FROM read_blob('/etc/passwd')",
           "SELECT * FROM read_json_auto('x.json')",
           "SELECT * FROM parquet_scan('x')",
           "SELECT * FROM glob('/*')",
           "SELECT * FROM sniff_csv('/etc/passwd')",
           "SELECT read_text('/etc/passwd')",
           "SELECT * FROM sqlite_scan('a', 'b')",
           "SELECT * FROM deal, glob('*')",
           // Tables below the views, and those of the system.
           "SELECT * FROM model.deal",
           "SELECT * FROM obs.x",
           "SELECT * FROM rec.deal",
           "SELECT * FROM state.deal",
           "SELECT * FROM meta.setting",
           "SELECT * FROM access.account",
           "SELECT * FROM \"access\".session",
           "FROM access.audit",
           "SELECT (SELECT max(password_hash) FROM access.account)",
           "WITH account2 AS (SELECT 1) SELECT * FROM access.account2",
           "SELECT * FROM weir.scoped.deal",
           "SELECT * FROM weir.deal",
           "SELECT * FROM temp.deal",
           "SELECT * FROM main.deal",
           "SELECT * FROM information_schema.tables",
           "SELECT * FROM pg_catalog.pg_tables",
           "SELECT * FROM pg_tables",
           "SELECT * FROM duckdb_settings",
           "SELECT * FROM sqlite_master",
           "SELECT * FROM duckdb_tables()",
           "SELECT * FROM duckdb_settings()",
           "SELECT * FROM duckdb_secrets()",
           "SELECT * FROM duckdb_functions()",
           "SELECT * FROM duckdb_variables()",
           "SELECT * FROM pragma_table_info('deal')",
           "SELECT * FROM scoped.search_word",
           "SELECT * FROM scoped.deal_brief",
           "SELECT * FROM scoped.record_place",
           "SELECT * FROM scoped.setting",
           "SELECT * FROM scoped.nothing",
           "SELECT * FROM scoped.ext_made__up__deal",
           "SELECT * FROM query('SELECT * FROM access.account')",
           "SELECT * FROM query_table('access.account')",
           "SELECT * FROM json_execute_serialized_sql('{}')",
           "SELECT * FROM test_all_types()",
           "SELECT * FROM deal AT (VERSION => 1)",
           // Names that the query gives itself do not open others.
           "SELECT * FROM (WITH duckdb_views AS (SELECT 1) SELECT * FROM duckdb_views) AS a, duckdb_views AS b",
           "SELECT * FROM (WITH inner_one AS (SELECT 1) SELECT * FROM inner_one) AS a, inner_one AS b",
           "WITH a AS (SELECT * FROM b), b AS (SELECT 1) SELECT * FROM a",
           "WITH deal AS (SELECT 1) SELECT * FROM deal",
           "WITH a AS (SELECT * FROM a) SELECT * FROM a",
           "WITH moment AS (SELECT 1) SELECT * FROM moment",
           "WITH pg_tables AS (SELECT 1) SELECT * FROM pg_tables",
           // Functions that know the machine, the clock, chance, the session or the insides.
           "SELECT getvariable('team_ids')",
           "SELECT getvariable('sees_personal_data')",
           "SELECT getenv('HOME')",
           "SELECT current_setting('memory_limit')",
           "SELECT version()",
           "SELECT current_user",
           "SELECT user",
           "SELECT session_user",
           "SELECT current_database()",
           "SELECT current_schema",
           "SELECT current_schemas(true)",
           "SELECT current_query()",
           "SELECT now()",
           "SELECT current_timestamp",
           "SELECT current_date",
           "SELECT today()",
           "SELECT get_current_timestamp()",
           "SELECT localtime",
           "SELECT random()",
           "SELECT setseed(0.5)",
           "SELECT uuid()",
           "SELECT gen_random_uuid()",
           "SELECT nextval('meta.decision_number')",
           "SELECT currval('meta.decision_number')",
           "SELECT txid_current()",
           "SELECT pg_sleep(1)",
           "SELECT is_visible('t')",
           "SELECT personal(name) FROM deal",
           "SELECT json_serialize_sql('SELECT 1')",
           "SELECT json_serialize_plan('SELECT * FROM access.account')",
           "SELECT error('x')",
           "SELECT finalize(sum(amount)) FROM deal",
           "SELECT sum(amount) EXPORT_STATE FROM deal",
           "SELECT stats(amount) FROM deal",
           "SELECT alias(amount) FROM deal",
           "SELECT in_search_path('a', 'b')",
           "SELECT write_log('x')",
           "SELECT pg_catalog.version()",
           "SELECT weir.main.local_date(created_at) FROM deal",
           "SELECT \"VERSION\"()",
           "SELECT list_aggregate([1], 'histogram')",
           "SELECT array_aggregate([1], 'sum')",
           // What makes much out of little.
           "SELECT repeat('x', 1000000000)",
           "SELECT lpad('x', 1000000000, 'y')",
           "SELECT rpad('x', 1000000000, 'y')",
           "SELECT range(1000000000)",
           "SELECT generate_series(1, 1000000000)",
           "SELECT list_resize([1], 1000000000)",
           // Other rows each time.
           "SELECT * FROM deal TABLESAMPLE 10%",
           "SELECT * FROM deal USING SAMPLE 5",
           "SELECT * FROM deal POSITIONAL JOIN account",
           // Parameters and types of the store's own.
           "SELECT ?",
           "SELECT $1",
           "SELECT * FROM deal WHERE name = $name",
           "SELECT 'deal'::regclass",
           "SELECT 1::weir.t",
           "SELECT default",
           "SELECT '{}'::JSON",
           "SELECT 'a'::ENUM('a')",
       }) {
    const auto statement = Check(query);
    ASSERT_FALSE(statement) << query;
    const Error& error = statement.error();
    EXPECT_EQ(error.code(), Code::kBadUsage) << query << "\n" << error.ToString();
    EXPECT_EQ(error.field(), "query") << query;
    EXPECT_FALSE(error.message().empty()) << query;
  }
}

TEST_F(StatementTest, SaysWhereAndHowToMendIt) {
  EXPECT_EQ(Refusal("SELECT *\nFROM deall"), "2:6 there is no view 'deall'. Did you mean 'deal'?");
  EXPECT_EQ(Refusal("SELECT 'é', summ(amount)\nFROM deal"),
            "1:13 there is no function 'summ' for queries. Did you mean 'sum'?");
  EXPECT_EQ(Refusal("SELECT 1\n  FROM FROM deal"), "2:8 the query cannot be read: syntax error at or near \"FROM\"");
  EXPECT_THAT(Refusal("SELECT current_date"), HasSubstr("1:8 'current_date' is not known to a query"));
  EXPECT_THAT(Refusal("SELECT current_date"), HasSubstr("'moment'"));
  EXPECT_THAT(Refusal("WITH deal AS (SELECT 1) SELECT 1"), HasSubstr("such as my_deal"));
  EXPECT_THAT(Refusal("DROP TABLE deal"), HasSubstr("begin it with SELECT"));
  EXPECT_THAT(Refusal("SELECT x::JSON FROM deal"), HasSubstr("1:9 a query does not cast to 'JSON'"));
  EXPECT_THAT(Refusal("SELECT * FROM read_csv('x')"), HasSubstr("1:15 'read_csv' is not read as a table"));
  EXPECT_THAT(Refusal(std::string(kLongestQuery + 1, ' ')), HasSubstr("at most 20000 bytes"));
  EXPECT_THAT(Refusal(std::string("SELECT 1\0, 2", 12)), HasSubstr("NUL"));
}

TEST_F(StatementTest, NestedWithoutEndIsRefused) {
  const auto nested = [](std::string_view open, std::string_view close, int times) {
    std::string text = "SELECT ";
    for (int i = 0; i < times; ++i) text += open;
    text += "1";
    for (int i = 0; i < times; ++i) text += close;
    return text;
  };
  for (const auto& [open, close] : std::vector<std::pair<std::string, std::string>>{
           {"(SELECT ", ")"}, {"NOT ", ""}, {"[", "]"}, {"abs(", ")"}, {"1+", ""}}) {
    EXPECT_FALSE(Check(nested(open, close, 2000))) << open;
  }
  EXPECT_TRUE(Check(nested("abs(", ")", 100)));
}

TEST_F(StatementTest, TheSchemaIsBlankedOutInItsPlace) {
  const auto text = [&](std::string_view query) {
    const auto statement = Check(query);
    return statement ? statement->text : statement.error().ToString();
  };
  EXPECT_EQ(text("SELECT * FROM scoped.deal d"), "SELECT * FROM        deal d");
  EXPECT_EQ(text("SELECT scoped.deal.name FROM SCOPED . deal;"), "SELECT        deal.name FROM          deal ");
  EXPECT_EQ(text("SELECT * FROM \"scoped\"/* a /* b */ */./**/\"deal\""),
            "SELECT * FROM " + std::string(24, ' ') + "/**/\"deal\"");
  EXPECT_EQ(text("SELECT * FROM scoped -- why\n.deal"), "SELECT * FROM              \n deal");
  EXPECT_EQ(text("SELECT ';' ; ;"), "SELECT ';'    ");
  EXPECT_EQ(text("SELECT 'scoped.deal' FROM deal"), "SELECT 'scoped.deal' FROM deal");
}

TEST_F(StatementTest, ListsWhatItReadsOnce) {
  EXPECT_THAT(Reads("SELECT 1"), IsEmpty());
  EXPECT_THAT(Reads("SELECT * FROM scoped.lead, deal JOIN Deal AS d ON TRUE WHERE EXISTS (FROM account)"),
              ElementsAre("account", "deal", "lead"));
  EXPECT_THAT(Reads("WITH mine AS (FROM deal) SELECT * FROM mine"), ElementsAre("deal"));
  EXPECT_TRUE(Check("SELECT as_of FROM moment")->reads_moment);
}

TEST_F(StatementTest, UnitsFollowTheColumns) {
  const auto units = [&](std::string_view query) {
    const auto statement = Check(query);
    std::vector<std::string> told;
    for (const auto& measure : statement->outputs.by_position) told.push_back(measure ? measure->unit : "-");
    return told;
  };
  EXPECT_THAT(
      units("SELECT stage, sum(amount_reporting), count(*), round(avg(amount_reporting), 2), probability FROM deal "
            "GROUP BY ALL"),
      ElementsAre("", "reporting", "count", "reporting", "share"));
  EXPECT_THAT(
      units(
          "WITH m AS (SELECT owner, sum(amount_reporting) AS won FROM deal GROUP BY 1) SELECT owner, max(won) FROM m"),
      ElementsAre("", "reporting"));
  EXPECT_THAT(units("SELECT sum(amount_reporting) / count(*), amount_reporting * probability FROM deal"),
              ElementsAre("-", "-"))
      << "what is computed is nobody's unit";
  EXPECT_THAT(units("SELECT amount_reporting / 2 AS amount_reporting FROM deal"), ElementsAre("-"));
  EXPECT_THAT(units("SELECT * FROM deal"), IsEmpty());
  EXPECT_EQ(Check("SELECT * FROM deal")->outputs.by_name.at("amount_reporting").unit, "reporting");
  EXPECT_FALSE(Check("SELECT * FROM (SELECT amount_reporting / 2 AS amount_reporting FROM deal)")
                   ->outputs.by_name.contains("amount_reporting"));
}

}  // namespace
}  // namespace weir::explore
