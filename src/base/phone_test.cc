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

// Every country code there is, at random lengths.
TEST(Phone, TheQuickWaySaysWhatTheLibrarySays) {
  RandomStream random(7, "phones");
  constexpr std::array<const char*, 3> kForms{"+{}{}{}", "+{} {}-{}", "+{} {} {}"};
  for (int code = 1; code < 1000; ++code) {
    const bool is_listed = code < 100 || (code >= 350 && code < 430);
    for (int begin = is_listed ? 100 : 970; begin < 1000; begin += static_cast<int>(random.Integer(1, 13))) {
      const int more = static_cast<int>(random.Integer(0, 9));
      std::string rest;
      for (int i = 0; i < more; ++i) rest += static_cast<char>('0' + random.Integer(0, 9));
      const auto form = kForms.at(static_cast<std::size_t>(random.Integer(0, 2)));
      const std::string text = fmt::format(fmt::runtime(form), code, begin, rest);
      ASSERT_EQ(ParsePhone(text, "DE"), ParsePhoneByLibrary(text, "DE")) << text;
    }
  }
}

}  // namespace
}  // namespace weir
