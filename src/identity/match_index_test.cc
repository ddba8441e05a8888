// The index of what is known: what it finds is held against a scan of everything, and against what a person would say.
#include "identity/match_index.h"

#include <algorithm>
#include <cmath>
#include <set>

#include <gtest/gtest.h>

#include "base/text.h"
#include "identity/fellegi_sunter.h"
#include "identity/test_records.h"

namespace weir::identity {
namespace {

enum Person : std::uint8_t { kName, kEmail, kPhone, kMobile, kAccount, kTitle, kCountry, kCity };
enum Account : std::uint8_t { kCompany, kLegalName, kDomain, kTaxId, kMail, kDesk, kLand, kTown };

struct Known {
  std::string id;
  std::vector<EntityWords> records;
  std::vector<std::string> contact_domains = {};
};

MatchIndex IndexOf(bool is_account, const std::vector<Known>& known, int threads = 1) {
  MatchIndexBuilder builder(is_account);
  for (const Known& one : known) builder.Add(one.id, one.records, one.contact_domains);
  return std::move(builder).Build(Executor(threads));
}

EntityWords PersonOf(std::string name, std::string email = {}, std::string phone = {}, std::string account = {}) {
  EntityWords words;
  words[kName] = std::move(name);
  words[kEmail] = std::move(email);
  words[kPhone] = std::move(phone);
  words[kAccount] = std::move(account);
  return words;
}

EntityWords CompanyOf(std::string name, std::string domain = {}, std::string tax_id = {}, std::string city = {}) {
  EntityWords words;
  words[kCompany] = std::move(name);
  words[kDomain] = std::move(domain);
  words[kTaxId] = std::move(tax_id);
  words[kTown] = std::move(city);
  return words;
}

// "id probability reason" of each match.
std::vector<std::string> Told(const MatchIndex& index, const MatchQuery& query) {
  std::vector<std::string> told;
  const MatchAnswer answer = index.Find(query);
  told.reserve(answer.matches.size());
  for (const EntityMatch& match : answer.matches) {
    told.push_back(fmt::format("{} {:.6f} {}", index.IdOf(match.entity), match.probability, match.reason));
  }
  return told;
}

// The surest, or nothing.
std::string Best(const MatchIndex& index, const EntityWords& words) {
  const MatchAnswer answer = index.Find({words});
  if (answer.matches.empty() || answer.matches[0].probability < kLeastLinked) return "nobody";
  return std::string(index.IdOf(answer.matches[0].entity));
}

// Made-up people, a fifth of them with a second record that differs.
std::vector<Known> MadeUp(std::size_t records, std::uint64_t seed) {
  const People people = MakePeople(records, seed);
  std::vector<Known> known;
  std::vector<std::size_t> place(records, records);
  for (std::size_t i = 0; i < records; ++i) {
    const auto cell = [&](std::size_t column) { return std::string(people.table.columns[column].At(i)); };
    EntityWords words = PersonOf(cell(0) + " " + cell(1), cell(5), cell(4), fmt::format("a{}", i % 40));
    words[kCity] = cell(3);
    std::size_t& at = place[people.persons[i]];
    if (at == records) {
      at = known.size();
      known.push_back({fmt::format("p{}", people.persons[i]), {}});
    }
    known[at].records.push_back(std::move(words));
  }
  return known;
}

// What Find has to give, by looking at everything; nothing may be shared by more than kMostWeighed.
std::vector<std::string> Scanned(const std::vector<Known>& known, const std::vector<EntityProfile>& profiles,
                                 const MatchQuery& query) {
  const EntityProfile asked = ProfileOf(false, std::span(&query.words, 1), {}, {});
  const auto keys = BlockingKeysOf(asked);
  struct Found {
    bool is_certain;
    double weight;
    std::string id;
  };
  std::vector<Found> found;
  for (std::size_t i = 0; i < known.size(); ++i) {
    const Known& one = known[i];
    const bool is_certain = std::ranges::any_of(one.records, [&](const EntityWords& words) {
      const bool has_email = !words[kEmail].empty() && words[kEmail] == query.words[kEmail];
      const bool has_phone = !words[kPhone].empty() && words[kPhone] == query.words[kPhone] &&
                             !NameKey(words[kName]).empty() && NameKey(words[kName]) == NameKey(query.words[kName]);
      return has_email || has_phone;
    });
    std::vector<std::uint64_t> shared;
    const auto of_known = BlockingKeysOf(profiles[i]);
    std::ranges::set_intersection(keys, of_known, std::back_inserter(shared));
    const double weight = Weigh(asked, profiles[i], RoundedEntities(static_cast<double>(known.size()))).weight;
    const bool is_likely = !shared.empty() && weight >= std::log2(kLeastUnsure / (1 - kLeastUnsure));
    if (is_certain || is_likely) found.push_back({is_certain, weight, one.id});
  }
  std::ranges::sort(found, [](const Found& a, const Found& b) {
    return std::tuple(!a.is_certain, -a.weight, a.id) < std::tuple(!b.is_certain, -b.weight, b.id);
  });
  std::vector<std::string> told;
  told.reserve(found.size());
  for (const Found& one : found) {
    told.push_back(fmt::format("{} {:.6f}", one.id, one.is_certain ? 1.0 : Probability(one.weight)));
  }
  return told;
}

TEST(MatchIndexTest, APersonIsKnownByTheAddressWhateverTheNameIs) {
  const MatchIndex index = IndexOf(false, {{"1", {PersonOf("Anna Weber", "anna.weber@elbeflow.de")}},
                                           {"2", {PersonOf("Jonas Schmidt", "jonas@elbeflow.de")}}});
  EXPECT_EQ(Told(index, {PersonOf("Somebody", "anna.weber@elbeflow.de")}),
            std::vector<std::string>{"1 1.000000 same e-mail"});
  EXPECT_EQ(Best(index, PersonOf("", "anna.weber@elbeflow.de")), "1");
  EXPECT_EQ(Best(index, PersonOf("Anna Weber", "other@elbeflow.de")), "nobody");
}

TEST(MatchIndexTest, NamesAreKnownAcrossScriptsWhereMoreAgrees) {
  const MatchIndex index = IndexOf(false, {{"1", {PersonOf("Иван Петров", "", "+79161234567", "a1")}},
                                           {"2", {PersonOf("Иван Сидоров", "", "+79167654321", "a1")}}});
  const MatchAnswer across = index.Find({PersonOf("Ivan Petrov", "", "+79161234567")});
  ASSERT_EQ(across.matches.size(), 1U);
  EXPECT_EQ(index.IdOf(across.matches[0].entity), "1");
  EXPECT_FALSE(across.matches[0].is_certain);
  EXPECT_GE(across.matches[0].probability, kLeastLinked);
  EXPECT_EQ(Told(index, {PersonOf("иван петров", "", "+79161234567")}),
            std::vector<std::string>{"1 1.000000 same phone and name"});
  EXPECT_EQ(Best(index, PersonOf("Ivan Petrov", "", "", "a1")), "1");
  EXPECT_EQ(Best(index, PersonOf("Ivan Petrov")), "nobody");
}

TEST(MatchIndexTest, ASharedMailboxIsNobodysByItself) {
  const MatchIndex index = IndexOf(false, {{"1", {PersonOf("Anna Weber", "info@elbeflow.de")}},
                                           {"2", {PersonOf("Jonas Schmidt", "info@elbeflow.de")}}});
  EXPECT_EQ(Best(index, PersonOf("", "info@elbeflow.de")), "nobody");
  EXPECT_EQ(Best(index, PersonOf("jonas schmidt", "info@elbeflow.de")), "2");
}

TEST(MatchIndexTest, ACompanyIsKnownByDomainTaxIdOrByWhatAgreesTogether) {
  const MatchIndex index = IndexOf(true, {{"1", {CompanyOf("Elbeflow GmbH", "elbeflow.de", "", "Berlin")}},
                                          {"2", {CompanyOf("Ромашка ООО", "", "7707083893", "Москва")}},
                                          {"3", {CompanyOf("Montapharm AG")}, {"montapharm.ch"}}});
  EXPECT_EQ(Told(index, {CompanyOf("", "elbeflow.de")}),
            std::vector<std::string>{"1 1.000000 same domain elbeflow.de"});
  EXPECT_EQ(Told(index, {CompanyOf("Другое имя", "", "7707083893")}),
            std::vector<std::string>{"2 1.000000 same tax id"});
  EXPECT_EQ(Best(index, CompanyOf("ELBEFLOW", "", "", "Berlin")), "1");
  EXPECT_EQ(Best(index, CompanyOf("Elbeflow")), "nobody");
  const MatchAnswer by_contacts = index.Find({CompanyOf("Montapharm"), {"montapharm.ch"}});
  ASSERT_EQ(by_contacts.matches.size(), 1U);
  EXPECT_EQ(index.IdOf(by_contacts.matches[0].entity), "3");
  EXPECT_GE(by_contacts.matches[0].probability, kLeastLinked);
  EXPECT_FALSE(by_contacts.matches[0].is_certain);
}

TEST(MatchIndexTest, PeopleWhoWereSaidToBeTwoAreBothTold) {
  const MatchIndex index = IndexOf(false, {{"2", {PersonOf("Anna Weber", "weber@elbeflow.de")}},
                                           {"1", {PersonOf("Jonas Weber", "weber@elbeflow.de")}}});
  EXPECT_EQ(Told(index, {PersonOf("Jonas Weber", "weber@elbeflow.de")}),
            (std::vector<std::string>{"1 1.000000 same e-mail", "2 1.000000 same e-mail"}));
}

TEST(MatchIndexTest, PhoneAndNameMustBeOfOneRecord) {
  const MatchIndex index = IndexOf(
      false, {{"1", {PersonOf("Robert Smith", "", "+12025550101"), PersonOf("Bob Smith", "", "+12025550102")}}});
  EXPECT_TRUE(index.Find({PersonOf("Robert Smith", "", "+12025550101")}).matches.at(0).is_certain);
  const MatchAnswer crossed = index.Find({PersonOf("Robert Smith", "", "+12025550102")});
  ASSERT_EQ(crossed.matches.size(), 1U);
  EXPECT_FALSE(crossed.matches[0].is_certain);
}

TEST(MatchIndexTest, NothingToGoByIsSaid) {
  const MatchIndex index = IndexOf(false, {{"1", {PersonOf("Anna Weber", "anna@elbeflow.de")}}});
  EXPECT_FALSE(index.Find({PersonOf("")}).is_comparable);
  EXPECT_TRUE(index.Find({PersonOf("", "no address")}).matches.empty());
  EXPECT_TRUE(index.Find({PersonOf("Somebody Else")}).is_comparable);
  const MatchIndex empty = IndexOf(false, {});
  EXPECT_EQ(empty.size(), 0U);
  EXPECT_TRUE(empty.Find({PersonOf("Anna Weber", "anna@elbeflow.de")}).matches.empty());
}

TEST(MatchIndexTest, EveryEntityIsFoundByEachOfItsRecords) {
  const std::vector<Known> known = MadeUp(3000, 7);
  const MatchIndex index = IndexOf(false, known, 2);
  ASSERT_EQ(index.size(), known.size());
  for (const Known& one : known) {
    for (const EntityWords& words : one.records) {
      const MatchAnswer answer = index.Find({words});
      ASSERT_FALSE(answer.matches.empty()) << words[kName] << " " << words[kEmail];
      const bool is_among = std::ranges::any_of(
          answer.matches, [&](const EntityMatch& match) { return index.IdOf(match.entity) == one.id; });
      EXPECT_TRUE(is_among) << one.id << " " << words[kName];
      EXPECT_EQ(answer.matches[0].probability, words[kEmail].empty() ? answer.matches[0].probability : 1.0);
    }
  }
}

TEST(MatchIndexTest, FindsWhatAScanOfEverythingFinds) {
  RandomStream random(11, "identity.match_index_test");
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    const std::vector<Known> known = MadeUp(400, seed);
    const MatchIndex index = IndexOf(false, known);
    std::vector<EntityProfile> profiles;
    profiles.reserve(known.size());
    for (const Known& one : known) profiles.push_back(ProfileOf(false, one.records, {}, {}));
    std::size_t told_of = 0;
    for (int i = 0; i < 250; ++i) {
      const Known& one =
          known[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(known.size()) - 1))];
      MatchQuery query{one.records.front()};
      for (std::string& word : query.words) {
        if (random.Chance(0.3)) word = WithTypo(std::move(word), random);
        if (random.Chance(0.3)) word.clear();
      }
      const MatchAnswer answer = index.Find(query);
      EXPECT_FALSE(answer.is_cut);
      std::vector<std::string> told;
      told.reserve(answer.matches.size());
      for (const EntityMatch& match : answer.matches) {
        told.push_back(fmt::format("{} {:.6f}", index.IdOf(match.entity), match.probability));
      }
      // Numbers are in the order of ids.
      ASSERT_EQ(told, Scanned(known, profiles, query)) << query.words[kName] << " " << query.words[kEmail];
      told_of += told.size();
    }
    EXPECT_GT(told_of, 150U) << "few questions led to anybody";
  }
}

