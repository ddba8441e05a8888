#include "explore/views.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store/database.h"

namespace weir::explore {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string LoadError(const std::string& text) {
  const auto offer = Offer::Load({{.path = "views.toml", .text = text}});
  return offer ? "loaded" : offer.error().ToString();
}

TEST(OfferTest, TheCatalogueLoads) {
  const auto offer = Offer::BuiltIn();
  ASSERT_TRUE(offer) << offer.error().ToString();
  ASSERT_NE(offer->FindView("Deal"), nullptr);
  EXPECT_EQ(offer->FindView("deal")->columns.front().name, "deal_id");
  EXPECT_EQ(offer->FindView("search_word"), nullptr);
  EXPECT_EQ(offer->FindFunction("sum")->kind, FunctionKind::kAggregate);
  EXPECT_EQ(offer->FindFunction("getvariable"), nullptr);
}

TEST(OfferTest, EveryTextIsInBothLanguages) {
  const Offer offer = *Offer::BuiltIn();
  const auto is_russian = [](const std::string& text) { return text.find_first_of("\xd0\xd1") != std::string::npos; };
  for (const View& view : offer.views()) {
    EXPECT_TRUE(is_russian(view.title.ru)) << view.name;
    EXPECT_TRUE(is_russian(view.help.ru)) << view.name;
    std::set<std::string> names;
    for (const analysis::Column& column : view.columns) {
      EXPECT_TRUE(names.insert(column.name).second) << view.name << "." << column.name;
      EXPECT_FALSE(is_russian(column.title.en)) << view.name << "." << column.name;
      EXPECT_FALSE(column.name.ends_with("_slot")) << view.name << "." << column.name;
    }
  }
}

// The store must have every function, or the list promises what does not run. Those that are no functions there are
// forms of the grammar or ours.
TEST(OfferTest, TheStoreHasEveryFunction) {
  const Offer offer = *Offer::BuiltIn();
  const store::Database database = *store::Database::Open({}, {.threads = 1});
  store::Connection connection = *database.Connect();
  const auto rows = connection.Query("SELECT DISTINCT function_name FROM duckdb_functions()");
  ASSERT_TRUE(rows) << rows.error().ToString();
  std::set<std::string> known{"if", "unnest", "local_date", "ifnull"};
  for (std::size_t i = 0; i < rows->size(); ++i) known.insert(rows->TextAt(i, 0));
  std::vector<std::string> unknown;
  for (const Function& function : offer.functions()) {
    if (!known.contains(function.name)) unknown.push_back(function.name);
  }
  EXPECT_THAT(unknown, IsEmpty());
}

TEST(OfferTest, NoFunctionIsVolatile) {
  const Offer offer = *Offer::BuiltIn();
  const store::Database database = *store::Database::Open({}, {.threads = 1});
  store::Connection connection = *database.Connect();
  const auto rows = connection.Query(
      "SELECT DISTINCT function_name FROM duckdb_functions() WHERE stability IN ('VOLATILE', "
      "'CONSISTENT_WITHIN_QUERY')");
  ASSERT_TRUE(rows) << rows.error().ToString();
  ASSERT_GT(rows->size(), 3U);
  for (std::size_t i = 0; i < rows->size(); ++i) {
    EXPECT_EQ(offer.FindFunction(rows->TextAt(i, 0)), nullptr) << rows->TextAt(i, 0);
  }
}

TEST(OfferTest, FaultsSayWhere) {
  constexpr const char* kColumn = "[column]\nid = { type = \"text\", en = \"Id\", ru = \"Номер\" }\n";
  constexpr const char* kHead =
      "[view.x]\ngroup = \"sales\"\ntitle = { en = \"X\", ru = \"Икс\" }\nhelp = { en = \"X\", ru = \"Икс\" }\n";
  const std::string good = std::string(kColumn) + kHead + "columns = [\"id\"]\n";
  EXPECT_EQ(LoadError(good), "loaded");
  EXPECT_THAT(LoadError(std::string(kHead) + "columns = [\"id\"]\n"), HasSubstr("'id' is not described"));
  EXPECT_THAT(LoadError(good + "[view.x.column]\nother = { type = \"text\", en = \"O\", ru = \"О\" }\n"),
              HasSubstr("'other' is not among the columns"));
  EXPECT_THAT(LoadError("[column]\nid = { type = \"blob\", en = \"Id\", ru = \"Номер\" }\n"),
              HasSubstr("views.toml:2"));
  EXPECT_THAT(LoadError("[column]\nid = \"text\"\n"), HasSubstr("'id' is not described"));
  EXPECT_THAT(LoadError("[view]\nx = 1\n"), HasSubstr("'x' is not a table"));
}

}  // namespace
}  // namespace weir::explore
