#include "model/lineage.h"

#include <algorithm>
#include <array>
#include <span>

#include "model/records.h"
#include "store/database.h"

namespace weir::model {
namespace {

using analysis::Column;
using analysis::ColumnType;

constexpr std::size_t kLargestAnswer = 10'000;

// Views whose rows come from a record table of another name.
std::string_view RecordTableOf(std::string_view table) {
  if (table == "deal_version") return "deal";
  if (table == "stage") return "pipeline_stage";
  return table;
}

bool IsResolved(const std::string& entity) { return entity == "account" || entity == "person" || entity == "member"; }

std::string Placeholders(std::size_t count) {
  std::string list;
  for (std::size_t i = 0; i < count; ++i) list += i == 0 ? "?" : ", ?";
  return list.empty() ? "NULL" : list;
}

constexpr std::string_view kColumns =
    "r._source AS source, r._object AS object, {} AS source_id, f.name AS file, r._line AS line, r._observed_at AS "
    "observed_at, "
    "f.import_id AS import_id, r._version AS data_version, '{}' AS record";

std::string Selection(std::string_view record_table, std::string_view key, std::string_view join,
                      std::string_view where) {
  return "SELECT " + fmt::format(fmt::runtime(kColumns), key, record_table) +
         fmt::format(" FROM rec.{} AS r {} LEFT JOIN meta.import_file AS f ON f.file_id = r._file WHERE {}",
                     record_table, join, where);
}

// Tables that the model works out of subscriptions: the statement that gives the subscriptions behind rows of them.
std::string SubscriptionsBehind(std::string_view table, const std::string& list) {
  if (table == "mrr_movement") {
    return "SELECT m.subscription_id FROM model.mrr_movement AS v JOIN model.subscription_mrr AS m ON m.customer_id = "
           "v.customer_id AND (m.from_day = v.day OR m.to_day = v.day) WHERE v.mrr_movement_id IN (" +
           list + ")";
  }
  if (table == "customer_retention") {
    return "SELECT m.subscription_id FROM model.subscription_mrr AS m WHERE m.customer_id IN (" + list + ")";
  }
  return {};
}

std::vector<std::string> SelectionsThrough(const std::string& subscriptions) {
  return {
      Selection("subscription", "r.key", "", "r._source || ':' || r.key IN (" + subscriptions + ")"),
      Selection("subscription_item", "r.key", "", "r._source || ':' || r.subscription_key IN (" + subscriptions + ")")};
}

// Every selection takes the ids once.
std::vector<std::string> SelectionsFor(const RecordTable& table, const std::string& list) {
  if (IsResolved(table.entity)) {
    return {Selection(
        table.name, "r.key",
        fmt::format(
            "JOIN model.identity_link AS l ON l.entity = '{}' AND l.source = r._source AND l.source_key = r.key",
            table.entity),
        "l.entity_id IN (" + list + ")")};
  }
  if (!table.entity.empty()) {
    std::vector<std::string> selections{
        Selection(table.name, "r.key", "", "r._source || ':' || r.key IN (" + list + ")")};
    if (table.entity == "deal") {
      selections.push_back(
          Selection("deal_change", "r.deal_key", "", "r._source || ':' || r.deal_key IN (" + list + ")"));
    }
    return selections;
  }
  std::vector<std::string> selections{
      Selection(table.name, "r._key", "",
                "r._source || ':' || r._object || ':' || r._key || CASE WHEN r._emit > 0 THEN '#' || CAST(r._emit "
                "AS VARCHAR) ELSE '' END "
                "IN (" +
                    list + ")")};
  if (table.name == "call") {
    // What the log of a queue says of the call; one that no record tells of has its key.
    const std::string of_queue = "r._source || ':' || r._object || ':' || r.call_key IN (" + list + ")";
    selections.push_back(Selection("queue_event", "r.call_key", "", of_queue));
    selections.push_back(Selection("queue_event", "r.call_key",
                                   "JOIN rec.call AS c ON c._source = r._source AND c.key = r.call_key",
                                   "c._source || ':' || c._object || ':' || c._key IN (" + list + ")"));
  }
  return selections;
}

}  // namespace

Result<analysis::Table> RecordsBehind(store::Session& session, std::string_view table,
                                      const std::vector<std::string>& ids) {
  analysis::Table records{
      .name = "records",
      .key = {"source", "object", "source_id", "file", "line", "observed_at"},
      .columns = {Column{"source", ColumnType::kText, "", {"Source", "Источник"}},
                  Column{"object", ColumnType::kText, "", {"Object", "Объект"}},
                  Column{"source_id", ColumnType::kText, "", {"Id in the source", "Id в источнике"}},
                  Column{"file", ColumnType::kText, "", {"File", "Файл"}},
                  Column{"line", ColumnType::kInteger, "", {"Line", "Строка"}},
                  Column{"observed_at", ColumnType::kInstant, "", {"Observed at", "Наблюдалось"}},
                  Column{"import_id", ColumnType::kInteger, "", {"Import", "Импорт"}},
                  Column{"data_version", ColumnType::kInteger, "", {"Data version", "Версия данных"}},
                  Column{"record", ColumnType::kText, "", {"Record", "Запись"}}},
      .rows = {},
      .next_cursor = {},
      .total_rows = {}};
  const std::string list = Placeholders(ids.size());
  const std::string subscriptions = SubscriptionsBehind(table, list);
  const RecordTable* record_table = FindRecordTable(RecordTableOf(table));
  if ((record_table == nullptr && subscriptions.empty()) || ids.empty()) return records;
  std::string sql;
  std::vector<store::Value> parameters;
  for (const std::string& selection :
       subscriptions.empty() ? SelectionsFor(*record_table, list) : SelectionsThrough(subscriptions)) {
    sql += (sql.empty() ? "" : " UNION ALL ") + selection;
    for (const std::string& id : ids)
      parameters.emplace_back(table == "deal_version" ? id.substr(0, id.rfind('@')) : id);
  }
  sql = "SELECT * FROM (" + sql +
        ") AS behind ORDER BY observed_at DESC NULLS LAST, source NULLS LAST, object NULLS LAST, source_id "
        "NULLS LAST, line NULLS LAST, record NULLS LAST LIMIT " +
        std::to_string(kLargestAnswer);
  WEIR_TRY(store::Rows rows, session.Query(sql, parameters));
  records.rows = std::move(rows.rows);
  return records;
}

}  // namespace weir::model
