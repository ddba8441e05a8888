#include "sources/rejects.h"

#include <array>

namespace weir::sources {

Result<std::int64_t> KeepNewRejects(store::Connection& connection, std::int64_t import_id) {
  const std::array<store::Value, 1> import{import_id};
  WEIR_TRY(connection.Execute(R"(
    CREATE OR REPLACE TEMP TABLE weir_known_reject AS
    SELECT r.reject_id, r.file_id, min(known.reject_id) AS known_id
    FROM meta.reject AS r
    JOIN meta.reject AS known ON known.source = r.source AND known.object = r.object AND known.line = r.line
      AND known.code = r.code AND known.raw = r.raw
    WHERE r.import_id = ? AND known.import_id < r.import_id AND known.state = 'open'
    GROUP BY r.reject_id, r.file_id)",
                              import));
  WEIR_TRY(connection.Execute(
      "INSERT INTO meta.reject_sighting SELECT file_id, known_id, NULL FROM temp.weir_known_reject"));
  WEIR_TRY(
      connection.Execute("DELETE FROM meta.reject WHERE reject_id IN (SELECT reject_id FROM temp.weir_known_reject)"));
  WEIR_TRY(connection.Execute("DROP TABLE temp.weir_known_reject"));
  return connection.QueryInteger("SELECT count(*) FROM meta.reject WHERE import_id = ?", import);
}

Status PassRejectsOn(store::Connection& connection, std::int64_t import_id, std::int64_t data_version) {
  const std::array<store::Value, 1> import{import_id};
  WEIR_TRY(connection.Execute(R"(
    CREATE OR REPLACE TEMP TABLE weir_heir AS
    SELECT s.reject_id, s.file_id, (SELECT max(reject_id) FROM meta.reject) + row_number() OVER (ORDER BY s.reject_id) AS new_id
    FROM (
      SELECT s.reject_id, min(s.file_id) AS file_id
      FROM meta.reject_sighting AS s
      JOIN meta.import_file AS f ON f.file_id = s.file_id AND f.state = 'committed'
      JOIN meta.reject AS r ON r.reject_id = s.reject_id
      WHERE r.import_id = ?
      GROUP BY s.reject_id) AS s)",
                              import));
  const std::array<store::Value, 1> version{data_version};
  WEIR_TRY(connection.Execute(R"(
    INSERT INTO meta.reject
    SELECT h.new_id, f.import_id, f.file_id, r.source, r.object, f.name, r.line, r.col, r.header, r.code, r.reason, r.raw, r.key,
      ?, 'open', NULL, r.reason_ru
    FROM temp.weir_heir AS h
    JOIN meta.reject AS r ON r.reject_id = h.reject_id
    JOIN meta.import_file AS f ON f.file_id = h.file_id)",
                              version));
  // Later files hold what the heir has now.
  WEIR_TRY(connection.Execute(R"(
    UPDATE meta.reject_sighting
    SET reject_id = h.new_id, inherited_at = CASE WHEN meta.reject_sighting.file_id = h.file_id THEN ? END
    FROM temp.weir_heir AS h
    WHERE h.reject_id = meta.reject_sighting.reject_id)",
                              version));
  WEIR_TRY(connection.Execute("DROP TABLE temp.weir_heir"));
  return {};
}

}  // namespace weir::sources
