#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/russian.h"
#include "customers/company_story.h"

namespace weir::customers {
namespace {

using testing::Company;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;
using testing::Line;
using ::testing::Not;
using ::testing::SizeIs;

const analysis::RawParams kAlfa{{"id", {"salesforce:A1"}}};

TEST(AccountPage, JoinsACustomerFromFiveSources) {
  Company& company = Company::Shared();
  const analysis::Output page = metrics::testing::Need(company.Ask("customers.account", kAlfa));
  EXPECT_THAT(company.Lines(page, "record", {"name", "domain", "owner", "is_customer", "sources"}),
              ElementsAre(Line{"Alfa Zażółć", "alfa.example", "Ann Seller", "true",
                               "asterisk, hubspot, intercom, salesforce, stripe, zendesk"}));
  EXPECT_THAT(company.Lines(page, "contacts", {"full_name", "role", "activities"}),
              ElementsAre(Line{"Jean-Luc Müller", "Decision Maker", "2"}));
  EXPECT_THAT(company.Lines(page, "deals", {"name", "status", "amount"}),
              ElementsAre(Line{"Alfa expansion", "open", "500"}, Line{"Alfa first order", "won", "1200"}));
  EXPECT_THAT(company.Lines(page, "leads", {"full_name", "owner"}), ElementsAre(Line{"Jean-Luc Müller", "Mia Market"}));
  EXPECT_THAT(company.Lines(page, "activities", {"subject"}),
              ElementsAre(Line{"Send contract"}, Line{"Review"}, Line{"Intro"}))
      << "the meeting names a deal of the account and no account";
  EXPECT_THAT(company.Lines(page, "tickets", {"subject", "owner"}), ElementsAre(Line{"Login fails", "Sam Support"}));
  EXPECT_THAT(company.Lines(page, "invoices", {"number", "is_overdue", "outstanding_reporting"}),
              ElementsAre(Line{"INV-0008", "true", "250"}, Line{"INV-0007", "false", "0"}));
  EXPECT_THAT(company.Lines(page, "payments", {"payment_id", "status"}), SizeIs(2))
      << "one payment is the account's by its invoice alone";
  EXPECT_THAT(company.Lines(page, "subscriptions", {"status", "quantity", "unit_price", "interval"}),
              ElementsAre(Line{"active", "4", "25", "month"}));
  EXPECT_THAT(company.Lines(page, "campaigns", {"campaign", "touches"}), Contains(Line{"Brand search", "1"}));
}

TEST(AccountPage, SaysWhatOneMustKnowBeforeACall) {
  Company& company = Company::Shared();
  EXPECT_THAT(
      company.Lines("customers.account", kAlfa, "record",
                    {"deals_won", "won_amount", "deals_open", "pipeline_amount", "next_close_date", "invoiced_amount",
                     "overdue_amount", "overdue_since", "overdue_invoices", "failed_payments", "open_tickets",
                     "last_activity_kind", "last_activity_by", "renewal_date", "active_subscriptions"}),
      ElementsAre(Line{"1", "1200", "1", "500", "2026-08-31", "1500", "250", "2026-06-15", "1", "1", "1", "message",
                       "Sam Support", "2027-02-28", "1"}));
}

TEST(AccountPage, CountsTalksThatOnlyTheTelephoneSystemKnows) {
  Company company;
  const auto last = [&] {
    return company.Lines("customers.account", kAlfa, "record", {"last_activity_at", "last_activity_kind"});
  };
  company.model.Execute(
      "UPDATE model.\"call\" SET \"at\" = TIMESTAMP '2026-06-21 10:00:00'; UPDATE model.message SET \"at\" = "
      "TIMESTAMP '2026-06-01 10:00:00'");
  EXPECT_THAT(last(), ElementsAre(Line{"2026-06-20T09:00:00Z", "meeting"}))
      << "a missed call and a task that nobody has done are no activity";
  company.model.Execute("UPDATE model.\"call\" SET outcome = 'answered'");
  EXPECT_THAT(last(), ElementsAre(Line{"2026-06-21T10:00:00Z", "call"}));
  EXPECT_EQ(company.Lines("customers", {{"text", {"alfa"}}}, "accounts", {"last_activity_at"}),
            company.Lines("customers.account", kAlfa, "record", {"last_activity_at"}));
}

TEST(Owners, AreOfTheDepartmentsOfPeople) {
  Company& company = Company::Shared();
  EXPECT_THAT(company.Lines("customers.account", kAlfa, "owners", {"department", "owner", "reason"}),
              ElementsAre(Line{"sales", "Ann Seller", "record"}, Line{"sales_development", "", ""},
                          Line{"marketing", "Mia Market", "lead"}, Line{"success", "", ""},
                          Line{"support", "Sam Support", "ticket"}, Line{"finance", "", ""}))
      << "who answers tickets stands for support, and for success nobody";
}

TEST(Owners, FollowWhatIsDecidedInPeople) {
  Company company;
  const auto of = [&](std::string_view department) {
    const auto lines = company.Lines("customers.account", kAlfa, "owners", {"department", "owner", "reason"});
    const auto found = std::ranges::find(lines, department, [](const Line& line) { return line.front(); });
    return found == lines.end() ? Line{} : Line{(*found)[1], (*found)[2]};
  };
  const auto decide = [&](std::string_view member, std::string_view department) {
    company.model.Execute(
        fmt::format("UPDATE model.member_state SET department = '{}' WHERE member_id = '{}'", department, member));
  };
  decide("zendesk:Z1", "success");
  EXPECT_EQ(of("success"), (Line{"Sam Support", "ticket"}));
  EXPECT_EQ(of("support"), (Line{"", ""}));
  decide("salesforce:U2", "finance");
  EXPECT_EQ(of("finance"), (Line{"Bo Rival", "only"})) << "of one member there is no doubt";
  decide("zendesk:Z1", "finance");
  EXPECT_EQ(of("finance"), (Line{"Sam Support", "ticket"})) << "whoever did something comes before";
  decide("salesforce:M1", "finance");
  decide("zendesk:Z1", "support");
  EXPECT_EQ(of("finance"), (Line{"Mia Market", "lead"}));
  company.model.Execute("UPDATE model.member_state SET is_active = FALSE WHERE member_id = 'salesforce:M1'");
  EXPECT_EQ(of("finance"), (Line{"Bo Rival", "only"})) << "who has left stands for nothing";
  decide("salesforce:U1", "management");
  EXPECT_EQ(of("management"), (Line{"Ann Seller", "record"})) << "who owns the record is named wherever they are";
  EXPECT_EQ(of("sales"), (Line{"", ""}));
}

TEST(Owners, OfADepartmentThatDidNothingAreThoseWhoHeadIt) {
  Company company;
  company.model.Execute(
      "UPDATE model.member_state SET department = 'finance', manager_id = CASE member_id WHEN 'zendesk:Z1' THEN "
      "'salesforce:U2' END WHERE member_id IN ('salesforce:U2', 'zendesk:Z1')");
  const auto finance = [&] {
    return company.Lines("customers.account", {{"id", {"salesforce:A2"}}}, "owners", {"department", "owner", "reason"})
        .back();
  };
  EXPECT_EQ(finance(), (Line{"finance", "Bo Rival", "record"}));
  company.model.Execute(
      "UPDATE model.account_version SET owner_id = NULL; UPDATE model.deal_version SET owner_id = NULL");
  EXPECT_EQ(finance(), (Line{"finance", "Bo Rival", "head"}));
  company.model.Execute("UPDATE model.member_state SET manager_id = NULL");
  EXPECT_EQ(finance(), (Line{"finance", "", ""})) << "of two without a head nobody is meant";
}

TEST(Owners, WhoIsHisOwnManagerHeadsTheOthers) {
  Company company;
  company.model.Execute(
      "UPDATE model.member_state SET department = 'finance', manager_id = 'salesforce:U2' WHERE member_id IN "
      "('salesforce:U2', 'zendesk:Z1'); UPDATE model.account_version SET owner_id = NULL; UPDATE model.deal_version "
      "SET "
      "owner_id = NULL");
  EXPECT_EQ(company.Lines("customers.account", {{"id", {"salesforce:A2"}}}, "owners", {"department", "owner", "reason"})
                .back(),
            (Line{"finance", "Bo Rival", "head"}));
}

TEST(Owners, AreTheSameForWhoSeesAPartOfTheDepartment) {
  Company company;
  const auto finance = [&] {
    return company.Lines("customers.account", kAlfa, "owners", {"department", "owner", "reason"}).back();
  };
  const auto decide = [&](std::string_view what) {
    company.model.Execute(fmt::format("UPDATE model.member_state SET {}", what));
  };
  decide("department = 'finance', team_id = 'salesforce:T1' WHERE member_id = 'zendesk:Z1'");
  decide("department = 'finance' WHERE member_id = 'salesforce:U2'");
  company.model.Execute("UPDATE model.ticket_version SET owner_id = NULL; UPDATE model.message SET member_id = NULL");
  company.SeesOnly("'salesforce:T1'");
  EXPECT_EQ(finance(), (Line{"finance", "", ""})) << "there are two, of whom one is seen";
  decide("manager_id = 'zendesk:Z1' WHERE member_id = 'salesforce:U2'");
  EXPECT_EQ(finance(), (Line{"finance", "Sam Support", "head"}));
  decide("manager_id = CASE member_id WHEN 'zendesk:Z1' THEN 'salesforce:U2' END WHERE department = 'finance'");
  EXPECT_EQ(finance(), (Line{"finance", "", ""})) << "the head may not be seen";
}

TEST(Owners, OfACompanyAreToldToWhoMaySeeTheCompany) {
  Company company;
  company.model.Execute(
      "UPDATE model.account_version SET owner_id = 'salesforce:U2' WHERE account_id = 'salesforce:A1'; UPDATE "
      "model.campaign SET owner_id = 'salesforce:U2'");
  const auto owner = [&] {
    return company.Lines("customers.deal", {{"id", {"salesforce:D1"}}}, "record", {"name", "account_owner_id"});
  };
  const std::string told =
      "SELECT DISTINCT account_owner_id FROM scoped.deal WHERE account_id = 'salesforce:A1' UNION "
      "ALL SELECT owner_id FROM scoped.campaign";
  EXPECT_THAT(owner(), ElementsAre(Line{"Alfa first order", "salesforce:U2"}));
  EXPECT_EQ(company.model.Table(told), "salesforce:U2\nsalesforce:U2\n");
  company.SeesOnly("'salesforce:T1'");
  EXPECT_THAT(owner(), ElementsAre(Line{"Alfa first order", ""}));
  EXPECT_EQ(company.model.Table(told), "-\n-\n");
}

TEST(Owners, OfAPersonAndADealAreTheirOwnThenThoseOfTheCompany) {
  Company company;
  const auto sales = [&](const char* page, const char* id) {
    return company.Lines(page, {{"id", {id}}}, "owners", {"department", "owner", "reason"}).front();
  };
  EXPECT_EQ(sales("customers.person", "salesforce:P2"), (Line{"sales", "Bo Rival", "account"}));
  EXPECT_EQ(sales("customers.deal", "salesforce:D1"), (Line{"sales", "Ann Seller", "record"}));
  company.model.Execute(
      "UPDATE model.person_version SET owner_id = 'salesforce:U1' WHERE person_id = 'salesforce:P2'; UPDATE "
      "model.deal_version SET owner_id = NULL");
  EXPECT_EQ(sales("customers.person", "salesforce:P2"), (Line{"sales", "Ann Seller", "record"}));
  EXPECT_EQ(sales("customers.deal", "salesforce:D1"), (Line{"sales", "Ann Seller", "account"}));
}

TEST(Owners, OfMarketingOwnTheCampaignThatReachedTheCustomer) {
  Company company;
  company.model.Execute(
      "UPDATE model.lead_version SET owner_id = NULL; UPDATE model.campaign SET owner_id = 'salesforce:M1'");
  EXPECT_THAT(company.Lines("customers.account", kAlfa, "owners", {"department", "owner", "reason"}),
              Contains(Line{"marketing", "Mia Market", "campaign"}));
}

TEST(Owners, WithoutADepartmentStandForTheWorkTheyDid) {
  Company company;
  company.model.Execute("UPDATE model.member_state SET department = NULL");
  EXPECT_THAT(company.Lines("customers.account", kAlfa, "owners", {"department", "owner", "reason"}),
              IsSupersetOf({Line{"sales", "Ann Seller", "record"}, Line{"sales_development", "Mia Market", "lead"},
                            Line{"support", "Sam Support", "ticket"}}));
}

TEST(AccountPage, EachFieldHasItsSourceAndWhatOthersSay) {
  Company& company = Company::Shared();
  const analysis::Output page = metrics::testing::Need(company.Ask("customers.account", kAlfa));
  const auto fields = company.Lines(page, "fields", {"field", "value", "source", "known_at", "differing"});
  EXPECT_THAT(fields, Contains(Line{"industry", "Utilities", "salesforce", "2026-06-30T08:00:00Z", "1"}));
  EXPECT_THAT(fields, Contains(Line{"employees", "120", "salesforce", "2026-03-01T08:00:00Z", "0"}))
      << "known since the first import that said so";
  EXPECT_THAT(fields, Contains(Line{"city", "Łódź", "hubspot", "2026-06-30T08:00:00Z", "0"}));
  EXPECT_THAT(company.Lines(page, "field_values", {"field", "source", "value", "is_shown"}),
              IsSupersetOf({Line{"industry", "hubspot", "Energy", "false"},
                            Line{"industry", "salesforce", "Utilities", "true"}}));
}

TEST(AccountPage, TellsWhatChangedAndHowItIsKnown) {
  Company& company = Company::Shared();
  EXPECT_THAT(company.Lines("customers.account", kAlfa, "versions",
                            {"changed_at", "field", "old_value", "new_value", "source", "origin"}),
              Contains(Line{"2026-05-02T10:00:00Z", "industry", "Energy", "Utilities", "salesforce", "difference"}));
}

TEST(AccountPage, TheTimelineHasEverythingNewestFirst) {
  Company& company = Company::Shared();
  const auto lines = company.Lines("customers.account", kAlfa, "timeline", {"at", "kind", "action", "subject"});
  EXPECT_EQ(lines.front(), (Line{"2026-06-28T11:00:00Z", "message", "out", "Login fails"}));
  EXPECT_EQ(lines.at(1), (Line{"2026-06-28T10:00:00Z", "ticket", "created", "Login fails"}));
  EXPECT_THAT(lines, IsSupersetOf({Line{"2026-02-20T10:00:00Z", "deal", "won", "Alfa first order"},
                                   Line{"2026-06-16T10:00:00Z", "payment", "failed", ""},
                                   Line{"2026-06-01T10:00:00Z", "invoice", "overdue", "INV-0008"},
                                   Line{"2026-01-09T08:00:00Z", "lead", "created", "Jean-Luc Müller"},
                                   Line{"2026-01-09T07:00:00Z", "touch", "click", "Brand search"},
                                   Line{"2026-03-01T10:00:00Z", "subscription", "started", ""},
                                   Line{"2026-05-02T10:00:00Z", "change", "industry", ""}}));
  for (std::size_t i = 1; i < lines.size(); ++i) EXPECT_GE(lines[i - 1][0], lines[i][0]);
  analysis::RawParams only = kAlfa;
  only["kinds"] = {"payment,invoice"};
  EXPECT_THAT(company.Lines("customers.account", only, "timeline", {"kind"}), SizeIs(4));
  only["kinds"] = {"nonsense"};
  EXPECT_FALSE(company.Ask("customers.account", only));
}

TEST(AccountPage, ThePastKnowsNothingOfWhatCameLater) {
  Company& company = Company::Shared();
  company.AsOf("2026-02-01 12:00:00");
  const analysis::Output page = metrics::testing::Need(company.Ask("customers.account", kAlfa));
  EXPECT_THAT(company.Lines(page, "record", {"is_customer", "deals_open", "pipeline_amount", "open_tickets"}),
              ElementsAre(Line{"false", "1", "1000", "0"}));
  EXPECT_THAT(company.Lines(page, "invoices", {"number"}), IsEmpty());
  EXPECT_THAT(company.Lines(page, "fields", {"field", "value"}), Contains(Line{"industry", "Energy"}));
  for (const Line& line : company.Lines(page, "timeline", {"at"})) EXPECT_LE(line[0], "2026-02-01T12:00:00Z");
}

TEST(AccountPage, AnswersToAnyIdOfTheRecord) {
  Company& company = Company::Shared();
  for (const std::string id : {"salesforce:A1", "salesforce:A0", "A0", "hubspot:71", "71", "stripe:cus_1", "cus_1"}) {
    EXPECT_THAT(company.Lines("customers.account", {{"id", {id}}}, "record", {"name"}),
                ElementsAre(Line{"Alfa Zażółć"}))
        << id;
  }
  const auto unknown = company.Ask("customers.account", {{"id", {"nobody"}}});
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), Code::kNotFound);
  EXPECT_THAT(InRussian(unknown.error().Whole()), HasSubstr("компании «nobody» нет"));
  EXPECT_FALSE(company.Ask("customers.account", {}));
}

