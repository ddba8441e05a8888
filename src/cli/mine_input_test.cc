#include "cli/mine_input.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "cli/mine_output.h"
#include "journey/log/sorted_log.h"

namespace weir::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::string_view kXes =
    "<?xml version=\"1.0\"?>\n<log><trace><string key=\"concept:name\" value=\"1\"/><event>"
    "<string key=\"concept:name\" value=\"a\"/><string key=\"lifecycle:transition\" value=\"start\"/>"
    "<date key=\"time:timestamp\" value=\"2024-01-01T00:00:00Z\"/></event></trace></log>";
constexpr std::string_view kObjects =
    R"({"objectTypes": [{"name": "order"}, {"name": "item"}], "eventTypes": [], "objects": [{"id": "o", "type": "order"},
    {"id": "i", "type": "item"}, {"id": "j", "type": "item"}], "events": [{"id": "e", "type": "a",
    "time": "2024-01-01T00:00:00Z", "relationships": [{"objectId": "o"}, {"objectId": "i"}, {"objectId": "j"}]}]})";
constexpr std::string_view kTable =
    "case,activity,time\n1,a,2024-01-01T00:00:00Z\n1,b,2024-01-01T00:00:10Z\n2,a,2024-01-01T00:00:00Z\n"
    "2,b,2024-01-01T00:00:30Z\n3,a,2024-01-01T00:00:00Z\n,b,2024-01-01T00:00:00Z\n";

class MineInputTest : public ::testing::Test {
 protected:
  // The name says nothing of what is in it.
  Result<MineInput> Read(std::string_view text, MineInputOptions options = {}) {
    path_ = std::filesystem::temp_directory_path() /
            fmt::format("weir-mine-{}.log", ::testing::UnitTest::GetInstance()->current_test_info()->name());
    std::ofstream(path_, std::ios::binary) << text;
    options.path = path_.string();
    return ReadMineInput(options, [](const Phrase&, double) {});
  }
  void TearDown() override { std::filesystem::remove(path_); }

  std::filesystem::path path_;
};

TEST_F(MineInputTest, TheFormIsSeenInTheFile) {
  const auto xes = Read(kXes);
  ASSERT_TRUE(xes) << xes.error().ToString();
  EXPECT_EQ(xes->form, LogForm::kXes);
  EXPECT_TRUE(Read(std::string("\xEF\xBB\xBF").append(kXes)));
  const auto table = Read(kTable);
  ASSERT_TRUE(table) << table.error().ToString();
  EXPECT_EQ(table->form, LogForm::kTable);
  EXPECT_EQ(table->columns.case_id, "case");
  const auto objects = Read(kObjects, {.columns = {.case_id = "item"}});
  ASSERT_TRUE(objects) << objects.error().ToString();
  EXPECT_EQ(objects->form, LogForm::kObjects);
  EXPECT_THAT(objects->reading.log.case_names, ElementsAre("i", "j"));
}

TEST_F(MineInputTest, OptionsThatTheFormHasNoUseForAreRefused) {
  const auto of_xes = Read(kXes, {.columns = {.time = "when"}});
  ASSERT_FALSE(of_xes);
  EXPECT_EQ(of_xes.error().code(), Code::kBadUsage);
  const auto of_table = Read(kTable, {.classifier = "concept:name"});
  ASSERT_FALSE(of_table);
  EXPECT_EQ(of_table.error().code(), Code::kBadUsage);
  const auto which = Read(kObjects);
  ASSERT_FALSE(which);
  EXPECT_THAT(which.error().hint(), HasSubstr("order, item"));
  EXPECT_FALSE(Read(kXes, {.classifier = " + "}));
  const auto classified = Read(kXes, {.classifier = "concept:name+lifecycle:transition"});
  ASSERT_TRUE(classified);
  EXPECT_THAT(classified->reading.log.activity_names, ElementsAre("a+start"));
}

