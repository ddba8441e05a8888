// Days that are not as the week has them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/testing.h"

namespace weir::model {
namespace {

TEST(Calendar, HasARowForEachDayOfAHoliday) {
  TestModel model;
  model.Record("calendar",
               {{"calendar", "7"},
                {"day", "2024-12-24"},
                {"last_day", "2024-12-26"},
                {"is_business", "false"},
                {"name", "Xmas"}},
               "2024-06-01 00:00:00", "zendesk", "h1");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT calendar_id, day, is_business, name FROM scoped.calendar ORDER BY day NULLS LAST"),
            "zendesk:7:2024-12-24 2024-12-24 false Xmas\n"
            "zendesk:7:2024-12-25 2024-12-25 false Xmas\n"
            "zendesk:7:2024-12-26 2024-12-26 false Xmas\n");
}

TEST(Calendar, BelievesTheNewerWordAndNoCenturies) {
  TestModel model;
  const auto say = [&](const std::string& object, const std::string& seen, TestModel::Cells cells) {
    cells.insert({"country", "RU"});
    model.Record("calendar", cells, seen, "test", object);
  };
  say("a", "2024-01-01 00:00:00", {{"day", "2024-04-27"}, {"is_business", "false"}});
  say("b", "2024-02-01 00:00:00", {{"day", "2024-04-27"}, {"is_business", "true"}, {"hours", "7"}});
  say("c", "2024-02-01 00:00:00", {{"day", "2024-05-01"}, {"last_day", "2124-05-01"}});
  say("d", "2024-02-01 00:00:00", {{"day", "2024-05-09"}, {"last_day", "2024-05-08"}, {"hours", "0"}});
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(
      model.Table(
          "SELECT calendar, day, is_business, CAST(hours AS INTEGER) FROM scoped.calendar ORDER BY day NULLS LAST"),
      "RU 2024-04-27 true 7\n"
      "RU 2024-05-01 false -\n"
      "RU 2024-05-09 false -\n");
}

}  // namespace
}  // namespace weir::model