TEST(AccountPage, IsNotThereForAnotherTeam) {
  Company& company = Company::Shared();
  company.SeesOnly("'salesforce:T2'");
  for (const std::string id : {"salesforce:A1", "A0", "cus_1"}) {
    const auto page = company.Ask("customers.account", {{"id", {id}}});
    ASSERT_FALSE(page) << id;
    EXPECT_EQ(page.error().code(), Code::kNotFound) << id;
    EXPECT_THAT(page.error().ToString(), Not(HasSubstr("Alfa")));
  }
  EXPECT_FALSE(company.Ask("customers.person", {{"id", {"salesforce:P1"}}}));
  EXPECT_FALSE(company.Ask("customers.deal", {{"id", {"salesforce:D1"}}}));
  EXPECT_TRUE(company.Ask("customers.account", {{"id", {"salesforce:A2"}}}));
}

TEST(AccountPage, ShowsNoPersonalDataToWhoMayNotSeeThem) {
  Company& company = Company::Shared();
  company.SeesOnly("'salesforce:T1'", false);
  const analysis::Output page = metrics::testing::Need(company.Ask("customers.account", kAlfa));
  for (const analysis::Table& table : page.tables) {
    for (const auto& row : table.rows) {
      for (const store::Value& cell : row) {
        EXPECT_THAT(store::ToText(cell), Not(HasSubstr("Luc"))) << table.name;
        EXPECT_THAT(store::ToText(cell), Not(HasSubstr("@alfa"))) << table.name;
      }
    }
  }
  EXPECT_THAT(company.Lines(page, "contacts", {"person_id", "full_name"}), SizeIs(1));
}

