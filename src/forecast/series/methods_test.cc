#include "forecast/series/methods.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"
#include "forecast/series/classics_for_tests.h"

namespace weir::forecast {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<Method> AllMethods() {
  std::vector<Method> methods;
  for (const std::string& name : MethodNames()) methods.push_back(MethodNamed(name).value());
  return methods;
}

void ExpectSane(const Said& said, std::size_t steps, const std::string& what) {
  ASSERT_THAT(said.outlook.mean, SizeIs(steps)) << what;
  ASSERT_THAT(said.outlook.deviation, SizeIs(steps)) << what;
  for (const double mean : said.outlook.mean) EXPECT_TRUE(std::isfinite(mean)) << what;
  for (const double deviation : said.outlook.deviation) EXPECT_TRUE(std::isfinite(deviation) && deviation >= 0) << what;
  EXPECT_NE(said.model, "") << what;
}

TEST(MethodsTest, NamesLeadBack) {
  for (const Method method : AllMethods()) EXPECT_EQ(MethodNamed(NameOf(method)), method);
  EXPECT_FALSE(MethodNamed("prophet"));
}

TEST(MethodsTest, EveryMethodSaysSomethingOfEverySeries) {
  RandomStream random(1, "series");
  std::vector<std::pair<std::string, std::vector<double>>> all{
      {"one", {5}},
      {"two", {5, 7}},
      {"noughts", std::vector<double>(30, 0)},
      {"constant", std::vector<double>(30, 4)},
      {"a gap", {1, 2, kMissing, kMissing, 5, 6, 7, 8, 9, 10}},
      {"ends in a gap", {kMissing, 1, 2, 3, 4, 5, 6, kMissing, kMissing}},
      {"huge", {1e12, 1.1e12, 9e11, 1.2e12, 1e12, 1.3e12, 1e12, 1.1e12}},
      {"tiny", {1e-9, 2e-9, 1.5e-9, 1e-9, 2e-9, 1e-9, 1.2e-9, 1.1e-9}},
      {"below nought", {-5, -7, -6, -9, -8, -12, -11, -10, -13}},
      {"one jump", {0, 0, 0, 0, 0, 0, 0, 0, 0, 1000}},
      {"passengers", std::vector<double>(kAirPassengers.begin(), kAirPassengers.end())},
  };
  std::vector<double> sparse(60);
  for (double& value : sparse) value = random.Chance(.2) ? random.Uniform(1, 9) : 0;
  all.emplace_back("sparse", sparse);
  for (const auto& [what, values] : all) {
    for (const Method method : AllMethods()) {
      for (const Seasons& seasons : {Seasons{}, Seasons{4}, Seasons{7, 28}}) {
        ExpectSane(RunMethod(method, values, seasons, 3), 3, what + " " + std::string(NameOf(method)));
      }
    }
  }
  EXPECT_THAT(RunMethod(Method::kCombination, std::vector<double>{kMissing}, {}, 3).outlook.mean, IsEmpty());
  EXPECT_THAT(RunMethod(Method::kCombination, {}, {}, 3).outlook.mean, IsEmpty());
}

TEST(MethodsTest, TheCombinationIsTheMedianOfItsMethods) {
  const Said all = RunMethod(Method::kCombination, kAirPassengers, {12}, 12);
  std::vector<Said> each;
  for (const Method method : {Method::kEts, Method::kTheta, Method::kDynamicTheta, Method::kArima}) {
    each.push_back(RunMethod(method, kAirPassengers, {12}, 12));
    EXPECT_THAT(all.model, HasSubstr(each.back().model));
  }
  for (std::size_t h = 0; h < 12; ++h) {
    std::array<double, 4> means{};
    for (std::size_t i = 0; i < 4; ++i) means[i] = each[i].outlook.mean[h];
    std::ranges::sort(means);
    EXPECT_NEAR(all.outlook.mean[h], (means[1] + means[2]) / 2, 1e-9);
  }
}

TEST(MethodsTest, StepsAfterTheLastValueCountFromTheEndOfTheSeries) {
  const std::vector<double> ended{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, kMissing, kMissing};
  const Said said = RunMethod(Method::kDynamicTheta, ended, {}, 2);
  EXPECT_NEAR(said.outlook.mean[0], 13, .3);
}

TEST(MethodsTest, ALongSeasonComesBack) {
  std::vector<double> values;
  values.reserve(260);
  for (int t = 0; t < 52 * 5; ++t) values.push_back(100 + 20 * std::sin(2 * std::numbers::pi * t / 52));
  const std::array candidates{52};
  const Seasons seasons = FindSeasons(values, candidates);
  EXPECT_THAT(seasons, ElementsAre(52));
  for (const Method method : {Method::kCombination, Method::kEts, Method::kArima, Method::kDynamicTheta}) {
    const Said said = RunMethod(method, values, seasons, 26);
    for (int h = 0; h < 26; ++h) {
      EXPECT_NEAR(said.outlook.mean[static_cast<std::size_t>(h)], 100 + 20 * std::sin(2 * std::numbers::pi * h / 52), 2)
          << NameOf(method) << ' ' << h;
    }
  }
}

TEST(MethodsTest, ADayAndAWeekAreFoundTogether) {
  std::vector<double> hours;
  RandomStream random(2, "hours");
  for (int t = 0; t < 24 * 7 * 6; ++t) {
    const bool is_weekend = t / 24 % 7 >= 5;
    hours.push_back((is_weekend ? 20 : 60) + (t % 24 >= 9 && t % 24 < 18 ? 40 : 0) + random.Normal(0, 4));
  }
  const std::array candidates{24, 168};
  const Seasons seasons = FindSeasons(hours, candidates);
  EXPECT_THAT(seasons, ::testing::Contains(168));
  const Said said = RunMethod(Method::kCombination, hours, seasons, 168);
  double error = 0;
  for (int h = 0; h < 168; ++h) {
    const bool is_weekend = h / 24 % 7 >= 5;
    const double truth = (is_weekend ? 20 : 60) + (h % 24 >= 9 && h % 24 < 18 ? 40 : 0);
    error += std::abs(said.outlook.mean[static_cast<std::size_t>(h)] - truth) / 168;
  }
  EXPECT_LT(error, 6);
}

TEST(MethodsTest, SparseSeriesGetTheirOwnMethods) {
  RandomStream random(3, "sparse");
  std::vector<double> values(80);
  for (double& value : values) value = random.Chance(.2) ? 10 : 0;
  const Said said = RunMethod(Method::kCombination, values, {}, 4);
  EXPECT_EQ(said.model, "sba + tsb + adida");
  EXPECT_NEAR(said.outlook.mean[0], 2, 1);
}

}  // namespace
}  // namespace weir::forecast
