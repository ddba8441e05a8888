#include "journey/conformance/process_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::journey {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr std::string_view kHead = "version = 1\ncase = \"lead\"\ntitle = { en = \"T\", ru = \"Т\" }\n";
constexpr std::string_view kRule = "[[rule]]\nid = \"r\"\ntitle = { en = \"R\", ru = \"П\" }\n";

DefinitionFile FileOf(const std::string& text) { return {.path = "processes/own.toml", .text = text, .is_own = true}; }

Result<std::vector<Process>> Loaded(const std::string& rule) {
  const DefinitionFile file = FileOf(std::string(kHead) + std::string(kRule) + rule);
  return LoadProcesses(std::span(&file, 1));
}

std::string ErrorOf(const std::string& rule) {
  const Result<std::vector<Process>> loaded = Loaded(rule);
  return loaded ? "" : loaded.error().ToString();
}

TEST(ProcessRulesTest, ReadsARuleWithAllItCanHave) {
  const Result<std::vector<Process>> loaded = Loaded(
      "rule = \"response\"\nof = [\"lead created\"]\nto = [\"call\", \"e*mail\"]\nwithin = \"4 working hours\"\n"
      "allow = [{ attribute = \"source\", values = [\"partner*\"] }]\n");
  ASSERT_TRUE(loaded) << loaded.error().ToString();
  const ProcessRule& rule = loaded->front().rules.front();
  EXPECT_EQ(loaded->front().case_of, "lead");
  EXPECT_EQ(rule.form, RuleForm::kResponse);
  EXPECT_EQ(rule.within->micros, 4 * 3'600'000'000);
  EXPECT_TRUE(rule.within->is_working_time);
  EventLog log{.case_names = {"1", "2", "3"}, .activity_names = {"Call", "email", "lead created", "task"}};
  log.case_columns.push_back({.name = "source", .codes = {0, 1, kNoValue}, .values = {"Partner North", "web"}});
  const BoundRule bound = Bound(rule, log);
  EXPECT_THAT(bound.rule.of, ElementsAre(2));
  EXPECT_THAT(bound.rule.to, ElementsAre(0, 1));
  EXPECT_THAT(bound.rule.is_exempt, ElementsAre(true, false, false));
  EXPECT_THAT(bound.unmatched, IsEmpty());
  log.case_columns.clear();
  log.activity_names.pop_back();
  log.activity_names.pop_back();
  const BoundRule other = Bound(rule, log);
  EXPECT_THAT(other.unmatched, ElementsAre("lead created"));
  EXPECT_THAT(other.unknown_attributes, ElementsAre("source"));
}

TEST(ProcessRulesTest, SaysWhatIsWrongAndWhere) {
  EXPECT_THAT(ErrorOf("rule = \"respons\"\nof = [\"a\"]\n"), HasSubstr("respons"));
  EXPECT_THAT(ErrorOf("rule = \"response\"\nof = [\"a\"]\n"), HasSubstr("does not say 'to'"));
  EXPECT_THAT(ErrorOf("rule = \"init\"\nof = [\"a\"]\nto = [\"b\"]\n"), HasSubstr("has no 'to'"));
  EXPECT_THAT(ErrorOf("rule = \"init\"\nof = [\"a\"]\nwithin = \"4 hours\"\n"), HasSubstr("no limit of time"));
  EXPECT_THAT(ErrorOf("rule = \"init\"\nof = [\"a\"]\ntimes = 2\n"), HasSubstr("'times' does not fit"));
  EXPECT_THAT(ErrorOf("rule = \"response\"\nof = [\"a\"]\nto = [\"b\"]\nwithin = \"soon\"\n"), HasSubstr("soon"));
  EXPECT_THAT(ErrorOf("rule = \"response\"\nof = [\"a\"]\nto = [\"b\"]\nallow = 3\n"),
              HasSubstr("not a list of tables"));
  EXPECT_THAT(ErrorOf("rule = \"response\"\nof = [\"a\"]\nto = [\"b\"]\nuntil = \"x\"\n"), HasSubstr("until"));
  EXPECT_THAT(ErrorOf("rule = \"init\"\nof = [\"\"]\n"), HasSubstr("empty name"));
  EXPECT_THAT(ErrorOf("rule = \"init\"\nof = [\"a\"]\n" + std::string(kRule) + "rule = \"init\"\nof = [\"a\"]\n"),
              HasSubstr("stands here twice"));
  EXPECT_THAT(ErrorOf("rule = \"soon\n"), HasSubstr("processes/own.toml:"));
}

TEST(ProcessRulesTest, LimitsOfTime) {
  EXPECT_EQ(ParseTimeLimit("90 minutes")->micros, 90LL * 60 * 1'000'000);
  EXPECT_EQ(ParseTimeLimit("1 day")->micros, 86'400'000'000);
  EXPECT_FALSE(ParseTimeLimit("2 days")->is_working_time);
  for (const std::string_view text : {"", "4", "hours", "4hours", "-1 hours", "4 weeks", "2 working days", "4  hours",
                                      "99999999999999999999 hours", "9999999 days", "4 hourss", "4 hours "}) {
    EXPECT_FALSE(ParseTimeLimit(text)) << text;
  }
}

TEST(ProcessRulesTest, ThoseOfTheProgramAreSound) {
  const std::vector<DefinitionFile> files = BuiltInDefinitions("processes");
  ASSERT_FALSE(files.empty());
  const Result<std::vector<Process>> loaded = LoadProcesses(files);
  ASSERT_TRUE(loaded) << loaded.error().ToString();
  EXPECT_GE(loaded->front().rules.size(), 5U);
}

TEST(ProcessRulesTest, OneOfTheWorkspaceTakesThePlaceByAHigherVersion) {
  const std::string rule = std::string(kRule) + "rule = \"init\"\nof = [\"a\"]\n";
  std::vector<DefinitionFile> files{{.path = "catalog/processes/own.toml", .text = std::string(kHead) + rule},
                                    FileOf(std::string(kHead) + rule)};
  EXPECT_THAT(LoadProcesses(files).error().ToString(), HasSubstr("stands in catalog/processes/own.toml already"));
  files[1].text.replace(files[1].text.find('1'), 1, "2");
  const Result<std::vector<Process>> loaded = LoadProcesses(files);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->size(), 1U);
  EXPECT_TRUE(loaded->front().is_own);
}

}  // namespace
}  // namespace weir::journey
