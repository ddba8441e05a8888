// Campaigns of different sources that are one campaign.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

constexpr const char* kSeen = "2024-06-01 00:00:00";

class CampaignTwins : public ::testing::Test {
 protected:
  void Campaign(const std::string& source, const std::string& key, const std::string& name,
                TestModel::Cells cells = {}) {
    cells.insert({{"key", key}, {"name", name}});
    model.Record("campaign", cells, kSeen, source);
  }
  void Spend(const std::string& source, const std::string& key, const std::string& day) {
    model.Record("spend", {{"campaign_key", key}, {"day", day}, {"cost", "10"}, {"currency", "EUR"}}, kSeen, source);
  }
  std::string Twins() {
    return model.Table("SELECT campaign_id, main_id FROM model.campaign_twin ORDER BY campaign_id NULLS LAST");
  }
  TestModel model;
};

TEST_F(CampaignTwins, MeetUnderTheIdOfTheSalesSystem) {
  Campaign("salesforce", "7", "Spring Sale", {{"start_date", "2024-03-01"}, {"end_date", "2024-04-30"}});
  Campaign("google_ads", "11", "spring_sale", {{"budget", "500"}, {"currency", "EUR"}});
  Spend("google_ads", "11", "2024-03-15");
  Spend("google_ads", "11", "2024-04-02");
  model.Record("lead",
               {{"key", "L1"}, {"full_name", "Ann"}, {"created_at", "2024-03-20 10:00:00"}, {"campaign_key", "7"}},
               kSeen, "salesforce");
  model.Record("lead", {{"key", "L2"}, {"full_name", "Bo"}, {"created_at", "2024-03-21 10:00:00"}}, kSeen,
               "salesforce");
  model.Record("touch",
               {{"key", "T1"}, {"lead_key", "L2"}, {"campaign_key", "spring-sale"}, {"at", "2024-03-21 09:00:00"}},
               kSeen, "ga4");
  Campaign("ga4", "spring-sale", "spring-sale");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Twins(), "ga4:spring-sale salesforce:7\ngoogle_ads:11 salesforce:7\n");
  EXPECT_EQ(model.Table("SELECT campaign_id, campaign, sum(cost) AS cost FROM scoped.spend GROUP BY ALL"),
            "salesforce:7 Spring Sale 20\n");
  EXPECT_EQ(model.Table("SELECT DISTINCT campaign_id FROM scoped.touch"), "salesforce:7\n");
  EXPECT_EQ(model.Table("SELECT campaign_id, name, budget, currency, end_date FROM scoped.campaign"),
            "salesforce:7 Spring Sale 500 EUR 2024-04-30\n");
  EXPECT_EQ(model.Table("SELECT campaign_id, campaign FROM scoped.lead WHERE campaign_id IS NOT NULL"),
            "salesforce:7 Spring Sale\n");
}

TEST_F(CampaignTwins, StayApartWhereTheyMayBeTwo) {
  // Another time.
  Campaign("salesforce", "1", "Autumn", {{"start_date", "2023-09-01"}, {"end_date", "2023-11-30"}});
  Campaign("google_ads", "2", "autumn");
  Spend("google_ads", "2", "2024-01-15");
  // Two of one source.
  Campaign("salesforce", "3", "Newsletter", {{"start_date", "2024-01-01"}, {"end_date", "2024-12-31"}});
  Campaign("salesforce", "4", "newsletter", {{"start_date", "2024-01-01"}, {"end_date", "2024-12-31"}});
  Campaign("mailchimp", "5", "Newsletter", {{"start_date", "2024-01-01"}, {"end_date", "2024-12-31"}});
  // No time at all, another name, none.
  Campaign("salesforce", "6", "Fair", {{"start_date", "2024-01-01"}, {"end_date", "2024-12-31"}});
  Campaign("google_ads", "7", "Fair");
  Campaign("salesforce", "8", "Brand | DE", {{"start_date", "2024-01-01"}, {"end_date", "2024-12-31"}});
  Campaign("google_ads", "9", "Brand", {{"start_date", "2024-01-01"}, {"end_date", "2024-12-31"}});
  Campaign("google_ads", "10", "", {{"start_date", "2024-01-01"}, {"end_date", "2024-12-31"}});
  Campaign("mailchimp", "11", "", {{"start_date", "2024-01-01"}, {"end_date", "2024-12-31"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(Twins(), "");
  EXPECT_EQ(model.Table("SELECT count(*) FROM scoped.campaign"), "11\n");
  EXPECT_EQ(model.Table("SELECT campaign_id, campaign FROM scoped.spend"), "google_ads:2 autumn\n");
}

}  // namespace
}  // namespace weir::model
