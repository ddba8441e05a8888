// How values, identifiers and names are written down.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "simulate/cells.h"
#include "simulate/csv_table.h"
#include "simulate/identifiers.h"
#include "simulate/naming.h"
#include "simulate/test_table.h"

namespace weir::simulate {
namespace {

using testing::ElementsAre;

struct Pair {
  std::string left;
  std::string right;
};

constexpr Column<Pair> kPairColumns[] = {
    {"left", [](std::string& cell, const Pair& pair) { cell.append(pair.left); }},
    {"right, with a comma", [](std::string& cell, const Pair& pair) { cell.append(pair.right); }},
};

TEST(CsvTable, WritesWhatAStrictReaderReads) {
  const std::filesystem::path path = std::filesystem::path(testing::TempDir()) / "weir_csv_table.csv";
  for (const Quoting quoting : {Quoting::kWhereNeeded, Quoting::kAlways}) {
    auto table = CsvTable<Pair>::Create(path, kPairColumns, {.quoting = quoting});
    ASSERT_TRUE(table.has_value());
    table->Write({"plain", ""});
    table->Write({"a \"quoted\" word", "two\nlines, and a comma"});
    table->Write({"Юрий «Вектор»", "\r\n"});
    ASSERT_TRUE(table->Close().has_value());
    EXPECT_THAT(
        ParseCsv(ReadFile(path)),
        ElementsAre(ElementsAre("left", "right, with a comma"), ElementsAre("plain", ""),
                    ElementsAre("a \"quoted\" word", "two\nlines, and a comma"), ElementsAre("Юрий «Вектор»", "\r\n")));
  }
  std::filesystem::remove(path);
}

TEST(CsvTable, TellsWhereItCannotWrite) {
  const auto table = CsvTable<Pair>::Create("/nowhere/at/all.csv", kPairColumns);
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().code(), Code::kUnavailable);
  EXPECT_EQ(table.error().place().file, "/nowhere/at/all.csv");
}

TEST(CsvTable, AFullDiskIsAnErrorAtTheEnd) {
  if (!std::filesystem::exists("/dev/full")) GTEST_SKIP();
  auto table = CsvTable<Pair>::Create("/dev/full", kPairColumns);
  ASSERT_TRUE(table.has_value());
  table->Write({"a", "b"});
  const Status closed = table->Close();
  ASSERT_FALSE(closed.has_value());
  EXPECT_EQ(closed.error().code(), Code::kUnavailable);
}

// Ids of real organisations, as public exports show them.
TEST(Identifiers, SalesforceSuffixIsTheirs) {
  const auto suffix = [](std::string_view fifteen) {
    const auto letters = SalesforceSuffix(fifteen);
    return std::string(letters.begin(), letters.end());
  };
  EXPECT_EQ(suffix("0015500000Xyy06"), "AAB");
  EXPECT_EQ(suffix("00Q1G00000nDnM5"), "UAK");
  EXPECT_EQ(suffix("0051G000007F2JG"), "QA0");
}

TEST(Identifiers, NoTwoRecordsShareOne) {
  std::set<std::string> seen;
  for (int account = 0; account < 300; ++account) {
    for (int local = 0; local < 40; ++local) {
      const std::uint64_t number = RecordNumber(account, local);
      EXPECT_EQ(SalesforceId("001", number).view().size(), 18U);
      EXPECT_TRUE(seen.emplace(SalesforceId("001", number).view()).second);
      EXPECT_TRUE(seen.emplace(StripeId("in_", number).view()).second);
    }
  }
}

TEST(Cells, ValuesInTheFormsOfTheVendors) {
  const auto text = [](auto write) {
    std::string cell;
    write(cell);
    return cell;
  };
  const Instant at = *ParseIsoInstant("2026-03-05T10:12:13Z");
  EXPECT_EQ(text([&](std::string& c) { PutSalesforceTime(c, at); }), "2026-03-05T10:12:13.000Z");
  EXPECT_EQ(text([&](std::string& c) { PutUtcTime(c, at); }), "2026-03-05 10:12:13");
  EXPECT_EQ(text([&](std::string& c) { PutLocalMinute(c, at.micros); }), "2026-03-05 10:12");
  EXPECT_EQ(text([](std::string& c) { PutSalesforceAmount(c, 120000); }), "1200.0");
  EXPECT_EQ(text([](std::string& c) { PutSalesforceAmount(c, 1234); }), "12.34");
  EXPECT_EQ(text([](std::string& c) { PutAmount(c, -5); }), "-0.05");
}

TEST(Naming, TransliteratesAndFolds) {
  EXPECT_EQ(Transliterate("Юрий Щербаков"), "Yuriy Shcherbakov");
  EXPECT_EQ(Transliterate("Müller-Größe"), "Mueller-Groesse");
  EXPECT_EQ(Slug("O'Connor", ""), "oconnor");
  EXPECT_EQ(Slug("Северо Трейд", "-"), "severo-treyd");
  EXPECT_EQ(UpperCase("Zoë Müller Юлия ёж"), "ZOË MÜLLER ЮЛИЯ ЁЖ");
  EXPECT_EQ(LowerCase("ÉLODIE ЖУК"), "élodie жук");
}

TEST(Naming, APhoneNumberKeepsItsDigitsInEveryForm) {
  const std::string phone = "+49 30 2345678";
  EXPECT_EQ(RewritePhone(phone, 0), phone);
  EXPECT_EQ(RewritePhone(phone, 1), "+49302345678");
  EXPECT_EQ(RewritePhone(phone, 2), "+49 (30) 234-5678");
  EXPECT_EQ(RewritePhone(phone, 3), "49302345678");
  EXPECT_EQ(RewritePhone(phone, 4), "030/2345678");
  EXPECT_EQ(RewritePhone("+7 495 2345678", 4), "8 495 2345678");
}

TEST(Naming, ASlipKeepsWholeLetters) {
  Sampler sampler(1, "slip", 0);
  for (int i = 0; i < 200; ++i) {
    const std::string slip = Mistype("Щербаков", sampler);
    EXPECT_TRUE(slip.size() == 14 || slip.size() == 16 || slip.size() == 18) << slip;
  }
}

TEST(Naming, NoTwoCompaniesShareABrandOrADomain) {
  for (const Lexicon* lexicon : {&EnglishLexicon(), &RussianLexicon()}) {
    std::set<std::string> brands;
    std::set<std::string> domains;
    const Country& country = lexicon->regions.front().countries.front();
    for (int index = 0; index < 60'000; ++index) {
      Sampler sampler(5, "name", static_cast<std::uint64_t>(index));
      const CompanyName name = MakeCompanyName(*lexicon, country, 5, index, sampler);
      EXPECT_TRUE(brands.insert(name.brand).second) << name.brand;
      EXPECT_TRUE(domains.insert(name.domain).second) << name.domain;
    }
  }
}

}  // namespace
}  // namespace weir::simulate
