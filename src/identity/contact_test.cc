#include "identity/contact.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

namespace weir::identity {
namespace {

Email EmailOf(std::string_view text) { return ReadEmail(text).value(); }
Phone PhoneOf(std::string_view text, std::string_view region = "") { return ReadPhone(text, region).value(); }

TEST(Contact, EmailsInTheirParts) {
  const Email gmail = EmailOf("Ann Smith <Ann.Smith+news@GoogleMail.com>");
  EXPECT_EQ(gmail.address, "ann.smith+news@googlemail.com");
  EXPECT_EQ(gmail.mailbox, "annsmith@gmail.com");
  EXPECT_TRUE(gmail.is_free);
  EXPECT_FALSE(gmail.is_role);
  const Email work = EmailOf("ann.smith+crm@mail.acme.co.uk");
  EXPECT_EQ(work.mailbox, "ann.smith@mail.acme.co.uk") << "only some ignore dots";
  EXPECT_EQ(work.domain, "acme.co.uk");
  EXPECT_FALSE(work.is_free);
  EXPECT_EQ(EmailOf("a.b@ya.ru").mailbox, EmailOf("a-b@yandex.com").mailbox);
  EXPECT_EQ(EmailOf("+tag@acme.com").mailbox, "+tag@acme.com") << "nothing is left of it";
  EXPECT_EQ(ReadEmail("no address"), std::nullopt);
  EXPECT_EQ(ReadEmail(""), std::nullopt);
}

TEST(Contact, RolesAreNoPeople) {
  for (const std::string_view role :
       {"info@acme.com", "Sales@acme.com", "no-reply@acme.com", "noreply@acme.com", "sales.team@acme.com",
        "info2@acme.com", "support-eu@acme.com", "hr@acme.com", "zakaz"}) {
    EXPECT_TRUE(IsRoleAddress(role)) << role;
  }
  for (const std::string_view person : {"ann@acme.com", "mail.smith@acme.com", "infante@acme.com", "i.petrov@acme.com",
                                        "a@b.com", "salesman.joe@acme.com", ""}) {
    EXPECT_FALSE(IsRoleAddress(person)) << person;
  }
}

TEST(Contact, LevelsOfEmails) {
  EXPECT_EQ(CompareEmails("Ann@acme.com", "ann@ACME.com"), EmailLevel::kExact);
  EXPECT_EQ(CompareEmails("a.smith@gmail.com", "asmith+x@googlemail.com"), EmailLevel::kSameMailbox);
  EXPECT_EQ(CompareEmails("ann.smith@acme.com", "ann.smtih@acme.com"), EmailLevel::kMisspelt);
  EXPECT_EQ(CompareEmails("ann.smith@gmail.com", "ann.smith@gmial.com"), EmailLevel::kMisspelt);
  EXPECT_EQ(CompareEmails("smith1@acme.com", "smith2@acme.com"), EmailLevel::kSameDomain) << "numbers tell apart";
  EXPECT_EQ(CompareEmails("ann.smith@acme.com", "ann.smith@gmail.com"), EmailLevel::kSameLocal);
  EXPECT_EQ(CompareEmails("info@acme.com", "info@other.com"), EmailLevel::kDifferent);
  EXPECT_EQ(CompareEmails("ann@acme.com", "bob@eu.acme.com"), EmailLevel::kSameDomain);
  EXPECT_EQ(CompareEmails("ann.s@gmail.com", "robert@gmail.com"), EmailLevel::kDifferent);
  EXPECT_EQ(CompareEmails("", ""), EmailLevel::kDifferent);
}

TEST(Contact, PhonesWithAndWithoutACountry) {
  EXPECT_EQ(PhoneOf("8 (912) 345-67-89", "RU").e164, "+79123456789");
  EXPECT_EQ(PhoneOf("8 (912) 345-67-89").e164, "");
  EXPECT_EQ(PhoneOf("8 (912) 345-67-89").digits, "89123456789");
  EXPECT_EQ(PhoneOf("030 123456 ext. 12").digits, "030123456");
  EXPECT_EQ(PhoneEnd(PhoneOf("8 (912) 345-67-89")), PhoneEnd(PhoneOf("+7 912 345 67 89")));
  EXPECT_EQ(ReadPhone("n/a", "RU"), std::nullopt);
  EXPECT_EQ(ReadPhone("123", "RU"), std::nullopt);
}

TEST(Contact, LevelsOfPhones) {
  EXPECT_EQ(Compare(PhoneOf("+7 912 345 67 89"), PhoneOf("89123456789", "RU")), PhoneLevel::kExact);
  EXPECT_EQ(Compare(PhoneOf("+7 912 345 67 89"), PhoneOf("8-912-345-67-89")), PhoneLevel::kSameEnd);
  EXPECT_EQ(Compare(PhoneOf("345-67-89"), PhoneOf("8-912-345-67-89")), PhoneLevel::kSameEnd);
  EXPECT_EQ(Compare(PhoneOf("+7 912 345 67 89"), PhoneOf("+7 912 345 67 98")), PhoneLevel::kOneDigit);
  EXPECT_EQ(Compare(PhoneOf("+7 912 345 67 89"), PhoneOf("+49 911 2121352")), PhoneLevel::kDifferent);
}

TEST(Contact, LikenessIsSymmetric) {
  const std::vector<std::string_view> emails{"ann@acme.com",
                                             "ann@gmail.com",
                                             "a.nn@gmail.com",
                                             "anna.s@acme.com",
                                             "info@acme.com",
                                             "anna.z@eu.acme.com",
                                             "x",
                                             "",
                                             "ann+1@acme.com"};
  for (const std::string_view a : emails) {
    for (const std::string_view b : emails) EXPECT_EQ(CompareEmails(a, b), CompareEmails(b, a)) << a << " " << b;
  }
  const std::vector<std::string_view> phones{"+79123456789", "89123456789", "3456789",
                                             "+4930123456",  "030123456",   "12345"};
  for (const std::string_view a : phones) {
    for (const std::string_view b : phones) {
      EXPECT_EQ(Compare(PhoneOf(a), PhoneOf(b)), Compare(PhoneOf(b), PhoneOf(a))) << a << " " << b;
      EXPECT_EQ(Compare(PhoneOf(a), PhoneOf(a)), PhoneLevel::kExact) << a;
    }
  }
}

}  // namespace
}  // namespace weir::identity