TEST(MatchIndexTest, NeitherOrderNorThreadsShow) {
  std::vector<Known> known = MadeUp(2000, 3);
  const MatchIndex index = IndexOf(false, known);
  std::vector<std::string> told;
  for (std::size_t i = 0; i < 300; ++i) {
    for (std::string& one : Told(index, {known[i].records.back()})) told.push_back(std::move(one));
  }
  const std::vector<Known> before = known;
  RandomStream random(5, "identity.match_index_test");
  for (std::size_t i = known.size() - 1; i > 0; --i) {
    std::swap(known[i], known[static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(i)))]);
  }
  const MatchIndex again = IndexOf(false, known, 3);
  std::vector<std::string> told_again;
  for (std::size_t i = 0; i < 300; ++i) {
    for (std::string& one : Told(again, {before[i].records.back()})) told_again.push_back(std::move(one));
  }
  EXPECT_EQ(told, told_again);
}

TEST(MatchIndexTest, ManyOfOneNameAreNotAllLookedAt) {
  std::vector<Known> known;
  known.reserve(5000);
  for (int i = 0; i < 5000; ++i) {
    known.push_back({fmt::format("p{}", i),
                     {PersonOf("Иван Иванов", fmt::format("ivanov.{}@post.example.com", i),
                               fmt::format("+7916{:07}", i), fmt::format("a{}", i / 3))}});
  }
  const MatchIndex index = IndexOf(false, known);
  const MatchAnswer by_name = index.Find({PersonOf("Иван Иванов")});
  EXPECT_TRUE(by_name.is_cut);
  EXPECT_EQ(by_name.weighed, 0U);
  EXPECT_TRUE(by_name.matches.empty());
  const MatchAnswer by_address = index.Find({PersonOf("Иван Иванов", "ivanov.4321@post.example.com")});
  EXPECT_TRUE(by_address.is_cut);
  ASSERT_EQ(by_address.matches.size(), 1U);
  EXPECT_EQ(index.IdOf(by_address.matches[0].entity), "p4321");
  EXPECT_LE(index.Find({PersonOf("Ivan Ivanov", "", "+79160004321", "a1440")}).weighed, kMostWeighed);
  EXPECT_EQ(Best(index, PersonOf("Ivan Ivanov", "", "+79160004321", "a1440")), "p4321");
}

