#include "workspace/ledger.h"

#include <array>

namespace weir::workspace {
Result<std::int64_t> NewestVersion(store::Session& session) {
  return session.QueryInteger("SELECT max(version) FROM meta.data_version");
}

Status CommitVersion(store::Session& session, std::int64_t version, std::string_view kind, std::string_view note,
                     std::string_view who, Instant at) {
  const std::array<store::Value, 5> row{version, std::string(kind), std::string(note), std::string(who), at};
  WEIR_TRY(session.Execute("INSERT INTO meta.data_version VALUES (?, ?, ?, ?, ?)", row));
  return {};
}

Result<std::int64_t> AppendDecision(store::Session& session, const DecisionRow& decision, std::string_view who,
                                    std::string_view reason, Instant at, std::optional<std::int64_t> undoes) {
  WEIR_TRY(const std::int64_t number, session.QueryInteger("SELECT nextval('meta.decision_number')"));
  const std::array<store::Value, 10> row{number,
                                         decision.data_version,
                                         decision.action,
                                         decision.subject,
                                         std::string(who),
                                         at,
                                         std::string(reason),
                                         decision.before,
                                         decision.after,
                                         undoes ? store::Value(*undoes) : store::Value()};
  WEIR_TRY(session.Execute("INSERT INTO meta.decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row));
  return number;
}

Result<DecisionRow> FindDecision(store::Session& session, std::int64_t id) {
  const std::array<store::Value, 1> parameters{id};
  WEIR_TRY(
      store::Rows rows,
      session.Query(
          "SELECT d.decision_id, d.data_version, d.action, d.subject, d.before, d.after, "
          "(SELECT max(u.decision_id) FROM meta.decision AS u WHERE u.undoes = d.decision_id) FROM meta.decision AS d "
          "WHERE d.decision_id = ?",
          parameters));
  if (rows.rows.empty()) return Fail(NotFound("there is no decision {}", id).Field("decision_id"));
  DecisionRow row{.id = rows.IntegerAt(0, 0),
                  .data_version = rows.IntegerAt(0, 1),
                  .action = rows.TextAt(0, 2),
                  .subject = rows.TextAt(0, 3),
                  .before = rows.TextAt(0, 4),
                  .after = rows.TextAt(0, 5),
                  .undone_by = {}};
  if (!store::IsNull(rows.rows[0][6])) row.undone_by = rows.IntegerAt(0, 6);
  return row;
}

}  // namespace weir::workspace
