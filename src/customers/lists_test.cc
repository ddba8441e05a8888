#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "customers/company_story.h"

namespace weir::customers {
namespace {

using testing::Company;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::Line;

TEST(CustomerList, HasTheFactsOfEachAccount) {
  Company& company = Company::Shared();
  EXPECT_THAT(company.Lines("customers", {}, "accounts",
                            {"name", "is_customer", "owner", "deals_open", "pipeline_amount", "won_amount",
                             "invoiced_amount", "overdue_amount", "open_tickets", "last_activity_at"}),
              ElementsAre(Line{"Alfa Zażółć", "true", "Ann Seller", "1", "500", "1200", "1500", "250", "1",
                               "2026-06-20T09:00:00Z"},
                          Line{"Ёлка Трейд", "false", "Bo Rival", "1", "9000", "", "", "", "", ""}));
}

TEST(CustomerList, AgreesWithThePage) {
  Company& company = Company::Shared();
  const std::vector<std::string> shared{"deals_open",      "pipeline_amount", "deals_won",    "won_amount",
                                        "invoiced_amount", "overdue_amount",  "open_tickets", "last_activity_at"};
  EXPECT_EQ(company.Lines("customers", {{"text", {"alfa"}}}, "accounts", shared),
            company.Lines("customers.account", {{"id", {"salesforce:A1"}}}, "record", shared));
}

TEST(CustomerList, IsFiltered) {
  Company& company = Company::Shared();
  const auto names = [&](const analysis::RawParams& params) {
    return company.Lines("customers", params, "accounts", {"name"});
  };
  const Line alfa{"Alfa Zażółć"};
  const Line elka{"Ёлка Трейд"};
  EXPECT_THAT(names({{"text", {"ЕЛКА"}}}), ElementsAre(elka));
  EXPECT_THAT(names({{"text", {"zazolc"}}}), ElementsAre(alfa));
  EXPECT_THAT(names({{"where", {"pipeline_amount > 1000"}}}), ElementsAre(elka));
  EXPECT_THAT(names({{"where", {"country = 'PL' and not overdue_amount is null"}}}), ElementsAre(alfa));
  EXPECT_THAT(names({{"team", {"South"}}}), ElementsAre(elka));
  EXPECT_THAT(names({{"customers", {"true"}}}), ElementsAre(alfa));
  EXPECT_THAT(names({{"segment", {"50-249"}}}), ElementsAre(alfa));
  EXPECT_THAT(names({{"text", {"%"}}}), IsEmpty());
  const auto wrong = company.Ask("customers", {{"where", {"pipline_amount > 1"}}});
  ASSERT_FALSE(wrong);
  EXPECT_THAT(wrong.error().ToString(), HasSubstr("pipeline_amount"));
}

TEST(CustomerList, KeepsToTheTeam) {
  Company& company = Company::Shared();
  company.SeesOnly("'salesforce:T2'");
  EXPECT_THAT(company.Lines("customers", {}, "accounts", {"name"}), ElementsAre(Line{"Ёлка Трейд"}));
  EXPECT_THAT(company.Lines("customers.people", {}, "people", {"full_name"}), ElementsAre(Line{"Пётр Ёжиков"}));
  EXPECT_THAT(company.Lines("customers.deals", {}, "deals", {"name"}), ElementsAre(Line{"Trade"}));
}

TEST(PeopleList, HidesWhatIsPersonal) {
  Company& company = Company::Shared();
  company.SeesOnly("'salesforce:T1'", false);
  EXPECT_THAT(company.Lines("customers.people", {}, "people", {"person_id", "full_name", "email"}),
              ElementsAre(Line{"salesforce:P1", "", ""}));
  EXPECT_THAT(company.Lines("customers.people", {{"text", {"Luc"}}}, "people", {"person_id"}), IsEmpty());
}

TEST(DealList, OpenOnesComeFirst) {
  Company& company = Company::Shared();
  EXPECT_THAT(company.Lines("customers.deals", {}, "deals", {"name", "status"}),
              ElementsAre(Line{"Trade", "open"}, Line{"Alfa expansion", "open"}, Line{"Alfa first order", "won"}));
}

}  // namespace
}  // namespace weir::customers
