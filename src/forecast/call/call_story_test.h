// For tests: a company with teams, deals and submitted forecasts, and stand-ins for the questions that the call asks of
// others.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "forecast/forecast.h"
#include "metrics/scoped_story.h"
#include "model/testing.h"

namespace weir::forecast::testing {

using Cells = model::TestModel::Cells;
using Line = std::vector<std::string>;

// Reads the model as of the moment asked for.
class CallContext : public metrics::testing::StoryContext {
 public:
  CallContext(model::TestModel& model, Instant as_of) : StoryContext(model.connection(), as_of), model_(model) {}
  store::Session& session() override {
    std::string moment = FormatInstant(as_of());
    moment.pop_back();
    moment[10] = ' ';
    model_.AsOf(moment);
    return model_.connection();
  }

 private:
  model::TestModel& model_;
};

// An answer of texts and numbers, by columns.
inline analysis::Table TableOf(const std::string& name, const Line& columns,
                               std::vector<std::vector<store::Value>> rows) {
  analysis::Table table{.name = name, .rows = std::move(rows)};
  for (const std::string& column : columns) table.columns.push_back({.name = column});
  return table;
}

// A company in a model of its own.
class Company {
 public:
  Company() {
    model.settings.currency = "EUR";
    // As src/workspace/forecast_words.cc makes them, which is above.
    model.Execute(R"(CREATE TABLE meta.forecast_word (
      word_id BIGINT, kind VARCHAR, period_start DATE, period_end DATE, member_id VARCHAR, team_id VARCHAR,
      category VARCHAR, amount DECIMAL(18,4), currency VARCHAR, deal_id VARCHAR, text VARCHAR, locked_from TIMESTAMP,
      as_of TIMESTAMP, is_removed BOOLEAN, action VARCHAR, reason VARCHAR, changed_by VARCHAR, changed_at TIMESTAMP,
      decision_id BIGINT);
      CREATE VIEW scoped.forecast_word AS SELECT * FROM meta.forecast_word WHERE as_of <= getvariable('as_of'))");
    Team("North");
    Team("Fjord", "North");
    Team("South");
    Member("Ann", "North", {{"title", "Head of Sales"}});
    Member("Bob", "Fjord", {{"manager_key", "Ann"}});
    Member("Cid", "South");
  }

  static std::string Moment(const std::string& day) { return day.size() > 10 ? day : day + " 10:00:00"; }

  void Team(const std::string& key, const std::string& parent = "") {
    Cells cells{{"key", key}, {"name", key}};
    if (!parent.empty()) cells["parent_key"] = parent;
    model.Record("team", cells, "2025-01-01 00:00:00");
  }
  void Member(const std::string& key, const std::string& team, Cells more = {}) {
    more.insert({{"key", key}, {"name", key}, {"email", key + "@we.example"}, {"team_key", team}});
    more.try_emplace("title", "Account Executive");
    model.Record("member", more, "2025-01-01 00:00:00");
  }
  void Deal(const std::string& key, const std::string& owner, const std::string& amount, const std::string& close,
            const std::string& category = "", const std::string& kind = "open") {
    Cells cells{{"key", key},       {"name", "Deal " + key}, {"created_at", "2025-01-02 10:00:00"},
                {"stage", kind},    {"stage_kind", kind},    {"close_date", close},
                {"amount", amount}, {"currency", "EUR"},     {"owner_key", owner}};
    if (!category.empty()) cells["forecast_category"] = category;
    model.Record("deal", cells, "2025-12-31 20:00:00");
  }
  void Won(const std::string& key, const std::string& owner, const std::string& amount, const std::string& close) {
    Deal(key, owner, amount, close, "", "won");
  }
  // As an export has it; `who` is a member, or a team as "team:KEY".
  void Said(const std::string& who, const std::string& at, const std::string& category, const std::string& amount,
            const std::string& period = "2025-10-01", Cells more = {}) {
    more["category"] = category;
    more["amount"] = amount;
    more["at"] = Moment(at);
    more["period_start"] = period;
    if (!more.contains("currency")) more["currency"] = "EUR";
    if (who.starts_with("team:")) {
      more["team_key"] = who.substr(5);
    } else if (!who.empty()) {
      more["member_key"] = who;
    }
    model.Record("forecast_submission", more, "2025-12-31 20:00:00");
  }
  // A row of this workspace's own words, given as SQL of its columns.
  void Word(const std::string& values) { model.Execute("INSERT INTO meta.forecast_word VALUES (" + values + ")"); }
  void Build() {
    if (!model.Build()) throw std::runtime_error(model.error());
  }

  model::TestModel model;
};

// Questions about a company.
class CallStory : public ::testing::Test, protected metrics::testing::ReadsAnswers {
 protected:
  explicit CallStory(Company& of) : company(of), model(of.model) {
    model.Execute("DELETE FROM meta.forecast_word; SET VARIABLE sees_all_rows = TRUE");
  }

  // An analysis that others ask for.
  void StandIn(const std::string& id, std::function<Result<analysis::Output>(const analysis::RawParams&)> run) {
    analysis::Analysis one{.info = {.id = id}};
    one.run = [run = std::move(run)](const analysis::RawParams& params, analysis::Context&) { return run(params); };
    stand_ins_.push_back(std::move(one));
  }
  CallContext At() {
    CallContext context(model, *ParseIsoInstant(as_of));
    // The model has stand-ins.
    for (const analysis::Analysis& one : analyses_) {
      if (one.info.id == "forecast.call" || one.info.id == "forecast.accuracy") context.analyses.push_back(one);
    }
    for (const analysis::Analysis& one : stand_ins_) context.analyses.push_back(one);
    analysis::Analysis goals{.info = {.id = "goals"}};
    goals.run = [this](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
      return analysis::Output{.tables = {TableOf("goals",
                                                 {"id", "metric", "scope", "scope_of", "period_start", "period_end",
                                                  "target", "currency", "state"},
                                                 goals_)}};
    };
    context.analyses.push_back(std::move(goals));
    context.mutable_principal() = principal;
    return context;
  }
  Result<analysis::Output> Ask(std::string_view id, const analysis::RawParams& params = {}) {
    CallContext context = At();
    return context.Run(id, params);
  }
  analysis::Output Run(std::string_view id, const analysis::RawParams& params = {}) {
    return metrics::testing::Need(Ask(id, params));
  }
  std::vector<std::string> Behind(std::string_view id, const std::string& table, const std::vector<std::string>& key) {
    CallContext context = At();
    for (const analysis::Analysis& one : analyses_) {
      if (one.info.id == id) return metrics::testing::Need(one.explain({}, table, key, context)).ids;
    }
    return {};
  }
  void Goal(const std::string& scope, const std::string& scope_of, const std::string& target) {
    goals_.push_back({std::string("1"), std::string("won_amount"), scope, scope_of, std::string("2025-10-01"),
                      std::string("2025-12-31"), target, std::string("EUR"), std::string("active")});
  }

  Company& company;
  model::TestModel& model;
  std::string as_of = "2025-12-31T23:00:00Z";
  analysis::Principal principal = analysis::Principal::LocalOwner();

 private:
  std::vector<analysis::Analysis> analyses_ = forecast::Analyses(metrics::testing::BuiltIn());
  std::vector<analysis::Analysis> stand_ins_;
  std::vector<std::vector<store::Value>> goals_;
};

}  // namespace weir::forecast::testing
