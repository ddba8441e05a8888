#include "analysis/params.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace weir::analysis {
namespace {

struct SampleParams {
  std::optional<Date> from;
  std::string grain = "month";
  std::int64_t limit = 10;
  bool fiscal = false;
  std::vector<std::string> by;
  void Describe(ParamVisitor& visitor) {
    visitor.Add({.name = "from", .help = {"first day", "первый день"}}, from);
    visitor.Add({.name = "grain", .help = {}, .allowed = {"day", "month"}}, grain);
    visitor.Add({.name = "limit", .help = {}}, limit);
    visitor.Add({.name = "fiscal", .help = {}}, fiscal);
    visitor.Add({.name = "by", .help = {}}, by);
  }
};

TEST(Params, BindsEveryType) {
  const auto params = Bind<SampleParams>({{"from", {"2024-02-29"}},
                                          {"grain", {"day"}},
                                          {"limit", {"-3"}},
                                          {"fiscal", {"yes"}},
                                          {"by", {"team,owner", "stage"}}});
  ASSERT_TRUE(params) << params.error().ToString();
  EXPECT_EQ(FormatDate(*params->from), "2024-02-29");
  EXPECT_EQ(params->grain, "day");
  EXPECT_EQ(params->limit, -3);
  EXPECT_TRUE(params->fiscal);
  EXPECT_THAT(params->by, testing::ElementsAre("team", "owner", "stage"));
}

TEST(Params, KeepsDefaultsAndListsThem) {
  const auto params = Bind<SampleParams>({});
  ASSERT_TRUE(params);
  EXPECT_EQ(params->limit, 10);
  const auto specs = SpecsOf<SampleParams>();
  ASSERT_EQ(specs.size(), 5U);
  EXPECT_EQ(specs[1].default_text, "month");
  EXPECT_EQ(NameOf(specs[4].type), "list");
}

TEST(Params, RefusesBadValuesNamingTheField) {
  for (const auto& [name, value] : std::vector<std::pair<std::string, std::string>>{
           {"from", "2023-02-29"}, {"from", "9999-01-01"}, {"grain", "week"}, {"limit", "3x"}, {"fiscal", "perhaps"}}) {
    const auto params = Bind<SampleParams>({{name, {value}}});
    ASSERT_FALSE(params) << name;
    EXPECT_EQ(params.error().field(), name);
    EXPECT_EQ(params.error().code(), Code::kBadUsage);
  }
}

TEST(Params, SuggestsTheNearestName) {
  const auto params = Bind<SampleParams>({{"form", {"2024-01-01"}}});
  ASSERT_FALSE(params);
  EXPECT_THAT(params.error().hint(), testing::HasSubstr("'from'"));
}

}  // namespace
}  // namespace weir::analysis
