// Cleaning recipes, from the decision to the number: what they clean, what they leave as it is, how they are tried,
// taken back and counted.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "workspace/desk_story.h"

namespace weir::workspace {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* kAccounts =
    "key,name,domain,country,industry,phone,segment\n"
    "a1,  Alfa   Works ,alfa.example,Germany,I.T.,030 123456,\n"
    "a2,BETA WORKS,beta.example,germany,it,+49 30 7654321,A\n"
    "a3,Gamma,gamma.example,France,Select,n/a,B\n"
    "a4,Delta,delta.example,Atlantis,Steel,,B\n";

class Recipes : public DeskStory {
 protected:
  void SetUp() override {
    DeskStory::SetUp();
    Import({{"weir-account.csv", kAccounts}}, "2025-02-01");
  }
  std::string Set(const std::string& name, const std::string& steps, const Params& more = {}) {
    Params params = more;
    params["name"] = {name};
    params["entity"] = {"account"};
    params["steps"] = {steps};
    return Do("hygiene.recipes.set", params);
  }
  Lines Shown(const std::string& column) {
    return Sql("SELECT " + column + " FROM account ORDER BY account_id", {column});
  }
  Lines Recorded(const std::string& columns) {
    return Sql("SELECT concat_ws('|', " + columns + ") AS line FROM account_record ORDER BY observation", {"line"});
  }
};

constexpr const char* kIndustries =
    R"([{"field": "industry", "do": "clear"}, {"field": "industry", "do": "map", "values": {"it": "Technology", "I.T.": "Technology"}}])";

TEST_F(Recipes, CleanWhatIsHereAndWhatComes) {
  EXPECT_EQ(Set("Industries", kIndustries), "done");
  EXPECT_THAT(Shown("industry"), ElementsAre("Technology", "Technology", "-", "Steel"));
  Import({{"weir-account.csv", "key,name,domain,industry\na5,Eps,eps.example,IT \na4,Delta,delta.example,it\n"}},
         "2025-03-01");
  EXPECT_THAT(Shown("industry"), ElementsAre("Technology", "Technology", "-", "Technology", "Technology"));
  as_of_ = "2025-02-15";
  EXPECT_THAT(Sql("SELECT industry FROM account WHERE account_id LIKE '%a4'", {"industry"}), ElementsAre("Steel"))
      << "at an earlier moment it was what was said then";
}

TEST_F(Recipes, EachStepDoesWhatItSays) {
  EXPECT_EQ(Set("All of it", R"([{"field": "name", "do": "trim"}, {"field": "name", "do": "title"},
      {"field": "name", "do": "replace", "pattern": "\\s+Works$", "with": " AG"},
      {"field": "country", "do": "country"}, {"field": "phone", "do": "phone", "region": "DE"},
      {"field": "phone", "do": "clear", "words": ["N/A"]}, {"field": "industry", "do": "upper"},
      {"field": "segment", "do": "default", "value": "SMB"}])"),
            "done");
  EXPECT_THAT(Shown("name"), ElementsAre("Alfa AG", "Beta AG", "Gamma", "Delta"));
  EXPECT_THAT(Shown("country"), ElementsAre("DE", "DE", "FR", "Atlantis")) << "what is no country stays";
  EXPECT_THAT(Shown("industry"), ElementsAre("I.T.", "IT", "SELECT", "STEEL"));
  EXPECT_THAT(Shown("segment"), ElementsAre("SMB", "A", "B", "B"));
  EXPECT_THAT(Recorded("phone"), ElementsAre("", "+49307654321", "", ""))
      << "what the import could not read as a number is not there to be cleaned";
}

TEST_F(Recipes, SplitNamesOfLeads) {
  Import({{"weir-lead.csv",
           "key,full_name,first_name,last_name,email,status\n"
           "l1,Ann Maria Adler,,,ann@alfa.example,new\n"
           "l2,Bo Berg,Robert,,bo@alfa.example,new\n"
           "l3,Cher,,,cher@alfa.example,new\n"}},
         "2025-02-02");
  EXPECT_EQ(
      Do("hygiene.recipes.set", {{"name", {"Names"}}, {"entity", {"lead"}}, {"steps", {R"([{"do": "split_name"}])"}}}),
      "done");
  EXPECT_THAT(Cells("hygiene.recipes", {}, "recipes", {"entity", "values", "records"}), ElementsAre("lead 2 1"));
}

