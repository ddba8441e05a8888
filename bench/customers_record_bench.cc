// A record page and the search at the size of a large company: 40,000 accounts, 10 million events, a million names.
// What is measured is the whole analysis, its tables included, without the network; a page should take less than 100
// ms, a search less than 50. The tables are filled in the order in which the model keeps them, in a file as a workspace
// has it: packed, and read through the same cache.
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include "base/embedded.h"
#include "customers/customers.h"
#include "metrics/scoped_story.h"
#include "model/testing.h"

namespace {

using weir::metrics::testing::Need;

constexpr const char* kAsOf = "2026-06-30 12:00:00";

// Columns that are not named stay null.
constexpr const char* kPeople = R"sql(
CREATE TABLE numbered AS
SELECT i, 'crm:A' || i AS account_id, slot_of('crm:A' || i) AS home_slot FROM range(40000) AS t(i) ORDER BY 3, 1;
CREATE TABLE humans AS
SELECT i, 'crm:P' || i AS person_id, 'crm:A' || (i // 8) AS account_id FROM range(800000) AS t(i)
ORDER BY slot_of('crm:A' || (i // 8)), 1;
INSERT INTO model.team_standing BY NAME
SELECT 'crm:T' || i AS team_id, 'Team ' || i AS name, TIMESTAMP '2024-01-01' AS valid_from FROM range(20) AS t(i);
INSERT INTO model.member_state BY NAME
SELECT 'crm:U' || i AS member_id, 'Member ' || i AS name, ['Sales', 'Marketing', 'Support', 'Finance'][i % 4 + 1] AS department,
  'seller' AS function, 'crm:T' || (i % 20) AS team_id, 'Team ' || (i % 20) AS team, TRUE AS is_active, TIMESTAMP '2024-01-01' AS valid_from,
  FALSE AS is_deleted
FROM range(600) AS t(i);
INSERT INTO model.member_standing BY NAME
SELECT member_id, 1 AS version, valid_from, 'first_sight' AS origin, FALSE AS is_deleted, 'crm' AS source, name, department, function,
  team_id
FROM model.member_state;
INSERT INTO model.account_version BY NAME
SELECT account_id, 1 AS version, TIMESTAMP '2024-01-01' AS valid_from, 'first_sight' AS origin, FALSE AS is_deleted, 'crm' AS source,
  'Company ' || i AS name, 'c' || i || '.example' AS domain, 'crm:U' || (i % 600) AS owner_id, home_slot AS self_slot
FROM numbered;
INSERT INTO model.account_record BY NAME
SELECT account_id, 'crm' AS source, 'account' AS object, 'A' || i AS source_key, TIMESTAMP '2026-06-01' AS observed_at,
  i AS observation, 'Company ' || i AS name, 'c' || i || '.example' AS domain, 'crm:U' || (i % 600) AS owner_id, home_slot AS self_slot
FROM numbered;
INSERT INTO model.person_version BY NAME
SELECT person_id, 1 AS version, TIMESTAMP '2024-01-01' AS valid_from, 'first_sight' AS origin, FALSE AS is_deleted, 'crm' AS source,
  account_id, 'Given' || (i % 5000) || ' Family' || (i % 90000) AS full_name, 'p' || i || '@c.example' AS email,
  slot_of(person_id) AS self_slot, slot_of(account_id) AS home_slot
FROM humans;
INSERT INTO model.person_record BY NAME
SELECT person_id, 'crm' AS source, 'contact' AS object, 'P' || i AS source_key, TIMESTAMP '2026-06-01' AS observed_at,
  i AS observation, 'Given' || (i % 5000) || ' Family' || (i % 90000) AS full_name, 'p' || i || '@c.example' AS email,
  slot_of(person_id) AS self_slot
FROM humans ORDER BY self_slot, person_id;
)sql";

// Five deals an account, each of three versions, with a contact and a lead.
constexpr const char* kSales = R"sql(
INSERT INTO model.campaign BY NAME
SELECT 'ads:C' || i AS campaign_id, 'ads' AS source, 'Campaign ' || i AS name, 'search' AS channel FROM range(200) AS t(i);
INSERT INTO model.stage BY NAME
SELECT 'crm:main:S' || i AS stage_id, 'crm' AS source, 'main' AS pipeline_key, 'S' || i AS stage_key, 'Main' AS pipeline,
  'Stage ' || i AS stage, ['open', 'open', 'won', 'lost'][i + 1] AS status, TRUE AS is_active, i AS position
FROM range(4) AS t(i);
CREATE TABLE bargains AS
SELECT n.i * 5 + k AS i, 'crm:D' || (n.i * 5 + k) AS deal_id, n.account_id, n.home_slot, 'crm:P' || (n.i * 8 + k) AS person_id
FROM numbered AS n, range(5) AS t(k) ORDER BY n.home_slot, n.i, k;
INSERT INTO model.deal BY NAME
SELECT deal_id, 'crm' AS source, 'D' || i AS source_key, 'Deal ' || i AS name, account_id, person_id, 'crm:L' || i AS lead_id,
  'ads:C' || (i % 200) AS campaign_id, 'main' AS pipeline_key, 'Main' AS pipeline,
  TIMESTAMP '2025-01-01' + to_days(CAST(i % 500 AS INTEGER)) AS created_at, DATE '2025-01-01' + CAST(i % 500 AS INTEGER) AS created_date,
  home_slot, slot_of(person_id) AS person_slot, slot_of(deal_id) AS self_slot
FROM bargains;
INSERT INTO model.deal_version BY NAME
SELECT deal_id, k + 1 AS version, TIMESTAMP '2025-01-01' + to_days(CAST(i % 500 + k * 10 AS INTEGER)) AS valid_from,
  CASE WHEN k < 2 THEN TIMESTAMP '2025-01-01' + to_days(CAST(i % 500 + k * 10 + 10 AS INTEGER)) END AS valid_to,
  'history' AS origin, FALSE AS is_deleted, 'S' || CASE WHEN k < 2 THEN k ELSE 2 + i % 2 END AS stage,
  CASE WHEN k < 2 THEN 'open' WHEN i % 2 = 0 THEN 'won' ELSE 'lost' END AS status, 1000 + i % 100 AS amount, 'EUR' AS currency,
  DATE '2025-01-01' + CAST(i % 500 + 20 AS INTEGER) AS close_date, 'crm:U' || (i % 600) AS owner_id,
  TIMESTAMP '2025-01-01' + to_days(CAST(i % 500 + k * 10 AS INTEGER)) AS entered_stage_at, 'crm:U' || (i % 600) AS editor_id, home_slot
FROM bargains, range(3) AS t(k) ORDER BY home_slot, deal_id, valid_from;
INSERT INTO model.deal_record BY NAME
SELECT deal_id, 'crm' AS source, 'opportunity' AS object, 'D' || i AS source_key, TIMESTAMP '2026-06-01' AS observed_at,
  i AS observation, 'Deal ' || i AS name, 'S2' AS stage, 'main' AS pipeline, 1000 + i % 100 AS amount, 'EUR' AS currency,
  home_slot
FROM bargains ORDER BY home_slot, deal_id;
INSERT INTO model.deal_contact BY NAME
SELECT 'crm:R' || i AS deal_contact_id, 'crm' AS source, deal_id, person_id, 'Decision Maker' AS role, TRUE AS is_primary,
  home_slot, slot_of(person_id) AS person_slot, slot_of(deal_id) AS deal_slot
FROM bargains ORDER BY home_slot, deal_contact_id;
INSERT INTO model.lead_version BY NAME
SELECT 'crm:L' || (n.i * 5 + k) AS lead_id, 1 AS version, TIMESTAMP '2025-01-01' AS valid_from, 'first_sight' AS origin,
  FALSE AS is_deleted, 'crm' AS source, 'Given' || k AS full_name, 'ads:C' || (n.i % 200) AS campaign_id, 'new' AS status,
  'crm:U' || (n.i % 600) AS owner_id, TIMESTAMP '2025-01-01' + to_hours(CAST(n.i % 9000 AS INTEGER)) AS created_at,
  n.account_id, 'crm:P' || (n.i * 8 + k) AS person_id, slot_of('crm:L' || (n.i * 5 + k)) AS self_slot, n.home_slot,
  slot_of('crm:P' || (n.i * 8 + k)) AS person_slot
FROM numbered AS n, range(5) AS t(k) ORDER BY n.home_slot, lead_id;
INSERT INTO model.lead_response BY NAME
SELECT lead_id, created_at + to_hours(5) AS first_response_at, home_slot FROM model.lead_version ORDER BY home_slot, lead_id;
)sql";

constexpr const char* kEvents = R"sql(
INSERT INTO model.activity BY NAME
SELECT 'crm:task:' || n.i || '_' || k AS activity_id, 'crm' AS source, 'call' AS kind, 'out' AS direction, 'Call ' || (k % 50) AS subject,
  'crm:U' || (n.i % 600) AS owner_id, 'crm:P' || (n.i * 8 + k % 8) AS person_id, n.account_id,
  CASE WHEN k % 4 = 0 THEN 'crm:D' || (n.i * 5 + k % 5) END AS deal_id,
  TIMESTAMP '2025-01-01' + to_minutes(CAST(k * 4000 AS BIGINT)) AS "at", n.home_slot,
  slot_of('crm:P' || (n.i * 8 + k % 8)) AS person_slot, CASE WHEN k % 4 = 0 THEN slot_of('crm:D' || (n.i * 5 + k % 5)) END AS deal_slot
FROM numbered AS n, range(120) AS t(k) ORDER BY n.home_slot, n.i, k;
INSERT INTO model.touch BY NAME
SELECT 'ads:touch:' || n.i || '_' || k AS touch_id, 'ads' AS source, 'click' AS kind, 'search' AS channel,
  'ads:C' || (n.i % 200) AS campaign_id, 'crm:P' || (n.i * 8 + k % 8) AS person_id, n.account_id,
  TIMESTAMP '2025-01-01' + to_minutes(CAST(k * 6000 AS BIGINT)) AS "at", n.home_slot, slot_of('crm:P' || (n.i * 8 + k % 8)) AS person_slot
FROM numbered AS n, range(90) AS t(k) ORDER BY n.home_slot, n.i, k;
INSERT INTO model.ticket_version BY NAME
SELECT 'desk:' || (n.i * 10 + k) AS ticket_id, 1 AS version, TIMESTAMP '2025-01-01' AS valid_from, 'first_sight' AS origin,
  FALSE AS is_deleted, 'desk' AS source, n.account_id, 'crm:P' || (n.i * 8 + k % 8) AS person_id, 'Cannot log in ' || k AS subject,
  'solved' AS status, 'crm:U' || (n.i % 600) AS owner_id, TIMESTAMP '2025-01-01' + to_days(CAST(k * 20 AS INTEGER)) AS created_at,
  slot_of('desk:' || (n.i * 10 + k)) AS self_slot, n.home_slot, slot_of('crm:P' || (n.i * 8 + k % 8)) AS person_slot
FROM numbered AS n, range(10) AS t(k) ORDER BY n.home_slot, ticket_id;
INSERT INTO model.invoice_version BY NAME
SELECT 'pay:in_' || n.i || '_' || k AS invoice_id, 1 AS version, TIMESTAMP '2025-01-01' + to_days(CAST(k * 20 AS INTEGER)) AS valid_from,
  'first_sight' AS origin, FALSE AS is_deleted, 'pay' AS source, 'INV-' || n.i || '-' || k AS number, n.account_id,
  CASE WHEN k < 5 THEN 'crm:D' || (n.i * 5 + k) END AS deal_id, 'paid' AS status,
  TIMESTAMP '2025-01-01' + to_days(CAST(k * 20 AS INTEGER)) AS issued_at, DATE '2025-02-01' AS due_date, 100 AS total, 100 AS amount_due,
  100 AS amount_paid, 'EUR' AS currency, n.home_slot, CASE WHEN k < 5 THEN slot_of('crm:D' || (n.i * 5 + k)) END AS deal_slot
FROM numbered AS n, range(20) AS t(k) ORDER BY n.home_slot, invoice_id;
INSERT INTO model.payment BY NAME
SELECT 'pay:ch_' || n.i || '_' || k AS payment_id, 'pay' AS source, 'pay:in_' || n.i || '_' || k AS invoice_id, n.account_id,
  TIMESTAMP '2025-01-02' + to_days(CAST(k * 20 AS INTEGER)) AS "at", 100 AS amount, 'EUR' AS currency, 'succeeded' AS status,
  'charge' AS kind, n.home_slot
FROM numbered AS n, range(20) AS t(k) ORDER BY n.home_slot, payment_id;
)sql";

constexpr const char* kNames = R"sql(
INSERT INTO model.search_entry BY NAME
SELECT search_number('person', person_id) AS entry, slot_of(account_id) AS home_slot, 'person' AS kind,
  person_id AS id, TIMESTAMP '2024-01-01' AS valid_from, FALSE AS is_deleted, 'Given' || (i % 5000) || ' Family' || (i % 90000) AS title,
  TRUE AS is_personal, account_id, CAST(NULL AS VARCHAR) AS owner_id, TRUE AS is_of_account, 'person' AS opens_kind, person_id AS opens_id
FROM humans
UNION ALL
SELECT search_number('account', account_id), NULL, 'account', account_id, TIMESTAMP '2024-01-01', FALSE, 'Company ' || i, FALSE, NULL,
  'crm:U' || (i % 600), FALSE, 'account', account_id
FROM (SELECT i, 'crm:A' || i AS account_id FROM range(200000) AS t(i)) AS a ORDER BY 1;
CREATE TABLE known AS
SELECT 'given' || (i % 5000) AS word, 'person' AS kind, search_number('person', person_id) AS entry, TRUE AS is_personal FROM humans
UNION ALL
SELECT 'family' || (i % 90000), 'person', search_number('person', person_id), TRUE FROM humans
UNION ALL
SELECT 'company', 'account', search_number('account', 'crm:A' || i), FALSE FROM range(200000) AS t(i)
UNION ALL
SELECT CAST(i AS VARCHAR), 'account', search_number('account', 'crm:A' || i), FALSE FROM range(200000) AS t(i);
INSERT INTO model.search_term BY NAME
SELECT word, kind, is_personal, length(word) AS length, row_number() OVER (ORDER BY kind, is_personal, length(word), word) AS term,
  count(*) AS hits, TIMESTAMP '2024-01-01' AS since
FROM known GROUP BY word, kind, is_personal ORDER BY word, term;
INSERT INTO model.search_word BY NAME
SELECT t.term, k.word, k.kind, k.entry, 'name' AS field, k.is_personal, TIMESTAMP '2024-01-01' AS since
FROM known AS k JOIN model.search_term AS t ON t.word = k.word AND t.kind = k.kind ORDER BY t.term, k.entry;
)sql";

