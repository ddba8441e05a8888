// The built-in rules whose money is certain: stories with their amounts by hand.
#include <gmock/gmock.h>

#include "leaks/leaks_story.h"

namespace weir::leaks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CertainRules : public LeaksStory {
 protected:
  std::vector<std::string> Found(std::string_view rule, const std::vector<std::string>& columns) {
    return Lines(Run(), "leaks", rule, columns);
  }
  std::string Missing(std::string_view rule) {
    const analysis::Output output = Run();
    EXPECT_THAT(Lines(output, "rules", rule, {"state", "count"}), ElementsAre("not_measured|"));
    EXPECT_FALSE(Lines(output, "rules", rule, {"note_ru"}).front().empty());
    return Lines(output, "rules", rule, {"note_en"}).front();
  }
  // So many at such a price a month, since a day; null: not known.
  void Contract(const std::string& id, const std::string& account, const std::string& quantity,
                const std::string& monthly, const std::string& start, const std::string& end,
                const std::string& more = "NULL, 'Activated', 'EUR', NULL") {
    story.Run(fmt::format(
        "INSERT INTO scoped.contract (contract_id, account_id, account, quantity, monthly, monthly_reporting, amount, "
        "start_date, end_date, source, deal_id, status, currency, uplift_percent) SELECT '{0}', '{1}', 'The {1}', {2}, "
        "{3}, {3}, {3}, DATE '{4}', {5}, 'crm', {6}",
        id, account, quantity, monthly, start, end == "NULL" ? end : fmt::format("DATE '{}'", end), more));
  }
  void Subscription(const std::string& id, const std::string& account, const std::string& quantity,
                    const std::string& monthly, const std::string& start, const std::string& end = {},
                    const std::string& canceled = {}, const std::string& currency = "EUR") {
    const auto moment = [](const std::string& day) {
      return day.empty() ? "NULL" : fmt::format("TIMESTAMP '{}'", day);
    };
    story.Run(fmt::format(
        "INSERT INTO scoped.subscription (subscription_id, account_id, quantity, started_at, ended_at, canceled_at, "
        "source) VALUES ('{}', '{}', {}, {}, {}, {}, 'billing')",
        id, account, quantity, moment(start), moment(end), moment(canceled)));
    story.Run(fmt::format(
        "INSERT INTO scoped.subscription_mrr (subscription_id, account_id, currency, is_active, monthly, mrr) VALUES "
        "('{}', '{}', '{}', {}, {}, {})",
        id, account, currency, end.empty(), end.empty() ? monthly : "NULL", end.empty() ? monthly : "NULL"));
  }
  void Used(const std::string& account, const std::string& day, int users, const std::string& person = "NULL") {
    story.Run(
        fmt::format("INSERT INTO scoped.product_usage (account_id, person_id, day, feature, quantity) VALUES ('{}', "
                    "{}, DATE '{}', 'active_users', {})",
                    account, person, day, users));
  }
};

