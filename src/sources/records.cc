#include "sources/records.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "base/domain.h"
#include "model/build.h"
#include "model/records.h"
#include "sources/corrections.h"
#include "sources/schema.h"
#include "sources/stage_plan.h"

namespace weir::sources {
namespace {

using store::QuoteName;
using store::QuoteText;

constexpr std::string_view kHead =
    "_source, _object, _key, _emit, _obs, _version, _observed_at, _recorded_at, _since, _file, _line, _deleted, "
    "_cleaned";
constexpr std::string_view kEmptyHead =
    "CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS VARCHAR), CAST(NULL AS INTEGER), CAST(NULL AS BIGINT), "
    "CAST(NULL AS BIGINT), CAST(NULL AS TIMESTAMP), CAST(NULL AS TIMESTAMP), "
    "CAST(NULL AS TIMESTAMP), CAST(NULL AS BIGINT), CAST(NULL AS BIGINT), CAST(NULL AS BOOLEAN), CAST(NULL AS VARCHAR)";

// Columns of the tables in schema obs.
using ObservationTables = std::map<std::string, std::set<std::string>, std::less<>>;

Result<ObservationTables> ListTables(store::Connection& connection) {
  WEIR_TRY(
      const store::Rows rows,
      connection.Query("SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'obs'"));
  ObservationTables tables;
  for (std::size_t i = 0; i < rows.size(); ++i) tables[rows.TextAt(i, 0)].insert(rows.TextAt(i, 1));
  return tables;
}

// Columns of an object that some files give by the clock on the wall, and the zone by which they were put into UTC
// already, if they were.
struct ClockColumn {
  std::string name;
  std::optional<std::string> zone;
};
using Clocks = std::map<std::string, std::vector<ClockColumn>, std::less<>>;

// By source and object: those that are something else in the reporting zone.
Result<Clocks> ListClocks(store::Connection& connection, const std::string& zone) {
  const std::array<store::Value, 1> values{zone};
  WEIR_TRY(const store::Rows rows,
           connection.Query("SELECT DISTINCT source, object, column_name, zone FROM meta.wall_clock WHERE "
                            "coalesce(zone, 'UTC') <> ? ORDER BY 1, 2, 3, 4 NULLS FIRST",
                            values));
  Clocks clocks;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool has_zone = !store::IsNull(rows.rows[i][3]);
    clocks[rows.TextAt(i, 0) + "/" + rows.TextAt(i, 1)].push_back(
        {rows.TextAt(i, 2), has_zone ? std::optional(rows.TextAt(i, 3)) : std::nullopt});
  }
  return clocks;
}

// The function of the store that finds the moment of a reading. Rows of an hour that the mapping wants in quarantine
// are there by the zone that was set when the file was read.
std::string_view PassingOf(const Mapping& mapping) {
  return mapping.repeated_hour == RepeatedHour::kSecond ? "second_passing" : "first_passing";
}

// The table with the stamps of its wall clocks put into UTC.
std::string AtItsZone(const Mapping& mapping, const std::vector<ClockColumn>& clocks, const std::string& zone,
                      const std::string& table) {
  std::string flags;
  std::map<std::string, std::string> cases;  // by column
  for (std::size_t i = 0; i < clocks.size(); ++i) {
    const ClockColumn& clock = clocks[i];
    const auto column = mapping.Find(clock.name);
    if (!clock.zone && (!column || mapping.columns[*column].type != ColumnType::kInstant)) continue;
    const std::string cell = "o." + QuoteName(clock.name);
    const std::string reading = clock.zone ? fmt::format("wall_clock({}, {})", cell, QuoteText(*clock.zone)) : cell;
    flags += fmt::format(", bool_or(column_name = {}{}) AS is_{}", QuoteText(clock.name),
                         clock.zone ? " AND zone = " + QuoteText(*clock.zone) : "", i);
    cases[clock.name] += fmt::format(" WHEN w.is_{} THEN {}({}, {})", i, PassingOf(mapping), reading, QuoteText(zone));
  }
  if (cases.empty()) return table;
  std::string replaced;
  for (const auto& [name, branches] : cases) {
    replaced += fmt::format("{}CASE{} ELSE o.{} END AS {}", replaced.empty() ? "" : ", ", branches, QuoteName(name),
                            QuoteName(name));
  }
  return fmt::format(
      "(SELECT o.* REPLACE ({}) FROM {} AS o LEFT JOIN (SELECT file_id{} FROM meta.wall_clock WHERE source = {} AND "
      "object = {} GROUP BY file_id) AS w ON w.file_id = o._file)",
      replaced, table, flags, QuoteText(mapping.source), QuoteText(mapping.object));
}

// Columns of an object some of whose cells people corrected; of those that hold the stage of deals, or a part of a
// name, it is told, and whether any of its cells was emptied.
struct CorrectedColumn {
  std::string name;
  bool is_stage = false;
  bool is_name_part = false;
  bool is_emptied = false;
};
using Corrected = std::map<std::string, std::vector<CorrectedColumn>, std::less<>>;

// Of rec.correction.
constexpr std::string_view kStands = "(state = 'pending' OR state = 'taken' AND value = '')";

// By source and object.
Result<Corrected> ListCorrected(store::Connection& connection) {
  WEIR_TRY(const store::Rows rows,
           connection.Query("SELECT source, object, column_name, bool_or(entity = 'deal' AND field = 'stage'), "
                            "bool_or(field IN ('first_name', 'last_name')), bool_or(value = '') FROM "
                            "meta.correction GROUP BY source, object, column_name ORDER BY 1, 2, 3"));
  Corrected corrected;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    corrected[rows.TextAt(i, 0) + "/" + rows.TextAt(i, 1)].push_back(
        {rows.TextAt(i, 2), std::get<bool>(rows.rows[i][3]), std::get<bool>(rows.rows[i][4]),
         std::get<bool>(rows.rows[i][5])});
  }
  return corrected;
}

