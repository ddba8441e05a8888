#include "sources/ledger.h"

#include <array>
#include <cmath>
#include <map>

#include <nlohmann/json.hpp>

namespace weir::sources {
namespace {

using store::QuoteText;
using store::Value;

Value Number(std::uint64_t number) { return static_cast<std::int64_t>(number); }

Value Maybe(const std::optional<Instant>& instant) { return instant ? Value(*instant) : Value(); }

struct KnownColumn {
  std::string type;
  std::int64_t rows = 0;
  std::int64_t filled = 0;
  std::int64_t first_version = 0;
};

// What is known of the object's columns, by name.
Result<std::map<std::string, KnownColumn>> ReadColumns(store::Connection& connection, const Mapping& mapping) {
  const std::vector<Value> key{mapping.source, mapping.object};
  WEIR_TRY(const store::Rows rows,
           connection.Query("SELECT column_name, type, row_count, filled_count, first_version FROM "
                            "meta.source_column WHERE source = ? AND object = ? ORDER BY first_version",
                            key));
  std::map<std::string, KnownColumn> known;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    known[rows.TextAt(i, 0)] = {rows.TextAt(i, 1), rows.IntegerAt(i, 2), rows.IntegerAt(i, 3), rows.IntegerAt(i, 4)};
  }
  return known;
}

Status WriteObject(store::Connection& connection, const Mapping& mapping, std::int64_t data_version) {
  const std::vector<Value> key{mapping.source, mapping.object};
  WEIR_TRY(const Value first,
           connection.QueryValue("SELECT first_version FROM meta.source_object WHERE source = ? AND object = ?", key));
  WEIR_TRY(connection.Execute("DELETE FROM meta.source_object WHERE source = ? AND object = ?", key));
  const std::vector<Value> values{mapping.source,
                                  mapping.object,
                                  mapping.TableName(),
                                  mapping.title_en,
                                  mapping.title_ru,
                                  mapping.file_name,
                                  mapping.version,
                                  std::string(NameOf(mapping.extent)),
                                  store::IsNull(first) ? Value(data_version) : first,
                                  data_version};
  WEIR_TRY(connection.Execute("INSERT INTO meta.source_object VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values));
  return {};
}

}  // namespace

Result<NextNumbers> TakeNumbers(store::Connection& connection) {
  NextNumbers next;
  WEIR_TRY(
      const store::Rows files,
      connection.Query("SELECT coalesce(max(file_id), 0) + 1, coalesce(max(last_obs), 0) + 1 FROM meta.import_file"));
  next.file_id = files.IntegerAt(0, 0);
  next.first_obs = files.IntegerAt(0, 1);
  return next;
}

Status WriteFile(store::Connection& connection, const FileEntry& entry) {
  const ImportReport& report = *entry.report;
  const Mapping& mapping = *entry.mapping;
  constexpr double kScoreUnits = 10'000;
  const std::vector<Value> values{report.file_id,
                                  entry.context->import_id,
                                  entry.context->data_version,
                                  mapping.source,
                                  mapping.object,
                                  mapping.version,
                                  fmt::format("{:016x}", mapping.fingerprint),
                                  report.file,
                                  report.format,
                                  report.encoding,
                                  Decimal{std::llround(entry.context->score * kScoreUnits), 4},
                                  std::string(NameOf(mapping.extent)),
                                  Maybe(entry.compared->window_from),
                                  Maybe(entry.compared->window_to),
                                  report.key_kind,
                                  report.observed_at,
                                  std::string(NameOf(report.observed_from)),
                                  Number(report.read),
                                  Number(report.added),
                                  Number(report.updated),
                                  Number(report.unchanged),
                                  Number(report.quarantined),
                                  Number(report.skipped),
                                  Number(report.deleted),
                                  entry.first_obs,
                                  entry.compared->last_obs,
                                  entry.reading,
                                  entry.replay_of == 0 ? Value() : Value(entry.replay_of),
                                  std::string("committed"),
                                  Value()};
  std::string marks = "?";
  for (std::size_t i = 1; i < values.size(); ++i) marks += ", ?";
  WEIR_TRY(connection.Execute(fmt::format("INSERT INTO meta.import_file VALUES ({})", marks), values));
  return {};
}

Status WriteClocks(store::Connection& connection, const FileEntry& entry, const std::vector<std::string>& columns,
                   const std::optional<std::string>& observed_by) {
  const Mapping& mapping = *entry.mapping;
  if (!columns.empty() || observed_by) {
    WEIR_TRY(store::Appender appender, connection.Append("meta", "wall_clock"));
    const auto add = [&](const std::string& column, const std::optional<std::string>& zone) {
      appender.Integer(entry.report->file_id);
      for (const std::string& text : {mapping.source, mapping.object, column}) appender.Text(text);
      zone ? appender.Text(*zone) : appender.Null();
      return appender.EndRow();
    };
    for (const std::string& column : columns) WEIR_TRY(add(column, std::nullopt));
    if (observed_by) WEIR_TRY(add("_observed_at", observed_by));
    WEIR_TRY(appender.Close());
  }
  if (entry.replay_of == 0) return {};
  const std::array<Value, 2> files{entry.report->file_id, entry.replay_of};
  WEIR_TRY(connection.Execute(
      "INSERT INTO meta.wall_clock SELECT ?, source, object, column_name, zone FROM meta.wall_clock WHERE file_id = ? "
      "AND column_name = '_observed_at'",
      files));
  return {};
}

Status WriteRejects(store::Connection& connection, const Mapping& mapping, const ImportContext& context,
                    std::int64_t file_id, const std::string& file) {
  WEIR_TRY(const std::int64_t last_id, connection.QueryInteger("SELECT coalesce(max(reject_id), 0) FROM meta.reject"));
  WEIR_TRY(connection.Execute(
      fmt::format("INSERT INTO meta.reject SELECT {} + row_number() OVER (ORDER BY _row), {}, {}, "
                  "{}, {}, {}, line, col, header, code, "
                  "reason, raw, key, {}, 'open', NULL, reason_ru FROM temp.weir_reject ORDER BY _row",
                  last_id, context.import_id, file_id, QuoteText(mapping.source), QuoteText(mapping.object),
                  QuoteText(file), context.data_version)));
  return {};
}

Status WriteColumns(store::Connection& connection, const Mapping& mapping, const StagePlan& plan, const Stage& stage,
                    std::int64_t data_version) {
  WEIR_TRY(WriteObject(connection, mapping, data_version));
  WEIR_TRY(const auto known_columns, ReadColumns(connection, mapping));
  std::string keys;  // name and first version of the rows that are written anew
  std::vector<std::vector<Value>> rows;
  for (std::size_t i = 0; i < plan.columns.size(); ++i) {
    const StageColumn& column = plan.columns[i];
    const StagedColumn& staged = stage.columns()[i];
    if (column.binding.empty() || (column.source == StageSource::kKept && staged.filled == 0)) continue;
    const auto found = known_columns.find(column.name);
    const KnownColumn known = found == known_columns.end() ? KnownColumn{"", 0, 0, data_version} : found->second;
    const bool is_mapped = column.source == StageSource::kMapped;
    std::string type(is_mapped ? NameOf(mapping.columns[column.index].type) : staged.profile.type());
    if (column.source == StageSource::kKept) type = "text";
    if (!is_mapped && known.filled > 0)
      type = staged.filled > 0 ? std::string(CommonType(known.type, type)) : known.type;
    const bool is_same_type = type == known.type;
    if (is_same_type)
      keys += fmt::format("{}({}, {})", keys.empty() ? "" : ", ", QuoteText(column.name), known.first_version);
    rows.push_back({mapping.source, mapping.object, column.name, column.header,
                    is_mapped ? Value(column.name) : Value(), type,
                    known.rows + static_cast<std::int64_t>(stage.staged()),
                    known.filled + static_cast<std::int64_t>(staged.filled),
                    is_same_type ? known.first_version : data_version, data_version});
  }
  if (!keys.empty()) {
    WEIR_TRY(connection.Execute(fmt::format(
        "DELETE FROM meta.source_column WHERE source = {} AND object = {} AND (column_name, first_version) IN ({})",
        QuoteText(mapping.source), QuoteText(mapping.object), keys)));
  }
  WEIR_TRY(store::Appender appender, connection.Append("meta", "source_column"));
  for (const std::vector<Value>& row : rows) {
    for (const Value& value : row) appender.Add(value);
    WEIR_TRY(appender.EndRow());
  }
  return appender.Close();
}

std::string JoinReading(const std::string& reading, const std::string& evidence) {
  return fmt::format("{{\"reading\":{},\"evidence\":{}}}", reading, evidence);
}

Result<ReadingParts> SplitReading(std::string_view text) {
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("reading") || !json.contains("evidence")) {
    return Fail(BadInput("the ledger's note of how a file was read is broken"));
  }
  return ReadingParts{json["reading"].dump(), json["evidence"].dump()};
}

}  // namespace weir::sources