TEST_F(CertainRules, LessBilledThanAgreed) {
  Contract("short", "A", "10", "500", "2025-01-01", "2025-12-31");
  Subscription("sA", "A", "8", "400", "2025-01-01");
  Contract("in_full", "B", "10", "500", "2025-01-01", "2025-12-31");
  Subscription("sB", "B", "10", "500", "2025-01-01");
  // What else is billed at another price does not make good for a missing seat.
  Contract("beside_an_add_on", "C", "10", "500", "2025-04-01", "2026-03-31");
  Subscription("sC", "C", "9", "450", "2025-04-01");
  Subscription("sC_add_on", "C", "5", "100", "2025-04-01");
  Contract("month_to_month", "D", "8", "400", "2024-01-01", "2024-12-31");
  Subscription("sD", "D", "6", "300", "2024-01-01");
  // Of a subscription that began after the term was over another contract tells.
  Contract("over", "P", "8", "400", "2023-01-01", "2023-12-31");
  Subscription("sP", "P", "2", "100", "2024-06-01");
  Contract("replaced", "E", "10", "500", "2025-01-01", "2025-12-31", "'dE', 'Activated', 'EUR', NULL");
  Contract("by_this", "E", "10", "500", "2025-03-01", "2026-02-28", "'dE', 'Activated', 'EUR', NULL");
  Subscription("sE", "E", "10", "500", "2025-03-01");
  Contract("not_billed_at_all", "F", "10", "500", "2025-01-01", "2025-12-31");
  Contract("at_another_price", "G", "10", "500", "2025-06-01", "NULL");
  Subscription("sG", "G", "10", "450", "2025-06-01");
  Contract("of_nothing", "H", "0", "100", "2025-01-01", "2025-12-31");
  Subscription("sH", "H", "0", "100", "2025-01-01");
  Contract("within_tolerance", "I", "500", "500", "2025-01-01", "2025-12-31");
  Subscription("sI", "I", "496", "496", "2025-01-01");
  Contract("cancelled", "K", "10", "500", "2025-01-01", "2025-12-31", "NULL, 'Cancelled', 'EUR', NULL");
  Subscription("sK", "K", "1", "50", "2025-01-01");
  Contract("in_dollars", "L", "10", "500", "2025-01-01", "2025-12-31", "NULL, 'Activated', 'USD', NULL");
  Subscription("sL", "L", "1", "50", "2025-01-01");
  Contract("follows", "M", "10", "500", "2025-06-29", "2026-06-28");
  Subscription("sM", "M", "5", "250", "2025-06-29");
  Contract("unknown_worth", "N", "10", "NULL", "2025-01-01", "2025-12-31");
  Subscription("sN", "N", "1", "5", "2025-01-01");
  Contract("of_two", "O", "4", "200", "2025-01-01", "2025-12-31", "'dO', 'Activated', 'EUR', NULL");
  Contract("of_two_larger", "O", "10", "500", "2025-02-01", "2026-01-31", "'dP', 'Activated', 'EUR', NULL");
  Subscription("sO", "O", "13", "650", "2025-01-01");
  Contract("of_more_before", "R", "9", "450", "2025-01-01", "2025-12-31");
  Contract("agreed_anew", "R", "5", "250", "2025-03-01", "2026-02-28");
  Subscription("sR", "R", "5", "250", "2025-01-01");
  Contract("billions", "Q", "2", "80000000000", "2025-01-01", "2025-12-31");
  Subscription("sQ", "Q", "1", "40000000000", "2025-01-01");
  EXPECT_THAT(
      Found("under_billing", {"record_id", "since", "amount", "exposed", "certainty", "department", "detail_en"}),
      // A month is 365.25 / 12 days: 100 x 546 days, 100 x 180, 50 x 149, 50 x 90, 50 x 29.
      ElementsAre(
          "billions|2025-01-01|236550320000|80000000000|certain|finance|a month: 80000000000.00 EUR agreed, "
          "40000000000.00 EUR billed",
          "month_to_month|2024-01-01|1793.84|400|certain|finance|a month: 400.00 EUR agreed, 300.00 EUR billed",
          "short|2025-01-01|591.38|500|certain|finance|a month: 500.00 EUR agreed, 400.00 EUR billed",
          "of_two_larger|2025-02-01|244.76|700|certain|finance|a month: 700.00 EUR agreed, 650.00 EUR billed",
          "beside_an_add_on|2025-04-01|147.84|500|certain|finance|a month: 500.00 EUR agreed, 450.00 EUR billed",
          "at_another_price|2025-06-01|47.64|500|certain|finance|a month: 500.00 EUR agreed, 450.00 EUR billed"));
}

