#include "base/russian.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/embedded.h"
#include "base/result.h"

namespace weir {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(Phrase, IsFinishedEnglishWithItsPatternAndArguments) {
  const Phrase phrase = MakePhrase("{} of {:.1f}% at {{}}", 7, 12.34);
  EXPECT_EQ(phrase.text, "7 of 12.3% at {}");
  EXPECT_EQ(phrase.pattern, "{} of {:.1f}% at {{}}");
  ASSERT_EQ(phrase.arguments.size(), 2);
  EXPECT_EQ(phrase.arguments[0].text, "7");
  EXPECT_EQ(phrase.arguments[1].text, "12.3") << "written once, for every language";
}

TEST(Phrase, TakesArgumentsByNumberAndMoreThanOnce) {
  const Phrase phrase = MakePhrase("{1}, {0}, {1:>3}", "a", "b");
  EXPECT_EQ(phrase.text, "b, a,   b");
  EXPECT_EQ(phrase.arguments.size(), 2);
}

TEST(Russian, SaysWhatTheCatalogueHas) {
  EXPECT_EQ(InRussian(MakePhrase("the file is empty")), "файл пуст");
  EXPECT_EQ(InRussian(MakePhrase("there is no metric '{}'", "won_amuont")), "метрики «won_amuont» нет");
  EXPECT_EQ(InRussian(MakePhrase("Write: {} = {{ ... }}", "title")), "Напишите: title = { ... }");
}

TEST(Russian, MayPutTheArgumentsInAnotherOrder) {
  const Phrase phrase = MakePhrase("cannot listen on {} port {}: {}", "127.0.0.1", 80, "busy");
  EXPECT_EQ(phrase.text, "cannot listen on 127.0.0.1 port 80: busy");
  EXPECT_EQ(InRussian(phrase), "не удалось открыть порт 80 на 127.0.0.1: busy");
}

TEST(Russian, SaysPhrasesWithinPhrases) {
  const Phrase inner = MakePhrase("there is no column '{}'", "stag");
  const Phrase outer = MakePhrase("at character {} of the condition: {}", 3, inner);
  EXPECT_EQ(outer.text, "at character 3 of the condition: there is no column 'stag'");
  EXPECT_EQ(InRussian(outer), "в условии, знак 3: столбца «stag» нет");
}

TEST(Russian, LeavesAValueAloneThatLooksLikeAPlaceholder) {
  EXPECT_EQ(InRussian(MakePhrase("there is no metric '{}'", "{0}{}")), "метрики «{0}{}» нет");
}

TEST(Russian, FallsBackToEnglishAndNeverToNothing) {
  EXPECT_EQ(InRussian(MakePhrase("this was never said of {}", "anything")), "this was never said of anything");
  EXPECT_EQ(InRussian(AsIs("Parser Error: syntax error")), "Parser Error: syntax error");
  EXPECT_EQ(InRussian(Phrase()), "");
  EXPECT_EQ(InRussian(MakePhrase("{}: {}", MakePhrase("the disk is full"), "a")), "на диске нет места: a");
}

TEST(Russian, KnowsATextThatCameInBothLanguages) {
  const Phrase phrase = InBoth("'Bo' may be any of 2 members", "«Bo» подходит к нескольким сотрудникам (2)");
  EXPECT_EQ(SayIn(Language::kEnglish, phrase), "'Bo' may be any of 2 members");
  EXPECT_EQ(SayIn(Language::kRussian, phrase), "«Bo» подходит к нескольким сотрудникам (2)");
}

TEST(Russian, SaysAWholeErrorWithItsPlaceAndMend) {
  const Error error = BadInput("there is no column '{}'", "Staje")
                          .At("leaks/own.toml", 12, 3)
                          .Field("stage")
                          .Mend("Did you mean '{}'?", "Stage");
  EXPECT_EQ(error.ToString(), "leaks/own.toml:12:3: there is no column 'Staje' (field stage). Did you mean 'Stage'?");
  EXPECT_EQ(InRussian(error.Whole()), "leaks/own.toml:12:3: столбца «Staje» нет (поле stage). Может быть, «Stage»?");
}

TEST(Russian, HasATitleForEveryCode) {
  for (int i = 0; i <= static_cast<int>(Code::kBug); ++i) {
    const Phrase title = InfoOf(static_cast<Code>(i)).Title();
    EXPECT_THAT(std::string(RussianPattern(title.pattern)), Not(IsEmpty())) << title.text;
  }
}

TEST(Russian, HasItsCatalogueInTheProgram) {
  EXPECT_THAT(std::string(FindEmbedded("catalog", "words/refusals.ru.toml").value_or("")), HasSubstr("файл пуст"));
}

}  // namespace
}  // namespace weir