TEST(AccountPage, TheTimelineHasWhatTheTelephoneSystemSaw) {
  Company company;
  const Line missed{"2026-01-13T09:00:00Z", "call", "in", "+48221234567", "missed", "asterisk"};
  const auto timeline = [&](const char* page, const char* id) {
    return company.Lines(page, {{"id", {id}}}, "timeline", {"at", "kind", "action", "subject", "detail", "source"});
  };
  EXPECT_THAT(timeline("customers.account", "salesforce:A1"), Contains(missed));
  EXPECT_THAT(timeline("customers.person", "salesforce:P1"), Contains(missed));
  EXPECT_THAT(timeline("customers.account", "salesforce:A2"), Not(Contains(missed)));
  company.SeesOnly("'salesforce:T1'", false);
  EXPECT_THAT(timeline("customers.account", "salesforce:A1"),
              Contains(Line{"2026-01-13T09:00:00Z", "call", "in", "", "missed", "asterisk"}))
      << "without the right to personal data the number is hidden";
}

TEST(AccountPage, TheTimelineHasWhatWasWrittenOnce) {
  Company company;
  const auto timeline = [&](const char* page, const char* id) {
    return company.Lines(page, {{"id", {id}}, {"kinds", {"message,email"}}}, "timeline",
                         {"at", "kind", "action", "subject", "detail", "member", "source"});
  };
  const Line reply{"2026-06-28T11:00:00Z", "message", "out", "Login fails", "ticket", "Sam Support", "zendesk"};
  const Line chat{"2026-01-14T11:00:00Z", "message", "in", "", "chat", "", "salesforce"};
  EXPECT_THAT(timeline("customers.account", "salesforce:A1"), ElementsAre(reply, chat));
  EXPECT_THAT(timeline("customers.person", "salesforce:P1"), ElementsAre(chat));
  EXPECT_THAT(timeline("customers.account", "salesforce:A2"), IsEmpty());
  company.model.Record("activity",
                       {{"key", "e7"},
                        {"kind", "email"},
                        {"direction", "out"},
                        {"subject", "Offer"},
                        {"deal_key", "D1"},
                        {"account_key", "A1"},
                        {"owner_key", "U1"},
                        {"at", "2026-02-01 09:00:00"}},
                       "2026-06-30 08:00:00", "salesforce", "task");
  company.model.Record("message", {{"key", "e7"}, {"channel", "email"}}, "2026-06-30 08:00:00", "salesforce", "task");
  ASSERT_TRUE(company.model.Build()) << company.model.error();
  company.AsOf("2026-06-30 12:00:00");
  const Line mail{"2026-02-01T09:00:00Z", "email", "out", "Offer", "", "Ann Seller", "salesforce"};
  EXPECT_THAT(timeline("customers.account", "salesforce:A1"), ElementsAre(reply, mail, chat));
  EXPECT_THAT(timeline("customers.deal", "salesforce:D1"), ElementsAre(mail));
}

