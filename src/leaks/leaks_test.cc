#include "leaks/leaks.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/russian.h"
#include "leaks/leaks_story.h"
#include "leaks/own_rule.h"

namespace weir::leaks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(LeaksStory, SaysWhatIsMissing) {
  const analysis::Output output = Run();
  EXPECT_THAT(output.Find("leaks")->rows, IsEmpty());
  const std::vector<std::string> columns{"state", "count", "amount"};
  for (const Rule& rule : *rules) {
    EXPECT_THAT(Lines(output, "rules", rule.id, columns), ElementsAre("not_measured||")) << rule.id;
  }
  EXPECT_THAT(Lines(output, "rules", "stuck_deal", {"note_en"}).front(), HasSubstr("there are 0"));
  EXPECT_THAT(Lines(output, "rules", "stuck_deal", {"note_ru"}).front(), HasSubstr("есть 0"));
}

TEST_F(LeaksStory, DealsThatWaitLongerThanWonOnesDid) {
  PastDeals();
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, name, pipeline, stage, status, amount_reporting, created_at, owner, account) VALUES
      ('stuck', 'Stuck', 'p', 'demo', 'open', 1000, '2025-05-01', 'Ann', 'Acme'),
      ('large', 'Billions', 'p', 'demo', 'open', 80000000000, '2025-05-01', 'Ann', 'Acme'),
      ('fresh', 'Fresh', 'p', 'demo', 'open', 1000, '2025-06-25', 'Ann', 'Acme'),
      ('first_sight', 'Seen once', 'p', 'demo', 'open', 500, '2025-01-01', 'Bob', 'Acme'))");
  story.Run(R"(
    INSERT INTO scoped.told_version (deal_id, version, valid_from, stage, status, origin) VALUES
      ('stuck', 1, '2025-05-01', 'new', 'open', 'history'), ('stuck', 2, '2025-06-10', 'demo', 'open', 'history'),
      ('stuck', 3, '2025-06-20', 'demo', 'open', 'history'),
      ('large', 1, '2025-05-01', 'new', 'open', 'history'), ('large', 2, '2025-06-10', 'demo', 'open', 'history'),
      ('fresh', 1, '2025-06-25', 'demo', 'open', 'history'),
      ('first_sight', 1, '2025-06-20', 'demo', 'open', 'first_sight'))");
  const analysis::Output output = Run();
  // Of 162 that came to the stage 94 were won, and 4 of 42 that stayed longer, two open ones among them; of whole lives
  // one more of each. By how many times the limit, stays and lives are alike: 94.5 / 163 - 4.5 / 43 = 0.475, nearly.
  EXPECT_THAT(
      Lines(output, "leaks", "stuck_deal", {"leak", "name", "owner", "since", "amount", "exposed", "detail_en"}),
      ElementsAre(
          "stuck_deal:large|Billions|Ann|2025-06-20|38755436000|80000000000|20 days in demo; 95 % of won deals took at "
          "most 10",
          "stuck_deal:stuck|Stuck|Ann|2025-06-20|484.44|1000|20 days in demo; 95 % of won deals took at most 10",
          // Its entry into the stage is not known: the whole cycle counts.
          "stuck_deal:first_sight|Seen once|Bob|2025-01-11|241.39|500|180 days in demo; 95 % of won deals took at most "
          "10"));
  EXPECT_THAT(Lines(output, "rules", "stuck_deal", {"state", "count", "exposed", "oldest"}),
              ElementsAre("found|3|80000001500|2025-01-11"));
  EXPECT_THAT(Explain("rules", "stuck_deal").ids, ElementsAre("large", "stuck", "first_sight"));
  EXPECT_THAT(Explain("leaks", "stuck_deal:stuck").ids, ElementsAre("stuck"));
  EXPECT_EQ(Explain("leaks", "stuck_deal:stuck").table, "deal");
}