// Flags of a deal beside its stage (closed, won) follow it in the source: while the stage is corrected they are
// unknown.
std::vector<std::string> FlagsOfStage(const Mapping& mapping, const std::set<std::string>& stored) {
  std::vector<std::string> flags;
  for (const Emit& emit : mapping.emits) {
    const auto kind = std::ranges::find(emit.set, "stage_kind", &std::pair<std::string, std::string>::first);
    if (emit.table != "deal" || kind == emit.set.end()) continue;
    for (const MappingColumn& column : mapping.columns) {
      if (column.type != ColumnType::kBoolean || !stored.contains(column.name)) continue;
      if (std::ranges::find(flags, column.name) != flags.end()) continue;
      if (NamesColumn(kind->second, column.name)) flags.push_back(column.name);
    }
  }
  return flags;
}

// Columns beside those of the parts of a name that hold it whole.
std::vector<std::string> WholeNames(const Mapping& mapping, const std::set<std::string>& stored) {
  std::vector<std::string> names;
  for (const Emit& emit : mapping.emits) {
    const auto of = [&](std::string_view column) {
      const auto set = std::ranges::find(emit.set, column, &std::pair<std::string, std::string>::first);
      return set == emit.set.end() ? std::string_view() : std::string_view(set->second);
    };
    for (const MappingColumn& column : mapping.columns) {
      if (column.type != ColumnType::kName || !stored.contains(column.name)) continue;
      if (std::ranges::find(names, column.name) != names.end()) continue;
      if (NamesColumn(of("first_name"), column.name) || NamesColumn(of("last_name"), column.name)) continue;
      if (NamesColumn(of("full_name"), column.name)) names.push_back(column.name);
    }
  }
  return names;
}

