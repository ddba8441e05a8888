// Exclusion rules on a company of eight deals whose numbers are known: what a rule leaves out is left out everywhere,
// for everybody, at every moment; taking it back gives the bytes of before.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <numeric>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

using Lines = std::vector<std::string>;
using Params = analysis::RawParams;

constexpr const char* kAccounts =
    "key,name,domain,type,team_key,Tier\n"
    "a1,Alfa,alfa.example,Customer,,gold\n"
    "a2,Test Beta,beta.example,Customer,,silver\n"
    "a3,Gamma,gamma.example,Partner,,silver\n"
    "a4,Delta,delta.example,Customer,,gold\n";
constexpr const char* kDeals =
    "key,name,stage_kind,amount,currency,created_at,close_date,account_key,lead_key,pipeline,stage,type\n"
    "d1,One,won,100,EUR,2025-01-01T00:00:00Z,2025-02-01,a1,,Sales,Won,new\n"
    "d2,Two,won,200,EUR,2025-01-01T00:00:00Z,2025-02-02,a2,,Sales,Won,new\n"
    "d3,Three,won,400,EUR,2025-01-01T00:00:00Z,2025-03-01,a3,,Sales,Won,renewal\n"
    "d4,Four,open,800,EUR,2025-01-01T00:00:00Z,2025-09-01,a1,,Sales,Demo,new\n"
    "d5,Test deal,won,50,EUR,2025-01-01T00:00:00Z,2025-03-05,a1,l1,Sales,Won,new\n"
    "d6,Six,lost,70,EUR,2025-01-01T00:00:00Z,2025-03-06,a2,,Sales,Lost,new\n"
    "d7,Seven,open,900,EUR,2025-01-01T00:00:00Z,2025-08-01,a2,,Sales,Demo,new\n"
    "d8,Eight,lost,30,EUR,2025-01-01T00:00:00Z,2025-03-07,a4,,Sales,Lost,new\n";
constexpr const char* kLeads =
    "key,full_name,email,company,status,created_at,account_key,qualified_at\n"
    "l1,Ann Test,ann@alfa.example,Alfa,new,2025-01-02T00:00:00Z,a1,2025-01-03T00:00:00Z\n"
    "l2,Bo,bo@gamma.example,Gamma,new,2025-01-03T00:00:00Z,a3,\n"
    "l3,Cy,cy@delta.example,Delta,new,2025-01-04T00:00:00Z,a4,\n";
constexpr const char* kInvoices =
    "key,number,account_key,deal_key,status,issued_at,due_date,total,currency\n"
    "i1,N1,a1,d1,open,2025-02-05T00:00:00Z,2025-03-01,100,EUR\n"
    "i2,N2,a2,,open,2025-02-06T00:00:00Z,2025-03-01,200,EUR\n"
    "i3,N3,a1,d5,open,2025-03-07T00:00:00Z,2025-03-20,50,EUR\n";

class Exclusions : public FreshWorkspace {
 protected:
  void SetUp() override {
    FreshWorkspace::SetUp();
    Import({{"weir-account.csv", kAccounts},
            {"weir-deal.csv", kDeals},
            {"weir-lead.csv", kLeads},
            {"weir-invoice.csv", kInvoices}});
  }

  void Import(const std::vector<std::pair<std::string, std::string>>& files,
              const std::string& exported_at = "2025-04-01") {
    ImportRequest request{.inputs = {}, .exported_at = exported_at};
    for (const auto& [name, text] : files) {
      std::ofstream(root_ / name, std::ios::binary) << text;
      request.inputs.push_back({.path = root_ / name, .descriptor = -1, .name = name});
    }
    const auto answer = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }

  Result<engine::Answer> Ask(const std::string& id, const Params& params = {}, const std::string& as_of = "2025-04-20",
                             std::optional<std::int64_t> known_at = {}) {
    engine::Question question;
    question.id = id;
    question.params = params;
    question.as_of = as_of;
    question.known_at = known_at;
    return workspace_->engine().Ask(question, who_);
  }
  Result<engine::Answer> Act(const std::string& id, const Params& params) {
    return workspace_->engine().Act(id, params, "", analysis::Principal::LocalOwner());
  }
  // The number of the rule, or the error.
  std::string Set(const std::string& name, const std::string& entity, const std::string& condition) {
    const auto done = Act("exclusions.set", {{"name", {name}}, {"entity", {entity}}, {"condition", {condition}}});
    if (!done) return done.error().ToString();
    const analysis::Table& decision = *done->output.Find("decision");
    const std::string subject = store::ToText(decision.rows.front()[decision.IndexOf("subject")]);
    return subject.substr(subject.find(':') + 1);
  }
  void Undo() {
    const auto decisions = Ask("decisions");
    ASSERT_TRUE(decisions);
    const std::string id = store::ToText(decisions->output.tables.front().rows.front()[0]);
    const auto undone = Act("decisions.undo", {{"decision_id", {id}}});
    ASSERT_TRUE(undone) << undone.error().ToString();
  }

