// Scores, rights, past days, exclusions and rules of a workspace.
#include "hygiene/quality.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "hygiene/garbled.h"
#include "hygiene/quality_score.h"
#include "hygiene/quality_story_test.h"

namespace weir::hygiene {
namespace {

const std::vector<std::string> kScore{"dimension", "score", "rules", "checked", "failing", "worst_rule"};

std::string RuleText(std::string_view id_of_dimension, std::string_view sql, int version = 1) {
  return fmt::format(R"(version = {}
position = 1
dimension = "{}"
entity = "deal"
field = "amount"
title = {{ en = "T", ru = "Т" }}
meaning = {{ en = "m", ru = "м" }}
fix = {{ en = "f", ru = "и" }}
detail = {{ en = "d", ru = "д" }}
sql = "{}"
)",
                     version, id_of_dimension, sql);
}

constexpr std::string_view kChecked =
    "SELECT d.deal_id AS record_id, d.name, d.account_id, d.account, d.owner_id, d.owner, d.team_id, d.team, "
    "d.segment, "
    "d.source, d.amount_reporting AS exposed, d.amount > :most AS is_bad, CAST(d.amount AS VARCHAR) AS value FROM "
    "scoped.deal AS d";

class Quality : public QualityStory {
 protected:
  static QualityRule Read(const std::string& text, const std::string& path = "hygiene/mine.toml", bool is_own = false) {
    const std::vector<DefinitionFile> files{{path, text, is_own}};
    return Need(LoadQualityRules(files)).front();
  }
  static std::string Refusal(const std::string& text) {
    const std::vector<DefinitionFile> files{{"hygiene/mine.toml", text, true}};
    const auto read = LoadQualityRules(files);
    return read ? "read" : read.error().ToString();
  }
  void Only(std::vector<QualityRule> some) {
    rules = std::make_shared<const std::vector<QualityRule>>(std::move(some));
  }
  void OnlyBuiltIn(const std::vector<std::string>& ids) {
    std::vector<QualityRule> some;
    for (const QualityRule& rule : *BuiltInQualityRules()) {
      if (std::ranges::find(ids, rule.id) != ids.end()) some.push_back(rule);
    }
    Only(std::move(some));
  }

