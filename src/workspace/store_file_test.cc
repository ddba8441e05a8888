// What a workspace's store must be before it is read or written to.
#include "workspace/store_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "workspace/lock.h"

namespace weir::workspace {
namespace {

using testing::HasSubstr;

class StoreFileTest : public testing::Test {
 protected:
  void SetUp() override {
    std::filesystem::remove_all(home_);
    ASSERT_TRUE(Open(Access::kWrite));
  }
  void TearDown() override { std::filesystem::remove_all(home_); }

  Result<std::unique_ptr<Workspace>> Open(Access access) const {
    return Workspace::Open({.home = home_, .access = access, .create = true, .lock_wait = std::chrono::seconds(0)});
  }
  std::string Run(const std::string& sql) const {
    auto database = store::Database::Open(home_ / "weir.duckdb");
    if (!database) throw Bug(database.error().ToString());
    auto connection = database->Connect();
    auto value = connection->QueryValue(sql);
    if (!value) throw Bug(value.error().ToString());
    return store::ToText(*value);
  }
  std::string Steps() const { return Run("SELECT CAST(count(*) AS VARCHAR) FROM meta.schema_step"); }

  const std::filesystem::path home_ =
      std::filesystem::path(testing::TempDir()) /
      (std::string("weir-") + testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(StoreFileTest, OneOfANewerProgramIsRefusedAndLeftAsItIs) {
  for (const char* step : {"('workspace', 10000)", "('of_the_next_version', 1)"}) {
    Run(std::string("INSERT INTO meta.schema_step VALUES ") + step);
    const std::string before = Steps();
    for (const Access access : {Access::kRead, Access::kWrite}) {
      const auto opened = Open(access);
      ASSERT_FALSE(opened);
      EXPECT_EQ(opened.error().code(), Code::kUnavailable);
      EXPECT_THAT(opened.error().message(), HasSubstr("newer version"));
      EXPECT_THAT(opened.error().hint(), HasSubstr("Update this program"));
    }
    EXPECT_EQ(Steps(), before);
    Run("DELETE FROM meta.schema_step WHERE step = 10000 OR part = 'of_the_next_version'");
  }
  EXPECT_TRUE(Open(Access::kRead));
}

// The last step of the sources is taken back, as if the program before this one had written the store.
TEST_F(StoreFileTest, OneOfAnOlderProgramIsBroughtUpToDateByWhoeverMayWrite) {
  const std::string whole = Steps();
  Run("DELETE FROM meta.schema_step WHERE part = 'sources' AND step = (SELECT max(step) FROM meta.schema_step WHERE "
      "part = 'sources')");
  Run("DROP TABLE meta.correction_undo");
  {
    const auto held = WorkspaceLock::Take(home_, std::chrono::seconds(0));
    ASSERT_TRUE(held);
    const auto reader = Open(Access::kRead);
    ASSERT_FALSE(reader);
    EXPECT_THAT(reader.error().message(), HasSubstr("older version"));
    EXPECT_THAT(reader.error().message(), HasSubstr("in use by"));
    EXPECT_THAT(reader.error().hint(), HasSubstr("weir build"));
  }
  EXPECT_TRUE(Open(Access::kRead));
  EXPECT_EQ(Steps(), whole);
}

TEST_F(StoreFileTest, AModelOfAnotherProgramIsBuiltAgain) {
  Run("UPDATE meta.built SET program = 'another'");
  const auto reader = Open(Access::kRead);
  ASSERT_TRUE(reader);
  EXPECT_NE(Run("SELECT program FROM meta.built"), "another");
}

TEST_F(StoreFileTest, HalfOfAStoreThatWasNeverFinishedIsMadeAgain) {
  std::filesystem::rename(home_ / "weir.duckdb", home_ / "weir.duckdb.new");
  std::ofstream(home_ / "weir.duckdb.new.wal") << "the rest of a process that was killed";
  ASSERT_FALSE(Open(Access::kRead)) << "there is no workspace yet";
  ASSERT_TRUE(Open(Access::kWrite));
  EXPECT_FALSE(std::filesystem::exists(home_ / "weir.duckdb.new"));
  EXPECT_FALSE(std::filesystem::exists(home_ / "weir.duckdb.new.wal"));
  EXPECT_TRUE(Open(Access::kRead));
}

TEST_F(StoreFileTest, WhoReadsIsNotInTheWayOfOthersWhoRead) {
  const auto reader = Open(Access::kRead);
  ASSERT_TRUE(reader);
  EXPECT_TRUE(Open(Access::kRead));
}

}  // namespace
}  // namespace weir::workspace
