// For tests: a database in memory whose scoped.* are plain tables with the columns that the catalogue declares, and a
// context over it. What a story does not set is null.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "analysis/context.h"
#include "analysis/declaration.h"
#include "metrics/catalog.h"
#include "metrics/mart.h"
#include "store/database.h"

namespace weir::metrics::testing {

inline std::string SqlTypeOf(const ColumnRef& column) {
  switch (column.type) {
    case ValueType::kInteger:
      return "BIGINT";
    case ValueType::kDecimal:
      return fmt::format("DECIMAL({},{})", column.scale == 12 ? 38 : 18, column.scale);
    case ValueType::kText:
      return "VARCHAR";
    case ValueType::kDate:
      return "DATE";
    case ValueType::kInstant:
      return "TIMESTAMP";
    case ValueType::kBoolean:
      return "BOOLEAN";
  }
  return "VARCHAR";
}

template <typename T>
T Need(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().ToString());
  return std::move(*result);
}

inline std::shared_ptr<const MetricCatalog> BuiltIn() {
  static const std::shared_ptr<const MetricCatalog> kCatalog = Need(LoadCatalog());
  return kCatalog;
}

// For fixtures: answers as texts that a test can name.
class ReadsAnswers {
 protected:
  // The chosen columns of a table, a text a row; nulls are "-".
  static std::vector<std::string> Lines(const analysis::Output& output, std::string_view name,
                                        const std::vector<std::string>& columns) {
    const analysis::Table& table = *output.Find(name);
    std::vector<std::string> lines;
    lines.reserve(table.rows.size());
    for (const auto& row : table.rows) {
      std::string line;
      for (const std::string& column : columns) {
        const std::string cell = store::ToText(row[table.IndexOf(column)]);
        line.append(line.empty() ? "" : " | ").append(cell.empty() ? "-" : cell);
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }
  // Of its warnings.
  static std::vector<std::string> Codes(const analysis::Output& output) {
    std::vector<std::string> codes;
    codes.reserve(output.warnings.size());
    for (const analysis::Warning& warning : output.warnings) codes.push_back(warning.code);
    return codes;
  }
};

// Stands in for the register of goals: a row has id, metric, scope, scope_of, period_start, period_end, target,
// currency, state and department, as far as it goes.
inline analysis::Analysis GoalsOf(const std::vector<std::vector<std::string>>& rows) {
  analysis::Analysis goals{.info = {.id = "goals"}};
  goals.run = [rows](const analysis::RawParams&, analysis::Context&) -> Result<analysis::Output> {
    analysis::Table table{.name = "goals", .key = {"id"}};
    for (const char* name : {"id", "metric", "scope", "scope_of", "period_start", "period_end", "target", "currency",
                             "state", "department"}) {
      table.columns.push_back({name});
    }
    for (const std::vector<std::string>& row : rows) {
      table.rows.emplace_back(row.begin(), row.end());
      table.rows.back().resize(table.columns.size());
    }
    return analysis::Output{.tables = {std::move(table)}};
  };
  return goals;
}

class Story {
 public:
  explicit Story(int threads = 2)
      : database_(Need(store::Database::Open({}, WithThreads(threads)))), session_(Need(database_.Connect())) {
    Run("CREATE SCHEMA scoped; CREATE SCHEMA meta");
    for (const View& view : BuiltIn()->views()) {
      std::string columns;
      for (const ColumnRef& column : view.columns) {
        columns +=
            fmt::format("{}{} {}", columns.empty() ? "" : ", ", store::QuoteName(column.column), SqlTypeOf(column));
      }
      Run(fmt::format("CREATE TABLE scoped.{} ({})", view.name, columns));
    }
    for (const std::string_view step : MartMigrations()) Run(std::string(step));
    Run("CREATE TABLE scoped.team (team_id VARCHAR, name VARCHAR, parent_team_id VARCHAR, department VARCHAR)");
    Run("CREATE TABLE scoped.deal_history (deal_id VARCHAR, field VARCHAR, is_whole BOOLEAN)");
    Run("CREATE TABLE scoped.excluded (entity VARCHAR, entity_id VARCHAR, rule VARCHAR, name VARCHAR, through "
        "VARCHAR)");
    Run("CREATE TABLE scoped.setting (name VARCHAR, value VARCHAR, decision_id BIGINT)");
    Run("CREATE TABLE scoped.metric_file (path VARCHAR, data_version BIGINT, text VARCHAR, who VARCHAR, program "
        "VARCHAR, "
        "recorded_at TIMESTAMP)");
    Run("CREATE TABLE scoped.metric_proposal (proposal_id BIGINT, metric VARCHAR, version BIGINT, text VARCHAR, note "
        "VARCHAR, state VARCHAR, owners VARCHAR, approvals VARCHAR, proposed_by VARCHAR, proposed_at TIMESTAMP, reason "
        "VARCHAR, changed_by VARCHAR, changed_at TIMESTAMP, data_version BIGINT)");
    Run("CREATE TABLE scoped.metric_seal (metric VARCHAR, month DATE, is_sealed BOOLEAN, value VARCHAR, type VARCHAR, "
        "unit VARCHAR, definition_version BIGINT, known_at BIGINT, as_of TIMESTAMP, note VARCHAR, changed_by VARCHAR, "
        "changed_at TIMESTAMP, data_version BIGINT)");
    Run("CREATE TABLE scoped.source_freshness (source VARCHAR, object VARCHAR, rows BIGINT, quarantined BIGINT, "
        "last_observed_at TIMESTAMP, last_imported_version BIGINT)");
  }

  void Run(const std::string& sql) { Need(session_.Execute(sql)); }
  store::Connection& session() { return session_; }
  // Another connection, with variables of its own.
  store::Connection Connect() { return Need(database_.Connect()); }

 private:
  static store::OpenOptions WithThreads(int threads) {
    store::OpenOptions options;
    options.threads = threads;
    return options;
  }

  store::Database database_;
  store::Connection session_;
};

class StoryContext : public analysis::Context {
 public:
  StoryContext(store::Session& session, Instant as_of) : session_(session), as_of_(as_of) {
    settings_.currency = "EUR";
  }

  const analysis::Principal& principal() const override { return principal_; }
  const analysis::Settings& settings() const override { return settings_; }
  Instant as_of() const override { return as_of_; }
  std::int64_t data_version() const override { return 1; }
  std::int64_t known_at() const override { return 1; }
  std::uint64_t seed() const override { return 0; }
  store::Session& session() override { return session_; }
  std::stop_token stop() const override { return {}; }
  void Report(const Phrase&, double) override {}
  Result<analysis::Output> Run(std::string_view id, const analysis::RawParams& params) override {
    for (const analysis::Analysis& analysis : analyses) {
      if (analysis.info.id == id) return analysis.run(params, *this);
    }
    return Fail(NotFound("no analysis {}", id));
  }

  Result<std::unique_ptr<Context>> Elsewhere(std::optional<Instant> as_of,
                                             std::optional<std::int64_t> known_at) override {
    // The same rows at the same moment are those of the session itself.
    if (!elsewhere && !as_of && !known_at) return std::unique_ptr<Context>(new StoryContext(session_, as_of_));
    WEIR_CHECK(elsewhere);
    return elsewhere(as_of.value_or(as_of_), known_at.value_or(1));
  }

  Result<std::unique_ptr<Context>> Beside() override { return beside ? beside() : nullptr; }

  analysis::Settings& mutable_settings() { return settings_; }
  analysis::Principal& mutable_principal() { return principal_; }
  std::vector<analysis::Analysis> analyses;
  std::function<std::unique_ptr<Context>(Instant as_of, std::int64_t known_at)> elsewhere;
  std::function<std::unique_ptr<Context>()> beside;

 private:
  store::Session& session_;
  Instant as_of_;
  analysis::Principal principal_ = analysis::Principal::LocalOwner();
  analysis::Settings settings_;
};

}  // namespace weir::metrics::testing
