// For tests: a company in memory, and what the ledger of leaks says of it.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/embedded.h"
#include "leaks/leaks.h"
#include "metrics/scoped_story.h"

namespace weir::leaks {

using metrics::testing::Need;
using metrics::testing::Story;
using metrics::testing::StoryContext;

inline const Instant kAsOf = *ParseIsoInstant("2025-06-30T12:00:00Z");

inline std::shared_ptr<const std::vector<Rule>> BuiltInRules() {
  static const auto kRules = std::make_shared<const std::vector<Rule>>(Need(LoadRules(BuiltInDefinitions("leaks"))));
  return kRules;
}

class LeaksStory : public ::testing::Test {
 protected:
  LeaksStory() {
    story.Run(std::string(*FindEmbedded("models", "scoped/macros.sql")));
    story.Run("SET VARIABLE time_zone = 'UTC'");
    story.Run(
        "CREATE TABLE scoped.contract (contract_id VARCHAR, account_id VARCHAR, account VARCHAR, team_id VARCHAR, "
        "deal_id VARCHAR, status VARCHAR, amount DECIMAL(18,4), currency VARCHAR, quantity DECIMAL(38,12), unit_price "
        "DECIMAL(38,12), uplift_percent DECIMAL(38,12), start_date DATE, end_date DATE, monthly DECIMAL(18,4), "
        "monthly_reporting DECIMAL(18,4), source VARCHAR)");
    story.Run(
        "CREATE TABLE scoped.account_record (account_id VARCHAR, source VARCHAR, source_key VARCHAR, phone VARCHAR, "
        "created_at TIMESTAMP)");
    story.Run(
        "CREATE TABLE scoped.member (member_id VARCHAR, name VARCHAR, is_active BOOLEAN, ended_at TIMESTAMP, "
        "manager_id VARCHAR, team_id VARCHAR, department VARCHAR)");
    story.Run("CREATE VIEW scoped.lead_brief AS SELECT * FROM scoped.lead");
    story.Run(
        "CREATE TABLE scoped.message (message_id VARCHAR, \"at\" TIMESTAMP, day DATE, channel VARCHAR, direction "
        "VARCHAR, member_id VARCHAR, member VARCHAR, team_id VARCHAR, person_id VARCHAR, account_id VARCHAR, deal_id "
        "VARCHAR, lead_id VARCHAR, ticket_id VARCHAR, thread VARCHAR, length BIGINT)");
    story.Run("CREATE TABLE scoped.planned_activity (kind VARCHAR, deal_id VARCHAR, planned_at TIMESTAMP)");
    story.Run(
        "CREATE VIEW scoped.deal_talk AS SELECT deal_id, \"at\" FROM scoped.activity WHERE deal_id IS NOT NULL AND "
        "kind "
        "<> 'task' UNION ALL SELECT deal_id, \"at\" FROM scoped.message WHERE deal_id IS NOT NULL");
    story.Run("CREATE TABLE scoped.stage_sighting (kind VARCHAR, source VARCHAR)");
    story.Run("CREATE TABLE scoped.duplicate_record (entity VARCHAR, entity_id VARCHAR, source VARCHAR)");
    story.Run(
        "CREATE TABLE scoped.subscription (subscription_id VARCHAR, account_id VARCHAR, account VARCHAR, team_id "
        "VARCHAR, quantity DECIMAL(38,12), started_at TIMESTAMP, canceled_at TIMESTAMP, ended_at TIMESTAMP, source "
        "VARCHAR, period_start TIMESTAMP, period_end TIMESTAMP)");
    story.Run("CREATE TABLE scoped.subscription_item (subscription_id VARCHAR, quantity DECIMAL(38,12))");
    story.Run(
        "CREATE TABLE scoped.subscription_quantity (subscription_id VARCHAR, valid_from TIMESTAMP, valid_to TIMESTAMP, "
        "quantity DECIMAL(38,12))");
    story.Run(
        "CREATE TABLE scoped.product_usage (account_id VARCHAR, person_id VARCHAR, day DATE, feature VARCHAR, quantity "
        "DECIMAL(38,12))");
    story.Run(
        "CREATE TABLE scoped.deal_line (deal_id VARCHAR, product_id VARCHAR, product VARCHAR, quantity DECIMAL(38,12), "
        "list_price DECIMAL(38,12), has_own_list_price BOOLEAN DEFAULT TRUE, amount DECIMAL(18,4))");
    story.Run("ALTER TABLE scoped.\"call\" ADD COLUMN outside_number VARCHAR");
    story.Run("ALTER TABLE scoped.ticket ADD COLUMN subject VARCHAR");
    story.Run("ALTER TABLE scoped.account ADD COLUMN customer_since TIMESTAMP");
    // Tests tell when which state began; what follows from it the view says, as the model does.
    story.Run("ALTER TABLE scoped.deal_version RENAME TO told_version");
    story.Run(R"(
      CREATE VIEW scoped.deal_version AS
      WITH marked AS (
        SELECT *, lag(stage) OVER w IS DISTINCT FROM stage AS is_other_stage, lag(owner_id) OVER w <> owner_id AS is_other_owner,
          lead(valid_from) OVER w AS ends_at
        FROM scoped.told_version
        WINDOW w AS (PARTITION BY deal_id ORDER BY version)
      )
      SELECT * EXCLUDE (valid_to, is_other_stage, is_other_owner, ends_at), ends_at AS valid_to,
        max(CASE WHEN is_other_stage THEN valid_from END) OVER w AS entered_stage_at,
        max(CASE WHEN is_other_owner THEN valid_from END) OVER w AS handed_over_at
      FROM marked
      WINDOW w AS (PARTITION BY deal_id ORDER BY version))");
    story.Run(
        "CREATE TABLE scoped.leak_state (leak VARCHAR, state VARCHAR, assignee VARCHAR, due DATE, note VARCHAR, "
        "amount DECIMAL(18,4), name VARCHAR, counted_by VARCHAR, as_of TIMESTAMP, changed_by VARCHAR, changed_at "
        "TIMESTAMP, decision_id BIGINT)");
    story.Run("CREATE TABLE scoped.payer_namesake (account_id VARCHAR, last_day DATE, last_day_by_tax_id DATE)");
  }

