#include "identity/person_name.h"

#include <array>
#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::identity {
namespace {

using Level = PersonNameLevel;

PersonName Name(std::string given, std::string middle, std::string family, bool has_patronymic = false) {
  PersonName name;
  name.given = std::move(given);
  name.middle = std::move(middle);
  name.family = std::move(family);
  name.has_patronymic = has_patronymic;
  return name;
}

TEST(PersonName, IsReadInItsParts) {
  EXPECT_EQ(ParsePersonName("Ann Smith"), Name("ann", "", "smith"));
  EXPECT_EQ(ParsePersonName("Smith, Ann B."), Name("ann", "b", "smith"));
  EXPECT_EQ(ParsePersonName("Ludwig van Beethoven"), Name("ludwig", "", "van beethoven"));
  EXPECT_EQ(ParsePersonName("Maria de la Cruz"), Name("maria", "", "de la cruz"));
  EXPECT_EQ(ParsePersonName("Seán O’Brien"), Name("sean", "", "obrien"));
  EXPECT_EQ(ParsePersonName("Madonna"), Name("", "", "madonna"));
  EXPECT_EQ(ParsePersonName(""), PersonName());
  EXPECT_EQ(ParsePersonName("Dr. Ann B. Smith, PhD").title, "dr");
  EXPECT_EQ(ParsePersonName("Dr. Ann B. Smith, PhD").suffix, "phd");
  EXPECT_EQ(ParsePersonName("John Smith, Jr.").suffix, "jr");
  EXPECT_EQ(ParsePersonName("John Smith, Jr.").family, "smith");
}

TEST(PersonName, RussianOrderIsKnownByThePatronymic) {
  const PersonName ivan = Name("ivan", "ivanovich", "ivanov", true);
  EXPECT_EQ(ParsePersonName("Иванов Иван Иванович"), ivan);
  EXPECT_EQ(ParsePersonName("Иван Иванович Иванов"), ivan);
  EXPECT_EQ(ParsePersonName("ИВАНОВ, Иван Иванович"), ivan);
  EXPECT_EQ(ParsePersonName("Ivanov Ivan Ivanovich"), ivan);
  EXPECT_EQ(ParsePersonName("Иван", "Иванович", "Иванов"), ivan);
  EXPECT_EQ(ParsePersonName("Иван Иванович", "", "Иванов"), ivan);
  EXPECT_EQ(ParsePersonName("Мария Петровна Рабинович"), Name("mariya", "petrovna", "rabinovich", true));
  EXPECT_EQ(ParsePersonName("Иванов И. И."), Name("i", "i", "ivanov"));
  EXPECT_EQ(ParsePersonName("Смирнова Анна"), Name("anna", "", "smirnova"));
  EXPECT_EQ(ParsePersonName("Анна Смирнова"), Name("anna", "", "smirnova"));
  EXPECT_EQ(ParsePersonName("Roman Abramovich"), Name("roman", "", "abramovich")) << "two words have none";
  EXPECT_EQ(ParsePersonName("Алиев Гейдар Алирза оглы"), Name("geydar", "alirza ogly", "aliev", true));
}

TEST(PersonName, ChineseNamesBeginWithTheFamily) {
  EXPECT_EQ(ParsePersonName("习近平"), Name("jinping", "", "xi"));
  EXPECT_EQ(ComparePersonNames("习近平", "习近平").level, Level::kExact);
  EXPECT_LT(ComparePersonNames("习近朋", "习近平").level, kSamePersonName) << "another character, another name";
  EXPECT_GE(ComparePersonNames("习近平", "Xi Jinping").level, Level::kSpelling);
}

TEST(PersonName, LevelsOfLikeness) {
  const auto level = [](std::string_view a, std::string_view b) { return ComparePersonNames(a, b).level; };
  EXPECT_EQ(level("Ann Smith", "ANN  SMITH"), Level::kExact);
  EXPECT_EQ(level("Smith, Ann", "Ann Smith"), Level::kOrder);
  EXPECT_EQ(level("Mr. John Smith", "John Smith"), Level::kOrder);
  EXPECT_EQ(level("Юрий Гагарин", "Jurij Gagarin"), Level::kSpelling);
  EXPECT_EQ(level("Гагарин Юрий", "Yuri Gagarin"), Level::kSpelling);
  EXPECT_EQ(level("Наталья Соловьёва", "Natalia Solovieva"), Level::kSpelling);
  EXPECT_EQ(level("JohnSmith", "John Smith"), Level::kSpelling);
  EXPECT_EQ(level("Bob Smith", "Robert Smith"), Level::kNickname);
  EXPECT_EQ(level("Саша Иванов", "Александр Иванов"), Level::kNickname);
  EXPECT_EQ(level("J. Smith", "John Smith"), Level::kInitials);
  EXPECT_EQ(level("JC Juncker", "Jean-Claude Juncker"), Level::kInitials);
  EXPECT_EQ(level("Иванов И.И.", "Иван Иванович Иванов"), Level::kInitials);
  EXPECT_EQ(level("Анна Иванова", "Анна Иванов"), Level::kGender);
  EXPECT_EQ(level("Анна Вольская", "Anna Volsky"), Level::kGender);
  EXPECT_EQ(level("Иванов Иван", "Иванов Иван Петрович"), Level::kLeftOut);
  EXPECT_EQ(level("Jonh Smith", "John Smith"), Level::kMisspelt);
  EXPECT_EQ(level("Abdul Aziz Nooristani", "'Abd al-Aziz al-Nuristani"), Level::kSpelling);
  EXPECT_EQ(level("Fernando Pérez", "فرناندو بيريز"), Level::kSpelling);
}

TEST(PersonName, ContradictionsAreNoTypingErrors) {
  const auto level = [](std::string_view a, std::string_view b) { return ComparePersonNames(a, b).level; };
  EXPECT_EQ(level("Ann Smith", "Robert Jones"), Level::kDifferent);
  EXPECT_EQ(level("Ann Smith", "Robert Smith"), Level::kPartial);
  EXPECT_EQ(level("Иван Петрович Иванов", "Иван Сергеевич Иванов"), Level::kPartial);
  EXPECT_EQ(level("Александр Иванов", "Александра Иванова"), Level::kPartial) << "a man and a woman";
  EXPECT_EQ(level("William G. Frost", "William W. Frost"), Level::kPartial);
  EXPECT_EQ(level("John Smith Jr.", "John Smith Sr."), Level::kPartial);
  EXPECT_EQ(level("Salman bin Muhammad", "Muhammad bin Salman"), Level::kPartial) << "father and son";
  EXPECT_EQ(level("N. N.", "Nursultan Nazarbayev"), Level::kPartial);
  EXPECT_EQ(level("Smith", "John Smith"), Level::kPartial);
  EXPECT_EQ(level("", "John Smith"), Level::kDifferent);
  EXPECT_EQ(level("", ""), Level::kDifferent) << "two that are missing are not one";
}

TEST(PersonName, LikenessIsSymmetric) {
  static constexpr std::array<std::string_view, 36> kWords{
      "Ivan",  "Иван",   "Ivanov", "Иванова", "Ivanovich", "Петрович", "I.",     "J",     "JC",
      "Jean",  "Claude", "Jon",    "John",    "Jonh",      "Bob",      "Robert", "bin",   "al",
      "Abd",   "Aziz",   "Mr",     "Jr",      "van",       "der",      "VanDer", "Smith", "Smiht",
      "Smyth", "习近平", "محمد",   "Саша",    "Ivan1",     "Sasha",    "O'Neil", ",",     "Maria-José"};
  RandomStream random(7, "person names");
  const auto draw = [&] {
    std::string name;
    const std::int64_t words = random.Integer(0, 5);
    for (std::int64_t i = 0; i < words; ++i) {
      name += kWords.at(static_cast<std::size_t>(random.Integer(0, kWords.size() - 1)));
      name += " ";
    }
    return name;
  };
  for (int round = 0; round < 20'000; ++round) {
    const std::string a = draw();
    const std::string b = draw();
    const PersonNameSimilarity there = ComparePersonNames(a, b);
    const PersonNameSimilarity back = ComparePersonNames(b, a);
    ASSERT_EQ(there.level, back.level) << a << "| " << b;
    ASSERT_DOUBLE_EQ(there.share, back.share) << a << "| " << b;
    ASSERT_GE(there.share, 0);
    ASSERT_LE(there.share, 1) << a << "| " << b;
    const PreparedPersonName ready = Prepare(a);
    if (!ready.words.empty()) {
      ASSERT_EQ(Compare(ready, ready).level, Level::kExact) << a;
    }
    ASSERT_LE(ready.words.size(), kMostWords);
  }
}

TEST(PersonName, ReadsAMegabyte) {
  std::string words;
  while (words.size() < 1'000'000) words += "Иван, al-";
  EXPECT_EQ(ComparePersonNames(words, words).level, Level::kExact);
  EXPECT_LT(ComparePersonNames(words, std::string(1'000'000, 'x')).level, kSamePersonName);
}

}  // namespace
}  // namespace weir::identity
