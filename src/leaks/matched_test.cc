#include "leaks/matched.h"

#include <cmath>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::leaks {
namespace {

using ::testing::IsEmpty;

CaseCount Right(const std::string& stratum, std::int64_t cases, std::int64_t good) {
  return {.stratum = stratum, .is_right = true, .cases = cases, .good = good};
}
CaseCount AsItIs(const std::string& stratum, std::int64_t cases, std::int64_t good) {
  return {.stratum = stratum, .cases = cases, .good = good};
}
Exposure Worth(const std::string& stratum, std::int64_t amount) {
  return {.stratum = stratum, .worth = Decimal{amount, 0}};
}
std::string LossText(const MatchedCases& cases, const Exposure& exposure) {
  const auto loss = cases.LossOf(exposure);
  return loss ? FormatDecimalFixed(*loss) : "-";
}

TEST(MatchedCasesTest, OneStratumIsABetaPosteriorOfItsOwn) {
  // (30 + 1/2) / 41 - (5 + 1/2) / 41 of 1000.
  const std::vector<CaseCount> counts{Right("demo", 40, 30), AsItIs("demo", 40, 5)};
  const MatchedCases cases(counts);
  EXPECT_EQ(LossText(cases, Worth("demo", 1000)), "609.76");
  EXPECT_EQ(LossText(cases, Worth("never seen", 1000)), "609.76") << "like all taken together";
  EXPECT_EQ(LossText(cases, Worth("demo", 80'000'000'000)), "48780487840.00") << "the chance has nine digits";
}

TEST(MatchedCasesTest, AStratumOfFewCasesIsDrawnTowardsTheOthers) {
  const std::vector<CaseCount> counts{Right("many", 4000, 2000), AsItIs("many", 4000, 1000), Right("few", 2, 2),
                                      AsItIs("few", 2, 0)};
  const MatchedCases cases(counts);
  // Between 1000, as its two pairs of cases say, and 250, as the others do.
  EXPECT_NEAR(ToDouble(*cases.LossOf(Worth("few", 1000))), 543.2, 0.1);
  EXPECT_NEAR(ToDouble(*cases.LossOf(Worth("many", 1000))), 250, 1);
}

// Debts by their age: nearly all young ones are paid in the end and none of the old ones, of which there are few.
TEST(MatchedCasesTest, StrataThatDifferTellLittleOfEachOther) {
  const auto loss_of_old = [](std::int64_t young_paid) {
    const std::vector<CaseCount> counts{AsItIs("young", 100, young_paid), AsItIs("younger", 100, young_paid),
                                        AsItIs("old", 8, 0)};
    return ToDouble(*MatchedCases(counts).LossOf(Worth("old", 1000)));
  };
  EXPECT_GT(loss_of_old(95), 820) << "taken together it would be about 200";
  EXPECT_LT(loss_of_old(15), loss_of_old(0)) << "alike strata are taken together";
  EXPECT_GT(loss_of_old(0), 980);
}

// The same thirty debts seen at three ages know as little as one age does, and not less by each.
TEST(MatchedCasesTest, StrataOfTheSameCasesAreUnknownTogether) {
  const std::vector<CaseCount> counts{AsItIs("young", 30, 20), AsItIs("older", 30, 20), AsItIs("old", 30, 20)};
  const std::vector<Exposure> all{Worth("young", 1000), Worth("older", 1000), Worth("old", 1000)};
  const auto width = [&](Strata strata, std::span<const Exposure> exposures) {
    std::vector<double> draws = MatchedCases(counts, strata).DrawLoss(exposures, 7);
    const auto middle = MiddleOf(draws);
    return middle->high - middle->low;
  };
  const double of_one = width(Strata::kApart, std::span(all).first(1));
  EXPECT_NEAR(width(Strata::kApart, all) / of_one, std::sqrt(3.0), 0.2);
  EXPECT_NEAR(width(Strata::kOverlapping, all) / of_one, 3, 0.2);
  EXPECT_EQ(MatchedCases(counts, Strata::kOverlapping).LossOf(all[0]), MatchedCases(counts).LossOf(all[0]));
}

// Where nothing is lost, the luck of many strata does not add up to a loss.
TEST(MatchedCasesTest, TheLuckOfManyStrataIsNoLoss) {
  RandomStream luck(12, "nothing lost");
  constexpr int kCompanies = 150;
  int held = 0;
  for (int company = 0; company < kCompanies; ++company) {
    std::vector<CaseCount> counts;
    std::vector<Exposure> exposures;
    for (const char* stratum : {"a", "b", "c", "d", "e", "f", "g", "h"}) {
      const double chance = luck.Uniform(0.2, 0.6);
      for (const bool is_right : {true, false}) {
        std::int64_t good = 0;
        for (int i = 0; i < 60; ++i) good += luck.Chance(chance) ? 1 : 0;
        counts.push_back({.stratum = stratum, .is_right = is_right, .cases = 60, .good = good});
      }
      exposures.push_back(Worth(stratum, 1000));
    }
    std::vector<double> draws = MatchedCases(counts).DrawLoss(exposures, 1);
    held += MiddleOf(draws)->low <= 0 ? 1 : 0;
  }
  // The lower end alone can miss it: nine of ten.
  EXPECT_NEAR(static_cast<double>(held) / kCompanies, 0.9, 0.07);
}

TEST(MatchedCasesTest, NothingIsLostWhereBeingRightDoesNotHelp) {
  const std::vector<CaseCount> counts{Right("a", 50, 10), AsItIs("a", 50, 40)};
  EXPECT_EQ(LossText(MatchedCases(counts), Worth("a", 1000)), "0.00");
  const std::vector<Exposure> exposures{Worth("a", 1000)};
  std::vector<double> draws = MatchedCases(counts).DrawLoss(exposures, 1);
  EXPECT_EQ(MiddleOf(draws)->high, 0);
}

TEST(MatchedCasesTest, WithoutARightSideAGoodEndIsCertain) {
  // 30 of 39 such invoices were paid after all: (39 - 30 + 1/2) / 40 of the debt is lost.
  const std::vector<CaseCount> counts{AsItIs("30 days", 39, 30)};
  EXPECT_EQ(LossText(MatchedCases(counts), Worth("30 days", 1000)), "237.50");
}

TEST(MatchedCasesTest, TooFewCasesSayNothing) {
  const std::vector<CaseCount> counts{Right("a", 4, 2), AsItIs("a", 400, 2)};
  const MatchedCases cases(counts);
  ASSERT_TRUE(cases.lack());
  EXPECT_EQ(cases.lack()->right, 4);
  EXPECT_EQ(cases.lack()->as_it_is, 400);
  EXPECT_EQ(LossText(cases, Worth("a", 1000)), "-");
  const std::vector<Exposure> exposures{Worth("a", 1000)};
  EXPECT_THAT(cases.DrawLoss(exposures, 1), IsEmpty());
  EXPECT_TRUE(MatchedCases({}).lack());
}

TEST(MatchedCasesTest, AWorthThatNobodyKnowsIsLearnt) {
  std::vector<CaseCount> counts{Right("a", 1000, 500), AsItIs("a", 1000, 250)};
  EXPECT_EQ(LossText(MatchedCases(counts), {.stratum = "a"}), "-") << "no case had one";
  counts[0].value_cases = 500;
  counts[0].value_log_mean = std::log(1000);
  counts[0].value_log_sd = 0.6;
  // The mean of that log-normal is 1000 x exp(0.18).
  const double expected = 0.25 * 1000 * std::exp(0.18);
  const MatchedCases cases(counts);
  EXPECT_NEAR(ToDouble(*cases.LossOf({.stratum = "a"})), expected, expected * 0.01);
  const std::vector<Exposure> exposures(10, Exposure{.stratum = "a"});
  std::vector<double> draws = cases.DrawLoss(exposures, 1);
  const Interval middle = *MiddleOf(draws);
  EXPECT_LT(middle.low, 10 * expected);
  EXPECT_GT(middle.high, 10 * expected);
}

TEST(MatchedCasesTest, TheOrderDoesNotMatterAndTheSeedDoes) {
  std::vector<CaseCount> counts{Right("a", 40, 30), AsItIs("a", 40, 5), Right("b", 60, 20), AsItIs("b", 20, 5)};
  std::vector<Exposure> exposures{Worth("a", 100), Worth("b", 70), Worth("c", 9)};
  const std::vector<double> draws = MatchedCases(counts).DrawLoss(exposures, 1);
  std::ranges::reverse(counts);
  std::ranges::reverse(exposures);
  EXPECT_EQ(MatchedCases(counts).DrawLoss(exposures, 1), draws);
  EXPECT_NE(MatchedCases(counts).DrawLoss(exposures, 2), draws);
}

// Counts that make no sense come from a rule that somebody wrote: more good ends than cases, negative ones, no number.
TEST(MatchedCasesTest, SenselessCountsAreHeldWithinReason) {
  const std::vector<CaseCount> counts{
      Right("a", 10, 100),
      AsItIs("a", 10, -5),
      {.stratum = "a", .cases = -3, .good = 2, .value_cases = 3, .value_log_mean = std::nan("")}};
  const MatchedCases cases(counts);
  const double loss = ToDouble(*cases.LossOf(Worth("a", 1000)));
  EXPECT_GT(loss, 0);
  EXPECT_LE(loss, 1000);
}

// The promise of an interval: of many companies whose chances are known, it holds the true loss in eight of ten.
TEST(MatchedCasesTest, TheIntervalHoldsTheTruthInEightOfTen) {
  RandomStream luck(11, "coverage");
  constexpr int kCompanies = 900;
  int held = 0;
  for (int company = 0; company < kCompanies; ++company) {
    std::vector<CaseCount> counts;
    std::vector<Exposure> exposures;
    double truth = 0;
    for (const char* stratum : {"small", "middle", "large"}) {
      const double right = luck.Uniform(0.35, 0.5);
      const double as_it_is = luck.Uniform(0.1, 0.25);
      const auto draw = [&](bool is_right, std::int64_t cases, double chance) {
        std::int64_t good = 0;
        for (std::int64_t i = 0; i < cases; ++i) good += luck.Chance(chance) ? 1 : 0;
        counts.push_back({.stratum = stratum, .is_right = is_right, .cases = cases, .good = good});
      };
      draw(true, luck.Integer(30, 90), right);
      draw(false, luck.Integer(20, 60), as_it_is);
      const std::int64_t worth = luck.Integer(1000, 90'000);
      exposures.push_back(Worth(stratum, worth));
      truth += static_cast<double>(worth) * (right - as_it_is);
    }
    std::vector<double> draws = MatchedCases(counts).DrawLoss(exposures, 1);
    const Interval middle = *MiddleOf(draws);
    held += middle.low <= truth && truth <= middle.high ? 1 : 0;
  }
  // Three deviations around 0.8, and a little for the strata being drawn together.
  EXPECT_NEAR(static_cast<double>(held) / kCompanies, 0.8, 0.05);
}

}  // namespace
}  // namespace weir::leaks
