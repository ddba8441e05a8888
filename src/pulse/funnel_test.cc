// From lead to cash.
#include "pulse/funnel.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pulse/pulse_story.h"

namespace weir::pulse {
namespace {

using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::Line;
using testing::LinesOf;

class FunnelStory : public testing::PulseStory {};

TEST_F(FunnelStory, FollowsTheFunnelToCash) {
  Deals();
  story.Run(
      R"(INSERT INTO scoped.lead (lead_id, created_at, created_date, is_qualified, qualified_at, deal_id, team_id, segment) VALUES
      ('l1', '2025-04-01 00:00', '2025-04-01', TRUE,  '2025-04-01 12:00', 'q2a', 't1', 'big'),
      ('l2', '2025-04-02 00:00', '2025-04-02', TRUE,  '2025-04-03 12:00', NULL,  't1', 'big'),
      ('l3', '2025-04-03 00:00', '2025-04-03', FALSE, NULL,               NULL,  't2', 'big'),
      ('l4', '2025-04-04 00:00', '2025-04-04', FALSE, NULL,               NULL,  't2', 'big'))");
  story.Run(R"(INSERT INTO scoped.invoice (invoice_id, deal_id, account_id, issued_date, paid_at) VALUES
      ('i1', 'q2a', 'A', '2025-04-12', '2025-04-21 10:00'),
      ('i2', NULL,  'B', '2025-05-01', '2025-05-02 10:00'),
      ('i3', NULL,  'B', '2025-05-12', '2025-05-25 10:00'))");
  // i2 was issued before q2b was won; i3 is paid after as-of.
  EXPECT_THAT(LinesOf(Run(), "funnel"),
              ElementsAre(Line{"leads", "1", "4", "", ""}, Line{"qualified", "2", "2", "0.5", "1"},
                          Line{"opportunities", "3", "2", "0.5", "-0.5"}, Line{"won", "4", "2", "0.5", "10"},
                          Line{"paid", "5", "1", "0.5", "10"}));
  EXPECT_THAT(Explain("funnel", {"leads"}).ids, ElementsAre("l4", "l3", "l2", "l1"));
  EXPECT_THAT(Explain("funnel", {"qualified"}).ids, ElementsAre("l2", "l1"));
  EXPECT_THAT(Explain("funnel", {"won"}).ids, ElementsAre("q2b", "q2a"));
  EXPECT_THAT(Explain("funnel", {"paid"}).ids, ElementsAre("q2a"));
  EXPECT_EQ(Explain("funnel", {"paid"}).table, "deal");
  EXPECT_THAT(Explain("headline", {"won_amount"}).ids, ElementsAre("q2b", "q2a"));
  EXPECT_EQ(Explain("headline", {"won_amount"}).total, 2);
  EXPECT_THAT(Explain("trend", {"won_amount", "2025-04-08"}).ids, ElementsAre("q2a"));
}

// Of the account A three deals are won, of C one: an invoice that names no deal can be of the latter alone.
TEST_F(FunnelStory, InvoicesWithoutADealCountWhereOneDealAloneFits) {
  Deals();
  story.Run(
      R"(INSERT INTO scoped.deal (deal_id, account_id, status, amount, currency, created_at, created_date, close_date) VALUES
      ('c1', 'C', 'won', 50, 'EUR', '2025-04-02', '2025-04-02', '2025-04-20'))");
  story.Run(R"(INSERT INTO scoped.invoice (invoice_id, deal_id, account_id, currency, issued_date, paid_at) VALUES
      ('i1', NULL, 'A', 'EUR', '2025-01-12', '2025-01-21 10:00'),
      ('i3', NULL, 'C', 'EUR', '2025-04-21', '2025-04-24 10:00'))");
  const analysis::Output output = Run();
  // Of B there is no invoice: q2b is not paid. Whether q2a is cannot be told.
  EXPECT_THAT(LinesOf(output, "funnel")[3], ElementsAre("won", "4", "3", _, _));
  EXPECT_THAT(LinesOf(output, "funnel")[4], ElementsAre("paid", "5", "1", "0.5", "4"));
  EXPECT_THAT(Explain("funnel", {"paid"}).ids, ElementsAre("c1"));
  ASSERT_EQ(output.warnings.size(), 1U);
  EXPECT_EQ(output.warnings[0].code, "paid_untold");
  EXPECT_THAT(output.warnings[0].message.text, HasSubstr("1 of 3 won deals"));
  // Once a second deal is won, an invoice may be of either.
  story.Run(R"(INSERT INTO scoped.deal (deal_id, account_id, status, created_at, created_date, close_date) VALUES
      ('c2', 'C', 'won', '2025-04-02', '2025-04-02', '2025-04-21'))");
  EXPECT_THAT(LinesOf(Run(), "funnel")[4], ElementsAre("paid", "5", "", "", "")) << "not that nothing is paid";
  EXPECT_EQ(Run().warnings.at(0).params.at("deals"), "3");
}

// Else the share would be of those alone that are known to be paid.
TEST_F(FunnelStory, WhetherADealIsToldDoesNotHangOnWhetherItIsPaid) {
  Deals();
  story.Run(
      R"(INSERT INTO scoped.deal (deal_id, account_id, status, amount, currency, created_at, created_date, close_date) VALUES
      ('c1', 'C', 'won', 50, 'EUR', '2025-04-02', '2025-04-02', '2025-04-12'),
      ('c2', 'C', 'won', 50, 'EUR', '2025-04-02', '2025-04-02', '2025-05-02'),
      ('d1', 'D', 'won', 50, 'EUR', '2025-04-02', '2025-04-02', '2025-04-12'))");
  story.Run(R"(INSERT INTO scoped.invoice (invoice_id, deal_id, account_id, currency, issued_date, paid_at) VALUES
      ('named', 'q2b', 'B', 'EUR', '2025-05-11', '2025-05-14 10:00'),
      ('of_a_first', NULL, 'C', 'EUR', '2025-04-14', '2025-04-20 10:00'),
      ('euro', NULL, 'D', 'EUR', '2025-04-14', '2025-04-20 10:00'), ('dollar', NULL, 'D', 'USD', '2025-04-15', NULL))");
  const auto paid = [&] {
    std::vector<std::string> said = LinesOf(Run(), "funnel")[4];
    said.push_back(Run().warnings.at(0).params.at("deals"));
    return said;
  };
  // Told are q2a and q2b.
  EXPECT_THAT(paid(), ElementsAre("paid", "5", "1", "0.5", "3", "3"));
  EXPECT_THAT(Explain("funnel", {"paid"}).ids, ElementsAre("q2b"));
  story.Run("UPDATE scoped.invoice SET paid_at = NULL WHERE invoice_id <> 'named'");
  EXPECT_THAT(paid(), ElementsAre("paid", "5", "1", "0.5", "3", "3"));
  EXPECT_THAT(Run().warnings.at(0).message.text, HasSubstr("has invoices in another currency"));
}

// As for who is a customer (models/account_customer.sql).
TEST_F(FunnelStory, WhatIsVoidADraftOrOverNothingPaysNoDeal) {
  Deals();
  story.Run(R"(INSERT INTO scoped.invoice (invoice_id, deal_id, account_id, status, total, issued_date, paid_at) VALUES
      ('void', 'q2a', 'A', 'void', 100, '2025-04-12', '2025-04-21 10:00'),
      ('draft', 'q2a', 'A', 'draft', 100, '2025-04-12', '2025-04-21 10:00'),
      ('free', 'q2b', 'B', 'paid', 0, '2025-05-11', '2025-05-11 10:00'),
      ('paid', 'q2b', 'B', 'paid', 100, '2025-05-11', '2025-05-14 10:00'))");
  EXPECT_THAT(LinesOf(Run(), "funnel")[4], ElementsAre("paid", "5", "1", "0.5", "3"));
  EXPECT_THAT(Explain("funnel", {"paid"}).ids, ElementsAre("q2b"));
}

TEST_F(FunnelStory, DaysToPaymentAreThoseOfTheReportingZone) {
  Deals();
  story.Run("SET VARIABLE time_zone = 'Europe/Moscow'");
  story.Run(R"(INSERT INTO scoped.invoice (invoice_id, deal_id, account_id, issued_date, paid_at) VALUES
      ('i1', 'q2a', 'A', '2025-04-12', '2025-04-20 21:30'))");
  EXPECT_THAT(LinesOf(Run(), "funnel")[4], ElementsAre("paid", "5", "1", "0.5", "10"));
}

TEST_F(FunnelStory, InvoicesOfOthersDoNotSayThatNothingIsPaid) {
  Deals();
  story.Run(R"(INSERT INTO scoped.invoice (invoice_id, deal_id, account_id, issued_date, paid_at) VALUES
      ('i1', NULL, NULL, '2025-04-12', '2025-04-21 10:00'), ('i2', NULL, 'Z', '2025-04-12', NULL))");
  const analysis::Output output = Run();
  EXPECT_THAT(LinesOf(output, "funnel")[4], ElementsAre("paid", "5", "", "", ""));
  ASSERT_EQ(output.warnings.size(), 1U);
  EXPECT_EQ(output.warnings[0].code, "paid_unknown");
  story.Run(R"(INSERT INTO scoped.invoice (invoice_id, account_id, issued_date) VALUES ('i3', 'B', '2025-01-12'))");
  EXPECT_THAT(LinesOf(Run(), "funnel")[4], ElementsAre("paid", "5", "0", "0", ""));
  EXPECT_TRUE(Run().warnings.empty());
}

}  // namespace
}  // namespace weir::pulse
