#include "sources/compare.h"

#include <algorithm>
#include <map>

#include "sources/fates.h"
#include "sources/key_layout.h"

namespace weir::sources {
namespace {

using store::QuoteName;
using store::QuoteText;
using store::Value;

// With the column that keys are written to in between.
constexpr std::string_view kHead = "_hash, _file, _line, _version, _observed_at, _deleted";

Result<std::uint64_t> Count(store::Connection& connection, const std::string& sql) {
  WEIR_TRY(const std::int64_t count, connection.QueryInteger(sql));
  return static_cast<std::uint64_t>(count);
}

// Columns of the observation table with their types; none if there is no table yet. The object is noted in the ledger
// when its table is made; the catalogue's own views take many times longer than this.
Result<ColumnTypes> TypesOf(store::Connection& connection, const Mapping& mapping) {
  WEIR_TRY(const std::uint64_t noted,
           Count(connection, fmt::format("SELECT count(*) FROM meta.source_object WHERE source = {} AND object = {}",
                                         QuoteText(mapping.source), QuoteText(mapping.object))));
  if (noted == 0) return ColumnTypes{};
  return ListColumns(connection, TableOf(mapping));
}

// A mapping may be mended so that a column gets another type: values are converted, if none is lost by it, and stay as
// they were beside it.
Status ChangeType(store::Connection& connection, const Mapping& mapping, const StageColumn& column,
                  const std::string& old_type, std::int64_t data_version) {
  const std::string name = QuoteName(column.name);
  WEIR_TRY(const std::uint64_t lost,
           Count(connection, fmt::format("SELECT count(*) FROM {} WHERE {} IS NOT NULL AND TRY_CAST({} AS {}) IS NULL",
                                         TableOf(mapping), name, name, column.sql_type)));
  if (lost > 0) {
    return Fail(Conflict("column '{}' of {} {} holds {} values of type {} that are no {}", column.name, mapping.source,
                         mapping.object, lost, old_type, column.sql_type)
                    .At(mapping.file_name)
                    .Mend("Give the column another name in the mapping, or undo the earlier imports"));
  }
  const std::string table = TableOf(mapping);
  const std::string kept = QuoteName(fmt::format("_was_{}_{}", data_version, column.name));
  WEIR_TRY(Run(connection, fmt::format("ALTER TABLE {} RENAME COLUMN {} TO {}", table, name, kept)));
  WEIR_TRY(Run(connection, fmt::format("ALTER TABLE {} ADD COLUMN {} {}", table, name, column.sql_type)));
  return Run(connection, fmt::format("UPDATE {} SET {} = TRY_CAST({} AS {})", table, name, kept, column.sql_type));
}

// Stored columns of the plan, as a list for SELECT and INSERT.
std::string ColumnList(const CompareInput& input, std::string_view prefix) {
  std::string list;
  for (std::size_t i = 0; i < input.plan->columns.size(); ++i) {
    if (!input.is_stored[i]) continue;
    list += fmt::format(", {}{}", prefix, QuoteName(input.plan->columns[i].name));
  }
  return list;
}

// Staged rows lie in their order, which the store keeps where nothing is joined.
Status AppendRows(store::Connection& connection, const CompareInput& input, bool has_fates) {
  const std::string table = TableOf(*input.mapping);
  WEIR_TRY(const ColumnTypes types, ListColumns(connection, table));
  WEIR_TRY(const KeyLayout layout, ReadKeyLayout(connection, table, types));
  return Run(connection,
             fmt::format("INSERT INTO {} (_obs, {}, {}{}) SELECT {} + s._row, s.{}, s._hash, {}, s._line, {}, {}, "
                         "FALSE{} FROM {} s{}",
                         table, layout.Stored(), kHead, ColumnList(input, ""), input.first_obs, layout.Stored(),
                         input.file_id, input.data_version, Literal(input.observed_at), ColumnList(input, "s."),
                         StageWithKeys(layout, types, *input.plan),
                         has_fates ? " JOIN temp.weir_fate f ON f._row = s._row AND f.fate < 2 ORDER BY s._row" : ""));
}

// Runs of neighbouring observations that this file saw again: mostly a single one.
Status NoteSightings(store::Connection& connection, const CompareInput& input) {
  WEIR_TRY(
      const std::uint64_t outside,
      Count(connection, "SELECT max(known_obs) - min(known_obs) + 1 - count(*) FROM temp.weir_fate WHERE fate = 2"));
  if (outside == 0) {
    return Run(connection, fmt::format("INSERT INTO meta.sighting SELECT {}, min(known_obs), max(known_obs) FROM "
                                       "temp.weir_fate WHERE fate = 2",
                                       input.file_id));
  }
  return Run(
      connection,
      fmt::format(
          "INSERT INTO meta.sighting SELECT {}, min(known_obs), max(known_obs) FROM (SELECT known_obs, known_obs "
          "- row_number() OVER (ORDER BY known_obs) AS run FROM temp.weir_fate WHERE fate = 2) GROUP BY run "
          "ORDER BY min(known_obs)",
          input.file_id));
}

// First and last value of the window column, as a stamp.
Status FindWindow(store::Connection& connection, const CompareInput& input, CompareResult& result) {
  const std::string column = QuoteName(input.mapping->window);
  WEIR_TRY(const store::Rows rows,
           connection.Query(fmt::format("SELECT CAST(min({0}) AS TIMESTAMP), CAST(max({0}) AS TIMESTAMP) FROM "
                                        "temp.weir_stage",
                                        column)));
  if (const auto* from = std::get_if<Instant>(&rows.rows.at(0).at(0))) result.window_from = *from;
  if (const auto* to = std::get_if<Instant>(&rows.rows.at(0).at(1))) result.window_to = *to;
  return {};
}

// Whose window a row lies in, as one text.
std::string WhoseWindow(const Mapping& mapping, std::string_view from) {
  std::string text;
  for (const std::string& column : mapping.window_by) {
    text += fmt::format("{}coalesce(CAST({}{} AS VARCHAR), '')", text.empty() ? "" : " || chr(31) || ", from,
                        QuoteName(column));
  }
  return text;
}

// Known keys that the file should hold and does not: their last observation once more, marked as gone.
Status AppendDeletions(store::Connection& connection, const CompareInput& input, CompareResult& result) {
  const Mapping& mapping = *input.mapping;
  std::string within;
  if (mapping.extent == Extent::kWindow) {
    if (!result.window_from || !result.window_to) return {};
    within = fmt::format(" WHERE CAST(o.{} AS TIMESTAMP) BETWEEN {} AND {}", QuoteName(mapping.window),
                         Literal(*result.window_from), Literal(*result.window_to));
    if (!mapping.window_by.empty()) {
      within += fmt::format(" AND {} IN (SELECT {} FROM temp.weir_stage)", WhoseWindow(mapping, "o."),
                            WhoseWindow(mapping, ""));
    }
  }
  const std::string gone =
      fmt::format("FROM {} o JOIN temp.weir_gone k ON k._obs = o._obs{}", TableOf(mapping), within);
  if (input.is_dry_run) {
    WEIR_TRY(result.deleted, Count(connection, "SELECT count(*) " + gone));
    return {};
  }
  WEIR_TRY(const CopiedColumns copied, CopyColumns(connection, TableOf(mapping)));
  WEIR_TRY(const std::int64_t deleted,
           connection.Execute(
               fmt::format("INSERT INTO {} (_obs, {}, {}{}) SELECT {} + row_number() OVER (ORDER BY o._obs), o.{}, "
                           "o._hash, {}, 0, {}, {}, TRUE{} {}",
                           TableOf(mapping), copied.key, kHead, copied.columns, result.last_obs, copied.key,
                           input.file_id, input.data_version, Literal(input.observed_at), copied.values, gone)));
  result.deleted = static_cast<std::uint64_t>(deleted);
  result.last_obs += deleted;
  return {};
}

// An older file has been put before newer ones. Where the next thing that is known of a key is that a newer file saw it
// unchanged, or did not see it although it holds everything, that must be said at the time of that file.
Status RestoreLater(store::Connection& connection, const CompareInput& input, CompareResult& result) {
  const Mapping& mapping = *input.mapping;
  const std::string table = TableOf(mapping);
  const std::string later_files = fmt::format(
      "SELECT file_id, observed_at, extent FROM meta.import_file WHERE state = 'committed' AND source = {} AND "
      "object = {} AND observed_at > {}",
      QuoteText(mapping.source), QuoteText(mapping.object), Literal(input.observed_at));
  WEIR_TRY(
      Run(connection, fmt::format("CREATE OR REPLACE TEMP TABLE weir_put AS SELECT _key, _hash, _deleted, _obs FROM {} "
                                  "WHERE _file = {}",
                                  table, input.file_id)));
  // What later files say of these keys: an observation, a sighting, or absence from a file that holds everything.
  WEIR_TRY(
      Run(connection,
          fmt::format(
              "CREATE OR REPLACE TEMP TABLE weir_later AS "
              "WITH f AS ({0}), "
              "o AS (SELECT o._key, o._observed_at AS seen_at, o._file AS file_id, 0 AS kind, o._obs FROM {1} o "
              "WHERE o._observed_at > {2} AND o._key IN (SELECT _key FROM temp.weir_put) AND o.{3}), "
              "s AS (SELECT o._key, f.observed_at AS seen_at, f.file_id, 1 AS kind, o._obs FROM meta.sighting g "
              "JOIN f ON f.file_id = g.file_id JOIN {1} o ON o._obs BETWEEN g.first_obs AND g.last_obs "
              "WHERE o._key IN (SELECT _key FROM temp.weir_put)), "
              "a AS (SELECT p._key, f.observed_at AS seen_at, f.file_id, 2 AS kind, p._obs FROM temp.weir_put p "
              "CROSS JOIN f WHERE f.extent = 'full' AND NOT EXISTS (SELECT 1 FROM o WHERE o._key = p._key AND "
              "o.file_id = f.file_id) AND NOT EXISTS (SELECT 1 FROM s WHERE s._key = p._key AND s.file_id = "
              "f.file_id) AND NOT EXISTS (SELECT 1 FROM meta.reject r WHERE r.file_id = f.file_id AND (r.key IS "
              "NULL OR r.key = p._key))) "
              "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY _key ORDER BY seen_at, kind, file_id) AS place "
              "FROM (SELECT * FROM o UNION ALL SELECT * FROM s UNION ALL SELECT * FROM a)) WHERE place = 1 AND "
              "kind > 0",
              later_files, table, Literal(input.observed_at), Committed(mapping))));
  WEIR_TRY(const CopiedColumns copied, CopyColumns(connection, TableOf(mapping)));
  WEIR_TRY(
      const std::int64_t restored,
      connection.Execute(fmt::format(
          "INSERT INTO {0} (_obs, {6}, {1}{2}) SELECT {3} + row_number() OVER (ORDER BY o._key, o._obs), o.{6}, "
          "o._hash, n.file_id, "
          "CASE WHEN n.kind = 1 THEN o._line ELSE 0 END, {4}, n.seen_at, n.kind = 2{5} FROM temp.weir_later n JOIN {0} "
          "o ON "
          "o._obs = n._obs JOIN temp.weir_put p ON p._key = n._key WHERE (n.kind = 1 AND (p._deleted OR p._hash <> "
          "o._hash)) OR (n.kind = 2 AND NOT p._deleted)",
          table, kHead, copied.columns, result.last_obs, input.data_version, copied.values, copied.key)));
  result.last_obs += restored;
  for (const char* name : {"weir_put", "weir_later"})
    WEIR_TRY(Run(connection, fmt::format("DROP TABLE temp.{}", name)));
  return {};
}

Status CountFates(store::Connection& connection, CompareResult& result) {
  WEIR_TRY(const store::Rows rows,
           connection.Query("SELECT fate, count(*) FROM temp.weir_fate GROUP BY fate ORDER BY fate"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto count = static_cast<std::uint64_t>(rows.IntegerAt(i, 1));
    const std::int64_t fate = rows.IntegerAt(i, 0);
    (fate == 0 ? result.added : fate == 1 ? result.updated : result.unchanged) = count;
  }
  return {};
}

Status CreateTable(store::Connection& connection, const std::string& table, const KeyLayout& layout,
                   const std::vector<std::string>& columns) {
  std::string list;
  for (const std::string& column : columns) list += ", " + column;
  return Run(connection,
             fmt::format("CREATE TABLE {} (_obs BIGINT NOT NULL, {}, _hash BIGINT NOT NULL, _file BIGINT NOT NULL, "
                         "_line BIGINT NOT NULL, _version BIGINT NOT NULL, _observed_at TIMESTAMP NOT NULL, _deleted "
                         "BOOLEAN NOT NULL{})",
                         table, layout.Definition(), list));
}

// The store touches every column of a table for each that is added, so that thousands cost minutes: those are added by
// laying the table down anew.
Status AddColumns(store::Connection& connection, const Mapping& mapping, const std::vector<std::string>& columns) {
  constexpr std::size_t kFew = 64;
  const std::string table = TableOf(mapping);
  if (columns.size() <= kFew) {
    for (const std::string& column : columns) {
      WEIR_TRY(Run(connection, fmt::format("ALTER TABLE {} ADD COLUMN {}", table, column)));
    }
    return {};
  }
  WEIR_TRY(const ColumnTypes types, TypesOf(connection, mapping));
  WEIR_TRY(const KeyLayout layout, ReadKeyLayout(connection, table, types));
  const std::vector<Value> name{mapping.TableName()};
  WEIR_TRY(const store::Rows rows,
           connection.Query("SELECT column_name, data_type FROM information_schema.columns WHERE table_schema = 'obs' "
                            "AND table_name = ? ORDER BY ordinal_position",
                            name));
  std::vector<std::string> all;
  std::string kept = fmt::format("_obs, {}, {}", layout.Stored(), kHead);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::string column = rows.TextAt(i, 0);
    if (IsHead(column)) continue;
    const std::string quoted = QuoteName(column);
    kept += ", " + quoted;
    all.push_back(quoted + " " + rows.TextAt(i, 1));
  }
  all.insert(all.end(), columns.begin(), columns.end());
  const std::string wider = "obs.weir_wider";
  WEIR_TRY(CreateTable(connection, wider, layout, all));
  WEIR_TRY(Run(connection, fmt::format("INSERT INTO {0} ({1}) SELECT {1} FROM {2}", wider, kept, table)));
  WEIR_TRY(Run(connection, "DROP TABLE " + table));
  return Run(connection, fmt::format("ALTER TABLE {} RENAME TO {}", wider, QuoteName(mapping.TableName())));
}

}  // namespace

Status PrepareTable(store::Connection& connection, const Mapping& mapping, const StagePlan& plan,
                    const std::vector<bool>& is_stored, std::int64_t data_version) {
  // Mapped columns are there from the beginning, so that records can name them.
  const auto is_wanted = [&](std::size_t i) { return is_stored[i] || plan.columns[i].source == StageSource::kMapped; };
  WEIR_TRY(const auto types, TypesOf(connection, mapping));
  std::vector<std::string> missing;
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    const StageColumn& column = plan.columns[i];
    const auto old = types.find(column.name);
    if (old == types.end()) {
      if (is_wanted(i)) missing.push_back(QuoteName(column.name) + " " + column.sql_type);
    } else if (old->second != column.sql_type) {
      WEIR_TRY(ChangeType(connection, mapping, column, old->second, data_version));
    }
  }
  if (types.empty()) return CreateTable(connection, TableOf(mapping), PlanKeyLayout(plan), missing);
  return AddColumns(connection, mapping, missing);
}

