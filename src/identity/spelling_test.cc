#include "identity/spelling.h"

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "identity/fold.h"
#include "identity/nicknames.h"

namespace weir::identity {
namespace {

std::string KeyOf(std::string_view name) { return TransliterationKey(FoldText(name)); }

TEST(Spelling, TransliterationsOfOneNameFallTogether) {
  const std::vector<std::vector<std::string>> groups{
      {"Юрий", "Yuriy", "Yuri", "Yury", "Jurij", "Juri", "Iouri", "Youri"},
      {"Алексей", "Aleksey", "Alexei", "Alexey", "Aleksej"},
      {"Дмитрий", "Dmitry", "Dmitri", "Dmitrii", "Dmitriy", "Dmitrij"},
      {"Щукин", "Shchukin", "Schukin", "Schtschukin", "Chtchukin"},
      {"Хрущев", "Khrushchev", "Hruschev"},
      {"Евгений", "Yevgeny", "Evgeny", "Evgenij", "Jevgenij"},
      {"Фёдор", "Fedor", "Fyodor", "Fjodor"},
      {"Цветков", "Tsvetkov", "Cvetkov", "Zwetkow", "Zvetkoff"},
      {"Смирнов", "Smirnov", "Smirnoff", "Smirnow"},
      {"Мария", "Maria", "Mariya", "Marija"},
      {"Александр", "Aleksandr", "Alexandr"},
      {"Müller", "Mueller", "Muller"},
      {"Владимир", "Vladimir", "Wladimir"},
      {"Йованович", "Jovanović", "Jovanovic", "Yovanovich"},
      {"Mahmoud", "Mahmood", "Mahmud"}};
  for (std::size_t group = 0; group < groups.size(); ++group) {
    for (const std::string& name : groups[group]) {
      EXPECT_EQ(KeyOf(name), KeyOf(groups[group].front())) << name;
      for (std::size_t other = 0; other < groups.size(); ++other) {
        if (other == group) continue;
        EXPECT_NE(KeyOf(name), KeyOf(groups[other].front())) << name;
      }
    }
  }
}

TEST(Spelling, ConsonantsAreWhatArabicWrites) {
  EXPECT_EQ(ConsonantKey(KeyOf("Fernando")), ConsonantKey(KeyOf("فرناندو")));
  EXPECT_EQ(ConsonantKey(KeyOf("Pérez")), ConsonantKey(KeyOf("بيريز")));
  EXPECT_NE(ConsonantKey(KeyOf("Obama")), ConsonantKey(KeyOf("سلمان")));
}

TEST(Nicknames, ShareANameInTheirLanguages) {
  const auto share = [](std::string_view a, std::string_view b) {
    return ShareName(NamesOfNickname(KeyOf(a)), NamesOfNickname(KeyOf(b)));
  };
  EXPECT_TRUE(share("Bob", "Robert"));
  EXPECT_TRUE(share("Bill", "William"));
  EXPECT_TRUE(share("Liz", "Betty")) << "both are Elizabeth";
  EXPECT_TRUE(share("Саша", "Александр"));
  EXPECT_TRUE(share("Sasha", "Aleksandra")) << "by any spelling";
  EXPECT_TRUE(share("Женя", "Евгения"));
  EXPECT_TRUE(share("Paco", "Francisco"));
  EXPECT_TRUE(share("Sepp", "Josef"));
  EXPECT_TRUE(share("Kasia", "Katarzyna"));
  EXPECT_FALSE(share("Bob", "William"));
  EXPECT_FALSE(share("Паша", "Миша"));
  EXPECT_FALSE(share("Smith", "Smith")) << "no given name";
}

}  // namespace
}  // namespace weir::identity
