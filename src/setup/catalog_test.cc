#include "setup/catalog.h"

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sources/mapping.h"
#include "sources/recognise.h"

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

// What stands between two marks.
std::string Between(const std::string& text, const std::string& from, const std::string& to) {
  const std::size_t begin = text.find(from);
  EXPECT_NE(begin, std::string::npos) << text;
  const std::size_t end = text.find(to, begin + from.size());
  EXPECT_NE(end, std::string::npos) << text;
  return text.substr(begin + from.size(), end - begin - from.size());
}

// Whoever writes a file of the generic form as the checklist says has it taken for what it is.
TEST(SetupCatalog, FilesWrittenAsTheChecklistSaysAreRecognised) {
  const auto mappings = sources::ParseMappings(BuiltInDefinitions("sources"));
  ASSERT_TRUE(mappings);
  const SetupCatalog catalog = BuiltIn();
  const auto generic = std::ranges::find(catalog.products, "generic", &Product::id);
  ASSERT_NE(generic, catalog.products.end());
  for (const Export& one : generic->exports) {
    for (const auto& [how, named, columns] : {std::tuple{one.how.en, " named ", " with the columns "},
                                              std::tuple{one.how.ru, " с именем ", " и столбцами "}}) {
      sources::Sample sample;
      sample.file_name = Between(how, named, columns) + ".csv";
      std::string list = Between(how, columns, ".") + ", ";
      for (std::size_t comma = list.find(", "); comma != std::string::npos; comma = list.find(", ")) {
        sample.columns.push_back({.header = list.substr(0, comma), .name = list.substr(0, comma)});
        list.erase(0, comma + 2);
      }
      const std::vector<sources::Candidate> candidates = sources::Recognise(*mappings, sample);
      ASSERT_FALSE(candidates.empty()) << how;
      EXPECT_TRUE(candidates.front().IsAccepted()) << how << ": " << candidates.front().reason.text;
      EXPECT_EQ(candidates.front().mapping->source, "generic") << how;
      EXPECT_TRUE(std::ranges::count(one.objects, candidates.front().mapping->object)) << how;
    }
  }
}

// A column that is misspelt is named; the file is not taken for something that its name does not say.
TEST(SetupCatalog, AFileOfTheGenericFormIsNotTakenForAnotherObject) {
  const auto mappings = sources::ParseMappings(BuiltInDefinitions("sources"));
  ASSERT_TRUE(mappings);
  sources::Sample sample{.file_name = "weir-touch.csv"};
  for (const char* header : {"key", "person_key", "email", "channel", "source", "medium", "kind", "when_it_was"}) {
    sample.columns.push_back({.header = header, .name = header});
  }
  const std::vector<sources::Candidate> candidates = sources::Recognise(*mappings, sample);
  for (const sources::Candidate& candidate : candidates) {
    EXPECT_FALSE(candidate.IsAccepted()) << candidate.mapping->object << ": " << candidate.reason.text;
  }
  const auto touch = std::ranges::find_if(candidates, [](const auto& one) { return one.mapping->object == "touch"; });
  ASSERT_NE(touch, candidates.end());
  EXPECT_EQ(touch->missing, std::vector<std::string>{"at"});
}

// People call what they collect for Weir so; what a CRM exported remains what it is.
TEST(SetupCatalog, AnExportOfACrmMayBeCalledAsATableOfTheGenericForm) {
  const auto mappings = sources::ParseMappings(BuiltInDefinitions("sources"));
  ASSERT_TRUE(mappings);
  for (const char* name : {"weir-deals.csv", "weir-contacts.csv", "opportunities.csv"}) {
    sources::Sample sample{.file_name = name};
    for (const char* header : {"id", "account_id", "name", "stage_name", "amount", "probability", "close_date", "type",
                               "lead_source", "is_closed", "is_won", "forecast_category", "owner_id", "created_date",
                               "last_modified_date", "system_modstamp", "fiscal_quarter"}) {
      sample.columns.push_back({.header = header, .name = header});
    }
    const std::vector<sources::Candidate> candidates = sources::Recognise(*mappings, sample);
    ASSERT_FALSE(candidates.empty());
    EXPECT_TRUE(candidates.front().IsAccepted()) << name << ": " << candidates.front().reason.text;
    EXPECT_EQ(candidates.front().mapping->source, "salesforce") << name;
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
