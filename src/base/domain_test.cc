#include "base/domain.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Domain, ReadsAddressesAsPeopleWriteThem) {
  EXPECT_EQ(ParseEmail(" Ann Smith <Ann@Mail.Acme.co.uk> "), "ann@mail.acme.co.uk");
  EXPECT_EQ(ParseEmail("mailto:ann@acme.com"), "ann@acme.com");
  EXPECT_EQ(ParseEmail("иван@пример.рф"), "иван@пример.рф");
  EXPECT_EQ(ParseEmail("ivan@xn--e1afmkfd.xn--p1ai"), "ivan@пример.рф");
  for (const char* bad :
       {"", "n/a", "ann@", "@acme.com", "ann@acme", "ann smith@acme.com", "a@b@c.com,", "x@1.2.3.4"}) {
    EXPECT_EQ(ParseEmail(bad), std::nullopt) << bad;
  }
}

TEST(Domain, FindsWhatSomebodyRegistered) {
  EXPECT_EQ(RegistrableDomain("mail.acme.co.uk"), "acme.co.uk");
  EXPECT_EQ(RegistrableDomain("co.uk"), std::nullopt);
  EXPECT_EQ(WebDomain("https://www.Acme.com:8080/x?y#z"), "acme.com");
  EXPECT_EQ(WebDomain("acme.com."), "acme.com");
  EXPECT_EQ(WebDomain("http://ann@www.acme.de/"), "acme.de");
  EXPECT_EQ(WebDomain("192.168.0.1"), std::nullopt);
  EXPECT_EQ(WebDomain("localhost"), std::nullopt);
  EXPECT_EQ(WebDomain("not a site"), std::nullopt);
}

TEST(Domain, FreeMailSaysNothingOfTheEmployer) {
  EXPECT_EQ(EmailDomain("ann@sales.acme.co.uk"), "acme.co.uk");
  EXPECT_EQ(EmailDomain("ann@gmail.com"), std::nullopt);
  EXPECT_EQ(EmailDomain("ann@yandex.ru"), std::nullopt);
  EXPECT_TRUE(std::ranges::is_sorted(FreeMailDomains()));
}

TEST(Domain, ListsSuffixesOfTwoLabels) {
  EXPECT_THAT(TwoLabelSuffixes(), testing::IsSupersetOf({"co.uk", "com.au", "com.br", "co.jp", "com.tr"}));
  EXPECT_THAT(TwoLabelSuffixes(), testing::Not(testing::Contains("co.de")));
}

}  // namespace
}  // namespace weir
