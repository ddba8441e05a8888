// What must hold whatever the data: seeded random companies against a naive reckoning in C++.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "base/random.h"
#include "metrics/query.h"
#include "metrics/scoped_story.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using testing::Need;
using testing::Story;

const Instant kAsOf = *ParseIsoInstant("2025-12-31T23:00:00Z");
const Date kFirst = FromCivil({2025, 1, 1});

struct DealRow {
  std::string id;
  std::string status;
  std::optional<std::int64_t> cents;
  std::string team;  // empty: none
  std::string segment;
  Date created;
  Date closed;
};

std::vector<DealRow> RandomDeals(std::uint64_t seed) {
  RandomStream random(seed, "deals");
  std::vector<DealRow> deals;
  for (std::int64_t i = random.Integer(0, 60); i > 0; --i) {
    DealRow deal{.id = fmt::format("d{}", i)};
    deal.status = std::array{"won", "lost", "open"}[static_cast<std::size_t>(random.Integer(0, 2))];
    if (!random.Chance(0.15)) deal.cents = random.Integer(-50'000, 5'000'000);
    if (!random.Chance(0.2)) deal.team = fmt::format("T{}", random.Integer(1, 3));
    deal.segment = fmt::format("S{}", random.Integer(1, 2));
    deal.created = {kFirst.days + static_cast<std::int32_t>(random.Integer(0, 300))};
    deal.closed = {deal.created.days + static_cast<std::int32_t>(random.Integer(0, 90))};
    deals.push_back(deal);
  }
  return deals;
}

std::string OrNull(const std::string& text) { return text.empty() ? "NULL" : "'" + text + "'"; }

std::string Money(std::int64_t cents) { return FormatDecimal({cents, 2}); }

void Insert(Story& story, const std::vector<DealRow>& deals) {
  for (const DealRow& deal : deals) {
    const std::string amount = deal.cents ? Money(*deal.cents) : "NULL";
    story.Run(
        fmt::format("INSERT INTO scoped.deal (deal_id, status, amount, amount_reporting, team, segment, created_date, "
                    "close_date) VALUES ('{}', '{}', {}, {}, {}, '{}', DATE '{}', DATE '{}')",
                    deal.id, deal.status, amount, amount, OrNull(deal.team), deal.segment, FormatDate(deal.created),
                    FormatDate(deal.closed)));
  }
}

store::Rows Ask(Story& story, const Query& query, const store::Dialect& dialect = store::DuckDbDialect()) {
  const Compiled compiled = Need(Compile(*BuiltIn(), query, dialect));
  return Need(story.session().Query(compiled.sql, compiled.parameters));
}

std::string BytesOf(const store::Rows& rows) {
  std::string bytes;
  for (const auto& row : rows.rows) {
    for (const store::Value& value : row) bytes += store::ToText(value) + "|";
    bytes += "\n";
  }
  return bytes;
}

// Half away from zero, to `digits`.
std::string Divided(Int128 dividend, Int128 divisor, std::uint8_t digits) {
  for (int i = 0; i < digits; ++i) dividend *= 10;
  const bool is_negative = (dividend < 0) != (divisor < 0);
  if (dividend < 0) dividend = -dividend;
  if (divisor < 0) divisor = -divisor;
  const Int128 rounded = (2 * dividend + divisor) / (2 * divisor);
  return FormatDecimal({is_negative ? -rounded : rounded, digits});
}

// What the catalogue says in words, reckoned row by row.
struct Reckoned {
  std::int64_t won = 0;
  std::int64_t closed = 0;
  std::int64_t won_cents = 0;
  std::int64_t closed_cents = 0;
  std::int64_t won_known = 0;
  std::vector<std::int64_t> cycles;

  void Add(const DealRow& deal) {
    if (deal.status == "open") return;
    ++closed;
    closed_cents += deal.cents.value_or(0);
    if (deal.status != "won") return;
    ++won;
    won_known += deal.cents ? 1 : 0;
    won_cents += deal.cents.value_or(0);
    cycles.push_back(deal.closed.days - deal.created.days);
  }
  std::string WinRate() const { return closed == 0 ? "" : Divided(won, closed, 9); }
  std::string Average() const { return won_known == 0 ? "" : Divided(won_cents, Int128{won_known} * 100, 4); }
  std::string Median() {
    if (cycles.empty()) return "";
    std::ranges::sort(cycles);
    const std::size_t n = cycles.size();
    return Divided(cycles[(n - 1) / 2] + cycles[n / 2], 2, 4);
  }
};

class Properties : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  Properties() : deals(RandomDeals(GetParam())) { Insert(story, deals); }

  std::vector<DealRow> deals;
  Story story;
  Query query{.as_of = kAsOf};
};

TEST_P(Properties, AgreesWithReckoningByRow) {
  query.metrics = {"deals_won", "win_rate", "average_deal_amount", "sales_cycle_median_days"};
  query.by = {"segment", "team"};
  std::map<std::pair<std::string, std::string>, Reckoned> expected;
  for (const DealRow& deal : deals) {
    if (deal.status != "open" && deal.closed <= FromCivil({2025, 12, 31}))
      expected[{deal.segment, deal.team}].Add(deal);
  }
  const store::Rows rows = Ask(story, query);
  EXPECT_EQ(rows.size(), expected.size());
  for (std::size_t row = 0; row < rows.size(); ++row) {
    Reckoned& one = expected.at({rows.TextAt(row, 1), rows.TextAt(row, 2)});
    EXPECT_EQ(rows.IntegerAt(row, 3), one.won);
    EXPECT_EQ(rows.TextAt(row, 4), one.WinRate());
    EXPECT_EQ(rows.TextAt(row, 5), one.Average());
    EXPECT_EQ(rows.TextAt(row, 6), one.Median());
  }
}