  analysis::Output Run(const analysis::RawParams& params = {}) {
    StoryContext context(story.session(), kAsOf);
    return Need(Analyses(rules, metrics::testing::BuiltIn()).front().run(params, context));
  }
  analysis::Evidence Explain(const std::string& table, const std::string& key) {
    StoryContext context(story.session(), kAsOf);
    return Need(Analyses(rules, metrics::testing::BuiltIn()).front().explain({}, table, {key}, context));
  }

  // The cells of these columns, a line a row of the rule.
  static std::vector<std::string> Lines(const analysis::Output& output, std::string_view table, std::string_view rule,
                                        const std::vector<std::string>& columns) {
    const analysis::Table& from = *output.Find(table);
    std::vector<std::string> lines;
    for (const auto& row : from.rows) {
      if (store::ToText(row[from.IndexOf("rule")]) != rule) continue;
      std::string line;
      for (const std::string& column : columns) {
        line += (line.empty() ? "" : "|") + store::ToText(row[from.IndexOf(column)]);
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }

  // Ninety deals won and thirty lost, each in stage "demo" for 10 days; forty more waited 60 days there, of which four
  // were won.
  void PastDeals() {
    story.Run(R"(
      INSERT INTO scoped.deal (deal_id, pipeline, stage, status, created_at, closed_at)
      SELECT kind || i, 'p', CASE WHEN kind LIKE 'w%' THEN 'won' ELSE 'lost' END, CASE WHEN kind LIKE 'w%' THEN 'won' ELSE 'lost' END,
        TIMESTAMP '2025-01-01', TIMESTAMP '2025-01-01' + to_days(CASE WHEN kind LIKE '%quick' THEN 10 ELSE 60 END)
      FROM (VALUES ('w_quick', 90), ('l_quick', 30), ('w_slow', 4), ('l_slow', 36)) AS kinds(kind, n), range(1, 100) AS r(i)
      WHERE i <= n)");
    story.Run(R"(
      INSERT INTO scoped.told_version (deal_id, version, valid_from, stage, status, origin)
      SELECT deal_id, 1, created_at, 'demo', 'open', 'history' FROM scoped.deal
      UNION ALL
      SELECT deal_id, 2, closed_at, stage, status, 'history' FROM scoped.deal)");
  }

  Story story;
  std::shared_ptr<const std::vector<Rule>> rules = BuiltInRules();
};

}  // namespace weir::leaks