TEST(MatchIndexTest, HugeValuesAndManyOfThemStayBounded) {
  std::vector<EntityWords> records(1000);
  for (std::size_t i = 0; i < records.size(); ++i) {
    records[i] = PersonOf(fmt::format("Anna Number{} Weber", i), fmt::format("anna{}@elbeflow.de", i));
    records[i][kTitle] = fmt::format("{}", i) + std::string(2000, 'x');
  }
  const std::string huge = "é" + std::string(1U << 20, 'a') + "é";
  const MatchIndex index = IndexOf(false, {{"1", records}, {"2", {PersonOf(huge, huge, huge, huge)}}});
  const auto values = index.ValuesOf(0);
  EXPECT_EQ(values[kName].size(), kMostValues);
  EXPECT_LE(values[kTitle][0].size(), kLongestValue);
  EXPECT_LT(index.bytes(), std::size_t{3} << 20);
  EXPECT_EQ(Best(index, PersonOf("", "anna999@elbeflow.de")), "1") << "each address is a key, kept to be shown or not";
  EXPECT_LE(index.Find({PersonOf(huge, huge, huge, huge)}).weighed, kMostWeighed);
  const auto of_huge = index.ValuesOf(1);
  ASSERT_EQ(of_huge[kName].size(), 1U);
  EXPECT_TRUE(IsValidUtf8(of_huge[kName][0]));
}

TEST(MatchIndexTest, IdsLeadToNumbersAndBack) {
  const MatchIndex index =
      IndexOf(false, {{"b", {PersonOf("B C")}}, {"", {PersonOf("D E")}}, {"a|1", {PersonOf("A")}}});
  for (std::uint32_t i = 0; i < index.size(); ++i) EXPECT_EQ(index.NumberOf(index.IdOf(i)), i);
  EXPECT_EQ(index.IdOf(2), "b");
  EXPECT_EQ(index.NumberOf("c"), std::nullopt);
  EXPECT_EQ(index.ValuesOf(2)[kName], std::vector<std::string>{"B C"});
}

}  // namespace
}  // namespace weir::identity