  void Team(const char* member, const char* team) {
    Record("team", {{"key", team}, {"name", team}});
    Record("member",
           {{"key", member}, {"name", member}, {"is_active", "true"}, {"team_key", team}, {"team_name", team}});
  }
  void Deal(const char* key, const char* owner, const char* amount, const char* close_date,
            const char* source = "crm") {
    TestModel::Cells cells{{"key", key},           {"name", key},       {"stage", "open"},
                           {"stage_kind", "open"}, {"currency", "EUR"}, {"created_at", "2024-05-01 09:00:00"}};
    if (*owner != '\0') cells["owner_key"] = owner;
    if (*amount != '\0') cells["amount"] = amount;
    if (*close_date != '\0') cells["close_date"] = close_date;
    Record("deal", cells, source);
  }
};

TEST_F(Quality, AScoreIsTheMeanOfWhatEachRuleFindsInOrder) {
  OnlyBuiltIn({"deal_without_amount", "deal_without_close_date", "open_past_close", "same_tax_id"});
  Team("ann", "north");
  Team("bob", "south");
  Deal("D1", "ann", "100", "2024-08-01");
  Deal("D2", "ann", "", "2024-08-01");
  Deal("D3", "bob", "300", "2024-06-01");
  Deal("D4", "bob", "400", "");
  Build();
  const analysis::Output output = Ask("hygiene.quality");
  // Three in four have an amount, three in four a date, and of the three with a date two are to come.
  EXPECT_EQ(Lines(*output.Find("scores"), kScore),
            "all|0.7222222222222222|3|11|3|open_past_close\n"
            "completeness|0.75|2|8|2|deal_without_amount\n"
            "validity|-|0|0|0|-\n"
            "freshness|0.6666666666666666|1|3|1|open_past_close\n"
            "uniqueness|-|0|0|0|-\n"
            "consistency|-|0|0|0|-\n");
  EXPECT_EQ(Lines(*output.Find("rules"), {"rule", "state", "checked", "failing", "exposed"}),
            "deal_without_close_date|found|4|1|400\n"
            "open_past_close|found|3|1|300\n"
            "deal_without_amount|found|4|1|-\n"
            "same_tax_id|nothing_to_check|0|0|-\n");
  EXPECT_EQ(Lines(*output.Find("groups"), {"kind", "id", "name", "score", "rules", "failing", "worst_rule"}),
            "source|crm|crm|0.7222222222222222|3|3|open_past_close\n"
            "team|crm:south|south|0.5|3|2|open_past_close\n"
            "team|crm:north|north|0.8333333333333334|3|1|deal_without_amount\n"
            "person|crm:bob|bob|0.5|3|2|open_past_close\n"
            "person|crm:ann|ann|0.8333333333333334|3|1|deal_without_amount\n"
            "writer|unknown|unknown|0.7222222222222222|3|3|open_past_close\n"
            "entity|deal|deal|0.7222222222222222|3|3|open_past_close\n"
            "entity|account|account|-|0|0|-\n");
  EXPECT_EQ(Lines(*Ask("hygiene.quality", {{"team", {"south"}}}).Find("scores"), {"dimension", "checked", "failing"}),
            "all|5|2\ncompleteness|4|1\nvalidity|0|0\nfreshness|1|1\nuniqueness|0|0\nconsistency|0|0\n");
  EXPECT_EQ(Rows("open_past_close", {"record_id"}, {{"owner", {"crm:ann"}}}), "");
}

// The right word for "by whom": what the history of edits says of the field, a program by its name.
TEST_F(Quality, ScoresAreToldByWhoeverWroteTheFieldLast) {
  OnlyBuiltIn({"deal_without_amount"});
  Team("ann", "north");
  Record("member", {{"key", "zap"}, {"name", "Zapier integration"}, {"is_active", "true"}});
  for (const char* key : {"D1", "D2", "D3", "D4"}) Deal(key, "ann", *key == 'D' && key[1] < '3' ? "" : "5", "");
  const auto edit = [&](const char* key, const char* at, const char* by, const char* via) {
    TestModel::Cells cells{
        {"object", "deal"}, {"record_key", key}, {"field", "amount"}, {"new_value", "5"}, {"at", at}};
    if (*by != '\0') cells["by_key"] = by;
    if (*via != '\0') cells["via"] = via;
    Record("field_change", cells);
  };
  edit("D1", "2024-05-02 10:00:00", "ann", "");
  edit("D1", "2024-05-03 10:00:00", "zap", "");
  edit("D2", "2024-05-02 10:00:00", "", "IMPORT");
  edit("D3", "2024-05-02 10:00:00", "ann", "CRM_UI");
  Build();
  const analysis::Output output = Ask("hygiene.quality");
  std::string writers;
  const analysis::Table& groups = *output.Find("groups");
  for (const auto& row : groups.rows) {
    if (store::ToText(row[0]) != "writer") continue;
    writers += fmt::format("{} {}/{}\n", store::ToText(row[1]), store::ToText(row[groups.IndexOf("failing")]),
                           store::ToText(row[groups.IndexOf("checked")]));
  }
  EXPECT_EQ(writers, "import 1/1\nintegration: Zapier integration 1/1\nperson 0/1\nunknown 0/1\n");
  EXPECT_EQ(Rows("deal_without_amount", {"record_id", "writer"}, {{"writer", {"import"}}}), "crm:D2|import\n");
}

TEST_F(Quality, AnEmptyWorkspaceHasNoScoreAndNoFailure) {
  Build();
  const analysis::Output output = Ask("hygiene.quality");
  for (const auto& row : output.Find("scores")->rows) EXPECT_TRUE(store::IsNull(row[3])) << store::ToText(row[0]);
  const analysis::Table& table = *output.Find("rules");
  EXPECT_EQ(table.rows.size(), BuiltInQualityRules()->size());
  for (const auto& row : table.rows) {
    const std::string state = store::ToText(row[table.IndexOf("state")]);
    EXPECT_TRUE(state == "nothing_to_check" || state == "not_measured") << store::ToText(row[0]) << " " << state;
  }
}

// Who sees one team is told of its records alone, and of addresses that he may not see what is wrong all the same.
TEST_F(Quality, WhoSeesLessIsToldTheSameOfIt) {
  OnlyBuiltIn({"person_without_reach", "person_name_case", "person_name_garbled", "email_of_other_company"});
  Team("ann", "north");
  Team("bob", "south");
  for (const auto& [key, owner] : {std::pair{"A1", "ann"}, {"A2", "bob"}}) {
    Record("account", {{"key", key}, {"name", key}, {"domain", fmt::format("{}.com", *owner)}, {"owner_key", owner}});
    Record("person", {{"key", fmt::format("{}-P", key)},
                      {"account_key", key},
                      {"full_name", "ANNA KLEIN"},
                      {"email", fmt::format("a@other-{}.com", key)}});
    Record(
        "person",
        {{"key", fmt::format("{}-Q", key)}, {"account_key", key}, {"full_name", fmt::format("Nobody There {}", key)}});
  }
  Build();
  const std::vector<std::string> counts{"rule", "checked", "failing"};
  EXPECT_EQ(Lines(*Ask("hygiene.quality").Find("rules"), counts),
            "person_without_reach|4|2\nperson_name_case|4|2\nemail_of_other_company|2|2\nperson_name_garbled|4|0\n");
  model.Execute(
      "SET VARIABLE sees_all_rows = FALSE; SET VARIABLE sees_personal_data = FALSE; SET VARIABLE team_ids = "
      "['crm:north']");
  EXPECT_EQ(Lines(*Ask("hygiene.quality").Find("rules"), counts),
            "person_without_reach|2|1\nperson_name_case|2|1\nemail_of_other_company|1|1\nperson_name_garbled|2|0\n");
  EXPECT_EQ(Rows("person_name_case", {"record_id", "name", "value", "proposed"}), "crm:A1-P|-|-|-\n");
}

TEST_F(Quality, ThePastIsAskedAsOfItsDay) {
  OnlyBuiltIn({"deal_without_amount"});
  const auto seen = [&](const char* key, const char* amount, const char* at) {
    TestModel::Cells cells{{"key", key},           {"name", key},       {"stage", "open"},
                           {"stage_kind", "open"}, {"currency", "EUR"}, {"created_at", "2024-03-05 09:00:00"},
                           {"modified_at", at}};
    if (*amount != '\0') cells["amount"] = amount;
    Record("deal", cells, "crm", at);
  };
  seen("D1", "", "2024-04-02 00:00:00");
  seen("D1", "70", "2024-06-10 00:00:00");
  seen("D2", "", "2024-04-02 00:00:00");
  Build();
  StoryContext context(model.connection(), kAsOf);
  context.elsewhere = [&](Instant at, std::int64_t) -> std::unique_ptr<analysis::Context> {
    model.AsOf(FormatInstant(at).substr(0, 19));
    return std::make_unique<StoryContext>(model.connection(), at);
  };
  // The last moment is asked of the context itself.
  const auto asked = AskOf("hygiene.trend", {{"months", {"4"}}}, context);
  ASSERT_TRUE(asked) << asked.error().ToString();
  std::string lines;
  for (const auto& row : asked->Find("rules")->rows) {
    lines += fmt::format("{} {}/{}\n", store::ToText(row[0]), store::ToText(row[3]), store::ToText(row[2]));
  }
  EXPECT_EQ(lines.substr(0, lines.rfind("2024-07")),
            "2024-03-31 2/2\n2024-04-30 2/2\n2024-05-31 2/2\n2024-06-30 1/2\n");
  EXPECT_EQ(asked->history, analysis::History::kPartial);
  EXPECT_FALSE(AskOf("hygiene.trend", {{"months", {"0"}}}, context));
  EXPECT_FALSE(AskOf("hygiene.trend", {{"months", {"37"}}}, context));
}

// A tool may have no such field: then nobody left it empty.
TEST_F(Quality, WhatNoSourceSaysIsNotMeasured) {
  OnlyBuiltIn({"account_without_country", "account_without_employees", "account_without_industry",
               "account_without_domain", "person_without_title"});
  Record("account", {{"key", "A1"}, {"name", "Alpha"}, {"country", "DE"}});
  Record("account", {{"key", "A2"}, {"name", "Beta"}});
  Record("person", {{"key", "P1"}, {"full_name", "Anna Weber"}, {"account_key", "A1"}});
  Build();
  const analysis::Output output = Ask("hygiene.quality");
  EXPECT_EQ(Lines(*output.Find("rules"), {"rule", "state", "checked", "failing"}),
            "account_without_country|found|2|1\naccount_without_domain|not_measured|-|-\n"
            "account_without_industry|not_measured|-|-\naccount_without_employees|not_measured|-|-\n"
            "person_without_title|not_measured|-|-\n");
}

TEST_F(Quality, WhatIsLeftOutOfNumbersIsNotChecked) {
  OnlyBuiltIn({"deal_without_amount", "account_without_domain"});
  Record("account", {{"key", "A1"}, {"name", "Test company"}});
  Record("account", {{"key", "A2"}, {"name", "Beta"}});
  Record("account", {{"key", "A3"}, {"name", "Gamma"}, {"domain", "gamma.example"}});
  Deal("D1", "", "", "");
  Deal("D2", "", "", "");
  Build();
  EXPECT_EQ(Rows("account_without_domain"), "crm:A1\ncrm:A2\n");
  model.Execute(
      "INSERT INTO scoped.excluded VALUES ('account', 'crm:A1', 'r', 'Tests', NULL), ('deal', 'crm:D2', 'r', 'Tests', "
      "NULL)");
  EXPECT_EQ(Rows("account_without_domain"), "crm:A2\n");
  EXPECT_EQ(Rows("deal_without_amount"), "crm:D1\n");
}

TEST_F(Quality, ARuleOfTheWorkspaceTakesPartAndItsFaultStopsNoOther) {
  const std::string good = RuleText("validity", kChecked) + "[parameters]\nmost = 200\n";
  const std::string broken = RuleText("validity", "SELECT d.nothing FROM scoped.deal AS d");
  Only({Read(good, "hygiene/dear.toml", true), Read(broken, "hygiene/broken.toml", true)});
  Deal("D1", "", "100", "");
  Deal("D2", "", "300", "");
  Build();
  const analysis::Output output = Ask("hygiene.quality");
  EXPECT_EQ(Lines(*output.Find("rules"), {"rule", "state", "checked", "failing"}),
            "dear|found|2|1\nbroken|failed|-|-\n");
  const std::string note = store::ToText(output.Find("rules")->rows[1][output.Find("rules")->IndexOf("note_en")]);
  EXPECT_NE(note.find("nothing"), std::string::npos) << note;
  EXPECT_EQ(Rows("dear"), "crm:D2\n");
}

TEST_F(Quality, AFileThatIsNoRuleSaysWhereAndWhy) {
  EXPECT_NE(Refusal(RuleText("beauty", kChecked)).find("dimension"), std::string::npos);
  EXPECT_NE(Refusal(RuleText("validity", kChecked)).find("':most' is not a parameter"), std::string::npos);
  EXPECT_NE(Refusal(RuleText("validity", "SELECT * FROM model.deal")).find("scoped.* only"), std::string::npos);
  EXPECT_NE(Refusal(RuleText("validity", "DELETE FROM scoped.deal")).find("SELECT"), std::string::npos);
  EXPECT_NE(Refusal(RuleText("validity", "SELECT 1") + "mood = 1\n").find("mood"), std::string::npos);
  const std::vector<DefinitionFile> twice{{"catalog/hygiene/one.toml", RuleText("validity", "SELECT 1"), false},
                                          {"hygiene/one.toml", RuleText("validity", "SELECT 2"), true}};
  EXPECT_FALSE(LoadQualityRules(twice));
  const std::vector<DefinitionFile> newer{{"catalog/hygiene/one.toml", RuleText("validity", "SELECT 1"), false},
                                          {"hygiene/one.toml", RuleText("validity", "SELECT 2", 2), true}};
  EXPECT_EQ(Need(LoadQualityRules(newer)).front().sql, "SELECT 2");
}

TEST_F(Quality, RowsNeedTheNameOfARule) {
  Build();
  StoryContext context(model.connection(), kAsOf);
  EXPECT_FALSE(AskOf("hygiene.rows", {}, context));
  const auto unknown = AskOf("hygiene.rows", {{"rule", {"deal_without_amont"}}}, context);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().ToString().find("deal_without_amount"), std::string::npos);
}

