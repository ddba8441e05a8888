#include "identity/keyed.h"

#include <map>

#include <gtest/gtest.h>

#include "base/random.h"
#include "identity/key_part.h"

namespace weir::identity {
namespace {

using Groups = std::map<std::vector<std::uint32_t>, int>;

Groups Told(const std::vector<Keyed>& keyed) {
  Groups groups;
  SharedKeys shared(keyed);
  for (auto records = shared.Next(); !records.empty(); records = shared.Next()) {
    ++groups[{records.begin(), records.end()}];
  }
  EXPECT_TRUE(shared.Next().empty());
  return groups;
}

Groups ByMap(const std::vector<Keyed>& keyed) {
  std::map<std::uint64_t, std::vector<std::uint32_t>> by_key;
  for (const Keyed& each : keyed) by_key[each.key].push_back(each.record);
  Groups groups;
  for (const auto& [key, records] : by_key) {
    if (records.size() > 1) ++groups[records];
  }
  return groups;
}

TEST(SharedKeysTest, AreThoseOfAMap) {
  RandomStream random(7, "keyed");
  for (const int size : {0, 1, 2, 3, 300, 5000, 100'000}) {
    for (const int kinds : {1, 2, 40, 3000, 80'000}) {
      std::vector<Keyed> mixed;
      std::vector<Keyed> plain;  // keys that are not spread at all
      for (int i = 0; i < size; ++i) {
        const auto kind = static_cast<std::uint64_t>(random.Integer(0, kinds));
        mixed.push_back({MixKeys(3, kind), static_cast<std::uint32_t>(i)});
        plain.push_back({kind << 40, static_cast<std::uint32_t>(i)});
      }
      EXPECT_EQ(Told(mixed), ByMap(mixed)) << size << " entries of " << kinds << " keys";
      EXPECT_EQ(Told(plain), ByMap(plain)) << size << " entries of " << kinds << " plain keys";
    }
  }
}

TEST(SharedKeysTest, TellAKeyAsOftenAsARecordHasIt) {
  EXPECT_EQ(Told({{5, 1}, {9, 1}, {5, 1}, {5, 2}}), (Groups{{{1, 1, 2}, 1}}));
}

TEST(SharedKeysTest, ComeInTheSameOrderEachTime) {
  std::vector<Keyed> keyed;
  keyed.reserve(20'000);
  for (std::uint32_t i = 0; i < 20'000; ++i) keyed.push_back({MixKeys(1, i % 7000), i});
  SharedKeys one(keyed);
  SharedKeys other(keyed);
  for (auto records = one.Next(); !records.empty(); records = one.Next()) {
    const auto same = other.Next();
    ASSERT_TRUE(std::equal(records.begin(), records.end(), same.begin(), same.end()));
  }
}

}  // namespace
}  // namespace weir::identity
