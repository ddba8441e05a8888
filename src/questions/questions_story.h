// For tests of the questions: deals in plain tables, and a context in which the analyses that questions ask answer.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "base/embedded.h"
#include "metrics/analyses.h"
#include "metrics/scoped_story.h"
#include "questions/questions.h"

namespace weir::questions::testing {

using metrics::testing::BuiltIn;
using metrics::testing::Need;
using metrics::testing::Story;
using metrics::testing::StoryContext;
using Line = std::vector<std::string>;

// A deal of the story: with two versions, open from its creation and closed on its close date.
struct Deal {
  std::string id = {};
  std::string status = {};
  std::string amount = {};  // empty: not known
  std::string created = {};
  std::string closed = {};  // of an open deal, when it is to close
  std::string account = "A";
  std::string seller = "Ann";
  std::string team = "North";
  std::string stage = "Proposal";  // of the open version
  std::string planned = {};        // close date of the open version; empty: `closed`
  std::string first_amount = {};   // amount of the open version; empty: `amount`
  std::string loss_reason = {};
};

inline std::string SqlText(const std::string& text) { return text.empty() ? "NULL" : "'" + text + "'"; }
inline std::string SqlNumber(const std::string& text) { return text.empty() ? "NULL" : text; }

class QuestionsStory : public ::testing::Test {
 protected:
  QuestionsStory() {
    story.Run(std::string(*FindEmbedded("models", "scoped/macros.sql")));
    story.Run("SET VARIABLE time_zone = 'UTC'");
    story.Run("SET VARIABLE sees_all_rows = TRUE");
  }

  void Add(const Deal& deal) {
    const bool is_open = deal.status == "open";
    story.Run(
        fmt::format("INSERT INTO scoped.deal (deal_id, name, account_id, account, status, amount, amount_reporting, "
                    "currency, created_at, "
                    "created_date, close_date, closed_at, seller_id, seller, owner_id, owner, team_id, team, stage, "
                    "pipeline, loss_reason) "
                    "VALUES ('{0}', '{0}', {1}, {1}, '{2}', {3}, {3}, 'EUR', '{4}', '{4}', {5}, {6}, '{7}', '{7}', "
                    "'{7}', '{7}', '{8}', "
                    "'{8}', '{9}', 'Sales', {10})",
                    deal.id, SqlText(deal.account), deal.status, SqlNumber(deal.amount), deal.created,
                    SqlText(deal.closed), is_open ? "NULL" : SqlText(deal.closed), deal.seller, deal.team,
                    is_open ? deal.stage : deal.status, SqlText(deal.loss_reason)));
    const std::string first = deal.first_amount.empty() ? deal.amount : deal.first_amount;
    const std::string planned = deal.planned.empty() ? deal.closed : deal.planned;
    Version(deal, 1, deal.created, is_open ? "" : deal.closed, "open", deal.stage, first, planned);
    if (!is_open) Version(deal, 2, deal.closed, "", deal.status, deal.status, deal.amount, deal.closed);
  }

  void Version(const Deal& deal, int number, const std::string& from, const std::string& until,
               const std::string& status, const std::string& stage, const std::string& amount,
               const std::string& close_date) {
    story.Run(
        fmt::format("INSERT INTO scoped.deal_version (deal_id, version, valid_from, valid_to, status, stage, amount, "
                    "amount_reporting, "
                    "currency, close_date, team_id, owner_id, origin) VALUES ('{}', {}, '{}', {}, '{}', {}, {}, {}, "
                    "'EUR', {}, '{}', "
                    "'{}', 'history')",
                    deal.id, number, from, SqlText(until), status, SqlText(stage), SqlNumber(amount), SqlNumber(amount),
                    SqlText(close_date), deal.team, deal.seller));
  }

  const analysis::Analysis& Asked(std::string_view id) {
    const auto found = std::ranges::find(
        analyses_, id, [](const analysis::Analysis& one) -> const std::string& { return one.info.id; });
    if (found == analyses_.end()) throw std::runtime_error(std::string(id));
    return *found;
  }

  StoryContext MakeContext() {
    StoryContext context(story.session(), as_of);
    for (const analysis::Analysis& one : metrics::Analyses(BuiltIn())) context.analyses.push_back(one);
    for (const analysis::Analysis& one : others) context.analyses.push_back(one);
    return context;
  }

  analysis::Output Run(std::string_view id, const analysis::RawParams& params = {}) {
    StoryContext context = MakeContext();
    return Need(Asked(id).run(params, context));
  }
  analysis::Evidence Explain(std::string_view id, const std::string& table, const std::vector<std::string>& key,
                             const analysis::RawParams& params = {}) {
    StoryContext context = MakeContext();
    return Need(Asked(id).explain(params, table, key, context));
  }

  static std::vector<Line> LinesOf(const analysis::Output& output, std::string_view table) {
    std::vector<Line> lines;
    for (const auto& row : output.Find(table)->rows) {
      Line& line = lines.emplace_back();
      for (const store::Value& value : row) line.push_back(store::ToText(value));
    }
    return lines;
  }
  static std::string Cell(const analysis::Output& output, std::string_view table, std::size_t row,
                          std::string_view column) {
    const analysis::Table& found = *output.Find(table);
    return store::ToText(found.rows.at(row)[found.IndexOf(column)]);
  }
  // The amounts of a column, added up with the digits of ledgers.
  static Int128 SumOf(const analysis::Output& output, std::string_view table, std::string_view column) {
    const analysis::Table& found = *output.Find(table);
    Int128 sum = 0;
    for (const auto& row : found.rows) {
      if (const auto* decimal = std::get_if<Decimal>(&row[found.IndexOf(column)])) {
        sum += Rescale(*decimal, kAmountScale)->units;
      }
    }
    return sum;
  }

  Story story;
  Instant as_of = *ParseIsoInstant("2025-07-20T12:00:00Z");
  std::vector<analysis::Analysis> others;  // what is asked beside the metrics

 private:
  std::vector<analysis::Analysis> analyses_ = questions::Analyses(BuiltIn());
};

}  // namespace weir::questions::testing