TEST_F(CertainRules, LessBilledNeedsContractsAndWhatTheirAmountsAreFor) {
  Contract("c", "A", "10", "NULL", "2025-01-01", "2025-12-31");
  EXPECT_THAT(Missing("under_billing"), HasSubstr("needs subscriptions"));
  Subscription("s", "A", "8", "400", "2025-01-01");
  EXPECT_THAT(Missing("under_billing"), HasSubstr("There are 1 contracts"));
  EXPECT_THAT(Missing("missed_renewal"), HasSubstr("use of the product"));
  Used("A", "2025-05-19", 5);
  EXPECT_THAT(Missing("missed_renewal"), HasSubstr("There are 1 contracts"));
}

TEST_F(CertainRules, PriceRisesThatWereForgotten) {
  const auto term = [&](const std::string& id, const std::string& account, const std::string& price,
                        const std::string& start, const std::string& end, const std::string& uplift) {
    Contract(id, account, "10", fmt::format("{} * 10", price), start, end,
             fmt::format("NULL, 'Activated', 'EUR', {}", uplift));
  };
  const auto two = [&](const std::string& account, const std::string& before, const std::string& uplift,
                       const std::string& after) {
    term(account + "1", account, before, "2024-01-01", "2024-12-31", uplift);
    term(account + "2", account, after, "2025-01-01", "2025-12-31", "NULL");
    Subscription("s" + account, account, "10", after + " * 10", "2024-01-01");
  };
  two("unchanged", "50", "4", "50");
  two("raised", "50", "4", "52");
  two("raised_by_half", "50", "4", "51");
  two("no_clause", "50", "0", "50");
  two("rounded_down", "9.99", "3", "10.28");
  // Nobody signed the next term, and it goes on as before.
  term("tacit1", "tacit", "50", "2024-01-01", "2024-12-31", "4");
  Subscription("stacit", "tacit", "10", "500", "2024-01-01");
  term("tacit_raised1", "tacit_raised", "50", "2024-01-01", "2024-12-31", "4");
  Subscription("stacit_raised", "tacit_raised", "10", "520", "2024-01-01");
  // Three months lie between the terms: another contract, not a renewal.
  term("gap1", "gap", "50", "2023-10-01", "2024-09-30", "4");
  term("gap2", "gap", "50", "2025-01-01", "2025-12-31", "NULL");
  Subscription("sgap", "gap", "10", "500", "2023-10-01");
  two("first_bill", "50", "4", "50");
  story.Run("UPDATE scoped.subscription SET started_at = '2025-01-01' WHERE subscription_id = 'sfirst_bill'");
  two("left", "50", "4", "50");
  story.Run(
      "UPDATE scoped.subscription_mrr SET is_active = FALSE, monthly = NULL, mrr = NULL WHERE account_id = 'left'");
  // A price of nothing rises to nothing.
  two("free", "0", "4", "0");
  // Two years and then one, both known by their sums: 50 a seat and month before, and 52 now.
  story.Run(R"(
    INSERT INTO scoped.contract (contract_id, account_id, status, amount, currency, quantity, uplift_percent, start_date, end_date, monthly,
      monthly_reporting, source) VALUES
      ('sums1', 'by_sums', 'Activated', 12000, 'EUR', 10, 4, '2023-01-01', '2024-12-31', 500, 500, 'crm'),
      ('sums2', 'by_sums', 'Activated', 6240, 'EUR', 10, 4, '2025-01-01', '2025-12-31', 520, 520, 'crm'))");
  two("billions", "800000000.0", "5", "800000000.0");
  EXPECT_THAT(
      Found("missed_uplift", {"record_id", "since", "amount", "exposed", "department", "detail_en"}),
      // 10 x 2 a month for 180 days; half of it.
      ElementsAre(
          "billions2|2025-01-01|2365503200|8000000000|finance|5 % were due on 2025-01-01: 840000000.00 a unit instead "
          "of 800000000.00 EUR",
          "tacit1|2025-01-01|118.28|500|finance|4 % were due on 2025-01-01: 52.00 a unit instead of 50.00 EUR",
          "unchanged2|2025-01-01|118.28|500|finance|4 % were due on 2025-01-01: 52.00 a unit instead of 50.00 EUR",
          "raised_by_half2|2025-01-01|59.14|510|finance|4 % were due on 2025-01-01: 52.00 a unit instead of 51.00 "
          "EUR"));
}

