// Who is who over hand-made records: what is linked, what is not, and what people decide.
#include "identity/resolver.h"

#include <gtest/gtest.h>

#include "base/random.h"
#include "base/text.h"
#include "identity/entity_evidence.h"
#include "identity/fellegi_sunter.h"
#include "model/testing.h"

namespace weir::identity {
namespace {

constexpr const char* kSeen = "2024-06-01 00:00:00";

class ResolverTest : public ::testing::Test {
 protected:
  void Account(const std::string& key, model::TestModel::Cells cells, const std::string& source = "crm") {
    cells["key"] = key;
    model_.Record("account", cells, kSeen, source);
  }
  void Person(const std::string& key, model::TestModel::Cells cells, const std::string& source = "crm") {
    cells["key"] = key;
    model_.Record("person", cells, kSeen, source);
  }
  void Build() {
    ASSERT_TRUE(model_.Build()) << model_.error();
    ++model_.data_version;
  }
  void Decide(const std::string& a, const std::string& b, const std::string& verdict,
              const std::string& entity = "account") {
    model_.Execute(fmt::format(
        "INSERT INTO meta.identity_decision VALUES ('{}', 'crm', '{}', 'crm', '{}', '{}', 'ann', '2024-06-02', {})",
        entity, a, b, verdict, model_.data_version));
  }
  void TakeBack(std::int64_t decided) {
    model_.Execute(
        fmt::format("INSERT INTO meta.identity_decision_undo VALUES ({}, {})", decided, model_.data_version));
  }
  std::string Ids(const std::string& entity = "account") {
    return model_.Table(fmt::format(
        "SELECT source_key, entity_id FROM model.identity_link WHERE entity = '{}' ORDER BY source, source_key",
        entity));
  }
  // Everything that the model says of who is who.
  std::string All() {
    std::string all;
    for (const char* table : {"identity_link", "entity_alias", "merge_map", "identity_pair", "identity_profile",
                              "identity_key", "account_version", "person_version"}) {
      all += model_.Table(fmt::format("SELECT * FROM model.{} ORDER BY ALL", table)) + "\n";
    }
    return all;
  }
  std::string Status(const std::string& entity) {
    return model_.Table(
        fmt::format("SELECT key_a, key_b, status FROM model.identity_pair WHERE entity = '{}' ORDER BY ALL", entity));
  }

