// Names of people and companies against the verdicts of people (er-name-pairs), where that set is at hand.
#include <filesystem>
#include <iostream>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "base/shared_sets_for_tests.h"
#include "identity/company_name.h"
#include "identity/person_name.h"

namespace weir::identity {
namespace {

struct Verdicts {
  int both = 0;
  int only_ours = 0;
  int only_theirs = 0;

  void Add(bool ours, bool theirs) {
    both += ours && theirs ? 1 : 0;
    only_ours += ours && !theirs ? 1 : 0;
    only_theirs += !ours && theirs ? 1 : 0;
  }
  double F1() const { return 2.0 * both / (2.0 * both + only_ours + only_theirs); }
  std::string ToString() const {
    return fmt::format("precision {:.3f}, recall {:.3f}, F1 {:.3f} of {} pairs that are one",
                       both / double(both + only_ours), both / double(both + only_theirs), F1(), both + only_theirs);
  }
};

bool HasCyrillic(std::string_view text) {
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0xD0 && byte <= 0xD3) return true;
  }
  return false;
}

// The set counts names that differ in a number alone (Fund II, Fund III) as one; to us they are two. Both are told.
TEST(NamePairs, AgreeWithPeople) {
  const std::filesystem::path path = SharedData() / "er-name-pairs/cases.csv.gz";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "the name pairs are not here (WEIR_SHARED_DATA)";
  const std::vector<std::vector<std::string>> rows = CsvRows(Unzipped(path));
  ASSERT_GT(rows.size(), 800U);
  std::map<std::string, Verdicts> strict;
  std::map<std::string, Verdicts> with_numbers;
  for (std::size_t i = 1; i < rows.size(); ++i) {
    const std::string& schema = rows[i].at(1);
    const std::string& a = rows[i].at(2);
    const std::string& b = rows[i].at(3);
    const bool theirs = rows[i].at(4) == "true";
    bool ours = false;
    bool is_number = false;
    if (schema != "Person") {
      const CompanyNameLevel level = CompareCompanyNames(a, b).level;
      ours = level >= kSameCompanyName;
      is_number = level == CompanyNameLevel::kNumber;
    }
    // A legal entity may be a person.
    if (schema == "Person" || schema == "LegalEntity") ours = ours || ComparePersonNames(a, b).level >= kSamePersonName;
    for (const std::string& group :
         {std::string("all"), schema, std::string(HasCyrillic(a + b) ? "with Cyrillic" : "")}) {
      if (group.empty()) continue;
      strict[group].Add(ours, theirs);
      with_numbers[group].Add(ours || is_number, theirs);
    }
  }
  for (const auto& [group, verdicts] : strict) {
    std::cout << fmt::format("{}: {}; where a number makes no difference F1 {:.3f}\n", group, verdicts.ToString(),
                             with_numbers[group].F1());
  }
  constexpr double kAim = 0.90;
  EXPECT_GE(with_numbers["all"].F1(), kAim);
  EXPECT_GE(strict["Person"].F1(), kAim);
  EXPECT_GE(strict["with Cyrillic"].F1(), kAim);
}

}  // namespace
}  // namespace weir::identity
