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

TEST_F(MoneyFunctions, ValueAMonthExactly) {
  const auto value = [&](const std::string& arguments) {
    const auto rows = connection_->Query(fmt::format("SELECT monthly_value({})", arguments));
    return rows ? rows->TextAt(0, 0) : rows.error().ToString();
  };
  EXPECT_EQ(value("3, 100, 1, 1"), "300");
  EXPECT_EQ(value("1, 600, 1, 12"), "50");
  EXPECT_EQ(value("1, 1000, 1, 12"), "83.3333");
  EXPECT_EQ(value("7, 12.5, 52, 12"), "379.1667") << "a week";
  EXPECT_EQ(value("1, 10, 365, 12"), "304.1667") << "a day";
  EXPECT_EQ(value("1, 0.00015, 1, 1"), "0.0002");
  EXPECT_EQ(value("1, 0.00025, 1, 1"), "0.0002") << "half to even";
  EXPECT_EQ(value("-1, 0.00035, 1, 1"), "-0.0004");
  EXPECT_EQ(value("1000000000000, 0.000000000012, 1, 1"), "12") << "a price of pieces";
  EXPECT_EQ(value("99999999999999, 1, 1, 1"), "99999999999999");
  EXPECT_EQ(value("99999999999999, 10, 1, 1"), "") << "too large";
  EXPECT_EQ(value("12345678901234567890123456.123456789012, 98765432109876543210987654.123456789012, 365, 12"), "");
  EXPECT_EQ(value("1, 10, 0, 12"), "");
  EXPECT_EQ(value("1, 10, 1, -1"), "");
  EXPECT_EQ(value("NULL, 10, 1, 1"), "");
}

TEST_F(MoneyFunctions, KnowTheDecimalsOfACurrency) {
  const auto rows = connection_->Query(
      "SELECT in_own_decimals(83.3333, 'EUR'), in_own_decimals(0.005, 'USD'), in_own_decimals(0.015, 'USD'), "
      "in_own_decimals(1250.5, 'JPY'), in_own_decimals(1.2345, 'KWD'), in_own_decimals(NULL, 'EUR'), "
      "in_own_decimals(1, NULL)");
  ASSERT_TRUE(rows) << rows.error().ToString();
  const std::vector<std::string> expected{"83.33", "0", "0.02", "1250", "1.234", "", ""};
  for (std::size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(rows->TextAt(0, i), expected[i]) << i;
}

}  // namespace
}  // namespace weir::store
