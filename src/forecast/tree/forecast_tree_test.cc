// A company of even months in rows, and the tree of its forecasts.
#include "forecast/tree/forecast_tree.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forecast/forecast_story_test.h"
#include "forecast/months.h"

namespace weir::forecast {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class TreeStory : public testing::ForecastStory {
 protected:
  static std::string Day(int month, int day) { return FormatDate({FirstDayOf(month).days + day - 1}); }

  void FirstAmount(const std::string& deal, const std::string& day, const std::string& amount) {
    story.Run(
        fmt::format("INSERT INTO scoped.deal_version (deal_id, version, valid_from, status, amount_reporting) "
                    "VALUES ('{}', 1, '{}', 'open', {})",
                    deal, day, amount));
  }
  void Lead(const std::string& day, const std::string& deal = "") {
    story.Run(
        fmt::format("INSERT INTO scoped.lead (lead_id, created_at, created_date, deal_id) VALUES ('l{0}', '{1}', "
                    "'{1}', {2})",
                    ++leads_, day, Quoted(deal)));
  }
  // Each month four leads, one of which is won after twenty days for 1000; sales find one of 500, success renews 200.
  // June 2024 to June 2026.
  void Company() {
    for (int month = 2024 * 12 + 5; month <= 2026 * 12 + 5; ++month) {
      const std::string won = Deal("won", "new", Day(month, 5), Day(month, 25), "1000");
      FirstAmount(won, Day(month, 5), "800");
      for (int lead = 0; lead < 4; ++lead) Lead(Day(month, 5), lead == 0 ? won : "");
      FirstAmount(Deal("won", "", Day(month, 1), Day(month, 10), "500"), Day(month, 1), "500");
      Deal("won", "renewal", Day(month, 1), Day(month, 10), "200");
      FirstAmount(Deal("lost", "new", Day(month, 1), Day(month, 10), "900"), Day(month, 1), "900");
    }
  }
  void Invoices() {
    for (int month = 2024 * 12 + 5; month <= 2026 * 12 + 5; ++month) {
      for (const int day : {3, 28}) {
        ++invoices_;
        // Paid on the fifth day; the newest is not yet.
        const std::string paid = month == 2026 * 12 + 5 && day == 28 ? "" : Day(month, day + 5);
        story.Run(
            fmt::format("INSERT INTO scoped.invoice (invoice_id, account_id, status, issued_at, issued_date, "
                        "due_date, paid_at, total_reporting, amount_paid_reporting) VALUES ('i{0}', 'a', '{1}', "
                        "'{2}', '{2}', '{3}', {4}, 100, {5})",
                        invoices_, paid.empty() ? "open" : "paid", Day(month, day), Day(month, day + 14), Quoted(paid),
                        paid.empty() ? 0 : 100));
        if (paid.empty()) continue;
        story.Run(
            fmt::format("INSERT INTO scoped.payment (payment_id, invoice_id, day, amount_reporting, status, kind) "
                        "VALUES ('p{0}', 'i{0}', '{1}', 100, 'succeeded', 'charge')",
                        invoices_, paid));
      }
    }
  }

