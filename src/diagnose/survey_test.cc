#include "diagnose/survey.h"

#include <algorithm>

#include <gmock/gmock.h>

#include "base/random.h"
#include "metrics/scoped_story.h"

namespace weir::diagnose {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(Surveys, TheFourPublishedOnesAndAQuestionOnPhilosophy) {
  std::vector<std::string> lines;
  for (const Survey& survey : BuiltInSurveys()) {
    double published = 0;
    for (const SurveyOption& option : survey.options) {
      EXPECT_FALSE(option.text.en.empty() || option.text.ru.empty()) << option.id;
      if (!option.published.empty()) published += option.published.front();
    }
    // The sums of the published shares, as printed in the four surveys.
    lines.push_back(fmt::format("{} {} {:.2f} of {}{}", survey.id, survey.options.size(), published, survey.sample,
                                survey.is_philosophy ? " philosophy" : ""));
  }
  EXPECT_THAT(lines,
              ElementsAre("obstacles 13 2.60 of 150", "digital_marketing 9 2.66 of 289", "joint_work 6 2.51 of 302",
                          "data_barriers 7 2.70 of 818", "philosophy 4 0.00 of 0 philosophy"));
}

TEST(Surveys, AnswersThatDoNotFitAreRefused) {
  const Survey& three = BuiltInSurveys()[0];
  const Survey& joint = BuiltInSurveys()[2];
  const auto refused = [](const Survey& survey, const std::vector<std::string>& options) {
    const Status status = CheckAnswer(survey, options);
    return status ? std::string("taken") : status.error().message();
  };
  EXPECT_EQ(refused(three, {"silos", "skills", "other"}), "taken");
  EXPECT_THAT(refused(three, {"silos", "skills", "other", "slow_change"}), HasSubstr("at most 3"));
  EXPECT_THAT(refused(three, {"silos", "silos"}), HasSubstr("twice"));
  EXPECT_THAT(refused(three, {"meetings"}), HasSubstr("no answer 'meetings'"));
  EXPECT_EQ(refused(joint, {"nothing"}), "taken");
  EXPECT_THAT(refused(joint, {"nothing", "kpis"}), HasSubstr("no other"));
}

TEST(Surveys, AFileThatIsWrongIsNamedWithItsPlace) {
  constexpr std::string_view kText = R"(position = 1
title = { en = "a", ru = "а" }
question = { en = "a", ru = "а" }
source = { en = "a", ru = "а" }
columns = [{ en = "a", ru = "а" }]
[[options]]
id = "one"
text = { en = "a", ru = "а" }
published = [0.3]
[[options]]
id = "two"
text = { en = "a", ru = "а" }
published = [30]
)";
  const auto loaded = LoadSurveys(std::vector<DefinitionFile>{{"surveys/x.toml", std::string(kText), true}});
  ASSERT_FALSE(loaded.has_value());
  EXPECT_EQ(loaded.error().place().line, 13U);
  EXPECT_THAT(loaded.error().message(), HasSubstr("from 0 to 1"));
}

TEST(Survey, SharesHaveTheirInterval) {
  // Jeffreys' 80 % interval of 3 of 10 by the quantiles of Beta(3.5, 7.5).
  const ShareRange range = ShareOf(3, 10);
  EXPECT_DOUBLE_EQ(range.share, 0.3);
  EXPECT_NEAR(range.low, 0.1506, 0.0002);
  EXPECT_NEAR(range.high, 0.5018, 0.0002);
  EXPECT_EQ(ShareOf(0, 5).low, 0);
  EXPECT_EQ(ShareOf(5, 5).high, 1);
}

