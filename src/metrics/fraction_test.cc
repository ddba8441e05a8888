#include "metrics/fraction.h"

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::metrics {
namespace {

std::int64_t Units(const Fraction& fraction, int digits) {
  return static_cast<std::int64_t>(*fraction.Rounded(digits));
}

TEST(Fractions, AreExactAndRoundOnceAwayFromZero) {
  EXPECT_EQ(Units(Fraction(1, 3) + Fraction(1, 6), 1), 5);
  EXPECT_EQ(Units(Fraction(1, 8), 2), 13);
  EXPECT_EQ(Units(Fraction(-1, 8), 2), -13);
  EXPECT_EQ(Units(Fraction(2, 3) - Fraction(5, 3), 0), -1);
  EXPECT_EQ(Units(Fraction(7, -2) * Fraction(-2, 7), 0), 1);
  EXPECT_EQ(Units(Fraction(3, 4) / Fraction(-1, 8), 0), -6);
  EXPECT_TRUE((Fraction(1, 3) - Fraction(2, 6)).IsZero());
  EXPECT_EQ(Units(Fraction(0, 5), 9), 0);
}

// Denominators of four amounts each beyond what an integer of 128 bits holds.
TEST(Fractions, CarryAmountsOfAnySize) {
  const Int128 large = Int128{1'234'567'890'123'456'789} * 1'000'000'007;
  const Fraction share = Fraction(large - 1, large) * Fraction(large, large + 1);
  const Fraction rest = Fraction(2, large + 1);
  EXPECT_EQ(Units(share + rest, 9), 1'000'000'000);
  EXPECT_TRUE((share + rest - Fraction(1)).IsZero());
  EXPECT_FALSE(Fraction(large, 1).Rounded(20)) << "over 38 digits";
}

TEST(Fractions, AgreeWithIntegers) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    RandomStream random(seed, "fractions");
    const auto pick = [&] { return Int128{random.Integer(-1'000'000, 1'000'000)}; };
    const auto below = [&] { return Int128{random.Integer(1, 1'000'000)}; };
    const Int128 a = pick();
    const Int128 b = below();
    const Int128 c = pick();
    const Int128 d = below();
    const auto rounded = [](Int128 above, Int128 under) {
      const Int128 magnitude = (2 * (above < 0 ? -above : above) + under) / (2 * under);
      return static_cast<std::int64_t>(above < 0 ? -magnitude : magnitude);
    };
    EXPECT_EQ(Units(Fraction(a, b) + Fraction(c, d), 6), rounded((a * d + c * b) * 1'000'000, b * d));
    EXPECT_EQ(Units(Fraction(a, b) - Fraction(c, d), 6), rounded((a * d - c * b) * 1'000'000, b * d));
    EXPECT_EQ(Units(Fraction(a, b) * Fraction(c, d), 6), rounded(a * c * 1'000'000, b * d));
  }
}

}  // namespace
}  // namespace weir::metrics
