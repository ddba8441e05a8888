// Names of people and companies against the verdicts of people (er-name-pairs), where that set is at hand.
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include "identity/company_name.h"
#include "identity/person_name.h"

namespace weir::identity {
namespace {

std::filesystem::path SharedData() {
  if (const char* told = std::getenv("WEIR_SHARED_DATA"); told != nullptr) return told;
  const char* root = std::getenv("WEIR_SOURCE_DIR");
  return std::filesystem::path(root != nullptr ? root : ".") / "../shared/data";
}

std::string Unzipped(const std::filesystem::path& path) {
  std::string text;
  std::vector<char> piece(1U << 16U);
  gzFile file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return text;
  for (int read = 1; read > 0;) {
    read = gzread(file, piece.data(), static_cast<unsigned>(piece.size()));
    if (read > 0) text.append(piece.data(), static_cast<std::size_t>(read));
  }
  gzclose(file);
  return text;
}

std::vector<std::vector<std::string>> CsvRows(std::string_view text) {
  std::vector<std::vector<std::string>> rows;
  std::vector<std::string> row(1);
  bool is_quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == '"' && is_quoted && at + 1 < text.size() && text[at + 1] == '"') {
      row.back().push_back(c);
      ++at;
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (c == ',' && !is_quoted) {
      row.emplace_back();
    } else if (c == '\n' && !is_quoted) {
      rows.push_back(std::move(row));
      row = std::vector<std::string>(1);
    } else if (c != '\r') {
      row.back().push_back(c);
    }
  }
  return rows;
}

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
