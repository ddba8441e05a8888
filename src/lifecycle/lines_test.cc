// The lines of catalog/lifecycle.toml: what they know of vendors, how a workspace's own come before them, and what is
// said of a line that is wrong.
#include "lifecycle/lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lifecycle/vocabulary.h"

namespace weir::lifecycle {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

LifecycleMap MapOf(const std::vector<DefinitionFile>& files) {
  auto map = LifecycleMap::Load(files);
  if (!map) throw std::runtime_error(map.error().ToString());
  return std::move(*map);
}

std::string StepOf(const SourceStage& stage) {
  static const LifecycleMap kMap = MapOf({BuiltInDefinition("lifecycle.toml")});
  const Line* line = kMap.Find(stage);
  return line == nullptr ? "" : line->step;
}
std::string Deal(const std::string& source, const std::string& name, const std::string& status = "open",
                 const std::string& pipeline = "", const std::string& type = "") {
  return StepOf({.kind = "deal", .source = source, .pipeline = pipeline, .name = name, .status = status, .type = type});
}
std::string Other(const std::string& kind, const std::string& source, const std::string& name) {
  return StepOf({.kind = kind, .source = source, .name = name});
}

std::string ErrorOf(const std::string& text) {
  const auto map = LifecycleMap::Load(std::vector<DefinitionFile>{{"lifecycle.toml", text, true}});
  return map ? "no error" : map.error().ToString();
}

TEST(LifecycleVocabulary, IsOneForAll) {
  EXPECT_THAT(CodesOf(Steps()), ElementsAre("lead", "qualified", "opportunity", "customer", "renewal_due", "renewed",
                                            "churned", "outside"));
}

TEST(LifecycleLines, KnowDealStagesAsVendorsShipThem) {
  for (const char* name : {"Prospecting", "Id. Decision Makers", "Proposal/Price Quote", "Negotiation/Review"}) {
    EXPECT_EQ(Deal("salesforce", name), "opportunity") << name;
  }
  for (const char* name : {"appointmentscheduled", "Decision Maker Bought-In", "Contract Sent"}) {
    EXPECT_EQ(Deal("hubspot", name), "opportunity") << name;
  }
  EXPECT_EQ(Deal("pipedrive", "Qualified"), "qualified");
  EXPECT_EQ(Deal("pipedrive", "Negotiations Started"), "opportunity");
  EXPECT_EQ(Deal("amocrm", "Неразобранное"), "lead");
  EXPECT_EQ(Deal("amocrm", "Первичный контакт"), "qualified");
  EXPECT_EQ(Deal("amocrm", "Согласование договора"), "opportunity");
  EXPECT_EQ(Deal("bitrix24", "Счет на предоплату"), "opportunity") << "е for ё";
  EXPECT_EQ(Deal("bitrix24", "C5:EXECUTING"), "opportunity");
  EXPECT_EQ(Deal("generic", "  commercial OFFER "), "") << "nobody has said what that is";
  EXPECT_EQ(Deal("generic", "PROPOSAL — sent"), "opportunity");
}

TEST(LifecycleLines, ClosedDealsNeedNoNames) {
  EXPECT_EQ(Deal("any", "Sieg", "won"), "customer");
  EXPECT_EQ(Deal("any", "Niederlage", "lost"), "outside");
  EXPECT_EQ(Deal("any", "Sieg", "won", "", "renewal"), "renewed");
  EXPECT_EQ(Deal("any", "Prospecting", "open", "", "renewal"), "renewal_due");
  EXPECT_EQ(Deal("amocrm", "Закрыто и не реализовано", "lost", "Продления 2026"), "churned");
  EXPECT_EQ(Deal("amocrm", "Переговоры", "open", "Отдел продления"), "renewal_due");
}

TEST(LifecycleLines, KnowLeadsPeopleSubscriptionsAndContracts) {
  EXPECT_EQ(Other("lead", "salesforce", "Working - Contacted"), "lead");
  EXPECT_EQ(Other("lead", "salesforce", "Closed - Converted"), "qualified");
  EXPECT_EQ(Other("lead", "hubspot", "BAD_TIMING"), "outside");
  EXPECT_EQ(Other("lead", "amocrm", "Успешно реализовано"), "qualified");
  EXPECT_EQ(Other("lead", "bitrix24", "Некачественный лид"), "outside");
  EXPECT_EQ(Other("lead", "generic", "Unqualified"), "outside") << "not 'qualified'";
  EXPECT_EQ(Other("person", "hubspot", "marketingqualifiedlead"), "qualified");
  EXPECT_EQ(Other("person", "hubspot", "evangelist"), "customer");
  EXPECT_EQ(Other("subscription", "stripe", "past_due"), "renewal_due");
  EXPECT_EQ(Other("subscription", "stripe", "paused"), "opportunity");
  EXPECT_EQ(Other("subscription", "recurly", "paused"), "customer");
  EXPECT_EQ(Other("subscription", "stripe", "incomplete_expired"), "outside");
  EXPECT_EQ(Other("contract", "generic", "Истёк"), "churned");
  EXPECT_EQ(Other("contract", "salesforce", "In Approval Process"), "opportunity");
}

TEST(LifecycleLines, OwnOnesComeFirst) {
  const DefinitionFile own{"lifecycle.toml", "[[stage]]\nof = \"deal\"\nnames = [\"Demo*\"]\nstep = \"qualified\"\n",
                           true};
  const LifecycleMap map = MapOf({BuiltInDefinition("lifecycle.toml"), own});
  const Line* line = map.Find({.kind = "deal", .source = "crm", .name = "Demo held", .status = "open"});
  ASSERT_NE(line, nullptr);
  EXPECT_EQ(line->step, "qualified");
  EXPECT_EQ(line->file, "lifecycle.toml");
  EXPECT_EQ(line->line, 1U);
}

TEST(LifecycleLines, ANameOfSignsAloneIsItself) {
  const LifecycleMap map =
      MapOf({{"lifecycle.toml", "[[stage]]\nof = \"lead\"\nnames = [\"🔥\"]\nstep = \"qualified\"", true}});
  EXPECT_NE(map.Find({.kind = "lead", .source = "crm", .name = "🔥"}), nullptr);
  EXPECT_EQ(map.Find({.kind = "lead", .source = "crm", .name = "❄"}), nullptr);
}

TEST(LifecycleLines, WhatIsDecidedOfAStageHasANameOfItsOwn) {
  EXPECT_EQ(DecisionName({.kind = "lead", .source = "crm", .name = "It's"}), "stage:lead:crm:'':'It''s'");
  EXPECT_EQ(DecisionName({.kind = "deal", .source = "crm", .pipeline = "A:B", .name = "C", .status = "open"}),
            "stage:deal:crm:'A:B':'C':open");
}

TEST(LifecycleLines, AWrongLineIsToldWithItsPlaceAndMend) {
  const std::string head = "[[stage]]\nof = \"deal\"\nnames = [\"A\"]\n";
  EXPECT_THAT(ErrorOf(head + "step = \"oportunity\""),
              AllOf(HasSubstr("lifecycle.toml:4:8"), HasSubstr("'step' is 'oportunity'"), HasSubstr("renewal_due")));
  EXPECT_THAT(ErrorOf(head),
              AllOf(HasSubstr("lifecycle.toml:1:"), HasSubstr("'step' is missing"), HasSubstr("Add: step")));
  EXPECT_THAT(ErrorOf(head + "step = \"lead\"\nname = \"B\""),
              AllOf(HasSubstr("lifecycle.toml:5:1"), HasSubstr("Did you mean 'names'?")));
  EXPECT_THAT(ErrorOf("[[stage]]\nof = \"lead\"\nstep = \"lead\""), HasSubstr("would fit every lead"));
  EXPECT_THAT(ErrorOf("[[stage]]\nof = \"lead\"\nstatus = \"won\"\nnames = [\"A\"]\nstep = \"lead\""),
              AllOf(HasSubstr("lifecycle.toml:3:10"), HasSubstr("only deals have a status")));
  EXPECT_THAT(ErrorOf("[[stage]]\nof = \"deal\"\nstatus = \"closed\"\nstep = \"lead\""), HasSubstr("open, won, lost"));
  EXPECT_THAT(ErrorOf("[[stage]]\nof = \"lead\"\nnames = []\nstep = \"lead\""), HasSubstr("'names' is empty"));
  EXPECT_THAT(ErrorOf("[[stage]]\nof = \"lead\"\nnames = [\"  \"]\nstep = \"lead\""), HasSubstr("empty name"));
  EXPECT_THAT(ErrorOf("[[stage]]\nof = \"lead\"\nnames = [1]\nstep = \"lead\""), HasSubstr("lifecycle.toml:3"));
  EXPECT_THAT(ErrorOf("[stage]\nof = \"lead\""), AllOf(HasSubstr("not a list of tables"), HasSubstr("[[stage]]")));
  EXPECT_THAT(ErrorOf("stage = [1]"), HasSubstr("a stage is not a table"));
  EXPECT_THAT(ErrorOf("[[stages]]\nof = \"lead\""), HasSubstr("Did you mean 'stage'?"));
  EXPECT_THAT(ErrorOf("[[stage]\n"), HasSubstr("lifecycle.toml:1"));
  EXPECT_THAT(ErrorOf("[[stage]]\nof = \"lead\"\nnames = [\"Ёлка\"]\nstep = \"lead\"\n"
                      "[[stage]]\nof = \"lead\"\nnames = [\"елка!\"]\nstep = \"outside\""),
              AllOf(HasSubstr("lifecycle.toml:7:9"), HasSubstr("stands in line 1 already")));
}

}  // namespace
}  // namespace weir::lifecycle
