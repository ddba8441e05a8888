#include "setup/catalog.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/mapping.h"

namespace weir::setup {
namespace {

using ::testing::HasSubstr;

SetupCatalog BuiltIn() {
  auto catalog = SetupCatalog::Load(BuiltInDefinitions("setup"));
  EXPECT_TRUE(catalog) << catalog.error().ToString();
  return catalog.value_or(SetupCatalog{});
}

std::string ErrorOf(const std::string& text) {
  const std::vector<DefinitionFile> files{{"setup/own.toml", text, true}};
  const auto loaded = SetupCatalog::Load(files);
  return loaded ? "loaded" : loaded.error().ToString();
}

// What the catalogue promises of an export is what its mappings make of it.
TEST(SetupCatalog, ExportsAreOfMappingsAndGiveWhatTheySay) {
  const auto mappings = sources::ParseMappings(BuiltInDefinitions("sources"));
  ASSERT_TRUE(mappings);
  for (const Product& product : BuiltIn().products) {
    for (const Export& one : product.exports) {
      std::set<std::string> emitted;
      for (const std::string& object : one.objects) {
        const sources::Mapping* mapping = mappings->Find(product.id, object);
        ASSERT_NE(mapping, nullptr) << product.id << "/" << object;
        for (const sources::Emit& emit : mapping->emits) emitted.insert(emit.table);
      }
      for (const std::string& kind : one.gives) {
        // A call may be told by the log of its queue.
        const bool is_queued = kind == "call" && emitted.contains("queue_event");
        const std::string table = kind == "deal_history" ? "deal_change" : kind;
        EXPECT_TRUE(emitted.contains(table) || is_queued) << product.id << ": " << one.id << " gives no " << kind;
      }
    }
  }
}

TEST(SetupCatalog, EveryKindThatAPageNeedsIsGivenBySomeExport) {
  const SetupCatalog catalog = BuiltIn();
  EXPECT_GE(catalog.unlocks.size(), 10U);
  for (const Unlock& unlock : catalog.unlocks) {
    for (const std::string& kind : unlock.needs) {
      const bool is_given = std::ranges::any_of(catalog.products, [&](const Product& product) {
        return std::ranges::any_of(product.exports, [&](const Export& one) { return one.Gives({kind}); });
      });
      EXPECT_TRUE(is_given) << unlock.id << " needs " << kind;
    }
  }
}

TEST(SetupCatalog, AnOwnProductTakesThePlaceOfABuiltInOne) {
  std::vector<DefinitionFile> files = BuiltInDefinitions("setup");
  files.push_back(
      {"setup/stripe.toml",
       "[product.stripe]\nposition = 1\ntitle = \"Our billing\"\n[[product.stripe.export]]\nid = \"bills\"\n"
       "title = { en = \"Bills\", ru = \"Счета\" }\nhow = { en = \"Ask\", ru = \"Спросите\" }\n"
       "objects = [\"invoice\"]\ngives = [\"invoice\"]\n",
       true});
  const auto catalog = SetupCatalog::Load(files);
  ASSERT_TRUE(catalog) << catalog.error().ToString();
  EXPECT_EQ(catalog->products.front().title.en, "Our billing");
  EXPECT_EQ(catalog->products.front().exports.size(), 1U);
}

TEST(SetupCatalog, RefusalsNameThePlace) {
  EXPECT_THAT(
      ErrorOf("[unlock.a]\nposition = 1\ntitle = { en = \"A\", ru = \"А\" }\npage = \"/\"\nneeds = [\"deals\"]\n"),
      AllOf(HasSubstr("setup/own.toml"), HasSubstr("'deals'"), HasSubstr("5")));
  EXPECT_THAT(ErrorOf("[product.a]\nposition = 1\ntitle = \"A\"\n"), HasSubstr("[[product.a.export]]"));
  EXPECT_THAT(ErrorOf("[produkt.a]\n"), HasSubstr("produkt"));
  EXPECT_THAT(ErrorOf("[product.a\n"), HasSubstr("setup/own.toml"));
}

}  // namespace
}  // namespace weir::setup
