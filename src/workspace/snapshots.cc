#include "workspace/snapshots.h"

#include <algorithm>
#include <array>

#include "model/build.h"
#include "model/lineage.h"
#include "workspace/setting_values.h"

namespace weir::workspace {
namespace {

// Within a transaction of the connection.
class StoreSnapshot : public engine::Snapshot {
 public:
  StoreSnapshot(store::Connection& connection, Variables& variables, ReadBy read_by)
      : connection_(&connection), variables_(&variables), read_by_(std::move(read_by)) {}
  StoreSnapshot(const StoreSnapshot&) = delete;
  StoreSnapshot& operator=(const StoreSnapshot&) = delete;

  Status ReadWhatIsBuilt() {
    WEIR_TRY(store::Rows built, connection_->Query("SELECT data_version, newest, currency FROM meta.built"));
    WEIR_CHECK(built.size() == 1);
    version_ = built.IntegerAt(0, 0);
    newest_ = std::get<Instant>(built.rows[0][1]);
    const std::string currency = built.TextAt(0, 2);  // as set or as the build found it in the data
    if (variables_->version != version_ || variables_->settings.currency != currency) WEIR_TRY(SetUp(currency));
    own_ = settings_ = variables_->settings;
    return {};
  }

  store::Session& session() override { return *connection_; }
  std::int64_t data_version() const override { return version_; }
  std::int64_t known_at() const override { return version_; }
  const analysis::Settings& settings() const override { return settings_; }
  std::string_view definitions_fingerprint() const override { return read_by_.definitions->fingerprint; }
  std::shared_ptr<const engine::Catalog> catalog() const override {
    if (!read_by_.is_past) return nullptr;
    return {read_by_.definitions, &read_by_.definitions->catalog};
  }
  std::vector<analysis::Warning> warnings() const override { return read_by_.warnings; }
  Instant newest() const override { return newest_; }

  Status ShowIn(std::string_view currency) override {
    const std::string_view wanted = currency.empty() ? std::string_view(own_.currency) : currency;
    if (wanted == settings_.currency) return {};
    analysis::Settings shown = own_;
    if (wanted != own_.currency) {
      shown.currency = wanted;
      WEIR_TRY(shown.plan_won_amount, PlanIn(shown.currency));
    }
    settings_ = std::move(shown);
    variables_->version.reset();  // the next one sets them back
    return model::SetVariables(*connection_, settings_);
  }

  Status Scope(const analysis::Principal& principal, Instant as_of) override {
    WEIR_TRY(const TimeZone zone, TimeZone::Find(settings_.time_zone));
    WEIR_TRY(const std::string teams, TeamsOf(principal));
    std::string moment = FormatInstant(as_of);
    moment.pop_back();  // the Z: stamps of the store carry no zone
    moment[10] = ' ';
    const std::string sql = fmt::format(
        "SET VARIABLE as_of = TIMESTAMP '{}'; SET VARIABLE as_of_date = DATE '{}'; SET VARIABLE sees_all_rows = {}; "
        "SET VARIABLE sees_personal_data = {}; SET VARIABLE team_ids = CAST([{}] AS VARCHAR[])",
        moment, FormatDate(zone.LocalDateOf(as_of)), principal.sees_all_rows, principal.sees_personal_data, teams);
    WEIR_TRY(connection_->Execute(sql));
    return {};
  }

  // The teams of the principal as a list of literals, with those below them in the organisation of this model.
  Result<std::string> TeamsOf(const analysis::Principal& principal) {
    std::string teams;
    for (const std::string& team : principal.teams) teams += (teams.empty() ? "" : ", ") + store::QuoteText(team);
    if (principal.sees_all_rows || !principal.sees_subteams || teams.empty()) return teams;
    WEIR_TRY(const store::Rows below, connection_->Query(fmt::format(R"(
      WITH RECURSIVE below(team_id) AS (
        SELECT team_id FROM model.team_version WHERE team_id IN ({0})
        UNION
        SELECT t.team_id FROM model.team_version AS t JOIN below AS b ON t.parent_id = b.team_id
        WHERE t.valid_to IS NULL AND NOT t.is_deleted)
      SELECT team_id FROM below WHERE team_id NOT IN ({0}) ORDER BY team_id NULLS LAST)",
                                                                     teams)));
    for (std::size_t i = 0; i < below.size(); ++i) teams += ", " + store::QuoteText(below.TextAt(i, 0));
    return teams;
  }