TEST_F(LeaksStory, WhoSeesFewRowsIsToldThatTheRuleLearnedFromThem) {
  PastDeals();
  const auto codes = [&](bool sees_all, const analysis::RawParams& params) {
    StoryContext context(story.session(), kAsOf);
    context.mutable_principal().sees_all_rows = sees_all;
    std::vector<std::string> said;
    for (const auto& warning :
         Need(Analyses(rules, metrics::testing::BuiltIn()).front().run(params, context)).warnings) {
      said.push_back(warning.code + " " + warning.message.text.substr(0, 10) + " " +
                     InRussian(warning.message).substr(0, InRussian(warning.message).find(':')));
    }
    return said;
  };
  EXPECT_THAT(codes(false, {}), IsEmpty()) << "nothing is stuck";
  story.Run(
      "INSERT INTO scoped.deal (deal_id, pipeline, stage, status, amount_reporting, created_at) VALUES ('old', 'p', "
      "'demo', 'open', 500, '2025-01-01')");
  EXPECT_THAT(codes(true, {}), IsEmpty());
  EXPECT_THAT(codes(false, {}), ElementsAre("learned_from_visible Stuck deal Застрявшая сделка"));
  EXPECT_THAT(codes(false, {{"rule", {"overdue_invoice"}}}), IsEmpty());
}

TEST_F(LeaksStory, WonDealsWithoutAnInvoice) {
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, name, account_id, status, amount_reporting, close_date) VALUES
      ('billed', 'Billed', 'A', 'won', 900, '2025-02-01'),
      ('forgotten', 'Forgotten', 'B', 'won', 1200, '2025-03-01'),
      ('with_contract', 'With contract', 'C', 'won', 3650, '2025-03-01'),
      ('large', 'Billions', 'C', 'won', 36500000000, '2025-03-01'),
      ('recent', 'Recent', 'B', 'won', 500, '2025-06-20'),
      ('before_billing', 'Old', 'B', 'won', 500, '2024-01-01'))");
  story.Run(
      "INSERT INTO scoped.contract (contract_id, deal_id, start_date, end_date) VALUES ('c1', 'with_contract', "
      "'2025-04-01', '2026-04-01'), ('c2', 'large', "
      "'2025-04-01', '2026-04-01')");
  story.Run(R"(
    INSERT INTO scoped.invoice (invoice_id, account_id, issued_date, source) VALUES
      ('i1', 'A', '2025-02-10', 'onec'), ('i2', 'B', '2024-06-01', 'onec'), ('i3', 'C', '2024-06-01', 'onec'))");
  story.Run(
      "INSERT INTO scoped.account_record (account_id, source) VALUES ('B', 'onec'), ('C', 'amocrm'), ('C', 'onec')");
  story.Run("INSERT INTO scoped.account (account_id) VALUES ('A'), ('B'), ('C')");
  EXPECT_THAT(
      Lines(Run(), "leaks", "won_not_billed", {"record_id", "since", "amount", "exposed", "certainty", "department"}),
      // The share of the term that has passed has nine digits.
      ElementsAre("large|2025-05-01|8999999983|36500000000|certain|finance",
                  "forgotten|2025-03-31|1200|1200|certain|finance",
                  // 90 of 365 days of the term have passed.
                  "with_contract|2025-05-01|900|3650|certain|finance"));
}

// Nine of ten new customers had their first invoice on the day the contract began: after a week more one is late.
TEST_F(LeaksStory, WonDealsWaitNoLongerThanNewCustomersUsuallyDo) {
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, account_id, status, amount_reporting, close_date)
    SELECT 'past' || i, 'P' || i, 'won', 1, DATE '2025-03-01' FROM range(1, 21) AS r(i)
    UNION ALL VALUES ('nine_days', 'N', 'won', 365, DATE '2025-06-21'), ('six_days', 'S', 'won', 365, DATE '2025-06-21'),
      ('without_contract', 'W', 'won', 365, DATE '2025-06-10'))");
  story.Run(R"(
    INSERT INTO scoped.contract (contract_id, deal_id, start_date, end_date)
    SELECT 'c' || deal_id, deal_id, CASE WHEN deal_id = 'six_days' THEN DATE '2025-06-24' ELSE close_date END, DATE '2026-06-21'
    FROM scoped.deal WHERE deal_id <> 'without_contract')");
  story.Run(R"(
    INSERT INTO scoped.invoice (invoice_id, account_id, issued_date)
    SELECT 'i' || i, 'P' || i, DATE '2025-03-01' + CASE WHEN i <= 2 THEN 60 ELSE 0 END FROM range(1, 21) AS r(i))");
  story.Run("INSERT INTO scoped.account (account_id) SELECT account_id FROM scoped.deal");
  EXPECT_THAT(Lines(Run(), "leaks", "won_not_billed", {"record_id", "since", "amount"}),
              ElementsAre("nine_days|2025-06-28|9"));
  story.Run("DELETE FROM scoped.deal WHERE deal_id = 'past20'");
  EXPECT_THAT(Lines(Run(), "leaks", "won_not_billed", {"record_id"}), ::testing::IsEmpty()) << "too few cases";
}

