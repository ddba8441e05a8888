#include "identity/entity_evidence.h"

#include <algorithm>
#include <map>

#include <gtest/gtest.h>

#include "base/random.h"

namespace weir::identity {
namespace {

constexpr double kFew = 100;

EntityProfile Of(bool is_account, const std::map<std::string, std::string>& said, const std::string& own_key = {}) {
  EntityWords words;
  const auto columns = ColumnsOf(is_account);
  for (const auto& [column, value] : said) {
    const auto found = std::ranges::find(columns, column);
    EXPECT_NE(found, columns.end()) << column;
    words.at(static_cast<std::size_t>(found - columns.begin())) = value;
  }
  std::vector<std::string> own_keys;
  if (!own_key.empty()) own_keys.push_back(own_key);
  return ProfileOf(is_account, std::span(&words, 1), std::move(own_keys), {});
}

const EntityBar& BarOf(const EntityEvidence& evidence, std::string_view field) {
  static const EntityBar none{};
  const auto found = std::ranges::find(evidence.bars, field, &EntityBar::field);
  return found == evidence.bars.end() ? none : *found;
}

TEST(EntityEvidence, CountriesAreOneByCodeAndByName) {
  const EntityProfile code = Of(true, {{"name", "Acme"}, {"country", "DE"}});
  const EntityProfile name = Of(true, {{"name", "Acme"}, {"country", "Germany"}});
  const EntityProfile other = Of(true, {{"name", "Acme"}, {"country", "France"}});
  EXPECT_EQ(BarOf(Weigh(code, name, kFew), "country").level, "the same");
  EXPECT_EQ(BarOf(Weigh(code, other, kFew), "country").level, "different");
  EXPECT_GT(Weigh(code, name, kFew).weight, Weigh(code, other, kFew).weight);
}

TEST(EntityEvidence, AParentAndItsSubsidiaryAreTwo) {
  const std::map<std::string, std::string> said{{"name", "Acme"}, {"city", "Bonn"}, {"phone", "+4930123456"}};
  std::map<std::string, std::string> of_child = said;
  of_child["parent"] = "crm|1";
  const EntityProfile parent = Of(true, said, "crm|1");
  const EntityProfile child = Of(true, of_child, "crm|2");
  const EntityProfile twin = Of(true, said, "crm|2");
  EXPECT_GT(Weigh(parent, twin, kFew).weight, 3);
  EXPECT_LT(Weigh(parent, child, kFew).weight, 0);
}

TEST(EntityEvidence, ANameAloneIsNotEnough) {
  EXPECT_LT(Weigh(Of(false, {{"name", "Anna Smith"}}), Of(false, {{"name", "Anna Smith"}}), kFew).weight, 4)
      << "namesakes";
  EXPECT_GT(Weigh(Of(false, {{"name", "Anna Smith"}, {"phone", "+4930123456"}}),
                  Of(false, {{"name", "Anna Smith"}, {"phone", "+49 30 123456"}}), kFew)
                .weight,
            4);
}

// The same from both sides, and the bars with the prior are the weight.
TEST(EntityEvidence, IsSymmetricAndAddsUp) {
  RandomStream random(1, "identity.entity_evidence_test");
  const std::vector<std::string> values{
      "",      "Acme GmbH", "Acme", "Anna Smith", "anna@acme.com", "+4930123456", "DE",        "Germany",
      "crm|1", "12",        "15",   "Berlin",     "acme.de",       "a. smith",    "Смит Анна", "CFO"};
  for (int round = 0; round < 4000; ++round) {
    const bool is_account = random.Chance(0.5);
    const auto draw = [&](const std::string& key) {
      std::map<std::string, std::string> said;
      for (const std::string_view column : ColumnsOf(is_account)) {
        said[std::string(column)] =
            values.at(static_cast<std::size_t>(random.Integer(0, static_cast<std::int64_t>(values.size()) - 1)));
      }
      return Of(is_account, said, key);
    };
    const EntityProfile a = draw("crm|1");
    const EntityProfile b = draw("crm|2");
    const EntityEvidence evidence = Weigh(a, b, kFew);
    EXPECT_DOUBLE_EQ(evidence.weight, Weigh(b, a, kFew).weight);
    double sum = evidence.prior;
    for (const EntityBar& bar : evidence.bars) sum += bar.weight;
    EXPECT_NEAR(sum, evidence.weight, 1e-9);
  }
}

}  // namespace
}  // namespace weir::identity
