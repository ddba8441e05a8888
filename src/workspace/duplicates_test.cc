// The duplicates desk on a small CRM: what is asked first, what merging does, and what becomes of decisions.
#include "workspace/duplicates_story.h"

#include <algorithm>
#include <cmath>

namespace weir::workspace {
namespace {

using ::testing::HasSubstr;

class Duplicates : public DuplicatesStory {
 protected:
  void SetUp() override {
    DuplicatesStory::SetUp();
    Import("Account.csv", kTwiceAccounts);
    Import("Opportunity.csv", kTwiceDeals);
  }
};

const char* const kAsFound =
    "review|salesforce:0011|salesforce:0012\n"
    "review|salesforce:0013|salesforce:0014\n"
    "linked|salesforce:0017|salesforce:0018\n"
    "certain|salesforce:0015|salesforce:0016\n";

// The more money the first of two that are as uncertain; then what is likely, then what is certain: by uncertainty
// times money.
TEST_F(Duplicates, WhatIsMostWorthAnAnswerComesFirst) {
  EXPECT_EQ(Queue(), kAsFound);
  EXPECT_EQ(Queue({"name_a", "shared", "differs", "open", "won", "affected", "twice", "in_source", "reason"}),
            "Alpha Handel GmbH|name, country|industry|2000|0|2000|1000|false|-\n"
            "Beta Werke GmbH|name, country|-|100|0|100|0|false|-\n"
            "Delta Bau GmbH|name, country, city|industry|400|10|410|0|true|alike to salesforce:0017\n"
            "Gamma|-|-|1000|300|1300|500|true|same domain gamma.example\n");
  const engine::Answer answer = Ask("hygiene.duplicates");
  const analysis::Table& queue = *answer.output.Find("queue");
  for (const auto& row : queue.rows) {
    const auto* probability = std::get_if<double>(&row[queue.IndexOf("probability")]);
    const double p = probability == nullptr ? 1 : *probability;
    const double bits = p == 1 ? 0 : -p * std::log2(p) - (1 - p) * std::log2(1 - p);
    const Decimal money = std::get<Decimal>(row[queue.IndexOf("affected")]);
    EXPECT_NEAR(ToDouble(std::get<Decimal>(row[queue.IndexOf("bits")])), bits, 1e-6);
    EXPECT_NEAR(ToDouble(std::get<Decimal>(row[queue.IndexOf("value")])), bits * ToDouble(money), 1e-2);
  }
}

TEST_F(Duplicates, TheQueueIsFilteredAndCut) {
  const std::vector<std::string> names{"name_a"};
  EXPECT_EQ(Queue(names, {{"state", {"certain"}}}), "Gamma\n");
  EXPECT_EQ(Queue(names, {{"text", {"beta"}}}), "Beta Werke GmbH\n");
  EXPECT_EQ(Queue(names, {{"text", {"salesforce:0018"}}}), "Delta Bau GmbH\n");
  EXPECT_EQ(Queue(names, {{"source", {"salesforce"}}, {"text", {"beta"}}}), "Beta Werke GmbH\n");
  engine::Question question{.id = "hygiene.duplicates"};
  question.params = {{"source", {"bogus"}}};
  const auto unknown = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code(), Code::kNotFound);
  EXPECT_THAT(unknown.error().ToString(), HasSubstr("The sources are: salesforce"));
  EXPECT_EQ(Queue(names, {{"entity", {"person"}}}), "");
  EXPECT_EQ(Queue(names, {{"limit", {"1"}}}), "Alpha Handel GmbH\n");
  EXPECT_EQ(Ask("hygiene.duplicates", {{"limit", {"1"}}}).output.warnings.size(), 1U);
  EXPECT_EQ(Lines(*Ask("hygiene.duplicates").output.Find("states"), {"entity", "state", "pairs", "affected"}),
            "account|review|2|2100\naccount|linked|1|410\naccount|certain|1|1300\n");
  EXPECT_EQ(Lines(*Ask("hygiene.duplicates").output.Find("calibration"), {"entity", "decided", "same", "state"}),
            "account|0|0|unchecked\nperson|0|0|unchecked\n");
}

// Gamma's deal is there twice under two records of one company; Alpha's would be once the two are one; those of Beta
// are in two stages, and are two deals.
TEST_F(Duplicates, WhatMergingDoesToThePipelineIsSaid) {
  EXPECT_EQ(Effect(),
            "known|2|6|6|2|2|3500|3000|1\n"
            "likely|2|6|6|2|2|3500|3000|1\n"
            "all|4|6|4|2|2|3500|2000|2\n");
  engine::Question question;
  question.id = "hygiene.duplicates";
  question.explain = engine::ExplainRequest{.table = "effect", .key = {"account", "all"}};
  const auto deals = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
  ASSERT_TRUE(deals) << deals.error().ToString();
  EXPECT_EQ(Lines(deals->output.tables.front(), {"deal_id"}), "salesforce:0062\nsalesforce:0066\n");
}

TEST_F(Duplicates, ThePairStandsSideBySide) {
  const engine::Answer answer =
      Ask("hygiene.duplicate", {{"entity", {"account"}}, {"id", {"salesforce:0011"}}, {"other", {"salesforce:0012"}}});
  EXPECT_EQ(Lines(*answer.output.Find("fields"), {"field", "value_a", "value_b", "survives", "origin", "decided_by"}),
            "name|Alpha Handel GmbH|Alpha Handel GmbH|Alpha Handel GmbH|salesforce:0012|-\n"
            "domain|alpha.example|-|alpha.example|salesforce:0011|-\n"
            "website|https://alpha.example|-|https://alpha.example|salesforce:0011|-\n"
            "country|Germany|Germany|Germany|salesforce:0012|-\n"
            "city|Berlin|-|Berlin|salesforce:0011|-\n"
            "industry|Trade|Retail|Retail|salesforce:0012|most_recent\n"
            "phone|+49301234567|-|+49301234567|salesforce:0011|-\n"
            "owner|0051|0051|0051|salesforce:0012|-\n");
  const analysis::Table& weights = *answer.output.Find("weights");
  ASSERT_EQ(Lines(weights, {"field", "level"}), "prior|-\nname|the same name\ncountry|the same\nindustry|different\n");
  double total = 0;
  for (const auto& row : weights.rows) {
    total += std::get<double>(row[weights.IndexOf("weight")]);
    EXPECT_DOUBLE_EQ(std::get<double>(row[weights.IndexOf("total")]), total);
    EXPECT_NEAR(std::get<double>(row[weights.IndexOf("probability")]), 1 / (1 + std::exp2(-total)), 1e-12);
  }
  EXPECT_EQ(Lines(*answer.output.Find("pair"), {"state", "probability"}),
            Queue({"state", "probability"}, {{"text", {"alpha"}}}));
  // The records of one company each by itself.
  const engine::Answer gamma =
      Ask("hygiene.duplicate", {{"entity", {"account"}}, {"id", {"salesforce:0015"}}, {"other", {"salesforce:0016"}}});
  EXPECT_THAT(Lines(*gamma.output.Find("fields"), {"field", "value_a", "value_b"}), HasSubstr("name|Gamma|GAMMA\n"));
  EXPECT_THAT(Lines(*gamma.output.Find("weights"), {"field", "level"}), HasSubstr("domain|the same\n"))
      << "keys made them one: what they say is weighed for the page";
}

TEST_F(Duplicates, ASettledRuleChoosesWhatStays) {
  EXPECT_EQ(Do("hygiene.survivorship.set", {{"entity", {"account"}}, {"field", {"industry"}}, {"rule", {"longest"}}}),
            "");
  const engine::Answer answer =
      Ask("hygiene.duplicate", {{"entity", {"account"}}, {"id", {"salesforce:0011"}}, {"other", {"salesforce:0012"}}});
  EXPECT_THAT(Lines(*answer.output.Find("fields"), {"field", "survives", "origin", "decided_by"}),
              HasSubstr("industry|Retail|salesforce:0012|longest\n"));
}

// What the desk says would stay is what the model then shows.
TEST_F(Duplicates, WhatWouldStayIsWhatIsShownAfterMerging) {
  const analysis::RawParams pair{{"entity", {"account"}}, {"id", {"salesforce:0011"}}, {"other", {"salesforce:0012"}}};
  const engine::Answer before = Ask("hygiene.duplicate", pair);
  const analysis::Table& fields = *before.output.Find("fields");
  ASSERT_EQ(Pair("identity.merge", "salesforce:0011", "salesforce:0012"), "");
  const engine::Answer answer = Ask("customers.account", {{"id", {"salesforce:0011"}}});
  const analysis::Table& shown = answer.output.tables.front();
  ASSERT_EQ(shown.rows.size(), 1U);
  int compared = 0;
  for (const auto& row : fields.rows) {
    const std::string field = store::ToText(row[fields.IndexOf("field")]);
    const auto column = std::ranges::find(shown.columns, field, &analysis::Column::name);
    if (column == shown.columns.end() || field == "owner") continue;
    ++compared;
    EXPECT_EQ(store::ToText(shown.rows[0][column - shown.columns.begin()]),
              store::ToText(row[fields.IndexOf("survives")]))
        << field;
  }
  EXPECT_GE(compared, 4);
}

// What speaks for two that people made one is what each of them says: contacts of the one are not those of the other.
TEST_F(Duplicates, WhatSpokeForAPairIsTheSameOnceItIsMerged) {
  Import("Contact.csv",
         "Id,FirstName,LastName,AccountId,Email,Phone,Title,CreatedDate\n"
         "0033,Hanna,Vogt,0013,hanna@beta-gruppe.example,,Boss,2024-04-01T00:00:00Z\n"
         "0034,Otto,Lang,0013,otto@beta-gruppe.example,,Clerk,2024-04-01T00:00:00Z\n");
  const analysis::RawParams pair{{"entity", {"account"}}, {"id", {"salesforce:0013"}}, {"other", {"salesforce:0014"}}};
  const auto told = [&] {
    const engine::Answer answer = Ask("hygiene.duplicate", pair);
    return Lines(*answer.output.Find("weights"), {"field", "level", "value_a", "value_b"});
  };
  const std::string before = told();
  EXPECT_THAT(before, ::testing::Not(HasSubstr("domain")));
  ASSERT_EQ(Pair("identity.merge", "salesforce:0013", "salesforce:0014"), "");
  EXPECT_EQ(told(), before);
}

TEST_F(Duplicates, WhatIsMergedCountsOnceAndIsToBeMergedInTheSource) {
  EXPECT_EQ(Pair("identity.merge", "salesforce:0012", "salesforce:0011"), "");
  EXPECT_THAT(Queue(), ::testing::Not(HasSubstr("salesforce:0011")));
  EXPECT_EQ(Queue({"id_a", "id_b", "verdict", "in_source", "decision_id"}, {{"state", {"decided"}}}),
            "salesforce:0011|salesforce:0012|same|true|1\n");
  EXPECT_EQ(Effect(),
            "known|3|5|5|2|2|3500|2000|2\n"
            "likely|3|5|5|2|2|3500|2000|2\n"
            "all|4|5|4|2|2|3500|2000|2\n");
  EXPECT_EQ(Do("identity.undo", {{"decision_id", {"1"}}}), "");
  EXPECT_EQ(Queue(), kAsFound);
}

TEST_F(Duplicates, WhatIsNeverOneStaysAwayFromTheQueue) {
  EXPECT_EQ(Pair("identity.apart", "salesforce:0011", "salesforce:0012"), "");
  EXPECT_EQ(Pair("identity.apart", "salesforce:0017", "salesforce:0018"), "");
  EXPECT_EQ(Pair("identity.apart", "salesforce:0015", "salesforce:0016"), "");
  const std::string left = "review|salesforce:0013|salesforce:0014\n";
  EXPECT_EQ(Queue(), left);
  // After another import, too.
  Import(
      "Account.csv",
      std::string(kTwiceAccounts) + "0019,Epsilon,https://epsilon.example,,,Germany,Wood,0051,2024-03-02T00:00:00Z\n",
      "2024-06-08");
  EXPECT_EQ(Queue(), left);
  EXPECT_EQ(Do("decisions.undo", {{"decision_id", {"3"}}}), "");
  EXPECT_EQ(Do("decisions.undo", {{"decision_id", {"2"}}}), "");
  EXPECT_EQ(Do("decisions.undo", {{"decision_id", {"1"}}}), "");
  EXPECT_EQ(Queue(), kAsFound);
}

analysis::RawParams Both(const std::string& entity = "account") {
  return {{"entity", {entity}},
          {"ids", {"salesforce:0011", "salesforce:0014"}},
          {"others", {"salesforce:0012", "salesforce:0013"}}};
}

const char* const kContacts =
    "Id,FirstName,LastName,AccountId,Email,Phone,Title,CreatedDate\n"
    "0031,Anneliese,Gruber,0011,anneliese@alpha.example,,Boss,2024-04-01T00:00:00Z\n"
    "0032,Anneliese,Gruber,0011,gruber.private@mail.example,,Boss,2024-04-02T00:00:00Z\n";

TEST_F(Duplicates, WhatIsPersonalAndWhatIsOthersIsNotTold) {
  Import("Contact.csv", kContacts);
  const std::vector<std::string> columns{"name_a", "id_a", "id_b", "shared"};
  const analysis::RawParams people{{"entity", {"person"}}};
  const analysis::RawParams pair{{"entity", {"person"}}, {"id", {"salesforce:0031"}}, {"other", {"salesforce:0032"}}};
  const auto told = [&](const analysis::Principal& who) {
    const engine::Answer queue = Ask("hygiene.duplicates", people, who);
    const engine::Answer sides = Ask("hygiene.duplicate", pair, who);
    return Lines(*queue.output.Find("queue"), columns) +
           Lines(*sides.output.Find("fields"), {"field", "value_a", "value_b", "survives"}) +
           Lines(*sides.output.Find("weights"), {"field", "value_a", "value_b"});
  };
  analysis::Principal owner = analysis::Principal::LocalOwner();
  EXPECT_THAT(told(owner), ::testing::AllOf(HasSubstr("Anneliese Gruber|salesforce:0031|salesforce:0032|name"),
                                            HasSubstr("email|anneliese@alpha.example|gruber.private@mail.example"),
                                            HasSubstr("company|Alpha Handel GmbH|Alpha Handel GmbH")));
  analysis::Principal masked = owner;
  masked.sees_personal_data = false;
  const std::string without = told(masked);
  EXPECT_THAT(without, ::testing::AllOf(HasSubstr("-|salesforce:0031|salesforce:0032|name"),
                                        HasSubstr("company|Alpha Handel GmbH|Alpha Handel GmbH")));
  EXPECT_THAT(without, ::testing::Not(::testing::AnyOf(HasSubstr("nneliese"), HasSubstr("@"), HasSubstr("ruber"))));
  analysis::Principal nobody = owner;
  nobody.sees_all_rows = false;
  EXPECT_EQ(Lines(*Ask("hygiene.duplicates", {}, nobody).output.Find("queue"), columns), "");
  engine::Question question;
  question.id = "hygiene.duplicate";
  question.params = pair;
  EXPECT_EQ(workspace_->engine().Ask(question, nobody).error().code(), Code::kNotFound);
  EXPECT_THAT(Do("identity.merge", Both(), nobody), HasSubstr("there is no record"));
}

TEST_F(Duplicates, ManyPairsAreOneDecisionAndUndoneAsOne) {
  EXPECT_EQ(Do("identity.merge", Both()), "");
  EXPECT_EQ(Queue(),
            "linked|salesforce:0017|salesforce:0018\n"
            "certain|salesforce:0015|salesforce:0016\n");
  EXPECT_EQ(Queue({"id_a", "id_b", "verdict", "decision_id"}, {{"state", {"decided"}}}),
            "salesforce:0011|salesforce:0012|same|1\nsalesforce:0013|salesforce:0014|same|1\n");
  EXPECT_THAT(Do("identity.merge", Both()), HasSubstr("said so already"));
  // One of them is new, the other overrules: both change.
  EXPECT_EQ(Do("identity.apart", Both()), "");
  EXPECT_EQ(Do("identity.undo", {{"decision_id", {"2"}}}), "");
  EXPECT_EQ(Queue({"verdict", "decision_id"}, {{"state", {"decided"}}}), "same|1\nsame|1\n");
  EXPECT_EQ(Do("decisions.undo", {{"decision_id", {"1"}}}), "");
  EXPECT_EQ(Queue(), kAsFound);
}

TEST_F(Duplicates, PairsThatAreNoneAreRefusedAndNothingIsSaid) {
  analysis::RawParams params = Both();
  params["others"] = {"salesforce:0012"};
  EXPECT_THAT(Do("identity.merge", params), HasSubstr("2 records and 1 others make no pairs"));
  params["others"] = {"salesforce:0012", "salesforce:nobody"};
  EXPECT_THAT(Do("identity.merge", params), HasSubstr("there is no record 'salesforce:nobody'"));
  EXPECT_THAT(Do("identity.merge", {{"entity", {"account"}}}), HasSubstr("name two records"));
  EXPECT_EQ(Queue(), kAsFound);
}

}  // namespace
}  // namespace weir::workspace
