// Two exports of one CRM: in the second a stage is new and one is renamed. Somebody says which steps they are, takes it
// back, and writes a line instead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "workspace/empty_home.h"

namespace weir::workspace {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr const char* kHead = "key,name,pipeline,stage,stage_kind,type,amount,currency,created_at,close_date\n";

class LifecycleTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            (std::string("weir-lifecycle-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_ / "home");
    EmptyHome::CopyTo(root_ / "home");
    Reopen();
  }
  void TearDown() override {
    workspace_.reset();
    std::filesystem::remove_all(root_);
  }
  void Reopen() {
    workspace_.reset();
    auto opened = Workspace::Open({.home = root_ / "home", .access = Access::kWrite, .create = true});
    ASSERT_TRUE(opened) << opened.error().ToString();
    workspace_ = std::move(*opened);
  }

  // What the import tells.
  std::vector<std::string> Import(const std::string& name, const std::string& text, const std::string& mapping,
                                  const std::string& day) {
    std::ofstream(root_ / name, std::ios::binary) << text;
    ImportRequest request;
    request.mapping = mapping;
    request.exported_at = day;
    request.inputs.push_back({.path = root_ / name, .descriptor = -1, .name = name});
    const auto answer = workspace_->Import(request, kOwner, {}, {});
    if (!answer) return {answer.error().ToString()};
    return Column(*answer, "notices", "en");
  }
  std::vector<std::string> FirstExport() {
    return Import("deals.csv",
                  std::string(kHead) +
                      "1,Alpha,Sales,Demo,open,new,100,EUR,2025-01-10,2025-09-10\n"
                      "2,Beta,Sales,Demo,open,new,100,EUR,2025-01-10,2025-09-10\n"
                      "3,Gamma,Sales,Won,won,new,100,EUR,2025-01-10,2025-02-10\n"
                      "4,Delta,Sales,Proposal,open,new,100,EUR,2025-01-10,2025-09-10\n",
                  "generic/deal", "2025-05-01");
  }
  std::vector<std::string> SecondExport() {
    return Import("deals-2.csv",
                  std::string(kHead) +
                      "1,Alpha,Sales,Rundgang,open,new,100,EUR,2025-01-10,2025-09-10\n"
                      "2,Beta,Sales,Rundgang,open,new,100,EUR,2025-01-10,2025-09-10\n"
                      "3,Gamma,Sales,Won,won,new,100,EUR,2025-01-10,2025-02-10\n"
                      "4,Delta,Sales,Warten,open,new,100,EUR,2025-01-10,2025-09-10\n"
                      "5,Epsilon,Sales,Proposal,open,new,100,EUR,2025-05-10,2025-09-10\n",
                  "generic/deal", "2025-06-01");
  }

  static std::vector<std::string> Column(const engine::Answer& answer, const std::string& table,
                                         const std::string& column) {
    const analysis::Table& found = *answer.output.Find(table);
    std::vector<std::string> cells;
    cells.reserve(found.rows.size());
    for (const auto& row : found.rows) cells.push_back(store::ToText(row[found.IndexOf(column)]));
    return cells;
  }
  engine::Answer Ask(const std::string& id, const std::string& as_of = "", std::optional<std::int64_t> known_at = {}) {
    engine::Question question;
    question.id = id;
    question.as_of = as_of;
    question.known_at = known_at;
    auto answer = workspace_->engine().Ask(question, kOwner);
    if (!answer) throw std::runtime_error(answer.error().ToString());
    return std::move(*answer);
  }
  // "Demo 2 opportunity", in their order.
  std::vector<std::string> Stages(const std::string& as_of = "", std::optional<std::int64_t> known_at = {}) {
    const engine::Answer answer = Ask("lifecycle", as_of, known_at);
    const auto names = Column(answer, "stages", "stage");
    const auto rows = Column(answer, "stages", "rows");
    const auto steps = Column(answer, "stages", "step");
    std::vector<std::string> lines;
    lines.reserve(names.size());
    for (std::size_t i = 0; i < names.size(); ++i) {
      lines.push_back(names[i] + " " + rows[i] + (steps[i].empty() ? "" : " " + steps[i]));
    }
    return lines;
  }
  std::string Act(const std::string& action, const analysis::RawParams& params) {
    const auto answer = workspace_->engine().Act(action, params, "", kOwner);
    if (!answer) return answer.error().ToString();
    return store::ToText(answer->output.Find("decision")->rows.front().front());
  }

  const analysis::Principal kOwner = analysis::Principal::LocalOwner();
  std::filesystem::path root_;
  std::unique_ptr<Workspace> workspace_;
};

TEST_F(LifecycleTest, AStageThatALaterExportBringsIsTold) {
  EXPECT_THAT(FirstExport(), IsEmpty()) << "every stage is known";
  EXPECT_THAT(Stages(), ElementsAre("Demo 2 opportunity", "Proposal 1 opportunity", "Won 1 customer"));
  EXPECT_THAT(
      SecondExport(),
      ElementsAre("Stage \"Rundgang\" of deals (Sales, generic) seems to be what was called \"Demo\", where nobody "
                  "is left; it is no step of the lifecycle yet: 2 deals.",
                  "Stage \"Warten\" of deals (Sales, generic) first came with the export of 1 June 2025 and is no "
                  "step of the lifecycle yet: 1 deal.",
                  "2 stages are no step of the lifecycle yet, 3 rows in them; the page Sources lists them."));
  EXPECT_THAT(Stages(),
              ElementsAre("Rundgang 2", "Warten 1", "Proposal 1 opportunity", "Demo 0 opportunity", "Won 1 customer"));
  EXPECT_THAT(Column(Ask("pulse"), "sentences", "code"), AllOf(Contains("stage_renamed"), Contains("stages_unmapped")));
  EXPECT_THAT(Stages("2025-05-15"), ElementsAre("Demo 2 opportunity", "Proposal 2 opportunity", "Won 1 customer"))
      << "as of then nobody had heard of them";
  EXPECT_THAT(
      Import("deals-3.csv", std::string(kHead) + "4,Delta,Sales,Won,won,new,100,EUR,2025-01-10,2025-06-10\n",
             "generic/deal", "2025-07-01"),
      Contains("Stage \"Warten\" of deals (Sales, generic) was no step of the lifecycle, and the last export left "
               "nobody in it."));
}

TEST_F(LifecycleTest, SomebodySaysWhichStepAStageIsAndTakesItBack) {
  Import("deals.csv",
         std::string(kHead) +
             "1,Alpha,Sales,Warten,open,new,100,EUR,2025-01-10,2025-09-10\n"
             "2,Beta,Partners,Warten,open,new,100,EUR,2025-01-10,2025-09-10\n"
             "3,Gamma,Partners,Demo,open,new,100,EUR,2025-01-10,2025-09-10\n",
         "generic/deal", "2025-05-01");
  const std::int64_t before = Ask("status").known_at;
  EXPECT_THAT(Act("lifecycle.map", {{"stage", {"Wartn"}}, {"step", {"lead"}}}), HasSubstr("Did you mean 'Warten'?"));
  EXPECT_THAT(Act("lifecycle.map", {{"stage", {"Warten"}}, {"step", {"lead"}}}),
              AllOf(HasSubstr("deal of generic in Partners; deal of generic in Sales"), HasSubstr("Say which")));
  const analysis::RawParams map{{"stage", {"warten"}}, {"step", {"renewal_due"}}, {"pipeline", {"Partners"}}};
  const std::string decision = Act("lifecycle.map", map);
  EXPECT_THAT(Stages(), ElementsAre("Warten 1", "Demo 1 opportunity", "Warten 1 renewal_due"));
  const engine::Answer told = Ask("lifecycle");
  EXPECT_THAT(Column(told, "stages", "place"), Contains("decision " + decision));
  EXPECT_THAT(Column(told, "stages", "decision_id"), Contains(decision));
  EXPECT_THAT(Act("lifecycle.map", map), HasSubstr("already"));
  EXPECT_THAT(Stages("", before), Contains("Warten 1").Times(2)) << "nobody had decided that by then";
  Act("lifecycle.map", {{"stage", {"Demo"}}, {"step", {"qualified"}}});
  EXPECT_THAT(Stages(), Contains("Demo 1 qualified")) << "a person outranks the lines";
  Act("decisions.undo", {{"decision_id", {decision}}});
  Act("lifecycle.map", {{"stage", {"Demo"}}});
  EXPECT_THAT(Stages(), ElementsAre("Warten 1", "Warten 1", "Demo 1 opportunity"));
}

TEST_F(LifecycleTest, OwnLinesComeFirstAndRowsCountAsOfTheMoment) {
  Import("leads.csv", "key,full_name,status,created_at\n1,Ann,New,2025-01-10\n2,Bob,Schwebend,2025-02-10\n",
         "generic/lead", "2025-05-01");
  EXPECT_THAT(Stages(), ElementsAre("Schwebend 1", "New 1 lead"));
  EXPECT_THAT(Stages("2025-01-31"), ElementsAre("Schwebend 0", "New 1 lead")) << "Bob was no lead then";
  engine::Question question;
  question.id = "lifecycle";
  question.explain = engine::ExplainRequest{.table = "stages", .key = {"lead", "generic", "", "New", "", ""}};
  const auto behind = workspace_->engine().Ask(question, kOwner);
  ASSERT_TRUE(behind) << behind.error().ToString();
  EXPECT_EQ(behind->output.tables.front().rows.size(), 1U);

  const std::filesystem::path own = root_ / "home" / "lifecycle.toml";
  std::ofstream(own) << "[[stage]]\nof = \"lead\"\nnames = [\"Schweb*\"]\nstep = \"qualified\"\n";
  Reopen();
  EXPECT_THAT(Stages(), Contains("Schwebend 1 qualified"));
  EXPECT_THAT(Column(Ask("lifecycle"), "stages", "place"), Contains("lifecycle.toml:1"));
  std::ofstream(own) << "[[stage]]\nof = \"leads\"\n";
  workspace_.reset();
  const auto opened = Workspace::Open({.home = root_ / "home", .access = Access::kWrite, .create = true});
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().ToString(), AllOf(HasSubstr("lifecycle.toml:2:6"), HasSubstr("Write one of: deal, lead")));
}

}  // namespace
}  // namespace weir::workspace
