#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "metrics/catalog.h"
#include "metrics/scoped_story.h"

namespace weir::metrics {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using testing::Need;
using ::testing::StartsWith;

constexpr std::string_view kView = R"toml(
[dimension]
team = { en = "Team", ru = "Команда" }
[view.deal]
id        = "deal_id"
team      = "team"
converted = { amount_reporting = "amount" }
[view.deal.columns]
deal_id          = "text"
status           = "text"
team             = "text"
amount           = "money"
amount_reporting = "money"
created_at       = "instant"
close_date       = "date"
[view.deal.dimensions]
team = "team"
)toml";

constexpr std::string_view kMetric = R"toml(
[metric.deals]
version     = 1
title       = { en = "Deals", ru = "Сделки" }
description = { en = "All.", ru = "Все." }
owner       = "sales"
formula     = { en = "count", ru = "число" }
unit        = "count"
better      = "up"
view        = "deal"
measure     = "count()"
filter      = "status = 'won'"
time        = "close_date"
additivity  = "additive"
)toml";

std::string Replaced(std::string_view text, std::string_view from, std::string_view to) {
  std::string changed(text);
  const std::size_t at = changed.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  if (at != std::string::npos) changed.replace(at, from.size(), to);
  return changed;
}

std::string ErrorOf(std::string_view metric, std::string_view view = kView) {
  const std::vector<DefinitionFile> files{{"views.toml", std::string(view)}, {"my.toml", std::string(metric)}};
  const auto catalog = MetricCatalog::Load(files);
  return catalog ? "" : catalog.error().ToString();
}

TEST(Loader, TakesWhatIsRight) { EXPECT_EQ(ErrorOf(kMetric), ""); }

TEST(Loader, SeveralDepartmentsMayOwnAMetricAndSayWhy) {
  const std::string owned =
      Replaced(kMetric, "owner       = \"sales\"", "owner = [\"sales\", \"finance\"]\nnote = \"as the board asked\"");
  ASSERT_NE(owned, kMetric);
  EXPECT_EQ(ErrorOf(owned), "");
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "owner       = \"sales\"", "owner = [\"sales\", \"\"]")),
              HasSubstr("'owner' names no department"));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "owner       = \"sales\"", "owner = []")), HasSubstr("'owner'"));
}

TEST(Loader, BuiltInCatalogueHoldsTheContract) {
  const auto catalog = testing::BuiltIn();
  for (const char* id : {"deals_won", "deals_lost", "deals_open", "won_amount", "win_rate", "win_rate_amount",
                         "average_deal_amount", "sales_cycle_median_days", "pipeline_amount", "leads",
                         "lead_to_deal_rate", "lead_response_hours", "mrr", "nrr", "grr", "logo_churn_rate"}) {
    EXPECT_NE(catalog->FindMetric(id), nullptr) << id;
  }
  std::size_t listed = 0;
  for (const Metric& metric : catalog->metrics()) {
    listed += metric.is_part ? 0 : 1;
    // What is bought by campaigns and what customers pay have nothing in common to be split by.
    EXPECT_EQ(metric.dimensions.empty(), metric.id == "ad_cost_per_new_customer") << metric.id;
    EXPECT_NE(metric.title.en, metric.title.ru) << metric.id;
  }
  EXPECT_GE(listed, 60U);
  EXPECT_EQ(catalog->fingerprint().size(), 16U);
}

TEST(Loader, ErrorsNameFileLineColumnAndMend) {
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "owner ", "ovner ")),
              AllOf(StartsWith("my.toml:2:1:"), HasSubstr("'owner' is missing")));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "better      = \"up\"", "better      = \"upp\"")),
              AllOf(StartsWith("my.toml:9:15:"), HasSubstr("Write one of: up, down")));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "filter ", "fillter ")),
              AllOf(StartsWith("my.toml:12:1:"), HasSubstr("Did you mean 'filter'?")));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "status = 'won'", "state = 'won'")),
              AllOf(StartsWith("my.toml:12:16:"), HasSubstr("no column 'state'"), HasSubstr("Did you mean 'status'?")));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "count()", "count(")),
              AllOf(StartsWith("my.toml:11:"), HasSubstr("expected ')'")));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "version     = 1", "version     = \"1\"")),
              AllOf(StartsWith("my.toml:3:15:"), HasSubstr("not a whole number")));
  EXPECT_THAT(ErrorOf("[metric.a\n"), AllOf(StartsWith("my.toml:"), HasSubstr("not TOML")));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "metric.deals", "metric.Deals")), HasSubstr("'Deals' is not an id"));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "ru = \"Сделки\"", "ru = \"\"")), HasSubstr("in English and in Russian"));
}

TEST(Loader, RefusesDefinitionsThatMeanNothing) {
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "\"deal\"", "\"del\"")), HasSubstr("Did you mean 'deal'?"));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "\"close_date\"", "\"created_at\"")),
              HasSubstr("is of type instant, not a date"));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "\"additive\"", "\"semi_additive\"")), HasSubstr("additivity = \"additive\""));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "\"close_date\"", "\"as_of\"")), HasSubstr("makes this metric semi_additive"));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "count()", "sum(amount)")), "");
  EXPECT_THAT(ErrorOf(Replaced(Replaced(kMetric, "count()", "sum(amount)"), "\"count\"\nbetter", "\"money\"\nbetter")),
              HasSubstr("in the reporting currency"));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "\"count\"\nbetter", "\"days\"\nbetter")), HasSubstr("not measured in days"));
  EXPECT_THAT(ErrorOf(Replaced(kMetric, "status = 'won'", "close_date < at")), HasSubstr("a date such as"));
  EXPECT_THAT(ErrorOf(std::string(kMetric) + "dimensions = [\"owner\"]\n"), HasSubstr("Possible: team"));
  EXPECT_THAT(ErrorOf(std::string(kMetric) + "rivals = [{ id = \"del\" }]\n"), HasSubstr("there is no metric 'del'"));
  EXPECT_THAT(ErrorOf(std::string(kMetric) + "rivals = [{ name = \"x\" }]\n"), HasSubstr("'formula' is missing"));
}

