// What the parts of a campaign report is the campaign's: the spend of its ads, the opens of its e-mails.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

constexpr const char* kSeen = "2024-06-01 00:00:00";

void Merge(TestModel& model, const std::string& from, const std::string& into) {
  model.Record("merge", {{"kind", "campaign"}, {"from_key", from}, {"into_key", into}}, kSeen);
}

void Spend(TestModel& model, const std::string& campaign, const std::string& cost) {
  model.Record("spend", {{"campaign_key", campaign}, {"day", "2024-05-01"}, {"cost", cost}, {"currency", "EUR"}},
               kSeen);
}

TEST(Campaigns, GatherTheSpendOfTheirAds) {
  TestModel model;
  model.Record("campaign", {{"key", "C1"}, {"name", "Spring"}, {"channel", "ads"}}, kSeen);
  Merge(model, "A1", "S1");  // an ad, its ad set
  Merge(model, "A2", "C1");
  Merge(model, "S1", "C1");
  Spend(model, "A1", "10");
  Spend(model, "A2", "2");
  Spend(model, "C1", "0.5");
  Spend(model, "A3", "7");  // nobody says whose it is
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT campaign_id, sum(cost) AS cost FROM model.spend GROUP BY 1 ORDER BY 1 NULLS LAST"),
            "test:A3 7\n"
            "test:C1 12.5\n");
}

TEST(Campaigns, GatherTheTouchesAndLeadsOfTheirParts) {
  TestModel model;
  model.Record("campaign", {{"key", "C1"}, {"name", "Spring"}}, kSeen);
  Merge(model, "E1", "C1");
  model.Record("lead",
               {{"key", "L1"}, {"full_name", "Ann"}, {"created_at", "2024-01-05 10:00:00"}, {"campaign_key", "E1"}},
               kSeen);
  model.Record("lead", {{"key", "L2"}, {"full_name", "Bo"}, {"created_at", "2024-01-05 10:00:00"}}, kSeen);
  model.Record("touch", {{"key", "t"}, {"lead_key", "L2"}, {"campaign_key", "E1"}, {"at", "2024-01-04 00:00:00"}},
               kSeen);
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT lead_id, campaign_id, campaign FROM scoped.lead ORDER BY lead_id NULLS LAST"),
            "test:L1 test:C1 Spring\n"
            "test:L2 test:C1 Spring\n");
}

// A part that is described under its own key is no second campaign, and does not rename the whole.
TEST(Campaigns, AreOneWithTheirParts) {
  TestModel model;
  model.Record("campaign", {{"key", "C1"}, {"name", "Spring"}}, "2024-01-01 00:00:00");
  model.Record("campaign", {{"key", "E1"}, {"name", "Second letter"}}, kSeen);
  Merge(model, "E1", "C1");
  model.Record("campaign", {{"key", "E2"}, {"name", "A letter of nothing"}}, kSeen);
  Merge(model, "E2", "C2");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT campaign_id, name FROM model.campaign ORDER BY 1 NULLS LAST"),
            "test:C1 Spring\n"
            "test:C2 A letter of nothing\n");
}

}  // namespace
}  // namespace weir::model
