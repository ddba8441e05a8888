#include "base/text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir {
namespace {

TEST(Text, FindsTheFirstByteThatIsNoUtf8) {
  EXPECT_TRUE(IsValidUtf8("Müller ₽ 日本 😀"));
  EXPECT_EQ(FirstInvalidUtf8("ab\xFFz"), 2U);
  EXPECT_EQ(FirstInvalidUtf8("ab\xC3"), 2U) << "cut character";
  EXPECT_EQ(FirstInvalidUtf8("\xC0\x80"), 0U) << "overlong";
  EXPECT_EQ(FirstInvalidUtf8("\xED\xA0\x80"), 0U) << "surrogate";
  EXPECT_EQ(FirstInvalidUtf8("\xF4\x90\x80\x80"), 0U) << "beyond Unicode";
}

TEST(Text, TrimsEveryKindOfBlank) {
  EXPECT_EQ(TrimBlanks(" \t\r\n x y \xC2\xA0\xE2\x80\x8B"), "x y");
  EXPECT_EQ(TrimBlanks("\xEF\xBB\xBFid"), "id");
  EXPECT_EQ(TrimBlanks("  "), "");
  EXPECT_EQ(FoldBlanks("     Darcel   \xC2\xA0 Schlecht "), "Darcel Schlecht");
  EXPECT_EQ(FoldBlanks("e\xCC\x81"), "é");
}

TEST(Text, HeadersOfOneMeaningBecomeEqual) {
  for (const char* header : {"StageName", "Stage Name", "stage_name", " stage-name ", "STAGE NAME", "Stage.Name:"}) {
    EXPECT_EQ(NormaliseHeader(header), "stage_name") << header;
  }
  EXPECT_EQ(NormaliseHeader("ID"), "id");
  EXPECT_EQ(NormaliseHeader("CRMId"), "crm_id");
  EXPECT_EQ(NormaliseHeader("IsWon"), "is_won");
  EXPECT_EQ(NormaliseHeader("Pricebook2Id"), "pricebook2_id");
  EXPECT_EQ(NormaliseHeader("Probability (%)"), "probability");
  EXPECT_EQ(NormaliseHeader("hs_v2_date_entered_closedwon"), "hs_v2_date_entered_closedwon");
  EXPECT_EQ(NormaliseHeader("₽"), "");
}

TEST(Text, RussianHeadersKeepTheirLettersAndLoseBlanksAndSigns) {
  for (const char* header : {"Бюджет", "Бюджет ", "Бюджет ₽", "Бюджет, ₽", "Бюджет ₸", "БЮДЖЕТ"}) {
    EXPECT_EQ(NormaliseHeader(header), "бюджет") << header;
  }
  EXPECT_EQ(NormaliseHeader("Название сделки"), "название_сделки");
  EXPECT_EQ(CurrencyOfSign("Бюджет, ₽"), "RUB");
  EXPECT_EQ(CurrencyOfSign("Бюджет ₸"), "KZT");
  EXPECT_EQ(CurrencyOfSign("R$ 1.234,50"), "BRL");
  EXPECT_EQ(CurrencyOfSign("Бюджет"), std::nullopt);
}

TEST(Text, NameKeyForgetsCaseAccentsPunctuation) {
  EXPECT_EQ(NameKey("  ACME,  Inc. "), "acme inc");
  EXPECT_EQ(NameKey("Søren Müller-Lüdenscheidt"), "søren muller ludenscheidt");
  EXPECT_EQ(NameKey("ООО «Ромашка»"), "ооо ромашка");
  EXPECT_EQ(NameKey("Straße"), "strasse");
  EXPECT_EQ(NameKey("..."), "");
}

TEST(Text, GlobsMatchWholeTextWithoutCase) {
  EXPECT_TRUE(MatchesGlob("opportunity*", "Opportunity_2024.csv"));
  EXPECT_TRUE(MatchesGlob("*deal?.csv", "all-deals.csv"));
  EXPECT_TRUE(MatchesGlob("Итого*", "ИТОГО: 5"));
  EXPECT_FALSE(MatchesGlob("deal", "deals"));
  EXPECT_TRUE(MatchesGlob("*", ""));
  EXPECT_TRUE(MatchesGlob("a*b*c", "a--b--b--c"));
}

TEST(Text, SuggestsTheNearestName) {
  const std::vector<std::string> names{"close_date", "created_at", "amount"};
  EXPECT_EQ(NearestName("closedate", names), "close_date");
  EXPECT_EQ(NearestName("Amout", names), "amount");
  EXPECT_EQ(NearestName("zebra", names), "");
}

TEST(Encoding, IsSeenByMarkOrByBytes) {
  EXPECT_EQ(GuessEncoding("\xEF\xBB\xBFid", false).mark_bytes, 3U);
  EXPECT_EQ(GuessEncoding(std::string_view("\xFF\xFEi\0d\0", 6), false).encoding, Encoding::kUtf16Le);
  EXPECT_EQ(GuessEncoding(std::string_view("\0i\0d\0,\0a", 8), false).encoding, Encoding::kUtf16Be);
  EXPECT_EQ(GuessEncoding("\xC1\xFE\xE4\xE6\xE5\xF2;\xDD\xF2\xE0\xEF", false).encoding, Encoding::kWindows1251);
  EXPECT_EQ(GuessEncoding("Caf\xE9,M\xFCller", false).encoding, Encoding::kWindows1252);
  EXPECT_EQ(GuessEncoding("plain", false).encoding, Encoding::kUtf8);
  EXPECT_FALSE(GuessEncoding("plain", false).is_certain);
  EXPECT_TRUE(GuessEncoding("für", false).is_certain);
  EXPECT_EQ(GuessEncoding("f\xC3\xBCr \xD0", true).encoding, Encoding::kUtf8) << "cut within a character";
  EXPECT_EQ(GuessEncoding("für Müller größer \xFF", false).encoding, Encoding::kUtf8) << "one damaged byte";
}

std::string DecodeAll(Encoding encoding, std::string_view bytes, std::size_t step) {
  auto decoder = Decoder::For(encoding);
  EXPECT_TRUE(decoder.has_value());
  std::string out;
  for (std::size_t at = 0; at < bytes.size(); at += step) {
    decoder->Decode(bytes.substr(at, step), at + step >= bytes.size(), out);
  }
  return out;
}

TEST(Encoding, DecodesInPiecesOfAnySize) {
  const std::string_view wide("\x3D\xD8\x00\xDE\x11\x04!\0", 8);  // U+1F600, U+0411, '!'
  for (const std::size_t step : {1U, 2U, 3U, 100U}) {
    EXPECT_EQ(DecodeAll(Encoding::kUtf16Le, wide, step), "😀Б!");
    EXPECT_EQ(DecodeAll(Encoding::kWindows1251, "\xC1\xFE\xE4\xE6\xE5\xF2", step), "Бюджет");
    EXPECT_EQ(DecodeAll(Encoding::kWindows1252, "Caf\xE9 \x80", step), "Café €");
  }
  const std::string large(100'000, '\xE6');
  EXPECT_EQ(DecodeAll(Encoding::kWindows1251, large, large.size()).size(), 2 * large.size());
  EXPECT_EQ(FindEncoding("CP1251"), Encoding::kWindows1251);
  EXPECT_EQ(FindEncoding("koi8-r"), std::nullopt);
}

}  // namespace
}  // namespace weir
