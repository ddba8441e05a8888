#include "leaks/hierarchy.h"

#include <gmock/gmock.h>

namespace weir::leaks {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::vector<std::string> Names(const Way& way) {
  std::vector<std::string> names;
  names.reserve(way.people.size());
  for (const Person* person : way.people) names.push_back(person->name);
  return names;
}

// Ann leads the north and is led by Olga, who leads sales and is led by Ivan; Bob left.
Hierarchy Company() {
  return {{{.id = "ivan", .name = "Ivan", .team_id = "top", .department = "management"},
           {.id = "olga", .name = "Olga", .manager_id = "ivan", .team_id = "sales", .department = "sales"},
           {.id = "ann", .name = "Ann", .manager_id = "olga", .team_id = "north", .department = "sales"},
           {.id = "carl", .name = "Carl", .manager_id = "ann", .team_id = "north", .department = "sales"},
           {.id = "bob",
            .name = "Bob",
            .manager_id = "ann",
            .team_id = "north",
            .department = "sales",
            .is_active = false}},
          {{.id = "north", .name = "North", .parent_id = "sales"}, {.id = "sales", .name = "Sales"}}};
}

// Every one of twenty thousand people is asked for, most of them without a manager who works here: a way that looked at
// all people for each of them would take minutes.
TEST(HierarchyTest, LargeCompaniesAreClimbedPersonByPerson) {
  constexpr int kPeople = 20'000;
  constexpr int kTeam = 50;
  std::vector<Person> people{{.id = "top", .name = "Top", .department = "management"}};
  for (int i = 0; i < kPeople; ++i) {
    const std::string team = fmt::format("t{}", i / kTeam);
    people.push_back({.id = fmt::format("p{}", i),
                      .name = fmt::format("P{}", i),
                      .manager_id = i % kTeam == 0 ? "top" : "left",
                      .team_id = team,
                      .department = "sales",
                      .is_active = i % 3 != 1});
  }
  const Hierarchy company(std::move(people), {});
  for (int i = 0; i < kPeople; ++i) {
    const Way& way = company.AbovePerson(*company.Find(fmt::format("p{}", i)));
    ASSERT_THAT(Names(way), ElementsAre("Top")) << i;
  }
  EXPECT_EQ(company.Named("P7")->id, "p7");
  EXPECT_EQ(company.Named("nobody"), nullptr);
  EXPECT_TRUE(company.HasAnybody("sales"));
  EXPECT_FALSE(company.HasAnybody("success"));
}

TEST(HierarchyTest, TheWayLeadsFromTheNearestManagerToTheTop) {
  const Hierarchy company = Company();
  EXPECT_THAT(Names(company.AbovePerson(*company.Find("bob"))), ElementsAre("Ann", "Olga", "Ivan"));
  EXPECT_THAT(Names(company.AboveTeam("north", "sales")), ElementsAre("Ann", "Olga", "Ivan"));
  EXPECT_THAT(Names(company.AboveTeam("", "sales")), ElementsAre("Olga", "Ivan"));
  EXPECT_THAT(Names(company.AboveTeam("", "finance")), ElementsAre("Ivan")) << "nobody is in finance";
}

TEST(HierarchyTest, OneStepForEachSpanWithoutAnOwner) {
  const Hierarchy company = Company();
  const Way way = company.AboveTeam("north", "sales");
  const Date since{20'000};
  const auto to = [&](int days) {
    const Escalation up = Escalate(way, since, Date{since.days + days}, 7);
    return fmt::format("{}|{}|{}", up.to == nullptr ? "-" : up.to->name, up.level,
                       up.to_since ? up.to_since->days - since.days : 0);
  };
  EXPECT_EQ(to(6), "-|0|0");
  EXPECT_EQ(to(7), "Ann|1|7");
  EXPECT_EQ(to(14), "Olga|2|14");
  EXPECT_EQ(to(700), "Ivan|3|21") << "nobody is above him";
  EXPECT_EQ(Escalate(way, std::nullopt, Date{20'000}, 7).to->name, "Ann");
  EXPECT_THAT(Escalate({}, since, Date{20'100}, 7).note.en, HasSubstr("nobody above is known"));
}

// Managers of each other, teams within each other, and whoever manages himself.
TEST(HierarchyTest, ACircleEndsWithAReason) {
  const Hierarchy circle({{.id = "a", .name = "Ann", .manager_id = "b", .team_id = "t", .department = "sales"},
                          {.id = "b", .name = "Bob", .manager_id = "a", .team_id = "t", .department = "sales"},
                          {.id = "x", .name = "Xeni", .manager_id = "a", .team_id = "t", .is_active = false}},
                         {});
  const Way way = circle.AbovePerson(*circle.Find("x"));
  EXPECT_THAT(Names(way), ElementsAre("Ann", "Bob"));
  EXPECT_THAT(way.end.en, HasSubstr("lead back to them (Ann, Bob)"));
  EXPECT_THAT(way.end.ru, HasSubstr("по кругу (Ann, Bob)"));
  const Escalation up = Escalate(way, Date{20'000}, Date{20'100}, 7);
  EXPECT_EQ(up.to->name, "Bob");
  EXPECT_EQ(up.level, 2);
  EXPECT_THAT(up.note.en, HasSubstr("goes no further"));

  const Hierarchy teams(
      {{.id = "c", .name = "Carl", .team_id = "one"}},
      {{.id = "one", .name = "One", .parent_id = "two"}, {.id = "two", .name = "Two", .parent_id = "one"}});
  EXPECT_THAT(Names(teams.AboveTeam("one", "sales")), ElementsAre("Carl"));
  EXPECT_THAT(teams.AboveTeam("one", "sales").end.en, HasSubstr("lead back to One"));

  const Hierarchy self({{.id = "d", .name = "Dora", .manager_id = "d", .team_id = "t"}}, {});
  EXPECT_THAT(Names(self.AboveTeam("t", "")), ElementsAre("Dora"));
  EXPECT_THAT(self.AboveTeam("t", "").end.en, IsEmpty());
}

}  // namespace
}  // namespace weir::leaks
