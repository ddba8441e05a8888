// What is asked in the middle of a build never costs the build.
#include <gmock/gmock.h>

#include "workspace/builder.h"
#include "workspace/fresh_workspace.h"
#include "workspace/ledger.h"
#include "workspace/standing_store.h"

namespace weir::workspace {
namespace {

TEST_F(FreshWorkspace, AModelIsBuiltWithoutWhatBrokeIt) {
  workspace_.reset();
  StandingStore standing = StandingStore::Of(root_ / "home");
  store::Connection& connection = standing.connection;
  ASSERT_TRUE(connection.Execute("UPDATE meta.built SET data_version = -1"));
  int asked = 0;
  BuildOptions options;
  options.before_commit = [&]() -> Status {
    ++asked;
    WEIR_TRY(connection.Execute("CREATE TABLE model.half (a INTEGER)"));
    return Fail(Unavailable("it broke"));
  };
  const auto built = BuildStore(connection, *standing.definitions, {}, {}, options);
  ASSERT_TRUE(built) << built.error().ToString();
  EXPECT_EQ(asked, 1);
  EXPECT_FALSE(connection.Execute("SELECT * FROM model.half"));
  EXPECT_EQ(*connection.QueryInteger("SELECT data_version FROM meta.built"), *NewestVersion(connection));
  // Nothing to build, nothing to ask.
  ASSERT_TRUE(BuildStore(connection, *standing.definitions, {}, {}, options));
  EXPECT_EQ(asked, 1);
}

}  // namespace
}  // namespace weir::workspace