  Result<analysis::Table> RecordsBehind(std::string_view table, const std::vector<std::string>& ids) override {
    return model::RecordsBehind(*connection_, table, ids);
  }

 private:
  // Settings belong to their data version: they stay as they are for as long as it does.
  Status SetUp(const std::string& currency) {
    variables_->version.reset();
    WEIR_TRY(const SettingValues values, ValuesAt(*connection_, version_));
    variables_->settings = SettingsOf(values);
    variables_->settings.currency = currency;
    WEIR_TRY(model::SetVariables(*connection_, variables_->settings));
    WEIR_TRY(SetWhatCounts(*connection_, values, version_));
    variables_->version = version_;
    return {};
  }

  // The plan in another currency, at the newest rate: it says no day. Fails where nothing can be shown in it.
  Result<std::string> PlanIn(const std::string& currency) {
    const std::array<store::Value, 3> parameters{currency, own_.currency, newest_};
    WEIR_TRY(const store::Rows rates,
             connection_->Query("SELECT rate, decimals FROM model.fx WHERE in_currency = ? AND currency = ? AND "
                                "valid_from <= CAST(? AS DATE) ORDER BY valid_from DESC NULLS LAST LIMIT 1",
                                parameters));
    if (rates.size() == 0) return Fail(CannotShowIn(currency));
    const auto plan = analysis::ParsePlan(own_.plan_won_amount);
    if (!plan) return std::string();
    analysis::YearPlan shown;
    for (const auto& [year, amount] : *plan) {
      const std::array<store::Value, 3> factors{FormatDecimal(amount), rates.rows[0][0], rates.rows[0][1]};
      WEIR_TRY(const store::Value value,
               connection_->QueryValue("SELECT converted(CAST(? AS DECIMAL(18,4)), CAST(? AS DECIMAL(18,9)), CAST(? AS "
                                       "INTEGER))",
                                       factors));
      const auto* converted = std::get_if<Decimal>(&value);
      WEIR_CHECK(converted != nullptr);
      shown[year] = *converted;
    }
    return analysis::FormatPlan(shown);
  }

  Error CannotShowIn(const std::string& currency) const {
    const bool is_named = std::ranges::find(own_.display_currencies, currency) != own_.display_currencies.end();
    if (is_named) {
      return BadUsage("no exchange rate between {} and {} is known", own_.currency, currency)
          .Field("in_currency")
          .Mend("Import rates between them, or take {} out of the setting display_currencies", currency);
    }
    return BadUsage("numbers are not kept in {}", currency)
        .Field("in_currency")
        .Mend("Add {} to the setting display_currencies", currency);
  }

  store::Connection* connection_;
  Variables* variables_;  // of the connection
  ReadBy read_by_;
  std::int64_t version_ = 0;
  Instant newest_{};
  analysis::Settings own_;       // in the reporting currency
  analysis::Settings settings_;  // as amounts are shown
};

// A transaction of its own, on a connection of the pool.
class PooledSnapshot final : public StoreSnapshot {
 public:
  PooledSnapshot(std::shared_ptr<ReaderPool> pool, std::unique_ptr<Reader> reader, ReadBy read_by)
      : StoreSnapshot(reader->connection, reader->variables, std::move(read_by)),
        pool_(std::move(pool)),
        reader_(std::move(reader)) {}
  PooledSnapshot(const PooledSnapshot&) = delete;
  PooledSnapshot& operator=(const PooledSnapshot&) = delete;

  ~PooledSnapshot() override {
    if (!is_open_) return;
    // A connection whose rollback fails is not given to the next reader.
    if (reader_->connection.Execute("ROLLBACK")) pool_->Return(std::move(reader_));
  }

