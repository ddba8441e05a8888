// The brief of the morning: which numbers, deals and leaks it tells, and what it says is missing.
#include "pulse/brief.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "pulse/pulse_story.h"

namespace weir::pulse {
namespace {

using testing::BuiltIn;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kAsOf;
using testing::Line;
using testing::LinesOf;
using testing::Need;
using testing::StoryContext;

struct StoryLeak {
  std::string rule, record, entity, won_back, since, counted_by, owner, assignee, department;
};

class BriefStory : public testing::PulseStory {
 protected:
  // What leaks.list would answer of these, or openings.list of those.
  static analysis::Analysis List(const std::string& ledger, const std::string& key,
                                 const std::vector<StoryLeak>& lines) {
    analysis::Analysis list{.info = {.id = ledger + ".list"}};
    list.run = [ledger, key, &lines](const analysis::RawParams& params,
                                     analysis::Context&) -> Result<analysis::Output> {
      analysis::Table table{.name = ledger, .key = {key}};
      for (const char* name : {key.c_str(), "rule", "title_en", "title_ru", "name", "account", "since", "won_back",
                               "amount", "certainty", "department", "owner", "assignee", "state", "detail_en",
                               "detail_ru", "counted_by", "entity", "record_id"}) {
        table.columns.push_back({name});
      }
      const auto text = [](const std::string& value) { return value.empty() ? store::Value() : store::Value(value); };
      for (const StoryLeak& one : lines) {
        const auto asked = params.find("department");
        if (asked != params.end() && asked->second.front() != one.department) continue;
        const store::Value money =
            one.won_back.empty() ? store::Value() : store::Value(*ParsePlainDecimal(one.won_back));
        table.rows.push_back({one.rule + ":" + one.record, one.rule, one.rule + "!", one.rule + "?", text(one.record),
                              text("Acme"), *ParseIsoDate(one.since), money, money, text("certain"),
                              text(one.department), text(one.owner), text(one.assignee), text("open"), text("why"),
                              text("почему"), text(one.counted_by), text(one.entity), text(one.record)});
      }
      return analysis::Output{.tables = {std::move(table)}};
    };
    return list;
  }

  // To whom went what nobody owns.
  analysis::Analysis Unowned() const {
    analysis::Analysis answer{.info = {.id = "leaks.unowned"}};
    answer.run = [this](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
      analysis::Table people{.name = "people", .key = {"person"}};
      for (const char* name : {"person", "leaks", "won_back", "processes", "departments", "oldest"}) {
        people.columns.push_back({name});
      }
      analysis::Table summary{.name = "summary", .key = {"days"}};
      for (const char* name : {"days", "leaks", "processes", "metrics"}) summary.columns.push_back({name});
      for (const std::string& one : gone_up_to)
        people.rows.push_back({one, std::int64_t{1}, {}, std::int64_t{0}, std::int64_t{0}, {}});
      summary.rows.push_back(
          {std::int64_t{7}, static_cast<std::int64_t>(gone_up_to.size()), std::int64_t{0}, std::int64_t{0}});
      return analysis::Output{.tables = {std::move(people), std::move(summary)}};
    };
    return answer;
  }
  std::vector<analysis::Analysis> Asked() const {
    return {testing::Ledger(), List("leaks", "leak", leaks), List("openings", "opening", openings), Unowned()};
  }
  StoryContext MakeContext() {
    StoryContext context(story.session(), kAsOf);
    context.analyses = Asked();
    return context;
  }
  analysis::Output Brief(const analysis::RawParams& params = {}) {
    StoryContext context = MakeContext();
    return Need(BriefAnalysis(BuiltIn()).run(params, context));
  }
  static std::vector<std::string> Column(const analysis::Output& output, std::string_view table,
                                         std::string_view column) {
    const analysis::Table& found = *output.Find(table);
    std::vector<std::string> values;
    values.reserve(found.rows.size());
    for (const auto& row : found.rows) values.push_back(store::ToText(row[found.IndexOf(column)]));
    return values;
  }