TEST(AccountPage, TheTimelineTellsOfNoChangeFromNothingThatAnExportAlonePuts) {
  Company company;
  const auto amounts = [&](const char* deal) {
    return company.Lines("customers.deal", {{"id", {deal}}, {"kinds", {"deal"}}}, "timeline",
                         {"at", "action", "detail"});
  };
  const auto see = [&](const char* key, const char* amount, const char* at) {
    model::TestModel::Cells deal{
        {"key", key}, {"stage", "Offer"}, {"stage_kind", "open"}, {"created_at", "2026-01-02 09:00:00"}};
    if (*amount != 0) deal["amount"] = amount;
    company.model.Record("deal", deal, at, "salesforce");
  };
  const auto change = [&](const char* key, const char* field, const char* value) {
    company.model.Record("deal_change", {{"deal_key", key}, {"at", "2026-02-01 09:00:00"}, {field, value}},
                         "2026-06-01 00:00:00", "salesforce");
  };
  // Set by a change that the source tells of; emptied by one, and there again in the export; seen by two exports alone.
  change("H1", "amount", "300");
  see("H1", "300", "2026-06-01 00:00:00");
  change("H2", "cleared", "amount");
  see("H2", "400", "2026-06-01 00:00:00");
  see("H3", "", "2026-05-01 00:00:00");
  see("H3", "500", "2026-06-01 00:00:00");
  ASSERT_TRUE(company.model.Build()) << company.model.error();
  company.AsOf("2026-06-30 12:00:00");
  const Line created{"2026-01-02T09:00:00Z", "created", ""};
  EXPECT_THAT(amounts("salesforce:H1"), ElementsAre(Line{"2026-02-01T09:00:00Z", "amount", " → 300"}, created));
  EXPECT_THAT(amounts("salesforce:H2"), ElementsAre(created));
  EXPECT_THAT(amounts("salesforce:H3"), ElementsAre(Line{"2026-06-01T00:00:00Z", "amount", " → 500"}, created));
}

