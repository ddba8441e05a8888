#include "model/testing.h"

#include "model/records.h"

namespace weir::model {

TestModel::TestModel(const std::filesystem::path& file, std::unique_ptr<EntityResolver> resolver)
    : resolver_(std::move(resolver)) {
  auto database = store::Database::Open(file);
  WEIR_CHECK(database.has_value());
  database_ = std::make_unique<store::Database>(std::move(*database));
  auto connection = database_->Connect();
  WEIR_CHECK(connection.has_value());
  connection_ = std::make_unique<store::Connection>(std::move(*connection));
  Execute("CREATE SCHEMA meta; CREATE SCHEMA rec; CREATE SCHEMA model; CREATE SCHEMA state; CREATE SCHEMA scoped");
  for (const std::string_view statement : ModelMigrations()) Execute(statement);
  Execute("CREATE TABLE meta.free_mail (domain VARCHAR); INSERT INTO meta.free_mail VALUES ('gmail.com')");
  // Of src/workspace, which is above.
  Execute("CREATE TABLE meta.decision (decision_id BIGINT, data_version BIGINT, undoes BIGINT)");
  for (const RecordTable& table : RecordTables()) {
    std::string sql = "CREATE TABLE rec." + table.name +
                      " (_source VARCHAR, _object VARCHAR, _key VARCHAR, _emit INTEGER, _obs BIGINT, _version BIGINT, "
                      "_observed_at TIMESTAMP, _recorded_at TIMESTAMP, _since TIMESTAMP, _file BIGINT, _line BIGINT, "
                      "_deleted BOOLEAN, _cleaned VARCHAR";
    for (const RecordColumn& column : table.columns) {
      sql += fmt::format(", {} {}", store::QuoteName(column.name), SqlTypeOf(column.type));
    }
    Execute(sql + ")");
  }
  // The view that sources/records.cc makes of what people decided; nobody did.
  Execute(
      "CREATE TABLE rec.correction (entity VARCHAR, field VARCHAR, source VARCHAR, object VARCHAR, row_key VARCHAR, "
      "record_key VARCHAR, column_name VARCHAR, told VARCHAR, value VARCHAR, shown VARCHAR, header VARCHAR, "
      "key_header VARCHAR, cell VARCHAR, obstacle VARCHAR, moment TIMESTAMP, data_version BIGINT, observation BIGINT, "
      "said VARCHAR, state VARCHAR); CREATE TABLE rec.emptied (kind VARCHAR, _source VARCHAR, _object VARCHAR, _emit "
      "INTEGER, _obs BIGINT, field VARCHAR)");
  AsOf("2099-01-01 00:00:00");
  Execute("SET VARIABLE sees_all_rows = TRUE; SET VARIABLE sees_personal_data = TRUE");
}

void TestModel::Execute(std::string_view sql) {
  if (auto done = connection_->Execute(sql); !done) throw Bug(done.error().ToString());
}

void TestModel::Record(std::string_view table, const Cells& cells, std::string_view observed_at,
                       std::string_view source, std::string_view object) {
  const auto own_key = cells.find("key");
  const std::string key = own_key == cells.end() ? fmt::format("row{}", next_) : own_key->second;
  std::string names = "_source, _object, _key, _emit, _obs, _version, _observed_at, _recorded_at, _deleted";
  std::string values =
      fmt::format("'{}', '{}', {}, 0, {}, 1, '{}', '{}', FALSE", source, object.empty() ? table : object,
                  store::QuoteText(key), next_++, observed_at, observed_at);
  for (const auto& [name, value] : cells) {
    names += ", " + store::QuoteName(name);
    values += ", " + store::QuoteText(value);
  }
  Execute(fmt::format("INSERT INTO rec.{} ({}) VALUES ({})", table, names, values));
  ++observations_[std::string(table)];
}

bool TestModel::Build() {
  BuildRequest request{.data_version = data_version, .settings = settings, .rules = rules, .records = {}};
  for (const auto& [table, count] : observations_) {
    request.records[table] = {.base = {}, .observations = std::to_string(count)};
  }
  request.newest_observation = next_ - 1;
  request.least_rows_by_parts = 0;
  if (auto made = CreateFunctions(*connection_); !made) throw Bug(made.error().ToString());
  auto built = BuildModel(*connection_, request, *resolver_, {}, {});
  if (!built) {
    error_ = built.error().ToString();
    return false;
  }
  report_ = *built;
  // What producers make and analyses of every kind read; no rule leaves anything out here.
  Execute(
      "CREATE TABLE IF NOT EXISTS scoped.excluded (entity VARCHAR, entity_id VARCHAR, rule VARCHAR, name VARCHAR, "
      "through VARCHAR)");
  if (auto views = CreateScopedViews(*connection_); !views) {
    error_ = views.error().ToString();
    return false;
  }
  return true;
}

void TestModel::AsOf(std::string_view instant) {
  Execute(
      fmt::format("SET VARIABLE as_of = TIMESTAMP '{0}'; SET VARIABLE as_of_date = CAST(TIMESTAMP '{0}' AS DATE); "
                  "SET VARIABLE currency = '{1}'; SET VARIABLE currency_decimals = 2; SET VARIABLE time_zone = '{2}'",
                  instant, settings.currency, settings.time_zone));
}

std::string TestModel::Table(std::string_view sql) {
  auto rows = connection_->Query(sql);
  if (!rows) return rows.error().ToString();
  std::string text;
  for (std::size_t i = 0; i < rows->size(); ++i) {
    for (std::size_t j = 0; j < rows->columns.size(); ++j) {
      const store::Value& value = rows->rows[i][j];
      text += (j == 0 ? "" : " ") + (store::IsNull(value) ? std::string("-") : store::ToText(value));
    }
    text += "\n";
  }
  return text;
}

}  // namespace weir::model