  // The last cells of the first row of a metric: "350 9".
  std::string Numbers(const std::vector<std::string>& metrics, const Params& more = {},
                      const std::string& as_of = "2025-04-20", std::optional<std::int64_t> known_at = {}) {
    Params params = more;
    params["metrics"] = metrics;
    const auto answer = Ask("metrics", params, as_of, known_at);
    if (!answer) return answer.error().ToString();
    std::string line;
    const auto& row = answer->output.tables.front().rows.front();
    for (std::size_t i = row.size() - metrics.size(); i < row.size(); ++i) {
      line += (line.empty() ? "" : " ") + (store::IsNull(row[i]) ? std::string("-") : store::ToText(row[i]));
    }
    return line;
  }
  Lines Cells(const engine::Answer& answer, std::string_view name, const std::vector<std::string>& columns) {
    const analysis::Table& table = *answer.output.Find(name);
    Lines lines;
    for (const auto& row : table.rows) {
      std::string& line = lines.emplace_back();
      for (const std::string& column : columns) {
        const store::Value& value = row[table.IndexOf(column)];
        line += (line.empty() ? "" : " ") + (store::IsNull(value) ? std::string("-") : store::ToText(value));
      }
    }
    return lines;
  }
  Lines Cells(const std::string& id, const Params& params, std::string_view name,
              const std::vector<std::string>& columns) {
    const auto answer = Ask(id, params);
    return answer ? Cells(*answer, name, columns) : Lines{answer.error().ToString()};
  }
  Lines WarningsOf(const std::string& id, const Params& params) {
    const auto answer = Ask(id, params);
    if (!answer) return {answer.error().ToString()};
    Lines lines;
    for (const auto& warning : answer->output.warnings) lines.push_back(warning.code + ": " + warning.message.text);
    return lines;
  }
  std::string Bytes(const std::string& id, const Params& params, std::optional<std::int64_t> known_at) {
    const auto answer = Ask(id, params, "2025-04-20", known_at);
    return answer ? engine::ToJson(*answer) : answer.error().ToString();
  }
  std::int64_t Version() { return Ask("status")->data_version; }
  analysis::Principal who_ = analysis::Principal::LocalOwner();
};

const std::vector<std::string> kAll{"won_amount", "deals_won", "deals_lost",      "win_rate",
                                    "deals_open", "leads",     "pipeline_amount", "invoiced_amount"};

TEST_F(Exclusions, ARuleTakesARecordOutOfEveryNumberWithAllThatGoesWithIt) {
  EXPECT_EQ(Numbers(kAll), "750 4 2 0.666666667 2 3 1700 350");
  EXPECT_EQ(Set("Test accounts", "account", "name like 'Test%'"), "1");
  // The deals d2, d6, d7 and the invoice i2 are of a2.
  EXPECT_EQ(Numbers(kAll), "550 3 1 0.75 1 3 800 150");
  EXPECT_EQ(Set("Test deals", "deal", "name like 'Test%'"), "2");
  // d5, the lead that became it, and its invoice i3, whose account counts.
  EXPECT_EQ(Numbers(kAll), "500 2 1 0.666666667 1 2 800 100");
  EXPECT_EQ(Set("Partners", "account", "type = 'Partner'"), "3");
  EXPECT_EQ(Numbers(kAll), "100 1 1 0.5 1 1 800 100");
  EXPECT_EQ(Numbers(kAll, {{"with_excluded", {"true"}}}), "750 4 2 0.666666667 2 3 1700 350");

  EXPECT_THAT(Cells("exclusions", {}, "rules", {"rule", "name", "state", "named", "with_them"}),
              ElementsAre("1 Test accounts on 1 3", "2 Test deals on 1 1", "3 Partners on 1 2"));
  EXPECT_THAT(Cells("exclusions", {}, "records", {"rule", "entity", "named", "with_them"}),
              ElementsAre("1 account 1 0", "1 deal 0 3", "2 deal 1 0", "2 lead 0 1", "3 account 1 0", "3 deal 0 1",
                          "3 lead 0 1"));
  EXPECT_THAT(WarningsOf("metrics", {{"metrics", {"won_amount"}}}),
              ElementsAre("left_out: exclusion rules (3) leave out 3 rows of deal"));
  EXPECT_THAT(WarningsOf("metrics", {{"metrics", {"won_amount"}}, {"from", {"2025-03-01"}}}),
              ElementsAre("left_out: exclusion rules (2) leave out 2 rows of deal"));
  EXPECT_THAT(WarningsOf("metrics", {{"metrics", {"won_amount"}}, {"with_excluded", {"true"}}}), IsEmpty());
}

