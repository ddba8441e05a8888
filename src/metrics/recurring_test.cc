// The recurring metrics over a model, by hand: what they are at a day, by month, and from the opening of a period.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/bridge.h"
#include "metrics/query.h"
#include "metrics/scoped_story.h"
#include "model/testing.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using testing::Need;

constexpr const char* kSeen = "2026-06-01 00:00:00";

// Four customers: one grows, one shrinks and leaves, one comes late, one leaves and comes back.
class Recurring : public ::testing::Test {
 protected:
  Recurring() {
    model.settings.currency = "EUR";
    Subscribe("grows", "grows", "100", "2024-01-10", "");
    Subscribe("grows-more", "grows", "50", "2025-03-05", "");
    Subscribe("shrinks-a", "shrinks", "60", "2024-02-01", "2025-02-20");
    Subscribe("shrinks-b", "shrinks", "40", "2024-02-01", "2025-05-15");
    Subscribe("late", "late", "30", "2025-02-10", "2025-04-01");
    Subscribe("back-1", "back", "20", "2024-05-01", "2025-03-10");
    Subscribe("back-2", "back", "25", "2025-03-25", "");
    if (!model.Build()) throw std::runtime_error(model.error());
    model.AsOf("2025-06-30T12:00:00Z");
  }
  void Subscribe(const std::string& key, const std::string& account, const std::string& price,
                 const std::string& started, const std::string& ended) {
    model.Record("account", {{"key", account}, {"name", account}, {"country", account == "grows" ? "FR" : "DE"}},
                 kSeen);
    model::TestModel::Cells cells{{"key", key},
                                  {"account_key", account},
                                  {"unit_price", price},
                                  {"currency", "EUR"},
                                  {"interval", "month"},
                                  {"started_at", started},
                                  {"status", ended.empty() ? "active" : "canceled"}};
    if (!ended.empty()) cells["ended_at"] = ended;
    model.Record("subscription", cells, kSeen);
  }
  Query Asking(std::vector<std::string> metrics, const char* from = nullptr, const char* to = nullptr) {
    Query query{.metrics = std::move(metrics), .as_of = *ParseIsoInstant("2025-06-30T12:00:00Z"), .currency = "EUR"};
    if (from != nullptr) query.from = *ParseIsoDate(from);
    if (to != nullptr) query.to = *ParseIsoDate(to);
    return query;
  }
  // Cells separated by blanks, a line a row, without the hidden columns.
  std::string Told(const Query& query) {
    const Compiled compiled = Need(Compile(*BuiltIn(), query, store::DuckDbDialect()));
    const store::Rows rows = Need(model.connection().Query(compiled.sql, compiled.parameters));
    std::string text;
    for (std::size_t row = 0; row < rows.size(); ++row) {
      for (std::size_t column = 0; column < compiled.columns.size(); ++column) {
        const std::string cell = rows.TextAt(row, column);
        text += (column == 0 ? "" : " ") + (cell.empty() ? "-" : cell);
      }
      text += "\n";
    }
    return text;
  }

  model::TestModel model;
};

TEST_F(Recurring, IsWhatIsHeldAtTheDay) {
  EXPECT_EQ(Told(Asking({"mrr", "arr", "customers_paying", "subscriptions_active", "arpa"})), "- 175 2100 2 3 87.5\n");
  EXPECT_EQ(Told(Asking({"mrr", "customers_paying"}, nullptr, "2025-02-28")), "- 190 4\n");
  Query by_country = Asking({"mrr", "customers_paying"});
  by_country.by = {"country"};
  EXPECT_EQ(Told(by_country), "- DE 25 1\n- FR 150 1\n");
}

TEST_F(Recurring, MovesFromOpeningToClosing) {
  Query months =
      Asking({"mrr", "mrr_new", "mrr_expansion", "mrr_reactivation", "mrr_contraction", "mrr_churned", "mrr_net_new"},
             "2025-01-01", "2025-06-30");
  months.grain = Grain::kMonth;
  EXPECT_EQ(Told(months),
            "2025-01-01 220 0 0 0 0 0 0\n"
            "2025-02-01 190 30 0 0 60 0 -30\n"
            "2025-03-01 245 0 50 25 0 20 55\n"
            "2025-04-01 215 0 0 0 0 30 -30\n"
            "2025-05-01 175 0 0 0 0 40 -40\n"
            "2025-06-01 175 0 0 0 0 0 0\n");
}

TEST_F(Recurring, RetainsWhatWasPaidAYearBefore) {
  // On 2024-06-30: grows 100, shrinks 100, back 20. On 2025-06-30: 150, 0, 25.
  EXPECT_EQ(Told(Asking({"nrr", "grr", "logo_retention_rate"})), "- 0.795454545 0.545454545 0.666666667\n");
  Query by_country = Asking({"nrr", "grr"});
  by_country.by = {"country"};
  EXPECT_EQ(Told(by_country), "- DE 0.208333333 0.166666667\n- FR 1.5 1\n");
  Query months = Asking({"nrr", "grr"}, "2025-01-01", "2025-03-31");
  months.grain = Grain::kMonth;
  // A year before the ends of these months: nothing but grows; grows and shrinks; the same.
  EXPECT_EQ(Told(months), "2025-01-01 1 1\n2025-02-01 0.7 0.7\n2025-03-01 0.95 0.7\n");
}

