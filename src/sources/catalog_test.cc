// The mappings that travel with the program: each is well formed and its SQL runs. A failure prints file, line and
// mend, so that this test is what an author of mappings runs.
#include <filesystem>
#include <fstream>
#include <iterator>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/mapping.h"
#include "sources/records.h"

namespace weir::sources {
namespace {

TEST(Catalog, EveryMappingIsWellFormed) {
  auto checker = EmitChecker::Make();
  ASSERT_TRUE(checker.has_value()) << checker.error().ToString();
  std::size_t count = 0;
  for (const auto& entry : std::filesystem::directory_iterator("catalog/sources")) {
    if (entry.path().extension() != ".toml") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto mapping = ParseMapping(text, entry.path().string());
    ++count;
    EXPECT_TRUE(mapping.has_value()) << mapping.error().ToString();
    if (!mapping) continue;
    const Status checked = checker->Check(*mapping);
    EXPECT_TRUE(checked.has_value()) << checked.error().ToString();
    EXPECT_FALSE(mapping->title_en.empty()) << entry.path() << " has no title";
    EXPECT_FALSE(mapping->emits.empty() && mapping->note_en.empty())
        << entry.path() << " emits nothing and does not say why (note)";
    EXPECT_EQ(entry.path().stem().string().find(mapping->source), 0U)
        << entry.path() << " is not named after its source";
  }
  EXPECT_GT(count, 0U);
}

TEST(Catalog, LoadsFromTheProgram) {
  const auto catalog = LoadMappings();
  ASSERT_TRUE(catalog.has_value()) << catalog.error().ToString();
  EXPECT_THAT(catalog->problems, testing::IsEmpty());
}

// Companies are joined by their domain: "https://www.acme.com" and "acme.com" have to be one.
TEST(Catalog, ADomainIsNeverMadeOfAWholeAddress) {
  const auto catalog = LoadMappings();
  ASSERT_TRUE(catalog.has_value()) << catalog.error().ToString();
  std::size_t count = 0;
  for (const Mapping& mapping : catalog->mappings) {
    for (const Emit& emit : mapping.emits) {
      for (const auto& [column, sql] : emit.set) {
        if (column != "domain") continue;
        ++count;
        for (const MappingColumn& one : mapping.columns) {
          if (one.type != ColumnType::kUrl) continue;
          EXPECT_THAT(sql, testing::Not(testing::ContainsRegex("(^|[^a-z_])" + one.name + "([^a-z_]|$)")))
              << mapping.source << "/" << mapping.object << ": give the header a second column of type domain";
        }
      }
    }
  }
  EXPECT_GT(count, 3U);
}

}  // namespace
}  // namespace weir::sources