TEST_F(Exclusions, StocksOfThePastSeriesSplitsAndRowsBehindObey) {
  const Params by_month{{"grain", {"month"}}, {"from", {"2025-02-01"}}, {"to", {"2025-04-20"}}};
  Set("Test accounts", "account", "name like 'Test%'");
  EXPECT_EQ(Numbers({"pipeline_amount"}, by_month), "800");
  EXPECT_EQ(Numbers({"pipeline_amount"}, {{"to", {"2025-03-31"}}}), "800");
  EXPECT_EQ(Numbers({"pipeline_amount"}, {{"to", {"2025-03-31"}}, {"with_excluded", {"true"}}}), "1700");
  EXPECT_EQ(Numbers({"pipeline_amount"}, {}, "2025-02-15"), "800");
  EXPECT_THAT(
      Cells("metrics", {{"metrics", {"won_amount"}}, {"by", {"account"}}}, "metrics", {"account", "won_amount"}),
      ElementsAre("Alfa 150", "Gamma 400"));
  EXPECT_THAT(
      Cells("metrics", {{"metrics", {"won_amount"}}, {"by", {"ext.generic.account.tier"}}}, "metrics", {"won_amount"}),
      ElementsAre("150", "400"));
  engine::Question question;
  question.id = "metrics";
  question.params = {{"metrics", {"deals_won"}}};
  question.as_of = "2025-04-20";
  question.explain = engine::ExplainRequest{.table = "metrics", .key = {""}};
  const auto behind = workspace_->engine().Ask(question, who_);
  ASSERT_TRUE(behind) << behind.error().ToString();
  const std::string json = engine::ToJson(*behind);
  EXPECT_THAT(json, HasSubstr("generic:d1"));
  EXPECT_THAT(json, ::testing::Not(HasSubstr("generic:d2")));
}

TEST_F(Exclusions, PulseFunnelAndLeaksObey) {
  const Params quarter{{"from", {"2025-01-01"}}, {"to", {"2025-04-20"}}};
  EXPECT_THAT(Cells("pulse", quarter, "funnel", {"step", "count"}),
              ElementsAre("leads 3", "qualified 1", "opportunities 8", "won 4", "paid 0"));
  EXPECT_THAT(Cells("leaks", {{"rule", {"overdue_invoice"}}}, "leaks", {"record_id"}).size(), 3U);
  Set("Test accounts", "account", "name like 'Test%'");
  Set("Test deals", "deal", "name like 'Test%'");
  EXPECT_THAT(Cells("pulse", quarter, "funnel", {"step", "count"}), Contains("won 2"));
  EXPECT_THAT(Cells("pulse", quarter, "funnel", {"step", "count"}), Contains("leads 2"));
  EXPECT_THAT(Cells("pulse", quarter, "headline", {"metric", "value"}), Contains("won_amount 500"));
  EXPECT_THAT(WarningsOf("pulse", quarter), Contains(HasSubstr("leave out 4 rows of deal")));
  EXPECT_THAT(Cells("leaks", {{"rule", {"overdue_invoice"}}}, "leaks", {"record_id"}), ElementsAre("generic:i1"));
  EXPECT_THAT(Cells("leaks", {}, "rules", {"state"}), ::testing::Not(Contains("failed")));
}

TEST_F(Exclusions, TheEffectOfTheRulesAddsUp) {
  Set("Test accounts", "account", "name like 'Test%'");
  Set("Silver", "account", "ext.generic.account.tier = 'silver'");  // a2 as well, and a3
  const Params params{{"metrics", {"won_amount", "deals_open", "win_rate"}}};
  EXPECT_THAT(Cells("exclusions.effect", params, "effect", {"metric", "value", "without_rules", "effect"}),
              ElementsAre("won_amount 150 750 600", "deals_open 1 2 1", "win_rate 0.666666667 0.666666667 0"));
  EXPECT_THAT(Cells("exclusions.effect", params, "by_rule", {"metric", "rule", "alone", "only"}),
              ElementsAre("won_amount 1 200 0", "won_amount 2 600 400", "deals_open 1 1 0", "deals_open 2 1 0",
                          "win_rate 1 -0.083333333 0", "win_rate 2 0 0.083333333"));
  EXPECT_THAT(Cells("exclusions.effect", params, "left_out", {"entity", "rows", "rules"}), ElementsAre("deal 4 2"));
  // All of the catalogue, of a past day as well: what is known only as it is now is left out.
  EXPECT_THAT(Cells("exclusions.effect", {}, "effect", {"metric", "effect"}), Contains("invoiced_amount 200"));
  EXPECT_THAT(Cells("exclusions.effect", {{"to", {"2025-03-01"}}}, "effect", {"metric", "effect"}),
              Contains("pipeline_amount 900"));
}

