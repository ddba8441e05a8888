#include "identity/address.h"

#include <array>
#include <ostream>
#include <string>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::identity {

// For messages of failed tests.
void PrintTo(const Address& address, std::ostream* out) {
  *out << fmt::format("{{house {}, street {}, kind {}, unit {}, code {}, place {}}}", address.house, address.street,
                      address.street_kind, address.unit, address.post_code, address.place);
}

namespace {

using Level = AddressLevel;

Address Of(std::string house, std::string street, std::string kind, std::string unit, std::string code,
           std::string place) {
  return {std::move(house), std::move(street), std::move(kind), std::move(unit), std::move(code), std::move(place)};
}

TEST(Address, IsReadInTheFormsOfManyCountries) {
  EXPECT_EQ(ParseAddress("12b N. Main St, Apt 7, Springfield, IL 62704-1234"),
            Of("12b", "north main", "street", "7", "62704", "springfield il"));
  EXPECT_EQ(ParseAddress("123 Main Street Springfield IL 62704"),
            Of("123", "main", "street", "", "62704", "springfield il"));
  EXPECT_EQ(ParseAddress("12345 Sunset Blvd #210, Los Angeles, CA 90028"),
            Of("12345", "sunset", "boulevard", "210", "90028", "los angeles ca"));
  EXPECT_EQ(ParseAddress("1 St. James Street, London SW1A 1AA"),
            Of("1", "saint james", "street", "", "sw1a1aa", "london"));
  EXPECT_EQ(ParseAddress("350 5th Ave, New York, NY 10118"), Of("350", "5", "avenue", "", "10118", "new york ny"));
  EXPECT_EQ(ParseAddress("Hauptstr. 5, 10115 Berlin"), Of("5", "haupt", "street", "", "10115", "berlin"));
  EXPECT_EQ(ParseAddress("Lange Straße 12 a\n04103 Leipzig"), Of("12a", "lange", "street", "", "04103", "leipzig"));
  EXPECT_EQ(ParseAddress("Bahnhofstrasse 3, 8001 Zürich"), Of("3", "bahnhof", "street", "", "8001", "zurich"));
  EXPECT_EQ(ParseAddress("10 rue de Rivoli, 75001 Paris"), Of("10", "de rivoli", "street", "", "75001", "paris"));
  EXPECT_EQ(ParseAddress("Calle Mayor 8, 28013 Madrid"), Of("8", "mayor", "street", "", "28013", "madrid"));
  EXPECT_EQ(ParseAddress("ul. Marszałkowska 10, 00-950 Warszawa"),
            Of("10", "marszalkowska", "street", "", "00950", "warszawa"));
  EXPECT_EQ(ParseAddress("Kiruna"), Of("", "", "", "", "", "kiruna"));
  EXPECT_EQ(ParseAddress(""), Address());
}

TEST(Address, IsReadInRussian) {
  EXPECT_EQ(ParseAddress("119019, г. Москва, ул. Ленина, д. 5, корп. 2, кв. 7"),
            Of("5 k2", "lenina", "street", "7", "119019", "moskva"));
  EXPECT_EQ(ParseAddress("Москва, Невский пр-т, 12 стр.3, оф.401"),
            Of("12 s3", "nevskiy", "avenue", "401", "", "moskva"));
  EXPECT_EQ(ParseAddress("Санкт-Петербург, Лиговский проспект, д.50"),
            Of("50", "ligovskiy", "avenue", "", "", "sankt peterburg"));
  EXPECT_EQ(ParseAddress("улица Ленина 5"), Of("5", "lenina", "street", "", "", ""));
}

TEST(Address, OfSeparateColumns) {
  EXPECT_EQ(ParseAddress("12 Main St Apt 7", "SW1A 1AA", "London"),
            Of("12", "main", "street", "7", "sw1a1aa", "london"));
  EXPECT_EQ(ParseAddress("", "10115", "Berlin"), Of("", "", "", "", "10115", "berlin"));
}

TEST(Address, LevelsOfLikeness) {
  EXPECT_EQ(CompareAddresses("12 Main St, Springfield", "12 MAIN STREET, Springfield"), Level::kExact);
  EXPECT_EQ(CompareAddresses("г. Москва, ул. Ленина, д. 5", "Moskva, ulitsa Lenina 5"), Level::kExact);
  EXPECT_EQ(CompareAddresses("Москва, ул. Юрьева 5", "Moskva, ul. Jurjeva 5"), Level::kSpelling);
  EXPECT_EQ(CompareAddresses("12 Main St, Springfield, IL 62704", "12 Main St"), Level::kLeftOut);
  EXPECT_EQ(CompareAddresses("12 Main St Apt 7, Springfield", "12 Main St, Springfield"), Level::kLeftOut);
  EXPECT_EQ(CompareAddresses("12 Washington St, Springfield", "12 Washingotn St, Springfield"), Level::kMisspelt);
  EXPECT_EQ(CompareAddresses("12 Main St Apt 7, Springfield", "12 Main St Apt 8, Springfield"), Level::kBuilding);
  EXPECT_EQ(CompareAddresses("12 Main St, Springfield", "14 Main St, Springfield"), Level::kStreet);
  EXPECT_EQ(CompareAddresses("12 5th Street, Springfield", "12 5th Avenue, Springfield"), Level::kPlace);
  EXPECT_EQ(CompareAddresses("12 Main St, Springfield", "9 Oak Ave, Springfield"), Level::kPlace);
  EXPECT_EQ(CompareAddresses("Москва, ул. Ленина 5", "Тверь, ул. Ленина 5"), Level::kDifferent);
  EXPECT_EQ(CompareAddresses("", ""), Level::kDifferent);
}

TEST(Address, KeysOfOneBuildingAreOne) {
  EXPECT_EQ(AddressKey(ParseAddress("Москва, ул. Юрьева 5, кв. 1")), AddressKey(ParseAddress("Jurjeva ul. 5")));
  EXPECT_NE(AddressKey(ParseAddress("12 Main St")), AddressKey(ParseAddress("14 Main St")));
  EXPECT_EQ(AddressKey(ParseAddress("Berlin")), "");
}

TEST(Address, LikenessIsSymmetric) {
  static constexpr std::array<std::string_view, 36> kPieces{
      "12",    "5",    "12b",  "a",   "Main", "Mian", "St",    "Ave",    "ул.",  "Ленина", "Lenina",   "д.",
      "корп.", "2",    "кв.",  "Apt", "7",    "#",    ",",     ", ",     "\n",   "10115",  "Berlin",   "Москва",
      "г.",    "str.", "SW1A", "1AA", "5th",  "N",    "Haupt", "straße", "8001", "00-950", "Hauptstr", "пр-т"};
  RandomStream random(13, "addresses");
  const auto draw = [&] {
    std::string address;
    const std::int64_t pieces = random.Integer(0, 8);
    for (std::int64_t i = 0; i < pieces; ++i) {
      address += kPieces.at(static_cast<std::size_t>(random.Integer(0, kPieces.size() - 1)));
      address += " ";
    }
    return address;
  };
  for (int round = 0; round < 5000; ++round) {
    const std::string a = draw();
    const std::string b = draw();
    ASSERT_EQ(CompareAddresses(a, b), CompareAddresses(b, a)) << a << "| " << b;
    const Address address = ParseAddress(a);
    if (!address.street.empty() && !address.house.empty()) {
      ASSERT_EQ(CompareAddresses(a, a), Level::kExact) << a;
    }
  }
}

TEST(Address, ReadsAMegabyte) {
  std::string text;
  while (text.size() < 1'000'000) text += "12 Main, ул. ";
  EXPECT_FALSE(ParseAddress(text).street.empty());
}

}  // namespace
}  // namespace weir::identity