// The whole name with its old part, which is a word or several of it, replaced by the new one; one that it lacked is
// added.
std::string WithPart(const std::string& whole, const std::string& old_part, const std::string& new_part) {
  return fmt::format(
      R"(CASE WHEN {2} IS NULL THEN {0} WHEN {1} IS NULL THEN {0} || ' ' || {2} ELSE regexp_replace({0}, '(^|\s)' || regexp_escape({1}) || '(\s|$)',
  '\1' || replace({2}, '\', '\\') || '\2') END)",
      whole, old_part, new_part);
}

// The table, and of each record with a correction that stands one observation more: the newest one, corrected. What was
// taken away stays so when the source no longer says it either: an empty cell alone erases nothing.
std::string WithCorrections(const Mapping& mapping, const std::set<std::string>& stored,
                            const std::vector<CorrectedColumn>& columns, const std::string& table) {
  std::string values;
  std::string replaced =
      fmt::format("o._obs + {} AS _obs, greatest(o._observed_at, c.moment) AS _observed_at", kFirstCorrection);
  std::string stage;
  std::vector<std::pair<std::string, std::string>> parts;  // of names: as told, and as corrected
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto column = mapping.Find(columns[i].name);
    if (!column || !stored.contains(columns[i].name)) continue;
    const std::string name = QuoteName(columns[i].name);
    values += fmt::format(", max(value) FILTER (WHERE column_name = {}) AS value_{}", QuoteText(columns[i].name), i);
    const std::string value = fmt::format("c.value_{}", i);
    replaced += fmt::format(", CASE WHEN {0} IS NULL THEN o.{2} WHEN {0} <> '' THEN CAST({0} AS {1}) END AS {2}", value,
                            SqlTypeOf(mapping.columns[*column].type), name);
    if (columns[i].is_stage) stage = value;
    if (columns[i].is_name_part) parts.emplace_back("o." + name, value);
  }
  if (values.empty()) return table;
  const auto is_corrected = [&](const std::string& name) {
    return std::ranges::find(columns, name, &CorrectedColumn::name) != columns.end();
  };
  if (!parts.empty()) {
    for (const std::string& name : WholeNames(mapping, stored)) {
      if (is_corrected(name)) continue;
      std::string whole = "o." + QuoteName(name);
      for (const auto& [old_part, new_part] : parts) whole = WithPart(whole, old_part, new_part);
      replaced += fmt::format(", {} AS {}", whole, QuoteName(name));
    }
  }
  if (!stage.empty()) {
    for (const std::string& flag : FlagsOfStage(mapping, stored)) {
      if (is_corrected(flag)) continue;
      replaced += fmt::format(", CASE WHEN {} IS NULL THEN o.{} END AS {}", stage, QuoteName(flag), QuoteName(flag));
    }
  }
  return fmt::format(
      "(SELECT * FROM {0} UNION ALL SELECT o.* REPLACE ({1}) FROM {0} AS o JOIN (SELECT observation, max(moment) AS "
      "moment{2} FROM rec.correction WHERE source = {3} AND object = {4} AND {5} GROUP BY observation) "
      "AS "
      "c ON c.observation = o._obs)",
      table, replaced, values, QuoteText(mapping.source), QuoteText(mapping.object), kStands);
}

