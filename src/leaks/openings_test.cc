#include <gmock/gmock.h>

#include "leaks/leaks_story.h"

namespace weir::leaks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class Openings : public LeaksStory {
 protected:
  Openings() {
    story.Run(
        "CREATE TABLE scoped.field_edit (field_edit_id VARCHAR, entity VARCHAR, record_id VARCHAR, field VARCHAR, "
        "\"at\" "
        "TIMESTAMP, day DATE, member_id VARCHAR, team_id VARCHAR, team VARCHAR)");
    rules = std::make_shared<const std::vector<Rule>>(Need(LoadRules(BuiltInDefinitions("openings"))));
  }

  std::vector<std::string> Found(std::string_view rule, const std::vector<std::string>& columns) {
    return Lines(Ledger(), "openings", rule, columns);
  }
  std::vector<std::string> OfRule(std::string_view rule, const std::vector<std::string>& columns) {
    return Lines(Ledger(), "rules", rule, columns);
  }
  analysis::Output Ledger() {
    StoryContext context(story.session(), kAsOf);
    return Need(OpeningAnalyses(rules, metrics::testing::BuiltIn()).front().run({}, context));
  }
};

// Ten edits a day of each of five people for sixty days: 3000 edits, 50 hours of which a machine takes 35. An hour of
// the company's five people is worth 860,000 / (5 x 1720) = 100.
TEST_F(Openings, HoursOfTyping) {
  EXPECT_THAT(OfRule("typed_by_hand", {"state", "note_en"}).front(), HasSubstr("not_measured|needs the histories"));
  story.Run(R"(
    INSERT INTO scoped.field_edit
    SELECT 'e' || d || '-' || m || '-' || n, 'account', 'a' || n, CASE WHEN n < 8 THEN 'Phone' ELSE 'Industry' END,
      TIMESTAMP '2025-04-01' + to_days(CAST(d AS INTEGER)), DATE '2025-04-01' + CAST(d AS INTEGER), 'm' || m, 't', 'Sales North'
    FROM range(0, 60) AS days(d), range(0, 5) AS members(m), range(0, 10) AS edits(n))");
  // Work is no typing, and of a few people nothing is shown.
  story.Run(R"(
    INSERT INTO scoped.field_edit
    SELECT 's' || n, 'deal', 'd' || n, 'stage', '2025-05-01', '2025-05-01', 'm1', 't', 'Sales North' FROM range(0, 500) AS r(n)
    UNION ALL
    SELECT 'p' || n, 'account', 'a' || n, 'Phone', '2025-05-01', '2025-05-01', 'm' || (n % 4), 'small', 'Two and two' FROM range(0, 500) AS r(n))");
  story.Run(
      "INSERT INTO scoped.member (member_id, name, is_active, ended_at) SELECT 'm' || i, 'M', TRUE, NULL FROM range(0, "
      "5) AS r(i)");
  story.Run(
      "INSERT INTO scoped.deal (deal_id, status, close_date, amount_reporting) VALUES ('d', 'won', '2025-01-01', "
      "860000)");
  EXPECT_THAT(Found("typed_by_hand", {"record_id", "name", "amount", "department", "detail_en"}),
              ElementsAre("t|Sales North|3500|operations|3000 edits a year by 5 people, about 35 hours; most: "
                          "account.Phone 2400, account.Industry 600"));
  const auto range = OfRule("typed_by_hand", {"amount", "amount_low", "amount_high", "won_back"}).front();
  double low = 0;
  double high = 0;
  ASSERT_EQ(std::sscanf(range.c_str(), "3500|%lf|%lf|1750", &low, &high), 2) << range;
  // From half to twice as many minutes: those are the ends of 80 %.
  EXPECT_NEAR(low, 1750, 60);
  EXPECT_NEAR(high, 7000, 60);
}

TEST_F(Openings, LostDealsWhoseReasonIsGone) {
  // Past: twenty companies lost for want of time; of ten that were called again six bought, of the others one.
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, account_id, status, loss_reason, amount_reporting, created_at, closed_at)
    SELECT 'past' || i, 'P' || i, 'lost', 'Timing', 100, TIMESTAMP '2022-01-01', TIMESTAMP '2022-03-01' FROM range(0, 20) AS r(i)
    UNION ALL
    SELECT 'bought' || i, 'P' || i, 'won', NULL, 100, TIMESTAMP '2022-08-01', TIMESTAMP '2022-09-10' FROM (VALUES (0), (1), (2), (3), (4), (5), (15)) AS r(i))");
  story.Run(R"(
    INSERT INTO scoped.activity (kind, direction, account_id, "at") SELECT 'call', 'out', 'P' || i, TIMESTAMP '2022-06-01' FROM range(0, 10) AS r(i))");
  // A call about the new deal is not what brought it.
  story.Run(
      R"(INSERT INTO scoped.activity (kind, direction, account_id, "at") VALUES ('call', 'out', 'P15', '2022-08-15'))");
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, account_id, status, loss_reason, amount_reporting, closed_at) VALUES
      ('waited', 'A', 'lost', 'No budget this year', 1000, '2024-12-01'), ('too_soon', 'B', 'lost', 'Timing', 1000, '2025-05-01'),
      ('price', 'C', 'lost', 'Price', 1000, '2024-12-01'), ('wrote', 'D', 'lost', 'Price', 1000, '2025-03-01'),
      ('open_again', 'E', 'lost', 'Timing', 1000, '2024-08-01'), ('now', 'E', 'open', NULL, 1000, NULL),
      ('bought', 'F', 'lost', 'Timing', 1000, '2024-08-01'), ('later', 'F', 'won', NULL, 1000, '2024-12-01'))");
  story.Run(
      R"(INSERT INTO scoped.activity (kind, direction, account_id, "at") VALUES ('email', 'in', 'D', '2025-06-01'))");
  // (6.5 / 11 - 1.5 / 11) of 1000; of those who came back nothing is known but that.
  EXPECT_THAT(
      Found("reason_gone", {"record_id", "since", "exposed", "amount", "detail_en"}),
      ElementsAre("waited|2025-06-02|1000|454.55|lost 6 months ago: No budget this year",
                  "wrote|2025-06-01|1000|454.55|lost 3 months ago: Price; the company turned to us on 2025-06-01"));
}

