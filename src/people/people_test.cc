// Lists that people paste, and what is made of them; words of both languages.
#include "people/people.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "people/directory.h"
#include "people/reasons.h"
#include "people/roster.h"
#include "people/take_over.h"
#include "people/vocabulary.h"

namespace weir::people {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

store::Rows Members() {
  const auto row = [](const char* id, const char* name, const char* email, const char* department, const char* origin) {
    return std::vector<store::Value>{std::string(id),
                                     std::string(name),
                                     std::string(email),
                                     std::string(department),
                                     std::string(origin),
                                     {},
                                     {},
                                     std::string("t1"),
                                     std::string("source"),
                                     {},
                                     {},
                                     {},
                                     {},
                                     {},
                                     {}};
  };
  store::Rows rows;
  rows.rows = {row("crm:1", "Ann Lee", "ann@we.example", "sales", "source"),
               row("crm:2", "Bo Kim", "bo@we.example", "sales", "guess"),
               row("crm:3", "Bo Kim", "bo2@we.example", "sales", "guess")};
  return rows;
}

store::Rows Teams() {
  store::Rows rows;
  rows.rows = {{std::string("t1"), std::string("North")}, {std::string("t2"), std::string("South")}};
  return rows;
}

std::string ErrorOf(const std::string& text) {
  const Directory directory(Members(), Teams());
  const auto plan = PlanTakeOver(text, kAlways, directory);
  if (!plan) return plan.error().ToString();
  return plan->refused.empty() ? "" : people::ErrorOf(plan->refused.front()).ToString();
}

TEST(Roster, ReadsTabsCommasAndSemicolonsInBothLanguages) {
  for (const std::string text : {"email\tfunction\tstart\nann@we.example\tseller\t2026-03-01\n",
                                 "Почта;Функция;Дата начала\nann@we.example;Продавец;01.03.2026\n",
                                 "Name,Role,Start date\nAnn Lee,Seller,2026-03-01\n"}) {
    const auto roster = ReadRoster(text);
    ASSERT_TRUE(roster) << text << roster.error().ToString();
    ASSERT_THAT(roster->rows, SizeIs(1)) << text;
    const Directory directory(Members(), Teams());
    const auto changes = directory.ChangesOf(roster->rows[0], kAlways);
    ASSERT_TRUE(changes) << changes.error().reason.en;
    ASSERT_THAT(*changes, SizeIs(2));
    EXPECT_EQ((*changes)[0].member->id, "crm:1");
    EXPECT_EQ((*changes)[0].value, "seller");
    EXPECT_EQ((*changes)[1].value, "2026-03-01");
  }
}

TEST(Roster, SaysNothingWhereACellIsEmptyOrHoldsAlready) {
  const auto roster = ReadRoster("email,department,team,note\nann@we.example,Sales,North,x\nbo@we.example,Sales,,y\n");
  ASSERT_TRUE(roster) << roster.error().ToString();
  EXPECT_THAT(roster->unknown, ElementsAre("note"));
  const Directory directory(Members(), Teams());
  EXPECT_THAT(*directory.ChangesOf(roster->rows[0], kAlways), SizeIs(0)) << "the source says so";
  const auto confirmed = directory.ChangesOf(roster->rows[1], kAlways);
  ASSERT_THAT(*confirmed, SizeIs(1)) << "a guess becomes a decision";
  EXPECT_EQ((*confirmed)[0].field, "department");
}

TEST(Roster, ErrorsNameLineColumnAndMend) {
  EXPECT_THAT(ErrorOf("department\nSales\n"), HasSubstr("no column says whose row it is"));
  EXPECT_THAT(ErrorOf("email,phone\nann@we.example,1\n"), HasSubstr("no column says what is to change"));
  EXPECT_THAT(ErrorOf("email,function\nann@we.example,sellar\n"),
              HasSubstr("the pasted table:2:2: there is no function 'sellar'"));
  EXPECT_THAT(ErrorOf("email,function\nann@we.example,sellar\n"), HasSubstr("Did you mean 'seller'?"));
  EXPECT_THAT(ErrorOf("name,function\nAnne Lee,seller\n"),
              HasSubstr("the pasted table:2:1: there is no member 'Anne Lee'"));
  EXPECT_THAT(ErrorOf("name,function\nAnne Lee,seller\n"), HasSubstr("Did you mean 'Ann Lee'?"));
  EXPECT_THAT(ErrorOf("name,function\nBo Kim,seller\n"), HasSubstr("may be any of 2 members"));
  EXPECT_THAT(ErrorOf("email,start,end\nann@we.example,2026-03-01,2026-02-01\n"),
              HasSubstr("would leave on 2026-02-01"));
  EXPECT_THAT(ErrorOf("email,start\nann@we.example,03/04/2026\n"), HasSubstr("Write 2026-11-23"))
      << "day and month are not guessed";
  EXPECT_THAT(ErrorOf("email,manager\nann@we.example,Ann Lee\n"), HasSubstr("manager of themselves"));
  EXPECT_NE(ErrorOf(""), "");
}

TEST(TakeOver, EveryLineThatCannotBeTakenIsToldInBothLanguages) {
  const Directory directory(Members(), Teams());
  const auto plan = PlanTakeOver(
      "name,department,note\nAnn Lee,Bakery,x\nAnne Lee,Bakery,x\nBo Kim,Bakery,x\n,Bakery,x\nann@we.example,Sales,x\n",
      kAlways, directory);
  ASSERT_TRUE(plan) << plan.error().ToString();
  EXPECT_EQ(plan->lines, 5);
  ASSERT_THAT(plan->changes, SizeIs(1));
  EXPECT_EQ(plan->changes[0].value, "Bakery");
  ASSERT_THAT(plan->refused, SizeIs(3));
  EXPECT_EQ(plan->refused[0].line, 3U);
  EXPECT_EQ(plan->refused[0].reason.ru, "сотрудника «Anne Lee» нет");
  EXPECT_EQ(plan->refused[0].mend.ru, "Может быть, «Ann Lee»?");
  EXPECT_EQ(plan->refused[1].reason.en, "'Bo Kim' may be any of 2 members");
  EXPECT_EQ(plan->refused[2].line, 5U);
  EXPECT_THAT(plan->unknown, ElementsAre("note"));
  const auto twice = PlanTakeOver("name,department\nAnn Lee,Bakery\nann@we.example,Kitchen\n", kAlways, directory);
  ASSERT_THAT(twice->refused, SizeIs(1));
  EXPECT_EQ(twice->refused[0].reason.ru, "Ann Lee уже есть в строке 2");
}

TEST(Directory, KnowsTeamsByNameAndMakesNewOnes) {
  const Directory directory(Members(), Teams());
  EXPECT_EQ(*directory.ValueOf("team", "south"), "t2");
  EXPECT_EQ(*directory.ValueOf("team", "t1"), "t1");
  EXPECT_EQ(*directory.ValueOf("team", "Key accounts"), "weir:Key accounts");
  EXPECT_EQ(directory.NameOf("team", "weir:Key accounts"), "Key accounts");
  EXPECT_EQ(*directory.ValueOf("department", "Продажи"), "sales");
  EXPECT_EQ(*directory.ValueOf("department", "Bakery"), "Bakery") << "a company calls its departments as it likes";
  EXPECT_EQ(*directory.ValueOf("function", "RevOps"), "revenue_operations");
}

TEST(Reasons, SpeakBothLanguages) {
  const analysis::Text words = WordsOf(
      "title=Account Executive\x1f"
      "deals=1234\x1f"
      "tool=Outreach\x1f"
      "team=X");
  EXPECT_EQ(words.en, "title “Account Executive”; owns deals (1,234); works in Outreach");
  EXPECT_EQ(words.ru, "должность «Account Executive»; ведёт сделки (1 234); работает в Outreach");
  EXPECT_EQ(WordsOf("").en, "");
}

}  // namespace
}  // namespace weir::people
