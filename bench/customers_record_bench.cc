// A record page and the search at the size of a large company: 40,000 accounts, 10 million events, a million names.
// What is measured is the whole analysis, its tables included, without the network; a page should take less than 100
// ms, a search less than 50. The tables are filled in the order in which the model keeps them, in a file as a workspace
// has it: packed, and read through the same cache.
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <string>

#include <benchmark/benchmark.h>

#include "customers/customers.h"
#include "metrics/scoped_story.h"
#include "model/testing.h"

namespace {

using weir::metrics::testing::Need;

constexpr const char* kAsOf = "2026-06-30 12:00:00";

// Columns that are not named stay null.
void Fill(weir::model::TestModel& model) {
  model.Execute(
      "CREATE TABLE numbered AS SELECT i, 'crm:A' || i AS account_id, slot_of('crm:A' || i) AS home_slot FROM "
      "range(40000) AS "
      "t(i) ORDER BY 3, 1; "
      "CREATE TABLE humans AS SELECT i, 'crm:P' || i AS person_id, 'crm:A' || (i // 8) AS account_id FROM "
      "range(800000) AS t(i)");
  model.Execute(
      "INSERT INTO model.account_version (account_id, version, valid_from, origin, is_deleted, source, name, domain, "
      "self_slot) "
      "SELECT account_id, 1, TIMESTAMP '2024-01-01', 'first_sight', FALSE, 'crm', 'Company ' || i, 'c' || i || "
      "'.example', "
      "home_slot FROM numbered");
  model.Execute(
      "INSERT INTO model.account_record (account_id, source, object, source_key, observed_at, observation, name, "
      "domain, self_slot) "
      "SELECT account_id, 'crm', 'account', 'A' || i, TIMESTAMP '2026-06-01', i, 'Company ' || i, 'c' || i || "
      "'.example', home_slot "
      "FROM numbered");
  model.Execute(
      "INSERT INTO model.person_version (person_id, version, valid_from, origin, is_deleted, source, account_id, "
      "full_name, "
      "email, self_slot, home_slot) SELECT person_id, 1, TIMESTAMP '2024-01-01', 'first_sight', FALSE, 'crm', "
      "account_id, "
      "'Given' || (i % 5000) || ' Family' || (i % 90000), 'p' || i || '@c.example', slot_of(person_id), "
      "slot_of(account_id) FROM "
      "humans");
  model.Execute(
      "INSERT INTO model.activity (activity_id, source, kind, direction, subject, person_id, account_id, \"at\", "
      "home_slot, "
      "person_slot) SELECT 'crm:task:' || n.i || '_' || k, 'crm', 'call', 'out', 'Call ' || (k % 50), 'crm:P' || (n.i "
      "* 8 + k % "
      "8), n.account_id, TIMESTAMP '2025-01-01' + to_minutes(CAST(k * 4000 AS BIGINT)), n.home_slot, slot_of('crm:P' "
      "|| (n.i * 8 + "
      "k % 8)) FROM numbered AS n, range(120) AS t(k)");
  model.Execute(
      "INSERT INTO model.touch (touch_id, source, kind, channel, person_id, account_id, \"at\", home_slot, "
      "person_slot) "
      "SELECT 'ads:touch:' || n.i || '_' || k, 'ads', 'click', 'search', 'crm:P' || (n.i * 8 + k % 8), n.account_id, "
      "TIMESTAMP "
      "'2025-01-01' + to_minutes(CAST(k * 6000 AS BIGINT)), n.home_slot, slot_of('crm:P' || (n.i * 8 + k % 8)) FROM "
      "numbered AS n, "
      "range(90) AS t(k)");
  model.Execute(
      "INSERT INTO model.invoice_version (invoice_id, version, valid_from, origin, is_deleted, source, number, "
      "account_id, "
      "status, issued_at, due_date, total, amount_due, amount_paid, currency, home_slot) SELECT 'pay:in_' || n.i || "
      "'_' || k, 1, "
      "TIMESTAMP '2025-01-01' + to_days(CAST(k * 20 AS INTEGER)), 'first_sight', FALSE, 'pay', 'INV-' || n.i || '-' || "
      "k, "
      "n.account_id, 'paid', TIMESTAMP '2025-01-01' + to_days(CAST(k * 20 AS INTEGER)), DATE '2025-02-01', 100, 100, "
      "100, 'EUR', "
      "n.home_slot FROM numbered AS n, range(20) AS t(k)");
  model.Execute(
      "INSERT INTO model.payment (payment_id, source, invoice_id, account_id, \"at\", amount, currency, status, kind, "
      "home_slot) "
      "SELECT 'pay:ch_' || n.i || '_' || k, 'pay', 'pay:in_' || n.i || '_' || k, n.account_id, TIMESTAMP '2025-01-02' "
      "+ "
      "to_days(CAST(k * 20 AS INTEGER)), 100, 'EUR', 'succeeded', 'charge', n.home_slot FROM numbered AS n, range(20) "
      "AS t(k)");
}

void FillSearch(weir::model::TestModel& model) {
  model.Execute(
      "INSERT INTO model.search_entry (entry, account_entry, kind, id, valid_from, is_deleted, title, is_personal, "
      "account_id, "
      "is_of_account, opens_kind, opens_id) SELECT search_number('person', person_id), search_number('account', "
      "account_id), "
      "'person', person_id, TIMESTAMP '2024-01-01', FALSE, 'Given' || (i % 5000) || ' Family' || (i % 90000), TRUE, "
      "account_id, "
      "TRUE, 'person', person_id FROM humans UNION ALL SELECT search_number('account', account_id), NULL, 'account', "
      "account_id, "
      "TIMESTAMP '2024-01-01', FALSE, 'Company ' || i, FALSE, NULL, FALSE, 'account', account_id FROM (SELECT i, "
      "'crm:A' || i AS "
      "account_id FROM range(200000) AS t(i)) AS a ORDER BY 1");
  model.Execute(
      "INSERT INTO model.search_word (word, kind, entry, field, is_personal, since) SELECT * FROM (SELECT 'given' || "
      "(i % 5000) "
      "AS word, 'person', search_number('person', person_id), 'name', TRUE, TIMESTAMP '2024-01-01' FROM humans UNION "
      "ALL SELECT "
      "'family' || (i % 90000), 'person', search_number('person', person_id), 'name', TRUE, TIMESTAMP '2024-01-01' "
      "FROM humans "
      "UNION ALL SELECT 'company', 'account', search_number('account', 'crm:A' || i), 'name', FALSE, TIMESTAMP "
      "'2024-01-01' FROM "
      "range(200000) AS t(i) UNION ALL SELECT CAST(i AS VARCHAR), 'account', search_number('account', 'crm:A' || i), "
      "'name', "
      "FALSE, TIMESTAMP '2024-01-01' FROM range(200000) AS t(i)) AS words ORDER BY 1, 2, 3");
}

weir::model::TestModel& Company() {
  static const std::unique_ptr<weir::model::TestModel> company = [] {
    const std::filesystem::path file = std::filesystem::temp_directory_path() / "weir-record-bench.duckdb";
    std::filesystem::remove(file);
    auto model = std::make_unique<weir::model::TestModel>(file);
    model->settings.currency = "EUR";
    model->AsOf(kAsOf);
    if (!model->Build()) throw std::runtime_error(model->error());
    Fill(*model);
    FillSearch(*model);
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

void Search(benchmark::State& state, const std::string& text) {
  Company();
  std::size_t found = 0;
  for (auto _ : state) found = Ask("customers.search", {{"text", {text}}}).tables.front().rows.size();
  state.counters["found"] = static_cast<double>(found);
}

BENCHMARK(AccountPage)->Unit(benchmark::kMillisecond)->Iterations(30);
BENCHMARK(PersonPage)->Unit(benchmark::kMillisecond)->Iterations(30);
BENCHMARK_CAPTURE(Search, one_name, std::string("family4711"))->Unit(benchmark::kMillisecond)->Iterations(30);
BENCHMARK_CAPTURE(Search, two_words, std::string("given47 family4711"))->Unit(benchmark::kMillisecond)->Iterations(30);
BENCHMARK_CAPTURE(Search, short_beginning, std::string("fam"))->Unit(benchmark::kMillisecond)->Iterations(10);
BENCHMARK_CAPTURE(Search, common_word, std::string("company 1999"))->Unit(benchmark::kMillisecond)->Iterations(10);
BENCHMARK_CAPTURE(Search, nothing, std::string("zzzz"))->Unit(benchmark::kMillisecond)->Iterations(30);

}  // namespace