Status NumberContentKeys(store::Connection& connection) {
  return Run(connection,
             "UPDATE temp.weir_staged SET _own_key = n.key FROM (SELECT _row, _key || '.' || row_number() OVER "
             "(PARTITION BY _key ORDER BY _row) AS key FROM temp.weir_stage WHERE _key LIKE '#%') n WHERE n._row = "
             "temp.weir_staged._row");
}

Result<Duplicates> TakeDuplicates(store::Connection& connection) {
  Duplicates duplicates;
  WEIR_TRY(const std::uint64_t repeated,
           Count(connection, "SELECT count(*) - count(DISTINCT _key) FROM temp.weir_stage"));
  if (repeated == 0) return duplicates;
  // Of the rows of a key the newest stays, and the first of those that are equally new. Sums rather than windows: those
  // sort all rows of a key by themselves, and a file may be one row a million times.
  WEIR_TRY(
      Run(connection,
          "CREATE OR REPLACE TEMP TABLE weir_first AS SELECT s._key, min(s._row) AS _row FROM temp.weir_stage AS s "
          "JOIN (SELECT _key, max(_modified) AS newest FROM temp.weir_stage GROUP BY _key HAVING count(*) > 1) AS "
          "n ON n._key = s._key AND s._modified IS NOT DISTINCT FROM n.newest GROUP BY s._key"));
  WEIR_TRY(
      Run(connection,
          "CREATE OR REPLACE TEMP TABLE weir_lost AS SELECT s._row, s._line, s._hash = f._hash AS is_same, f._line "
          "AS first_line, coalesce(f._modified > coalesce(s._modified, TIMESTAMP '0001-01-01'), FALSE) AS has_stamp "
          "FROM temp.weir_stage AS s JOIN temp.weir_first AS k ON k._key = s._key JOIN temp.weir_stage AS f ON "
          "f._row = k._row WHERE s._row <> k._row"));
  WEIR_TRY(Run(connection, "DROP TABLE temp.weir_first"));
  WEIR_TRY(Run(connection, "DELETE FROM temp.weir_staged WHERE _row IN (SELECT _row FROM temp.weir_lost)"));
  WEIR_TRY(duplicates.identical, Count(connection, "SELECT count(*) FROM temp.weir_lost WHERE is_same"));
  WEIR_TRY(const store::Rows rows,
           connection.Query("SELECT _row, _line, first_line, has_stamp FROM temp.weir_lost WHERE NOT "
                            "is_same ORDER BY _row"));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    duplicates.different.push_back(
        {rows.IntegerAt(i, 0), rows.IntegerAt(i, 1), rows.IntegerAt(i, 2), rows.IntegerAt(i, 3) != 0});
  }
  WEIR_TRY(Run(connection, "DROP TABLE temp.weir_lost"));
  return duplicates;
}