weir::model::TestModel& Company() {
  static const std::unique_ptr<weir::model::TestModel> company = [] {
    const std::filesystem::path file = std::filesystem::temp_directory_path() / "weir-record-bench.duckdb";
    std::filesystem::remove(file);
    auto model = std::make_unique<weir::model::TestModel>(file);
    model->settings.currency = "EUR";
    model->AsOf(kAsOf);
    if (!model->Build()) throw std::runtime_error(model->error());
    for (const char* part : {kPeople, kSales, kEvents, kNames}) model->Execute(part);
    for (const char* made : {"lead_deal.sql", "account_customer.sql", "record_place.sql"}) {
      model->Execute(*weir::FindEmbedded("models", made));
    }
    model->Execute("CHECKPOINT");
    return model;
  }();
  return *company;
}

weir::analysis::Output Ask(std::string_view id, const weir::analysis::RawParams& params) {
  weir::metrics::testing::StoryContext context(Company().connection(), *weir::ParseIsoInstant(kAsOf));
  for (const weir::analysis::Analysis& analysis : weir::customers::Analyses()) {
    if (analysis.info.id == id) return Need(analysis.run(params, context));
  }
  throw std::runtime_error("no such analysis");
}

// Another record each time, so that nothing is warm but the tables.
void Page(benchmark::State& state, std::string_view id, const std::string& prefix, std::int64_t count) {
  Company();
  std::int64_t next = 17;
  std::size_t rows = 0;
  for (auto _ : state) {
    next = (next * 7919 + 104729) % count;
    rows = Ask(id, {{"id", {prefix + std::to_string(next)}}}).tables.back().rows.size();
  }
  state.counters["timeline"] = static_cast<double>(rows);
}