// Customers whom billing does not know may be billed under a record of their own that nothing joins to them. Who those
// are is in scoped.payer_namesake, whether or not the payers may be seen; none of them is an account of this story.
TEST_F(LeaksStory, IsCertainOnlyOfCustomersWhomBillingKnows) {
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, account_id, account, status, amount_reporting, close_date) VALUES
      ('1', 'K', 'Known', 'won', 100, '2025-03-01'), ('2', 'U', 'Unknown', 'won', 90, '2025-03-01'),
      ('3', 'N', 'ООО «Нева»', 'won', 80, '2025-03-01'), ('4', 'T', 'Tulip', 'won', 70, '2025-03-01'),
      ('6', 'L', 'Lapis', 'won', 50, '2025-03-01'), ('7', 'B', 'Billed', 'won', 40, '2025-03-01'),
      ('8', 'S', 'ООО «Альфа»', 'won', 30, '2025-03-01'), ('9', 'D', 'Twice in billing', 'won', 20, '2025-03-01'),
      ('hidden', 'H', NULL, 'won', 10, '2025-03-01'))");
  story.Run("INSERT INTO scoped.account (account_id) SELECT unnest(['K', 'U', 'N', 'T', 'L', 'B', 'S', 'D'])");
  story.Run(R"(
    INSERT INTO scoped.payer_namesake VALUES ('N', '2025-03-05', NULL), ('T', '2025-03-05', '2025-03-05'),
      ('L', '2024-06-01', NULL), ('S', '2025-03-05', '2024-06-01'), ('D', '2025-03-05', '2025-03-05'))");
  story.Run(R"(
    INSERT INTO scoped.invoice (invoice_id, account_id, issued_date, source) VALUES
      ('i1', 'K', '2024-06-01', 'onec'), ('i2', 'B', '2025-03-05', 'onec'))");
  story.Run(R"(
    INSERT INTO scoped.account_record (account_id, source) SELECT account_id, CASE WHEN account_id IN ('K', 'B', 'S', 'D') THEN 'onec' ELSE 'amocrm' END
    FROM scoped.account)");
  // Half of the won deals must have a customer with invoices.
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, account_id, status, amount_reporting, close_date)
    SELECT 'b' || i, 'B', 'won', 1, DATE '2025-03-01' FROM range(1, 11) AS r(i))");
  const analysis::Output output = Run();
  const std::string since = "won 121 days ago, no invoice since";
  EXPECT_THAT(Lines(output, "leaks", "won_not_billed", {"record_id", "certainty", "detail_en"}),
              ElementsAre("1|certain|" + since, "2|probable|" + since + "; billing does not know this customer",
                          "6|probable|" + since + "; a payer of the same name or tax id has older invoices",
                          // Billing knows this one: the other may well be another company of that name.
                          "8|probable|" + since + "; another payer of the same name has invoices"));
  EXPECT_THAT(Lines(output, "leaks", "won_not_billed", {"detail_ru"}).at(1),
              HasSubstr("биллинг не знает этого клиента"));
  EXPECT_THAT(Lines(output, "rules", "won_not_billed", {"certainty", "count", "amount"}),
              ElementsAre("probable|4|270"));
  ASSERT_EQ(output.warnings.size(), 1U);
  EXPECT_EQ(output.warnings[0].code, "leaks_left_out");
  EXPECT_THAT(output.warnings[0].message.text, HasSubstr("won deals without an invoice that are not counted (3)"));
  EXPECT_THAT(output.warnings[0].message.text, HasSubstr("(ООО «Нева», Tulip, Twice in billing)"));
  EXPECT_THAT(Lines(output, "rules", "won_not_billed", {"note_ru"}).front(), HasSubstr("ООО «Нева»"));
}

TEST_F(LeaksStory, ARuleThatLeavesOutSaysWhat) {
  const std::string mine = R"(version = 1
position = 5
title = { en = "Mine", ru = "Моё" }
meaning = { en = "m", ru = "м" }
fix = { en = "f", ru = "ф" }
formula = { en = "m", ru = "м" }
department = "sales"
certainty = "certain"
entity = "deal"
detail = { en = "d", ru = "д" }
sql = """
SELECT deal_id AS record_id, deal_id AS claim, name, account_id, account, owner_id, owner, team_id, segment,
  close_date AS since, amount_reporting AS exposed, amount_reporting AS amount, TRUE AS is_left_out
FROM scoped.deal"""
)";
  rules = std::make_shared<const std::vector<Rule>>(
      Need(LoadRules(std::vector<DefinitionFile>{{.path = "own/mine.toml", .text = mine, .is_own = true}})));
  story.Run("INSERT INTO scoped.deal (deal_id, account) VALUES ('d', 'Acme')");
  const analysis::Output output = Run();
  EXPECT_THAT(Lines(output, "rules", "mine", {"state"}), ElementsAre("failed"));
  EXPECT_THAT(Lines(output, "rules", "mine", {"note_ru"}).front(), HasSubstr("left_out"));
}

