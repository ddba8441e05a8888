#include "base/country.h"

#include <map>
#include <set>
#include <string>

#include <gtest/gtest.h>

#include "base/decimal.h"
#include "base/time.h"

namespace weir {
namespace {

std::string_view CodeOf(const Country* country) { return country == nullptr ? "-" : country->code; }

TEST(Country, EveryCodeOfTheWorldIsFound) {
  for (const auto& [text, code] : std::map<std::string, std::string>{{"us", "US"},
                                                                     {"USA", "US"},
                                                                     {" Germany ", "DE"},
                                                                     {"Lettland", "LV"},
                                                                     {"Латвия", "LV"},
                                                                     {"lva", "LV"},
                                                                     {"UK", "GB"},
                                                                     {"Faroe Islands", "FO"}}) {
    EXPECT_EQ(CountryCode(text), code) << text;
  }
  for (const char* text : {"", "Atlantis", "Select", "zz", "-"}) EXPECT_EQ(CountryCode(text), std::nullopt) << text;
}

TEST(Country, IsFoundByCodeAndName) {
  for (const char* text : {"DE", "de", "Germany", "GERMANY", "Германия", "Deutschland"}) {
    EXPECT_EQ(CodeOf(FindCountry(text)), "DE") << text;
  }
  EXPECT_EQ(CodeOf(FindCountry("Russia")), "RU");
  EXPECT_EQ(CodeOf(FindCountry("Россия")), "RU");
  EXPECT_EQ(CodeOf(FindCountry("United States")), "US");
  EXPECT_EQ(CodeOf(FindCountry("USA")), "US");
  EXPECT_EQ(CodeOf(FindCountry("Atlantis")), "-");
  EXPECT_EQ(CodeOf(FindCountry("")), "-");
}

TEST(Country, IsFoundByPhone) {
  EXPECT_EQ(CodeOf(CountryOfPhone("+4930123456")), "DE");
  EXPECT_EQ(CodeOf(CountryOfPhone("+74951234567")), "RU");
  EXPECT_EQ(CodeOf(CountryOfPhone("+77011234567")), "KZ");
  EXPECT_EQ(CodeOf(CountryOfPhone("+35312345678")), "IE");
  EXPECT_EQ(CodeOf(CountryOfPhone("030 123456")), "-");
}

TEST(Country, ZonesAndCurrenciesExist) {
  std::set<std::string_view> codes;
  for (const Country& country : Countries()) {
    EXPECT_TRUE(codes.insert(country.code).second) << country.code;
    EXPECT_TRUE(IsCurrencyCode(country.currency)) << country.code;
    std::string_view zones = country.zones;
    while (!zones.empty()) {
      const std::size_t end = std::min(zones.find(' '), zones.size());
      EXPECT_TRUE(TimeZone::Find(zones.substr(0, end))) << zones.substr(0, end);
      zones.remove_prefix(std::min(end + 1, zones.size()));
    }
  }
}

}  // namespace
}  // namespace weir
