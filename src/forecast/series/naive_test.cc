#include "forecast/series/naive.h"

#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/shared_sets_for_tests.h"
#include "forecast/series/accuracy.h"
#include "forecast/series/classics_for_tests.h"

namespace weir::forecast {
namespace {

using testing::Each;
using testing::ElementsAre;

TEST(NaiveTest, RepeatsTheLastSeason) {
  const Outlook outlook = SeasonalNaive(std::array{1.0, 2.0, 3.0, 5.0, 2.0, 3.0}, 3, 5);
  EXPECT_THAT(outlook.mean, ElementsAre(5, 2, 3, 5, 2));
  // Squares of 4, 0 and 0 over three steps.
  EXPECT_NEAR(outlook.deviation[0], 4 / std::sqrt(3.0), 1e-12);
  EXPECT_NEAR(outlook.deviation[3], 4 / std::sqrt(3.0) * std::sqrt(2.0), 1e-12);
  EXPECT_THAT(SeasonalNaive(std::array{7.0}, 12, 2).mean, Each(7.0));
}

// What R's forecast 8.20 says of snaive(AirPassengers) in sample: RMSE 36.315745, MAE 32.030303, MAPE 11.248713.
TEST(NaiveTest, AirPassengersErrAsPublished) {
  EXPECT_NEAR(SeasonalNaive(kAirPassengers, 12, 1).deviation[0], 36.315745, 1e-6);
  EXPECT_NEAR(SeasonalScale(kAirPassengers, 12), 32.030303, 1e-6);
  double percents = 0;
  for (std::size_t t = 12; t < kAirPassengers.size(); ++t)
    percents += 100 * std::abs(kAirPassengers[t] - kAirPassengers[t - 12]) / kAirPassengers[t];
  EXPECT_NEAR(percents / 132, 11.248713, 1e-6);
}

using SeriesByName = std::map<std::string, std::vector<double>>;

// The rows of a file of M4: a name, then values, then empty cells.
SeriesByName ReadSeries(const std::filesystem::path& path) {
  SeriesByName series;
  for (const std::vector<std::string>& row : CsvRows(Unzipped(path))) {
    if (!row[0].starts_with('W')) continue;
    std::vector<double>& values = series[row[0]];
    for (std::size_t i = 1; i < row.size() && !row[i].empty(); ++i) values.push_back(std::stod(row[i]));
  }
  return series;
}

// The competition's own table: sMAPE 9.1613 and MASE 2.7773 on the 359 weekly series, whose season counts as 1.
TEST(NaiveTest, M4WeeklyErrsAsPublished) {
  const std::filesystem::path folder = SharedData() / "forecast-m4";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "M4 is not here (WEIR_SHARED_DATA)";
  const SeriesByName train = ReadSeries(folder / "Weekly-train.csv.gz");
  const SeriesByName test = ReadSeries(folder / "Weekly-test.csv.gz");
  ASSERT_EQ(train.size(), 359U);
  double percents = 0;
  double scaled = 0;
  for (const auto& [name, values] : train) {
    const std::vector<double>& actual = test.at(name);
    const Outlook said = SeasonalNaive(values, 1, static_cast<int>(actual.size()));
    percents += SymmetricPercentageError(actual, said.mean);
    scaled += ScaledError(actual, said.mean, SeasonalScale(values, 1));
  }
  std::cout << fmt::format("M4 weekly, naive: sMAPE {:.4f}, MASE {:.4f}\n", percents / 359, scaled / 359);
  EXPECT_NEAR(percents / 359, 9.1613, 1e-4);
  EXPECT_NEAR(scaled / 359, 2.7773, 1e-4);
}

}  // namespace
}  // namespace weir::forecast