// What the source says is not touched, and the record says by which recipe it was cleaned.
TEST_F(Recipes, NothingIsOverwrittenAndTheRecordTellsOfIt) {
  EXPECT_EQ(Set("Countries", R"([{"field": "country", "do": "country"}])"), "done");
  EXPECT_EQ(Set("Countries", R"([{"field": "country", "do": "trim"}, {"field": "country", "do": "country"}])",
                {{"recipe", {"1"}}}),
            "done");
  const auto fields = Cells("customers.account", {{"id", {"generic:a1"}}}, "fields", {"field", "value", "cleaned_by"});
  EXPECT_THAT(fields, Contains("country DE Countries v2"));
  EXPECT_THAT(fields, Contains("industry I.T. -"));
  EXPECT_THAT(Recorded("country, cleaned"),
              ElementsAre("DE|,country=1@2", "DE|,country=1@2", "FR|,country=1@2", "Atlantis"));
  EXPECT_EQ(Do("hygiene.recipes.remove", {{"recipe", {"1"}}}), "done");
  EXPECT_THAT(Shown("country"), ElementsAre("Germany", "germany", "France", "Atlantis"));
}

TEST_F(Recipes, AreUndoneAsAnyDecision) {
  EXPECT_EQ(Set("Industries", kIndustries), "done");
  EXPECT_EQ(Do("hygiene.recipes.set", {{"recipe", {"1"}}, {"state", {"off"}}}), "done");
  EXPECT_THAT(Shown("industry"), ElementsAre("I.T.", "it", "Select", "Steel"));
  Undo();
  EXPECT_THAT(Shown("industry"), ElementsAre("Technology", "Technology", "-", "Steel"));
  EXPECT_EQ(Do("hygiene.recipes.remove", {{"recipe", {"1"}}}), "done");
  Undo();
  EXPECT_THAT(Cells("hygiene.recipes", {}, "recipes", {"recipe", "version", "state"}), ElementsAre("1 1 on"));
}

TEST_F(Recipes, ThePastIsAsItWasKnown) {
  const std::int64_t before = Version();
  EXPECT_EQ(Set("Industries", kIndustries), "done");
  const std::int64_t first = Version();
  EXPECT_EQ(
      Set("Industries", R"([{"field": "industry", "do": "map", "values": {"it": "Software"}}])", {{"recipe", {"1"}}}),
      "done");
  EXPECT_THAT(Shown("industry"), ElementsAre("I.T.", "Software", "Select", "Steel"));
  known_at_ = before;
  EXPECT_THAT(Shown("industry"), ElementsAre("I.T.", "it", "Select", "Steel"));
  known_at_ = first;
  EXPECT_THAT(Shown("industry"), ElementsAre("Technology", "Technology", "-", "Steel"));
  known_at_.reset();
  EXPECT_THAT(Cells("hygiene.recipes", {}, "versions", {"version", "state"}), ElementsAre("2 on", "1 on"));
}

TEST_F(Recipes, ATrialChangesNothing) {
  const Params tried{{"entity", {"account"}}, {"steps", {kIndustries}}};
  EXPECT_THAT(Cells("hygiene.recipes.preview", tried, "effect", {"field", "records", "emptied", "minutes_saved"}),
              ElementsAre("industry 3 1 1"));
  EXPECT_THAT(Cells("hygiene.recipes.preview", tried, "examples", {"before", "after", "records"}),
              UnorderedElementsAre("I.T. Technology 1", "it Technology 1", "Select - 1"));
  EXPECT_THAT(Shown("industry"), ElementsAre("I.T.", "it", "Select", "Steel"));
  EXPECT_EQ(Set("Industries", kIndustries), "done");
  EXPECT_THAT(Cells("hygiene.recipes.preview", {{"recipe", {"1"}}}, "effect", {"field", "records"}),
              ElementsAre("industry 3"))
      << "what it does, against what would be without it";
  EXPECT_THAT(Cells("hygiene.recipes.preview", tried, "effect", {"records"}), IsEmpty()) << "nothing is left to do";
}

TEST_F(Recipes, CountWhatTheyDidAndWhatItSaved) {
  EXPECT_EQ(Set("Industries", kIndustries), "done");
  Import({{"weir-account.csv", "key,name,domain,industry\na5,Eps,eps.example,IT\n"}}, "2025-03-01");
  EXPECT_THAT(Cells("hygiene.recipes", {}, "recipes", {"name", "values", "records", "minutes_saved"}),
              ElementsAre("Industries 4 4 1.3"));
  EXPECT_THAT(Cells("hygiene.recipes", {}, "applied", {"values", "records", "minutes_saved"}),
              ElementsAre("1 1 0.3", "3 3 1"));
  EXPECT_EQ(Do("settings.set", {{"name", {"seconds_per_edit"}}, {"value", {"60"}}}), "done");
  EXPECT_THAT(Cells("hygiene.recipes", {}, "recipes", {"minutes_saved"}), ElementsAre("4"));
}

