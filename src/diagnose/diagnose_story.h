// For tests: a company in memory, good in everything that the diagnosis looks at, and what is wrong with it set by
// hand.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <gtest/gtest.h>

#include "base/embedded.h"
#include "diagnose/diagnose.h"
#include "metrics/analyses.h"
#include "metrics/scoped_story.h"

namespace weir::diagnose::testing {

using metrics::testing::BuiltIn;
using metrics::testing::Need;
using metrics::testing::Story;
using metrics::testing::StoryContext;

// Shares of records that are not as they should be, in percent.
struct Company {
  int paperwork = 10;  // of the time of sellers
  int orphans = 0;     // open deals of leavers
  int untidy = 0;      // open deals without amount, step and date; lost ones without a reason; leads entered anew
  int one_system = 0;  // customers that only one source knows, tickets and invoices of nobody
  int no_source = 0;   // won deals of which nobody knows what brought them
  int idle_seats = 0;  // and tools that do what another does
  int people = 40;
};

inline std::shared_ptr<const Signs> BuiltInSigns() {
  static const auto kSigns = std::make_shared<const Signs>(Need(LoadSigns(BuiltInDefinitions("diagnosis"))));
  return kSigns;
}

class DiagnoseStory : public ::testing::Test {
 protected:
  DiagnoseStory() {
    story.Run(std::string(*FindEmbedded("models", "scoped/macros.sql")));
    story.Run("SET VARIABLE time_zone = 'UTC'");
    story.Run("SET VARIABLE sees_all_rows = TRUE");
    story.Run(R"(
      CREATE TABLE scoped.member (member_id VARCHAR, name VARCHAR, department VARCHAR, function VARCHAR, team_id VARCHAR, is_active BOOLEAN, started_at TIMESTAMP);
      CREATE TABLE scoped.time_entry (time_entry_id VARCHAR, member_id VARCHAR, day DATE, duration_s BIGINT, category VARCHAR);
      CREATE TABLE scoped.process (process_id VARCHAR, name VARCHAR, owner_id VARCHAR, reviewed_on DATE, status VARCHAR);
      CREATE TABLE scoped.planned_activity (deal_id VARCHAR);
      CREATE TABLE scoped.duplicate_record (entity VARCHAR, entity_id VARCHAR, source VARCHAR, loser_key VARCHAR);
      CREATE TABLE scoped.account_record (account_id VARCHAR, source VARCHAR, source_key VARCHAR);
      CREATE TABLE scoped.tool (tool_id VARCHAR, name VARCHAR, category VARCHAR, status VARCHAR);
      CREATE TABLE scoped.licence (licence_id VARCHAR, tool VARCHAR, member_id VARCHAR, revoked_on DATE);
      CREATE TABLE scoped.tool_usage (tool VARCHAR, member_id VARCHAR, day DATE);
      CREATE TABLE scoped.initiative (initiative_id VARCHAR, goal_id VARCHAR, start_date DATE);
      CREATE TABLE scoped.seller (seller_id VARCHAR, seller VARCHAR, valid_from TIMESTAMP, valid_to TIMESTAMP);
      CREATE TABLE scoped.diagnosis_seal (figure VARCHAR, value DECIMAL(38,6), low DECIMAL(38,6), high DECIMAL(38,6), sealed_on DATE, decision_id BIGINT);
      ALTER TABLE scoped.deal ADD COLUMN IF NOT EXISTS next_step VARCHAR;
      ALTER TABLE scoped.account ADD COLUMN IF NOT EXISTS is_customer BOOLEAN)");
  }

