// Rules whose money is learnt from past cases, the order of the ledger and its headline.
#include <gmock/gmock.h>

#include "leaks/leaks_story.h"

namespace weir::leaks {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Open deals of which nobody spoke to the second person; "is_right" says that somebody did.
constexpr std::string_view kRule = R"(
version = 1
position = 1
title = { en = "One contact only", ru = "Один собеседник" }
meaning = { en = "m", ru = "м" }
fix = { en = "f", ru = "и" }
formula = { en = "f", ru = "ф" }
department = "sales"
certainty = "probable"
recovery = 60
agreement = "contacts"
entity = "deal"
detail = { en = "d", ru = "д" }
sql = """
SELECT d.deal_id AS record_id, 'deal:' || d.deal_id AS claim, d.name, d.account_id, d.account, d.owner_id, d.owner, d.team_id, d.segment,
  d.created_date AS since, d.amount_reporting AS exposed, CAST(NULL AS DECIMAL(18,2)) AS amount, d.pipeline AS stratum
FROM scoped.deal AS d
WHERE d.status = 'open'"""
[cases]
sql = """
SELECT d.pipeline AS stratum, d.type = 'right' AS is_right, count(*) AS cases, count(*) FILTER (WHERE d.status = 'won') AS good
FROM scoped.deal AS d
WHERE d.status <> 'open'
GROUP BY ALL"""
)";

class CasesStory : public LeaksStory {
 protected:
  void TakeRule(std::string text) {
    own_ = std::move(text);
    rules = std::make_shared<const std::vector<Rule>>(
        Need(LoadRules(std::vector<DefinitionFile>{{.path = "leaks/one_contact.toml", .text = own_, .is_own = true}})));
  }
  void Deals(int right_won, int right_lost, int lone_won, int lone_lost) {
    const auto add = [&](const char* type, const char* status, int count) {
      story.Run(
          fmt::format("INSERT INTO scoped.deal (deal_id, pipeline, type, status) SELECT '{0}{1}' || i, 'p', '{0}', "
                      "'{1}' FROM range({2}) AS r(i)",
                      type, status, count));
    };
    add("right", "won", right_won);
    add("right", "lost", right_lost);
    add("lone", "won", lone_won);
    add("lone", "lost", lone_lost);
  }
  static std::string Headline(const analysis::Output& output, const std::vector<std::string>& columns) {
    const analysis::Table& table = *output.Find("headline");
    std::string line;
    for (const std::string& column : columns) {
      line += (line.empty() ? "" : "|") + store::ToText(table.rows.front()[table.IndexOf(column)]);
    }
    return line;
  }

 private:
  std::string own_;
};

TEST_F(CasesStory, AmountsAreWhatDoingItRightWouldHaveBrought) {
  TakeRule(std::string(kRule));
  Deals(30, 10, 5, 35);
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, pipeline, status, amount_reporting) VALUES
      ('small', 'p', 'open', 1000), ('large', 'p', 'open', 3000), ('other', 'q', 'open', 100), ('unknown', 'p', 'open', NULL))");
  const analysis::Output output = Run();
  // (30.5 - 5.5) / 41 of each; another pipeline is like all together; a worth that no case had stays unknown.
  EXPECT_THAT(Lines(output, "leaks", "one_contact", {"record_id", "amount", "won_back"}),
              ElementsAre("large|1829.27|1097.56", "small|609.76|365.86", "other|60.98|36.59", "unknown||"));
  EXPECT_THAT(Lines(output, "rules", "one_contact", {"count", "amount", "won_back", "agreement"}),
              ElementsAre("4|2500.01|1500.01|contacts"));
  const std::string range = Lines(output, "rules", "one_contact", {"amount_low", "amount_high"}).front();
  const double low = std::stod(range);
  const double high = std::stod(range.substr(range.find('|') + 1));
  // The difference of the two betas has a deviation of 0.083: 80 % lie within 1.28 of them.
  EXPECT_NEAR(low, 4100 * (0.6098 - 1.28 * 0.083), 40);
  EXPECT_NEAR(high, 4100 * (0.6098 + 1.28 * 0.083), 40);
  EXPECT_EQ(Headline(output, {"count", "amount", "amount_low", "amount_high"}), "4|2500.01|" + range);
}

TEST_F(CasesStory, TooFewCasesAreSaid) {
  TakeRule(std::string(kRule));
  Deals(3, 1, 5, 35);
  story.Run(
      "INSERT INTO scoped.deal (deal_id, pipeline, status, amount_reporting) VALUES ('small', 'p', 'open', 1000)");
  const analysis::Output output = Run();
  EXPECT_THAT(Lines(output, "rules", "one_contact", {"state", "count", "amount", "exposed"}),
              ElementsAre("found|1||1000"));
  EXPECT_THAT(Lines(output, "rules", "one_contact", {"note_en"}).front(), HasSubstr("only 4 past cases"));
  EXPECT_THAT(Lines(output, "rules", "one_contact", {"note_ru"}).front(), HasSubstr("всего 4"));
}

