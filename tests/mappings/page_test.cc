// The examples of mappings that pages show work.
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>

#include "header_file.h"
#include "sources/records.h"

namespace weir::sources::testing {
namespace {

// The TOML of the page, without its indentation.
std::string ExampleOf(const std::string& path) {
  std::ifstream in(path);
  std::string example;
  bool is_inside = false;
  for (std::string line; std::getline(in, line);) {
    const std::string_view text = std::string_view(line).substr(std::min(line.find_first_not_of(' '), line.size()));
    if (is_inside && text.starts_with("```")) return example;
    if (is_inside) example += std::string(text) + "\n";
    is_inside = is_inside || text.starts_with("```toml");
  }
  return {};
}

// Reads the example of a page, and says what takes a file with such a header where it is among the mappings.
void ExpectTaken(const std::string& page, const std::string& file, const std::vector<std::string>& headers,
                 const std::string& taken) {
  auto mapping = ParseMapping(ExampleOf(page), page);
  ASSERT_TRUE(mapping.has_value()) << mapping.error().ToString();
  auto checker = EmitChecker::Make();
  ASSERT_TRUE(checker.has_value()) << checker.error().ToString();
  const Status checked = checker->Check(*mapping);
  EXPECT_TRUE(checked.has_value()) << checked.error().ToString();
  auto catalog = LoadMappings();
  ASSERT_TRUE(catalog.has_value()) << catalog.error().ToString();
  catalog->mappings.push_back(std::move(*mapping));
  const std::vector<Candidate> candidates =
      Recognise(*catalog, SampleOf({.mapping = {}, .file = file, .records = {}, .headers = headers}));
  ASSERT_FALSE(candidates.empty());
  EXPECT_EQ(NameOf(*candidates.front().mapping), taken);
  EXPECT_TRUE(candidates.front().IsAccepted()) << candidates.front().reason.text;
}

TEST(Pages, AddASourceHasAnExampleThatTakesItsFile) {
  ExpectTaken("docs/add-a-source.md", "calls_2025-03.csv",
              {"Call ID", "Started", "Agent", "Number", "Seconds", "Result"}, "phone/call");
}

TEST(Pages, SurveysHaveAnExampleThatTakesItsFile) {
  ExpectTaken("docs/sources/surveys.md", "Our NPS (Responses).csv",
              {"Timestamp", "Email Address", "How likely are you to recommend us?", "Why?"}, "google_forms/nps");
}

}  // namespace
}  // namespace weir::sources::testing
