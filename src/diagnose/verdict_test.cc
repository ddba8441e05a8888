#include "diagnose/verdict.h"

#include <gtest/gtest.h>

namespace weir::diagnose {
namespace {

LineFacts Measured(double value) { return {.clear_no = 0.2, .clear_yes = 0.6, .value = value}; }

SignFacts Of(Side side, std::vector<LineFacts> lines) { return {.side = side, .lines = std::move(lines)}; }

// Three signs, so that there is enough for a verdict: two of SalesOps, one of RevOps.
std::vector<SignFacts> Company(double salesops, double revops) {
  return {Of(Side::kSalesOps, {Measured(salesops)}), Of(Side::kSalesOps, {Measured(salesops)}),
          Of(Side::kRevOps, {Measured(revops)})};
}

TEST(Verdict, LinesAreGradedEvenlyBetweenTheirThresholds) {
  const LineFacts line = Measured(0);
  EXPECT_EQ(GradeOf(line, 0.1), 0);
  EXPECT_EQ(GradeOf(line, 0.2), 0);
  EXPECT_NEAR(GradeOf(line, 0.3), 0.25, 1e-12);
  EXPECT_NEAR(GradeOf(line, 0.6), 1, 1e-12);
  EXPECT_EQ(GradeOf(line, 0.9), 1);
  // Where small is the sign, the thresholds stand the other way round.
  const LineFacts few{.clear_no = 60, .clear_yes = 12};
  EXPECT_EQ(GradeOf(few, 60), 0);
  EXPECT_NEAR(GradeOf(few, 36), 0.5, 1e-12);
  EXPECT_EQ(GradeOf(few, 5), 1);
}

TEST(Verdict, EachIsReached) {
  const Policy policy;
  EXPECT_EQ(Judge(Company(0.6, 0.2), policy, 1).verdict, Verdict::kSalesOps);
  EXPECT_EQ(Judge(Company(0.2, 0.6), policy, 1).verdict, Verdict::kRevOps);
  EXPECT_EQ(Judge(Company(0.6, 0.6), policy, 1).verdict, Verdict::kBoth);
  EXPECT_EQ(Judge(Company(0.2, 0.2), policy, 1).verdict, Verdict::kNotYet);
  const std::vector<SignFacts> one{Of(Side::kSalesOps, {Measured(0.6)})};
  EXPECT_EQ(Judge(one, policy, 1).verdict, Verdict::kNotKnown);
}

TEST(Verdict, ASideIsNeededFromTheThresholdOn) {
  Policy policy;
  policy.need = 0.5;
  // The grade of 0.4 between 0.2 and 0.6 is a half, as far as doubles tell.
  EXPECT_EQ(Judge(Company(0.4000001, 0.2), policy, 1).verdict, Verdict::kSalesOps);
  EXPECT_EQ(Judge(Company(0.3999999, 0.2), policy, 1).verdict, Verdict::kNotYet);
}

TEST(Verdict, WeightsCountWithinASignAndBetweenSigns) {
  std::vector<SignFacts> signs{Of(Side::kSalesOps, {Measured(0.6), Measured(0.2)}),
                               Of(Side::kSalesOps, {Measured(0.2)}), Of(Side::kRevOps, {Measured(0.2)})};
  signs[0].lines[0].weight = 3;
  signs[1].weight = 0.5;
  const Judgement judgement = Judge(signs, {}, 1);
  EXPECT_NEAR(*judgement.signs[0].strength, 0.75, 1e-12);
  EXPECT_NEAR(*judgement.salesops.score, 0.5, 1e-12);
}

TEST(Verdict, WhatIsFarFromEveryThresholdIsSure) { EXPECT_EQ(Judge(Company(0.6, 0.2), {}, 1).confidence, 1); }

TEST(Verdict, WhatIsNotMeasuredMayGoEitherWay) {
  // Of RevOps one of two signs is measured, and says no: the other would have to be 0.8 to reach 0.4 with it, and is
  // that with the chance of Beta(0.8, 1.2) to be above 0.8.
  std::vector<SignFacts> signs = Company(0.6, 0.0);
  signs.push_back(Of(Side::kRevOps, {{.clear_no = 0.2, .clear_yes = 0.6}}));
  const Judgement judgement = Judge(signs, {}, 1);
  EXPECT_EQ(judgement.verdict, Verdict::kSalesOps);
  EXPECT_NEAR(judgement.confidence, 0.8843, 0.03);
  EXPECT_FALSE(judgement.signs[3].strength);
  EXPECT_EQ(judgement.revops.measured_signs, 1);
  EXPECT_EQ(judgement.revops.signs, 2);
}

TEST(Verdict, WhereNothingIsKnownEachIsAsLikely) {
  const LineFacts unknown;
  std::vector<SignFacts> signs(6, Of(Side::kSalesOps, {unknown}));
  for (std::size_t i = 3; i < signs.size(); ++i) signs[i].side = Side::kRevOps;
  const Judgement judgement = Judge(signs, {}, 1);
  EXPECT_EQ(judgement.verdict, Verdict::kNotKnown);
  double sum = 0;
  for (const double chance : judgement.chances) sum += chance;
  EXPECT_NEAR(sum, 1, 1e-9);
  for (const Verdict verdict : {Verdict::kNotYet, Verdict::kSalesOps, Verdict::kRevOps, Verdict::kBoth}) {
    EXPECT_NEAR(judgement.chances.at(static_cast<std::size_t>(verdict)), 0.25, 0.07);
  }
}

TEST(Verdict, ASignThatIsBarelyMeasuredCountsLess) {
  std::vector<SignFacts> signs = Company(0.6, 0.2);
  signs[1].lines = {Measured(0.2), {}, {}, {}};
  // The first says 1 with all its weight, the second 0 with a quarter of it.
  EXPECT_NEAR(*Judge(signs, {}, 1).salesops.score, 0.8, 1e-12);
}

TEST(Verdict, FewCasesAreLessSureThanMany) {
  const auto confidence = [](double cases) {
    std::vector<SignFacts> signs = Company(0.6, 0.2);
    signs[0].lines[0] =
        signs[1].lines[0] = {.clear_no = 0.2, .clear_yes = 0.6, .value = 0.4, .is_share = true, .cases = cases};
    return Judge(signs, {}, 1).confidence;
  };
  EXPECT_LT(confidence(20), confidence(2000));
  EXPECT_GT(confidence(20), 0.5);
}

TEST(Verdict, AShareHasTheIntervalOfItsCases) {
  const auto range = IntervalOf({.value = 0.5, .is_share = true, .cases = 10});
  ASSERT_TRUE(range);
  // Quantiles of Beta(5.5, 5.5).
  EXPECT_NEAR(range->low, 0.309892, 1e-5);
  EXPECT_NEAR(range->high, 0.690108, 1e-5);
  const auto none = IntervalOf({.value = 0, .is_share = true, .cases = 10});
  EXPECT_EQ(none->low, 0);
  EXPECT_GT(none->high, 0.05);
  EXPECT_FALSE(IntervalOf({.value = 12}));
}

TEST(Verdict, GoodSalesOpsIsAskedForBeforeItCounts) {
  std::vector<SignFacts> signs = Company(0.2, 0.2);
  signs.push_back(Of(Side::kRevOps, {Measured(0.6)}));
  signs.back().needs_no_other = true;
  EXPECT_EQ(Judge(signs, {}, 1).verdict, Verdict::kRevOps);
  signs[0].lines = signs[1].lines = {Measured(0.6)};
  const Judgement judgement = Judge(signs, {}, 1);
  EXPECT_TRUE(judgement.signs[3].is_silent);
  EXPECT_EQ(judgement.verdict, Verdict::kSalesOps);
  EXPECT_EQ(judgement.revops.signs, 1);
}

TEST(Verdict, TheSameSeedGivesTheSameConfidence) {
  std::vector<SignFacts> signs = Company(0.38, 0.3);
  signs.push_back(Of(Side::kRevOps, {{}}));
  EXPECT_EQ(Judge(signs, {}, 7).confidence, Judge(signs, {}, 7).confidence);
  EXPECT_EQ(Judge(signs, {}, 7).revops.range.low, Judge(signs, {}, 7).revops.range.low);
}

}  // namespace
}  // namespace weir::diagnose
