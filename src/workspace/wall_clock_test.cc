// Files that give the clock on the wall: the reporting zone may be set long after they were read.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using ::testing::ElementsAre;

class WallClocks : public FreshWorkspace {
 protected:
  // New, updated and unchanged rows.
  std::string Import(const std::string& name, const std::string& text,
                     const std::string& exported_at = "2025-06-01T00:00:00Z") {
    std::ofstream(root_ / name, std::ios::binary) << text;
    ImportRequest request{.inputs = {}, .exported_at = exported_at};
    request.inputs.push_back({.path = root_ / name, .descriptor = -1, .name = name});
    const auto answer = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    if (!answer) return answer.error().ToString();
    const analysis::Table& files = answer->output.tables.front();
    std::string told;
    for (const char* column : {"new", "updated", "unchanged"}) {
      told += (told.empty() ? "" : " ") + store::ToText(files.rows.front()[files.IndexOf(column)]);
    }
    return told;
  }

  void Set(const std::string& zone) {
    const auto set = workspace_->engine().Act("settings.set", {{"name", {"time_zone"}}, {"value", {zone}}}, "",
                                              analysis::Principal::LocalOwner());
    EXPECT_TRUE(set) << set.error().ToString();
  }

  std::vector<std::string> Created(std::optional<std::int64_t> known_at = {}) {
    engine::Question question;
    question.id = "customers.deals";
    question.as_of = "2025-07-01";
    question.known_at = known_at;
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    if (!answer) return {answer.error().ToString()};
    const analysis::Table& table = answer->output.tables.front();
    std::vector<std::string> created;
    created.reserve(table.rows.size());
    for (const auto& row : table.rows) created.push_back(store::ToText(row[table.IndexOf("created_at")]));
    std::ranges::sort(created);
    return created;
  }
};

constexpr const char* kDeals =
    "key,name,stage_kind,amount,currency,created_at,modified_at\n"
    "d1,One,open,100,EUR,2025-01-10 09:00:00,2025-01-10 09:00:00\n"
    "d2,Two,open,100,EUR,2025-05-10 23:30:00,2025-05-10 23:30:00\n";

TEST_F(WallClocks, AreReadByTheZoneThatIsSetAfterwards) {
  EXPECT_EQ(Import("weir-deal.csv", kDeals), "2 0 0");
  EXPECT_THAT(Created(), ElementsAre("2025-01-10T09:00:00Z", "2025-05-10T23:30:00Z"));
  Set("Europe/Berlin");
  EXPECT_THAT(Created(), ElementsAre("2025-01-10T08:00:00Z", "2025-05-10T21:30:00Z"));
  EXPECT_EQ(Import("weir-deal-2.csv", std::string(kDeals) + "d3,Three,open,1,EUR,2025-05-11 12:00:00,\n",
                   "2025-06-02T00:00:00Z"),
            "1 0 2")
      << "what stood in the file before stands there still";
  EXPECT_THAT(Created(), ElementsAre("2025-01-10T08:00:00Z", "2025-05-10T21:30:00Z", "2025-05-11T10:00:00Z"));
  Set("America/New_York");
  EXPECT_THAT(Created(), ElementsAre("2025-01-10T14:00:00Z", "2025-05-11T03:30:00Z", "2025-05-11T16:00:00Z"));
  Set("UTC");
  EXPECT_THAT(Created(), ElementsAre("2025-01-10T09:00:00Z", "2025-05-10T23:30:00Z", "2025-05-11T12:00:00Z"));
}

TEST_F(WallClocks, OffsetsThatAFileGivesStand) {
  EXPECT_EQ(Import("weir-deal.csv",
                   "key,name,stage_kind,created_at\n"
                   "d1,One,open,2025-01-10T09:00:00Z\nd2,Two,open,2025-05-10T23:30:00+02:00\n"),
            "2 0 0");
  Set("America/New_York");
  EXPECT_THAT(Created(), ElementsAre("2025-01-10T09:00:00Z", "2025-05-10T21:30:00Z"));
}

TEST_F(WallClocks, BesideOffsetsInOneColumnAreReadByTheZoneOfTheImport) {
  Set("Europe/Berlin");
  EXPECT_EQ(Import("weir-deal.csv",
                   "key,name,stage_kind,created_at\n"
                   "d1,One,open,2025-01-10 09:00:00\nd2,Two,open,2025-05-10T23:30:00Z\n"),
            "2 0 0");
  EXPECT_THAT(Created(), ElementsAre("2025-01-10T08:00:00Z", "2025-05-10T23:30:00Z"));
  Set("America/New_York");
  EXPECT_THAT(Created(), ElementsAre("2025-01-10T08:00:00Z", "2025-05-10T23:30:00Z"))
      << "which is which is not known any more";
}

TEST_F(WallClocks, AreAsTheyWereKnown) {
  EXPECT_EQ(Import("weir-deal.csv", kDeals), "2 0 0");
  engine::Question question;
  question.id = "customers.deals";
  const auto before = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
  ASSERT_TRUE(before);
  Set("Europe/Berlin");
  EXPECT_THAT(Created(before->data_version), ElementsAre("2025-01-10T09:00:00Z", "2025-05-10T23:30:00Z"));
}

}  // namespace
}  // namespace weir::workspace
