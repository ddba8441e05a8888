#include "cli/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace weir::cli {
namespace {

constexpr std::string_view kPage =
    R"(<html><script id="weir-report" type="application/json"></script><p>after</p></html>)";

TEST(Report, HoldsTheAnswersAndNothingOfThemEndsTheScript) {
  const std::string hostile = R"({"name":"</script><script>alert(1)</script><!-- \"x\" "})";
  const auto filled = FillReport(kPage, "ru", "team=a&as_of=2026-01-01", {{"pulse", hostile}, {"status", "{}"}});
  ASSERT_TRUE(filled) << filled.error().ToString();
  const std::size_t begin = filled->find("json\">") + 6;
  const std::size_t end = filled->find("</script>");
  const std::string inside = filled->substr(begin, end - begin);
  EXPECT_THAT(inside, testing::Not(testing::HasSubstr("<")));
  EXPECT_THAT(*filled, testing::EndsWith("</script><p>after</p></html>"));
  const auto kept = nlohmann::json::parse(inside);
  EXPECT_EQ(kept["lang"], "ru");
  EXPECT_EQ(kept["query"], "team=a&as_of=2026-01-01");
  EXPECT_EQ(kept["answers"]["pulse"]["name"], "</script><script>alert(1)</script><!-- \"x\" ");
}

TEST(Report, SaysThatThePageIsMissing) {
  const auto filled = FillReport("", "en", "", {});
  ASSERT_FALSE(filled);
  EXPECT_EQ(filled.error().code(), Code::kUnavailable);
}

}  // namespace
}  // namespace weir::cli