TEST(PersonPage, HoldsDealsTouchesAndBothSources) {
  Company& company = Company::Shared();
  const analysis::Output page = metrics::testing::Need(company.Ask("customers.person", {{"id", {"hubspot:900"}}}));
  EXPECT_THAT(company.Lines(page, "record", {"full_name", "account", "title", "deals_won"}),
              ElementsAre(Line{"Jean-Luc Müller", "Alfa Zażółć", "CFO", "1"}));
  EXPECT_THAT(company.Lines(page, "deals", {"name"}), ElementsAre(Line{"Alfa first order"})) << "by the role in it";
  EXPECT_THAT(company.Lines(page, "activities", {"subject"}), ElementsAre(Line{"Intro"}));
  EXPECT_THAT(company.Lines(page, "field_values", {"field", "source", "value"}),
              Contains(Line{"full_name", "hubspot", "Jean Luc Muller"}));
  EXPECT_THAT(company.Lines(page, "timeline", {"kind"}),
              IsSupersetOf({Line{"touch"}, Line{"lead"}, Line{"deal"}, Line{"call"}}));
}

TEST(DealPage, HoldsItsChangesItsPeopleAndItsMoney) {
  Company& company = Company::Shared();
  const analysis::Output page = metrics::testing::Need(company.Ask("customers.deal", {{"id", {"D1"}}}));
  EXPECT_THAT(company.Lines(page, "record", {"name", "status", "amount", "account", "owner"}),
              ElementsAre(Line{"Alfa first order", "won", "1200", "Alfa Zażółć", "Ann Seller"}));
  EXPECT_THAT(company.Lines(page, "contacts", {"full_name", "role"}),
              ElementsAre(Line{"Jean-Luc Müller", "Decision Maker"}));
  EXPECT_THAT(company.Lines(page, "leads", {"lead_id"}), ElementsAre(Line{"salesforce:L1"}));
  EXPECT_THAT(company.Lines(page, "contracts", {"end_date"}), ElementsAre(Line{"2027-02-28"}));
  EXPECT_THAT(
      company.Lines(page, "versions", {"field", "old_value", "new_value"}),
      IsSupersetOf({Line{"stage", "Offer", "Won"}, Line{"amount", "1000", "1200"}, Line{"status", "open", "won"}}));
}

