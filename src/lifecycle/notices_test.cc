#include "lifecycle/notices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::lifecycle {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

StageRow Row(const std::string& name, std::int64_t rows, const std::string& step = "",
             const std::string& kind = "deal") {
  return {.stage = {.kind = kind, .source = "crm", .pipeline = kind == "deal" ? "Sales" : "", .name = name},
          .rows = rows,
          .step = step,
          .first_seen_at = ParseIsoInstant("2026-10-31T22:00:00Z")};
}

std::vector<std::string> Told(const std::vector<StageRow>& rows, bool in_russian = false) {
  std::vector<std::string> told;
  for (const Notice& notice : NoticesOf(rows, *TimeZone::Find("Europe/Moscow"))) {
    told.push_back(in_russian ? notice.text.ru : notice.text.en);
  }
  return told;
}

TEST(LifecycleNotices, SayNothingWhereEveryStageIsKnown) {
  StageRow fresh = Row("Demo", 3, "opportunity");
  fresh.is_new = true;
  EXPECT_THAT(Told({fresh, Row("Old", 0, "opportunity")}), IsEmpty());
}

TEST(LifecycleNotices, AppearedAndUnmapped) {
  StageRow fresh = Row("Legal check", 1200);
  fresh.is_new = true;
  EXPECT_THAT(
      Told({fresh, Row("Odd", 1, "", "lead")}),
      ElementsAre("Stage \"Legal check\" of deals (Sales, crm) first came with the export of 1 November 2026 and "
                  "is no step of the lifecycle yet: 1,200 deals.",
                  "2 stages are no step of the lifecycle yet, 1,201 rows in them; the page Sources lists them."));
  EXPECT_THAT(
      Told({Row("Odd", 1, "", "lead")}, true),
      ElementsAre("Ни к одному шагу жизненного цикла пока не отнесён 1 этап, в нём 1 строка; список — на странице "
                  "«Источники»."));
}

TEST(LifecycleNotices, ANewStageToWhichAllOfAnotherMovedIsARenamedOne) {
  StageRow fresh = Row("Product tour", 2);
  fresh.is_new = true;
  fresh.came_from = "Demo";
  EXPECT_THAT(Told({fresh, Row("Demo", 0, "opportunity")}, true)[0],
              "Этап сделок «Product tour» (Sales, crm): похоже, раньше назывался «Demo», там никого не осталось; ни к "
              "одному шагу жизненного цикла не отнесён, 2 сделки.");
  EXPECT_EQ(NoticesOf(std::vector<StageRow>{fresh, Row("Demo", 1, "opportunity")}, *TimeZone::Find("UTC"))[0].code,
            "stage_appeared")
      << "somebody is still there";
  StageRow former = Row("Demo", 0);
  former.has_gone = true;
  EXPECT_EQ(Told({fresh, former}).size(), 2U) << "its former name is not told twice";
}

TEST(LifecycleNotices, AnUnmappedStageThatIsEmptyNow) {
  StageRow gone = Row("Trash", 0);
  gone.has_gone = true;
  EXPECT_THAT(Told({gone}),
              ElementsAre("Stage \"Trash\" of deals (Sales, crm) was no step of the lifecycle, and the last "
                          "export left nobody in it."));
}

}  // namespace
}  // namespace weir::lifecycle