void AccountPage(benchmark::State& state) { Page(state, "customers.account", "crm:A", 40000); }
void PersonPage(benchmark::State& state) { Page(state, "customers.person", "crm:P", 300000); }
void DealPage(benchmark::State& state) { Page(state, "customers.deal", "crm:D", 200000); }

void Search(benchmark::State& state, const std::string& text) {
  Company();
  std::size_t found = 0;
  for (auto _ : state) found = Ask("customers.search", {{"text", {text}}}).tables.front().rows.size();
  state.counters["found"] = static_cast<double>(found);
}

BENCHMARK(AccountPage)->Unit(benchmark::kMillisecond)->Iterations(30);
BENCHMARK(PersonPage)->Unit(benchmark::kMillisecond)->Iterations(30);
BENCHMARK(DealPage)->Unit(benchmark::kMillisecond)->Iterations(30);
BENCHMARK_CAPTURE(Search, one_name, std::string("family4711"))->Unit(benchmark::kMillisecond)->Iterations(30);
BENCHMARK_CAPTURE(Search, two_words, std::string("given47 family4711"))->Unit(benchmark::kMillisecond)->Iterations(30);
BENCHMARK_CAPTURE(Search, two_beginnings, std::string("fam giv"))->Unit(benchmark::kMillisecond)->Iterations(10);
BENCHMARK_CAPTURE(Search, short_beginning, std::string("fam"))->Unit(benchmark::kMillisecond)->Iterations(10);
BENCHMARK_CAPTURE(Search, common_word, std::string("company 1999"))->Unit(benchmark::kMillisecond)->Iterations(10);
BENCHMARK_CAPTURE(Search, nothing, std::string("zzzz"))->Unit(benchmark::kMillisecond)->Iterations(30);

}  // namespace
