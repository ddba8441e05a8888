// A sales team in rows, and what is planned of it.
#include "forecast/plan/sales_capacity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "forecast/forecast_story_test.h"
#include "forecast/money.h"

namespace weir::forecast {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CapacityStory : public testing::ForecastStory {
 protected:
  CapacityStory() {
    as_of = *ParseIsoInstant("2026-12-31T22:00:00Z");
    story.Run("INSERT INTO scoped.team VALUES ('T1', 'North', NULL, 'sales'), ('T2', 'South', NULL, 'sales')");
  }

  // Ann and Bob were there before all that is known; each wins 300 a month.
  void Company() {
    Member("ann", "sales", "T1", "2020-01-01");
    Member("bob", "sales", "T2", "2020-01-01");
    Member("sid", "sales_development", "T1", "2020-01-01");
    for (int month = 12; month <= 35; ++month) {
      const std::string day = fmt::format("{}-{:02}-15", 2024 + month / 12, month % 12 + 1);
      Won("ann", "T1", day, "300");
      Won("bob", "T2", day, "300");
    }
    // The first deal that is known: its month and those before are not learnt from.
    Won("ann", "T1", "2024-12-20", "99999");
  }
};

TEST_F(CapacityStory, HasTheArithmetic) {
  Company();
  const analysis::Output output = Run("forecast.capacity", {{"months", {"3"}},
                                                            {"hires", {"2027-02:2"}},
                                                            {"ramp_months", {"4"}},
                                                            {"attrition", {"0"}},
                                                            {"target", {"2000"}}});
  EXPECT_THAT(Lines(output, "capacity",
                    {"month", "sellers", "existing", "hires", "others", "capacity", "target", "gap", "gap_so_far"}),
              ElementsAre("2027-01-01 | 2 | 600 | 0 | 0 | 600 | 688.89 | 88.89 | 88.89",
                          "2027-02-01 | 4 | 600 | 75 | 0 | 675 | 622.22 | -52.78 | 36.11",
                          "2027-03-01 | 4 | 600 | 225 | 0 | 825 | 688.89 | -136.11 | -100"));
  EXPECT_THAT(Lines(output, "steps", {"step", "amount"}),
              ElementsAre("productivity | 300", "spread | 0", "sellers | 1800", "own | 0", "ramp | 0", "leaving | 0",
                          "away | 0", "hires | 300", "others | 0", "capacity | 2100", "target | 2000", "gap | -100"));
  EXPECT_THAT(Lines(output, "needed", {"start", "by_one", "hires"}),
              ElementsAre("2027-01-01 | 337.5 | 0", "2027-02-01 | 150 | 0", "2027-03-01 | 37.5 | 0"));
  EXPECT_THAT(Lines(output, "sellers", {"seller", "since", "won", "own_month", "capacity"}),
              ElementsAre("ann | 2020-01-01 | 3600 | 300 | 900", "bob | 2020-01-01 | 3600 | 300 | 900"));
  EXPECT_THAT(Codes(output), ElementsAre("not_closing"));
  EXPECT_EQ(Behind("forecast.capacity", "sellers", {"bob"}).size(), 24U);
  EXPECT_EQ(Behind("forecast.capacity", "steps", {"productivity"}).size(), 48U);
}

TEST_F(CapacityStory, SaysHowManyHiresCloseTheGap) {
  Company();
  const analysis::Output output =
      Run("forecast.capacity", {{"months", {"3"}}, {"ramp_months", {"4"}}, {"attrition", {"0"}}, {"target", {"2500"}}});
  EXPECT_THAT(Lines(output, "needed", {"by_one", "gap", "hires"}),
              ElementsAre("337.5 | 700 | 3", "150 | 700 | 5", "37.5 | 700 | 19"));
}

TEST_F(CapacityStory, ATeamIsPlannedByItself) {
  Company();
  Member("carl", "sales", "T1", "2026-11-01");
  Won("carl", "T1", "2026-12-10", "50");
  Won("", "T1", "2026-12-11", "120");
  const analysis::Output output =
      Run("forecast.capacity", {{"months", {"1"}}, {"team", {"North"}}, {"attrition", {"0"}}, {"away", {"0.5"}}});
  EXPECT_THAT(Lines(output, "sellers", {"seller"}), ElementsAre("ann", "carl"));
  // 120 in twelve months.
  EXPECT_THAT(Lines(output, "capacity", {"others"}), ElementsAre("10"));
  EXPECT_THAT(Lines(output, "ramp", {"tenure", "seller_months", "won"})[1], "2 | 1 | 50");
  EXPECT_THAT(Codes(output), ElementsAre("no_target", "few_deals", "not_closing"));
  EXPECT_THAT(Codes(Run("forecast.capacity")), ElementsAre("no_target", "not_closing")) << "somebody started";
}

TEST_F(CapacityStory, WhoLeftAndWhoLeavesIsCounted) {
  Company();
  Member("dan", "sales", "T1", "2020-01-01", "2026-07-01");
  Won("dan", "T1", "2026-05-05", "600");
  Member("eve", "sales", "T1", "2020-01-01", "2027-02-01");
  Won("eve", "T1", "2026-05-05", "600");
  const analysis::Output output = Run("forecast.capacity", {{"months", {"2"}}});
  EXPECT_THAT(Lines(output, "sellers", {"seller", "leaves"}), ElementsAre("ann | -", "bob | -", "eve | 2027-02-01"));
  // One left in 24 + 24 + 18 + 24 months.
  EXPECT_EQ(Lines(output, "steps", {"step", "number"})[5],
            fmt::format("leaving | {:.4f}", 1 - std::pow(1 - 1.5 / 90.5, 12)));
}

TEST_F(CapacityStory, RefusesWhatCannotBePlanned) {
  EXPECT_EQ(Ask("forecast.capacity").error().code(), Code::kNotEnoughData);
  Company();
  const auto refusal = [&](const analysis::RawParams& params) {
    return Ask("forecast.capacity", params).error().ToString();
  };
  EXPECT_THAT(refusal({{"hires", {"July"}}}), HasSubstr("'July' is not a month with a number of hires"));
  EXPECT_THAT(refusal({{"hires", {"2026-12:1"}}}), HasSubstr("outside the plan, which goes from 2027-01-01"));
  EXPECT_THAT(refusal({{"attrition", {"2"}}}), HasSubstr("not a share of sellers"));
  EXPECT_THAT(refusal({{"months", {"0"}}}), HasSubstr("not a number of months"));
  EXPECT_THAT(refusal({{"away", {"0.95"}}}), HasSubstr("time away"));
  EXPECT_THAT(refusal({{"team", {"Nord"}}}), HasSubstr("North"));
}

TEST(RoundingTest, PartsAddUpToTheWhole) {
  const Rounding cents("EUR");
  EXPECT_EQ(cents.Of(123449.9), 123400);
  EXPECT_THAT(cents.Share(10000, std::vector<double>{3333.3, 3333.3, 3333.4}), ElementsAre(3300, 3300, 3400));
  EXPECT_THAT(cents.Share(100, std::vector<double>{-3350, 3450}), ElementsAre(-3300, 3400));
  EXPECT_THAT(cents.Share(400, std::vector<double>{0, 0}), ElementsAre(200, 200)) << "what parts never had is shared";
  EXPECT_THAT(cents.Share(0, {}), IsEmpty());
  EXPECT_EQ(Rounding("JPY").Of(12'345'678), 12'350'000);
}

// No whole month is known: the first deal was won in the one that runs.
TEST_F(CapacityStory, ACompanyOfOneMonthIsRefused) {
  Member("ann", "sales", "T1", "2020-01-01");
  Won("ann", "T1", "2026-12-10", "300");
  as_of = *ParseIsoInstant("2026-12-20T22:00:00Z");
  EXPECT_THAT(Ask("forecast.capacity", {}).error().ToString(), HasSubstr("it takes"));
}

}  // namespace
}  // namespace weir::forecast