TEST_F(Recipes, APersonsDecisionOutranksThem) {
  EXPECT_EQ(Set("Industries", kIndustries), "done");
  engine::Engine& engine = workspace_->engine();
  const auto corrected = engine.Act(
      "records.correct", {{"entity", {"account"}}, {"id", {"generic:a4"}}, {"field", {"industry"}}, {"value", {"IT"}}},
      "they said so", analysis::Principal::LocalOwner());
  ASSERT_TRUE(corrected) << corrected.error().ToString();
  EXPECT_THAT(Shown("industry"), ElementsAre("Technology", "Technology", "-", "IT"));
}

TEST_F(Recipes, WhatPeopleRepeatIsProposed) {
  Import(
      {{"weir-account.csv",
        "key,name,domain,industry\nb1,Bee,b1.example,Hi-Tech\nb2,Cee,b2.example,Hi-Tech\nb3,Dee,b3.example,Hi-Tech\n"}},
      "2025-03-01");
  engine::Engine& engine = workspace_->engine();
  for (const char* id : {"generic:b1", "generic:b2", "generic:b3"}) {
    EXPECT_THAT(Cells("hygiene.recipes.proposals", {}, "proposals", {"field"}), IsEmpty());
    const auto corrected = engine.Act(
        "records.correct", {{"entity", {"account"}}, {"id", {id}}, {"field", {"industry"}}, {"value", {"Technology"}}},
        "one name for it", analysis::Principal::LocalOwner());
    ASSERT_TRUE(corrected) << corrected.error().ToString();
  }
  EXPECT_THAT(
      Cells("hygiene.recipes.proposals", {}, "proposals", {"entity", "field", "records", "minutes_saved", "steps"}),
      ElementsAre(R"(account industry 3 1 [{"do":"map","field":"industry","values":{"Hi-Tech":"Technology"}}])"));
  EXPECT_EQ(Set("Hi-Tech", R"([{"do":"map","field":"industry","values":{"Hi-Tech":"Technology"}}])"), "done");
  EXPECT_THAT(Cells("hygiene.recipes.proposals", {}, "proposals", {"field"}), IsEmpty());
}

TEST_F(Recipes, WhatCannotBeDoneIsRefused) {
  const auto refused = [&](const std::string& steps) { return Set("Wrong", steps); };
  EXPECT_THAT(refused("industry: IT"), HasSubstr("no list in JSON"));
  EXPECT_THAT(refused("[]"), HasSubstr("1 to 50 steps"));
  EXPECT_THAT(refused(R"([{"field": "industry", "do": "guess"}])"), HasSubstr("nothing like 'guess'"));
  EXPECT_THAT(refused(R"([{"field": "owner_key", "do": "trim"}])"), HasSubstr("no field 'owner_key'"));
  EXPECT_THAT(refused(R"([{"field": "employees", "do": "trim"}])"), HasSubstr("no field 'employees'"));
  EXPECT_THAT(refused(R"([{"do": "split_name"}])"), HasSubstr("no first and last name"));
  EXPECT_THAT(refused(R"x([{"field": "name", "do": "replace", "pattern": "(?=a)"}])x"),
              HasSubstr("no regular expression"));
  EXPECT_THAT(refused(R"([{"field": "name", "do": "replace", "pattern": "a", "with": "\\1"}])"),
              HasSubstr("no regular expression"));
  EXPECT_EQ(refused(R"x([{"field": "name", "do": "replace", "pattern": "[(](\\w+)$", "with": "\\1"}])x"), "done");
  EXPECT_THAT(refused(R"([{"field": "phone", "do": "phone", "region": "Germany"}])"),
              HasSubstr("no country of telephone"));
  EXPECT_THAT(refused(R"([{"field": "name", "do": "trim", "how": "much"}])"), HasSubstr("'how' means nothing"));
  EXPECT_EQ(refused(R"([{"field": "name", "do": "map", "values": {"x'); DROP SCHEMA obs; --": "it's"}}])"), "done")
      << "words are words";
  EXPECT_THAT(Shown("name"), ::testing::SizeIs(4));
}

}  // namespace
}  // namespace weir::workspace