TEST_F(CertainRules, PriceRisesNeedTheClause) {
  Contract("c", "A", "10", "500", "2025-01-01", "2025-12-31");
  EXPECT_THAT(Missing("missed_uplift"), HasSubstr("of 1 contracts 0 say"));
  story.Run("UPDATE scoped.contract SET uplift_percent = 3, quantity = NULL");
  EXPECT_THAT(Missing("missed_uplift"), HasSubstr("of 1 contracts 1 say"));
  story.Run("UPDATE scoped.contract SET quantity = 0");
  EXPECT_THAT(Missing("missed_uplift"), HasSubstr("of 1 contracts 1 say"));
}

TEST_F(CertainRules, TermsThatNobodyRenewed) {
  const auto ended = [&](const std::string& account, const std::string& end, const std::string& canceled) {
    Contract("c" + account, account, "10", "500", "2024-04-01", end);
    Subscription("s" + account, account, "10", "500", "2024-04-01", end, canceled);
    Used(account, "2025-06-23", 7);
  };
  ended("nobody_left", "2025-03-31", "2024-04-01");
  ended("asked_to_leave_but_stays", "2025-03-31", "2025-03-01");
  // Who leaves is seen for some weeks.
  ended("is_leaving", "2025-05-31", "2025-05-20");
  ended("silent", "2025-03-31", "2024-04-01");
  story.Run("UPDATE scoped.product_usage SET day = '2025-05-01' WHERE account_id = 'silent'");
  ended("renewed", "2025-03-31", "2024-04-01");
  Contract("renewal", "renewed", "10", "500", "2025-04-01", "2026-03-31");
  ended("renewal_won", "2025-03-31", "2024-04-01");
  story.Run(
      "INSERT INTO scoped.deal (deal_id, account_id, status, close_date, type) VALUES ('d', 'renewal_won', 'won', "
      "'2025-03-10', 'Existing Customer - Renewal')");
  ended("still_billed", "2025-03-31", "2024-04-01");
  Subscription("another", "still_billed", "10", "500", "2025-04-01");
  ended("add_on_alone", "2025-03-31", "2024-04-01");
  Subscription("add_on", "add_on_alone", "5", "100", "2024-04-01");
  ended("billions", "2025-03-31", "2024-04-01");
  story.Run(
      "UPDATE scoped.contract SET monthly = 80000000000, monthly_reporting = 80000000000 WHERE account_id = "
      "'billions'");
  ended("pays_anew", "2025-03-31", "2024-04-01");
  Subscription("anew", "pays_anew", "2", "100", "2025-05-01");
  ended("yesterday", "2025-06-29", "2024-04-01");
  ended("of_nothing", "2025-03-31", "2024-04-01");
  story.Run("UPDATE scoped.contract SET monthly = 0, monthly_reporting = 0 WHERE account_id = 'of_nothing'");
  Contract("never_billed", "never_billed", "10", "500", "2024-04-01", "2025-03-31");
  Used("never_billed", "2025-06-23", 7);
  // Billed by invoices alone: the last one tells.
  Contract("by_invoice", "by_invoice", "10", "500", "2024-04-01", "2025-03-31");
  Contract("by_later_invoice", "by_later_invoice", "10", "500", "2024-04-01", "2025-03-31");
  for (const std::string account : {"by_invoice", "by_later_invoice"}) Used(account, "2025-06-23", 7);
  story.Run(
      "INSERT INTO scoped.invoice (invoice_id, account_id, issued_date, total) VALUES ('i1', 'by_invoice', "
      "'2025-03-01', 500), ('i2', 'by_later_invoice', '2025-05-01', 500)");
  EXPECT_THAT(
      Found("missed_renewal", {"record_id", "since", "amount", "exposed", "department", "detail_en"}),
      // 500 a month for 90 days.
      ElementsAre(
          "cbillions|2025-04-01|236550320000|80000000000|success|ended on 2025-03-31; last used on 2025-06-23",
          "by_invoice|2025-04-01|1478.44|500|success|ended on 2025-03-31; last used on 2025-06-23",
          "cadd_on_alone|2025-04-01|1478.44|500|success|ended on 2025-03-31; last used on 2025-06-23",
          "casked_to_leave_but_stays|2025-04-01|1478.44|500|success|ended on 2025-03-31; last used on 2025-06-23",
          "cnobody_left|2025-04-01|1478.44|500|success|ended on 2025-03-31; last used on 2025-06-23"));
}

