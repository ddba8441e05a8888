#include "workspace/migrations.h"

#include <algorithm>
#include <array>
#include <map>
#include <span>
#include <string>
#include <string_view>

#include "access/tables.h"
#include "delivery/outbox.h"
#include "metrics/mart.h"
#include "model/build.h"
#include "model/produce.h"
#include "sources/schema.h"
#include "workspace/definitions.h"
#include "workspace/diagnosis_seal.h"
#include "workspace/forecast_words.h"
#include "workspace/leak_states.h"
#include "workspace/metric_agreement.h"
#include "workspace/registers.h"
#include "workspace/subscriptions.h"
#include "workspace/survey_links.h"

namespace weir::workspace {
namespace {

constexpr std::array<std::string_view, 18> kOwn{
    "CREATE SCHEMA IF NOT EXISTS model",
    "CREATE SCHEMA IF NOT EXISTS state",
    "CREATE SCHEMA IF NOT EXISTS scoped",
    // Everything that was ever committed, in order. kind: import, undo, settings, definitions, decision.
    R"(CREATE TABLE meta.data_version (
      version BIGINT NOT NULL, kind VARCHAR NOT NULL, note VARCHAR NOT NULL, who VARCHAR NOT NULL, committed_at TIMESTAMP NOT NULL))",
    "CREATE TABLE meta.setting (name VARCHAR NOT NULL, value VARCHAR NOT NULL, data_version BIGINT NOT NULL)",
    R"(CREATE TABLE meta.decision (
      decision_id BIGINT NOT NULL, data_version BIGINT NOT NULL, action VARCHAR NOT NULL, subject VARCHAR NOT NULL,
      who VARCHAR NOT NULL, decided_at TIMESTAMP NOT NULL, reason VARCHAR NOT NULL, before VARCHAR NOT NULL,
      after VARCHAR NOT NULL, undoes BIGINT))",
    "CREATE TABLE meta.built (data_version BIGINT NOT NULL, newest TIMESTAMP NOT NULL, currency VARCHAR NOT NULL, "
    "program VARCHAR NOT NULL)",
    "INSERT INTO meta.built VALUES (0, TIMESTAMP '1970-01-01 00:00:00', 'XXX', '')",
    // Decisions get their numbers here, since two may be taken at once; it goes on after those that were taken before.
    "CREATE SEQUENCE meta.decision_number",
    "SELECT count(nextval('meta.decision_number')) FROM meta.decision",
    // A setting that is put back to where nobody had set it has no value.
    "ALTER TABLE meta.setting ALTER COLUMN value DROP NOT NULL",
    // Queries that people keep: each change is a row more, the newest of a query counts.
    R"(CREATE TABLE meta.saved_query (
      query_id BIGINT NOT NULL, name VARCHAR NOT NULL, query VARCHAR NOT NULL, chart VARCHAR NOT NULL, owner VARCHAR NOT NULL,
      is_shared BOOLEAN NOT NULL, is_removed BOOLEAN NOT NULL, changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL,
      decision_id BIGINT NOT NULL))",
    "CREATE SEQUENCE meta.saved_query_number",
    // Views, in the same way.
    R"(CREATE TABLE meta.saved_view (
      view_id BIGINT NOT NULL, name VARCHAR NOT NULL, place VARCHAR NOT NULL, owner VARCHAR NOT NULL,
      is_shared BOOLEAN NOT NULL, is_removed BOOLEAN NOT NULL, changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL,
      decision_id BIGINT NOT NULL))",
    "CREATE SEQUENCE meta.saved_view_number",
    // Comments, in the same way; `sight` says what rows the author saw.
    R"(CREATE TABLE meta.comment (
      comment_id BIGINT NOT NULL, subject VARCHAR NOT NULL, place VARCHAR NOT NULL, text VARCHAR NOT NULL,
      mentions VARCHAR NOT NULL, author VARCHAR NOT NULL, sight VARCHAR NOT NULL, is_resolved BOOLEAN NOT NULL,
      is_removed BOOLEAN NOT NULL, changed_by VARCHAR NOT NULL, changed_at TIMESTAMP NOT NULL, decision_id BIGINT NOT NULL))",
    "CREATE SEQUENCE meta.comment_number",
    // Imports of invented files (sources/demo_manifest.h).
    "CREATE TABLE meta.demo_import (import_id BIGINT NOT NULL)",
};

struct Part {
  std::string_view name;
  std::span<const std::string_view> statements;
};

std::array<Part, 15> Parts() {
  return {Part{"sources", sources::SourceMigrations()},   Part{"workspace", kOwn},
          Part{"model", model::ModelMigrations()},        Part{"definitions", DefinitionMigrations()},
          Part{"producers", model::ProducerMigrations()}, Part{"access", access::Migrations()},
          Part{"agreement", AgreementMigrations()},       Part{"registers", RegisterMigrations()},
          Part{"marts", metrics::MartMigrations()},       Part{"leaks", LeakStateMigrations()},
          Part{"diagnosis", DiagnosisSealMigrations()},   Part{"survey", SurveyMigrations()},
          Part{"outbox", delivery::OutboxMigrations()},   Part{"subscriptions", SubscriptionMigrations()},
          Part{"forecast", ForecastWordMigrations()}};
}

// How many steps of each part a store has. One that a newer program wrote is refused: it may also have parts that this
// program does not know.
using StepsDone = std::map<std::string, std::int64_t, std::less<>>;
Result<StepsDone> ReadSteps(store::Connection& connection) {
  WEIR_TRY(const store::Rows rows,
           connection.Query("SELECT part, max(step) FROM meta.schema_step GROUP BY part ORDER BY part NULLS LAST"));
  StepsDone done;
  for (std::size_t i = 0; i < rows.size(); ++i) done[rows.TextAt(i, 0)] = rows.IntegerAt(i, 1);
  for (const auto& [name, steps] : done) {
    const auto parts = Parts();
    const auto part = std::ranges::find(parts, name, &Part::name);
    if (part == parts.end() || steps > static_cast<std::int64_t>(part->statements.size())) {
      return Fail(Unavailable("the workspace was written by a newer version of Weir")
                      .Mend("Update this program, then open it again"));
    }
  }
  return done;
}

Status RunPart(store::Connection& connection, const Part& part, std::int64_t done) {
  const auto count = static_cast<std::int64_t>(part.statements.size());
  for (std::int64_t step = done; step < count; ++step) {
    WEIR_TRY(connection.Execute(part.statements[static_cast<std::size_t>(step)]));
    const std::array<store::Value, 2> row{std::string(part.name), step + 1};
    WEIR_TRY(connection.Execute("INSERT INTO meta.schema_step VALUES (?, ?)", row));
  }
  return {};
}

}  // namespace

Status Migrate(store::Connection& connection) {
  WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(connection));
  WEIR_TRY(connection.Execute("CREATE SCHEMA IF NOT EXISTS meta"));
  WEIR_TRY(
      connection.Execute("CREATE TABLE IF NOT EXISTS meta.schema_step (part VARCHAR NOT NULL, step BIGINT NOT NULL)"));
  WEIR_TRY(StepsDone done, ReadSteps(connection));
  for (const Part& part : Parts()) WEIR_TRY(RunPart(connection, part, done[std::string(part.name)]));
  return transaction.Commit();
}

Result<bool> HasAllSteps(store::Connection& connection) {
  WEIR_TRY(StepsDone done, ReadSteps(connection));
  return std::ranges::all_of(Parts(), [&](const Part& part) {
    return done[std::string(part.name)] == static_cast<std::int64_t>(part.statements.size());
  });
}

}  // namespace weir::workspace
