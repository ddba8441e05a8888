#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "docgen/openapi.h"
#include "docgen/reference.h"

namespace weir::docgen {
namespace {

using analysis::ColumnType;
using analysis::ParamSpec;
using analysis::ParamType;
using nlohmann::json;
using ::testing::HasSubstr;

engine::Catalog MakeCatalog() {
  analysis::Analysis pulse;
  pulse.info.id = "pulse";
  pulse.info.title = {"Pulse", "Пульс"};
  pulse.info.help = {"The numbers | that matter", ""};
  pulse.info.tables = {{.name = "headline",
                        .title = {"Headline", ""},
                        .key = {"metric"},
                        .columns = {{"metric", ColumnType::kText, "", {"Metric", ""}},
                                    {"value", ColumnType::kMoney, "EUR", {}},
                                    {"at", ColumnType::kInstant, "", {}}},
                        .chart = analysis::Chart{"bar", "metric", "value", ""}}};
  pulse.params = {ParamSpec{{.name = "from_day", .help = {"First day", ""}}, ParamType::kDate, ""},
                  ParamSpec{{.name = "grain", .help = {}, .allowed = {"day", "month"}}, ParamType::kText, "month"},
                  ParamSpec{{.name = "by", .help = {}}, ParamType::kList, "team,segment"},
                  ParamSpec{{.name = "deep", .help = {}}, ParamType::kBoolean, "false"}};
  pulse.explain = [](const auto&, const auto&, const auto&, auto&) -> Result<analysis::Evidence> {
    return analysis::Evidence{};
  };
  analysis::Action undo;
  undo.info.id = "sources.undo";
  undo.info.title = {"Take an import back", ""};
  undo.info.right = "import";
  undo.params = {
      ParamSpec{{.name = "import_id", .help = {"Which", ""}, .allowed = {}, .required = true, .positional = true},
                ParamType::kInteger,
                "0"}};
  return engine::Catalog({pulse}, {undo});
}

// Every $ref of the document leads somewhere.
void CheckReferences(const json& node, const json& document) {
  if (node.is_object() && node.contains("$ref")) {
    const std::string path = node["$ref"].get<std::string>().substr(1);
    EXPECT_TRUE(document.contains(json::json_pointer(path))) << path;
  }
  if (node.is_structured()) {
    for (const auto& child : node) CheckReferences(child, document);
  }
}

TEST(DocgenTest, OpenApiDescribesTheCatalogue) {
  const json document = json::parse(OpenApi(MakeCatalog(), "1.2.3"));
  EXPECT_EQ(document["openapi"], "3.1.0");
  EXPECT_EQ(document["info"]["version"], "1.2.3");
  CheckReferences(document, document);
  const json& get = document["paths"]["/api/v1/pulse"]["get"];
  EXPECT_EQ(get["operationId"], "pulse");
  EXPECT_EQ(get["parameters"][0]["schema"]["format"], "date");
  EXPECT_EQ(get["parameters"][1]["schema"]["default"], "month");
  EXPECT_EQ(get["parameters"][2]["schema"]["default"], json({"team", "segment"}));
  EXPECT_EQ(get["parameters"][3]["schema"]["default"], false);
  const json& narrowed = get["responses"]["200"]["content"]["application/json"]["schema"]["allOf"][1];
  const json& row = narrowed["properties"]["tables"]["properties"]["headline"]["properties"]["rows"]["items"];
  EXPECT_EQ(row["prefixItems"][1]["type"], json({"number", "null"}));
  const json& post = document["paths"]["/api/v1/sources.undo"]["post"];
  EXPECT_EQ(post["requestBody"]["content"]["application/json"]["schema"]["properties"]["params"]["required"][0],
            "import_id");
}

TEST(DocgenTest, WhatOnlyAsksTakesItsParametersAsTheyAre) {
  analysis::Action action{.info = {.id = "people.known", .title = {"Known", "Известен"}}, .changes_model = false};
  action.params.push_back({.info = {.name = "email"}});
  const engine::Catalog catalog({}, {action});
  const json document = json::parse(OpenApi(catalog, "1"));
  const json& plain = document["paths"]["/api/v1/people/known"]["post"]["requestBody"];
  EXPECT_EQ(plain["required"], true);
  EXPECT_TRUE(plain["content"]["application/json"]["schema"]["properties"].contains("email"));
  const json& wrapped = document["paths"]["/api/v1/people.known"]["post"]["requestBody"];
  const json& fields = wrapped["content"]["application/json"]["schema"]["properties"];
  EXPECT_TRUE(fields.contains("params"));
  EXPECT_FALSE(fields.contains("reason")) << "no decision is made of it";
  EXPECT_NE(ReferencePages(catalog, "1").at("people.known.md").find("POST /api/v1/people/known"), std::string::npos);
}

TEST(DocgenTest, OperationsHaveNamesOfTheirOwn) {
  const json document = json::parse(OpenApi(MakeCatalog(), "1"));
  std::set<std::string> names;
  for (const auto& [path, operations] : document["paths"].items()) {
    for (const auto& [method, operation] : operations.items()) {
      if (method == "parameters") continue;
      EXPECT_TRUE(names.insert(operation["operationId"].get<std::string>()).second) << path << ' ' << method;
      EXPECT_TRUE(operation.contains("responses")) << path;
    }
  }
}

TEST(DocgenTest, PagesSayWhatWasDeclared) {
  const auto pages = ReferencePages(MakeCatalog(), "1");
  const std::string& pulse = pages.at("pulse.md");
  EXPECT_THAT(pulse, HasSubstr("weir pulse [--from-day date] [--grain text] [--by list] [--deep]"));
  EXPECT_THAT(pulse, HasSubstr("| `grain` | `day`, `month` | month |"));
  EXPECT_THAT(pulse, HasSubstr("| `value` | money | EUR |"));
  EXPECT_THAT(pulse, HasSubstr("Drawn as bar: `value` by `metric`."));
  EXPECT_THAT(pages.at("sources.undo.md"), HasSubstr("weir sources undo import_id"));
  EXPECT_THAT(pages.at("README.md"), HasSubstr("| [pulse](pulse.md) | The numbers \\| that matter |"));
  EXPECT_THAT(pages.at("README.md"), HasSubstr("| `bug` | 500 | 3 |"));
}

TEST(DocgenTest, WritesTheFolderAndTakesOldPagesAway) {
  const std::filesystem::path folder = std::filesystem::path(::testing::TempDir()) / "weir-docgen-test";
  std::filesystem::remove_all(folder);
  ASSERT_TRUE(WriteReference(MakeCatalog(), "1", folder));
  std::filesystem::rename(folder / "pulse.md", folder / "old.md");
  std::ofstream(folder / "own.md") << "# Mine\n";
  ASSERT_TRUE(WriteReference(MakeCatalog(), "1", folder));
  EXPECT_TRUE(std::filesystem::exists(folder / "pulse.md"));
  EXPECT_TRUE(std::filesystem::exists(folder / "own.md"));
  EXPECT_FALSE(std::filesystem::exists(folder / "old.md"));
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace weir::docgen