// Corrections that were not undone and that no later one of the same cell replaced, and what their source says now.
std::string CorrectionView(const MappingCatalog& catalog, const ObservationTables& tables, const Corrected& corrected) {
  std::string cells;
  for (const Mapping& mapping : catalog.mappings) {
    const auto columns = corrected.find(mapping.source + "/" + mapping.object);
    const auto stored = tables.find(mapping.TableName());
    if (columns == corrected.end() || stored == tables.end()) continue;
    for (const CorrectedColumn& column : columns->second) {
      if (!stored->second.contains(column.name)) continue;
      cells += fmt::format(
          "{5}SELECT {0} AS source, {1} AS object, {2} AS column_name, _key, _obs, CAST({3} AS VARCHAR) AS said FROM "
          "(SELECT _key, _obs, {3}, _deleted, row_number() OVER (PARTITION BY _key ORDER BY _observed_at DESC, _obs "
          "DESC) AS place FROM obs.{4} WHERE _file NOT IN (SELECT file_id FROM meta.import_file WHERE state = "
          "'undone') "
          "AND _key IN (SELECT row_key FROM meta.correction WHERE source = {0} AND object = {1} AND column_name = "
          "{2})) AS newest WHERE place = 1 AND NOT _deleted",
          QuoteText(mapping.source), QuoteText(mapping.object), QuoteText(column.name), QuoteName(column.name),
          QuoteName(mapping.TableName()), cells.empty() ? "" : "\nUNION ALL\n");
    }
  }
  if (cells.empty()) {
    cells =
        "SELECT CAST(NULL AS VARCHAR) AS source, CAST(NULL AS VARCHAR) AS object, CAST(NULL AS VARCHAR) AS "
        "column_name, CAST(NULL AS VARCHAR) AS _key, CAST(NULL AS BIGINT) AS _obs, CAST(NULL AS VARCHAR) AS said "
        "WHERE FALSE";
  }
  return fmt::format(R"(CREATE OR REPLACE VIEW rec.correction AS
SELECT c.*, n._obs AS observation, n.said,
  CASE WHEN n.said IS NOT DISTINCT FROM nullif(c.value, '') THEN 'taken' WHEN n.said IS NOT DISTINCT FROM c.told THEN 'pending' ELSE 'differs' END AS state
FROM meta.correction AS c
JOIN ({}) AS n ON n.source = c.source AND n.object = c.object AND n.column_name = c.column_name AND n._key = c.row_key
WHERE c.data_version NOT IN (SELECT undone FROM meta.correction_undo)
  AND NOT EXISTS (
    SELECT 1 FROM meta.correction AS l
    WHERE l.source = c.source AND l.object = c.object AND l.row_key = c.row_key AND l.column_name = c.column_name
      AND l.data_version > c.data_version AND l.data_version NOT IN (SELECT undone FROM meta.correction_undo)))",
                     cells);
}

// The table, where rows may say that their record is gone: such a row tells what the record was until then, and that it
// was deleted at that time, or just after the source was last seen to have it.
std::string WithDeletions(const std::string& table) {
  return fmt::format(
      R"((WITH gone AS (
  SELECT o._obs, greatest(least(coalesce(make_timestamp(epoch_us(TRY_CAST(o.{1} AS TIMESTAMPTZ))), o._observed_at), o._observed_at),
    coalesce(max(before._observed_at) + INTERVAL 2 MICROSECONDS, TIMESTAMP '0001-01-01 00:00:00')) AS gone_at
  FROM {0} AS o
  LEFT JOIN {0} AS before ON before._key = o._key AND before._obs < o._obs AND before.{1} IS NULL
  WHERE o.{1} IS NOT NULL
  GROUP BY o._obs, o.{1}, o._observed_at
)
SELECT * FROM {0} WHERE {1} IS NULL
UNION ALL
SELECT o.* REPLACE (g.gone_at - INTERVAL 1 MICROSECOND AS _observed_at) FROM {0} AS o JOIN gone AS g ON g._obs = o._obs
UNION ALL
SELECT o.* REPLACE (g.gone_at AS _observed_at, TRUE AS _deleted) FROM {0} AS o JOIN gone AS g ON g._obs = o._obs))",
      table, QuoteName(kGoneColumn));
}

// The table, with columns that the mapping has gained since the last import as nulls.
std::string FromTable(const Mapping& mapping, const std::set<std::string>& stored, const Clocks& clocks,
                      const std::string& zone, const Corrected& corrected) {
  std::string missing;
  for (const MappingColumn& column : mapping.columns) {
    if (!stored.contains(column.name)) {
      missing += fmt::format(", CAST(NULL AS {}) AS {}", SqlTypeOf(column.type), QuoteName(column.name));
    }
  }
  std::string table = "obs." + QuoteName(mapping.TableName());
  if (const auto found = corrected.find(mapping.source + "/" + mapping.object); found != corrected.end()) {
    table = WithCorrections(mapping, stored, found->second, table);
  }
  if (const auto found = clocks.find(mapping.source + "/" + mapping.object); found != clocks.end()) {
    table = AtItsZone(mapping, found->second, zone, table);
  }
  if (stored.contains(std::string(kGoneColumn))) table = WithDeletions(table);
  return missing.empty() ? table : fmt::format("(SELECT *{} FROM {})", missing, table);
}