  std::vector<StoryLeak> leaks;
  std::vector<StoryLeak> openings;
  std::vector<std::string> gone_up_to;
};

TEST_F(BriefStory, NumbersTellWhatADayAndAWeekBrought) {
  Deals();
  // As-of is 20 May 2025. Won: 150 on 11 April, 300 on 11 May; to these, 40 today and 60 four days ago.
  story.Run(
      R"(INSERT INTO scoped.deal (deal_id, account_id, status, amount, amount_reporting, created_at, created_date, close_date, owner, seller) VALUES
      ('t', 'A', 'won', 40, 40, '2025-05-01', '2025-05-01', '2025-05-20', 'Ann', 'Ann'),
      ('w', 'A', 'won', 60, 60, '2025-05-01', '2025-05-01', '2025-05-16', 'Bob', 'Bob'))");
  story.Run(
      R"(INSERT INTO scoped.deal_version (deal_id, version, valid_from, valid_to, status, amount, amount_reporting, origin) VALUES
      ('t', 1, '2025-05-01', '2025-05-20', 'open', 40, 40, 'history'), ('t', 2, '2025-05-20', NULL, 'won', 40, 40, 'history'),
      ('w', 1, '2025-05-01', '2025-05-16', 'open', 60, 60, 'history'), ('w', 2, '2025-05-16', NULL, 'won', 60, 60, 'history'))");
  const analysis::Output brief = Brief();
  EXPECT_THAT(Column(brief, "numbers", "metric"),
              ElementsAre("won_amount", "pipeline_amount", "win_rate", "deals_open"));
  EXPECT_THAT(Column(brief, "numbers", "value"), ElementsAre("550", "500", "1", "1"));
  EXPECT_THAT(Column(brief, "numbers", "since_day"), ElementsAre("40", "-40", "0", "-1"));
  EXPECT_THAT(Column(brief, "numbers", "since_week"), ElementsAre("100", "-100", "0", "-2"));
  EXPECT_THAT(Column(brief, "sentences", "en").front(), HasSubstr("since yesterday: €40; in seven days: €100"));
  EXPECT_EQ(Column(brief, "numbers", "link").front(),
            "/catalog/won_amount?from=2025-04-01&to=2025-05-20&as_of=2025-05-20T12%3A00%3A00Z");
  StoryContext context = MakeContext();
  EXPECT_THAT(Need(BriefAnalysis(BuiltIn()).explain({}, "numbers", {"won_amount"}, context)).ids,
              ElementsAre("q2b", "q2a", "w", "t"));
  // Of one seller, only what is split by sellers.
  EXPECT_THAT(Column(Brief({{"owner", {"Ann"}}}), "numbers", "value"), Contains("40"));
}

TEST_F(BriefStory, OnTheFirstDayOfAQuarterSumsStillTellTheWeek) {
  Deals();  // 200 was won on 30 March
  StoryContext context(story.session(), *ParseIsoInstant("2025-04-01T12:00:00Z"));
  context.analyses = Asked();
  const analysis::Output brief = Need(BriefAnalysis(BuiltIn()).run({}, context));
  EXPECT_EQ(Column(brief, "numbers", "since_day").front(), "0");
  EXPECT_EQ(Column(brief, "numbers", "since_week").front(), "200");
}

TEST_F(BriefStory, DealsWithANewReasonComeFirstThenTheLargest) {
  story.Run(
      R"(INSERT INTO scoped.deal (deal_id, name, status, amount, amount_reporting, created_at, created_date, close_date, owner, team_id) VALUES
      ('old',    'Old',    'open', 900, 900, '2025-01-01', '2025-01-01', '2025-03-01', 'Ann', 't1'),
      ('late',   'Late',   'open', 100, 100, '2025-01-01', '2025-01-01', '2025-05-19', 'Ann', 't1'),
      ('today',  'Today',  'open', 300, 300, '2025-01-01', '2025-01-01', '2025-05-20', 'Bob', 't2'),
      ('stuck',  'Stuck',  'open', 500, 500, '2025-01-01', '2025-01-01', '2025-09-01', 'Bob', 't2'),
      ('next',   'Next',   'open', 600, 600, '2025-01-01', '2025-01-01', '2025-09-01', 'Bob', 't2'),
      ('fine',   'Fine',   'open', 800, 800, '2025-01-01', '2025-01-01', '2025-09-01', 'Bob', 't2'),
      ('nodate', 'No date','open', NULL, NULL, '2025-01-01', '2025-01-01', NULL, 'Bob', 't2'),
      ('won',    'Won',    'won',  700, 700, '2025-01-01', '2025-01-01', '2025-05-20', 'Bob', 't2'))");
  leaks = {{"stuck_deal", "stuck", "deal", "50", "2025-05-18", "", "Bob", "", "sales"},
           {"no_next_task", "next", "deal", "", "2025-05-18", "", "Bob", "", "sales"},
           {"no_next_task", "old", "deal", "90", "2025-02-01", "", "Ann", "", "sales"}};
  const analysis::Output brief = Brief();
  EXPECT_THAT(Column(brief, "deals", "deal_id"), ElementsAre("stuck", "today", "late", "next", "old"));
  EXPECT_THAT(Column(brief, "deals", "reasons"), ElementsAre("stuck_deal", "closes_today", "past_close_date",
                                                             "no_next_task", "past_close_date,no_next_task"));
  EXPECT_EQ(Column(brief, "deals", "why_en")[2], "was to close on 19 May 2025, 1 day ago");
  EXPECT_EQ(Column(brief, "deals", "why_ru")[4],
            "должна была закрыться 1 марта 2025 года, 80 дней назад; no_next_task?: почему");
  EXPECT_THAT(LinesOf(brief, "summary"),
              ElementsAre(Line{"2025-05-20", "2025-04-01", "7", "5", "2400", "2", "140", "1"}));
  EXPECT_THAT(Column(brief, "missing", "code"), Contains("close_dates"));
  // A deal that is told as a deal is not told as a leak.
  EXPECT_THAT(Column(brief, "leaks", "leak"), IsEmpty());
  EXPECT_THAT(Column(Brief({{"owner", {"Ann"}}}), "deals", "deal_id"), ElementsAre("late", "old"));
  // Who does not sell hears of no close dates.
  EXPECT_THAT(Column(Brief({{"department", {"finance"}}}), "deals", "deal_id"), IsEmpty());
}

TEST_F(BriefStory, LeaksAreThoseThatBringMostBackWithWhoActs) {
  for (int i = 1; i <= 7; ++i) {
    leaks.push_back({"under_billing", fmt::format("s{}", i), "subscription", std::to_string(10 * i), "2025-01-01", "",
                     "Ann", i == 7 ? "Bob" : "", i == 6 ? "success" : "finance"});
  }
  leaks.push_back(
      {"under_billing", "counted", "subscription", "999", "2025-01-01", "missed_uplift", "Ann", "", "finance"});
  leaks.push_back({"idle_licence", "unknown", "tool", "", "2025-01-01", "", "Ann", "", "operations"});
  const analysis::Output brief = Brief();
  EXPECT_THAT(Column(brief, "leaks", "won_back"), ElementsAre("70", "60", "50", "40", "30"));
  EXPECT_THAT(Column(brief, "leaks", "owner"), ElementsAre("Bob", "Ann", "Ann", "Ann", "Ann"));
  EXPECT_THAT(Column(brief, "sentences", "ru"),
              Contains(HasSubstr("7 утечек с известной суммой, из них за семь дней началось 0")));
  EXPECT_THAT(Column(Brief({{"department", {"success"}}}), "leaks", "won_back"), ElementsAre("60"));
  EXPECT_THAT(Column(Brief({{"owner", {"Bob"}}}), "leaks", "won_back"), ElementsAre("70"));
  EXPECT_THAT(Column(Brief({{"told", {"under_billing:s7", "under_billing:s5"}}}), "leaks", "won_back"),
              ElementsAre("60", "40", "30", "20", "10"));
  EXPECT_EQ(Column(brief, "leaks", "link").front(), "/leaks?leak=under_billing%3As7&as_of=2025-05-20T12%3A00%3A00Z");
}

TEST_F(BriefStory, OpeningsComeByWhatUsuallyComesOfThemAndWhatNobodyOwnsIsSaid) {
  for (int i = 1; i <= 5; ++i) {
    openings.push_back({"outgrown_plan", fmt::format("a{}", i), "account", i == 5 ? "" : std::to_string(10 * i),
                        "2025-05-19", "", "Ann", "", "success"});
  }
  const analysis::Output brief = Brief({{"told", {"outgrown_plan:a3"}}});
  EXPECT_THAT(Column(brief, "openings", "opening"),
              ElementsAre("outgrown_plan:a4", "outgrown_plan:a2", "outgrown_plan:a1"));
  EXPECT_EQ(Column(brief, "openings", "link").front(),
            "/leaks/openings?leak=outgrown_plan%3Aa4&as_of=2025-05-20T12%3A00%3A00Z");
  EXPECT_THAT(Column(brief, "sentences", "code"), ::testing::Not(Contains("unowned")));
  gone_up_to = {"Ann", "Bob", "Carl", "Dora"};
  EXPECT_EQ(Column(Brief(), "sentences", "en").back(),
            "Without an owner for 7 days or more: 4 leaks; gone up to Ann, Bob, Carl and 1 more.");
  gone_up_to = {""};
  EXPECT_EQ(Column(Brief(), "sentences", "ru").back(),
            "Без ответственного 7 дней и дольше: утечек: 1; перешло ни к кому: кто выше, неизвестно.");
}

TEST_F(BriefStory, AnEmptyCompanyIsToldWhatIsMissing) {
  const analysis::Output brief = Brief();
  EXPECT_THAT(Column(brief, "numbers", "metric"), IsEmpty());
  EXPECT_THAT(Column(brief, "sentences", "code"), ElementsAre("no_deals", "no_leaks"));
  EXPECT_THAT(
      Column(brief, "missing", "code"),
      ElementsAre("metric:won_amount", "metric:pipeline_amount", "metric:mrr", "metric:win_rate", "metric:leads",
                  "metric:invoiced_amount", "metric:deals_open", "metric:activities", "open_deals", "rule:billing"));
  EXPECT_THAT(Column(brief, "missing", "en").back(), "Billing: needs invoices");
}

}  // namespace
}  // namespace weir::pulse
