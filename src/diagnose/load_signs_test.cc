#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/embedded.h"
#include "diagnose/sign.h"

namespace weir::diagnose {
namespace {

using ::testing::HasSubstr;

constexpr std::string_view kHead = R"(position = 1
side = "revops"
title = { en = "A", ru = "А" }
meaning = { en = "A", ru = "А" }
mend = { en = "A", ru = "А" }
[[lines]]
id = "one"
title = { en = "A", ru = "А" }
needs = { en = "A", ru = "А" }
)";
constexpr std::string_view kAsk = R"(unit = "share"
analysis = "leaks"
table = "rules"
aggregate = "count"
clear_no = 0.1
clear_yes = 0.5
)";

std::string Refused(const std::string& text, std::string_view path = "catalog/diagnosis/x.toml", bool is_own = false) {
  const std::vector<DefinitionFile> files{{.path = std::string(path), .text = text, .is_own = is_own}};
  const auto loaded = LoadSigns(files);
  return loaded ? "" : loaded.error().ToString();
}

std::string WithLine(std::string_view line) { return std::string(kHead) + std::string(line); }

// A line that asks the rules of the ledger.
std::string WithAsk(std::string_view rest) {
  return WithLine("unit = \"share\"\nanalysis = \"leaks\"\ntable = \"rules\"\n" + std::string(rest));
}

TEST(LoadSigns, WhatIsBuiltInLoads) {
  const auto loaded = LoadSigns(BuiltInDefinitions("diagnosis"));
  ASSERT_TRUE(loaded) << loaded.error().ToString();
  std::size_t salesops = 0;
  std::size_t revops = 0;
  for (const Sign& sign : loaded->signs) {
    if (!sign.is_profile) ++(sign.side == Side::kSalesOps ? salesops : revops);
  }
  EXPECT_EQ(salesops, 4);
  EXPECT_EQ(revops, 5);
  EXPECT_FALSE(loaded->policy.stages.empty());
  EXPECT_FALSE(loaded->boards.empty());
  for (const Stage& stage : loaded->policy.stages) {
    for (const std::string& sign : stage.signs) {
      EXPECT_NE(std::ranges::find(loaded->signs, sign, &Sign::id), loaded->signs.end()) << stage.id << ' ' << sign;
    }
    for (const std::string& rule : stage.leaks) {
      EXPECT_TRUE(FindEmbedded("catalog", "leaks/" + rule + ".toml")) << stage.id << ' ' << rule;
    }
  }
}

TEST(LoadSigns, BadFilesNameThePlaceAndTheMend) {
  EXPECT_THAT(Refused("position = 1\nside = \"both\"\n"), HasSubstr("x.toml:2"));
  EXPECT_THAT(Refused("position = 1\nside = \"both\"\n"), HasSubstr("Write one of: salesops, revops"));
  EXPECT_THAT(Refused("position = \n"), HasSubstr("x.toml:1"));
  EXPECT_THAT(Refused(WithLine("unit = \"percent\"\n")), HasSubstr("x.toml:10"));
  EXPECT_THAT(Refused(WithLine("unit = \"share\"\n")), HasSubstr("either by an analysis or by a SELECT"));
  EXPECT_THAT(Refused(WithAsk(R"(aggregate = "count"
clear_no = 0.5
clear_yes = 0.5
)")),
              HasSubstr("x.toml:15"));
  EXPECT_THAT(Refused(WithAsk(R"(aggregate = "share"
)")),
              HasSubstr("Add: hit"));
  EXPECT_THAT(Refused(WithAsk(R"(column = "amount"
aggregate = "value"
)")),
              HasSubstr("Add: cases"));
  EXPECT_THAT(Refused(WithAsk(R"(aggregate = "sum"
)")),
              HasSubstr("Add: column"));
  EXPECT_THAT(Refused(WithLine(std::string(kAsk) + "wieght = 2\n")), HasSubstr("Did you mean 'weight'?"));
  EXPECT_THAT(Refused(WithLine(std::string(kAsk) + "weight = 0\n")), HasSubstr("not above zero"));
  EXPECT_THAT(Refused("need = 1.5\n", "catalog/diagnosis/verdict.toml"), HasSubstr("Write: need = 0.4"));
  EXPECT_THAT(Refused("[[stages]]\nid = \"a\"\nverdicts = [\"never\"]\n", "catalog/diagnosis/verdict.toml"),
              HasSubstr("verdict.toml:3"));
}

TEST(LoadSigns, AFileOfTheWorkspaceChangesThresholdsAndAsksAnalyses) {
  std::vector<DefinitionFile> files{
      {.path = "diagnosis/x.toml",
       .text = "weight = 3\n[[lines]]\nid = \"one\"\nclear_no = 1\nclear_yes = 2\nleast = 7\n[[lines]]\nid = \"two\"\n"
               "title = { en = \"B\", ru = \"Б\" }\nneeds = { en = \"B\", ru = \"Б\" }\n" +
               std::string(kAsk),
       .is_own = true},
      {.path = "catalog/diagnosis/x.toml", .text = WithLine(kAsk)}};
  const auto loaded = LoadSigns(files);
  ASSERT_TRUE(loaded) << loaded.error().ToString();
  ASSERT_EQ(loaded->signs.size(), 1);
  const Sign& sign = loaded->signs.front();
  EXPECT_EQ(sign.weight, 3);
  ASSERT_EQ(sign.lines.size(), 2);
  EXPECT_EQ(sign.lines[0].clear_yes, 2);
  EXPECT_EQ(sign.lines[0].least, 7);
  EXPECT_EQ(NameOf(sign, sign.lines[1]), "x.two");

  EXPECT_THAT(Refused(WithLine("unit = \"share\"\nmeasure = \"share\"\nentity = \"deal\"\nsql = \"SELECT 1\"\n"),
                      "diagnosis/mine.toml", true),
              HasSubstr("a line of the workspace asks an analysis"));
}

}  // namespace
}  // namespace weir::diagnose
