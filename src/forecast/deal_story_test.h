// For tests: the deals of an invented company in rows of the scoped views, with a version for each of their states.
#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/embedded.h"
#include "forecast/deals/company_for_tests.h"
#include "forecast/forecast.h"
#include "metrics/analyses.h"
#include "metrics/scoped_story.h"

namespace weir::forecast::testing {

using metrics::testing::Need;

// The days of the company begin on this one.
inline const Date kFirstDay = FromCivil({2023, 1, 1});

class DealStory : public ::testing::Test, protected metrics::testing::ReadsAnswers {
 protected:
  DealStory() {
    story.Run(std::string(*FindEmbedded("models", "scoped/macros.sql")));
    story.Run("SET VARIABLE time_zone = 'UTC'; SET VARIABLE sees_all_rows = TRUE");
    story.Run(
        "CREATE OR REPLACE TABLE scoped.deal_version (deal_id VARCHAR, version BIGINT, valid_from TIMESTAMP, "
        "recorded_at "
        "TIMESTAMP, amount_recorded_at TIMESTAMP, close_date_recorded_at TIMESTAMP, stage VARCHAR, status VARCHAR, "
        "amount_reporting DECIMAL(18,4), close_date DATE, owner_id VARCHAR, team_id VARCHAR, origin VARCHAR, "
        "is_deleted "
        "BOOLEAN, handed_over_at TIMESTAMP, home_slot BIGINT)");
    story.Run("CREATE OR REPLACE TABLE scoped.deal_talk (deal_id VARCHAR, \"at\" TIMESTAMP)");
    for (const char* column : {"home_slot BIGINT", "source VARCHAR", "segment VARCHAR", "stage_position BIGINT",
                               "is_not_sales BOOLEAN", "team VARCHAR", "account VARCHAR"}) {
      story.Run(fmt::format("ALTER TABLE scoped.deal ADD COLUMN IF NOT EXISTS {}", column));
    }
    story.Run("INSERT INTO scoped.team VALUES ('T0', 'North', NULL, 'sales'), ('T1', 'South', NULL, 'sales')");
  }

  static std::string DayText(Day day) { return FormatDate({kFirstDay.days + day}); }
  Day Today() const { return static_cast<Day>(as_of.micros / kMicrosPerDay) - kFirstDay.days; }

  // Its deals up to as-of, of two owners in a team each.
  void Company(const PlantedCompany& planted) {
    for (const DealHistory& deal : MakeCompany(planted)) Add(deal);
    Write();
  }
  void Add(const DealHistory& deal) {
    if (deal.created_day > Today()) return;
    const std::string id = fmt::format("d{:05}", ++deals_);
    std::int64_t version = 0;
    const DealState* last = nullptr;
    for (const DealState& state : deal.states) {
      if (state.from_day > Today()) break;
      last = &state;
      Append(&versions_, fmt::format("('{0}', {1}, '{2}', '{2}', '{2}', '{2}', 'Stage {3}', '{4}', {5}, '{6}', 'O{7}', "
                                     "'T{7}', 'history', FALSE, NULL, 1)",
                                     id, ++version, DayText(state.from_day), state.stage, StatusOf(state), state.amount,
                                     DayText(*state.close_day), state.owner));
    }
    Append(&rows_, fmt::format("('{0}', 'Deal {0}', 'Account', 'Sales', 'Stage {1}', 1, '{2}', {3}, {3}, 'EUR', '{4}', "
                               "'{5}', 'O{6}', 'Owner {6}', 'T{6}', 'Team {6}', 'new', 'crm', 'mid', 1)",
                               id, last->stage, StatusOf(*last), last->amount, DayText(deal.created_day),
                               DayText(*last->close_day), last->owner));
    for (const Day day : deal.contact_days) {
      if (day <= Today()) Append(&talks_, fmt::format("('{}', '{} 10:00:00')", id, DayText(day)));
    }
  }
  void Write() {
    story.Run(
        "INSERT INTO scoped.deal (deal_id, name, account, pipeline, stage, stage_position, status, amount, "
        "amount_reporting, currency, created_date, close_date, owner_id, owner, team_id, team, type, source, segment, "
        "home_slot) VALUES " +
        std::exchange(rows_, ""));
    story.Run("INSERT INTO scoped.deal_version VALUES " + std::exchange(versions_, ""));
    if (!talks_.empty()) story.Run("INSERT INTO scoped.deal_talk VALUES " + std::exchange(talks_, ""));
  }

  Result<analysis::Output> Ask(std::string_view id, const analysis::RawParams& params = {}) {
    auto context = MakeContext();
    return context.Run(id, params);
  }
  analysis::Output Run(std::string_view id, const analysis::RawParams& params = {}) { return Need(Ask(id, params)); }
  analysis::Evidence Explain(std::string_view id, const std::string& table, const std::vector<std::string>& key,
                             const analysis::RawParams& params = {}) {
    auto context = MakeContext();
    for (const analysis::Analysis& one : context.analyses) {
      if (one.info.id == id) return Need(one.explain(params, table, key, context));
    }
    return {};
  }

  static const store::Value& Cell(const analysis::Output& output, std::string_view name, std::string_view column,
                                  std::size_t row = 0) {
    const analysis::Table& table = *output.Find(name);
    return table.rows.at(row)[table.IndexOf(column)];
  }
  // Money of a column in units of kAmountScale, all rows added up.
  static std::int64_t Sum(const analysis::Output& output, std::string_view name, std::string_view column) {
    std::int64_t sum = 0;
    for (std::size_t row = 0; row < output.Find(name)->rows.size(); ++row)
      sum += Money(Cell(output, name, column, row));
    return sum;
  }
  static std::int64_t Money(const store::Value& value) {
    return static_cast<std::int64_t>(Rescale(std::get<Decimal>(value), kAmountScale)->units);
  }
  metrics::testing::StoryContext MakeContext() {
    metrics::testing::StoryContext context(story.session(), as_of);
    for (const auto& one : metrics::Analyses(metrics::testing::BuiltIn())) context.analyses.push_back(one);
    for (const auto& one : forecast::Analyses(metrics::testing::BuiltIn())) context.analyses.push_back(one);
    context.analyses.push_back(metrics::testing::GoalsOf({}));
    return context;
  }

  metrics::testing::Story story;
  Instant as_of = *ParseIsoInstant("2025-11-20T20:00:00Z");

 private:
  static std::string StatusOf(const DealState& state) {
    return state.kind == DealKind::kWon ? "won" : state.kind == DealKind::kLost ? "lost" : "open";
  }
  static void Append(std::string* list, const std::string& row) {
    if (!list->empty()) list->append(", ");
    list->append(row);
  }

  int deals_ = 0;
  std::string rows_;
  std::string versions_;
  std::string talks_;
};

}  // namespace weir::forecast::testing
