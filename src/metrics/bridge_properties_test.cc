// What must hold of every bridge over every history: start and parts are the end, start and end are what `metrics`
// says, and the rows of a part are the part.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/random.h"
#include "metrics/analyses.h"
#include "metrics/history_story.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using testing::HistoryStory;
using testing::Need;
using testing::StoryContext;

const Date kFirst = FromCivil({2025, 1, 1});
constexpr int kDays = 360;

std::string DayText(int day) { return FormatDate({kFirst.days + day}); }

// Deals that change stage, amount, currency, close date and probability as time goes by; invoices and payments of
// deals, of their customers, and of nobody; rates that move every month and a currency that has none.
class RandomHistory {
 public:
  RandomHistory(std::uint64_t seed, HistoryStory& story) : random_(seed, "history"), story_(story) {
    story_.Run("INSERT INTO told.rate VALUES ('EUR', '1900-01-01', '2100-01-01', 1)");
    for (int month = 0; month < 14; ++month) {
      story_.Run(fmt::format("INSERT INTO told.rate VALUES ('USD', DATE '{}', DATE '{}', {})", DayText(month * 30 - 30),
                             DayText(month * 30), FormatDecimal({random_.Integer(500'000'000, 1'500'000'000), 9})));
    }
    for (std::int64_t i = random_.Integer(5, 60); i > 0; --i) AddDeal(fmt::format("d{}", i));
    for (std::int64_t i = random_.Integer(0, 50); i > 0; --i) AddInvoice(fmt::format("i{}", i));
    for (std::int64_t i = random_.Integer(0, 50); i > 0; --i) AddPayment(fmt::format("p{}", i));
  }

 private:
  std::string Currency() { return random_.Chance(0.1) ? "JPY" : random_.Chance(0.4) ? "USD" : "EUR"; }
  std::string Amount() { return random_.Chance(0.1) ? "NULL" : FormatDecimal({random_.Integer(-2'000, 5'000'000), 2}); }
  std::string Account() { return random_.Chance(0.2) ? "NULL" : fmt::format("'a{}'", random_.Integer(1, 12)); }
  std::string DayOrNull(int day) { return random_.Chance(0.08) ? "NULL" : "DATE '" + DayText(day) + "'"; }
  int Pick(int low, int high) { return static_cast<int>(random_.Integer(low, high)); }

  void AddDeal(const std::string& id) {
    int day = Pick(0, kDays - 10);
    story_.Run(fmt::format("INSERT INTO told.deal VALUES ('{}', {}, {}, 'S{}', DATE '{}')", id, Account(),
                           random_.Chance(0.2) ? "NULL" : fmt::format("'T{}'", Pick(1, 3)), Pick(1, 2), DayText(day)));
    std::string status = "open";
    std::string amount = Amount();
    std::string currency = Currency();
    std::string close = DayOrNull(day + Pick(0, 90));
    std::string probability = random_.Chance(0.2) ? "NULL" : FormatDecimal({random_.Integer(0, 1'000'000'000), 9});
    for (int version = 1, last = Pick(1, 6); version <= last; ++version) {
      const int next = day + Pick(1, 60);
      story_.Run(fmt::format(
          "INSERT INTO told.deal_version VALUES ('{}', {}, TIMESTAMP '{} 10:00:00', {}, '{}', {}, '{}', "
          "{}, {})",
          id, version, DayText(day), version == last ? "NULL" : "TIMESTAMP '" + DayText(next) + " 10:00:00'", status,
          amount, currency, close, probability));
      day = next;
      if (random_.Chance(0.4)) status = std::array{"won", "lost", "open"}[static_cast<std::size_t>(Pick(0, 2))];
      if (random_.Chance(0.4)) amount = Amount();
      if (random_.Chance(0.1)) currency = Currency();
      if (random_.Chance(0.4)) close = DayOrNull(day + Pick(-40, 60));
      if (random_.Chance(0.3)) probability = FormatDecimal({random_.Integer(0, 1'000'000'000), 9});
    }
  }
  void AddInvoice(const std::string& id) {
    story_.Run(fmt::format(
        "INSERT INTO told.invoice VALUES ('{}', {}, {}, {}, {}, {}, '{}')", id, Account(),
        random_.Chance(0.4) ? "NULL" : fmt::format("'d{}'", Pick(1, 60)),
        random_.Chance(0.1) ? "NULL"
                            : std::array{"'open'", "'paid'", "'draft'", "'void'"}[static_cast<std::size_t>(Pick(0, 3))],
        DayOrNull(Pick(0, kDays)), Amount(), Currency()));
  }
  void AddPayment(const std::string& id) {
    story_.Run(fmt::format("INSERT INTO told.payment VALUES ('{}', {}, {}, '{}', '{}', DATE '{}', {}, '{}')", id,
                           random_.Chance(0.4) ? "NULL" : fmt::format("'i{}'", Pick(1, 50)), Account(),
                           random_.Chance(0.8) ? "succeeded" : "failed",
                           std::array{"charge", "transfer", "refund"}[static_cast<std::size_t>(Pick(0, 2))],
                           DayText(Pick(0, kDays)), Amount(), Currency()));
  }

  RandomStream random_;
  HistoryStory& story_;
};

// In units of 10^-13, the finest that any measure has.
Int128 UnitsOf(const store::Value& value) {
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return Int128{*integer} * 10'000'000'000'000;
  const auto* decimal = std::get_if<Decimal>(&value);
  return decimal == nullptr ? 0 : Rescale(*decimal, 13)->units;
}

class Asker {
 public:
  explicit Asker(std::uint64_t seed) : random_(seed, "questions"), history_(seed, story_) {}

  analysis::RawParams Definitions() {
    static const std::vector<std::vector<std::string>> kAlike{
        {"won_amount", "lost_amount", "closed_amount", "created_amount", "pipeline_created_amount", "pipeline_amount",
         "pipeline_weighted_amount", "pipeline_past_close_date_amount", "invoiced_amount", "paid_amount"},
        {"deals_won", "deals_lost", "deals_created", "deals_closed", "deals_open", "deals_past_close_date"},
        {"win_rate", "close_rate"}};
    const auto& alike = kAlike[static_cast<std::size_t>(random_.Integer(0, 2))];
    const std::string from = Any(alike);
    std::string to = Any(alike);
    while (to == from) to = Any(alike);
    analysis::RawParams params{{"metrics", {from + "," + to}}};
    if (random_.Chance(0.7)) AddPeriod("from", "to", params);
    // The past of invoices is not kept.
    AddSplit(params);
    return params;
  }
  analysis::RawParams Periods() {
    analysis::RawParams params{{"metrics", {Any(kMetrics)}}};
    AddPeriod("from", "to", params);
    AddPeriod("start_from", "start_to", params);
    AddSplit(params);
    return params;
  }
  analysis::RawParams Moments() {
    analysis::RawParams params{{"metrics", {Any(kMetrics)}}, {"start_as_of", {DayText(Pick(60, kDays))}}};
    if (random_.Chance(0.5)) AddPeriod("from", "to", params);
    AddSplit(params);
    return params;
  }

  // Asks and checks; false where one of the numbers is missing.
  bool Holds(const analysis::RawParams& params) {
    const Instant as_of = *ParseIsoInstant(DayText(Pick(90, kDays)) + "T12:00:00Z");
    const auto context = story_.At(as_of);
    analysis::RawParams asked = params;
    asked["rows"] = {"1000"};
    const auto output = Run("metrics.explain", asked, *context);
    if (!output) {
      EXPECT_EQ(output.error().code(), Code::kNotEnoughData) << output.error().ToString();
      return false;
    }
    const analysis::Table& bridge = *output->Find("bridge");
    CheckEnds(params, as_of, *output);
    CheckSum(bridge);
    CheckRows(params, *output);
    CheckSidesOfRatio(params, as_of, *output);
    CheckEvidence(asked, *output, *context);
    return true;
  }

 private:
  static const std::vector<std::string> kMetrics;

  int Pick(int low, int high) { return static_cast<int>(random_.Integer(low, high)); }
  const std::string& Any(const std::vector<std::string>& some) {
    return some[static_cast<std::size_t>(random_.Integer(0, static_cast<std::int64_t>(some.size()) - 1))];
  }
  void AddPeriod(const char* from, const char* to, analysis::RawParams& params) {
    const int first = Pick(0, 200);
    params[from] = {DayText(first)};
    params[to] = {DayText(first + Pick(0, 150))};
  }
  void AddSplit(analysis::RawParams& params) {
    const std::string metric = params.at("metrics").front();
    const bool is_median = metric.find("median") != std::string::npos;
    if (random_.Chance(0.3) && !is_median) params["by"] = {"segment"};
    if (random_.Chance(0.2)) params["where"] = {"segment = 'S1' or segment is null"};
  }

  Result<analysis::Output> Run(std::string_view id, const analysis::RawParams& params, StoryContext& context) {
    return std::ranges::find(analyses_, id, [](const auto& one) { return one.info.id; })->run(params, context);
  }

  static std::string StartOf(const analysis::RawParams& params) {
    const std::string& both = params.at("metrics").front();
    return both.substr(0, both.find(','));
  }
  static std::string EndOf(const analysis::RawParams& params) {
    const std::string& both = params.at("metrics").front();
    return both.substr(both.find(',') == std::string::npos ? 0 : both.find(',') + 1);
  }

  // What `metrics` says of one side.
  store::Value At(const std::string& metric, const analysis::RawParams& params, bool is_start, Instant as_of) {
    const bool is_other_period = is_start && params.contains("start_from");
    if (is_start && params.contains("start_as_of")) {
      as_of = Instant{TimeZone::Utc().EndOfDay(*ParseIsoDate(params.at("start_as_of").front())).micros - 1};
    }
    analysis::RawParams question{{"metrics", {metric}}};
    const auto take = [&](const std::string& name) {
      const std::string from = is_other_period ? "start_" + name : name;
      if (params.contains(from)) question[name] = params.at(from);
    };
    take("from");
    take("to");
    if (params.contains("where")) question["where"] = params.at("where");
    const auto context = story_.At(as_of);
    const analysis::Output output = Need(Run("metrics", question, *context));
    return output.tables.front().rows.front().back();
  }

  void CheckEnds(const analysis::RawParams& params, Instant as_of, const analysis::Output& output) {
    const analysis::Table& bridge = *output.Find("bridge");
    const std::size_t value = bridge.IndexOf("value");
    EXPECT_EQ(bridge.rows.front()[value], At(StartOf(params), params, true, as_of));
    EXPECT_EQ(bridge.rows.back()[value], At(EndOf(params), params, false, as_of));
  }

  static void CheckSum(const analysis::Table& bridge) {
    const std::size_t value = bridge.IndexOf("value");
    Int128 sum = UnitsOf(bridge.rows.front()[value]);
    for (std::size_t i = 1; i + 1 < bridge.rows.size(); ++i) sum += UnitsOf(bridge.rows[i][value]);
    EXPECT_TRUE(sum == UnitsOf(bridge.rows.back()[value]));
  }

  static bool IsClose(Int128 a, Int128 b) {
    return 2 * (a > b ? a - b : b - a) <= 1'000'000'000;  // half of the fourth digit, where a number is rounded to it
  }

  static std::map<std::string, Int128> ChangesByPart(const analysis::Table& rows) {
    std::map<std::string, Int128> changes;
    for (const auto& row : rows.rows) changes[store::ToText(row[0])] += UnitsOf(row[rows.IndexOf("change")]);
    return changes;
  }

  // A row that stands in one part alone has its whole change there, and the rows of a part of a sum are the part.
  static void CheckRows(const analysis::RawParams& params, const analysis::Output& output) {
    const analysis::Table& bridge = *output.Find("bridge");
    const analysis::Table& rows = *output.Find("rows");
    std::map<std::string, std::int64_t> counts;
    for (const auto& row : rows.rows) {
      const std::string part = store::ToText(row[0]);
      ++counts[part];
      if (part.find("changed_") != std::string::npos) continue;
      EXPECT_TRUE(UnitsOf(row[rows.IndexOf("end_value")]) - UnitsOf(row[rows.IndexOf("start_value")]) ==
                  UnitsOf(row[rows.IndexOf("change")]))
          << part;
    }
    std::map<std::string, Int128> changes = ChangesByPart(rows);
    const Metric& metric = *BuiltIn()->FindMetric(EndOf(params));
    const bool is_sum = !metric.IsRatio() && metric.measure.aggregate != Aggregate::kMedian;
    for (const auto& row : bridge.rows) {
      const std::string part = store::ToText(row[bridge.IndexOf("part")]);
      if (row[bridge.IndexOf("kind")] != store::Value("part") || part == "rounding") continue;
      EXPECT_EQ(counts[part], std::get<std::int64_t>(row[bridge.IndexOf("row_count")])) << part;
      if (!is_sum) continue;
      EXPECT_TRUE(IsClose(changes[part], UnitsOf(row[bridge.IndexOf("value")]))) << part;
    }
  }

  // All rows of the parts above the line are what the numerator changed by, those below what the denominator did.
  void CheckSidesOfRatio(const analysis::RawParams& params, Instant as_of, const analysis::Output& output) {
    const auto from = BuiltIn()->BasesOf(*BuiltIn()->FindMetric(StartOf(params)));
    const auto to = BuiltIn()->BasesOf(*BuiltIn()->FindMetric(EndOf(params)));
    if (!BuiltIn()->FindMetric(EndOf(params))->IsRatio() || params.contains("by")) return;
    Int128 above = 0;
    Int128 below = 0;
    for (const auto& [part, change] : ChangesByPart(*output.Find("rows"))) {
      (part.starts_with("numerator.") ? above : below) += change;
    }
    const auto changed = [&](std::size_t i) {
      return UnitsOf(At(to[i]->id, params, false, as_of)) - UnitsOf(At(from[i]->id, params, true, as_of));
    };
    EXPECT_TRUE(above == changed(0));
    EXPECT_TRUE(below == changed(1));
  }

  // The ids behind a part are those of its rows.
  void CheckEvidence(const analysis::RawParams& params, const analysis::Output& output, StoryContext& context) {
    const analysis::Table& bridge = *output.Find("bridge");
    const analysis::Table& rows = *output.Find("rows");
    const auto explain =
        std::ranges::find_if(analyses_, [](const auto& one) { return one.info.id == "metrics.explain"; });
    for (const auto& row : bridge.rows) {
      if (row[bridge.IndexOf("kind")] != store::Value("part")) continue;
      const std::string part = store::ToText(row[bridge.IndexOf("part")]);
      const analysis::Evidence evidence = Need(explain->explain(params, "bridge", {part}, context));
      std::set<std::string> listed;
      for (const auto& one : rows.rows) {
        if (store::ToText(one[0]) == part && store::ToText(one[1]) == evidence.table)
          listed.insert(store::ToText(one[2]));
      }
      EXPECT_EQ(std::set<std::string>(evidence.ids.begin(), evidence.ids.end()), listed) << part;
    }
  }

  RandomStream random_;
  HistoryStory story_;
  RandomHistory history_;
  std::vector<analysis::Analysis> analyses_ = Analyses(BuiltIn());
};

const std::vector<std::string> Asker::kMetrics{"won_amount",
                                               "created_amount",
                                               "invoiced_amount",
                                               "paid_amount",
                                               "deals_won",
                                               "deals_created",
                                               "deals_closed",
                                               "pipeline_amount",
                                               "pipeline_weighted_amount",
                                               "deals_open",
                                               "win_rate",
                                               "close_rate",
                                               "win_rate_amount",
                                               "average_deal_amount",
                                               "sales_cycle_median_days",
                                               "pipeline_past_close_date_amount",
                                               "average_open_age_days"};

class BridgeProperties : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  void Check(analysis::RawParams (Asker::*pick)()) {
    Asker asker(GetParam());
    int held = 0;
    for (int i = 0; i < 10; ++i) {
      const analysis::RawParams params = (asker.*pick)();
      std::string said;
      for (const auto& [name, values] : params) said += fmt::format(" {}={}", name, fmt::join(values, ","));
      SCOPED_TRACE(said);
      held += asker.Holds(params) ? 1 : 0;
    }
    EXPECT_GT(held, 0);
  }
};

TEST_P(BridgeProperties, BetweenDefinitions) { Check(&Asker::Definitions); }
TEST_P(BridgeProperties, BetweenPeriods) { Check(&Asker::Periods); }
TEST_P(BridgeProperties, BetweenMoments) { Check(&Asker::Moments); }

INSTANTIATE_TEST_SUITE_P(Seeds, BridgeProperties, ::testing::Range<std::uint64_t>(1, 21));

}  // namespace
}  // namespace weir::metrics