// When the source knew it: its own stamp of the change, at most the time of the observation.
std::string RecordedAt(const Mapping& mapping) {
  std::string stamps;
  for (const std::string& column : mapping.modified)
    stamps += fmt::format(", CAST({} AS TIMESTAMP)", QuoteName(column));
  if (stamps.empty()) return "_observed_at";
  return fmt::format(
      "CASE WHEN _deleted THEN _observed_at ELSE least(coalesce(greatest({}), _observed_at), _observed_at) END",
      stamps.substr(2));
}

// From when on a row of a history was true; nothing where the source keeps the state of today alone.
std::string Since(const Mapping& mapping) {
  if (mapping.since.empty()) return "CAST(NULL AS TIMESTAMP)";
  return fmt::format("least(CAST({} AS TIMESTAMP), _observed_at)", QuoteName(mapping.since));
}

// One SELECT without aliases: an expression can name columns of the observation table only.
std::string EmitSelect(const Mapping& mapping, std::size_t index, const model::RecordTable& table,
                       const std::string& from) {
  const Emit& emit = mapping.emits.at(index);
  const std::string deleted =
      emit.deleted.empty() ? "_deleted" : fmt::format("(_deleted OR coalesce(({}), FALSE))", emit.deleted);
  std::string sql = fmt::format(
      "SELECT {}, {}, _key, {}, _obs, _version, _observed_at, {}, {}, _file, _line, {}, CAST(NULL AS VARCHAR)",
      QuoteText(mapping.source), QuoteText(mapping.object), index, RecordedAt(mapping), Since(mapping), deleted);
  for (const model::RecordColumn& column : table.columns) {
    const auto set = std::ranges::find(emit.set, column.name, &std::pair<std::string, std::string>::first);
    sql += set == emit.set.end() ? fmt::format(", CAST(NULL AS {})", SqlTypeOf(column.type))
                                 : fmt::format(", TRY_CAST(({}) AS {})", set->second, SqlTypeOf(column.type));
  }
  sql += fmt::format(" FROM {} WHERE _file NOT IN (SELECT file_id FROM meta.import_file WHERE state = 'undone')", from);
  if (!emit.when.empty()) sql += fmt::format(" AND (_deleted OR ({}))", emit.when);
  return sql;
}

// Fields of corrected records that are empty because somebody took their value away: by the kind, the observation and
// the name of the column of the record table.
std::string EmptiedSelects(const Mapping& mapping, const std::vector<CorrectedColumn>& columns,
                           const std::string& from) {
  std::string selects;
  for (std::size_t i = 0; i < mapping.emits.size(); ++i) {
    const Emit& emit = mapping.emits[i];
    for (const auto& [field, expression] : emit.set) {
      std::string emptied;
      for (const CorrectedColumn& column : columns) {
        if (!column.is_emptied || !NamesColumn(expression, column.name)) continue;
        emptied += (emptied.empty() ? "" : ", ") + QuoteText(column.name);
      }
      if (emptied.empty()) continue;
      selects += fmt::format(
          "{}SELECT DISTINCT {} AS kind, {} AS _source, {} AS _object, {} AS _emit, _obs, {} AS field FROM {} WHERE "
          "_obs "
          "IN (SELECT observation + {} FROM rec.correction WHERE source = {} AND object = {} AND column_name IN ({}) "
          "AND "
          "value = '' AND {}) AND nullif(CAST(({}) AS VARCHAR), '') IS NULL",
          selects.empty() ? "" : "\nUNION ALL\n", QuoteText(emit.table), QuoteText(mapping.source),
          QuoteText(mapping.object), i, QuoteText(field), from, kFirstCorrection, QuoteText(mapping.source),
          QuoteText(mapping.object), emptied, kStands, expression);
    }
  }
  return selects;
}

