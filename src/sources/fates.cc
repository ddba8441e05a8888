#include "sources/fates.h"

#include <algorithm>

#include "store/memory_limit.h"

namespace weir::sources {
namespace {

using store::QuoteName;
using store::QuoteText;

// What the store holds of a key while it looks for it, and what it may hold of all keys at once.
constexpr double kBytesOfKey = 128;
constexpr double kBytesOfGroup = 256;
constexpr double kShareOfMemory = 0.5;

// Looks at the keys of one part.
class FatesOfPart {
 public:
  FatesOfPart(store::Connection& connection, const CompareInput& input, const OtherFiles& others, bool deletes)
      : connection_(connection),
        input_(input),
        others_(others),
        deletes_(deletes),
        table_(TableOf(*input.mapping)),
        committed_(Committed(*input.mapping)),
        at_(Literal(input.observed_at)) {}

  Status Find(std::int64_t part, std::int64_t parts) {
    in_part_ = parts == 1 ? "" : fmt::format(" AND hash(_key) % {} = {}", parts, part);
    stage_ = parts == 1 ? "temp.weir_stage" : fmt::format("(SELECT * FROM temp.weir_stage WHERE TRUE{})", in_part_);
    WEIR_TRY(FindKnown());
    const std::string later = others_.later == 0
                                  ? "FALSE"
                                  : fmt::format("s._key IN (SELECT _key FROM {} WHERE _observed_at > {} AND {}{})",
                                                table_, at_, committed_, in_part_);
    WEIR_TRY(Run(connection_,
                 fmt::format("INSERT INTO temp.weir_fate SELECT s._row, CASE WHEN k._hash = s._hash AND NOT k._deleted "
                             "THEN k._obs END, CASE WHEN k._hash = s._hash AND NOT k._deleted THEN 2 WHEN k._key IS "
                             "NOT NULL OR {} THEN 1 ELSE 0 END FROM {} s LEFT JOIN {} k ON k._key = s._key",
                             later, stage_, known_)));
    if (others_.same_time > 0) WEIR_TRY(FindSameTime());
    return deletes_ ? FindGone() : Status();
  }

 private:
  // The newest observation of each key that is not later than this file. Ties go to the later import.
  Status FindKnown() {
    const std::string rows = fmt::format("{} WHERE _observed_at <= {} AND {}{}", table_, at_, committed_, in_part_);
    if (!others_.may_repeat) {
      known_ = fmt::format("(SELECT _key, _hash, _deleted, _obs FROM {})", rows);
      return {};
    }
    known_ = "temp.weir_known";
    const std::string_view order =
        others_.is_in_order ? "_obs" : "CAST(epoch_us(_observed_at) AS HUGEINT) * 9223372036854775808 + _obs";
    // Where the file is small against what is known, most keys need not be looked at.
    constexpr std::int64_t kFewOfAll = 4;
    const bool looks_at_all = deletes_ || static_cast<std::int64_t>(input_.rows) * kFewOfAll > others_.known_rows;
    return Run(
        connection_,
        fmt::format("CREATE OR REPLACE TEMP TABLE weir_known AS SELECT _key, arg_max(_hash, {0}) AS _hash, "
                    "arg_max(_deleted, {0}) AS _deleted, arg_max(_obs, {0}) AS _obs FROM {1}{2} GROUP BY _key",
                    order, rows, looks_at_all ? "" : fmt::format(" AND _key IN (SELECT _key FROM {} AS s)", stage_)));
  }

  // What other files of the very same time say of the staged keys, as observation or as sighting. One of them is the
  // newest; saying again what another one said is no news.
  Status FindSameTime() {
    WEIR_TRY(
        Run(connection_,
            fmt::format(
                "CREATE OR REPLACE TEMP TABLE weir_same AS SELECT s._row, o._obs, o._observed_at = {0} AND o.{1} AS "
                "is_it FROM {2} o JOIN (SELECT * FROM temp.weir_stage WHERE _row IN (SELECT _row FROM temp.weir_fate "
                "WHERE fate < 2){3}) s ON s._key = o._key AND s._hash = o._hash WHERE NOT o._deleted",
                at_, committed_, table_, in_part_)));
    WEIR_TRY(const std::int64_t said, connection_.QueryInteger("SELECT count(*) FROM temp.weir_same"));
    if (said == 0) return {};
    return Run(
        connection_,
        fmt::format("UPDATE temp.weir_fate SET fate = 2, known_obs = m._obs FROM (SELECT _row, min(_obs) AS _obs "
                    "FROM temp.weir_same o WHERE is_it OR EXISTS (SELECT 1 FROM meta.sighting g JOIN "
                    "meta.import_file f ON f.file_id = g.file_id WHERE f.state = 'committed' AND f.source = {} "
                    "AND f.object = {} AND f.observed_at = {} AND o._obs BETWEEN g.first_obs AND g.last_obs) "
                    "GROUP BY _row) m WHERE m._row = temp.weir_fate._row",
                    QuoteText(input_.mapping->source), QuoteText(input_.mapping->object), at_));
  }

