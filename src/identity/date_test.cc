#include "identity/date.h"

#include <optional>
#include <string_view>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "base/time.h"

namespace weir::identity {
namespace {

RecordedDate Read(std::string_view text) { return ReadRecordedDate(text).value_or(RecordedDate{}); }

TEST(RecordedDate, IsReadInTheUsualForms) {
  const RecordedDate date{2020, 3, 31};
  for (const std::string_view text : {"2020-03-31",
                                      "2020/3/31",
                                      "2020.03.31",
                                      "20200331",
                                      "31.03.2020",
                                      "31.3.20",
                                      "3/31/2020",
                                      "31/3/2020",
                                      "03-31-2020",
                                      "31-03-2020",
                                      "31 Mar 2020",
                                      "31-Mar-2020",
                                      "March 31, 2020",
                                      "Mar 31st, 2020",
                                      "31 марта 2020",
                                      "31 марта 2020 г.",
                                      "31. März 2020",
                                      "31 de marzo de 2020",
                                      "2020-03-31T09:40:00Z",
                                      "2020-03-31 00:00:00",
                                      "31.03.2020 9:40"}) {
    EXPECT_EQ(Read(text), date) << text;
  }
  EXPECT_EQ(Read("3/4/2020"), (RecordedDate{2020, 3, 4})) << "the month first between strokes";
  EXPECT_EQ(ReadRecordedDate("3/4/2020", true), (RecordedDate{2020, 4, 3}));
  EXPECT_EQ(Read("3.4.2020"), (RecordedDate{2020, 4, 3}));
  EXPECT_EQ(Read("1985"), (RecordedDate{1985, 0, 0}));
  EXPECT_EQ(Read("1985-07"), (RecordedDate{1985, 7, 0}));
  EXPECT_EQ(Read("июль 1985"), (RecordedDate{1985, 7, 0}));
  EXPECT_EQ(Read("12.10.1492"), (RecordedDate{1492, 10, 12}));
  EXPECT_EQ(Read("1.1.85"), (RecordedDate{1985, 1, 1}));
  EXPECT_EQ(Read("1.1.05"), (RecordedDate{2005, 1, 1}));
}

TEST(RecordedDate, RefusesWhatIsNone) {
  for (const std::string_view text : {"", "n/a", "2020-13-31", "2021-02-29", "31.04.2020", "123", "0000-00-00", "-5",
                                      "20201331", "12345678901", "hello 5", "+49 30 123456"}) {
    EXPECT_EQ(ReadRecordedDate(text), std::nullopt) << text;
  }
}

TEST(RecordedDate, EveryDayInEveryFormIsThatDay) {
  RandomStream random(3, "dates");
  for (int round = 0; round < 5'000; ++round) {
    const Date day{static_cast<std::int32_t>(random.Integer(-25'000, 80'000))};
    const CivilDate civil = ToCivil(day);
    const int two = civil.year % 100;
    const auto same = [&](const std::string& text) {
      const auto date = ReadRecordedDate(text);
      ASSERT_TRUE(date.has_value()) << text;
      ASSERT_EQ(date->Days(), day.days) << text;
    };
    same(FormatDate(day));
    same(fmt::format("{:04}{:02}{:02}", civil.year, civil.month, civil.day));
    same(fmt::format("{}.{}.{}", civil.day, civil.month, civil.year));
    same(fmt::format("{}/{}/{}", civil.month, civil.day, civil.year));
    if (civil.year >= 1930 && civil.year <= 2029) same(fmt::format("{:02}.{:02}.{:02}", civil.day, civil.month, two));
  }
}

TEST(RecordedDate, LevelsOfLikeness) {
  const auto level = [](std::string_view a, std::string_view b) { return Compare(Read(a), Read(b)); };
  EXPECT_EQ(level("1985-07-01", "1 July 1985"), DateLevel::kExact);
  EXPECT_EQ(level("1985-07-01", "1985-01-07"), DateLevel::kSwapped);
  EXPECT_EQ(level("1985-07-01", "1985"), DateLevel::kLeftOut);
  EXPECT_EQ(level("1985-07-01", "1985-07"), DateLevel::kLeftOut);
  EXPECT_EQ(level("1985-07-01", "1985-08"), DateLevel::kYear);
  EXPECT_EQ(level("1985-07-01", "1985-07-02"), DateLevel::kOneDigit);
  EXPECT_EQ(level("1985-07-13", "1985-07-31"), DateLevel::kOneDigit) << "swapped digits";
  EXPECT_EQ(level("1985-07-01", "1985-07-22"), DateLevel::kTwoParts);
  EXPECT_EQ(level("1985-07-01", "1967-07-01"), DateLevel::kTwoParts);
  EXPECT_EQ(level("1985-07-01", "1985-11-22"), DateLevel::kYear);
  EXPECT_EQ(level("1985-07-01", "1967-11-22"), DateLevel::kDifferent);
  EXPECT_EQ(Agree(Read("1985-07-01"), Read("1985-06-30")).days_apart, 1);
  EXPECT_EQ(Agree(Read("1985-07-01"), Read("1985")).days_apart, std::nullopt);
}

TEST(RecordedDate, LikenessIsSymmetric) {
  RandomStream random(5, "dates");
  const auto draw = [&] {
    const int month = static_cast<int>(random.Integer(0, 12));
    const int day = month == 0 ? 0 : static_cast<int>(random.Integer(0, 28));
    return RecordedDate{static_cast<int>(random.Integer(1984, 1986)), month, day};
  };
  for (int round = 0; round < 20'000; ++round) {
    const RecordedDate a = draw();
    const RecordedDate b = draw();
    ASSERT_EQ(Compare(a, b), Compare(b, a));
    ASSERT_EQ(Compare(a, b) == DateLevel::kExact, a == b);
  }
}

}  // namespace
}  // namespace weir::identity