std::string EmptiedView(std::string selects) {
  if (selects.empty()) {
    selects =
        "SELECT CAST(NULL AS VARCHAR) AS kind, CAST(NULL AS VARCHAR) AS _source, CAST(NULL AS VARCHAR) AS _object, "
        "CAST(NULL AS INTEGER) AS _emit, CAST(NULL AS BIGINT) AS _obs, CAST(NULL AS VARCHAR) AS field WHERE FALSE";
  }
  return "CREATE OR REPLACE VIEW rec.emptied AS\n" + selects;
}

std::string ViewStatement(const model::RecordTable& table, const std::vector<std::string>& selects,
                          std::string_view prefix = {}) {
  std::string columns(kHead);
  std::string empty(kEmptyHead);
  for (const model::RecordColumn& column : table.columns) {
    columns += ", " + QuoteName(column.name);
    empty += fmt::format(", CAST(NULL AS {})", SqlTypeOf(column.type));
  }
  std::string body;
  for (const std::string& select : selects) body += (body.empty() ? "" : "\nUNION ALL\n") + select;
  if (body.empty()) body = "SELECT " + empty + " WHERE FALSE";
  return fmt::format("CREATE OR REPLACE VIEW rec.{} ({}) AS\n{}", QuoteName(std::string(prefix) + table.name), columns,
                     body);
}

Status FillList(store::Connection& connection, std::string_view table, auto&& texts) {
  WEIR_TRY(connection.Execute(fmt::format("DELETE FROM meta.{}", table)));
  WEIR_TRY(store::Appender appender, connection.Append("meta", table));
  for (const auto& text : texts) {
    appender.Text(text);
    WEIR_TRY(appender.EndRow());
  }
  return appender.Close();
}

}  // namespace

Result<std::vector<std::string>> RecordViewStatements(store::Connection& connection, const MappingCatalog& catalog,
                                                      const std::string& zone, std::span<const CleaningStep> cleaning) {
  WEIR_TRY(const ObservationTables tables, ListTables(connection));
  WEIR_TRY(const Clocks clocks, ListClocks(connection, zone));
  WEIR_TRY(const Corrected corrected, ListCorrected(connection));
  std::map<std::string, std::vector<std::string>, std::less<>> selects;
  std::string emptied;
  for (const Mapping& mapping : catalog.mappings) {
    const auto stored = tables.find(mapping.TableName());
    if (stored == tables.end()) continue;
    const std::string from = FromTable(mapping, stored->second, clocks, zone, corrected);
    for (std::size_t i = 0; i < mapping.emits.size(); ++i) {
      const model::RecordTable* table = model::FindRecordTable(mapping.emits[i].table);
      WEIR_CHECK(table != nullptr);
      selects[table->name].push_back(EmitSelect(mapping, i, *table, from));
    }
    const auto columns = corrected.find(mapping.source + "/" + mapping.object);
    if (columns == corrected.end()) continue;
    const std::string taken_away = EmptiedSelects(mapping, columns->second, from);
    if (!taken_away.empty()) emptied += (emptied.empty() ? "" : "\nUNION ALL\n") + taken_away;
  }
  std::vector<std::string> statements{CorrectionView(catalog, tables, corrected), EmptiedView(emptied)};
  WEIR_TRY(const std::vector<CorrectedField> decided, ListCorrectedFields(connection));
  for (const model::RecordTable& table : model::RecordTables()) {
    const bool is_cleaned = CanBeCleaned(table.name);
    statements.push_back(ViewStatement(table, selects[table.name], is_cleaned ? "uncleaned_" : ""));
    if (is_cleaned) statements.push_back(CleanedView(table.name, cleaning, decided));
  }
  return statements;
}