 private:
  int leads_ = 0;
  int invoices_ = 0;
};

TEST_F(TreeStory, EvenMonthsGoOnAndAddUp) {
  Company();
  const analysis::Output output = Run("forecast.tree", {{"months", {"2"}}});
  EXPECT_THAT(Lines(output, "tree", {"month", "node", "parent", "department", "base", "reconciled", "so_far"}),
              ElementsAre("2026-07-01 | bookings | - | company | 1700 | 1700 | 0",
                          "2026-07-01 | new | bookings | sales | 1500 | 1500 | 0",
                          "2026-07-01 | new_marketing | new | marketing | 1000 | 1000 | 0",
                          "2026-07-01 | new_sales | new | sales | 500 | 500 | 0",
                          "2026-07-01 | expansion | bookings | success | 0 | 0 | 0",
                          "2026-07-01 | renewal | bookings | success | 200 | 200 | 0",
                          "2026-07-01 | pipeline | - | company | 2200 | 2200 | 0",
                          "2026-07-01 | pipeline_marketing | pipeline | marketing | 800 | 800 | 0",
                          "2026-07-01 | pipeline_sales | pipeline | sales | 1400 | 1400 | 0",
                          "2026-07-01 | pipeline_success | pipeline | success | 0 | 0 | 0",
                          "2026-08-01 | bookings | - | company | 1700 | 1700 | -",
                          "2026-08-01 | new | bookings | sales | 1500 | 1500 | -",
                          "2026-08-01 | new_marketing | new | marketing | 1000 | 1000 | -",
                          "2026-08-01 | new_sales | new | sales | 500 | 500 | -",
                          "2026-08-01 | expansion | bookings | success | 0 | 0 | -",
                          "2026-08-01 | renewal | bookings | success | 200 | 200 | -",
                          "2026-08-01 | pipeline | - | company | 2200 | 2200 | -",
                          "2026-08-01 | pipeline_marketing | pipeline | marketing | 800 | 800 | -",
                          "2026-08-01 | pipeline_sales | pipeline | sales | 1400 | 1400 | -",
                          "2026-08-01 | pipeline_success | pipeline | success | 0 | 0 | -"));
  EXPECT_THAT(Codes(output), AllOf(Contains("no_subscriptions"), Contains("no_invoices"), Contains("short_history")));
  EXPECT_THAT(Lines(output, "rates", {"rate", "share", "days", "amount"}),
              ElementsAre("lead_to_deal | 0.25 | 0 | 800", "lead_to_won | 0.25 | 20 | 1000"));
  // Four leads on a month, of which one is won after twenty days.
  EXPECT_THAT(Lines(output, "leads", {"month", "leads", "deals"}),
              AllOf(Contains("2026-07-01 | 4 | 1"), Contains("2026-06-01 | - | -")));
  EXPECT_EQ(Behind("forecast.tree", "history", {"2026-05-01", "new_marketing"}).size(), 1U);
  EXPECT_EQ(Behind("forecast.tree", "history", {"2026-05-01", "bookings"}).size(), 3U);
  EXPECT_EQ(Behind("forecast.tree", "history", {"2026-05-01", "pipeline_sales"}).size(), 2U);
}

TEST_F(TreeStory, GoalsStandBesideWhatIsExpected) {
  Company();
  Goal("won_amount", "2026-07-01", "2026-09-30", "6000", "sales");
  Goal("won_amount", "2026-06-01", "2026-07-31", "3000", "sales");
  Goal("won_amount", "2026-07-01", "2026-09-30", "6000", "finance", "USD");
  Goal("won_amount", "2026-07-01", "2027-06-30", "1", "sales");
  Goal("leads", "2026-07-01", "2026-09-30", "20", "marketing", "");
  const analysis::Output output = Run("forecast.tree", {{"months", {"3"}}});
  const testing::Line lines =
      Lines(output, "agreement",
            {"thing", "says", "department", "first_day", "said", "agreed", "difference", "said_leads", "agreed_leads"});
  EXPECT_THAT(lines, AllOf(Contains("bookings | goal | sales | 2026-07-01 | 6000 | 5100 | 900 | - | -"),
                           Contains("bookings | goal | sales | 2026-06-01 | 3000 | 3400 | -400 | - | -"),
                           Contains("bookings | parts | company | 2026-07-01 | 5100 | 5100 | 0 | - | -"),
                           // A lead is worth 250.
                           Contains("leads | goal | marketing | 2026-07-01 | 5000 | 3000 | 2000 | 20 | 12")));
  EXPECT_THAT(lines, Not(Contains(HasSubstr("| 1 |"))));
  EXPECT_THAT(Codes(output), Contains("goal_currency"));
}

TEST_F(TreeStory, CashComesAsPayersPay) {
  Invoices();
  const analysis::Output output = Run("forecast.tree", {{"months", {"2"}}});
  // The invoice of 28 June on 3 July; of those of July, evenly spread, 26 of 31 days within it.
  EXPECT_THAT(Lines(output, "tree", {"node", "base"}), ElementsAre("cash | 200", "cash_open | 100", "cash_new | 167.74",
                                                                   "cash | 200", "cash_open | 0", "cash_new | 200"));
  for (const analysis::Table& table = *output.Find("tree"); const std::size_t month : {0U, 3U}) {
    const auto units = [&](std::size_t row) {
      return std::get<Decimal>(table.rows[month + row][table.IndexOf("reconciled")]).units;
    };
    EXPECT_TRUE(units(0) == units(1) + units(2));
  }
  EXPECT_THAT(Lines(output, "payers", {"payers", "accounts", "invoices", "median_days", "late_share", "open"}),
              ElementsAre("prompt | 1 | 47 | 5 | 0 | 100", "new | 1 | 3 | 5 | 0 | 0"));
  EXPECT_THAT(Codes(output), AllOf(Contains("no_deals"), Contains("no_leads"), Contains("no_subscriptions")));
  EXPECT_EQ(Behind("forecast.tree", "history", {"2026-05-01", "cash"}).size(), 2U);
}

TEST_F(TreeStory, AMonthThatHasBegunKeepsWhatCame) {
  Company();
  as_of = *ParseIsoInstant("2026-06-15T12:00:00Z");
  const analysis::Output output = Run("forecast.tree", {{"months", {"1"}}});
  // What sales and success win comes until the tenth; a thousand of 1,700 comes after the fifteenth.
  EXPECT_THAT(Lines(output, "tree", {"node", "base", "so_far"}),
              AllOf(Contains("bookings | 1700 | 700"), Contains("new_sales | 794.12 | 500")));
}

TEST_F(TreeStory, RefusesWhereNothingIsKnown) {
  EXPECT_EQ(Ask("forecast.tree").error().code(), Code::kNotEnoughData);
  EXPECT_THAT(Ask("forecast.tree", {{"months", {"13"}}}).error().message(), HasSubstr("from 1 to 12"));
}

}  // namespace
}  // namespace weir::forecast
