// For tests of Pulse: a story of deals, and what the analyses that Pulse asks would answer.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/embedded.h"
#include "metrics/scoped_story.h"
#include "pulse/pulse.h"

namespace weir::pulse::testing {

using metrics::testing::BuiltIn;
using metrics::testing::Need;
using metrics::testing::Story;
using metrics::testing::StoryContext;

using Line = std::vector<std::string>;

inline const Instant kAsOf = *ParseIsoInstant("2025-05-20T12:00:00Z");

inline std::vector<Line> LinesOf(const analysis::Output& output, std::string_view table) {
  std::vector<Line> lines;
  for (const auto& row : output.Find(table)->rows) {
    Line& line = lines.emplace_back();
    for (const store::Value& value : row) line.push_back(store::ToText(value));
  }
  return lines;
}

// What the checklist of the setup would answer: invoices are to be brought next.
inline analysis::Analysis Checklist() {
  analysis::Analysis checklist{.info = {.id = "setup.checklist"}};
  checklist.run = [](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
    analysis::Table next{.name = "next", .key = {"position"}};
    for (const char* name : {"position", "unlock", "product", "export", "en", "ru"}) next.columns.push_back({name});
    next.rows = {{std::int64_t{1}, std::string("billing"), std::string("stripe"), std::string("invoices"),
                  std::string("Bring invoices"), std::string("Загрузите счета")},
                 {std::int64_t{2}, std::string("cash"), std::string("stripe"), std::string("payments"),
                  std::string("Bring payments"), std::string("Загрузите платежи")}};
    analysis::Table products{.name = "products",
                             .key = {"product"},
                             .columns = {{"product"}, {"title_en"}, {"title_ru"}},
                             .rows = {{std::string("ads"), std::string("Our ads"), std::string("Наша реклама")}}};
    return analysis::Output{.tables = {std::move(next), std::move(products)}};
  };
  return checklist;
}

// What the lifecycle would answer: so many stages appeared.
inline analysis::Analysis Lifecycle(int appeared) {
  analysis::Analysis lifecycle{.info = {.id = "lifecycle"}};
  lifecycle.run = [appeared](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
    analysis::Table notices{
        .name = "notices", .key = {"position"}, .columns = {{"position"}, {"code"}, {"en"}, {"ru"}}};
    for (int i = 1; i <= appeared; ++i) {
      notices.rows.push_back({std::int64_t{i}, std::string("stage_appeared"), fmt::format("Stage {} is new", i),
                              fmt::format("Появился этап {}", i)});
    }
    return analysis::Output{.tables = {std::move(notices)}};
  };
  return lifecycle;
}

// What the ledger of leaks would answer: one rule with two leaks, of which another rule counts the second, and one that
// is not measured.
inline analysis::Analysis Ledger() {
  using analysis::ColumnType;
  analysis::Analysis ledger{.info = {.id = "leaks"}};
  ledger.run = [](const analysis::RawParams& params, analysis::Context&) -> Result<analysis::Output> {
    analysis::Table leaks{
        .name = "leaks",
        .key = {"leak"},
        .columns = {{"leak"}, {"entity"}, {"record_id"}, {"counted_by"}},
        .rows = {{std::string("stuck:d1"), std::string("deal"), std::string("d1"), {}},
                 {std::string("stuck:d2"), std::string("deal"), std::string("d2"), std::string("x")}}};
    analysis::Table rules{.name = "rules", .key = {"rule"}};
    for (const char* name : {"rule", "title_en", "title_ru", "department", "certainty", "state", "count", "amount",
                             "exposed", "oldest", "note_en", "note_ru"}) {
      rules.columns.push_back({name});
    }
    rules.rows = {{std::string("stuck"),
                   std::string("Stuck"),
                   std::string("Стоит"),
                   std::string("sales"),
                   std::string("probable"),
                   std::string("found"),
                   std::int64_t{1},
                   Decimal{1250, 2},
                   Decimal{5000, 2},
                   *ParseIsoDate("2025-05-10"),
                   {},
                   {}},
                  {std::string("billing"),
                   std::string("Billing"),
                   std::string("Счета"),
                   std::string("finance"),
                   std::string("certain"),
                   std::string("not_measured"),
                   {},
                   {},
                   {},
                   {},
                   std::string("needs invoices"),
                   std::string("нужны счета")}};
    analysis::Output output{.tables = {std::move(leaks), std::move(rules)}};
    if (params.contains("segment"))
      output.warnings.push_back({.code = "leaks_left_out", .message = AsIs("three are left out")});
    return output;
  };
  return ledger;
}

class PulseStory : public ::testing::Test {
 protected:
  PulseStory() {
    story.Run(std::string(*FindEmbedded("models", "scoped/macros.sql")));
    story.Run("SET VARIABLE time_zone = 'UTC'");
  }

