#include "workspace/known.h"

#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

#include "workspace/builder.h"
#include "workspace/migrations.h"
#include "workspace/store_file.h"

namespace weir::workspace {
namespace {

struct Copied {
  std::string_view table;   // in schema meta
  std::string_view select;  // ? is the version, as often as it occurs
};

// An import that was undone only later still stood then.
constexpr std::array<Copied, 22> kCopied{{
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
    {"wall_clock",
     "SELECT * FROM meta.wall_clock WHERE file_id IN (SELECT file_id FROM meta.import_file WHERE data_version <= ?1)"},
    {"source_object", "SELECT * FROM meta.source_object WHERE first_version <= ?1"},
    {"source_column", "SELECT * FROM meta.source_column WHERE first_version <= ?1"},
    // A row that was read again, or whose import was undone, only later was in quarantine then.
    {"reject",
     "SELECT r.* REPLACE (CASE WHEN r.version <= ?1 THEN r.state WHEN r.replayed_by IN (SELECT import_id FROM "
     "meta.import_run WHERE data_version <= ?1) THEN 'replayed' ELSE 'open' END AS state, CASE WHEN r.replayed_by IN "
     "(SELECT import_id FROM meta.import_run WHERE data_version <= ?1) THEN r.replayed_by END AS replayed_by) FROM "
     "meta.reject AS r WHERE r.import_id IN (SELECT import_id FROM meta.import_run WHERE data_version <= ?1) "
     "AND NOT EXISTS (SELECT 1 FROM meta.reject_sighting AS s WHERE s.reject_id = r.reject_id AND s.file_id = "
     "r.file_id "
     "AND s.inherited_at > ?1) ORDER BY r.reject_id NULLS LAST"},
    {"decision", "SELECT * FROM meta.decision WHERE data_version <= ?1"},
    {"identity_link", "SELECT * FROM meta.identity_link WHERE data_version <= ?1"},
    {"entity_alias", "SELECT * FROM meta.entity_alias WHERE data_version <= ?1"},
    {"member_change", "SELECT * FROM meta.member_change WHERE data_version <= ?1"},
    {"definition_text",
     "SELECT t.* FROM meta.definition_text AS t WHERE t.hash IN (SELECT d.hash FROM meta.definition AS d WHERE "
     "d.data_version <= ?1) ORDER BY t.hash NULLS LAST"},
    {"definition", "SELECT * FROM meta.definition WHERE data_version <= ?1"},
    {"definition_record", "SELECT * FROM meta.definition_record WHERE data_version <= ?1"},
    {"metric_proposal", "SELECT * FROM meta.metric_proposal WHERE data_version <= ?1"},
    {"metric_seal", "SELECT * FROM meta.metric_seal WHERE data_version <= ?1"},
    {"correction", "SELECT * FROM meta.correction WHERE data_version <= ?1"},
    {"correction_undo", "SELECT * FROM meta.correction_undo WHERE data_version <= ?1"},
    {"member_undo", "SELECT * FROM meta.member_undo WHERE data_version <= ?1"},
    {"identity_decision", "SELECT * FROM meta.identity_decision WHERE data_version <= ?1"},
    {"identity_decision_undo", "SELECT * FROM meta.identity_decision_undo WHERE data_version <= ?1"},
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

struct CopiedColumn {
  std::string name;
  std::string type;
  std::string stored_as;
};

// "_was_12_amount": what column amount held before data version 12 gave it another type.
struct Former {
  std::int64_t until = 0;
  std::string column;
};

std::optional<Former> FormerOf(std::string_view name) {
  constexpr std::string_view kPrefix = "_was_";
  if (!name.starts_with(kPrefix)) return std::nullopt;
  name.remove_prefix(kPrefix.size());
  Former former;
  const auto [end, error] = std::from_chars(name.data(), name.data() + name.size(), former.until);
  WEIR_CHECK(error == std::errc{});
  former.column = name.substr(static_cast<std::size_t>(end - name.data()) + 1);
  return former;
}

// The columns of a table as they were at the version: of one that got another type since, what it held before.
Result<std::vector<CopiedColumn>> ColumnsAt(store::Connection& from, const std::string& table, std::int64_t version) {
  const std::array<store::Value, 1> name{table};
  WEIR_TRY(store::Rows rows, from.Query("SELECT column_name, data_type FROM information_schema.columns WHERE "
                                        "table_schema = 'obs' AND table_name = ? ORDER BY ordinal_position",
                                        name));
  std::vector<CopiedColumn> columns;
  std::map<std::string, std::pair<std::int64_t, std::size_t>> formers;  // column -> first change since, its row
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string stored = rows.TextAt(i, 0);
    const std::optional<Former> former = FormerOf(stored);
    if (!former) {
      columns.push_back({stored, rows.TextAt(i, 1), stored});
    } else if (former->until > version) {
      const auto [found, is_new] = formers.try_emplace(former->column, former->until, i);
      if (!is_new && former->until < found->second.first) found->second = {former->until, i};
    }
  }
  for (CopiedColumn& column : columns) {
    const auto found = formers.find(column.name);
    if (found == formers.end()) continue;
    column.type = rows.TextAt(found->second.second, 1);
    column.stored_as = rows.TextAt(found->second.second, 0);
  }
  return columns;
}

Status CopyObservations(store::Connection& from, store::Connection& to, std::int64_t version) {
  WEIR_TRY(store::Rows tables, from.Query("SELECT table_name FROM information_schema.tables WHERE table_schema = 'obs' "
                                          "ORDER BY table_name NULLS LAST"));
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const std::string name = tables.TextAt(i, 0);
    WEIR_TRY(const std::vector<CopiedColumn> columns, ColumnsAt(from, name, version));
    std::string created;
    std::string selected;
    for (const CopiedColumn& column : columns) {
      created += fmt::format("{}{} {}", created.empty() ? "" : ", ", store::QuoteName(column.name), column.type);
      selected += fmt::format("{}{}", selected.empty() ? "" : ", ", store::QuoteName(column.stored_as));
    }
    WEIR_TRY(to.Execute(fmt::format("CREATE TABLE obs.{} ({})", store::QuoteName(name), created)));
    WEIR_TRY(CopyRows(from, to,
                      fmt::format("SELECT {} FROM obs.{} WHERE _version <= ?1 ORDER BY _obs NULLS LAST", selected,
                                  store::QuoteName(name)),
                      version, "obs", name));
  }
  return {};
}

}  // namespace

Result<store::Database> BuildKnown(store::Connection& from, std::int64_t version, const std::filesystem::path& path,
                                   const Definitions& definitions, const store::OpenOptions& options,
                                   std::stop_token stop) {
  if (!path.empty()) {
    std::error_code error;
    std::filesystem::create_directories(path.parent_path(), error);
    RemoveStore(path);
  }
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
  WEIR_TRY(BuildStore(to, definitions, {}, stop));
  return database;
}

}  // namespace weir::workspace
