#include "sources/recognise.h"

#include <cstdlib>
#include <iostream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/discover.h"
#include "sources/test_files.h"

namespace weir::sources {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::string_view kDeals = R"(
source = "crm"
object = "deal"
[recognise]
require = ["id|name", "stage"]
files = ["deal*"]
forbid = ["Ticket ID"]
prefixes = ["property"]
[key]
columns = ["id"]
natural = ["name"]
[columns]
id = { type = "id", names = ["Id", "Deal ID"] }
name = { type = "name", names = ["Name", "Название сделки"] }
stage = { type = "text", names = ["StageName", "Stage", "Этап сделки"] }
amount = { type = "money", names = ["Amount", "Бюджет"] }
source = { type = "text", names = ["utm_source"] }
)";

constexpr std::string_view kTickets = R"(
source = "desk"
object = "ticket"
[recognise]
require = ["id", "status"]
values = { object = ["ticket"] }
[columns]
id = { type = "id", names = ["Id", "Ticket ID"] }
status = { type = "text", names = ["Status"] }
stage = { type = "text", names = ["Stage"] }
)";

class RecogniseTest : public testing::Test {
 protected:
  RecogniseTest() {
    for (const std::string_view text : {kDeals, kTickets}) {
      auto mapping = ParseMapping(text, "test.toml");
      EXPECT_TRUE(mapping.has_value()) << mapping.error().ToString();
      catalog_.mappings.push_back(std::move(*mapping));
    }
  }
  std::vector<Candidate> Recognised(const std::vector<std::string>& headers, const std::string& file = "x.csv",
                                    std::vector<std::vector<std::string>> rows = {}) {
    Sample sample;
    sample.file_name = file;
    for (const std::string& header : headers) sample.columns.push_back({header, NormaliseHeader(header), ""});
    sample.rows = std::move(rows);
    return Recognise(catalog_, sample);
  }
  MappingCatalog catalog_;
};

// Rule 1: headers are matched by normalised tokens and aliases, in any language, never by position.
TEST_F(RecogniseTest, MatchesHeadersByMeaning) {
  for (const std::vector<std::string>& headers : {std::vector<std::string>{"Id", "StageName", "Amount"},
                                                  {"Amount", "Deal ID", "Stage"},
                                                  {"Название сделки", "Этап сделки", "Бюджет, ₽"},
                                                  {"property_id", "property_stage_name", "property_amount"}}) {
    const auto candidates = Recognised(headers);
    ASSERT_FALSE(candidates.empty());
    EXPECT_EQ(candidates[0].mapping->object, "deal") << headers[0];
    EXPECT_TRUE(candidates[0].IsAccepted()) << candidates[0].score << " " << candidates[0].reason.text;
  }
}

TEST_F(RecogniseTest, SaysWhatIsMissing) {
  const auto candidates = Recognised({"Id", "Amount"});
  ASSERT_FALSE(candidates.empty());
  EXPECT_FALSE(candidates[0].IsAccepted());
  EXPECT_THAT(candidates[0].missing, ElementsAre("stage_name"));
  EXPECT_THAT(candidates[0].reason.text, HasSubstr("missing: stage"));
}

TEST_F(RecogniseTest, ForeignColumnsLowerTheScoreAndTheNameRaisesIt) {
  const std::vector<std::string> headers{"Id", "Stage", "a", "b", "c", "d"};
  EXPECT_FALSE(Recognised(headers)[0].IsAccepted());
  EXPECT_TRUE(Recognised(headers, "Deals 2024.csv")[0].IsAccepted());
  EXPECT_TRUE(Recognised(headers, "crm/deals.csv")[0].IsAccepted());
}

TEST_F(RecogniseTest, ForbiddenHeadersAndValuesSpeakAgainst) {
  const auto tickets = Recognised({"Ticket ID", "Stage", "Status"});
  ASSERT_EQ(tickets.size(), 1U);
  EXPECT_EQ(tickets[0].mapping->object, "ticket");
  EXPECT_TRUE(Recognised({"id", "status", "object"}, "x.json", {{"1", "open", "charge"}}).empty() ||
              Recognised({"id", "status", "object"}, "x.json", {{"1", "open", "charge"}})[0].mapping->object == "deal");
  EXPECT_TRUE(Recognised({"id", "status", "object"}, "x.json", {{"1", "open", "ticket"}})[0].IsAccepted());
}

// Rule 8: an export without ids has its natural key; without either it is not taken unasked.
TEST_F(RecogniseTest, NeedsAKey) {
  EXPECT_TRUE(Recognised({"Name", "Stage"})[0].has_key);
  catalog_.mappings[0].natural_key.clear();
  const auto candidates = Recognised({"Name", "Stage"});
  EXPECT_FALSE(candidates[0].IsAccepted());
  EXPECT_THAT(candidates[0].reason.text, HasSubstr("no column of its key"));
}

TEST_F(RecogniseTest, TwoThatFitEquallyWellAreNotTaken) {
  Mapping twin = catalog_.mappings[0];
  twin.object = "lead";
  catalog_.mappings.push_back(twin);
  const auto candidates = Recognised({"Id", "StageName", "Amount"});
  EXPECT_FALSE(candidates[0].IsAccepted());
  EXPECT_THAT(candidates[0].reason.text, HasSubstr("crm lead fits as well"));
}

// Rule 3: the last filled cell of a repeated header counts, so all of them are bound.
TEST_F(RecogniseTest, BindsRepeatedHeadersTogether) {
  std::vector<SourceColumn> columns;
  for (const char* header : {"Id", "utm_source", "Stage", "StageName", "utm_source"}) {
    columns.push_back({header, NormaliseHeader(header), ""});
  }
  EXPECT_THAT(BindColumns(catalog_.mappings[0], columns),
              ElementsAre(ElementsAre(0), ElementsAre(), ElementsAre(3), ElementsAre(), ElementsAre(1, 4)));
}

// What the program's own mappings say of real exports, where they are at hand: prints one line a file.
TEST(RecogniseReal, ListsExportShapes) {
  const char* folder = std::getenv("WEIR_EXPORT_SHAPES");
  if (folder == nullptr) GTEST_SKIP() << "set WEIR_EXPORT_SHAPES to a folder of exports";
  const auto catalog = LoadMappings("catalog/sources");
  ASSERT_TRUE(catalog.has_value()) << catalog.error().ToString();
  for (const Error& problem : catalog->problems) std::cout << problem.ToString() << "\n";
  DiscoverOptions options;
  options.is_recursive = true;
  const auto found = Discover(folder, options);
  ASSERT_TRUE(found.has_value()) << found.error().ToString();
  for (const FileInput& file : found->files) {
    const auto sample = TakeSample(file);
    if (!sample) {
      std::cout << "error        " << sample.error().ToString() << "\n";
      continue;
    }
    const auto candidates = Recognise(*catalog, *sample);
    if (candidates.empty()) {
      std::cout << "unknown      " << file.Title() << "\n";
      continue;
    }
    const Candidate& best = candidates[0];
    std::cout << fmt::format("{} {:.3f} {} = {} {} ({})\n", best.IsAccepted() ? "accepted" : "doubtful", best.score,
                             file.Title(), best.mapping->source, best.mapping->object, best.reason.text);
  }
}

}  // namespace
}  // namespace weir::sources