Result<CompareResult> CompareAndAppend(store::Connection& connection, const CompareInput& input) {
  CompareResult result;
  result.last_obs = input.first_obs + static_cast<std::int64_t>(input.rows);
  const Mapping& mapping = *input.mapping;
  if (mapping.extent == Extent::kWindow) WEIR_TRY(FindWindow(connection, input, result));
  WEIR_TRY(const OtherFiles others, CountFiles(connection, input));
  if (others.all == 0) {
    WEIR_TRY(result.added, Count(connection, "SELECT count(*) FROM temp.weir_stage"));
    if (!input.is_dry_run) WEIR_TRY(AppendRows(connection, input, false));
    return result;
  }
  const bool deletes = mapping.extent != Extent::kDelta && input.may_delete;
  WEIR_TRY(FindFates(connection, input, others, deletes));
  WEIR_TRY(CountFates(connection, result));
  const bool appends = !input.is_dry_run;
  if (appends && result.added + result.updated > 0) WEIR_TRY(AppendRows(connection, input, result.unchanged > 0));
  if (appends && result.unchanged > 0) WEIR_TRY(NoteSightings(connection, input));
  if (deletes) WEIR_TRY(AppendDeletions(connection, input, result));
  if (appends && others.later > 0) WEIR_TRY(RestoreLater(connection, input, result));
  WEIR_TRY(DropFates(connection));
  return result;
}

}  // namespace weir::sources
