#include "identity/link_tables.h"

#include <string>

#include "identity/entity_evidence.h"
#include "identity/newest_words.h"
#include "store/chunk_appender.h"

namespace weir::identity {

Status MakeLinkTables(store::Session& session) {
  for (const std::string_view table :
       {"identity_profile (entity VARCHAR, record BIGINT, words BIGINT, sign BIGINT, entities BIGINT)",
        "identity_key (entity VARCHAR, record BIGINT, \"key\" BIGINT)",
        "identity_pair (entity VARCHAR, source_a VARCHAR, key_a VARCHAR, source_b VARCHAR, key_b VARCHAR, weight "
        "DOUBLE, "
        "probability DOUBLE, status VARCHAR, evidence VARCHAR)",
        "identity_calibration (entity VARCHAR, labels BIGINT, same BIGINT, is_checked BOOLEAN, is_used BOOLEAN, "
        "\"offset\" DOUBLE, slope DOUBLE, loss_before DOUBLE, loss_after DOUBLE)"}) {
    WEIR_TRY(session.Execute(fmt::format("CREATE TABLE IF NOT EXISTS model.{}", table)));
  }
  return {};
}

Status LayDown(store::Connection& connection, std::string_view table, std::string_view column,
               std::span<const std::uint64_t> values) {
  WEIR_TRY(connection.Execute(fmt::format("CREATE OR REPLACE TEMP TABLE {} ({} BIGINT)", table, column)));
  WEIR_TRY(store::ChunkAppender rows, store::ChunkAppender::Open(connection, "temp", "main", table));
  std::size_t at = 0;
  for (const std::uint64_t value : values) {
    rows.Longs(0)[at] = Signed(value);
    if (++at < store::ChunkAppender::kRows) continue;
    at = 0;
    WEIR_TRY(rows.Append(store::ChunkAppender::kRows));
  }
  WEIR_TRY(rows.Append(at));
  return rows.Close();
}

Status LayWordsDown(const Reader& reader, const Kind& kind) {
  const bool is_account = kind.entity == "account";
  std::string taken;
  for (const std::string_view column : ColumnsOf(is_account)) {
    const bool is_company = !is_account && column == "account";
    taken += is_company ? ", a.entity_id AS account" : fmt::format(", w.{}", column);
  }
  return reader.Execute(fmt::format(
      "CREATE OR REPLACE TEMP TABLE {} AS SELECT r.n{} FROM ({}) AS w JOIN {} AS r ON r.source = w.source AND r.key = "
      "w.key {}",
      kEntityWords, taken, NewestWordsSql(is_account), kRecords,
      is_account ? ""
                 : "LEFT JOIN model.identity_link AS a ON a.entity = 'account' AND a.source = w.source AND "
                   "a.source_key = w.account"));
}

}  // namespace weir::identity