TEST_F(Recurring, LosesOfThoseWhoWereThereAtTheOpening) {
  // March opens with grows, shrinks, late and back; back leaves in it, and comes back.
  EXPECT_EQ(Told(Asking({"logo_churn_rate", "customers_churned"}, "2025-03-01", "2025-03-31")), "2025-03-01 0.25 1\n");
  // The second quarter: late and shrinks of four. Of them late came after the year opened.
  EXPECT_EQ(Told(Asking({"logo_churn_rate", "customers_churned"}, "2025-04-01", "2025-06-30")), "2025-04-01 0.5 2\n");
  EXPECT_EQ(Told(Asking({"logo_churn_rate", "customers_churned"}, "2025-01-01", "2025-06-30")),
            "2025-01-01 0.666666667 3\n");
  Query months = Asking({"logo_churn_rate", "mrr_churn_rate", "mrr_net_change_rate"}, "2025-02-01", "2025-05-31");
  months.grain = Grain::kMonth;
  EXPECT_EQ(Told(months),
            "2025-02-01 0 0.272727273 -0.272727273\n"
            "2025-03-01 0.25 0.105263158 0.157894737\n"
            "2025-04-01 0.25 0.12244898 -0.12244898\n"
            "2025-05-01 0.333333333 0.186046512 -0.186046512\n");
}

TEST_F(Recurring, OpensAPeriodWithinAMonthOnItsFirstDay) {
  Query months = Asking({"logo_churn_rate"}, "2025-03-15", "2025-04-30");
  months.grain = Grain::kMonth;
  // Back left before the 15th: it is not lost in what is asked for.
  EXPECT_EQ(Told(months), "2025-03-01 0\n2025-04-01 0.25\n");
}

TEST_F(Recurring, IsOfTwelveMonthsWhereNoFirstDayIsAsked) {
  // On 2024-06-30 there were three; shrinks and back left since, late was not there.
  EXPECT_EQ(Told(Asking({"logo_churn_rate"})), "- 0.666666667\n");
  EXPECT_EQ(Told(Asking({"logo_churn_rate", "customers_churned"})), "- 0.666666667 3\n")
      << "what has no opening is of all time";
}

TEST_F(Recurring, RunsFromTheFirstDay) {
  Query running = Asking({"logo_churn_rate"}, "2025-03-01", "2025-05-31");
  running.grain = Grain::kMonth;
  running.is_running = true;
  EXPECT_EQ(Told(running), "2025-03-01 0.25\n2025-04-01 0.5\n2025-05-01 0.75\n");
}

TEST_F(Recurring, NamesTheRowsBehind) {
  Query query = Asking({"logo_churn_rate"}, "2025-04-01", "2025-06-30");
  const auto evidence = Need(RowsBehind(*BuiltIn(), query, {}, 100, model.connection()));
  EXPECT_EQ(evidence.table, "mrr_movement");
  EXPECT_THAT(evidence.ids, ::testing::ElementsAre("test:late:2025-04-01:churn", "test:shrinks:2025-05-15:churn"));
  const auto held = Need(RowsBehind(*BuiltIn(), Asking({"mrr"}), {}, 100, model.connection()));
  EXPECT_EQ(held.table, "subscription");
  EXPECT_THAT(held.ids, ::testing::ElementsAre("test:grows", "test:grows-more", "test:back-2"));
}

TEST_F(Recurring, IsComparedWithWhatIsNotOfTheOpening) {
  Comparison comparison;
  for (Side* side : {&comparison.start, &comparison.end}) {
    const char* metric = side == &comparison.start ? "customers_lost_of_opening" : "customers_churned";
    *side = {.catalog = BuiltIn().get(),
             .metric = BuiltIn()->FindMetric(metric),
             .query = Asking({metric}, "2025-02-01", "2025-06-30"),
             .session = &model.connection()};
  }
  const Bridge bridge = Need(BuildBridge(comparison));
  ASSERT_EQ(bridge.parts.size(), 1U);
  EXPECT_EQ(static_cast<int>(bridge.start.units), 2);
  EXPECT_EQ(static_cast<int>(bridge.parts.front().units), 1);
  EXPECT_THAT(bridge.parts.front().title.en,
              ::testing::HasSubstr("customer since not before the opening of the period"));
  ASSERT_EQ(bridge.parts.front().rows.size(), 1U);
  EXPECT_EQ(bridge.parts.front().rows.front().id, "test:late:2025-04-01:churn");
}

TEST_F(Recurring, IsSeenOnlyByWhoMaySeeTheCustomer) {
  model.Execute("SET VARIABLE sees_all_rows = FALSE; SET VARIABLE team_ids = ['test:nowhere']");
  EXPECT_EQ(Told(Asking({"mrr", "mrr_new", "nrr", "customers_paying"})), "- 0 0 - 0\n");
}

}  // namespace
}  // namespace weir::metrics
