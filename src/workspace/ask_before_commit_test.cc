// What is asked in the middle of a build never costs the build.
#include <gmock/gmock.h>

#include "workspace/builder.h"
#include "workspace/definitions.h"
#include "workspace/fresh_workspace.h"
#include "workspace/ledger.h"

namespace weir::workspace {
namespace {

TEST_F(FreshWorkspace, AModelIsBuiltWithoutWhatBrokeIt) {
  workspace_.reset();
  const auto set = ReadDefinitions(root_ / "home");
  ASSERT_TRUE(set);
  const auto definitions = Understand(*set);
  ASSERT_TRUE(definitions) << definitions.error().ToString();
  auto database = store::Database::Open(root_ / "home" / "weir.duckdb", {.threads = 1});
  ASSERT_TRUE(database) << database.error().ToString();
  auto connection = database->Connect();
  ASSERT_TRUE(connection);
  ASSERT_TRUE(connection->Execute("UPDATE meta.built SET data_version = -1"));
  int asked = 0;
  BuildOptions options;
  options.before_commit = [&]() -> Status {
    ++asked;
    WEIR_TRY(connection->Execute("CREATE TABLE model.half (a INTEGER)"));
    return Fail(Unavailable("it broke"));
  };
  const auto built = BuildStore(*connection, **definitions, {}, {}, options);
  ASSERT_TRUE(built) << built.error().ToString();
  EXPECT_EQ(asked, 1);
  EXPECT_FALSE(connection->Execute("SELECT * FROM model.half"));
  EXPECT_EQ(*connection->QueryInteger("SELECT data_version FROM meta.built"), *NewestVersion(*connection));
  // Nothing to build, nothing to ask.
  ASSERT_TRUE(BuildStore(*connection, **definitions, {}, {}, options));
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace weir::workspace