TEST(DealPage, HasNothingOfOtherDeals) {
  Company& company = Company::Shared();
  const analysis::Output page = metrics::testing::Need(company.Ask("customers.deal", {{"id", {"D2"}}}));
  EXPECT_THAT(company.Lines(page, "activities", {"subject"}), ElementsAre(Line{"Review"}));
  EXPECT_THAT(company.Lines(page, "contacts", {"full_name"}), IsEmpty());
  EXPECT_THAT(company.Lines(page, "leads", {"lead_id"}), IsEmpty());
}

// Whoever asks and whenever: the rows, the rights and the values of the view that the brief one stands for.
TEST(Briefs, ShowWhatTheViewsShow) {
  Company& company = Company::Shared();
  for (const std::string kind : {"deal", "lead", "activity", "touch", "ticket", "contract", "subscription", "invoice",
                                 "payment", "survey_answer", "call", "message", "deal_version"}) {
    // The account of a lead that names none is added by the page; an owner's name is compared by the list of changes.
    const std::string columns = store::ToText(*company.model.connection().QueryValue(fmt::format(
        "SELECT string_agg('\"' || b.column_name || '\"', ', ' ORDER BY b.column_name) FROM "
        "information_schema.columns AS b JOIN information_schema.columns AS v ON v.column_name = b.column_name "
        "WHERE b.table_schema = 'scoped' AND v.table_schema = 'scoped' AND b.table_name = '{0}_brief' AND "
        "v.table_name = '{0}' AND NOT ('{0}' = 'lead' AND b.column_name = 'account_id')",
        kind)));
    for (const std::string teams : {"", "'salesforce:T1'", "'salesforce:T2'", "'salesforce:T1', 'salesforce:T2'"}) {
      for (const std::string moment : {"2026-01-10 12:00:00", "2026-03-02 00:00:00", "2026-06-30 12:00:00"}) {
        company.AsOf(moment);
        company.SeesOnly(teams, teams != "'salesforce:T2'");
        const auto rows = [&](const std::string& view) {
          return company.model.Table(fmt::format("SELECT {0} FROM scoped.{1} ORDER BY ALL", columns, view));
        };
        EXPECT_EQ(rows(kind + "_brief"), rows(kind)) << kind << " " << teams << " " << moment;
      }
    }
    Company::Shared();
    EXPECT_FALSE(company.model.Table(fmt::format("SELECT 1 FROM scoped.{}_brief", kind)).empty()) << kind;
  }
}

}  // namespace
}  // namespace weir::customers
