#include "identity/contact_domains.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::identity {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr const char* kSeen = "2024-06-01 00:00:00";

// "record domain" of each that was found.
std::vector<std::string> Found(const std::vector<CompanyRecord>& records) {
  const std::vector<DomainOfContacts> domains = DomainsOfContacts(records);
  std::vector<std::string> found;
  found.reserve(domains.size());
  for (const DomainOfContacts& one : domains) {
    found.push_back(std::to_string(one.record) + " " + one.domain);
  }
  return found;
}

TEST(ContactDomains, ANameMayBeThatOfADomain) {
  EXPECT_TRUE(IsNameOfDomain("Fjordforge AG", "fjordforge.de"));
  EXPECT_TRUE(IsNameOfDomain("ООО «Ромашка»", "romashka.ru"));
  EXPECT_TRUE(IsNameOfDomain("Acme Trading GmbH", "acme-trading.com"));
  EXPECT_TRUE(IsNameOfDomain("Fjrodforge", "fjordforge.de")) << "a slip of the hand";
  EXPECT_TRUE(IsNameOfDomain("IBM", "ibm.com"));
  EXPECT_FALSE(IsNameOfDomain("Acme", "ashe.com")) << "in a short name every letter counts";
  EXPECT_FALSE(IsNameOfDomain("Northwind", "agency.com"));
  EXPECT_FALSE(IsNameOfDomain("Siemens", "siemens-energy.com"));
  EXPECT_FALSE(IsNameOfDomain("", "agency.com"));
}

TEST(ContactDomains, TwoAddressesThatAgreeOrTheNameBearItOut) {
  EXPECT_THAT(Found({{.cluster = 0, .source = "a", .name = "North", .contacts = {{"acme.com", {"x@acme.com"}}}}}),
              IsEmpty());
  EXPECT_THAT(
      Found({{.cluster = 0, .source = "a", .name = "North", .contacts = {{"acme.com", {"x@acme.com", "y@acme.com"}}}}}),
      ElementsAre("0 acme.com"));
  EXPECT_THAT(Found({{.cluster = 0, .source = "a", .name = "Acme", .contacts = {{"acme.com", {"x@acme.com"}}}}}),
              ElementsAre("0 acme.com"));
}

TEST(ContactDomains, ContactsThatDisagreeSayNothing) {
  EXPECT_THAT(Found({{.cluster = 0,
                      .source = "a",
                      .name = "Acme",
                      .contacts = {{"acme.com", {"x@acme.com"}}, {"other.com", {"y@other.com"}}}}}),
              IsEmpty());
}

TEST(ContactDomains, ACompanyWithASiteKeepsIt) {
  EXPECT_THAT(Found({{.cluster = 0, .source = "a", .name = "Acme", .domain = "acme.de"},
                     {.cluster = 0,
                      .source = "a",
                      .name = "Acme",
                      .is_mention = true,
                      .contacts = {{"acme.com", {"x@acme.com"}}}}}),
              IsEmpty());
}

TEST(ContactDomains, OfTwoCompaniesOfASourceNoneIsTheOther) {
  const CompanyRecord agency{.cluster = 0, .source = "a", .name = "Agency", .domain = "agency.com"};
  CompanyRecord client{
      .cluster = 1, .source = "a", .name = "Client", .contacts = {{"agency.com", {"x@agency.com", "y@agency.com"}}}};
  EXPECT_THAT(Found({agency, client}), IsEmpty());
  client.source = "b";
  EXPECT_THAT(Found({agency, client}), ElementsAre("1 agency.com"));
}

TEST(ContactDomains, AMentionNeedsTheName) {
  CompanyRecord mention{.cluster = 1,
                        .source = "a",
                        .name = "client",
                        .is_mention = true,
                        .contacts = {{"agency.com", {"x@agency.com", "y@agency.com"}}}};
  EXPECT_THAT(Found({mention}), IsEmpty());
  mention.name = "agency";
  EXPECT_THAT(Found({{.cluster = 0, .source = "a", .name = "Agency", .domain = "agency.com"}, mention}),
              ElementsAre("1 agency.com"))
      << "the company of the list, named in a deal";
}

TEST(ContactDomains, JoinCompaniesOfTwoSources) {
  model::TestModel model;
  model.Record("member", {{"key", "u"}, {"name", "U"}, {"email", "u@us.com"}}, kSeen, "crm");
  model.Record("account", {{"key", "1"}, {"name", "Fjordforge AG"}}, kSeen, "crm");
  model.Record("account", {{"key", "2"}, {"name", "Granline"}}, kSeen, "crm");
  model.Record("account", {{"key", "3"}, {"name", "Gmail"}}, kSeen, "crm");
  model.Record("account", {{"key", "4"}, {"name", "Us"}}, kSeen, "crm");
  const auto contact = [&](const std::string& key, const std::string& account, const std::string& email) {
    model.Record("person", {{"key", key}, {"full_name", key}, {"account_key", account}, {"email", email}}, kSeen,
                 "crm");
  };
  contact("a", "fjordforge ag", "a@mail.fjordforge.de");
  contact("b", "2", "b@agency.com");
  contact("c", "3", "c@gmail.com");
  contact("d", "4", "d@us.com");
  for (const auto& [key, domain] :
       {std::pair{"f", "fjordforge.de"}, {"g", "agency.com"}, {"h", "gmail.com"}, {"i", "us.com"}}) {
    model.Record("account", {{"key", key}, {"name", std::string("billing ") + key}, {"domain", domain}}, kSeen,
                 "billing");
  }
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT source_key FROM model.identity_link WHERE entity = 'account' AND source = 'billing' "
                        "AND entity_id LIKE "
                        "'crm:%' ORDER BY 1 NULLS LAST"),
            "f\n")
      << "one address bears out nothing that the name does not; free mail and our own say nothing";
}

}  // namespace
}  // namespace weir::identity
