#include "identity/company_name.h"

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/random.h"
#include "identity/legal_forms.h"

namespace weir::identity {
namespace {

using Level = CompanyNameLevel;

CompanyName Name(std::string core, std::vector<std::string> forms = {}) {
  return {.core = std::move(core), .legal_forms = std::move(forms)};
}

TEST(CompanyName, PartsOffTheLegalForm) {
  EXPECT_EQ(ParseCompanyName("Siemens AG"), Name("siemens", {"AG"}));
  EXPECT_EQ(ParseCompanyName("SiemensAG"), Name("siemens", {"AG"}));
  EXPECT_EQ(ParseCompanyName("Siemens Aktiengeselschaft"), Name("siemens", {"AG"})) << "misspelt";
  EXPECT_EQ(ParseCompanyName("Müller G.m.b.H. & Co. KG"), Name("muller", {"GmbH & Co KG"}));
  EXPECT_EQ(ParseCompanyName("Acme, L.L.C."), Name("acme", {"LLC"}));
  EXPECT_EQ(ParseCompanyName("Acme S. p. A."), Name("acme", {"SpA"}));
  EXPECT_EQ(ParseCompanyName("Faberlic Sp. z o.o."), Name("faberlic", {"Sp z oo"}));
  EXPECT_EQ(ParseCompanyName("Škoda s.r.o."), Name("skoda", {"sro"}));
  EXPECT_EQ(ParseCompanyName("Novo A/S"), Name("novo", {"A/S"}));
  EXPECT_EQ(ParseCompanyName("Samsung Electronics Co., Ltd."), Name("samsung electronics", {"Co Ltd"}));
  EXPECT_EQ(ParseCompanyName("Atlassian Pty Ltd"), Name("atlassian", {"Pty Ltd"}));
  EXPECT_EQ(ParseCompanyName("PT. Astra Tbk"), Name("astra", {"PT", "Tbk"}));
  EXPECT_EQ(ParseCompanyName("ООО «Ромашка»"), Name("romashka", {"ООО"}));
  EXPECT_EQ(ParseCompanyName("Ромашка, ООО"), Name("romashka", {"ООО"}));
  EXPECT_EQ(ParseCompanyName("Общество с ограниченной ответственностью \"Ромашка\""), Name("romashka", {"ООО"}));
  EXPECT_EQ(ParseCompanyName("ПАО Газпром"), Name("gazprom", {"ПАО"}));
  EXPECT_EQ(ParseCompanyName("ИП Иванов И.И."), Name("ivanov ii", {"ИП"}));
  EXPECT_EQ(ParseCompanyName("トヨタ自動車株式会社").legal_forms, std::vector<std::string>{"KK"}) << "without a blank";
  EXPECT_EQ(ParseCompanyName("Limited"), Name("limited")) << "a form alone is the name";
  EXPECT_EQ(ParseCompanyName(""), Name(""));
}

TEST(CompanyName, WritesOutWhatIsShort) {
  EXPECT_EQ(ParseCompanyName("AT&T Inc.").core, "at and t");
  EXPECT_EQ(ParseCompanyName("A.B.C. Company").core, "abc company");
  EXPECT_EQ(ParseCompanyName("First Bank Int'l").core, "1 bank international");
  EXPECT_EQ(ParseCompanyName("Brigade Forty-Four").core, "brigade 44");
  EXPECT_EQ(ParseCompanyName("Capital Partners VII L.P.").core, "capital partners 7");
  EXPECT_EQ(ParseCompanyName("Fund V").core, "fund 5");
  EXPECT_EQ(ParseCompanyName("V Kontakte").core, "v kontakte") << "no number where the name begins";
}

TEST(CompanyName, LevelsOfLikeness) {
  const auto level = [](std::string_view a, std::string_view b) { return CompareCompanyNames(a, b).level; };
  EXPECT_EQ(level("Siemens AG", "SIEMENS Aktiengesellschaft"), Level::kExact);
  EXPECT_EQ(level("Siemens", "Siemens AG"), Level::kForm);
  EXPECT_EQ(level("OAO Gazprom", "Gazprom JSC"), Level::kForm);
  EXPECT_EQ(level("ООО Ромашка", "Romashka LLC"), Level::kForm);
  EXPECT_EQ(level("Good Will Company", "Goodwill Company"), Level::kSpelling);
  EXPECT_EQ(level("Щит", "Schit"), Level::kSpelling);
  EXPECT_EQ(level("J.P. Morgan", "J. P. Morgan"), Level::kSpelling);
  EXPECT_EQ(level("The Coca-Cola Company", "Coca Cola"), Level::kWeakWords);
  EXPECT_EQ(level("Procter & Gamble", "Procter and Gamble"), Level::kExact);
  EXPECT_EQ(level("IBM", "International Business Machines Corp."), Level::kAcronym);
  EXPECT_EQ(level("Wolmart Inc.", "Walmart Inc."), Level::kMisspelt);
}

TEST(CompanyName, SistersAndStrangersAreNotOne) {
  const auto level = [](std::string_view a, std::string_view b) { return CompareCompanyNames(a, b).level; };
  EXPECT_EQ(level("Deutsche Bank AG", "Deutsche Bank GmbH"), Level::kOtherForm);
  EXPECT_EQ(level("KKR Asian Fund III L.P.", "KKR Asian Fund IV L.P."), Level::kNumber);
  EXPECT_EQ(level("Banco Santander S.A.", "Banco Santander México S.A."), Level::kMoreWords);
  EXPECT_EQ(level("Bowne of Atlanta, Inc.", "Bowne of Boston, Inc."), Level::kPartial);
  EXPECT_EQ(level("Volkswagen AG", "Siemens AG"), Level::kDifferent) << "a form is no name";
  EXPECT_EQ(level("The Group", "The Company"), Level::kPartial);
  EXPECT_EQ(level("ООО БАЙ", "ООО БАЙКАЛ"), Level::kDifferent);
  EXPECT_EQ(level("", ""), Level::kDifferent);
  EXPECT_EQ(level("", "Acme"), Level::kDifferent);
}

TEST(CompanyName, EveryFormOfTheTableIsKnown) {
  for (const LegalForm& form : LegalForms()) {
    EXPECT_TRUE(form.country.size() == 2 || form.country == "int") << form.country;
    const std::string name = form.may_lead ? std::string(form.name) + " Zyxwvut" : "Zyxwvut " + std::string(form.name);
    const CompanyName parsed = ParseCompanyName(name);
    EXPECT_EQ(parsed.core, "zyxwvut") << form.name;
    EXPECT_FALSE(parsed.legal_forms.empty()) << form.name;
  }
}

TEST(CompanyName, LikenessIsSymmetric) {
  static constexpr std::array<std::string_view, 32> kWords{
      "Acme",     "ACME",     "Akme",    "A.C.M.E.", "Limited", "Ltd",      "GmbH",  "& Co.",
      "KG",       "ООО",      "Ромашка", "Romashka", "the",     "of",       "Group", "Bank",
      "Banc",     "Banking",  "II",      "III",      "2",       "V",        "Intl",  "International",
      "Business", "Machines", "IBM",     "first",    "Holding", "株式会社", "Gold",  "Gold-Mann"};
  RandomStream random(11, "company names");
  const auto draw = [&] {
    std::string name;
    const std::int64_t words = random.Integer(0, 6);
    for (std::int64_t i = 0; i < words; ++i) {
      name += kWords.at(static_cast<std::size_t>(random.Integer(0, kWords.size() - 1)));
      name += " ";
    }
    return name;
  };
  for (int round = 0; round < 5000; ++round) {
    const std::string a = draw();
    const std::string b = draw();
    const CompanyNameSimilarity there = CompareCompanyNames(a, b);
    const CompanyNameSimilarity back = CompareCompanyNames(b, a);
    ASSERT_EQ(there.level, back.level) << a << "| " << b;
    ASSERT_DOUBLE_EQ(there.share, back.share) << a << "| " << b;
    ASSERT_GE(there.share, 0);
    ASSERT_LE(there.share, 1) << a << "| " << b;
    const PreparedCompanyName ready = PrepareCompanyName(a);
    ASSERT_LE(ready.words.size(), kMostWords);
    if (!ready.words.empty()) {
      ASSERT_EQ(Compare(ready, ready).level, Level::kExact) << a;
    }
  }
}

TEST(CompanyName, ReadsAMegabyte) {
  std::string words;
  while (words.size() < 1'000'000) words += "Общество & Co. A.B. GmbH ";
  EXPECT_EQ(CompareCompanyNames(words, words).level, Level::kExact);
}

}  // namespace
}  // namespace weir::identity
