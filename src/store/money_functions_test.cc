// Against exact arithmetic of decimals in SQL, and by hand.
#include <gtest/gtest.h>

#include "store/memory_fixture.h"

namespace weir::store {
namespace {

class MoneyFunctions : public MemoryFixture {
 protected:
  std::string Converted(const std::string& amount, const std::string& rate, const std::string& decimals) {
    const auto value = connection_->Query(fmt::format("SELECT converted({}, {}, {})", amount, rate, decimals));
    return value ? value->TextAt(0, 0) : value.error().ToString();
  }
};

TEST_F(MoneyFunctions, RoundHalfToEven) {
  EXPECT_EQ(Converted("0.05", "0.5", "2"), "0.02");
  EXPECT_EQ(Converted("0.07", "0.5", "2"), "0.04");
  EXPECT_EQ(Converted("-0.05", "0.5", "2"), "-0.02");
  EXPECT_EQ(Converted("0.0501", "0.5", "2"), "0.03");
  EXPECT_EQ(Converted("5", "0.5", "0"), "2");
  EXPECT_EQ(Converted("7", "0.5", "0"), "4");
  EXPECT_EQ(Converted("1", "0.0005", "3"), "0");
  EXPECT_EQ(Converted("3", "0.0005", "3"), "0.002");
  EXPECT_EQ(Converted("1.2345", "2", "4"), "2.469");
  EXPECT_EQ(Converted("1.2345", "2", "NULL"), "2.47") << "decimals that are not known are two";
}

TEST_F(MoneyFunctions, LeaveAnAmountOfTheReportingCurrencyAsItIs) {
  EXPECT_EQ(Converted("1.2345", "1", "2"), "1.2345");
  EXPECT_EQ(Converted("99999999999999.9999", "1", "2"), "99999999999999.9999");
}

TEST_F(MoneyFunctions, KnowNothingOfWhatIsNotKnown) {
  EXPECT_EQ(Converted("NULL", "2", "2"), "");
  EXPECT_EQ(Converted("5", "NULL", "2"), "");
}

TEST_F(MoneyFunctions, RefuseWhatIsTooLarge) {
  EXPECT_NE(Converted("99999999999999", "2", "2").find("99999999999999 at a rate of 2 is too large an amount"),
            std::string::npos);
  EXPECT_EQ(Converted("49999999999999", "2", "2"), "99999999999998");
}

// A quarter of a million amounts of both signs at rates with all digits, many of them exactly between two cents.
TEST_F(MoneyFunctions, AgreeWithExactDecimals) {
  for (const int decimals : {0, 2, 3}) {
    const auto wrong =
        connection_->QueryInteger(fmt::format(R"(
      WITH given AS (
        SELECT CAST((i * 7919 % 2000003 - 1000001) AS DECIMAL(18,4)) / 100 AS raw,
          CASE i % 4 WHEN 0 THEN CAST(0.5 AS DECIMAL(18,9)) WHEN 1 THEN CAST(0.005 AS DECIMAL(18,9))
                     WHEN 2 THEN CAST(1.25 AS DECIMAL(18,9)) ELSE CAST(i AS DECIMAL(18,9)) / 7919 END AS rate
        FROM range(250000) AS t(i)
      ),
      exact AS (
        SELECT CAST(raw AS DECIMAL(18,4)) AS amount, CAST(rate AS DECIMAL(18,9)) AS rate,
          CAST(CAST(raw AS DECIMAL(19,4)) * CAST(rate AS DECIMAL(18,9)) AS DECIMAL(38,13)) * {0} AS scaled
        FROM given
      ),
      parts AS (SELECT *, CAST(floor(scaled) AS HUGEINT) AS below, scaled - CAST(floor(scaled) AS DECIMAL(38,13)) AS rest FROM exact)
      SELECT count(*) FROM parts
      WHERE rate <> 1 AND converted(amount, rate, {1}) * {0} IS DISTINCT FROM
        CASE WHEN rest < 0.5 OR rest = 0.5 AND below % 2 = 0 THEN below ELSE below + 1 END)",
                                              decimals == 0 ? 1 : (decimals == 2 ? 100 : 1000), decimals));
    ASSERT_TRUE(wrong) << wrong.error().ToString();
    EXPECT_EQ(*wrong, 0) << decimals;
  }
}

}  // namespace
}  // namespace weir::store
