// Whose word counts for single fields: rules of their own, an order of all sources, defaults, and files of enrichment.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "model/field_rules.h"
#include "model/testing.h"

namespace weir::model {
namespace {

// Three sources know the company by its domain; Salesforce ranks first by default, then HubSpot, then Stripe.
void TellOfAlfa(TestModel& model) {
  model.Record("account",
               {{"key", "1"}, {"domain", "alfa.example"}, {"name", "Alfa"}, {"city", "Berlin"}, {"segment", "A"}},
               "2026-01-01 00:00:00", "salesforce");
  model.Record("account", {{"key", "h"}, {"domain", "alfa.example"}, {"name", "Alfa Works GmbH"}, {"city", "Bonn"}},
               "2026-01-02 00:00:00", "hubspot");
  model.Record("account", {{"key", "s"}, {"domain", "alfa.example"}, {"name", "Alfa GmbH"}, {"city", "Bonn"}},
               "2026-01-03 00:00:00", "stripe");
}

std::string NowOf(TestModel& model, const std::string& columns = "name, city, segment") {
  return model.Table("SELECT " + columns +
                     " FROM model.account_version WHERE valid_to IS NULL AND NOT is_deleted ORDER BY account_id");
}

FieldRule Rule(std::string_view text) {
  auto rule = ParseFieldRule(text);
  EXPECT_TRUE(rule) << text;
  return rule ? *rule : FieldRule{};
}

TEST(FieldRule, IsReadAndWritten) {
  for (const char* text : {"newest", "longest", "frequent", "salesforce", "hubspot > my_crm > stripe"}) {
    EXPECT_EQ(TextOf(Rule(text)), text);
  }
  EXPECT_EQ(TextOf(Rule("  a>b >c ")), "a > b > c");
  for (const char* text : {"", ">", "a >", "> a", "a > > b", "a > a", "Sales Force", "a; b", "a' OR '1"}) {
    EXPECT_FALSE(ParseFieldRule(text)) << text;
  }
}

TEST(Survivorship, ByDefaultTheSourceThatRanksFirst) {
  TestModel model;
  TellOfAlfa(model);
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(NowOf(model), "Alfa Berlin A\n");
}

TEST(Survivorship, EachFieldHasItsOwnRule) {
  const std::map<std::string, std::string> expected{{"stripe > hubspot", "Alfa GmbH Berlin A\n"},
                                                    {"hubspot", "Alfa Works GmbH Berlin A\n"},
                                                    {"newest", "Alfa GmbH Berlin A\n"},
                                                    {"longest", "Alfa Works GmbH Berlin A\n"},
                                                    {"unheard_of", "Alfa Berlin A\n"}};
  for (const auto& [rule, line] : expected) {
    TestModel model;
    TellOfAlfa(model);
    model.rules.choices["account.name"] = Rule(rule);
    ASSERT_TRUE(model.Build()) << model.error();
    EXPECT_EQ(NowOf(model), line) << rule;
  }
  TestModel model;
  TellOfAlfa(model);
  model.rules.choices["account.city"] = Rule("frequent");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(NowOf(model), "Alfa Bonn A\n") << "two of three say so";
}

TEST(Survivorship, AnOrderOfSourcesHoldsForFieldsWithoutARule) {
  TestModel model;
  TellOfAlfa(model);
  model.rules.order = Rule("hubspot > salesforce");
  model.rules.choices["account.city"] = Rule("salesforce");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(NowOf(model), "Alfa Works GmbH Berlin A\n") << "who says nothing of a field leaves it to the next";
}

TEST(Survivorship, AnotherRuleRebuildsWhatItTouchesAndGoesBack) {
  TestModel model;
  TellOfAlfa(model);
  ASSERT_TRUE(model.Build()) << model.error();
  const std::string before = model.Table("SELECT * FROM model.account_version ORDER BY account_id, version");
  model.rules.choices["account.name"] = Rule("stripe");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(NowOf(model), "Alfa GmbH Berlin A\n");
  EXPECT_GT(model.report().skipped, 0) << "who is who, and what does not rest on it, stays";
  EXPECT_LT(model.report().built, 12);
  model.rules = {};
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT * FROM model.account_version ORDER BY account_id, version"), before);
}

// The longest and the most frequent word are those of what records say at the moment, not of what they ever said.
TEST(Survivorship, WhatARecordSaidBeforeCountsNoMore) {
  TestModel model;
  TellOfAlfa(model);
  model.Record("account", {{"key", "h"}, {"domain", "alfa.example"}, {"name", "AW"}, {"city", "Kiel"}},
               "2026-02-01 00:00:00", "hubspot");
  model.rules.choices["account.name"] = Rule("longest");
  model.rules.choices["account.city"] = Rule("frequent");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT name, city, valid_from FROM model.account_version ORDER BY version"),
            "Alfa Works GmbH Bonn 1900-01-01T00:00:00Z\n"
            "Alfa GmbH Berlin 2026-02-01T00:00:00Z\n")
      << "of Berlin, Kiel and Bonn each is said once: the source that ranks first";
}

TEST(Survivorship, ADefaultFillsWhatNobodySays) {
  TestModel model;
  TellOfAlfa(model);
  model.Record("account", {{"key", "2"}, {"domain", "beta.example"}, {"name", "Beta"}}, "2026-01-01 00:00:00",
               "salesforce");
  model.rules.defaults["account.segment"] = "SMB";
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(NowOf(model, "name, segment"), "Alfa A\nBeta SMB\n");
}

// What a file of enrichment says is attached to who is known, and fills what nobody says unless it is settled
// otherwise.
TEST(Enrichment, AttachesByTaxIdDomainOrMailAndMakesNobody) {
  TestModel model;
  TellOfAlfa(model);
  model.Record("account", {{"key", "2"}, {"tax_id", "DE 123"}, {"name", "Beta"}, {"email", "office@beta.example"}},
               "2026-01-01 00:00:00", "salesforce");
  model.Record("account_enrichment",
               {{"domain", "alfa.example"}, {"industry", "Steel"}, {"city", "Ulm"}, {"employees", "70"}},
               "2026-01-05 00:00:00", "enrichment");
  model.Record("account_enrichment", {{"tax_id", "123"}, {"industry", "Paper"}}, "2026-01-05 00:00:00", "enrichment");
  model.Record("account_enrichment", {{"domain", "gamma.example"}, {"industry", "Ice"}}, "2026-01-05 00:00:00",
               "enrichment");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(NowOf(model, "name, city, industry, employees"), "Alfa Berlin Steel 70\nBeta - Paper -\n");
  EXPECT_EQ(model.Table("SELECT matched_by, account_id FROM model.account_enrichment ORDER BY observation"),
            "domain salesforce:1\ntax_id salesforce:2\nnone -\n");
  model.rules.choices["account.city"] = Rule("enrichment");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(NowOf(model, "name, city"), "Alfa Ulm\nBeta -\n");
}

TEST(Enrichment, WhatSeveralHaveIsNobodys) {
  TestModel model;
  model.Record("account", {{"key", "1"}, {"domain", "alfa.example"}, {"name", "Alfa"}, {"tax_id", "1"}},
               "2026-01-01 00:00:00", "salesforce");
  model.Record("account", {{"key", "2"}, {"domain", "alfa.example"}, {"name", "Alfa Nord"}, {"tax_id", "2"}},
               "2026-01-01 00:00:00", "salesforce");
  model.Record("account_enrichment", {{"domain", "alfa.example"}, {"industry", "Steel"}}, "2026-01-05 00:00:00",
               "enrichment");
  ASSERT_TRUE(model.Build()) << model.error();
  const std::string entities = model.Table("SELECT count(DISTINCT account_id) FROM model.account_version");
  EXPECT_EQ(model.Table("SELECT matched_by FROM model.account_enrichment"),
            entities == "2\n" ? "several\n" : "domain\n");
}

TEST(Enrichment, BeginsAndEndsNobody) {
  TestModel model;
  model.Record(
      "person",
      {{"key", "1"}, {"email", "ann@alfa.example"}, {"full_name", "Ann"}, {"created_at", "2026-01-10 00:00:00"}},
      "2026-01-10 00:00:00", "salesforce");
  model.Record("person_enrichment", {{"email", "ANN@alfa.example"}, {"title", "CEO"}}, "2026-01-05 00:00:00",
               "enrichment");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(model.Table("SELECT title, valid_from, valid_to, is_deleted FROM model.person_version ORDER BY version"),
            "CEO 2026-01-10T00:00:00Z - false\n");
  model.Record("person_enrichment", {{"email", "ann@alfa.example"}, {"title", "Owner"}}, "2026-02-05 00:00:00",
               "enrichment", "other");
  model.Execute(
      "INSERT INTO rec.person (_source, _object, _key, _emit, _obs, _version, _observed_at, _recorded_at, _deleted, "
      "key, email) "
      "SELECT _source, _object, _key, _emit, 1000, 1, TIMESTAMP '2026-03-01', TIMESTAMP '2026-03-01', TRUE, key, email "
      "FROM rec.person");
  model.Record("person", {{"key", "9"}, {"email", "bo@beta.example"}}, "2026-03-01 00:00:00", "salesforce");
  ASSERT_TRUE(model.Build()) << model.error();
  EXPECT_EQ(
      model.Table("SELECT is_deleted FROM model.person_version WHERE person_id = 'salesforce:1' AND valid_to IS NULL"),
      "true\n");
}

// What every version of the model would say, worked out one by one.
struct Word {
  std::string source;
  std::string key;
  int day = 0;
  std::string value;  // empty: says nothing
};

int RankOf(const std::string& source) {
  return source == "salesforce" ? 1 : source == "hubspot" ? 2 : source == "stripe" ? 3 : 9;
}

std::optional<std::string> Naive(const std::vector<Word>& words, const FieldRule& rule) {
  std::map<std::pair<std::string, std::string>, Word> now;  // the last word of each record that says anything
  for (const Word& word : words) {
    if (!word.value.empty()) now[{word.source, word.key}] = word;
  }
  // Of repeated words the first tells since when it is so.
  std::map<std::pair<std::string, std::string>, int> since;
  for (const Word& word : words) {
    if (word.value.empty()) continue;
    const std::pair<std::string, std::string> record{word.source, word.key};
    bool is_change = true;
    for (const Word& other : words) {
      if (other.day < word.day && other.source == word.source && other.key == word.key && !other.value.empty()) {
        is_change = other.value != word.value;
      }
    }
    if (is_change) since[record] = word.day;
  }
  std::map<std::string, int> votes;
  for (const auto& [record, word] : now) ++votes[word.value];
  std::optional<std::string> best;
  std::tuple<std::int64_t, std::int64_t, int> standing;
  for (const auto& [record, word] : now) {
    const int rank = RankOf(word.source);
    std::tuple<std::int64_t, std::int64_t, int> mine;
    if (rule.choice == Choice::kRanked) {
      const auto at = std::ranges::find(rule.sources, word.source);
      const std::int64_t place = at == rule.sources.end() ? 20 + rank : at - rule.sources.begin();
      mine = {-place, 0, word.day};
    } else if (rule.choice == Choice::kNewest) {
      mine = {0, 0, word.day};
    } else {
      const auto most = static_cast<std::int64_t>(
          rule.choice == Choice::kLongest ? word.value.size() : static_cast<std::size_t>(votes[word.value]));
      mine = {most, -rank, since[record]};
    }
    if (!best || mine > standing) {
      best = word.value;
      standing = mine;
    }
  }
  return best;
}

TEST(Survivorship, IsWhatOneByOneGives) {
  std::mt19937 random(20261130);
  const auto below = [&](int limit) { return static_cast<int>(random() % static_cast<unsigned>(limit)); };
  const std::vector<std::string> sources{"salesforce", "hubspot", "stripe", "zzz"};
  for (const char* text : {"newest", "longest", "frequent", "stripe > zzz", "hubspot"}) {
    TestModel model;
    std::string expected;
    for (int company = 10; company < 60; ++company) {
      std::vector<Word> words;
      const int count = 3 + below(8);
      for (int day = 1; day <= count; ++day) {
        Word word{.source = sources[static_cast<std::size_t>(below(4))], .key = {}, .day = day, .value = {}};
        word.key = fmt::format("{}{}", word.source.substr(0, 1), company);
        if (below(5) > 0)
          word.value = std::string(static_cast<std::size_t>(1 + below(3)), static_cast<char>('a' + below(2)));
        words.push_back(word);
        TestModel::Cells cells{{"key", word.key},
                               {"domain", fmt::format("c{}.example", company)},
                               {"name", fmt::format("Company {}", company)}};
        if (!word.value.empty()) cells["city"] = word.value;
        model.Record("account", cells, fmt::format("2026-01-{:02} 00:00:00", day), word.source);
      }
      expected += fmt::format("c{}.example {}\n", company, Naive(words, Rule(text)).value_or("-"));
    }
    model.rules.choices["account.city"] = Rule(text);
    ASSERT_TRUE(model.Build()) << model.error();
    EXPECT_EQ(model.Table("SELECT domain, city FROM model.account_version WHERE valid_to IS NULL ORDER BY domain"),
              expected)
        << text;
  }
}

}  // namespace
}  // namespace weir::model