Status CreateSourceFunctions(store::Connection& connection, std::span<const std::string_view> free_mail) {
  WEIR_TRY(model::CreateFunctions(connection));
  WEIR_TRY(FillList(connection, "free_mail", free_mail));
  WEIR_TRY(FillList(connection, "public_suffix", TwoLabelSuffixes()));
  // Reports of Salesforce give ids of 15 characters, in which case counts; everything else gives 18: three characters
  // more, each of which says by its five bits which of five are capitals.
  const auto capitals = [](int first) {
    std::string bits;
    for (int i = 0; i < 5; ++i) {
      bits += fmt::format("{}CASE WHEN substr(id, {}, 1) BETWEEN 'A' AND 'Z' THEN {} ELSE 0 END", i == 0 ? "" : " + ",
                          first + i, 1 << i);
    }
    return fmt::format("substr('ABCDEFGHIJKLMNOPQRSTUVWXYZ012345', 1 + {}, 1)", bits);
  };
  WEIR_TRY(
      connection.Execute(fmt::format("CREATE OR REPLACE MACRO salesforce_id(id) AS CASE WHEN strlen(id) = 15 AND "
                                     "regexp_full_match(id, '[0-9A-Za-z]{{15}}') "
                                     "THEN id || {} || {} || {} ELSE id END",
                                     capitals(1), capitals(6), capitals(11))));
  WEIR_TRY(connection.Execute(R"(CREATE OR REPLACE MACRO registrable_domain(host) AS
    CASE WHEN last_labels(host, 2) IN (SELECT suffix FROM meta.public_suffix) THEN nullif(last_labels(host, 3), '')
         ELSE nullif(last_labels(host, 2), '') END)"));
  WEIR_TRY(connection.Execute(R"(CREATE OR REPLACE MACRO email_domain(address) AS
    CASE WHEN registrable_domain(lower(mail_host(CAST(address AS VARCHAR)))) NOT IN (SELECT domain FROM meta.free_mail)
         THEN registrable_domain(lower(mail_host(CAST(address AS VARCHAR)))) END)"));
  return {};
}

struct EmitChecker::State {
  store::Database database;
  store::Connection connection;
};

EmitChecker::EmitChecker(std::unique_ptr<State> state) : state_(std::move(state)) {}
EmitChecker::EmitChecker(EmitChecker&&) noexcept = default;
EmitChecker& EmitChecker::operator=(EmitChecker&&) noexcept = default;
EmitChecker::~EmitChecker() = default;

Result<EmitChecker> EmitChecker::Make() {
  store::OpenOptions options;
  options.threads = 1;
  WEIR_TRY(store::Database database, store::Database::Open({}, options));
  WEIR_TRY(store::Connection connection, database.Connect());
  for (const std::string_view statement : SourceMigrations()) WEIR_TRY(connection.Execute(statement));
  WEIR_TRY(CreateSourceFunctions(connection, FreeMailDomains()));
  return EmitChecker(std::make_unique<State>(State{std::move(database), std::move(connection)}));
}

Status EmitChecker::Check(const Mapping& mapping) {
  std::string columns =
      "_obs BIGINT, _key VARCHAR, _hash BIGINT, _file BIGINT, _line BIGINT, _version BIGINT, _observed_at TIMESTAMP, "
      "_deleted BOOLEAN";
  std::set<std::string> stored;
  for (const MappingColumn& column : mapping.columns) {
    columns += fmt::format(", {} {}", QuoteName(column.name), SqlTypeOf(column.type));
    stored.insert(column.name);
  }
  WEIR_TRY(state_->connection.Execute(
      fmt::format("CREATE OR REPLACE TABLE obs.{} ({})", QuoteName(mapping.TableName()), columns)));
  const std::string from = FromTable(mapping, stored, {}, {}, {});
  for (std::size_t i = 0; i < mapping.emits.size(); ++i) {
    const Emit& emit = mapping.emits[i];
    const model::RecordTable* table = model::FindRecordTable(emit.table);
    WEIR_CHECK(table != nullptr);
    auto rows = state_->connection.Query(EmitSelect(mapping, i, *table, from));
    if (!rows) {
      return Fail(BadInput("the emit into {} is not valid SQL: {}", emit.table, rows.error().phrase())
                      .At(mapping.file_name, emit.line)
                      .Mend("A column whose name is a word of SQL must be quoted: \"at\""));
    }
  }
  return Status(state_->connection.Execute(fmt::format("DROP TABLE obs.{}", QuoteName(mapping.TableName())))
                    .map([](std::int64_t) {}));
}

}  // namespace weir::sources