TEST_F(CasesStory, TheHeadlineIsAShareOfWhatTheCompanyEarns) {
  TakeRule(std::string(kRule));
  Deals(30, 10, 5, 35);
  story.Run(R"(
    INSERT INTO scoped.deal (deal_id, pipeline, status, amount_reporting, close_date, amount, currency) VALUES
      ('open', 'p', 'open', 1000, NULL, NULL, NULL), ('sold', 'z', 'lost', 0, '2025-06-01', 0, 'EUR'))");
  story.Run("UPDATE scoped.deal SET amount_reporting = 100, close_date = '2025-06-01' WHERE status = 'won'");
  story.Run(
      "INSERT INTO scoped.subscription_mrr (subscription_id, mrr, monthly, currency) VALUES ('s', 500, 500, 'EUR')");
  const analysis::Output output = Run();
  EXPECT_EQ(Headline(output, {"bookings", "recurring"}), "3500|6000");
  const double amount = std::stod(Headline(output, {"amount"}));
  EXPECT_NEAR(std::stod(Headline(output, {"share_of_recurring"})), amount / 6000, 1e-5);
  EXPECT_NEAR(std::stod(Headline(output, {"share_of_bookings"})), amount / 3500, 1e-5);
}

TEST_F(CasesStory, ATableWithoutItsColumnsIsNamed) {
  std::string text(kRule);
  text.replace(text.find("AS is_right"), 11, "AS was_right");
  TakeRule(text);
  Deals(1, 1, 1, 1);
  EXPECT_THAT(Lines(Run(), "rules", "one_contact", {"state", "note_en"}).front(),
              AllOf(HasSubstr("failed"), HasSubstr("is_right")));
}

// One rule that matches everything, or learns from everything, leaves the others alone.
TEST_F(CasesStory, ARuleThatFindsEverythingFailsAlone) {
  std::string all(kRule);
  const std::string_view where = "FROM scoped.deal AS d\nWHERE d.status = 'open'";
  all.replace(all.find(where), where.size(), "FROM scoped.deal AS d, range(250000)");
  TakeRule(all);
  Deals(1, 1, 1, 1);
  EXPECT_THAT(Lines(Run(), "rules", "one_contact", {"state", "count", "note_en"}).front(),
              AllOf(HasSubstr("failed||"), HasSubstr("more than 200000 records")));
  std::string many(kRule);
  const std::string_view cases = "FROM scoped.deal AS d\nWHERE d.status <> 'open'\nGROUP BY ALL";
  many.replace(many.find(cases), cases.size(), "FROM scoped.deal AS d, range(3000) AS r(i) GROUP BY d.pipeline, 2, i");
  TakeRule(many);
  EXPECT_THAT(Lines(Run(), "rules", "one_contact", {"state", "note_en"}).front(),
              AllOf(HasSubstr("failed"), HasSubstr("more than 2000 rows")));
}

std::string Problem(std::string text, std::string_view from, std::string_view to) {
  text.replace(text.find(from), from.size(), to);
  const auto rules = LoadRules(std::vector<DefinitionFile>{{.path = "leaks/a.toml", .text = text, .is_own = true}});
  return rules ? "" : rules.error().ToString();
}

TEST(CasesOfRules, ErrorsNameThePlace) {
  const std::string text(kRule);
  EXPECT_EQ(Problem(text, "entity", "entity"), "");
  EXPECT_THAT(Problem(text, "recovery = 60", "recovery = 160"), HasSubstr("0 to 100"));
  EXPECT_THAT(Problem(text, "\"probable\"", "\"certain\""), HasSubstr("learns nothing from cases"));
  EXPECT_THAT(Problem(text, "SELECT d.pipeline", "SELECT :nothing, d.pipeline"), HasSubstr("nothing"));
  EXPECT_THAT(Problem(text, "[cases]\nsql", "[cases]\nmore = 1\nsql"), HasSubstr("more"));
}

TEST(CasesOfRules, WhatARuleReadsIsFound) {
  const std::string text(kRule);
  const std::vector<DefinitionFile> files{{.path = "leaks/a.toml", .text = text, .is_own = true}};
  std::vector<Rule> rules = Need(LoadRules(files));
  rules[0].requirements.push_back({.sql = "SELECT true AS is_met FROM scoped.lead -- scoped.invoice\n"});
  rules[0].sql += " AND name <> 'scoped.ticket'";
  EXPECT_THAT(ReadsOf(rules[0]), ElementsAre("deal", "lead"));
}

}  // namespace
}  // namespace weir::leaks
