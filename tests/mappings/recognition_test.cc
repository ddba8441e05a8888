// Every header of headers.txt, and the generic form of every record table, is recognised as its mapping.
#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "header_file.h"
#include "model/records.h"

namespace weir::sources::testing {
namespace {

class Recognition : public ::testing::Test {
 protected:
  void SetUp() override {
    auto catalog = LoadMappings();
    ASSERT_TRUE(catalog.has_value()) << catalog.error().ToString();
    catalog_ = std::move(*catalog);
    expected_ = ReadHeaderFile("tests/mappings/headers.txt");
  }

  // The mapping that takes a sample, empty if none does; for the message, the best that fit at all.
  std::string Taken(const Sample& sample, std::string& message) const {
    const std::vector<Candidate> candidates = Recognise(catalog_, sample);
    for (std::size_t i = 0; i < std::min<std::size_t>(candidates.size(), 4); ++i) {
      message += fmt::format("\n  {} {:.3f}{} {}", NameOf(*candidates[i].mapping), candidates[i].score,
                             candidates[i].has_key ? "" : " (no key)", candidates[i].reason);
    }
    return !candidates.empty() && candidates.front().IsAccepted() ? NameOf(*candidates.front().mapping) : std::string();
  }

  // Forms of ours have no header of another program; those of enrichment are a source of their own.
  static bool IsOurForm(const Mapping& mapping) {
    return mapping.source == "generic" || mapping.source == "enrichment";
  }
  const Mapping* FormOf(const std::string& table) const {
    const Mapping* mapping = catalog_.Find("generic", table);
    return mapping != nullptr ? mapping : catalog_.Find("enrichment", table);
  }

  MappingCatalog catalog_;
  std::vector<ExpectedHeader> expected_;
};

TEST_F(Recognition, TellsEveryRealHeader) {
  for (const ExpectedHeader& expected : expected_) {
    std::string message;
    const std::string taken = Taken(SampleOf(expected), message);
    EXPECT_EQ(taken, expected.mapping) << expected.file << message;
  }
}

TEST_F(Recognition, KnowsAHeaderOfEveryMapping) {
  std::set<std::string> known;
  for (const ExpectedHeader& expected : expected_) known.insert(expected.mapping);
  for (const Mapping& mapping : catalog_.mappings) {
    if (IsOurForm(mapping)) continue;
    EXPECT_TRUE(known.contains(NameOf(mapping))) << NameOf(mapping) << " has no header in tests/mappings/headers.txt";
  }
}

TEST_F(Recognition, HasAGenericFormOfEveryRecordTable) {
  for (const model::RecordTable& table : model::RecordTables()) {
    const Mapping* mapping = FormOf(table.name);
    ASSERT_NE(mapping, nullptr) << table.name << " has no generic form";
    ASSERT_FALSE(mapping->emits.empty());
    EXPECT_EQ(mapping->emits.front().table, table.name);
    EXPECT_EQ(mapping->emits.front().set.size(), table.columns.size()) << table.name;
  }
}

// The whole form, under the name that the page of the generic form advises.
TEST_F(Recognition, TellsTheGenericFormInBothLanguages) {
  for (const model::RecordTable& table : model::RecordTables()) {
    const Mapping& mapping = *FormOf(table.name);
    std::string file = "weir-" + table.name + ".csv";
    std::ranges::replace(file, '_', '-');
    for (const bool is_russian : {false, true}) {
      ExpectedHeader header{.mapping = NameOf(mapping), .file = file, .records = {}, .headers = {}};
      for (const MappingColumn& column : mapping.columns) {
        header.headers.push_back(is_russian ? column.names.back() : column.names.front());
      }
      std::string message;
      const std::string taken = Taken(SampleOf(header), message);
      EXPECT_EQ(taken, header.mapping) << (is_russian ? "Russian" : "English") << message;
    }
  }
}

TEST_F(Recognition, TakesNothingForWhatItIsNot) {
  for (const char* header : {"id, name", "name, email", "a, b, c", "id, status, amount", "date, value"}) {
    ExpectedHeader expected{.mapping = {}, .file = "file.csv", .records = {}, .headers = {}};
    std::string_view rest = header;
    while (!rest.empty()) {
      const std::size_t end = std::min(rest.find(", "), rest.size());
      expected.headers.emplace_back(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 2, rest.size()));
    }
    std::string message;
    const std::string taken = Taken(SampleOf(expected), message);
    EXPECT_EQ(taken, "") << header << message;
  }
}

}  // namespace
}  // namespace weir::sources::testing