TEST(Loader, RefusesRatiosOfThemselves) {
  std::string ratio = Replaced(kMetric, "metric.deals", "metric.rate");
  ratio =
      ratio.substr(0, ratio.find("view  ")) + "numerator = \"rate\"\ndenominator = \"deals\"\nadditivity = \"ratio\"\n";
  EXPECT_THAT(ErrorOf(std::string(kMetric) + ratio), HasSubstr("a ratio of itself"));
  EXPECT_THAT(ErrorOf(std::string(kMetric) + Replaced(ratio, "\"rate\"", "\"dealz\"")),
              HasSubstr("Did you mean 'deals'?"));
  EXPECT_EQ(ErrorOf(std::string(kMetric) + Replaced(ratio, "\"rate\"", "\"deals\"")), "");
  EXPECT_THAT(ErrorOf(std::string(kMetric) + Replaced(ratio, "denominator = \"deals\"\n", "")),
              HasSubstr("has numerator and denominator"));
}

TEST(Loader, RefusesViewsThatDoNotHoldTogether) {
  EXPECT_THAT(ErrorOf("", Replaced(kView, "status           = \"text\"", "status = \"texts\"")),
              AllOf(StartsWith("views.toml:10:"), HasSubstr("unknown type 'texts'"), HasSubstr("text, integer")));
  EXPECT_THAT(ErrorOf("", Replaced(kView, "team = \"team\"\n", "owner = \"team\"\n")),
              HasSubstr("Add [dimension.owner]"));
  EXPECT_THAT(ErrorOf("", Replaced(kView, "team = \"team\"\n", "team = \"tim\"\n")), HasSubstr("has no column 'tim'"));
  EXPECT_THAT(ErrorOf("", Replaced(kView, "id        = \"deal_id\"", "id = \"key\"")),
              HasSubstr("not among the columns"));
  EXPECT_THAT(ErrorOf("", Replaced(kView, "[view.deal.columns]",
                                   "lookups = { a = { view = \"account\", from = \"team\" } }\n[view.deal.columns]")),
              HasSubstr("unknown view 'account'"));
}

TEST(Loader, TheWorkspaceReplacesOnlyByAHigherVersion) {
  const auto load = [](std::string_view own) {
    const std::vector<DefinitionFile> files{{"views.toml", std::string(kView)},
                                            {"built_in.toml", std::string(kMetric)},
                                            {"metrics/own.toml", std::string(own), true}};
    return MetricCatalog::Load(files);
  };
  const auto same = load(kMetric);
  ASSERT_FALSE(same);
  EXPECT_THAT(same.error().ToString(),
              AllOf(StartsWith("metrics/own.toml:2:1:"), HasSubstr("built in with version 1")));
  const auto higher = load(Replaced(Replaced(kMetric, "version     = 1", "version     = 2"), "'won'", "'lost'"));
  ASSERT_TRUE(higher);
  EXPECT_EQ(higher->FindMetric("deals")->version, 2);
  EXPECT_EQ(higher->FindMetric("deals")->source_file, "metrics/own.toml");
  const auto added = load(Replaced(kMetric, "metric.deals", "metric.mine"));
  ASSERT_TRUE(added);
  EXPECT_EQ(added->metrics().size(), 2U);
  EXPECT_NE(added->fingerprint(), higher->fingerprint());
}

// Who does not sell owns records too, and counts in no figure per seller.
TEST(Loader, WhatIsSplitByPersonIsSplitBySeller) {
  const auto catalog = Need(LoadCatalog());
  int seen = 0;
  for (const View& view : catalog->views()) {
    for (const char* id : {"owner", "member"}) {
      const Dimension* dimension = view.FindDimension(id);
      if (dimension == nullptr) continue;
      EXPECT_EQ(dimension->column.column, "seller") << view.name << " by " << id;
      ++seen;
    }
  }
  EXPECT_GE(seen, 5);
}

TEST(Loader, ReadsTheDirectoryOfTheWorkspace) {
  const std::filesystem::path directory = std::filesystem::path(::testing::TempDir()) / "own_metrics";
  std::filesystem::create_directories(directory);
  std::ofstream(directory / "mine.toml") << Replaced(Replaced(kMetric, "metric.deals", "metric.my_deals"), "close_date",
                                                     "created_date");
  std::ofstream(directory / "notes.txt") << "not a definition";
  const auto catalog = Need(LoadCatalog(directory));
  ASSERT_NE(catalog->FindMetric("my_deals"), nullptr);
  EXPECT_EQ(catalog->FindMetric("my_deals")->source_file, "metrics/mine.toml");
  std::ofstream(directory / "broken.toml") << "[metric.x]\n";
  const auto broken = LoadCatalog(directory);
  ASSERT_FALSE(broken);
  EXPECT_THAT(broken.error().ToString(), StartsWith("metrics/broken.toml:1:1:"));
  std::filesystem::remove_all(directory);
}

}  // namespace
}  // namespace weir::metrics