  // A hundred of each record; the first `share` of them are not as they should be.
  void Found(const Company& company) {
    const auto run = [&](std::string_view sql) {
      story.Run(fmt::format(fmt::runtime(sql), fmt::arg("paperwork", company.paperwork),
                            fmt::arg("orphans", company.orphans), fmt::arg("untidy", company.untidy),
                            fmt::arg("one_system", company.one_system), fmt::arg("no_source", company.no_source),
                            fmt::arg("idle_seats", company.idle_seats), fmt::arg("people", company.people)));
    };
    run(R"(INSERT INTO scoped.member SELECT 'm' || i, 'M' || i, 'sales', CASE WHEN i <= {people} / 2 THEN 'seller' ELSE 'other' END, 't',
             TRUE, TIMESTAMP '2020-01-01' FROM range(1, {people} + 1) AS r(i);
           INSERT INTO scoped.member VALUES ('gone', 'Gone', 'sales', 'seller', 't', FALSE, '2020-01-01');
           INSERT INTO scoped.seller SELECT member_id, name, started_at, NULL FROM scoped.member WHERE function = 'seller' AND is_active)");
    run(R"(INSERT INTO scoped.time_entry SELECT 'e' || i || k.category, 'm' || (1 + i % 3), DATE '2025-06-29' - CAST(7 * (i % 12) AS INTEGER),
             CAST(36 * k.share AS BIGINT), k.category
           FROM range(36) AS r(i), (VALUES ('data_entry', {paperwork}), ('selling', 100 - {paperwork})) AS k(category, share))");
    run(R"(INSERT INTO scoped.process SELECT 'p' || i, 'P', 'm1', DATE '2025-05-01', 'active' FROM range(5) AS r(i))");
    run(R"(INSERT INTO scoped.deal (deal_id, name, status, stage, amount, amount_reporting, currency, created_at, created_date, close_date, closed_at,
             owner_id, seller_id, seller, channel, loss_reason, next_step, type, account_id)
           SELECT 'open' || i, 'Open', 'open', 'demo', CASE WHEN i >= {untidy} THEN 100 END, CASE WHEN i >= {untidy} THEN 100 END, 'EUR', '2025-05-01',
             '2025-05-01', CASE WHEN i >= {untidy} THEN DATE '2025-09-01' ELSE DATE '2025-06-01' END, NULL,
             CASE WHEN i >= {orphans} THEN 'm1' ELSE 'gone' END, 'm1', 'M1', 'web', NULL, CASE WHEN i >= {untidy} THEN 'call' END, 'new', NULL
           FROM range(100) AS r(i);
           INSERT INTO scoped.deal (deal_id, name, status, stage, amount, amount_reporting, currency, created_at, created_date, close_date, closed_at,
             owner_id, seller_id, seller, channel, loss_reason, type, account_id)
           SELECT 'won' || i, 'Won', 'won', 'won', 100, 100, 'EUR', '2025-02-01', '2025-02-01', '2025-04-01', '2025-04-01', 'm1', 'm1', 'M1',
             CASE WHEN i >= {no_source} THEN 'web' END, NULL, CASE WHEN i % 2 = 0 THEN 'new' ELSE 'renewal' END, 'a' || i
           FROM range(100) AS r(i);
           INSERT INTO scoped.deal (deal_id, name, status, stage, currency, created_at, created_date, close_date, closed_at, owner_id, channel, loss_reason, type)
           SELECT 'lost' || i, 'Lost', 'lost', 'lost', 'EUR', '2025-02-01', '2025-02-01', '2025-04-01', '2025-04-01', 'm1', 'web',
             CASE WHEN i >= {untidy} THEN 'price' END, 'new'
           FROM range(100) AS r(i);
           INSERT INTO scoped.planned_activity VALUES ('another'))");
    run(R"(INSERT INTO scoped.lead (lead_id, email, owner_id, created_at, created_date, channel)
           SELECT 'l' || i, CASE WHEN i >= {untidy} THEN 'p' || i ELSE 'same' END || '@x.com', 'm1', TIMESTAMP '2025-06-01' + to_minutes(CAST(i AS INTEGER)), '2025-06-01', 'web'
           FROM range(100) AS r(i))");
    run(R"(INSERT INTO scoped.account (account_id, name, is_customer) SELECT 'a' || i, 'A', TRUE FROM range(100) AS r(i);
           INSERT INTO scoped.account_record SELECT 'a' || i, 'crm', 'a' || i FROM range(100) AS r(i);
           INSERT INTO scoped.account_record SELECT 'a' || i, 'billing', 'a' || i FROM range({one_system}, 100) AS r(i);
           INSERT INTO scoped.ticket (ticket_id, account_id, created_date)
           SELECT 't' || i, CASE WHEN i >= {one_system} THEN 'a' || i END, '2025-05-01' FROM range(100) AS r(i);
           INSERT INTO scoped.invoice (invoice_id, account_id, issued_date)
           SELECT 'i' || i, CASE WHEN i >= {one_system} THEN 'a' || i END, '2025-04-03' FROM range(100) AS r(i))");
    run(R"(INSERT INTO scoped.tool SELECT 'tool' || i, 'Tool' || i, CASE WHEN i * 10 >= {idle_seats} THEN 'c' || i ELSE 'same' END, 'active' FROM range(6) AS r(i);
           INSERT INTO scoped.licence SELECT 's' || i, 'Tool1', 'm' || (1 + i % 20), NULL FROM range(100) AS r(i);
           INSERT INTO scoped.tool_usage SELECT 'tool1', 'm' || i, DATE '2025-06-20' FROM range(1, 21 - {idle_seats} // 5) AS r(i);
           INSERT INTO scoped.initiative SELECT 'n' || i, CASE WHEN i * 20 >= {no_source} THEN 'g' END, DATE '2025-01-01' FROM range(5) AS r(i))");
  }

  StoryContext MakeContext() {
    StoryContext context(story.session(), as_of);
    for (const analysis::Analysis& one : metrics::Analyses(BuiltIn())) context.analyses.push_back(one);
    for (const analysis::Analysis& one : analyses_) context.analyses.push_back(one);
    for (const analysis::Analysis& one : others) context.analyses.push_back(one);
    return context;
  }
  const analysis::Analysis& Asked(std::string_view id) {
    for (const analysis::Analysis& one : analyses_) {
      if (one.info.id == id) return one;
    }
    throw std::runtime_error(std::string(id));
  }
  analysis::Output Run(std::string_view id, const analysis::RawParams& params = {}) {
    StoryContext context = MakeContext();
    return Need(Asked(id).run(params, context));
  }
  // Cells of a row, "a|b".
  static std::string Row(const analysis::Output& output, std::string_view table, std::string_view key,
                         const std::vector<std::string>& columns) {
    const analysis::Table& from = *output.Find(table);
    for (const auto& row : from.rows) {
      if (store::ToText(row[0]) != key) continue;
      std::vector<std::string> cells;
      cells.reserve(columns.size());
      for (const std::string& column : columns) cells.push_back(store::ToText(row[from.IndexOf(column)]));
      return fmt::format("{}", fmt::join(cells, "|"));
    }
    return "no such row";
  }
  static std::string Verdict(const analysis::Output& output) {
    return store::ToText(output.Find("verdict")->rows.at(0).at(0));
  }

  Story story;
  Instant as_of = *ParseIsoInstant("2025-06-30T12:00:00Z");
  std::vector<analysis::Analysis> others;

 private:
  std::vector<analysis::Analysis> analyses_ = Analyses(BuiltInSigns(), BuiltIn());
};

}  // namespace weir::diagnose::testing
