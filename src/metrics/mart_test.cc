// What a mart answers is what the rows answer, whatever is asked.
#include "metrics/mart.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>

#include "base/random.h"
#include "metrics/query.h"
#include "metrics/scoped_story.h"

namespace weir::metrics {
namespace {

using testing::BuiltIn;
using testing::Need;
using testing::Story;
using testing::StoryContext;

const Instant kNewest = *ParseIsoInstant("2025-12-31T22:00:00Z");
constexpr std::int64_t kRows = 3000;

// A company with rows of every kind that marts are made of; amounts and words are missing here and there.
class MartTest : public ::testing::TestWithParam<std::uint64_t> {
 protected:
  MartTest() : context_(story_.session(), kNewest) {
    story_.Run("CREATE SCHEMA model; CREATE SCHEMA state; SET VARIABLE sees_all_rows = TRUE");
    story_.Run("CREATE TABLE meta.model_state (model VARCHAR, fingerprint VARCHAR)");
    story_.Run("CREATE TABLE meta.producer_input (producer VARCHAR, input VARCHAR, fingerprint VARCHAR)");
    Insert("activity", "activity_id, day, kind, direction, outcome, seller, team_id, team, account_id, deal_id",
           "'a' || i, " + Day() + ", " + Word("call,email,meeting,", 1) + ", " + Word("in,out,", 2) + ", " +
               Word("done,missed,,", 3) + ", 's' || (hash(i, 4) % 40), 't' || (hash(i, 5) % 3), " +
               Word("North,South,West", 5) + ", 'c' || (hash(i, 6) % 50), 'd' || (hash(i, 7) % 60)");
    Insert("account", "account_id, name, segment, industry, country",
           "'c' || i, 'Company ' || i, " + Word("1-9,10-99,", 1) + ", " + Word("Steel,Food", 2) + ", " +
               Word("DE,FR,", 3));
    Insert("deal",
           "deal_id, status, amount, amount_reporting, currency, created_date, close_date, segment, team_id, team",
           "'d' || i, " + Word("won,lost,open", 1) + ", " + Amount(2) + ", CASE WHEN hash(i, 9) % 11 > 0 THEN " +
               Amount(2) + " END, " + Word("EUR,USD", 3) + ", " + Day() + ", " + Day() + " + 20, " +
               Word("1-9,10-99,", 4) + ", 't' || (hash(i, 5) % 3), " + Word("North,South,West", 5));
    Insert("call", "call_id, day, direction, outcome, queue, team_id",
           "'x' || i, " + Day() + ", " + Word("in,out", 1) + ", " + Word("answered,missed", 2) + ", " +
               Word("sales,help,", 3) + ", 't' || (hash(i, 5) % 3)");
    story_.Run("INSERT INTO scoped.team VALUES ('t0', 'North', NULL, 'sales'), ('t1', 'South', 't0', 'sales')");
  }

  std::string Word(const std::string& words, int stream) const {
    std::string list;
    std::size_t at = 0;
    while (at <= words.size()) {
      const std::size_t end = std::min(words.find(',', at), words.size());
      const std::string word = words.substr(at, end - at);
      list += (list.empty() ? "" : ", ") + (word.empty() ? std::string("NULL") : "'" + word + "'");
      at = end + 1;
    }
    return fmt::format("([{}])[1 + CAST(hash(i, {}, {}) % {} AS BIGINT)]", list, stream, GetParam(),
                       std::ranges::count(words, ',') + 1);
  }
  std::string Amount(int stream) const {
    return fmt::format(
        "CASE WHEN hash(i, {0}, {1}) % 7 > 0 THEN CAST(hash(i, {0}, {1}) % 900000 AS DECIMAL(18,4)) / 100 END", stream,
        GetParam());
  }
  std::string Day() const {
    return fmt::format("DATE '2025-12-31' - CAST(hash(i, 99, {}) % 60 AS INTEGER)", GetParam());
  }
  void Insert(const std::string& table, const std::string& columns, const std::string& values) {
    story_.Run(
        fmt::format("INSERT INTO scoped.{} ({}) SELECT {} FROM range({}) AS t(i)", table, columns, values, kRows));
  }

  std::int64_t Keep() {
    const MartRequest request{.catalog = *BuiltIn(),
                              .settings = context_.settings(),
                              .data_version = 1,
                              .newest = kNewest,
                              .program = "p",
                              .least_rows = 100,
                              .rows_a_row = 2};
    return Need(KeepMarts(story_.session(), request, {}));
  }

  std::string Answer(Query query, const std::vector<Mart>& marts, bool* reads_mart = nullptr) {
    query.marts = marts;
    const Compiled compiled = Need(Compile(*BuiltIn(), query, store::DuckDbDialect()));
    if (reads_mart != nullptr) *reads_mart = compiled.sql.find("scoped.mart_") != std::string::npos;
    const store::Rows rows = Need(story_.session().Query(compiled.sql, compiled.parameters));
    std::string bytes;
    for (const auto& row : rows.rows) {
      for (const store::Value& value : row) bytes += store::ToText(value) + "|";
      bytes += "\n";
    }
    return bytes;
  }

