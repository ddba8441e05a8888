// For tests: a company in rows of the scoped views, and the questions about its forecast.
#pragma once

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/embedded.h"
#include "forecast/forecast.h"
#include "metrics/analyses.h"
#include "metrics/scoped_story.h"

namespace weir::forecast::testing {

using Line = std::vector<std::string>;

class ForecastStory : public ::testing::Test, protected metrics::testing::ReadsAnswers {
 protected:
  ForecastStory() {
    story.Run(std::string(*FindEmbedded("models", "scoped/macros.sql")));
    story.Run("SET VARIABLE time_zone = 'UTC'; SET VARIABLE sees_all_rows = TRUE");
    story.Run(
        "CREATE TABLE scoped.member (member_id VARCHAR, name VARCHAR, title VARCHAR, department VARCHAR, function "
        "VARCHAR, team_id VARCHAR, team VARCHAR, is_active BOOLEAN, started_at TIMESTAMP, ended_at TIMESTAMP)");
  }

  static std::string Quoted(const std::string& text) { return text.empty() ? "NULL" : "'" + text + "'"; }

  void Member(const std::string& id, const std::string& department, const std::string& team, const std::string& started,
              const std::string& ended = "") {
    story.Run(fmt::format(
        "INSERT INTO scoped.member VALUES ('{0}', '{0}', NULL, '{1}', 'seller', '{2}', '{2}', {3}, {4}, {5})", id,
        department, team, ended.empty(), Quoted(started), Quoted(ended)));
  }
  // The id of a deal; `closed` is its closing date, be it open or not.
  std::string Deal(const std::string& status, const std::string& type, const std::string& created,
                   const std::string& closed, const std::string& amount, const std::string& seller = "",
                   const std::string& team = "") {
    const std::string id = fmt::format("d{:05}", ++deals_);
    story.Run(fmt::format(
        "INSERT INTO scoped.deal (deal_id, name, status, type, amount, amount_reporting, currency, created_at, "
        "created_date, close_date, closed_at, owner_id, seller_id, seller, team_id, account_id) VALUES ('{0}', '{0}', "
        "'{1}', {2}, {3}, {3}, 'EUR', {4}, {4}, {5}, {6}, {7}, {7}, {7}, {8}, 'a{0}')",
        id, status, Quoted(type), amount, Quoted(created), Quoted(closed), status == "open" ? "NULL" : Quoted(closed),
        Quoted(seller), Quoted(team)));
    return id;
  }
  void Won(const std::string& seller, const std::string& team, const std::string& day, const std::string& amount) {
    Deal("won", "new", day, day, amount, seller, team);
  }
  void Goal(const std::string& metric, const std::string& first, const std::string& last, const std::string& target,
            const std::string& department, const std::string& currency = "EUR") {
    goals_.push_back({fmt::format("g{}", goals_.size() + 1), metric, "department", department, first, last, target,
                      currency, "active", department});
  }

  Result<analysis::Output> Ask(std::string_view id, const analysis::RawParams& params = {}) {
    auto context = MakeContext();
    return context.Run(id, params);
  }
  analysis::Output Run(std::string_view id, const analysis::RawParams& params = {}) {
    return metrics::testing::Need(Ask(id, params));
  }
  std::vector<std::string> Behind(std::string_view id, const std::string& table, const Line& key,
                                  const analysis::RawParams& params = {}) {
    auto context = MakeContext();
    for (const analysis::Analysis& one : context.analyses) {
      if (one.info.id == id) return metrics::testing::Need(one.explain(params, table, key, context)).ids;
    }
    return {};
  }

  metrics::testing::Story story;
  Instant as_of = *ParseIsoInstant("2026-06-30T22:00:00Z");

 private:
  metrics::testing::StoryContext MakeContext() {
    metrics::testing::StoryContext context(story.session(), as_of);
    for (const auto& one : metrics::Analyses(metrics::testing::BuiltIn())) context.analyses.push_back(one);
    for (const auto& one : forecast::Analyses(metrics::testing::BuiltIn())) context.analyses.push_back(one);
    context.analyses.push_back(metrics::testing::GoalsOf(goals_));
    return context;
  }

  int deals_ = 0;
  std::vector<Line> goals_;
};

}  // namespace weir::forecast::testing