TEST_F(Exclusions, APropertyOfTheRulesOnEveryAdditiveMetric) {
  const std::vector<std::pair<std::string, std::string>> rules{{"account", "name like 'Test%'"},
                                                               {"deal", "amount < 100"},
                                                               {"lead", "company = 'Delta'"},
                                                               {"account", "type = 'Partner' or name = 'Delta'"}};
  const Params params{{"metrics", {"won_amount", "deals_won", "deals_lost", "leads", "deals_open", "invoiced_amount"}}};
  const auto effects = [&](const std::vector<std::size_t>& order) {
    std::vector<std::string> made;
    made.reserve(order.size());
    for (const std::size_t i : order) made.push_back(Set("rule", rules[i].first, rules[i].second));
    const Lines lines = Cells("exclusions.effect", params, "effect", {"metric", "value", "without_rules", "effect"});
    EXPECT_EQ(Numbers({"won_amount"}), Numbers({"won_amount"}, {{"where", {"not amount is null"}}}));
    for (const std::string& rule : made) EXPECT_TRUE(Act("exclusions.remove", {{"rule", {rule}}}));
    return lines;
  };
  const Lines forwards = effects({0, 1, 2, 3});
  EXPECT_EQ(forwards, effects({3, 1, 0, 2})) << "the order of rules does not matter";
  const auto answer = [&] {
    for (const auto& [entity, condition] : rules) Set("rule", entity, condition);
    return Ask("exclusions.effect", params);
  }();
  ASSERT_TRUE(answer);
  for (const auto& row : answer->output.tables.front().rows) {
    EXPECT_NEAR(std::stod(store::ToText(row[6])) - std::stod(store::ToText(row[7])), std::stod(store::ToText(row[5])),
                1e-9);
  }
  // The parts by a dimension are the whole.
  const auto parts = Ask("metrics", {{"metrics", {"won_amount"}}, {"by", {"type"}}});
  double sum = 0;
  for (const auto& row : parts->output.tables.front().rows) sum += std::stod(store::ToText(row.back()));
  EXPECT_NEAR(sum, std::stod(Numbers({"won_amount"})), 1e-9);
}

TEST_F(Exclusions, UndoGivesTheBytesOfBeforeAndThePastStaysAsItWas) {
  const Params params{{"metrics", kAll}};
  const std::int64_t before = Version();
  const std::string bare = Bytes("metrics", params, before);
  Set("Test accounts", "account", "name like 'Test%'");
  const std::int64_t with = Version();
  const std::string ruled = Bytes("metrics", params, with);
  EXPECT_NE(Numbers(kAll), "750 4 2 0.666666667 2 3 1700 350");
  Undo();
  EXPECT_EQ(Numbers(kAll), "750 4 2 0.666666667 2 3 1700 350");
  EXPECT_THAT(Cells("exclusions", {}, "rules", {"rule"}), IsEmpty());
  EXPECT_EQ(Bytes("metrics", params, before), bare);
  EXPECT_EQ(Bytes("metrics", params, with), ruled) << "what was decided by then holds then";
  EXPECT_EQ(Set("Another", "account", "name like 'Test%'"), "2") << "numbers are not given twice";
  EXPECT_EQ(Numbers({"won_amount"}), "550");
}