TEST_F(MineInputTest, TheAnswerHoldsWhatTheContractNames) {
  const auto input = Read(kTable);
  ASSERT_TRUE(input);
  const journey::EventLog& log = input->reading.log;
  const auto sorted = journey::Sorted(log.case_of, log.activity_of, log.at, 3, 2);
  ASSERT_TRUE(sorted);
  Mined mined{.graph = *journey::DirectlyFollowsOf(*sorted), .variants = *journey::VariantsOf(*sorted), .top = 1};
  mined.times = *journey::TimesOf(*sorted, mined.graph);
  const auto json = nlohmann::json::parse(MineJson(*input, mined));
  EXPECT_EQ(json["cases"], 3);
  EXPECT_EQ(json["events"], 5);
  EXPECT_EQ(json["activities"], 2);
  EXPECT_EQ(json["variants"], 2);
  EXPECT_EQ(json["start"], nlohmann::json::parse(R"([{"activity": "a", "count": 3}])"));
  EXPECT_EQ(json["end"], nlohmann::json::parse(R"([{"activity": "b", "count": 2}, {"activity": "a", "count": 1}])"));
  ASSERT_EQ(json["dfg"].size(), 1U);
  EXPECT_EQ(json["dfg"][0]["from"], "a");
  EXPECT_EQ(json["dfg"][0]["count"], 2);
  EXPECT_EQ(json["dfg"][0]["median_s"], 20.0);
  ASSERT_EQ(json["top_variants"].size(), 1U);
  EXPECT_EQ(json["top_variants"][0]["activities"], nlohmann::json::parse(R"(["a", "b"])"));
  EXPECT_EQ(json["top_variants"][0]["count"], 2);
  EXPECT_EQ(json["set_aside"][0]["code"], "no_case");
  EXPECT_EQ(json["set_aside"][0]["first_line"], 7);
  EXPECT_FALSE(json.contains("model"));
  const engine::Answer answer = MineAnswer(*input, mined, Language::kRussian);
  EXPECT_EQ(answer.output.tables.size(), 4U);
}

TEST_F(MineInputTest, AModelAndHowWellTheLogFits) {
  const auto input = Read(kTable);
  ASSERT_TRUE(input);
  const journey::EventLog& log = input->reading.log;
  const auto sorted = journey::Sorted(log.case_of, log.activity_of, log.at, 3, 2);
  ASSERT_TRUE(sorted);
  const auto variants = journey::VariantsOf(*sorted);
  ASSERT_TRUE(variants);
  const auto model = MineModel(log, *variants, {.checks_conformance = true}, Executor(1));
  ASSERT_TRUE(model) << model.error().ToString();
  ASSERT_TRUE(model->conformance);
  EXPECT_EQ(model->conformance->alignment.fitness, 1);
  EXPECT_EQ(model->conformance->replay.fitting_share, 1);
  const std::filesystem::path folder = path_.string() + ".out";
  ASSERT_TRUE(WriteMinedModel(log, *model, folder.string()));
  EXPECT_GT(std::filesystem::file_size(folder / "model.pnml"), 100U);
  EXPECT_GT(std::filesystem::file_size(folder / "model.bpmn"), 100U);
  std::filesystem::remove_all(folder);
  const auto causal = MineModel(log, *variants, {.miner = "heuristics", .checks_conformance = true}, Executor(1));
  ASSERT_TRUE(causal) << causal.error().ToString();
  EXPECT_FALSE(causal->tree);
  EXPECT_EQ(causal->conformance->alignment.fitness, 1);
  ASSERT_TRUE(WriteMinedModel(log, *causal, folder.string()));
  EXPECT_TRUE(std::filesystem::exists(folder / "model.pnml"));
  EXPECT_FALSE(std::filesystem::exists(folder / "model.bpmn"));
  std::filesystem::remove_all(folder);
  EXPECT_FALSE(CheckMineModel({.miner = "heuristics", .noise = .2}));
  EXPECT_FALSE(CheckMineModel({.miner = "magic"}));
  EXPECT_FALSE(CheckMineModel({.noise = 1}));
}

}  // namespace
}  // namespace weir::cli