  Query Random(RandomStream& random) const {
    static const std::array<std::vector<std::string>, 6> kMetrics{
        {{"activities"},
         {"activities", "emails", "meetings", "calls_logged"},
         {"deals_won", "won_amount", "win_rate_amount"},
         {"deals_created", "created_amount"},
         {"calls_inbound", "calls_answered", "call_answer_rate"},
         {"won_amount", "activities"}}};
    const auto pick = [&](std::int64_t count) { return static_cast<std::size_t>(random.Integer(0, count - 1)); };
    Query query{.metrics = kMetrics.at(pick(6)), .as_of = kNewest};
    std::vector<std::string> dimensions;
    for (const Metric* base : BuiltIn()->BasesOf(*BuiltIn()->FindMetric(query.metrics.front())))
      dimensions = base->dimensions;
    if (query.metrics == kMetrics[5]) dimensions = {"team", "segment"};
    for (std::int64_t i = random.Integer(0, 2); i > 0; --i) {
      const std::string& one = dimensions.at(pick(static_cast<std::int64_t>(dimensions.size())));
      if (std::ranges::find(query.by, one) == query.by.end()) query.by.push_back(one);
    }
    query.grain = std::array{Grain::kNone, Grain::kDay, Grain::kWeek, Grain::kMonth}.at(pick(4));
    query.from = Date{DateOf(kNewest).days - static_cast<std::int32_t>(random.Integer(1, 70))};
    if (random.Chance(0.5)) query.to = Date{query.from->days + static_cast<std::int32_t>(random.Integer(0, 40))};
    query.is_running = random.Chance(0.2);
    if (random.Chance(0.2)) query.team_ids = {"t1", "t2"};
    if (random.Chance(0.2) && query.metrics.front() != "calls_inbound") query.segment = "10-99";
    if (random.Chance(0.3) && query.metrics.front() == "activities") {
      query.where = std::array<std::string, 4>{"direction = 'out'", "kind in ('call', 'email') or outcome is null",
                                               "not account.segment is null", "account_id = 'c7'"}
                        .at(pick(4));
    }
    return query;
  }

  Story story_;
  StoryContext context_;
};

TEST_P(MartTest, AnswersWhatTheRowsAnswer) {
  ASSERT_GT(Keep(), 0);
  const std::vector<Mart> marts = Need(ReadMarts(context_, {}));
  ASSERT_FALSE(marts.empty());
  RandomStream random(GetParam(), "questions");
  int by_mart = 0;
  for (int i = 0; i < 60; ++i) {
    const Query query = Random(random);
    bool reads_mart = false;
    const std::string expected = Answer(query, {});
    EXPECT_EQ(Answer(query, marts, &reads_mart), expected)
        << fmt::format("{} by {}", fmt::join(query.metrics, ","), fmt::join(query.by, ","));
    by_mart += reads_mart ? 1 : 0;
  }
  EXPECT_GT(by_mart, 10) << "or nothing was compared";
}

INSTANTIATE_TEST_SUITE_P(Seeds, MartTest, ::testing::Range<std::uint64_t>(1, 9));

TEST_P(MartTest, WhatIsLeftOutIsInNoMart) {
  story_.Run("INSERT INTO scoped.excluded SELECT 'account', 'c' || i, 'r', 'rule', '' FROM range(9) AS t(i)");
  ASSERT_GT(Keep(), 0);
  const LeaveOut leave_out = Need(ReadLeaveOut(story_.session()));
  EXPECT_TRUE(Need(ReadMarts(context_, {})).empty()) << "with the records the rows are asked";
  const std::vector<Mart> marts = Need(ReadMarts(context_, leave_out));
  ASSERT_FALSE(marts.empty());
  const Query query{.metrics = {"activities"}, .by = {"segment"}, .leave_out = leave_out, .as_of = kNewest};
  bool reads_mart = false;
  EXPECT_EQ(Answer(query, marts, &reads_mart), Answer(query, {}));
  EXPECT_TRUE(reads_mart);
}

TEST_P(MartTest, NobodyElseReadsThem) {
  ASSERT_GT(Keep(), 0);
  context_.mutable_principal().sees_all_rows = false;
  EXPECT_TRUE(Need(ReadMarts(context_, {})).empty());
  context_.mutable_principal().sees_all_rows = true;
  context_.mutable_settings().time_zone = "Asia/Tokyo";
  EXPECT_TRUE(Need(ReadMarts(context_, {})).empty()) << "days of another zone";
  StoryContext earlier(story_.session(), {kNewest.micros - 1});
  EXPECT_TRUE(Need(ReadMarts(earlier, {})).empty()) << "of an earlier moment";
  StoryContext allowed(story_.session(), kNewest);
  const std::string name = Need(ReadMarts(allowed, {})).front().name;
  store::Connection other = story_.Connect();
  EXPECT_EQ(Need(other.QueryInteger("SELECT count(*) FROM scoped." + name)), 0) << "without the right to all rows";
}

TEST_P(MartTest, AreMadeAgainWhenWhatTheyRestOnChanges) {
  ASSERT_GT(Keep(), 0);
  EXPECT_EQ(Keep(), 0) << "nothing changed";
  story_.Run(
      "CREATE TABLE model.member_version (id BIGINT); INSERT INTO meta.model_state VALUES ('deal_version', 'x')");
  EXPECT_EQ(Keep(), 0) << "nothing that they read";
  story_.Run("INSERT INTO scoped.excluded VALUES ('account', 'c1', 'r', 'rule', '')");
  EXPECT_GT(Keep(), 0);
}

TEST_P(MartTest, AreMadeAgainWhenATableUnderTheirViewChanges) {
  story_.Run(
      "CREATE TABLE model.\"call\" AS SELECT * FROM scoped.\"call\"; DROP TABLE scoped.\"call\"; CREATE VIEW "
      "scoped.\"call\" AS SELECT * FROM model.\"call\"; INSERT INTO meta.model_state VALUES ('call', 'one')");
  ASSERT_GT(Keep(), 0);
  EXPECT_EQ(Keep(), 0) << "nothing changed";
  story_.Run("UPDATE meta.model_state SET fingerprint = 'two' WHERE model = 'call'");
  EXPECT_GT(Keep(), 0);
}

}  // namespace
}  // namespace weir::metrics