  model::TestModel model_;
};

TEST_F(ResolverTest, ACompanyTypedInAgainIsOneAndTheLinkSaysHowLikely) {
  Account("1", {{"name", "Elbeflow GmbH"}, {"domain", "elbeflow.de"}, {"phone", "+493012345678"}, {"city", "Berlin"}});
  Account("2", {{"name", "ELBEFLOW"}, {"phone", "+493012345678"}, {"city", "Berlin"}});
  Account("3", {{"name", "Montapharm AG"}, {"phone", "+493087654321"}, {"city", "Berlin"}});
  Build();
  EXPECT_EQ(Ids(), "1 crm:1\n2 crm:1\n3 crm:3\n");
  EXPECT_EQ(
      model_.Table("SELECT decided_by, probability > 0.95 AND probability < 1, reason FROM model.identity_link WHERE "
                   "entity = 'account' AND source_key = '2'"),
      "model true alike to crm:1\n");
  EXPECT_EQ(Status("account"), "1 2 linked\n");
}

TEST_F(ResolverTest, ANameAloneIsLeftToPeople) {
  Account("1", {{"name", "Elbeflow GmbH"}, {"country", "DE"}});
  Account("2", {{"name", "Elbeflow"}, {"country", "DE"}});
  Account("3", {{"name", "Nordsoft AG"}, {"city", "Wien"}});
  Account("4", {{"name", "Nordsoft (Wien)"}, {"city", "Wien"}});
  Build();
  EXPECT_EQ(Ids(), "1 crm:1\n2 crm:2\n3 crm:3\n4 crm:3\n");
  EXPECT_EQ(Status("account"), "1 2 unsure\n3 4 linked\n");
}

TEST_F(ResolverTest, AParentAndItsSubsidiaryAreTwo) {
  Account("1", {{"name", "Acme"}, {"domain", "acme.com"}, {"phone", "+493012345678"}, {"country", "US"}});
  Account("2", {{"name", "Acme Germany GmbH"}, {"domain", "acme.de"}, {"phone", "+493012345678"}, {"country", "DE"}});
  Account("3", {{"name", "Acme GmbH"}, {"parent_key", "1"}, {"phone", "+493012345678"}, {"city", "Berlin"}});
  Account("4", {{"name", "Acme"}, {"tax_id", "7707083893"}, {"phone", "+74951234567"}});
  Account("5", {{"name", "Acme"}, {"tax_id", "7736050003"}, {"phone", "+74951234567"}});
  Build();
  EXPECT_EQ(Ids(), "1 crm:1\n2 crm:2\n3 crm:3\n4 crm:4\n5 crm:5\n");
}

TEST_F(ResolverTest, TwinsAndHouseholdsAreKeptApart) {
  Person("1",
         {{"full_name", "Anna Petrova"}, {"email", "anna@gmail.com"}, {"mobile", "+79161234567"}, {"city", "Tver"}});
  Person("2",
         {{"full_name", "Alina Petrova"}, {"email", "alina@gmail.com"}, {"mobile", "+79161234567"}, {"city", "Tver"}});
  Person("3",
         {{"full_name", "Oleg Petrov"}, {"email", "oleg@gmail.com"}, {"mobile", "+79161234567"}, {"city", "Tver"}});
  Build();
  EXPECT_EQ(Ids("person"), "1 crm:1\n2 crm:2\n3 crm:3\n");
}

// Deals of a list without ids name their contact, with what the contact's card says.
TEST_F(ResolverTest, ANameThatMeansSeveralPeopleJoinsNoneOfThem) {
  Account("a", {{"name", "Coppersoft"}, {"domain", "coppersoft.ch"}});
  Account("b", {{"name", "Xenogate"}, {"domain", "xenogate.at"}});
  const auto contact = [&](const std::string& key, const std::string& email, const std::string& account) {
    Person(key, {{"full_name", "Jan Lehmann"}, {"email", email}, {"account_key", account}, {"phone", "+41444562671"}});
  };
  contact("1", "jan.lehmann@coppersoft.ch", "a");
  Person("2", {{"full_name", "Jan Lehmann"}, {"email", "jan.lehmann@xenogate.at"}, {"account_key", "b"}});
  const auto named = [&](const std::string& name, const std::string& row, model::TestModel::Cells cells) {
    cells["full_name"] = name;
    Person(NameKey(name), cells);
    model_.Execute(
        fmt::format("UPDATE rec.person SET _key = '{}' WHERE _obs = (SELECT max(_obs) FROM rec.person)", row));
  };
  named("Jan Lehmann", "deal 1", {{"email", "jan.lehmann@coppersoft.ch"}, {"phone", "+41444562671"}});
  named("Jan Lehmann", "deal 2", {{"email", "jan.lehmann@xenogate.at"}});
  Person("3", {{"full_name", "Eva Braun"}, {"email", "eva@coppersoft.ch"}, {"account_key", "a"}});
  named("Eva Braun", "deal 3", {{"email", "eva@coppersoft.ch"}});
  named("Eva Braun", "deal 4", {{"email", "eva@coppersoft.ch"}, {"phone", "+41444560000"}});
  // Without an address the name and the company are two things that agree.
  Person("4", {{"full_name", "Olga Stern"}, {"email", "olga@xenogate.at"}, {"account_key", "b"}});
  named("Olga Stern", "deal 5", {{"account_key", "b"}});
  Person("5", {{"full_name", "Ines Vogt"}, {"email", "ines@xenogate.at"}, {"account_key", "b"}});
  named("Ines Vogt", "deal 6", {});
  Build();
  EXPECT_EQ(Ids("person"),
            "1 crm:1\n2 crm:2\n3 crm:3\n4 crm:4\n5 crm:5\neva braun crm:3\nines vogt crm:ines vogt\njan lehmann "
            "crm:jan lehmann\nolga stern crm:4\n");
  EXPECT_EQ(Status("person"), "4 olga stern linked\n5 ines vogt unsure\n");
}

TEST_F(ResolverTest, RoleAddressesSayNothingOfWhoSomebodyIs) {
  Account("a", {{"name", "Elbeflow"}, {"domain", "elbeflow.de"}});
  Person("1", {{"full_name", "Anna Weber"}, {"email", "info@elbeflow.de"}, {"account_key", "a"}});
  Person("2", {{"full_name", "Jonas Schmidt"}, {"email", "info@elbeflow.de"}, {"account_key", "a"}});
  Build();
  EXPECT_EQ(Ids("person"), "1 crm:1\n2 crm:2\n");
}

TEST_F(ResolverTest, AColleagueOfOneNameAndAnotherAddressOfTheHouseIsLeftToPeople) {
  Account("a", {{"name", "Elbeflow"}, {"domain", "elbeflow.de"}});
  Person("1", {{"full_name", "Anna Weber"}, {"email", "anna.weber@elbeflow.de"}, {"account_key", "a"}});
  Person("2", {{"full_name", "Anna Weber"}, {"email", "anna.weber2@elbeflow.de"}, {"account_key", "a"}});
  Person("3", {{"full_name", "Jonas Schmidt"}, {"email", "jonas.schmidt@elbeflow.de"}, {"account_key", "a"}});
  Person("4", {{"full_name", "Schmidt, Jonas"}, {"email", "jonas.schmidt@gmail.com"}, {"account_key", "a"}});
  Build();
  EXPECT_EQ(Ids("person"), "1 crm:1\n2 crm:2\n3 crm:3\n4 crm:3\n");
}

TEST_F(ResolverTest, AMergeAndItsUndoGiveTheSameState) {
  Account("1", {{"name", "Elbeflow GmbH"}, {"domain", "elbeflow.de"}});
  Account("2", {{"name", "Nordsoft AG"}, {"domain", "nordsoft.at"}});
  Account("3", {{"name", "Nordsoft"}, {"domain", "nordsoft.at"}});
  Build();
  const std::string before = All();
  Decide("1", "2", "same");
  const std::int64_t decided = model_.data_version;
  Build();
  EXPECT_EQ(Ids(), "1 crm:2\n2 crm:2\n3 crm:2\n") << "the id of the larger part stays";
  EXPECT_EQ(model_.Table("SELECT alias_id, entity_id FROM model.entity_alias"), "crm:1 crm:2\n");
  EXPECT_EQ(model_.Table("SELECT source_key, decided_by, reason FROM model.identity_link WHERE decided_by <> 'rule'"),
            "2 ann said to be crm:1\n");
  TakeBack(decided);
  Build();
  EXPECT_EQ(All(), before);
}

TEST_F(ResolverTest, WhatIsApartStaysApartAndARuleIsOutranked) {
  Account("1", {{"name", "Agency"}, {"domain", "agency.com"}});
  Account("2", {{"name", "Client"}, {"domain", "agency.com"}});
  Account("3", {{"name", "Agency Ltd"}, {"domain", "agency.com"}});
  Build();
  const std::string before = All();
  EXPECT_EQ(Ids(), "1 crm:1\n2 crm:1\n3 crm:1\n");
  Decide("1", "2", "apart");
  const std::int64_t decided = model_.data_version;
  Build();
  EXPECT_EQ(Ids(), "1 crm:1\n2 crm:2\n3 crm:1\n");
  Account("4", {{"name", "Agency Inc"}, {"domain", "agency.com"}});
  Build();
  EXPECT_EQ(Ids(), "1 crm:1\n2 crm:2\n3 crm:1\n4 crm:1\n") << "at the next import, too";
  TakeBack(decided);
  Build();
  EXPECT_EQ(Ids(), "1 crm:1\n2 crm:1\n3 crm:1\n4 crm:1\n");
  EXPECT_NE(All(), before);
}

TEST_F(ResolverTest, WhatTheModelLinksIsPartedByAWord) {
  Account("1", {{"name", "Elbeflow GmbH"}, {"domain", "elbeflow.de"}, {"phone", "+493012345678"}, {"city", "Berlin"}});
  Account("2", {{"name", "ELBEFLOW"}, {"phone", "+493012345678"}, {"city", "Berlin"}});
  Decide("1", "2", "apart");
  Build();
  EXPECT_EQ(Ids(), "1 crm:1\n2 crm:2\n");
  EXPECT_EQ(Status("account"), "1 2 held apart\n");
}

TEST_F(ResolverTest, OfDecisionsThatContradictEachOtherTheNewestHolds) {
  Account("1", {{"name", "One"}});
  Account("2", {{"name", "Two"}});
  Account("3", {{"name", "Three"}});
  Build();
  Decide("1", "2", "same");
  Build();
  Decide("2", "3", "same");
  Build();
  EXPECT_EQ(Ids(), "1 crm:1\n2 crm:1\n3 crm:1\n");
  Decide("1", "3", "apart");
  Build();
  EXPECT_EQ(Ids(), "1 crm:1~2\n2 crm:1\n3 crm:1\n") << "of the two older the newer; the id stays with the larger part";
  Decide("1", "3", "same");
  Build();
  EXPECT_EQ(Ids(), "1 crm:1\n2 crm:1\n3 crm:1\n");
}

TEST_F(ResolverTest, IdsOutliveImportsMergesAndSplits) {
  Account("1", {{"name", "Elbeflow GmbH"}, {"phone", "+493012345678"}, {"city", "Berlin"}});
  Account("2", {{"name", "Nordsoft AG"}, {"phone", "+43123456789"}});
  Build();
  Account("0", {{"name", "Elbeflow"}, {"phone", "+493012345678"}, {"city", "Berlin"}}, "billing");
  Build();
  EXPECT_EQ(Ids(), "0 crm:1\n1 crm:1\n2 crm:2\n");
  Decide("1", "2", "same");
  Build();
  EXPECT_EQ(Ids(), "0 crm:1\n1 crm:1\n2 crm:1\n");
  Account("9", {{"name", "Nordsoft"}, {"phone", "+43123456789"}, {"country", "AT"}}, "billing");
  Decide("1", "2", "apart");
  Build();
  EXPECT_EQ(Ids(), "0 crm:1\n9 crm:2\n1 crm:1\n2 crm:2\n") << "whoever is split off takes his former id back";
  EXPECT_EQ(model_.Table("SELECT count(*) FROM model.entity_alias"), "0\n");
  EXPECT_EQ(
      model_.Table("SELECT source_key, entity_id, data_version FROM meta.identity_link WHERE entity = 'account' AND "
                   "source_key = '2' ORDER BY data_version"),
      "2 crm:2 1\n2 crm:1 3\n2 crm:2 4\n");
}

TEST_F(ResolverTest, TwoThatWereMergedTakeTheirIdsBackWhicheverCameFirst) {
  for (const bool is_smaller_first : {true, false}) {
    const std::string first = is_smaller_first ? "10" : "9";
    const std::string second = is_smaller_first ? "9" : "10";
    const std::string kind = is_smaller_first ? "a" : "b";
    Account(kind + first, {{"name", "Initech"}});
    Account(kind + second, {{"name", "Hooli"}});
    Build();
    const std::string before = Ids();
    const std::int64_t decided = model_.data_version;
    Decide(kind + first, kind + second, "same");
    Build();
    ASSERT_NE(Ids(), before);
    TakeBack(decided);
    Build();
    EXPECT_EQ(Ids(), before);
    EXPECT_EQ(model_.Table("SELECT count(*) FROM model.entity_alias"), "0\n");
  }
}

TEST_F(ResolverTest, AnIdThatWentIntoOneThatWentIntoAnotherIsTheLastOnes) {
  for (const char* key : {"2", "3", "11", "12", "13"}) Account(key, {{"name", fmt::format("Company {}", key)}});
  Decide("11", "12", "same");
  Decide("11", "13", "same");
  Build();
  Decide("2", "3", "same");
  Build();
  EXPECT_EQ(model_.Table("SELECT alias_id, entity_id FROM model.entity_alias"), "crm:3 crm:2\n");
  Decide("2", "11", "same");
  Build();
  EXPECT_EQ(model_.Table("SELECT alias_id, entity_id FROM model.entity_alias"), "crm:2 crm:11\ncrm:3 crm:11\n");
}

TEST_F(ResolverTest, ADecisionThatANewerOneOverrulesIsSaidToHaveFallen) {
  Account("1", {{"name", "One"}});
  Account("2", {{"name", "Two"}});
  Account("3", {{"name", "Three"}});
  Decide("1", "2", "same");
  Build();
  Decide("2", "3", "same");
  Build();
  const std::string fallen = "SELECT key_a, key_b, data_version FROM model.identity_fallen";
  EXPECT_EQ(model_.Table(fallen), "");
  Decide("1", "3", "apart");
  Build();
  EXPECT_EQ(model_.Table(fallen), "1 2 1\n");
}

// A version that is built again by a newer program, with the same records.
TEST_F(ResolverTest, OfAVersionBuiltTwiceTheLastBuildHolds) {
  Account("1", {{"name", "One"}});
  Account("2", {{"name", "Two"}});
  ASSERT_TRUE(model_.Build()) << model_.error();
  Decide("1", "2", "same");
  ASSERT_TRUE(model_.Build()) << model_.error();
  EXPECT_EQ(
      model_.Table("SELECT source_key, entity_id, count(*) FROM meta.identity_link WHERE entity = 'account' GROUP "
                   "BY ALL ORDER BY ALL"),
      "1 crm:1 1\n2 crm:1 1\n");
}

TEST_F(ResolverTest, MergesOfASourceEndWhereTheyLeadEvenInCircles) {
  const auto merge = [&](const std::string& from, const std::string& into) {
    model_.Record("merge", {{"kind", "deal"}, {"from_key", from}, {"into_key", into}}, kSeen, "crm");
  };
  merge("0", "A");
  merge("A", "B");
  merge("B", "A");
  merge("7", "8");
  merge("8", "9");
  for (int i = 0; i < 3000; ++i) merge(fmt::format("x{}", i), fmt::format("x{}", i + 1));
  Build();
  EXPECT_EQ(model_.Table("SELECT from_key, into_key FROM model.merge_map WHERE from_key NOT LIKE 'x%' ORDER BY ALL"),
            "0 A\n7 9\n8 9\nB A\n");
  EXPECT_EQ(model_.Table("SELECT count(*), min(into_key), max(into_key) FROM model.merge_map WHERE from_key LIKE 'x%'"),
            "3000 x3000 x3000\n");
}

// Companies of which the name alone is known, each typed in twice: what people say of some tells what is likely of the
// others.
TEST_F(ResolverTest, WhatPeopleDecidedTellsWhatWeightsAreWorth) {
  constexpr int kCompanies = 60;
  constexpr int kDecided = 40;
  RandomStream random(3, "identity.resolver_test");
  for (int i = 0; i < kCompanies; ++i) {
    std::string name = "X";
    for (int letter = 0; letter < 9; ++letter) name.push_back(static_cast<char>('a' + random.Integer(0, 25)));
    Account(fmt::format("a{:02}", i), {{"name", name + " GmbH"}, {"country", "DE"}});
    Account(fmt::format("b{:02}", i), {{"name", name}, {"country", "DE"}});
  }
  Build();
  const auto of_others = [&](const char* column) {
    return std::stod(
        model_.Table(fmt::format("SELECT avg({}) FROM model.identity_pair WHERE substr(key_a, 2) = "
                                 "substr(key_b, 2) AND substr(key_a, 2) >= '{}'",
                                 column, kDecided)));
  };
  const std::string told =
      "SELECT labels, same, is_checked, is_used FROM model.identity_calibration WHERE entity = 'account'";
  EXPECT_EQ(model_.Table(told), "0 0 false false\n");
  const double before = of_others("probability");
  EXPECT_GT(before, kLeastUnsure);
  EXPECT_LT(before, kLeastLinked);
  // Of eight seven are one.
  for (int i = 0; i < kDecided; ++i) {
    Decide(fmt::format("a{:02}", i), fmt::format("b{:02}", i), i % 8 == 0 ? "apart" : "same");
  }
  Account("again", {{"name", "Zzz"}});
  Build();
  EXPECT_EQ(model_.Table(told), "40 35 true true\n");
  EXPECT_GT(of_others("probability"), before);
  EXPECT_NEAR(of_others("probability"), 35.0 / 40, 0.08);
  // The weights and what speaks for them are as they were.
  EXPECT_LT(Probability(of_others("weight")), before + 0.01);
}

// What people and records change later is found as if it had been there at once.
class RebuiltTest : public ResolverTest {
 protected:
  // Records before `from` are there already.
  void Grow(int from, int to) {
    for (int i = from; i < to; ++i) {
      Account(fmt::format("c{:03}", i), {{"name", fmt::format("Elbe{} GmbH", static_cast<char>('a' + i % 9))},
                                         {"phone", "+493012345678"},
                                         {"city", fmt::format("City {}", i / 2)}});
    }
  }
  void ExpectAsAnew() {
    const std::string query =
        "SELECT entity, source_a, key_a, source_b, key_b, weight, status FROM model.identity_pair ORDER BY ALL";
    const std::string kept = model_.Table(query);
    model_.Execute(
        "DELETE FROM model.identity_profile; DELETE FROM model.identity_key; DELETE FROM model.identity_pair");
    // Another version, so that it is built at all.
    Account("again", {{"name", "Zzz"}});
    Build();
    EXPECT_EQ(model_.Table(query), kept);
  }
};

TEST_F(RebuiltTest, OnlyWhatIsNewIsWeighed) {
  Grow(0, 40);
  Build();
  const std::int64_t all = model_.report().identity.weighed;
  ASSERT_GT(all, 200);
  Account("other", {{"name", "Quux"}});
  Build();
  EXPECT_EQ(model_.report().identity.weighed, 0);
  Grow(40, 41);
  Build();
  EXPECT_GT(model_.report().identity.weighed, 0);
  EXPECT_LE(model_.report().identity.weighed, 40);
  ExpectAsAnew();
}

TEST_F(RebuiltTest, AKeyThatTooManyShareIsForgotten) {
  Grow(0, 55);
  Build();
  const std::string rare = Status("account");
  ASSERT_NE(rare, "");
  Grow(55, 75);
  Build();
  ASSERT_NE(Status("account"), rare);
  ExpectAsAnew();
}

TEST_F(RebuiltTest, AGroupThatIsLedByAnotherRecordIsWeighedAgain) {
  Account("5", {{"name", "Elbeflow GmbH"}, {"phone", "+493012345678"}, {"city", "Berlin"}});
  Account("6", {{"name", "ELBEFLOW"}, {"phone", "+493012345678"}, {"city", "Berlin"}});
  Account("1", {{"name", "Initech"}});
  Build();
  ASSERT_EQ(Ids(), "1 crm:1\n5 crm:5\n6 crm:5\n");
  const std::int64_t decided = model_.data_version;
  Decide("1", "5", "same");
  Build();
  TakeBack(decided);
  Build();
  EXPECT_EQ(Ids(), "1 crm:1\n5 crm:5\n6 crm:5\n");
  ExpectAsAnew();
}

TEST_F(RebuiltTest, ANameThatComesToMeanSeveralLosesItsLinks) {
  const auto named = [&](const std::string& row, model::TestModel::Cells cells) {
    cells["full_name"] = "Jan Lehmann";
    Person(NameKey("Jan Lehmann"), cells);
    model_.Execute(
        fmt::format("UPDATE rec.person SET _key = '{}' WHERE _obs = (SELECT max(_obs) FROM rec.person)", row));
  };
  Person("7", {{"full_name", "Jan Lehmann"}, {"mobile", "+4917012345678"}, {"city", "Berlin"}});
  named("deal 1", {{"mobile", "+4917012345678"}, {"city", "Berlin"}});
  Build();
  named("deal 2", {{"mobile", "+4917099999999"}, {"email", "jan@other.de"}, {"city", "Bonn"}});
  Build();
  ExpectAsAnew();
}

// An address that stands for none makes one of very many: work stays bounded.
TEST(EntityProfileTest, TakesSoManyValuesAndNoMore) {
  std::vector<EntityWords> words(5000);
  for (std::size_t i = 0; i < words.size(); ++i) words[i] = {fmt::format("Person {}", i), "noemail@test.com"};
  const EntityProfile profile = ProfileOf(false, words, {}, {});
  EXPECT_EQ(profile.values[0].size(), kMostValues);
  EXPECT_EQ(profile.people.size(), kMostValues);
  EXPECT_EQ(profile.emails.size(), 1U);
}

// Imports in pieces end with the same groups as one of everything, whatever the threads.
TEST_F(ResolverTest, PiecesAndThreadsMakeNoDifference) {
  const auto add = [](model::TestModel& model, int i) {
    const int company = i % 40;
    model.Record(
        "account",
        {{"key", fmt::format("a{}", i)},
         {"name", fmt::format("{} {}", company % 3 == 0 ? "Nord" : "Elbe", static_cast<char>('A' + company % 26))},
         {"phone", fmt::format("+4930123456{:02}", company)},
         {"city", company % 2 == 0 ? "Berlin" : "Bonn"}},
        kSeen, i % 2 == 0 ? "crm" : "billing");
    model.Record("person",
                 {{"key", fmt::format("p{}", i)},
                  {"full_name", fmt::format("{} Weber", i % 5 == 0 ? "Anna" : "Jonas")},
                  {"mobile", fmt::format("+4917012345{:02}", i % 30)},
                  {"account_key", fmt::format("a{}", i)}},
                 kSeen, i % 2 == 0 ? "crm" : "billing");
  };
  model::TestModel whole({}, std::make_unique<Resolver>(1));
  model::TestModel pieces({}, std::make_unique<Resolver>(3));
  constexpr int kRecords = 120;
  for (int i = 0; i < kRecords; ++i) {
    add(whole, i);
    add(pieces, i);
    if (i % 25 != 0) continue;
    ASSERT_TRUE(pieces.Build()) << pieces.error();
    ++pieces.data_version;
  }
  ASSERT_TRUE(whole.Build()) << whole.error();
  ASSERT_TRUE(pieces.Build()) << pieces.error();
  // An id tells of the history, who is with whom does not.
  for (const char* query :
       {"SELECT entity, source, source_key, min(source || ':' || source_key) OVER (PARTITION BY entity, entity_id), "
        "probability, decided_by, reason FROM model.identity_link ORDER BY ALL",
        "SELECT entity, source_a, key_a, source_b, key_b, weight, status FROM model.identity_pair ORDER BY ALL"}) {
    EXPECT_EQ(whole.Table(query), pieces.Table(query));
  }
  EXPECT_NE(whole.Table("SELECT count(*) FROM model.identity_link WHERE decided_by = 'model'"), "0\n");
}

}  // namespace
}  // namespace weir::identity
