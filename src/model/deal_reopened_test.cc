// A source may keep apart in which stage a deal is and whether it is closed.
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

TEST(DealReopened, IsBackInTheStageThatItWasIn) {
  TestModel model;
  model.Record("deal", {{"key", "d"}, {"stage", "B"}, {"created_at", "2024-01-01"}}, "2024-06-01");
  const auto change = [&](const char* at, TestModel::Cells cells) {
    cells.insert({{"deal_key", "d"}, {"at", at}});
    model.Record("deal_change", cells, "2024-06-01");
  };
  change("2024-01-05", {{"stage", "A"}});
  change("2024-02-01", {{"stage", "Won"}, {"status", "won"}});
  change("2024-03-01", {{"status", "open"}});
  change("2024-04-01", {{"status", "lost"}});
  change("2024-05-01", {{"stage", "B"}, {"status", "open"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT CAST(valid_from AS DATE), stage, status FROM model.deal_version ORDER BY version NULLS "
                        "LAST"),
            "2024-01-01 - open\n2024-01-05 A open\n2024-02-01 Won won\n2024-03-01 A open\n2024-04-01 A lost\n"
            "2024-05-01 B open\n");
}

}  // namespace
}  // namespace weir::model
