#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "customers/company_story.h"
#include "customers/search_query.h"

namespace weir::customers {
namespace {

using testing::Company;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::Line;

class Finding : public ::testing::Test {
 protected:
  std::vector<Line> Find(const std::string& text) {
    return company.Lines("customers.search", {{"text", {text}}}, "found", {"kind", "id"});
  }
  Company& company = Company::Shared();
};

const Line kAlfa{"account", "salesforce:A1"};
const Line kElka{"account", "salesforce:A2"};
const Line kJean{"person", "salesforce:P1"};
const Line kLead{"lead", "salesforce:L1"};

TEST_F(Finding, ByTheBeginningOfAnyWord) {
  EXPECT_THAT(Find("zazol"), ElementsAre(kAlfa));
  EXPECT_THAT(Find("ALFA exp"), ElementsAre(Line{"deal", "salesforce:D2"}));
  EXPECT_THAT(Find("exp alfa"), ElementsAre(Line{"deal", "salesforce:D2"}));
  EXPECT_THAT(Find("alfa nothing"), IsEmpty());
}

TEST_F(Finding, WithoutAccentsCaseAndTheDotsOfYo) {
  EXPECT_THAT(Find("muller jean-luc"), ElementsAre(kJean, kLead));
  EXPECT_THAT(Find("елка"), ElementsAre(kElka));
  EXPECT_THAT(Find("ЁЛКА"), ElementsAre(kElka));
  EXPECT_THAT(Find("петр ежик"), ElementsAre(Line{"person", "salesforce:P2"}));
}

TEST_F(Finding, WhatWasTypedOnTheOtherLayout) {
  EXPECT_THAT(Find("`krf"), ElementsAre(kElka));  // ёлка
  EXPECT_THAT(Find("фдаф"), Contains(kAlfa));     // alfa
  const auto output = metrics::testing::Need(company.Ask("customers.search", {{"text", {"фдаф"}}}));
  ASSERT_EQ(output.warnings.size(), 1U);
  EXPECT_EQ(output.warnings[0].params.at("text"), "alfa");
}

TEST_F(Finding, ByAddressPhoneNumberAndId) {
  EXPECT_THAT(Find("jl@alfa.example"), ElementsAre(kJean, kLead));
  EXPECT_THAT(Find("alfa.example"), ElementsAre(kAlfa));
  EXPECT_THAT(Find("+48 22 123-45-67"), ElementsAre(kJean));
  EXPECT_THAT(Find("8 (912) 345-67-89"), ElementsAre(Line{"person", "salesforce:P2"}));
  EXPECT_THAT(Find("9123456789"), ElementsAre(Line{"person", "salesforce:P2"}));
  EXPECT_THAT(Find("INV-0008"), ElementsAre(Line{"invoice", "stripe:in_2"}));
  EXPECT_THAT(Find("inv0008"), ElementsAre(Line{"invoice", "stripe:in_2"}));
  EXPECT_THAT(Find("cus_1"), ElementsAre(kAlfa));
  EXPECT_THAT(Find("stripe:cus_1"), ElementsAre(kAlfa));
  EXPECT_THAT(Find("login"), ElementsAre(Line{"ticket", "zendesk:501"}));
}

TEST(Ranking, TheWordItselfComesBeforeItsBeginning) {
  Company company;
  company.model.Record("account",
                       {{"key", "A3"}, {"name", "Alf"}, {"owner_key", "U1"}, {"created_at", "2026-01-01 00:00:00"}},
                       "2026-06-30 08:00:00", "salesforce");
  company.model.Record(
      "account",
      {{"key", "A4"}, {"name", "Alfabet Holding"}, {"owner_key", "U1"}, {"created_at", "2026-01-01 00:00:00"}},
      "2026-06-30 08:00:00", "salesforce");
  ASSERT_TRUE(company.model.Build()) << company.model.error();
  const auto found = company.Lines("customers.search", {{"text", {"alf"}}, {"kinds", {"account"}}}, "found", {"id"});
  EXPECT_THAT(found, ElementsAre(Line{"salesforce:A3"}, Line{"salesforce:A1"}, Line{"salesforce:A4"}));
  EXPECT_THAT(
      company.Lines("customers.search", {{"text", {"alf"}}, {"kinds", {"account"}}, {"most", {"1"}}}, "found", {"id"}),
      ElementsAre(Line{"salesforce:A3"}));
}

// More of them than are looked at first: what is read and what is shown is the same all the same.
TEST(Ranking, OfVeryManyWithOneBeginning) {
  Company company;
  for (int i = 0; i < 70; ++i) {
    company.model.Record("account",
                         {{"key", fmt::format("B{}", i)},
                          {"name", fmt::format("Common{} Holding {}", std::string(i / 10, 'x'), i)},
                          {"owner_key", i == 68 ? "U2" : "U1"},
                          {"created_at", "2026-01-01 00:00:00"}},
                         "2026-06-30 08:00:00", "salesforce");
  }
  ASSERT_TRUE(company.model.Build()) << company.model.error();
  const auto found = [&](const std::string& text, const std::string& most) {
    return company.Lines("customers.search", {{"text", {text}}, {"kinds", {"account"}}, {"most", {most}}}, "found",
                         {"id"});
  };
  EXPECT_THAT(found("comm", "2"), ElementsAre(Line{"salesforce:B0"}, Line{"salesforce:B1"}));
  EXPECT_THAT(found("comm", "100"), ::testing::SizeIs(70));
  EXPECT_THAT(found("hold comm", "100"), ::testing::SizeIs(70));
  EXPECT_THAT(found("holding 68", "8"), ElementsAre(Line{"salesforce:B68"}));
  EXPECT_THAT(found("holding 99", "8"), IsEmpty());
  company.SeesOnly("'salesforce:T2'");
  EXPECT_THAT(found("comm", "8"), ElementsAre(Line{"salesforce:B68"})) << "behind 68 that may not be seen";
  EXPECT_THAT(found("comm hold", "8"), ElementsAre(Line{"salesforce:B68"}));
}

TEST_F(Finding, NothingInPunctuationAlone) {
  for (const std::string text : {"—", "...", " ", "«»", "%", "_", "' OR 1=1"})
    EXPECT_THAT(Find(text), IsEmpty()) << text;
  EXPECT_FALSE(company.Ask("customers.search", {{"text", {"a"}}, {"most", {"0"}}}));
  EXPECT_FALSE(company.Ask("customers.search", {}));
}

TEST_F(Finding, NoNameOfAnotherTeam) {
  company.SeesOnly("'salesforce:T2'");
  for (const std::string text : {"alfa", "zazol", "jl@alfa.example", "INV-0008", "login", "cus_1", "muller"}) {
    EXPECT_THAT(Find(text), IsEmpty()) << text;
  }
  EXPECT_THAT(Find("елка"), ElementsAre(kElka));
  EXPECT_THAT(Find("trade"), ElementsAre(Line{"deal", "salesforce:D9"}));
}

TEST_F(Finding, NoMaskedPersonByNameAddressOrPhone) {
  company.SeesOnly("'salesforce:T1'", false);
  for (const std::string text : {"muller", "jl@alfa.example", "+48 22 123-45-67", "login"})
    EXPECT_THAT(Find(text), IsEmpty()) << text;
  EXPECT_THAT(company.Lines("customers.search", {{"text", {"P1"}}}, "found", {"kind", "title"}),
              ElementsAre(Line{"person", ""}));
}

TEST_F(Finding, TheNameOfThatTime) {
  company.AsOf("2026-01-08 12:00:00");
  EXPECT_THAT(Find("expansion"), IsEmpty());
  EXPECT_THAT(Find("INV-0008"), IsEmpty());
}

// Whoever asks, the search knows exactly what the views of each kind show.
TEST_F(Finding, SeesWhatTheViewsShow) {
  const std::string kinds =
      "SELECT 'account' AS kind, account_id AS id FROM scoped.account UNION ALL SELECT 'person', person_id FROM "
      "scoped.person "
      "UNION ALL SELECT 'deal', deal_id FROM scoped.deal UNION ALL SELECT 'lead', lead_id FROM scoped.lead "
      "UNION ALL SELECT 'ticket', ticket_id FROM scoped.ticket UNION ALL SELECT 'invoice', invoice_id FROM "
      "scoped.invoice";
  for (const std::string teams : {"", "'salesforce:T1'", "'salesforce:T2'", "'salesforce:T1', 'salesforce:T2'"}) {
    for (const std::string moment : {"2026-01-10 12:00:00", "2026-03-02 00:00:00", "2026-06-30 12:00:00"}) {
      company.AsOf(moment);
      company.SeesOnly(teams);
      EXPECT_EQ(
          company.model.Table("SELECT kind, id FROM scoped.search_entry ORDER BY kind NULLS LAST, id NULLS LAST"),
          company.model.Table("SELECT kind, id FROM (" + kinds + ") AS shown ORDER BY kind NULLS LAST, id NULLS LAST"))
          << teams << " " << moment;
    }
  }
}

TEST(SearchQuery, DividesIntoTokens) {
  const auto wholes = [](std::string_view text) {
    std::vector<std::string> words;
    for (const SearchToken& token : ParseSearch(text).tokens) words.push_back(token.whole);
    return words;
  };
  EXPECT_THAT(wholes("  Jean-Luc   Müller "), ElementsAre("Jean-Luc", "Müller"));
  EXPECT_THAT(wholes("+7 (912) 345-67-89"), ElementsAre("79123456789"));
  EXPECT_THAT(wholes("8 912 345 67 89"), ElementsAre("79123456789"));
  EXPECT_THAT(wholes("2026"), ElementsAre("2026"));
  EXPECT_THAT(wholes("salesforce:0015g"), ElementsAre("0015g"));
  EXPECT_THAT(wholes("a b c d e f g h i j"), ::testing::SizeIs(8));
  EXPECT_THAT(wholes(std::string(5000, 'x')), ::testing::SizeIs(1));
  EXPECT_THAT(ParseSearch("Jean-Luc").tokens[0].parts, ElementsAre("Jean", "Luc"));
  EXPECT_THAT(wholes("... - !"), IsEmpty());
}

TEST(SearchQuery, KnowsTheOtherLayout) {
  EXPECT_EQ(OnOtherLayout("Fkmaf"), "альфа");
  EXPECT_EQ(OnOtherLayout("фсьу"), "acme");
  EXPECT_EQ(OnOtherLayout("123"), "");
}

}  // namespace
}  // namespace weir::customers