TEST_F(LeaksStory, DoesNotBlameBillingWhereItIsNotJoined) {
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, account_id, status, amount_reporting, close_date)
    SELECT 'd' || i, 'a' || i, 'won', 100, DATE '2025-03-01' FROM range(1, 11) AS r(i))");
  story.Run("INSERT INTO scoped.invoice (invoice_id, account_id, issued_date) VALUES ('i1', 'a1', '2025-02-10')");
  const analysis::Output output = Run();
  EXPECT_THAT(Lines(output, "rules", "won_not_billed", {"state"}), ElementsAre("not_measured"));
  EXPECT_THAT(Lines(output, "rules", "won_not_billed", {"note_en"}).front(), HasSubstr("of 10 won deals only 1"));
}

TEST_F(LeaksStory, ADealThatSeveralRulesFindCountsOnce) {
  story.Run(
      "INSERT INTO scoped.member (member_id, name, is_active, ended_at) VALUES ('ann', 'Ann', FALSE, '2025-06-01')");
  story.Run("INSERT INTO scoped.activity (kind, deal_id, \"at\") VALUES ('task', 'both', '2025-06-01')");
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, status, amount_reporting, owner_id, created_at) VALUES
      ('both', 'open', 200, 'ann', '2025-05-01'), ('late', 'open', 300, 'bob', '2025-05-01'))");
  const analysis::Output output = Run();
  EXPECT_THAT(Lines(output, "leaks", "orphan_deal", {"record_id", "counted_by"}), ElementsAre("both|"));
  EXPECT_THAT(Lines(output, "leaks", "no_next_task", {"record_id", "counted_by"}),
              ElementsAre("late|", "both|orphan_deal"));
  EXPECT_THAT(Lines(output, "rules", "no_next_task", {"count", "exposed"}), ElementsAre("1|300"));
  // Who asks for one rule alone gets the same count of it.
  EXPECT_THAT(Lines(Run({{"rule", {"no_next_task"}}}), "rules", "no_next_task", {"count", "exposed"}),
              ElementsAre("1|300"));
  EXPECT_THAT(Explain("rules", "no_next_task").ids, ElementsAre("late"));
}

TEST_F(LeaksStory, KeepsToTheSegment) {
  story.Run(R"(
    INSERT INTO scoped.invoice (invoice_id, segment, team_id, status, due_date, total, total_reporting) VALUES
      ('big', 'big', 't1', 'open', '2025-06-01', 200, 200), ('small', 'small', 't2', 'open', '2025-06-01', 300, 300))");
  story.Run("INSERT INTO scoped.team VALUES ('t1', 'North', NULL, 'sales'), ('t2', 'South', NULL, 'sales')");
  EXPECT_THAT(Lines(Run({{"segment", {"big"}}}), "leaks", "overdue_invoice", {"record_id"}), ElementsAre("big"));
  EXPECT_THAT(Lines(Run({{"team", {"South"}}}), "leaks", "overdue_invoice", {"record_id"}), ElementsAre("small"));
}

TEST_F(LeaksStory, ARuleThatFailsLeavesTheOthersAlone) {
  std::string text;
  for (const EmbeddedFile& file : EmbeddedFiles("catalog")) {
    if (file.path == "leaks/overdue_invoice.toml") text = file.bytes;
  }
  const std::string broken = OwnRule("deal", "SELECT 1 / no_such_column FROM scoped.deal");
  const std::vector<DefinitionFile> files{{.path = "leaks/overdue_invoice.toml", .text = text},
                                          {.path = "own/mine.toml", .text = broken, .is_own = true}};
  rules = std::make_shared<const std::vector<Rule>>(Need(LoadRules(files)));
  story.Run(
      "INSERT INTO scoped.invoice (invoice_id, status, due_date, total, total_reporting) VALUES "
      "('i', 'open', '2025-06-01', 200, 200)");
  const analysis::Output output = Run();
  EXPECT_THAT(Lines(output, "rules", "mine", {"state"}), ElementsAre("failed"));
  EXPECT_THAT(Lines(output, "rules", "mine", {"note_en"}).front(), HasSubstr("own/mine.toml"));
  EXPECT_THAT(Lines(output, "rules", "overdue_invoice", {"state", "amount"}), ElementsAre("found|200"));
  ASSERT_EQ(output.warnings.size(), 1U);
  EXPECT_EQ(output.warnings[0].code, "rule_failed");
}