  Status Begin() {
    WEIR_TRY(reader_->connection.Execute("BEGIN TRANSACTION READ ONLY"));
    is_open_ = true;
    return ReadWhatIsBuilt();
  }

 private:
  std::shared_ptr<ReaderPool> pool_;
  std::unique_ptr<Reader> reader_;
  bool is_open_ = false;
};

// Notes what fails for another reason than its text: memory, time, the disk.
class NotingSession final : public store::Session {
 public:
  explicit NotingSession(store::Connection& connection) : connection_(connection) {}

  bool has_failed() const { return has_failed_; }

  Result<std::int64_t> Execute(std::string_view sql, std::span<const store::Value> parameters) override {
    return Noted(connection_.Execute(sql, parameters));
  }
  Result<std::unique_ptr<store::RowStream>> Stream(std::string_view sql,
                                                   std::span<const store::Value> parameters) override {
    WEIR_TRY(auto stream, Noted(connection_.Stream(sql, parameters)));
    return std::unique_ptr<store::RowStream>(std::make_unique<NotingStream>(*this, std::move(stream)));
  }
  Result<store::Rows> QueryFew(std::string_view sql, std::span<const store::Value> parameters) override {
    return Noted(connection_.QueryFew(sql, parameters));
  }
  void Interrupt() override { connection_.Interrupt(); }

 private:
  class NotingStream final : public store::RowStream {
   public:
    NotingStream(NotingSession& session, std::unique_ptr<store::RowStream> stream)
        : session_(session), stream_(std::move(stream)) {}
    const std::vector<store::ColumnHeader>& columns() const override { return stream_->columns(); }
    Result<const store::Chunk*> Next() override { return session_.Noted(stream_->Next()); }

   private:
    NotingSession& session_;
    std::unique_ptr<store::RowStream> stream_;
  };

  template <typename T>
  Result<T> Noted(Result<T> result) {
    if (result) return result;
    const Code code = result.error().code();
    if (code != Code::kBadInput && code != Code::kBadUsage && code != Code::kNotFound) has_failed_ = true;
    return result;
  }

  store::Connection& connection_;
  bool has_failed_ = false;
};

// The transaction of whoever writes, who goes on with it.
class UncommittedSnapshot final : public StoreSnapshot {
 public:
  UncommittedSnapshot(store::Connection& connection, ReadBy read_by)
      : StoreSnapshot(connection, variables_of_it_, std::move(read_by)), noting_(connection) {}
  store::Session& session() override { return noting_; }
  bool is_committed() const override { return false; }
  bool is_sound() const override { return !noting_.has_failed(); }

 private:
  Variables variables_of_it_;
  NotingSession noting_;
};

}  // namespace

Result<std::unique_ptr<Reader>> ReaderPool::Take() {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      auto reader = std::move(idle_.back());
      idle_.pop_back();
      return reader;
    }
  }
  WEIR_TRY(store::Connection connection, database_.Connect());
  return std::make_unique<Reader>(std::move(connection));
}

void ReaderPool::Return(std::unique_ptr<Reader> reader) {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(reader));
}

Result<std::unique_ptr<engine::Snapshot>> TakeSnapshot(std::shared_ptr<ReaderPool> pool, ReadBy read_by) {
  WEIR_TRY(auto reader, pool->Take());
  auto snapshot = std::make_unique<PooledSnapshot>(std::move(pool), std::move(reader), std::move(read_by));
  WEIR_TRY(snapshot->Begin());
  return std::unique_ptr<engine::Snapshot>(std::move(snapshot));
}

Result<std::unique_ptr<engine::Snapshot>> SnapshotBeforeCommit(store::Connection& connection, ReadBy read_by) {
  auto snapshot = std::make_unique<UncommittedSnapshot>(connection, std::move(read_by));
  WEIR_TRY(snapshot->ReadWhatIsBuilt());
  return std::unique_ptr<engine::Snapshot>(std::move(snapshot));
}

}  // namespace weir::workspace
