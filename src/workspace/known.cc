#include "workspace/known.h"

#include <array>
#include <string>
#include <string_view>
#include <system_error>

#include "workspace/builder.h"
#include "workspace/migrations.h"

namespace weir::workspace {
namespace {

struct Copied {
  std::string_view table;   // in schema meta
  std::string_view select;  // ? is the version, as often as it occurs
};

// An import that was undone only later still stood then.
constexpr std::array<Copied, 9> kCopied{{
    {"data_version", "SELECT * FROM meta.data_version WHERE version <= ?1"},
    {"setting", "SELECT * FROM meta.setting WHERE data_version <= ?1"},
    {"import_run",
     "SELECT import_id, kind, data_version, started_at, finished_at, CASE WHEN undone_version > ?1 THEN 'committed' "
     "ELSE state END, "
     "CASE WHEN undone_version <= ?1 THEN undone_version END FROM meta.import_run WHERE data_version <= ?1"},
    {"import_file",
     "SELECT * REPLACE (CASE WHEN undone_version > ?1 THEN 'committed' ELSE state END AS state, "
     "CASE WHEN undone_version <= ?1 THEN undone_version END AS undone_version) FROM meta.import_file WHERE "
     "data_version <= ?1"},
    {"reject",
     "SELECT * REPLACE (CASE WHEN state <> 'open' AND version > ?1 THEN 'open' ELSE state END AS state) FROM "
     "meta.reject "
     "WHERE file_id IN (SELECT file_id FROM meta.import_file WHERE data_version <= ?1)"},
    {"source_object", "SELECT * FROM meta.source_object WHERE first_version <= ?1"},
    {"source_column", "SELECT * FROM meta.source_column WHERE first_version <= ?1"},
    {"identity_link", "SELECT * FROM meta.identity_link WHERE data_version <= ?1"},
    {"entity_alias", "SELECT * FROM meta.entity_alias WHERE data_version <= ?1"},
}};

Status CopyRows(store::Connection& from, store::Connection& to, const std::string& select, std::int64_t version,
                std::string_view schema, const std::string& table) {
  const std::string text = std::to_string(version);
  std::string sql = select;
  for (std::size_t at = sql.find("?1"); at != std::string::npos; at = sql.find("?1")) sql.replace(at, 2, text);
  WEIR_TRY(std::unique_ptr<store::RowStream> stream, from.Stream(sql));
  WEIR_TRY(store::Appender appender, to.Append(schema, table));
  while (true) {
    WEIR_TRY(const store::Chunk* chunk, stream->Next());
    if (chunk == nullptr) return appender.Close();
    for (std::size_t row = 0; row < chunk->size(); ++row) {
      for (std::size_t column = 0; column < chunk->column_count(); ++column) {
        appender.Add(chunk->Column(column).ValueAt(row));
      }
      WEIR_TRY(appender.EndRow());
    }
  }
}

Status CopyObservations(store::Connection& from, store::Connection& to, std::int64_t version) {
  WEIR_TRY(store::Rows tables,
           from.Query("SELECT table_name, string_agg('\"' || replace(column_name, '\"', '\"\"') || '\" ' || data_type, "
                      "', ' ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = 'obs' "
                      "GROUP BY table_name ORDER BY table_name NULLS LAST"));
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const std::string name = tables.TextAt(i, 0);
    WEIR_TRY(to.Execute(fmt::format("CREATE TABLE obs.{} ({})", store::QuoteName(name), tables.TextAt(i, 1))));
    WEIR_TRY(CopyRows(
        from, to,
        fmt::format("SELECT * FROM obs.{} WHERE _version <= ?1 ORDER BY _obs NULLS LAST", store::QuoteName(name)),
        version, "obs", name));
  }
  return {};
}

}  // namespace

Result<store::Database> BuildKnown(store::Connection& from, std::int64_t version, const std::filesystem::path& path,
                                   const sources::MappingCatalog& mappings, const store::OpenOptions& options,
                                   std::stop_token stop) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::filesystem::remove(path, error);
  std::filesystem::remove(path.string() + ".wal", error);
  WEIR_TRY(store::Database database, store::Database::Open(path, options));
  WEIR_TRY(store::Connection to, database.Connect());
  WEIR_TRY(Migrate(to));
  {
    WEIR_TRY(store::Transaction transaction, store::Transaction::Begin(to));
    for (const Copied& copied : kCopied) {
      WEIR_TRY(CopyRows(from, to, std::string(copied.select), version, "meta", std::string(copied.table)));
    }
    WEIR_TRY(CopyObservations(from, to, version));
    WEIR_TRY(transaction.Commit());
  }
  WEIR_TRY(BuildStore(to, mappings, {}, stop));
  return database;
}

}  // namespace weir::workspace
