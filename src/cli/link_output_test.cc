#include "cli/link_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include <nlohmann/json.hpp>

#include "engine/render.h"

namespace weir::cli {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;

std::string BytesOf(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

LinkInput InputOf(const std::vector<std::string>& ids, std::size_t first) {
  LinkInput input;
  for (const std::string& id : ids) input.ids.Add(id);
  input.table.rows = ids.size();
  input.table.second_begins = first;
  input.files.push_back({.path = "a.csv", .name = "a.csv", .rows = first, .id_column = "id"});
  if (first < ids.size()) input.files.push_back({.path = "b.csv", .name = "b, c.csv", .rows = ids.size() - first});
  return input;
}

class LinkOutputTest : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = fs::path(testing::TempDir()) /
              (std::string("weir-link-out-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
  }
  void TearDown() override { fs::remove_all(folder_); }

  void Write(const LinkInput& input, const identity::LinkResult& result) const {
    auto files = LinkFiles::In(folder_.string());
    ASSERT_TRUE(files) << files.error().ToString();
    const Status written = files->Write(input, result, 0, nullptr, Executor(2));
    ASSERT_TRUE(written) << written.error().ToString();
  }

  fs::path folder_;
};

TEST_F(LinkOutputTest, WritesEveryPairOfTheClustersInTheOrderOfIds) {
  const LinkInput input = InputOf({"z", "a,1", "m", "q\"", "b"}, 5);
  identity::LinkResult result;
  result.clusters = {0, 0, 2, 0, 2};
  result.pairs = {{0, 1, 1.0F}, {1, 3, -2.0F}, {2, 4, 0.0F}, {3, 4, 9.0F}};  // z and q" were never compared
  Write(input, result);
  EXPECT_EQ(BytesOf(folder_ / "links.csv"),
            "id_a,id_b,probability\n\"a,1\",\"q\"\"\",0.2\n\"a,1\",z,0.666667\nb,m,0.5\n\"q\"\"\",z,\n");
  EXPECT_EQ(BytesOf(folder_ / "clusters.csv"),
            "source,id,cluster\na.csv,z,1\na.csv,\"a,1\",1\na.csv,\"q\"\"\",1\na.csv,m,2\na.csv,b,2\n");
}

TEST_F(LinkOutputTest, OfTwoFilesTheFirstIdIsOfTheFirst) {
  const LinkInput input = InputOf({"9", "1", "1", "2", "9"}, 2);
  identity::LinkResult result;
  result.clusters = {0, 1, 0, 0, 4};
  result.pairs = {{0, 2, 3.0F}, {0, 3, 0.0F}};
  Write(input, result);
  EXPECT_EQ(BytesOf(folder_ / "links.csv"), "id_a,id_b,probability\n9,1,0.888889\n9,2,0.5\n");
  EXPECT_EQ(BytesOf(folder_ / "clusters.csv"),
            "source,id,cluster\na.csv,9,1\n\"b, c.csv\",1,1\n\"b, c.csv\",2,1\na.csv,1,2\n\"b, c.csv\",9,3\n");
}

TEST_F(LinkOutputTest, GoldenRecordsSayWhichRecordEachValueIsOf) {
  for (const std::size_t first : {3, 2}) {
    LinkInput input = InputOf({"x", "y", "z,1"}, first);
    for (const auto& [name, cells] :
         {std::pair{"name", std::vector{"Ann", "Ann Lee", "Bo \"b\""}}, {"a, b", std::vector{"1", "", ""}}}) {
      identity::TextColumn& column = input.table.columns.emplace_back(name);
      for (const char* cell : cells) column.Add(cell);
    }
    identity::LinkResult result;
    result.clusters = {0, 0, 2};
    const auto golden = identity::GoldenRecords(input.table, result.clusters, {}, {}, Executor(1), std::stop_token());
    ASSERT_TRUE(golden);
    auto files = LinkFiles::In(folder_.string());
    ASSERT_TRUE(files);
    ASSERT_TRUE(files->Write(input, result, 1, &*golden, Executor(1)));
    EXPECT_EQ(BytesOf(folder_ / "golden.csv"), "cluster,name,\"a, b\"\n1,Ann Lee,1\n2,\"Bo \"\"b\"\"\",\n");
    EXPECT_EQ(BytesOf(folder_ / "golden_sources.csv"),
              first == 3 ? "cluster,name,\"a, b\"\n1,y,x\n2,\"z,1\",\n"
                         : "cluster,name,\"a, b\"\n1,a.csv:y,a.csv:x\n2,\"b, c.csv:z,1\",\n");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 4);
  }
}

TEST_F(LinkOutputTest, WhatIsNotFinishedLeavesNothing) {
  fs::create_directories(folder_);
  std::ofstream(folder_ / "links.csv") << "earlier\n";
  {
    auto files = LinkFiles::In(folder_.string());
    ASSERT_TRUE(files) << files.error().ToString();
    const Status written = files->Write(InputOf({"1", "2"}, 2), {}, LinkFiles::kMostLinks + 1, nullptr, Executor(1));
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().code(), Code::kTooLarge);
  }
  EXPECT_EQ(BytesOf(folder_ / "links.csv"), "earlier\n");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(LinkOutputTest, TellsItInBothLanguages) {
  const LinkInput input = InputOf({"1", "2", "3"}, 2);
  identity::LinkResult result;
  result.expected_precision = 0.987654;
  LinkSummary summary;
  summary.pairs.emplace();
  summary.b_cubed.emplace();
  const auto russian = engine::Render(LinkAnswer(input, result, summary, Language::kRussian), {.language = "ru"});
  ASSERT_TRUE(russian) << russian.error().ToString();
  EXPECT_THAT(*russian, AllOf(HasSubstr("Ожидаемая точность"), HasSubstr("0.9877"), HasSubstr("a.csv: 2, id: id"),
                              HasSubstr("b, c.csv: 1, id: номер строки"), HasSubstr("! b, c.csv: нет столбца с id")));
  const auto english = engine::Render(LinkAnswer(input, result, summary, Language::kEnglish), {});
  ASSERT_TRUE(english) << english.error().ToString();
  EXPECT_THAT(*english, AllOf(HasSubstr("Expected precision"), HasSubstr("ids: number of the row")));
}

TEST_F(LinkOutputTest, SaysWhyAColumnHoldsNoIds) {
  LinkInput input = InputOf({"1", "2"}, 2);
  const auto told = [&] { return NoticesOf(input, nullptr).at(0).text; };
  input.files.front().id_column.clear();
  EXPECT_THAT(told(), HasSubstr("no column holds ids"));
  input.files.front().no_ids = {.column = "id", .id = "1", .line = 3, .first_line = 2};
  EXPECT_THAT(told(), HasSubstr("column 'id' holds no ids, as '1' is there twice (lines 2 and 3)"));
  input.files.front().no_ids = {.column = "id", .id = "", .line = 4};
  EXPECT_THAT(told(), HasSubstr("column 'id' holds no ids, as it is empty in line 4"));
}

TEST_F(LinkOutputTest, TablesAreKnownBeforeTheyAreMade) {
  const engine::Answer answer = LinkAnswer(InputOf({"1", "2"}, 2), {}, {}, Language::kEnglish);
  for (const analysis::Table& table : answer.output.tables) EXPECT_TRUE(CheckLinkTable(table.name)) << table.name;
  EXPECT_TRUE(CheckLinkTable(""));
  const Status unknown = CheckLinkTable("nosuch");
  ASSERT_FALSE(unknown);
  EXPECT_THAT(unknown.error().ToString(), HasSubstr("The tables are: summary, fields, rules"));
}

TEST_F(LinkOutputTest, TheDocumentHasTheTruthOnlyWhereThereIsOne) {
  const LinkInput input = InputOf({"1", "\xFF", "3"}, 3);
  LinkSummary summary;
  const auto without = nlohmann::json::parse(LinkJson(input, {}, summary));
  EXPECT_FALSE(without.contains("f1"));
  summary.pairs.emplace().f1 = 0.5;
  summary.b_cubed.emplace().f1 = 0.25;
  const auto with = nlohmann::json::parse(LinkJson(input, {}, summary));
  EXPECT_EQ(with["f1"], 0.5);
  EXPECT_EQ(with["b_cubed"]["f1"], 0.25);
}

}  // namespace
}  // namespace weir::cli
