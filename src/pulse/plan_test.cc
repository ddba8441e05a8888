#include "pulse/plan.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::pulse {
namespace {

using analysis::ParsePlan;

metrics::DayRange Days(const char* first, const char* last) { return {*ParseIsoDate(first), *ParseIsoDate(last)}; }

std::string Planned(const char* plan, const char* first, const char* last, int first_month = 1,
                    std::uint8_t decimals = 2) {
  const auto amount = PlanOf(*ParsePlan(plan), Days(first, last), first_month, decimals);
  return amount ? FormatDecimal(*amount) : "none";
}

TEST(Plan, OfAWholeYearIsWhatWasSaid) {
  EXPECT_EQ(Planned("4000000.01", "2025-01-01", "2025-12-31"), "4000000.01");
  EXPECT_EQ(Planned("4000000.01", "2024-01-01", "2024-12-31"), "4000000.01") << "a leap year";
  EXPECT_EQ(Planned("2025=100, 50", "2025-01-01", "2025-12-31"), "100") << "its own year before every other one";
  EXPECT_EQ(Planned("2025=100, 50", "2026-01-01", "2026-12-31"), "50");
  EXPECT_EQ(Planned("2025=100", "2026-01-01", "2026-12-31"), "none");
}

TEST(Plan, IsSpreadOverDays) {
  EXPECT_EQ(Planned("365", "2025-01-01", "2025-01-01"), "1");
  EXPECT_EQ(Planned("366", "2024-02-29", "2024-02-29"), "1");
  EXPECT_EQ(Planned("2024=366, 2025=730", "2024-12-31", "2025-01-01"), "3") << "days of two years";
  EXPECT_EQ(Planned("2025=730", "2024-12-31", "2025-01-01"), "2") << "a year without a plan adds nothing";
  EXPECT_EQ(Planned("1", "2025-01-01", "2025-06-30"), "0.5") << "181/365 of 1, to the cent";
  EXPECT_EQ(Planned("1000", "2025-01-01", "2025-06-30", 1, 0), "496");
}

TEST(Plan, KnowsFiscalYears) {
  // The year that begins in April 2025 ends in March 2026.
  EXPECT_EQ(Planned("2025=365", "2025-04-01", "2026-03-31", 4), "365");
  EXPECT_EQ(Planned("2025=365", "2026-01-01", "2026-01-31", 4), "31");
  EXPECT_EQ(Planned("2025=365", "2025-01-01", "2025-03-31", 4), "none");
}

TEST(Plan, MonthsAddUpToTheYear) {
  for (const char* plan : {"1", "999999.99", "123456789.01"}) {
    Int128 cents = 0;
    for (Date day = *ParseIsoDate("2023-07-01"); day.days <= ParseIsoDate("2024-06-30")->days;) {
      const auto month = metrics::PeriodAround(day, metrics::Grain::kMonth, 7);
      cents += PlanOf(*ParsePlan(plan), month, 7, 2)->units;
      day = metrics::AddDays(month.last, 1);
    }
    const Int128 off = cents - Rescale(*ParsePlainDecimal(plan), 2)->units;
    EXPECT_LE(off < 0 ? -off : off, 6) << plan << ": each month may be half a cent off";
  }
}

TEST(Plan, RefusesWhatCannotBeRead) {
  for (const char* text : {"x", "2025=", "=5", "2025=5=6", "-5", "0", "5, 6", "2025=5, 2025=6", "20255=1", "1e5",
                           "99999999999999999999999"}) {
    EXPECT_FALSE(ParsePlan(text)) << text;
  }
  EXPECT_TRUE(ParsePlan("")->empty());
  EXPECT_EQ(ParsePlan(" 2025 = 5 , 7 ")->size(), 2U);
}

}  // namespace
}  // namespace weir::pulse