TEST(Garbled, LettersAreReadAgainAsTheyWereWritten) {
  EXPECT_EQ(Ungarbled("MÃ¼ller"), "Müller");
  EXPECT_EQ(Ungarbled("FranÃ§ois"), "François");
  EXPECT_EQ(Ungarbled("РџРµС‚СЂ"), "Петр");
  EXPECT_EQ(Ungarbled("Müller"), std::nullopt);
  EXPECT_EQ(Ungarbled("Пётр"), std::nullopt);
  EXPECT_EQ(Ungarbled("Miller"), std::nullopt);
  EXPECT_EQ(Ungarbled(""), std::nullopt);
  EXPECT_EQ(Ungarbled("M\xFC"), std::nullopt);
}

TEST(Score, RulesThatCheckNothingCountInNone) {
  const QualityRule one{.id = "one"};
  const QualityRule other{.id = "other"};
  Score score;
  EXPECT_EQ(score.Share(), std::nullopt);
  score.Add(one, {.checked = 0});
  EXPECT_EQ(score.Share(), std::nullopt);
  score.Add(one, {.checked = 1000, .failing = 0});
  score.Add(other, {.checked = 2, .failing = 1});
  EXPECT_EQ(score.Share(), 0.75);
  EXPECT_EQ(score.worst_rule, "other");
}

}  // namespace
}  // namespace weir::hygiene
