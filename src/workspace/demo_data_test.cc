// Invented data is known as such by its manifest alone, and goes at once while everything else stays.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "sources/demo_manifest.h"
#include "workspace/fresh_workspace.h"

namespace weir::workspace {
namespace {

using testing::HasSubstr;

std::string Deal(const std::string& id, const std::string& amount) {
  return fmt::format(
      "Id,Name,StageName,Amount,CurrencyIsoCode,CloseDate,CreatedDate,IsClosed,IsWon,OwnerId,SystemModstamp\n"
      "{0},Deal {0},Closed Won,{1},EUR,2024-01-20,2024-01-01T09:00:00Z,true,true,005A,2024-01-20T09:00:00Z\n",
      id, amount);
}

class DemoData : public FreshWorkspace {
 protected:
  std::filesystem::path Write(const std::string& folder, const std::string& name, const std::string& text) {
    std::filesystem::create_directories(root_ / folder);
    const std::filesystem::path path = root_ / folder / name;
    std::ofstream(path, std::ios::binary) << text;
    return path;
  }
  void Import(const std::filesystem::path& path) {
    ImportRequest request;
    request.inputs.push_back({.path = path, .descriptor = -1, .name = path.filename().string()});
    const auto answer = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer) << answer.error().ToString();
  }
  std::string Cell(const std::string& id, const std::string& table, const std::string& column,
                   const analysis::RawParams& params = {}) {
    engine::Question question;
    question.id = id;
    question.params = params;
    const auto answer = workspace_->engine().Ask(question, analysis::Principal::LocalOwner());
    if (!answer) return answer.error().ToString();
    const analysis::Table* found = answer->output.Find(table);
    if (found->rows.empty()) return "(no row)";
    return store::ToText(found->rows[0][found->IndexOf(column)]);
  }
  std::string Won() { return Cell("metrics", "metrics", "won_amount", {{"metrics", {"won_amount"}}}); }
  std::string DemoImports() { return Cell("status", "status", "demo_imports"); }
  Result<engine::Answer> Act(const std::string& action, const analysis::RawParams& params = {}) {
    return workspace_->engine().Act(action, params, "a test", analysis::Principal::LocalOwner());
  }
};

TEST_F(DemoData, GoesAtOnceWhileTheRestStays) {
  Write("demo", "Opportunity.csv", Deal("006D", "1000.00"));
  ASSERT_TRUE(sources::WriteDemoManifests(root_ / "demo"));
  Import(root_ / "demo");
  Import(Write("own", "Opportunity.csv", Deal("006O", "7.00")));
  ASSERT_TRUE(Act("settings.set", {{"name", {"plan_won_amount"}}, {"value", {"5000"}}}));
  EXPECT_EQ(Won(), "1007");
  EXPECT_EQ(DemoImports(), "1");
  EXPECT_EQ(Cell("demo", "goes", "object"), "opportunity");
  EXPECT_EQ(Cell("demo", "goes", "rows"), "1");
  EXPECT_EQ(Cell("demo", "stays", "count"), "1") << "the file of one's own";

  const auto removed = Act("demo.remove");
  ASSERT_TRUE(removed) << removed.error().ToString();
  EXPECT_EQ(Won(), "7");
  EXPECT_EQ(DemoImports(), "0");
  EXPECT_EQ(Cell("demo", "goes", "rows"), "(no row)");
  EXPECT_EQ(Cell("metrics", "metrics", "won_amount", {{"metrics", {"won_amount"}}}), "7");
  const auto again = Act("demo.remove");
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().ToString(), HasSubstr("there is no demo data"));
}

TEST_F(DemoData, AFileThatSomebodyChangedIsNotInvented) {
  Write("demo", "Opportunity.csv", Deal("006D", "1000.00"));
  ASSERT_TRUE(sources::WriteDemoManifests(root_ / "demo"));
  Write("demo", "Opportunity.csv", Deal("006D", "1000.01"));
  Import(root_ / "demo");
  EXPECT_EQ(DemoImports(), "0");
}

TEST_F(DemoData, AManifestThatCannotBeReadMarksNothing) {
  for (const std::string text : {"{", "[]", R"({"weir_demo":1,"files":{"a":7}})", R"({"weir_demo":1,"files":[[]]})"}) {
    Write("demo", "Opportunity.csv", Deal("006D", fmt::format("{}.00", text.size())));
    Write("demo", std::string(sources::kDemoManifest), text);
    Import(root_ / "demo");
    EXPECT_EQ(DemoImports(), "0") << text;
  }
}

}  // namespace
}  // namespace weir::workspace
