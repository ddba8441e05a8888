// A question that reads the model twice at once (Context::Beside), over a workspace that others write to.

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>

#include "store/database.h"
#include "workspace/workspace.h"

namespace weir::workspace {
namespace {

constexpr const char* kHead = "Id,Name,StageName,Amount,CloseDate,CreatedDate,IsClosed,IsWon,OwnerId,SystemModstamp\n";
constexpr const char* kAlpha =
    "006A,Alpha,Prospecting,1000.00,2024-06-30,2024-03-01T09:00:00Z,false,false,005A,2024-03-05T09:00:00Z\n";
constexpr const char* kBeta =
    "006B,Beta,Closed Won,2500.50,2024-03-20,2024-02-01T09:00:00Z,true,true,005A,2024-03-20T12:00:00Z\n";

class BesideTest : public testing::Test {
 protected:
  void SetUp() override {
    root_ = std::filesystem::path(testing::TempDir()) /
            (std::string("weir-beside-") + testing::UnitTest::GetInstance()->current_test_info()->name());
    std::filesystem::remove_all(root_);
    std::filesystem::create_directories(root_);
    workspace_ = *Workspace::Open({.home = root_ / "home", .create = true});
    Import(kAlpha);
  }
  void TearDown() override {
    workspace_.reset();
    std::filesystem::remove_all(root_);
  }

  void Import(const std::string& rows) {
    const std::filesystem::path path = root_ / "Opportunity.csv";
    std::ofstream(path, std::ios::binary | std::ios::trunc) << kHead << rows;
    ImportRequest request;
    request.inputs.push_back({.path = path, .descriptor = -1, .name = "Opportunity.csv"});
    const auto answer = workspace_->Import(request, analysis::Principal::LocalOwner(), {}, {});
    ASSERT_TRUE(answer.has_value()) << answer.error().ToString();
  }

  // What `run` does of one model.
  void Ask(std::optional<std::int64_t> known_at, std::function<void(analysis::Context&)> run) {
    analysis::Analysis probe{.info = {.id = "probe", .is_cacheable = false}};
    probe.run = [&run](const analysis::RawParams&, analysis::Context& context) -> Result<analysis::Output> {
      run(context);
      return analysis::Output{};
    };
    engine::Engine engine(engine::Catalog({probe}, {}), *workspace_);
    engine::Question question;
    question.id = "probe";
    question.known_at = known_at;
    const auto answer = engine.Ask(question, analysis::Principal::LocalOwner());
    ASSERT_TRUE(answer.has_value()) << answer.error().ToString();
  }

  static std::int64_t Deals(analysis::Context& context) {
    return *context.session().QueryInteger("SELECT count(*) FROM scoped.deal");
  }

  std::filesystem::path root_;
  std::unique_ptr<Workspace> workspace_;
};

TEST_F(BesideTest, IsTheSameModelAtTheSameMoment) {
  int runs = 0;
  Ask(std::nullopt, [&](analysis::Context& context) {
    const auto beside = context.Beside();
    ASSERT_TRUE(beside.has_value() && *beside != nullptr);
    EXPECT_NE(&(*beside)->session(), &context.session());
    EXPECT_EQ((*beside)->as_of(), context.as_of());
    EXPECT_EQ((*beside)->data_version(), context.data_version());
    // Both stay what they are, whatever is written meanwhile.
    Import(std::string(kAlpha) + kBeta);
    EXPECT_EQ(Deals(context), 1);
    EXPECT_EQ(Deals(**beside), 1);
    ++runs;
  });
  EXPECT_EQ(runs, 1);
}

TEST_F(BesideTest, IsNotThereOfAModelThatIsNotTheNewest) {
  int runs = 0;
  std::int64_t first = 0;
  Ask(std::nullopt, [&](analysis::Context& context) {
    first = context.data_version();
    Import(std::string(kAlpha) + kBeta);
    const auto beside = context.Beside();
    ASSERT_TRUE(beside.has_value());
    EXPECT_EQ(*beside, nullptr);
    ++runs;
  });
  Ask(first, [&](analysis::Context& context) {
    EXPECT_EQ(Deals(context), 1);
    const auto beside = context.Beside();
    ASSERT_TRUE(beside.has_value());
    EXPECT_EQ(*beside, nullptr);
    ++runs;
  });
  EXPECT_EQ(runs, 2);
}

}  // namespace
}  // namespace weir::workspace