  Status FindGone() {
    return Run(connection_,
               fmt::format("INSERT INTO temp.weir_gone SELECT _obs FROM {} k WHERE NOT _deleted AND _key NOT IN "
                           "(SELECT _key FROM {} s) AND _key NOT IN (SELECT key FROM temp.weir_reject WHERE key IS NOT "
                           "NULL)",
                           known_, stage_));
  }

  store::Connection& connection_;
  const CompareInput& input_;
  const OtherFiles& others_;
  const bool deletes_;
  const std::string table_;
  const std::string committed_;
  const std::string at_;
  std::string in_part_;  // a condition that follows others
  std::string stage_;
  std::string known_;
};

}  // namespace

std::string TableOf(const Mapping& mapping) { return "obs." + QuoteName(mapping.TableName()); }

std::string Literal(Instant instant) {
  std::string text = FormatInstant(instant);
  text.pop_back();  // the store's stamps have no zone
  return fmt::format("TIMESTAMP {}", QuoteText(text));
}

std::string Committed(const Mapping& mapping) {
  return fmt::format(
      "_file IN (SELECT file_id FROM meta.import_file WHERE state = 'committed' AND source = {} AND object = {})",
      QuoteText(mapping.source), QuoteText(mapping.object));
}

Status Run(store::Connection& connection, const std::string& sql) {
  WEIR_TRY(connection.Execute(sql));
  return {};
}

// The keys of one file differ, so that a key repeats only where a file brought a row up to date, told that one is gone,
// or came out of its order, and where what an undone file said was kept for others.
Result<OtherFiles> CountFiles(store::Connection& connection, const CompareInput& input) {
  WEIR_TRY(
      const store::Rows rows,
      connection.Query(fmt::format(
          "SELECT count(*) FILTER (is_in), count(*) FILTER (is_in AND observed_at > {0}), count(*) FILTER (is_in AND "
          "observed_at = {0}), CAST(coalesce(sum(last_obs - first_obs + 1), 0) AS BIGINT), coalesce(bool_or(NOT is_in "
          "OR is_late), FALSE), coalesce(bool_or(rows_updated + rows_deleted > 0), FALSE) FROM (SELECT *, state = "
          "'committed' AS is_in, coalesce(observed_at < max(observed_at) OVER (ORDER BY file_id ROWS BETWEEN UNBOUNDED "
          "PRECEDING AND 1 PRECEDING), FALSE) AS is_late FROM meta.import_file WHERE source = {1} AND object = {2})",
          Literal(input.observed_at), QuoteText(input.mapping->source), QuoteText(input.mapping->object))));
  const bool is_disordered = std::get<bool>(rows.rows[0][4]);
  return OtherFiles{.all = rows.IntegerAt(0, 0),
                    .later = rows.IntegerAt(0, 1),
                    .same_time = rows.IntegerAt(0, 2),
                    .known_rows = rows.IntegerAt(0, 3),
                    .may_repeat = is_disordered || std::get<bool>(rows.rows[0][5]),
                    .is_in_order = !is_disordered};
}

Result<std::int64_t> CountParts(store::Connection& connection, std::uint64_t staged_rows, const OtherFiles& others) {
  WEIR_TRY(const double limit, store::MemoryLimit(connection));
  const double bytes = static_cast<double>(staged_rows) * kBytesOfKey +
                       static_cast<double>(others.known_rows) * (others.may_repeat ? kBytesOfGroup : kBytesOfKey);
  return 1 + static_cast<std::int64_t>(bytes / (limit * kShareOfMemory));
}

Status FindFates(store::Connection& connection, const CompareInput& input, const OtherFiles& others, bool deletes) {
  WEIR_TRY(DropFates(connection));
  WEIR_TRY(Run(connection, "CREATE TEMP TABLE weir_fate (_row BIGINT, known_obs BIGINT, fate INTEGER)"));
  if (deletes) WEIR_TRY(Run(connection, "CREATE TEMP TABLE weir_gone (_obs BIGINT)"));
  WEIR_TRY(const std::int64_t parts, CountParts(connection, input.rows, others));
  FatesOfPart fates(connection, input, others, deletes);
  for (std::int64_t part = 0; part < parts; ++part) WEIR_TRY(fates.Find(part, parts));
  return {};
}

Status DropFates(store::Connection& connection) {
  for (const char* name : {"weir_known", "weir_same", "weir_fate", "weir_gone"}) {
    WEIR_TRY(Run(connection, fmt::format("DROP TABLE IF EXISTS temp.{}", name)));
  }
  return {};
}

}  // namespace weir::sources