TEST_F(Openings, CompaniesLikeTheBestCustomers) {
  EXPECT_THAT(OfRule("like_the_best", {"note_en"}).front(), HasSubstr("needs at least 50 companies"));
  // Of 40 large banks ten are customers who bought for 1000; of 60 small shops ten, for 10.
  story.Run(R"(
    INSERT INTO scoped.account (account_id, name, industry, segment, employees, is_customer, created_at)
    SELECT 'bank' || i, 'Bank ' || i, 'banks', 'large', 2000 - i, i < 10, TIMESTAMP '2023-01-01' FROM range(0, 40) AS r(i)
    UNION ALL
    SELECT 'shop' || i, 'Shop ' || i, 'shops', 'small', 10, i < 10, TIMESTAMP '2023-01-01' FROM range(0, 60) AS r(i))");
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, account_id, status, amount_reporting, created_at, closed_at)
    SELECT 'b' || i, 'bank' || i, 'won', 1000, TIMESTAMP '2024-10-01', TIMESTAMP '2025-03-01' FROM range(0, 10) AS r(i)
    UNION ALL
    SELECT 's' || i, 'shop' || i, 'won', 10, TIMESTAMP '2024-10-01', TIMESTAMP '2025-03-01' FROM range(0, 10) AS r(i))");
  // Those that bought were called, as were ten banks that did not.
  story.Run(R"(
    INSERT INTO scoped.activity (kind, direction, account_id, "at")
    SELECT 'call', 'out', 'bank' || i, TIMESTAMP '2024-09-01' FROM range(0, 20) AS r(i)
    UNION ALL
    SELECT 'call', 'out', 'shop' || i, TIMESTAMP '2024-09-01' FROM range(0, 10) AS r(i))");
  story.Run(R"(
    INSERT INTO scoped.activity (kind, direction, account_id, "at") VALUES ('call', 'out', 'bank10', '2025-05-01'))");
  story.Run("INSERT INTO scoped.lead (lead_id, account_id, created_at) VALUES ('l', 'bank11', '2025-05-01')");
  story.Run(
      "INSERT INTO scoped.deal (deal_id, account_id, status, created_at) VALUES ('o', 'bank12', 'open', '2024-01-01')");
  const auto found = Found("like_the_best", {"record_id", "name", "detail_en", "department"});
  ASSERT_EQ(found.size(), 27U) << OfRule("like_the_best", {"state", "note_en"}).front()
                               << "; forty banks without ten customers and three that are being worked with";
  EXPECT_EQ(found.front(),
            "bank13|Bank 13|banks, large: 2.5 times as many of the best customers as elsewhere|marketing");
}

TEST_F(Openings, CustomersWithAFullPlan) {
  story.Run(R"(
    INSERT INTO scoped.subscription (subscription_id, account_id, account, quantity, started_at)
    SELECT 's' || id, id, id, 10, TIMESTAMP '2025-01-01' FROM (VALUES ('full'), ('half'), ('asked')) AS r(id))");
  story.Run(R"(
    INSERT INTO scoped.subscription_mrr (subscription_id, account_id, is_active, mrr) SELECT 's' || id, id, TRUE, 100 FROM
      (VALUES ('full'), ('half'), ('asked')) AS r(id))");
  story.Run(R"(
    INSERT INTO scoped.product_usage VALUES ('full', NULL, '2025-05-10', 'active_users', 9), ('full', NULL, '2025-04-10', 'active_users', 3),
      ('half', NULL, '2025-05-10', 'active_users', 5), ('asked', NULL, '2025-05-10', 'active_users', 10),
      ('half', NULL, '2025-05-10', 'reports', 900), ('half', NULL, '2025-06-10', 'active_users', 10))");
  story.Run(
      "INSERT INTO scoped.deal (deal_id, account_id, status, created_at) VALUES ('e', 'asked', 'open', '2025-06-01')");
  EXPECT_THAT(
      Found("outgrown_plan", {"record_id", "since", "amount", "department", "detail_en"}),
      ElementsAre("sfull|2025-05-01||success|9 of 10 seats used in the month from 2025-05-01; pays 100 a month"));
  EXPECT_THAT(OfRule("outgrown_plan", {"note_en"}).front(), HasSubstr("past cases"));
}

TEST_F(Openings, AnEmptyCompanyIsToldWhatIsMissing) {
  const analysis::Output ledger = Ledger();
  EXPECT_THAT(ledger.Find("openings")->rows, IsEmpty());
  const analysis::Table& by_rule = *ledger.Find("rules");
  ASSERT_EQ(by_rule.rows.size(), 4U);
  for (const auto& row : by_rule.rows) {
    EXPECT_EQ(store::ToText(row[by_rule.IndexOf("state")]), "not_measured");
    EXPECT_THAT(store::ToText(row[by_rule.IndexOf("note_en")]), HasSubstr("needs"));
    EXPECT_FALSE(store::ToText(row[by_rule.IndexOf("note_ru")]).empty());
  }
}

}  // namespace
}  // namespace weir::leaks
