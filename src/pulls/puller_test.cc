#include "pulls/puller.h"

#include <map>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pulls/pull_settings.h"

namespace weir::pulls {
namespace {

using ::testing::HasSubstr;

class Catalog : public ::testing::Test {
 protected:
  void SetUp() override {
    auto mappings = sources::LoadMappings();
    ASSERT_TRUE(mappings) << mappings.error().ToString();
    auto catalog = LoadPullers("/nowhere", *mappings);
    ASSERT_TRUE(catalog) << catalog.error().ToString();
    catalog_ = std::move(*catalog);
  }
  PullerCatalog catalog_;
};

TEST_F(Catalog, OnlyReads) {
  // What is read by POST, for each source: nothing else can be sent.
  const std::map<std::string, std::set<std::string>> posts{
      {"hubspot",
       {"/crm/objects/2026-03/*/search", "/crm/objects/2026-03/*/batch/read",
        "/crm/associations/2026-03/*/*/batch/read"}}};
  ASSERT_FALSE(catalog_.pullers.empty());
  for (const Puller& puller : catalog_.pullers) {
    const auto allowed = posts.find(puller.source);
    const std::set<std::string> said(puller.posts.begin(), puller.posts.end());
    EXPECT_EQ(said, allowed == posts.end() ? std::set<std::string>() : allowed->second) << puller.source;
    EXPECT_TRUE(puller.auth == AuthKind::kAddress || puller.base.starts_with("https://")) << puller.source;
  }
}

TEST_F(Catalog, SaysWhatItNeeds) {
  for (const Puller& puller : catalog_.pullers) {
    EXPECT_FALSE(puller.objects.empty()) << puller.source;
    EXPECT_TRUE(puller.page.starts_with("https://")) << puller.source;
    for (const PullSetting& setting : puller.settings) EXPECT_FALSE(setting.example.empty()) << puller.source;
    for (const PullObject& object : puller.objects) {
      // Each of its records goes to mappings of its own product.
      for (const std::string& map : object.maps) EXPECT_TRUE(map.starts_with(puller.source + "/")) << map;
    }
  }
}

constexpr const char* kHead = "source = 's'\ntitle = { en = 'S', ru = 'S' }\npage = 'x'\n";
constexpr const char* kObject = "[[object]]\nname = 'a'\nmaps = ['s/a']\nkey = ['id']\npath = '/a'\n";

TEST(PullerGrammar, RefusesWhatIsUnsafeOrUnclear) {
  const std::string base = "base = 'https://s.example'\nauth = { kind = 'bearer' }\n";
  const std::vector<std::pair<std::string, std::string>> wrong{
      {"base = 'http://s.example'\nauth = { kind = 'bearer' }\n" + std::string(kObject), "begins with https://"},
      {"base = 'https://{x}.example'\nauth = { kind = 'bearer' }\n[settings]\nx = { example = 'a', text = true }\n" +
           std::string(kObject),
       "free text"},
      {"base = 'https://s.example'\nauth = { kind = 'address' }\n" + std::string(kObject), "{token}"},
      {base, "no [[object]]"},
      {base + kObject + "post = true\nbody = '{}'\n", "not among the addresses that are read by POST"},
      {"posts = ['/b']\n" + base + kObject + "post = true\nbody = '{}'\n", "not among the addresses"},
      {"posts = ['/a']\n" + base + kObject + "post = true\nbody = '{'\n", "no JSON"},
      {base + kObject + "body = '{}'\n", "a GET has none"},
      {base + "[[object]]\nname = 'a'\nmaps = ['s/a']\nkey = ['id']\npath = '/../a'\n", "has no dots"},
      {base + "[[object]]\nname = 'a'\nmaps = ['s/a']\nkey = ['id']\npath = 'https://evil.example/'\n",
       "begins with a slash"},
      {base + kObject + "next = { token = 'n' }\n", "{cursor}"},
      {base + kObject + "params = { c = '{cursor}' }\n", "{cursor}"},
      {base + kObject + "next = { token = 'n', page = 1 }\n", "names one of"},
      {base + kObject + "params = { s = '{since}' }\n", "{since}"},
      {base + kObject + "params = { s = '{id}' }\n", "goes with 'of'"},
      {base + kObject + "of = 'b'\n", "no object that stands before it"},
      {base + kObject + kObject, "two objects"},
      {base + kObject + "pages = 1\n", "unknown key 'pages'"},
      {"rate = { requests = 0 }\n" + base + kObject, "a rate is"},
      {"budget = { left = 'a' }\n" + base + kObject, "a budget names"},
      {"budget = { used = 'a', percent = 0 }\n" + base + kObject, "a budget names"},
  };
  for (const auto& [text, why] : wrong) {
    const auto puller = ParsePuller(kHead + text, "s.toml");
    ASSERT_FALSE(puller) << text;
    EXPECT_THAT(puller.error().ToString(), HasSubstr(why)) << text;
    EXPECT_EQ(puller.error().place().file, "s.toml");
  }
  EXPECT_TRUE(ParsePuller(kHead + base + kObject, "s.toml"));
}

TEST(PullerGrammar, OwnFilesGoBeforeAndBrokenOnesAreLeftOut) {
  const std::string text = std::string(kHead) + "base = 'https://s.example'\nauth = { kind = 'bearer' }\n" + kObject;
  const sources::MappingCatalog none;
  const std::vector<DefinitionFile> files{{.path = "pulls/s.toml", .text = text, .is_own = true}};
  const auto catalog = ParsePullers(files, none);
  ASSERT_TRUE(catalog);
  EXPECT_TRUE(catalog->pullers.empty());
  ASSERT_EQ(catalog->problems.size(), 1U);
  EXPECT_THAT(catalog->problems[0].ToString(), HasSubstr("there is no mapping 's/a'"));
}

}  // namespace
}  // namespace weir::pulls