TEST_F(CertainRules, MoreUsersThanSeats) {
  const auto plan = [&](const std::string& account, int seats) {
    Subscription("s" + account, account, std::to_string(seats), fmt::format("{} * 20", seats), "2025-01-15");
    story.Run(fmt::format("INSERT INTO scoped.account (account_id, name) VALUES ('{0}', 'The {0}')", account));
  };
  // The last full month is that from 15 May to 14 June.
  plan("above", 10);
  Used("above", "2025-05-19", 11);
  Used("above", "2025-05-26", 13);
  Used("above", "2025-06-16", 20);
  plan("billions", 2);
  story.Run(
      "UPDATE scoped.subscription_mrr SET monthly = 80000000000, mrr = 80000000000 WHERE account_id = 'billions'");
  Used("billions", "2025-05-19", 3);
  plan("below", 10);
  Used("below", "2025-05-19", 10);
  plan("before", 10);
  Used("before", "2025-05-12", 15);
  // Agreed and not billed is another leak.
  plan("agreed", 10);
  Contract("c", "agreed", "12", "240", "2025-01-15", "2026-01-14");
  Used("agreed", "2025-05-19", 12);
  plan("agreed_and_above", 10);
  Contract("c2", "agreed_and_above", "12", "240", "2025-01-15", "2026-01-14");
  Used("agreed_and_above", "2025-05-19", 13);
  // Seats given back within the month were there for its people.
  plan("gave_back", 10);
  story.Run(
      "INSERT INTO scoped.subscription_quantity VALUES ('sgave_back', '2025-01-15', '2025-05-15', 14), ('sgave_back', "
      "'2025-05-15', NULL, 10)");
  Used("gave_back", "2025-05-19", 13);
  plan("by_person", 2);
  for (const std::string person : {"'p1'", "'p2'", "'p3'"}) Used("by_person", "2025-05-20", 1, person);
  Used("by_person", "2025-05-21", 1, "'p1'");
  // Without a contract nobody knows which of two subscriptions hold seats.
  plan("two", 10);
  Subscription("add_on", "two", "5", "50", "2025-01-15");
  Used("two", "2025-05-19", 14);
  plan("new", 10);
  story.Run("UPDATE scoped.subscription SET started_at = '2025-06-10' WHERE subscription_id = 'snew'");
  Used("new", "2025-06-16", 30);
  plan("clicks", 10);
  story.Run("INSERT INTO scoped.product_usage VALUES ('clicks', NULL, '2025-05-19', 'reports_opened', 900)");
  Subscription("none", "nothing", "0", "100", "2025-01-15");
  Used("nothing", "2025-05-19", 5);
  EXPECT_THAT(Found("over_delivery", {"record_id", "since", "amount", "exposed", "department", "detail_en"}),
              ElementsAre("sbillions|2025-05-15|40000000000|80000000000|success|3 users on 2 seats",
                          "sabove|2025-05-15|60|200|success|13 users on 10 seats",
                          "sagreed_and_above|2025-05-15|20|200|success|13 users on 12 seats",
                          "sby_person|2025-05-15|20|40|success|3 users on 2 seats"));
}

