#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "customers/company_story.h"

namespace weir::customers {
namespace {

using testing::Company;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Line;

TEST(CustomerList, HasTheFactsOfEachAccount) {
  Company& company = Company::Shared();
  EXPECT_THAT(company.Lines("customers", {}, "accounts",
                            {"name", "is_customer", "owner", "deals_open", "pipeline_amount", "won_amount",
                             "invoiced_amount", "overdue_amount", "open_tickets", "last_activity_at"}),
              ElementsAre(Line{"Alfa Zażółć", "true", "Ann Seller", "1", "500", "1200", "1500", "250", "1",
                               "2026-06-28T11:00:00Z"},
                          Line{"Ёлка Трейд", "false", "Bo Rival", "1", "9000", "", "", "", "", ""}));
}

TEST(CustomerList, AgreesWithThePage) {
  Company& company = Company::Shared();
  const std::vector<std::string> shared{"deals_open",      "pipeline_amount", "deals_won",    "won_amount",
                                        "invoiced_amount", "overdue_amount",  "open_tickets", "last_activity_at"};
  EXPECT_EQ(company.Lines("customers", {{"text", {"alfa"}}}, "accounts", shared),
            company.Lines("customers.account", {{"id", {"salesforce:A1"}}}, "record", shared));
}

// Whatever a list and a page both say, they say alike.
void ExpectAgreement(Company& company) {
  struct Both {
    std::string list;
    std::string table;
    std::string page;
    std::vector<std::string> columns;  // the id first, created_at last
  };
  for (const Both& both :
       {Both{"customers",
             "accounts",
             "customers.account",
             {"account_id", "is_customer", "last_activity_at", "created_at"}},
        Both{"customers.people", "people", "customers.person", {"person_id", "last_activity_at", "created_at"}},
        Both{"customers.deals", "deals", "customers.deal", {"deal_id", "last_activity_at", "created_at"}}}) {
    const auto listed = company.Lines(both.list, {}, both.table, both.columns);
    EXPECT_FALSE(listed.empty());
    for (const Line& line : listed) {
      const analysis::RawParams id{{"id", {line.front()}}};
      EXPECT_THAT(company.Lines(both.page, id, "record", both.columns), ElementsAre(line));
      for (const Line& field : company.Lines(both.page, id, "fields", {"field", "value"})) {
        if (field[0] != "created_at") continue;
        EXPECT_EQ(field[1], line.back()) << "the card of fields, " << line.front();
      }
    }
  }
}

TEST(Lists, AgreeWithThePages) {
  Company& company = Company::Shared();
  ExpectAgreement(company);
  EXPECT_THAT(company.Lines("customers.deals", {}, "deals", {"name", "last_activity_at"}),
              Contains(Line{"Alfa expansion", "2026-06-20T09:00:00Z"}))
      << "whatever the CRM itself calls the last activity";
  EXPECT_EQ(company.model.Table("SELECT string_agg(table_name, ', ') FROM information_schema.columns WHERE "
                                "table_schema = 'scoped' AND column_name = 'last_activity_at'"),
            "-\n")
      << "which has a name of its own";
}

TEST(Lists, AgreeWithThePagesOfThePastAndOfATeam) {
  Company& company = Company::Shared();
  company.AsOf("2026-02-25 12:00:00");
  ExpectAgreement(company);
  Company::Shared();
  company.SeesOnly("'salesforce:T1'");
  ExpectAgreement(company);
}

TEST(Lists, AgreeWithThePagesWhereEntriesNameNoAccount) {
  Company company;
  company.model.Execute(
      "UPDATE model.activity SET account_id = NULL, person_id = NULL, lead_id = 'salesforce:L1' WHERE subject = "
      "'Intro'; "
      "UPDATE model.message SET \"at\" = TIMESTAMP '2026-01-10 00:00:00'; DELETE FROM model.activity WHERE subject <> "
      "'Intro'");
  const Line last{"2026-01-12T09:00:00Z"};
  EXPECT_THAT(company.Lines("customers", {{"text", {"alfa"}}}, "accounts", {"last_activity_at"}), ElementsAre(last));
  EXPECT_THAT(company.Lines("customers.people", {{"text", {"luc"}}}, "people", {"activities"}), ElementsAre(Line{"2"}))
      << "the call names the lead that became the person";
}

TEST(PeopleList, CountsWhatTheContactsCount) {
  Company company;
  company.model.Execute("UPDATE model.\"call\" SET outcome = 'answered'");
  const std::vector<std::string> columns{"full_name", "activities", "last_activity_at"};
  EXPECT_THAT(company.Lines("customers.people", {{"text", {"luc"}}}, "people", columns),
              ElementsAre(Line{"Jean-Luc Müller", "3", "2026-01-14T11:00:00Z"}))
      << "a call that was entered, one that the telephone system alone saw, a chat";
  EXPECT_EQ(company.Lines("customers.people", {{"text", {"luc"}}}, "people", columns),
            company.Lines("customers.account", {{"id", {"salesforce:A1"}}}, "contacts", columns));
}

TEST(CustomerList, KnowsACustomerByAPaidInvoice) {
  Company company;
  const auto is_customer = [&] { return company.Lines("customers", {}, "accounts", {"name", "is_customer"}); };
  const auto since = [&] {
    return company.Lines("customers.account", {{"id", {"salesforce:A2"}}}, "record", {"is_customer", "customer_since"});
  };
  EXPECT_THAT(is_customer(), Contains(Line{"Ёлка Трейд", "false"}));
  EXPECT_THAT(since(), ElementsAre(Line{"false", ""}));
  const auto invoice = [&](const char* key, const char* total, const char* paid_at) {
    company.model.Record("invoice",
                         {{"key", key},
                          {"account_key", "A2"},
                          {"status", "paid"},
                          {"issued_at", "2026-05-01 10:00:00"},
                          {"paid_at", paid_at},
                          {"total", total},
                          {"currency", "EUR"}},
                         "2026-06-30 08:00:00", "salesforce");
    ASSERT_TRUE(company.model.Build()) << company.model.error();
    company.AsOf("2026-06-30 12:00:00");
  };
  invoice("free", "0", "2026-05-01 10:00:00");
  EXPECT_THAT(since(), ElementsAre(Line{"false", ""})) << "a trial that costs nothing is no purchase";
  invoice("paid", "90", "2026-05-11 10:00:00");
  EXPECT_THAT(is_customer(), Contains(Line{"Ёлка Трейд", "true"}));
  EXPECT_THAT(since(), ElementsAre(Line{"true", "2026-05-11T10:00:00Z"}));
  EXPECT_THAT(company.Lines("customers", {{"customers", {"true"}}}, "accounts", {"name"}),
              Contains(Line{"Ёлка Трейд"}));
  company.AsOf("2026-05-10 12:00:00");
  EXPECT_THAT(since(), ElementsAre(Line{"false", ""}));
}

// The telephone system knows who called where the entry names the company alone.
class EntryOfTheCompanyAlone : public ::testing::Test {
 protected:
  EntryOfTheCompanyAlone() {
    company_.model.Record("activity",
                          {{"key", "e5"},
                           {"kind", "call"},
                           {"direction", "in"},
                           {"subject", "Called"},
                           {"account_key", "A1"},
                           {"owner_key", "U1"},
                           {"at", "2026-06-29 10:05:00"}},
                          "2026-06-30 08:00:00", "salesforce");
    company_.model.Record("call",
                          {{"key", "c5"},
                           {"direction", "in"},
                           {"from_number", "+48221234567"},
                           {"to_number", "600"},
                           {"member_key", "U1"},
                           {"outcome", "answered"},
                           {"at", "2026-06-29 10:00:00"}},
                          "2026-06-30 08:00:00", "salesforce");
    WEIR_CHECK(company_.model.Build());
    company_.AsOf("2026-06-30 12:00:00");
  }
  std::vector<Line> Listed() {
    return company_.Lines("customers.people", {{"text", {"luc"}}}, "people", {"activities", "last_activity_at"});
  }
  std::vector<Line> Contacts() {
    return company_.Lines("customers.account", {{"id", {"salesforce:A1"}}}, "contacts",
                          {"activities", "last_activity_at"});
  }
  std::vector<Line> LastOfPerson() {
    return company_.Lines("customers.person", {{"id", {"salesforce:P1"}}}, "record", {"last_activity_at"});
  }
  Company company_;
};

TEST_F(EntryOfTheCompanyAlone, CountsForWhoCalled) {
  ASSERT_EQ(company_.model.Table("SELECT count(entry_at) FROM scoped.call_brief"), "1\n");
  const Line both{"3", "2026-06-29T10:05:00Z"};
  EXPECT_THAT(Listed(), ElementsAre(both)) << "an earlier entry, a chat and this one";
  EXPECT_THAT(Contacts(), ElementsAre(both));
  EXPECT_THAT(LastOfPerson(), ElementsAre(Line{"2026-06-29T10:05:00Z"}));
  ExpectAgreement(company_);
}

TEST_F(EntryOfTheCompanyAlone, CountsAsTheCallUntilItIsMade) {
  company_.AsOf("2026-06-29 10:02:00");
  const Line call{"3", "2026-06-29T10:00:00Z"};
  EXPECT_THAT(Listed(), ElementsAre(call));
  EXPECT_THAT(Contacts(), ElementsAre(call));
  ExpectAgreement(company_);
}

TEST_F(EntryOfTheCompanyAlone, CountsThoughNobodyAnswered) {
  company_.model.Execute("UPDATE model.\"call\" SET outcome = 'missed'");
  const Line entered{"3", "2026-06-29T10:05:00Z"};
  EXPECT_THAT(Listed(), ElementsAre(entered));
  EXPECT_THAT(Contacts(), ElementsAre(entered));
  ExpectAgreement(company_);
}

TEST_F(EntryOfTheCompanyAlone, CountsAsTheCallForWhoMayNotSeeTheColleague) {
  company_.model.Execute(
      "UPDATE model.\"call\" SET member_id = 'salesforce:U2' WHERE member_id = 'salesforce:U1'; "
      "UPDATE model.activity SET owner_id = 'salesforce:U2' WHERE subject = 'Called'");
  company_.SeesOnly("'salesforce:T1'");
  const Line call{"3", "2026-06-29T10:00:00Z"};
  EXPECT_THAT(Listed(), ElementsAre(call));
  EXPECT_THAT(Contacts(), ElementsAre(call));
  ExpectAgreement(company_);
}

TEST(PeopleList, CountsAnEntryForWhomItsMessageNames) {
  Company company;
  company.model.Execute(
      "UPDATE model.activity SET kind = 'email', person_id = NULL WHERE subject = 'Intro'; "
      "UPDATE model.message SET activity_id = (SELECT activity_id FROM model.activity WHERE subject = 'Intro'), "
      "\"at\" = TIMESTAMP '2026-01-12 09:00:00' WHERE channel = 'chat'");
  const Line once{"1", "2026-01-12T09:00:00Z"};
  EXPECT_THAT(company.Lines("customers.people", {{"text", {"luc"}}}, "people", {"activities", "last_activity_at"}),
              ElementsAre(once));
  EXPECT_THAT(
      company.Lines("customers.account", {{"id", {"salesforce:A1"}}}, "contacts", {"activities", "last_activity_at"}),
      ElementsAre(once));
  ExpectAgreement(company);
}

// Who is a customer is who has a won deal or a paid invoice at the moment, as their own views say.
void ExpectCustomersWhoBought(Company& company, const std::vector<std::string>& moments) {
  for (const std::string& moment : moments) {
    company.AsOf(moment);
    EXPECT_EQ(company.model.Table("SELECT string_agg(account_id, ', ' ORDER BY account_id) FROM scoped.account WHERE "
                                  "is_customer"),
              company.model.Table(
                  "SELECT string_agg(account_id, ', ' ORDER BY account_id) FROM (SELECT account_id FROM scoped.deal "
                  "WHERE status = 'won' UNION SELECT account_id FROM scoped.invoice WHERE paid_at IS NOT NULL AND "
                  "total > 0 AND status NOT IN ('void', 'draft'))"))
        << moment;
    EXPECT_EQ(company.model.Table("SELECT count(*) FROM scoped.account WHERE customer_since > getvariable('as_of') OR "
                                  "is_customer <> (customer_since IS NOT NULL)"),
              "0\n")
        << moment;
  }
}

TEST(CustomerList, RemembersACustomerWhoseDealWasOpenedAgain) {
  Company company;
  company.model.Record("deal",
                       {{"key", "D1"},
                        {"name", "Alfa first order"},
                        {"account_key", "A1"},
                        {"stage", "Offer"},
                        {"amount", "1200"},
                        {"currency", "EUR"},
                        {"close_date", "2026-09-30"},
                        {"owner_key", "U1"},
                        {"created_at", "2026-01-10 09:00:00"},
                        {"modified_at", "2026-07-05 10:00:00"}},
                       "2026-07-10 08:00:00", "salesforce");
  company.model.Record("invoice",
                       {{"key", "in_1"},
                        {"number", "INV-0007"},
                        {"account_key", "cus_1"},
                        {"status", "void"},
                        {"issued_at", "2026-03-01 10:00:00"},
                        {"total", "1200"},
                        {"currency", "EUR"}},
                       "2026-07-08 08:00:00", "stripe");
  ASSERT_TRUE(company.model.Build()) << company.model.error();
  const auto alfa = [&](const char* moment) {
    company.AsOf(moment);
    return company.Lines("customers.account", {{"id", {"salesforce:A1"}}}, "record",
                         {"is_customer", "customer_since", "deals_won"});
  };
  EXPECT_THAT(alfa("2026-02-20 09:59:59"), ElementsAre(Line{"false", "", "0"}));
  EXPECT_THAT(alfa("2026-02-20 10:00:00"), ElementsAre(Line{"true", "2026-02-20T10:00:00Z", "1"}));
  EXPECT_THAT(alfa("2026-07-05 09:59:59"), ElementsAre(Line{"true", "2026-02-20T10:00:00Z", "1"}));
  EXPECT_THAT(alfa("2026-07-05 10:00:00"), ElementsAre(Line{"true", "2026-03-10T10:00:00Z", "0"}))
      << "the invoice stands paid, and was void only later";
  EXPECT_THAT(alfa("2026-07-09 12:00:00"), ElementsAre(Line{"false", "", "0"}));
  ExpectCustomersWhoBought(company, {"2026-01-15 12:00:00", "2026-02-25 12:00:00", "2026-03-10 09:00:00",
                                     "2026-07-04 12:00:00", "2026-07-06 12:00:00", "2026-07-12 12:00:00"});
}

TEST(CustomerList, IsNoCustomerBeforeADealWithABackDatedCloseIsWon) {
  Company company;
  const auto trade = [&](const char* stage, const char* close_date, const char* amount, const char* modified_at,
                         const char* seen) {
    company.model.Record("deal",
                         {{"key", "D9"},
                          {"name", "Trade"},
                          {"account_key", "A2"},
                          {"stage", stage},
                          {"amount", amount},
                          {"currency", "EUR"},
                          {"close_date", close_date},
                          {"owner_key", "U2"},
                          {"created_at", "2026-05-10 09:00:00"},
                          {"modified_at", modified_at}},
                         seen, "salesforce");
  };
  trade("Won", "2026-05-20", "9000", "2026-07-02 10:00:00", "2026-07-03 08:00:00");
  trade("Won", "2026-05-20", "9500", "2026-07-04 10:00:00", "2026-07-05 08:00:00");
  ASSERT_TRUE(company.model.Build()) << company.model.error();
  const auto elka = [&](const char* moment) {
    company.AsOf(moment);
    return company.Lines("customers.account", {{"id", {"salesforce:A2"}}}, "record",
                         {"is_customer", "customer_since", "deals_won", "deals_open"});
  };
  EXPECT_THAT(elka("2026-06-15 12:00:00"), ElementsAre(Line{"false", "", "0", "1"}));
  EXPECT_THAT(elka("2026-07-06 12:00:00"), ElementsAre(Line{"true", "2026-05-20T00:00:00Z", "1", "0"}))
      << "an edit while it stands won begins nothing anew";
  ExpectCustomersWhoBought(company, {"2026-06-15 12:00:00", "2026-07-02 10:00:00", "2026-07-06 12:00:00"});
}

TEST(CustomerList, KnowsACustomerFromTheClosingOfTheFirstWonDeal) {
  Company& company = Company::Shared();
  EXPECT_THAT(company.Lines("customers.account", {{"id", {"salesforce:A1"}}}, "record", {"customer_since"}),
              ElementsAre(Line{"2026-02-20T10:00:00Z"}));
}

TEST(CustomerList, IsFiltered) {
  Company& company = Company::Shared();
  const auto names = [&](const analysis::RawParams& params) {
    return company.Lines("customers", params, "accounts", {"name"});
  };
  const Line alfa{"Alfa Zażółć"};
  const Line elka{"Ёлка Трейд"};
  EXPECT_THAT(names({{"text", {"ЕЛКА"}}}), ElementsAre(elka));
  EXPECT_THAT(names({{"text", {"zazolc"}}}), ElementsAre(alfa));
  EXPECT_THAT(names({{"where", {"pipeline_amount > 1000"}}}), ElementsAre(elka));
  EXPECT_THAT(names({{"where", {"country = 'PL' and not overdue_amount is null"}}}), ElementsAre(alfa));
  EXPECT_THAT(names({{"team", {"South"}}}), ElementsAre(elka));
  EXPECT_THAT(names({{"customers", {"true"}}}), ElementsAre(alfa));
  EXPECT_THAT(names({{"segment", {"50-249"}}}), ElementsAre(alfa));
  EXPECT_THAT(names({{"text", {"%"}}}), IsEmpty());
  const auto wrong = company.Ask("customers", {{"where", {"pipline_amount > 1"}}});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().ToString(), HasSubstr("pipeline_amount"));
}

TEST(CustomerList, KeepsToTheTeam) {
  Company& company = Company::Shared();
  company.SeesOnly("'salesforce:T2'");
  EXPECT_THAT(company.Lines("customers", {}, "accounts", {"name"}), ElementsAre(Line{"Ёлка Трейд"}));
  EXPECT_THAT(company.Lines("customers.people", {}, "people", {"full_name"}), ElementsAre(Line{"Пётр Ёжиков"}));
  EXPECT_THAT(company.Lines("customers.deals", {}, "deals", {"name"}), ElementsAre(Line{"Trade"}));
}

TEST(PeopleList, HidesWhatIsPersonal) {
  Company& company = Company::Shared();
  company.SeesOnly("'salesforce:T1'", false);
  EXPECT_THAT(company.Lines("customers.people", {}, "people", {"person_id", "full_name", "email"}),
              ElementsAre(Line{"salesforce:P1", "", ""}));
  EXPECT_THAT(company.Lines("customers.people", {{"text", {"Luc"}}}, "people", {"person_id"}), IsEmpty());
}

TEST(DealList, OpenOnesComeFirst) {
  Company& company = Company::Shared();
  EXPECT_THAT(company.Lines("customers.deals", {}, "deals", {"name", "status"}),
              ElementsAre(Line{"Trade", "open"}, Line{"Alfa expansion", "open"}, Line{"Alfa first order", "won"}));
}

}  // namespace
}  // namespace weir::customers
