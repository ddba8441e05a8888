#include "identity/fold.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/text.h"

namespace weir::identity {
namespace {

TEST(Fold, CaseAccentsAndPunctuation) {
  EXPECT_EQ(FoldText("  ACME, Inc. "), "acme inc");
  EXPECT_EQ(FoldText("Müller-Lüdenscheidt"), "muller ludenscheidt");
  EXPECT_EQ(FoldText("Łódź Ærø Straße Đorđević Ğ İ ı"), "lodz aero strasse dordevic g i i");
  EXPECT_EQ(FoldText("ﬁne ＡＢＣ ½ №"), "fine abc 1 2 no");
  EXPECT_EQ(FoldText("Nguyễn Thị Hồng"), "nguyen thi hong");
  EXPECT_EQ(FoldText(""), "");
  EXPECT_EQ(FoldText(" —  ! "), "");
  EXPECT_EQ(FoldText("ca\u00ADfe\u0301"), "cafe") << "a soft hyphen is nothing";
}

TEST(Fold, CyrillicBecomesLatin) {
  EXPECT_EQ(FoldText("Иванов Пётр Юрьевич"), "ivanov petr yurevich");
  EXPECT_EQ(FoldText("ЩУКИН Объедков Бръчков"), "shchukin obedkov brachkov");
  EXPECT_EQ(FoldText("Петър"), "petar");
  EXPECT_EQ(FoldText("Володимир Зеленський Їжакевич"), "volodimir zelenskiy yizhakevich");
  EXPECT_EQ(FoldText("Ёлкин"), FoldText("Елкин"));
  EXPECT_EQ(FoldText("Андрей"), FoldText("Андреи\u0306")) << "a mark by itself";
  EXPECT_EQ(FoldText("Андрей"), "andrey");
  EXPECT_EQ(FoldText("Қасым-Жомарт Тоқаев"), "kasym zhomart tokaev");
}

TEST(Fold, GreekBecomesLatin) {
  EXPECT_EQ(FoldText("Παπανδρέου"), "papandreou");
  EXPECT_EQ(FoldText("ΕΥΑΓΓΕΛΙΑ Μπακογιάννη"), "evangelia bakogianni");
  EXPECT_EQ(FoldText("Ελευθέριος Αυγενάκης Ντίνος"), "eleftherios avgenakis dinos");
  EXPECT_EQ(FoldText("Κυριάκος Μητσοτάκης"), "kyriakos mitsotakis");
}

TEST(Fold, OtherScriptsBecomeLatinAsFarAsIcuCan) {
  EXPECT_EQ(FoldText("习近平"), "xi jin ping");
  EXPECT_EQ(FoldText("バラク・オバマ"), "baraku obama");
  EXPECT_EQ(FoldText("ბარაკ ობამა"), "barak obama");
  EXPECT_EQ(FoldText("Բարակ Օբամա"), "barak obama");
  EXPECT_EQ(FoldText("김정은"), "gimjeong eun");
  EXPECT_EQ(FoldText("١٢٣"), "123");
  EXPECT_TRUE(IsAscii(FoldText("محمد بن سلمان")));
}

TEST(Fold, IllFormedBytesAreBlank) {
  EXPECT_EQ(FoldText("a\xFF"
                     "b\xC3"),
            "a b");
  EXPECT_EQ(FoldText("\xE2\x82"), "");
}

// Random text out of pieces that the scripts and their edges are made of.
std::string RandomText(RandomStream& random) {
  static constexpr std::array<std::string_view, 64> kPieces{
      "a",      "Z",      " ", "-", "ß", "é", "Ö",  "Ł",  "İ",  "æ",  "ŉ", "½", "²",  "¨", "\u0301", "\u0306",
      "\u0308", "\u00AD", "и", "И", "й", "Ё", "ъ",  "Ъ",  "ь",  "Щ",  "я", "ї", "ґ",  "қ", "Ӏ",      "υ",
      "Υ",      "ύ",      "ϋ", "ὐ", "ο", "α", "ΕΥ", "γ",  "Γ",  "ξ",  "μ", "µ", "Μπ", "π", "ντ",     "τ",
      "ς",      "ϖ",      "ῃ", "ᾳ", "´", "ﬁ", "Ａ", "中", "ア", "ー", "ب", "ი", "ፀ",  "ក", "\xFF",   "\u200D"};
  std::string text;
  const std::int64_t length = random.Integer(0, 12);
  for (std::int64_t i = 0; i < length; ++i) {
    text += kPieces.at(static_cast<std::size_t>(random.Integer(0, kPieces.size() - 1)));
  }
  return text;
}

TEST(Fold, TheQuickWaySaysWhatTheSlowOneSays) {
  RandomStream random(1, "fold");
  for (int round = 0; round < 20'000; ++round) {
    const std::string text = RandomText(random);
    const std::string folded = FoldText(text);
    ASSERT_EQ(folded, FoldTextByIcu(text)) << text;
    ASSERT_EQ(FoldText(folded), folded) << text;
    ASSERT_LE(folded.size(), kFoldGrowth * text.size()) << text;
    ASSERT_TRUE(folded.empty() || (folded.front() != ' ' && folded.back() != ' ')) << text;
    ASSERT_EQ(folded.find("  "), std::string::npos) << text;
  }
}

// Every character by itself and between two letters, in both ways.
TEST(Fold, EveryCharacterFoldsToWhatStays) {
  for (char32_t character = 1; character < 0x3000; ++character) {
    std::string text;
    if (character < 0x80) {
      text = static_cast<char>(character);
    } else if (character < 0x800) {
      text = {static_cast<char>(0xC0U | (character >> 6U)), static_cast<char>(0x80U | (character & 0x3FU))};
    } else {
      text = {static_cast<char>(0xE0U | (character >> 12U)), static_cast<char>(0x80U | ((character >> 6U) & 0x3FU)),
              static_cast<char>(0x80U | (character & 0x3FU))};
    }
    for (const std::string& whole : {text, "υ" + text + "υ", "ъ" + text + "ο"}) {
      const std::string folded = FoldText(whole);
      ASSERT_EQ(folded, FoldTextByIcu(whole)) << std::hex << static_cast<std::uint32_t>(character);
      ASSERT_EQ(FoldText(folded), folded) << std::hex << static_cast<std::uint32_t>(character);
      ASSERT_LE(folded.size(), kFoldGrowth * whole.size()) << std::hex << static_cast<std::uint32_t>(character);
    }
  }
}

// A cell of a megabyte is read in time that grows with its length: one that grew with the square would not end.
TEST(Fold, ReadsAMegabyte) {
  constexpr std::size_t kMegabyte = 1'000'000;
  for (const std::string_view piece : {"a", "Щ", "ი", "ក", "a\u0301\u0323", "ب", "中"}) {
    std::string text;
    // Chinese takes ICU some 20 us a character.
    const std::size_t size = piece == "中" ? kMegabyte / 10 : kMegabyte;
    while (text.size() < size) text += piece;
    const std::string folded = FoldText(text);
    EXPECT_FALSE(folded.empty());
    EXPECT_LE(folded.size(), kFoldGrowth * text.size());
  }
  std::string marks = "a";
  while (marks.size() < kMegabyte) marks += "\u0301\u0323";
  EXPECT_EQ(FoldText(marks), "a");
}

}  // namespace
}  // namespace weir::identity