  analysis::Output Run(const analysis::RawParams& params = {}, Instant as_of = kAsOf) {
    StoryContext context(story.session(), as_of);
    context.analyses.push_back(Ledger());
    context.analyses.push_back(Lifecycle(appeared_stages));
    context.analyses.push_back(Checklist());
    context.mutable_settings().plan_won_amount = plan_won_amount;
    return Need(pulse::Analyses(BuiltIn()).front().run(params, context));
  }
  analysis::Evidence Explain(const std::string& table, const std::vector<std::string>& key) {
    StoryContext context(story.session(), kAsOf);
    context.analyses.push_back(Ledger());
    context.analyses.push_back(Lifecycle(appeared_stages));
    context.analyses.push_back(Checklist());
    return Need(pulse::Analyses(BuiltIn()).front().explain({}, table, key, context));
  }
  void Deals() {
    story.Run(
        R"(INSERT INTO scoped.deal (deal_id, account_id, status, amount, amount_reporting, created_at, created_date, close_date, team_id, segment) VALUES
        ('q1a', 'A', 'won',  100, 100, '2025-01-02', '2025-01-02', '2025-02-01', 't1', 'big'),
        ('q1b', 'A', 'won',  200, 200, '2025-01-05', '2025-01-05', '2025-03-30', 't1', 'big'),
        ('q1c', 'B', 'lost', 900, 900, '2025-01-06', '2025-01-06', '2025-01-20', 't1', 'big'),
        ('q2a', 'A', 'won',  150, 150, '2025-04-01', '2025-04-01', '2025-04-11', 't1', 'big'),
        ('q2b', 'B', 'won',  300, 300, '2025-02-10', '2025-02-10', '2025-05-11', 't2', 'big'),
        ('q2c', 'B', 'open', 500, 500, '2025-05-01', '2025-05-01', '2025-06-30', 't2', 'big'))");
    story.Run(
        R"(INSERT INTO scoped.deal_version (deal_id, version, valid_from, valid_to, status, amount, amount_reporting, origin) VALUES
        ('q1a', 1, '2025-01-02', '2025-02-01', 'open', 100, 100, 'history'), ('q1a', 2, '2025-02-01', NULL, 'won', 100, 100, 'history'),
        ('q1b', 1, '2025-01-05', '2025-03-30', 'open', 200, 200, 'history'), ('q1b', 2, '2025-03-30', NULL, 'won', 200, 200, 'history'),
        ('q1c', 1, '2025-01-06', '2025-01-20', 'open', 900, 900, 'history'), ('q1c', 2, '2025-01-20', NULL, 'lost', 900, 900, 'history'),
        ('q2a', 1, '2025-04-01', '2025-04-11', 'open', 150, 150, 'history'), ('q2a', 2, '2025-04-11', NULL, 'won', 150, 150, 'history'),
        ('q2b', 1, '2025-02-10', '2025-05-11', 'open', 300, 300, 'history'), ('q2b', 2, '2025-05-11', NULL, 'won', 300, 300, 'history'),
        ('q2c', 1, '2025-05-01', NULL,         'open', 500, 500, 'difference'))");
  }

  Story story;
  std::string plan_won_amount;
  int appeared_stages = 0;
};

}  // namespace weir::pulse::testing
