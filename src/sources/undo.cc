#include "sources/import.h"
#include "sources/key_layout.h"
#include "sources/rejects.h"

namespace weir::sources {
namespace {

using store::QuoteName;
using store::QuoteText;

Status Run(store::Connection& connection, const std::string& sql) {
  WEIR_TRY(connection.Execute(sql));
  return {};
}

// What later files saw unchanged rests on observations that no longer count: each gets one of its own, at the time of
// the first file that still counts and saw it.
Status KeepSightings(store::Connection& connection, const std::string& source, const std::string& object,
                     std::int64_t data_version) {
  const std::string table = "obs." + QuoteName(source + "__" + object);
  WEIR_TRY(const CopiedColumns copied, CopyColumns(connection, table));
  const std::string of_object = fmt::format("source = {} AND object = {}", QuoteText(source), QuoteText(object));
  WEIR_TRY(Run(
      connection,
      fmt::format(
          "CREATE OR REPLACE TEMP TABLE weir_seen AS SELECT _obs, file_id, seen_at FROM (SELECT o._obs, f.file_id, "
          "f.observed_at AS seen_at, row_number() OVER (PARTITION BY o._obs ORDER BY f.observed_at, f.file_id) AS "
          "place FROM meta.sighting g JOIN meta.import_file f ON f.file_id = g.file_id AND f.state = 'committed' AND "
          "f.{0} JOIN {1} o ON o._obs BETWEEN g.first_obs AND g.last_obs WHERE o._file IN (SELECT file_id FROM "
          "meta.import_file WHERE state = 'undone' AND {0})) WHERE place = 1",
          of_object, table)));
  // Numbers beyond all that were given; the file that keeps them takes note.
  WEIR_TRY(const std::int64_t first,
           connection.QueryInteger("SELECT coalesce(max(last_obs), 0) FROM meta.import_file"));
  WEIR_TRY(const std::int64_t kept,
           connection.Execute(fmt::format("INSERT INTO {0} (_obs, {5}, _hash, _file, _line, _version, _observed_at, "
                                          "_deleted{1}) SELECT {2} + row_number() "
                                          "OVER (ORDER BY o._obs), o.{5}, o._hash, n.file_id, o._line, {3}, "
                                          "n.seen_at, FALSE{4} FROM temp.weir_seen n JOIN {0} o "
                                          "ON o._obs = n._obs WHERE NOT EXISTS (SELECT 1 FROM {0} c WHERE c._key = "
                                          "o._key AND c._file = n.file_id AND c._hash "
                                          "= o._hash)",
                                          table, copied.columns, first, data_version, copied.values, copied.key)));
  if (kept > 0) {
    WEIR_TRY(Run(connection,
                 fmt::format("UPDATE meta.import_file SET last_obs = {} WHERE file_id = (SELECT max(file_id) FROM "
                             "meta.import_file)",
                             first + kept)));
  }
  return Run(connection, "DROP TABLE temp.weir_seen");
}

// Its files no longer count, and rows that were taken out of quarantine by it are there again.
Status MarkUndone(store::Connection& connection, std::int64_t import_id, std::int64_t data_version) {
  WEIR_TRY(const store::Rows run,
           connection.Query(fmt::format("SELECT state FROM meta.import_run WHERE import_id = {}", import_id)));
  if (run.size() == 0) return Fail(NotFound("there is no import {}", import_id));
  if (run.TextAt(0, 0) == "undone") return Fail(Conflict("import {} is undone already", import_id));
  WEIR_TRY(Run(connection,
               fmt::format("UPDATE meta.import_run SET state = 'undone', undone_version = {} WHERE import_id = {}",
                           data_version, import_id)));
  // Rows that were taken out of quarantine go with the file that they came from.
  WEIR_TRY(Run(
      connection,
      fmt::format("UPDATE meta.import_file SET state = 'undone', undone_version = {0} WHERE state = 'committed' AND "
                  "(import_id = {1} OR replay_of IN (SELECT file_id FROM meta.import_file WHERE import_id = {1}))",
                  data_version, import_id)));
  WEIR_TRY(Run(connection, fmt::format("UPDATE meta.reject SET state = 'undone', version = {} WHERE import_id = {}",
                                       data_version, import_id)));
  WEIR_TRY(Run(connection,
               fmt::format("UPDATE meta.reject SET state = 'open', replayed_by = NULL, version = {} WHERE replayed_by "
                           "= {} AND state = 'replayed'",
                           data_version, import_id)));
  return {};
}

}  // namespace

Status UndoImports(store::Connection& connection, std::span<const std::int64_t> import_ids, std::int64_t data_version) {
  for (const std::int64_t import_id : import_ids) WEIR_TRY(MarkUndone(connection, import_id, data_version));
  for (const std::int64_t import_id : import_ids) WEIR_TRY(PassRejectsOn(connection, import_id, data_version));
  WEIR_TRY(
      const store::Rows objects,
      connection.Query(fmt::format("SELECT DISTINCT source, object FROM meta.import_file WHERE state = 'undone' AND "
                                   "undone_version = {} ORDER BY source, object",
                                   data_version)));
  for (std::size_t i = 0; i < objects.size(); ++i) {
    WEIR_TRY(KeepSightings(connection, objects.TextAt(i, 0), objects.TextAt(i, 1), data_version));
  }
  return {};
}

Status UndoImport(store::Connection& connection, std::int64_t import_id, std::int64_t data_version) {
  return UndoImports(connection, std::span(&import_id, 1), data_version);
}

}  // namespace weir::sources
