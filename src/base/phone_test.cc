// The quick way to read phone numbers says what the library says.
#include "base/phone.h"

#include <array>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace weir {
namespace {

TEST(Phone, BecomesE164) {
  EXPECT_EQ(ParsePhone("+49 (0)30 123456", ""), "+4930123456");
  EXPECT_EQ(ParsePhone("8 (912) 345-67-89", "RU"), "+79123456789");
  EXPECT_EQ(ParsePhone("(212) 555-0123 ext. 5", "US"), "+12125550123");
  EXPECT_EQ(ParsePhone("212 555 0123", ""), std::nullopt) << "no country";
  EXPECT_EQ(ParsePhone("+49 911 2121352", ""), "+499112121352");
  EXPECT_EQ(ParsePhone("+7-495-123-45-67", ""), "+74951234567");
  EXPECT_EQ(ParsePhone("0911/2121352", "DE"), "+499112121352");
  EXPECT_EQ(ParsePhone("+49", ""), std::nullopt);
  EXPECT_EQ(ParsePhone("+49 1", "DE"), std::nullopt);
  EXPECT_EQ(ParsePhone("n/a", "US"), std::nullopt);
  EXPECT_EQ(ParsePhone(std::string(1000, '1'), "US"), std::nullopt);
  EXPECT_TRUE(IsPhoneRegion("DE"));
  EXPECT_FALSE(IsPhoneRegion("XX"));
}

void ExpectBothSay(const std::string& text, const std::string& region) {
  EXPECT_EQ(ParsePhone(text, region), ParsePhoneByLibrary(text, region)) << text << " in " << region;
}

TEST(Phone, TheQuickWaySaysWhatTheLibrarySaysAtItsEdges) {
  for (const char* region : {"", "DE", "IT", "RU", "US", "AG"}) {
    for (const char* text : {"+39 06 69812345",
                             "+39 0669812345",
                             "+39 3 33",
                             "+49 0911 2121352",
                             "+44 020 79460958",
                             "+7 8 495 123-45-67",
                             "+7 812 3456789",
                             "+1 1 212 555 0123",
                             "+1 212 5550123",
                             "+1 5550123",
                             "+49 12345678901234",
                             "+49 123456789012",
                             "+49 1234567890123",
                             "+43 1",
                             "+43 12",
                             "+43 123",
                             "+49-911-2121352-",
                             "+49  911 2121352",
                             "+ 49 911 2121352",
                             "++49 911 2121352",
                             "+49 911 2121352 ",
                             "+",
                             "+4",
                             "+999 123456"}) {
      ExpectBothSay(text, region);
    }
  }
}

// All codes of one and two digits and those of Europe of three, and whatever may stand behind them.
TEST(Phone, TheQuickWaySaysWhatTheLibrarySays) {
  RandomStream random(7, "phones");
  constexpr std::array<const char*, 3> kForms{"+{}{}{}", "+{} {}-{}", "+{} {} {}"};
  constexpr std::array<const char*, 3> kRegions{"", "DE", "US"};
  for (int code = 1; code < 430; code = code == 99 ? 350 : code + 1) {
    for (int times = 0; times < 120; ++times) {
      std::string begin;
      std::string rest;
      for (std::int64_t i = random.Integer(1, 4); i > 0; --i) begin += static_cast<char>('0' + random.Integer(0, 9));
      for (std::int64_t i = random.Integer(1, 11); i > 0; --i) rest += static_cast<char>('0' + random.Integer(0, 9));
      const auto form = kForms.at(static_cast<std::size_t>(random.Integer(0, 2)));
      ExpectBothSay(fmt::format(fmt::runtime(form), code, begin, rest),
                    kRegions.at(static_cast<std::size_t>(random.Integer(0, 2))));
    }
  }
}

}  // namespace
}  // namespace weir