// Two read the model at once where it can be read twice; which of them runs which rule is chance.
TEST_F(LeaksStory, AreTheSameWhenTwoLookForThem) {
  PastDeals();
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, name, pipeline, stage, status, amount_reporting, created_at, owner, account) VALUES
      ('stuck', 'Stuck', 'p', 'demo', 'open', 1000, '2025-05-01', 'Ann', 'Acme'))");
  story.Run(R"(
    INSERT INTO scoped.told_version (deal_id, version, valid_from, stage, status, origin) VALUES
      ('stuck', 1, '2025-05-01', 'new', 'open', 'history'), ('stuck', 2, '2025-06-10', 'demo', 'open', 'history'))");
  story.Run(
      "INSERT INTO scoped.invoice (invoice_id, status, due_date, total, total_reporting) VALUES "
      "('i', 'open', '2025-06-01', 200, 200)");
  const analysis::Output alone = Run();
  EXPECT_THAT(Lines(alone, "leaks", "stuck_deal", {"record_id"}), ElementsAre("stuck"));
  EXPECT_THAT(Lines(alone, "leaks", "overdue_invoice", {"record_id"}), ElementsAre("i"));
  store::Connection session = story.Connect();
  Need(session.Execute("SET VARIABLE time_zone = 'UTC'"));
  StoryContext context(story.session(), kAsOf);
  int taken = 0;
  context.beside = [&] {
    ++taken;
    return std::make_unique<StoryContext>(session, kAsOf);
  };
  const analysis::Analysis leaks = Analyses(rules, metrics::testing::BuiltIn()).front();
  for (int times = 0; times < 5; ++times) {
    const analysis::Output together = Need(leaks.run({}, context));
    ASSERT_EQ(together.tables.size(), alone.tables.size());
    for (std::size_t i = 0; i < alone.tables.size(); ++i) EXPECT_EQ(together.tables[i].rows, alone.tables[i].rows);
    EXPECT_EQ(together.warnings.size(), alone.warnings.size());
  }
  EXPECT_EQ(taken, 5);

  // One that is built in and fails is told whoever ran it.
  story.Run("DROP TABLE scoped.invoice");
  const auto failed = leaks.run({}, context);
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().ToString(), HasSubstr("leaks/"));
}

TEST(LeakRules, NamesInTextAndCastsStayAsTheyAre) {
  const Rule rule{.parameters = {{"days", 3}}};
  EXPECT_EQ(Need(FillIn("SELECT ':days' || x::VARCHAR, :days -- :nothing\n, \"a:b\", :as_of_date", rule, {}, {0})),
            "SELECT ':days' || x::VARCHAR, CAST(3 AS INTEGER) -- :nothing\n, \"a:b\", DATE '1970-01-01'");
  const auto unknown = FillIn("SELECT :dais", rule, {}, {});
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().ToString(), HasSubstr("days"));
}

TEST(LeakRules, ReadNothingButScopedViews) {
  EXPECT_TRUE(metrics::CheckReads(
      "WITH a AS (SELECT * FROM scoped.deal AS d WHERE d.name = 'meta.x; y') SELECT a.name FROM a"));
  for (const char* sql : {"SELECT * FROM model.deal", "SELECT * FROM META.setting", "SELECT * FROM \"obs\".x",
                          "SELECT 1; DROP TABLE x", "DELETE FROM scoped.deal", "SELECT * FROM duckdb_tables()",
                          "SELECT * FROM read_csv('x')", "SELECT 'a' FROM/**/state.deal"}) {
    EXPECT_FALSE(metrics::CheckReads(sql)) << sql;
  }
}

TEST(LeakRules, ErrorsNameThePlace) {
  const std::vector<DefinitionFile> files{{.path = "leaks/x.toml", .text = "version = 1\nposition = \"first\"\n"}};
  const auto rules = LoadRules(files);
  ASSERT_FALSE(rules);
  EXPECT_THAT(rules.error().ToString(), HasSubstr("leaks/x.toml:2"));
}

}  // namespace
}  // namespace weir::leaks