TEST_F(CertainRules, UsersAndSeatsAreNeeded) {
  EXPECT_THAT(Missing("over_delivery"), HasSubstr("how many users"));
  Used("A", "2025-05-19", 5);
  EXPECT_THAT(Missing("over_delivery"), HasSubstr("number of seats"));
}

class Discounts : public CertainRules {
 protected:
  void Deal(const std::string& id, const std::string& account, const std::string& amount,
            const std::string& close_date = "2025-01-01") {
    story.Run(
        fmt::format("INSERT INTO scoped.deal (deal_id, name, account_id, status, close_date, amount, amount_reporting) "
                    "VALUES ('{0}', '{0}', '{1}', 'won', DATE '{2}', {3}, {3})",
                    id, account, close_date, amount));
  }
  void Account(const std::string& id, const std::string& employees) {
    story.Run(fmt::format("INSERT INTO scoped.account (account_id, employees) VALUES ('{}', {})", id, employees));
  }
  void Line(const std::string& deal, const std::string& product, const std::string& quantity, const std::string& list,
            const std::string& amount) {
    story.Run(
        fmt::format("INSERT INTO scoped.deal_line (deal_id, product_id, product, quantity, list_price, amount) VALUES "
                    "('{}', '{}', '{}', {}, {}, {})",
                    deal, product, product, quantity, list, amount));
  }
};

TEST_F(Discounts, AboveTheLimitOfTheCustomersSize) {
  for (const auto& [account, employees] : std::vector<std::pair<std::string, std::string>>{
           {"small", "99"}, {"middle", "100"}, {"large", "1000"}, {"unknown", "NULL"}}) {
    Account(account, employees);
    Deal(account, account, "1600");
    Line(account, "plan", "10", "200", "1600");  // a fifth off
  }
  Account("more", "5");
  // At the limit is within it; a line in full beside another does not hide its discount.
  Deal("at_the_limit", "more", "1800");
  Line("at_the_limit", "plan", "10", "200", "1800");
  Deal("mixed", "more", "2600", "2025-02-01");
  Line("mixed", "plan", "10", "200", "1600");
  Line("mixed", "add_on", "10", "100", "1000");
  // Carried on is not given again; given more is.
  Deal("renewal", "more", "1600", "2025-03-01");
  Line("renewal", "plan", "10", "200", "1600");
  Deal("deeper", "more", "1400", "2025-04-01");
  Line("deeper", "plan", "10", "200", "1400");
  Account("too_new", "5");
  Deal("too_new", "too_new", "1000", "2025-06-20");
  Line("too_new", "plan", "10", "200", "1000");
  // Amount and list of nothing.
  Deal("nothing", "more", "0", "2025-05-01");
  Line("nothing", "free", "10", "0", "0");
  Line("nothing", "none", "0", "100", "0");
  // Given away with something that is paid for.
  Deal("a_gift", "more", "1000", "2025-05-02");
  Line("a_gift", "base", "1", "1000", "1000");
  Line("a_gift", "gift", "1", "100", "0");
  EXPECT_THAT(Found("discount_overrun", {"record_id", "amount", "exposed", "department", "detail_en"}),
              ElementsAre("deeper|400|1400|sales|30 % off plan; the limit is 10 %",
                          "mixed|200|2600|sales|20 % off plan; the limit is 10 %",
                          "small|200|1600|sales|20 % off plan; the limit is 10 %",
                          "middle|100|1600|sales|20 % off plan; the limit is 15 %",
                          "a_gift|90|1000|sales|100 % off gift; the limit is 10 %"));
}

