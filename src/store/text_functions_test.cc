#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "store/memory_fixture.h"

namespace weir::store {
namespace {

class TextFunctions : public MemoryFixture {
 protected:
  std::string Ask(const std::string& expression) {
    const auto value = connection_->Query("SELECT " + expression);
    if (!value) return value.error().ToString();
    return IsNull(value->rows.at(0).at(0)) ? "-" : value->TextAt(0, 0);
  }
};

TEST_F(TextFunctions, MakeKeysOfPlainNames) {
  EXPECT_EQ(Ask("plain_name_key('  O''Neill & Sons,  Ltd. ')"), "o neill sons ltd");
  EXPECT_EQ(Ask("plain_name_key('ACME-24')"), "acme 24");
  EXPECT_EQ(Ask("plain_name_key('--')"), "");
  EXPECT_EQ(Ask("plain_name_key('')"), "");
  EXPECT_EQ(Ask("plain_name_key('Müller')"), "-");
  EXPECT_EQ(Ask("plain_name_key(NULL)"), "-");
}

TEST_F(TextFunctions, FindTheHostOfAnAddress) {
  EXPECT_EQ(Ask("mail_host('ann@Mail.Acme.de')"), "Mail.Acme.de");
  EXPECT_EQ(Ask("mail_host('Ann Lee <ann@acme.de> ')"), "acme.de");
  EXPECT_EQ(Ask("mail_host('ann@acme.de >')"), "");
  EXPECT_EQ(Ask("mail_host('acme.de')"), "");
  EXPECT_EQ(Ask("mail_host('ann@')"), "");
  EXPECT_EQ(Ask("mail_host('')"), "");
  EXPECT_EQ(Ask("mail_host(NULL)"), "-");
}

TEST_F(TextFunctions, TakeTheLastLabelsOfAHost) {
  EXPECT_EQ(Ask("last_labels('www.acme.co.uk', 2)"), "co.uk");
  EXPECT_EQ(Ask("last_labels('www.acme.co.uk', 3)"), "acme.co.uk");
  EXPECT_EQ(Ask("last_labels('acme.de', 2)"), "acme.de");
  EXPECT_EQ(Ask("last_labels('acme.de', 3)"), "");
  EXPECT_EQ(Ask("last_labels('.acme.de', 3)"), "");
  EXPECT_EQ(Ask("last_labels('acme.', 2)"), "");
  EXPECT_EQ(Ask("last_labels('', 2)"), "");
  EXPECT_EQ(Ask("last_labels(NULL, 2)"), "-");
  EXPECT_EQ(Ask("last_labels('acme.de', NULL)"), "-");
}

TEST_F(TextFunctions, CountriesAreKnownByCodeAndName) {
  EXPECT_EQ(Ask("country_code('de') || country_code('Germany') || country_code('Германия')"), "DEDEDE");
  EXPECT_EQ(Ask("calling_code('Deutschland') || ' ' || calling_code('US') || ' ' || calling_code('Россия')"), "49 1 7");
  EXPECT_EQ(Ask("coalesce(country_code('Atlantis'), calling_code(''), calling_code(NULL), 'none')"), "none");
}

// They stand for regular expressions, on any text.
TEST_F(TextFunctions, SayWhatRegularExpressionsSay) {
  constexpr std::array<std::string_view, 20> kPieces{"a",  "Bc",     "Z9", ".",      "..", "@",     ">",
                                                     "<",  " ",      "\t", "\n",     "\v", "\r\n",  "'",
                                                     "-_", "\u00e9", "ß",  "\u0416", "0",  "\u00a0"};
  std::mt19937 random(7);
  ASSERT_TRUE(connection_->Execute("CREATE TABLE said (words VARCHAR)"));
  auto appender = connection_->Append("main", "said");
  ASSERT_TRUE(appender);
  for (int i = 0; i < 20'000; ++i) {
    std::string words;
    for (auto left = random() % 12; left > 0; --left) words += kPieces.at(random() % kPieces.size());
    appender->Text(words);
    ASSERT_TRUE(appender->EndRow());
  }
  ASSERT_TRUE(appender->Close());
  EXPECT_EQ(Ask("count(*) FROM said WHERE mail_host(words) <> regexp_extract(words, '@([^@>\\s]+)>?\\s*$', 1)"), "0");
  EXPECT_EQ(Ask("count(*) FROM said WHERE last_labels(words, 2) <> regexp_extract(words, '[^.]+\\.[^.]+$')"), "0");
  EXPECT_EQ(Ask("count(*) FROM said WHERE last_labels(words, 3) <> regexp_extract(words, '[^.]+\\.[^.]+\\.[^.]+$')"),
            "0");
  EXPECT_EQ(Ask("count(*) FROM said WHERE (strlen(words) = length(words)) <> (plain_name_key(words) IS NOT NULL) OR "
                "plain_name_key(words) <> trim(regexp_replace(lower(words), '[^\\p{L}\\p{Nd}]+', ' ', 'g'))"),
            "0");
  EXPECT_NE(Ask("count(*) FROM said WHERE mail_host(words) <> ''"), "0");
  EXPECT_NE(Ask("count(*) FROM said WHERE last_labels(words, 3) <> ''"), "0");
  EXPECT_NE(Ask("count(*) FROM said WHERE plain_name_key(words) <> ''"), "0");
}

}  // namespace
}  // namespace weir::store