TEST_F(Exclusions, RulesAreChangedSwitchedOffAndFollowTheData) {
  EXPECT_EQ(Set("Small", "deal", "amount < 60"), "1");
  EXPECT_EQ(Numbers({"won_amount", "deals_lost"}), "700 1");
  ASSERT_TRUE(Act("exclusions.set", {{"rule", {"1"}}, {"state", {"off"}}}));
  EXPECT_EQ(Numbers({"won_amount", "deals_lost"}), "750 2");
  EXPECT_THAT(Cells("exclusions", {}, "rules", {"name", "state"}), ElementsAre("Small off"));
  ASSERT_TRUE(Act("exclusions.set", {{"rule", {"1"}}, {"state", {"on"}}, {"condition", {"amount < 150"}}}));
  EXPECT_EQ(Numbers({"won_amount", "deals_lost"}), "600 0");
  EXPECT_FALSE(Act("exclusions.set", {{"rule", {"1"}}, {"state", {"on"}}})) << "it says so already";
  // d1 grows beyond the rule.
  Import({{"weir-deal-2.csv",
           "key,name,stage_kind,amount,currency,created_at,close_date,account_key,lead_key,pipeline,stage,type\n"
           "d1,One,won,160,EUR,2025-01-01T00:00:00Z,2025-02-01,a1,,Sales,Won,new\n"}},
         "2025-04-10");
  EXPECT_EQ(Numbers({"won_amount"}), "760");
  ASSERT_TRUE(Act("exclusions.remove", {{"rule", {"1"}}}));
  EXPECT_EQ(Numbers({"won_amount"}), "810");
}

TEST_F(Exclusions, WhatCannotBeARuleIsRefusedWithItsPlace) {
  EXPECT_THAT(Set("Bad", "account", "nam = 'x'"), HasSubstr("at character 1 of the condition"));
  EXPECT_THAT(Set("Bad", "account", "nam = 'x'"), HasSubstr("Did you mean 'name'?"));
  EXPECT_THAT(Set("Bad", "account", "name = "), HasSubstr("of the condition"));
  EXPECT_THAT(Set("Bad", "account", "name like 'a%' and employees = 'ten'"), HasSubstr("at character"));
  EXPECT_THAT(Set("Bad", "account", "ext.generic.account.teir = 'x'"),
              HasSubstr("Did you mean 'ext.generic.account.tier'?"));
  EXPECT_THAT(Set("Bad", "ticket", "status = 'x'"), HasSubstr("entity"));
  EXPECT_THAT(Set("All", "account", "not name is null"), HasSubstr("every record of account (4) meets the condition"));
  EXPECT_THAT(Set("", "account", "name = 'Alfa'"), HasSubstr("a new rule needs a name"));
  EXPECT_THAT(Set("Bad", "account", "  "), HasSubstr("condition"));
  const auto nothing =
      Act("exclusions.set", {{"name", {"None"}}, {"entity", {"deal"}}, {"condition", {"name = 'nobody'"}}});
  ASSERT_TRUE(nothing);
  ASSERT_EQ(nothing->output.warnings.size(), 1U);
  EXPECT_EQ(nothing->output.warnings.front().code, "leaves_out_nothing");
  EXPECT_THAT(Cells("exclusions", {}, "rules", {"state"}), ElementsAre("empty"));
  EXPECT_FALSE(Act("exclusions.remove", {{"rule", {"9"}}}));
  EXPECT_THAT(Cells("exclusions.preview", {{"entity", {"account"}}, {"condition", {"type = 'Partner'"}}}, "shares",
                    {"entity", "named", "with_them", "all"}),
              ElementsAre("account 1 0 4", "deal 0 1 8", "lead 0 1 3"));
}

TEST_F(Exclusions, ARuleWhoseColumnIsGoneLeavesNothingOutAndSaysSo) {
  Import(
      {{"weir-account-2.csv", "key,name,domain,type,team_key,Tier,Kind\na4,Delta,delta.example,Customer,,gold,own\n"}},
      "2025-04-05");
  EXPECT_EQ(Set("Own", "account", "ext.generic.account.kind = 'own'"), "1");
  EXPECT_EQ(Numbers({"deals_lost"}), "1");
  ASSERT_TRUE(Act("sources.undo", {{"import_id", {"5"}}}));
  EXPECT_EQ(Numbers({"deals_lost"}), "2");
  EXPECT_THAT(Cells("exclusions", {}, "rules", {"state"}), ElementsAre("failed"));
  EXPECT_THAT(WarningsOf("exclusions", {}), ElementsAre(HasSubstr("the rule 'Own' leaves nothing out")));
}

TEST_F(Exclusions, TheDataSuggestsRulesAndNothingIsLeftOutByItself) {
  EXPECT_THAT(Cells("exclusions.proposals", {}, "proposals", {"entity", "condition", "named", "all"}),
              UnorderedElementsAre("account name like 'Test %' 1 4", "deal name like 'Test %' 1 8",
                                   "lead full_name like '% Test' 1 3", "account type = 'Partner' 1 4"));
  EXPECT_EQ(Numbers({"won_amount"}), "750");
  Set("Test accounts", "account", "name like 'Test %'");
  EXPECT_EQ(Cells("exclusions.proposals", {}, "proposals", {"entity"}).size(), 3U);
}

}  // namespace
}  // namespace weir::workspace