// Above the limit by 200 a term of 365 days, of which 180 have passed.
TEST_F(Discounts, CountAsLongAsTheCustomerStays) {
  for (const std::string account : {"stays", "left", "term_over", "of_a_day"}) {
    Account(account, "5");
    Deal(account, account, "1600");
    Line(account, "plan", "10", "200", "1600");
  }
  Contract("c1", "stays", "10", "133", "2025-01-01", "2025-12-31", "'stays', 'Activated', 'EUR', NULL");
  Subscription("s1", "stays", "10", "133", "2025-01-01");
  Contract("c2", "left", "10", "133", "2025-01-01", "2025-12-31", "'left', 'Activated', 'EUR', NULL");
  Subscription("s2", "left", "10", "133", "2025-01-01", "2025-05-01");
  Contract("c3", "term_over", "10", "133", "2024-01-01", "2024-12-31", "'term_over', 'Expired', 'EUR', NULL");
  Contract("c4", "of_a_day", "10", "133", "2025-01-01", "2025-01-01", "'of_a_day', 'Activated', 'EUR', NULL");
  EXPECT_THAT(Found("discount_overrun", {"record_id", "since", "amount"}),
              ElementsAre("of_a_day|2025-01-01|200", "stays|2025-01-01|98.63"));
}

// What was bought again nearer to the list is paid from then on: 90 days of 365 at a discount of 200 too much.
TEST_F(Discounts, EndWithABetterPrice) {
  Account("a", "5");
  Deal("first", "a", "1600");
  Line("first", "plan", "10", "200", "1600");
  Contract("c1", "a", "10", "133", "2025-01-01", "2025-12-31", "'first', 'Activated', 'EUR', NULL");
  Subscription("s1", "a", "10", "133", "2025-01-01");
  Deal("as_cheap", "a", "1600", "2025-03-01");
  Line("as_cheap", "plan", "10", "200", "1600");
  Deal("dearer", "a", "1900", "2025-04-01");
  Line("dearer", "plan", "10", "200", "1900");
  EXPECT_THAT(Found("discount_overrun", {"record_id", "amount", "certainty"}), ElementsAre("first|49.32|certain"));
  story.Run("UPDATE scoped.deal_line SET has_own_list_price = FALSE WHERE deal_id = 'first'");
  EXPECT_THAT(Found("discount_overrun", {"record_id", "amount", "certainty"}), ElementsAre("first|49.32|probable"))
      << "held against the list of today";
}

// amoCRM has goods and their prices, and of the deal one sum.
TEST_F(Discounts, OfDealsWhoseLinesHaveNoPrice) {
  Account("a", "5");
  Deal("d", "a", "2400");
  Line("d", "plan", "10", "200", "NULL");
  Line("d", "add_on", "10", "100", "NULL");
  EXPECT_THAT(Found("discount_overrun", {"record_id", "amount", "detail_en"}),
              ElementsAre("d|300|20 % off plan; the limit is 10 %"));
  Deal("billions", "b", "80000000000");
  Line("billions", "plan", "1000", "100000000", "NULL");
  Account("b", "5");
  EXPECT_THAT(Found("discount_overrun", {"record_id", "amount"}), ElementsAre("billions|10000000000", "d|300"));
  story.Run("DELETE FROM scoped.deal WHERE deal_id = 'billions'");
  Line("d", "service", "1", "NULL", "NULL");
  EXPECT_THAT(Found("discount_overrun", {"record_id"}), IsEmpty()) << "of one good nobody knows the price";
}

TEST_F(Discounts, NeedAListThatSpeaksOfTheSame) {
  EXPECT_THAT(Missing("discount_overrun"), HasSubstr("of 0 lines of deals 0 have one"));
  Account("a", "5");
  Deal("d", "a", "200");
  Line("d", "plan", "10", "240", "200");  // a month beside a year
  EXPECT_THAT(Missing("discount_overrun"), HasSubstr("of 1 lines of deals 1 have one, and 1 of these"));
}

}  // namespace
}  // namespace weir::leaks