TEST(Survey, DepartmentsThatAnswerAlikeDoNotDiffer) {
  const std::vector<SurveyCount> alike{{"a", 20, {10, 4}}, {"b", 20, {10, 4}}};
  const auto none = DivergenceOf(alike, 0);
  ASSERT_TRUE(none.has_value());
  EXPECT_EQ(none->explained, 0);
  EXPECT_GT(none->chance, 0.9);
  const std::vector<SurveyCount> opposed{{"a", 20, {20, 4}}, {"b", 20, {0, 4}}, {"c", 2, {2, 0}}};
  const auto all = DivergenceOf(opposed, 0);
  ASSERT_TRUE(all.has_value());
  EXPECT_GT(all->explained, 0.5);
  EXPECT_LT(all->chance, 0.01);
  EXPECT_EQ(all->widest, 0U);
  EXPECT_EQ(opposed[all->most].department, "a");
  EXPECT_EQ(opposed[all->least].department, "b");
  // One department that may be shown is compared with none.
  EXPECT_FALSE(DivergenceOf(std::span(opposed).subspan(1), 0).has_value());
}

// Answers that know no departments seem to differ as often as the chance says.
TEST(Survey, ChanceIsCalled) {
  int seemed = 0;
  constexpr int kTimes = 60;
  RandomStream stream(5, "test");
  for (int i = 0; i < kTimes; ++i) {
    std::vector<SurveyCount> counts{{"a", 8, {0, 0, 0}}, {"b", 12, {0, 0, 0}}, {"c", 5, {0, 0, 0}}};
    for (SurveyCount& count : counts) {
      for (std::int64_t& chosen : count.chosen) {
        for (int person = 0; person < count.respondents; ++person) chosen += stream.Chance(0.4) ? 1 : 0;
      }
    }
    seemed += DivergenceOf(counts, 0)->chance <= 0.2 ? 1 : 0;
  }
  EXPECT_GE(seemed, kTimes / 5 - 9);
  EXPECT_LE(seemed, kTimes / 5 + 9);
}

TEST(Survey, TheAnalysisSetsAnswersBesideThePublishedOnes) {
  metrics::testing::Story story;
  story.Run(
      "CREATE TABLE scoped.survey_count (survey VARCHAR, department VARCHAR, respondents BIGINT, option VARCHAR, "
      "chosen "
      "BIGINT)");
  const auto run = [&] {
    metrics::testing::StoryContext context(story.session(), *ParseIsoInstant("2025-06-30T12:00:00Z"));
    return metrics::testing::Need(SurveyAnalysis().run({}, context));
  };
  EXPECT_EQ(run().warnings.front().code, "no_answers");
  story.Run(
      "INSERT INTO scoped.survey_count VALUES ('joint_work', 'Sales', 10, 'kpis', 9), ('joint_work', 'Marketing', 10, "
      "'kpis', 1), ('joint_work', 'Marketing', 10, 'meetings', 7), ('philosophy', 'Sales', 4, 'not_yet', 3)");
  const analysis::Output output = run();
  EXPECT_TRUE(output.warnings.empty());
  const analysis::Table& answers = *output.Find("answers");
  std::vector<std::string> lines;
  for (const auto& row : answers.rows) {
    std::string line;
    for (const char* column :
         {"option", "department", "respondents", "chosen", "published", "published_other", "beside"}) {
      line += (line.empty() ? "" : "|") + store::ToText(row[answers.IndexOf(column)]);
    }
    if (line.starts_with("kpis")) lines.push_back(line);
    EXPECT_NE(store::ToText(row[0]), "philosophy");
  }
  EXPECT_THAT(lines, ElementsAre("kpis||20|10|0.4|0.3|alike", "kpis|Marketing|10|1|0.4|0.3|less",
                                 "kpis|Sales|10|9|0.4|0.3|more"));
  const analysis::Table& surveys = *output.Find("surveys");
  EXPECT_EQ(store::ToText(surveys.rows[2][surveys.IndexOf("differs")]), "true");
  EXPECT_EQ(store::ToText(surveys.rows[2][surveys.IndexOf("widest")]), "kpis");
  EXPECT_EQ(output.Find("philosophy")->rows.size(), 8U);
}

}  // namespace
}  // namespace weir::diagnose