TEST_P(Properties, PartsOfAnAdditiveMetricSumToTheWhole) {
  query.metrics = {"deals_won", "won_amount", "deals_created", "created_amount"};
  const store::Rows whole = Ask(story, query);
  const auto total = [](const store::Rows& rows, std::size_t column) {
    Int128 units = 0;
    for (const auto& row : rows.rows) {
      if (const auto* integer = std::get_if<std::int64_t>(&row[column])) units += Int128{*integer} * 10'000;
      if (const auto* decimal = std::get_if<Decimal>(&row[column])) units += Rescale(*decimal, 4)->units;
    }
    return units;
  };
  for (const auto& by : {std::vector<std::string>{"team"}, {"segment"}, {"segment", "team"}}) {
    for (const Grain grain : {Grain::kNone, Grain::kDay, Grain::kWeek, Grain::kMonth, Grain::kQuarter, Grain::kYear}) {
      query.by = by;
      query.grain = grain;
      query.from = kFirst;
      const store::Rows parts = Ask(story, query);
      for (std::size_t i = 0; i < query.metrics.size(); ++i) {
        EXPECT_EQ(total(parts, 1 + by.size() + i), total(whole, 1 + i)) << query.metrics[i];
      }
    }
  }
}

TEST_P(Properties, RunningEndsAtTheWhole) {
  query.metrics = {"won_amount", "win_rate", "sales_cycle_median_days"};
  query.from = kFirst;
  const store::Rows whole = Ask(story, query);
  query.grain = Grain::kMonth;
  query.is_running = true;
  const store::Rows running = Ask(story, query);
  ASSERT_EQ(running.size(), 12U);
  for (std::size_t i = 1; i <= 3; ++i) EXPECT_EQ(running.TextAt(11, i), whole.TextAt(0, i));
}

// Any number of rows in a second fact leaves the first as it was.
TEST_P(Properties, AnotherFactChangesNothing) {
  query.metrics = {"deals_won", "won_amount", "win_rate"};
  query.by = {"segment"};
  const std::string alone = BytesOf(Ask(story, query));
  RandomStream random(GetParam(), "leads");
  for (std::int64_t i = random.Integer(1, 40); i > 0; --i) {
    story.Run(
        fmt::format("INSERT INTO scoped.lead (lead_id, created_date, segment, deal_id) VALUES "
                    "('l{}', DATE '2025-03-01', 'S{}', 'd{}')",
                    i, random.Integer(1, 2), random.Integer(1, 5)));
  }
  EXPECT_EQ(BytesOf(Ask(story, query)), alone);
  query.metrics = {"deals_won", "won_amount", "win_rate", "leads"};
  const store::Rows both = Ask(story, query);
  store::Rows cut;
  for (const auto& row : both.rows) {
    // A segment that only leads have has no deals to show.
    if (alone.find("|" + store::ToText(row[1]) + "|") == std::string::npos) continue;
    auto& kept = cut.rows.emplace_back(row);
    kept.erase(kept.begin() + 5);
  }
  EXPECT_EQ(BytesOf(cut), alone);
}

TEST_P(Properties, OrderAndThreadsChangeNothing) {
  query.metrics = {"deals_won", "won_amount", "win_rate", "average_deal_amount", "sales_cycle_median_days"};
  query.by = {"team", "segment"};
  query.grain = Grain::kMonth;
  query.from = kFirst;
  const std::string expected = BytesOf(Ask(story, query));
  std::vector<DealRow> shuffled = deals;
  std::ranges::reverse(shuffled);
  for (const int threads : {1, 4}) {
    Story other(threads);
    Insert(other, shuffled);
    EXPECT_EQ(BytesOf(Ask(other, query)), expected);
  }
}

TEST_P(Properties, BothWaysToAMedianAgree) {
  store::Dialect without = store::DuckDbDialect();
  without.sum_of_medians = nullptr;
  query.metrics = {"sales_cycle_median_days"};
  for (const auto& by : {std::vector<std::string>{}, {"team"}, {"team", "segment"}}) {
    query.by = by;
    EXPECT_EQ(BytesOf(Ask(story, query, without)), BytesOf(Ask(story, query)));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, Properties, ::testing::Range<std::uint64_t>(1, 21));

// Large enough that several threads really share the work.
TEST(Scale, ManyThreadsGiveTheSameBytes) {
  std::string first;
  for (const int threads : {1, 4}) {
    Story story(threads);
    story.Run(
        "INSERT INTO scoped.deal (deal_id, status, amount, amount_reporting, team, created_date, close_date) "
        "SELECT 'd' || i, CASE hash(i) % 3 WHEN 0 THEN 'won' WHEN 1 THEN 'lost' ELSE 'open' END, "
        "CAST(hash(i + 1) % 1000000 AS DECIMAL(18,4)) / 100, CAST(hash(i + 1) % 1000000 AS DECIMAL(18,4)) / 100, "
        "'T' || (hash(i + 2) % 7), DATE '2025-01-01' + CAST(hash(i + 3) % 200 AS INTEGER), "
        "DATE '2025-01-01' + CAST(hash(i + 3) % 200 + hash(i + 4) % 60 AS INTEGER) FROM range(300000) AS t(i)");
    const std::string bytes = BytesOf(Ask(story, {.metrics = {"won_amount", "win_rate_amount", "average_deal_amount",
                                                              "sales_cycle_median_days", "sales_cycle_mean_days"},
                                                  .by = {"team"},
                                                  .grain = Grain::kWeek,
                                                  .from = kFirst,
                                                  .as_of = kAsOf}));
    if (first.empty()) first = bytes;
    EXPECT_EQ(bytes, first);
  }
}

}  // namespace
}  // namespace weir::metrics
