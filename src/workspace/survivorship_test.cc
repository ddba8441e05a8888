// Whose word counts, from the decision to the page: rules of fields, the order of sources, files of enrichment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workspace/desk_story.h"

namespace weir::workspace {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class WhoseWord : public DeskStory {
 protected:
  void SetUp() override {
    DeskStory::SetUp();
    Import({{"Account.csv",
             "Id,Name,Website,Type,Industry,BillingCity,CreatedDate\n"
             "0011,Alfa,alfa.example,Customer,Steel,Berlin,2025-01-01T00:00:00Z\n"
             "0012,Beta,beta.example,Customer,,Kiel,2025-01-01T00:00:00Z\n"}},
           "2025-02-01");
    Import({{"weir-account.csv", "key,name,domain,industry,city\ng1,Alfa Works,alfa.example,Metal,Bonn\n"}},
           "2025-02-02");
  }
  Lines Shown(const std::string& columns) {
    return Sql("SELECT concat_ws('|', " + columns + ") AS line FROM account ORDER BY name", {"line"});
  }
  std::string Settle(const std::string& field, const std::string& rule) {
    return Do("hygiene.survivorship.set", {{"entity", {"account"}}, {"field", {field}}, {"rule", {rule}}});
  }
};

TEST_F(WhoseWord, IsSettledForEachField) {
  EXPECT_THAT(Shown("name, industry, city"), ElementsAre("Alfa|Steel|Berlin", "Beta|Kiel"));
  EXPECT_EQ(Settle("industry", "generic > salesforce"), "done");
  EXPECT_EQ(Settle("name", "longest"), "done");
  EXPECT_THAT(Shown("name, industry, city"), ElementsAre("Alfa Works|Metal|Berlin", "Beta|Kiel"));
  EXPECT_THAT(Cells("customers.account", {{"id", {"salesforce:0011"}}}, "fields", {"field", "value", "source"}),
              ::testing::AllOf(Contains("industry Metal generic"), Contains("city Berlin salesforce")));
  EXPECT_THAT(Cells("hygiene.survivorship", {}, "fields", {"entity", "field", "rule", "is_own", "disputed"}),
              ::testing::AllOf(Contains("account industry generic > salesforce true 1"),
                               Contains("account city - false 1"), Contains("account name longest true 1")));
  Undo();
  EXPECT_THAT(Shown("name"), ElementsAre("Alfa", "Beta"));
  EXPECT_EQ(Settle("industry", ""), "done");
  EXPECT_THAT(Shown("industry"), ElementsAre("Steel", ""));
}

TEST_F(WhoseWord, IsShownBeforeItIsSettled) {
  const Params rule{{"entity", {"account"}}, {"field", {"city"}}, {"rule", {"generic"}}};
  EXPECT_THAT(Cells("hygiene.survivorship.preview", rule, "effect", {"field", "records", "changed"}),
              ElementsAre("city 2 1"));
  EXPECT_THAT(Cells("hygiene.survivorship.preview", rule, "examples", {"id", "before", "after"}),
              ElementsAre("salesforce:0011 Berlin Bonn"));
  EXPECT_THAT(Shown("city"), ElementsAre("Berlin", "Kiel"));
  EXPECT_THAT(Cells("hygiene.survivorship.preview", {{"rule", {"generic > salesforce"}}}, "effect",
                    {"entity", "field", "changed"}),
              ElementsAre("account city 1", "account industry 1", "account name 1"));
}

TEST_F(WhoseWord, AnOrderOfSourcesIsAnAnswerOfTheSetup) {
  const std::int64_t before = Version();
  EXPECT_EQ(Do("settings.set", {{"name", {"source_order"}}, {"value", {"generic > salesforce"}}}), "done");
  EXPECT_THAT(Shown("name, industry, city"), ElementsAre("Alfa Works|Metal|Bonn", "Beta|Kiel"));
  known_at_ = before;
  EXPECT_THAT(Shown("city"), ElementsAre("Berlin", "Kiel"));
  known_at_.reset();
  Undo();
  EXPECT_THAT(Shown("city"), ElementsAre("Berlin", "Kiel"));
  EXPECT_THAT(Do("settings.set", {{"name", {"source_order"}}, {"value", {"newest"}}}), HasSubstr("source_order"));
}

TEST_F(WhoseWord, WhatCannotBeSettledIsRefused) {
  EXPECT_THAT(Settle("created_at", "newest"), HasSubstr("no field 'created_at'"));
  EXPECT_THAT(Settle("city", "whoever"), "done") << "a source that is still to come";
  EXPECT_THAT(Settle("city", "Sales Force"), HasSubstr("does not say whose word counts"));
  EXPECT_THAT(Settle("city", "whoever"), HasSubstr("settled so already"));
}

TEST_F(WhoseWord, EnrichmentFillsAndSaysSo) {
  Import({{"enrichment-companies.csv",
           "domain,industry,city,employees\nalfa.example,Alloys,Ulm,70\nbeta.example,Paper,,12\nnobody.example,Ice,"
           "Oslo,1\n"}},
         "2025-02-10");
  EXPECT_THAT(Shown("name, industry, city, employees"), ElementsAre("Alfa|Steel|Berlin|70", "Beta|Paper|Kiel|12"));
  EXPECT_THAT(Cells("customers.account", {{"id", {"salesforce:0012"}}}, "fields", {"field", "value", "source"}),
              ::testing::AllOf(Contains("industry Paper enrichment"), Contains("city Kiel salesforce")));
  EXPECT_THAT(Cells("hygiene.enrichment", {}, "files", {"entity", "source", "rows", "by_domain", "unknown"}),
              ElementsAre("account enrichment 3 2 1"));
  EXPECT_THAT(Cells("hygiene.enrichment", {}, "left", {"domain", "matched_by"}), ElementsAre("nobody.example none"));
  EXPECT_EQ(Settle("industry", "enrichment > salesforce"), "done");
  EXPECT_THAT(Shown("industry"), ElementsAre("Alloys", "Paper"));
  as_of_ = "2025-02-05";
  EXPECT_THAT(Shown("industry"), ElementsAre("Alloys", "Paper")) << "what is seen first was so before";
  EXPECT_EQ(Do("sources.undo", {{"import_id", {"3"}}}), "done");
  EXPECT_THAT(Shown("industry"), ElementsAre("Steel", ""));
  EXPECT_THAT(Cells("hygiene.enrichment", {}, "files", {"entity"}), IsEmpty());
}

}  // namespace
}  // namespace weir::workspace
