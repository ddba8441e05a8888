// Which campaign a lead came from.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

constexpr const char* kSeen = "2024-06-01 00:00:00";

TEST(Leads, HaveTheCampaignOfTheTouchThatMadeThem) {
  TestModel model;
  for (const char* key : {"K1", "K2", "K3"}) model.Record("campaign", {{"key", key}, {"name", key}}, kSeen);
  model.Record("lead", {{"key", "L1"}, {"full_name", "Ann"}, {"created_at", "2024-01-05 10:00:00"}}, kSeen);
  model.Record("lead",
               {{"key", "L2"}, {"full_name", "Bo"}, {"created_at", "2024-01-05 10:00:00"}, {"campaign_key", "K3"}},
               kSeen);
  model.Record("lead", {{"key", "L3"}, {"full_name", "Cy"}, {"created_at", "2024-01-05 10:00:00"}}, kSeen);
  const auto touch = [&](const std::string& key, const std::string& lead, const std::string& campaign,
                         const std::string& at) {
    model.Record(
        "touch",
        {{"key", key}, {"lead_key", lead}, {"campaign_key", campaign}, {"kind", "campaign_member"}, {"at", at}}, kSeen);
  };
  touch("t1", "L1", "K2", "2023-11-01 00:00:00");
  touch("t3", "L1", "K2", "2024-01-05 00:00:00");
  touch("t2", "L1", "K1", "2024-01-05 00:00:00");
  touch("t4", "L1", "K3", "2024-02-05 00:00:00");
  touch("t5", "L2", "K1", "2024-01-05 00:00:00");
  touch("t6", "L3", "K1", "2024-01-05 10:00:01");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT lead_id, campaign_id, campaign FROM scoped.lead ORDER BY lead_id NULLS LAST"),
            "test:L1 test:K1 K1\n"
            "test:L2 test:K3 K3\n"
            "test:L3 - -\n")
      << "the newest before it came in, of equal ones the smaller id; its own row wins; what came later made nothing";
}

}  // namespace
}  // namespace weir::model
