// What contracts are worth a month, which no export says, and for how many of it subscriptions were.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

class ContractValue : public ::testing::Test {
 protected:
  ContractValue() { model.settings.currency = "EUR"; }

  void Subscription(const std::string& account, const std::string& monthly) {
    model.Record("account", {{"key", account}, {"name", "Company " + account}}, kSeen, "crm");
    model.Record("subscription",
                 {{"key", "s" + account},
                  {"account_key", account},
                  {"status", "active"},
                  {"quantity", "1"},
                  {"unit_price", monthly},
                  {"interval", "month"},
                  {"currency", "EUR"},
                  {"created_at", "2025-01-01 00:00:00"},
                  {"started_at", "2025-01-01 00:00:00"}},
                 kSeen, "crm");
  }
  void Contract(const std::string& account, TestModel::Cells cells) {
    cells.merge(TestModel::Cells{{"key", "c" + account},
                                 {"account_key", account},
                                 {"currency", "EUR"},
                                 {"start_date", "2025-01-01"},
                                 {"end_date", "2025-12-31"}});
    model.Record("contract", cells, kSeen, "crm");
  }
  std::string Worth() {
    return model.Table("SELECT contract_id, months, monthly, monthly_reporting FROM scoped.contract ORDER BY 1");
  }

  static constexpr const char* kSeen = "2025-06-01 00:00:00";
  TestModel model;
};

TEST_F(ContractValue, IsTheWholeOfATermWhereMostSubscriptionsAgreeWithThat) {
  for (const std::string account : {"1", "2", "3", "4"}) Subscription(account, "100");
  for (const std::string account : {"1", "2"}) Contract(account, {{"amount", "1200"}});
  // Of two years: that an amount is a year's is contradicted by it.
  Contract("3", {{"amount", "2400"}, {"end_date", "2026-12-31"}});
  Contract("4", {{"amount", "1500"}});
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2025-06-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT basis, compared, agreeing FROM model.contract_basis"), "0 4 3\n");
  EXPECT_EQ(Worth(),
            "crm:c1 12 100 100\ncrm:c2 12 100 100\ncrm:c3 24 100 100\n"
            "crm:c4 12 125 125\n");
}

TEST_F(ContractValue, IsThePriceTimesTheQuantityOfAMonth) {
  for (const std::string account : {"1", "2", "3"}) Subscription(account, "100");
  for (const std::string account : {"1", "2"}) Contract(account, {{"quantity", "4"}, {"unit_price", "25"}});
  Contract("3", {{"quantity", "5"}, {"unit_price", "25"}});
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2025-06-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT basis, compared, agreeing FROM model.contract_basis"), "1 3 2\n");
  EXPECT_EQ(Worth(), "crm:c1 12 100 100\ncrm:c2 12 100 100\ncrm:c3 12 125 125\n");
}

TEST_F(ContractValue, IsNotKnownWhereNothingAgrees) {
  for (const std::string account : {"1", "2", "3"}) {
    Subscription(account, "100");
    Contract(account, {{"amount", "70"}});
  }
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2025-06-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT basis, compared, agreeing FROM model.contract_basis"), "- 3 0\n");
  EXPECT_EQ(Worth(), "crm:c1 12 - -\ncrm:c2 12 - -\ncrm:c3 12 - -\n");
}

TEST_F(ContractValue, QuantitiesAreThoseOfTheSourcesOwnHistory) {
  Subscription("1", "100");
  Subscription("2", "100");
  for (const auto& [at, quantity] : std::vector<std::pair<std::string, std::string>>{
           {"2025-01-01 00:00:00", "9"}, {"2025-03-01 00:00:00", "7"}, {"2025-09-01 00:00:00", "5"}}) {
    model.Record(
        "field_change",
        {{"object", "subscription"}, {"record_key", "s1"}, {"field", "quantity"}, {"new_value", quantity}, {"at", at}},
        kSeen, "crm");
  }
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2025-06-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT subscription_id, CAST(valid_from AS DATE), CAST(valid_to AS DATE), CAST(quantity AS "
                        "INTEGER) FROM scoped.subscription_quantity ORDER BY 1, 2"),
            "crm:s1 2025-01-01 2025-03-01 9\ncrm:s1 2025-03-01 - 7\ncrm:s2 2025-01-01 - 1\n");
}

// A line's own list price, else that of its product in the same currency.
TEST_F(ContractValue, ListPricesOfLines) {
  model.Record("product", {{"key", "p"}, {"name", "Plan"}, {"price", "120"}, {"currency", "EUR"}}, kSeen, "crm");
  model.Record("deal", {{"key", "d"}, {"name", "Deal"}, {"currency", "EUR"}, {"created_at", "2025-01-01 00:00:00"}},
               kSeen, "crm");
  const auto line = [&](const std::string& key, const std::string& list, const std::string& currency) {
    TestModel::Cells cells{
        {"key", key}, {"deal_key", "d"}, {"product_key", "p"}, {"quantity", "1"}, {"currency", currency}};
    if (!list.empty()) cells.emplace("list_price", list);
    model.Record("deal_line", cells, kSeen, "crm");
  };
  line("l1", "150", "EUR");
  line("l2", "", "EUR");
  line("l3", "", "USD");
  ASSERT_TRUE(model.Build()) << model.error();
  model.AsOf("2025-06-01 00:00:00");
  EXPECT_EQ(model.Table("SELECT CAST(list_price AS INTEGER) FROM scoped.deal_line ORDER BY line_id"), "150\n120\n-\n");
}

}  // namespace
}  // namespace weir::model
